"""Values (objects, two-element lists, conversations) into pairs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from bot.consultation.model import Pair
from bot.samples.chats import Unreadable, exchange, is_chat, messages
from bot.samples.columns import Chosen, Unknown, choose
from bot.samples.names import INPUTS, LABELS, LISTS, OUTPUTS, SYSTEMS, TEXTS, plain
from bot.samples.promptfoo import SEVERAL, are_tests, from_cells, from_config, is_promptfoo
from bot.samples.records import Bad, Left, Read, Record, pair, together, trimmed
from bot.samples.schemas import decoded, expanded, flat, special
from bot.text.json import as_list, as_object

MOST_NAMED = 6
MOST_RECORDS = 100
"""Records that are kept, so that other fields of them can be chosen."""
Fields = tuple[str, str] | None
"""The fields of input and wanted answer, where somebody said which they are."""


def from_values(values: Iterable[object], first: int = 1, fields: Fields = None) -> Read:
    """Read objects, conversations or two-element lists, one a row; raises NoField where none has what `fields` name."""
    given = expanded(values)
    if cells := _under_names(given):
        return from_values(cells, first + 1, fields)
    if are_tests(given):
        return from_config({"tests": given}, {"tests": given})
    rows = [_one(value, number, fields) for number, value in enumerate(given, first)]
    loose = [row for row in rows if isinstance(row, dict)]
    chosen: Chosen | None = None
    others: tuple[tuple[str, str], ...] = ()
    if loose:
        try:
            chosen = choose(loose, fields)
            others = chosen.others
            rows = _unwrapped(rows, chosen.wanted)
        except Unknown as unknown:
            others = unknown.others
    told = fields is not None
    records = [_flat(row, chosen, n, told) if isinstance(row, dict) else row for n, row in enumerate(rows, first)]
    read = together(records, first)
    free = chosen.unused if chosen else ()
    idle = [n for n in free if plain(n) not in SYSTEMS or not any(as_object(row).get(n) for row in given)]
    unused = [f"not used: {_listed(idle)}"] if idle else []
    unknown = tuple(map(str, loose[0])) if loose and chosen is None else ()
    if chosen and chosen.wanted.startswith("__expected"):
        read = from_cells(read, first)
    held = [(n, as_object(row)) for n, row in enumerate(given[:MOST_RECORDS], first)]
    # Of two answers one is the worse, and of messages who speaks is known: neither is anybody's choice.
    settled = bool(read.rejected) or any(isinstance(row, Left) for row in read.rows)
    kept = () if settled or not all(row for _, row in held) else tuple(held)
    return replace(read, others=others, notes=(*read.notes, *unused), unknown=unknown, records=kept)


def from_table(rows: Sequence[tuple[int, dict[str, str]]], fields: Fields = None) -> Read:
    """Read the rows of a table with named columns, each with its number."""
    read = from_values([decoded(cells) for _, cells in rows], fields=fields)
    numbers = [number for number, _ in rows]
    records = tuple((numbers[n - 1], row) for n, row in read.records)
    rejected = _renumbered(read.rejected, numbers)
    notes = (SEVERAL,) if any(name.startswith("__expected2") for name in (rows[0][1] if rows else ())) else ()
    read = read.said("", *notes)
    return replace(read, rows=renumbered(read.rows, numbers), rejected=rejected, records=records)


def renumbered(rows: Sequence[Pair | Bad], numbers: Sequence[int]) -> tuple[Pair | Bad, ...]:
    """Return rows with the numbers that their writer gives them, where there are as many."""
    if len(rows) != len(numbers):
        return tuple(rows)
    return tuple(replace(r, row=n) if isinstance(r, Bad) else r for r, n in zip(rows, numbers, strict=True))


def from_object(data: dict[str, Any], fields: Fields = None) -> Read | None:
    """Read one object: a list of pairs under a name, one record, one prompt, or a mapping of inputs to outputs."""
    if is_promptfoo(data):
        return from_config(data, data).said("a promptfoo file")
    if columns := columned(data):
        return from_values(columns, fields=fields)
    names = {plain(key): key for key in data}
    prompt, premise = (_line(data.get(names.get(name, ""))) for name in ("prompt", "premise"))
    for name in LISTS:
        if name in names and as_list(data[names[name]]) and not is_chat(data[names[name]]):
            inner = from_values(as_list(data[names[name]]), fields=fields)
            return replace(inner, prompt=prompt or inner.prompt, premise=premise)
    known = any(n in names for n in (*INPUTS, *TEXTS)) and any(n in names for n in OUTPUTS)
    if known or fields or special(data, 1) is not None or "paragraphs" in names:
        return from_values([data], fields=fields)
    if prompt:
        return Read((), prompt, premise)
    if data and all(isinstance(value, str | int | float | bool) for value in data.values()):
        rows = tuple(pair(key, value, row) for row, (key, value) in enumerate(data.items(), 1))
        # In a message such an object is more likely the answer that somebody wants.
        return Read(rows, sure=False, form="a mapping of inputs to outputs")
    if lists := listed(data):
        inner = from_values(next(iter(lists.values())), fields=fields)
        if len(lists) > 1:
            inner = Read((Bad(1, f"holds several lists ({_listed([*lists])}): give one of them"),))
        return replace(inner, sure=inner.sure and bool(inner.pairs) and not inner.others)
    return None


def listed(data: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the lists of records that an object holds under whatever names, {} for what is a record itself."""
    if special(dict(data), 1) is not None:
        return {}
    held = {name: as_list(value) for name, value in data.items()}
    return {name: rows for name, rows in held.items() if rows and all(map(as_object, rows)) and not is_chat(rows)}


def columned(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the records of an object that holds them column by column; [] for any other."""
    names, held = as_list(data.get("columns")), as_list(data.get("data"))
    if names and held and all(len(as_list(cells)) == len(names) for cells in held):
        return [dict(zip(map(str, names), as_list(cells), strict=True)) for cells in held]
    if len(data) < 2 or not any(plain(n) in (*INPUTS, *TEXTS) for n in data):
        return []
    lists = [as_list(column) for column in data.values()]
    if len({len(column) for column in lists}) == 1 and lists[0] and not any(map(is_chat, lists)):
        return [dict(zip(data, cells, strict=True)) for cells in zip(*lists, strict=True)]
    objects = [as_object(column) for column in data.values()]
    keys = objects[0].keys()
    if keys and all(str(key).isdigit() for key in keys) and all(each.keys() == keys for each in objects):
        return [{name: column[key] for name, column in zip(data, objects, strict=True)} for key in keys]
    return []


def _under_names(values: Sequence[object]) -> list[dict[str, Any]]:
    """Return the records of lists of which the first names the fields; [] for any other values."""
    names, *rows = [as_list(value) for value in values] or [[]]
    have = {plain(name) for name in names if isinstance(name, str)}
    known = have & {*INPUTS, *TEXTS} and have & {*OUTPUTS} and len(have) == len(names)
    if not known or not rows or any(len(cells) != len(names) for cells in rows):
        return []
    return [dict(zip(map(str, names), cells, strict=True)) for cells in rows]


def _unwrapped(rows: Sequence[Record | Bad | dict[str, Any]], wanted: str) -> list[Record | Bad | dict[str, Any]]:
    """Return the rows with each label out of its list, where all have a list of one."""
    held = [as_list(row.get(wanted)) for row in rows if isinstance(row, dict)]
    if plain(wanted) in LABELS and all(len(each) == 1 and not isinstance(each[0], dict | list) for each in held):
        return [{**row, wanted: as_list(row[wanted])[0]} if isinstance(row, dict) else row for row in rows]
    return [*rows]


def _one(value: object, row: int, fields: Fields) -> Record | Bad | dict[str, Any]:
    """Return the record of one value; an object whose fields have to be chosen as it is."""
    if isinstance(value, list):
        cells = as_list(cast(object, value))
        if is_chat(cells):
            try:
                return exchange(messages(cells), "conversations", ("the messages", "the last answer"))
            except Unreadable as error:
                return Bad(row, str(error))
        if len(cells) != 2:
            return Bad(row, "is not an input and an output")
        return Record(trimmed(cells[0]), trimmed(cells[1]), "lists of two", ("the first", "the second"))
    if not isinstance(value, dict):
        return Bad(row, "is neither an object nor an input and an output")
    data = as_object(cast(object, value))
    return data if fields else special(data, row) or data


def _flat(data: Mapping[str, Any], chosen: Chosen | None, row: int, told: bool) -> Record | Bad:
    held = dict(data)
    if chosen and chosen.input in held and chosen.wanted in held:
        return flat(held, chosen)
    if not told and (not chosen or not {chosen.input, chosen.wanted} & held.keys()):
        try:
            return flat(held, choose([held]))
        except Unknown as unknown:
            return Bad(row, _missing(held, unknown.missing))
    return Bad(row, _missing(held, "output" if chosen and chosen.input in held else "input"))


def _missing(data: Mapping[str, Any], missing: str) -> str:
    names = list(data)
    if not names:
        return f"has no {missing}: it names nothing"
    return f"has no {missing}: it names {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(" ".join(str(name).split())[:40] or "(no name)" for name in names[:MOST_NAMED]) + more


def _renumbered(rejected: dict[int, str], numbers: Sequence[int]) -> dict[int, str]:
    return {numbers[n - 1]: text for n, text in rejected.items()}


def _line(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
