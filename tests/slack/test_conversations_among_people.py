"""Whole conversations in threads in which people talk to each other, and only now and then to the advisor."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.fakes.model.server import model_server
from tests.fakes.slack import FakeSlack, text_of
from tests.fakes.slack.state import File
from tests.slack.service import RUN, Thread, Whole, fake, offered, serving, sorts
from tests.slack.test_conversations_guest import CHAT
from tests.turn.between_people import BETWEEN_PEOPLE, SMALL_TALK

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"
HINT = "More than one of you speaks here now"
SHARED = (
    ("salaries.csv", b"name,salary\nAna,50000\n"),
    ("party.png", b"\x89PNG\r\n\x1a\n\0"),
    ("all.zip", b"PK\x03\x04\0\0"),
)
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
    limit = "1000"  # so that each line is looked at
    async with (
        model_server(sorts) as model,
        serving(slack, tmp_path / "home", model=model, ADVISOR_MESSAGES_A_MINUTE=limit) as whole,
    ):
        people = [slack.alice, slack.bob, slack.admin, slack.add_user("dee"), slack.add_user("eli")]
        for user in people[3:]:
            await slack.join(user, slack.general)
        lines = iter([*BETWEEN_PEOPLE, *SMALL_TALK])
        threads: list[tuple[Thread, int]] = []
        for many in (2, 3, 4, 5, 3, 2):
            thread = await whole.mention(people[0], ASK)
            await thread.reads(QUESTION)
            for person in people[1:many]:  # each has spoken to it, so that it listens to each
                await thread.say(person, f"<@{slack.bot}> hello")
            await thread.reads("Hello.")
            await thread.reads(HINT)
            await thread.say(people[1], "one moment")
            threads.append((thread, many))
        await threads[-1][0].quiet()
        asked, said = len(model.asked), [[text_of(each) for each in thread.messages()] for thread, _ in threads]
        for thread, many in threads:
            for turn, words in enumerate([*(next(lines) for _ in range(12)), *BARE[:8], "🎉🎉"]):
                await thread.say(people[turn % many], words)
            for name, content in SHARED:
                await thread.say(people[1], "", files=[slack.upload(people[1], name, content)])
        await threads[-1][0].quiet(1.0)
        assert len(model.asked) == asked and not slack.downloads
        assert [[text_of(each) for each in thread.messages()] for thread, _ in threads] == said
        for thread, many in threads:
            await thread.say(
                people[many - 1], "the bot must answer free text, and our prompt is about 900 tokens a call"
            )
            await thread.reads("prompt tokens a call: 900")
        assert len(model.asked) == asked and [len(thread.messages()) for thread, _ in threads] == [*map(len, said)]


async def test_a_thread_comes_to_its_verdict_in_seven_messages_of_ours(slack: FakeSlack, whole: Whole) -> None:
    bot = f"<@{slack.bot}>"
    thread = await whole.mention(slack.alice, ASK)
    await thread.reads(QUESTION)
    await thread.say(slack.bob, "finally somebody asks")
    said = await thread.say(slack.bob, f"{bot} we have 300 labelled examples")
    await thread.reads('"300 labelled examples"')
    await thread.say(slack.alice, f"{bot} thanks")
    await thread.reads("You are welcome.")
    await slack.edit(said, f"{bot} we have 320 labelled examples")
    await thread.reads("Changed by bob: example pairs: 320")
    await thread.say(slack.alice, f"{bot} no, 100 labelled examples")
    await thread.reads("I have two answers for example pairs")
    assert "320 (bob)" in thread.labels()
    await thread.say(slack.bob, f"{bot} 100 labelled examples, she is right")
    await thread.reads('Noted: "100 labelled examples"')
    await slack.until(lambda: "320 (bob)" not in thread.labels(), 90)
    await thread.say(slack.bob, "soup?")
    await thread.say(slack.alice, "verdict")
    await thread.quiet()
    assert "Because" not in thread.text(), "somebody spoke since: that is between people"
    await thread.say(slack.alice, f"{bot} free text")
    await thread.reads("good enough answers?")
    await thread.say(slack.alice, "verdict")
    await thread.reads("Because")
    await thread.quiet()
    messages = thread.messages()
    assert len(messages) <= 7, [text_of(each)[:60] for each in messages]
    assert not [file for each in messages for file in each.files]
    live = [each for each in messages if {"Free text", "A fact is wrong"} & set(offered(each))]
    assert live == [messages[-1]], "only the verdict can still be answered"


async def test_after_its_verdict_a_thread_goes_on_in_few_messages_to_its_end(slack: FakeSlack, tmp_path: Path) -> None:
    async with model_server(sorts) as model, serving(slack, tmp_path / "home", model=model) as whole:
        bot, thread = f"<@{slack.bot}>", await whole.mention(slack.alice, ASK)
        await thread.reads(QUESTION)
        await thread.say(slack.bob, f"{bot} we have 300 labelled examples")
        await thread.reads('"300 labelled examples"')
        await thread.say(slack.alice, f"{bot} verdict")
        await thread.reads("Because")

        async def counts(words: str, user: str, *, files: list[File] | None = None, read: str) -> tuple[int, int]:
            before, shown = len(thread.messages()), len(thread.pictures)
            await thread.say(user, f"{bot} {words}", files=files or [])
            await thread.reads(read)
            await thread.quiet()
            new = thread.messages()[before:]
            return len(new), len(thread.pictures) - shown + sum(len(each.files) for each in new)

        rows = slack.upload(slack.alice, "rows.jsonl", CHAT)
        assert await counts("dataset", slack.alice, files=[rows], read="12 rows") == (1, 0)
        said, files = await counts(RUN, slack.alice, read="This would change if 20 test inputs")
        assert said <= 4 and files == 1, "it begins, how far it is, its result with a picture, and the verdict"
        await thread.say(slack.bob, f"{bot} forget me")
        await thread.reads("Forgotten: your words", user=slack.bob)
        assert await counts("leave", slack.alice, read="I listen no further here") == (1, 0)
        await thread.say(slack.bob, "we have 417 mauve examples")
        assert await counts("forget", slack.alice, read="Forgotten") == (1, 0)
        await counts(ASK, slack.alice, read='Noted: "never keep our tone"')
        assert "mauve" not in thread.text()


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


async def test_what_a_member_of_another_organisation_presses_stays_for_the_members(
    slack: FakeSlack, tmp_path: Path
) -> None:
    ola = slack.add_user("ola", team=slack.add_team("Other"))
    await slack.join(ola, slack.general)
    async with serving(slack, tmp_path / "home", "socket") as whole:
        thread = await whole.mention(slack.alice, ASK)
        await thread.reads(QUESTION)
        await thread.choose(ola, "Free text")
        await thread.reads("only members of this workspace", user=ola)
        await thread.say(ola, f"<@{slack.bot}> leave")
        await thread.quiet()
        assert "listen no further" not in thread.text()
        await thread.choose(slack.alice, "Free text")
        await thread.reads("finetune for this task already")
        assert "@ola" not in thread.text() and ola not in thread.text()
