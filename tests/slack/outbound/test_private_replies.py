"""Replies that one person alone sees: by which way they come, and what follows where one is used up."""

import pytest

from bot.chat.reply import Text
from bot.platform.port import Delivered, RetryLater
from tests.fakes.slack import text_of
from tests.slack.delivery import Bench
from tests.slack.outbound.test_deliver import PICTURE, TABLES, words
from tests.slack.outbound.test_deliver import at as _at

at = _at


async def test_a_private_answer_comes_by_the_response_address_and_only_its_person_sees_it(at: Bench):
    assert await at.say(Text(markdown="Yours."), to=at.own(at.slack.general), via=at.via()) == Delivered()
    assert words(at.said(user=at.slack.alice)) == ["Yours."]
    assert at.said(user=at.slack.bob) == []
    assert not at.slack.called("chat.postEphemeral")


async def test_after_four_uses_or_29_minutes_the_address_is_spared(at: Bench):
    via, own = at.via(), at.own(at.slack.general)
    for _ in range(5):
        assert await at.say(Text(markdown="Yours."), to=own, via=via) == Delivered()
    assert len(at.slack.called("chat.postEphemeral")) == 1
    late = at.via()
    at.slack.pass_time(30 * 60)
    assert await at.say(Text(markdown="Yours."), to=own, via=late) == Delivered()
    assert len(at.slack.called("chat.postEphemeral")) == 2
    assert len(at.said(user=at.slack.alice)) == 6


async def test_an_address_that_is_used_up_after_all_is_left_for_another_way(at: Bench):
    via = at.via()
    next(iter(at.slack.response_urls.values())).used = 5
    with at.slack.expect_offence("used_url"):
        assert await at.say(Text(markdown="Yours."), to=at.own(at.slack.general), via=via) == Delivered()
    assert words(at.said(user=at.slack.alice)) == ["Yours."]


async def test_where_the_app_is_no_member_a_private_answer_still_comes(at: Bench):
    own = at.own(at.slack.outside)
    assert await at.say(Text(markdown="Yours."), to=own, via=at.via(channel=at.slack.outside)) == Delivered()
    assert words(at.said(at.slack.outside, user=at.slack.alice)) == ["Yours."]
    assert await at.say(Text(markdown="Later."), to=own) == Delivered()
    assert words(at.said(at.slack.dm(at.slack.alice))) == ["Later."]
    assert at.said(at.slack.outside, user=at.slack.bob) == []


@pytest.mark.parametrize("method", ["response_url", "chat.postEphemeral"])
async def test_limits_and_faults_on_private_answers(at: Bench, method: str):
    own, via = at.own(at.slack.general), at.via() if method == "response_url" else None
    at.slack.limit(method, retry_after=9)
    assert await at.say(Text(markdown="Yours."), to=own, via=via) == RetryLater(9.0, in_doubt=False)
    at.slack.fail(method)
    assert await at.say(Text(markdown="Yours."), to=own, via=via) == RetryLater(None, in_doubt=True)
    assert await at.say(Text(markdown="Yours."), to=own, via=via, in_doubt=True) == Delivered()
    assert words(at.said(user=at.slack.alice)) == ["Yours."]


async def test_a_private_reply_of_several_messages_goes_on_where_it_broke_off(at: Bench):
    own = at.own(at.slack.general)
    await at.say(TABLES[0], to=own)
    at.slack.limit("chat.postEphemeral", times=1, retry_after=9)
    assert await at.say(*TABLES, to=own, key="k") == RetryLater(9.0, in_doubt=False)
    at.slack.drop("chat.postEphemeral", times=1)
    assert await at.say(*TABLES, to=own, key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(*TABLES, to=own, key="k", in_doubt=True) == Delivered()
    # What was in doubt is said at least once: nobody can look up what one person sees.
    assert words(at.said())[1:] == ["Fact\none", "Fact\none", "Fact\ntwo", "Fact\nthree"]


async def test_a_private_picture_goes_to_the_dm_and_the_answer_says_so(at: Bench):
    assert await at.say(PICTURE, to=at.own(at.slack.general)) == Delivered()
    (told,) = at.said(user=at.slack.alice)
    assert "direct messages" in text_of(told)
    assert PICTURE.alt in text_of(told)
    (shared,) = at.said(at.slack.dm(at.slack.alice))
    assert shared.files[0].alt_text == PICTURE.alt


async def test_a_reply_to_one_person_in_a_shared_thread_is_seen_by_nobody_else(at: Bench):
    assert await at.say(Text(markdown="Only you."), alone=True, via=at.via(url=False)) == Delivered()
    (message,) = at.said()
    assert (message.only_for, message.thread_ts) == (at.slack.alice, at.root)


async def test_the_response_address_of_somebody_else_is_not_used(at: Bench):
    via = at.via().replace(at.slack.alice, at.slack.bob)
    assert await at.say(Text(markdown="Yours."), to=at.own(at.slack.general), via=via) == Delivered()
    assert at.slack.called("chat.postEphemeral")


async def test_in_a_dm_nothing_is_ephemeral(at: Bench):
    dm = await at.dm()
    assert await at.say(Text(markdown="Here."), to=dm, alone=True) == Delivered()
    (message,) = at.said(at.slack.dm(at.slack.alice))
    assert message.only_for is None


async def test_refused_blocks_of_a_private_answer_are_said_in_plain_words(at: Bench):
    own = at.own(at.slack.general)
    at.slack.refuse("chat.postEphemeral", "invalid_blocks")
    assert await at.say(Text(markdown="**Yours.**"), to=own) == Delivered()
    (message,) = at.said(user=at.slack.alice)
    assert (message.blocks, message.text) == ([], "Yours.")
