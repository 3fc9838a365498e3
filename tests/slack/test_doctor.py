"""What the doctor says about Slack: each thing that is missing, what it costs, and how to mend it."""

import time
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import doctor
from adapters.slack.doctor import checks
from adapters.slack.manifest import SCOPES, scopes
from bot.platform.port import Check
from tests.fakes.slack import FakeSlack
from tests.slack.tokens import PUBLIC_URL, SECRET_KEY, installation, settings, setup

ALL = scopes()


def one_workspace(slack: FakeSlack, **more: Any) -> dict[str, Any]:
    """Return the settings of an app in one workspace, in Socket Mode."""
    known = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_SIGNING_SECRET": None}
    return known | {"SLACK_CLIENT_ID": None, "SLACK_CLIENT_SECRET": None} | more


async def found(slack: FakeSlack, home: Path, **more: Any) -> list[Check]:
    return await checks(settings(home, slack, **one_workspace(slack, **more)))


def failing(said: list[Check]) -> list[str]:
    return [check.text for check in said if check.ok is False]


def texts(said: list[Check]) -> str:
    return "\n".join(check.text for check in said)


async def test_all_is_well(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        said = await found(slack, tmp_path)
        assert failing(said) == []
        assert "Acme" in texts(said) and f"all {len(SCOPES)} scopes" in texts(said) and "opens a socket" in texts(said)
        assert {check.name for check in said} == {"slack"}
        slack.check()


async def test_slack_that_is_not_meant_is_a_note(tmp_path: Path) -> None:
    (only,) = await checks(settings(tmp_path))
    assert only.ok is None and "off" in only.text and "docs/slack.md" in only.text


@pytest.mark.parametrize("scope", [each for each in SCOPES if not each.history], ids=lambda each: each.name)
async def test_a_missing_scope_is_named_with_what_it_costs(tmp_path: Path, scope: Any) -> None:
    async with FakeSlack(scopes=tuple(name for name in ALL if name != scope.name)) as slack:
        (fault,) = failing(await found(slack, tmp_path))
        assert scope.name in fault and scope.without in fault and "install the app again" in fault


async def test_a_minimal_app_is_well_and_reminded_of_what_it_lacks(tmp_path: Path) -> None:
    async with FakeSlack(scopes=scopes(minimal=True)) as slack:
        said = await found(slack, tmp_path)
        assert failing(said) == []
        notes = [check.text for check in said if check.ok is None]
        assert any("channels:history" in note and "mention" in note for note in notes)
        assert any("groups:history" in note for note in notes)


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_dead_token_is_said_with_slacks_word(tmp_path: Path, error: str) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        slack.refuse("auth.test", error)
        (fault,) = failing(await found(slack, tmp_path))
        assert error in fault and "SLACK_BOT_TOKEN" in fault and "OAuth & Permissions" in fault
        assert slack.bot_token not in fault


@pytest.mark.parametrize("token", ["xapp-1-a", "xoxp-1-a", "xoxe-1-a"])
async def test_a_token_of_another_kind_is_known_without_asking_slack(tmp_path: Path, token: str) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        said = await found(slack, tmp_path, SLACK_BOT_TOKEN=token)
        (fault,) = failing(said)
        assert "another kind" in fault and token not in fault
        assert not slack.called("auth.test")


async def test_a_token_that_expires_is_noted(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL, rotation=True) as slack:
        said = await found(slack, tmp_path)
        assert failing(said) == [] and "twelve hours" in texts(said)


async def test_no_token_at_all(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        (fault,) = failing(await found(slack, tmp_path, SLACK_BOT_TOKEN=None))
        assert "SLACK_BOT_TOKEN is missing" in fault


async def test_no_way_for_events_to_come_in(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        (fault,) = failing(await found(slack, tmp_path, SLACK_APP_TOKEN=None))
        assert "SLACK_APP_TOKEN" in fault and "SLACK_SIGNING_SECRET" in fault


async def test_an_app_token_that_opens_no_socket(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        (wrong,) = failing(await found(slack, tmp_path, SLACK_APP_TOKEN="xoxb-1"))
        assert "connections:write" in wrong and "xapp-" in wrong
        (unknown,) = failing(await found(slack, tmp_path, SLACK_APP_TOKEN="xapp-1-unknown"))
        assert "opens no socket" in unknown and "invalid_auth" in unknown and "unknown" not in unknown
        slack.refuse("apps.connections.open", "socket_mode_not_enabled")
        (off,) = failing(await found(slack, tmp_path))
        assert "Socket Mode is switched on" in off


async def test_both_transports_are_said_to_be_socket_mode(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        said = await found(slack, tmp_path, SLACK_SIGNING_SECRET=slack.signing_secret)
        assert failing(said) == [] and "Socket Mode" in texts(said) and "not needed" in texts(said)


async def test_a_signing_secret_alone_is_http_and_has_to_look_like_one(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        over_http = {"SLACK_APP_TOKEN": None}
        good = await found(slack, tmp_path, **over_http, SLACK_SIGNING_SECRET=slack.signing_secret)
        assert failing(good) == [] and "over HTTP" in texts(good) and "does not look like" not in texts(good)
        odd = await found(slack, tmp_path, **over_http, SLACK_SIGNING_SECRET="not-a-secret")
        assert failing(odd) == [] and "does not look like one" in texts(odd) and "not-a-secret" not in texts(odd)
        (empty,) = failing(await found(slack, tmp_path, **over_http, SLACK_SIGNING_SECRET=" "))
        assert "or SLACK_SIGNING_SECRET" in empty
        assert not slack.called("apps.connections.open")


async def test_network_trouble_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LIMIT", 2.0)
    async with FakeSlack(scopes=ALL) as slack:
        slack.slow("auth.test", 60.0)
        slack.fail("apps.connections.open")
        late, down = failing(await found(slack, tmp_path))
        assert "did not answer within" in late and "opens no socket" in down
        gone = {"SLACK_API_URL": "http://127.0.0.1:1/api/"}
        for fault in failing(await found(slack, tmp_path, **gone)):
            assert "127.0.0.1 cannot be reached" in fault


async def test_another_address_is_said_without_its_password(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        said = await found(slack, tmp_path, SLACK_API_URL="http://user:hidden@127.0.0.1:1/api/")
        assert "to 127.0.0.1:1 instead of slack.com" in texts(said) and "hidden" not in texts(said)


# OAuth


@pytest.mark.parametrize(
    "missing", ["ADVISOR_SECRET_KEY", "ADVISOR_PUBLIC_URL", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"]
)
async def test_what_oauth_lacks_is_said(tmp_path: Path, missing: str) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        chosen = settings(tmp_path, slack, SLACK_APP_TOKEN=slack.app_token, **{missing: None})
        (fault,) = failing(await checks(chosen))
        assert missing in fault and slack.client_secret not in fault


async def test_oauth_needs_no_token_of_its_own_and_names_the_page(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack:
        said = await checks(settings(tmp_path, slack))
        assert failing(said) == [] and f"{PUBLIC_URL}/slack/install" in texts(said)
        plain = failing(await checks(settings(tmp_path, slack, ADVISOR_PUBLIC_URL="http://advisor.example.com")))
        assert len(plain) == 1 and "https" in plain[0]


async def test_with_the_store_each_workspace_is_looked_at(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack, setup(tmp_path, slack) as made:
        assert "installed in 0 workspaces" in texts(await checks(made.settings, made.connection))
        await made.kept.save(installation(slack))
        said = await checks(made.settings, made.connection)
        assert failing(said) == [] and "installed in 1 workspace;" in texts(said)
        second = slack.add_team("Second")
        lacks = tuple(name for name in ALL if name != "files:write")
        await made.kept.save(installation(slack, second, scopes=lacks))
        (fault,) = failing(await checks(made.settings, made.connection))
        assert second in fault and "files:write" in fault
        await made.kept.save(installation(slack, second, expires=time.time() + 60, refresh=None))
        (ended,) = failing(await checks(made.settings, made.connection))
        assert second in ended and "install the app there again" in ended


async def test_installations_that_no_key_opens_are_counted(tmp_path: Path) -> None:
    async with FakeSlack(scopes=ALL) as slack, setup(tmp_path, slack) as made:
        await made.kept.save(installation(slack))
        other_key = settings(tmp_path, slack, ADVISOR_SECRET_KEY=SECRET_KEY[::-1])
        (fault,) = failing(await checks(other_key, made.connection))
        assert "1 installation" in fault and "ADVISOR_SECRET_KEY" in fault
