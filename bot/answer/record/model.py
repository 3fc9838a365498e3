"""A decision record as plain data: every text in it is in words for people."""

from datetime import date, datetime
from typing import Literal

from bot.consultation.base import Plain
from bot.consultation.model import How


class Held(Plain):
    """A fact, and what it rests on: somebody's words, a choice, a measurement, a calculation, or nothing yet."""

    fact: str
    label: str
    value: str
    said: str
    """The fact as a statement."""
    how: How | Literal["disputed", "unknown"]
    words: str | None = None
    by: str | None = None
    """Who said or chose it; those who disagree, by comma."""

    @property
    def known(self) -> str:
        """How it is known."""
        who = f" by {self.by}" if self.by else ""
        return {
            How.stated: f"said{who}",
            How.chosen: f"chosen{who}",
            How.measured: "measured",
            How.computed: "computed",
            How.assumed: "assumed",
            "disputed": f"disputed{f' between {self.by}' if self.by else ''}",
            "unknown": "nobody knows",
        }[self.how]


class Reason(Plain):
    """One end of a reason is what the team told or measured, the other what a rule says to that."""

    facts: tuple[Held, ...]
    rule: str
    """As it is cited: "Rule 2 · Try words before weights"."""
    passage: str
    """Id of the passage."""
    text: str


class Decision(Plain):
    """A verdict with all that belongs to it."""

    verdict: str
    """Its id."""
    clause: str
    headline: str
    summary: str
    rule: str
    because: tuple[Reason, ...]
    arithmetic: str | None
    assumed: tuple[str, ...]
    would_change: tuple[str, ...]
    """What would lead elsewhere, each to follow "if"."""
    next: tuple[str, ...]
    takes: str
    """How long the next steps take; empty where each of them says so."""
    notes: tuple[str, ...]


class Rung(Plain):
    """One way in which a model was asked."""

    name: str
    best: bool
    passed: str
    """In words with its interval: "3 of 3 (44 to 100 %)"."""
    rate: float | None
    """None where nothing was judged."""
    low: float
    high: float
    passes: int
    """Of the runs that were judged."""
    judged: int
    agreement: float | None
    tokens: int
    usd: float | None

    @property
    def runs(self) -> str:
        """Say how many runs passed, of those that were judged."""
        return f"{self.passes:,} of {self.judged:,}" if self.judged else "not judged"


class Trial(Plain):
    """What the team's own samples showed."""

    at: datetime
    model: str
    title: str
    """What was run: "5 items × 5 runs, gpt-6-luna"."""
    picture: str
    """Its picture in words."""
    scored: str
    bar: float
    demonstration: bool
    stopped: bool
    rungs: tuple[Rung, ...]
    counted: tuple[str, ...]
    """What it set as facts."""


class Read(Plain):
    """Where something was read, and the day it was checked."""

    by: str
    title: str
    url: str | None
    checked: date


class Source(Plain):
    """A number in the advice, and what it rests on; nothing read for what is ours."""

    number: int
    title: str
    text: str
    """What is said there, in a sentence; empty for a price or a date."""
    read: tuple[Read, ...]


class Advice(Plain):
    """What was advised last, in Markdown, and by which model; None where it was assembled."""

    text: str
    by: str | None
    sources: tuple[Source, ...]


class Versions(Plain):
    """What the record was made with."""

    rules: str
    rules_checked: date
    model: str | None
    prices_checked: date


class Record(Plain):
    """A decision record."""

    form: Literal[1] = 1
    """Version of this form."""
    title: str
    status: Literal["decided", "open"]
    started: date
    date: date
    """Day of the last change."""
    asker: str | None
    people: tuple[str, ...]
    question: tuple[str, ...]
    """What was asked, in the words of who asked."""
    situation: str
    facts: tuple[Held, ...]
    trials: tuple[Trial, ...]
    """The newest first."""
    advice: Advice | None
    language: str | None
    """Of the advice, as ISO 639-1; None for English or where it is not known."""
    decision: Decision | None
    versions: Versions
