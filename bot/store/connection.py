"""The way to the server: addresses, time limits, and one sentence for each failure.

REDIS_URL takes these forms; options such as `ssl_ca_certs` or `socket_timeout` follow a question mark:

    redis://user:password@host:6379/0               one server
    rediss://…                                      the same over TLS
    unix:///path/to/socket?db=0                     a socket of this machine
    redis+sentinel://user:password@a:26379,b:26379/mymaster/0    rediss+sentinel:// over TLS
    redis+cluster://user:password@a:6379            rediss+cluster:// over TLS

With none, the embedded server runs under ADVISOR_HOME.
"""

import asyncio
import atexit
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from bot.settings import STORES, Settings
from bot.store.errors import PASSING, StoreError, store_error
from bot.store.pipelining import Line, Together
from bot.store.scripts import script

ANSWER = 0.5
"""Seconds for one answer; with CONNECT under a second, so that a dead server is noticed in that time."""
CONNECT = 0.4
BLOCK = 0.4
"""Seconds that a blocking read waits on the server."""
LONGEST_PAUSE = 2.0
"""Seconds between two tries to reach a store that is gone."""

T = TypeVar("T")


class Client(Protocol):
    """What we use of a Redis client, single or cluster."""

    async def execute_command(self, *args: Any, **options: Any) -> Any: ...

    async def aclose(self) -> None: ...


class Host(Protocol):
    """A server that is ours to start again."""

    async def revive(self) -> None: ...


@dataclass(frozen=True)
class Connection:
    """An open way to one store."""

    client: Client
    reader: Client
    """For blocking reads, which may take longer than any other answer."""
    where: str
    """The address without user and password."""
    cluster: bool = False
    host: Host | None = None
    intake: Client | None = None
    """For what comes in, which is acknowledged once it is stored: it waits for nothing that turns ask. None where the
    client has connections enough."""

    async def call(self, *command: str | int) -> Any:
        """Send one command; errors are StoreErrors."""
        try:
            return await self.client.execute_command(*command)
        except Exception as error:
            if told := store_error(self.where, error):
                raise told from error
            raise

    async def run(self, name: str, keys: list[str], *args: str | int, intake: bool = False) -> Any:
        """Run one of our scripts; its keys lie in one slot."""
        wanted, client = script(name), (self.intake or self.client) if intake else self.client
        try:
            return await client.execute_command("EVALSHA", wanted.digest, len(keys), *keys, *args)
        except Exception as error:
            if not _is_unknown(error):
                if told := store_error(self.where, error):
                    raise told from error
                raise
        return await self.call("EVAL", wanted.text, len(keys), *keys, *args)

    async def revive(self) -> None:
        """Start the server again where it is ours; otherwise somebody else does."""
        if self.host is not None:
            await self.host.revive()

    async def close(self) -> None:
        """Close every connection; the server stays."""
        for client in (self.client, self.reader, self.intake):
            if client is not None:
                await client.aclose()


def _is_unknown(error: Exception) -> bool:
    """Tell whether a server says that it has no such script yet."""
    from redis.exceptions import NoScriptError

    return isinstance(error, NoScriptError)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Connection]:
    """Open the store that the settings name, or the embedded one, and close it at the end; StoreError if neither."""
    if settings.redis_url is not None:
        connection = connect(settings.redis_url.get_secret_value())
        try:
            await connection.call("PING")
            yield connection
        finally:
            await connection.close()
        return

    from bot.store import embedded

    joined = await asyncio.to_thread(embedded.join, settings.home)
    # Also where the event loop never comes to its end: the last one out stops the server.
    leave = partial(embedded.leave, joined)
    atexit.register(leave)

    class Own:
        async def revive(self) -> None:
            await asyncio.to_thread(embedded.revive, joined)

    connection = connect(f"unix://{joined.socket}", where=f"{joined.folder}", host=Own())
    try:
        yield connection
    finally:
        await connection.close()
        await asyncio.to_thread(leave)
        atexit.unregister(leave)


def connect(url: str, where: str | None = None, host: Host | None = None) -> Connection:
    """Make the clients for an address; nothing is sent yet."""
    scheme = url.partition("://")[0]
    if scheme not in STORES:
        raise StoreError("address", f"REDIS_URL must begin with one of {', '.join(f'{s}://' for s in STORES)}.")
    kind = scheme.partition("+")[2]
    try:
        shown = where or _shown(url)
        if kind == "cluster":
            return Connection(_cluster(url, ANSWER), _cluster(url, BLOCK + ANSWER), shown, cluster=True, host=host)
        make = _sentinel if kind else _single

        def together() -> Together:
            client = make(url, ANSWER)
            return Together(client, None if kind else _one_limit(client))

        return Connection(together(), make(url, BLOCK + ANSWER), shown, host=host, intake=together())
    except (ValueError, TypeError) as error:
        # The text of the error may hold the password.
        raise StoreError("address", f"REDIS_URL has the form of {scheme}:// but cannot be understood.") from error


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else parts.netloc.rpartition("@")[2] or "localhost"


def _options(answer: float) -> dict[str, Any]:
    from redis.asyncio.retry import Retry
    from redis.backoff import FullJitterBackoff
    from redis.exceptions import ConnectionError

    return {
        "decode_responses": True,
        "encoding_errors": "replace",  # what is no text was never ours, and is to stop nothing else
        "protocol": 2,  # what Redis 6.2 and Valkey 9 both speak without a greeting
        "socket_connect_timeout": CONNECT,
        "socket_timeout": answer,
        "health_check_interval": 30,
        # One more try for a connection that went stale, not for a server that is silent: that would double the wait.
        "retry": Retry(FullJitterBackoff(cap=0.05, base=0.01), 1, supported_errors=(ConnectionError,)),
    }


def _single(url: str, answer: float) -> Line:
    from redis.asyncio import Redis

    made: Any = Redis.from_url(url, **_options(answer))  # pyright: ignore[reportUnknownMemberType]
    _pack_fast(made.connection_pool)
    made.connection_pool.make_connection()  # not connected yet, but an unknown option shows here
    return Line(made)


def _one_limit(client: Any) -> float | None:
    """Take the limit of each answer off the connections, and return one in seconds for a write and its answers.

    redis-py sets a timer for every answer of a pipeline, which is an eighth of what a turn costs here. A connection may
    have to be made first.
    """
    options: dict[str, Any] = client.connection_pool.connection_kwargs
    answer: float | None = options["socket_timeout"]
    options["socket_timeout"] = None
    return answer and answer + (options["socket_connect_timeout"] or CONNECT)


def _pack_fast(pool: Any) -> None:
    """Let hiredis write commands, in a tenth of the time: redis-py does so on blocking connections alone."""
    from redis.utils import HIREDIS_AVAILABLE

    if not HIREDIS_AVAILABLE:  # then redis-py reads answers without it, too
        return
    hiredis = import_module("hiredis")  # whose types are not complete
    plain: Any = pool.connection_class
    pack: Callable[[Any], bytes] = hiredis.pack_command

    class Packing(plain):
        def pack_command(self, *args: Any) -> list[bytes]:
            # A name of two words goes as two, which redis-py sees to.
            return plain.pack_command(self, *args) if " " in args[0] else [pack(args)]

    pool.connection_class = Packing


def _cluster(url: str, answer: float) -> Client:
    from redis.asyncio.cluster import RedisCluster

    made: Any = RedisCluster.from_url(  # pyright: ignore[reportUnknownMemberType]
        url.replace("+cluster", "", 1), **_options(answer)
    )
    return Clustered(made)


def _sentinel(url: str, answer: float) -> "_Followed":
    from redis.asyncio import Redis
    from redis.asyncio.connection import parse_url
    from redis.asyncio.sentinel import Sentinel

    parts = urlsplit(url)
    login, _, hosts = parts.netloc.rpartition("@")
    service, _, database = parts.path.strip("/").partition("/")
    if not service or not hosts:
        raise ValueError
    members = [_member(host) for host in hosts.split(",")]
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    own = {name: query.pop(f"sentinel_{name}") for name in ("username", "password") if f"sentinel_{name}" in query}
    plain = f"{parts.scheme.partition('+')[0]}://{login + '@' if login else ''}localhost/{database or 0}?"
    wanted = parse_url(plain + "&".join(f"{name}={value}" for name, value in query.items()))
    tls = wanted.pop("connection_class", None) is not None
    for name in ("host", "port"):
        wanted.pop(name, None)
    common: dict[str, Any] = _options(answer) | dict(wanted) | ({"ssl": True} if tls else {})
    towards = {name: value for name, value in common.items() if name.startswith(("socket_", "ssl"))}
    group: Any = Sentinel(members, sentinel_kwargs=_options(answer) | towards | own, **common)
    leader: Any = group.master_for(unquote(service), redis_class=Redis)
    _pack_fast(leader.connection_pool)
    leader.connection_pool.make_connection()
    return _Followed(group, leader)


def _member(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host}")
    if not parts.hostname:
        raise ValueError
    return parts.hostname, parts.port or 26379


@dataclass(frozen=True)
class Clustered:
    """A Cluster, whose client may trip over itself where it closes a connection that another task has just picked."""

    cluster: Any

    async def execute_command(self, *args: Any, at: str | None = None, **options: Any) -> Any:
        """Send one command; `at` is its key, where the client would have to ask the server which that is."""
        from redis.exceptions import ConnectionError

        try:
            if at is not None:
                await self.cluster.initialize()
                options["target_nodes"] = [self.cluster.get_node_from_key(at)]
            return await self.cluster.execute_command(*args, **options)
        except AttributeError as error:
            raise ConnectionError from error

    async def aclose(self) -> None:
        """Close all connections."""
        await self.cluster.aclose()


@dataclass(frozen=True)
class _Followed:
    """A leader found through Sentinel, closed together with the way to the Sentinels."""

    group: Any
    leader: Any

    async def ask(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        if len(commands) == 1:
            return [await self.leader.execute_command(*commands[0])]
        pipeline = self.leader.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return await pipeline.execute(raise_on_error=False)

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        return await self.leader.execute_command(*args, **options)

    async def aclose(self) -> None:
        await self.leader.aclose()
        await self.group.aclose()


Report = Callable[[StoreError | None], None]
"""Told the error when the store is lost, and None when it is back."""


def pause_after(tries: int, longest: float, first: float = 1.0) -> float:
    """Return the seconds to wait after so many tries: doubled with each, up to the longest."""
    return min(longest, first * 2.0 ** min(tries, 64))  # an outage of hours has more tries than a float has powers


async def keep_trying(
    attempt: Callable[[], Awaitable[T]], connection: Connection, patience: float, report: Report | None = None
) -> T:
    """Do it again, with growing jittered pauses, while the store is gone; the last StoreError after `patience` s."""
    began, tries = time.monotonic(), 0
    while True:
        try:
            done = await attempt()
        except StoreError as error:
            if error.kind not in PASSING or time.monotonic() - began >= patience:
                raise
            if tries == 0 and report is not None:
                report(error)
            await asyncio.sleep(random.uniform(0.25, 1.0) * pause_after(tries, LONGEST_PAUSE, 0.1))  # noqa: S311
            tries += 1
            await _revive(connection)
        else:
            if tries and report is not None:
                report(None)
            return done


async def _revive(connection: Connection) -> None:
    try:
        await connection.revive()
    except StoreError as error:
        if error.kind not in PASSING:
            raise
