"""What a trial measured, as it is kept with the consultation. Plain data, no I/O."""

from datetime import datetime

from pydantic import Field

from bot.consultation.base import Plain, Value


class RungResult(Plain):
    """What one rung measured; `errors` are calls that failed after all retries, neither passes nor failures."""

    name: str
    model: str
    items: int
    runs: int
    judged: int | None = None
    """Runs that were judged, which alone count for its rate; None in trials that were kept without it."""
    passes: int
    items_passed: int
    """An item passes when more than half of its graded runs do."""
    rate: float
    """Share of graded runs that pass; its interval is clustered by item."""
    low: float
    high: float
    agreement: float | None
    errors: int
    tokens_in: int
    tokens_out: int
    usd: float | None
    seconds: float

    @property
    def judged_runs(self) -> int:
        """Runs that were judged: the others are neither passes nor failures."""
        if self.judged is not None:
            return self.judged
        return round(self.passes / self.rate) if self.rate else self.runs if self.items else 0


class Graded(Plain):
    """What one person says about one output of a trial; `output` names it and does not tell which rung it came from."""

    output: str
    passed: bool
    by: str
    at: datetime


class Compared(Plain):
    """One rung beside another on the same items; `p` is exact and corrected for the number of comparisons (Holm)."""

    rung: str
    against: str
    gained: int
    lost: int
    p: float
    better: bool


class Judged(Plain):
    """How far the judging model can be trusted: agreement with people, None below ten outputs that both judged."""

    outputs: int
    """Outputs that people judged as well."""
    agreement: float | None = None
    low: float = 0.0
    high: float = 1.0
    alpha: float | None = None
    """Krippendorff's alpha, judge against people."""
    undecided: int = 0
    """Answers on which it contradicted itself when the two texts changed places."""


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
    """True where somebody, a cap or a fault ended it before its verdict was decided."""
    facts: dict[str, Value] = Field(default_factory=dict[str, Value])
    """What the trial set as measured."""
    calls: int = 0
    saved_calls: int = 0
    """Calls of the full grid that were not needed, since they could not have changed the verdict."""
    needed: int | None = None
    """Items that would decide about the bar at the best rung's rate; None where it is decided or 2,000 would not."""
    items: dict[str, tuple[bool | None, ...]] = Field(default_factory=dict[str, tuple[bool | None, ...]])
    """Which items each rung passed, in the order of the task; None where nothing was graded."""
    valid: dict[str, float] = Field(default_factory=dict[str, float])
    """Share of answers in the form that is wanted, by rung, right or wrong; only where a form can be told."""
    compared: tuple[Compared, ...] = ()
    confusion: tuple[tuple[str, str, int], ...] = ()
    """Of the best rung: wanted label, label that came, how often."""
    fields: tuple[tuple[str, int, int], ...] = ()
    """Of the best rung: field of the record, how often right, of how many answers."""
    base: str | None = None
    """The rung that the premise rung and other models repeat, but for the one thing that they change."""
    premise_fixes: bool | None = None
    """Whether that turned its failures into passes; None where too little was measured to say."""
    judged: Judged | None = None
    outputs: dict[str, tuple[tuple[str, ...], ...]] = Field(default_factory=dict[str, tuple[tuple[str, ...], ...]])
    """Where people can grade: by rung and item, the names of the outputs of its runs."""
    scored: dict[str, bool | None] = Field(default_factory=dict[str, bool | None])
    """What the scorer said of each of these outputs; None where it could not tell, or contradicted itself."""
    grades: tuple[Graded, ...] = ()
    ordinary: "TrialResult | None" = None
    """What a finetune and its base do on ordinary prompts, which have nothing to do with the task."""
    worse: tuple[str, ...] = ()
    """Of such a result: the prompts that the base passes and the finetune does not."""

    @property
    def without_words(self) -> "TrialResult":
        """The same without what stands in it of samples: labels, and names of fields."""
        return self.model_copy(update={"confusion": (), "fields": ()})
