"""Whole conversations through the real service, each from a first word to a verdict, wherever one may begin."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from adapters.slack.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from tests.fakes.model.server import ModelServer, model_server
from tests.fakes.slack import FakeSlack, text_of
from tests.slack.service import SAMPLES, Thread, fake, opened, press, prompt, serving, sorts

TUNE = "This would change if"


@pytest.fixture
async def slack() -> AsyncGenerator[FakeSlack]:
    async with fake() as made:
        yield made
        await made.settled()
        made.check()


@pytest.fixture
async def model() -> AsyncGenerator[ModelServer]:
    async with model_server(sorts) as served:
        yield served


async def test_two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture(
    slack: FakeSlack, model: ModelServer, tmp_path: Path, transport: str
) -> None:
    async with serving(slack, tmp_path / "home", transport, model=model) as whole:
        thread = await whole.mention(slack.alice, "should we finetune? it often mixes the categories up")
        asked = await thread.reads("What kind of answer should come out?")
        assert "mixes the categories" in text_of(asked) and asked.thread_ts == thread.ts

        # The asker needs no mention yet; whoever contradicts is asked about, with both names and quotes.
        await thread.say(slack.alice, "we have 400 examples")
        await thread.reads('Noted: "400 examples"')
        await thread.say(slack.bob, f"<@{slack.bot}> no, only 40 of them are labelled examples")
        disputed = text_of(await thread.reads("I have two answers for example pairs"))
        for said in ('alice says 400 ("400 examples")', 'bob says 40 ("40 of them are labelled examples")'):
            assert said in disputed
        await thread.press(slack.alice, "Answer")
        await slack.submit(await opened(slack, slack.alice), {"examples": "40"})
        # Everybody sees who answered what, not only who typed it.
        await thread.reads(f"<@{slack.alice}>: example pairs: 40")

        await thread.choose(slack.bob, "One of a few labels")
        await thread.reads("Could a written rule")
        await thread.choose(slack.bob, "No, it takes understanding")

        await thread.say(slack.alice, f"<@{slack.bot}> try")
        await thread.press(slack.alice, "Paste samples")
        await slack.submit(await opened(slack, slack.alice), {"samples": SAMPLES})
        await slack.until(lambda: thread.pictures, 90)
        assert "3 of 4" in thread.pictures[0]
        assert not any(each.files for each in thread.messages()), "the result is one message, and its files wait"
        await thread.press(slack.bob, "Files")
        records = await thread.reads("trial.json")
        assert len(records.files) > 3 and all(each.title.startswith("trial-1-") for each in records.files)

        await thread.say(slack.alice, f"<@{slack.bot}> verdict")
        verdict = text_of(await thread.reads(TUNE))
        assert "Because" in verdict and "Rule" in verdict
        await thread.press(slack.alice, "Why")
        assert "Because" in text_of(await thread.reads("Next"))
        await thread.press(slack.bob, "Sources")
        await thread.reads("What carries no number is general practice.")
        await thread.press(slack.bob, "Decision record")
        await thread.reads("this service has no address on the web")
        kept = await thread.reads("decision-record-")
        assert [each.title for each in kept.files if each.title.startswith("decision-record-")]
        assert slack.seen(slack.general, user=slack.alice)[0].ts == thread.ts, "nothing is said outside the thread"
        assert all(each.thread_ts == thread.ts for each in slack.said(slack.general))
        of_trial = [each for each in thread.messages() if "/60" in text_of(each) or "did better" in text_of(each)]
        assert len(of_trial) == 1, "the result is where its progress was"

        await thread.press(slack.bob, "Not useful")
        await thread.reads("What is wrong?", user=slack.bob)
        assert "What is wrong?" not in thread.text(slack.alice), "thanks are for who pressed"
        await thread.press(slack.bob, "A fact is wrong")
        await thread.reads("Which one is wrong?")
        await thread.choose(slack.bob, "example pairs")
        await slack.submit(await opened(slack, slack.bob), {"examples": "70"})
        # All reasons say what would change it, too: the third time it is the verdict after the correction.
        await thread.reads(TUNE, times=3)
        prompt(slack)


async def test_a_direct_message_goes_from_the_suggested_prompt_to_a_verdict(
    slack: FakeSlack, model: ModelServer, tmp_path: Path, transport: str
) -> None:
    async with serving(slack, tmp_path / "home", transport, model=model) as whole:
        dm = slack.dm(slack.bob)
        await slack.open_messages_tab(slack.bob)
        await slack.until(lambda: slack.prompts.get(dm))
        prompts = [each["message"] for each in slack.prompts[dm]]

        thread = await whole.direct(slack.bob, prompts[0])
        await thread.reads('never keeps our tone"')
        assert slack.sessions[dm, str(thread.ts)].title.startswith("Should we finetune a model")
        await thread.say(slack.bob, "I don't know")
        await thread.reads("Is there a finetune for this task already")
        await thread.choose(slack.bob, "No")
        await thread.say(slack.bob, "verdict")
        await thread.reads(TUNE)
        await slack.until(lambda: slack.session_status(dm, str(thread.ts)) == "active")
        assert not slack.status(dm, str(thread.ts)), "nothing is left thinking"

        # Each message at the top is a consultation of its own; help and the rules are answered as well.
        for asked, answer in ((prompts[2], "Try words before weights"), (prompts[3], "I help a team decide")):
            other = await whole.direct(slack.bob, asked)
            await other.reads(answer)
        assert all(each.only_for is None for each in slack.said(dm)), "in a DM nothing has to be ephemeral"
        prompt(slack)


async def test_a_slash_command_holds_a_consultation_that_nobody_else_sees(
    slack: FakeSlack, model: ModelServer, tmp_path: Path, transport: str
) -> None:
    async with serving(slack, tmp_path / "home", transport, model=model) as whole:
        mine, where = whole.alone(slack.alice), slack.general
        await slack.command(slack.alice, where, text="check our replies never keep our tone, whatever the payload is")
        await mine.reads("You wrote: check our replies never keep our tone, whatever the payload is")
        await mine.reads('"never keep our tone"')
        await mine.choose(slack.alice, "Free text")
        await mine.reads("Or answer in words with `/finetune`")
        for typed, answer in (
            ("status", "kind of answer**: Free text"),
            ("fix example pairs 400", "400 example"),
            ("fix example pairs 70", "70 example"),
            ("undo", "As before it: example pairs: 400."),
            ("cost 5000 calls a day", "per 1,000 calls"),
            ("rule 2", "Try words before weights"),
            ("rules", "rule retrieval"),
            ("help", "I help a team decide"),
            ("why", "matters because"),
            ("leave", "I listen no further"),
            ("verdict", TUNE),
        ):
            await slack.command(slack.alice, where, text=typed)
            await mine.reads(answer)
        await slack.command(slack.alice, where, text="try")
        await slack.submit(await opened(slack, slack.alice), {"samples": SAMPLES})
        # A picture cannot be shown to one person of a channel: it goes to their DM, and here it says so.
        await mine.reads("I have put the picture into our direct messages")
        await mine.press(slack.alice, "Files")
        await mine.reads("I have put trial-1-trial.json, trial-1-calls.jsonl")
        assert [file for each in slack.said(slack.dm(slack.alice)) for file in each.files if file.name.endswith(".png")]
        await mine.press(slack.alice, "Stop")
        await mine.reads("It has ended.")
        assert not [each for each in mine.messages() if "Stop" in text_of(each)], "it stands where the button was"
        await slack.command(slack.alice, where, text="forget")
        await mine.reads("Forgotten")
        await slack.command(slack.alice, where, text="status")
        await mine.reads("I hold no facts yet")
        assert slack.said(where, user=slack.bob) == [], "nobody else saw any of it"
        prompt(slack)


async def test_a_message_is_asked_about_by_its_shortcut(
    slack: FakeSlack, model: ModelServer, tmp_path: Path, transport: str
) -> None:
    async with serving(slack, tmp_path / "home", transport, model=model) as whole:
        message = await slack.say(slack.bob, slack.outside, "Should we finetune? Our replies never keep our tone.")
        await slack.message_shortcut(slack.alice, message, MESSAGE_SHORTCUT)
        mine = whole.alone(slack.alice, slack.outside)
        await mine.reads('"never keep our tone"')
        await mine.choose(slack.alice, "Free text")
        await slack.command(slack.alice, slack.outside, text="verdict")
        await mine.reads(TUNE)
        assert slack.said(slack.outside, user=slack.bob) == [], "its author is told nothing"
        assert not slack.called("conversations.replies")
        prompt(slack)


async def test_from_the_global_shortcut_to_the_home_tab_and_back(
    slack: FakeSlack, model: ModelServer, tmp_path: Path, transport: str
) -> None:
    async with serving(slack, tmp_path / "home", transport, model=model):
        dm = slack.dm(slack.alice)
        await slack.shortcut(slack.alice, GLOBAL_SHORTCUT)
        await slack.submit(await opened(slack, slack.alice), {"goal": "Our replies never keep our tone"})
        first = Thread(slack, dm, slack.said(dm)[0].ts)
        told = await opened(slack, slack.alice)
        assert "direct messages" in text_of(told)
        await slack.close_view(told)
        await first.reads('"never keep our tone"')

        await slack.open_home(slack.alice)
        home = await slack.until(lambda: slack.home(slack.alice))
        assert home and "You have no consultation yet" not in text_of(home)
        await press(slack, slack.alice, home, "Start a new one")
        await slack.submit(await opened(slack, slack.alice), {"goal": "It often gets the category wrong"})
        second = Thread(slack, dm, next(each.ts for each in reversed(slack.said(dm)) if each.thread_ts is None))
        await second.reads("gets the category wrong")
        await second.say(slack.alice, "verdict")
        await second.reads(TUNE)

        await slack.open_home(slack.alice)
        await slack.until(lambda: (now := slack.home(slack.alice)) and "With a verdict" in text_of(now))
        home = slack.home(slack.alice)
        assert home and "Our replies never keep our tone" in text_of(home)
        await press(slack, slack.alice, home, "Where it is")
        where = await slack.until(
            lambda: [m for m in [slack.modal(slack.alice)] if m and "in this thread" in text_of(m)]
        )
        assert second.ts and second.ts.replace(".", "") in text_of(where[0])
        await press(slack, slack.alice, home, "Forget")
        await slack.until(lambda: (now := slack.home(slack.alice)) and "With a verdict" not in text_of(now))
        await slack.open_home(slack.bob)
        assert "You have no consultation yet" in text_of(await slack.until(lambda: slack.home(slack.bob)) or [])
        prompt(slack)
