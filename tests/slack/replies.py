"""Replies as the advisor gives them, for tests and pictures."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.slack.render.controls import Face

CONVERSATION = "slack:T0123:C0123:1700000000.000100"
PNG = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode()
"""A picture of one dot."""
OWN = "https://docs.example.com/guide?a=1&b=2"
"""The address of a source."""
DAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def seal(part: int, action: str, values: Sequence[str]) -> str:
    """Seal nothing, but be as short of room as the real one."""
    carried = f"{'.'.join([action, *values])}~0123456789abcdef0.{part}~AbCdEfGhIjKl"
    if len(carried) > 100:
        raise ValueError(carried)
    return carried


FACE = Face(CONVERSATION, seal, frozenset({OWN}))
