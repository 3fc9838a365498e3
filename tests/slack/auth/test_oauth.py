"""Installing by OAuth: state good once and in one browser, tokens stored encrypted, pages that say what happened."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from pydantic import ValidationError

from adapters.slack.auth import oauth
from adapters.slack.auth.clients import Clients
from adapters.slack.auth.installations import HASH
from adapters.slack.manifest import manifest, scopes
from bot.platform.port import StartupError
from bot.store.connection import connect
from bot.vault import Vault
from tests.fakes.slack import FakeSlack
from tests.slack.tokens import PUBLIC_URL, Setup, settings, setup


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]


class Browser:
    """A person's browser: it keeps cookies, and shows our pages under the address of the test's server."""

    def __init__(self, session: aiohttp.ClientSession, where: str):
        self._session, self.where = session, where
        self.cookies: dict[str, str] = {}

    async def go(self, address: str, method: str = "GET") -> Answer:
        """Open one of our pages, given by its public address or its path."""
        url = f"{self.where}{address.removeprefix(PUBLIC_URL)}"
        async with self._session.request(method, url, allow_redirects=False, cookies=self.cookies) as got:
            for name, morsel in got.cookies.items():
                self.cookies[name] = morsel.value
                if not morsel.value or morsel["max-age"] == "0":
                    del self.cookies[name]
            return Answer(got.status, await got.text(), dict(got.headers))

    async def begin(self) -> str:
        """Open the install page; returns the address at Slack that it leads to."""
        answer = await self.go("/slack/install")
        assert answer.status == 302
        return answer.headers["Location"]


@asynccontextmanager
async def pages(routes: list[web.RouteDef]) -> AsyncGenerator[tuple[Browser, Browser]]:
    """Serve the pages, and yield two browsers."""
    app = web.Application()
    app.router.add_routes(routes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        try:
            yield Browser(session, f"http://{host}:{port}"), Browser(session, f"http://{host}:{port}")
        finally:
            await runner.cleanup()


@asynccontextmanager
async def installing(home: Path, slack: FakeSlack, **given: Any) -> AsyncGenerator[tuple[Setup, Browser, Browser]]:
    async with (
        setup(home, slack, **given) as made,
        pages(oauth.routes(made.settings, made.connection, made.clients)) as (browser, other),
    ):
        yield made, browser, other


async def stored(made: Setup) -> int:
    return int(await made.connection.call("HLEN", HASH))


async def test_a_workspace_installs_the_app_and_is_served(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        address = await browser.begin()
        done = await browser.go(slack.consent(address))
        assert done.status == 200 and "installed" in done.text
        team = slack.home_team
        assert (await made.clients.client(team.id)).token == slack.bot_token
        assert await made.clients.bot_user(team.id) == team.bot_user
        held = await made.kept.find(team.id)
        assert held and held.installation.scopes == scopes() and held.installation.app == slack.app_id
        assert held.installation.expires is None
        assert slack.bot_token not in str(await made.connection.call("HGETALL", HASH))
        slack.check()


async def test_scopes_that_were_left_out_are_left_out(tmp_path: Path) -> None:
    """As they may be, so that a workspace in which nothing is read along is served all the same."""
    asked = manifest(PUBLIC_URL)["oauth_config"]["scopes"]
    optional = tuple(asked["bot_optional"])
    assert optional
    async with (
        FakeSlack(installed=False, optional=optional) as slack,
        installing(tmp_path, slack) as (made, browser, _),
    ):
        done = await browser.go(slack.consent(await browser.begin(), without=optional))
        assert done.status == 200 and "installed" in done.text
        held = await made.kept.find(slack.home_team.id)
        assert held and {*held.installation.scopes} == {*asked["bot"]} - {*optional}


async def test_a_cookie_that_is_no_text_is_not_ours(tmp_path: Path) -> None:
    async with FakeSlack() as slack, installing(tmp_path, slack) as (made, browser, _):
        where = urlsplit(browser.where)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for cookie in (b"\xff", b"\xed\xa0\x80", "ä".encode()):
            lines = [
                b"GET /slack/oauth_redirect?code=c&state=x HTTP/1.1",
                b"Host: localhost",
                b"Cookie: " + oauth.HOSTS_OWN.encode() + b"=" + cookie,
            ]
            writer.write(b"\r\n".join([*lines, b"", b""]))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 ")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            assert b"not open any more" in await reader.readexactly(int(length.partition(b":")[2]))
        writer.close()
        await writer.wait_closed()
        assert await stored(made) == 0


async def test_slack_is_asked_for_our_scopes_and_sent_back_to_our_address(tmp_path: Path) -> None:
    async with FakeSlack() as slack, installing(tmp_path, slack) as (_, browser, _):
        address = urlsplit(await browser.begin())
        asked = parse_qs(address.query)
        assert (address.scheme, address.netloc, address.path) == ("https", "slack.com", "/oauth/v2/authorize")
        assert asked["scope"] == [",".join(scopes())]
        assert asked["redirect_uri"] == [f"{PUBLIC_URL}/slack/oauth_redirect"]
        assert asked["client_id"] == [slack.client_id]
        least = await browser.go("/slack/install?minimal")
        assert parse_qs(urlsplit(least.headers["Location"]).query)["scope"] == [",".join(scopes(minimal=True))]


async def test_tokens_that_rotate_are_kept_with_their_end_and_their_refresh_token(tmp_path: Path) -> None:
    async with FakeSlack(installed=False, rotation=True) as slack, installing(tmp_path, slack) as (made, browser, _):
        await browser.go(slack.consent(await browser.begin()))
        held = await made.kept.find(slack.home_team.id)
        assert held and held.installation.refresh == slack.home_team.refresh_token
        assert held.installation.expires and held.installation.expires - held.installation.installed == pytest.approx(
            43200, abs=5
        )


async def test_several_workspaces_install_it_side_by_side_and_again(tmp_path: Path) -> None:
    async with FakeSlack() as slack, installing(tmp_path, slack) as (made, browser, other):
        second = slack.add_team("Second", installed=False)
        slack.add_user("eve", admin=True, team=second)
        first_address, second_address = await browser.begin(), await other.begin()
        await other.go(slack.consent(second_address, team=second))
        await browser.go(slack.consent(first_address))
        assert await stored(made) == 2
        await browser.go(slack.consent(await browser.begin()))
        assert await stored(made) == 2
        assert (await made.clients.client(slack.home_team.id)).token == slack.bot_token, "the newest"


async def test_the_state_is_good_once(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        address = await browser.begin()
        cookies = dict(browser.cookies)
        back = slack.consent(address)
        assert (await browser.go(back)).status == 200
        assert oauth.HOSTS_OWN not in browser.cookies, "the cookie is gone, too"
        browser.cookies = cookies
        again = await browser.go(back)
        assert again.status == 400 and "not open any more" in again.text
        assert len(slack.called("oauth.v2.access")) == 1
        assert await stored(made) == 1


async def test_the_state_is_good_only_in_the_browser_that_began(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, other):
        back = slack.consent(await browser.begin())
        assert (await other.go(back)).status == 400
        await other.begin()
        assert (await other.go(back)).status == 400, "nor with another state's cookie"
        assert slack.called("oauth.v2.access") == [] and await stored(made) == 0
        assert (await browser.go(back)).status == 200, "and it is still good there"


@pytest.mark.parametrize("query", ["", "code=1", "code=1&state=", "code=1&state=made-up", "state=%C3%A4&code=1"])
async def test_a_state_that_we_never_gave_buys_nothing(tmp_path: Path, query: str) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        browser.cookies = {oauth.HOSTS_OWN: "made-up"}
        answer = await browser.go(f"/slack/oauth_redirect?{query}")
        assert answer.status == 400 and f"{PUBLIC_URL}/slack/install" in answer.text
        assert slack.calls == [] and await stored(made) == 0


async def test_a_state_ends_after_ten_minutes(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        vault, now = made.kept.vault, time.time()
        for at, is_open in ((now - 590, True), (now - 601, False), (now + 90, False)):
            state = oauth.issued(vault, at)
            browser.cookies = {oauth.HOSTS_OWN: state}
            answer = await browser.go(f"/slack/oauth_redirect?error=access_denied&state={state}")
            assert ("Cancelled" in answer.text) is is_open
        stranger = oauth.issued(Vault([b"x" * 32]), now)
        later = oauth.issued(vault, now - 601).replace(str(int(now - 601)), str(int(now)))
        for state in (stranger, later, oauth.issued(vault, now)[:-1]):
            browser.cookies = {oauth.HOSTS_OWN: state}
            answer = await browser.go(f"/slack/oauth_redirect?code=1&state={state}")
            assert answer.status == 400 and "not open any more" in answer.text
        assert slack.calls == []


async def test_whoever_begins_and_comes_back_however_often_fills_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "MOST_SPENT", 5)
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        for _ in range(20):
            await browser.begin()
        assert await made.connection.call("KEYS", "*") == []
        for _ in range(12):
            await browser.go(slack.decline(await browser.begin()))
        assert await made.connection.call("ZCARD", oauth.SPENT) == 5
        assert 0 < await made.connection.call("TTL", oauth.SPENT) <= 600


async def test_of_two_who_come_back_at_once_with_one_state_one_installs(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, other):
        back = slack.consent(await browser.begin())
        other.cookies = dict(browser.cookies)
        answers = await asyncio.gather(browser.go(back), other.go(back))
        assert sorted(each.status for each in answers) == [200, 400]
        assert len(slack.called("oauth.v2.access")) == 1 and await stored(made) == 1


async def test_codes_that_anybody_made_up_take_few_connections_at_once(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        vault, where = made.kept.vault, "/slack/oauth_redirect?code=made-up&state="

        async def come(session: aiohttp.ClientSession, base: str) -> int:
            state = oauth.issued(vault, time.time())
            async with session.get(f"{base}{where}{state}", cookies={oauth.HOSTS_OWN: state}) as got:
                return got.status

        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            slack.slow("oauth.v2.access", 15, times=20)
            coming = [asyncio.create_task(come(session, browser.where)) for _ in range(12)]
            await slack.until(lambda: len(slack.called("oauth.v2.access")) >= oauth.BUYING)
            await asyncio.sleep(0.3)
            assert len(slack.called("oauth.v2.access")) == oauth.BUYING
            for each in coming:
                each.cancel()
            await asyncio.gather(*coming, return_exceptions=True)


async def test_cancelling_is_kindly_taken_and_spends_the_state(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        back = slack.decline(await browser.begin())
        cookies = dict(browser.cookies)
        answer = await browser.go(back)
        assert answer.status == 200 and "Cancelled" in answer.text and "Start again" in answer.text
        browser.cookies = cookies
        assert (await browser.go(back)).status == 400
        assert slack.calls == [] and await stored(made) == 0


@pytest.mark.parametrize(
    ("fault", "status"), [("bad_client_secret", 502), ("invalid_code", 502), ("503", 502), ("drop", 502)]
)
async def test_a_failure_at_slack_is_a_page_with_a_reference_that_the_log_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str, status: int
) -> None:
    caplog.set_level(logging.INFO)
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (made, browser, _):
        if fault == "drop":
            slack.drop("oauth.v2.access", stored=False)
        elif fault == "503":
            slack.fail("oauth.v2.access")
        else:
            slack.refuse("oauth.v2.access", fault)
        answer = await browser.go(slack.consent(await browser.begin()))
        assert answer.status == status and "Nothing was installed" in answer.text
        found = re.search(r"reference ([0-9a-f]{6})", answer.text)
        assert found and f"Reference {found[1]}" in caplog.text
        assert slack.client_secret not in caplog.text + answer.text
        assert await stored(made) == 0


async def test_another_error_from_slack_is_not_echoed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with FakeSlack() as slack, installing(tmp_path, slack) as (_, browser, _):
        state = parse_qs(urlsplit(await browser.begin()).query)["state"][0]
        answer = await browser.go(f"/slack/oauth_redirect?error=%3Cscript%3E%0Aoops&state={state}")
        assert answer.status == 400 and "script" not in answer.text
        assert all("\n" not in record.getMessage() for record in caplog.records)


async def test_pages_say_nothing_to_others(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack, installing(tmp_path, slack) as (_, browser, _):
        first = await browser.go("/slack/install")
        cookie = first.headers["Set-Cookie"]
        assert all(
            word in cookie for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/;", "Max-Age=600", "__Host-")
        )
        done = await browser.go(slack.consent(first.headers["Location"]))
        for answer in (first, done):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert slack.bot_token not in done.text


async def test_without_the_store_nothing_is_installed(tmp_path: Path) -> None:
    async with FakeSlack(installed=False) as slack:
        chosen = settings(tmp_path, slack)
        nobody = connect("redis://127.0.0.1:1/0")
        clients = Clients(chosen, nobody, Vault([b"k" * 32]))
        async with pages(oauth.routes(chosen, nobody, clients)) as (browser, _):
            answer = await browser.go(slack.consent(await browser.begin()))
        assert answer.status == 503 and "could not be stored" in answer.text
        assert slack.calls == [], "the code is still good"
        await nobody.close()


async def test_looking_without_opening_begins_nothing(tmp_path: Path) -> None:
    async with FakeSlack() as slack, installing(tmp_path, slack) as (made, browser, _):
        assert (await browser.go("/slack/install", method="HEAD")).status == 405
        assert browser.cookies == {} and made.settings.slack_client_id


# An organisation


def test_an_organisations_answer_is_kept_for_the_organisation() -> None:
    answer = {"access_token": "xoxb-1", "bot_user_id": "U1", "is_enterprise_install": True, "enterprise": {"id": "E1"}}
    assert oauth.installation_of({**answer, "team": None}, 5.0).name == "E1-"
    assert oauth.installation_of({**answer, "is_enterprise_install": False, "team": {"id": "T1"}}, 5.0).name == "T1"
    with pytest.raises(ValueError, match="neither"):
        oauth.installation_of({**answer, "enterprise": None}, 5.0)
    with pytest.raises(KeyError):
        oauth.installation_of({}, 5.0)


# Settings


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("ADVISOR_SECRET_KEY", "ADVISOR_SECRET_KEY"),
        ("ADVISOR_PUBLIC_URL", "ADVISOR_PUBLIC_URL"),
        ("SLACK_CLIENT_ID", "SLACK_CLIENT_ID"),
        ("SLACK_CLIENT_SECRET", "SLACK_CLIENT_SECRET"),
    ],
)
def test_it_does_not_start_without_what_it_needs(tmp_path: Path, missing: str, named: str) -> None:
    given: dict[str, Any] = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "very-secret"}
    with pytest.raises(StartupError, match=named) as error:
        oauth.check(settings(tmp_path, **(given | {missing: None})))
    assert "very-secret" not in str(error.value) and str(error.value).count(". ") == 0


def test_an_address_that_is_none_is_said(tmp_path: Path) -> None:
    given: dict[str, Any] = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    with pytest.raises(ValidationError, match=r"ADVISOR_PUBLIC_URL\n.*must begin with https://"):
        settings(tmp_path, **given, ADVISOR_PUBLIC_URL="advisor.example.com")


def test_without_oauth_there_are_no_pages_and_nothing_is_missing(tmp_path: Path) -> None:
    chosen = settings(tmp_path, ADVISOR_SECRET_KEY=None, ADVISOR_PUBLIC_URL=None)
    oauth.check(chosen)
    assert not oauth.wanted(chosen)
