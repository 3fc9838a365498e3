"""The terminal keeps to the contract. It has no network, so nothing is delivered to it twice."""

import asyncio
import io
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from adapters.console.chat import Terminal, new_case
from adapters.console.trial_report import Report
from bot.chat import wording
from bot.chat.events import Answered, Body, Pressed, Said
from bot.chat.reply import Part
from bot.consultation.model import Consultation
from bot.settings import Settings
from bot.store.consultations import Store, open_store
from bot.turn.context import TurnContext
from tests.contract.suite import Contract


class Listening(Terminal):
    """A terminal whose turns are only written down."""

    acted: list[Body]

    async def act(self, bodies: list[Body], offers: Sequence[Part] = ()) -> None:
        del offers
        self.acted += bodies


class Person:
    """Somebody at a terminal, who types."""

    def __init__(self, store: Store, folder: Path):
        async def nobody() -> TurnContext:
            raise AssertionError("No turn is taken here.")

        async def untried(case: Consultation, store: Store, stop: asyncio.Event, console: Console) -> Report:
            del case, store, stop, console
            raise AssertionError("No trial is run here.")

        self.screen = io.StringIO()
        console = Console(file=self.screen, width=200, highlight=False)
        self.terminal = Listening(console, store, nobody, untried, folder, new_case())
        self.terminal.acted = []

    async def say(self, text: str) -> None:
        await self.terminal.take(text)

    async def show(self, *parts: Part) -> None:
        self.terminal.say(list(parts), asked=True)

    async def choose(self, label: str) -> None:
        terminal = self.terminal
        if terminal.offered:
            shown = self.screen.getvalue()
            await terminal.take(next(letter for letter in terminal.offered if f"{letter}) {label}" in shown))
        else:
            assert terminal.pending and terminal.pending.field
            options = terminal.pending.field.options
            numbers = {each.label: str(i) for i, each in enumerate(options, 1)} | {wording.UNKNOWN: "0"}
            assert f"{numbers[label]}  {label}" in self.screen.getvalue()
            await terminal.take(numbers[label])

    async def fill(self, text: str) -> None:
        await self.terminal.take(text)

    def heard(self) -> Sequence[Body]:
        return [each for each in self.terminal.acted if isinstance(each, Said | Answered | Pressed)]

    def shown(self) -> Sequence[str]:
        return [self.screen.getvalue()]


class TestTerminal(Contract):
    """One conversation at a time."""

    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncGenerator[Person]:
        async with open_store(Settings.model_validate({"ADVISOR_HOME": tmp_path / "home"})) as store:
            yield Person(store, tmp_path / "pictures")
