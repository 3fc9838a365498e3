"""The rung whose instruction a prompt optimiser finds (GEPA, arXiv 2507.19457), scored on items that it never saw."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from bot.text.extras import command
from bot.trial.rungs.base import Messages, Rung, system, user
from bot.trial.rungs.instruction import instruction, marked
from bot.trial.task import PLACE, Task

LEAST_ITEMS = 15


@dataclass(frozen=True)
class Split:
    """Three parts of the items: what it learns from, what it chooses by, and what it is scored on."""

    learn: tuple[int, ...]
    choose: tuple[int, ...]
    score: tuple[int, ...]


class Gepa(Rung):
    """The instruction that the optimiser found."""

    name = "gepa"
    wave = 2

    def applies(self, task: Task) -> str | None:
        if len(task.pairs) < LEAST_ITEMS:
            return (
                f"needs {LEAST_ITEMS} pairs or more: a third to learn from, a third to choose by, and a third that "
                f"it is scored on"
            )
        if not task.scorer.by_program:
            return "needs a score that a program can tell, and these outputs need a judgement"
        if find_spec("gepa") is None:
            return f"needs the package gepa, which is not installed: {command('optimise')} adds it"
        return None

    def messages(self, task: Task, item: int) -> Messages:
        return [system(task.optimised or instruction(task)), user(marked(task, task.item(item).input))]

    def shown(self, task: Task) -> str:
        return f"{task.optimised or instruction(task)}\n\n{marked(task, PLACE)}"

    def items(self, task: Task) -> Sequence[int]:
        return split(len(task.pairs)).score


def split(items: int) -> Split:
    """Return the three parts, the same whenever they are asked for."""
    order = list(range(items))
    # Files are often sorted by label; a fixed seed keeps the parts alike after a restart.
    random.Random(0).shuffle(order)  # noqa: S311 (a fixed order, nothing secret)
    third = items // 3
    learn, choose, score = order[:third], order[third : 2 * third], order[2 * third :]
    return Split(tuple(sorted(learn)), tuple(sorted(choose)), tuple(sorted(score)))
