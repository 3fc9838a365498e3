"""Installing and rotating: codes and refresh tokens work once, and only for who holds the secret."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.raw import bare_app, client, refused
from tests.fakes.slack.state import Json

BACK = "https://advisor.example.com/slack/oauth_redirect"


def asking(slack: FakeSlack, **changed: str) -> str:
    fields = {"client_id": slack.client_id, "scope": "chat:write,commands", "state": "s1", "redirect_uri": BACK}
    return f"{slack.base}/oauth/v2/authorize?{urlencode(fields | changed)}"


def code_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


def spent(slack: FakeSlack, code: str, **changed: str) -> Json:
    fields = {"client_id": slack.client_id, "client_secret": slack.client_secret, "redirect_uri": BACK}
    return {"code": code, **fields, **changed}


async def test_a_code_buys_a_token_once() -> None:
    async with FakeSlack(installed=False) as slack:
        web: Any = AsyncWebClient(base_url=slack.api_url)
        with pytest.raises(AssertionError, match="not installed"):
            _ = slack.bot_token
        where = slack.consent(asking(slack))
        assert parse_qs(urlsplit(where).query)["state"] == ["s1"]
        code = code_in(where)
        access = web.oauth_v2_access
        assert await refused(access(**spent(slack, code, client_secret="guess"))) == "bad_client_secret"
        assert await refused(access(**spent(slack, code, client_id="9.9"))) == "invalid_client_id"
        assert await refused(access(**spent(slack, code, redirect_uri="https://e.x"))) == "bad_redirect_uri"
        assert await refused(access(**spent(slack, "made-up"))) == "invalid_code"
        odd = access(**spent(slack, code), grant_type="password")
        assert await refused(odd) == "invalid_grant_type"
        answer = await access(**spent(slack, code))
        assert (answer["scope"], answer["team"]["id"]) == ("chat:write,commands", slack.home_team.id)
        assert (await client(slack, answer["access_token"]).auth_test())["user_id"] == answer["bot_user_id"]
        assert await refused(access(**spent(slack, code))) == "code_already_used"
        stale = code_in(slack.consent(asking(slack)))
        slack.pass_time(601)
        assert await refused(access(**spent(slack, stale))) == "invalid_code"


async def test_the_consent_page_takes_a_full_question_only() -> None:
    async with FakeSlack(installed=False) as slack, aiohttp.ClientSession() as http:
        answer = await http.get(asking(slack), allow_redirects=False)
        assert answer.status == 302
        assert answer.headers["Location"].startswith(BACK + "?code=")
        for changed in ({"client_id": "9.9"}, {"scope": ""}, {"redirect_uri": ""}):
            assert (await http.get(asking(slack, **changed))).status == 400
        with slack.expect_offence("oauth_without_state"):
            slack.consent(asking(slack, state=""))
        assert "access_denied" in slack.decline(asking(slack))


async def test_only_what_is_optional_is_left_out_of_an_installation() -> None:
    async with FakeSlack(installed=False, optional=("commands",)) as slack:
        web: Any = AsyncWebClient(base_url=slack.api_url)
        code = code_in(slack.consent(asking(slack), without=("commands",)))
        assert (await web.oauth_v2_access(**spent(slack, code)))["scope"] == "chat:write"
        with pytest.raises(AssertionError, match="may be left out"):
            slack.consent(asking(slack), without=("chat:write",))


async def test_a_token_that_rotates_ends_and_its_refresh_token_works_once() -> None:
    async with FakeSlack(rotation=True) as slack:
        web: Any = AsyncWebClient(base_url=slack.api_url)
        old = slack.bot_token
        first = slack.home_team.refresh_token or ""
        keys = {"client_id": slack.client_id, "client_secret": slack.client_secret, "grant_type": "refresh_token"}
        slack.pass_time(43_201)
        assert await refused(client(slack, old).auth_test()) == "token_expired"
        answer = await web.oauth_v2_access(**keys, refresh_token=first)
        assert 43_190 < answer["expires_in"] <= 43_200
        await client(slack, answer["access_token"]).auth_test()
        with slack.expect_offence("refresh_token_reused"):
            again = web.oauth_v2_access(**keys, refresh_token=first)
            assert await refused(again) == "invalid_refresh_token"
        await web.oauth_v2_access(**keys, refresh_token=answer["refresh_token"])


async def test_an_app_uninstalls_itself_with_its_secret() -> None:
    async with FakeSlack() as slack, bare_app(slack):
        web, token = client(slack), slack.bot_token
        wrong = web.apps_uninstall(client_id=slack.client_id, client_secret="guess")
        assert await refused(wrong) == "bad_client_secret"
        await web.apps_uninstall(client_id=slack.client_id, client_secret=slack.client_secret)
        assert await refused(client(slack, token).auth_test()) == "account_inactive"
