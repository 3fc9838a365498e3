"""Text that a terminal shows, and does not obey."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Return text without control characters, which could drive the terminal or turn the order of what is read.

    Half characters, of names that are no text, become question marks.
    """
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()
