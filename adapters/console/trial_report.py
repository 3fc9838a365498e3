"""What `advisor trial` shows: one object for a program, a live bar and a card for a person."""

import json
import time
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.chat.reply import Part
    from bot.consultation.trials import TrialResult
    from bot.trial.judging.people import Ungraded
    from bot.trial.results.compare import Comparison
    from bot.trial.task import Call, Task
    from knowledge.load import Knowledge

Grades = Mapping[tuple[int, str], bool]
TOLD_EVERY = 0.1
"""Seconds between two looks at how far it is."""


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

    def judge(self, outputs: Sequence["Ungraded"]) -> Grades:
        return {}

    def finish(self, ended: Ended) -> None:
        result = ended.result
        data: dict[str, object] = {
            "rungs": [rung.model_dump(exclude={"items_passed"}) for rung in result.rungs],
            "best": result.best,
            "facts": result.facts,
            "calls": result.calls,
            "saved_calls": result.saved_calls,
            "skipped": [{"name": name, "why": why} for name, why in result.skipped],
        }
        if ended.compared:
            rows = [row.model_dump() for row in ended.compared.rows]
            data["against"] = {"model": ended.compared.then.model, "items": ended.compared.shared, "rungs": rows}
        typer.echo(json.dumps(data, ensure_ascii=True))
        if ended.capped:
            typer.echo("The cap ended it before it was decided: --yes goes on above it.", err=True)
        if ended.picture:
            _draw(result, ended.picture)


class AtTerminal:
    """A live bar, a card and a picture."""

    def __init__(self, beside: Path, *, by_hand: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.console = Console(highlight=False)
        self.beside, self.by_hand = beside, by_hand
        self._told = 0.0
        self.bar = Progress(
            BarColumn(24),
            MofNCompleteColumn(),
            TextColumn("runs  {task.description}", markup=False),
            console=self.console,
            transient=True,
        )

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
        self.line = self.bar.add_task("", total=None)
        return self.bar

    def tell(self, task: "Task", made: Sequence["Call"]) -> None:
        from bot.trial.report.card import progress

        # To count anew after each of many calls would take longer than the calls.
        if time.monotonic() - self._told < TOLD_EVERY:
            return
        self._told = time.monotonic()
        now = progress(task, made, "trial")
        self.bar.update(self.line, completed=now.done, total=now.total, description=now.text)

    def judge(self, outputs: Sequence["Ungraded"]) -> Grades:
        """Ask about each distinct output, where somebody is there, until they have had enough."""
        from rich.text import Text

        if not self.by_hand:
            return {}

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

    def finish(self, ended: Ended) -> None:
        from bot.chat.reply import Text
        from bot.trial.report import comparison, details
        from bot.trial.report.card import card as figures
        from bot.trial.report.picture import alt

        result, task = ended.result, ended.task
        parts: list[Part] = figures(result, task, ended.calls)
        if ended.capped:
            parts.append(Text(markdown="The cap ended it before it was decided: `--yes` goes on above it."))
        if len(result.rungs) > 1:
            parts.append(Text(markdown=details.asked(result, task, ended.calls), voice="notice"))
        if result.facts:
            parts.append(Text(markdown=details.effect(ended.knowledge, result.facts, None, None)))
        if ended.compared:
            parts += comparison.in_words(ended.compared)
        for part in parts:
            self._show(part)
        if any(rung.items for rung in result.rungs):
            where = f"\nPicture: {self.beside}" if _draw(result, self.beside) else ""
            self.console.print(f"\n{_plain(alt(result))}{where}", markup=False)

    def _show(self, part: "Part") -> None:
        from rich.markdown import Markdown
        from rich.padding import Padding
        from rich.table import Table as Grid
        from rich.text import Text as RichText

        from bot.chat.reply import Table, Text

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


def _draw(result: "TrialResult", path: Path) -> bool:
    """Write the picture; False where that could not be done, which is said."""
    from bot.trial.report.picture import draw

    try:
        path.write_bytes(draw(result))
    except OSError as error:
        typer.echo(f"The picture could not be written to {path}: {error.strerror}.", err=True)
        return False
    return True


def _plain(text: str) -> str:
    """Return text without control characters: what a model wrote must not drive the terminal."""
    return "".join(c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
