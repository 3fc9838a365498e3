"""Payloads that Slack would never send: no unforeseen error, and nothing of them in answers and logs."""

import gc
import json
import logging
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from tests.fakes.slack import FakeSlack, delivery
from tests.slack.app import App
from tests.support.fuzzing import CANARY, bounded, kept, mutated


def deliveries(slack: FakeSlack) -> dict[str, dict[str, Any]]:
    """Return one delivery of each kind, as Slack would send it."""
    team, user, channel = slack.home_team.id, slack.alice, slack.general
    said = {"type": "message", "user": user, "channel": channel, "ts": "1.1", "text": f"<@{slack.bot}> {CANARY}"}
    around = {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A1",
        "event_id": "Ev1",
        "event_time": 1,
        "authorizations": [{"team_id": team, "user_id": slack.bot, "is_bot": True}],
    }
    person = {"id": user, "team_id": team, "name": "alice"}
    press: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": team},
        "user": person,
        "channel": {"id": channel},
        "trigger_id": "1.2.ab",
        "api_app_id": "A1",
        "response_url": "http://127.0.0.1:9/x",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": channel},
        "message": {"ts": "1.1", "text": CANARY, "blocks": []},
        "actions": [{"type": "button", "action_id": "answer~x", "block_id": "b", "value": CANARY}],
    }
    view: dict[str, Any] = {
        "id": "V1",
        "type": "modal",
        "callback_id": "form",
        "private_metadata": CANARY,
        "blocks": [],
        "state": {"values": {"b": {"a": {"type": "plain_text_input", "value": CANARY}}}},
    }
    shortcut = {"team": {"id": team}, "user": person, "trigger_id": "1.2.ab", "api_app_id": "A1"}
    return {
        "mention": {**around, "event": {**said, "type": "app_mention"}},
        "message": {**around, "event": said},
        "edit": {
            **around,
            "event": {
                "type": "message",
                "subtype": "message_changed",
                "channel": channel,
                "ts": "2.1",
                "message": said,
                "previous_message": said,
            },
        },
        "deletion": {
            **around,
            "event": {
                "type": "message",
                "subtype": "message_deleted",
                "channel": channel,
                "ts": "2.2",
                "deleted_ts": "1.1",
                "previous_message": said,
            },
        },
        "home": {**around, "event": {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home"}},
        "press": press,
        "form": {"type": "view_submission", "team": {"id": team}, "user": person, "view": view, "api_app_id": "A1"},
        "shortcut": {**shortcut, "type": "shortcut", "callback_id": GLOBAL_SHORTCUT},
        "message shortcut": {
            **shortcut,
            "type": "message_action",
            "callback_id": MESSAGE_SHORTCUT,
            "message": said,
            "channel": {"id": channel},
            "message_ts": "1.1",
        },
        "command": {
            "command": "/finetune",
            "text": CANARY,
            "team_id": team,
            "user_id": user,
            "channel_id": channel,
            "trigger_id": "1.2.ab",
            "response_url": "http://127.0.0.1:9/x",
            "user_name": "a",
        },
    }


def encoded(kind: str, payload: dict[str, Any]) -> str:
    """Return a delivery as Slack writes it."""
    if kind == "command":
        fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
        return urlencode(fields, errors="replace")
    if "event" in payload or payload.get("type") == "event_callback":
        return json.dumps(payload)
    return urlencode({"payload": json.dumps(payload)})


async def sent(slack: FakeSlack, kind: str, payload: dict[str, Any], caplog: pytest.LogCaptureFixture) -> list[str]:
    """Send a delivery as Slack does, and return what is wrong with what came of it."""
    raw = encoded(kind, payload).encode(errors="replace").decode()
    headers = delivery.signed(slack.signing_secret, raw)
    async with (
        aiohttp.ClientSession() as client,
        client.post(str(slack.request_url), data=raw.encode(), headers=headers) as answer,
    ):
        told = await answer.text()
    if kind == "command":
        told = told.replace(f"You wrote: {CANARY}", "")  # which only who wrote it sees
    wrong: list[str] = []
    if answer.status not in (200, 400, 401, 404) or CANARY in told or "Traceback" in told:
        wrong.append(f"{answer.status} {told[:80]!r} for {kind}: {json.dumps(payload)[:600]}")
    for record in caplog.records:
        line = record.getMessage()
        if CANARY in line or "Error handling request" in line or len(line) > 400:
            wrong.append(f"{line[:200]!r} in the log for {kind}")
        if record.levelno >= logging.ERROR and record.name != "advisor.slack":
            wrong.append(f"an error of {record.name} for {kind}")
    caplog.clear()
    return wrong


async def test_no_payload_that_was_once_an_error_is_one(
    slack: FakeSlack, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "advisor")
    for kind, payload in kept("slack"):
        assert not await sent(slack, kind, payload, caplog)


@pytest.fixture
def nothing_left() -> None:
    """Collect what an earlier test has left, since the log tells of that as an error whenever it is done."""
    gc.collect()


@pytest.mark.usefixtures("nothing_left")
@bounded(150)
@given(st.data())
async def test_no_payload_is_an_unforeseen_error(
    slack: FakeSlack, app: App, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    caplog.set_level(logging.DEBUG, "advisor")
    kind, payload = data.draw(mutated(deliveries(slack)))
    assert not await sent(slack, kind, payload, caplog)
