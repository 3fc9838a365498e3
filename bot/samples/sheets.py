"""Spreadsheets and Parquet, through libraries that are installed where somebody wants these."""

import io
from collections.abc import Iterable
from typing import Any, cast

from bot.samples.records import Read
from bot.samples.tables import from_rows
from bot.samples.values import Fields, from_values
from bot.samples.yamls import Broken

MOST_ROWS = 5000


class MissingLibrary(Exception):
    """Say which library a kind of file needs, and what else can be sent."""


def as_sheet(data: bytes, fields: Fields = None) -> Read | None:
    """Read an Excel or a Parquet file, None for any other. Raises MissingLibrary, or Broken."""
    if data.startswith(b"PK\x03\x04"):
        return _excel(data, fields)
    return _parquet(data, fields) if data.startswith(b"PAR1") else None


def _excel(data: bytes, fields: Fields) -> Read | None:
    try:
        import openpyxl  # pyright: ignore
    except ImportError:
        raise MissingLibrary(_needs("An Excel file", "openpyxl")) from None
    try:
        book = cast(Any, openpyxl).load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        lines: Iterable[Iterable[object]] = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS)
        rows = [(n, [_cell(value) for value in line]) for n, line in enumerate(lines, 1)]
        others = [sheet.title for sheet in book.worksheets[1:]]
    except Exception as error:  # a library that reads other people's archives fails in many ways
        raise Broken("is no Excel file that can be read: save it again, or as CSV") from error
    read = from_rows(rows, "an Excel sheet", fields)
    return read.said("", "of several sheets the first is read") if read and others else read


def _parquet(data: bytes, fields: Fields) -> Read | None:
    try:
        import pyarrow.parquet as parquet  # pyright: ignore
    except ImportError:
        raise MissingLibrary(_needs("A Parquet file", "pyarrow")) from None
    try:
        rows: list[object] = cast(Any, parquet).read_table(io.BytesIO(data)).slice(0, MOST_ROWS).to_pylist()
    except Exception as error:  # as above
        raise Broken("is no Parquet file that can be read: save it again, or as JSON lines") from error
    return from_values(rows, fields=fields).said("a Parquet file") if rows else None


def _needs(kind: str, library: str) -> str:
    return f"{kind} is read with {library}, which is not installed here (extra: tables): save it as CSV or JSON lines"


def _cell(value: object) -> str:
    if value is None:
        return ""
    # A sheet holds whole numbers as decimals.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
