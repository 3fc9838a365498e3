"""`advisor trial FILE`: run a team's task from a file."""

import asyncio
import json
import signal
import sys
import unicodedata
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.consultation import TrialResult
    from bot.model import Chosen, Model
    from bot.reply.parts import Part
    from bot.trial.file import TrialFile
    from bot.trial.result import Ungraded
    from bot.trial.task import Call, Task

Grades = Mapping[tuple[int, str], bool]
REACHED, BELOW, BAD_INPUT, NO_MODEL = 0, 1, 2, 3


def trial(
    file: Annotated[
        Path, typer.Argument(help="The task: YAML or JSON with items, or pairs as JSONL, CSV or text.", metavar="FILE")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    picture: Annotated[
        Path | None, typer.Option(help="Where the picture goes. Default: beside the file.", metavar="PATH")
    ] = None,
) -> None:
    """Run a task on a base model: bare, with an instruction, with examples.

    Exit code: 0 when the best rung reaches the threshold, 1 below it, 2 for bad input, 3 without a model.
    """
    from bot.model import ModelError, choose
    from bot.settings import read_settings
    from bot.trial.file import FileFault, load

    try:
        wanted = load(file)
    except FileFault as error:
        _end(str(error), BAD_INPUT)
    settings = read_settings()
    if wanted.model:
        settings = settings.model_copy(update={"model": wanted.model})
    chosen = choose(settings, no_model=False, local=True)
    if why := _refusal(wanted, chosen, by_hand=not as_json and sys.stdin.isatty() and sys.stdout.isatty()):
        _end(why, BAD_INPUT)
    if wanted.left_out:
        typer.echo(f"The first {len(wanted.task.pairs)} items run; {wanted.left_out} are left out.", err=True)
    shown = _Json() if as_json else _Terminal(picture or file.with_name(f"{file.stem}-trial.png"))
    try:
        code = asyncio.run(_run(wanted, chosen, shown, settings.knowledge, picture))
    except ModelError as error:
        _end(error.sentence, NO_MODEL)
    raise typer.Exit(code)


def _refusal(wanted: "TrialFile", chosen: "Chosen", *, by_hand: bool) -> str | None:
    """Say why a trial cannot start, before anything is started or spent."""
    from bot.trial.run import plan
    from bot.trial.scorers import NAMES

    if wanted.task.scorer.name == "human" and not by_hand:
        named = ", ".join(name for name in NAMES if name != "human")
        return f"Only a person can judge these outputs: run it at a terminal, or set scorer to one of {named}."
    if wanted.model and chosen.kind == "local":
        return f"The file names the model {wanted.model}: set OPENAI_API_KEY or OPENAI_BASE_URL for it, or take it out."
    calls = len(plan(wanted.task))
    if wanted.most_calls is not None and calls > wanted.most_calls:
        return (
            f"This takes {calls} calls and cap.calls is {wanted.most_calls}: raise it, or have fewer items or repeats."
        )
    return None


async def _run(
    wanted: "TrialFile", chosen: "Chosen", shown: "_Json | _Terminal", house: Path | None, picture: Path | None
) -> int:
    from bot.model import open_model
    from bot.trial import effect
    from bot.trial import result as results
    from bot.trial.run import fitted, run
    from knowledge.load import load as load_knowledge

    ages = load_knowledge(house).models
    shown.say(chosen.announcement)
    model = await open_model(chosen)
    try:
        task = fitted(wanted.task, model)
        if why := _too_dear(task, model, wanted.most_usd):
            typer.echo(why, err=True)
            return BAD_INPUT
        stop = asyncio.Event()
        made: list[Call] = []

        async def on_call(call: "Call") -> None:
            made.append(call)
            shown.tell(task, made)

        with shown.running(), _interrupts(stop):
            calls = await run(task, model, on_call=on_call, stop=stop)
        if all(call.error for call in calls) and not stop.is_set():
            kinds = ", ".join(sorted({results.FAULTS[call.error] for call in calls if call.error}))
            typer.echo(f"No call was answered: {kinds}. Try again later.", err=True)
            return NO_MODEL
        calls = results.grade(calls, shown.judge(results.to_grade(task, calls)))
        result = results.summarise(task, calls, model)
        result = result.model_copy(update={"facts": effect.facts(result, {}, ages)})
    finally:
        await model.aclose()
    shown.finish(result, task, calls, picture)
    best = next((rung for rung in result.rungs if rung.name == result.best), None)
    return REACHED if best and not result.stopped and best.rate >= task.bar else BELOW


def _too_dear(task: "Task", model: "Model", most: float | None) -> str | None:
    from bot.trial.estimate import estimate

    cost = estimate(task, model.name) if most is not None else None
    if most is None or cost is None or cost <= most:
        return None
    return f"This would cost about {cost:.2f} USD and cap.usd is {most:.2f}: raise it, or have fewer items or repeats."


@contextmanager
def _interrupts(stop: asyncio.Event) -> Generator[None, None, None]:
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


class _Json:
    """One object at the end and nothing before it."""

    def say(self, line: str) -> None:
        typer.echo(line, err=True)

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()

    def tell(self, task: "Task", made: Sequence["Call"]) -> None:
        pass

    def judge(self, outputs: Sequence["Ungraded"]) -> Grades:
        return {}

    def finish(self, result: "TrialResult", task: "Task", calls: Sequence["Call"], picture: Path | None) -> None:
        rungs = [rung.model_dump(exclude={"items_passed"}) for rung in result.rungs]
        data = {
            "rungs": rungs,
            "best": result.best,
            "facts": result.facts,
            "calls": len(calls),
            "saved_calls": 0,
            "skipped": [{"name": name, "why": why} for name, why in result.skipped],
        }
        typer.echo(json.dumps(data, ensure_ascii=True))
        if picture:
            _draw(result, picture)


class _Terminal:
    """A live bar, a card and a picture."""

    def __init__(self, beside: Path) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.console = Console(highlight=False)
        self.beside = beside
        self.bar = Progress(
            BarColumn(24),
            MofNCompleteColumn(),
            TextColumn("runs  {task.description}", markup=False),
            console=self.console,
            transient=True,
        )

    def say(self, line: str) -> None:
        self.console.print(line, markup=False)

    def running(self) -> AbstractContextManager[object]:
        self.line = self.bar.add_task("", total=None)
        return self.bar

    def tell(self, task: "Task", made: Sequence["Call"]) -> None:
        from bot.trial.result import progress

        now = progress(task, made, "trial")
        self.bar.update(self.line, completed=now.done, total=now.total, description=now.text)

    def judge(self, outputs: Sequence["Ungraded"]) -> Grades:
        """Ask about each distinct output, until somebody has had enough."""
        from rich.text import Text

        grades: dict[tuple[int, str], bool] = {}
        if outputs:
            self.say(
                "Nobody but you can judge these. y: you would send it, n: you would not, Enter: leave it open, q: end."
            )
        for number, output in enumerate(outputs, 1):
            wanted = f"\nwanted: {output.wanted}" if output.wanted is not None else ""
            given = f"input: {output.input}" if output.input else ""
            self.console.print(Text(_plain(f"\n{number} of {len(outputs)}  {given}{wanted}"), style="dim"))
            self.console.print(Text(_plain(output.text)))
            with suppress(EOFError, KeyboardInterrupt):
                pressed = self.console.input("[bold]send it?[/bold] ").strip().lower()[:1]
                if pressed in ("y", "n"):
                    grades[output.item, output.text] = pressed == "y"
                if pressed != "q":
                    continue
            break
        return grades

    def finish(self, result: "TrialResult", task: "Task", calls: Sequence["Call"], picture: Path | None) -> None:
        from bot.trial.picture import alt
        from bot.trial.result import card

        for part in card(result, task, calls):
            self._show(part)
        if any(rung.items for rung in result.rungs):
            _draw(result, self.beside)
            self.console.print(f"\n{_plain(alt(result))}\nPicture: {self.beside}", markup=False)

    def _show(self, part: "Part") -> None:
        from rich.markdown import Markdown
        from rich.padding import Padding
        from rich.table import Table as Grid
        from rich.text import Text as RichText

        from bot.reply.parts import Table, Text

        match part:
            case Text(markdown=markdown, voice=voice):
                style = "dim" if voice == "notice" else ""
                self.console.print(Padding(Markdown(_plain(markdown)), (1, 0, 0, 0)), style=style)
            case Table(headers=headers, rows=rows, caption=caption):
                grid = Grid(*headers, title=RichText(_plain(caption)), title_justify="left")
                for row in rows:
                    grid.add_row(*(RichText(_plain(cell)) for cell in row))
                self.console.print()
                self.console.print(grid)
            case _:
                pass


def _draw(result: "TrialResult", path: Path) -> None:
    from bot.trial.picture import draw

    try:
        path.write_bytes(draw(result))
    except OSError as error:
        typer.echo(f"The picture could not be written to {path}: {error.strerror}.", err=True)


def _plain(text: str) -> str:
    """Return text without control characters: what a model wrote must not drive the terminal."""
    return "".join(c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))


def _end(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
