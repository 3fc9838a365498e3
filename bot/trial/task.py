"""What is tried, and what one call of it gave. Plain data."""

from pydantic import Field

from bot.consultation.base import Plain
from bot.consultation.model import Pair, Samples, Turn
from bot.model.errors import Kind
from bot.model.prices import usd
from bot.trial.scorers.base import Scorer
from bot.trial.scorers.found import Regex, broken
from bot.trial.scorers.label import Label
from bot.trial.scorers.registry import AnyScorer, infer, named

RUNG_NAMES = ("bare", "instructed", "few_shot", "schema", "verb_swap", "model", "tuned", "premise")
"""Rungs that are climbed where they apply."""
ON_REQUEST = ("steps", "gepa")
"""Rungs that take long answers or many calls: climbed where they are asked for."""
PLACE = "{input}"
BAR = 0.8
REPEATS = 5
PREPARED = -1
"""Number of the item of a call that made a rung's prompt, and that is not scored."""


class TaskError(Exception):
    """Say in one sentence why these samples cannot be tried."""


class Item(Plain):
    """One input, and the output that is wanted where somebody gave one."""

    input: str
    wanted: str | None
    also: tuple[str, ...] = ()
    """Other outputs that are as good."""
    before: tuple[Turn, ...] = ()
    """Instructions and turns of its own that come before the input."""

    def passes(self, scorer: Scorer, text: str) -> bool | None:
        """Tell whether an answer is one of those that are wanted, None where a person or a model must say."""
        if self.wanted is None:
            return None
        scores = [scorer.score(wanted, text) for wanted in (self.wanted, *self.also)]
        return True if True in scores else None if None in scores else False


class Task(Plain):
    """A team's task: the samples, how an answer is scored, and which rungs are climbed how often."""

    pairs: tuple[Pair, ...] = ()
    prompt: str | None = None
    premise: str | None = None
    scorer: AnyScorer
    rungs: tuple[str, ...] = RUNG_NAMES
    models: tuple[str, ...] = ()
    """Other models that are tried beside the first one."""
    tuned: str | None = None
    """A finetune for this task, which is tried beside the prompts and never counts as one."""
    swaps: tuple[str, ...] = ()
    """The prompt with a precise verb in place of its vague one."""
    optimised: str | None = None
    """The instruction that a prompt optimiser found, once it has run."""
    repeats: int = Field(default=REPEATS, ge=1, le=100)
    bar: float = Field(default=BAR, gt=0, le=1)
    room: int = Field(default=100_000, gt=0)
    """Characters that examples in a prompt may take up."""
    demonstration: bool = False
    early_stop: bool = True
    """False runs the full grid, whatever is decided before."""

    @property
    def items(self) -> tuple[Item, ...]:
        """The inputs that are run: those of the pairs, or the prompt alone."""
        return tuple(map(self.item, range(len(self.pairs) or 1)))

    def item(self, number: int) -> Item:
        """Return one of the items; each call needs one, and there may be thousands."""
        if not self.pairs:
            return Item(input="", wanted=None)
        pair = self.pairs[number]
        return Item(input=pair.input, wanted=pair.output, also=pair.also, before=pair.before)


class Call(Plain):
    """One answer of the model, or the fault that stood in its way after all retries."""

    rung: str
    item: int
    run: int
    model: str = ""
    text: str = ""
    """The final answer, which is what is scored."""
    reasoning: str | None = None
    """All that the model wrote, where the final answer is a part of it."""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    cut: bool = False
    """The answer reached the limit of tokens and broke off."""
    passed: bool | None = None
    """None where a person must say, or where the call failed: a fault is no wrong answer."""
    error: Kind | None = None
    count: int = 1
    """Calls of a model that this stands for: more where a prompt was made, or where a model judged."""
    judge: str = ""
    """The model that judged the answer, and what that took."""
    judge_in: int = 0
    judge_out: int = 0
    ordinary: bool = False
    """True where it was asked an ordinary prompt, and nothing of the task."""

    @property
    def key(self) -> tuple[str, int, int]:
        return self.rung, self.item, self.run

    @property
    def usd(self) -> float | None:
        """What the call cost with its judging, None where no price is known."""
        answered = usd(self.model, self.tokens_in, self.tokens_out)
        if not self.judge or answered is None:
            return answered
        judging = usd(self.judge, self.judge_in, self.judge_out)
        return None if judging is None else answered + judging


def task_of(samples: Samples, *, bar: float = BAR, repeats: int = REPEATS, scorer: Scorer | None = None) -> Task:
    """Return the task that samples make. Raises TaskError where there is nothing to run."""
    if not samples.pairs and not samples.prompt:
        raise TaskError("There is nothing to run yet: give pairs of an input and an output, or one prompt.")
    if not samples.pairs and PLACE in (samples.prompt or ""):
        raise TaskError(
            f"The prompt has a place for {PLACE}, but no inputs came with it: give a few, with their outputs."
        )
    try:
        by_name = samples.scorer
        chosen = scorer or (named(by_name, samples.pairs) if by_name else infer(samples.pairs, samples.labels))
    except ValueError as error:
        raise TaskError(str(error)) from None
    if isinstance(chosen, Label) and chosen.labels and samples.labels:
        chosen = chosen.model_copy(update={"labels": (*chosen.labels, *samples.labels)})
    if isinstance(chosen, Regex) and not chosen.pattern:
        _check_patterns(samples.pairs)
    return Task(
        pairs=samples.pairs,
        prompt=samples.prompt,
        premise=samples.premise,
        scorer=chosen,
        repeats=repeats,
        bar=bar,
    )


def _check_patterns(pairs: tuple[Pair, ...]) -> None:
    for number, pair in enumerate(pairs, 1):
        if fault := broken(pair.output):
            raise TaskError(f"The output of item {number} is no pattern that can be searched for: {fault}.")
