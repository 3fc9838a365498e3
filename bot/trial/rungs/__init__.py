"""The ladder: each rung is one way to ask a model for the same answer."""

from bot.trial.rungs.base import Messages, Rung
from bot.trial.rungs.forms import Schema, Steps
from bot.trial.rungs.gepa import Gepa
from bot.trial.rungs.other import OTHER_MODELS, AnotherModel, Premise, Tuned, VerbSwap
from bot.trial.rungs.plain import STANDARD, Bare, FewShot, Instructed, standard
from bot.trial.task import Task

RUNGS: tuple[Rung, ...] = (
    *STANDARD,
    VerbSwap(1),
    VerbSwap(2),
    Steps(),
    *(AnotherModel(number) for number in range(1, OTHER_MODELS + 1)),
    Tuned(),
    Premise(),
    Gepa(),
)
BY_NAME = {rung.name: rung for rung in RUNGS}

__all__ = [
    "BY_NAME",
    "RUNGS",
    "AnotherModel",
    "Bare",
    "FewShot",
    "Gepa",
    "Instructed",
    "Messages",
    "Premise",
    "Rung",
    "Schema",
    "Steps",
    "Tuned",
    "VerbSwap",
    "climbed",
    "standard",
]


def climbed(task: Task) -> tuple[list[Rung], list[tuple[str, str]]]:
    """Return the rungs that run, and the others with why they do not. `bare` always runs."""
    run: list[Rung] = []
    skipped: list[tuple[str, str]] = []
    for rung in RUNGS:
        wanted = rung.asked in task.rungs or rung.name == "bare"
        why = rung.applies(task) if wanted else "not asked for"
        if why is None:
            run.append(rung)
        elif rung.name == rung.asked:
            # A second verb or model that is not there is no rung left out.
            skipped.append((rung.name, why))
    return run, skipped
