"""A reply as Slack messages: each part as blocks, put together within all limits. Pure, and the same every time."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.slack.render import markup
from adapters.slack.render.controls import Face, choices, feedback, form
from adapters.slack.render.limits import (
    ALT,
    BLOCKS,
    CONTEXT,
    FALLBACK,
    HEADER,
    MARKDOWN,
    MESSAGE,
    SECTION,
    Block,
    short,
    surely_light,
    weight,
)
from adapters.slack.render.tables import listed_on_phones, tables, titled
from bot.chat.reply import Choices, Feedback, File, Form, Part, Picture, Progress, Table, Text
from bot.platform.layout import PROBLEM, as_csv, asked_above, bar, bold_question, packed
from bot.text.split import split

ROOM = 11_000
"""The longest markdown block, measured as JSON: what else is in its message needs some room too."""
WORDLESS = "…"
"""What a notification shows of a message whose words are markup alone: Slack refuses an empty text."""
UPLOADED = "F00000000000"
"""Stands in an image block for the id of a file that is still to be uploaded."""
TITLE = 100
"""The longest title of a file."""


@dataclass(frozen=True)
class Upload:
    """One file to share; `alt` is set for a picture."""

    name: str
    data: bytes
    title: str
    alt: str | None = None


@dataclass(frozen=True)
class Message:
    """One message to post."""

    blocks: tuple[Block, ...]
    words: str
    """All of it in plain words, not escaped."""
    pictures: tuple[Upload, ...] = ()
    """What its image blocks show, in their order: they are uploaded first, and each block then names its file."""

    def showing(self, files: Sequence[str]) -> "Message":
        """Return it with the ids of its uploaded pictures in the blocks; without the blocks where there are none."""
        ids = iter(files)
        blocks = [
            {**block, "slack_file": {"id": next(ids)}} if block["type"] == "image" else block
            for block in self.blocks
            if files or block["type"] != "image"
        ]
        return Message(tuple(blocks), self.words)

    @property
    def text(self) -> str:
        """What notifications show and screen readers read."""
        text = markup.escaped(self.words) if self.words.strip() else WORDLESS
        return text if len(text) <= FALLBACK else f"{re.sub(r'&[a-z]*$', '', text[: FALLBACK - 1]).rstrip()}…"


@dataclass(frozen=True)
class Running:
    """A message that is updated in place while work goes on."""

    id: str
    done: int
    total: int
    message: Message


Outgoing = Message | Upload | Running


@dataclass(frozen=True)
class Piece:
    """Blocks that stand together."""

    blocks: tuple[Block, ...]
    words: str
    pictures: tuple[Upload, ...] = ()


def messages(parts: Sequence[Part], face: Face) -> list[Outgoing]:
    """Return what is sent for a reply, in order; a progress with what stands beside it is one message that changes."""
    out: list[Outgoing] = []
    waiting: list[Piece] = []
    for index, part in enumerate(parts):
        for piece in _pieces(part, index, parts, face):
            if isinstance(piece, Piece):
                waiting.append(piece)
            else:
                out += [*_packed(waiting), piece]
                waiting = []
    return [_changing(each, parts) for each in (*out, *_packed(waiting))]


def _changing(sent: Outgoing, parts: Sequence[Part]) -> Outgoing:
    """Return a message that shows a progress as one that changes; all else as it is."""
    shown = sent.blocks if isinstance(sent, Message) else ()
    held = next((p for p in parts if isinstance(p, Progress) and _running(p).blocks[0] in shown), None)
    return Running(held.id, held.done, held.total, sent) if held and isinstance(sent, Message) else sent


def streamable(parts: Sequence[Part], face: Face) -> str | None:
    """Return the markdown of a free answer, which may be streamed; None where the reply is anything else."""
    said = [part.markdown for part in parts if isinstance(part, Text) and part.voice == "say"]
    if len(said) != len(parts):
        return None
    whole = markup.markdown("\n\n".join(said), face.own)
    return whole if _as_json(whole) <= ROOM else None


def _pieces(part: Part, index: int, parts: Sequence[Part], face: Face) -> Iterable[Piece | Upload]:
    match part:
        case Text():
            return _text(part, index, face)
        case Form():
            return [Piece(*form(part, index, face, asked=asked_above(parts, index)))]
        case Choices():
            above = _text(Text(markdown=part.text), index, face) if part.text.strip() else []
            return [*above, Piece(*choices(part, index, face))]
        case Table():
            return _table(part, index, face)
        case Picture(name=name, alt=alt):
            return [_picture(Upload(name, part.data, short(alt.partition(",")[0], TITLE), short(alt, ALT)))]
        case File(name=name, content=content):
            return [Upload(name, content.encode(), short(name, TITLE))]
        case Progress():
            return [_running(part)]
        case Feedback():
            return [Piece(*feedback(part, index, face))]


def _text(text: Text, index: int, face: Face) -> list[Piece]:
    words, head = text.markdown.strip(), list[Piece]()
    match "notice" if text.quiet else text.voice:
        case "notice":
            quiet = markup.mrkdwn(words, face.own)
            if words and len(quiet) <= CONTEXT and "```" not in quiet:
                context: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": quiet, "verbatim": True}]}
                return [Piece((context,), markup.plain(words))]
        case "error":
            words = f"**{PROBLEM}:** {words}"
        case "ask":
            words = bold_question(words)
        case "verdict":
            first, _, rest = words.partition("\n")
            title = markup.inert(markup.plain(first)).strip()
            if first.startswith("**") and first.endswith("**") and len(title) <= HEADER and rest.strip():
                rule: list[Block] = [{"type": "divider"}] if index else []
                shown: Block = {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
                head, words = [Piece((*rule, shown), title)], rest.strip()
        case "say" | "answer":
            pass
    cut = split(markup.markdown(words, face.own), ROOM, length=_as_json)
    return [*head, *(Piece(({"type": "markdown", "text": each},), html.unescape(markup.plain(each))) for each in cut)]


def _table(table: Table, index: int, face: Face) -> list[Piece | Upload]:
    if (items := listed_on_phones(table)) is not None:
        above = [Piece(titled(table.caption), table.caption)] if table.caption else []
        return [*above, *_text(Text(markdown=items), index, face)]
    found = tables(table)
    if not found:
        title = short(" ".join(table.caption.split()) or "Table", TITLE)
        return [Upload("table.csv", as_csv(table), title)]
    return [Piece(*each) for each in found]


def _picture(upload: Upload) -> Piece:
    shown: Block = {"type": "image", "alt_text": upload.alt or upload.title, "slack_file": {"id": UPLOADED}}
    return Piece((shown,), upload.alt or "", (upload,))


def _running(part: Progress) -> Piece:
    far = f"{bar(part)} {part.done}/{part.total}"
    said = markup.mrkdwn(short(part.text, SECTION // 2)) if part.text else ""
    shown: Block = {"type": "mrkdwn", "text": "\n".join(filter(None, [far, said])), "verbatim": True}
    words = ": ".join(filter(None, [f"{part.done} of {part.total}", markup.plain(part.text)]))
    return Piece(({"type": "section", "text": shown},), words)


def _packed(pieces: Sequence[Piece]) -> list[Message]:
    """Put pieces together into as few messages as the limits allow."""
    return [
        Message(
            tuple(block for piece in group for block in piece.blocks),
            "\n\n".join(p.words for p in group if p.words),
            tuple(picture for piece in group for picture in piece.pictures),
        )
        for group in packed(pieces, _fits)
    ]


def _fits(pieces: Sequence[Piece]) -> bool:
    blocks = [block for piece in pieces for block in piece.blocks]
    said = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    one_table = sum(block["type"] == "table" for block in blocks) <= 1
    if len(blocks) > BLOCKS or not one_table or said > MARKDOWN:
        return False
    return surely_light(blocks) or weight(blocks) <= MESSAGE


def _as_json(text: str) -> int:
    return len(text) + sum(text.count(sign) for sign in '\n"\\\t')
