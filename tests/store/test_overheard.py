"""What nobody said to the advisor is stored only for conversations that it concerns."""

import pytest

from bot.chat.events import Edited, Event, Present, Said
from bot.consultation.model import Consultation, Line, Room
from bot.service.intake import accept
from bot.store import keys
from bot.store.connection import Connection
from bot.store.consultations import RETENTION, Store
from tests.store.conftest import NOON
from tests.store.talking import event

KEEP = int(RETENTION.total_seconds() * 1000)
HERE = "test:T1:C1:1"


def overheard(number: int, addressed: str = "people", by: str = "ana", text: str | None = None) -> Event:
    made = event(HERE, number).model_copy(update={"addressed": addressed, "author": by, "name": by.title()})
    return made.model_copy(update={"body": Said(text=text)}) if text else made


async def test_a_thread_that_is_not_ours_is_left_alone(connection: Connection) -> None:
    assert not await accept(connection, overheard(1), keep=KEEP)
    assert not await accept(connection, overheard(1, "known"), keep=KEEP)
    assert await connection.call("DBSIZE") == 0


async def test_what_follows_the_first_words_before_they_are_answered_is_taken(connection: Connection) -> None:
    assert await accept(connection, event(HERE, 1), keep=KEEP)
    assert await accept(connection, overheard(2), keep=KEEP)
    assert not await accept(connection, overheard(2), keep=KEEP)


@pytest.mark.parametrize(
    ("listens", "addressed", "taken"),
    [
        ("always", "people", True),
        ("answers", "people", False),
        ("never", "people", False),
        ("never", "known", True),
    ],
)
async def test_a_conversation_is_heard_where_it_listens(
    store: Store, listens: str, addressed: str, taken: bool
) -> None:
    case = Consultation(id=HERE, started=NOON, updated=NOON).but(listens=listens, room=Room(addressed=("ana",)))
    await store.commit(HERE, 0, case)
    assert await accept(store.connection, overheard(1, addressed), keep=KEEP) is taken


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


async def stored(store: Store) -> list[Event]:
    waiting = await store.connection.call("LRANGE", keys.of_conversation(HERE).inbox, 0, -1)
    return [Event.model_validate_json(each) for each in waiting]


async def test_of_who_never_spoke_to_us_no_word_is_stored_only_that_somebody_spoke(store: Store) -> None:
    room = Room(addressed=("ana",), ours=True)
    await store.commit(HERE, 0, Consultation(id=HERE, started=NOON, updated=NOON, asker="ana", room=room))
    assert await accept(store.connection, overheard(1, by="ben", text="my salary is 4711"), keep=KEEP)
    (present,) = await stored(store)
    assert (present.body, present.name, present.author) == (Present(), None, "ben")
    assert "4711" not in repr(await store.connection.call("LRANGE", keys.of_conversation(HERE).inbox, 0, -1))


async def test_that_others_speak_is_stored_only_while_it_tells_something(store: Store) -> None:
    alone, among = Room(addressed=("ana",)), Room(addressed=("ana",), company=True)
    case = Consultation(id=HERE, started=NOON, updated=NOON, asker="ana", room=alone)
    version = await store.commit(HERE, 0, case)
    assert await accept(store.connection, overheard(1, by="ben"), keep=KEEP)
    await store.connection.call("DEL", keys.of_conversation(HERE).inbox)
    version = await store.commit(HERE, version, case.but(room=among))
    assert not await accept(store.connection, overheard(2, by="ben"), keep=KEEP)
    await store.commit(HERE, version, case.but(room=among.model_copy(update={"ours": True})))
    assert await accept(store.connection, overheard(3, by="ben"), keep=KEEP), "it follows what we said"


async def test_who_speaks_to_us_is_heard_although_that_still_waits(store: Store) -> None:
    case = Consultation(id=HERE, started=NOON, updated=NOON, asker="ana", room=Room(addressed=("ana",), company=True))
    await store.commit(HERE, 0, case)
    assert await accept(store.connection, overheard(1, "us", by="ben", text="@advisor help"), keep=KEEP)
    assert await accept(store.connection, overheard(2, by="ben", text="we have 400 examples"), keep=KEEP)
    assert [each.body for each in await stored(store)][1] == Said(text="we have 400 examples")


async def test_an_edit_of_who_never_spoke_to_us_is_none_of_our_business(store: Store) -> None:
    line = Line(by="cy", text="it was read", at=NOON, message="7")
    case = Consultation(id=HERE, started=NOON, updated=NOON, asker="ana", room=Room(addressed=("ana",)))
    await store.commit(HERE, 0, case.but(transcript=(line,)))

    def edit(by: str) -> Event:
        return overheard(7, "known", by=by).model_copy(update={"edition": by, "body": Edited(text="4711")})

    assert not await accept(store.connection, edit("ben"), keep=KEEP)
    assert await accept(store.connection, edit("cy"), keep=KEEP), "whose words are held can change them"
    assert [each.author for each in await stored(store)] == ["cy"]


async def test_an_event_that_waits_since_an_older_version_is_read() -> None:
    for before, now in ((None, "us"), ("listening", "people"), ("known", "known")):
        old = event(HERE, 1).model_dump(mode="json", exclude={"addressed", "outsider"}) | {"only": before}
        assert Event.model_validate(old).addressed == now
