"""What a conversation's samples order: the team's task, and where a finetune is tried, ordinary prompts beside it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from bot.consultation.model import Pair, Samples
from bot.model.client import Model
from bot.trial.budget import Estimate, estimate, together
from bot.trial.run import fitted
from bot.trial.scorers.found import Regex
from bot.trial.task import PLACE, REPEATS, Task, task_of
from knowledge.load import Knowledge

COMPARED = ("bare", "few_shot", "schema", "tuned", "premise")
"""Rungs of a trial that compares: a finetune is held against its base asked plainly, and as well as a prompt can."""
COMPARED_REPEATS = 3
"""Runs of each item there: items tell two models apart, runs of the same item hardly."""


class Order(NamedTuple):
    """The tasks that are run, one after the other."""

    task: Task
    ordinary: Task | None = None
    """Prompts beside the task, on which a finetune must not have lost what its base can do."""

    def takes(self, model: str) -> Estimate:
        """Return what all of it takes at most, the finetune's calls and the ordinary prompts among it."""
        needed = estimate(self.task, model)
        return needed if self.ordinary is None else together(needed, estimate(self.ordinary, model))


def order_of(samples: Samples, model: Model, knowledge: Knowledge) -> Order:
    """Return what these samples order on this model. Raises TaskError where there is nothing to run."""
    task = task_of(samples, repeats=COMPARED_REPEATS if samples.tuned else REPEATS)
    if samples.tuned is None:
        return Order(fitted(task, model, verbs=knowledge.verbs))
    # Beside each other means on the same items: nothing ends early.
    beside = task.model_copy(update={"rungs": COMPARED, "tuned": samples.tuned, "early_stop": False})
    task = fitted(beside, model, verbs=())
    if not knowledge.ordinary:
        return Order(task)
    pairs = tuple(Pair(input=prompt.asks, output=prompt.finds) for prompt in knowledge.ordinary)
    asked = Task(
        pairs=pairs,
        prompt=PLACE,
        scorer=Regex(),
        rungs=("bare", "tuned"),
        tuned=samples.tuned,
        repeats=1,
        early_stop=False,
    )
    return Order(task, fitted(asked, model, verbs=()))


@asynccontextmanager
async def opened(samples: Samples, model: Model) -> AsyncGenerator[tuple[Model, Mapping[str, Model]]]:
    """Yield the model that an order runs on, and its other models by name; those that it opens are closed again."""
    if samples.tuned is None:
        yield model, {}
        return
    base = samples.base or model.name
    others = {name: model.beside(name) for name in {samples.tuned, base} - {model.name}}
    there = {model.name: model, **others}
    try:
        yield there[base], there
    finally:
        for other in others.values():
            await other.aclose()
