"""Consultations: what is written is read, who comes second is told, and what is forgotten is gone."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.reply import Reply, Text
from bot.consultation.model import TRANSCRIPT_LINES, Consultation, Pair, Reason, Samples, Verdict
from bot.consultation.trial_state import Phase, TrialState
from bot.store import keys
from bot.store.connection import Connection
from bot.store.consultations import RETENTION, Store
from bot.store.errors import Conflict, LockLost
from bot.store.outbox import entries
from tests.store.conftest import NOON, claim, line

Case = Callable[..., Consultation]


async def everything(connection: Connection) -> dict[str, str]:
    """Every key of the store with its content, found by a scan."""
    found: dict[str, str] = {}
    cursor = 0
    while True:
        cursor, names = await connection.call("SCAN", cursor, "COUNT", 1000)
        for name in names:
            read = {
                "string": ("GET", name),
                "hash": ("HGETALL", name),
                "list": ("LRANGE", name, 0, -1),
                "set": ("SMEMBERS", name),
                "zset": ("ZRANGE", name, 0, -1),
                "stream": ("XRANGE", name, "-", "+"),
            }[await connection.call("TYPE", name)]
            found[name] = str(await connection.call(*read))
        if int(cursor) == 0:
            return found


async def test_what_was_committed_is_loaded(store: Store, case: Case):
    full = case(
        claims={"examples": claim(40, "ana", "we have 40")},
        transcript=(line("ana", 'we have 40 "examples" \u2028 🦜'),),
        samples=Samples(pairs=(Pair(input="a", output="b"),)),
    )
    assert await store.load(full.id) == (None, 0)
    version = await store.commit(full.id, 0, full)
    assert await store.load(full.id) == (full, version)
    later = full.but(trial=TrialState(phase=Phase.offered))
    assert await store.commit(full.id, version, later) > version
    assert (await store.load(full.id))[0] == later


async def test_the_second_of_two_writers_is_told(store: Store, case: Case):
    version = await store.commit("console:1", 0, case())
    await store.commit("console:1", version, case(settled=True))
    with pytest.raises(Conflict):
        await store.commit("console:1", version, case(trial=TrialState(phase=Phase.offered)))
    assert (await store.load("console:1"))[0] == case(settled=True)
    with pytest.raises(Conflict):
        await store.commit("console:1", 0, case())


async def test_of_many_writers_at_once_one_wins(store: Store, case: Case):
    version = await store.commit("console:1", 0, case())
    tried = [store.commit("console:1", version, case(reader=reader)) for reader in ("model", "patterns") * 10]
    done = await asyncio.gather(*tried, return_exceptions=True)
    assert len([d for d in done if isinstance(d, int)]) == 1
    assert len([d for d in done if isinstance(d, Conflict)]) == 19


async def test_a_version_never_comes_back(store: Store, case: Case):
    first = await store.commit("console:1", 0, case())
    await store.forget("console:1")
    with pytest.raises(Conflict):
        await store.commit("console:1", first, case())
    assert await store.commit("console:1", 0, case()) > first
    with pytest.raises(Conflict):
        await store.commit("console:1", first, case())


async def test_a_server_that_lost_its_last_writes_gets_them_from_who_knows_more(store: Store, case: Case):
    first = await store.commit("console:1", 0, case())
    await store.connection.call("FLUSHALL")
    second = await store.commit("console:1", first, case(settled=True))
    assert await store.load("console:1") == (case(settled=True), second)
    assert second > first
    # Who was second after such a loss is told, as ever.
    await store.connection.call("FLUSHALL")
    await store.commit("console:1", 0, case())
    with pytest.raises(Conflict):
        await store.commit("console:1", second, case(settled=True))


async def test_a_commit_whose_answer_was_lost_is_done_once(store: Store, case: Case, monkeypatch: pytest.MonkeyPatch):
    version = await store.commit("console:1", 0, case())
    run = store.connection.run
    answers: list[object] = []

    async def twice(self: Connection, name: str, *rest: object) -> object:
        answers.append(await run(name, *rest))  # pyright: ignore[reportArgumentType]
        return await run(name, *rest)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(Connection, "run", twice)
    said = entries([Reply(parts=(Text(markdown="hello"),))])
    after = await store.commit("console:1", version, case(settled=True), say=said)
    monkeypatch.undo()
    assert answers == [["ok", str(after)]]
    assert await store.load("console:1") == (case(settled=True), after)
    assert len(await store.connection.call("LRANGE", keys.of_conversation("console:1").outbox, 0, -1)) == 1


async def test_without_the_lock_nothing_is_written(store: Store, case: Case):
    version = await store.commit("console:1", 0, case())
    with pytest.raises(LockLost):
        await store.commit("console:1", version, case(settled=True), fence="7")
    await store.connection.call("SET", keys.of_conversation("console:1").lock, 8)
    with pytest.raises(LockLost):
        await store.commit("console:1", version, case(settled=True), fence="7", say=entries([Reply(parts=())]), taken=1)
    assert await store.load("console:1") == (case(), version)
    assert await store.commit("console:1", version, case(settled=True), fence="8") > version


async def test_a_consultation_lives_for_30_days_after_its_last_turn(store: Store, case: Case):
    assert timedelta(days=30) == RETENTION
    held = keys.of_conversation("console:1")
    version = await store.commit("console:1", 0, case())
    await store.connection.call("PEXPIRE", held.case, 1000)
    await store.commit("console:1", version, case(settled=True))
    await store.add_call("console:1", "t1", "{}")
    for key in (held.case, held.calls, keys.of_person("ana")):
        left = await store.connection.call("PTTL", key)
        assert left > RETENTION.total_seconds() * 1000 - 60_000, key


async def test_the_setting_changes_how_long(connection: Connection, case: Case):
    store = Store(connection, retention=timedelta(minutes=1))
    await store.commit("console:1", 0, case())
    assert 0 < await connection.call("PTTL", keys.of_conversation("console:1").case) <= 60_000


async def test_of_the_transcript_only_the_last_lines_are_kept(store: Store, case: Case):
    lines = tuple(line("ana", str(n)) for n in range(TRANSCRIPT_LINES + 20))
    await store.commit("console:1", 0, case(transcript=lines))
    kept, _ = await store.load("console:1")
    assert kept
    assert kept.transcript == lines[20:]


async def test_a_forgotten_conversation_leaves_nothing(store: Store, case: Case):
    await store.commit("console:1", 0, case(transcript=(line("ana", "the parrot"),)))
    await store.add_call("console:1", "t1", '{"text": "the parrot"}')
    await store.commit("console:2", 0, case("console:2"))
    await store.forget("console:1")
    left = await everything(store.connection)
    lists = keys.of_holder("ana")
    mine = {key: text for key, text in left.items() if key not in lists}
    assert not any("console:1" in key + text or "parrot" in text for key, text in mine.items())
    assert await store.load("console:1") == (None, 0)
    assert await store.last("ana") == "console:2"


async def test_a_forgotten_person_leaves_nothing(store: Store, case: Case):
    await store.commit("console:1", 0, case(transcript=(line("ana", "the parrot"),)))
    await store.add_call("console:1", "t1", '{"text": "the parrot"}')
    reason = Reason(fact="examples", quote="the parrot", rule="rule-5", passage="samples", text="few")
    verdict = Verdict(
        verdict="dataset_not_ready", clause="few", because=(reason,), notes=(), assumed=(), would_change=(), next=()
    )
    shared = case(
        "console:2",
        claims={"examples": claim(40, "ana", "the parrot") + claim(50, "ben"), "calls": claim(1, "ana")},
        transcript=(line("ana", "the parrot"), line("ben", "no, 50")),
        names={"ana": "Ana", "ben": "Ben"},
        verdict=verdict,
    ).but(asker="ben")
    await store.commit("console:2", 0, shared, people=["ana", "ben"])
    assert await store.conversations("ana") == ["console:1", "console:2"]

    assert await store.forget_person("ana") == 2

    left = await everything(store.connection)
    assert not any("ana" in (key + text).lower() or "parrot" in text for key, text in left.items())
    kept, _ = await store.load("console:2")
    assert kept == shared.but(
        claims={"examples": claim(50, "ben")}, transcript=(line("ben", "no, 50"),), names={"ben": "Ben"}, verdict=None
    )
    assert await store.last("ben") == "console:2"


async def test_the_last_conversation_is_the_one_with_the_latest_turn(store: Store, case: Case):
    assert await store.last("ana") is None
    first = await store.commit("console:1", 0, case())
    await store.commit("console:2", 0, case("console:2", updated=NOON + timedelta(minutes=1)))
    assert await store.last("ana") == "console:2"
    await store.commit("console:1", first, case(updated=NOON + timedelta(minutes=2)))
    assert await store.last("ana") == "console:1"
    assert await store.last("ben") is None


async def test_finished_calls_of_a_trial_are_kept_in_order(store: Store):
    for n in range(3):
        await store.add_call("console:1", "t 1", f'{{"n": {n}}}')
    await store.add_call("console:1", "t", '{"n": 9}')
    await store.add_call("console:1", "t 1", '{"n": 0}')
    assert await store.calls("console:1", "t 1") == ['{"n": 0}', '{"n": 1}', '{"n": 2}', '{"n": 0}']
    assert await store.calls("console:1", "t") == ['{"n": 9}']
    assert await store.calls("console:2", "t") == []
    await store.drop_calls("console:1")
    assert await store.calls("console:1", "t 1") == []


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_conversations_never_share_a_key(one: str, other: str):
    held, others = keys.of_conversation(one), keys.of_conversation(other)
    own = [held.case, held.inbox, held.outbox, held.lock, held.calls, held.dead]
    assert len(set(own)) == len(own)
    if one != other:
        assert not set(own) & {others.case, others.inbox, others.outbox, others.lock, others.calls, others.dead}
    # A Cluster hashes what stands between the first brace and the next: it must be our tag, whatever the id holds.
    tags = {key[key.index("{") : key.index("}")] for key in [*own, held.sequence, held.ready, held.due, held.tries]}
    assert tags == {f"{{p{keys.partition(one):02}"}


def test_conversations_spread_over_all_partitions():
    used = {keys.partition(f"slack:T1:C1:{n}.2") for n in range(2000)}
    assert used == set(range(keys.PARTITIONS))
