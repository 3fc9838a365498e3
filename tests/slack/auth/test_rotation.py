"""Tokens that expire: renewed once for all processes, before they end, with a failure said and tried again."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.auth import rotation
from adapters.slack.auth.clients import Clients, NotInstalled
from adapters.slack.auth.installations import PARTITION
from adapters.slack.auth.rotation import Unavailable
from bot.store import keys
from tests.fakes.slack import FakeSlack
from tests.slack.tokens import Setup, installation, setup

SOON = 600.0
"""Seconds that a token still has which is to be renewed."""


async def asked(slack: FakeSlack) -> int:
    """Return how often Slack was asked for a new token."""
    return len(slack.called("oauth.v2.access"))


async def works(clients: Clients, slack: FakeSlack) -> bool:
    client: Any = await clients.client(slack.home_team.id)
    return bool((await client.auth_test())["ok"])


async def retry_now(made: Setup, slack: FakeSlack) -> None:
    """Let the pause after a failure be over."""
    await made.connection.call("DEL", keys.key(PARTITION, "rotation", slack.home_team.id))
    made.clients.forget()


async def test_a_token_that_ends_soon_is_renewed_before_it_is_used(tmp_path: Path) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        old = installation(slack, expires=time.time() + SOON)
        await made.kept.save(old)
        assert await works(made.clients, slack)
        held = await made.kept.find(slack.home_team.id)
        assert held and held.installation.token == slack.bot_token != old.token
        assert held.installation.refresh == slack.home_team.refresh_token
        assert held.installation.expires and held.installation.expires > time.time() + 11 * 3600
        assert held.installation.installed == old.installed, "it is the same installation"
        assert await works(made.clients, slack)
        assert await asked(slack) == 1
        slack.check()


async def test_a_token_that_lasts_or_never_ends_is_left_alone(tmp_path: Path) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, expires=time.time() + 8 * 3600))
        assert await works(made.clients, slack)
        await made.kept.save(installation(slack, expires=None, refresh=None))
        made.clients.forget()
        assert await works(made.clients, slack)
        assert await asked(slack) == 0


@pytest.mark.parametrize("left", [SOON, -5.0], ids=["ends soon", "has ended"])
async def test_many_callers_in_several_processes_ask_slack_once(tmp_path: Path, left: float) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, expires=time.time() + left))
        async with made.another() as second, made.another() as third:
            await asyncio.gather(*(works(each, slack) for each in (made.clients, second, third) for _ in range(5)))
        assert await asked(slack) == 1
        slack.check()  # a refresh token used twice would be an offence


async def test_a_caller_who_gives_up_does_not_lose_the_new_token(tmp_path: Path) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, expires=time.time() + SOON))
        slack.slow("oauth.v2.access", 0.2)
        task = asyncio.create_task(made.clients.client(slack.home_team.id))
        await slack.until(lambda: slack.called("oauth.v2.access"))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await made.clients.aclose()
        held = await made.kept.find(slack.home_team.id)
        assert held and held.installation.token == slack.bot_token


async def test_a_failed_renewal_is_said_with_a_reference_and_the_old_token_serves_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        old = installation(slack, expires=time.time() + SOON)
        await made.kept.save(old)
        slack.fail("oauth.v2.access")
        assert (await made.clients.client(slack.home_team.id)).token == old.token
        made.clients.forget()
        assert (await made.clients.client(slack.home_team.id)).token == old.token
        assert await asked(slack) == 1, "not again at once"
        said = [record.getMessage() for record in caplog.records if record.name == "advisor.slack"]
        assert len(said) == 1 and "was not renewed" in said[0] and "Reference" in said[0]
        await retry_now(made, slack)
        assert await works(made.clients, slack)
        assert await asked(slack) == 2
        assert all(secret not in caplog.text for secret in (old.token, old.refresh or "", slack.client_secret))


@pytest.mark.parametrize("fault", ["limit", "fail", "drop"])
async def test_where_the_old_token_has_ended_the_failure_is_network_trouble_and_passes(
    tmp_path: Path, fault: str
) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, expires=time.time() - 5))
        match fault:
            case "limit":
                slack.limit("oauth.v2.access", retry_after=60)
            case "drop":
                slack.drop("oauth.v2.access", stored=False)
            case _:
                slack.fail("oauth.v2.access")
        for _ in range(2):
            with pytest.raises(Unavailable, match="no new token"):
                await made.clients.client(slack.home_team.id)
        assert await asked(slack) == 1, "the second one waits for the pause to end"
        await retry_now(made, slack)
        assert await works(made.clients, slack)
        slack.check()


async def test_an_answer_that_was_lost_is_not_asked_for_twice_by_the_client_itself(tmp_path: Path) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, expires=time.time() + SOON))
        slack.drop("oauth.v2.access", stored=True)
        await made.clients.client(slack.home_team.id)
        assert await asked(slack) == 1
        slack.check()


async def test_a_refresh_token_that_slack_refuses_ends_the_installation_until_it_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, refresh="xoxe-spent", expires=time.time() + SOON))
        with slack.expect_offence("refresh_token_reused"):
            old = await made.clients.client(slack.home_team.id)
        assert old.token == slack.bot_token, "the token is good for a while yet"
        assert "has to be installed there again" in caplog.text
        held = await made.kept.find(slack.home_team.id)
        assert held and held.installation.refresh is None
        await made.kept.save(held.installation.model_copy(update={"expires": time.time() - 1}))
        made.clients.forget()
        with pytest.raises(NotInstalled, match="/slack/install"):
            await made.clients.client(slack.home_team.id)
        assert await asked(slack) == 1, "nobody asks with it again"
        await made.kept.save(installation(slack, expires=time.time() + 43200))
        made.clients.forget()
        assert await works(made.clients, slack)


async def test_an_installation_that_is_removed_during_a_renewal_stays_removed(tmp_path: Path) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, expires=time.time() - 5))
        slack.slow("oauth.v2.access", 0.3)
        task = asyncio.create_task(made.clients.client(slack.home_team.id))
        await slack.until(lambda: slack.called("oauth.v2.access"))
        assert await made.kept.remove(slack.home_team.id)
        with pytest.raises(NotInstalled):
            await task
        assert await made.kept.find(slack.home_team.id) is None


async def test_a_lock_whose_holder_died_does_not_stop_the_next_one_for_ever(tmp_path: Path) -> None:
    async with FakeSlack(rotation=True) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack, expires=time.time() - 5))
        lock = keys.key(PARTITION, "rotation", slack.home_team.id)
        await made.connection.call("SET", lock, "dead", "PX", 300)
        assert await works(made.clients, slack)
        assert await asked(slack) == 1
        assert await made.connection.call("EXISTS", lock) == 0


def test_a_lock_outlasts_slacks_answer_and_the_store() -> None:
    assert rotation.ASKED < rotation.WAIT < rotation.LOCK
