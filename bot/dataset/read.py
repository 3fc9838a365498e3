"""A file of rows, one at a time: JSONL, or a JSON array, which is read anyway."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, NoReturn

CAP = 512 * 1024 * 1024
"""Bytes of the largest file that is read."""
TOO_DEEP = "it is nested too deep"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


class Unreadable(Exception):
    """Say in one sentence why a file cannot be read at all."""


@dataclass(frozen=True)
class Row:
    """One row; `number` is its line in JSONL and its place in an array, from 1; `fault` says why it is not JSON."""

    number: int
    value: Any = None
    fault: str | None = None


@dataclass(frozen=True)
class Source:
    """A file that is known to be readable so far."""

    name: str
    open: Callable[[], IO[bytes]]
    shape: str
    """`jsonl`, `array` (one JSON array) or `object` (one JSON object over several lines)."""
    bom: bool


def open_source(path: Path) -> Source:
    """Look at a file and say what shape it has.

    Raises Unreadable where it is missing, a folder, empty, too large or not UTF-8 at its start.
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
        return _source(str(path), lambda: path.open("rb"))
    except FileNotFoundError:
        raise Unreadable(f"There is no file {path}.") from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None


def text_source(content: str, name: str) -> Source:
    """Look at what a file holds, already decoded, and say what shape it has; raises Unreadable where it is empty."""
    content_bytes = content.encode("utf-8", "surrogatepass")
    return _source(name, lambda: io.BytesIO(content_bytes))


def _source(name: str, open: Callable[[], IO[bytes]]) -> Source:
    with open() as file:
        head = file.read(3)
    if head[:2] in _UTF16:
        raise Unreadable(f"{name} is UTF-16, from its first byte: save it as UTF-8.")
    source = Source(name, open, "jsonl", head == _BOM)
    return replace(source, shape=_shape(source))


def rows(source: Source) -> Iterator[Row]:
    """Yield the rows in order; a blank line is no row. Raises Unreadable at the first byte that is not UTF-8."""
    if source.shape == "array":
        values: list[Any] = _whole(source)
        yield from (Row(number, value) for number, value in enumerate(values, 1))
    elif source.shape == "object":
        yield Row(1, _whole(source))
    else:
        for number, line in _lines(source):
            if line.strip():
                yield _row(number, line)


def _row(number: int, line: str) -> Row:
    try:
        return Row(number, parse(line))
    except json.JSONDecodeError as error:
        return Row(number, fault=f"{error.msg} at column {error.colno}")
    except ValueError as error:
        return Row(number, fault=str(error))
    except RecursionError:
        return Row(number, fault=TOO_DEEP)


def parse(text: str) -> Any:
    """Return JSON as a value; NaN and Infinity, which Python takes and other readers refuse, raise ValueError."""
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    at = 0
    with source.open() as file:
        for number, raw in enumerate(file, 1):
            try:
                yield number, raw.decode("utf-8").removeprefix("\ufeff" if number == 1 else "")
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"{source.name} is not UTF-8: byte {at + error.start:,} (line {number}) cannot be decoded. "
                    "Save it as UTF-8."
                ) from None
            at += len(raw)


def _whole(source: Source) -> Any:
    return parse("".join(line for _, line in _lines(source)))


def _shape(source: Source) -> str:
    """Tell JSONL from one JSON value over the whole file; only a first line that is no row by itself makes it look."""
    first = next((line for _, line in _lines(source) if line.strip()), None)
    if first is None:
        raise Unreadable(f"{source.name} is empty: it needs one JSON object a line.")
    head = _row(1, first)
    if head.fault is None and not isinstance(head.value, list):
        return "jsonl"
    try:
        whole = _whole(source)
    except (ValueError, RecursionError):
        return "jsonl"
    return "array" if isinstance(whole, list) else "object"
