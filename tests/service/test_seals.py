"""Who can write to the store moves no job, changes none and has none done twice; what stood there before still runs."""

import json
import pickle
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.chat.events import Failed, Measured
from bot.consultation.model import Consultation, Pair, Samples
from bot.consultation.trial_state import Phase, TrialState
from bot.platform.port import Delivered, Rejected
from bot.service.jobs import orders
from bot.service.jobs.arguments import Signed
from bot.service.jobs.engine import Jobs
from bot.service.jobs.seals import UNSIGNED, Seals, bound
from bot.settings import Settings
from bot.store import keys
from bot.store.consultations import Store, open_store
from bot.store.jobs import (
    ApplyPolicy,
    DropTrial,
    EndTrial,
    ForgetPerson,
    ForgetWorkspace,
    InterruptTrial,
    Job,
    RunTrial,
)
from bot.store.outbox import Entry, entries
from bot.turn.context import TurnContext
from bot.vault import Vault, open_vault
from tests.fakes.model.server import ModelServer, model_server, says
from tests.service.stage import comes
from tests.service.test_jobs import SAMPLES, C, ended, order, results, seals, working, written
from tests.store.talking import event
from tests.support.clock import NOON

OTHERS = Samples(pairs=(Pair(input="an attacker's", output="text"),))
JOBS: tuple[Job, ...] = (
    RunTrial(conversation=C, trial="t", samples=SAMPLES, by="slack:T1:ana"),
    InterruptTrial(conversation=C),
    EndTrial(conversation=C, trial="t"),
    DropTrial(conversation=C),
    ApplyPolicy(conversation=C, event=event(C, 1), words="allow here", channels=("C1",)),
    ForgetWorkspace(conversation=C, platform="slack", workspace="T1", before=NOON),
    ForgetPerson(conversation=C, person="slack:T1:ana"),
)
CHANGES: Mapping[str, Any] = {
    "conversation": "test:2", "trial": "u", "samples": OTHERS, "by": "slack:T1:ben", "words": "off", "workspace": "T2",
    "channels": ("C2",), "platform": "discord", "before": None, "person": "slack:T1:ben", "id": "another", "at": NOON,
    "event": event("test:2", 1), "organisation": "E1",
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]


@pytest.fixture
async def store(settings: Settings) -> AsyncGenerator[Store]:
    async with open_store(settings) as made:
        yield made


@pytest.fixture
async def model() -> AsyncGenerator[ModelServer]:
    async with model_server(lambda _: says("yes")) as served:
        yield served


async def nobody() -> TurnContext:
    raise AssertionError("nothing is run here")


def key_of(store: Store) -> str:
    return keys.of_conversation(C).trial


async def updated_long_ago(store: Store, settings: Settings) -> None:
    """Let the store be one in which nothing of an older version is waited for any more."""
    await store.connection.call("SET", UNSIGNED, f"1 {seals(store, settings).sign(UNSIGNED, '1')}")


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.kind)
async def test_a_job_that_was_moved_or_changed_is_refused(store: Store, settings: Settings, job: Job) -> None:
    await updated_long_ago(store, settings)
    vault, jobs = open_vault(settings), Jobs(settings, store, nobody)
    (made,) = entries([bound(job, vault)])
    read = Entry.model_validate_json(made.model_dump_json()).what
    assert not isinstance(read, type(None)) and read == made.what
    holds = seals(store, settings)
    assert await holds.hold_job(read, C)  # pyright: ignore[reportArgumentType]
    assert isinstance(await jobs.deliver(read, "key", conversation="test:2"), Rejected)  # pyright: ignore[reportArgumentType]
    assert isinstance(await jobs.deliver(job, "key", conversation=C), Rejected), "without a signature"
    other = bound(job, Vault([bytes(32)]))
    assert isinstance(await jobs.deliver(other, "key", conversation=C), Rejected), "of another installation"
    fields = type(read).model_fields.keys() & CHANGES.keys()
    for name in fields:
        changed = read.model_copy(update={name: CHANGES[name]})
        assert isinstance(await jobs.deliver(changed, "key", conversation=C), Rejected), name  # pyright: ignore[reportArgumentType]
    assert {"conversation", "id", "at"} < fields or isinstance(job, InterruptTrial | DropTrial)


async def test_a_job_that_comes_again_is_not_done_again(store: Store, settings: Settings) -> None:
    job = bound(ForgetPerson(conversation=C, person="slack:T1:ana"), open_vault(settings))
    jobs, name = Jobs(settings, store, nobody), "slack:T1:C1:1"
    for there in (False, True):
        case = Consultation(id=name, started=NOON, updated=NOON, asker="slack:T1:ana")
        await store.commit(name, 0, case, people=["slack:T1:ana"])
        assert isinstance(await jobs.deliver(job, "key", conversation=C), Delivered)
        assert await store.holds(name) == there, "what came after it was done stays"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("samples", OTHERS.model_dump_json()), id="samples"),
        pytest.param(("by", "slack:T1:ben"), id="payer"),
        pytest.param(("signature", "AAAAAAAAAAAA"), id="signature"),
        pytest.param(("signature", ""), id="no signature"),
    ],
)
async def test_a_trial_that_was_changed_in_the_store_is_not_run_and_says_so(
    store: Store, settings: Settings, model: ModelServer, change: tuple[str, str]
) -> None:
    await updated_long_ago(store, settings)
    await order(store, settings)
    await store.connection.call("HSET", key_of(store), *change)
    async with working(settings, store, model):
        await written(store, f"{C}/t", *signed(settings))
        await comes(lambda: ended(store))
    (told,) = await results(store)
    assert isinstance(told, Failed) and "damaged, or was changed by somebody else" in told.sentence
    assert not model.asked


async def test_a_trial_that_comes_again_calls_nothing(store: Store, settings: Settings, model: ModelServer) -> None:
    """Also where its order is put back."""
    await order(store, settings)
    kept = await store.connection.call("HGETALL", key_of(store))
    async with working(settings, store, model) as jobs:
        await written(store, f"{C}/t", *signed(settings))
        await comes(lambda: ended(store))
        calls = len(model.asked)
        await jobs.deliver(EndTrial(conversation=C, trial="t"), "key")
        await store.connection.call("HSET", key_of(store), *(text for pair in kept.items() for text in pair))
        await written(store, f"{C}/t", *signed(settings))
        await comes(lambda: gone(store))
        await jobs.deliver(RunTrial(conversation=C, trial="t", samples=SAMPLES), "key")
        assert not await store.connection.call("EXISTS", key_of(store))
    assert calls and len(model.asked) == calls
    assert len(await results(store)) == 1


async def test_arguments_mean_nothing_under_another_key(store: Store, settings: Settings, model: ModelServer) -> None:
    """So that the engine, which has one of a key at a time, never has a trial twice."""
    await order(store, settings)
    async with working(settings, store, model):
        await written(store, f"{C}/u", *signed(settings))
        await written(store, "test:2/t", *signed(settings))
        await written(store, f"{C}/t", *signed(settings))
        await comes(lambda: ended(store))
    assert len(model.asked) == 30, "it was run once"
    assert len(await results(store)) == 1


async def test_who_waits_for_a_trial_whose_signature_is_of_a_lost_key_is_told(
    store: Store, settings: Settings, model: ModelServer
) -> None:
    await updated_long_ago(store, settings)
    async with working(settings, store, model) as jobs:
        case, version = await store.load(C)
        assert case is not None
        await store.commit(C, version, case.but(trial=TrialState(phase=Phase.running, name="t")))
        await written(store, f"{C}/t", b'AAAAAAAAAAAA ["test:1", "t"]', Signed(open_vault(settings)).dumps({}))
        await comes(lambda: ended(store))
        await store.connection.call("DEL", keys.of_conversation(C).inbox)
        lost = bound(RunTrial(conversation=C, trial="t", samples=SAMPLES), Vault([bytes(32)]))
        assert isinstance(await jobs.deliver(lost, "key", conversation=C), Rejected)
    assert not model.asked


@pytest.mark.parametrize("arguments", [pickle.dumps((C, "t")), None], ids=["a pickle", "signed arguments"])
async def test_what_a_version_before_signatures_left_is_done_once_in_the_day_of_the_update(
    store: Store, settings: Settings, model: ModelServer, arguments: bytes | None
) -> None:
    await store.connection.call("HSET", key_of(store), "trial", "t", "samples", SAMPLES.model_dump_json(), "by", "ana")
    stored = {"kind": "forget_person", "conversation": C, "person": "slack:T1:ana"}
    at = {"key": "0123456789abcdef0", "at": NOON.isoformat()}
    left = Entry.model_validate_json(json.dumps({**at, "what": stored})).what
    assert isinstance(left, ForgetPerson)
    async with working(settings, store, model) as jobs:
        assert isinstance(await jobs.deliver(left, "key", conversation=C), Delivered)
        for _ in range(2):
            await written(store, f"{C}/t", arguments or signed(settings)[0], pickle.dumps({}))
        await comes(lambda: ended(store))
    (result,) = await results(store)
    assert isinstance(result, Measured) and len(model.asked) == 30


async def test_a_new_store_takes_nothing_without_a_signature_and_none_for_longer_than_a_day(
    store: Store, settings: Settings
) -> None:
    job = DropTrial(conversation=C)
    assert isinstance(await Jobs(settings, store, nobody).deliver(job, "key", conversation=C), Rejected)
    await store.connection.call("SET", UNSIGNED, "99999999999 AAAAAAAAAAAA")
    await store.commit(C, 0, Consultation(id=C, started=NOON, updated=NOON))
    until = await Seals(store.connection, open_vault(settings), store.keep)._first_seen()  # pyright: ignore[reportPrivateUsage]
    seconds, _ = await store.connection.call("TIME")
    assert 0 < until - int(seconds) <= 24 * 3600, "what was not signed here sets no time"


def signed(settings: Settings) -> tuple[bytes, bytes]:
    signing = Signed(open_vault(settings))
    return signing.dumps([C, "t"]), signing.dumps({})


async def gone(store: Store) -> bool:
    return await orders.current(store.connection, C) is None
