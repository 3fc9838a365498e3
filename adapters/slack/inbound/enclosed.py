"""What a message holds beside its text: tables that were pasted, and messages that were passed on. Pure.

Slack's clients make a table block of cells from a spreadsheet, and enclose what is forwarded; the text of the message
tells of neither.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.inbound.text import plain

Json = Mapping[str, Any]
NOTHING = "[no preview available]"
"""What stands for the words of an attachment that has none."""


def words_of(message: Json, bot: str | None) -> str:
    """Return what the author of a message says, as people see it: its text, and its tables."""
    said = [plain(str(message.get("text") or ""), bot), *map(_fenced, tables(message))]
    return "\n\n".join(each for each in said if each.strip())


def passed_on(message: Json, bot: str | None) -> str:
    """Return the words of others that were passed on with a message."""
    return "\n\n".join(each for every in shared(message, bot) if (each := plain(_said(every), bot).strip()))


def shared(message: Json, bot: str | None) -> list[Json]:
    """Return the messages of people that were passed on; our own are known."""
    attachments: Sequence[Json] = message.get("attachments") or ()
    passed_on = [each for each in attachments if each.get("is_share") or each.get("is_msg_unfurl")]
    return [each for each in passed_on if not bot or each.get("author_id") != bot]


def tables(message: Json) -> Iterator[list[list[str]]]:
    """Yield the tables of a message, rows of cells as text."""
    for holder in (message, *(message.get("attachments") or ())):
        blocks: Sequence[Json] = holder.get("blocks") or ()
        for block in blocks:
            rows: Sequence[Sequence[Json]] = block.get("rows") or () if block.get("type") == "table" else ()
            read = [[_text(cell).strip() for cell in row] for row in rows]
            if any(any(row) for row in read):
                yield read


def _said(attachment: Json) -> str:
    """Return the words of a message that was passed on."""
    kept: Sequence[Mapping[str, Json]] = attachment.get("message_blocks") or ()
    blocks: list[Json] = [*(attachment.get("blocks") or ())]
    for each in kept:
        blocks += each.get("message", {}).get("blocks") or ()
    words = (attachment.get("text"), "\n".join(filter(None, map(_text, blocks))), attachment.get("fallback"))
    return next((str(each) for each in words if each and each != NOTHING), "")


def _fenced(rows: Sequence[Sequence[str]]) -> str:
    """Return a table as it is read from a message: cells apart by tabs, in a fence, so that words may stand above."""
    out = io.StringIO()
    csv.writer(out, dialect="excel-tab", lineterminator="\n").writerows(rows)
    return f"```\n{out.getvalue().replace('```', '')}```"


def _text(part: Json) -> str:
    """Return the words of a block, a cell or a piece of rich text."""
    kind = part.get("type")
    if kind == "table":
        return ""
    if kind in ("text", "raw_text", "raw_number", "link"):
        value = part.get("text", part.get("value"))
        return str(part.get("url") or "" if value is None else value)
    if kind in ("user", "usergroup", "channel", "emoji"):
        sign = {"user": "@", "usergroup": "@", "channel": "#", "emoji": ":"}[kind]
        return f"{sign}{part.get('name') or part.get(f'{kind}_id') or ''}{':' if kind == 'emoji' else ''}"
    inner: Sequence[Json] = part.get("elements") or ()
    apart = "\n" if kind in ("rich_text", "rich_text_list") else ""
    return apart.join(map(_text, inner))
