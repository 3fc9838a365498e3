"""Buttons, menus and forms: each counts once, for who may use it, also after a restart."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import nullcontext
from pathlib import Path

import pytest

from adapters.discord import ids
from adapters.discord.inbound.interactions import ANSWERED, NOT_YOURS
from adapters.discord.render.messages import walk
from adapters.discord.reply_address import unpacked
from bot.chat import wording
from bot.chat.actions import Action
from bot.chat.events import Answered, Event, Pasted, Pressed, Said
from bot.chat.reply import Choices, Feedback, File, Option, Part, Picture, Reply, Text
from bot.platform.port import Delivery
from bot.store.consultations import Store, open_store
from bot.turn import trials
from tests.discord.app import App, running, settings
from tests.fakes.discord import Channel, FakeDiscord, Guild, Message, User, text_of
from tests.fakes.discord import permissions as may

OFFER = Choices(
    action="trial",
    text="Or let us see.",
    options=(Option(value="paste", label="Paste samples"), Option(value="skip", label="Skip")),
)


def world(discord_: FakeDiscord) -> tuple[Guild, User, User, Channel]:
    acme = discord_.guild("Acme")
    return acme, discord_.user("ana", acme), discord_.user("bob", acme), discord_.channel(acme, "general")


async def asked(app: App, *parts: Part) -> tuple[Event, Channel, Message, User, User]:
    """Let Ana mention the advisor, and answer her with these parts in the thread."""
    discord_ = app.discord
    _, ana, bob, general = world(discord_)
    discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
    [event] = await app.took()
    await app.reply(event, *parts)
    [thread] = discord_.threads(general)
    message = discord_.last(thread, by=discord_.bot)
    assert message is not None
    return event, thread, message, ana, bob


async def asked_alone(app: App, *parts: Part) -> tuple[Event, Channel, Message, User]:
    """Let Ana ask by a command, and answer her alone."""
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    discord_.command(ana, general, "finetune", "check", text="our tone is off")
    [event] = await app.took()
    await app.reply(event, *parts)
    return event, general, discord_.seen(general, ana)[-1], ana


def labels(message: Message) -> list[str]:
    """Return what stands on the buttons of a message, in order."""
    return [str(each["label"]) for each in walk(message.components) if each["type"] == 2]


def question(app: App, *facts: str) -> Part:
    return wording.form(app.knowledge, facts)


async def test_a_button_is_an_answer_and_shows_who_gave_it(app: App) -> None:
    event, thread, message, _, bob = await asked(app, Text(markdown="?", voice="ask"), question(app, "models_tried"))
    label = labels(message)[0]
    await app.discord.answered(app.discord.press(bob, message, label))
    pressed = (await app.took(2))[1]
    assert isinstance(pressed.body, Answered) and pressed.conversation == event.conversation
    assert list(pressed.body.facts) == ["models_tried"] and pressed.author.endswith(str(bob.id)) and pressed.spends
    await app.discord.until(lambda: f"Bob: {label}" in text_of(message))
    assert label not in labels(message) and "Continue" in labels(message)
    assert thread.id == message.channel.id


async def test_the_answer_to_a_press_comes_as_a_message_of_its_own(app: App) -> None:
    _, thread, message, ana, _ = await asked(app, question(app, "models_tried"))
    app.discord.press(ana, message, labels(message)[0])
    pressed = (await app.took(2))[1]
    via = unpacked(pressed.via)
    assert via and via.token and not via.waiting
    await app.reply(pressed, Text(markdown="And the prompts?"))
    answer = await app.shown(thread, "And the prompts?")
    assert answer is not message


async def test_a_double_press_counts_once_and_the_second_is_told(app: App) -> None:
    _, thread, message, ana, bob = await asked(app, question(app, "models_tried"))
    first, second, *_ = labels(message)
    app.discord.press(ana, message, first)
    app.discord.press(ana, message, first)
    app.discord.press(bob, message, second)
    await app.took(2)
    await app.shown(thread, ANSWERED, bob)
    await app.discord.quiet()
    assert len(app.taken) == 2


async def test_i_do_not_know_is_an_answer(app: App) -> None:
    _, _, message, ana, _ = await asked(app, question(app, "models_tried"))
    app.discord.press(ana, message, "I don't know")
    assert (await app.took(2))[1].body == Answered(facts={"models_tried": None})


async def test_a_menu_for_several_is_one_answer(app: App) -> None:
    _, _, message, ana, _ = await asked(app, question(app, "prompts_tried"))
    values = app.knowledge.facts["prompts_tried"].values[:2]
    app.discord.select(ana, message, "Choose all that fit", *values)
    assert (await app.took(2))[1].body == Answered(facts={"prompts_tried": values})


async def test_a_form_opens_at_once_and_its_submission_is_the_answer(app: App) -> None:
    event, _, message, ana, _ = await asked(app, question(app, "examples"))
    used = await app.discord.answered(app.discord.press(ana, message, "Answer"))
    assert used.modal and used.callback == 9 and len(app.taken) == 1
    [field] = [each["component"] for each in used.modal.components if each["type"] == 18]
    app.discord.submit(ana, used.modal, {field["custom_id"]: "about 400"})
    answered = (await app.took(2))[1]
    assert (answered.body, answered.conversation) == (Answered(facts={"examples": 400}), event.conversation)
    await app.discord.until(lambda: "Ana: example pairs: 400" in text_of(message))


async def test_what_is_wrong_in_a_form_is_said_and_it_can_be_sent_again(app: App) -> None:
    _, thread, message, ana, bob = await asked(app, question(app, "examples"))
    for value in ("many", "400"):
        used = await app.discord.answered(app.discord.press(ana, message, "Answer"))
        assert used.modal
        [field] = [each["component"] for each in used.modal.components if each["type"] == 18]
        app.discord.submit(ana, used.modal, {field["custom_id"]: value})
    assert (await app.took(2))[1].body == Answered(facts={"examples": 400})
    assert "no number that I can read" in text_of(await app.shown(thread, "no number that I can read", ana))
    assert not any("no number that I can read" in text_of(each) for each in app.discord.seen(thread, bob))


async def test_samples_are_pasted_into_a_form(app: App) -> None:
    event, _, message, ana, _ = await asked(app, OFFER)
    used = await app.discord.answered(app.discord.press(ana, message, "Paste samples"))
    assert used.modal
    app.discord.submit(ana, used.modal, {"Paste here": "input: a\noutput: b"})
    pasted = (await app.took(2))[1]
    assert pasted.body == Pasted(text="input: a\noutput: b") and pasted.conversation == event.conversation


async def test_another_button_of_that_offer_is_a_press(app: App) -> None:
    _, _, message, ana, _ = await asked(app, OFFER)
    app.discord.press(ana, message, "Skip")
    assert (await app.took(2))[1].body == Pressed(action="trial", values=("skip",))


async def test_continue_opens_a_form_for_words_as_often_as_needed(app: App) -> None:
    event, thread, message, ana, bob = await asked(app, Text(markdown="What have you tried?"))
    for number, (who, text) in enumerate(((ana, "five prompts"), (bob, "@everyone and *two* models")), 2):
        used = await app.discord.answered(app.discord.press(who, message, "Continue"))
        assert used.modal
        app.discord.submit(who, used.modal, {"words": text})
        said = (await app.took(number))[number - 1]
        assert (said.body, said.conversation, said.addressed) == (Said(text=text), event.conversation, "us")
    await app.shown(thread, "five prompts")
    assert app.discord.pings == []


async def test_everybody_has_a_thumb_of_their_own(app: App) -> None:
    _, _, message, ana, bob = await asked(app, Text(markdown="Not yet.", voice="verdict"), Feedback(about="clause"))
    app.discord.press(ana, message, "Useful")
    app.discord.press(bob, message, "Not useful")
    app.discord.press(bob, message, "Useful")
    await app.took(3)
    await app.discord.quiet()
    assert [each.body for each in app.taken[1:]] == [
        Pressed(action="feedback", values=("up", "clause")),
        Pressed(action="feedback", values=("down", "clause")),
    ]
    assert "Useful" in labels(message)


@pytest.mark.parametrize(("action", "label"), [("stop", "Stop"), ("run", "Run it"), ("forget", "Forget it")])
async def test_a_press_by_who_may_not_leaves_the_button_to_who_may(app: App, action: Action, label: str) -> None:
    control = Choices(action=action, options=(Option(value=action, label=label),))
    _, _, message, ana, bob = await asked(app, control)
    for who in (bob, bob, ana):
        await app.discord.answered(app.discord.press(who, message, label))
        await app.discord.quiet()
    _, *presses = await app.took(3)
    assert [each.author.rpartition(":")[2] for each in presses] == [str(bob.id), str(ana.id)]
    assert [each.body for each in presses] == [Pressed(action=action, values=(action,))] * 2
    assert label in labels(message)


async def test_a_wrong_fact_is_chosen_and_its_form_opens(app: App) -> None:
    facts = ("examples", "calls_per_day", "models_tried")
    options = tuple(Option(value=fact, label=wording.label(app.knowledge, fact)) for fact in facts)
    _, _, message, ana, bob = await asked(app, Choices(action="fix", text="Which one?", options=options))
    opened = [
        await app.discord.answered(app.discord.press(who, message, wording.label(app.knowledge, fact)))
        for who, fact in ((ana, "examples"), (bob, "calls_per_day"))
    ]
    for who, used, value in ((ana, opened[0], "400"), (bob, opened[1], "5000")):
        assert used.modal
        [field] = [each["component"] for each in used.modal.components if each["type"] == 18]
        app.discord.submit(who, used.modal, {field["custom_id"]: value})
    facts_told = [each.body.facts for each in (await app.took(3))[1:] if isinstance(each.body, Answered)]
    assert sorted(map(str, facts_told)) == ["{'calls_per_day': 5000}", "{'examples': 400}"]


async def test_a_fact_of_a_long_list_is_chosen_in_a_menu(app: App) -> None:
    options = tuple(Option(value=fact, label=wording.label(app.knowledge, fact)) for fact in [*app.knowledge.asks][:20])
    event, _, message, ana, _ = await asked(app, Choices(action="fix", text="Which one?", options=options))
    used = await app.discord.answered(app.discord.select(ana, message, "Choose one", "examples"))
    assert used.modal
    [field] = [each["component"] for each in used.modal.components if each["type"] == 18]
    app.discord.submit(ana, used.modal, {field["custom_id"]: "400"})
    answered = (await app.took(2))[1]
    assert (answered.body, answered.conversation) == (
        Answered(facts={"examples": 400}, corrects=True),
        event.conversation,
    )


async def test_what_was_asked_of_one_person_is_answered_by_that_person(app: App) -> None:
    event, general, message, ana = await asked_alone(app, question(app, "models_tried"))
    app.discord.press(ana, message, labels(message)[0])
    pressed = (await app.took(2))[1]
    assert pressed.conversation == event.conversation and pressed.private
    await app.reply(pressed, Text(markdown="And the prompts?"))
    assert (await app.shown(general, "And the prompts?", ana)).ephemeral


async def test_the_answer_to_a_private_button_that_ends_work_takes_the_place_of_its_message(app: App) -> None:
    _, general, message, ana = await asked_alone(app, trials.stop("trial-1"))
    app.discord.press(ana, message, "Stop")
    pressed = (await app.took(2))[1]
    await app.reply(pressed, Text(markdown="It has ended."))
    (left,) = [each for each in app.discord.seen(general, ana) if each.author is app.discord.bot]
    assert "It has ended." in text_of(left) and "Stop" not in labels(left)


async def test_a_private_control_of_somebody_else_does_nothing(app: App) -> None:
    event, general, message, ana = await asked_alone(app, question(app, "models_tried"))
    thread, public, _, bob = await _public(app, ana)
    public.components = message.components  # as if somebody had brought the button into sight
    app.discord.press(bob, public, labels(public)[0])
    await app.shown(thread, NOT_YOURS, bob)
    assert not any(isinstance(each.body, Answered) for each in app.taken) and event.private
    assert general.id != thread.id


async def _public(app: App, ana: User) -> tuple[Channel, Message, User, User]:
    discord_ = app.discord
    other = discord_.guild("Other")
    bob = discord_.user("bob", other)
    channel = discord_.channel(other, "general")
    discord_.say(bob, channel, f"{discord_.bot.mention} hello")
    event = (await app.took(2))[1]
    await app.reply(event, question(app, "models_tried"))
    [thread] = discord_.threads(channel)
    message = discord_.last(thread, by=discord_.bot)
    assert message is not None
    return thread, message, ana, bob


async def test_a_control_from_another_place_does_nothing(app: App) -> None:
    _, _, message, ana, _ = await asked(app, question(app, "models_tried"))
    thread, public, _, bob = await _public(app, ana)
    public.components = message.components
    app.discord.press(bob, public, labels(public)[0])
    await app.shown(thread, NOT_YOURS, bob)
    assert len(app.taken) == 2


async def test_where_no_thread_could_be_opened_buttons_work_in_the_channel(app: App) -> None:
    discord_ = app.discord
    _, ana, _, general = world(discord_)
    discord_.overwrite(general, discord_.bot, deny=may.CREATE_PUBLIC_THREADS)
    discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
    [event] = await app.took()
    await app.reply(event, question(app, "models_tried"))
    message = discord_.last(general, by=discord_.bot)
    assert message is not None
    discord_.press(ana, message, labels(message)[0])
    pressed = (await app.took(2))[1]
    assert isinstance(pressed.body, Answered) and pressed.conversation == event.conversation
    await app.reply(pressed, Text(markdown="And the prompts?"))
    answer = await app.shown(general, "And the prompts?")
    assert answer.reply_to is not None and str(answer.reply_to.id) == event.message


async def test_what_one_person_is_asked_aside_belongs_to_the_thread_all_the_same(app: App) -> None:
    discord_ = app.discord
    event, thread, _, ana, _ = await asked(app, Text(markdown="What have you tried?"))
    offer = Choices(action="again", options=(Option(value="yes", label="Yes"),))
    await app.reply(event, offer, to=event.author)
    aside = discord_.last(discord_.dm(ana), by=discord_.bot)
    assert aside is not None and labels(aside)[0] == "Yes"
    discord_.press(ana, aside, "Yes")
    pressed = (await app.took(2))[1]
    assert (pressed.body, pressed.conversation) == (Pressed(action="again", values=("yes",)), event.conversation)
    assert pressed.author == event.author and not pressed.private
    await app.reply(pressed, Text(markdown="And the prompts?"))
    await app.shown(thread, "And the prompts?")


async def test_a_picture_and_a_file_stay_when_a_choice_is_shown(app: App) -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    picture = Picture(name="result.png", alt="Two bars", png=dot)
    _, _, message, ana, _ = await asked(
        app, Text(markdown="So:"), picture, File(name="all runs.csv", content="a,b"), OFFER
    )
    app.discord.press(ana, message, "Skip")
    await app.discord.until(lambda: "Ana: Skip" in text_of(message))
    assert [(each.name, each.description) for each in message.attachments] == [
        ("result.png", "Two bars"),
        ("all-runs.csv", None),
    ]
    shown = [each["type"] for each in walk(message.components) if each["type"] in (12, 13)]
    assert shown == [12, 13] and "Skip" not in labels(message)


async def test_in_direct_messages_buttons_work_too(app: App) -> None:
    discord_ = app.discord
    _, ana, _, _ = world(discord_)
    discord_.say(ana, discord_.dm(ana), "our tone is off")
    [event] = await app.took()
    await app.reply(event, question(app, "models_tried"))
    message = discord_.last(discord_.dm(ana), by=discord_.bot)
    assert message is not None
    discord_.press(ana, message, labels(message)[0])
    pressed = (await app.took(2))[1]
    assert isinstance(pressed.body, Answered) and pressed.conversation == event.conversation


@pytest.fixture
async def store(discord_: FakeDiscord, tmp_path: Path) -> AsyncGenerator[Store]:
    async with open_store(settings(tmp_path / "home", discord_), patience=5) as opened:
        yield opened


async def test_old_buttons_and_open_forms_work_after_a_restart(
    discord_: FakeDiscord, store: Store, tmp_path: Path
) -> None:
    async with running(discord_, tmp_path / "home", store=store) as before:
        event, _, message, ana, bob = await asked(before, question(before, "examples"))
        used = await discord_.answered(discord_.press(ana, message, "Answer"))
    async with running(discord_, tmp_path / "home", store=store) as after:
        assert used.modal
        [field] = [each["component"] for each in used.modal.components if each["type"] == 18]
        discord_.submit(ana, used.modal, {field["custom_id"]: "400"})
        [answered] = await after.took()
        assert (answered.body, answered.conversation) == (Answered(facts={"examples": 400}), event.conversation)
        await discord_.quiet()
        later = await discord_.answered(discord_.press(bob, message, "Continue"))
        assert later.modal
        discord_.submit(bob, later.modal, {"words": "five prompts"})
        assert (await after.took(2))[1].body == Said(text="five prompts")


async def test_every_interaction_is_acknowledged_by_a_deferral_or_a_form(app: App) -> None:
    _, _, message, ana, _ = await asked(app, question(app, "models_tried"))
    app.discord.press(ana, message, labels(message)[0])
    app.discord.press(ana, message, "Continue")
    assert message.channel.parent is not None
    app.discord.command(ana, message.channel.parent, "finetune", "status")
    await app.discord.until(lambda: len(app.discord.acks) == 3)
    assert sorted(ack.callback or 0 for ack in app.discord.acks) == [5, 6, 9]
    assert all(ack.seconds is not None and ack.seconds < 3 for ack in app.discord.acks)


@pytest.mark.parametrize("trouble", ["lost", "502", "limited elsewhere"])
async def test_the_first_response_gets_through_trouble_and_the_event_is_taken_once(app: App, trouble: str) -> None:
    discord_, callback = app.discord, "/interactions/{interaction_id}/{interaction_token}/callback"
    _, ana, _, general = world(discord_)
    if trouble == "lost":  # Discord has it, and nobody heard so
        discord_.drop("POST", callback)
    elif trouble == "502":
        discord_.fail("POST", callback)
    else:  # everything else waits, interactions do not
        discord_.limit("POST", "/users/@me/channels", everywhere=True, retry_after=4.0)
        blocked = asyncio.create_task(app.platform.deliver(_to_person(ana)))
        await discord_.until(lambda: any(each.status == 429 for each in discord_.calls))
        blocked.cancel()
    # Where it is not known whether it arrived, it is given once more, and Discord says that it did.
    with discord_.expecting(40060) if trouble == "lost" else nullcontext():
        used = discord_.command(ana, general, "finetune", "status")
        await app.took()
        await discord_.quiet()
    assert len(app.taken) == 1 and used.callback == 5 and not used.late


def _to_person(user: User) -> Delivery:
    told = Reply(parts=(Text(markdown="aside"),), to=f"discord:1:{user.id}")
    return Delivery(f"discord:1:2:@{user.id}", "00001.aside", told, False)


async def test_who_has_left_the_server_is_a_stranger_to_what_they_were_shown_beside_it(app: App) -> None:
    discord_ = app.discord
    event, thread, _, ana, bob = await asked(app, Text(markdown="What have you tried?"))
    offer = Choices(action="column", options=(Option(value="a", label="A"), Option(value="b", label="B")))
    assert thread.guild is not None
    for person, leaves in ((bob, False), (ana, True)):
        await app.reply(event, offer, to=ids.author(str(thread.guild.id), str(person.id)))
        aside = discord_.last(discord_.dm(person), by=discord_.bot)
        assert aside is not None
        if leaves:
            discord_.leave(thread.guild, person)
        discord_.press(person, aside, "A")
        pressed = (await app.took(3 if leaves else 2))[-1]
        assert pressed.conversation == event.conversation
        assert await app.platform.is_outsider(pressed) is leaves
    assert not await app.platform.is_outsider(event)
