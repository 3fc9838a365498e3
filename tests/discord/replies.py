"""What replies are rendered with in tests: controls that seal nothing, and a picture of one dot."""

import base64
from collections.abc import Sequence

from adapters.discord.render.controls import Face

PNG = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode()
OWN = "https://docs.example.com/guide?a=1&b=2"


def seal(part: int, action: str, values: Sequence[str]) -> str:
    """Seal nothing, but be as short of room as the real one."""
    carried = f"{'.'.join([action, *values])}~0123456789abcdef0.{part}~AbCdEfGhIjKl"
    if len(carried) > 100:
        raise ValueError(carried)
    return carried


FACE = Face(seal, frozenset({OWN}))
UNSEEN = Face(seal, frozenset({OWN}), "Or press Continue.", continues=True)
