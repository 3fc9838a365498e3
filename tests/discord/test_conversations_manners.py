"""Whole conversations in which the advisor minds where it is, who speaks, and what is none of its business."""

import re
from pathlib import Path

import pytest

from tests.discord.service import SECONDS, Room, whole
from tests.fakes.discord import Upload, text_of
from tests.fakes.model.server import model_server
from tests.slack.service import RUN, SAMPLES, Gate, sorts

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"
TOLD = "I am automated and can be wrong"


async def test_what_it_is_and_where_words_go_is_said_once_to_each_person(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", content=True, model=model) as at:
        first = await at.mention(at.ana, ASK)
        notice = text_of(await first.reads(TOLD))
        assert "read by m at 127.0.0.1" in notice and "runs your samples" in notice
        first.say(at.ana, "free text")
        await first.quiet()
        second = await at.mention(at.ana, ASK)
        await second.reads(QUESTION)
        other = at.direct(at.bob, ASK)
        await other.reads(TOLD)
        assert first.text().count(TOLD) == 1 and TOLD not in second.text()


async def test_those_who_manage_the_server_allow_channels_and_roles_and_switch_it_off(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        owner, other = at.acme.owner, at.discord.channel(at.acme, "other")
        manager = at.alone(owner)
        at.command(at.ana, "off")
        await at.alone(at.ana).reads("Only those who manage this server can change that")

        at.command(owner, "allow", **{"in": other})
        await manager.reads("in 1 channel, but not in this one")
        at.discord.say(at.ana, at.general, f"{at.discord.bot.mention} {ASK}")
        # There is no other way to tell one person alone who has only mentioned us.
        await at.dm(at.ana).reads("I do not answer in this channel")
        assert Room(at.discord, at.general).messages(at.bob) == [] and not at.discord.threads(at.general)
        allowed = await at.mention(at.ana, ASK, other)
        await allowed.reads(QUESTION)
        await at.direct(at.bob, ASK).reads(QUESTION)

        role = at.discord.role(at.acme, "ml")
        at.command(owner, "allow", role=role)
        await manager.reads("only those with the allowed role")
        at.command(at.bob, "check", channel=other, text=ASK)
        at.discord.say(at.bob, other, f"{at.discord.bot.mention} {ASK}")
        await at.dm(at.bob).reads("I answer only those with certain roles here")
        at.discord.join(at.acme, at.bob, role)
        await (await at.mention(at.bob, ASK, other)).reads(QUESTION)

        at.command(owner, "off")
        await manager.reads("I am switched off here")
        said = len(allowed.messages())
        allowed.say(at.ana, "free text")
        at.command(at.ana, "status")
        await at.alone(at.ana).reads("I am switched off here")
        await allowed.quiet()
        assert len(allowed.messages()) == said, "a thread that it followed is not answered either"
        at.command(owner, "on")
        at.command(owner, "allow", where="every channel")
        await manager.reads("in all channels")
        at.command(owner, "allow", role=at.acme.everyone)
        await manager.reads("and everybody there", times=2)
        await (await at.mention(at.ana, ASK)).reads(QUESTION)


async def test_what_is_said_in_private_is_not_known_in_a_channel(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        direct = at.direct(at.ana, "should we finetune? we have 410 examples and our margin is 37 percent")
        await direct.reads("410")
        at.command(at.ana, "check", text="it is too slow for our 9000 calls a day")
        await at.alone(at.ana).reads("too slow")
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.ana, "status")
        table = text_of(await thread.reads("Correct one with"))
        everything = Room(at.discord, at.general).text(at.bob) + thread.text(at.bob)
        for private in ("410", "37 ", "9000", "9,000", "too slow"):
            assert private not in table + everything


async def test_mentioned_late_it_reads_the_thread_once_and_says_how_much(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = Room(at.discord, at.discord.thread(at.general, "tone", at.ana))
        thread.say(at.ana, "our replies never keep our tone, we have 300 labelled examples")
        thread.say(at.bob, "no, we have 100 labelled examples")
        await thread.quiet()
        assert thread.messages() == []
        thread.say(at.ana, "should we finetune?", mention=True)
        said = text_of(await thread.reads("I read what you said here before (1 message)"))
        assert "300" in said and "100" not in said
        await thread.press(at.ana, "Read the earlier message of one person")
        said = text_of(await thread.reads("I read what was said here before (1 message)"))
        assert "Ana says 300" in said and "Bob says 100" in said
        await thread.press(at.bob, "100 (Bob)")
        await thread.reads(QUESTION, times=2)


async def test_what_was_forgotten_is_not_read_again(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = Room(at.discord, at.discord.thread(at.general, "tone", at.ana))
        thread.say(at.ana, "our replies never keep our tone, we have 300 labelled examples")
        thread.say(at.bob, "no, we have 100 labelled examples")
        thread.say(at.ana, "should we finetune?", mention=True)
        await thread.reads("300 labelled examples")
        thread.say(at.bob, "forget it, let's order lunch")
        thread.say(at.ana, "forget")
        await thread.quiet()
        assert "Forgotten" not in thread.text(), "that was said between people"
        thread.say(at.ana, "forget", mention=True)
        await thread.reads("Forgotten")
        before = len(thread.messages())
        thread.say(at.ana, "should we finetune?", mention=True)
        await thread.reads("What should get better?")
        new = "\n".join(text_of(each) for each in thread.messages()[before:])
        assert "300 " not in new and "earlier message" not in new and "said here before" not in new


async def test_of_people_who_never_spoke_to_it_nothing_goes_to_the_model(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", content=True, model=model) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        asked, said = len(model.asked), len(thread.messages())
        salaries = Upload("salaries.csv", b"name,salary\nDora,4711\nEmil,4712\n")
        thread.say(at.bob, "here is the list", files=[salaries])
        for words in ("stop", "forget", "yes", "why?", "we have 417 mauve examples", "status?", "help"):
            thread.say(at.bob, words)
            thread.say(at.ana, words if words != "we have 417 mauve examples" else "nice")
        await thread.quiet()
        assert len(model.asked) == asked and len(thread.messages()) == said
        thread.say(at.ana, "status", mention=True)
        assert not re.search(r"\b417\b", text_of(await thread.reads("Correct one with")))


async def test_mentioned_late_without_the_intent_it_offers_a_paste(tmp_path: Path) -> None:
    async with whole(tmp_path / "home") as at:
        thread = Room(at.discord, at.discord.thread(at.general, "tone", at.ana))
        thread.say(at.ana, "our replies never keep our tone")
        thread.say(at.bob, "we have 100 labelled examples")
        thread.say(at.ana, "should we finetune?", mention=True)
        said = text_of(await thread.reads("paste"))
        assert "100 " not in said
        await thread.tell(at.ana, "our replies never keep our tone")
        await thread.reads('never keep our tone"')


@pytest.mark.parametrize("content", [True, False])
async def test_a_mention_of_its_role_is_one_of_it_and_where_words_are_hidden_it_says_so_once(
    tmp_path: Path, content: bool
) -> None:
    async with whole(tmp_path / "home", content=content) as at:
        role = next(each for each in at.acme.members[at.discord.bot.id].roles if each.managed)
        for _ in range(2):
            at.discord.say(at.ana, at.general, f"{role.mention} {ASK}")
            await at.discord.quiet()
        if content:
            await at.discord.until(lambda: len(at.discord.threads(at.general)) == 2, SECONDS)
        else:
            await at.dm(at.ana).reads("mention me, not my role")
            assert at.dm(at.ana).text().count("mention me, not my role") == 1
            assert not at.discord.threads(at.general)


async def test_work_shows_until_the_answer_is_there(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        assert at.general.typed, "a thread that is not there yet shows nothing"
        thread.say(at.ana, "free text", mention=True)
        await at.discord.until(lambda: thread.channel.typed)
        used = await at.discord.answered(at.command(at.ana, "check", text=ASK))
        assert used.callback == 5, "it shows that it is thinking"
        await at.alone(at.ana).reads(QUESTION)
        assert not any(each.thinking for each in at.alone(at.ana).messages())


async def test_leave_ends_listening_until_it_is_mentioned_again(tmp_path: Path) -> None:
    async with model_server(Gate(free=20)) as model, whole(tmp_path / "home", content=True, model=model) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.ana, RUN)
        await thread.reads("of 60")
        thread.say(at.ana, "leave", mention=True)
        await thread.reads("I listen no further here")
        settled = await thread.reads("I say no more of this trial here")
        assert "Stop" not in text_of(settled) and "of 60" not in thread.text()
        said = len(thread.messages())
        thread.say(at.bob, "we have 400 examples")
        await thread.quiet()
        assert len(thread.messages()) == said
        thread.say(at.bob, "we have 500 examples", mention=True)
        await thread.reads("500 example")
        assert "400 " not in thread.text()


async def test_people_who_talk_to_each_other_and_other_bots_are_left_alone(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        robot, hook = at.discord.user("robot", at.acme, bot=True), at.discord.user("hook", at.acme, webhook=True)
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        said = len(thread.messages())
        for words in ("shall we have lunch?", "sure, at twelve", "+1", f"ask {at.acme.owner.mention}"):
            thread.say(at.bob, words)
        for machine in (robot, hook):
            at.discord.say(machine, at.general, f"{at.discord.bot.mention} {ASK}")
            thread.say(machine, "we have 400 examples", mention=True)
        at.discord.join(at.acme, at.discord.user("dora"))
        await thread.quiet()
        assert len(thread.messages()) == said
        assert at.discord.threads(at.general) == [thread.channel] and not Room(at.discord, at.general).messages()


async def test_edits_and_deletions_take_their_facts_with_them(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        said = thread.say(at.ana, "we have 400 examples")
        await thread.reads("400 example")
        at.discord.edit(said, "we have 40 examples")
        await thread.reads("Changed by Ana: example pairs: 40")
        at.discord.delete(said)
        thread.say(at.ana, "status")
        table = text_of(await thread.reads("Correct one with"))
        assert "tone" in table and "example pairs" not in table.replace("`fix example pairs 400`", "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "samples.jsonl",
            '{"input": "The app crashes", "output": "bug"}\n{"input": "A dark mode", "output": "feature"}\n',
        ),
        ("samples.csv", "input,output\nThe app crashes,bug\nA dark mode,feature\n"),
        # What Discord's clients make of a paste that is too long for a message.
        ("message.txt", "input: The app crashes\noutput: bug\n\ninput: A dark mode\noutput: feature\n"),
    ],
)
async def test_samples_come_as_a_file(tmp_path: Path, name: str, content: str) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", model=model) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.ana, "run these", mention=True, files=[Upload(name, content.encode())])
        await at.discord.until(lambda: thread.pictures, SECONDS)
        big = Upload("big.csv", b"a" * (2 << 20))
        thread.say(at.ana, "and this", mention=True, files=[big])
        await thread.reads("big.csv")


async def test_samples_are_attached_to_the_form(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", model=model) as at:
        form = (await at.discord.answered(at.command(at.ana, "try"))).modal
        mine = at.alone(at.ana)
        await mine.submit(at.ana, form, files={"Or files": [Upload("samples.txt", SAMPLES.encode())]})
        await at.discord.until(lambda: mine.pictures, SECONDS)


async def test_a_trial_is_stopped_by_who_asked_and_not_by_others(tmp_path: Path) -> None:
    gate = Gate(free=20)
    async with model_server(gate) as model, whole(tmp_path / "home", content=True, model=model) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.ana, RUN)
        await thread.press(at.bob, "Stop")
        await thread.reads("Only Ana, who asked, or", user=at.bob)
        assert "Only Ana" not in thread.text()
        thread.say(at.acme.owner, "stop", mention=True)
        await thread.reads("I stop the trial")
        await at.discord.until(lambda: thread.pictures, SECONDS)


async def test_what_people_write_calls_nobody_and_hides_no_link(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        role = at.discord.role(at.acme, "ml")
        thread = await at.mention(at.ana, "our replies never keep our tone [our bank](https://evil.example/a)")
        await thread.reads(QUESTION)
        thread.say(
            at.ana, f"@everyone {role.mention} 400 examples [our bank](https://evil.example/a) @here", mention=True
        )
        thread.say(at.ana, "fix @everyone [click](https://evil.example/b)", mention=True)
        thread.say(at.ana, "what does @here https://evil.example/c say?", mention=True)
        thread.say(at.ana, "status", mention=True)
        await thread.reads("Correct one with")
        before = [each for each in at.discord.pings if each.author is at.discord.bot]
        assert before == [], "nobody is called"
        for message in thread.messages():
            raw = f"{message.content}{message.components}"
            assert not any(sign in raw for sign in ("<@", "](http", "@here", "@everyone")), raw
