"""What a folder of knowledge holds once it is read: facts, questions, rules, verdicts, notes and sources."""

import re
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Value = bool | int | float | str | tuple[str, ...]
CITED = re.compile(r" ?\[@([a-z0-9-]+)\]")
FIVE = ("rule-1", "rule-2", "rule-3", "rule-4", "rule-5")


class KnowledgeError(Exception):
    """Say what is wrong in a folder of knowledge, one line a fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Strict(BaseModel):
    """Immutable data that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Follows(Strict):
    """A value that a fact has where finer ones say so."""

    value: Value
    when: str


class Fact(Strict):
    """One fact that rules may speak of."""

    name: str
    label: str = ""
    """What it is called in front of people; by default its name."""
    type: Literal["set", "choice", "bool", "count", "ratio"]
    values: tuple[str, ...] = ()
    assume: Value | None = None
    known_by: Literal["asked", "measured", "computed"] = "asked"
    inputs: tuple[str, ...] = ()
    unsaid: Value | None = None
    """What it counts as while nobody has spoken of it. Such a fact keeps no clause open, and so is never asked."""
    follows: tuple[Follows, ...] = ()
    """Values that finer facts give it once somebody has told those."""
    confirm: bool = False
    alone: tuple[str, ...] = ()
    """Values of a set that exclude the others, such as `nothing`."""
    yields: tuple[str, ...] = ()
    """Values of a set that give way once somebody names another."""
    at_least: bool = False
    """True where the larger of a measurement and what was told counts."""
    may_become: tuple[bool | str, ...] | None = None
    """What somebody could find out or bring about once it is told: a choice moves on in this order, a set gains these,
    a number only ever grows; an empty list means nothing. Without it, any other value."""
    may_lose: tuple[str, ...] = ()
    """Values that a set may lose once they are dealt with."""
    unlikely: tuple[str, ...] = ()
    """Values that are never proposed as what would change a verdict."""
    about: str


class Step(Strict):
    """One next step and how long it takes."""

    do: str
    takes: str


class Clause(Strict):
    """When a rule speaks, and what it says then."""

    id: str
    verdict: str
    when: str
    why: str = ""
    headline: str = ""
    """What it comes to in such a case; by default the headline of its verdict."""
    until: str = ""
    """What ends it, completing "this one holds until"; said where no one answer leads to another verdict."""
    first: Step | None = None
    """The first step in such a case, in place of the verdict's."""
    then: tuple[Step, ...] = Field(default=(), max_length=4)
    """The steps after the first, where those of the verdict do not fit; by default they follow."""
    cites: tuple[str, ...] = Field(min_length=1)
    order: float | None = None
    before: str | None = None
    after: str | None = None
    replace: str | None = None
    rule: str = ""
    file: str = ""
    house: bool = False


class Passage(Strict):
    """A section of a rule that can be cited as `rule#name`."""

    rule: str
    name: str
    covers: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    """Questions that it answers, in the words of those who ask."""
    text: str

    @property
    def ref(self) -> str:
        return f"{self.rule}#{self.name}"

    @property
    def short(self) -> str:
        """The first sentence, which carries the point, without its source marks."""
        first = re.split(r"(?<=[.!?])\s", self.text.split("\n\n")[0], maxsplit=1)[0]
        return CITED.sub("", first).strip()


class Rule(Strict):
    """One file of rules/."""

    id: str
    title: str
    sources: tuple[str, ...] = ()
    intro: str = ""
    passages: tuple[Passage, ...] = ()


class Ask(Strict):
    """How one fact is asked for."""

    ask: str
    why: str
    options: dict[str, str] = Field(default_factory=dict[str, str])
    means: dict[str, str] | str = ""
    """What each option states, as words that can follow "because" or "if"; of a number one line with `{n}`."""
    says: dict[str, tuple[str, ...]] = Field(default_factory=dict[str, tuple[str, ...]])
    """How people say each option, in their own words."""
    unit: str | None = None
    example: int | None = None


class Question(Strict):
    """One file of questions/: facts that are asked together."""

    id: str
    title: str
    order: int
    facts: dict[str, Ask]
    help: str = ""


class VerdictText(Strict):
    """One file of verdicts/: what the reader is told."""

    id: str
    sentence: str
    headline: str
    rule: Literal["rule-1", "rule-2", "rule-3", "rule-4", "rule-5"]
    cites: tuple[str, ...] = ()
    stance: Literal["worth a try", "not yet", "something else"]
    takes: str
    next: tuple[Step, ...] = Field(min_length=3, max_length=5)
    meaning: str


class Note(Strict):
    """What is said beside a verdict."""

    id: str
    sentence: str
    text: str
    when: str
    verdicts: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class Source(Strict):
    """Where a claim comes from, and the day it was checked."""

    id: str
    title: str
    by: str
    kind: str
    checked: date
    url: str | None = None
    note: str | None = None


class Verb(Strict):
    """A vague wording, the precise verb, and what the verb asks for."""

    vague: str
    try_: str = Field(alias="try")
    asks_for: str
    differs: str


class Ordinary(Strict):
    """A prompt that has nothing to do with anybody's task, and the pattern that a good answer to it matches."""

    asks: str = Field(min_length=1)
    finds: str = Field(min_length=1)

    @field_validator("finds")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"is no pattern that can be searched for: {error}") from None
        return pattern


class ListedModel(Strict):
    """Models of one age: a pattern on their plain names, and the ways people write them."""

    match: str
    phrases: tuple[str, ...] = ()
    why: str = ""
    source: str = ""
    ends: date | None = None

    def __hash__(self) -> int:
        return hash((self.match, self.phrases))


Intent = Literal[
    "answer",
    "unsure",
    "question",
    "counter",
    "verdict",
    "skip",
    "restart",
    "stop",
    "status",
    "forget",
    "why",
    "help",
    "undo",
    "record",
    "smalltalk",
    "other",
]
"""What a message is for."""


class Intents(Strict):
    """intents.yaml: how people say what is no answer; `people` is talk between colleagues."""

    unsure: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    privacy: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    greeting: tuple[str, ...] = ()
    smalltalk: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class Alike(Strict):
    """alike.yaml: what people call one thing, by the name under which passages are found."""

    words: dict[str, tuple[str, ...]]


class Thresholds(Strict):
    """thresholds.yaml: how near words must stand to a phrasing; `benchmarks/thresholds.py` fits most of them."""

    clear: float
    """An answer to the open question at least this near is taken."""
    lead: float
    """By this much it must stand before the next."""
    close: float
    """An answer at least this near is offered."""
    intent: float
    unsure: float
    opening: float
    """A statement that nobody asked for, in a message to us."""
    overheard: float
    """The same between people."""
    passage: float
    """The score below which the passages say nothing of a question."""


class ModelAge(Strict):
    """Which base models count as old or current; patterns are fnmatch, on plain names."""

    owner: str
    checked: date
    old: tuple[ListedModel, ...]
    current: tuple[ListedModel, ...]
    unversioned: tuple[str, ...] = ()
    """Words that name a model without its version."""

    def __hash__(self) -> int:
        return hash((self.checked, len(self.old), len(self.current)))  # all of it would take longer than most look-ups
