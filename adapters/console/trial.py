"""A trial at a terminal: progress in place, outputs judged by number."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text as RichText

from adapters.console import render
from bot.chat.events import Body
from bot.chat.reply import Part, Progress
from bot.consultation.model import Consultation
from bot.store.errors import StoreError
from bot.turn.context import TurnContext
from bot.turn.trial_run import Grades, measure
from bot.turn.trials import trial_id

if TYPE_CHECKING:
    from bot.store.consultations import Store
    from bot.trial.judging.people import Ungraded
    from bot.trial.task import Call, Task

SHOWN = 12
"""Outputs that a person is asked to judge at most."""


async def run_here(
    advisor: Callable[[], Awaitable[TurnContext]],
    folder: Path,
    case: Consultation,
    store: "Store",
    stop: asyncio.Event,
    console: Console,
) -> Body:
    """Run a case's samples with a live bar; what was measured before a crash is not measured again."""
    from bot.trial.task import Call

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

    async def grade(task: "Task", outputs: Sequence["Ungraded"]) -> Grades:
        bar.stop()
        return await ask_grades(console, outputs)

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    bar = Bar(*columns, console=console, transient=True)
    line = bar.add_task("starting", total=None)

    def tell(progress: Progress) -> None:
        bar.update(line, completed=progress.done, total=progress.total, description=progress.text)

    model = f" on {ready.model.name}" if ready.model else ""
    console.print(f"Running your samples{model}. Ctrl-C stops the trial.", style="dim", markup=False)
    with bar:
        body, report = await measure(case, ready, kept=kept, keep=keep, tell=tell, stop=stop, grade=grade)
    render.show(console, report.everything, folder)
    return body


async def ask_grades(console: Console, outputs: Sequence["Ungraded"]) -> Grades:
    """Show distinct outputs and ask which of them would do."""
    shown = outputs[:SHOWN]
    if not shown:
        return {}
    console.print("\nNobody but you can judge these. Which of them would you send?", style="bold")
    for number, output in enumerate(shown, 1):
        head = f"\n{number}. {output.input[:200]}" if output.input else f"\n{number}."
        console.print(RichText(render.plain(head), style="dim"))
        console.print(RichText(render.plain(output.text[:800])))
    if len(outputs) > len(shown):
        console.print(f"({len(outputs) - len(shown)} more are not shown and count as not judged.)", style="dim")
    console.print("The numbers of the good ones, `none`, or nothing to leave it open:")
    line = await asyncio.to_thread(_line)
    if not line.strip():
        return {}
    good = {int(n) for n in re.findall(r"\d+", line)}
    return {(output.item, output.text): number in good for number, output in enumerate(shown, 1)}


def _line() -> str:
    try:
        return input("> ")
    except EOFError:
        return ""


async def run_quietly(advisor: TurnContext, case: Consultation) -> tuple[Body, tuple[Part, ...]]:
    """Run a case's samples for a program; what a person would have to judge stays open."""
    body, report = await measure(case, advisor)
    return body, report.everything
