"""Discord's limits, as https://discord.com/developers/docs and its OpenAPI document give them, and lengths."""

from typing import Any

Json = dict[str, Any]

CONTENT = 2_000
"""Characters of a message without components of the second version."""
COMPONENTS = 40
"""Components of a message, those inside others counted."""
SHOWN = 4_000
"""Characters of all texts of a message together."""
CUSTOM_ID = 100
BUTTON = 80
BUTTONS = 5
"""Of a row."""
OPTIONS = 25
"""Of a menu."""
OPTION = 100
"""Characters of an option's label and of its value."""
PLACEHOLDER = 150
FILES = 10
"""Of a message."""
ALT = 1_024
NONCE = 25
THREAD = 100
"""Characters of a thread's name."""
TITLE = 45
"""Of a form, and of the label of a field."""
DESCRIPTION = 100
FIELDS = 5
CHECKBOXES = 10
INPUT = 4_000
INPUT_PLACEHOLDER = 100

ROW, BUTTON_KIND, MENU, TEXT_INPUT, TEXT, GALLERY, FILE = 1, 2, 3, 4, 10, 12, 13
SEPARATOR, CONTAINER, LABEL, UPLOAD, RADIO, CHECKBOX_GROUP = 14, 17, 18, 19, 21, 22
"""Kinds of components."""
SUPPRESS_EMBEDS, EPHEMERAL, COMPONENTS_V2 = 1 << 2, 1 << 6, 1 << 15
"""Flags of a message."""


def short(text: str, most: int) -> str:
    """Cut a text to a length, at the end of a word, with an ellipsis where something is missing."""
    if units(text) <= most:
        return text
    left, fit = most - 1, 0
    for character in text:
        left -= units(character)
        if left < 0:
            break
        fit += 1
    words = text[:fit] if text[fit].isspace() else text[:fit].rpartition(" ")[0]
    # What has no spaces, as an address or Chinese, is cut where it is full.
    return f"{(words if len(words) > fit // 2 else text[:fit]).rstrip()}…"


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units: Discord's documents do not say which it counts, these are more."""
    return len(text) + sum(character > "\uffff" for character in text)
