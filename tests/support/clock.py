"""The day on which the tests' consultations take place, and time that passes at once."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def passing(patch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what lets that many seconds pass at once, for the event loop and whoever else reads the monotonic clock.

    A limit can be far longer than anything takes on a slow machine, and is over all the same when the test wants it.
    """
    real, ahead = time.monotonic, 0.0

    def passes(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    patch.setattr(time, "monotonic", lambda: real() + ahead)
    return passes
