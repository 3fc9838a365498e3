"""The store is gone: messages wait and are stored once, help and the rules answer, all else says to try again."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import pytest

from adapters.discord.inbound.buffer import LIMIT_OF_ONE, Buffer
from bot.chat import wording
from bot.chat.events import Event, Said
from bot.chat.reply import Text
from bot.platform.refusal import SORRY
from bot.store.connection import Connection
from bot.store.errors import StoreError
from tests.discord.app import App
from tests.discord.inbound.test_interactions import asked, labels
from tests.fakes.discord import text_of
from tests.support.clock import NOON


class Still:
    """A client of a store that is not asked."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        raise AssertionError

    async def aclose(self) -> None:
        return None


def waits(event: Event, error: StoreError) -> bool:
    return False


NOWHERE = Connection(Still(), Still(), "nowhere")


def event(number: int, text: str = "our tone is off") -> Event:
    return Event(
        conversation="discord:@me:7:7",
        platform="discord",
        channel="7",
        message=str(number),
        author="discord:@me:9",
        at=NOON,
        body=Said(text=text),
    )


async def test_messages_wait_and_are_stored_once_and_in_order(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
    app.down = True
    texts = [f"line {number}" for number in range(5)]
    for text in texts:
        discord_.say(ana, discord_.dm(ana), text)
    discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
    await discord_.until(lambda: app.refused >= 2)
    discord_.close(4000)  # and a resumed connection brings nothing twice
    app.down = False
    await app.took(6)
    await discord_.quiet(0.5)
    said = [each.text for each in app.bodies() if isinstance(each, Said)]
    assert [text for text in said if text in texts] == texts
    assert [text for text in said if text not in texts] == ["our tone is off"]


async def test_commands_and_buttons_say_at_once_to_try_again(app: App) -> None:
    first, thread, message, ana, _ = await asked(app, wording.form(app.knowledge, ["models_tried"]))
    general = thread.parent
    assert general is not None
    app.down = True
    app.discord.command(ana, general, "finetune", "status")
    assert (await app.shown(general, SORRY, ana)).ephemeral
    app.discord.press(ana, message, labels(message)[0])
    assert (await app.shown(thread, SORRY, ana)).ephemeral
    app.down = False
    app.discord.press(ana, message, labels(message)[0])  # which was not spent
    assert (await app.took(2))[1].conversation == first.conversation


async def test_help_and_the_rules_answer_as_ever(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
    app.down = True
    discord_.command(ana, general, "finetune", "help")
    await app.shown(general, "finetune a model", ana)
    discord_.say(ana, general, f"{discord_.bot.mention} help")
    answer = await app.shown(general, "finetune a model")
    assert not answer.ephemeral
    discord_.say(ana, discord_.dm(ana), "waits for the store")
    discord_.say(ana, discord_.dm(ana), "rule 2")
    await app.shown(discord_.dm(ana), "Rule 2")
    app.down = False
    await app.took()
    await discord_.quiet(0.5)
    assert [each.text for each in app.bodies() if isinstance(each, Said)] == ["waits for the store"]


async def test_too_many_messages_are_dropped_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    stored: list[str] = []
    down = True

    async def accept(inbound: Event, /, *, comes_once: bool = False) -> bool:
        if down:
            raise StoreError("unreachable", "The store does not answer.")
        stored.append(inbound.message)
        return True

    buffer = Buffer(accept, NOWHERE, waits, limit=10)
    with caplog.at_level(logging.WARNING, "advisor.discord"):
        running = asyncio.create_task(buffer.run())
        for number in range(25):
            buffer.put(event(number))
        await asyncio.sleep(0.05)
        assert buffer.dropped == 15
        down = False
        await buffer.drain(10)
        running.cancel()
    assert stored == [str(number) for number in range(10)]
    said = [record.getMessage() for record in caplog.records]
    assert sum("what comes now is lost" in line for line in said) == 1
    assert any("15 messages were lost" in line for line in said)


async def test_a_burst_is_stored_whole_and_delays_nobody_elsewhere() -> None:
    """A healthy store that takes its time: a burst in one place waits, a word in another is stored next."""
    stored: list[Event] = []

    async def accept(inbound: Event, /, *, comes_once: bool = False) -> bool:
        await asyncio.sleep(0)
        stored.append(inbound)
        return True

    buffer = Buffer(accept, NOWHERE, waits)
    for number in range(1_200):
        buffer.put(event(number))
    buffer.put(event(0).model_copy(update={"conversation": "discord:1:2:3"}))
    running = asyncio.create_task(buffer.run())
    await buffer.drain(10)
    running.cancel()
    burst = [each.message for each in stored if each.conversation == "discord:@me:7:7"]
    assert burst == [str(number) for number in range(1_200)], "none is lost, and they are in order"
    assert [each.conversation for each in stored].index("discord:1:2:3") < 3


async def test_a_flood_in_one_place_takes_no_room_from_the_others_and_does_not_blame_the_store(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stored: list[str] = []

    async def accept(inbound: Event, /, *, comes_once: bool = False) -> bool:
        stored.append(inbound.conversation)
        return True

    buffer = Buffer(accept, NOWHERE, waits)
    with caplog.at_level(logging.WARNING, "advisor.discord"):
        for number in range(LIMIT_OF_ONE + 5):
            buffer.put(event(number))
        buffer.put(event(0).model_copy(update={"conversation": "discord:1:2:3"}))
        assert buffer.dropped == 5
        running = asyncio.create_task(buffer.run())
        await buffer.drain(10)
        running.cancel()
    assert "discord:1:2:3" in stored
    said = [record.getMessage() for record in caplog.records]
    assert any("faster than they are stored" in line for line in said)
    assert any("5 messages were lost meanwhile" in line for line in said)
    assert not any("the store is" in line for line in said)


async def test_what_still_waits_at_the_end_is_counted() -> None:
    async def accept(_: Event, /, *, comes_once: bool = False) -> bool:
        raise StoreError("unreachable", "The store does not answer.")

    buffer = Buffer(accept, NOWHERE, waits)
    running = asyncio.create_task(buffer.run())
    buffer.put(event(1))
    await buffer.drain(0.1)
    running.cancel()
    assert buffer.dropped == 1


async def test_a_real_store_that_comes_back_has_every_message(app: App) -> None:
    """The embedded server is killed: what comes meanwhile waits, and nothing is stored twice."""
    discord_ = app.discord
    ana = discord_.user("ana", discord_.guild("Acme"))
    await app.store.connection.call("SAVE")
    discord_.say(ana, discord_.dm(ana), "before")
    await app.took()
    with suppress(StoreError):  # it goes without an answer
        await app.store.connection.call("SHUTDOWN", "SAVE")
    for number in range(3):
        discord_.say(ana, discord_.dm(ana), f"during {number}")
    await app.took(4)
    assert [each.text for each in app.bodies() if isinstance(each, Said)] == [
        "before",
        *(f"during {n}" for n in range(3)),
    ]
    await app.reply(app.taken[0], Text(markdown="What have you tried?"))
    assert "What have you tried" in text_of(await app.shown(discord_.dm(ana), "What have you tried"))
