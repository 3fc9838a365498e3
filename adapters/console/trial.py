"""Runs the trial of a consultation at a terminal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from adapters.console import judging, trial_report
from adapters.console.trial_report import Report
from bot.chat.events import Body
from bot.chat.reply import Part, Progress
from bot.consultation.model import Consultation
from bot.store.errors import StoreError

if TYPE_CHECKING:
    from bot.store.consultations import Store
    from bot.trial.judging.people import Ungraded
    from bot.trial.task import Call, Task
    from bot.turn.context import TurnContext
    from bot.turn.trial_run import Grades


async def run_here(
    advisor: Callable[[], Awaitable["TurnContext"]],
    case: Consultation,
    store: "Store",
    stop: asyncio.Event,
    console: Console,
) -> Report:
    """Run a case's samples with a live bar; what was measured before a crash is not measured again."""
    from bot.trial.task import Call
    from bot.turn.trial_run import measure
    from bot.turn.trials import trial_id

    ready = await advisor()
    trial = trial_id(case)
    lost: list[StoreError] = []
    try:
        kept = [Call.model_validate_json(line) for line in await store.calls(case.id, trial)]
    except StoreError as error:
        kept = []
        lost.append(error)

    async def keep(call: "Call") -> None:
        if lost:  # the result is kept here, and a crash would cost these calls
            return
        try:
            await store.add_call(case.id, trial, call.model_dump_json())
        except StoreError as error:
            lost.append(error)
            console.print(f"{error} The trial goes on without it.", style="red", markup=False)

    demonstration = ready.model is not None and ready.model.demonstration
    left: list[Ungraded] = []

    async def grade(task: "Task", outputs: Sequence["Ungraded"]) -> "Grades":
        bar.stop()
        grades = await judging.judge(console, outputs, demonstration=demonstration)
        left.extend(output for output in outputs if (output.item, output.text) not in grades)
        return grades

    bar = trial_report.bar(console)
    line = bar.add_task("starting", total=None)

    def tell(progress: Progress) -> None:
        bar.update(line, completed=progress.done, total=progress.total, description=progress.text)

    model = f" on {ready.model.name}" if ready.model else ""
    with trial_report.interrupts(stop):
        console.print(f"Running your samples{model}. Ctrl-C stops the trial.", style="dim", markup=False)
        with bar:
            body, report = await measure(case, ready, kept=kept, keep=keep, tell=tell, stop=stop, grade=grade)
    return Report(body, report.everything, tuple(left), demonstration)


async def run_quietly(advisor: "TurnContext", case: Consultation) -> tuple[Body, tuple[Part, ...]]:
    """Run a case's samples for a program; what a person would have to judge stays open."""
    from bot.turn.trial_run import measure

    body, report = await measure(case, advisor)
    return body, report.everything
