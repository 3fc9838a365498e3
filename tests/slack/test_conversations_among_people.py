"""Whole conversations in threads in which people talk to each other, and only now and then to the advisor."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.fakes.model.server import model_server
from tests.fakes.slack import FakeSlack, text_of
from tests.slack.service import Thread, Whole, fake, offered, serving, sorts
from tests.turn.between_people import BETWEEN_PEOPLE, SMALL_TALK

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"
HINT = "More than one of you speaks here now"
BARE = [
    "yes",
    "no",
    "sure",
    "400",
    "stop",
    "why?",
    "skip",
    "status?",
    "forget",
    "help",
    "👍",
    "thx",
    "4",
    "none",
    "both",
]


@pytest.fixture
async def slack() -> AsyncGenerator[FakeSlack]:
    async with fake() as made:
        yield made
        await made.settled()
        made.check()


@pytest.fixture
async def whole(slack: FakeSlack, tmp_path: Path) -> AsyncGenerator[Whole]:
    async with serving(slack, tmp_path / "home", "socket") as made:
        yield made


async def test_what_people_say_to_each_other_shows_on_the_open_question_and_nowhere_else(
    slack: FakeSlack, whole: Whole
) -> None:
    bot = f"<@{slack.bot}>"
    thread = await whole.mention(slack.alice, ASK)
    await thread.reads(QUESTION)
    await thread.say(slack.bob, "lunch at one?")
    assert QUESTION in text_of(await thread.reads(HINT))
    assert len(thread.messages()) == 1
    await thread.say(slack.bob, f"{bot} we have 300 labelled examples")
    await thread.reads("300 labelled examples")
    said = len(thread.messages())
    await thread.say(slack.bob, "soup or pizza")
    await thread.say(slack.alice, "our prompt is about 900 tokens a call")
    await thread.reads("Noted from alice: prompt tokens a call: 900")
    await thread.say(slack.alice, "no wait, we have 400 labelled examples")
    offered = await thread.reads("alice: example pairs: 400")
    assert "900" in text_of(offered) and QUESTION in text_of(offered) and len(thread.messages()) == said
    await thread.press(slack.bob, "Use it")
    await thread.reads("400 labelled examples")
    assert "Use it" not in thread.labels()
    assert thread.text().count(HINT) == 0, "it was said, and has gone with the question that it stood on"


async def test_six_threads_of_people_draw_nothing(slack: FakeSlack, tmp_path: Path) -> None:
    async with model_server(sorts) as model, serving(slack, tmp_path / "home", model=model) as whole:
        people = [slack.alice, slack.bob, slack.admin, slack.add_user("dee"), slack.add_user("eli")]
        for user in people[3:]:
            await slack.join(user, slack.general)
        lines = iter([*BETWEEN_PEOPLE, *SMALL_TALK])
        threads: list[tuple[Thread, int]] = []
        for many in (2, 3, 4, 5, 3, 2):
            thread = await whole.mention(people[0], ASK)
            await thread.reads(QUESTION)
            await thread.say(people[1], "one moment")
            await thread.reads(HINT)
            threads.append((thread, many))
        asked = len(model.asked)
        for thread, many in threads:
            for turn, words in enumerate([*(next(lines) for _ in range(12)), *BARE[:8]]):
                await thread.say(people[turn % many], words)
            file = slack.upload(people[1], "salaries.csv", b"name,salary\nAna,50000\n")
            await thread.say(people[1], "our list", files=[file])
        await threads[-1][0].quiet()
        assert len(model.asked) == asked
        for thread, _ in threads:
            (message,) = thread.messages()
            assert QUESTION in text_of(message) and "Noted from" not in text_of(message)
        assert not slack.downloads


async def test_a_thread_comes_to_its_verdict_in_seven_messages_of_ours(slack: FakeSlack, whole: Whole) -> None:
    bot = f"<@{slack.bot}>"
    thread = await whole.mention(slack.alice, ASK)
    await thread.reads(QUESTION)
    await thread.say(slack.bob, "finally somebody asks")
    said = await thread.say(slack.bob, f"{bot} we have 300 labelled examples")
    await thread.reads('"300 labelled examples"')
    await thread.say(slack.alice, f"{bot} thanks")
    await slack.edit(said, f"{bot} we have 320 labelled examples")
    await thread.reads('"320 labelled examples"')
    await thread.choose(slack.alice, "Free text")
    await thread.reads("Is there a finetune")
    await thread.say(slack.bob, "no idea what that is, lunch?")
    await thread.say(slack.alice, f"{bot} verdict")
    await thread.reads("Because")
    await thread.quiet()
    assert len(thread.messages()) <= 7, [text_of(each)[:60] for each in thread.messages()]
    live = [each for each in thread.messages() if "Free text" in offered(each) or "A fact is wrong" in offered(each)]
    assert len(live) == 1, "only the verdict can still be answered"


async def test_where_it_may_not_write_who_asked_is_told_so_once_and_alone(slack: FakeSlack, whole: Whole) -> None:
    slack.refuse("chat.postMessage", "restricted_action", times=1)
    refused = await whole.mention(slack.alice, ASK)
    private = Thread(slack, slack.dm(slack.alice), None)
    told = text_of(await private.reads("I may not write there"))
    assert slack.general in told and "ask me elsewhere" in told
    assert refused.messages() == [] and refused.messages(slack.bob) == []


async def test_guests_and_members_of_other_organisations_are_told_once_and_spend_nothing(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with model_server(sorts) as model, serving(slack, tmp_path / "home", model=model) as whole:
        gus, ola = slack.add_user("gus", guest=True), slack.add_user("ola", team=slack.add_team("Other"))
        for person in (gus, ola):
            await slack.join(person, slack.general)
            for _ in range(2):
                thread = await whole.mention(person, ASK)
                await thread.reads("only members of this workspace", user=person) if _ == 0 else await thread.quiet()
                assert thread.messages(slack.bob) == []
            told = [m for m in slack.said(slack.general, user=person) if "only members" in text_of(m)]
            assert len(told) == 1, "once a day"
        assert model.asked == []
        await slack.command(slack.admin, slack.general, text="allow guests")
        told = text_of(await whole.alone(slack.admin).reads("answered, too"))
        assert "Guests and other organisations" in told
        allowed = await whole.mention(gus, ASK)
        await allowed.reads(QUESTION)
        assert model.asked == [], "and then they are answered without the workspace's model"
