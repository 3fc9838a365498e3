"""Pages of the service: is it alive, is it ready, what it has counted."""

import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.platform import metrics
from bot.service.web.readiness import Readiness
from bot.service.web.strangers import once, reached, reading_first

EVERY = 0.5
"""Seconds between two looks at the store, however many ask."""
Look = Callable[[], Awaitable[Readiness]]
Others = Callable[[], Awaitable[Mapping[str, str]]]


class AddressTaken(Exception):
    """Say that the web server cannot listen, and what to do."""


def application(look: Look, others: Others | None = None) -> web.Application:
    """Return the pages; `look` says how things stand now, `others` what processes behind this one have counted."""

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    # Both ask all partitions of the store, and anybody may come by.
    look = once(look, EVERY)

    async def ready(_: web.Request) -> web.Response:
        seen = await look()
        return web.json_response(seen.told(), status=200 if seen.ready else 503)

    async def counted() -> bytes:
        seen = await look()
        for gauge, value in ((metrics.OLDEST_WAITING, seen.oldest_waiting), (metrics.DEAD_LETTERS, seen.dead_letters)):
            gauge.set(math.nan if value is None else value)
        metrics.READY.set(seen.ready)
        own = generate_latest(metrics.REGISTRY)
        return own if others is None else metrics.together({"gateway": own.decode(), **await others()})

    count = once(counted, EVERY)

    async def measured(_: web.Request) -> web.Response:
        return web.Response(body=await count(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(middlewares=[reading_first()])
    app.on_response_prepare.append(_unnamed)
    app.router.add_get("/healthz", healthy)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", measured)
    return app


async def _unnamed(_: web.Request, answer: web.StreamResponse) -> None:
    """Say nothing of what serves here, and let no browser take an answer for what it is not."""
    answer.headers.pop("Server", None)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncGenerator[str]:
    """Serve the pages until the end of the block; yields their address. AddressTaken where nobody can listen there."""
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    try:
        async with AsyncExitStack() as stack:
            try:
                where = await stack.enter_async_context(reached(runner, host, port))
            except OSError as error:
                raise AddressTaken(
                    f"The web pages cannot listen on {host} port {port} ({error.strerror}): set ADVISOR_HTTP_HOST and "
                    "ADVISOR_HTTP_PORT; the port 0 takes a free one."
                ) from error
            yield f"http://{f'[{where[0]}]' if ':' in where[0] else where[0]}:{where[1]}"
    finally:
        await runner.cleanup()
