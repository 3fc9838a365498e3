"""What people see of a reply on Discord, whatever goes wrong on the way there."""

import base64
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from adapters.discord import ids
from adapters.discord.outbound import send
from adapters.discord.outbound.deliver import deliver
from adapters.discord.render.custom_ids import read
from adapters.discord.rest import Rest
from bot.chat.controls import unsealed
from bot.chat.reply import Choices, File, Option, Picture, Reply, Text
from bot.platform.port import Delivered, Delivery, Rejected, RetryLater
from bot.settings import Settings
from tests.discord.delivery import TITLE, VAULT, Bench, bench
from tests.discord.replies import PNG
from tests.fakes.discord import Impossible, Message, controls_of, permissions, text_of

HELLO = Text(markdown="Hello.")
GO = Choices(action="stop", options=(Option(value="stop", label="Stop"),))
CHANNEL, THREAD = "/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{message_id}/threads"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = f"{WEBHOOK}/messages/@original"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def texts(messages: list[Message]) -> list[str]:
    return [text_of(each) for each in messages]


async def test_a_mention_is_answered_in_a_thread_of_its_own(at: Bench) -> None:
    assert await at.say(HELLO, via=at.mention) == Delivered()
    assert (at.thread.id, at.thread.name) == (at.asked.id, TITLE)
    assert await at.say(Text(markdown="More.")) == Delivered()
    assert texts(at.said()) == ["Hello.", "More."]
    assert not at.said(at.general) and not at.discord.pings


async def test_nobody_is_called_whatever_is_said(at: Bench) -> None:
    said = f"@everyone <@{at.ana.id}> <@&{at.guild.id}> [click](https://evil.example/x)"
    assert await at.say(Text(markdown=said), via=at.mention) == Delivered()
    (message,) = at.said()
    assert message.allowed_mentions == {"parse": [], "replied_user": False}
    assert "@everyone" not in text_of(message) and "](" not in text_of(message)
    assert f"\\<@{at.ana.id}>" in text_of(message)


async def test_without_the_right_to_threads_it_replies_in_the_channel_and_says_so_once(at: Bench) -> None:
    at.discord.overwrite(at.general, at.discord.bot, deny=permissions.CREATE_PUBLIC_THREADS)
    assert await at.say(HELLO, GO, via=at.mention) == Delivered()
    assert await at.say(Text(markdown="More.")) == Delivered()
    first, second = at.said(at.general)
    assert "may not open a thread" in text_of(first) and "Hello." in text_of(first)
    assert text_of(second) == "More."
    assert first.reply_to is at.asked and second.reply_to is at.asked
    assert not at.discord.pings and not at.discord.threads(at.general)


async def test_a_thread_that_is_closed_to_us_is_left_for_the_channel(at: Bench) -> None:
    at.discord.overwrite(at.general, at.discord.bot, deny=permissions.SEND_MESSAGES_IN_THREADS)
    assert await at.say(HELLO, via=at.mention) == Delivered()
    assert await at.say(Text(markdown="More.")) == Delivered()
    assert [text_of(each).rpartition("\n")[2] for each in at.said(at.general)] == ["Hello.", "More."]
    assert not at.discord.threads(at.general), "none is opened that could only stay empty"


async def test_where_it_may_not_write_it_opens_no_thread_and_tells_the_asker_once(at: Bench) -> None:
    deny = permissions.SEND_MESSAGES_IN_THREADS | permissions.SEND_MESSAGES
    at.discord.overwrite(at.general, at.discord.bot, deny=deny)
    for _ in range(2):
        assert isinstance(await at.say(HELLO, via=at.mention), Rejected)
    assert not at.discord.threads(at.general) and not at.said(at.general)
    (told,) = at.said(at.discord.dm(at.ana))
    assert "I may not write there." in text_of(told) and f"<#{at.general.id}>" in text_of(told)


async def test_a_reply_that_may_not_be_marked_as_one_is_posted_all_the_same(at: Bench) -> None:
    deny = permissions.CREATE_PUBLIC_THREADS | permissions.READ_MESSAGE_HISTORY
    at.discord.overwrite(at.general, at.discord.bot, deny=deny)
    assert await at.say(HELLO, via=at.mention) == Delivered()
    (said,) = at.said(at.general)
    assert said.reply_to is None


async def test_a_button_in_the_channel_says_which_conversation_it_is_of(at: Bench) -> None:
    at.discord.overwrite(at.general, at.discord.bot, deny=permissions.CREATE_PUBLIC_THREADS)
    await at.say(GO, via=at.mention)
    (said,) = at.said(at.general)
    used, _ = await at.press(said, "Stop")
    sealed, conversation = read(used.data["custom_id"], str(at.ana.id))
    assert conversation == at.conversation
    control = unsealed(VAULT, at.conversation, sealed)
    assert control and (control.action, control.values) == ("stop", ("stop",))


async def test_a_thread_that_is_there_already_is_used(at: Bench) -> None:
    at.discord.thread(at.general, "theirs", at.ana, at.asked)
    assert await at.say(HELLO, via=at.mention) == Delivered()
    assert texts(at.said()) == ["Hello."]


async def test_a_message_that_arrived_unheard_is_not_sent_twice(at: Bench) -> None:
    await at.say(HELLO, via=at.mention)
    at.discord.drop("POST", CHANNEL)
    said = await at.say(Text(markdown="Once."), key="k1")
    assert said == RetryLater(None, in_doubt=True)
    at.discord.advance(1000)  # beyond what Discord remembers a nonce for
    assert await at.say(Text(markdown="Once."), key="k1", in_doubt=True) == Delivered()
    assert texts(at.said()) == ["Hello.", "Once."]


async def test_the_nonce_alone_keeps_a_message_single_where_nothing_can_be_looked_up(at: Bench) -> None:
    await at.say(HELLO, via=at.mention)
    at.discord.drop("POST", CHANNEL)
    await at.say(Text(markdown="Once."), key="k1")
    at.discord.overwrite(at.general, at.discord.bot, deny=permissions.READ_MESSAGE_HISTORY)
    assert await at.say(Text(markdown="Once."), key="k1", in_doubt=True) == Delivered()
    assert texts(at.said()) == ["Hello.", "Once."]


async def test_a_thread_whose_opening_went_unheard_is_not_opened_twice(at: Bench) -> None:
    at.discord.drop("POST", THREAD)
    assert isinstance(await at.say(HELLO, via=at.mention, key="k1"), RetryLater)
    assert await at.say(HELLO, via=at.mention, key="k1", in_doubt=True) == Delivered()
    assert texts(at.said()) == ["Hello."]


async def test_a_long_reply_goes_on_where_it_broke_off(at: Bench) -> None:
    await at.say(HELLO, via=at.mention)
    long = [Text(markdown=f"{letter} " * 1700) for letter in "abc"]
    at.discord.limit("POST", CHANNEL, times=1, retry_after=3600)
    said = await at.say(*long, key="k1")
    assert said == RetryLater(3600.0, in_doubt=False)
    at.discord.advance(4000)
    assert await at.say(*long, key="k1") == Delivered()
    assert [text[0] for text in texts(at.said())] == ["H", "a", "b", "c"]


async def test_a_short_limit_and_a_passing_fault_are_waited_for(at: Bench) -> None:
    at.discord.limit("POST", CHANNEL, retry_after=0.05)
    at.discord.fail("POST", THREAD, status=502)
    assert await at.say(HELLO, via=at.mention) == Delivered()
    assert texts(at.said()) == ["Hello."]


@pytest.mark.parametrize("status", [503, 429])
async def test_a_lasting_fault_is_tried_later(at: Bench, status: int) -> None:
    if status == 503:
        at.discord.fail("POST", CHANNEL, status=503)
    else:
        at.discord.limit("POST", CHANNEL, via=False)
    said = await at.say(HELLO, via=at.mention)
    assert isinstance(said, RetryLater) and said.in_doubt == (status == 503)


async def test_a_deleted_channel_is_the_end(at: Bench) -> None:
    await at.say(HELLO, via=at.mention)
    at.discord.delete_channel(at.thread)
    said = await at.say(HELLO)
    assert said == Rejected("The channel or thread is gone.")


async def test_a_server_that_removed_the_bot_is_the_end(at: Bench) -> None:
    await at.say(HELLO, via=at.mention)
    at.discord.remove_from_guild(at.guild)
    assert isinstance(await at.say(HELLO), Rejected)


async def test_a_wrong_token_is_said_without_it(at: Bench) -> None:
    wrong = Rest(Settings.model_validate({"DISCORD_BOT_TOKEN": "MTIz.abc.secret"}))
    said = await deliver(Delivery(at.conversation, "k", Reply(parts=(HELLO,)), False), wrong, at.host)
    await wrong.aclose()
    assert isinstance(said, Rejected) and "DISCORD_BOT_TOKEN" in said.reason and "secret" not in said.reason


async def test_an_archived_thread_wakes_up_and_a_locked_one_tells_who_asked(at: Bench) -> None:
    await at.say(HELLO, via=at.mention)
    thread = at.thread
    at.discord.archive(thread)
    assert await at.say(Text(markdown="Awake.")) == Delivered()
    at.discord.lock(thread)
    assert await at.say(HELLO, via=at.mention) == Rejected("The thread is locked.")
    (told,) = at.said(at.discord.dm(at.ana))
    assert "locked" in text_of(told)


async def test_a_command_is_answered_where_only_that_person_sees_it(at: Bench) -> None:
    used, via = await at.command()
    assert await at.say(HELLO, where=at.own, via=via) == Delivered()
    assert await at.say(GO, where=at.own, via=via) == Delivered()
    assert used.response and text_of(used.response) == "Hello." and not used.response.thinking
    assert [controls_of(each) for each in used.followups] == [["Stop", "Continue"]]
    assert all(each.seen_by is at.ana for each in at.said(at.general, at.ana))
    assert not at.said(at.general)


async def test_an_answer_in_doubt_fills_the_same_place_again(at: Bench) -> None:
    used, via = await at.command()
    at.discord.drop("PATCH", ORIGINAL)
    assert await at.say(HELLO, where=at.own, via=via, key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(HELLO, where=at.own, via=via, key="k", in_doubt=True) == Delivered()
    assert texts(at.said(at.general, at.ana)) == ["Hello."] and not used.followups


async def test_what_takes_longer_than_the_token_goes_to_the_direct_messages(at: Bench) -> None:
    _, via = await at.command()
    at.discord.advance(901)
    assert await at.say(HELLO, GO, where=at.own, via=via) == Delivered()
    (said,) = at.said(at.discord.dm(at.ana))
    assert text_of(said) == "Hello."
    used, _ = await at.press(said, "Stop")
    sealed, conversation = read(used.data["custom_id"], str(at.ana.id))
    assert conversation == at.own
    assert unsealed(VAULT, f"{at.own} {at.author}", sealed)


async def test_closed_direct_messages_are_the_end(at: Bench) -> None:
    at.discord.close_dms(at.ana)
    said = await at.say(HELLO, where=at.own)
    assert said == Rejected("The person takes no direct messages from the bot.")


async def test_one_persons_answer_in_a_thread_is_theirs_alone(at: Bench) -> None:
    await at.say(GO, via=at.mention)
    _, via = await at.press(at.said()[0], "Stop")
    assert await at.say(Text(markdown="Only you."), via=via, alone=True) == Delivered()
    assert await at.say(Text(markdown="For all."), via=via) == Delivered()
    assert texts(at.said(user=at.ana)) == ["", "Only you.", "For all."]
    assert texts(at.said()) == ["", "For all."]


async def test_what_one_person_may_see_does_not_fill_an_answer_that_all_see(at: Bench) -> None:
    used, via = await at.command(private=False)
    assert await at.say(Text(markdown="Only you."), where=at.own, via=via) == Delivered()
    assert used.response and not used.response.thinking
    assert texts(at.said(at.general)) == ["I answer that where only you see it."]
    assert texts(at.said(at.general, at.ana))[1:] == ["Only you."]


async def test_an_answer_that_waits_does_not_wait_for_ever(at: Bench) -> None:
    await at.say(HELLO, via=at.mention)
    used, via = await at.command(at.thread)
    assert await at.say(Text(markdown="For all."), via=via) == Delivered()
    assert used.response and text_of(used.response) == "I have answered where all can see it."
    assert texts(at.said()) == ["Hello.", "For all."]


async def test_a_command_in_direct_messages_is_answered_there(at: Bench) -> None:
    dm = at.discord.dm(at.ana)
    used, via = await at.command(dm, private=False)
    assert await at.say(HELLO, where=at.dm, via=via) == Delivered()
    assert await at.say(Text(markdown="More."), where=at.dm, via=via) == Delivered()
    assert used.response and text_of(used.response) == "Hello."
    assert texts(at.said(dm)) == ["Hello.", "More."]


async def test_installed_for_a_person_only_five_follow_ups_go_and_the_rest_comes_by_direct_message(at: Bench) -> None:
    bob = at.discord.user("bob", at.guild)
    between = at.discord.private_channel(at.ana, bob)
    at.discord.install(at.ana)
    place = ids.conversation(ids.Place(ids.DIRECT, str(between.id), str(at.ana.id)))
    await at.known(place)
    used, via = await at.command(between)
    assert used.user_installed_only
    for number in range(7):
        assert await at.say(Text(markdown=f"{number}"), where=place, via=via) == Delivered()
    assert texts(at.said(between, at.ana)) == ["0", "1", "2", "3", "4", "5"]
    assert texts(at.said(at.discord.dm(at.ana))) == ["6"]
    assert not at.said(between, bob)


async def test_without_the_right_to_attach_the_words_come_alone(at: Bench) -> None:
    at.discord.overwrite(at.general, at.discord.bot, deny=permissions.ATTACH_FILES)
    picture = Picture(name="trial.png", alt="Items passed: bare 40 %.", png=PNG)
    assert await at.say(HELLO, picture, File(name="a.jsonl", content="{}"), via=at.mention) == Delivered()
    (said,) = at.said()
    assert not said.attachments and "Hello." in text_of(said) and "bare 40 %" in text_of(said)


@pytest.mark.parametrize("coded", [True, False], ids=["with its code", "without a code"])
async def test_a_picture_that_is_too_large_is_told_of_and_the_question_comes(at: Bench, coded: bool) -> None:
    await at.say(HELLO, via=at.mention)
    picture = Picture(name="trial.png", alt="Items passed: bare 40 %.", png=PNG)
    if coded:
        picture = Picture(name="trial.png", alt=picture.alt, png=base64.b64encode(b"0" * 11_000_000).decode())
        with at.discord.expecting(40005):
            assert await at.say(picture, GO) == Delivered()
    else:
        at.discord.fail("POST", CHANNEL, status=413)
        assert await at.say(picture, GO) == Delivered()
    _, said = at.said()
    assert not said.attachments and "bare 40 %" in text_of(said) and controls_of(said) == ["Stop"]


async def test_a_picture_and_a_file_are_shown_in_the_message(at: Bench) -> None:
    picture = Picture(name="trial one.png", alt="Items passed: bare 40 %.", png=PNG)
    assert await at.say(HELLO, picture, File(name="a.jsonl", content="{}"), via=at.mention) == Delivered()
    (said,) = at.said()
    first, second = said.attachments
    assert (first.name, first.description) == ("trial-one.png", "Items passed: bare 40 %.")
    assert second.data == b"{}"


async def test_where_components_are_refused_plain_words_come(at: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "COMPONENTS_V2", 0)  # as where Discord takes none of the second version
    with at.discord.expecting(50035):
        assert await at.say(Text(markdown="word " * 700), GO, via=at.mention) == Delivered()
    said = at.said()
    assert len(said) == 2 and all(0 < len(each.content) <= 2000 for each in said)
    assert "Stop" in said[-1].content


async def test_an_old_button_of_another_place_does_not_fit(at: Bench) -> None:
    await at.say(GO, via=at.mention)
    used, _ = await at.press(at.said()[0], "Stop")
    assert unsealed(VAULT, at.conversation, used.data["custom_id"])
    assert not unsealed(VAULT, at.own, used.data["custom_id"])
    with pytest.raises(Impossible):
        at.discord.press(at.ana, at.said()[0], "Go")
