"""What a terminal shows of a trial: a bar while it runs, a result that fits a screen, details on request."""

import asyncio
import json
import re
import signal
import time
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text as RichText

from adapters.console import judging, render
from adapters.console.screen import screen
from bot.chat.events import Body
from bot.chat.reply import Choices, File, Option, Part, Picture, Table, Text
from bot.text.hidden import plain

if TYPE_CHECKING:
    from bot.consultation.trial_results import TrialResult
    from bot.trial.judging.people import Ungraded
    from bot.trial.results.compare import Comparison
    from bot.trial.task import Call, Task
    from bot.turn.trial_run import Grades
    from knowledge.load import Knowledge

TOLD_EVERY = 0.1
"""Seconds between two looks at how far it is."""
MOST_ROWS = 7
"""Rungs in a table that has to fit a screen."""
LEFT_OUT = ("agree", "tokens", "s a call")
"""Columns that can wait until they are asked for."""


class Report(NamedTuple):
    """How a trial ended, what is shown of it, and the outputs that nobody has judged yet."""

    body: Body
    parts: tuple[Part, ...] = ()
    open: tuple["Ungraded", ...] = ()
    demonstration: bool = False


def bar(console: Console) -> Bar:
    """Return the bar that shows how far a trial is."""
    columns = (BarColumn(24), MofNCompleteColumn(), TextColumn("runs  {task.description}", markup=False))
    return Bar(*columns, console=console, transient=True)


@contextmanager
def interrupts(stop: asyncio.Event) -> Generator[None]:
    """Let Ctrl-C stop the trial and show what is measured; a second one ends the program."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        stop.set()

    # Windows has no signal handlers in the loop; there Ctrl-C ends the program.
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGINT, first)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)


def brief(console: Console, parts: Sequence[Part], folder: Path) -> None:
    """Print a result so that it fits a screen; pictures and files are saved in `folder`."""
    files: list[str] = []
    for part in parts:
        match part:
            case Text(detail=False, markdown=markdown, voice=voice):
                console.print()
                console.print(Markdown(_compact(plain(markdown))), style="dim" if voice == "notice" else "")
            case Table():
                render.show_table(console, _narrow(part), compact=True)
            case Picture():
                console.print(RichText(f"Picture: {render.keep(folder, part)}"))
            case File():
                files.append(str(render.keep(folder, part)))
            case _:
                pass
    if files:
        console.print(RichText(f"Files: {Path(files[0]).parent}/: {', '.join(_ends(files))}"))


def details(console: Console, parts: Sequence[Part]) -> None:
    """Print what a brief result leaves out."""
    for part in parts:
        match part:
            case Text(detail=True, markdown=markdown):
                console.print(Padding(Markdown(plain(markdown)), (1, 0, 0, 0)))
            case Table():
                render.show_table(console, part)
            case Picture(alt=alt):
                console.print(RichText(f"\n{plain(alt)}"))
            case _:
                pass


def standing(console: Console, result: "TrialResult") -> None:
    """Say in one line where a trial stands now."""
    from bot.trial.report.picture import alt

    console.print(RichText(plain(alt(result)), style="dim"))


def choices(parts: Sequence[Part], open_: int, *, more: Option | None) -> list[Part]:
    """Return what can be done under a result: see more, judge what is left open, run more, score another way."""
    options = [Option(value="", label="details")] if any(getattr(part, "detail", False) for part in parts) else []
    given: list[Part] = [Choices(action="details", options=tuple(options))] if options else []
    if open_:
        given.append(
            Choices(
                action="judge",
                options=(Option(value="", label=f"judge {open_} open output{'s' if open_ > 1 else ''}"),),
            )
        )
    if more:
        given.append(Choices(action="again", options=(more,)))
    return [*given, *(part for part in parts if isinstance(part, Choices) and part.action == "scorer")]


def _compact(markdown: str) -> str:
    """Return markdown with the points of a list run together."""
    return re.sub(r"\n+- ", "; ", markdown.removeprefix("- ")).replace("**; ", ":** ")


def _narrow(table: Table) -> Table:
    """Return a table of rungs with the columns and rows that matter most; another one as it is."""
    places = [at for at, header in enumerate(table.headers) if header not in LEFT_OUT]
    rows = [tuple(row[at] for at in places) for row in table.rows]
    if len(rows) > MOST_ROWS:
        best = [row for row in rows if row[0].endswith(" (best)") and row not in rows[: MOST_ROWS - 1]]
        kept = [*rows[: MOST_ROWS - 1 - len(best)], *best]
        more = f"… {len(rows) - len(kept)} more"
        rows = [*kept, (more, *[""] * (len(places) - 1))]
    return Table(headers=tuple(table.headers[at] for at in places), rows=tuple(rows), caption=table.caption)


def _ends(files: Sequence[str]) -> list[str]:
    return [Path(file).name for file in files]


@dataclass(frozen=True)
class Ended:
    """A trial that is over, and what it is shown beside."""

    result: "TrialResult"
    task: "Task"
    calls: Sequence["Call"]
    picture: Path | None
    knowledge: "Knowledge"
    compared: "Comparison | None" = None
    capped: bool = False
    """True where the cap ended it."""

    def parts(self) -> list[Part]:
        """Return what a person is shown of it, beside the picture."""
        from bot.trial.report import comparison, details
        from bot.trial.report.card import card, kept_up

        result, task = self.result, self.task
        parts = card(result, task, self.calls)
        if self.capped:
            parts.append(Text(markdown="The cap ended it before it was decided: `--yes` goes on above it."))
        if len(result.rungs) > 1:
            parts.append(Text(markdown=details.asked(result, task, self.calls), voice="notice", detail=True))
        if result.facts:
            parts.append(Text(markdown=details.effect(self.knowledge, result, None, None)))
        if result.ordinary:
            parts.append(Text(markdown=kept_up(result.ordinary)))
        return [*parts, *(comparison.in_words(self.compared) if self.compared else ())]


class AsJson:
    """One object at the end and nothing before it."""

    def say(self, line: str) -> None:
        typer.echo(line, err=True)

    def agrees(self, sentence: str) -> bool:
        """Decline what costs more than the cap: nobody is there to approve it."""
        return False

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()

    def tell(self, task: "Task", made: Sequence["Call"]) -> None:
        pass

    async def judge(self, outputs: Sequence["Ungraded"], *, demonstration: bool) -> "Grades":
        return {}

    async def choose(self, ended: Ended) -> tuple[str, str] | None:
        return None

    def finish(self, ended: Ended) -> None:
        result = ended.result
        rungs = [rung.model_dump(exclude={"items_passed", "judged"}) for rung in result.rungs]
        unjudged = {"rate": None, "low": None, "high": None}  # what nobody judged is no failure
        data: dict[str, object] = {
            "rungs": [rung if rung["items"] else {**rung, **unjudged} for rung in rungs],
            "best": result.best,
            "facts": result.facts,
            "calls": result.calls,
            "saved_calls": result.saved_calls,
            "skipped": [{"name": name, "why": why} for name, why in result.skipped],
        }
        if ended.compared:
            rows = [row.model_dump() for row in ended.compared.rows]
            data["against"] = {"model": ended.compared.then.model, "items": ended.compared.shared, "rungs": rows}
        if beside := result.ordinary:
            rows = [rung.model_dump(exclude={"items_passed", "judged"}) for rung in beside.rungs]
            compared = [row.model_dump() for row in beside.compared]
            data["ordinary"] = {"rungs": rows, "compared": compared, "worse": list(beside.worse)}
        typer.echo(json.dumps(data, ensure_ascii=True))
        if ended.capped:
            typer.echo("The cap ended it before it was decided: --yes goes on above it.", err=True)
        if ended.picture:
            _draw(result, ended.picture)


class AtTerminal:
    """A live bar, a result that fits a screen, and a picture."""

    def __init__(self, beside: Path, *, by_hand: bool) -> None:
        self.console = screen(highlight=False)
        self.beside, self.by_hand = beside, by_hand
        self._told = 0.0
        self.parts: list[Part] = []

    def say(self, line: str) -> None:
        self.console.print(line, markup=False)

    def agrees(self, sentence: str) -> bool:
        """Ask whether a trial may cost more than the cap, where somebody is there to answer."""
        if not self.by_hand:
            return False
        self.console.print(sentence, markup=False)
        try:
            return self.console.input("[bold]Run it?[/bold] y or n: ").strip().lower()[:1] == "y"
        except (EOFError, KeyboardInterrupt):
            return False

    def running(self) -> AbstractContextManager[object]:
        self.bar = bar(self.console)
        self.line = self.bar.add_task("", total=None)
        return self.bar

    def tell(self, task: "Task", made: Sequence["Call"]) -> None:
        from bot.trial.order import Order
        from bot.trial.report.card import progress

        # To count anew after each of many calls would take longer than the calls.
        if time.monotonic() - self._told < TOLD_EVERY:
            return
        self._told = time.monotonic()
        now = progress(Order(task), made, "trial")
        self.bar.update(self.line, completed=now.done, total=now.total, description=now.text)

    async def judge(self, outputs: Sequence["Ungraded"], *, demonstration: bool) -> "Grades":
        """Ask which outputs pass, where somebody is there."""
        if not self.by_hand or not outputs:
            return {}
        return await judging.judge(self.console, outputs, demonstration=demonstration)

    def finish(self, ended: Ended) -> None:
        """Show the result: in brief where somebody can ask for more, else the whole of it."""
        from bot.trial.report.picture import alt

        result = ended.result
        self.parts = ended.parts()
        (brief if self.by_hand else render.show)(self.console, self.parts, self.beside.parent)
        if any(rung.items for rung in result.rungs):
            drawn = _draw(result, self.beside)
            told = [] if self.by_hand else [f"\n{plain(alt(result))}"]
            self.console.print("\n".join([*told, *([f"Picture: {self.beside}"] if drawn else [])]), markup=False)

    async def choose(self, ended: Ended) -> tuple[str, str] | None:
        """Return what somebody wants done with the result, None where nothing."""
        from bot.trial.judging.people import to_grade
        from bot.trial.report.choices import rescorings

        if not self.by_hand:
            return None
        open_ = len(to_grade(ended.task, ended.calls))
        more = Option(value="more", label="run the calls that are missing") if ended.result.stopped else None
        given = choices([*self.parts, *rescorings(ended.task)], open_, more=more)
        if not given:
            return None
        meant = render.offered(given)
        render.show(self.console, given, self.beside.parent)
        ask = f"A letter ({', '.join(meant)}), or Enter to end:"
        self.console.print(ask, style="dim")
        while (said := await judging.line()) and said.strip().lower() not in ("", "q", "quit"):
            action = meant.get(said.strip().lower().rstrip(")"))
            if action is None:
                self.console.print(ask, style="dim")
            elif action[0] == "details":
                details(self.console, self.parts)
                self.console.print(ask, style="dim")
            else:
                return action
        return None


def _draw(result: "TrialResult", path: Path) -> bool:
    """Write the picture; False where that could not be done, which is said."""
    from bot.trial.report.picture import MISSING, can_draw, draw

    if not can_draw():
        typer.echo(MISSING, err=True)
        return False
    try:
        path.write_bytes(draw(result))
    except OSError as error:
        typer.echo(f"The picture could not be written to {path}: {error.strerror}.", err=True)
        return False
    return True
