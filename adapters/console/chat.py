"""`advisor chat`: a consultation with one person at a terminal."""

import asyncio
import getpass
import sys
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from adapters.console import forms, judging, render, trial_report
from adapters.console.trial_report import Report
from bot.chat.events import Answered, Attached, Body, Event, Failed, Pressed, Said
from bot.chat.reply import Form, Option, Part, Text
from bot.consultation.model import Consultation
from bot.store.errors import Conflict, StoreError
from bot.text.hidden import plain

if TYPE_CHECKING:
    from bot.store.consultations import Store
    from bot.turn.context import TurnContext
    from bot.turn.turn import TurnResult

GREETING = (
    "Should you finetune? Tell me what you want a model to do and what goes wrong. "
    "/help lists the commands, /quit ends; pasting several lines works. I am automated and can be wrong."
)
ENDS = frozenset({"/quit", "/exit", "/q", "quit", "exit", ":q"})
"""Alone on a line they end the program, as in any shell; in a channel they are words like others."""
STOPPED = "Stopped. What was measured is kept."
STILL_THERE = (
    "Not deleted: what was stored of this consultation is still there, also after /quit. "
    "Say /forget again when the store is back."
)


class Trial(Protocol):
    """Runs the trial of a case's samples and returns how it ended, and what is shown of it."""

    async def __call__(self, case: Consultation, store: "Store", stop: asyncio.Event, console: Console) -> Report: ...


@dataclass
class Terminal:
    """One consultation at one terminal."""

    console: Console
    store: "Store"
    advisor: Callable[[], Awaitable["TurnContext"]]
    trial: Trial
    folder: Path
    """Where pictures and files are saved."""
    case: Consultation
    version: int = 0
    pending: forms.Pending | None = None
    offered: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """What a letter means: an action and its value."""
    report: Report | None = None
    """The last trial."""
    count: int = 0
    saved: bool = True
    unsaved: list[str] = field(default_factory=list[str])
    """What was typed since the last turn that was stored."""
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    async def hold(self, lines: AsyncGenerator[str]) -> None:
        """Hold the conversation until the lines end or the person quits."""
        await self.resume()
        async for text in lines:
            if text.strip().lower().rstrip(".!") in ENDS:
                break
            if text.strip():
                self.unsaved.append(text.strip())
                await self.take(text)

    def tell_unsaved(self) -> bool:
        """Say what was not stored, so that it can be copied; False where all is."""
        if self.saved:
            return False
        self.console.print("\nNot stored; say it again when the store is back:", style="red")
        for text in self.unsaved:
            self.console.print(f"  {plain(text)}", markup=False, highlight=False)
        return True

    async def resume(self) -> None:
        """Say where the consultation stands, and go on with a trial that was cut off."""
        if self.version == 0:
            return
        self.console.print(f"Going on with the consultation of {self.case.updated:%Y-%m-%d %H:%M} UTC.", style="dim")
        if self.case.trial.running and self.case.samples != type(self.case.samples)():
            self.console.print("A trial was under way; it goes on with what is not measured yet.", style="dim")
            await self.measure()
        else:
            await self.act([Said(text="/status")])
            await self.act([Answered(facts={})])

    async def take(self, text: str) -> None:
        """Take one input: a choice, a field of the form that is open, a command or ordinary talk."""
        word = text.strip().lower()
        if meant := self.offered.get(word.rstrip(")")):
            await self.choose(*meant)
        elif word.lstrip("/") in ("details", "judge") and self.report:
            await self.choose(word.lstrip("/"), "")
        elif word in ("/restart", "restart"):
            await self.restart()
        elif word.startswith(("/try ", "/file ")):
            await self.act([attached(text.strip().split(maxsplit=1)[1])])
        elif self.pending and (filled := forms.take(self.pending, text)):
            if not isinstance(filled, forms.Pending):
                self.console.print(plain(filled.sentence), markup=False, highlight=False)
                self.ask(self.pending)
            elif filled.field:
                self.ask(filled)
            else:
                await self.act([Answered(facts=filled.answers, notes=dict(filled.notes))])
        else:
            given = self.pending.answers if self.pending else {}
            notes = dict(self.pending.notes) if self.pending else {}
            await self.act([*([Answered(facts=given, notes=notes)] if given else []), Said(text=text)])

    async def choose(self, action: str, value: str) -> None:
        """Do what a letter stands for; the details of a trial and its judging are at hand here."""
        if self.report and action == "details":
            trial_report.details(self.console, self.report.parts)
        elif self.report and action == "judge":
            await self.judge(self.report)
        else:
            await self.act([Pressed(action=action, values=(value,) if value else ())])

    async def judge(self, report: Report) -> None:
        """Let outputs of the last trial be judged that were left open."""
        if not report.open:
            self.console.print("No output of the last trial is left open.", style="dim")
            return
        grades = await judging.judge(self.console, report.open, demonstration=report.demonstration)
        left = tuple(output for output in report.open if (output.item, output.text) not in grades)
        self.report = report._replace(open=left)
        said = {output.id: grades.get((output.item, output.text)) for output in report.open}
        pressed = [f"{name} {'pass' if passed else 'fail'}" for name, passed in said.items() if passed is not None]
        if pressed:
            await self.act([Pressed(action="grade", values=(value,)) for value in pressed])
            if self.case.trials:
                trial_report.standing(self.console, self.case.trials[-1])

    async def restart(self) -> None:
        """Begin a new consultation; the old one stays in the store until it expires."""
        self.case, self.version = new_case(), 0
        self.pending = self.report = None
        self.offered = {}
        self.console.print(GREETING)

    async def act(self, bodies: list[Body], offers: Sequence[Part] = ()) -> None:
        """Do one turn: decide, commit, then say it. A commit that another terminal overtook is done again."""
        from bot.turn.trials import picture_prefix
        from bot.turn.turn import turn

        batch = [self.inbound(body) for body in bodies]
        advisor = await self.advisor()
        outcome = await turn(self.case, batch, advisor)
        outcome = await self.commit(outcome, batch, advisor)
        if outcome.forgets and not self.saved and self.version:
            self.console.print(STILL_THERE, style="red", markup=False)
            return
        self.case = outcome.consultation
        parts = [part for reply in outcome.replies for part in reply.parts]
        # Several presses at once are each answered alike.
        self.say([*dict.fromkeys(parts), *offers], asked=self.case.asked is not None)
        if outcome.forgets:
            for picture in self.folder.glob(f"{picture_prefix(self.case)}-*"):
                picture.unlink()
            await self.restart()
        elif outcome.starts_trial:
            await self.measure()

    async def commit(self, outcome: "TurnResult", batch: list[Event], advisor: "TurnContext") -> "TurnResult":
        """Write the case; while the store is gone the case lives on here, and the next turn writes it."""
        from bot.turn.turn import turn

        try:
            for _ in range(3):
                try:
                    kept = None if outcome.forgets else outcome.consultation
                    self.version = await self.store.commit(self.case.id, self.version, kept, people=(person(),))
                    if not self.saved:
                        self.console.print("The store is back; nothing was lost.", style="dim")
                    self.saved = True
                    self.unsaved.clear()
                    return outcome
                except Conflict:
                    stored, version = await self.store.load(self.case.id)
                    if stored is not None and version > self.version:
                        outcome = await turn(stored, batch, advisor)
                    self.version = version
            self.console.print("Another terminal is changing this consultation; what you said here is not kept yet.")
            self.saved = False
        except StoreError as error:
            more = "" if outcome.forgets else " I go on and write it as soon as the store is back."
            self.console.print(f"{error}{more}", style="red")
            self.saved = False
        return outcome

    async def measure(self) -> None:
        """Run the trial; Ctrl-C stops the trial and not the program."""
        stop = asyncio.Event()
        report = await self.trial(self.case, self.store, stop, self.console)
        if stop.is_set():
            self.console.print(STOPPED, style="dim")
        self.report = report if report.parts else None
        trial_report.brief(self.console, report.parts, self.folder)
        more = Option(value="again", label="run it again") if report.parts else None
        await self.act([report.body], trial_report.choices(report.parts, len(report.open), more=more))
        if not isinstance(report.body, Failed) and self.saved:
            try:
                await self.store.drop_calls(self.case.id)
            except StoreError as error:  # they expire with the consultation
                self.console.print(str(error), style="dim", markup=False)

    def say(self, parts: list[Part], *, asked: bool) -> None:
        """Show parts; the last form and the last choices are open from now on."""
        form = next((p for p in reversed(parts) if isinstance(p, Form)), None)
        # The fields say themselves what is asked; only a dispute says more.
        repeated = form is not None and not (self.case.asked and self.case.asked.conflict)
        told = [p for p in parts if not (repeated and isinstance(p, Text) and p.voice == "ask")]
        render.show(self.console, told, self.folder)
        self.offered = render.offered(parts) or (self.offered if asked else {})
        if form:
            self.ask(forms.Pending(form))
        elif not asked:
            self.pending = None

    def ask(self, pending: forms.Pending) -> None:
        """Show the next field of a form."""
        self.pending = pending
        if field := pending.field:
            self.console.print()
            for number, line in enumerate(forms.lines(field)):
                style = {0: "bold", 1: "dim"}.get(number)
                self.console.print(plain(line), style=style, markup=False, highlight=False)

    def inbound(self, body: Body) -> Event:
        """Wrap what was typed as an event."""
        self.count += 1
        return Event(
            conversation=self.case.id,
            platform="console",
            message=f"{self.run}-{self.count}",
            author=person(),
            at=datetime.now(UTC),
            private=True,
            body=body,
        )


def person() -> str:
    """Name the person at this terminal."""
    return f"console:{getpass.getuser()}"


def new_case() -> Consultation:
    """Begin a consultation."""
    now = datetime.now(UTC)
    return Consultation(id=f"console:{uuid.uuid4()}", started=now, updated=now, asker=person())


def attached(name: str) -> Attached:
    """Read a file of samples; what is wrong with it is said in one sentence."""
    path = Path(name).expanduser()
    most = 1 << 20
    try:
        if path.stat().st_size > most:
            size = path.stat().st_size / most
            return Attached(
                name=path.name, problem=f"{path.name} has {size:.1f} MiB; up to 1 MiB is read. Cut it down."
            )
        return Attached(name=path.name, content=path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = f"{path.name} is not UTF-8 (byte {error.start + 1}); save it as UTF-8 and try again."
    except OSError as error:
        problem = f"Cannot read {path}: {(error.strerror or 'it failed').lower()}."
    return Attached(name=path.name, problem=problem)


async def typed() -> AsyncGenerator[str]:
    """Yield what a person types or pastes; a pasted block is one input."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    session: PromptSession[str] = PromptSession(history=InMemoryHistory())
    while True:
        try:
            yield await session.prompt_async("> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


async def piped() -> AsyncGenerator[str]:
    """Yield the lines of a pipe."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line.rstrip("\n")


def lines_of() -> AsyncGenerator[str]:
    """Return the person's input, from the terminal or a pipe."""
    return typed() if sys.stdin.isatty() else piped()


@asynccontextmanager
async def closing_lines(lines: AsyncGenerator[str]) -> AsyncGenerator[AsyncGenerator[str]]:
    """Close the input when the conversation ends."""
    try:
        yield lines
    finally:
        await lines.aclose()
