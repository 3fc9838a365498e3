"""The REST interface without a gateway: logged in once, bounded, closed cleanly, and silent about tokens."""

import asyncio
import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectorError
from discord import HTTPException, LoginFailure, RateLimited

from adapters.discord import rest as module
from adapters.discord.outbound.errors import outcome
from adapters.discord.pace import PER_SECOND
from adapters.discord.rest import Rest, Upload, described, open_rest
from bot.platform.port import Rejected, RetryLater
from bot.settings import Settings
from bot.store.connection import opened
from bot.text.apart import Fair, worked_on_at
from tests.discord.delivery import bench
from tests.fakes.discord import FakeDiscord

ME = "/users/@me"


def settings(discord_: FakeDiscord, token: str | None = None) -> Settings:
    return Settings.model_validate({"DISCORD_BOT_TOKEN": token or discord_.token, "DISCORD_API_URL": discord_.api})


async def test_it_logs_in_with_the_first_call_and_only_once() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            async with open_rest(settings(discord_)) as rest:
                assert not discord_.calls
                first, second = await asyncio.gather(rest.me(), rest.me())
        assert first == second == str(discord_.bot.id)
        assert [call.route for call in discord_.calls] == [ME]


async def test_a_login_that_failed_is_tried_again() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            async with open_rest(settings(discord_)) as rest:
                discord_.fail("GET", ME, status=503)
                with pytest.raises(HTTPException):
                    await rest.me()
                assert await rest.me() == str(discord_.bot.id)


async def test_a_wrong_token_is_refused_for_good() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            async with open_rest(settings(discord_, "MTIz.abc.wrong")) as rest:
                with pytest.raises(LoginFailure) as caught:
                    await rest.me()
    said = outcome(caught.value)
    assert isinstance(said, Rejected) and "DISCORD_BOT_TOKEN" in said.reason


async def test_nobody_there_is_certain_not_to_have_got_it() -> None:
    async with FakeDiscord() as discord_:
        given = settings(discord_)
    with discord_.pointed():
        async with open_rest(given) as rest:
            with pytest.raises(ClientConnectorError) as caught:
                await rest.me()
    assert outcome(caught.value) == RetryLater(None, in_doubt=False)


async def test_a_long_limit_is_told_instead_of_waited_for() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            async with open_rest(settings(discord_)) as rest:
                await rest.me()
                discord_.limit("GET", "/gateway/bot", retry_after=120.0)
                with pytest.raises(RateLimited) as caught:
                    await rest.call("GET", "/gateway/bot")
    assert outcome(caught.value) == RetryLater(120.0, in_doubt=False)


async def test_a_call_ends_in_doubt_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            async with open_rest(settings(discord_)) as rest:
                await rest.me()
                monkeypatch.setattr(module, "LIMIT", 0.2)
                discord_.fail("GET", "/gateway/bot", times=9)
                with pytest.raises(TimeoutError) as caught:
                    await rest.call("GET", "/gateway/bot")
    assert outcome(caught.value) == RetryLater(None, in_doubt=True)


async def test_no_token_of_an_interaction_reaches_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with bench(tmp_path) as at:
        used, _ = await at.command()
        path = "/webhooks/{webhook_id}/{webhook_token}"
        at.discord.limit("POST", path, retry_after=0.05)
        body: Any = {"content": "hello"}
        app = str(at.discord.application_id)
        await at.rest.call("POST", path, json=body, webhook_id=app, webhook_token=used.token)
    # What the fake's own web server says of requests is no log of ours.
    said = "\n".join(each.getMessage() for each in caplog.records if each.name != "aiohttp.access")
    assert used.token not in said and at.discord.token not in said


async def test_files_go_with_their_descriptions(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        files = [Upload("a.png", b"1", "One."), Upload("b.csv", b"2")]
        assert described(files) == [
            {"id": "0", "filename": "a.png", "description": "One."},
            {"id": "1", "filename": "b.csv"},
        ]
        body: Any = {"content": "two", "attachments": described(files)}
        await at.rest.call(
            "POST", "/channels/{channel_id}/messages", json=body, files=files, channel_id=str(at.general.id)
        )
        sent = at.said(at.general)[0].attachments
    assert [(each.name, each.data, each.description) for each in sent] == [
        ("a.png", b"1", "One."),
        ("b.csv", b"2", None),
    ]


async def test_closing_twice_does_no_harm() -> None:
    rest = Rest(Settings.model_validate({}))
    session = rest.session()
    await rest.aclose()
    await rest.aclose()
    assert session.closed


async def test_however_much_is_asked_at_once_none_is_one_too_many() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            async with open_rest(settings(discord_)) as rest:
                await asyncio.gather(*(rest.call("GET", "/gateway/bot") for _ in range(70)))
    assert [call.status for call in discord_.calls] == [200] * 71


async def test_processes_that_share_a_store_share_what_a_second_allows(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_, opened(Settings.model_validate({"ADVISOR_HOME": tmp_path})) as store:
        with discord_.pointed():
            async with open_rest(settings(discord_), store) as one, open_rest(settings(discord_), store) as other:
                calls = (rest.call("GET", "/gateway/bot") for rest in (one, other) for _ in range(30))
                await asyncio.gather(*calls)
    assert [call.status for call in discord_.calls] == [200] * 62


@pytest.mark.parametrize("stored", (False, True))
@pytest.mark.parametrize(("people", "left"), ((1, 3), (20, 1)))
async def test_the_calls_of_those_who_ask_for_many_leave_some_to_others(
    tmp_path: Path, stored: bool, people: int, left: int
) -> None:
    async with AsyncExitStack() as stack:
        discord_ = await stack.enter_async_context(FakeDiscord())
        stack.enter_context(discord_.pointed())
        store = await stack.enter_async_context(opened(Settings.model_validate({"ADVISOR_HOME": tmp_path})))
        one, other = [
            await stack.enter_async_context(open_rest(settings(discord_), store if stored else None)) for _ in range(2)
        ]
        ben = other if stored else one
        await ben.me()

        async def call(rest: Rest, whose: str, path: str) -> None:
            worked_on_at(Fair(1).place(whose))
            await rest.call("GET", path)

        burst = [asyncio.create_task(call(one, f"mallory {n % people}", "/gateway/bot")) for n in range(60)]
        await discord_.until(lambda: sum(each.route == "/gateway/bot" for each in discord_.calls) >= 15)
        await asyncio.sleep(0.2)  # what it may have at once it has
        await asyncio.gather(*(call(ben, "ben", "/gateway") for _ in range(left)))
        await asyncio.gather(*burst)
    came = [each.route for each in discord_.calls]
    assert max(at for at, route in enumerate(came) if route == "/gateway") < PER_SECOND
    assert came.count("/gateway/bot") == 60


async def test_what_was_looked_up_a_moment_ago_is_not_asked_again() -> None:
    async with FakeDiscord() as discord_:
        acme = discord_.guild("Acme")
        with discord_.pointed():
            async with open_rest(settings(discord_)) as rest:
                discord_.fail("GET", "/guilds/{guild_id}", status=403)
                with pytest.raises(HTTPException):
                    await rest.look_up("/guilds/{guild_id}", guild_id=str(acme.id))
                look_ups = (rest.look_up("/guilds/{guild_id}", guild_id=str(acme.id)) for _ in range(5))
                assert {each["id"] for each in await asyncio.gather(*look_ups)} == {str(acme.id)}
    assert [call.route for call in discord_.calls].count("/guilds/{guild_id}") == 2, "a refusal is not kept"


async def test_one_too_many_is_sent_again_when_discord_says() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            async with open_rest(settings(discord_)) as rest:
                discord_.limit("GET", "/gateway/bot", times=5, retry_after=0.01)
                with pytest.raises(HTTPException) as refused:
                    await rest.call("GET", "/gateway/bot")
    assert outcome(refused.value) == RetryLater(1.0, in_doubt=False)
