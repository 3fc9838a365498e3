"""A trial is one message: its progress, changed in place and not too often, and then its result."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.chat.reply import Choices, Feedback, Option, Picture, Progress, Text
from bot.platform.port import Delivered, Rejected, RetryLater
from tests.fakes.slack import Message, text_of
from tests.slack.delivery import Bench, bench
from tests.slack.replies import PNG

TOTAL = 40
STOP = Choices(action="stop", options=(Option(value="stop", label="Stop"),))
RUN = Choices(action="run", options=(Option(value="run", label="Run it"),))
FOUND = Text(markdown="few-shot did best.")
RESULT = (FOUND, Picture(name="a.png", alt="Items passed", png=PNG), Feedback(about="c"))


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


async def test_what_comes_within_a_second_is_skipped(at: Bench):
    await at.say(after(0))
    for done in (*range(1, 20), TOTAL):
        assert await at.say(after(done)) == Delivered()
    assert not at.slack.called("chat.update")


async def test_an_older_one_that_comes_again_changes_nothing(at: Bench):
    for done in (0, 20, 10):
        assert await at.say(after(done)) == Delivered()
        at.slack.pass_time(1.1)
    assert at.said()[0].text.startswith("20 of 40")


async def test_a_limit_is_no_reason_to_wait_but_at_the_start(at: Bench):
    at.slack.limit("chat.postMessage", times=1, retry_after=20)
    assert await at.say(after(0)) == RetryLater(20.0, in_doubt=False)
    assert await at.say(after(0)) == Delivered()
    at.slack.pass_time(1.1)
    at.slack.limit("chat.update", times=1, retry_after=1)
    assert await at.say(after(5)) == Delivered()


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


@pytest.mark.parametrize(("each", "said"), [(1.1, (0,)), (10, (0, 20))], ids=["short", "long"])
async def test_for_one_person_alone_it_is_said_at_the_half_of_a_long_wait(
    at: Bench, each: float, said: tuple[int, ...]
):
    """An ephemeral message cannot be changed, and forty lines would be too many."""
    own = at.own(at.slack.general)
    for done in range(0, TOTAL + 1, 2):
        assert await at.say(after(done), to=own) == Delivered()
        at.slack.pass_time(each)
    shown = [message.text.partition(":")[0] for message in at.said(user=at.slack.alice)]
    assert shown == [f"{done} of 40" for done in said]


async def test_it_never_goes_to_the_dm_of_somebody_who_is_told_alone(at: Bench):
    own = at.own(at.slack.outside)  # where the app is no member
    assert await at.say(after(0), to=own) == Delivered()
    at.slack.pass_time(2)
    assert await at.say(after(TOTAL), to=own, via=at.via(url=False)) == Delivered()
    assert not at.slack.called("conversations.open")
    assert at.said(at.slack.outside) == []


async def asked(at: Bench) -> Message:
    """Ask alice alone whether a trial is to run."""
    await at.say(Text(markdown="A trial takes 45 calls."), RUN, to=at.own(at.slack.general), via=at.via())
    return at.said(user=at.slack.alice)[-1]


@pytest.mark.parametrize("others", [0, 2], ids=["alone", "beside other answers"])
async def test_for_one_person_alone_a_trial_that_a_press_began_stands_in_its_place_and_goes_in_the_end(
    at: Bench, others: int
):
    own, question = at.own(at.slack.general), await asked(at)
    via = at.via(pressed=question)
    await at.say(after(0), STOP, to=own, via=via)
    (shown,) = at.said(user=at.slack.alice)
    assert "0/40" in text_of(shown) and "Stop" in text_of(shown) and "Run it" not in text_of(shown)
    for number in range(others):
        await at.say(Text(markdown=f"Other {number}."), to=own, via=via)
    at.slack.pass_time(70)
    await at.say(after(20), STOP, to=own, via=via)
    assert "20/40" in text_of(at.said(user=at.slack.alice)[0])
    # Whatever they do meanwhile brings an address that replaces something else.
    await at.say(Text(markdown="Yours."), to=own, via=at.via())
    await at.say(FOUND, Feedback(about="c"), to=own, via=at.via(), over="trial-1", live=True)
    said = [text_of(each) for each in at.said(user=at.slack.alice)]
    assert len(said) == others + 2 and "few-shot did best." in said[-1]
    assert not [each for each in said if "Stop" in each]


async def test_for_one_person_alone_a_button_to_stop_that_was_left_behind_gives_its_place_to_the_answer(at: Bench):
    own = at.own(at.slack.general)
    await at.say(after(0), STOP, to=own, via=at.via())
    at.slack.pass_time(31 * 60)
    await at.say(FOUND, to=own, over="trial-1")
    left, _ = at.said(user=at.slack.alice)
    assert "Stop" in text_of(left), "nothing reaches it before it is pressed"
    await at.say(Text(markdown="It has ended.", voice="notice"), to=own, via=at.via(pressed=left))
    assert [text_of(each) for each in at.said(user=at.slack.alice)] == ["It has ended.", "few-shot did best."]


async def test_where_what_was_pressed_is_gone_for_one_person_the_progress_comes_another_way(at: Bench):
    own, question = at.own(at.slack.general), await asked(at)
    via = at.via(pressed=question)
    at.slack.refuse("response_url", "no_original")
    assert await at.say(after(0), STOP, to=own, via=via) == Delivered()
    assert "0/40" in text_of(at.said(user=at.slack.alice)[-1])
    assert await at.say(FOUND, to=own, via=via, over="trial-1") == Delivered()
    assert "few-shot did best." in text_of(at.said(user=at.slack.alice)[-1])


@pytest.mark.parametrize("parts", [RESULT, (FOUND,)], ids=["picture", "words"])
async def test_the_result_takes_its_place(at: Bench, parts: tuple[Picture, ...]):
    await at.say(after(0), STOP)
    assert "Stop" in text_of(at.said()[0])
    at.slack.pass_time(1.1)
    await at.say(after(20), STOP)
    at.slack.pass_time(1.1)
    assert await at.say(*parts, over="trial-1", live=True) == Delivered()
    (message,) = at.said()
    assert "few-shot did best." in text_of(message) and "Stop" not in text_of(message)
    at.slack.pass_time(1.1)
    assert await at.say(after(30), STOP) == Delivered()
    assert at.said() == [message] and "few-shot did best." in text_of(message), "what comes late changes nothing"


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.delete"])
async def test_a_result_that_nobody_heard_of_is_there_once(at: Bench, method: str):
    await at.say(after(0), STOP)
    (at.slack.fail if method == "chat.delete" else at.slack.drop)(method)
    assert await at.say(*RESULT, over="trial-1", key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(*RESULT, over="trial-1", key="k", in_doubt=True) == Delivered()
    (message,) = at.said()
    assert "few-shot did best." in text_of(message)


async def test_a_result_with_what_stands_open_keeps_its_picture_when_that_is_said_anew(at: Bench):
    await at.say(after(0), STOP)
    await at.say(*RESULT, over="trial-1", live=True)
    before = text_of(at.said()[0])
    await at.say(Text(markdown="The verdict changes."), Feedback(about="d"), live=True)
    result, _ = at.said()
    assert "Items passed" in before and "Items passed" in text_of(result)
    assert "Useful" in before and "Useful" not in text_of(result)
