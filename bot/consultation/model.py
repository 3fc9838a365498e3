"""The case: facts and where they came from, samples, trials and the verdict. Plain data, no I/O."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from bot.consultation.answer import Answer, Cited
from bot.consultation.base import Plain, Value
from bot.consultation.trial_results import TrialResult
from bot.consultation.trial_state import Phase, TrialState

SCHEMA = 4


TRANSCRIPT_LINES = 200


class How(StrEnum):
    """How a fact is known, in the order in which one kind gives way to the next."""

    assumed = "assumed"
    stated = "stated"
    chosen = "chosen"
    computed = "computed"
    measured = "measured"


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


class Replaced(Plain):
    """What one answer took the place of: it counts again once that answer is taken back."""

    by: str
    message: str | None
    at: datetime
    was: tuple[Claim, ...]


class Turn(Plain):
    """One turn of a conversation, as text."""

    role: Literal["system", "user", "assistant"]
    content: str


class Pair(Plain):
    """One input and the output the team would want."""

    input: str
    output: str
    before: tuple[Turn, ...] = ()
    """Instructions and turns that come before the input."""
    also: tuple[str, ...] = ()
    """Other outputs that are as good."""


class Columns(Plain):
    """Records with more than two fields, of which two are read; others can be chosen."""

    names: tuple[str, ...]
    input: str
    wanted: str
    format: str
    rows: int
    """How many there were; those that are kept are in `records`."""
    records: str
    """JSON: a list of the numbers of rows, each with its record."""


class Samples(Plain):
    """What the team gave to try: pairs, or one prompt, or both."""

    pairs: tuple[Pair, ...] = ()
    prompt: str | None = None
    """A prompt of the team's own, with or without an `{input}` placeholder."""
    premise: str | None = None
    """The missing fact, where one was named."""
    scorer: str | None = None
    """Name of the scorer that somebody chose in place of the inferred one."""
    tuned: str | None = None
    """A finetune that is to be tried beside its base, by the name under which the model server knows it."""
    base: str | None = None
    """That base; None where it is the model that samples are run on anyway."""
    columns: Columns | None = None
    """What the pairs were read from, where other fields of it could be meant."""
    labels: tuple[str, ...] = ()
    """Labels that people named beside those of the pairs."""


class Line(Plain):
    """One line of the transcript."""

    by: str
    text: str
    at: datetime
    message: str | None = None
    overheard: bool = False
    """True where it was said to others, and only what is unmistakable in it was taken."""


class Room(Plain):
    """Who is there, as far as it tells what is said to us from what people say to each other."""

    addressed: tuple[str, ...] = ()
    """Who has spoken to us here."""
    company: bool = False
    """True once anybody but the asker and us has spoken."""
    ours: bool = False
    """True while nothing was said after what we said last."""
    answered: str | None = None
    """Whom we answered last."""
    hint: Literal["", "due", "shown", "told"] = ""
    """Whether it was said how to answer from now on, since more than one speaks: `shown` while the live message does.
    """


class PassedOn(Plain):
    """Words of others, and who passed them on."""

    by: str
    words: str


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


class Consultation(Plain):
    """One case. Every change makes a new one; the store keeps it with a version for compare-and-set."""

    schema_: Annotated[Literal[4], Field(alias="schema")] = SCHEMA
    id: str
    started: datetime
    updated: datetime
    asker: str | None = None
    names: dict[str, str] = Field(default_factory=dict[str, str])
    """Display names of those who spoke, by author id."""
    claims: dict[str, tuple[Claim, ...]] = Field(default_factory=dict[str, tuple[Claim, ...]])
    replaced: dict[str, tuple[Replaced, ...]] = Field(default_factory=dict[str, tuple[Replaced, ...]])
    """By fact, what gave way to the last answers to it, oldest first."""
    asked: Asked | None = None
    transcript: tuple[Line, ...] = ()
    samples: Samples = Samples()
    given: dict[str, Samples] = Field(default_factory=dict[str, Samples])
    """What `samples` is put together from, by the message it came in; a file of a message is `message/name`."""
    gave: dict[str, str] = Field(default_factory=dict[str, str])
    """By the same names, who gave it."""
    trial: TrialState = TrialState()
    trials: tuple[TrialResult, ...] = ()
    verdict: Verdict | None = None
    situation: str = ""
    """The case in a sentence or two, as a model understood what was said last of it."""
    language: str | None = None
    """ISO 639-1 code of the language of what was said last of it, as a model read it."""
    asks: tuple[str, ...] = ()
    """What was put to the advisor, in the words of who asked, the newest last."""
    answer: Answer | None = None
    """The last one that was said."""
    cited: tuple[Cited, ...] = ()
    """What those that were said last rest on, oldest first."""
    objected: tuple[str, ...] = ()
    """Facts that an answer has called into question, each once."""
    told: str | None = None
    """The verdict that was said last, so that a change is announced even after a question in between."""
    settled: bool = False
    """True once a verdict on assumptions was asked for: from then on nothing more is asked."""
    listens: Literal["always", "answers", "never"] = "always"
    """To what is said in its place without a mention: `answers` only while a question is open, `never` after `leave`.
    """
    room: Room = Room()
    offered: dict[str, Claim] = Field(default_factory=dict[str, Claim])
    """By fact, what somebody said to others that would change what is held: it counts once somebody presses."""
    passed_on: dict[str, PassedOn] = Field(default_factory=dict[str, PassedOn])
    """By message, words that were passed on with it and wait for somebody to say that they are of this case."""
    aside: dict[str, str] = Field(default_factory=dict[str, str])
    """By fact, who said to others what was noted since something was said last."""
    noted: dict[str, str] = Field(default_factory=dict[str, str])
    """By fact, what was noted on the message that stands open, in the words that it shows."""
    private: bool = False
    """True where only one person sees it."""
    via: str | None = None
    """How the last event could be answered, for what is said later."""
    told_them: tuple[str, ...] = ()
    """Who was told here that the advisor is automated, may be wrong, and where their words go."""
    introduced: bool = False
    """True once that stands here for all to see."""
    feedback: dict[str, str] = Field(default_factory=dict[str, str])
    """`up` or `down` by person, about the verdict that holds."""
    puzzled: bool = False
    """True where nothing was understood of the last message, and it was said so."""
    languages: tuple[str, ...] = ()
    """Languages of which it was said here that they are not understood without a model."""
    reader: Literal["model", "patterns"] = "model"
    """`patterns` once the model could not read: choices and patterns from then on."""
    outage: datetime | None = None
    """When the model failed last; None where it has answered since."""
    unread: tuple[str, ...] = ()
    """Messages that the model did not get to: they are read once it answers again."""
    long: bool = False
    """True once it was said that its oldest messages are kept no more."""
    lightened: bool = False
    """True where its messages and samples went to make room for others, and nobody was told so yet."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True, serialize_by_alias=True
    )

    @property
    def listening(self) -> bool:
        """True where what is said in its place without a mention is for it."""
        return self.listens == "always" or (self.listens == "answers" and self.waiting)

    @property
    def waiting(self) -> bool:
        """True while an answer or samples are awaited."""
        return self.asked is not None or self.trial.phase is Phase.requested

    @property
    def at_terminal(self) -> bool:
        """True where a person types commands at a terminal, which has no buttons and no forms to paste into."""
        return self.id.startswith("console:")

    def but(self, **changes: Any) -> "Consultation":
        """Return a copy with these fields replaced."""
        return self.model_copy(update=changes)
