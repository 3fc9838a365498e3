"""Where the advisor speaks, and to whom: never unasked, and never in one place about what was said in another."""

import asyncio
from pathlib import Path
from typing import Any

from adapters.slack import ids
from adapters.slack.manifest import GLOBAL_SHORTCUT
from bot.chat.events import Said
from bot.chat.reply import Choices, Option, Text
from tests.fakes.slack import FakeSlack, delivery, text_of
from tests.slack.app import App, running

LOUD = ("chat.postMessage", "chat.postEphemeral", "chat.startStream", "conversations.join", "reactions.add")


async def test_it_never_joins_or_posts_unasked(slack: FakeSlack, app: App) -> None:
    new = slack.add_channel("new", slack.alice)
    await slack.join(slack.bot, new)
    await slack.join(slack.add_user("carol"), slack.general)
    for user in (slack.alice, slack.bob):
        await slack.open_home(user)
        await slack.open_messages_tab(user)
        await slack.look_at(user)
    await slack.say(slack.alice, slack.general, "should we finetune?")
    await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
    await slack.until(lambda: slack.modal(slack.alice) and slack.home(slack.bob))
    assert not [call for method in LOUD for call in slack.called(method)]


async def test_one_person_in_three_places_has_three_consultations(slack: FakeSlack, app: App) -> None:
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    await slack.say(slack.alice, slack.dm(slack.alice), "should we finetune?")
    await slack.command(slack.alice, slack.general, text="our tone is off")
    events = await app.took(3)
    assert len({each.conversation for each in events}) == 3
    assert [each.private for each in events] == [False, True, True]
    await app.reply(events[1], Text(markdown="You hold 400 private examples."))
    await app.reply(events[2], Text(markdown="You hold 500 private examples."))
    seen = "\n".join(map(text_of, slack.seen(slack.general, user=slack.bob)))
    assert "private examples" not in seen


async def test_a_sentence_for_one_person_in_a_thread_is_seen_by_nobody_else(slack: FakeSlack, app: App) -> None:
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> forget")
    [event] = await app.took()
    await app.reply(event, Text(markdown="Only who asked can forget this."), to=event.author)
    assert "Only who asked" in text_of(slack.said(slack.general, user=slack.alice)[-1])
    assert slack.said(slack.general, user=slack.bob) == []


async def test_a_choice_for_one_person_in_a_thread_is_theirs(slack: FakeSlack, app: App) -> None:
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> forget")
    [event] = await app.took()
    await app.reply(event, Choices(action="again", options=(Option(value="yes", label="Yes"),)), to=event.author)
    [message] = slack.said(slack.general, user=slack.alice)
    [button] = [each for block in message.blocks for each in block.get("elements", []) if each.get("type") == "button"]
    await slack.press(slack.alice, message, button["action_id"], button["value"])
    pressed = (await app.took(2))[1]
    assert pressed.conversation == event.conversation and pressed.author == event.author


async def test_who_chose_is_shown_without_calling_anybody(slack: FakeSlack, app: App) -> None:
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    [event] = await app.took()
    options = (Option(value="all", label="Tell <@U1> & <b>"), Option(value="skip", label="Skip"))
    await app.reply(event, Choices(action="again", options=options))
    message = slack.said(slack.general)[-1]
    button = next(
        each for block in message.blocks for each in block.get("elements", []) if each.get("type") == "button"
    )
    await slack.press(slack.bob, message, button["action_id"], button["value"])
    await slack.until(lambda: len(message.versions) > 1)
    assert f"<@{slack.bob}>: Tell &lt;@U1&gt; &amp; &lt;b&gt;" in text_of(message).replace("\u200b", "")


async def test_two_workspaces_have_nothing_in_common(slack: FakeSlack, app: App) -> None:
    # The same ids in another workspace, whose events an app with the token of one leaves alone.
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    [event] = await app.took()
    other = {"type": "app_mention", "user": slack.alice, "channel": slack.general, "ts": event.message, "text": "hi"}
    body = delivery.wrapped(slack, slack.home_team, other) | {"team_id": "T0OTHER"}
    own: Any = body["authorizations"][0]
    body["authorizations"] = [{**own, "team_id": "T0OTHER"}]
    ack = await delivery.attempt(slack, "events_api", "app_mention", body, body["event_id"])
    assert ack.ok
    await slack.say(slack.alice, slack.general, f"<@{slack.bot}> and now?")
    second = (await app.took(2))[1]
    assert second.workspace == event.workspace == slack.home_team.id
    assert "T0OTHER" not in (second.author, second.conversation, ids.place(second.conversation).workspace)


async def test_an_installation_across_an_organisation_names_both(slack: FakeSlack, app: App) -> None:
    inner = {"type": "app_mention", "user": slack.alice, "channel": slack.general, "ts": slack.new_ts(), "text": "hi"}
    body = delivery.wrapped(slack, slack.home_team, inner)
    own: dict[str, Any] = body["authorizations"][0]
    across = {**own, "enterprise_id": "E1", "is_enterprise_install": True}
    body |= {"authorizations": [across], "enterprise_id": "E1"}
    await delivery.attempt(slack, "events_api", "app_mention", body, body["event_id"])
    [event] = await app.took()
    assert event.workspace == f"E1-{slack.home_team.id}"
    assert ids.place(event.conversation).workspace == event.workspace


async def test_who_the_bot_is_comes_with_the_event(slack: FakeSlack, app: App) -> None:
    asked = len(slack.called("auth.test"))
    for _ in range(3):
        await slack.say(slack.alice, slack.general, f"<@{slack.bot}> should we finetune?")
    assert len(slack.called("auth.test")) == asked == 1


async def test_an_event_that_does_not_say_who_the_bot_is_is_understood(slack: FakeSlack, app: App) -> None:
    inner = {
        "type": "message",
        "channel_type": "channel",
        "user": slack.alice,
        "channel": slack.general,
        "ts": slack.new_ts(),
        "text": f"<@{slack.bot}> should we finetune?",
    }
    body = delivery.wrapped(slack, slack.home_team, inner)
    del body["authorizations"]
    await delivery.attempt(slack, "events_api", "message", body, body["event_id"])
    _, said = await app.only(Said)
    assert said.text == "should we finetune?"


async def test_small_work_is_finished_at_the_end(slack: FakeSlack, tmp_path: Path) -> None:
    async with running(slack, tmp_path / "home", http=True):
        slack.slow("views.publish", 0.3)
        await slack.open_home(slack.alice)
    assert slack.home(slack.alice)
    assert not [task for task in asyncio.all_tasks() if "_watched" in repr(task)]
