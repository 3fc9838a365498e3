"""What somebody whom nobody knows may take of the web server, by requests over sockets."""

import asyncio
import gzip
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.service.web import strangers
from bot.service.web.pages import EVERY, application, listening
from bot.service.web.readiness import Readiness

READY = Readiness("all", False, 1.0, {}, 0.0, 0)
BEGUN = b"POST /told HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\nthe first words of a body"


class Pages:
    """The web server with a page that takes a body, and how often it was looked how things stand."""

    def __init__(self) -> None:
        self.looks = 0
        self.told: list[bytes] = []
        self.url = ""

    async def look(self) -> Readiness:
        self.looks += 1
        return READY

    async def take(self, request: web.Request) -> web.Response:
        self.told.append(await request.read())
        return web.Response(text="taken")

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        where = urlsplit(self.url)
        return await asyncio.open_connection(where.hostname, where.port)

    async def sent(self, words: bytes) -> bytes:
        """Send this, and return what comes until the connection is closed."""
        reader, writer = await self.connect()
        writer.write(words)
        answer = await reader.read()
        writer.close()
        return answer


@asynccontextmanager
async def serving() -> AsyncGenerator[tuple[Pages, aiohttp.ClientSession]]:
    pages = Pages()
    app = application(pages.look)
    app.router.add_post("/told", pages.take)
    async with listening(app, "127.0.0.1", 0) as pages.url, aiohttp.ClientSession(pages.url) as session:
        yield pages, session


@pytest.mark.parametrize("page", ["/readyz", "/metrics"])
async def test_however_many_ask_how_things_stand_the_store_is_asked_a_few_times(page: str):
    async def ask(session: aiohttp.ClientSession) -> int:
        async with session.get(page) as answer:
            return answer.status

    async with serving() as (pages, session):
        began = time.monotonic()
        for _ in range(2):
            assert {*await asyncio.gather(*(ask(session) for _ in range(90)))} == {200}
        assert pages.looks <= 1 + (time.monotonic() - began) / EVERY


async def test_what_is_told_was_asked_for_after_somebody_came():
    state = "old"
    under_way = asyncio.Event()

    async def ask() -> str:
        seen = state
        under_way.set()
        await asyncio.sleep(0.05)
        return seen

    asked = strangers.once(ask, 0.01)
    first = asyncio.create_task(asked())
    await under_way.wait()
    state = "new"
    assert [await asked(), await first] == ["new", "old"]


async def test_a_body_that_is_packed_small_is_not_unpacked():
    packed = gzip.compress(b"0" * 50_000_000)
    async with serving() as (pages, session):
        headers = {"Content-Encoding": "gzip"}
        async with session.post("/told", data=packed, headers=headers) as answer:
            assert answer.status == 200
        assert pages.told == [packed]
        async with session.post("/told", data=b"0" * 1_100_000) as answer:
            assert answer.status == 413


async def test_no_answer_names_what_serves_here():
    async with serving() as (_, session):
        for path in ("/healthz", "/readyz", "/nowhere", "/told"):
            async with session.get(path) as answer:
                assert "Server" not in answer.headers
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_of_too_many_connections_the_one_silent_for_longest_gives_way(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(strangers, "CONNECTIONS", 8)
    async with serving() as (pages, session):
        silent = [await pages.connect() for _ in range(8)]
        silent[0][1].write(b"GET /healthz HTTP/1.1\r\nX: ")
        await asyncio.sleep(0.05)
        async with session.get("/healthz") as answer:
            assert answer.status == 200
        closed = asyncio.create_task(silent[1][0].read())
        assert await asyncio.wait_for(closed, 20) == b""
        silent[0][1].write(b"y\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert (await silent[0][0].read()).endswith(b"alive\n"), "it had said something since"
        for _, writer in silent:
            writer.close()


async def test_bodies_that_do_not_come_to_an_end_hold_up_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(strangers, "BODIES", 4)
    async with serving() as (pages, session):
        begun = [await pages.connect() for _ in range(7)]
        for _, writer in begun:
            writer.write(BEGUN)
            await asyncio.sleep(0.02)
        for reader, _ in begun[:3]:
            assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 408 ")
        async with session.post("/told", data=b"whole") as answer:
            assert answer.status == 200
        assert pages.told == [b"whole"]
        for _, writer in begun:
            writer.close()


async def test_a_body_has_ten_seconds(monkeypatch: pytest.MonkeyPatch):
    assert strangers.PATIENCE == 10
    monkeypatch.setattr(strangers, "PATIENCE", 0.05)
    async with serving() as (pages, _):
        assert (await pages.sent(BEGUN)).startswith(b"HTTP/1.1 408 ")
        assert pages.told == []


@pytest.mark.parametrize(
    "words",
    [
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nCookie: my-secret\x00\r\n\r\n",
        b"POST /told HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nmy-secret",
        b"POST /told HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmy-secret",
        b"POST /told HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: my-secret\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nmy-secret : 1\r\n\r\n",
        b"GET /my-secret\x1b[2J HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_and_fills_no_log(words: bytes, caplog: pytest.LogCaptureFixture):
    async with serving() as (pages, _):
        for _ in range(20):
            answer = await pages.sent(words)
            assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
            assert b"my-secret" not in answer
        assert pages.told == []
    (line,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert "is no HTTP" in line.getMessage()
    assert line.exc_info is None and "my-secret" not in line.getMessage()


CHUNKED = b"POST /told HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("words", [BEGUN, CHUNKED + b"9\r\nmy-secret\r\n", CHUNKED + b"5\r\nhello\r\nmy-secret\r\n"])
async def test_a_body_that_breaks_off_fills_no_log(words: bytes, caplog: pytest.LogCaptureFixture):
    async with serving() as (pages, session):
        for _ in range(20):
            _, writer = await pages.connect()
            writer.write(words)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        async with session.get("/healthz") as answer:
            assert answer.status == 200
        assert pages.told == []
    lines = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert len(lines) <= 2, "one for what broke off and one for what is no HTTP"
    assert all(line.exc_info is None and "my-secret" not in line.getMessage() for line in lines)
