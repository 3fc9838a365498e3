"""A platform on loopback, processes of the service, and what people saw of them."""

import asyncio
import contextlib
import json
import re
import secrets
import signal
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from bot.chat.events import Body, Event, Said
from bot.chat.reply import Part, Reply, Text
from tests.console.terminal import COMMAND, ROOT, environment
from tests.support.clock import NOON
from tests.support.forked import Forked, start

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]

SECONDS = 150.0
"""After which a test gives up; nothing here is meant to take that long."""


async def comes(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until this is so."""
    async with asyncio.timeout(SECONDS):
        while not await condition():  # noqa: ASYNC110  what is waited for is in another process
            await asyncio.sleep(0.02)


@dataclass
class Served:
    """A running process of the service."""

    process: Forked | asyncio.subprocess.Process
    lines: list[str]
    url: str = ""

    async def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        await self.process.wait()

    async def told_to_end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(how)
        return await self.process.wait()

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as client, client.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()


@dataclass
class Stage:
    """What the test and its processes share."""

    home: Path
    port: int = 0
    heard: dict[str, list[Reply]] = field(default_factory=lambda: defaultdict[str, list[Reply]](list))
    keys: set[str] = field(default_factory=set[str])
    gateway: asyncio.Queue[Line] = field(default_factory=lambda: asyncio.Queue[Line]())
    answers: str = "heard"
    """What a reply is met with."""
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    processes: list[Forked | asyncio.subprocess.Process] = field(
        default_factory=list[Forked | asyncio.subprocess.Process]
    )
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    async def start(self, role: str = "all", workers: int = 0, /, **more: str) -> Served:
        """Start a process, with so many workers behind it, and wait until it serves."""
        words = ["-m", "tests.service.process", json.dumps({"role": role, "port": self.port, "workers": workers})]
        env = environment(self.home, **self._settings(more))
        return await self._serves(await start(words, env, stdout=asyncio.subprocess.PIPE))

    async def command(self, *words: str, **more: str) -> Served:
        """Start `advisor serve` itself."""
        env = environment(self.home, **self._settings(more))
        command = [*COMMAND, "serve", *words]
        return await self._serves(
            await asyncio.create_subprocess_exec(*command, env=env, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        )

    def _settings(self, more: dict[str, str]) -> dict[str, str]:
        return {"ADVISOR_HTTP_PORT": "0", "ADVISOR_SECRET_KEY": self.secret, **more}

    async def _serves(self, process: "Forked | asyncio.subprocess.Process") -> Served:
        self.processes.append(process)
        served = Served(process, [])
        assert process.stdout
        while line := (await process.stdout.readline()).decode():
            served.lines.append(line.strip())
            if found := re.search(r"Serving as \w+ at (\S+)\.$", line.strip()):
                served.url = found[1]
                return served
        raise AssertionError(f"it ended with {await process.wait()}: {served.lines}")

    async def send(self, conversation: str, body: Body | str, message: str | None = None) -> str:
        """Bring an event to a gateway and return what became of it."""
        event = Event(
            conversation=conversation,
            platform="test",
            channel=conversation,
            message=message or str(next(self.numbers)),
            author="ana",
            name="Ana",
            at=NOON,
            body=Said(text=body) if isinstance(body, str) else body,
        )
        reader, writer = await self.gateway.get()
        writer.write(event.model_dump_json().encode() + b"\n")
        answer = await reader.readline()
        self.gateway.put_nowait((reader, writer))
        return json.loads(answer)["said"]

    def parts(self, conversation: str) -> list[Part]:
        return [part for reply in self.heard[conversation] for part in reply.parts]

    def text(self, conversation: str) -> str:
        return "\n".join(part.markdown for part in self.parts(conversation) if isinstance(part, Text))

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, f"it did not come to that: {what}; people saw {dict(self.heard)}"
            await asyncio.sleep(0.02)

    async def reads(self, conversation: str, words: str) -> None:
        """Wait until people read these words."""
        await self.until(lambda: words in self.text(conversation), words)

    async def on_line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection: a gateway's, which stays, or a reply."""
        line = json.loads(await reader.readline() or "{}")
        if line.get("kind") == "gateway":
            self.gateway.put_nowait((reader, writer))
        elif line.get("kind") == "reply":
            if self.answers == "heard" and line["key"] not in self.keys:  # as a platform that takes a nonce
                self.keys.add(line["key"])
                self.heard[line["conversation"]].append(Reply.model_validate(line["reply"]))
            writer.write(f"{self.answers}\n".encode())
            writer.close()


@asynccontextmanager
async def staged(home: Path) -> AsyncGenerator[Stage]:
    """Run a platform; whatever still runs at the end is ended."""
    stage = Stage(home)
    server = await asyncio.start_server(stage.on_line, "127.0.0.1", 0, limit=1 << 24)
    stage.port = server.sockets[0].getsockname()[1]
    try:
        yield stage
    finally:
        for process in stage.processes:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        server.close()
