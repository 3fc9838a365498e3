"""Lines of the log that strangers can cause."""

import time
from logging import Logger

EVERY = 60.0
"""Seconds."""


class Seldom:
    """A warning at most once a minute, with how many were left out: what was written before stays in the log."""

    def __init__(self, log: Logger, text: str):
        self._log, self._text = log, text
        self._again, self._left_out = 0.0, 0

    def say(self, *given: object) -> None:
        """Write the warning, or count it."""
        now = time.monotonic()
        if now < self._again:
            self._left_out += 1
            return
        more = f" {self._left_out} more were left out here." if self._left_out else ""
        self._again, self._left_out = now + EVERY, 0
        self._log.warning(self._text + more, *given)
