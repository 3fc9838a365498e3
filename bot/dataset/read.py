"""The rows of a file, one at a time and in bounded memory, whatever it is: JSON lines, JSON, a table, a sheet."""

import codecs
import csv
import io
import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, cast

from pydantic_core import from_json

from bot.dataset.source import DECODER, WHOLE, Row, Source, Unreadable, inner, parse, parses, several
from bot.samples.decoding import even
from bot.samples.jsons import AS_PYTHON, PYTHON, mended
from bot.samples.parse import recognised
from bot.samples.records import Bad
from bot.samples.schemas import decoded, expanded
from bot.samples.sheets import MissingLibrary, batches
from bot.samples.tables import SEPARATOR, markdown_records
from bot.samples.yamls import Broken, records

CHUNK = 2**20
CUT = 16
"""Signs at the end of a text that may be half a word or half a number."""
TOO_DEEP = "it is nested too deep"


def rows(source: Source, only: Collection[int] | None = None) -> Iterator[Row]:
    """Yield the rows in order, or those with these numbers `only`; a blank line is no row. Raises Unreadable."""
    found = _rows(source, only)
    return found if only is None else (row for row in found if row.number in only)


def _rows(source: Source, only: Collection[int] | None) -> Iterator[Row]:
    match source.shape:
        case "array" | "objects":
            return _values(source)
        case "table":
            return _cells(source)
        case "sheet":
            return _sheet(source)
        case "text":
            return _text(source)
        case _:
            return _jsonl(source, only)


def _row(source: Source, number: int, line: str) -> Row:
    try:
        return Row(number, parse(line))
    except json.JSONDecodeError as error:
        made, kinds = mended(line)
        short = made.rstrip(" \t\r\n,")
        if not short.strip():
            return Row(number, fault="the line is a comment", kind="comments")
        if made.rstrip()[-1:] == ",":
            kinds = (*kinds, "commas")
        if kinds and parses(short):
            for kind in kinds:
                source.notes.setdefault(kind, f"line {number}")
            return Row(number, parse(short))
        if PYTHON.match(line):
            return Row(number, fault=f"it {AS_PYTHON}")
        return Row(number, fault=f"{error.msg} at column {error.colno}")
    except ValueError as error:
        return Row(number, fault=str(error))
    except RecursionError:
        return Row(number, fault=TOO_DEEP)


def _jsonl(source: Source, only: Collection[int] | None) -> Iterator[Row]:
    if source.coding != "utf-8":
        for number, line in _lines(source):
            if not line.isspace():
                yield _row(source, number, line)
        return
    at, end = source.begin, source.size if source.end is None else source.end
    with source.open() as file:
        file.seek(at)
        for number, raw in enumerate(file, source.line):
            if at >= end:
                return
            if (only is None or number in only) and not raw.isspace():
                try:
                    yield Row(number, from_json(raw, allow_inf_nan=False))
                except ValueError:
                    # What the faster reader refuses, the other one reads or says why it does not.
                    yield _row(source, number, _line(source, raw, at, number))
            at += len(raw)


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; they end at a newline and at no other sign."""
    with source.open() as file:
        if source.coding != "utf-8":
            text = io.TextIOWrapper(file, source.coding, errors="replace", newline="\n")
            yield from ((n, line.removeprefix("\ufeff") if n == 1 else line) for n, line in enumerate(text, 1))
            return
        at = 0
        for number, raw in enumerate(file, 1):
            yield number, _line(source, raw, at, number)
            at += len(raw)


def _line(source: Source, raw: bytes, at: int, number: int) -> str:
    """Return a line as text; it begins at byte `at` of the file."""
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _latin(source, raw, at + error.start, number)
    return line.removeprefix("\ufeff") if number == 1 else line


def _latin(source: Source, raw: bytes, at: int, line: int | None) -> str:
    """Return bytes that are no UTF-8 as Windows programs mean them, and note it."""
    if b"\0" in raw:
        raise Unreadable(f"{source.name} is no text file from byte {at:,} on.")
    where = f" (line {line})" if line else ""
    source.notes.setdefault("encoding", f"byte {at:,}{where} is not UTF-8; read as Latin-1")
    return raw.decode("cp1252", "replace")


def _chunks(source: Source) -> Iterator[str]:
    with source.open() as file:
        decoder = codecs.getincrementaldecoder(source.coding)()
        at = 0
        while raw := file.read(CHUNK):
            try:
                text = decoder.decode(raw)
            except UnicodeDecodeError as error:
                text = _latin(source, error.object, at + error.start, None)
                decoder.reset()
            yield text.removeprefix("\ufeff") if at == 0 else text
            at += len(raw)


def _values(source: Source) -> Iterator[Row]:
    """Yield the values of an array, or those that stand one after the other, holding no more than one of them."""
    chunks = _chunks(source)
    text, at, number, ended = "", 0, 0, False
    opened = source.shape != "array"
    comma = False
    lax = source.size <= WHOLE
    while True:
        while True:
            while at < len(text) and text[at] in " \t\r\n,":
                comma |= text[at] == ","
                at += 1
            if at < len(text):
                break
            more = next(chunks, None)
            if more is None:
                if source.shape == "array":
                    source.notes["open_array"] = f"after entry {number}"
                return
            text, at = more, 0
        if text[at] == "/" and lax:
            text, at, lax = _strict(source, text[at:] + "".join(chunks), number), 0, False
            continue
        if not opened:
            opened, at, comma = True, at + 1, False
            continue
        if text[at] == "]" and source.shape == "array":
            if comma:
                source.notes.setdefault("commas", f"after entry {number}")
            return
        comma = False
        try:
            value, end = DECODER.raw_decode(text, at)
            # What ends with the text may go on: a number, or a value that is cut.
            if end == len(text) and not ended:
                raise json.JSONDecodeError("cut", text, end)
        except RecursionError:
            yield Row(number + 1, fault=TOO_DEEP)
            return
        except ValueError as error:
            more = next(chunks, None) if not ended and _may_go_on(error, len(text)) else None
            if more is not None:
                text, at = text[at:] + more, 0
                continue
            if not ended and _may_go_on(error, len(text)):
                ended, text, at = True, text[at:], 0
                continue
            if lax:
                text, at, lax = _strict(source, text[at:] + "".join(chunks), number), 0, False
                continue
            if PYTHON.match(text[at : at + 80]):
                error = ValueError(f"it {AS_PYTHON}")
            yield Row(number + 1, fault=str(error).partition(": line")[0])
            return
        at = end
        if at > CHUNK:
            text, at = text[at:], 0
        alone = number == 0 and source.shape == "objects" and not text[at:].strip() and next(chunks, None) is None
        if alone and (names := several(value)):
            raise Unreadable(f"{source.name} holds several lists ({names}): give one of them as a file of its own.")
        for each in inner(value, alone=alone) or [value] if number == 0 else [value]:
            number += 1
            yield Row(number, each)


def _may_go_on(error: ValueError, length: int) -> bool:
    """Tell whether more of the text could mend a fault in it."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated") or error.pos > length - CUT


def _strict(source: Source, text: str, number: int) -> str:
    """Return the rest of a file without what only lax readers take, and note what that was."""
    made, kinds = mended(text)
    for kind in kinds:
        source.notes.setdefault(kind, f"after entry {number}" if number else "from the first entry on")
    return made


def _cells(source: Source) -> Iterator[Row]:
    lines = (line for _, line in _lines(source))
    first = next(lines, "")
    counted = 1 if SEPARATOR.match(first) else 0
    above = source.above
    reader = csv.reader(lines if counted else chain([first], lines), delimiter=source.delimiter)
    names = source.names
    try:
        for number, cells in enumerate(reader, counted + 1):
            if not any(cell.strip() for cell in cells):
                continue
            if above:
                above -= 1
                continue
            if source.headed:
                source = replace(source, headed=False)
                continue
            while len(cells) > len(names) and not cells[-1].strip():
                cells.pop()
            if len(cells) > len(names):
                told = f"it has {len(cells)} cells under {len(names)} names: quotes are missing around a separator"
                yield Row(number, fault=told, kind="cells")
            elif len(cells) < len(names) and len(cells) < 2:
                yield Row(number, fault="it has only 1 cell", kind="cells")
            else:
                value = dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=True))
                yield Row(number, decoded(cast("dict[str, Any]", value)))
    except csv.Error as error:
        raise Unreadable(f"{source.name} breaks off as a table: {error}.") from None


def _sheet(source: Source) -> Iterator[Row]:
    try:
        with source.open() as file:
            tell = partial(source.notes.__setitem__, "titles")
            yield from (Row(number, decoded(value)) for number, value in batches(file, tell))
    except (MissingLibrary, Broken) as error:
        said = str(error)
        raise Unreadable(f"{said}." if isinstance(error, MissingLibrary) else f"{source.name} {said}.") from None


def _text(source: Source) -> Iterator[Row]:
    """Yield pairs that are written as people write them: YAML, Markdown, labels, lines with arrows."""
    if source.size > WHOLE:
        raise Unreadable(f"{source.name} is over {WHOLE // 1024**2} MiB: give it as JSON lines or as a table.")
    text = even("".join(line for _, line in _lines(source)))
    ending = source.name.rpartition(".")[2].lower()
    try:
        if ending in ("yaml", "yml") and (values := records(text)):
            yield from (Row(number, value) for number, value in enumerate(expanded(values), 1))
            return
        read = recognised(text, ending)
    except Broken as error:
        raise Unreadable(f"{source.name} {error}.") from None
    if read is None or not read.rows:
        raise Unreadable(
            f"{source.name} holds no rows that can be read: give JSON lines, or a table with named columns."
        )
    if "Markdown table" in read.format:
        held = (decoded(cast("dict[str, Any]", each)) for each in markdown_records(text))
        yield from (Row(number, value) for number, value in enumerate(held, 1))
        return
    for number, row in enumerate(read.rows, 1):
        if isinstance(row, Bad):
            yield Row(number, fault=f"it {row.why}", kind="unreadable")
        else:
            turns = [{"role": turn.role, "content": turn.content} for turn in row.before]
            yield Row(number, {"input": row.input, "output": row.output, **({"history_turns": turns} if turns else {})})
