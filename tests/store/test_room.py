"""All consultations of a person, and of a workspace, keep so much together: of the oldest less is kept, with a word."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.consultation.model import Consultation, Line, Pair, Samples
from bot.consultation.size import LIGHTENED
from bot.consultation.trial_state import Phase, TrialState
from bot.store import consultations, keys
from bot.store.connection import Connection
from bot.store.consultations import Store, write
from tests.store.conftest import claim
from tests.store.test_consultations import everything
from tests.support.consulting import Talk

ANA, BEN = "slack:T1:U1", "slack:T1:U2"
KIB = 1024


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person has room for five of these consultations, a workspace for eight."""
    monkeypatch.setattr(consultations, "MOST_OF_PERSON", 5 * 64 * KIB)
    monkeypatch.setattr(consultations, "MOST_OF_WORKSPACE", 8 * 64 * KIB)


def held(number: int, by: str = ANA, size: int = 60 * KIB) -> Consultation:
    """One with a fact, and with words and samples of this size together."""
    at = datetime.now(UTC) + timedelta(seconds=number - 100)
    given = {"m": Samples(pairs=(Pair(input="x" * (size // 4), output="y"),))}
    made = Consultation(id=f"slack:T1:C1:{by}:{number}", started=at, updated=at, asker=by, given=given)
    line = Line(by=by, text="z" * (size // 2), at=at)
    return made.but(samples=given["m"], transcript=(line,), claims={"examples": claim(40, by, "40 of them")})


async def filled(store: Store, *cases: Consultation) -> list[str]:
    """Commit them one after the other; return which lost their words, and with a minus which are gone."""
    for case in cases:
        await store.commit(case.id, 0, case, people=[case.asker or "", "slack:T1"])
    return await lost(store, *cases)


async def lost(store: Store, *cases: Consultation) -> list[str]:
    now = [(await store.load(case.id))[0] for case in cases]
    number = [case.id.rpartition(":")[2] for case in cases]
    return [n if case else f"-{n}" for n, case in zip(number, now, strict=True) if not (case and case.transcript)]


async def test_the_oldest_lose_their_words_and_samples_and_keep_what_was_read(
    store: Store, connection: Connection
) -> None:
    cases = [held(n) for n in range(7)]
    assert await filled(store, *cases) == ["0", "1", "2"], "five whole ones, less what is left of these"
    kept, _ = await store.load(cases[0].id)
    assert kept and kept.claims == cases[0].claims
    assert not kept.samples.pairs and not kept.given
    sizes = [len(write(case)) for case in [(await store.load(each.id))[0] for each in cases] if case]
    assert sum(sizes) <= consultations.MOST_OF_PERSON
    left = await connection.call("PTTL", keys.of_conversation(cases[0].id).case)
    assert left < store.keep - 90_000, "it is kept no longer for it"


async def test_it_is_said_once_to_those_who_come_back(store: Store) -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    talk.case = talk.case.but(id="slack:T1:C1:0", asker=ANA, updated=datetime.now(UTC) - timedelta(hours=1))
    talk.case = talk.case.but(transcript=(Line(by=ANA, text="x" * 60 * KIB, at=talk.case.updated),))
    await filled(store, talk.case, *(held(n) for n in range(5)))
    found, _ = await store.load(talk.case.id)
    assert found and not found.transcript
    talk.case = found
    assert LIGHTENED in await talk.say("we tried one prompt")
    assert LIGHTENED not in await talk.say("we have 40 examples")
    assert talk.case.claims.keys() >= found.claims.keys() and "need" in found.claims


async def test_what_is_written_again_is_not_counted_twice(store: Store) -> None:
    case = held(0)
    version = await store.commit(case.id, 0, case)
    for n in range(20):
        case = case.but(transcript=(case.transcript[0].model_copy(update={"text": "z" * (10 + n % 2 * 20) * KIB}),))
        version = await store.commit(case.id, version, case)
    assert await filled(store, *(held(n) for n in range(1, 5))) == []
    assert await lost(store, case) == []


async def test_many_small_ones_go_whole_in_the_end(store: Store, connection: Connection) -> None:
    cases = [held(n, size=4 * KIB) for n in range(100)]
    await filled(store, *cases)
    there = [case for case in cases if (await store.load(case.id))[0]]
    assert 20 <= len(there) <= 5 * 64 // 8 + 2 and there == cases[-len(there) :]
    counted = int(await connection.call("HGET", keys.of_holder(ANA)[1], ""))
    assert counted == len(there) * consultations.BLOCK


async def test_a_workspace_has_its_own_room_and_another_loses_nothing(store: Store) -> None:
    elsewhere = held(0, "slack:T2:U1").but(id="slack:T2:C1:1")
    mine, others = [held(n) for n in range(4)], [held(10 + n, BEN) for n in range(5)]
    await filled(store, elsewhere)
    await filled(store, *mine, *others)
    assert await lost(store, *mine, *others) == ["0"], "Ben's newer ones have the place of Ana's oldest"
    assert await lost(store, elsewhere) == []


async def test_strangers_in_direct_messages_share_no_room(store: Store) -> None:
    cases = [held(n, f"discord:@me:{n}").but(id=f"discord:@me:{n}") for n in range(12)]
    assert await filled(store, *cases) == []


async def test_of_what_is_being_tried_nothing_goes(store: Store) -> None:
    running = held(0).but(trial=TrialState(phase=Phase.running))
    assert await filled(store, running, *(held(n) for n in range(1, 6))) == []
    version = (await store.load(running.id))[1]
    await store.commit(running.id, version, running.but(trial=TrialState(phase=Phase.finished)))
    assert await filled(store, held(7)) == []
    assert await lost(store, running) == ["0"]


async def test_what_is_forgotten_makes_room_and_its_sizes_go_with_it(store: Store, connection: Connection) -> None:
    cases = [held(n) for n in range(5)]
    await filled(store, *cases)
    for case in cases[1:]:
        await store.commit(case.id, (await store.load(case.id))[1], None, people=[ANA, "slack:T1"])
    again = [held(n) for n in range(10, 14)]
    assert await filled(store, *again) == [] and await lost(store, cases[0]) == []
    await store.forget_person(ANA)
    assert not [key for key in await everything(connection) if key in keys.of_holder(ANA)]
    assert await connection.call("EXISTS", *keys.of_holder("slack:T1")[1:]) == 0
