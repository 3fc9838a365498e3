"""Shortcuts and App Home: consultations that one person begins, looks up and forgets."""

from datetime import UTC, datetime

import pytest

from adapters.slack import ids
from adapters.slack.inbound import home
from adapters.slack.inbound.app import NO_THREAD, NO_WORDS
from adapters.slack.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from bot.chat.commands import Command, parse
from bot.chat.events import Said
from bot.chat.reply import Text
from bot.consultation.model import Consultation, Line
from bot.service.admission import takes_back
from tests.fakes.slack import FakeSlack, View, text_of
from tests.slack.app import App
from tests.slack.inbound.test_components import button


async def form_of(slack: FakeSlack, user: str) -> View:
    view = await slack.until(lambda: slack.modal(user))
    assert view
    return view


# On a message


async def test_a_message_is_asked_about_in_private(either: App) -> None:
    slack = either.slack
    message = await slack.say(
        slack.bob, slack.general, "Should we train a model? It's <https://a.test|slow> &amp; dear."
    )
    await slack.message_shortcut(slack.alice, message, MESSAGE_SHORTCUT)
    event, said = await either.only(Said)
    assert said.text.startswith("Should we train a model? It's")
    assert event.conversation == ids.conversation(ids.Place(slack.home_team.id, slack.general, person=slack.alice))
    assert event.author == ids.author(slack.home_team.id, slack.alice) and event.private
    await either.reply(event, Text(markdown="What have you tried in the prompt?"))
    assert "What have you tried" in text_of(slack.said(slack.general, user=slack.alice)[-1])
    assert slack.said(slack.general, user=slack.bob) == []


@pytest.mark.parametrize("words", ["allow guests", "/off", "forget me", "/Forget me", "stop"])
async def test_a_command_that_somebody_else_wrote_is_words_to_read(slack: FakeSlack, app: App, words: str) -> None:
    message = await slack.say(slack.bob, slack.general, words)
    await slack.message_shortcut(slack.alice, message, MESSAGE_SHORTCUT)
    event, said = await app.only(Said)
    assert parse(said.text, addressed=True) == Command("check", words) and not takes_back(event)


async def test_it_needs_neither_history_nor_membership(slack: FakeSlack, app: App) -> None:
    message = await slack.say(slack.bob, slack.outside, "Should we train a model?")
    await slack.message_shortcut(slack.alice, message, MESSAGE_SHORTCUT)
    event, _ = await app.only(Said)
    await app.reply(event, Text(markdown="What have you tried in the prompt?"))
    assert "What have you tried" in text_of(slack.seen(slack.outside, user=slack.alice)[-1])
    assert not slack.called("conversations.replies") and not slack.called("conversations.history")


async def test_the_files_of_the_message_come_along(slack: FakeSlack, app: App) -> None:
    file = slack.upload(slack.bob, "tickets.csv", b"input,output\na,b\n", "text/csv")
    message = await slack.say(slack.bob, slack.general, files=[file])
    await slack.message_shortcut(slack.alice, message, MESSAGE_SHORTCUT)
    _, said = await app.only(Said)
    assert [each.name for each in said.files] == ["tickets.csv"]


async def test_a_message_without_words_is_said_to_have_none(slack: FakeSlack, app: App) -> None:
    message = await slack.say(slack.bob, slack.general, "")
    await slack.message_shortcut(slack.alice, message, MESSAGE_SHORTCUT)
    await slack.until(lambda: slack.said(slack.general, user=slack.alice))
    assert NO_WORDS in text_of(slack.said(slack.general, user=slack.alice)[0])
    assert app.taken == [] and slack.said(slack.general, user=slack.bob) == []


# From anywhere


async def test_a_consultation_begins_in_the_persons_direct_messages(either: App) -> None:
    slack = either.slack
    await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
    view = await form_of(slack, slack.alice)
    await slack.submit(view, {"goal": "Our replies <never>\nkeep our tone"})
    event, said = await either.only(Said)
    assert said.text == "Our replies <never>\nkeep our tone"
    dm = slack.dm(slack.alice)
    [root] = slack.said(dm)
    assert event.conversation == ids.conversation(ids.Place(slack.home_team.id, dm, thread=root.ts)) and event.private
    assert root.text == "You asked:\n>Our replies &lt;never&gt;\n>keep our tone"
    shown = slack.modal(slack.alice)
    assert shown and "direct messages" in text_of(shown)
    await either.reply(event, Text(markdown="What have you tried in the prompt?"))
    follow = await slack.say(slack.alice, dm, "a few prompts", root.ts)
    assert [each.conversation for each in await either.took(2)] == [event.conversation] * 2
    assert slack.seen(dm, root.ts)[-1] is follow


async def test_nothing_begins_where_slack_opens_no_thread(slack: FakeSlack, app: App) -> None:
    await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
    view = await form_of(slack, slack.alice)
    slack.refuse("chat.postMessage", "restricted_action")
    ack = await slack.submit(view, {"goal": "Our replies never keep our tone"})
    assert ack.body == {"response_action": "errors", "errors": {"goal": NO_THREAD}}
    assert app.taken == [] and view.open
    await slack.submit(view, {"goal": "Our replies never keep our tone"})
    await app.only(Said)


async def test_blanks_are_no_goal(slack: FakeSlack, app: App) -> None:
    await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
    ack = await slack.submit(await form_of(slack, slack.alice), {"goal": "  "})
    assert "goal" in ack.body["errors"] and app.taken == [] and slack.said(slack.dm(slack.alice)) == []


# App Home


async def held(app: App, channel: str, user: str, words: str, *, thread: str | None = None) -> str:
    """Keep a consultation of this person's in the store; returns its id."""
    workspace = app.slack.home_team.id
    place = ids.Place(workspace, channel, thread=thread, person=None if thread else user)
    now = datetime.now(UTC)
    author = ids.author(workspace, user)
    case = Consultation(id=ids.conversation(place), started=now, updated=now, asker=author)
    case = case.but(transcript=(Line(by=author, text=words, at=now),))
    await app.store.commit(case.id, 0, case)
    return case.id


async def home_of(app: App, user: str, times: int = 1) -> View:
    published = await app.slack.until(lambda: len(app.slack.called("views.publish")) >= times and app.slack.home(user))
    assert isinstance(published, View)
    return published


async def test_home_lists_a_persons_own_consultations(either: App) -> None:
    slack = either.slack
    root = await slack.say(slack.bob, slack.general, "tone")
    await held(either, slack.general, slack.alice, "Our support replies never keep our tone", thread=root.ts)
    await held(either, slack.general, slack.bob, "Bob's own matter")
    await slack.open_home(slack.alice)
    view = await home_of(either, slack.alice)
    assert "Our support replies never keep our tone" in text_of(view)
    assert "Bob's own matter" not in text_of(view)


async def test_a_new_one_is_started_from_home(slack: FakeSlack, app: App) -> None:
    await slack.open_home(slack.alice)
    view = await home_of(app, slack.alice)
    await slack.press(slack.alice, view, home.START)
    await slack.submit(await form_of(slack, slack.alice), {"goal": "Our replies never keep our tone"})
    event, _ = await app.only(Said)
    assert ids.place(event.conversation).channel == slack.dm(slack.alice)


async def test_home_says_where_a_consultation_is(slack: FakeSlack, app: App) -> None:
    root = await slack.say(slack.bob, slack.general, "tone")
    await held(app, slack.general, slack.alice, "Our support replies never keep our tone", thread=root.ts)
    await slack.open_home(slack.alice)
    view = await home_of(app, slack.alice)
    slack.slow("chat.getPermalink", 4.0)
    await slack.press(slack.alice, view, *button(view, "Where it is"))
    assert "in a thread" in text_of(await form_of(slack, slack.alice)), "longer than a view can be opened"
    await slack.until(lambda: (told := slack.modal(slack.alice)) and root.ts.replace(".", "") in text_of(told))


async def test_one_of_mine_is_forgotten_from_home(slack: FakeSlack, app: App) -> None:
    conversation = await held(app, slack.general, slack.alice, "Our support replies never keep our tone")
    await slack.open_home(slack.alice)
    view = await home_of(app, slack.alice)
    await slack.press(slack.alice, view, *button(view, "Forget"))
    event, said = await app.only(Said)
    assert (event.conversation, said.text, event.spends) == (conversation, "/forget", True)
    await app.store.forget(conversation)  # as the worker does
    view = await home_of(app, slack.alice, 2)
    assert "Our support replies" not in text_of(view)


async def test_nobody_forgets_what_is_somebody_elses(slack: FakeSlack, app: App) -> None:
    await held(app, slack.general, slack.alice, "Our support replies never keep our tone")
    for user in (slack.alice, slack.bob):
        await slack.open_home(user)
    await home_of(app, slack.bob, 2)
    mine, theirs = slack.home(slack.bob), slack.home(slack.alice)
    assert mine and theirs
    mine.blocks.extend(block for block in theirs.blocks if "Forget" in str(block.get("elements")))
    await slack.press(slack.bob, mine, *button(mine, "Forget"))
    told = await form_of(slack, slack.bob)
    assert "not for you" in text_of(told) and app.taken == []
