"""Buttons and menus: what a press means, for whom it counts, and what everybody sees of it afterwards."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import ids
from adapters.slack.inbound.app import NOT_YOURS
from bot.chat import wording
from bot.chat.actions import Action
from bot.chat.events import Answered, Event, Pressed
from bot.chat.reply import Choices, Feedback, Form, Option, Text
from tests.fakes.slack import FakeSlack, Message, View, posting, text_of
from tests.slack.app import App, running
from tests.slack.tokens import PUBLIC_URL, SECRET_KEY

NEXT = Choices(
    action="trial", options=(Option(value="paste", label="Paste samples"), Option(value="skip", label="Skip"))
)


async def begun(app: App, channel: str | None = None) -> Event:
    """Mention the advisor and return the event."""
    slack = app.slack
    channel = channel or slack.general
    mention = "" if channel == slack.dm(slack.alice) else f"<@{slack.bot}> "
    await slack.say(slack.alice, channel, f"{mention}should we finetune?")
    return (await app.took(len(app.taken) or 1))[-1]


def question(app: App, *facts: str) -> Form:
    return wording.form(app.knowledge, facts)


def last(app: App, event: Event, user: str | None = None) -> Message:
    place = ids.place(event.conversation)
    return app.slack.said(place.channel, place.thread, user)[-1]


def elements(message: Message | View) -> list[dict[str, Any]]:
    """Return all that can be used in a message."""
    found: list[dict[str, Any]] = []
    for block in message.blocks:
        found += [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
    return found


def button(message: Message | View, label: str) -> tuple[str, str | None]:
    """Return (action_id, value) of the button with this label."""
    for each in elements(message):
        if each.get("type") == "button" and each["text"]["text"] == label:
            return each["action_id"], each.get("value")
    raise AssertionError(f"There is no button {label}: {text_of(message)}")


def menu_of(message: Message, kind: str) -> dict[str, Any] | None:
    """Return the menu of this kind."""
    return next((each for each in elements(message) if each.get("type") == kind), None)


async def press(app: App, user: str, message: Message | View, label: str, *, stale: bool = False) -> None:
    id, value = button(message, label)
    ack = await app.slack.press(user, message, id, value, stale=stale)
    assert ack.ok


async def form_of(slack: FakeSlack, user: str) -> View:
    view = await slack.until(lambda: slack.modal(user))
    assert view
    return view


# Buttons


async def test_a_button_answers_the_question(either: App) -> None:
    event = await begun(either)
    await either.reply(event, question(either, "output"))
    message, slack = last(either, event), either.slack
    option = question(either, "output").fields[0].options[1]
    if menu := menu_of(message, "static_select"):
        await slack.select(slack.bob, message, menu["action_id"], option.label)
    else:
        await press(either, slack.bob, message, option.label)
    answer = (await either.took(2))[1]
    assert answer.body == Answered(facts={"output": option.value})
    assert answer.author == ids.author(slack.home_team.id, slack.bob)
    assert answer.conversation == event.conversation and answer.spends and not answer.private


async def test_not_knowing_is_an_answer(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    form = question(app, "output")
    await app.reply(event, form)
    await press(app, slack.alice, last(app, event), wording.UNKNOWN)
    assert (await app.took(2))[1].body == Answered(facts={form.fields[0].fact: None})


async def test_yes_and_no_are_truths(slack: FakeSlack, app: App) -> None:
    fact = next(name for name in app.knowledge.asks if app.knowledge.facts[name].type == "bool")
    event = await begun(app)
    await app.reply(event, question(app, fact))
    yes = next(each for each in question(app, fact).fields[0].options if each.value == "true")
    await press(app, slack.alice, last(app, event), yes.label)
    assert (await app.took(2))[1].body == Answered(facts={fact: True})


async def test_several_are_chosen_then_done(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, question(app, "need"))
    message = last(app, event)
    menu = menu_of(message, "multi_static_select")
    assert menu
    options = [each["value"] for each in menu["options"]][:2]
    await slack.select(slack.alice, message, menu["action_id"], *options)
    assert len(app.taken) == 1, "a choice is no answer before it is done"
    await press(app, slack.alice, message, "Done")
    assert (await app.took(2))[1].body == Answered(facts={"need": tuple(options)})


async def test_everybody_sees_who_chose_what_and_the_buttons_are_gone(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, Text(markdown="Two things decide this.", voice="ask"), NEXT)
    message = last(app, event)
    await press(app, slack.bob, message, "Skip")
    await app.took(2)
    await slack.until(lambda: len(message.versions) > 1)
    assert f"<@{slack.bob}>: Skip" in text_of(message) and "Two things decide this." in text_of(message)
    assert not [block for block in message.blocks if block["type"] == "actions"]


async def test_a_double_press_counts_once(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, NEXT)
    message = last(app, event)
    id, value = button(message, "Skip")
    acks = await asyncio.gather(
        *(slack.press(who, message, id, value) for who in (slack.alice, slack.bob, slack.alice))
    )
    assert all(ack.ok for ack in acks)
    await slack.until(lambda: len(message.versions) > 1)
    assert [each for each in app.bodies() if isinstance(each, Pressed)] == [Pressed(action="trial", values=("skip",))]


async def test_another_button_of_the_same_control_counts_no_more(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(
        event, Choices(action="again", options=(Option(value="a", label="A"), Option(value="b", label="B")))
    )
    message = last(app, event)
    first, second = button(message, "A"), button(message, "B")
    await slack.press(slack.alice, message, *first)
    await slack.press(slack.bob, message, *second, stale=True)
    assert [each for each in app.bodies() if isinstance(each, Pressed)] == [Pressed(action="again", values=("a",))]


async def test_buttons_work_after_a_restart(slack: FakeSlack, tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with running(slack, home, http=True) as app:
        event = await begun(app)
        await app.reply(event, NEXT)
        message = last(app, event)
    async with running(slack, home, http=False) as app:
        await press(app, slack.alice, message, "Skip")
        pressed, body = await app.only(Pressed)
        assert body.action == "trial" and pressed.conversation == event.conversation


async def test_the_wrong_person_is_told_and_nothing_is_stored(slack: FakeSlack, app: App) -> None:
    # The same message shown to somebody else, as a client that was tampered with could send it.
    await slack.command(slack.alice, slack.general, text="check our tone is off")
    [event] = await app.took()
    await app.reply(event, NEXT)
    message = slack.said(slack.general, user=slack.alice)[-1]
    message.only_for = None
    await press(app, slack.bob, message, "Skip")
    await slack.until(lambda: [m for m in slack.said(slack.general, user=slack.bob) if m.only_for == slack.bob])
    told = slack.said(slack.general, user=slack.bob)[-1]
    assert NOT_YOURS in text_of(told) and told.only_for == slack.bob
    assert len(app.taken) == 1


async def test_a_control_of_another_place_is_refused(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, NEXT)
    message = last(app, event)
    other = await begun(app, slack.private)
    for block in message.blocks:
        for each in block.get("elements", []):
            each["action_id"] = str(each.get("action_id", "")).replace(event.conversation, other.conversation)
    await press(app, slack.alice, message, "Skip")
    await slack.until(lambda: [m for m in slack.said(slack.general) if m.only_for == slack.alice])
    assert not [each for each in app.bodies() if isinstance(each, Pressed)]


async def test_a_question_is_settled_as_we_made_it_and_not_as_slack_hands_it_out(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, Text(markdown="**Wait.** `<b>`"), question(app, "output"), live=True)
    message = last(app, event)
    made = [block for block in message.blocks if block["type"] == "markdown"]
    assert made and not [b for b in posting.as_json(slack, message)["blocks"] if b["type"] == "markdown"]
    await press(app, slack.alice, message, wording.UNKNOWN)
    await slack.until(lambda: len(message.versions) > 1)
    kept = [{**block, "block_id": ""} for block in message.blocks if block["type"] == "markdown"]
    assert kept[0] == {**made[0], "block_id": ""}


async def test_a_message_whose_blocks_are_refused_is_settled_in_plain_words(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, Text(markdown="What next?"), NEXT)
    message = last(app, event)
    slack.refuse("chat.update", "invalid_blocks")
    await press(app, slack.alice, message, "Skip")
    await slack.until(lambda: len(message.versions) > 1)
    assert not message.blocks and "What next?" in message.text


async def test_a_private_control_is_settled_for_the_one_who_sees_it(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="check our tone is off")
    [event] = await app.took()
    await app.reply(event, NEXT)
    message = slack.said(slack.general, user=slack.alice)[-1]
    await press(app, slack.alice, message, "Skip")
    pressed = (await app.took(2))[1]
    assert pressed.private and pressed.conversation == event.conversation
    await slack.until(lambda: "Skip" in text_of(message) and not [b for b in message.blocks if b["type"] == "actions"])
    assert slack.said(slack.general, user=slack.bob) == []


async def test_everybody_has_a_thumb(slack: FakeSlack, app: App) -> None:
    event = await begun(app)
    await app.reply(event, Text(markdown="Prompt first."), Feedback(about="v1"))
    message = last(app, event)
    thumbs = menu_of(message, "feedback_buttons")
    assert thumbs
    for user, which in (
        (slack.alice, "positive_button"),
        (slack.bob, "negative_button"),
        (slack.bob, "negative_button"),
    ):
        await slack.press(user, message, thumbs["action_id"], thumbs[which]["value"])
    assert [each for each in app.bodies() if isinstance(each, Pressed)] == [
        Pressed(action="feedback", values=("up", "v1")),
        Pressed(action="feedback", values=("down", "v1")),
    ]
    assert menu_of(message, "feedback_buttons"), "there is a thumb for the next one, too"


@pytest.mark.parametrize(("action", "label"), [("stop", "Stop"), ("run", "Run it"), ("forget", "Forget it")])
async def test_a_press_by_who_may_not_leaves_the_button_to_who_may(
    slack: FakeSlack, app: App, action: Action, label: str
) -> None:
    event = await begun(app)
    await app.reply(event, Choices(action=action, options=(Option(value=action, label=label),)))
    message = last(app, event)
    for who in (slack.bob, slack.bob, slack.alice):
        await press(app, who, message, label)
    _, *presses = await app.took(3)
    assert [(each.author, each.body) for each in presses] == [
        (ids.author(slack.home_team.id, who), Pressed(action=action, values=(action,)))
        for who in (slack.bob, slack.alice)
    ]
    assert button(message, label) and len(message.versions) == 1


async def test_the_list_of_facts_can_be_asked_for_again(
    slack: FakeSlack, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await begun(app)
    await app.reply(event, Text(markdown="Prompt first."), Feedback(about="v1"))
    message = last(app, event)
    await press(app, slack.bob, message, "A fact is wrong")
    await press(app, slack.bob, message, "A fact is wrong")
    assert 2 <= len(app.taken) <= 3, "a double press is one, unless it falls on two sides of a border"
    monkeypatch.setattr("bot.chat.controls.DOUBLE", 1e-6)
    await press(app, slack.bob, message, "A fact is wrong")
    assert app.bodies()[-1] == Pressed(action="correct")


# Forms


async def test_a_press_in_a_dm_is_private(slack: FakeSlack, app: App) -> None:
    event = await begun(app, slack.dm(slack.alice))
    await app.reply(event, NEXT)
    await press(app, slack.alice, last(app, event), "Skip")
    assert (await app.took(2))[1].private


# Slack Connect


async def test_a_press_from_another_workspace_is_shown_where_the_conversation_is(
    slack: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other workspace has not installed the app: with its token nothing could be shown or opened."""
    fact = "examples"
    other = slack.add_team("Partner", installed=False)
    eve = slack.add_user("eve", team=other)
    slack.channels[slack.general].members.add(eve)
    made = slack.new_trigger

    def for_the_app(team: str, user: str, view: str | None = None) -> str:
        return made(slack.home_team.id, user, view)  # a form is opened by the workspace that has the app

    monkeypatch.setattr(slack, "new_trigger", for_the_app)
    oauth: dict[str, Any] = {
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "ADVISOR_SECRET_KEY": SECRET_KEY,
        "ADVISOR_PUBLIC_URL": PUBLIC_URL,
    }
    async with running(slack, tmp_path / "home", http=True, **oauth) as app:
        event = await begun(app)
        await app.reply(event, NEXT)
        message = last(app, event)
        await press(app, eve, message, "Skip")
        pressed = (await app.took(2))[1]
        assert pressed.workspace == slack.home_team.id and pressed.conversation == event.conversation
        await slack.until(lambda: f"<@{eve}>: Skip" in text_of(message))
        await app.reply(event, question(app, fact))
        await press(app, eve, last(app, event), "Answer")
        view = await form_of(slack, eve)
        await slack.submit(view, {fact: "400"})
        assert (await app.took(3))[2].body == Answered(facts={fact: 400})
        await slack.until(lambda: f"<@{eve}>: " in text_of(last(app, event)))
