"""Acknowledged as soon as it is stored, and never before; with the store down, said so at once."""

import asyncio
import json
import re
import signal
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.slack.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from bot.chat.events import Said
from bot.chat.reply import Choices, Option
from bot.platform.refusal import SLOW, SORRY
from bot.settings import Settings
from bot.store.consultations import open_store
from tests.fakes.model.server import model_server, says
from tests.fakes.slack import Ack, FakeSlack, Message, delivery, posting, text_of
from tests.service.stage import staged
from tests.slack.app import App, running
from tests.slack.inbound.test_components import last, menu_of, press, question
from tests.slack.inbound.test_shortcuts import form_of
from tests.store.servers import Server, server

SKIP = Choices(
    action="trial", options=(Option(value="paste", label="Paste samples"), Option(value="skip", label="Skip"))
)


def prompt(acks: list[Ack]) -> None:
    """Every one of these was acknowledged, before Slack gives up."""
    late = [(ack.what, ack.status, ack.seconds) for ack in acks if not ack.ok]
    assert acks and not late, f"{late} of {len(acks)}"


# A model that takes a minute


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_nothing_waits_for_a_slow_model(tmp_path: Path, way: str) -> None:
    async with (
        FakeSlack() as slack,
        model_server(lambda _: replace(says("{}"), delay=60)) as model,
        staged(tmp_path / "home") as stage,
    ):
        given = {"SLACK_SIGNING_SECRET": slack.signing_secret}
        if way == "socket":
            given = {"SLACK_APP_TOKEN": slack.app_token}
        served = await stage.command(
            SLACK_API_URL=slack.api_url,
            SLACK_BOT_TOKEN=slack.bot_token,
            OPENAI_BASE_URL=model.url,
            OPENAI_API_KEY="k",
            ADVISOR_MODEL="m",
            ADVISOR_DRAIN_SECONDS="0",
            **given,
        )
        if way == "http":
            slack.deliver_to(f"{served.url}/slack/events")
        else:
            await slack.connected()
        dm = slack.dm(slack.alice)
        root = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune? the tone is off")
        follow = await slack.say(slack.bob, slack.general, "the format is wrong as well", root.ts)
        direct = await slack.say(slack.alice, dm, "should we finetune? the tone is off")
        await slack.edit(direct, "should we finetune? the style is off")
        await slack.command(slack.alice, slack.general, text="check our tone is off")
        await slack.command(slack.alice, slack.general, text="help")
        await slack.command(slack.alice, slack.general, text="try")
        await slack.submit(await form_of(slack, slack.alice), {"samples": "input: hi\noutput: Hello!"})
        await slack.message_shortcut(slack.bob, root, MESSAGE_SHORTCUT)
        await slack.shortcut(slack.bob, GLOBAL_SHORTCUT)
        await slack.submit(await form_of(slack, slack.bob), {"goal": "our tone is off"})
        await slack.open_home(slack.alice)
        await slack.open_messages_tab(slack.alice)
        view = await slack.until(lambda: slack.home(slack.alice))
        assert view
        await slack.press(slack.alice, view, "advisor_start")
        await slack.delete(follow)
        prompt(slack.acks)
        assert {ack.kind for ack in slack.acks} == {"events_api", "slash_commands", "interactive"}
        slack.check()
        await served.kill()


# A store that is down


@dataclass
class Down:
    """An app whose store can be stopped."""

    app: App
    server: Server

    @property
    def slack(self) -> FakeSlack:
        return self.app.slack

    def down(self, how: str) -> None:
        """Stop the store: it is gone, or it takes connections and says nothing."""
        if how == "gone":
            self.server.process.kill()
            self.server.process.wait()
        else:
            self.server.process.send_signal(signal.SIGSTOP)

    async def waiting(self) -> int:
        """Return how many events wait in the store for a worker."""
        connection = self.app.store.connection
        inboxes: list[str] = await connection.call("KEYS", "*:inbox:*")
        return sum([await connection.call("LLEN", each) for each in inboxes])

    def up(self, how: str) -> None:
        if how == "gone":
            self.server.start()
        else:
            self.server.process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def down_able(slack: FakeSlack, folder: Path, *, http: bool) -> AsyncGenerator[Down]:
    with server(folder / "store", "--appendonly", "yes", "--appendfsync", "always") as running_server:
        chosen = Settings.model_validate(
            {"REDIS_URL": f"redis://127.0.0.1:{running_server.port}", "ADVISOR_HOME": folder / "home"}
        )
        async with (
            open_store(chosen, patience=0.5) as store,
            running(slack, folder / "home", http=http, store=store) as app,
        ):
            down = Down(app, running_server)
            try:
                yield down
            finally:
                running_server.process.send_signal(signal.SIGCONT)


SAID = {"gone": SORRY, "silent": SLOW}
"""What a store that is silent may have after all is not said to be lost."""


@pytest.mark.usefixtures("usual_limits")
@pytest.mark.parametrize("how", ["gone", "silent"])
async def test_an_event_is_refused_redelivered_and_then_taken_once(tmp_path: Path, transport: str, how: str) -> None:
    async with FakeSlack(gaps=(0.1, 1.5, 1.5)) as slack, down_able(slack, tmp_path, http=transport == "http") as made:
        made.down(how)
        await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
        [refused] = slack.acks
        if transport == "http":
            assert refused.status == 503
        else:
            assert refused.status == 0, "there must be no ack over the socket"
        made.up(how)
        await slack.settled()
        assert slack.lost == []
        assert await made.waiting() == 1
        slack.check()


@pytest.mark.usefixtures("usual_limits")
@pytest.mark.parametrize("how", ["gone", "silent"])
async def test_a_command_is_acknowledged_with_a_sentence(tmp_path: Path, transport: str, how: str) -> None:
    async with FakeSlack() as slack, down_able(slack, tmp_path, http=transport == "http") as made:
        made.down(how)
        ack = await slack.command(slack.alice, slack.general, text="check our tone is off")
        prompt([ack])
        assert SAID[how] in text_of(slack.said(slack.general, user=slack.alice)[-1])
        assert slack.said(slack.general, user=slack.bob) == []
        made.up(how)
        assert made.app.taken == []
        slack.check()


@pytest.mark.usefixtures("usual_limits")
@pytest.mark.parametrize("how", ["gone", "silent"])
async def test_presses_and_forms_are_acknowledged_with_a_sentence(tmp_path: Path, how: str) -> None:
    async with FakeSlack() as slack, down_able(slack, tmp_path, http=True) as made:
        app = made.app
        await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
        [event] = await app.took()
        await app.reply(event, SKIP)
        message = last(app, event)
        await press(app, slack.alice, message, "Paste samples")
        view = await form_of(slack, slack.alice)
        other = await slack.say(slack.bob, slack.general, "should we train?")
        made.down(how)
        before = len(slack.acks)
        await press(app, slack.bob, message, "Skip")
        await slack.until(lambda: [m for m in slack.said(slack.general, user=slack.bob) if SAID[how] in text_of(m)])
        answer = await slack.submit(view, {"samples": "input: hi\noutput: Hello!"})
        assert answer.body == {"response_action": "errors", "errors": {"samples": SAID[how]}}
        await slack.message_shortcut(slack.alice, other, MESSAGE_SHORTCUT)
        await slack.until(lambda: [m for m in slack.said(slack.general, user=slack.alice) if SAID[how] in text_of(m)])
        await slack.shortcut(slack.bob, GLOBAL_SHORTCUT)
        begin = await form_of(slack, slack.bob)
        answer = await slack.submit(begin, {"goal": "our tone is off"})
        assert answer.body == {"response_action": "errors", "errors": {"goal": SORRY}}
        prompt(slack.acks[before:])
        await slack.until(lambda: not slack.seen(slack.dm(slack.bob)))
        made.up(how)
        # What was refused was not spent: the same press, and the same form with what was typed, count now.
        await press(app, slack.bob, message, "Skip")
        assert await made.waiting() == 2
        slack.check()


@pytest.mark.usefixtures("usual_limits")
@pytest.mark.parametrize("how", ["gone", "silent"])
@pytest.mark.parametrize("words", ["help", "rule 2"])
async def test_help_and_rules_are_answered_with_the_store_down(tmp_path: Path, how: str, words: str) -> None:
    async with FakeSlack() as slack, down_able(slack, tmp_path, http=True) as made:
        made.down(how)
        await slack.command(slack.alice, slack.general, text=words)
        await slack.until(lambda: slack.said(slack.general, user=slack.alice))
        root = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> {words}")
        await slack.until(lambda: slack.said(slack.general, root.ts))
        # An event that a slow store may hold is refused once: it would be answered from there as well.
        prompt([ack for ack in slack.acks if ack.kind != "events_api" or ack.ok])
        made.up(how)
        await slack.settled()
        slack.check()


async def test_home_says_that_it_cannot_look(tmp_path: Path) -> None:
    async with FakeSlack() as slack, down_able(slack, tmp_path, http=True) as made:
        made.down("gone")
        prompt([ack for ack in [await slack.open_home(slack.alice)] if ack])
        view = await slack.until(lambda: slack.home(slack.alice))
        assert view and "does not answer" in text_of(view)
        made.up("gone")


async def test_nothing_is_acknowledged_before_it_is_stored(slack: FakeSlack, tmp_path: Path) -> None:
    async with down_able(slack, tmp_path, http=True) as made:
        made.server.process.send_signal(signal.SIGSTOP)
        saying = asyncio.create_task(slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?"))
        await asyncio.sleep(0.2)  # within the time that the store has
        assert slack.acks == []
        made.server.process.send_signal(signal.SIGCONT)
        await saying
        assert [ack.ok for ack in slack.acks] == [True]
        await made.app.only(Said)


async def test_a_burst_is_taken_behind_what_somebody_else_brought(slack: FakeSlack, app: App) -> None:
    assert slack.request_url
    at, burst = urlsplit(slack.request_url), 28
    with ExitStack() as stack:
        for number, user in enumerate([*[slack.bob] * burst, slack.alice]):
            kept = Message(f"{time.time():.0f}.{number:06}", slack.dm(user), user, "should we finetune?")
            inner = posting.as_json(slack, posting.store(slack, kept))
            inner |= {"channel": kept.channel, "channel_type": "im", "event_ts": kept.ts}
            body = json.dumps(delivery.wrapped(slack, slack.home_team, inner))
            head = {"Host": at.netloc, "Content-Type": "application/json", "Content-Length": str(len(body))}
            head |= delivery.signed(slack.signing_secret, body)
            lines = [f"POST {at.path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", body]
            # Written while the service, in this very thread, can take none: they lie there together.
            link = stack.enter_context(socket.create_connection((at.hostname, at.port)))
            link.sendall("\r\n".join(lines).encode())
        taken = await app.took(burst + 1)
    authors = [event.author.rpartition(":")[2] for event in taken]
    assert authors.index(slack.alice) < burst / 2, "it was brought last"


async def test_slack_is_asked_for_nothing_before_the_acknowledgement(slack: FakeSlack, app: App) -> None:
    ready = len(slack.calls)
    for method in ("users.info", "chat.update", "views.open", "assistant.threads.setStatus", "views.publish"):
        slack.slow(method, 2.0, times=3)
    event = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    assert len(slack.calls) == ready, "an event asks Slack for nothing"
    [taken] = await app.took()
    await app.reply(taken, question(app, "output"))
    message = last(app, taken)
    menu = menu_of(message, "static_select")
    if menu:
        await slack.select(slack.alice, message, menu["action_id"], menu["options"][0]["value"])
    else:
        await press(app, slack.alice, message, question(app, "output").fields[0].options[0].label)
    await slack.command(slack.alice, slack.general, text="try")
    await slack.open_home(slack.alice)
    prompt(slack.acks)
    assert re.fullmatch(r"\d+\.\d+", event.ts)
    slack.faults.clear()
