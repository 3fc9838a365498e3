"""The manifest: valid against Slack's own schema, least scopes, every text within Slack's limits."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from adapters.slack import manifest as module
from adapters.slack.manifest import EVENTS, PROMPTS, SCOPES, manifest, scopes
from tests.fakes.slack import BOT_SCOPES
from tests.fakes.slack import EVENTS as KNOWN_EVENTS
from tests.support import forked

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared" / "specs" / "slack-manifest.schema.json"
URL = "https://advisor.example.com"
KINDS: dict[str, dict[str, Any]] = {
    "socket": {},
    "socket minimal": {"minimal": True},
    "http": {"public_url": URL},
    "http minimal": {"public_url": f"{URL}/", "minimal": True},
    "oauth": {"public_url": URL, "rotation": True},
}


@pytest.fixture(params=KINDS.values(), ids=list(KINDS))
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    return manifest(**request.param)


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not beside the project (../shared/specs)")
def test_slacks_own_schema_accepts_it(made: dict[str, Any]) -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in validator.iter_errors(made)] == []


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not beside the project (../shared/specs)")
def test_slacks_own_schema_would_notice(made: dict[str, Any]) -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    made["features"]["shortcuts"][0]["name"] = "Should we finetune this one?"
    assert not validator.is_valid(made)


def test_texts_keep_slacks_limits_and_say_that_it_may_be_wrong(made: dict[str, Any]) -> None:
    shown, features = made["display_information"], made["features"]
    assert len(shown["name"]) <= 35 and len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert "inaccurate" in shown["long_description"] and "automated" in shown["long_description"]
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert 1 <= len(features["agent_view"]["suggested_prompts"]) <= 4
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in features["shortcuts"])


def test_what_people_use_is_there(made: dict[str, Any]) -> None:
    features, settings = made["features"], made["settings"]
    (command,) = features["slash_commands"]
    assert command["command"] == "/finetune" and command["should_escape"] is True
    message, everywhere = features["shortcuts"]
    assert (message["type"], message["name"]) == ("message", "Should we finetune?")
    assert everywhere["type"] == "global" and everywhere["callback_id"] != message["callback_id"]
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert "assistant_view" not in features, "it is legacy, and new apps cannot have it"
    assert settings["interactivity"]["is_enabled"] is True
    assert {"app_mention", "message.im", "agent_session_stopped", "tokens_revoked", "app_uninstalled"} <= {
        *settings["event_subscriptions"]["bot_events"]
    }


def test_socket_mode_needs_no_address_and_http_names_it_everywhere() -> None:
    socket = manifest()
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(socket), "no address at all"
    http = manifest(f"{URL}/")
    assert http["settings"]["socket_mode_enabled"] is False
    assert http["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert http["settings"]["interactivity"]["request_url"] == f"{URL}/slack/events"
    assert http["features"]["slash_commands"][0]["url"] == f"{URL}/slack/events"
    assert http["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]


def test_tokens_rotate_only_where_oauth_renews_them() -> None:
    for kind, given in KINDS.items():
        settings = manifest(**given)["settings"]
        assert settings["token_rotation_enabled"] is settings["org_deploy_enabled"] is (kind == "oauth")


def test_minimal_leaves_out_what_reads_along_and_nothing_else() -> None:
    full, least = manifest(), manifest(minimal=True)
    assert set(full["oauth_config"]["scopes"]["bot"]) - set(least["oauth_config"]["scopes"]["bot"]) == {
        "channels:history",
        "groups:history",
    }
    events, fewer = (set(each["settings"]["event_subscriptions"]["bot_events"]) for each in (full, least))
    assert events - fewer == {"message.channels", "message.groups"}
    for each in (full, least):
        del each["oauth_config"]["scopes"], each["settings"]["event_subscriptions"]["bot_events"]
    assert full == least


def test_whoever_installs_it_may_leave_out_what_reads_along() -> None:
    asked, least = (manifest(minimal=each)["oauth_config"]["scopes"] for each in (False, True))
    assert {*asked["bot"]} - {*asked["bot_optional"]} == {*least["bot"]}
    assert {*asked["bot_optional"]} <= {*asked["bot"]} and "bot_optional" not in least


def test_scopes_are_one_list_each_with_its_purpose_and_price() -> None:
    assert list(scopes()) == [each.name for each in SCOPES] == sorted({each.name for each in SCOPES})
    assert manifest()["oauth_config"]["scopes"]["bot"] == list(scopes())
    assert all(each.purpose.endswith(".") and each.without for each in SCOPES)
    assert set(scopes()) <= set(BOT_SCOPES) and set(EVENTS) <= set(KNOWN_EVENTS)
    too_much = {"chat:write.public", "chat:write.customize", "channels:join", "users:read.email", "search:read"}
    assert not too_much & set(scopes())


def test_the_page_for_admins_names_every_scope() -> None:
    page = (ROOT / "docs" / "slack.md").read_text("utf-8")
    assert [name for name in scopes() if f"`{name}`" not in page] == []


def test_what_the_dm_suggests_is_understood() -> None:
    from bot.chat.commands import parse

    assert [parse(message) is not None for _, message in PROMPTS] == [False, False, True, True]


def test_the_names_that_events_carry_are_constants_of_the_manifest() -> None:
    found = json.dumps(manifest())
    assert all(name in found for name in (module.COMMAND, module.MESSAGE_SHORTCUT, module.GLOBAL_SHORTCUT))


# The command


def advisor(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with no setting at all."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return forked.run(["-c", "from bot.cli import main; main()", "slack", "manifest", *words], env)


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ((), {}),
        (("--socket", "--minimal"), {"minimal": True}),
        (("--http", URL), {"public_url": URL}),
        (("--http", URL, "--oauth"), {"public_url": URL, "rotation": True}),
    ],
)
def test_the_command_prints_only_json_and_needs_no_settings(words: tuple[str, ...], given: dict[str, Any]) -> None:
    done = advisor(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == manifest(**given)


@pytest.mark.parametrize(
    "words",
    [
        ("--http", "advisor.example.com"),
        ("--http", "http://advisor.example.com"),
        ("--socket", "--http", URL),
        ("--oauth",),
        ("--http", ""),
    ],
)
def test_what_makes_no_sense_is_one_sentence(words: tuple[str, ...]) -> None:
    done = advisor(*words)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and "--" in done.stderr
