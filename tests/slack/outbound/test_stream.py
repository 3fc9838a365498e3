"""Free answers as streams: whole, never left open, and a message where Slack does not want a stream."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.outbound.stream import note_stopped, slices
from bot.chat.reply import Choices, Option, Text
from bot.platform.port import Delivered, RetryLater
from bot.store.memos import drop
from tests.fakes.slack import Message, text_of
from tests.slack.delivery import Bench, bench

LONG = "\n\n".join(f"Passage {number}. **It** says what a `rule` says, in a sentence or two." for number in range(60))
ANSWER = Text(markdown=LONG)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def none_open(at: Bench) -> bool:
    return all(stream.state == "stopped" for stream in at.slack.streams.values())


def only(at: Bench, channel: str) -> Message:
    (message,) = at.said(channel)
    return message


async def test_a_free_answer_in_a_dm_is_streamed_whole_and_has_its_key_at_the_end(at: Bench):
    dm = await at.dm()
    assert await at.say(ANSWER, to=dm, key="k") == Delivered()
    message = only(at, at.slack.dm(at.slack.alice))
    assert text_of(message) == LONG
    assert message.metadata == {"event_type": "advisor_reply", "event_payload": {"key": "k", "part": 0}}
    assert len(message.versions) > 2
    assert none_open(at)


async def test_in_a_channel_a_stream_is_addressed_to_whoever_asked(at: Bench):
    assert await at.say(ANSWER, via=at.via(url=False)) == Delivered()
    (call,) = at.slack.called("chat.startStream")
    assert (call.args["recipient_user_id"], call.args["recipient_team_id"]) == (at.slack.alice, at.team)
    assert text_of(only(at, at.slack.general)) == LONG


async def test_what_is_streamed_calls_nobody_and_hides_no_link(at: Bench):
    dm = await at.dm()
    bad = f"<!channel> [bank](https://evil.example/login) {LONG}"
    assert await at.say(Text(markdown=bad), to=dm) == Delivered()
    text = text_of(only(at, at.slack.dm(at.slack.alice)))
    assert text.startswith("&lt;!channel&gt; bank (`https://evil.example/login`) ")


@pytest.mark.parametrize(
    "reply",
    [
        (Text(markdown="Short."),),
        (Text(markdown=LONG, voice="verdict"),),
        (ANSWER, Choices(action="trial", options=(Option(value="paste", label="Paste"),))),
    ],
)
async def test_short_words_verdicts_and_controls_are_not_streamed(at: Bench, reply: tuple[Text, ...]):
    assert await at.say(*reply, via=at.via(url=False)) == Delivered()
    assert not at.slack.called("chat.startStream")


async def test_what_one_person_alone_sees_is_not_streamed(at: Bench):
    assert await at.say(ANSWER, alone=True, via=at.via(url=False)) == Delivered()
    assert await at.say(ANSWER, to=at.own(at.slack.general)) == Delivered()
    assert not at.slack.called("chat.startStream")


async def test_with_nobody_to_address_in_a_channel_it_is_one_message(at: Bench):
    assert await at.say(ANSWER) == Delivered()
    assert text_of(only(at, at.slack.general)) == LONG
    assert not at.slack.called("chat.startStream")


@pytest.mark.parametrize(
    "error", ["missing_recipient_user_id", "user_not_found", "not_allowed_token_type", "ratelimited"]
)
async def test_a_stream_that_slack_refuses_becomes_a_message(at: Bench, error: str):
    dm = await at.dm()
    if error == "ratelimited":
        at.slack.limit("chat.startStream", times=1, retry_after=30)
    else:
        at.slack.refuse("chat.startStream", error)
    assert await at.say(ANSWER, to=dm) == Delivered()
    assert text_of(only(at, at.slack.dm(at.slack.alice))) == LONG


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("how", ["limit", "refuse", "fail", "drop"])
async def test_a_stream_that_breaks_off_is_closed_and_shown_whole(at: Bench, method: str, how: str):
    dm = await at.dm()
    match how:
        case "limit":
            at.slack.limit(method, retry_after=30)
        case "refuse":
            at.slack.refuse(method, "internal_error")
        case "fail":
            at.slack.fail(method)
        case _:
            at.slack.drop(method)
    outcome = await at.say(ANSWER, to=dm, key="k")
    if outcome != Delivered():
        assert isinstance(outcome, RetryLater)
        assert outcome.in_doubt
        assert await at.say(ANSWER, to=dm, key="k", in_doubt=True) == Delivered()
    message = only(at, at.slack.dm(at.slack.alice))
    assert text_of(message) == LONG
    assert message.metadata == {"event_type": "advisor_reply", "event_payload": {"key": "k", "part": 0}}
    assert none_open(at)


async def test_a_stream_that_cannot_be_closed_is_closed_by_the_next_try(at: Bench):
    dm = await at.dm()
    at.slack.limit("chat.stopStream", times=2, retry_after=30)
    assert await at.say(ANSWER, to=dm, key="k") == RetryLater(30.0, in_doubt=True)
    assert not none_open(at)
    assert await at.say(ANSWER, to=dm, key="k", in_doubt=True) == Delivered()
    assert none_open(at)
    assert text_of(only(at, at.slack.dm(at.slack.alice))) == LONG


async def test_a_stream_that_went_quiet_is_shown_whole(at: Bench):
    dm = await at.dm()
    at.slack.limit("chat.stopStream", times=2, retry_after=300)
    assert isinstance(await at.say(ANSWER, to=dm, key="k"), RetryLater)
    at.slack.pass_time(300)  # after which it is over
    assert await at.say(ANSWER, to=dm, key="k", in_doubt=True) == Delivered()
    assert text_of(only(at, at.slack.dm(at.slack.alice))) == LONG


async def test_a_stream_that_the_person_stopped_stays_as_far_as_it_came(at: Bench):
    dm = await at.dm()
    at.slack.refuse("chat.appendStream", "message_not_in_streaming_state")
    assert await at.say(ANSWER, to=dm, key="k") == Delivered()
    message = only(at, at.slack.dm(at.slack.alice))
    assert LONG.startswith(text_of(message)) and text_of(message) != LONG
    assert not at.slack.called("chat.update")


async def test_a_stream_that_the_person_stopped_is_not_shown_whole_by_a_later_try_either(at: Bench):
    dm = await at.dm()
    at.slack.limit("chat.stopStream", times=2, retry_after=30)
    assert isinstance(await at.say(ANSWER, to=dm, key="k"), RetryLater)
    message = only(at, at.slack.dm(at.slack.alice))
    at.slack.streams[message.channel, message.ts].state = "stopped"
    await note_stopped(at.host, dm, [message.ts])
    assert await at.say(ANSWER, to=dm, key="k", in_doubt=True) == Delivered()
    assert not at.slack.called("chat.update")


async def test_a_stream_whose_message_was_deleted_is_said_anew(at: Bench):
    dm = await at.dm()
    at.slack.limit("chat.stopStream", times=2, retry_after=30)
    await at.say(ANSWER, to=dm, key="k")
    channel = at.slack.dm(at.slack.alice)
    at.slack.channels[channel].messages.remove(at.said(channel)[0])
    assert await at.say(ANSWER, to=dm, key="k", in_doubt=True) == Delivered()
    assert text_of(only(at, channel)) == LONG


async def test_one_that_may_have_arrived_is_not_begun_again(at: Bench):
    dm = await at.dm()
    assert await at.say(ANSWER, to=dm, key="k") == Delivered()
    await at.host.store.forget(dm)  # and what was noted with it
    assert await at.say(ANSWER, to=dm, key="k", in_doubt=True) == Delivered()
    assert len(at.said(at.slack.dm(at.slack.alice))) == 1


async def test_one_that_broke_off_before_it_was_noted_is_found_and_shown_whole(at: Bench):
    dm = await at.dm()
    at.slack.fail("chat.appendStream")
    at.slack.fail("chat.stopStream")
    assert isinstance(await at.say(ANSWER, to=dm, key="k"), RetryLater)
    await drop(at.host.store.connection, dm, "stream k")  # as where the process died between the two
    assert await at.say(ANSWER, to=dm, key="k", in_doubt=True) == Delivered()
    assert text_of(only(at, at.slack.dm(at.slack.alice))) == LONG


@given(st.text(alphabet=st.sampled_from("ab \n`*.é👩‍💻"), max_size=6000))
def test_what_is_cut_for_a_stream_is_the_text_again(text: str):
    assert "".join(slices(text)) == text
