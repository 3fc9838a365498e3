"""What nobody said to the advisor is stored only for conversations that it concerns."""

import pytest

from bot.consultation.model import Consultation
from bot.service.intake import accept
from bot.store.connection import Connection
from bot.store.consultations import RETENTION, Store
from tests.store.conftest import NOON
from tests.store.talking import event

KEEP = int(RETENTION.total_seconds() * 1000)
HERE = "test:T1:C1:1"


def overheard(number: int, only: str = "listening"):
    return event(HERE, number).model_copy(update={"only": only})


async def test_a_thread_that_is_not_ours_is_left_alone(connection: Connection) -> None:
    assert not await accept(connection, overheard(1), keep=KEEP)
    assert not await accept(connection, overheard(1, "known"), keep=KEEP)
    assert await connection.call("DBSIZE") == 0


async def test_what_follows_the_first_words_before_they_are_answered_is_taken(connection: Connection) -> None:
    assert await accept(connection, event(HERE, 1), keep=KEEP)
    assert await accept(connection, overheard(2), keep=KEEP)
    assert not await accept(connection, overheard(2), keep=KEEP)


@pytest.mark.parametrize(
    ("listens", "only", "taken"),
    [
        ("always", "listening", True),
        ("answers", "listening", False),
        ("never", "listening", False),
        ("never", "known", True),
    ],
)
async def test_a_conversation_is_heard_where_it_listens(store: Store, listens: str, only: str, taken: bool) -> None:
    case = Consultation(id=HERE, started=NOON, updated=NOON).but(listens=listens)
    await store.commit(HERE, 0, case)
    assert await accept(store.connection, overheard(1, only), keep=KEEP) is taken


async def test_an_edit_is_an_event_beside_the_message_it_changes(connection: Connection) -> None:
    assert await accept(connection, event(HERE, 1), keep=KEEP)
    edit = event(HERE, 1).model_copy(update={"edition": "2"})
    assert await accept(connection, edit, keep=KEEP)
    assert not await accept(connection, edit, keep=KEEP)


async def test_a_press_is_spent_for_as_long_as_its_conversation_is_kept(connection: Connection) -> None:
    press = event(HERE, 1).model_copy(update={"spends": True})
    assert await accept(connection, press, keep=KEEP)
    (claim,) = [key for key in await connection.call("KEYS", "*") if ":claim:" in key]
    assert await connection.call("PTTL", claim) > KEEP - 60_000
