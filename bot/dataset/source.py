"""What a file of rows is: its kind, its coding, its columns, told by how it begins."""

import codecs
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from bot.samples.decoding import compressed
from bot.samples.names import INPUTS, LISTS, TEXTS, plain
from bot.samples.schemas import expanded
from bot.samples.tables import layout
from bot.samples.values import columned, listed
from bot.text.json import as_list, as_object

CAP = 4 * 1024**3
"""Bytes of the largest file that is read."""
WHOLE = 16 * 1024**2
"""Bytes of the largest file of a kind that can only be read as a whole."""
HEAD = 2**18
"""Bytes by which the kind of a file is told."""
_COMMENTED = re.compile(r"\A(?:\s*(?://[^\n]*\n|/\*.*?\*/))*", re.DOTALL)
"""Comments before the first value."""
_LAST_COMMENT = re.compile(r"//.*|/\*.*?\*/")
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_TABLES = {"csv": ",;\t|", "tsv": "\t,;|"}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=_no_constant)


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
    above: int = 0
    """Rows above the names of its columns."""
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


def parse(text: str) -> Any:
    """Return JSON as a value; NaN and Infinity, which Python takes and other readers refuse, raise ValueError."""
    return DECODER.decode(text)


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
    start = _COMMENTED.sub("", head).lstrip()
    ending = source.name.rpartition(".")[2].lower()
    if start[:1] == "[":
        first, _, rest = start.partition("\n")
        lines = rest.lstrip()[:1] in ("[", "{") and parses(first)
        return source if lines else replace(source, shape="array")
    if start[:1] == "{":
        first, _, rest = start.partition("\n")
        if parses(first.rstrip(", \r")):
            return replace(source, shape="objects") if not rest.strip() and not more and _wraps(first) else source
        try:
            _, end = json.JSONDecoder().raw_decode(start)
        except (ValueError, RecursionError):
            whole = more and ending == "json" and ("\n" in start.rstrip() or _one_line(source))
            return replace(source, shape="objects") if whole else source
        # A line that strict readers refuse is one row that is wrong, and no reason to stop.
        line = end <= len(first) and not _LAST_COMMENT.sub("", first[end:]).strip(", \t\r")
        return source if line else replace(source, shape="objects")
    if ending in ("jsonl", "ndjson", "json"):
        return source
    returns = "\r" in head.strip() and "\n" not in head
    if ending not in ("yaml", "yml", "md", "txt") and not returns:
        found = layout(head, _TABLES.get(ending, ",;\t|"))
        if found and found.title:
            source.notes["titles"] = found.title
        if found:
            named = bool(found.names)
            names = found.names or ("input", "output")
            known = replace(source, shape="table", delimiter=found.delimiter, names=names, headed=named)
            return replace(known, above=found.above)
    if ending in ("yaml", "yml", "md", "txt", "csv", "tsv"):
        return replace(source, shape="text")
    return source


def _one_line(source: Source) -> bool:
    """Tell whether a file is one line."""
    with source.open() as file:
        return not any(b"\n" in piece.rstrip() for piece in iter(partial(file.read, HEAD), b""))


def parses(text: str) -> bool:
    try:
        parse(text)
    except (ValueError, RecursionError):
        return False
    return True


def _wraps(text: str) -> bool:
    value = parse(text)
    return inner(value) is not None or several(value) != ""


def inner(value: object, *, alone: bool = True) -> list[Any] | None:
    """Return the rows that one object holds under a name, as exports do; None for a row.

    Where nothing else is in the file, `alone`, the name of the only list of records may be any.
    """
    data = as_object(value)
    if columns := columned(data):
        return [*columns]
    for name, held in data.items():
        if plain(name) in LISTS and as_list(held) and isinstance(held[0], dict | list):
            return expanded(held)
    lists = _named(data) if alone else {}
    return next(iter(lists.values())) if len(lists) == 1 else None


def several(value: object) -> str:
    """Return the names of the lists of records that one object holds, "" where there are not several."""
    lists = _named(as_object(value))
    return ", ".join(map(str, lists)) if len(lists) > 1 else ""


def _named(data: dict[str, Any]) -> dict[str, list[Any]]:
    return {} if {*map(plain, data)} & {*INPUTS, *TEXTS} else listed(data)
