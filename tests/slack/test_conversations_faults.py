"""Whole conversations while Slack refuses, forgets or forges, and while the store is down."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from adapters.slack.manifest import GLOBAL_SHORTCUT
from bot.platform.refusal import SLOW, SORRY
from tests.fakes.model.server import ModelServer, model_server
from tests.fakes.slack import FakeSlack, text_of
from tests.fakes.slack.methods import views
from tests.slack.service import RUN, SAMPLES, Thread, fake, opened, press, prompt, serving, sorts
from tests.store.servers import FULL, SAVES, Server, fill, held, make_room, server

ASK = "should we finetune? it often mixes the categories up"
QUESTION = "What kind of answer should come out?"


@pytest.fixture
async def model() -> AsyncGenerator[ModelServer]:
    async with model_server(sorts) as served:
        yield served


METHODS = (
    "agents.sessions.setStatus",
    "apps.connections.open",
    "assistant.threads.setStatus",
    "assistant.threads.setSuggestedPrompts",
    "auth.test",
    "chat.delete",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.startStream",
    "chat.stopStream",
    "chat.update",
    "conversations.open",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "response_url",
    "users.info",
    "views.open",
    "views.publish",
    "views.update",
)
"""What whole conversations use."""


async def test_a_limit_on_every_method_loses_and_repeats_nothing(
    model: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit takes a part of its three seconds, and three conversations at once on a busy machine may take the rest.
    monkeypatch.setattr(views, "TRIGGER_LASTS", 60.0)
    async with fake() as slack:
        for method in METHODS:
            slack.limit(method, times=1, retry_after=1)
        async with serving(slack, tmp_path / "home", "socket", model=model) as whole:
            root = await slack.say(slack.bob, slack.general, "our classifier is bad")
            thread = Thread(slack, slack.general, root.ts)

            async def in_a_thread() -> None:
                await thread.say(slack.alice, f"<@{slack.bot}> {ASK}")
                await thread.press(slack.alice, "Read the earlier message of one person")
                await thread.reads("I read what was said here before (1 message)")
                await thread.say(slack.alice, f"<@{slack.bot}> rule 2")
                await thread.reads("Rule 2 · Try words before weights")
                await thread.say(slack.alice, f"<@{slack.bot}> {RUN}")
                await slack.until(lambda: thread.pictures, 90)
                await thread.say(slack.bob, f"<@{slack.bot}> forget")
                await thread.reads("Only alice, who asked, or an admin can delete", user=slack.bob)

            async def by_command() -> None:
                await slack.command(slack.alice, slack.general, text="check our replies never keep our tone")
                await whole.alone(slack.alice).reads('"never keep our tone"')
                await slack.command(slack.alice, slack.general, text="try")
                await slack.submit(await opened(slack, slack.alice), {"samples": SAMPLES})
                await whole.alone(slack.alice).reads("into our direct messages")

            async def directly() -> None:
                await slack.open_messages_tab(slack.bob)
                direct = await whole.direct(slack.bob, ASK)
                await direct.choose(slack.bob, "One of a few labels")
                await direct.reads("Could a written rule")
                await slack.open_home(slack.bob)
                home = await slack.until(lambda: slack.home(slack.bob))
                assert home
                await press(slack, slack.bob, home, "Where it is")
                await opened(slack, slack.bob, "in this thread")

            await asyncio.gather(in_a_thread(), by_command(), directly())
            await thread.quiet()
            prompt(slack)
            texts = [text_of(each) for each in thread.messages()]
            assert len(set(texts)) == len(texts), "nothing is said twice"
            used = {call.method for call in slack.calls} | {"response_url"}
            assert used == set(METHODS), "each method that is used is among these"
            await slack.settled()
        slack.check()


async def test_a_workspace_that_uninstalls_in_the_middle_is_forgotten(model: ModelServer, tmp_path: Path) -> None:
    async with fake(installed=False, rotation=True) as slack:
        ours = slack.client_id, slack.client_secret
        async with serving(
            slack, tmp_path / "home", model=model, SLACK_CLIENT_ID=ours[0], SLACK_CLIENT_SECRET=ours[1]
        ) as whole:
            await _install(slack, str(whole.url))
            thread = await whole.mention(slack.alice, ASK)
            await thread.reads(QUESTION)
            await thread.say(slack.alice, "we have 410 examples")
            await thread.reads("410")
            before = len(slack.calls)
            await slack.uninstall()
            await thread.say(slack.alice, "one of a few labels")
            await thread.quiet(1)
            assert "Could a written rule" not in thread.text()
            late = [call.method for call in slack.calls[before:] if call.error not in ("account_inactive", None)]
            assert late == []

            await _install(slack, str(whole.url))
            await slack.open_home(slack.alice)
            home = await slack.until(lambda: slack.home(slack.alice))
            assert home and "You have no consultation yet" in text_of(home)
            again = await whole.mention(slack.alice, ASK)
            await again.reads(QUESTION)
        slack.check()


async def _install(slack: FakeSlack, url: str) -> None:
    """Install the app as an admin's browser does."""
    public = "https://advisor.example.com"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(f"{url}/slack/install", allow_redirects=False) as begun:
            cookies = {name: each.value for name, each in begun.cookies.items()}
            back = slack.consent(begun.headers["Location"]).replace(public, url)
        async with browser.get(back, cookies=cookies) as done:
            assert done.status == 200, await done.text()


async def test_forged_replayed_and_unsigned_requests_are_refused(tmp_path: Path) -> None:
    async with fake() as slack, serving(slack, tmp_path / "home") as whole:
        words = f"<@{slack.bot}> {ASK}"
        assert await slack.send_forged(slack.alice, slack.general, words) == 401
        assert await slack.send_stale(slack.alice, slack.general, words) == 401
        assert await slack.send_unsigned(slack.alice, slack.general, words) == 401
        thread = await whole.mention(slack.alice, ASK)
        await thread.reads(QUESTION)
        assert len(slack.said(slack.general)) == 1
        slack.check()


async def test_what_goes_wrong_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Bolt sets the level of a logger that has the app's name: it must not be ours."""
    logging.getLogger("advisor").setLevel(logging.NOTSET)
    async with fake() as slack, serving(slack, tmp_path / "home"):
        await slack.send_forged(slack.alice, slack.general, "hello")
        assert "that Slack did not sign" in caplog.text
        slack.check()


def _stop(store: Server, how: str) -> None:
    if how == "gone":
        store.process.kill()
        store.process.wait()
    else:
        store.process.send_signal(signal.SIGSTOP)
        os.waitpid(store.process.pid, os.WUNTRACED)


@pytest.mark.usefixtures("usual_limits")
@pytest.mark.parametrize(("way", "how"), [("http", "gone"), ("socket", "silent")])
async def test_with_the_store_down_nothing_is_taken_and_afterwards_all_is_answered_once(
    tmp_path: Path, way: str, how: str
) -> None:
    with server(tmp_path / "store", "--appendonly", "yes", "--appendfsync", "always") as store:
        # The second comes when the store is back; on a busy machine the third does.
        async with fake(gaps=(0.1, 1.5, 8.0)) as slack:
            known = f"redis://127.0.0.1:{store.port}"
            async with serving(slack, tmp_path / "home", way, REDIS_URL=known) as whole:
                thread = await whole.mention(slack.alice, ASK)
                await thread.reads(QUESTION)
                before = len(slack.acks)
                _stop(store, how)
                try:
                    await thread.say(slack.alice, "one of a few labels")
                    refused = next(ack for ack in slack.acks[before:] if not ack.ok)
                    assert refused.status == (503 if way == "http" else 0)
                    command = await slack.command(slack.alice, slack.general, text="check we have 12 examples")
                    help_ = await slack.command(slack.bob, slack.general, text="help")
                    rule = await whole.mention(slack.bob, "rule 2")
                    if how == "gone":  # a silent one may have it: then the answer comes from there, once it wakes
                        await rule.reads("Try words before weights")
                finally:
                    if how == "gone":
                        store.start()
                    else:
                        store.process.send_signal(signal.SIGCONT)
                assert command.ok and (SORRY if how == "gone" else SLOW) in str(command.body)
                assert help_.ok
                said = slack.said(slack.general, user=slack.bob)
                assert any("I help a team decide" in text_of(each) for each in said if each.only_for == slack.bob)
                await slack.settled()
                assert slack.lost == []
                await rule.reads("Try words before weights")
                await thread.reads("Could a written rule")
                await thread.quiet()
                assert thread.text().count("This matters now because a rule") == 1
                # What a silent store was told before is done when it wakes: then a rule may be read out twice.
                assert len(rule.messages()) <= (1 if how == "gone" else 2)
            slack.check()


@pytest.mark.parametrize("how", FULL)
async def test_on_a_full_store_forget_works_or_says_what_is_left(tmp_path: Path, how: str) -> None:
    with server(tmp_path / "store", *SAVES) as store:
        async with (
            fake() as slack,
            serving(slack, tmp_path / "home", REDIS_URL=f"redis://127.0.0.1:{store.port}") as at,
        ):
            thread, bot = await at.mention(slack.alice, ASK), f"<@{slack.bot}>"
            await thread.reads(QUESTION)
            await thread.say(slack.bob, f"{bot} we have 417 mauve examples")
            await thread.reads('"417 mauve examples"')
            await thread.quiet()
            fill(store, how)
            await thread.say(slack.alice, f"{bot} forget")
            if how == "memory":
                await thread.reads("Forgotten: facts")
                make_room(store, how)
            else:
                await thread.reads("I could not delete that")
                told = await slack.command(slack.alice, slack.general, text="forget")
                assert "I could not delete that" in str(told.body) and "Forgotten" not in thread.text(slack.alice)
                make_room(store, how)
                await thread.say(slack.alice, f"{bot} forget")
                await thread.reads("Forgotten: facts")
            await thread.quiet()
            assert held(store, "mauve") == []
            await slack.settled()


@pytest.mark.parametrize("how", FULL)
async def test_on_a_full_store_each_takes_back_their_own_words_or_is_told_what_is_left(
    tmp_path: Path, how: str
) -> None:
    with server(tmp_path / "store", *SAVES) as store:
        async with (
            fake() as slack,
            serving(slack, tmp_path / "home", REDIS_URL=f"redis://127.0.0.1:{store.port}") as at,
        ):
            thread, bot = await at.mention(slack.alice, ASK), f"<@{slack.bot}>"
            await thread.reads(QUESTION)
            await thread.say(slack.bob, f"{bot} we have 417 mauve examples")
            await thread.reads('"417 mauve examples"')
            await thread.quiet()
            fill(store, how)
            await thread.say(slack.bob, f"{bot} forget me")
            if how == "memory":  # done at once, and said as soon as a word of it can be kept
                await slack.until(lambda: not any(":case:" in key for key in held(store, "mauve")), 90)
            else:
                await thread.reads("I could not delete that")
            make_room(store, how)
            if how == "disk":
                await thread.say(slack.bob, f"{bot} forget me")
            await thread.reads("Forgotten: your words", user=slack.bob)
            await thread.quiet()
            assert held(store, "mauve") == []
            await slack.settled()


async def test_the_form_that_begins_waits_for_the_store(tmp_path: Path) -> None:
    with server(tmp_path / "store", "--appendonly", "yes", "--appendfsync", "always") as store:
        known = f"redis://127.0.0.1:{store.port}"
        async with fake() as slack, serving(slack, tmp_path / "home", REDIS_URL=known):
            await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
            view = await opened(slack, slack.alice)
            _stop(store, "gone")
            answer = await slack.submit(view, {"goal": ASK})
            assert answer.ok and SORRY in str(answer.body)
            store.start()
            await slack.until(lambda: not slack.seen(slack.dm(slack.alice)))
            await slack.submit(view, {"goal": ASK})
            thread = Thread(slack, slack.dm(slack.alice), None)
            await thread.reads(QUESTION)
            slack.check()
