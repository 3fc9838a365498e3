"""`/finetune`: answered where only the person sees it; help and the rules at once, with neither store nor model."""

import pytest

from adapters.slack import ids
from adapters.slack.reply_address import unpacked
from bot.chat.events import Pasted, Said
from bot.chat.reply import Text
from bot.platform.refusal import SORRY
from tests.fakes.slack import FakeSlack, text_of
from tests.slack.app import App


def own(slack: FakeSlack, channel: str, user: str) -> str:
    return ids.conversation(ids.Place(slack.home_team.id, channel, person=user))


@pytest.mark.parametrize("typed", ["", "help", "  Help "])
async def test_help_is_answered_at_once_and_only_to_who_asked(either: App, typed: str) -> None:
    slack = either.slack
    ack = await slack.command(slack.alice, slack.general, text=typed)
    assert ack.ok
    [shown] = await slack.until(lambda: slack.said(slack.general, user=slack.alice))
    assert "finetune" in text_of(shown) and shown.only_for == slack.alice
    assert slack.said(slack.general, user=slack.bob) == []
    assert either.taken == []


async def test_help_comes_in_plain_words_where_slack_refuses_its_blocks(slack: FakeSlack, app: App) -> None:
    slack.refuse("response_url", "invalid_blocks")
    await slack.command(slack.alice, slack.general, text="help")
    [shown] = await slack.until(lambda: slack.said(slack.general, user=slack.alice))
    assert not shown.blocks and "finetune" in text_of(shown) and shown.only_for == slack.alice


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rules", "Read one with"),
        ("rule 2", "Try words before weights"),
        ("rule retrieval", "Missing facts belong in the context"),
    ],
)
async def test_the_rules_are_answered_at_once(slack: FakeSlack, app: App, typed: str, said: str) -> None:
    await slack.command(slack.alice, slack.general, text=typed)
    [shown] = await slack.until(lambda: slack.said(slack.general, user=slack.alice))
    assert said in text_of(shown)
    assert ("Read one with" in text_of(shown)) == (typed == "rules")
    assert app.taken == []


@pytest.mark.parametrize("typed", ["check", "status", "forget", "cost 5000 calls a day", "verdict", "fix examples 400"])
async def test_a_command_is_a_word_of_the_persons_own_consultation(slack: FakeSlack, app: App, typed: str) -> None:
    await slack.command(slack.alice, slack.general, text=typed)
    event, said = await app.only(Said)
    assert event.conversation == own(slack, slack.general, slack.alice)
    assert event.private and event.name == "alice"
    via = unpacked(event.via)
    assert via and via.user == slack.alice and via.url in [each.url for each in slack.response_urls.values()]
    assert said.text.lstrip("/") == typed


async def test_known_words_are_commands_and_all_else_is_talk(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="status")
    await slack.command(slack.alice, slack.general, text="our replies never keep our tone")
    assert [each.text for each in app.bodies() if isinstance(each, Said)] == [
        "/status",
        "our replies never keep our tone",
    ]


async def test_two_people_have_two_consultations_in_one_channel(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="check our tone is off")
    await slack.command(slack.bob, slack.general, text="check our tone is off")
    alice, bob = await app.took(2)
    assert alice.conversation != bob.conversation


async def test_the_answer_is_seen_by_nobody_else(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="check our tone is off")
    [event] = await app.took()
    await app.reply(event, Text(markdown="What have you tried in the prompt?"))
    assert "What have you tried" in text_of(slack.said(slack.general, user=slack.alice)[-1])
    assert slack.said(slack.general, user=slack.bob) == []


async def test_the_words_are_shown_again_to_who_typed_them(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.general, text="check <!channel> our tone & style")
    [shown] = slack.said(slack.general, user=slack.alice)
    assert text_of(shown).replace("\u200b", "") == "You wrote: check @channel our tone &amp; style"


@pytest.mark.parametrize("text", ["our JSON payload is never valid", "payload", "check payload=1&x=2 {payload}"])
async def test_a_command_with_the_word_payload_arrives(either: App, text: str) -> None:
    await either.slack.command(either.slack.alice, either.slack.general, text=text)
    _, said = await either.only(Said)
    assert said.text.lstrip("/") == text


async def test_a_channel_named_payload_is_no_matter(slack: FakeSlack, app: App) -> None:
    channel = slack.add_channel("payload-team", slack.alice)
    await slack.command(slack.alice, channel, text="check our tone is off")
    assert (await app.took())[0].channel == channel


async def test_it_works_where_the_bot_is_no_member(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.alice, slack.outside, text="check our tone is off")
    [event] = await app.took()
    await app.reply(event, Text(markdown="What have you tried in the prompt?"))
    assert "What have you tried" in text_of(slack.seen(slack.outside, user=slack.alice)[-1])


@pytest.mark.parametrize(("typed", "title"), [("try", "Run your own samples"), ("dataset", "Check a finetuning file")])
async def test_a_form_to_paste_into_opens_straight_away(slack: FakeSlack, app: App, typed: str, title: str) -> None:
    await slack.command(slack.alice, slack.general, text=typed)
    view = await slack.until(lambda: slack.modal(slack.alice))
    assert view and view.title == title
    assert app.taken == []
    await slack.submit(view, {"samples": "input: hi\noutput: Hello!"})
    event, pasted = await app.only(Pasted)
    assert pasted.text == "input: hi\noutput: Hello!"
    assert pasted.purpose == ("dataset" if typed == "dataset" else "samples")
    assert event.conversation == own(slack, slack.general, slack.alice) and event.private and event.spends


async def test_every_command_opens_a_form_of_its_own(slack: FakeSlack, app: App) -> None:
    for count in (1, 2):
        await slack.command(slack.alice, slack.general, text="try")
        view = await slack.until(lambda: slack.modal(slack.alice))
        assert view
        await slack.submit(view, {"samples": "input: hi\noutput: Hello!"})
        await app.took(count)


async def test_a_form_that_slack_does_not_open_is_said(slack: FakeSlack, app: App) -> None:
    slack.refuse("views.open", "expired_trigger_id")
    await slack.command(slack.alice, slack.general, text="try")
    await slack.until(lambda: slack.said(slack.general, user=slack.alice))
    assert "did not open the form" in text_of(slack.said(slack.general, user=slack.alice)[0])
    assert slack.said(slack.general, user=slack.bob) == []


async def test_a_form_that_slack_refuses_is_opened_without_what_is_new_in_it(slack: FakeSlack, app: App) -> None:
    slack.refuse("views.open", "invalid_arguments")
    await slack.command(slack.alice, slack.general, text="try")
    view = await slack.until(lambda: slack.modal(slack.alice))
    assert view
    assert [block["element"]["type"] for block in view.blocks] == ["plain_text_input"]
    await slack.submit(view, {"samples": "Q: refund?\nA: done"})
    _, pasted = await app.only(Pasted)
    assert "refund?" in pasted.text


async def test_channels_stay_channels_for_the_commands_that_mean_them(slack: FakeSlack, app: App) -> None:
    await slack.command(slack.admin, slack.general, text=f"allow <#{slack.private}|private>")
    await slack.command(slack.admin, slack.general, text=f"we talk in <#{slack.private}|private>")
    allow, talk = [each.text for each in app.bodies() if isinstance(each, Said)]
    assert f"<#{slack.private}|private>" in allow
    assert talk == "we talk in #private"


def test_the_sentence_for_a_store_that_is_down_says_what_to_do() -> None:
    assert "try again" in SORRY
