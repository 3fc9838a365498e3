"""What benchmarks of a whole process share: the process and what it used, and a Slack that costs next to nothing.

The strict fakes of the tests would be what is measured; here each side of HTTP is a bare protocol that reads lengths.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import os
import re
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlsplit

ROOT = Path(__file__).parent.parent
TICK = os.sysconf("SC_CLK_TCK")
SERVICE = ("-m", "finetune_advisor", "serve", "--no-model")
SECRET, TOKEN, BOT, ORGANISATION = "bench", "xoxb-bench", "U0BOT", "E0BENCH"
WAIT = 60.0
"""Seconds after which something is broken."""


class Process:
    """A child that serves, and what it used of the processor."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, reading: "asyncio.Task[None]"):
        self._process, self.url, self._reading = process, url, reading
        self.pid = process.pid

    def used(self) -> float:
        """Return the seconds of processor time of the process so far, its threads included (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        """Return the resident memory in MiB (Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        assert found
        return int(found[1]) / 1024

    async def end(self) -> None:
        """Tell it to end, and see that it does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), WAIT)
        except TimeoutError:
            self._process.kill()
        await self._reading


@asynccontextmanager
async def running(arguments: Sequence[str], home: Path, **settings: str) -> AsyncGenerator[Process]:
    """Run a Python child until it says where it serves; it is told to end with the block."""
    secret = ("OPENAI_", "ADVISOR_", "REDIS_", "SLACK_", "DISCORD_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(secret)}
    environment = {**kept, "PYTHONPATH": str(ROOT), "ADVISOR_HOME": str(home), "ADVISOR_HTTP_PORT": "0", **settings}
    home.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  before anything is measured
    with (home / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=log
        )
    assert process.stdout
    url = None
    while url is None and (line := (await asyncio.wait_for(process.stdout.readline(), WAIT)).decode()):
        found = re.search(r"Serving as \w+ at (\S+)\.$", line.strip())
        url = found[1] if found else None
    if url is None:
        raise SystemExit(f"The process did not come up: {(home / 'log').read_text()[-2000:]}")
    made = Process(process, url, asyncio.create_task(_drained(process.stdout)))
    try:
        yield made
    finally:
        await made.end()


async def _drained(stream: asyncio.StreamReader) -> None:
    while await stream.readline():
        pass


class RefusedError(Exception):
    """Say that a delivery was not acknowledged: its one argument is the status."""


class Http(asyncio.Protocol):
    """One side of a kept HTTP/1.1 connection: whole messages by their Content-Length."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._held[:end])
            at = head.lower().find(b"content-length:")
            size = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
            if len(self._held) < end + 4 + size:
                return
            body = bytes(self._held[end + 4 : end + 4 + size])
            del self._held[: end + 4 + size]
            self.message(head, body)

    def message(self, head: bytes, body: bytes) -> None:
        """Take a whole message."""
        raise NotImplementedError


class Caller(Http):
    """Posts, one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: asyncio.Future[int] | None = None

    def message(self, head: bytes, body: bytes) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(int(head.split(b" ", 2)[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionError("closed"))


@dataclass
class Slack:
    """A Slack of one organisation: it delivers signed events and says yes to every call."""

    url: str = ""
    answered: dict[str, float] = field(default_factory=dict[str, float])
    """When each thread got its first message, by time.perf_counter()."""
    calls: dict[str, int] = field(default_factory=dict[str, int])
    before: int = 0
    """Messages that stand in a thread before it is asked for."""
    _number: "itertools.count[int]" = field(default_factory=itertools.count)
    _idle: deque[Caller] = field(default_factory=deque[Caller])
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def settings(self) -> dict[str, str]:
        """Return what an app needs to find it."""
        return {"SLACK_API_URL": self.url, "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET}

    def event(self, text: str, *, thread: str | None = None) -> tuple[str, bytes]:
        """Return the ts of a fresh mention, and the delivery that tells of it.

        Every hundred come from another workspace of one organisation: the service takes so much of each in a while.
        """
        number = next(self._number)
        ts = f"{1_700_000_000 + number}.000100"
        inner = {"type": "app_mention", "user": f"U0USER{number % 50}", "text": f"<@{BOT}> {text}", "ts": ts}
        inner |= {"channel": f"C0CHAN{number % 20}", "event_ts": f"{time.time():.6f}"}
        inner |= {"thread_ts": thread} if thread else {}
        known = {"team_id": f"T0TEAM{number // 100}", "enterprise_id": ORGANISATION}
        granted = {**known, "user_id": BOT, "is_bot": True, "is_enterprise_install": True}
        body = {"type": "event_callback", **known, "api_app_id": "A0", "event": inner, "event_id": f"Ev{number}"}
        body |= {"event_time": int(time.time()), "authorizations": [granted]}
        return ts, json.dumps(body).encode()

    async def deliver(self, process: Process, body: bytes) -> float:
        """Deliver an event, and return the seconds until it was acknowledged; RefusedError where it was not."""
        split = urlsplit(process.url)
        host, port = str(split.hostname), int(split.port or 0)
        stamp = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: {split.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        caller = next((each for each in self._idle if each.transport.get_extra_info("peername")[1] == port), None)
        if caller is None:
            _, caller = await asyncio.get_running_loop().create_connection(Caller, host, port)
        else:
            self._idle.remove(caller)
        caller.waiting = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        caller.transport.write(head.encode() + body)
        status = await asyncio.wait_for(caller.waiting, WAIT)
        taken = time.perf_counter() - began
        self._idle.append(caller)
        if status != 200:
            raise RefusedError(status)
        return taken

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until enough was answered."""
        async with asyncio.timeout(WAIT):
            while not done():
                self._arrived.clear()
                await self._arrived.wait()

    def forget(self) -> None:
        """Let go of what was connected to a process that has ended."""
        for each in self._idle:
            each.transport.close()
        self._idle.clear()
        self.answered.clear()

    def answer(self, method: str, body: bytes) -> dict[str, Any]:
        """Return what a call is answered with."""
        self.calls[method] = self.calls.get(method, 0) + 1
        match method:
            case "auth.test":
                own = {"ok": True, "user_id": BOT, "bot_id": "B0", "user": "bot", "team_id": "T0TEAM0", "team": "bench"}
                return {**own, "enterprise_id": ORGANISATION, "is_enterprise_install": True}
            case "users.info":
                home = {"team_id": "T0TEAM0", "enterprise_user": {"enterprise_id": ORGANISATION}}
                return {"ok": True, "user": {"id": "U0", **home, "profile": {"display_name": "Ana"}}}
            case "conversations.replies":
                said = [
                    {"type": "message", "user": f"U0USER{n % 9}", "ts": f"{1_600_000_000 + n}.000200", "text": SAID}
                    for n in range(self.before)
                ]
                return {"ok": True, "messages": said, "has_more": False}
            case "chat.postMessage" | "chat.postEphemeral" | "chat.startStream":
                found = _THREAD.search(unquote_plus(body.decode()))
                if found and found[1] not in self.answered:
                    self.answered[found[1]] = time.perf_counter()
                    self._arrived.set()
                return {"ok": True, "channel": "C0", "ts": f"{next(self._number)}.000300", "message": {}}
            case _:
                return {"ok": True}


SAID = "we looked at that last week and could not agree whether the labels are any good, so it was put off again"
_THREAD = re.compile(r"thread_ts\W+?(\d+\.\d+)")


@asynccontextmanager
async def slack() -> AsyncGenerator[Slack]:
    """Serve such a Slack on loopback."""
    made = Slack()

    class Serving(Http):
        def message(self, head: bytes, body: bytes) -> None:
            method = head.split(b" ", 2)[1].rpartition(b"/")[2].partition(b"?")[0].decode()
            text = json.dumps(made.answer(method, body)).encode()
            said = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
                len(text),
                text,
            )
            self.transport.write(said)

    server = await asyncio.get_running_loop().create_server(Serving, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    made.url = f"http://{host}:{port}/api/"
    try:
        yield made
    finally:
        made.forget()
        server.close()


def table(rows: Mapping[str, str]) -> None:
    """Print what was measured, one thing a line."""
    wide = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:<{wide}}  {value}", flush=True)
