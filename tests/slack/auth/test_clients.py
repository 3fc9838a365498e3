"""Clients: the right token for each workspace, no auth.test per event, retries that double nothing, no secrets."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack.auth import clients as module
from adapters.slack.auth.clients import Clients, NotInstalled
from adapters.slack.auth.rotation import Unavailable
from bot.vault import Vault
from tests.fakes.slack import FakeSlack
from tests.slack.tokens import PUBLIC_URL, installation, setup


def own_token(slack: FakeSlack, **more: Any) -> dict[str, Any]:
    """Return the settings of an app in one workspace."""
    return {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_CLIENT_ID": None, "SLACK_CLIENT_SECRET": None} | more


async def who(clients: Clients, workspace: str) -> str:
    slack: Any = await clients.client(workspace)
    return str((await slack.auth_test())["team_id"])


async def post(clients: Clients, slack: FakeSlack, text: str = "hello") -> Any:
    client: Any = await clients.client(slack.home_team.id)
    return await client.chat_postMessage(channel=slack.general, text=text)


# One workspace by its token


async def test_the_token_of_the_settings_serves_and_is_asked_once_who_it_is(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        await made.clients.ready()
        for _ in range(5):
            assert await made.clients.bot_user(slack.home_team.id) == slack.bot
            assert (await made.clients.client(slack.home_team.id)).token == slack.bot_token
        assert len(slack.called("auth.test")) == 1
        assert await who(made.clients, slack.home_team.id) == slack.home_team.id


async def test_many_who_ask_at_once_make_one_question(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        found = await asyncio.gather(*(made.clients.bot_user(slack.home_team.id) for _ in range(20)))
        assert set(found) == {slack.bot}
        assert len(slack.called("auth.test")) == 1


async def test_a_slow_slack_does_not_hold_up_an_event_and_is_not_asked_again(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        slack.slow("auth.test", 1.0)
        with pytest.raises(Unavailable):
            await made.clients.bot_user(slack.home_team.id)
        while True:
            try:
                assert await made.clients.bot_user(slack.home_team.id) == slack.bot
                break
            except Unavailable:
                continue
        assert len(slack.called("auth.test")) == 1


async def test_a_dead_token_says_so_and_a_slack_that_is_down_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack, SLACK_BOT_TOKEN="xoxb-no")) as made:
        with pytest.raises(NotInstalled, match="SLACK_BOT_TOKEN"):
            await made.clients.ready()
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        slack.fail("auth.test")
        await made.clients.ready()
        assert "did not say who the bot is yet" in caplog.text
        assert await made.clients.bot_user(slack.home_team.id) == slack.bot, "it is asked again"


async def test_without_any_token_it_is_not_installed(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack, SLACK_BOT_TOKEN=None)) as made:
        with pytest.raises(NotInstalled, match="SLACK_BOT_TOKEN"):
            await made.clients.client("T1")


# Many workspaces by their installations


async def test_each_workspace_is_served_with_its_own_token(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack) as made:
        second = slack.add_team("Second")
        await made.kept.save(installation(slack))
        await made.kept.save(installation(slack, second))
        assert await who(made.clients, slack.home_team.id) == slack.home_team.id
        assert await who(made.clients, second) == second
        assert await made.clients.bot_user(second) == slack.teams[second].bot_user
        with pytest.raises(NotInstalled, match=f"{PUBLIC_URL}/slack/install"):
            await made.clients.client("T0OTHER")
        with pytest.raises(NotInstalled):
            await made.clients.bot_user("T0OTHER")


async def test_the_token_of_the_settings_serves_its_own_workspace_beside_installations(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, SLACK_BOT_TOKEN=slack.bot_token) as made:
        second = slack.add_team("Second")
        await made.kept.save(installation(slack, second))
        assert await who(made.clients, slack.home_team.id) == slack.home_team.id
        assert await who(made.clients, second) == second
        with pytest.raises(NotInstalled):
            await made.clients.client("T0OTHER")


async def test_a_client_of_an_organisation_names_the_team_it_speaks_for(tmp_path: Path) -> None:
    async with FakeSlack(enterprise="E1") as slack, setup(tmp_path, slack) as made:
        team = slack.home_team.id
        await made.kept.save(installation(slack).model_copy(update={"team": None}))
        slack_client: Any = await made.clients.client(f"E1-{team}")
        await slack_client.auth_test()
        assert slack.called("auth.test")[-1].args["team_id"] == team
        whole: Any = await made.clients.client("E1-")
        await whole.auth_test()
        assert "team_id" not in slack.called("auth.test")[-1].args


async def test_who_the_bot_is_comes_from_the_store_and_no_event_asks_slack(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack))
        assert await made.clients.bot_user(slack.home_team.id) == slack.bot
        assert slack.calls == []


async def test_a_removed_token_is_gone_at_once_here_and_soon_in_every_other_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH", 0.3)
    async with FakeSlack() as slack, setup(tmp_path, slack) as made, made.another() as other:
        team = slack.home_team.id
        await made.kept.save(installation(slack))
        for each in (made.clients, other):
            await each.client(team)
            await each.bot_user(team)
        assert await made.clients.removed(team, time.time() + 1)
        for ask in (made.clients.client, made.clients.bot_user):
            with pytest.raises(NotInstalled):
                await ask(team)

        with pytest.raises(NotInstalled):
            for _ in range(1000):
                await other.client(team)
                await asyncio.sleep(0.02)


async def test_late_news_of_an_uninstallation_leaves_the_new_installation(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack))
        assert not await made.clients.removed(slack.home_team.id, time.time() - 60)
        assert await who(made.clients, slack.home_team.id) == slack.home_team.id


async def test_tokens_that_another_key_sealed_count_as_not_installed_and_say_what_to_do(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack))
        stranger = Clients(made.settings, made.connection, Vault([b"x" * 32]))
        with pytest.raises(NotInstalled, match="ADVISOR_SECRET_KEY"):
            await stranger.client(slack.home_team.id)
        await stranger.aclose()


# Manners towards Slack


async def test_a_short_wait_is_waited_out_and_a_long_one_is_the_callers(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        slack.limit("chat.postMessage", retry_after=1)
        assert (await post(made.clients, slack))["ok"]
        slack.limit("chat.postMessage", retry_after=30)
        with pytest.raises(SlackApiError) as refused:
            await post(made.clients, slack)
        response: Any = vars(refused.value)["response"]
        assert (response.status_code, response.headers["Retry-After"]) == (429, "30")
        assert len(slack.seen(slack.general)) == 1


@pytest.mark.parametrize("stored", [True, False])
async def test_a_post_whose_answer_was_lost_is_not_sent_again(tmp_path: Path, stored: bool) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        slack.drop("chat.postMessage", stored=stored)
        with pytest.raises(aiohttp.ClientError):
            await post(made.clients, slack)
        assert len(slack.called("chat.postMessage")) == 1


async def test_what_may_be_repeated_is_tried_once_more(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        slack.drop("auth.test", stored=False)
        assert await who(made.clients, slack.home_team.id) == slack.home_team.id
        slack.fail("chat.postMessage")
        with pytest.raises(SlackApiError):
            await post(made.clients, slack)
        assert len(slack.called("chat.postMessage")) == 1, "a server error is not repeated by the client"


async def test_nothing_that_is_logged_holds_a_token_or_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("advisor.slack").setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    try:
        async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
            await made.clients.ready()
            await post(made.clients, slack, "our secret plan")
            slack.refuse("chat.postMessage", "channel_not_found")
            with pytest.raises(SlackApiError):
                await post(made.clients, slack, "our secret plan")
            assert slack.bot_token not in caplog.text
        ours = [record for record in caplog.records if record.name.startswith(("advisor", "slack"))]
        assert not [record for record in ours if "secret plan" in record.getMessage()]
    finally:
        logging.getLogger("advisor.slack").setLevel(logging.NOTSET)


async def test_closing_leaves_no_connection_open(tmp_path: Path) -> None:
    async with FakeSlack() as slack, setup(tmp_path, slack, **own_token(slack)) as made:
        await post(made.clients, slack)
        session = made.clients.session()
        await made.clients.aclose()
        assert session.closed


async def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY", 3)
    async with FakeSlack() as slack, setup(tmp_path, slack) as made:
        for n in range(10):
            with pytest.raises(NotInstalled):
                await made.clients.bot_user(f"T{n}")
        assert len(made.clients._held) <= 3 and len(made.clients._bots) <= 3  # pyright: ignore[reportPrivateUsage]
