"""Spreadsheets and Parquet, through libraries that are installed where somebody wants these."""

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import IO, Any, cast

from bot.samples.records import Read
from bot.samples.tables import MOST_TITLES, below, from_rows
from bot.samples.values import Fields, from_values
from bot.samples.yamls import Broken
from bot.text.extras import command

MOST_ROWS = 5000
_NO_EXCEL = "is no Excel file that can be read: save it again, or as CSV"


class MissingLibrary(Exception):
    """Say which library a kind of file needs, and what else can be sent."""


def as_sheet(data: bytes, fields: Fields = None) -> Read | None:
    """Read an Excel or a Parquet file, None for any other. Raises MissingLibrary, or Broken."""
    if data.startswith(b"PK\x03\x04"):
        return _excel(data, fields)
    return _parquet(data, fields) if data.startswith(b"PAR1") else None


def batches(file: IO[bytes], tell: Callable[[str], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a sheet with their numbers, few of them at a time; `tell` hears what is passed over.

    Raises MissingLibrary, or Broken.
    """
    kind = file.read(4)
    file.seek(0)
    if kind == b"PAR1":
        yield from _parquet_rows(file)
        return
    rows = ((n, [_cell(value) for value in line]) for n, line in enumerate(_excel_lines(file)[0], 1))
    held = ((n, cells) for n, cells in rows if any(cell.strip() for cell in cells))
    head, title = below(list(islice(held, MOST_TITLES + 2)))
    if title:
        tell(title)
    names = [cell.strip() or f"column {n}" for n, cell in enumerate(head[0][1], 1)] if head else []
    for number, cells in chain(head[1:], held):
        yield number, dict(zip(names, cells, strict=False))


def _parquet_rows(file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    parquet = _pyarrow()
    number = 0
    try:
        for batch in parquet.ParquetFile(file).iter_batches(batch_size=1000):
            for value in batch.to_pylist():
                number += 1
                yield number, value
    except Exception as error:  # a library that reads other people's archives fails in many ways
        raise Broken("is no Parquet file that can be read: save it again, or as JSON lines") from error


def _excel(data: bytes, fields: Fields) -> Read | None:
    lines, others = _excel_lines(io.BytesIO(data), MOST_ROWS)
    try:
        rows = [(n, [_cell(value) for value in line]) for n, line in enumerate(lines, 1)]
    except Exception as error:  # as above
        raise Broken(_NO_EXCEL) from error
    read = from_rows(rows, "an Excel sheet", fields)
    return read.said("", "of several sheets the first is read") if read and others else read


def _excel_lines(file: IO[bytes], most: int | None = None) -> tuple[Iterable[Iterable[object]], bool]:
    """Return the rows of the first sheet, and whether there are others."""
    try:
        import openpyxl  # pyright: ignore
    except ImportError:
        raise MissingLibrary(_needs("An Excel file", "openpyxl")) from None
    try:
        book = cast(Any, openpyxl).load_workbook(file, read_only=True, data_only=True)
        return book.worksheets[0].iter_rows(values_only=True, max_row=most), len(book.worksheets) > 1
    except Exception as error:  # as above
        raise Broken(_NO_EXCEL) from error


def _parquet(data: bytes, fields: Fields) -> Read | None:
    parquet = _pyarrow()
    try:
        rows: list[object] = parquet.read_table(io.BytesIO(data)).slice(0, MOST_ROWS).to_pylist()
    except Exception as error:  # as above
        raise Broken("is no Parquet file that can be read: save it again, or as JSON lines") from error
    return from_values(rows, fields=fields).said("a Parquet file") if rows else None


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet as parquet  # pyright: ignore
    except ImportError:
        raise MissingLibrary(_needs("A Parquet file", "pyarrow")) from None
    return parquet


def _needs(kind: str, library: str) -> str:
    other = "save it as CSV or JSON lines"
    return f"{kind} is read with {library}, which is not installed here: {other}, or {command('tables')} adds it"


def _cell(value: object) -> str:
    if value is None:
        return ""
    # A sheet holds whole numbers as decimals.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
