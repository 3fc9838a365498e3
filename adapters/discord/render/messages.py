"""A reply as Discord messages: each part as components, put together within all limits. Pure, the same every time."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from adapters.discord.render import markup
from adapters.discord.render.controls import Face, choices, feedback, form, text, with_continue
from adapters.discord.render.custom_ids import custom_id
from adapters.discord.render.limits import (
    ALT,
    COMPONENTS,
    CONTAINER,
    FILE,
    FILES,
    GALLERY,
    ROW,
    SEPARATOR,
    SHOWN,
    Json,
    short,
    units,
)
from adapters.discord.render.tables import shown, without_pipes
from adapters.discord.rest import Upload
from bot.chat.reply import Choices, Feedback, File, Form, Part, Picture, Progress, Table, Text
from bot.platform.layout import PROBLEM, as_csv, asked_above, bar, bold_question, packed
from bot.text.split import split

ASKS, DECIDES, FAILS = 0x5865F2, 0x2E8B57, 0xC0392B
"""Colours of the frames around a question, a verdict and an error."""
ROOM = 3_600
"""The longest piece of a text: what else is in its message needs some room too."""
MOST = 4
"""Pieces of a text; a longer one is a file."""
SMALL = 400
"""The longest notice that is set in small letters."""


@dataclass(frozen=True)
class Message:
    """One message to post."""

    components: tuple[Json, ...]
    words: str
    """All of it in markdown, for where components cannot be used."""
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True)
class Running:
    """A message that is changed in place while work goes on."""

    id: str
    done: int
    total: int
    message: Message


Outgoing = Message | Running


@dataclass(frozen=True)
class Piece:
    """Components that stand together, in a frame where it has a colour."""

    components: tuple[Json, ...]
    words: str
    files: tuple[Upload, ...] = ()
    frame: int | None = None


def messages(parts: Sequence[Part], face: Face) -> list[Outgoing]:
    """Return what is sent for a reply, in order; a progress with what stands beside it is one message that changes."""
    waiting = [piece for index, part in enumerate(parts) for piece in _pieces(part, index, parts, face)]
    running = any(isinstance(part, Progress) for part in parts)
    if face.continues and waiting and not running and any(_wants_words(part) for part in parts):
        waiting = [*waiting[:-1], _continued(waiting[-1], len(parts) - 1, face)]
    return [_changing(each, parts) for each in _packed(waiting)]


def _changing(sent: Message, parts: Sequence[Part]) -> Outgoing:
    """Return a message that shows a progress as one that changes; all else as it is."""
    held = next(
        (p for p in parts if isinstance(p, Progress) and _running(p).components[0] in sent.components),
        None,
    )
    return Running(held.id, held.done, held.total, sent) if held else sent


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield every component, those inside others too."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())


def without_files(message: Message) -> Message:
    """Return a message whose files are only told of, for where none may be attached."""
    kept = _pruned(message.components)
    told = [f"I may not attach files here, so this is missing: {file.alt or file.name}" for file in message.files]
    notes = [text(markup.small(markup.literal(short(each, SMALL)))) for each in told]
    made = Message((*kept, *notes), message.words)
    return made if fits(made.components) else Message(tuple(notes), message.words)


def readdressed(message: Message, conversation: str) -> Message:
    """Return a message for a place from which its conversation does not follow: its controls carry it."""
    return replace(message, components=tuple(_readdressed(message.components, conversation)))


def noticed(message: Message, notice: str) -> Message | None:
    """Return a message with a notice above; None where it does not fit."""
    above = text(markup.small(notice))
    made = replace(message, components=(above, *message.components), words=f"{notice}\n\n{message.words}")
    return made if fits(made.components) else None


def fits(components: Sequence[Json]) -> bool:
    """Tell whether components keep to the limits of one message."""
    every = list(walk(components))
    return len(every) <= COMPONENTS and sum(units(str(each.get("content") or "")) for each in every) <= SHOWN


def _pieces(part: Part, index: int, parts: Sequence[Part], face: Face) -> list[Piece]:
    match part:
        case Text():
            return _text(part, index, face)
        case Form():
            return [Piece(*form(part, index, face, asked=asked_above(parts, index)), frame=ASKS)]
        case Choices():
            above = _text(Text(markdown=part.text), index, face) if part.text.strip() else []
            return [*above, Piece(*choices(part, index, face))]
        case Table():
            return _table(part, index, face)
        case Picture(name=name, alt=alt):
            return [_picture(Upload(_own_name(name, index, parts), part.data, short(markup.clean(alt), ALT)))]
        case File(name=name, content=content):
            return [_file(Upload(_own_name(name, index, parts), content.encode("utf-8", "replace")))]
        case Feedback():
            return [Piece(*feedback(part, index, face))]
        case Progress():
            return [_running(part)]


def _text(said: Text, index: int, face: Face) -> list[Piece]:
    words, frame = without_pipes(said.markdown.strip()), None
    match "notice" if said.quiet else said.voice:
        case "notice":
            quiet = markup.markdown(words, face.own)
            if words and units(quiet) <= SMALL and "```" not in quiet:
                return [Piece((text(markup.small(quiet)),), markup.small(quiet))]
        case "error":
            words, frame = f"**{PROBLEM}:** {words}", FAILS
        case "ask":
            words, frame = bold_question(words), ASKS
        case "verdict":
            first, _, rest = words.partition("\n")
            if first.startswith("**") and first.endswith("**") and rest.strip():
                words = f"## {first.strip('*')}\n{rest.strip()}"
            frame = DECIDES
        case "say" | "answer":
            pass
    made = markup.markdown(words, face.own)
    cut = split(made, ROOM, length=units)
    if len(cut) > MOST:
        file = _file(Upload(_named("answer.md", index), said.markdown.encode("utf-8", "replace")))
        return [
            Piece((text(cut[0]),), cut[0], frame=frame),
            _small("It goes on in the file, which holds all of it."),
            file,
        ]
    return [Piece((text(each),), each, frame=frame) for each in cut]


def _table(part: Table, index: int, face: Face) -> list[Piece]:
    caption = markup.markdown(short(" ".join(part.caption.split()), SMALL), face.own)
    head = f"**{caption}**\n" if caption else ""
    if (lines := shown(part)) is not None:
        return [Piece((text(f"{head}{lines}"),), f"{head}{lines}")]
    above = [Piece((text(head.strip()),), head.strip())] if head else []
    return [*above, _file(Upload(_named("table.csv", index), as_csv(part)))]


def _picture(upload: Upload) -> Piece:
    shows: Json = {"media": {"url": f"attachment://{upload.name}"}}
    if upload.alt:
        shows["description"] = upload.alt
    return Piece(({"type": GALLERY, "items": [shows]},), markup.literal(upload.alt or ""), (upload,))


def _file(upload: Upload) -> Piece:
    holds: Json = {"type": FILE, "file": {"url": f"attachment://{upload.name}"}}
    return Piece((holds,), f"File: {markup.literal(upload.name)}", (replace(upload, data=upload.data or b"\n"),))


def _running(part: Progress) -> Piece:
    said = markup.markdown(short(part.text, ROOM // 2)).strip()
    far = f"`{bar(part)}` {part.done} of {part.total}"
    shown_ = "\n".join(filter(None, [said, far]))
    return Piece((text(shown_),), shown_)


def _small(words: str) -> Piece:
    return Piece((text(markup.small(words)),), words)


def _wants_words(part: Part) -> bool:
    return isinstance(part, Form | Choices) or (isinstance(part, Text) and part.voice != "notice")


def _continued(piece: Piece, index: int, face: Face) -> Piece:
    return replace(piece, components=with_continue(piece.components, index, face))


def _own_name(name: str, index: int, parts: Sequence[Part]) -> str:
    """Return the name of a part as it is, or with a number where an earlier one has it."""
    taken = {_named(each.name, 0) for each in parts[:index] if isinstance(each, File | Picture)}
    return _named(name, index if _named(name, 0) in taken else 0)


def _named(name: str, index: int) -> str:
    """Return a name that may stand in an address, and that no other part of the reply has."""
    path = PurePath(re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "file")
    return f"{path.stem[:80]}-{index + 1}{path.suffix[:16]}" if index else f"{path.stem[:80]}{path.suffix[:16]}"


def _packed(pieces: Sequence[Piece]) -> list[Message]:
    """Put pieces together into as few messages as the limits allow."""
    return [_message(group) for group in packed(pieces, _fit)]


def _message(pieces: Sequence[Piece]) -> Message:
    words = "\n\n".join(piece.words for piece in pieces if piece.words)
    return Message(_framed(pieces), words, tuple(file for piece in pieces for file in piece.files))


def _fit(pieces: Sequence[Piece]) -> bool:
    return fits(_framed(pieces)) and sum(len(piece.files) for piece in pieces) <= FILES


def _framed(pieces: Sequence[Piece]) -> tuple[Json, ...]:
    """Return the components, pieces with the same frame in one."""
    made: list[Json] = []
    for at, piece in enumerate(pieces):
        if piece.frame is None:
            made += piece.components
        elif at and pieces[at - 1].frame == piece.frame:
            before = made[-1]["components"]
            apart: list[Json] = [{"type": SEPARATOR}] if _is_small(before[-1]) else []
            made[-1] = {**made[-1], "components": [*before, *apart, *piece.components]}
        else:
            made.append({"type": CONTAINER, "accent_color": piece.frame, "components": [*piece.components]})
    return tuple(made)


def _is_small(component: Json) -> bool:
    return str(component.get("content") or "").startswith("-# ")


def _pruned(components: Sequence[Json]) -> list[Json]:
    made: list[Json] = []
    for each in components:
        if each["type"] in (GALLERY, FILE):
            continue
        if each["type"] == CONTAINER:
            inner = _pruned(each["components"])
            made += [{**each, "components": inner}] if inner else []
        else:
            made.append(each)
    return made


def _readdressed(components: Sequence[Json], conversation: str) -> list[Json]:
    made: list[Json] = []
    for each in components:
        if each["type"] in (ROW, CONTAINER):
            inner = _readdressed(each["components"], conversation)
            made += [{**each, "components": inner}] if inner else []
        elif "custom_id" in each:
            sealed, _, number = str(each["custom_id"]).partition("|#")
            try:
                made.append({**each, "custom_id": custom_id(sealed, conversation, int(number or 0))})
            except ValueError:
                continue
        else:
            made.append(each)
    return made
