"""What is read out of samples: records, what is left out, and which field was taken for what."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.consultation.model import Pair, Turn


class Numeral(float):
    """A number that knows how it was written, since an answer is what is written: 1.50 is not 1.5."""

    def __new__(cls, value: float, written: str) -> "Numeral":
        """Return the number with its text."""
        made = super().__new__(cls, value)
        made.written = written
        return made

    written: str


@dataclass(frozen=True)
class Bad:
    """A row that is no pair, numbered as its writer counts, and why."""

    row: int
    why: str


@dataclass(frozen=True)
class Left(Bad):
    """A row that is as it should be and holds no wanted answer, such as one that is marked as bad."""


@dataclass(frozen=True)
class Record:
    """One record: what is asked, what is wanted, and what goes before."""

    input: str
    output: str
    form: str = "pairs"
    fields: tuple[str, str] = ("input", "output")
    system: str = ""
    """Instructions that the format gives as those of the system."""
    lead: str = ""
    """An instruction that the format puts before the input, in the user's own turn."""
    before: tuple[Turn, ...] = ()
    also: tuple[str, ...] = ()
    rejected: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """What one form of writing was read as."""

    rows: tuple[Pair | Bad, ...]
    prompt: str | None = None
    premise: str | None = None
    sure: bool = True
    """False where the same text could as well be a conversation."""
    format: str = ""
    """The container, in words."""
    form: str = "pairs"
    """What the records are, in words."""
    fields: tuple[str, str] = ("input", "output")
    """The field that was taken as the input, and the one that was taken as the wanted answer."""
    others: tuple[tuple[str, str], ...] = ()
    """Other fields that could be meant."""
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """The names of fields of which none could be chosen."""
    scorer: str | None = None
    """The scorer that the format itself names."""
    rejected: dict[int, str] = field(default_factory=dict[int, str])
    """Answers that were given as the worse ones, by row."""
    records: tuple[tuple[int, dict[str, Any]], ...] = ()
    """Rows with their numbers, as they were before fields of them were chosen; those that may be read anew."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(row for row in self.rows if isinstance(row, Pair))

    @property
    def bad(self) -> tuple[Bad, ...]:
        return tuple(row for row in self.rows if isinstance(row, Bad) and not isinstance(row, Left))

    @property
    def left(self) -> tuple[Bad, ...]:
        return tuple(row for row in self.rows if isinstance(row, Bad))

    def said(self, format: str, *notes: str) -> "Read":
        """Return it with the container named, and what is to be noted about that."""
        return replace(self, format=self.format or format, notes=(*notes, *self.notes))


def pair(given: object, wanted: object, row: int) -> Pair | Bad:
    """Return a pair of two values as text, or which of them is empty."""
    into, out = trimmed(given), trimmed(wanted)
    if not into or not out:
        return Bad(row, f"has an empty {'output' if into else 'input'}")
    return Pair(input=into, output=out)


def together(records: Sequence[Record | Bad], first: int = 1) -> Read:
    """Return records as pairs; an instruction that all of them share is the prompt."""
    good = [each for each in records if isinstance(each, Record)]
    system = _shared([each.system for each in good])
    lead = _shared([each.lead for each in good])
    forms = list(dict.fromkeys(each.form for each in good))
    most = max(forms, key=lambda form: sum(each.form == form for each in good), default="pairs")
    notes = [f"rows of several forms: {', '.join(forms)}"] if len(forms) > 1 else []
    rows = [
        each if isinstance(each, Bad) else _pair(each, not system, not lead, n) for n, each in enumerate(records, first)
    ]
    return Read(
        tuple(rows),
        prompt="\n\n".join(text for text in (system, lead) if text) or None,
        form=most,
        fields=next((each.fields for each in good if each.form == most), ("input", "output")),
        notes=tuple(dict.fromkeys([*notes, *(note for each in good for note in each.notes)])),
        rejected={
            n: each.rejected for n, each in enumerate(records, first) if isinstance(each, Record) and each.rejected
        },
    )


def as_text(value: object) -> str:
    """Return a value as the text that a person would write for it."""
    if isinstance(value, Numeral):
        return value.written
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def trimmed(value: object) -> str:
    """Return a value as text without the spaces around it, "" for none."""
    return "" if value is None else as_text(value).strip()


def _shared(texts: Sequence[str]) -> str:
    return texts[0] if texts and len(set(texts)) == 1 else ""


def _pair(record: Record, system: bool, lead: bool, row: int) -> Pair | Bad:
    """Return the pair of a record with its own system text and lead, where these are not shared by all."""
    made = pair(record.input, record.output, row)
    if isinstance(made, Bad):
        return made
    own = (Turn(role="system", content=record.system),) if system and record.system else ()
    into = f"{record.lead}\n\n{made.input}" if lead and record.lead else made.input
    also = tuple(dict.fromkeys(text for text in record.also if text and text != made.output))
    return Pair(input=into, output=made.output, before=(*own, *record.before), also=also)
