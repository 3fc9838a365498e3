"""What a platform shows of a reply, decided once: which controls a question has, how its words run, what fits. Pure."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from bot.chat.reply import Form, FormField, Option, Part, Progress, Table, Text
from bot.chat.wording import UNKNOWN as UNSURE

P = TypeVar("P")

PROBLEM = "Problem"
"""How an error begins: colour alone would tell nothing to those who cannot see it."""
USEFUL = "Was this useful, or is a fact wrong?"
QUICK = 5
"""Options that are shown as buttons; more become a menu."""
BUTTONS = 10
"""What can be done next that is shown as buttons; more become a menu."""
QUESTION = 200
"""The longest question that is set in bold."""
STEPS = 20
"""Signs of a bar."""
_NUMBER = re.compile(r"[-+~≈$€]?\s?\d[\d,.' ]*\s?(?:%|[a-zA-Z€$]{1,3})?")
_FORMULA = re.compile(r"((?:^|[;\t\r\n])\s*)([=+\-@＝＋－＠])")
"""Begins what a spreadsheet computes, at the start of a cell; some spreadsheets end cells at semicolons, too."""


@dataclass(frozen=True)
class QuestionLayout:
    """How a question is put: quick answers for its first field, a form for more, and the same in words."""

    first: FormField
    ask: str
    """The question itself; empty where it stands above."""
    ask_first: str
    """The question of the first field, where several are asked at once and this one has quick answers."""
    quick: Literal["buttons", "menu", "several"] | None
    opens: str
    """Label of the button that opens the form; empty where none is needed."""
    opened: tuple[str, ...]
    """The facts that this form asks for."""
    unsure: bool
    """True where "I don't know" is a button."""
    words: tuple[str, ...]
    """What stands in place of the controls where there can be none."""

    @property
    def example(self) -> str:
        """What an answer in words looks like; empty where several are asked for."""
        return (self.first.hint or "") if len(self.opened) <= 1 else ""


def question(form: Form, *, asked: bool) -> QuestionLayout:
    """Return how a form is put to people; `asked` where its question stands above."""
    first, several = form.fields[0], len(form.fields) > 1
    quick = None if not first.options else _quick(first)
    all_ = "Answer both" if len(form.fields) == 2 else f"Answer all {len(form.fields)}"
    ask = "" if asked else " ".join(field.ask.strip() for field in form.fields).strip() or "–"
    choose = choose_from([*first.options, Option(value="", label=UNSURE)]) if first.options else ""
    return QuestionLayout(
        first=first,
        ask=ask,
        ask_first=(first.ask.strip() or "–") if several and quick else "",
        quick=quick,
        opens=all_ if several else "" if first.options else "Answer",
        opened=tuple(field.fact for field in form.fields),
        unsure=bool(first.options) or not several,
        words=tuple(filter(None, [ask, f"{first.ask} {choose}" if several and choose else choose])),
    )


def _quick(field: FormField) -> Literal["buttons", "menu", "several"]:
    if field.type == "set":
        return "several"
    return "buttons" if len(field.options) <= QUICK else "menu"


def choose_from(options: Sequence[Option]) -> str:
    """Say what can be chosen, for where there are no buttons."""
    return f"Choose from: {'; '.join(option.label for option in options)}."


def asked_above(parts: Sequence[Part], index: int) -> bool:
    """Tell whether the question of the form at this place stands above it."""
    return any(isinstance(before, Text) and before.voice == "ask" for before in parts[:index])


def bold_question(words: str) -> str:
    """Set a short question off from why it is asked."""
    end = words.rfind("?") + 1
    if not 0 < end <= QUESTION or any(sign in words[:end] for sign in "*_`\\\n["):
        return words
    return f"**{words[:end]}**{words[end:]}"


def bar(progress: Progress) -> str:
    """Draw how far it is."""
    total = max(progress.total, 1)
    full = STEPS * min(progress.done, total) // total
    return f"{'▓' * full}{'░' * (STEPS - full)}"


def packed(pieces: Sequence[P], fit: Callable[[Sequence[P]], bool]) -> list[list[P]]:
    """Put pieces together, in their order, into as few groups as fit."""
    if len(pieces) > 1 and fit(pieces):  # as nearly all do
        return [[*pieces]]
    groups: list[list[P]] = []
    for piece in pieces:
        if not groups or not fit([*groups[-1], piece]):
            groups.append([])
        groups[-1].append(piece)
    return groups


def listed(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """Return (mark, name, rest) for each row of a table that is too wide for a phone, as an item of a list.

    A first column without a name numbers the rows. Where none does, each of several cells says what it is: figures
    look alike.
    """
    numbered = len(headers) > 1 and not headers[0].strip()
    named = not numbered and len(headers) > 2
    items: list[tuple[str, str, str]] = []
    for row in rows:
        mark = f"{row[0]}." if numbered and row[0].isdigit() else "-"
        name, *rest = row[numbered:]
        heads = headers[len(headers) - len(rest) :]
        says = [f"{at}: {cell}" if named and cell else cell for at, cell in zip(heads, rest, strict=True)]
        items.append((mark, name or "–", " · ".join(filter(None, says))))
    return items


def as_csv(table: Table) -> bytes:
    """Return a table as a file that spreadsheets open; nothing in it is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in (table.headers, *table.rows):
        writer.writerow([cell if numeric(cell) else _FORMULA.sub(r"\1'\2", cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def numeric(cell: str) -> bool:
    """Tell whether a cell of a table is a number, with or without a unit."""
    return bool(_NUMBER.fullmatch(cell.strip()))
