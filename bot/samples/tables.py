"""Tables as text: CSV with any separator, with and without a first row of names, and Markdown."""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from bot.samples.columns import LOOKED_AT, MOST_NAMES, NoField, labels
from bot.samples.names import INPUTS, LAST_INPUTS, OUTPUTS, TEXTS, plain
from bot.samples.records import Bad, Read, pair
from bot.samples.values import Fields, from_table

Rows = list[tuple[int, list[str]]]
"""Rows with their numbers, as a sheet counts them."""
_WORDS = {"\t": "tabs", "|": "bars", ";": "semicolons", ",": "commas"}
_RAREST = "".join(_WORDS)
"""Separators, the one that sentences have least first."""
_SPECIAL = frozenset({"messages", "conversations", "chosen", "contents", "fields"})
_INS = frozenset({*INPUTS, *TEXTS, *LAST_INPUTS})
_OUTS = frozenset(OUTPUTS)
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"[ \t]*<br[ \t]*/?>[ \t]*", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*:?-+:?[ \t]*")
MOST_TITLES = 5
"""Rows that may stand above the names of columns, as reports have them."""
_EXPECTED = re.compile(r"expected_?[0-9]+")
"""What promptfoo asserts, where it asserts several things."""
SEPARATOR = re.compile(r"(?P<quote>\"?)sep=(?P<sep>[^\r\n])(?P=quote)[,;\t]*\r?\n", re.IGNORECASE)
"""The first line by which Excel tells the separator."""
_PLACE = re.compile(r"column [0-9]+")
_NAME = re.compile(r"[^\W\d][\w .-]{0,29}")


def as_csv(text: str, *, named: bool = False, fields: Fields = None) -> Read | None:
    """Read a table of two columns, or of more with a first row of names.

    Of separators that serve as well the one is taken that sentences have least. `named` is true where a file says that
    it is a table, so that faults are worth telling.
    """
    told = SEPARATOR.match(text)
    if told:
        text, named = text[told.end() :], True
    best: Read | None = None
    best_rank = False, -1
    missing: NoField | None = None
    for delimiter in told["sep"] if told else _RAREST:
        rows = _parsed(text, delimiter) if delimiter in text else None
        if not rows or (max(len(cells) for _, cells in rows) < 2 and plain(rows[0][1][0]) not in _SPECIAL):
            continue
        if told:
            rows = [(number + 1, cells) for number, cells in rows]
        rows, note = _below(rows, named, fields)
        try:
            read = _from_rows(rows, named, delimiter == "\t", fields)
        except NoField as error:
            # With another separator it may be there.
            missing = missing or error
            continue
        if read is None:
            continue
        read = replace(read, notes=(*note, *read.notes))
        count = len(read.pairs)
        rank = bool(count and _is_header([plain(cell) for cell in rows[0][1]])), count
        # Two lines with a comma before their last word or two may be sentences.
        if not rank[0] and count < 3 and delimiter in (",", ";") and f"{delimiter} " in text:
            read = replace(read, sure=False)
        if rank > best_rank:
            best, best_rank = read.said(f"a table with {_WORDS.get(delimiter, repr(delimiter))}"), rank
    if missing and best is None:
        raise missing
    return best


class Layout(NamedTuple):
    """How a table is laid out."""

    delimiter: str
    names: tuple[str, ...]
    """Its columns; none for two without names."""
    above: int = 0
    """Rows above the names."""
    title: str = ""
    """What is said of these."""


def layout(text: str, delimiters: Sequence[str] = (",", "\t", ";", "|")) -> Layout | None:
    """Return how a table that begins like this is laid out, None where it is no table; the last line may be cut."""
    told = SEPARATOR.match(text)
    body = text[told.end() :] if told else text
    best: tuple[int, Layout] | None = None
    for delimiter in told["sep"] if told else delimiters:
        if delimiter not in body:
            continue
        lines = (line + "\n" for line in body.split("\n"))
        try:
            read = list(islice(csv.reader(lines, delimiter=delimiter), LOOKED_AT))
        except csv.Error:  # a carriage return amid a line
            continue
        rows = _trimmed([(n, cells) for n, cells in enumerate(read, 1) if any(cell.strip() for cell in cells)])
        above = titles(rows[:-1]) if len(rows) > 2 else 0
        title = _titled(rows, above)
        rows = rows[above:]
        known = bool(rows) and _is_header([plain(cell) for cell in rows[0][1]])
        if not rows or not 2 - known <= len(rows[0][1]) <= MOST_NAMES:
            continue
        if not known and not (len(rows) > 1 and _seems_header(rows)) and len(rows[0][1]) != 2:
            continue
        even = sum(len(cells) == len(rows[0][1]) for _, cells in rows)
        named = known or (len(rows) > 1 and _seems_header(rows))
        score = even + known * len(rows)
        if best is None or score > best[0]:
            best = score, Layout(delimiter, _named(rows[0][1]) if named else (), above, title)
    return best[1] if best else None


def as_markdown(text: str, fields: Fields = None) -> Read | None:
    """Read Markdown tables: rows between bars, and a rule under their names; later ones where they have the same."""
    tables = _markdown(text)
    if not tables:
        return None
    head = tables[0][0]
    same = _as_first(tables)
    read = _headed(_trimmed(_one(same)), fields)
    read = replace(read, sure=_is_header([plain(cell) for cell in head[1]]))
    others = len(tables) - len(same)
    notes = [f"{others} more table{'s' if others > 1 else ''} with other columns left out"] if others else []
    return read.said("a Markdown table" if len(same) == 1 else f"{len(same)} Markdown tables", *notes)


def markdown_records(text: str) -> list[dict[str, str]]:
    """Return the rows of the first Markdown table, and of those with the same names, as records."""
    head, *rows = _trimmed(_one(_as_first(_markdown(text))))
    names = _named(head[1])
    return [dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False)) for _, cells in rows]


def _as_first(tables: list[Rows]) -> list[Rows]:
    return [rows for rows in tables if rows[0][1] == tables[0][0][1]]


def _one(tables: list[Rows]) -> Rows:
    return [tables[0][0], *(row for rows in tables for row in rows[1:])]


def _markdown(text: str) -> list[Rows]:
    lines = [(n, line.strip()) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    tables: list[Rows] = []
    # Other names are those of columns only where nothing but the table is there.
    alone = all("|" in line or line.startswith("#") for _, line in lines)
    at = 1
    while at < len(lines):
        if "|" not in lines[at][1] or not _is_rule(lines[at][1]):
            at += 1
            continue
        rows: Rows = [(1, _piped(lines[at - 1][1]))]
        at += 1
        while at < len(lines) and "|" in lines[at][1] and not (at + 1 < len(lines) and _is_rule(lines[at + 1][1])):
            rows.append((sum(map(len, tables)) + len(rows) + 1, _piped(lines[at][1])))
            at += 1
        known = _is_header([plain(cell) for cell in rows[0][1]])
        if len(rows) > 1 and (known or alone):
            tables.append(rows)
    return tables


def from_rows(rows: Rows, format: str, fields: Fields = None) -> Read | None:
    """Read the cells of a sheet."""
    held = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not held:
        return None
    below, note = _below(_trimmed(held), True, fields)
    read = _from_rows(below, True, True, fields)
    return read.said(format, *note) if read else None


def below(rows: Rows) -> tuple[Rows, str]:
    """Return the rows of a sheet from that on which names its columns, and what is said of those above it."""
    at = titles(rows)
    return rows[at:], _titled(rows, at)


def titles(rows: Rows) -> int:
    """Return how many of the first rows of a sheet stand above the names of its columns, as the title of a report."""
    if not rows:
        return 0
    if at := _names_at(rows, None):
        return at
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    alone = next((n for n, count in enumerate(filled) if count > 1), 0)
    return alone if alone <= MOST_TITLES and len(rows) > alone + 1 and all(n > 1 for n in filled[alone:]) else 0


def _names_at(rows: Rows, fields: Fields) -> int:
    """Return the place of the row that names the columns, where it is one of the first and not the first; else 0."""

    def names(cells: Sequence[str]) -> bool:
        have = [plain(cell) for cell in cells]
        return _is_header(have) or (fields is not None and {plain(field) for field in fields} <= set(have))

    if names(rows[0][1]):
        return 0
    for at, (_, cells) in enumerate(rows[1 : MOST_TITLES + 1], 1):
        # A letter may be a label, so only words are names here.
        if names([cell for cell in cells if len(cell.strip()) > 1]) and any(
            len(row) == len(cells) for _, row in rows[at + 1 :]
        ):
            return at if fields or _bears_out(rows[at:], [plain(cell) for cell in cells]) else 0
    return 0


def _below(rows: Rows, named: bool, fields: Fields) -> tuple[Rows, tuple[str, ...]]:
    """Return the rows from that on which names the columns, and a note of what stands above it."""
    at = titles(rows) if named and not fields else _names_at(rows, fields)
    return rows[at:], ((_titled(rows, at),) if at else ())


def _titled(rows: Rows, at: int) -> str:
    """Say what stands above the names of the columns, "" for nothing."""
    if not at:
        return ""
    first = " ".join(cell.strip() for cell in rows[0][1] if cell.strip())
    lines = f"{at} lines" if at > 1 else "1 line"
    return f"{lines} above the names of the columns passed over: {first[:60]}{' …' if at > 1 else ''}"


def _parsed(text: str, delimiter: str) -> Rows | None:
    """Return the rows that hold something; lines end at a newline and nowhere else."""
    lines = (line + "\n" for line in text.split("\n"))
    rows: Rows = []
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
    except csv.Error:
        return None
    if delimiter == "|":
        rows = [(n, _unpiped(cells)) for n, cells in rows]
        rows = [(n, cells) for n, cells in rows if not all(_RULE.fullmatch(cell) for cell in cells)]
    return _trimmed(rows)


def _trimmed(rows: Rows) -> Rows:
    """Return the rows without the columns at the end that are empty in all of them."""
    width = max((n for _, cells in rows for n, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return [(number, cells[:width]) for number, cells in rows]


def _from_rows(rows: Rows, named: bool, split: bool, fields: Fields) -> Read | None:
    if len(rows[0][1]) > MOST_NAMES:
        return None
    names = [plain(cell) for cell in rows[0][1]]
    if fields and all(_PLACE.fullmatch(field) for field in fields) and not set(map(plain, fields)) <= set(names):
        rows = [(0, [f"column {n}" for n in range(1, max(len(cells) for _, cells in rows) + 1)]), *rows]
        return replace(_headed(rows, fields), sure=True)
    if fields or (_is_header(names) and (named or _bears_out(rows, names))):
        return replace(_headed(rows, fields), sure=True) if len(rows) > 1 else None
    # Without names a comma may just be a comma of a sentence, unless answers come back like labels.
    plainly = named or split or (len(rows) > 1 and labels([cells[-1] for _, cells in rows]))
    if not plainly or (not named and any(len(cells) != 2 for _, cells in rows)):
        return None
    if len(rows) > 1 + (not named) and _seems_header(rows) and (named or _names_one(rows[0][1])):
        return _headed(rows, None).said("", "the first row was read as the names of the columns")
    wide = next((number for number, cells in rows if len(cells) > 2), None)
    if wide is not None:
        return Read((Bad(wide, "has more than two columns: name them in a first row, such as input,output"),))
    two = [pair(cells[0], cells[1], n) if len(cells) > 1 else _short(n, cells) for n, cells in rows]
    # The order is what the writer said: contents that look the other way round are a reading to offer, not to take.
    into, out = "column 1", "column 2"
    plain_labels = labels([c[-1] for _, c in rows]) and not labels([c[0] for _, c in rows])
    # A name on the columns would settle which is which.
    notes = ("there are no names of columns, so the first row was read as a pair",) if named else ()
    others = () if plain_labels else ((out, into),)
    return Read(tuple(two), sure=len(rows) > 1, fields=(into, out), others=others, notes=notes)


def _is_header(names: Sequence[str]) -> bool:
    have = set(names)
    if have & _SPECIAL or any(map(_EXPECTED.fullmatch, have)):
        return True
    into, out = have & _INS, have & _OUTS
    return bool(into and out and len(into | out) > 1)


def _bears_out(rows: Rows, names: Sequence[str]) -> bool:
    """Tell whether a first row that may be a sentence names columns, since one word of _SPECIAL alone is no proof."""
    if _is_header([name for name in names if name not in _SPECIAL]) or {"chosen", "rejected"} <= set(names):
        return True
    held = [n for n, name in enumerate(names) if name in _SPECIAL]
    return any(cells[n].lstrip()[:1] in ("[", "{") for _, cells in rows[1:] for n in held if n < len(cells))


def _seems_header(rows: Rows) -> bool:
    """Tell whether a first row of unknown words names the columns: short words that come back nowhere below."""
    head, body = rows[0][1], [cells for _, cells in rows[1:]]
    if not all(_NAME.fullmatch(cell.strip()) for cell in head) or len({plain(cell) for cell in head}) < len(head):
        return False
    below = [[cells[n].strip() for cells in body if n < len(cells)] for n in range(len(head))]
    if any(cell.strip() in values for cell, values in zip(head, below, strict=True)):
        return False
    if any(plain(cell) in _OUTS | _INS for cell in head):
        return True
    words = [len(cell.split()) for cell in head]
    longer = any(values and all(len(v.split()) > w for v in values) for w, values in zip(words, below, strict=True))
    return longer or any(labels(values) for values in below)


def _names_one(head: Sequence[str]) -> bool:
    """Tell whether cells of a word or two name a column that is known by its name."""
    return all(len(cell.split()) <= 2 for cell in head) and any(plain(c) in _OUTS | _INS and len(c) > 1 for c in head)


def _named(head: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns of which none is empty and none comes twice."""
    names = [cell.strip() or f"column {n}" for n, cell in enumerate(head, 1)]
    return tuple(name if names.index(name) == n else f"{name} ({n + 1})" for n, name in enumerate(names))


def _headed(rows: Rows, fields: Fields) -> Read:
    names = _named(rows[0][1])
    if fields and not set(map(plain, fields)) <= set(map(plain, names)):
        raise NoField(fields, names)
    good: list[tuple[int, dict[str, str]]] = []
    bad: list[Bad] = []
    for number, cells in rows[1:]:
        if len(cells) > len(names):
            told = f"has {len(cells)} cells under {len(names)} names"
            bad.append(Bad(number, f"{told}: put quotes around a text with the separator in it"))
        elif len(cells) < len(names) and not _only_ends(cells, names, fields):
            bad.append(_short(number, cells))
        else:
            good.append((number, dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=True))))
    read = from_table(good, fields)
    if not bad:
        return read
    placed = {number: row for (number, _), row in zip(good, read.rows, strict=False)} | {each.row: each for each in bad}
    return replace(read, rows=tuple(placed[number] for number in sorted(placed)))


def _only_ends(cells: Sequence[str], names: Sequence[str], fields: Fields) -> bool:
    """Tell whether a row that is too short still has the columns that count."""
    have = [plain(name) for name in names[: len(cells)]]
    return _is_header(have) or (fields is not None and {plain(f) for f in fields} <= set(have))


def _short(number: int, cells: Sequence[str]) -> Bad:
    return Bad(number, f"has only {'1 column' if len(cells) == 1 else f'{len(cells)} columns'}")


def _is_rule(line: str) -> bool:
    cells = _piped(line)
    return len(cells) > 1 and all(_RULE.fullmatch(cell) for cell in cells)


def _piped(line: str) -> list[str]:
    # A cell has no other way to begin a new line.
    return [_BREAK.sub("\n", cell.replace("\\|", "|")).strip() for cell in _unpiped(_BAR.split(line))]


def _unpiped(row: list[str]) -> list[str]:
    inner = row[1:] if row and not row[0].strip() else row
    return inner[:-1] if inner and not inner[-1].strip() else inner
