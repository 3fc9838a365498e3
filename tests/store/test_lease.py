"""What the scripts promise one by one: intake, lock, outbox, dead letters."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from bot.chat.events import Event
from bot.chat.reply import Reply, Text
from bot.consultation.model import Consultation
from bot.platform.port import Delivered, Delivery, Rejected, RetryLater
from bot.service import conversation as handling
from bot.service import outbox as service_outbox
from bot.service.conversation import Apology, Handler, Outcome
from bot.service.intake import accept
from bot.service.outbox import Outside
from bot.service.worker import Timing
from bot.store import keys, lease, ready
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.dead_letters import dead_letters, oldest_waiting
from bot.store.errors import LockLost
from bot.store.jobs import InterruptTrial, Job
from bot.store.lease import Busy, Held
from bot.store.outbox import Entry
from tests.store.talking import Platform, answer, event, remembered, said
from tests.store.test_consultations import everything

KEEP = 3_600_000


async def take(connection: Connection, conversation: str = "a") -> Held:
    """Become the worker that holds the conversation."""
    found = await ready.sweep(connection, "me", idle=0)
    found += await ready.wait(connection, "me", [keys.partition(conversation)])
    held = await lease.take(connection, found[-1])
    assert isinstance(held, Held)
    return held


def handler(
    store: Store,
    deliver: Callable[[Delivery], Awaitable[Delivered | RetryLater | Rejected]],
    turn: handling.Turn = answer,
    apology: Apology | None = None,
) -> Handler:
    return Handler(store, turn, Outside(store.connection, deliver, "me", 6.0, KEEP), apology)


async def shown(delivery: Delivery) -> Delivered:
    return Delivered()


async def pass_time(connection: Connection, conversation: str = "a") -> None:
    """Let everything that waits for a time be due."""
    await connection.call("ZADD", keys.of_conversation(conversation).due, "XX", 0, conversation)


async def test_an_event_counts_once_whatever_delivers_it(store: Store):
    connection = store.connection
    assert await accept(connection, event("a", 1), keep=KEEP)
    again = event("a", 1).model_copy(update={"at": event("a", 1).at + timedelta(minutes=5), "name": "Ana"})
    assert not await accept(connection, again, keep=KEEP)
    assert await accept(connection, event("a", 2), keep=KEEP)
    assert await accept(connection, event("b", 1), keep=KEEP)
    held = keys.of_conversation("a")
    assert await connection.call("LLEN", held.inbox) == 2
    assert await connection.call("XLEN", held.ready) == 1
    (claim,) = [key for key in await everything(connection) if "claim" in key and key.startswith(held.case[:13])][:1]
    assert 0 < await connection.call("PTTL", claim) <= 24 * 3600 * 1000


async def test_of_many_deliveries_at_once_one_counts(store: Store):
    done = await asyncio.gather(*(accept(store.connection, event("a", 1), keep=KEEP) for _ in range(20)))
    assert sum(done) == 1


async def test_a_conversation_is_one_workers(store: Store):
    connection = store.connection
    await accept(connection, event("a", 1), keep=KEEP)
    held = await take(connection)
    other = await lease.take(connection, held.lease.ready)
    assert isinstance(other, Busy)
    assert 0 < other.seconds <= lease.LOCK


async def test_a_worker_that_lost_its_lock_changes_nothing(store: Store):
    connection = store.connection
    await accept(connection, event("a", 1), keep=KEEP)
    late = await take(connection)
    await connection.call("DEL", keys.of_conversation("a").lock)
    held = await take(connection)
    before = await everything(connection)
    letter = service_outbox.dead_letter(late.lease, "no", [])
    for attempt in (
        lambda: lease.renew(connection, late.lease, "me"),
        lambda: lease.release(connection, late.lease, "more"),
        lambda: lease.release(connection, late.lease, "back"),
        lambda: lease.settle(connection, late.lease, "key", "sent", keep=KEEP),
        lambda: lease.bury(connection, late.lease, 1, letter, [], keep=KEEP),
        lambda: store.commit("a", 0, None, fence=late.lease.fence, taken=1),
    ):
        with pytest.raises(LockLost):
            await attempt()
    assert await everything(connection) == before
    await lease.renew(connection, held.lease, "me")


async def test_what_came_during_a_turn_is_the_next_batch_and_read_together(store: Store):
    connection = store.connection
    batches: list[list[str]] = []

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        batches.append([one.message for one in events])
        if len(batches) == 1:
            for n in (2, 3):
                await accept(connection, event("a", n), keep=KEEP)
        return await answer(case, events)

    await accept(connection, event("a", 1), keep=KEEP)
    platform = Platform()

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    await handler(store, deliver, turn).work(await take(connection), lambda: False)
    assert batches == [["1"], ["2", "3"]]
    assert platform.heard["a"] == ["1", "2,3"]
    assert await connection.call("XLEN", keys.of_conversation("a").ready) == 0


async def test_a_reply_waits_as_long_as_the_platform_asks_and_keeps_its_place(store: Store):
    connection = store.connection
    sent: list[tuple[str, str, bool]] = []
    outcomes: list[RetryLater | Delivered] = [RetryLater(3600, in_doubt=False)]

    async def deliver(delivery: Delivery) -> Delivered | RetryLater:
        sent.append((delivery.key, said(delivery.what), delivery.in_doubt))
        return outcomes.pop() if outcomes else Delivered()

    await accept(connection, event("a", 1), keep=KEEP)
    await handler(store, deliver).work(await take(connection), lambda: False)
    # A new event is worked on at once, but its answer does not overtake the one that waits.
    await accept(connection, event("a", 2), keep=KEEP)
    await handler(store, deliver).work(await take(connection), lambda: False)
    assert [text for _, text, _ in sent] == ["1"]
    assert await ready.sweep(connection, "me", idle=0) == []
    outbox = keys.of_conversation("a").outbox
    first = Entry.model_validate_json(await connection.call("LINDEX", outbox, 0))
    await connection.call("LSET", outbox, 0, first.model_copy(update={"after": 0}).model_dump_json())
    await pass_time(connection)
    await handler(store, deliver).work(await take(connection), lambda: False)
    assert [text for _, text, _ in sent] == ["1", "1", "2"]
    assert sent[0][0] == sent[1][0] != sent[2][0]
    # The first was known not to have arrived; the second was left behind by another turn, so it is looked up.
    assert [doubt for *_, doubt in sent] == [False, False, True]
    assert not await connection.call("EXISTS", outbox)


async def test_a_refused_reply_is_a_dead_letter_and_the_next_goes_on(store: Store):
    connection = store.connection

    async def deliver(delivery: Delivery) -> Delivered | Rejected:
        return Rejected("The channel is gone.") if said(delivery.what) == "1" else Delivered()

    await accept(connection, event("a", 1), keep=KEEP)
    await handler(store, deliver).work(await take(connection), lambda: False)
    await accept(connection, event("a", 2), keep=KEEP)
    await handler(store, deliver).work(await take(connection), lambda: False)
    (letter,) = await dead_letters(connection)
    assert (letter.conversation, letter.reason) == ("a", "The channel is gone.")
    assert "1" in str(letter.content)
    await store.forget("a")
    assert await dead_letters(connection) == []


async def test_what_no_turn_gets_through_is_set_aside_and_said(store: Store, monkeypatch: pytest.MonkeyPatch):
    connection = store.connection
    monkeypatch.setattr(handling, "TRIES", 2)
    told: list[str] = []

    async def deliver(delivery: Delivery) -> Delivered:
        told.append(said(delivery.what))
        return Delivered()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        if any(one.message == "1" for one in events):
            raise ValueError("poison")
        return await answer(case, events)

    apology = Reply(parts=(Text(markdown="sorry"),))
    await accept(connection, event("a", 1), keep=KEEP)
    for _ in range(2):
        await handler(store, deliver, turn, lambda _case, _events: apology).work(await take(connection), lambda: False)
        await pass_time(connection)
    assert told == ["sorry"]
    (letter,) = await dead_letters(connection)
    assert "2 tries" in letter.reason
    assert '"message":"1"' in str(letter.content)
    await accept(connection, event("a", 2), keep=KEEP)
    await handler(store, deliver, turn, lambda _case, _events: apology).work(await take(connection), lambda: False)
    assert told == ["sorry", "2"]


@pytest.mark.parametrize(
    ("died", "told"),
    [pytest.param(3, ["1"], id="no try is gone"), pytest.param(4, ["sorry"], id="it is what ends the process")],
)
async def test_a_process_that_ended_takes_no_try(
    store: Store, monkeypatch: pytest.MonkeyPatch, died: int, told: list[str]
):
    connection = store.connection
    monkeypatch.setattr(handling, "TRIES", 2)
    monkeypatch.setattr(handling, "DEATHS", 4)
    monkeypatch.setattr(handling, "APART", 0)
    heard: list[str] = []
    failed: list[None] = []

    async def deliver(delivery: Delivery) -> Delivered:
        heard.append(said(delivery.what))
        return Delivered()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        if not failed:
            failed.append(None)
            raise ValueError("once")
        return await answer(case, events)

    await accept(connection, event("a", 1), keep=KEEP)
    for _ in range(died):
        await take(connection)
        await connection.call("DEL", keys.of_conversation("a").lock)
    apology = Reply(parts=(Text(markdown="sorry"),))
    working = handler(store, deliver, turn, lambda _case, _events: apology)
    await working.work(await take(connection), lambda: False)
    if not heard:
        await pass_time(connection)
        await working.work(await take(connection), lambda: False)
    assert heard == told
    await accept(connection, event("a", 2), keep=KEEP)
    assert ((held := await take(connection)).died, held.failed) == (0, 0), "what comes next begins anew"


def test_whoever_waits_for_what_no_turn_gets_through_is_told_within_ten_seconds():
    sweeps = (handling.TRIES - 1) * 1.2 * Timing().sweep
    assert sum(handling.PAUSES[: handling.TRIES - 1]) + sweeps < 10


async def test_what_came_with_something_that_no_turn_gets_through_is_answered(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    connection = store.connection
    monkeypatch.setattr(handling, "TRIES", 2)
    told: list[str] = []

    async def deliver(delivery: Delivery) -> Delivered:
        told.append(said(delivery.what))
        return Delivered()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        if any(one.message == "2" for one in events):
            raise ValueError("poison")
        return await answer(case, events)

    apology = Reply(parts=(Text(markdown="sorry"),))
    for n in (1, 2, 3):
        await accept(connection, event("a", n), keep=KEEP)
    for _ in range(8):
        if told[-1:] == ["3"]:
            break
        await handler(store, deliver, turn, lambda _case, _events: apology).work(await take(connection), lambda: False)
        await pass_time(connection)
    assert told == ["1", "sorry", "3"]
    (letter,) = await dead_letters(connection)
    assert '"message":"2"' in str(letter.content)
    assert '"message":"3"' not in str(letter.content)


async def test_a_turn_can_forget_and_still_say_so(store: Store):
    connection = store.connection
    told: list[str] = []

    async def deliver(delivery: Delivery) -> Delivered:
        told.append(said(delivery.what))
        return Delivered()

    async def forgetting(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        return Outcome(None, [Reply(parts=(Text(markdown="gone"),))])

    await accept(connection, event("a", 1), keep=KEEP)
    await handler(store, deliver).work(await take(connection), lambda: False)
    await store.add_call("a", "t", "{}")
    await accept(connection, event("a", 2), keep=KEEP)
    await handler(store, deliver, forgetting).work(await take(connection), lambda: False)
    assert told == ["1", "gone"]
    await accept(connection, event("a", 3), keep=KEEP)
    await handler(store, deliver).work(await take(connection), lambda: False)
    case, _ = await store.load("a")
    assert remembered(case) == ["3"]


async def test_forget_removes_every_key_of_a_conversation_under_way(store: Store):
    connection = store.connection

    async def deliver(delivery: Delivery) -> RetryLater:
        return RetryLater(3600)

    for n in (1, 2):
        await accept(connection, event("parrot", n), keep=KEEP)
    await handler(store, deliver).work(await take(connection, "parrot"), lambda: False)
    await accept(connection, event("parrot", 3), keep=KEEP)
    late = await take(connection, "parrot")
    await store.add_call("parrot", "t", "{}")
    assert await store.forget_person("ana") == 1
    with pytest.raises(LockLost):
        await store.commit("parrot", late.version, None, fence=late.lease.fence)
    left = await everything(connection)
    mark = keys.of_conversation("parrot").forgotten
    assert await connection.call("HKEYS", mark) == [""], "that, and since when, is all it keeps"
    left.pop(mark)
    assert not any("parrot" in key + text or "ana" in key + text for key, text in left.items())
    # A late repetition does not bring it back.
    assert not await accept(connection, event("parrot", 3), keep=KEEP)


async def test_a_job_leaves_with_the_turn_that_wants_it(store: Store):
    connection = store.connection
    started: list[Job] = []

    async def deliver(delivery: Delivery) -> Delivered:
        if not isinstance(delivery.what, Reply):
            started.append(delivery.what)
        return Delivered()

    job = InterruptTrial(conversation="a")

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        done = await answer(case, events)
        return Outcome(done.consultation, [*done.say, job])

    await accept(connection, event("a", 1), keep=KEEP)
    await handler(store, deliver, turn).work(await take(connection), lambda: False)
    assert started == [job]


async def test_a_turn_costs_a_take_a_commit_and_a_release(store: Store):
    connection = store.connection
    await accept(connection, event("a", 0), keep=KEEP)
    await handler(store, shown).work(await take(connection), lambda: False)
    await accept(connection, event("a", 1), keep=KEEP)
    held = await take(connection)
    before = await scripts_run(connection)
    await handler(store, shown).work(held, lambda: False)
    assert await scripts_run(connection) - before == 2


async def scripts_run(connection: Connection) -> int:
    """Return how many scripts clients have run."""
    stats = await connection.call("INFO", "commandstats")
    return sum(int(about["calls"]) for name, about in stats.items() if name.startswith("cmdstat_evalsha"))


async def test_the_oldest_waiting_message_is_known(store: Store):
    connection = store.connection
    assert await oldest_waiting(connection) == 0
    held = keys.of_conversation("a")
    await connection.call("XADD", held.ready, "1-1", "c", "a")
    assert await oldest_waiting(connection) > 3600


async def test_a_worker_that_leaves_gives_back_what_it_holds(store: Store):
    connection = store.connection
    await accept(connection, event("a", 1), keep=KEEP)
    await ready.sweep(connection, "first")
    (found,) = await ready.wait(connection, "first", [keys.partition("a")])
    assert found.conversation == "a"
    assert await ready.wait(connection, "second", [keys.partition("a")]) == []
    assert await ready.leave(connection, "first") == 1
    (found,) = await ready.wait(connection, "second", [keys.partition("a")])
    assert found.conversation == "a"


async def test_the_names_of_workers_that_are_gone_are_removed(store: Store, monkeypatch: pytest.MonkeyPatch):
    connection = store.connection
    await accept(connection, event("a", 1), keep=KEEP)
    await ready.sweep(connection, "killed")
    await ready.wait(connection, "killed", [keys.partition("a")])
    monkeypatch.setattr(ready, "CONSUMER_KEPT", 0.0)
    stream = keys.of_conversation("a").ready
    await asyncio.sleep(0.01)
    assert [one.conversation for one in await ready.sweep(connection, "alive", idle=3600)] == []
    assert "killed" in str(await connection.call("XINFO", "CONSUMERS", stream, keys.GROUP))  # it still holds something
    assert [one.conversation for one in await ready.sweep(connection, "alive", idle=0)] == ["a"]
    await asyncio.sleep(0.01)
    await ready.sweep(connection, "alive")
    assert "killed" not in str(await connection.call("XINFO", "CONSUMERS", stream, keys.GROUP))
