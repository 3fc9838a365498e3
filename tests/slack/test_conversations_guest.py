"""Whole conversations in which the advisor is a guest among people: words to it, their files, a model that fails."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.fakes.model.advice import advises, reads_nothing
from tests.fakes.model.server import Answer, Body, fails, model_server, says
from tests.fakes.slack import FakeSlack, text_of
from tests.slack.service import Thread, Whole, fake, menus, serving, sorts
from tests.trial import test_comparison as comparison

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"
WIDE = (
    b"id,question,answer,team,day,channel,mood,area,age,plan,size,from,seen\n"
    b"1,The app crashes,bug,web,Mo,mail,cross,n,1,a,s,x,no\n2,Add a mode,wish,app,Tu,chat,calm,s,2,b,m,y,yes\n"
)
PAIRS = b"question,answer\nThe app crashes,bug\nA dark mode,feature\n"
CHAT = b'{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "Hello!"}]}\n' * 12


@pytest.fixture
async def slack() -> AsyncGenerator[FakeSlack]:
    async with fake() as made:
        yield made
        await made.settled()
        made.check()


async def begun(slack: FakeSlack, whole: Whole) -> Thread:
    thread = await whole.mention(slack.alice, ASK)
    await thread.reads(QUESTION)
    return thread


async def test_every_word_of_help_works_when_it_is_mentioned(slack: FakeSlack, tmp_path: Path) -> None:
    async with model_server(sorts) as model, serving(slack, tmp_path / "home", model=model) as whole:
        thread, bot = await begun(slack, whole), f"<@{slack.bot}>"
        await thread.say(slack.alice, f"{bot} cost 5000 calls a day 800 in 200 out")
        await thread.reads("5,000")
        file = slack.upload(slack.alice, "rows.jsonl", CHAT)
        await thread.say(slack.alice, f"{bot} dataset", files=[file])
        await thread.reads("rows.jsonl")
        await thread.say(slack.alice, f"{bot} is this file ok for finetuning?", files=[file])
        await thread.reads("12 rows", times=2)
        await thread.say(slack.alice, f"{bot} rule 2")
        await thread.reads("Try words before weights")
        await thread.say(slack.alice, f"{bot} trial", files=[slack.upload(slack.alice, "pairs.csv", PAIRS)])
        await slack.until(lambda: thread.pictures, 90)
        await thread.say(slack.admin, f"{bot} off")
        await thread.reads("I am switched off here", user=slack.admin)


async def test_help_lists_what_this_person_may_do(slack: FakeSlack, tmp_path: Path) -> None:
    async with serving(slack, tmp_path / "home", "socket") as whole:
        thread = await begun(slack, whole)
        await thread.say(slack.alice, f"<@{slack.bot}> help")
        said = text_of(await thread.reads("what works here"))
        assert said.index("rule 1") < said.index("rule 5") < said.index("status")
        assert "allow here" not in said and "leave" in said and "forget" in said
        await thread.say(slack.bob, f"<@{slack.bot}> help")
        await thread.quiet()
        assert "delete this consultation" not in text_of(thread.messages()[-1]), "only who asked may"
        await thread.say(slack.admin, f"<@{slack.bot}> help")
        await thread.reads("allow here")
        for person, manages in ((slack.alice, False), (slack.admin, True)):
            await slack.command(person, slack.general, text="help")
            alone = whole.alone(person)
            await alone.reads("Behind `/finetune`")
            if manages:
                await alone.reads("As you manage this workspace")
            await alone.quiet()
            assert ("allow here" in alone.text()) == manages


async def test_a_mention_that_only_says_thanks_opens_no_thread(slack: FakeSlack, tmp_path: Path) -> None:
    async with serving(slack, tmp_path / "home", "socket") as whole:
        thanked = await slack.say(slack.bob, slack.general, f"<@{slack.bot}> thanks!")
        await whole.alone(slack.bob).reads("You are welcome.")
        assert slack.said(slack.general, thanked.ts) == [], "nothing that others see"
        thread = await begun(slack, whole)
        before = len(thread.messages())
        for words in ("thx", "👍", "what can you do?", "tell me a joke"):
            await thread.say(slack.alice, f"<@{slack.bot}> {words}")
            await thread.quiet()
        said = thread.messages()[before:]
        assert len(said) == 4 and not any("?" in text_of(each) for each in said)
        assert thread.text().count(QUESTION) == 1


async def test_what_people_share_with_each_other_is_not_even_fetched(slack: FakeSlack, tmp_path: Path) -> None:
    async with model_server(sorts) as model, serving(slack, tmp_path / "home", model=model) as whole:
        thread = await begun(slack, whole)
        await thread.quiet()
        before, asked = len(thread.messages()), len(model.asked)
        for name, content in (
            ("salaries.csv", b"name,salary\nAna,50000\nBen,60000\n"),
            ("party.png", b"\x89PNG\r\n\x1a\n\0"),
            ("all.zip", b"PK\x03\x04\0\0"),
        ):
            await thread.say(slack.bob, "", files=[slack.upload(slack.bob, name, content)])
        await thread.quiet()
        assert slack.downloads == []
        assert (len(thread.messages()), len(model.asked)) == (before, asked)


async def test_a_file_is_shown_as_it_was_understood_and_one_press_runs_it(slack: FakeSlack, tmp_path: Path) -> None:
    async with model_server(sorts) as model, serving(slack, tmp_path / "home", model=model) as whole:
        thread = await begun(slack, whole)
        await thread.say(slack.alice, "skip")
        await thread.quiet()
        asked = len(model.asked)
        file = slack.upload(slack.alice, "pairs.csv", WIDE)
        await thread.say(slack.alice, f"<@{slack.bot}> our tickets", files=[file])
        await thread.reads("I read pairs (a table with commas), 2 rows")
        assert {"Run", "Change", "Leave it"} <= set(thread.labels())
        await thread.press(slack.alice, "Change")
        offered = await thread.reads("The wanted answer is now `answer`")
        wanted = menus(offered)[-1]
        team = next(option["value"] for option in wanted["options"] if option["text"]["text"] == "team")
        await slack.select(slack.alice, offered, wanted["action_id"], team)
        await thread.reads("Wanted answer (`team`): web")
        assert len([each for each in model.asked[asked:] if "response_format" not in each]) == 0
        await thread.press(slack.alice, "Run")
        await slack.until(lambda: thread.pictures, 90)


async def test_a_finetune_is_tried_beside_its_base(slack: FakeSlack, tmp_path: Path) -> None:
    def script(body: Body) -> Answer:
        return reads_nothing(body) or advises(body) or comparison.script(body)

    models = ("m", "ours-v2")
    async with model_server(script, models=models) as model, serving(slack, tmp_path / "home", model=model) as whole:
        thread, bot = await begun(slack, whole), f"<@{slack.bot}>"
        await thread.say(slack.alice, f"{bot} {comparison.PAIRS}")
        await thread.reads("A trial of all 12 pairs")
        await thread.say(slack.alice, f"{bot} compare ours-v2")
        await thread.reads("on ours-v2 beside m, with 20 ordinary prompts each, takes up to 148 calls")
        await thread.press(slack.alice, "Run")
        await thread.reads("it has forgotten, and not by chance")
        assert "it gains 6 items and loses 0" in thread.text()


@pytest.mark.usefixtures("no_time")
async def test_a_file_that_takes_too_long_to_check_is_answered_as_one_to_check(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with model_server(sorts) as model, serving(slack, tmp_path / "home", model=model) as whole:
        thread, bot = await begun(slack, whole), f"<@{slack.bot}>"
        await thread.say(slack.alice, f"{bot} dataset", files=[slack.upload(slack.alice, "rows.jsonl", CHAT * 400)])
        told = text_of(await thread.reads("rows.jsonl: That took me too long to read"))
        assert "share a part of it" in told and "trial" not in told
        pairs = slack.upload(slack.alice, "pairs.csv", PAIRS * 4000)
        await thread.say(slack.alice, f"{bot} run these", files=[pairs])
        assert "50 are enough for a trial" in text_of(await thread.reads("pairs.csv: That took me too long to read"))


class Failing:
    """A model that works until it is told not to."""

    how: str = "well"

    def __call__(self, body: Body) -> Answer:
        match self.how:
            case "down":
                return fails(503, "overloaded at 10.0.0.7")
            case "slow":
                return Answer(delay=60.0)
            case "rubbish":
                return says("Sure! Here is a poem {")
            case _:
                return reads_nothing(body) or advises(body) or says("bug")


@pytest.mark.parametrize("how", ["down", "slow", "rubbish"])
async def test_three_people_go_on_without_the_model(slack: FakeSlack, tmp_path: Path, how: str) -> None:
    failing = Failing()
    async with model_server(failing) as model, serving(slack, tmp_path / "home", model=model) as whole:
        thread, bot = await begun(slack, whole), f"<@{slack.bot}>"
        failing.how = how
        await thread.say(slack.bob, f"{bot} the thing is that we have 410 examples of it")
        await thread.reads("410")
        await thread.reads("I go on without it", user=slack.bob)
        for person in (slack.alice, slack.bob, slack.admin):
            await thread.say(person, f"{bot} there is a thing about our set-up that I find odd")
        await asyncio.sleep(0)
        await thread.quiet(1.0)
        heard = [text_of(each) for user in (slack.alice, slack.bob, slack.admin) for each in thread.messages(user)]
        told = {text for text in heard if "Reference" in text}
        assert len(told) == 1, "once an outage, to whom it concerns"
        assert "Reference" not in thread.text()
        assert not any(
            word in text for text in told for word in (model.url, "127.0.0.1", "OPENAI", "ADVISOR", "10.0.0.7")
        )
        await thread.choose(slack.alice, "Free text")
        await thread.reads("good enough answers?")


async def test_the_model_that_is_down_is_not_spoken_of_to_who_says_thanks(slack: FakeSlack, tmp_path: Path) -> None:
    failing = Failing()
    failing.how = "down"
    async with model_server(failing) as model, serving(slack, tmp_path / "home", model=model) as whole:
        thread = await begun(slack, whole)
        await thread.quiet()
        asked = len(model.asked)
        await thread.say(slack.bob, f"<@{slack.bot}> thx")
        await thread.reads("You are welcome.")
        await thread.quiet()
        assert "Reference" not in thread.text(slack.bob) and len(model.asked) == asked
