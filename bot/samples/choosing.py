"""Records of which somebody may choose which field is the input and which the wanted answer."""

import json
from dataclasses import replace
from typing import Any

from bot.consultation.model import Columns
from bot.samples.chats import is_chat
from bot.samples.names import plain
from bot.samples.records import Read, trimmed
from bot.samples.values import from_values, renumbered
from bot.text.json import as_list, as_object

MOST_KEPT = 512 * 1024
"""Characters of records."""


def columns_of(read: Read) -> Columns | None:
    """Return the records that pairs were read from, None where they have no more than two fields to choose from."""
    names = tuple(
        dict.fromkeys(name for _, row in read.records for name, value in row.items() if value and not is_chat(value))
    )
    by = {plain(name): name for name in names}
    into, out = (by.get(plain(field)) for field in read.fields)
    if len(names) < 3 or not read.pairs or into is None or out is None:
        return None
    kept: list[tuple[int, dict[str, Any]]] = [
        (n, {name: value if isinstance(value, dict | list) else trimmed(value) for name, value in row.items()})
        for n, row in read.records
    ]
    records = json.dumps(kept, ensure_ascii=False)
    if len(records) > MOST_KEPT:
        return None
    return Columns(names=names, input=into, wanted=out, format=read.format, rows=len(read.rows), records=records)


def again(columns: Columns, fields: tuple[str, str]) -> Read:
    """Read records again, with two fields that somebody chose."""
    kept: list[tuple[int, dict[str, Any]]] = [(int(n), as_object(row)) for n, row in map(as_list, _list(columns))]
    numbers = [n for n, _ in kept]
    read = from_values([row for _, row in kept], fields=fields)
    more = columns.rows - len(kept)
    notes = (f"of {columns.rows:,} rows the first {len(kept)} are read with these",) if more > 0 else ()
    return replace(
        read,
        rows=renumbered(read.rows, numbers),
        records=tuple(kept),
        format=columns.format,
        notes=(*notes, *read.notes),
        others=(),
    )


def _list(columns: Columns) -> list[Any]:
    return as_list(json.loads(columns.records))
