"""The live message, where a press is shown while the message ends."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from bot.consultation.model import Consultation
from bot.platform.live import Memory, Shown
from bot.store.connection import Client, opened
from bot.store.consultations import Store
from tests.store.conftest import NOON, settings

CONVERSATION = "console:1"
MENU, BUTTON, CHOSEN, ANSWERED = ({"is": each} for each in ("menu", "button", "chosen by bob", "answered"))
ASKED = Shown("C1", "1.0", [MENU, BUTTON])
LEFT, ENDED = replace(ASKED, body=[CHOSEN, BUTTON]), replace(ASKED, body=[CHOSEN])
ENDING_STEPS, LEAVING_STEPS = 8, 5
"""What each does at most, one after the other: asking the store, changing the message."""


@dataclass
class Turns:
    """Lets two who do something go on one step at a time, in a given order."""

    order: list[str]
    waiting: dict[str, asyncio.Future[None]] = field(default_factory=dict[str, "asyncio.Future[None]"])
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def turn(self, who: str) -> None:
        self.waiting[who] = asyncio.get_running_loop().create_future()
        self.moved.set()
        await self.waiting[who]

    async def play(self, **doing: Awaitable[None]) -> None:
        tasks = {who: asyncio.ensure_future(each) for who, each in doing.items()}
        for task in tasks.values():
            task.add_done_callback(lambda _: self.moved.set())
        while left := [who for who, task in tasks.items() if not task.done()]:
            if not all(who in self.waiting for who in left):
                self.moved.clear()
                await self.moved.wait()
                continue
            wanted = self.order.pop(0) if self.order else left[0]
            self.waiting.pop(wanted if wanted in left else left[0]).set_result(None)
        await asyncio.gather(*tasks.values())


@dataclass(frozen=True)
class Stepping:
    """A client of the store that waits for its turn before each command."""

    client: Client
    wait: Callable[[], Awaitable[None]]

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        await self.wait()
        return await self.client.execute_command(*args, **options)

    async def aclose(self) -> None:
        """Leave the client to whoever opened it."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with opened(settings(tmp_path / "home")) as connection:
        made = Store(connection)
        await made.commit(CONVERSATION, 0, Consultation(id=CONVERSATION, started=NOON, updated=NOON))
        yield made


def memory(store: Store, wait: Callable[[], Awaitable[None]]) -> Memory:
    """Return the memory as one of the two sees it."""
    stepping = replace(store.connection, client=Stepping(store.connection.client, wait))
    return Memory(Store(stepping), CONVERSATION)


async def shown_in_the_end(store: Store, order: list[str]) -> list[dict[str, Any]]:
    """Return what a message shows that somebody presses while it ends, with the steps of both in this order."""
    turns, screen = Turns(order), [ASKED.body]

    async def show(who: str, body: list[dict[str, Any]]) -> None:
        await turns.turn(who)
        screen.append(body)

    async def end_it(shown: Shown, pressed: bool) -> None:
        kept = [each for each in shown.body if each not in (MENU, BUTTON)]
        await show("end", kept if pressed else [*kept, ANSWERED])

    async def end() -> None:
        await memory(store, lambda: turns.turn("end")).end("second", end_it)

    async def press() -> None:
        sees = memory(store, lambda: turns.turn("press"))
        await sees.leave(LEFT, ENDED, lambda shown: show("press", shown.body))

    await Memory(store, CONVERSATION).begin("first", ASKED, None)
    await turns.play(end=end(), press=press())
    return screen[-1]


async def test_a_press_is_shown_on_a_message_that_ends_whichever_comes_first(store: Store) -> None:
    steps = ENDING_STEPS + LEAVING_STEPS
    for presses in combinations(range(steps), LEAVING_STEPS):
        order = ["press" if place in presses else "end" for place in range(steps)]
        assert await shown_in_the_end(store, [*order]) == [CHOSEN], order


async def test_a_message_that_could_not_be_changed_is_ended_by_the_next_try(store: Store) -> None:
    async def refused(shown: Shown, pressed: bool) -> None:
        raise TimeoutError

    changed = list[Shown]()

    async def taken(shown: Shown, pressed: bool) -> None:
        changed.append(shown)

    kept = Memory(store, CONVERSATION)
    await kept.begin("first", ASKED, None)
    with pytest.raises(TimeoutError):
        await kept.end("second", refused)
    await kept.end("second", taken)
    await kept.end("second", taken)
    assert changed == [ASKED], "it ends once"
