"""What somebody whom nobody knows may take of the web server: connections, memory, work, lines of the log."""

import asyncio
import logging
import resource
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from aiohttp import web

from bot.platform.seldom import Seldom

log = logging.getLogger("advisor.pages")

CONNECTIONS = 512
"""Connections at once, or a quarter of what this process may have open; the one silent for longest gives way."""
BODIES = 64
"""Bodies that are read at once, of up to 1 MiB each; the one that has taken longest gives way."""
PATIENCE = 10.0
"""Seconds for a body to come in."""
T = TypeVar("T")


@dataclass(frozen=True)
class _Open:
    """What is open at one address."""

    most: int
    broken: Seldom
    connections: "dict[_Connection, None]" = field(default_factory=dict["_Connection", None])
    """Those that were heard last stand behind."""


class _Connection(web.RequestHandler):
    """One connection; of too many the one that was silent for longest is closed."""

    def __init__(self, server: web.Server, open_: _Open, **given: Any):
        # A body is taken as it comes: a signature is over that, and what is packed small would grow here.
        super().__init__(server, auto_decompress=False, lingering_time=1.0, **given)
        self._open = open_

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        held = self._open.connections
        held[self] = None
        if len(held) > self._open.most:
            silent = next(iter(held))
            del held[silent]
            if isinstance(silent.transport, asyncio.WriteTransport):
                silent.transport.abort()

    def data_received(self, data: bytes) -> None:
        held = self._open.connections
        if self in held:
            del held[self]
            held[self] = None
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._open.connections.pop(self, None)
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP in three words: what aiohttp says of it and logs repeats what was sent."""
        if status != 400:
            return super().handle_error(request, status, exc, message)
        self._open.broken.say(type(exc).__name__)
        return _last(400, "not understood\n")


@asynccontextmanager
async def reached(runner: web.AppRunner, host: str, port: int) -> AsyncGenerator[tuple[str, int]]:
    """Let a runner that is set up be reached; yields the address. OSError where nobody can listen there."""
    loop, server = asyncio.get_running_loop(), cast(web.Server, runner.server)
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = CONNECTIONS if files == resource.RLIM_INFINITY else min(CONNECTIONS, max(1, files // 4))
    open_ = _Open(most, Seldom(log, "What was sent is no HTTP (%s)."))
    bound = await loop.create_server(
        lambda: _Connection(server, open_, loop=loop, access_log=None), host, port, backlog=128
    )
    try:
        yield bound.sockets[0].getsockname()[:2]
    finally:
        bound.close()


def _last(status: int, text: str) -> web.Response:
    """Return an answer after which the connection is closed."""
    answer = web.Response(status=status, text=text)
    answer.force_close()
    return answer


def reading_first() -> Any:
    """Return a middleware that has the body of a request before anything is done with it, in time."""
    reading: dict[asyncio.Timeout, None] = {}
    broken = Seldom(log, "A body broke off or could not be read (%s).")

    @web.middleware
    async def read(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.method == "POST" and request.match_info.http_exception is None:
            limit = asyncio.timeout(PATIENCE)
            try:
                async with limit:
                    reading[limit] = None
                    if len(reading) > BODIES:
                        longest = next(iter(reading))
                        del reading[longest]
                        if not longest.expired():
                            longest.reschedule(0)
                    await request.read()
            except TimeoutError:
                return _last(408, "too slow\n")
            except (ConnectionError, web.RequestPayloadError) as error:
                broken.say(type(error).__name__)
                return _last(400, "not understood\n")
            finally:
                reading.pop(limit, None)
        return await handler(request)

    return read


def once(ask: Callable[[], Awaitable[T]], every: float) -> Callable[[], Coroutine[Any, Any, T]]:
    """Return what asks for all who want to know at once, and begins at most once in so many seconds.

    What somebody is told was asked for after they came.
    """
    began = -every
    coming: asyncio.Task[T] | None = None

    async def later() -> T:
        nonlocal began, coming
        loop = asyncio.get_running_loop()
        await asyncio.sleep(began + every - loop.time())
        began, coming = loop.time(), None
        return await ask()

    async def asked() -> T:
        nonlocal coming
        if coming is None:
            coming = asyncio.create_task(later())
        return await asyncio.shield(coming)

    return asked
