"""Notes of adapters: they are read back, they last as long as their conversation, and they go with it."""

from collections.abc import Callable

import pytest

from bot.consultation.model import Consultation
from bot.service.intake import accept
from bot.store import keys
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.memos import drop, note, noted
from tests.store.talking import event

Case = Callable[..., Consultation]
HERE = "slack:T1:C1:171.2"
ELSEWHERE = "slack:T1:C1:171.3"


@pytest.fixture
async def connection_of_two(store: Store, case: Case) -> Connection:
    """A store with two conversations in it."""
    for conversation in (HERE, ELSEWHERE):
        await store.commit(conversation, 0, case(conversation))
    return store.connection


async def test_a_note_is_read_back_replaced_and_dropped(connection_of_two: Connection):
    store = connection_of_two
    assert await noted(store, HERE, "progress") is None
    assert await note(store, HERE, "progress", "171.9", 60_000)
    assert await note(store, HERE, "thread", "", 60_000)
    assert (await noted(store, HERE, "progress"), await noted(store, HERE, "thread")) == ("171.9", "")
    assert await noted(store, ELSEWHERE, "progress") is None
    assert await note(store, HERE, "progress", 'é 🦜 "{}"', 60_000)
    assert await noted(store, HERE, "progress") == 'é 🦜 "{}"'
    await drop(store, HERE, "progress")
    await drop(store, HERE, "never noted")
    assert (await noted(store, HERE, "progress"), await noted(store, HERE, "thread")) == (None, "")


async def test_each_note_prolongs_how_long_all_are_kept(connection_of_two: Connection):
    store, key = connection_of_two, keys.of_conversation(HERE).notes
    await note(store, HERE, "thread", "1", 5_000)
    assert 0 < await store.call("PTTL", key) <= 5_000
    await note(store, HERE, "progress", "2", 60_000)
    assert 5_000 < await store.call("PTTL", key) <= 60_000


async def test_notes_go_with_their_conversation(store: Store, connection_of_two: Connection, case: Case):
    version = (await store.load(ELSEWHERE))[1]
    for conversation in (HERE, ELSEWHERE):
        await note(store.connection, conversation, "thread", "1", 60_000)
    await store.forget(HERE)
    assert await noted(store.connection, HERE, "thread") is None
    await store.commit(ELSEWHERE, version, None)
    assert await noted(store.connection, ELSEWHERE, "thread") is None


async def test_what_is_forgotten_is_not_noted_again(store: Store, connection_of_two: Connection):
    await store.forget(HERE)
    # The last words are delivered after that: their message must not be remembered.
    assert not await note(store.connection, HERE, "progress", "171.9", 60_000)
    assert await store.connection.call("EXISTS", keys.of_conversation(HERE).notes) == 0


async def test_before_the_first_turn_what_waits_is_enough(connection: Connection):
    assert not await note(connection, "test:1", "thread", "1", 60_000)
    await accept(connection, event("test:1", 1), keep=60_000)
    assert await note(connection, "test:1", "thread", "1", 60_000)
    assert await noted(connection, "test:1", "thread") == "1"
