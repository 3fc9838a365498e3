"""Run the trial of a case's samples and say what it does to the case."""

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.advice import view
from bot.consultation import Consultation
from bot.events import Body, Failed, Measured
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.reply.parts import Part, Picture, Progress, Text
from bot.turn import Advisor

if TYPE_CHECKING:
    from bot.trial.result import Ungraded
    from bot.trial.task import Call, Task

Grades = Mapping[tuple[int, str], bool]
Grade = Callable[["Task", Sequence["Ungraded"]], Awaitable[Grades]]
"""Ask a person which outputs pass, where nothing else can tell."""
Keep = Callable[["Call"], Awaitable[None]]
Tell = Callable[[Progress], None]


async def measure(
    case: Consultation,
    advisor: Advisor,
    *,
    kept: Sequence["Call"] = (),
    keep: Keep | None = None,
    tell: Tell | None = None,
    stop: asyncio.Event | None = None,
    grade: Grade | None = None,
) -> tuple[Body, tuple[Part, ...]]:
    """Run the case's samples; return the event that tells how it ended, and what is shown.

    `kept` are calls measured before, which are not made again; `keep` stores each new one. A model that cannot be used
    is a Failed event with its sentence.
    """
    from bot.trial import result as results
    from bot.trial.run import fitted, run
    from bot.trial.task import TaskError, task_of

    if advisor.model is None:
        return Failed(sentence="There is no model to run your samples on. Set OPENAI_API_KEY for one."), ()
    try:
        task = fitted(task_of(case.samples), advisor.model)
    except TaskError as error:
        return Failed(sentence=str(error)), ()
    made = list(kept)

    async def on_call(call: "Call") -> None:
        made.append(call)
        if keep is not None:
            await keep(call)
        if tell is not None:
            tell(results.progress(task, made, trial_id(case)))

    try:
        calls = await run(task, advisor.model, done=kept, on_call=on_call, stop=stop)
    except ModelError as error:
        return Failed(sentence=f"{error.sentence} Your samples are kept. (Reference {error.reference}.)"), ()
    if grade is not None and (open_ := results.to_grade(task, calls)):
        calls = results.grade(calls, await grade(task, open_))
    return await asyncio.to_thread(_ended, case, advisor, advisor.model, task, calls)


def trial_id(case: Consultation) -> str:
    """Name the trial that a case is about to run, the same after a restart."""
    return f"trial-{len(case.trials) + 1}"


def picture_prefix(case: Consultation) -> str:
    """Begin the names of a case's pictures, so that they can be deleted with it."""
    return re.sub(r"\W", "", case.id)[-12:]


def _ended(
    case: Consultation, advisor: Advisor, model: Model, task: "Task", calls: Sequence["Call"]
) -> tuple[Body, tuple[Part, ...]]:
    from bot.trial import effect, picture
    from bot.trial import result as results

    result = results.summarise(task, calls, model, id=trial_id(case))
    held = view(case, advisor.knowledge, advisor.derive).held.facts
    result = result.model_copy(update={"facts": effect.facts(result, held, advisor.knowledge.models)})
    parts = results.card(result, task, calls)
    if any(rung.items for rung in result.rungs):
        drawn = base64.b64encode(picture.draw(result)).decode()
        parts.append(Picture(name=f"{picture_prefix(case)}-{result.id}.png", alt=picture.alt(result), png=drawn))
    if not result.facts:
        why = (
            "This model is a demonstration, so a failure" if result.demonstration else "Too little was measured, so it"
        )
        parts.append(Text(markdown=f"{why} counts for nothing: your case stays as it is.", voice="notice"))
    return Measured(result=result), tuple(parts)
