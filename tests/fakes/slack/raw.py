"""Clients without manners, for tests of the fake itself: a bare Web API client, a bare app, a bare socket."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack.service import FakeSlack
from tests.fakes.slack.state import Json

SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "words"}}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str = "go", value: str = "1", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "value": value, "text": plain("Go"), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements) or [button()], **more}


def field_of(element: Json, block_id: str = "b", **more: Any) -> Json:
    """Return an input block."""
    return {"type": "input", "block_id": block_id, "label": plain("Label"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    shown = list(blocks) or [field_of({"type": "plain_text_input", "action_id": "x"})]
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": shown, **more}


def client(slack: FakeSlack, token: str | None = None) -> Any:
    """Return a Web API client that repeats nothing. Any, as slack_sdk types its arguments and answers in part only."""
    return AsyncWebClient(token=token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refusal(call: Awaitable[Any]) -> Json:
    """Return the whole answer with ok false that this call gets."""
    try:
        answer = await call
    except SlackApiError as error:
        response: Any = error.response  # pyright: ignore[reportUnknownMemberType]
        return response.data
    raise AssertionError(f"It was not refused: {answer.data}")


async def refused(call: Awaitable[Any]) -> str:
    """Return the error this call gets."""
    return str((await refusal(call))["error"])


@dataclass
class App:
    """An app that takes what it is sent. `answers` are used up one by one; then it is 200 with nothing."""

    url: str = ""
    got: list[Json] = field(default_factory=list[Json])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    raw: list[str] = field(default_factory=list[str])
    answers: list[web.Response | Callable[[], Awaitable[web.Response]]] = field(
        default_factory=list[web.Response | Callable[[], Awaitable[web.Response]]]
    )

    def events(self, kind: str) -> list[Json]:
        return [one for one in self.got if one.get("event", {}).get("type") == kind]


@asynccontextmanager
async def bare_app(slack: FakeSlack) -> AsyncGenerator[App, None]:
    """Serve an app over HTTP and have everything delivered to it."""
    app = App()

    async def take(request: web.Request) -> web.Response:
        text = await request.text()
        if text.startswith("{"):
            app.got.append(json.loads(text))
        else:
            fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
            app.got.append(json.loads(fields["payload"]) if set(fields) == {"payload"} else fields)
        app.headers.append(dict(request.headers))
        app.raw.append(text)
        answer = app.answers.pop(0) if app.answers else web.Response()
        return answer if isinstance(answer, web.Response) else await answer()

    served = web.Application()
    served.router.add_post("/slack/events", take)
    runner = web.AppRunner(served, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    app.url = f"http://{host}:{port}/slack/events"
    slack.deliver_to(app.url)
    try:
        yield app
    finally:
        await runner.cleanup()
