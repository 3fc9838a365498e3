"""Replies on their way to Slack: once, whole, to whom they are meant for, and what comes of it when Slack refuses."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.chat.reply import Choices, File, Option, Part, Picture, Table, Text
from bot.platform.port import Delivered, Rejected, RetryLater
from tests.fakes.slack import BOT_SCOPES, Message, text_of
from tests.slack.delivery import Bench, bench
from tests.slack.replies import PNG

PICTURE = Picture(name="one.png", alt="Items passed, 5 items: bare 40 %.", png=PNG)
FILE = File(name="trial.json", content="{}")
THREE: tuple[Part, ...] = (Text(markdown="First."), FILE, Text(markdown="Last."))
"""Three messages, the one between them a file."""
SHOWN: tuple[Part, ...] = (Text(markdown="First."), PICTURE, Text(markdown="Last."))
"""One message with a picture in it."""
TABLES: tuple[Part, ...] = tuple(Table(headers=("Fact",), rows=((word,),)) for word in ("one", "two", "three"))
"""Three messages, as one takes one table."""


@pytest.fixture
async def at(tmp_path: Path) -> AsyncGenerator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def words(messages: list[Message]) -> list[str]:
    return [text_of(message) for message in messages]


async def test_a_reply_goes_into_the_thread_with_a_text_for_notifications_and_its_key(at: Bench):
    assert await at.say(Text(markdown="**Not yet.** See <!channel>."), key="k1") == Delivered()
    (message,) = at.said()
    assert (message.thread_ts, message.only_for) == (at.root, None)
    assert message.text == "Not yet. See &lt;!channel&gt;."
    assert message.metadata == {"event_type": "advisor_reply", "event_payload": {"key": "k1", "part": 0}}
    assert (message.unfurl_links, message.unfurl_media) == (False, False)


async def test_parts_of_a_reply_come_in_their_order(at: Bench):
    assert await at.say(*THREE) == Delivered()
    first, shared, last = at.said()
    assert (text_of(first), shared.files[0].title, text_of(last)) == ("First.", "trial.json", "Last.")
    assert {message.thread_ts for message in at.said()} == {at.root}


async def test_a_picture_stands_in_its_message_with_its_words(at: Bench):
    assert await at.say(*SHOWN) == Delivered()
    (message,) = at.said()
    assert [block["type"] for block in message.blocks] == ["markdown", "image", "markdown"]
    file = at.slack.files[message.blocks[1]["slack_file"]["id"]]
    assert (file.title, file.alt_text, file.content) == ("Items passed", PICTURE.alt, PICTURE.data)
    assert message.blocks[1]["alt_text"] == PICTURE.alt and PICTURE.alt in message.text
    assert file.channels == [at.slack.general], "it is shown there and shared nowhere else"


async def test_a_picture_that_slack_never_gets_ready_is_said_in_words(at: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.slack.outbound.send.PAUSES", (0.0, 0.0))
    at.slack.processing = 1000.0
    assert await at.say(*SHOWN) == Delivered()
    (message,) = at.said()
    assert text_of(message).splitlines() == ["First.", "Last.", f"The picture could not be shown: {PICTURE.alt}"]


async def test_a_picture_goes_up_once_however_often_its_message_is_sent(at: Bench):
    at.slack.limit("chat.postMessage", times=1, retry_after=7)
    assert await at.say(*SHOWN, key="k") == RetryLater(7.0, in_doubt=False)
    assert await at.say(*SHOWN, key="k") == Delivered()
    assert len(at.said()) == len(at.slack.files) == 1


async def test_a_file_can_be_downloaded_by_those_in_the_thread(at: Bench):
    assert await at.say(File(name="trial.json", content='{"a": 1}')) == Delivered()
    (file,) = at.said()[0].files
    assert (file.title, file.content, file.name.endswith(".json")) == ("trial.json", b'{"a": 1}', True)


async def test_a_file_of_nothing_is_shared_all_the_same(at: Bench):
    assert await at.say(File(name="empty.txt", content="")) == Delivered()
    assert at.said()[0].files


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "chat.postMessage", "files.completeUploadExternal"])
async def test_after_a_limit_a_reply_goes_on_where_it_broke_off(at: Bench, method: str):
    """One answer of 429 after the other, on whichever call: nothing comes twice and nothing is missing."""
    outcomes: list[object] = []
    at.slack.limit(method, times=2, retry_after=7)
    for _ in range(6):
        outcomes.append(await at.say(*THREE, key="k"))
        if outcomes[-1] == Delivered():
            break
    assert outcomes[:2] == [RetryLater(7.0, in_doubt=False)] * 2
    assert outcomes[2:] == [Delivered()]
    assert [bool(one.files) for one in at.said()] == [False, True, False]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "chat.postMessage", "files.completeUploadExternal"])
@pytest.mark.parametrize("how", ["drop", "fail", "lost"])
async def test_after_a_send_in_doubt_the_thread_is_looked_through(at: Bench, method: str, how: str):
    match how:
        case "drop":
            at.slack.drop(method)
        case "lost":
            at.slack.drop(method, stored=False)
        case _:
            at.slack.fail(method)
    first = await at.say(*THREE, key="k")
    # A call that may be made twice was made twice.
    again = method == "files.getUploadURLExternal" and how != "fail"
    assert first == (Delivered() if again else RetryLater(None, in_doubt=True))
    assert await at.say(*THREE, key="k", in_doubt=True) == Delivered()
    assert [bool(one.files) for one in at.said()] == [False, True, False]


async def test_of_several_messages_only_those_are_sent_that_have_not_arrived(at: Bench):
    """As after a crash: nothing is noted, and two of three are there."""
    assert await at.say(*TABLES, key="k") == Delivered()
    room = at.slack.channels[at.slack.general]
    room.messages.remove(at.said()[1])
    assert await at.say(*TABLES, key="k", in_doubt=True) == Delivered()
    assert words(at.said()) == ["Fact\none", "Fact\nthree", "Fact\ntwo"]


async def test_what_another_reply_said_is_not_taken_for_this_one(at: Bench):
    await at.say(Text(markdown="Same."), key="k1")
    at.slack.pass_time(5)
    assert await at.say(Text(markdown="Same."), key="k2", in_doubt=True) == Delivered()
    assert words(at.said()) == ["Same.", "Same."]


async def test_a_long_thread_is_looked_through_to_its_end(at: Bench):
    for number in range(430):
        message = Message(at.slack.new_ts(), at.slack.general, at.slack.bob, f"{number}", thread_ts=at.root)
        at.slack.channels[at.slack.general].messages.append(message)
    await at.say(Text(markdown="Here."), key="k")
    assert await at.say(Text(markdown="Here."), key="k", in_doubt=True) == Delivered()
    assert words(at.said()) == ["Here."]
    assert len(at.slack.called("conversations.replies")) == 3


async def test_a_limit_on_looking_it_up_is_waited_for(at: Bench):
    await at.say(Text(markdown="Here."), key="k")
    at.slack.limit("conversations.replies", retry_after=60)
    assert await at.say(Text(markdown="Here."), key="k", in_doubt=True) == RetryLater(60.0, in_doubt=True)
    assert words(at.said()) == ["Here."]


async def test_without_the_scope_for_history_what_is_in_doubt_is_said_again(tmp_path: Path):
    scopes = tuple(scope for scope in BOT_SCOPES if not scope.endswith(":history"))
    async with bench(tmp_path, scopes=scopes) as at:
        await at.say(Text(markdown="Here."), key="k")
        assert await at.say(Text(markdown="Here."), key="k", in_doubt=True) == Delivered()
        assert words(at.said()) == ["Here.", "Here."]


async def test_without_that_scope_a_reply_still_goes_on_after_what_is_known_to_have_gone(tmp_path: Path):
    scopes = tuple(scope for scope in BOT_SCOPES if not scope.endswith(":history"))
    async with bench(tmp_path, scopes=scopes) as at:
        at.slack.fail("files.completeUploadExternal")
        assert await at.say(*THREE, key="k") == RetryLater(None, in_doubt=True)
        assert await at.say(*THREE, key="k", in_doubt=True) == Delivered()
        assert [bool(one.files) for one in at.said()] == [False, True, False]


UPLOADING = ["files.getUploadURLExternal", "files.completeUploadExternal"]
IN_WORDS = ["First.", "The file trial.json could not be shared.", "Last."]
TOLD = ["First.", "Last.", f"The picture could not be shown: {PICTURE.alt}"]


@pytest.mark.parametrize("method", UPLOADING)
@pytest.mark.parametrize("error", ["missing_scope", "file_uploads_disabled", "restricted_action"])
async def test_what_slack_does_not_take_is_said_and_the_rest_follows(at: Bench, method: str, error: str):
    at.slack.refuse(method, error)
    assert await at.say(*THREE) == Delivered()
    assert words(at.said()) == IN_WORDS
    at.slack.refuse(method, error)
    assert await at.say(*SHOWN) == Delivered()
    assert text_of(at.said()[-1]).splitlines() == TOLD
    assert {message.thread_ts for message in at.said()} == {at.root}


@pytest.mark.parametrize("method", UPLOADING)
async def test_a_picture_that_fails_again_and_again_is_said_in_words(at: Bench, method: str):
    at.slack.fail(method, times=3)
    assert await at.say(*SHOWN, key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(*SHOWN, key="k", in_doubt=True) == RetryLater(None, in_doubt=True)
    assert not at.said()
    assert await at.say(*SHOWN, key="k", in_doubt=True) == Delivered()
    assert await at.say(*SHOWN, key="k", in_doubt=True) == Delivered()
    (message,) = at.said()
    assert text_of(message).splitlines() == TOLD


@pytest.mark.parametrize("method", UPLOADING)
async def test_a_file_that_fails_again_and_again_does_not_hold_up_the_rest(at: Bench, method: str):
    at.slack.fail(method, times=3)
    assert await at.say(*THREE, key="k") == RetryLater(None, in_doubt=True)
    assert await at.say(*THREE, key="k", in_doubt=True) == RetryLater(None, in_doubt=True)
    assert words(at.said()) == ["First."]
    assert await at.say(*THREE, key="k", in_doubt=True) == Delivered()
    assert words(at.said()) == IN_WORDS
    assert await at.say(*THREE, key="k", in_doubt=True) == Delivered()
    assert words(at.said()) == IN_WORDS, "what stands in for a file is known again"


async def test_a_limit_is_no_failure_of_a_file(at: Bench):
    at.slack.limit("files.getUploadURLExternal", times=5, retry_after=7)
    for _ in range(5):
        assert await at.say(*THREE, key="k") == RetryLater(7.0, in_doubt=False)
    assert await at.say(*THREE, key="k") == Delivered()
    assert [bool(one.files) for one in at.said()] == [False, True, False]


async def test_files_that_slack_does_not_take_are_named(at: Bench):
    at.slack.refuse("files.getUploadURLExternal", "file_uploads_disabled")
    files = [File(name=name, content="{}") for name in ("trial.json", "<!channel>.csv")]
    assert await at.say(*files, Text(markdown="Last.")) == Delivered()
    told, last = at.said()
    assert text_of(last) == "Last."
    trial, other = text_of(told).splitlines()
    assert trial == "The file trial.json could not be shared."
    assert other.endswith("!channel>.csv could not be shared.") and "<!" not in f"{other}{told.text}"


async def test_for_one_person_alone_a_file_is_said_alone(at: Bench):
    at.slack.refuse("files.getUploadURLExternal", "missing_scope")
    assert await at.say(*THREE, to=at.own(at.slack.general), alone=True) == Delivered()
    assert words(at.said(user=at.slack.alice)) == IN_WORDS
    assert {message.only_for for message in at.said(user=at.slack.alice)} == {at.slack.alice}


async def test_a_channel_that_is_gone_refuses_the_reply_all_the_same(at: Bench):
    for method in ("files.completeUploadExternal", "chat.postMessage"):
        at.slack.refuse(method, "channel_not_found")
    assert isinstance(await at.say(PICTURE), Rejected)


REFUSALS = {
    "channel_not_found": "gone",
    "is_archived": "archived",
    "not_in_channel": "invite",
    "account_inactive": "deactivated",
    "token_revoked": "revoked",
    "invalid_auth": "token",
    "missing_scope": "permission",
    "restricted_action": "allow",
    "something_new": "something_new",
}


@pytest.mark.parametrize("error", REFUSALS)
async def test_what_will_never_go_is_refused_in_one_sentence(at: Bench, error: str):
    at.slack.refuse("chat.postMessage", error)
    outcome = await at.say(Text(markdown="Here."))
    assert isinstance(outcome, Rejected)
    assert REFUSALS[error] in outcome.reason
    assert outcome.reason.endswith(".")


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
async def test_a_fault_of_slacks_own_passes_and_is_in_doubt(at: Bench, error: str):
    at.slack.refuse("chat.postMessage", error)
    assert await at.say(Text(markdown="Here.")) == RetryLater(None, in_doubt=True)


async def test_slack_out_of_reach_leaves_no_doubt(at: Bench):
    await at.clients.client(at.team)
    at.host.settings.slack_api_url = "http://127.0.0.1:9/api/"
    assert await at.say(Text(markdown="Here.")) == RetryLater(None, in_doubt=False)


async def test_an_uninstalled_app_is_refused(at: Bench):
    await at.slack.uninstall()
    outcome = await at.say(Text(markdown="Here."))
    assert isinstance(outcome, Rejected)


async def test_a_conversation_of_another_platform_is_refused(at: Bench):
    outcome = await at.say(Text(markdown="Here."), to="discord:1:2")
    assert isinstance(outcome, Rejected)


async def test_refused_blocks_are_said_in_plain_words(at: Bench):
    at.slack.refuse("chat.postMessage", "invalid_blocks")
    again = Choices(action="trial", text="Or **let us see**.", options=(Option(value="paste", label="Paste"),))
    assert await at.say(again, key="k") == Delivered()
    (message,) = at.said()
    assert (message.blocks, message.text) == ([], "Or let us see.\n\nChoose from: Paste.")
    assert message.metadata == {"event_type": "advisor_reply", "event_payload": {"key": "k", "part": 0}}


async def test_a_long_message_is_said_in_plain_words_whole(at: Bench):
    at.slack.refuse("chat.postMessage", "msg_blocks_too_long")
    long = "\n\n".join(f"Paragraph {number} says a little." for number in range(300))
    assert await at.say(Text(markdown=long, voice="verdict"), key="k") == Delivered()
    assert "\n\n".join(message.text for message in at.said()) == long
    assert await at.say(Text(markdown=long, voice="verdict"), key="k", in_doubt=True) == Delivered()
    assert len(at.said()) > 1
    assert "\n\n".join(message.text for message in at.said()) == long


# To one person alone


async def test_a_forgotten_conversation_is_still_answered(at: Bench):
    await at.host.store.forget(at.thread)
    assert await at.say(*THREE) == Delivered()
    assert len(at.said()) == 3
