"""Both ways from Slack to the app: who is let in, what survives a broken socket, and what is refused at the start."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from adapters.slack.auth.clients import Clients
from adapters.slack.inbound.app import Inbox
from adapters.slack.inbound.follow_up import Behind
from adapters.slack.inbound.http import bolt_request
from adapters.slack.inbound.socket import Socket
from adapters.slack.inbound.users import People
from adapters.slack.outbound.status import Sessions
from adapters.slack.platform import check, open_slack
from bot.chat.events import Event, Said
from bot.platform.background import Tasks
from bot.platform.port import PlatformContext, StartupError
from bot.settings import Settings
from bot.store.consultations import open_store
from bot.vault import open_vault
from knowledge.load import load
from tests.fakes.slack import FakeSlack, delivery
from tests.slack.app import App, running, settings

# HTTP


async def test_only_what_slack_signed_just_now_is_let_in(slack: FakeSlack, app: App) -> None:
    text = f"<@{slack.bot}> should we finetune?"
    assert await slack.send_forged(slack.alice, slack.general, text) == 401
    assert await slack.send_stale(slack.alice, slack.general, text) == 401
    assert await slack.send_stale(slack.alice, slack.general, text, age=-301) == 401
    assert await slack.send_unsigned(slack.alice, slack.general, text) == 401
    assert app.taken == []
    await slack.say(slack.alice, slack.general, text)
    await app.only(Said)


async def test_a_replay_within_the_five_minutes_is_taken_once(slack: FakeSlack, app: App) -> None:
    message = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    ack = await slack.send_again(message)
    assert ack and ack.ok and len(app.taken) == 1


async def test_slack_may_check_the_address(slack: FakeSlack, app: App) -> None:
    assert await slack.verify_url()


async def test_what_slack_asks_the_address_itself_is_answered(
    slack: FakeSlack, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    assert await slack.check_ssl() == 200
    assert await slack.hold_back(1518467820) == 200
    assert "holds events back" in caplog.text
    assert app.taken == []


async def test_a_menu_that_asks_for_its_options_is_told_that_there_are_none(either: App) -> None:
    ack = await either.slack.suggest(either.slack.alice, "advisor|0.1|old", "supp")
    assert ack.ok and ack.body == {"options": []}


@pytest.mark.parametrize(
    ("stamp", "body", "status"),
    [
        ("soon", "{}", 401),
        ("", "{}", 401),
        (None, "{", 400),
        (None, "payload=[1]", 400),
        (None, b"\xff", 401),
    ],
)
async def test_broken_requests_are_refused_and_nothing_else_happens(
    slack: FakeSlack, app: App, stamp: str | None, body: str | bytes, status: int
) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    headers = delivery.signed(slack.signing_secret, raw.decode("latin-1"))
    if stamp is not None:
        headers["X-Slack-Request-Timestamp"] = stamp
    async with (
        aiohttp.ClientSession() as client,
        client.post(str(slack.request_url), data=raw, headers=headers) as answer,
    ):
        assert answer.status == status
    assert app.taken == []


async def test_a_signature_that_is_not_ascii_is_none(slack: FakeSlack, app: App) -> None:
    headers = delivery.signed(slack.signing_secret, "{}") | {"X-Slack-Signature": "v0=ä"}
    async with (
        aiohttp.ClientSession() as client,
        client.post(str(slack.request_url), data=b"{}", headers=headers) as answer,
    ):
        assert answer.status == 401
    assert app.taken == []


async def test_nothing_that_people_said_is_in_the_log(
    slack: FakeSlack, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "advisor")
    secret = "our margin is 37 percent"
    await slack.send_forged(slack.alice, slack.general, secret)
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> {secret}")
    await slack.command(slack.alice, slack.general, text=secret)
    slack.refuse("users.info", "internal_error")
    await app.platform.enrich(app.taken[0])
    told = caplog.text
    for word in (secret, slack.bot_token, slack.signing_secret, slack.app_token):
        assert word not in told


def test_a_form_is_read_whatever_words_are_in_it() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    form = bolt_request("command=%2Ffinetune&text=our+JSON+payload&team_id=T1", headers)
    assert form.body["text"] == "our JSON payload" and form.context.team_id == "T1"
    assert bolt_request("payload=%7B%22type%22%3A%22x%22%7D", headers).body == {"type": "x"}
    with pytest.raises(ValueError, match="Expecting"):
        bolt_request("{", {"content-type": "application/json"})


# Socket Mode


async def test_a_refreshed_socket_loses_nothing(slack: FakeSlack, tmp_path: Path) -> None:
    async with running(slack, tmp_path / "home", http=False) as app:
        await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
        await slack.refresh_sockets()
        await slack.connected()
        await slack.say(slack.alice, slack.dm(slack.alice), "should we train?")
        await app.took(2)


@asynccontextmanager
async def connected(slack: FakeSlack, home: Path, taken: list[Event]) -> AsyncGenerator[Socket]:
    """Run a socket that pings ten times a second, and is open."""
    chosen = settings(home, slack)
    async with open_store(chosen) as store:
        host = PlatformContext(chosen, store, load(None), open_vault(chosen))
        clients, tasks = Clients(chosen, store.connection, host.vault), Tasks(logging.getLogger("advisor.slack"))

        async def take(event: Event, /, *, comes_once: bool = False) -> bool:
            taken.append(event)
            return True

        stop, socket = asyncio.Event(), Socket(chosen, slack.app_token, ping=0.1)
        assert socket.age() is None
        bolt = Inbox(host, take, Behind(host, clients, tasks, Sessions(clients, tasks), People(clients))).app()
        serving = asyncio.create_task(socket.run(bolt, stop))
        try:
            await slack.until(lambda: socket.age() is not None)
            yield socket
        finally:
            stop.set()
            await serving
            await clients.aclose()
        assert socket.age() is None


async def test_a_cut_socket_is_opened_again(slack: FakeSlack, tmp_path: Path) -> None:
    taken: list[Event] = []
    async with connected(slack, tmp_path / "home", taken) as socket:
        old = set(slack.sockets)
        await slack.cut_sockets()
        await slack.until(lambda: socket.age() is not None and set(slack.sockets) - old)
        await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
        assert len(taken) == 1


async def test_an_address_that_serves_no_more_is_not_tried_for_ever(
    slack: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.inbound.socket.LOOK", 0.05)
    async with connected(slack, tmp_path / "home", []) as socket:
        slack.fail("apps.connections.open", times=1)
        await slack.cut_sockets()
        slack.tickets.clear()
        await slack.until(lambda: slack.sockets and socket.age() is not None)
    slack.faults.clear()


async def test_readiness_goes_by_the_last_ping(slack: FakeSlack, tmp_path: Path) -> None:
    async with connected(slack, tmp_path / "home", []) as socket:
        await slack.until(lambda: (socket.age() or 1) < 0.1)
        slack.frozen = True
        await slack.until(lambda: (socket.age() or 0) > 0.25)
        slack.frozen = False
        await slack.until(lambda: (socket.age() or 1) < 0.2)


async def test_over_http_slack_calls_us(app: App) -> None:
    assert app.platform.age() == 0.0


async def test_what_is_being_taken_is_acknowledged_before_the_end(slack: FakeSlack, tmp_path: Path) -> None:
    async with running(slack, tmp_path / "home", http=False) as app:
        saying = asyncio.create_task(slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?"))
        await app.took()
    await saying
    assert [ack.ok for ack in slack.acks] == [True]


# At the start


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "way in"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SecretStr("")}, "way in"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "  "}, "way in"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "xapp-"),
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xapp-1"}, "xoxb-"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "s3cret"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "s3cret", "SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_a_sentence(given: dict[str, str], says: str) -> None:
    with pytest.raises(StartupError) as raised:
        check(Settings.model_validate(given))
    told = str(raised.value)
    assert says in told and told.endswith(".") and "\n" not in told
    assert not [value for value in given.values() if str(value).strip() and str(value) in told]


@pytest.mark.parametrize(
    "given",
    [
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
        {"SLACK_BOT_TOKEN": "xoxe.xoxb-1", "SLACK_SIGNING_SECRET": "s3cret"},
    ],
)
def test_settings_that_do_are_taken(given: dict[str, str]) -> None:
    check(Settings.model_validate(given))


@pytest.mark.parametrize("token", ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"])
async def test_a_dead_token_ends_the_service_with_a_sentence(slack: FakeSlack, tmp_path: Path, token: str) -> None:
    dead = "xapp-dead" if token == "SLACK_APP_TOKEN" else "xoxb-dead"
    chosen = settings(tmp_path / "home", slack, **{"SLACK_APP_TOKEN": slack.app_token, token: dead})
    async with (
        open_store(chosen) as store,
        open_slack(PlatformContext(chosen, store, load(None), open_vault(chosen))) as platform,
    ):

        async def take(_: object, /, *, comes_once: bool = False) -> bool:
            return True

        with pytest.raises(StartupError, match=token) as raised:
            await platform.run(take, asyncio.Event())
    assert dead not in str(raised.value)


async def test_slack_may_be_away_at_the_start(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        slack.fail("apps.connections.open", times=1)
        async with running(slack, tmp_path / "home", http=False) as app:
            await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
            await app.took()


def in_folder(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_bolt_takes_nothing_from_the_environment(
    slack: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-elsewhere",
        "SLACK_SIGNING_SECRET": "elsewhere",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "elsewhere",
        "SLACK_INSTALLATION_STORE": "file",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    async with running(slack, tmp_path / "home", http=True) as app:
        await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
        await app.took()
        assert {call.token for call in slack.calls} == {slack.bot_token}
    assert {name: os.environ[name] for name in environment} == environment
    assert in_folder(tmp_path) == ["home"]
