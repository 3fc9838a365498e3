"""Progress: one message, changed in place, not too often, and right at the end."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.chat.reply import Progress
from bot.platform.port import Delivered, Rejected, RetryLater
from tests.fakes.slack import text_of
from tests.slack.delivery import Bench, bench

TOTAL = 40


def after(done: int, id: str = "trial-1") -> Progress:
    return Progress(id=id, done=done, total=TOTAL, text=f"bare: run {done}")


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def test_it_is_one_message_with_a_bar_that_is_changed_in_place(at: Bench):
    for done in (0, 10, 40):
        assert await at.say(after(done)) == Delivered()
        at.slack.pass_time(1.1)
    (message,) = at.said()
    assert message.text == "40 of 40: bare: run 40"
    assert [version.count("of 40") for version, _ in message.versions] == [1, 1, 1]
    assert "▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓ 40/40" in text_of(message)
    assert "▓▓▓▓▓░░░░░░░░░░░░░░░ 10/40" in str(message.versions[1])


async def test_what_comes_within_a_second_is_skipped_and_the_end_waits_for_it(at: Bench):
    await at.say(after(0))
    for done in range(1, 20):
        assert await at.say(after(done)) == Delivered()
    assert not at.slack.called("chat.update")
    outcome = await at.say(after(TOTAL))
    assert isinstance(outcome, RetryLater)
    assert outcome.seconds is not None
    assert 0 < outcome.seconds <= 1
    assert not outcome.in_doubt
    at.slack.pass_time(1.1)
    assert await at.say(after(TOTAL)) == Delivered()
    assert len(at.slack.called("chat.update")) == 1
    assert at.said()[0].text.startswith("40 of 40")


async def test_an_older_one_that_comes_again_changes_nothing(at: Bench):
    for done in (0, 20, 10):
        assert await at.say(after(done)) == Delivered()
        at.slack.pass_time(1.1)
    assert at.said()[0].text.startswith("20 of 40")


async def test_a_limit_is_no_reason_to_wait_but_at_the_end(at: Bench):
    await at.say(after(0))
    at.slack.pass_time(1.1)
    at.slack.limit("chat.update", times=1, retry_after=1)
    assert await at.say(after(5)) == Delivered()
    at.slack.limit("chat.update", times=1, retry_after=20)
    assert await at.say(after(TOTAL)) == RetryLater(20.0, in_doubt=False)
    assert await at.say(after(TOTAL)) == Delivered()
    assert len(at.slack.called("chat.update")) == 3


async def test_where_the_message_was_deleted_a_new_one_is_posted(at: Bench):
    await at.say(after(0))
    at.slack.channels[at.slack.general].messages.remove(at.said()[0])
    at.slack.pass_time(1.1)
    assert await at.say(after(20)) == Delivered()
    at.slack.pass_time(1.1)
    assert await at.say(after(30)) == Delivered()
    (message,) = at.said()
    assert message.text.startswith("30 of 40")


async def test_each_work_has_a_message_of_its_own(at: Bench):
    await at.say(after(0, "trial-1"))
    await at.say(after(0, "trial-2"))
    assert len(at.said()) == 2


async def test_one_that_was_posted_although_nobody_heard_so_is_found_and_changed(at: Bench):
    at.slack.drop("chat.postMessage")
    assert await at.say(after(0), key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(after(0), key="k", in_doubt=True) == Delivered()
    at.slack.pass_time(1.1)
    assert await at.say(after(20)) == Delivered()
    (message,) = at.said()
    assert message.text.startswith("20 of 40")


async def test_a_change_that_slack_fails_at_is_tried_again(at: Bench):
    await at.say(after(0))
    at.slack.pass_time(1.1)
    at.slack.fail("chat.update")
    assert await at.say(after(20), key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(after(20), key="k", in_doubt=True) == Delivered()
    assert len(at.said()) == 1


async def test_refused_blocks_are_shown_in_plain_words(at: Bench):
    await at.say(after(0))
    at.slack.pass_time(1.1)
    at.slack.refuse("chat.update", "invalid_blocks")
    assert await at.say(after(20)) == Delivered()
    (message,) = at.said()
    assert (message.blocks, message.text) == ([], "20 of 40: bare: run 20")


async def test_in_an_archived_channel_it_is_refused(at: Bench):
    await at.say(after(0))
    at.slack.pass_time(1.1)
    at.slack.refuse("chat.update", "is_archived")
    assert isinstance(await at.say(after(20)), Rejected)


async def test_for_one_person_alone_it_is_said_at_each_quarter(at: Bench):
    """An ephemeral message cannot be changed, and forty lines would be too many."""
    own = at.own(at.slack.general)
    for done in range(0, TOTAL + 1, 2):
        assert await at.say(after(done), to=own) == Delivered()
        at.slack.pass_time(1.1)
    assert [message.text.partition(":")[0] for message in at.said(user=at.slack.alice)] == [
        f"{done} of 40" for done in (0, 10, 20, 30, 40)
    ]


async def test_it_never_goes_to_the_dm_of_somebody_who_is_told_alone(at: Bench):
    own = at.own(at.slack.outside)  # where the app is no member
    assert await at.say(after(0), to=own) == Delivered()
    at.slack.pass_time(2)
    assert await at.say(after(TOTAL), to=own, via=at.via(url=False)) == Delivered()
    assert not at.slack.called("conversations.open")
    assert at.said(at.slack.outside) == []
