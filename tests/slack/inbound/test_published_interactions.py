"""Commands, presses, shortcuts and forms as Slack's own SDK writes them down, with values of ours.

What is in each, and what is not, is taken from the tests of slackapi/bolt-python (in tests/scenario_tests:
test_slash_command, test_block_actions, test_block_actions_respond, test_block_suggestion, test_shortcut,
test_view_submission, test_view_closed; in tests/adapter_tests/socket_mode: mock_socket_mode_server), and for choices
and organisations of those of slackapi/java-slack-sdk (ViewSubmissionPayloadTest, BlockActionTest).
"""

from pathlib import Path
from typing import Any

import pytest

from adapters.slack import ids
from adapters.slack.inbound import home
from adapters.slack.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from bot.chat.events import Answered, Event, Pasted, Said
from tests.fakes.slack import Ack, FakeSlack, Message, View, delivery, text_of
from tests.slack.app import App, running
from tests.slack.inbound.test_components import NEXT, begun, elements, form_of, last, press, question
from tests.slack.inbound.test_shortcuts import home_of

Json = dict[str, Any]


def around(slack: FakeSlack, kind: str) -> Json:
    """Return what stands around an interaction: the organisation inside of the team, and nothing beside it."""
    team = slack.home_team
    return {
        "type": kind,
        "team": {"id": team.id, "domain": "acme", "enterprise_id": "E7", "enterprise_name": "Grid"},
        "user": {"id": slack.alice, "username": "alice", "name": "alice", "team_id": team.id},
        "api_app_id": slack.app_id,
        "token": "unused",
    }


def triggered(slack: FakeSlack) -> Json:
    return {"trigger_id": slack.new_trigger(slack.home_team.id, slack.alice)}


async def sent(slack: FakeSlack, payload: Json, kind: str = "interactive") -> Ack:
    return await delivery.attempt(slack, kind, str(payload.get("type", "command")), payload, "published")


def view_of(slack: FakeSlack, shown: View, values: Json) -> Json:
    """Return a form as it comes back with what was typed into it."""
    body = shown.body
    return {
        "id": shown.id,
        "team_id": slack.home_team.id,
        "type": "modal",
        "blocks": shown.blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": values},
        "hash": "1790000009.3wRYuk3R",
        "title": body["title"],
        "clear_on_close": False,
        "notify_on_close": False,
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": None,
        "root_view_id": shown.id,
        "app_id": slack.app_id,
        "external_id": "",
        "app_installed_team_id": slack.home_team.id,
        "bot_id": "B7",
    }


# Commands


@pytest.mark.parametrize("over", ["http", "socket"])
async def test_a_command(either: App, over: str) -> None:
    slack = either.slack
    fields: Json = {
        "token": "unused",
        "team_id": slack.home_team.id,
        "team_domain": "acme",
        "channel_id": slack.general,
        "channel_name": "general",
        "user_id": slack.alice,
        "user_name": "alice",
        "command": "/finetune",
        "text": "our replies never keep our tone",
        "response_url": slack.new_response_url(slack.general, slack.alice),
        **triggered(slack),
    }
    # The example of HTTP names an organisation and no app, that of Socket Mode the app and no organisation.
    fields |= {"enterprise_id": "E7", "enterprise_name": "Grid"} if over == "http" else {"api_app_id": slack.app_id}
    ack = await sent(slack, fields, "slash_commands")
    assert ack.ok and "our replies never keep our tone" in str(ack.body)
    event, said = await either.only(Said)
    assert said.text == "our replies never keep our tone" and event.workspace == slack.home_team.id
    assert event.author == ids.author(slack.home_team.id, slack.alice) and event.private


# Presses


def pressing(slack: FakeSlack, message: Message, label: str) -> Json:
    """Return the press of a button or the choice in a menu, without what tells where it stands."""
    for each in elements(message):
        if each.get("type") == "button" and each["text"]["text"] == label:
            used = {"text": each["text"], "value": each["value"], "type": "button"}
            break
        options = [one for one in each.get("options", ()) if one["text"]["text"] == label]
        if options:
            used = {"type": each["type"], "selected_option": options[0], "placeholder": each.get("placeholder")}
            break
    else:
        raise AssertionError(f"There is no {label}: {text_of(message)}")
    action = {"action_id": each["action_id"], "block_id": "8KR", **used, "action_ts": "1790000009.194939"}
    return {
        **around(slack, "block_actions"),
        **triggered(slack),
        "channel": {"id": message.channel, "name": "general"},
        "response_url": slack.new_response_url(message.channel, slack.alice, message),
        "actions": [action],
    }


async def test_a_press_in_a_message_that_comes_with_it(either: App) -> None:
    slack = either.slack
    event = await begun(either)
    await either.reply(event, question(either, "output"))
    message = last(either, event)
    option = question(either, "output").fields[0].options[1]
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": False}
    enclosed = {
        "bot_id": "B7",
        "type": "message",
        "text": message.text,
        "user": slack.bot,
        "ts": message.ts,
        "app_id": slack.app_id,
        "blocks": message.blocks,
        "team": slack.home_team.id,
    }
    payload = pressing(slack, message, option.label)
    payload |= {"container": container, "message": enclosed, "state": {"values": {}}}
    # The SDK's example of a message that comes along has a person without a name, and no organisation.
    payload |= {"user": {"id": slack.alice}, "team": {"id": slack.home_team.id}, "enterprise": None}
    payload |= {"is_enterprise_install": False}
    assert (await sent(slack, payload)).ok
    answer = (await either.took(2))[1]
    assert answer.body == Answered(facts={"output": option.value}) and answer.conversation == event.conversation
    assert answer.author == ids.author(slack.home_team.id, slack.alice)
    await slack.until(lambda: f"<@{slack.alice}>: {option.label}" in text_of(message))


async def test_a_press_in_a_message_that_one_person_sees(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="our replies never keep our tone")
    [event] = await app.took()
    await app.reply(event, question(app, "output"))
    message = slack.said(slack.general, user=slack.alice)[-1]
    option = question(app, "output").fields[0].options[1]
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": True}
    assert (await sent(slack, {**pressing(slack, message, option.label), "container": container})).ok
    answer = (await app.took(2))[1]
    assert answer.body == Answered(facts={"output": option.value}) and answer.conversation == event.conversation
    await slack.until(lambda: option.label in text_of(slack.said(slack.general, user=slack.alice)[-1]))


async def test_a_menu_that_asks_for_its_options(either: App) -> None:
    slack = either.slack
    payload: Json = {
        **around(slack, "block_suggestion"),
        "container": {"type": "view", "view_id": "V7"},
        "action_id": "es_a",
        "block_id": "es_b",
        "value": "supp",
        "view": {"id": "V7", "team_id": slack.home_team.id, "type": "modal", "state": {"values": {}}},
    }
    ack = await sent(slack, payload)
    assert ack.ok and ack.body == {"options": []}


# Shortcuts


async def test_a_global_shortcut(either: App) -> None:
    slack = either.slack
    payload: Json = {
        **around(slack, "shortcut"),
        "callback_id": GLOBAL_SHORTCUT,
        "action_ts": "111.111",
        **triggered(slack),
    }
    del payload["user"]["name"], payload["api_app_id"]
    assert (await sent(slack, payload)).ok
    view = await form_of(slack, slack.alice)
    assert "What do you want the model to do?" in text_of(view)


async def test_a_shortcut_of_a_message(either: App) -> None:
    slack = either.slack
    channel, ts = slack.general, "1790000001.000300"
    rich = {
        "type": "rich_text",
        "block_id": "d7eJ",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "user", "user_id": slack.bob}, {"type": "text", "text": " shall we train one?"}],
            }
        ],
    }
    payload: Json = {
        **around(slack, "message_action"),
        "action_ts": "1790000002.207593",
        "channel": {"id": channel, "name": "general"},
        "callback_id": MESSAGE_SHORTCUT,
        **triggered(slack),
        "message_ts": ts,
        "message": {
            "client_msg_id": "c7",
            "type": "message",
            "text": f"<@{slack.bob}> shall we train one?",
            "user": slack.bob,
            "ts": ts,
            "team": slack.home_team.id,
            "blocks": [rich],
        },
        "response_url": slack.new_response_url(channel, slack.alice),
    }
    del payload["user"]["username"], payload["user"]["team_id"], payload["api_app_id"]
    assert (await sent(slack, payload)).ok
    event, said = await either.only(Said)
    assert said.text.endswith("shall we train one?") and event.private
    assert event.conversation == ids.conversation(ids.Place(slack.home_team.id, channel, person=slack.alice))


# Forms


async def begins(app: App) -> View:
    """Open the form that begins a consultation."""
    await app.slack.shortcut(app.slack.alice, GLOBAL_SHORTCUT)
    return await form_of(app.slack, app.slack.alice)


GOAL: Json = {"goal": {"text": {"type": "plain_text_input", "value": "our replies never keep our tone"}}}


async def test_a_form_that_was_sent(either: App) -> None:
    slack = either.slack
    event = await begun(either)
    fact = next(name for name in either.knowledge.asks if either.knowledge.facts[name].type == "count")
    await either.reply(event, question(either, fact))
    await press(either, slack.alice, last(either, event), "Answer")
    view = await form_of(slack, slack.alice)
    [element] = [block["element"] for block in view.blocks if block.get("type") == "input"]
    typed = {fact: {element["action_id"]: {"type": "plain_text_input", "value": "400"}}}
    payload: Json = {**around(slack, "view_submission"), **triggered(slack), "view": view_of(slack, view, typed)}
    ack = await sent(slack, {**payload, "response_urls": []})
    assert ack.ok and not ack.body
    answer = (await either.took(2))[1]
    assert answer.body == Answered(facts={fact: 400}) and answer.conversation == event.conversation


async def test_a_form_with_words_and_files(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, NEXT)
    await press(app, slack.alice, last(app, event), "Paste samples")
    view = await form_of(slack, slack.alice)
    values = {"samples": {"samples": {"type": "plain_text_input", "value": None}}}
    payload: Json = {**around(slack, "view_submission"), **triggered(slack), "response_urls": []}
    refused = await sent(slack, {**payload, "view": view_of(slack, view, values)})
    assert refused.body == {
        "response_action": "errors",
        "errors": {"samples": "Paste something here, or attach a file."},
    }
    file = {
        "id": "F7",
        "name": "pairs.csv",
        "mimetype": "text/csv",
        "size": 12,
        "mode": "hosted",
        "url_private": "https://files.slack.com/files-pri/T7-F7/pairs.csv",
    }
    held = {**values, "files": {"files": {"type": "file_input", "files": [file]}}}
    assert (await sent(slack, {**payload, "view": view_of(slack, view, held)})).ok
    pasted: Event = (await app.took(2))[1]
    assert isinstance(pasted.body, Pasted) and [each.name for each in pasted.body.files] == ["pairs.csv"]


async def test_a_form_counts_for_the_workspace_that_has_the_app(slack: FakeSlack, app: App) -> None:
    """It was sent from a workspace that shares the channel, which the team, the person and the view name."""
    view = await begins(app)
    payload: Json = {**around(slack, "view_submission"), **triggered(slack), "view": view_of(slack, view, GOAL)}
    payload["team"] = {"id": "T0OTHER", "domain": "other", "enterprise_id": "E0OTHER", "enterprise_name": "Other"}
    payload["user"]["team_id"] = payload["view"]["team_id"] = "T0OTHER"
    payload["enterprise"] = {"id": "E0OTHER", "name": "Other"}
    assert (await sent(slack, payload)).ok
    event, said = await app.only(Said)
    assert event.workspace == slack.home_team.id and said.text == "our replies never keep our tone"


async def test_a_form_across_an_organisation_counts_for_the_team_that_it_was_opened_in(tmp_path: Path) -> None:
    async with FakeSlack(enterprise="E1") as slack, running(slack, tmp_path / "home", http=True) as app:
        view = await begins(app)
        payload: Json = {**around(slack, "view_submission"), **triggered(slack), "view": view_of(slack, view, GOAL)}
        payload["view"]["app_installed_team_id"] = "E1"
        payload |= {"team": None, "enterprise": {"id": "E1", "name": "Grid"}, "is_enterprise_install": True}
        assert (await sent(slack, payload)).ok
        event, _ = await app.only(Said)
        assert event.workspace == f"E1-{slack.home_team.id}"


async def test_choices_in_a_form(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    fact = next(name for name in app.knowledge.asks if app.knowledge.facts[name].type == "choice")
    count = next(name for name in app.knowledge.asks if app.knowledge.facts[name].type == "count")
    await app.reply(event, question(app, fact, count))
    await press(app, slack.alice, last(app, event), "Answer both")
    view = await form_of(slack, slack.alice)
    [element] = [block["element"] for block in view.blocks if block.get("block_id") == fact]
    option = element["options"][0]
    values: Json = {fact: {element["action_id"]: {"type": element["type"], "selected_option": option}}}
    payload: Json = {**around(slack, "view_submission"), **triggered(slack), "view": view_of(slack, view, values)}
    assert (await sent(slack, payload)).ok
    answer = (await app.took(2))[1]
    assert answer.body == Answered(facts={fact: option["value"]})


async def test_a_form_that_was_closed(either: App) -> None:
    slack = either.slack
    view = await begins(either)
    payload: Json = {**around(slack, "view_closed"), "view": view_of(slack, view, {}), "response_urls": []}
    ack = await sent(slack, payload)
    assert ack.ok and either.taken == []


# App Home


@pytest.mark.parametrize("across", [False, True])
async def test_a_press_in_app_home(tmp_path: Path, across: bool) -> None:
    """It comes without a channel and a response address."""
    async with (
        FakeSlack(enterprise="E1" if across else None) as slack,
        running(slack, tmp_path / "home", http=True) as app,
    ):
        await slack.open_home(slack.alice)
        shown = await home_of(app, slack.alice)
        [start] = [each for each in elements(shown) if each.get("action_id") == home.START]
        used = {key: start[key] for key in ("action_id", "text", "value", "style", "type") if key in start}
        view: Json = {
            "id": shown.id,
            "team_id": slack.home_team.id,
            "type": "home",
            "blocks": shown.blocks,
            "private_metadata": "",
            "callback_id": "",
            "state": {"values": {}},
            "hash": "1583634748.7562ffd9",
            "close": None,
            "submit": None,
            "root_view_id": shown.id,
            "app_id": slack.app_id,
            "app_installed_team_id": "E1" if across else slack.home_team.id,
            "bot_id": "B7",
        }
        payload: Json = {
            **around(slack, "block_actions"),
            **triggered(slack),
            "container": {"type": "view", "view_id": shown.id},
            "view": view,
            "actions": [{**used, "block_id": "home_actions", "action_ts": "1790000009.758298"}],
        }
        payload["team"] = {"id": slack.home_team.id, "domain": "acme"}
        if across:
            payload |= {"team": None, "enterprise": {"id": "E1", "name": "Grid"}, "is_enterprise_install": True}
        assert (await sent(slack, payload)).ok
        assert "What do you want the model to do?" in text_of(await form_of(slack, slack.alice))
        slack.check()
