"""A file of rows, one at a time and in bounded memory, whatever it is: JSON lines, JSON, a table, a sheet."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn, cast

from pydantic_core import from_json

from bot.samples.decoding import compressed
from bot.samples.names import LISTS, plain
from bot.samples.parse import recognised
from bot.samples.records import Bad
from bot.samples.schemas import decoded, expanded
from bot.samples.sheets import MissingLibrary, batches
from bot.samples.tables import layout
from bot.samples.values import columned
from bot.samples.yamls import Broken
from bot.text.json import as_list, as_object

CAP = 4 * 1024**3
"""Bytes of the largest file that is read."""
WHOLE = 16 * 1024**2
"""Bytes of the largest file of a kind that can only be read as a whole."""
HEAD = 2**18
"""Bytes by which the kind of a file is told."""
CHUNK = 2**20
TOO_DEEP = "it is nested too deep"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_TABLES = {"csv": ",;\t|", "tsv": "\t,;|"}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


class Unreadable(Exception):
    """Say in one sentence why a file cannot be read at all."""


class Row(NamedTuple):
    """One row; `number` is its line in JSONL, its place in an array from 1, or as a sheet counts."""

    number: int
    value: Any = None
    fault: str | None = None
    kind: str = "not_json"
    """The kind of the fault, where there is one."""


@dataclass(frozen=True)
class Source:
    """A file that is known to be readable so far."""

    name: str
    open: Callable[[], IO[bytes]]
    size: int
    shape: str = "jsonl"
    """`jsonl`, `array` (one JSON array), `objects` (over several lines), `table`, `sheet` or `text`."""
    coding: str = "utf-8"
    bom: bool = False
    delimiter: str = ","
    names: tuple[str, ...] = ()
    """The columns of a table."""
    headed: bool = True
    begin: int = 0
    end: int | None = None
    """The bytes of the part that is read, of JSON lines."""
    line: int = 1
    """The number of its first line."""
    last: int | None = None
    """The number of its last line, where others follow."""
    notes: dict[str, str] = field(default_factory=dict[str, str])
    """Kinds of findings about the file that reading it showed, and where."""


def open_source(path: Path) -> Source:
    """Look at a file and say what it is.

    Raises Unreadable where it is missing, a folder, empty, too large or no text.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Unreadable(f"{path} is a folder: name one file of it.")
        if size > CAP:
            raise Unreadable(
                f"{path} has {size / 1024**2:,.0f} MiB, the largest file that is read has {CAP // 1024**2} MiB: "
                "check a sample of its rows."
            )
        return _source(str(path), partial(path.open, "rb"), size)
    except FileNotFoundError:
        raise Unreadable(f"There is no file {path}.") from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None


def text_source(content: str, name: str) -> Source:
    """Look at what a file holds, already decoded, and say what it is; raises Unreadable where it is empty."""
    content_bytes = content.encode("utf-8", "surrogatepass")
    return _source(name, lambda: io.BytesIO(content_bytes), len(content_bytes))


def rows(source: Source, only: Collection[int] | None = None) -> Iterator[Row]:
    """Yield the rows in order, or those with these numbers `only`; a blank line is no row. Raises Unreadable."""
    for row in _rows(source, only):
        if only is None or row.number in only:
            yield row


def parse(text: str) -> Any:
    """Return JSON as a value; NaN and Infinity, which Python takes and other readers refuse, raise ValueError."""
    return _DECODER.decode(text)


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


def _source(name: str, open: Callable[[], IO[bytes]], size: int) -> Source:
    with open() as file:
        head = file.read(HEAD)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(f"{name} is empty: it needs one JSON object a line.")
    source = Source(name, open, size, bom=head.startswith(codecs.BOM_UTF8))
    if head.startswith((b"PK\x03\x04", b"PAR1")):
        return replace(source, shape="sheet")
    if compressed(head):
        raise Unreadable(f"{name} is compressed: unpack it and give what is in it.")
    if coding := _UTF16.get(head[:2]):
        source = replace(source, coding=coding, notes={"encoding": "it is UTF-16"})
    elif b"\0" in head:
        raise Unreadable(f"{name} is no text file: give JSON lines, JSON, CSV, Excel or Parquet.")
    return _shaped(source, head.decode(source.coding, "replace").removeprefix("\ufeff"), len(head) < size)


def _shaped(source: Source, head: str, more: bool) -> Source:
    """Return the source with its kind, told by how the file begins."""
    start = head.lstrip()
    ending = source.name.rpartition(".")[2].lower()
    if start[:1] == "[":
        first, _, rest = start.partition("\n")
        lines = rest.lstrip()[:1] in ("[", "{") and _parses(first)
        return source if lines else replace(source, shape="array")
    if start[:1] == "{":
        first, _, rest = start.partition("\n")
        if _parses(first.rstrip(", \r")):
            return replace(source, shape="objects") if not rest.strip() and not more and _wraps(first) else source
        try:
            _, end = json.JSONDecoder().raw_decode(start)
        except (ValueError, RecursionError):
            whole = more and ending == "json" and "\n" in start.rstrip()
            return replace(source, shape="objects") if whole else source
        # A line that strict readers refuse is one row that is wrong, and no reason to stop.
        line = end <= len(first) and not first[end:].strip(", \t\r")
        return source if line else replace(source, shape="objects")
    if ending in ("jsonl", "ndjson", "json"):
        return source
    if ending not in ("yaml", "yml", "md", "txt") and (found := layout(head, _TABLES.get(ending, ",;\t|"))):
        delimiter, names = found
        known = replace(source, shape="table", delimiter=delimiter)
        return replace(known, names=names) if names else replace(known, names=("input", "output"), headed=False)
    if ending in ("yaml", "yml", "md", "txt", "csv", "tsv"):
        return replace(source, shape="text")
    return source


def _parses(text: str) -> bool:
    try:
        parse(text)
    except (ValueError, RecursionError):
        return False
    return True


def _wraps(text: str) -> bool:
    return _inner(parse(text)) is not None


def _inner(value: object) -> list[Any] | None:
    """Return the rows that one object holds under a name, as exports do; None for a row."""
    data = as_object(value)
    if columns := columned(data):
        return [*columns]
    for name, held in data.items():
        if plain(name) in LISTS and as_list(held) and isinstance(held[0], dict | list):
            return expanded(held)
    return None


def _row(source: Source, number: int, line: str) -> Row:
    try:
        return Row(number, parse(line))
    except json.JSONDecodeError as error:
        short = line.rstrip(" \t\r\n,")
        if line.rstrip()[-1:] == "," and _parses(short):
            source.notes.setdefault("commas", f"line {number}")
            return Row(number, parse(short))
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
    at = source.begin
    with source.open() as file:
        file.seek(at)
        for number, raw in enumerate(file, source.line):
            if source.end is not None and at >= source.end:
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
        if not opened:
            opened, at, comma = True, at + 1, False
            continue
        if text[at] == "]" and source.shape == "array":
            if comma:
                source.notes.setdefault("commas", f"after entry {number}")
            return
        comma = False
        try:
            value, end = _DECODER.raw_decode(text, at)
            # What ends with the text may go on: a number, or a value that is cut.
            if end == len(text) and not ended:
                raise json.JSONDecodeError("cut", text, end)
        except RecursionError:
            yield Row(number + 1, fault=TOO_DEEP)
            return
        except ValueError as error:
            more = None if ended or "is not JSON" in str(error) else next(chunks, None)
            if more is not None:
                text, at = text[at:] + more, 0
                continue
            if not ended and "is not JSON" not in str(error):
                ended, text, at = True, text[at:], 0
                continue
            yield Row(number + 1, fault=str(error).partition(": line")[0])
            return
        at = end
        if at > CHUNK:
            text, at = text[at:], 0
        for each in _inner(value) or [value] if number == 0 else [value]:
            number += 1
            yield Row(number, each)


def _cells(source: Source) -> Iterator[Row]:
    lines = (line for _, line in _lines(source))
    first = next(lines, "")
    counted = 1 if first.startswith("sep=") else 0
    reader = csv.reader(lines if counted else chain([first], lines), delimiter=source.delimiter)
    names = source.names
    try:
        for number, cells in enumerate(reader, counted + 1):
            if not any(cell.strip() for cell in cells):
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
            yield from (Row(number, decoded(value)) for number, value in batches(file))
    except (MissingLibrary, Broken) as error:
        said = str(error)
        raise Unreadable(f"{said}." if isinstance(error, MissingLibrary) else f"{source.name} {said}.") from None


def _text(source: Source) -> Iterator[Row]:
    """Yield pairs that are written as people write them: YAML, Markdown, labels, lines with arrows."""
    if source.size > WHOLE:
        raise Unreadable(f"{source.name} is over {WHOLE // 1024**2} MiB: give it as JSON lines or as a table.")
    text = "".join(line for _, line in _lines(source)).replace("\r\n", "\n")
    try:
        read = recognised(text, source.name.rpartition(".")[2].lower())
    except Broken as error:
        raise Unreadable(f"{source.name} {error}.") from None
    if read is None or not read.rows:
        raise Unreadable(
            f"{source.name} holds no rows that can be read: give JSON lines, or a table with named columns."
        )
    for number, row in enumerate(read.rows, 1):
        if isinstance(row, Bad):
            yield Row(number, fault=f"it {row.why}", kind="unreadable")
        else:
            turns = [{"role": turn.role, "content": turn.content} for turn in row.before]
            yield Row(number, {"input": row.input, "output": row.output, **({"history_turns": turns} if turns else {})})
