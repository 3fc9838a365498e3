"""Run the trial of a case's samples and say what it does to the case."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.chat.events import Body, Failed, Measured
from bot.chat.reply import File, Part, Picture, Progress, Text
from bot.consultation.model import Consultation
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.turn.context import TurnContext
from bot.turn.trials import picture_prefix, trial_id, with_facts

if TYPE_CHECKING:
    from bot.trial.judging.people import Ungraded
    from bot.trial.task import Call, Task


Grades = Mapping[tuple[int, str], bool]


Grade = Callable[["Task", Sequence["Ungraded"]], Awaitable[Grades]]
"""Ask a person which outputs pass, where nothing else can tell."""


Keep = Callable[["Call"], Awaitable[None]]


Spend = Callable[[int], Awaitable[bool]]


Tell = Callable[[Progress], None]


TELL = 0.2
"""Seconds between two tellings of how far a trial is."""


async def measure(
    case: Consultation,
    advisor: TurnContext,
    *,
    kept: Sequence["Call"] = (),
    keep: Keep | None = None,
    tell: Tell | None = None,
    stop: asyncio.Event | None = None,
    grade: Grade | None = None,
    spend: Spend | None = None,
) -> tuple[Body, tuple[Part, ...]]:
    """Run the case's samples; return the event that tells how it ended, and what is shown.

    `kept` are calls measured before, which are not made again; `keep` stores each new one. A model that cannot be used
    is a Failed event with its sentence. `spend` is asked before calls are made whether that many may be paid for.
    """
    from bot.trial.judging import people
    from bot.trial.report import card as results
    from bot.trial.run import fitted, run
    from bot.trial.task import TaskError, task_of

    if advisor.model is None:
        how = " Set OPENAI_API_KEY for one." if case.at_terminal else ""
        return Failed(sentence=f"There is no model to run your samples on.{how}"), ()
    try:
        task = fitted(task_of(case.samples), advisor.model, verbs=advisor.knowledge.verbs)
    except TaskError as error:
        return Failed(sentence=str(error)), ()
    made = list(kept)
    told = -TELL

    async def on_call(call: "Call") -> None:
        nonlocal told
        made.append(call)
        if keep is not None:
            await keep(call)
        # All that is made is counted anew each time, which at hundreds of calls would hold up the other conversations.
        if tell is not None and time.monotonic() - told >= TELL:
            told = time.monotonic()
            tell(results.progress(task, made, trial_id(case)))

    try:
        calls = await run(task, advisor.model, done=kept, on_call=on_call, stop=stop, spend=spend)
    except ModelError as error:
        said = error.sentence if case.at_terminal else error.told
        return Failed(sentence=f"{said} Your samples are kept. (Reference {error.reference}.)"), ()
    if tell is not None and calls:
        tell(results.progress(task, calls, trial_id(case)))  # what shows it must not stop short of the end
    if grade is not None and (open_ := people.to_grade(task, calls)):
        calls = people.grade(calls, await grade(task, open_))
    return await asyncio.to_thread(_ended, case, advisor, advisor.model, task, calls)


def _named(case: Consultation, name: str) -> str:
    """Name a file of a case: a terminal keeps those of all cases in one folder, and deletes them with their case."""
    return f"{picture_prefix(case)}-{name}" if case.id.startswith("console:") else name


def _ended(
    case: Consultation, advisor: TurnContext, model: Model, task: "Task", calls: Sequence["Call"]
) -> tuple[Body, tuple[Part, ...]]:
    from bot.trial.judging import people
    from bot.trial.report import card as results
    from bot.trial.report import picture
    from bot.trial.report.choices import other_scorers, to_judge
    from bot.trial.report.details import details
    from bot.trial.results import summary

    result = with_facts(case, advisor, summary.summarise(task, calls, model, id=trial_id(case)))
    parts = results.card(result, task, calls)
    if any(rung.items for rung in result.rungs):
        drawn = base64.b64encode(picture.draw(result)).decode()
        parts.append(Picture(name=_named(case, f"{result.id}.png"), alt=picture.alt(result), png=drawn))
    if not result.facts:
        why = (
            "This model is a demonstration, so a failure" if result.demonstration else "Too little was measured, so it"
        )
        parts.append(Text(markdown=f"{why} counts for nothing: your case stays as it is.", voice="notice"))
    for part in details(result, task, calls, case, advisor.knowledge, advisor.derive):
        named = _named(case, f"{result.id}-{part.name}") if isinstance(part, File) else ""
        parts.append(part.model_copy(update={"name": named}) if named else part)
    parts += [*to_judge(people.to_grade(task, calls)), *other_scorers(case, result.scorer)]
    return Measured(result=result), tuple(parts)
