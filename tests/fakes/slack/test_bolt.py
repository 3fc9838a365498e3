"""The real slack-bolt talks to the fake, over HTTP with signatures and over Socket Mode."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, text_of
from tests.fakes.slack.raw import actions, button, modal
from tests.fakes.slack.state import Json


def app_of(slack: FakeSlack, heard: list[str]) -> AsyncApp:
    """Return an app that answers a mention with a button, a press in private, and a command with a form."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    # Any, as slack_bolt types its decorators in part only.
    app: Any = AsyncApp(client=client, signing_secret=slack.signing_secret)

    async def mention(event: Json, say: AsyncSay) -> None:
        await say(text="Tell me more", thread_ts=event["ts"], blocks=[actions(button("go", "7"))])

    async def message(event: Json) -> None:
        heard.append(event.get("text", ""))

    async def go(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        await ack()
        await respond(f"You pressed {body['actions'][0]['value']}.")

    async def command(ack: AsyncAck, body: Json, client: Any) -> None:
        await ack(f"You asked {body['text']}.")
        await client.views_open(trigger_id=body["trigger_id"], view=modal(callback_id="facts"))

    async def facts(ack: AsyncAck, view: Json) -> None:
        ((value,),) = ([one["value"] for one in block.values()] for block in view["state"]["values"].values())
        await (ack() if value == "many" else ack(response_action="errors", errors={"b": "How many?"}))

    registered: list[tuple[Any, Any]] = [
        (app.event("app_mention"), mention),
        (app.event("message"), message),
        (app.action("go"), go),
        (app.command("/finetune"), command),
        (app.view("facts"), facts),
    ]
    for register, listener in registered:
        register(listener)
    return app


@asynccontextmanager
async def running(slack: FakeSlack, app: AsyncApp, transport: str) -> AsyncGenerator[None, None]:
    if transport == "socket":
        handler = AsyncSocketModeHandler(app, app_token=slack.app_token)
        await handler.connect_async()  # pyright: ignore[reportUnknownMemberType]
        await slack.connected()
        yield
        await handler.close_async()  # pyright: ignore[reportUnknownMemberType]
        return
    runner = web.AppRunner(app.web_app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    slack.deliver_to(f"http://{host}:{port}/slack/events")
    yield
    await runner.cleanup()


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_a_whole_exchange(transport: str) -> None:
    heard: list[str] = []
    async with FakeSlack() as slack, running(slack, app_of(slack, heard), transport):
        asked = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> finetune?")
        (answer,) = await slack.until(lambda: slack.said(slack.general, asked.ts))
        assert text_of(answer) == "Go"
        await slack.press(slack.alice, answer, "go")
        await slack.until(lambda: slack.said(slack.general, user=slack.alice)[1:])
        assert slack.said(slack.general, user=slack.alice)[1].text == "You pressed 7."
        assert len(slack.said(slack.general, user=slack.bob)) == 1
        await slack.command(slack.alice, slack.general, text="help")
        assert slack.said(slack.general, user=slack.alice)[-1].text == "You asked help."
        form = await slack.until(lambda: slack.modal(slack.alice))
        assert form
        assert (await slack.submit(form, {"x": "few"})).body["errors"] == {"b": "How many?"}
        await slack.submit(form, {"x": "many"})
        assert slack.modal(slack.alice) is None
        await slack.settled()
        assert heard == [asked.text]
        assert all(ack.ok for ack in slack.acks)
        slack.check()


async def test_bolt_refuses_what_is_not_signed_by_us() -> None:
    async with FakeSlack() as slack, running(slack, app_of(slack, []), "http"):
        assert await slack.verify_url()
        assert await slack.send_forged(slack.alice, slack.general, "t") == 401
        assert await slack.send_stale(slack.alice, slack.general, "t") == 401
        assert await slack.send_unsigned(slack.alice, slack.general, "t") == 401


async def test_bolt_comes_back_after_slack_asked_it_to_reconnect() -> None:
    heard: list[str] = []
    async with FakeSlack() as slack, running(slack, app_of(slack, heard), "socket"):
        await slack.refresh_sockets()
        await slack.connected()
        await slack.say(slack.alice, slack.general, "still there?")
        await slack.until(lambda: heard == ["still there?"])


async def test_an_event_without_a_listener_is_a_failed_delivery_over_http() -> None:
    async with FakeSlack() as slack, running(slack, app_of(slack, []), "http"):
        ack = await slack.open_home(slack.alice)
        assert ack and ack.status == 404
        await slack.settled()
        assert len(slack.lost) == 1
