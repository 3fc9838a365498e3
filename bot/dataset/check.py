"""A whole file, in one pass that holds no rows."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from bot.dataset import repeats
from bot.dataset.forms import Reader, reader
from bot.dataset.parts import tally_of
from bot.dataset.read import rows
from bot.dataset.source import Source, Unreadable, open_source, text_source
from bot.dataset.tally import Checked, Tally
from bot.dataset.texts import Said

HEAD = 200
"""Rows by which the form of a file is told."""


def check(path: Path, *, near: bool = True) -> Checked:
    """Check a file of finetuning rows; raise Unreadable where it cannot be read at all.

    With `near`, rows that are nearly the same are looked for too, which takes 16 bytes a row and a second look.
    """
    return _check(open_source(path), near)


def check_text(content: str, name: str) -> Checked:
    """Check what such a file holds, already decoded; `name` is what it is called in findings and errors."""
    return _check(text_source(content, name), near=True)


def _check(source: Source, near: bool) -> Checked:
    first = list(islice(rows(source), HEAD))
    if not first:
        raise Unreadable(f"{source.name} holds no rows: it needs one JSON object a line.")
    form = reader([row.value for row in first if row.fault is None])
    tally = tally_of(source, form, near)
    _about_file(source, tally)
    if near and (alike := repeats.alike(tally.hashes)):
        tally.near(repeats.near(_turns(source, form, alike), tally.rows))
    return tally.result(source.name)


def _about_file(source: Source, tally: Tally) -> None:
    if source.bom:
        tally.found("byte_order_mark")
    if source.shape in ("array", "objects"):
        tally.found("json_array" if source.shape == "array" else "json_object")
    if source.shape in ("table", "sheet"):
        tally.found("table")


def _turns(source: Source, form: Reader, numbers: set[int]) -> dict[int, Sequence[Said]]:
    """Return what is said in some rows, read once more."""
    found: dict[int, Sequence[Said]] = {}
    for row in rows(source, numbers):
        if row.fault is None:
            found[row.number] = form.look(row.value, row.number).turns
    return found
