"""Addresses, and one sentence for each way in which a store can fail."""

import asyncio
import os
import secrets
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.chat.events import Said
from bot.chat.reply import Reply, Text
from bot.consultation.model import Consultation, Line
from bot.platform.port import Delivered
from bot.service.intake import accept
from bot.service.jobs.engine import Jobs
from bot.service.jobs.seals import bound
from bot.service.web.readiness import look
from bot.settings import Settings
from bot.store import keys, lease, ready
from bot.store.connection import ANSWER, CONNECT, connect, keep_trying, opened
from bot.store.consultations import Store
from bot.store.errors import Kind, StoreError
from bot.store.jobs import ForgetPerson
from bot.store.lease import Held
from bot.store.outbox import entries
from bot.turn.context import TurnContext
from tests.store.servers import free_port, held, launch, server
from tests.store.talking import event


async def failure(url: str) -> StoreError:
    """Open a store that must fail and return why."""
    with pytest.raises(StoreError) as caught:
        async with opened(Settings(REDIS_URL=SecretStr(url))):  # pyright: ignore[reportCallIssue]
            pass
    said = str(caught.value)
    assert "s3cret" not in said
    assert "\n" not in said
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        "http://localhost",
        "redis://localhost:port",
        "redis+sentinel://user:s3cret@localhost",
        "redis+sentinel:///mymaster",
        "redis://:s3cret@localhost/0?socket_timeout=soon",
        "redis://:s3cret@localhost/0?what=1",
    ],
)
async def test_an_address_that_is_none(url: str):
    assert (await failure(url)).kind == "address"


@pytest.mark.parametrize(
    "scheme", ["redis://ana:s3cret@{}/0", "redis+cluster://ana:s3cret@{}", "redis+sentinel://ana:s3cret@{}/mymaster/0"]
)
async def test_nothing_listens(scheme: str):
    host = f"127.0.0.1:{free_port()}"
    error = await failure(scheme.format(host))
    assert error.kind == "unreachable"
    assert host in str(error)


@pytest.mark.usefixtures("usual_limits")
async def test_a_server_that_went_silent_is_noticed_within_a_second(tmp_path: Path):
    with server(tmp_path) as made:
        connection = connect(f"redis://127.0.0.1:{made.port}/0")
        await connection.call("PING")
        os.kill(made.process.pid, signal.SIGSTOP)
        with pytest.raises(StoreError, match="in time") as caught:
            await connection.call("PING")
        assert caught.value.kind == "slow"
        assert ANSWER + CONNECT < 1
        os.kill(made.process.pid, signal.SIGCONT)
        assert await connection.call("PING")
        await connection.close()


async def test_a_wrong_password_and_a_missing_one(tmp_path: Path):
    with server(tmp_path, "--requirepass", "right") as made:
        assert (await failure(f"redis://:s3cret@127.0.0.1:{made.port}/0")).kind == "refused"
        assert (await failure(f"redis://127.0.0.1:{made.port}/0")).kind == "refused"
        async with opened(Settings(REDIS_URL=SecretStr(f"redis://:right@127.0.0.1:{made.port}/0"))):  # pyright: ignore[reportCallIssue]
            pass


async def test_a_user_of_its_own_needs_our_keys_only(tmp_path: Path, case: Callable[..., Consultation]):
    allowed = ["--user", "advisor", "on", ">right", "~advisor:*", "&*", "+@all", "-@admin", "-@dangerous"]
    with server(tmp_path, *allowed) as made:
        store = Store(connect(f"redis://advisor:right@127.0.0.1:{made.port}/0"))
        await store.commit("console:1", 0, case())
        assert await store.last("ana") == "console:1"
        await store.forget_person("ana")
        with pytest.raises(StoreError, match=r"advisor:\*") as caught:
            await store.connection.call("GET", "other")
        assert caught.value.kind == "refused"
        await store.connection.close()


async def test_a_full_store_is_said_and_nothing_is_half_written(tmp_path: Path, case: Callable[..., Consultation]):
    with server(tmp_path) as made:
        store = Store(connect(f"redis://127.0.0.1:{made.port}/0"), patience=5)
        version = await store.commit("console:1", 0, case())
        await store.connection.call("CONFIG", "SET", "maxmemory", "1")
        said = entries([Reply(parts=(Text(markdown="hello"),))])
        with pytest.raises(StoreError, match="out of memory") as caught:
            await store.commit("console:1", version, case(settled=True), say=said, taken=1)
        assert caught.value.kind == "full"
        assert await store.load("console:1") == (case(), version)
        await store.connection.close()


async def test_a_process_whose_store_takes_no_writes_is_not_ready(tmp_path: Path):
    with server(tmp_path) as made:
        connection = connect(f"redis://127.0.0.1:{made.port}/0")
        assert (await look(connection, "all", (), stopping=False)).ready
        await connection.call("CONFIG", "SET", "maxmemory", "1")
        (problem,) = (await look(connection, "all", (), stopping=False)).problems
        assert "full" in problem
        await connection.call("CONFIG", "SET", "maxmemory", "0")
        await connection.call("REPLICAOF", "127.0.0.1", free_port())
        (problem,) = (await look(connection, "all", (), stopping=False)).problems
        assert "can only be read" in problem
        await connection.call("REPLICAOF", "NO", "ONE")
        assert (await look(connection, "all", (), stopping=False)).ready
        await connection.close()


async def test_a_process_whose_store_still_reads_its_data_is_not_ready(tmp_path: Path):
    slowly = ("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")
    with server(tmp_path, "--save", "3600 1") as made:
        connection = connect(f"redis://127.0.0.1:{made.port}/0")
        for number in range(300):
            await connection.call("SET", f"advisor:{number}", secrets.token_hex(200))
        await connection.call("SAVE")
        made.process.kill()
        made.process.wait()
        made.command.extend(slowly)
        made.process = launch(made.command, made.folder)
        while True:
            looked = await look(connection, "all", (), stopping=False)
            try:
                await connection.call("PING")
            except StoreError as error:
                assert not looked.ready
                if "reading its data" in str(error):
                    break
            await asyncio.sleep(0.01)
        (problem,) = (await look(connection, "all", (), stopping=False)).problems
        assert problem.startswith("store:")
        await connection.close()


async def test_a_full_store_forgets_a_person_everywhere(tmp_path: Path, case: Callable[..., Consultation]):
    with server(tmp_path / "server", "--maxmemory-policy", "noeviction") as made:
        url = f"redis://127.0.0.1:{made.port}/0"
        settings = Settings(REDIS_URL=SecretStr(url), ADVISOR_HOME=tmp_path)  # pyright: ignore[reportCallIssue]
        store = Store(connect(url), patience=5)
        asked, other = case().but(asker="slack:T1:U1"), case().but(id="console:2", asker="slack:T1:U2")
        line = Line(by="slack:T1:U1", text="the parrot", at=asked.started)
        for each in (asked.but(transcript=(line,)), other.but(transcript=(line,))):
            await store.commit(each.id, 0, each, people=["slack:T1:U1", "slack:T1:U2"])
        await store.connection.call("CONFIG", "SET", "maxmemory", "1")

        async def nobody() -> TurnContext:
            raise AssertionError("nothing is run")

        jobs = Jobs(settings, store, nobody)
        wish = bound(ForgetPerson(conversation="console:9", person="slack:T1:U1"), jobs.vault)
        said = await jobs.deliver(wish, "key", conversation="console:9")
        assert isinstance(said, Delivered), said
        assert not held(made, "parrot")
        await store.connection.close()


async def test_a_full_store_forgets_and_says_so(tmp_path: Path, case: Callable[..., Consultation]):
    with server(tmp_path) as made:
        store = Store(connect(f"redis://127.0.0.1:{made.port}/0"), patience=5)
        await store.commit("console:1", 0, case())
        wish = event("console:1", 1).model_copy(update={"body": Said(text="forget")})
        await ready.sweep(store.connection, "w", idle=1.0)
        await store.connection.call("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(StoreError, match="out of memory"):
            await accept(store.connection, event("console:1", 2), keep=1000)
        assert await accept(store.connection, wish, keep=60_000)
        found = await ready.wait(store.connection, "w", [keys.partition("console:1")])
        taken = await lease.take(store.connection, found[0])
        assert isinstance(taken, Held) and len(taken.events) == 1
        said = entries([Reply(parts=(Text(markdown="Forgotten."),))])
        at = {"": wish.at}
        await store.commit("console:1", taken.version, None, say=said, taken=1, fence=taken.lease.fence, forgotten=at)
        assert await store.load("console:1") == (None, 0)
        assert (await store.forgotten("console:1")).covers("ana", wish.at - timedelta(seconds=1))
        outbox = keys.of_conversation("console:1").outbox
        assert await store.connection.call("LLEN", outbox) == 1
        await store.connection.close()


async def test_a_store_that_is_gone_for_a_while_costs_nothing(tmp_path: Path, case: Callable[..., Consultation]):
    said: list[StoreError | None] = []
    lost = asyncio.Event()

    def report(error: StoreError | None) -> None:
        said.append(error)
        lost.set()

    with server(tmp_path, "--appendonly", "yes") as made:
        store = Store(connect(f"redis://127.0.0.1:{made.port}/0"), patience=30, report=report)
        version = await store.commit("console:1", 0, case())
        made.process.kill()
        made.process.wait()
        writing = asyncio.create_task(store.commit("console:1", version, case(settled=True)))
        await lost.wait()
        made.start()
        version = await writing
        assert await store.load("console:1") == (case(settled=True), version)
        await store.connection.close()
    assert [error and error.kind for error in said] == ["unreachable", None]


async def test_patience_ends(tmp_path: Path):
    said: list[StoreError | None] = []
    store = Store(connect(f"redis://127.0.0.1:{free_port()}/0"), patience=0.5, report=said.append)
    with pytest.raises(StoreError, match="does not answer"):
        await store.load("console:1")
    assert len(said) == 1
    await store.connection.close()


@pytest.mark.parametrize("kind", ["refused", "full", "newer", "answer"])
async def test_what_waiting_does_not_mend_is_said_at_once(kind: Kind):
    tried = 0

    async def attempt() -> None:
        nonlocal tried
        tried += 1
        raise StoreError(kind, "no")

    connection = connect("redis://127.0.0.1:1/0")
    with pytest.raises(StoreError):
        await keep_trying(attempt, connection, 30)
    assert tried == 1
    await connection.close()
