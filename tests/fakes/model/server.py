"""An OpenAI-compatible server on loopback whose answers a test scripts."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from aiohttp import web

Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the server does with one request."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"
    delay: float = 0.0
    drop: bool = False
    """Close the connection without an answer."""


def says(text: str | None, *, finish: str = "stop", tokens: tuple[int, int] = (10, 5), **message: Any) -> Answer:
    """Answer with this text."""
    return Answer(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [
                {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
            ],
            "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)},
        }
    )


def fails(status: int, message: str = "no", code: str | None = None, **headers: str) -> Answer:
    """Answer with an error in OpenAI's form; a header's underscores are dashes."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer({"error": {"message": message, "type": "error", "code": code}}, status, names)


@dataclass
class ModelServer:
    """A running server and what it was asked."""

    url: str
    asked: list[Body] = field(default_factory=list[Body])
    keys: list[str] = field(default_factory=list[str])
    paths: list[str] = field(default_factory=list[str])
    busy: int = 0
    most_busy: int = 0

    @property
    def last_prompt(self) -> str:
        return self.asked[-1]["messages"][-1]["content"]


NO_ENDS: Mapping[str, str] = MappingProxyType({})


async def _piecewise(request: web.Request, answer: Answer, body: bytes) -> web.StreamResponse:
    """Send a body as it is, a few bytes at a time."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = answer.content_type
    await response.prepare(request)
    for at in range(0, len(body), 50):
        await response.write(body[at : at + 50])
        await asyncio.sleep(0.005)
    await response.write_eof()
    return response


@asynccontextmanager
async def model_server(
    script: Callable[[Body], Answer], models: tuple[str, ...] = ("m",), ends: Mapping[str, str] = NO_ENDS
) -> AsyncGenerator[ModelServer, None]:
    """Serve on a free port; `script` turns the body of each completion request into what is done with it."""
    server = ModelServer("")

    async def complete(request: web.Request) -> web.StreamResponse:
        body: Body = await request.json()
        server.asked.append(body)
        server.paths.append(request.path_qs)
        server.keys.append(request.headers.get("Authorization", ""))
        server.busy += 1
        server.most_busy = max(server.most_busy, server.busy)
        try:
            answer = script(body)
            await asyncio.sleep(answer.delay)
        finally:
            server.busy -= 1
        if answer.drop and request.transport:
            request.transport.abort()
        if isinstance(answer.body, str):
            return web.Response(
                text=answer.body, status=answer.status, headers=answer.headers, content_type=answer.content_type
            )
        if isinstance(answer.body, bytes):
            return await _piecewise(request, answer, answer.body)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    async def offered(_: web.Request) -> web.Response:
        listed = [{"id": name, "object": "model", "shutdown_date": ends.get(name)} for name in models]
        return web.json_response({"object": "list", "data": listed})

    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", complete)
    app.router.add_get("/v1/models", offered)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
