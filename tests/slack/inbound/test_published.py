"""Events as Slack's own SDK writes them down, with values of ours; sources are in docs/platforms.md.

What stands around an event is that of slackapi/bolt-python (in tests/adapter_tests/socket_mode, and an older one
in tests/scenario_tests/test_events, which names no bot), what stands in the events of installations and of
App Home that of json-logs/samples/events in slackapi/java-slack-sdk. Stops, and what somebody looks at, are
as the pages of these events have them.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.slack.inbound import home
from adapters.slack.inbound.messages import read
from bot.chat.events import Deleted, Edited, Pressed, Removed, Said
from tests.fakes.slack import Ack, FakeSlack, View, delivery, text_of
from tests.slack.app import App

Json = dict[str, Any]
RICH: Json = {"type": "rich_text", "block_id": "b", "elements": [{"type": "rich_text_section", "elements": []}]}
FILE: Json = {
    "id": "F7",
    "name": "pairs.csv",
    "title": "pairs",
    "mimetype": "text/csv",
    "filetype": "csv",
    "size": 12,
    "mode": "hosted",
    "is_external": False,
    "url_private": "https://files.slack.com/files-pri/T7-F7/pairs.csv",
    "url_private_download": "https://files.slack.com/files-pri/T7-F7/download/pairs.csv",
}
THERE: Json = {"channel": "C7", "event_ts": "1790000009.000200", "ts": "1790000009.000200", "channel_type": "channel"}
CHANGED: Json = {
    "type": "message",
    "subtype": "message_changed",
    "hidden": True,
    **THERE,
    # In the SDK's example only the former message tells its ts.
    "message": {
        "type": "message",
        "text": "400 pairs",
        "user": "U7",
        "team": "T7",
        "edited": {"user": "U7", "ts": "1790000009.000000"},
        "blocks": [RICH],
    },
    "previous_message": {
        "type": "message",
        "text": "40 pairs",
        "user": "U7",
        "team": "T7",
        "ts": "1790000001.000100",
        "blocks": [RICH],
    },
}
DELETED: Json = {
    "type": "message",
    "subtype": "message_deleted",
    "hidden": True,
    "deleted_ts": "1790000001.000100",
    **THERE,
    "previous_message": {"type": "message", "text": "40 pairs", "user": "U7", "team": "T7", "ts": "1790000001.000100"},
}
SHARED: Json = {
    "type": "message",
    "subtype": "file_share",
    "text": "<@UBOT> these",
    "user": "U7",
    "upload": False,
    "display_as_bot": False,
    "files": [FILE],
    "blocks": [RICH],
    "client_msg_id": "c",
    **THERE,
}
ACROSS: Json = {"type": "message", "text": "<@UBOT>", "user": "W7", "team": "T7", "client_msg_id": "c", **THERE}


@pytest.mark.parametrize(
    ("event", "kind", "message"),
    [
        (CHANGED, Edited, "1790000001.000100"),
        (DELETED, Deleted, "1790000001.000100"),
        (SHARED, Said, "1790000009.000200"),
        (ACROSS, Said, "1790000009.000200"),
    ],
)
def test_an_event_as_the_sdk_has_it_is_read(event: Mapping[str, Any], kind: type, message: str) -> None:
    got = read(event, "T7", "UBOT")
    assert got is not None and isinstance(got.body, kind)
    assert (got.message, got.conversation) == (message, f"slack:T7:C7:{message}")


def test_a_shared_file_comes_with_its_words() -> None:
    got = read(SHARED, "T7", "UBOT")
    assert got is not None and isinstance(got.body, Said)
    assert got.body.text == "these" and [file.name for file in got.body.files] == ["pairs.csv"]


def test_a_stop_is_read() -> None:
    event = {
        "channel": "D7",
        "event_ts": "1783536983.783769",
        "streaming_message_ts": ["1782234987.693923"],
        "thread_ts": "1782234671.392669",
        "type": "agent_session_stopped",
        "user": "U7",
    }
    got = read(event, "T7", "UBOT")
    assert got is not None and got.body == Pressed(action="stop")
    assert (got.conversation, got.author) == ("slack:T7:D7:1782234671.392669", "slack:T7:U7")


# As they come, in what stands around them


def around(slack: FakeSlack, event: Json) -> Json:
    team = slack.home_team.id
    authorized = {"team_id": team, "user_id": slack.bot, "is_bot": True, "is_enterprise_install": False}
    return {
        "token": "unused",
        "team_id": team,
        "api_app_id": slack.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev7",
        "event_time": 1790000009,
        "authorizations": [{"enterprise_id": None, **authorized}],
        "is_ext_shared_channel": False,
        "event_context": f"1-message-{team}-C7",
    }


async def sent(slack: FakeSlack, body: Json) -> Ack:
    return await delivery.attempt(slack, "events_api", str(body["event"]["type"]), body, "Ev7")


@pytest.mark.parametrize("older", [False, True])
async def test_a_mention_is_read_in_what_stands_around_it(either: App, older: bool) -> None:
    slack = either.slack
    said = {"type": "app_mention", "text": f"<@{slack.bot}> should we finetune?", "user": slack.alice}
    body = around(slack, {**said, "ts": THERE["ts"], "team": slack.home_team.id, "channel": "C7", "event_ts": "1.2"})
    if older:
        body["authed_users"] = [slack.bot]
        del body["authorizations"], body["is_ext_shared_channel"], body["event_context"]
    assert (await sent(slack, body)).ok
    event, said = await either.only(Said)
    assert said.text == "should we finetune?"
    assert event.conversation == f"slack:{slack.home_team.id}:C7:{THERE['ts']}"


@pytest.mark.parametrize(
    ("event", "gone"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["UXXXXXXXX"], "bot": ["UXXXXXXXX"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["UXXXXXXXX"], "bot": []}}, False),
        ({"type": "team_access_revoked", "team_ids": ["T8"], "event_ts": "1790000009.0"}, True),
    ],
)
async def test_the_end_of_an_installation_is_read(slack: FakeSlack, app: App, event: Json, gone: bool) -> None:
    body = around(slack, event)
    if event["type"] == "team_access_revoked":
        body |= {"enterprise_id": "E7", "authed_users": [], "authed_teams": []}
    assert (await sent(slack, body)).ok
    assert [type(each.body) for each in app.taken] == [Removed] * gone


async def test_what_somebody_looks_at_is_acknowledged_and_is_none_of_ours(either: App) -> None:
    slack = either.slack
    seen = {"type": "slack#/types/channel_id", "value": slack.general, "team_id": slack.home_team.id}
    body = around(slack, {"type": "app_context_changed", "context": {"entities": [seen]}})
    body["authorizations"][0] |= {"user_id": slack.alice, "is_bot": False}
    del body["authorizations"][0]["enterprise_id"], body["is_ext_shared_channel"], body["event_context"]
    assert (await sent(slack, body)).ok
    assert either.taken == []


async def test_a_home_that_is_opened_is_filled(either: App) -> None:
    slack = either.slack
    event = {"type": "app_home_opened", "user": slack.alice, "channel": slack.dm(slack.alice), "tab": "home"}
    before: Json = {
        "id": "V7",
        "team_id": slack.home_team.id,
        "type": "home",
        "state": {},
        "hash": "1.a",
        "callback_id": "",
    }
    assert (await sent(slack, around(slack, {**event, "event_ts": "1790000009.2", "view": before}))).ok
    view = await slack.until(lambda: slack.home(slack.alice))
    assert isinstance(view, View) and home.START in str(view.blocks) and text_of(view)
