"""Whole conversations in which the advisor is a guest among people: words to it, their files, a model that fails."""

from pathlib import Path

import pytest

from tests.discord.service import SECONDS, Room, Whole, whole
from tests.fakes.discord import Upload, text_of
from tests.fakes.model.server import model_server
from tests.slack.service import sorts
from tests.slack.test_conversations_guest import CHAT, PAIRS, WIDE, Failing

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"


async def begun(at: Whole) -> Room:
    thread = await at.mention(at.ana, ASK)
    await thread.reads(QUESTION)
    return thread


async def test_every_word_of_help_works_when_it_is_mentioned(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", model=model) as at:
        thread = await begun(at)
        thread.say(at.ana, "cost 5000 calls a day 800 in 200 out", mention=True)
        await thread.reads("5,000")
        thread.say(at.ana, "dataset", mention=True, files=[Upload("rows.jsonl", CHAT)])
        await thread.reads("rows.jsonl")
        thread.say(at.ana, "is this file ok for finetuning?", mention=True, files=[Upload("rows.jsonl", CHAT)])
        await thread.reads("12 rows", times=2)
        thread.say(at.ana, "rule 2", mention=True)
        await thread.reads("Try words before weights")
        thread.say(at.ana, "trial", mention=True, files=[Upload("pairs.csv", PAIRS)])
        await at.discord.until(lambda: thread.pictures, SECONDS)
        thread.say(at.acme.owner, "off", mention=True)
        await at.dm(at.acme.owner).reads("I am switched off here")


async def test_help_lists_what_this_person_may_do(tmp_path: Path) -> None:
    async with whole(tmp_path / "home") as at:
        thread = await begun(at)
        thread.say(at.ana, "help", mention=True)
        said = text_of(await thread.reads("what works here"))
        assert said.index("rule 1") < said.index("rule 5") < said.index("status")
        assert "allow here" not in said and "leave" in said and "forget" in said
        thread.say(at.acme.owner, "help", mention=True)
        await thread.reads("allow here")
        for person, manages in ((at.ana, False), (at.acme.owner, True)):
            at.command(person, "help")
            alone = at.alone(person)
            await alone.reads("what works here")
            assert ("allow here" in alone.text()) == manages


async def test_a_mention_that_only_says_thanks_opens_no_thread(tmp_path: Path) -> None:
    async with whole(tmp_path / "home") as at:
        threads = len(at.discord.channels)
        thanked = at.discord.say(at.bob, at.general, f"{at.discord.bot.mention} thanks!")
        await Room(at.discord, at.general).reads("You are welcome.")
        assert thanked.id not in at.discord.channels and len(at.discord.channels) == threads
        thread = await begun(at)
        before = len(thread.messages())
        for words in ("thx", "👍", "what can you do?", "tell me a joke"):
            thread.say(at.ana, words, mention=True)
            await thread.quiet()
        said = thread.messages()[before:]
        assert len(said) == 4 and not any("?" in text_of(each) for each in said)
        assert thread.text().count(QUESTION) == 1


async def test_what_people_share_with_each_other_is_not_even_fetched(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", content=True, model=model) as at:
        thread = await begun(at)
        await thread.quiet()
        before, asked = len(thread.messages()), len(model.asked)
        for name, content in (
            ("salaries.csv", b"name,salary\nAna,50000\nBen,60000\n"),
            ("party.png", b"\x89PNG\r\n\x1a\n\0"),
            ("all.zip", b"PK\x03\x04\0\0"),
        ):
            thread.say(at.bob, "", files=[Upload(name, content)])
        await thread.quiet()
        assert at.discord.downloads == []
        assert (len(thread.messages()), len(model.asked)) == (before, asked)


async def test_a_file_is_shown_as_it_was_understood_and_one_press_runs_it(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", model=model) as at:
        thread = await begun(at)
        asked = len(model.asked)
        thread.say(at.ana, "our tickets", mention=True, files=[Upload("pairs.csv", WIDE)])
        await thread.reads("I read pairs (a table with commas), 2 rows")
        assert not [each for each in model.asked[asked:] if "response_format" not in each]
        await thread.press(at.ana, "Change")
        await thread.press(at.ana, "Swap input and answer")
        await thread.reads("Input: bug")
        await thread.press(at.ana, "Change")
        await thread.choose(at.ana, "mood")
        await thread.reads("Input (`mood`): cross")
        await thread.press(at.ana, "Run")
        await at.discord.until(lambda: thread.pictures, SECONDS)


@pytest.mark.usefixtures("no_time")
async def test_a_file_that_takes_too_long_to_check_is_answered_as_one_to_check(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", model=model) as at:
        thread = await begun(at)
        thread.say(at.ana, "dataset", mention=True, files=[Upload("rows.jsonl", CHAT * 400)])
        told = text_of(await thread.reads("rows.jsonl: That took me too long to read"))
        assert "share a part of it" in told and "trial" not in told
        thread.say(at.ana, "run these", mention=True, files=[Upload("pairs.csv", PAIRS * 4000)])
        assert "50 are enough for a trial" in text_of(await thread.reads("pairs.csv: That took me too long to read"))


@pytest.mark.parametrize("how", ["down", "slow", "rubbish"])
async def test_three_people_go_on_without_the_model(tmp_path: Path, how: str) -> None:
    failing = Failing()
    async with model_server(failing) as model, whole(tmp_path / "home", model=model) as at:
        thread = await begun(at)
        failing.how = how
        thread.say(at.bob, "the thing is that we have 410 examples of it", mention=True)
        await thread.reads("410")
        await at.dm(at.bob).reads("I go on without it")
        people = (at.ana, at.bob, at.acme.owner)
        for person in people:
            thread.say(person, "there is a thing about our set-up that I find odd", mention=True)
        await thread.quiet(1.0)
        told = [text_of(each) for person in people for each in at.dm(person).messages() if "Reference" in text_of(each)]
        assert len(told) == 1, "once an outage, to whom it concerns"
        assert "Reference" not in thread.text()
        assert not any(word in told[0] for word in ("127.0.0.1", "OPENAI", "ADVISOR", "10.0.0.7"))
        await thread.press(at.ana, "Free text")
        await thread.reads("good enough answers?")
