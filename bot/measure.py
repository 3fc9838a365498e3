"""Run the trial of a case's samples and say what it does to the case."""

import asyncio
import base64
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.advice import view
from bot.advisor import Advisor
from bot.consultation import Consultation, Graded, TrialResult
from bot.events import Body, Failed, Measured
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.reply.parts import File, Part, Picture, Progress, Text

if TYPE_CHECKING:
    from bot.trial.result import Ungraded
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
    advisor: Advisor,
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
    from bot.trial import result as results
    from bot.trial.run import fitted, run
    from bot.trial.task import TaskError, task_of

    if advisor.model is None:
        return Failed(sentence="There is no model to run your samples on. Set OPENAI_API_KEY for one."), ()
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
        return Failed(sentence=f"{error.sentence} Your samples are kept. (Reference {error.reference}.)"), ()
    if tell is not None and calls:
        tell(results.progress(task, calls, trial_id(case)))  # what shows it must not stop short of the end
    if grade is not None and (open_ := results.to_grade(task, calls)):
        calls = results.grade(calls, await grade(task, open_))
    return await asyncio.to_thread(_ended, case, advisor, advisor.model, task, calls)


def trial_id(case: Consultation) -> str:
    """Name the trial that a case is about to run, the same after a restart."""
    return f"trial-{len(case.trials) + 1}"


def picture_prefix(case: Consultation) -> str:
    """Begin the names of a case's pictures, so that they can be deleted with it."""
    return re.sub(r"\W", "", case.id)[-12:]


def _named(case: Consultation, name: str) -> str:
    """Name a file of a case: a terminal keeps those of all cases in one folder, and deletes them with their case."""
    return f"{picture_prefix(case)}-{name}" if case.id.startswith("console:") else name


def graded(case: Consultation, advisor: Advisor, result: TrialResult, grade: Graded) -> TrialResult:
    """Return a trial of this case with what a person says of one of its outputs, and the facts that follow now."""
    from bot.trial.summary import with_grade

    return _with_facts(case, advisor, with_grade(result, grade))


def _with_facts(case: Consultation, advisor: Advisor, result: TrialResult) -> TrialResult:
    from bot.trial import effect

    held = view(case, advisor.knowledge, advisor.derive).held.facts
    return result.model_copy(update={"facts": effect.facts(result, held, advisor.knowledge.models)})


def _ended(
    case: Consultation, advisor: Advisor, model: Model, task: "Task", calls: Sequence["Call"]
) -> tuple[Body, tuple[Part, ...]]:
    from bot.trial import picture
    from bot.trial import result as results
    from bot.trial.card import details
    from bot.trials import other_scorers, to_judge

    result = _with_facts(case, advisor, results.summarise(task, calls, model, id=trial_id(case)))
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
    parts += [*to_judge(results.to_grade(task, calls)), *other_scorers(case, result.scorer)]
    return Measured(result=result), tuple(parts)
