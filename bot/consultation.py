"""The case: facts and where they came from, samples, trials and the verdict. Plain data, no I/O."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = 1
TRANSCRIPT_LINES = 200

Value = bool | int | float | str | tuple[str, ...]


class How(StrEnum):
    """How a fact is known, in the order in which one kind gives way to the next."""

    assumed = "assumed"
    stated = "stated"
    chosen = "chosen"
    computed = "computed"
    measured = "measured"


class Plain(BaseModel):
    """Immutable data that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Claim(Plain):
    """What one person (or one measurement) holds about one fact; `value` None is "I don't know"."""

    value: Value | None
    how: How
    by: str
    at: datetime
    quote: str | None = None
    """For `stated`: the exact words, a substring of the message."""
    message: str | None = None
    """Id of the event it came from, so that an edited or deleted message can be read again."""
    closed: bool = True
    """False for a set that was only mentioned: it is a lower bound until its question is answered."""


class Pair(Plain):
    """One input and the output the team would want."""

    input: str
    output: str


class Samples(Plain):
    """What the team gave to try: pairs, or one prompt, or both."""

    pairs: tuple[Pair, ...] = ()
    prompt: str | None = None
    """A prompt of the team's own, with or without an `{input}` placeholder."""
    premise: str | None = None
    """The missing fact, where one was named."""


class Line(Plain):
    """One line of the transcript."""

    by: str
    text: str
    at: datetime
    message: str | None = None


class Asked(Plain):
    """The question that is open."""

    facts: tuple[str, ...]
    conflict: bool = False
    """True where two people disagree and both answers were shown."""


class Reason(Plain):
    """One end in the team's words or a measurement, the other in a passage of a rule."""

    fact: str
    quote: str | None
    rule: str
    passage: str
    text: str


class Change(Plain):
    """A fact, the nearest other value, and the verdict it would lead to."""

    fact: str
    value: Value
    verdict: str


class Verdict(Plain):
    """A verdict as it was given."""

    verdict: str
    clause: str
    because: tuple[Reason, ...]
    notes: tuple[str, ...]
    assumed: tuple[str, ...]
    would_change: tuple[Change, ...]
    next: tuple[str, ...]


class RungResult(Plain):
    """What one rung measured; `errors` are calls that failed after all retries, neither passes nor failures."""

    name: str
    model: str
    items: int
    runs: int
    passes: int
    items_passed: int
    rate: float
    """Share of items passed: an item passes when more than half of its graded runs do."""
    low: float
    high: float
    agreement: float | None
    errors: int
    tokens_in: int
    tokens_out: int
    usd: float | None
    seconds: float


class TrialResult(Plain):
    """A finished (or stopped) trial."""

    id: str
    at: datetime
    model: str
    demonstration: bool
    scorer: str
    bar: float
    rungs: tuple[RungResult, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    best: str | None = None
    stopped: bool = False
    facts: dict[str, Value] = Field(default_factory=dict[str, Value])
    """What the trial set as measured (design.md section 6)."""


class Consultation(Plain):
    """One case. Every change makes a new one; the store keeps it with a version for compare-and-set."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = SCHEMA
    id: str
    started: datetime
    updated: datetime
    asker: str | None = None
    names: dict[str, str] = Field(default_factory=dict[str, str])
    """Display names of those who spoke, by author id."""
    claims: dict[str, tuple[Claim, ...]] = Field(default_factory=dict[str, tuple[Claim, ...]])
    asked: Asked | None = None
    transcript: tuple[Line, ...] = ()
    samples: Samples = Samples()
    samples_from: tuple[str, ...] = ()
    """Ids of the messages that the samples came in."""
    trial_offer: Literal["open", "wanted", "skipped", "running", "done"] | None = None
    """`wanted`: somebody said they would paste samples, so the next message may be a prompt alone."""
    trials: tuple[TrialResult, ...] = ()
    verdict: Verdict | None = None
    told: str | None = None
    """The verdict that was said last, so that a change is announced even after a question in between."""
    settled: bool = False
    """True once a verdict on assumptions was asked for: from then on nothing more is asked."""
    reader: Literal["model", "patterns"] = "model"
    """`patterns` once the model could not read: choices and patterns from then on."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    def but(self, **changes: Any) -> "Consultation":
        """Return a copy with these fields replaced."""
        return self.model_copy(update=changes)
