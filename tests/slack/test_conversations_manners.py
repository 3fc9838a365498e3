"""Whole conversations in which the advisor minds where it is, who speaks, and what is none of its business."""

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from adapters.slack.manifest import GLOBAL_SHORTCUT
from tests.fakes.model.server import ModelServer, model_server
from tests.fakes.slack import FakeSlack, text_of
from tests.slack.service import RUN, SAMPLES, Gate, Thread, Whole, fake, opened, serving, sorts

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"
TOLD = "I am automated and can be wrong"


@pytest.fixture
async def slack() -> AsyncGenerator[FakeSlack]:
    async with fake() as made:
        yield made
        await made.settled()
        made.check()


@pytest.fixture
async def whole(slack: FakeSlack, tmp_path: Path) -> AsyncGenerator[Whole]:
    """The service over a socket, with no model."""
    async with serving(slack, tmp_path / "home", "socket") as made:
        yield made


@pytest.fixture
async def model() -> AsyncGenerator[ModelServer]:
    async with model_server(sorts) as served:
        yield served


async def test_what_it_is_and_where_words_go_is_said_once_to_each_person(
    slack: FakeSlack, model: ModelServer, tmp_path: Path
) -> None:
    async with serving(slack, tmp_path / "home", model=model) as whole:
        first = await whole.mention(slack.alice, ASK)
        notice = text_of(await first.reads(TOLD))
        assert "read by m at 127.0.0.1" in notice and "runs your samples" in notice
        await first.say(slack.alice, "free text")
        await first.quiet()
        second = await whole.direct(slack.alice, ASK)
        await second.reads(QUESTION)
        other = await whole.direct(slack.bob, ASK)
        await other.reads(TOLD)
        assert first.text().count(TOLD) == 1 and TOLD not in second.text()


async def test_an_admin_allows_channels_and_switches_it_off(slack: FakeSlack, whole: Whole) -> None:
    admin = whole.alone(slack.admin)
    await slack.command(slack.alice, slack.general, text="off")
    await whole.alone(slack.alice).reads("Only those who manage this workspace can change that")

    await slack.command(slack.admin, slack.general, text=f"allow <#{slack.private}|private>")
    await admin.reads("in 1 channel, but not in this one")
    refused = await whole.mention(slack.alice, ASK)
    await refused.reads("I do not answer in this channel", user=slack.alice)
    assert refused.messages(slack.bob) == [], "who did not ask is told nothing"
    allowed = await whole.mention(slack.alice, ASK, slack.private)
    await allowed.reads(QUESTION)
    direct = await whole.direct(slack.alice, ASK)
    await direct.reads(QUESTION)

    await slack.command(slack.admin, slack.general, text="off")
    await admin.reads("I am switched off here")
    off = await whole.mention(slack.bob, ASK, slack.private)
    await off.reads("I am switched off here", user=slack.bob)
    said = len(allowed.messages())
    await allowed.say(slack.bob, "free text")
    await slack.command(slack.bob, slack.general, text="check our replies never keep our tone")
    await whole.alone(slack.bob).reads("I am switched off here")
    assert len(allowed.messages()) == said, "a thread that it followed is not answered either"
    await slack.command(slack.admin, slack.general, text="on")
    await slack.command(slack.admin, slack.general, text="allow everywhere")
    await admin.reads("in all channels")
    await (await whole.mention(slack.alice, ASK)).reads(QUESTION)


async def test_what_is_said_in_private_is_not_known_in_a_channel(slack: FakeSlack, whole: Whole) -> None:
    direct = await whole.direct(slack.alice, "should we finetune? we have 410 examples and our margin is 37 percent")
    await direct.reads("410")
    await slack.command(slack.alice, slack.general, text="check it is too slow for our 9000 calls a day")
    await whole.alone(slack.alice).reads("too slow")
    thread = await whole.mention(slack.alice, ASK)
    await thread.reads(QUESTION)
    await thread.say(slack.alice, "status")
    table = text_of(await thread.reads("never keep our tone", times=2))
    everything = "\n".join(text_of(each) for each in slack.said(slack.general, user=slack.bob))
    for private in ("410", "37 ", "9000", "9,000", "too slow"):
        assert private not in table + everything


async def test_mentioned_late_it_reads_the_thread_once_and_says_how_much(slack: FakeSlack, whole: Whole) -> None:
    root = await slack.say(slack.alice, slack.general, "our replies never keep our tone, we have 300 labelled examples")
    await slack.say(slack.bob, slack.general, "no, we have 100 labelled examples", root.ts)
    assert slack.said(slack.general) == []
    thread = Thread(slack, slack.general, root.ts)
    await thread.say(slack.alice, f"<@{slack.bot}> should we finetune?")
    said = text_of(await thread.reads("I read what you said here before (1 message)"))
    assert "300" in said and "100" not in said
    await thread.press(slack.alice, "Read the earlier message of one person")
    said = text_of(await thread.reads("I read what was said here before (1 message)"))
    assert "alice says 300" in said and "bob says 100" in said
    await thread.press(slack.bob, "100 (bob)")
    await thread.reads(QUESTION, times=2)


async def test_what_was_forgotten_is_not_read_again(slack: FakeSlack, whole: Whole) -> None:
    root = await slack.say(slack.alice, slack.general, "our replies never keep our tone, we have 300 labelled examples")
    await slack.say(slack.bob, slack.general, "no, we have 100 labelled examples", root.ts)
    thread = Thread(slack, slack.general, root.ts)
    await thread.say(slack.alice, f"<@{slack.bot}> should we finetune?")
    await thread.reads("300 labelled examples")
    await thread.say(slack.bob, "forget it, let's order lunch")
    await thread.say(slack.alice, "forget")
    await thread.quiet()
    assert "Forgotten" not in thread.text(), "that was said between people"
    await thread.say(slack.alice, f"<@{slack.bot}> forget")
    await thread.reads("Forgotten")
    before = len(thread.messages())
    await thread.say(slack.alice, f"<@{slack.bot}> should we finetune?")
    await slack.until(lambda: len(thread.messages()) > before)
    new = "\n".join(text_of(each) for each in thread.messages()[before:])
    assert "300 " not in new and "earlier message" not in new and "said here before" not in new


async def test_of_people_who_never_spoke_to_it_nothing_goes_to_the_model(
    slack: FakeSlack, model: ModelServer, tmp_path: Path
) -> None:
    async with serving(slack, tmp_path / "home", model=model) as whole:
        thread = await whole.mention(slack.alice, ASK)
        await thread.reads(QUESTION)
        asked, said = len(model.asked), len(thread.messages())
        for words in ("stop", "forget", "yes", "why?", "we have 417 mauve examples", "status?", "help"):
            await thread.say(slack.bob, words)
            await thread.say(slack.alice, words if words != "we have 417 mauve examples" else "nice")
        await thread.quiet()
        assert len(model.asked) == asked and len(thread.messages()) == said
        await thread.say(slack.alice, f"<@{slack.bot}> status")
        assert not re.search(r"\b417\b", text_of(await thread.reads("Correct one with")))


async def test_in_a_long_thread_of_a_rationed_app_it_says_what_it_could_not_read(tmp_path: Path) -> None:
    async with fake(unlisted=True) as slack, serving(slack, tmp_path / "home") as whole:
        root = await slack.say(slack.alice, slack.general, "our replies never keep our tone")
        for number in range(20):
            await slack.say(slack.bob, slack.general, f"thought {number}", root.ts)
        thread = Thread(slack, slack.general, root.ts)
        await thread.say(slack.alice, f"<@{slack.bot}> should we finetune?")
        await thread.reads("I could read only the last 15 messages here: paste what matters from before")
        assert whole.task and not whole.task.done()
        slack.check()


async def test_leave_ends_listening_until_it_is_mentioned_again(slack: FakeSlack, tmp_path: Path) -> None:
    async with model_server(Gate(free=20)) as held, serving(slack, tmp_path / "home", model=held) as whole:
        thread = await whole.mention(slack.alice, ASK)
        await thread.reads(QUESTION)
        await thread.say(slack.alice, RUN)
        await thread.reads("/60")
        await thread.say(slack.alice, f"<@{slack.bot}> leave")
        await thread.reads("I listen no further here")
        settled = await thread.reads("I say no more of this trial here")
        assert "Stop" not in text_of(settled) and "/60" not in thread.text()
        said = len(thread.messages())
        await thread.say(slack.bob, "we have 400 examples")
        await thread.quiet()
        assert len(thread.messages()) == said
        await thread.say(slack.bob, f"<@{slack.bot}> we have 500 examples")
        await thread.reads("500 example")
        assert "400 " not in thread.text()


async def test_people_who_talk_to_each_other_are_left_alone(slack: FakeSlack, whole: Whole) -> None:
    thread = await whole.mention(slack.alice, ASK)
    await thread.reads(QUESTION)
    said = len(thread.messages())
    for words in ("shall we have lunch?", "sure, at twelve", "+1", f"ask <@{slack.admin}>"):
        await thread.say(slack.bob, words)
    await slack.say(slack.robot, slack.general, f"<@{slack.bot}> {ASK}")
    await slack.say(slack.robot, slack.general, "we have 400 examples", thread.ts)
    await slack.webhook(slack.general, f"<@{slack.bot}> {ASK}")
    await slack.join(slack.add_user("dora"), slack.general)
    await thread.quiet()
    assert len(thread.messages()) == said
    assert {each.thread_ts for each in slack.said(slack.general)} == {thread.ts}


async def test_edits_and_deletions_take_their_facts_with_them(slack: FakeSlack, whole: Whole) -> None:
    thread = await whole.mention(slack.alice, ASK)
    await thread.reads(QUESTION)
    said = await thread.say(slack.alice, "we have 400 examples")
    await thread.reads("400 example")
    await slack.edit(said, "we have 40 examples")
    await thread.reads('"40 examples"')
    await slack.delete(said)
    await thread.say(slack.alice, "status")
    table = text_of(await thread.reads("Correct one with"))
    assert "tone" in table and "example pairs |" not in table


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "samples.jsonl",
            '{"input": "The app crashes", "output": "bug"}\n{"input": "A dark mode", "output": "feature"}\n',
        ),
        ("samples.csv", "input,output\nThe app crashes,bug\nA dark mode,feature\n"),
    ],
)
async def test_samples_come_as_a_file(
    slack: FakeSlack, model: ModelServer, tmp_path: Path, name: str, content: str
) -> None:
    async with serving(slack, tmp_path / "home", model=model) as whole:
        thread = await whole.mention(slack.alice, ASK)
        await thread.reads(QUESTION)
        await thread.say(
            slack.alice, f"<@{slack.bot}> run these", files=[slack.upload(slack.alice, name, content.encode())]
        )
        await slack.until(lambda: thread.pictures, 90)
        private = slack.upload(slack.alice, "big.csv", b"a" * (2 << 20))
        await thread.say(slack.alice, f"<@{slack.bot}> and this", files=[private])
        await thread.reads("big.csv")
        assert not slack.elsewhere_calls


async def test_samples_are_attached_to_the_form(slack: FakeSlack, model: ModelServer, tmp_path: Path) -> None:
    async with serving(slack, tmp_path / "home", model=model) as whole:
        await slack.command(slack.alice, slack.general, text="try")
        file = slack.upload(slack.alice, "samples.txt", SAMPLES.encode())
        await slack.submit(await opened(slack, slack.alice), {"files": [file]})
        await whole.alone(slack.alice).reads("I have put the picture into our direct messages")


async def test_the_native_stop_button_ends_a_trial_with_what_it_has(slack: FakeSlack, tmp_path: Path) -> None:
    gate = Gate(free=20)
    async with model_server(gate) as held, serving(slack, tmp_path / "home", "socket", model=held) as whole:
        thread = await whole.direct(slack.alice, ASK)
        await thread.reads(QUESTION)
        await thread.say(slack.alice, RUN)
        dm, ts = thread.channel, str(thread.ts)
        await thread.reads("/60")
        await slack.until(lambda: slack.session_status(dm, ts) == "processing")
        await slack.stop_session(slack.alice, dm, ts)
        await thread.reads("I stop the trial")
        await slack.until(lambda: thread.pictures, 90)  # the calls under way were not waited for
        await slack.until(lambda: slack.session_status(dm, ts) == "active")


async def test_a_trial_is_stopped_by_who_asked_and_not_by_others(slack: FakeSlack, tmp_path: Path) -> None:
    gate = Gate(free=20)
    async with model_server(gate) as held, serving(slack, tmp_path / "home", model=held) as whole:
        thread = await whole.mention(slack.alice, ASK)
        await thread.reads(QUESTION)
        await thread.say(slack.alice, RUN)
        await thread.press(slack.bob, "Stop")
        await thread.reads("Only alice, who asked, or an admin can stop this trial", user=slack.bob)
        assert "Only alice" not in thread.text()
        await thread.say(slack.admin, f"<@{slack.bot}> stop")
        await thread.reads("I stop the trial")
        await slack.until(lambda: thread.pictures, 90)


async def test_what_people_write_calls_nobody_and_hides_no_link(slack: FakeSlack, whole: Whole) -> None:
    evil = "<!channel> our replies never keep our tone <https://evil.example/a|our bank> @here"
    thread = await whole.mention(slack.alice, evil)
    await thread.reads(QUESTION)
    await thread.say(slack.alice, "fix <!everyone> <https://evil.example/b|click>")
    await thread.say(slack.alice, f"<@{slack.bot}> what does <!here> https://evil.example/c say?")
    await thread.say(slack.alice, f"<@{slack.bot}> status")
    await thread.reads("Correct one with")
    await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
    await slack.submit(await opened(slack, slack.alice), {"goal": evil})
    direct = Thread(slack, slack.dm(slack.alice), None)
    await direct.reads("What kind of answer")
    for message in (*thread.messages(), *direct.messages()):
        raw = f"{message.text}{message.blocks}"
        assert not any(sign in raw for sign in ("<!", "<@", "<http", "@here", "](http"))
        assert message.unfurl_links is not True


async def test_a_redelivered_event_is_answered_once(slack: FakeSlack, whole: Whole) -> None:
    asked = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> {ASK}")
    thread = Thread(slack, slack.general, asked.ts)
    await thread.reads(QUESTION)
    await asyncio.gather(*(slack.send_again(asked) for _ in range(3)))
    await thread.quiet()
    assert len(thread.messages()) == 1
