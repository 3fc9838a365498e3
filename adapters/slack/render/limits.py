"""Slack's limits, in characters unless said otherwise (docs.slack.dev, Block Kit reference; the last is measured)."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

Block = dict[str, Any]

BLOCKS = 50
"""Blocks a message."""
VIEW_BLOCKS = 100
MARKDOWN = 12_000
"""All markdown blocks of a message together."""
MESSAGE = 12_500
"""All blocks of a message as JSON. Slack refuses messages from about 13,200 on (bolt-js issue 2509)."""
SECTION = 3_000
HEADER = 150
CONTEXT = 2_000
ALT = 1_000
BUTTON = 75
OPTION = 75
OPTION_VALUE = 150
OPTIONS = 100
"""Options of a menu."""
BUTTONS = 25
"""Elements of an actions block."""
CHECKBOXES = 10
"""Options of radio buttons and of checkboxes."""
TABLE_ROWS, TABLE_COLUMNS = 100, 20
CELL = 300
"""Of our own: a longer cell is no longer a table."""
TITLE = 24
"""Title and buttons of a modal."""
LABEL = 2_000
PLACEHOLDER = 150
INPUT = 3_000
METADATA = 3_000
FALLBACK = 3_900
"""`text`, for notifications and screen readers; Slack advises at most 4,000."""


def short(text: str, most: int) -> str:
    """Cut a text to a length, with an ellipsis where something is missing."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def weight(blocks: Sequence[Block]) -> int:
    """Return how much blocks count towards MESSAGE."""
    return len(json.dumps(blocks, ensure_ascii=False))


def surely_light(blocks: Sequence[Block]) -> bool:
    """Tell, sooner than by their weight, whether blocks are within MESSAGE; False where that is close."""
    # Spaces behind its signs make JSON at most half as long again, and characters are no more than bytes.
    try:
        return 3 * len(to_json(blocks)) <= 2 * MESSAGE
    except PydanticSerializationError:  # half of a pair of signs
        return False
