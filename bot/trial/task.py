"""What is tried, and what one call of it gave. Plain data."""

from pydantic import Field

from bot.consultation import Pair, Plain, Samples
from bot.model.errors import Kind
from bot.trial.scorers import Scorer, infer

RUNG_NAMES = ("bare", "instructed", "few_shot")
PLACE = "{input}"
BAR = 0.8
REPEATS = 5


class TaskError(Exception):
    """Say in one sentence why these samples cannot be tried."""


class Item(Plain):
    """One input, and the output that is wanted where somebody gave one."""

    input: str
    wanted: str | None


class Task(Plain):
    """A team's task: the samples, how an answer is scored, and which rungs are climbed how often."""

    pairs: tuple[Pair, ...] = ()
    prompt: str | None = None
    premise: str | None = None
    scorer: Scorer
    rungs: tuple[str, ...] = RUNG_NAMES
    repeats: int = Field(default=REPEATS, ge=1, le=100)
    bar: float = Field(default=BAR, gt=0, le=1)
    room: int = Field(default=100_000, gt=0)
    """Characters that examples in a prompt may take up."""

    @property
    def items(self) -> tuple[Item, ...]:
        """The inputs that are run: those of the pairs, or the prompt alone."""
        if not self.pairs:
            return (Item(input="", wanted=None),)
        return tuple(Item(input=pair.input, wanted=pair.output) for pair in self.pairs)


class Call(Plain):
    """One answer of the model, or the fault that stood in its way after all retries."""

    rung: str
    item: int
    run: int
    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    passed: bool | None = None
    """None where a person must say, or where the call failed: a fault is no wrong answer."""
    error: Kind | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        return self.rung, self.item, self.run


def task_of(samples: Samples, *, bar: float = BAR, repeats: int = REPEATS, scorer: Scorer | None = None) -> Task:
    """Return the task that samples make. Raises TaskError where there is nothing to run."""
    if not samples.pairs and not samples.prompt:
        raise TaskError("There is nothing to run yet: give pairs of an input and an output, or one prompt.")
    if not samples.pairs and PLACE in (samples.prompt or ""):
        raise TaskError(
            f"The prompt has a place for {PLACE}, but no inputs came with it: give a few, with their outputs."
        )
    return Task(
        pairs=samples.pairs,
        prompt=samples.prompt,
        premise=samples.premise,
        scorer=scorer or infer(samples.pairs),
        repeats=repeats,
        bar=bar,
    )
