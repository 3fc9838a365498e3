"""A client that knows nothing of the library: plain requests and frames."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes.discord import FakeDiscord

INTENTS = 4609
"""Guilds, guild messages, direct messages (docs/platforms.md#discord-intents)."""


@dataclass
class Raw:
    """Requests with the bot's token."""

    discord: FakeDiscord
    session: aiohttp.ClientSession
    token: str | None = None

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: dict[str, bytes] | None = None,
        authorised: bool = True,
    ) -> tuple[int, Any]:
        """Send a request; return the status and the JSON answered."""
        response = await self.whole(method, path, body, files=files, authorised=authorised)
        text = await response.text()
        return response.status, json.loads(text) if text else None

    async def whole(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: dict[str, bytes] | None = None,
        authorised: bool = True,
    ) -> aiohttp.ClientResponse:
        headers = {"Authorization": f"Bot {self.token or self.discord.token}"} if authorised else {}
        if files is None:
            return await self.session.request(method, self.discord.api + path, json=body, headers=headers)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(body or {}))
        for number, (name, data) in enumerate(files.items()):
            form.add_field(f"files[{number}]", data, filename=name, content_type="application/octet-stream")
        return await self.session.request(method, self.discord.api + path, data=form, headers=headers)

    async def code(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, int]:
        """Send what is to be refused; return the status and Discord's code."""
        status, answer = await self(method, path, body, **more)
        assert status >= 400, answer
        return status, answer["code"]


@dataclass
class Gate:
    """One raw gateway connection."""

    discord: FakeDiscord
    socket: aiohttp.ClientWebSocketResponse

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def frame(self) -> Any:
        return await self.socket.receive_json(timeout=30)

    async def event(self, name: str) -> Any:
        """Return the data of the next event of this name."""
        while True:
            frame = await self.frame()
            if frame["t"] == name:
                return frame["d"]

    async def op(self, op: int) -> Any:
        while True:
            frame = await self.frame()
            if frame["op"] == op:
                return frame["d"]

    async def closed(self) -> int | None:
        """Read until the other side closes; return its code."""
        async for _ in self.socket:
            pass
        return self.socket.close_code

    async def identify(self, **more: Any) -> None:
        given: dict[str, Any] = {"token": self.discord.token, "intents": INTENTS, "properties": {"os": "linux"}} | more
        await self.send(2, {name: value for name, value in given.items() if value is not None})


@asynccontextmanager
async def gate(discord_: FakeDiscord, query: str = "?v=10&encoding=json") -> AsyncGenerator[Gate]:
    async with aiohttp.ClientSession() as session, session.ws_connect(discord_.gateway_url + query) as socket:
        yield Gate(discord_, socket)
