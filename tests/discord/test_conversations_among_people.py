"""Whole conversations in threads in which people talk to each other, and only now and then to the advisor."""

from pathlib import Path

from tests.discord.service import Room, offered, whole
from tests.fakes.discord import Upload, User, text_of
from tests.fakes.model.server import model_server
from tests.slack.service import RUN, sorts
from tests.slack.test_conversations_among_people import BARE, HINT, SHARED
from tests.slack.test_conversations_guest import CHAT
from tests.turn.between_people import BETWEEN_PEOPLE, SMALL_TALK

ASK = "should we finetune? our replies never keep our tone"
QUESTION = "What kind of answer should come out?"


async def test_what_people_say_to_each_other_shows_on_the_open_question_and_nowhere_else(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.bob, "lunch at one?")
        assert QUESTION in text_of(await thread.reads(HINT))
        thread.say(at.bob, "we have 300 labelled examples", mention=True)
        await thread.reads("300 labelled examples")
        said = len(thread.messages())
        thread.say(at.bob, "soup or pizza")
        thread.say(at.ana, "our prompt is about 900 tokens a call")
        await thread.reads("prompt tokens a call: 900")
        thread.say(at.ana, "no wait, we have 400 labelled examples")
        live = await thread.reads("example pairs: 400")
        assert "900" in text_of(live) and QUESTION in text_of(live) and len(thread.messages()) == said
        await thread.press(at.bob, "Use it")
        await thread.reads("400 labelled examples")
        assert HINT not in thread.text(), "it was said, and has gone with the question that it stood on"


async def test_a_thread_comes_to_its_verdict_in_seven_messages_of_ours(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", content=True) as at:
        thread, me = await at.mention(at.ana, ASK), at.discord.bot.mention
        await thread.reads(QUESTION)
        thread.say(at.bob, "finally somebody asks")
        said = thread.say(at.bob, "we have 300 labelled examples", mention=True)
        await thread.reads('"300 labelled examples"')
        thread.say(at.ana, "thanks", mention=True)
        await thread.reads("You are welcome.")
        at.discord.edit(said, f"{me} we have 320 labelled examples")
        await thread.reads("Changed by Bob: example pairs: 320")
        thread.say(at.ana, "no, 100 labelled examples", mention=True)
        await thread.reads("I have two answers for example pairs")
        thread.say(at.bob, "100 labelled examples, she is right", mention=True)
        await thread.reads('Noted: "100 labelled examples"')
        thread.say(at.bob, "soup?")
        thread.say(at.ana, "verdict")
        await thread.quiet()
        assert "Because" not in thread.text(), "somebody spoke since: that is between people"
        thread.say(at.ana, "free text", mention=True)
        await thread.reads("good enough answers?")
        thread.say(at.ana, "verdict")
        await thread.reads("Because")
        await thread.quiet()
        messages = thread.messages()
        assert len(messages) <= 7, [text_of(each)[:60] for each in messages]
        assert not [file for each in messages for file in each.attachments]
        live = [each for each in messages if {"Free text", "A fact is wrong"} & set(offered(each))]
        assert live == [messages[-1]], "only the verdict can still be answered"


async def test_after_its_verdict_a_thread_goes_on_in_few_messages_to_its_end(tmp_path: Path) -> None:
    async with model_server(sorts) as model, whole(tmp_path / "home", content=True, model=model) as at:
        thread = await at.mention(at.ana, ASK)
        await thread.reads(QUESTION)
        thread.say(at.bob, "we have 300 labelled examples", mention=True)
        await thread.reads('"300 labelled examples"')
        thread.say(at.ana, "verdict", mention=True)
        await thread.reads("Because")

        async def counts(words: str, user: User, *, files: list[Upload] | None = None, read: str) -> tuple[int, int]:
            before = thread.messages()
            thread.say(user, words, mention=True, files=files or [])
            await thread.reads(read)
            await thread.quiet()
            new = thread.messages()[len(before) :]
            return len(new), sum(len(each.attachments) for each in new)

        checked = await counts("dataset", at.ana, files=[Upload("rows.jsonl", CHAT)], read="12 rows")
        assert checked == (1, 0)
        said, files = await counts(RUN, at.ana, read="This would change if 20 test inputs")
        assert said <= 4 and files == 1, "it begins, how far it is, its result with a picture, and the verdict"
        thread.say(at.bob, "forget me", mention=True)
        await at.dm(at.bob).reads("Forgotten: your words")
        assert await counts("leave", at.ana, read="I listen no further here") == (1, 0)
        thread.say(at.bob, "we have 417 mauve examples")
        assert await counts("forget", at.ana, read="Forgotten") == (1, 0)
        await counts(ASK, at.ana, read='Noted: "never keep our tone"')
        assert "mauve" not in thread.text()


async def test_six_threads_of_people_draw_nothing(tmp_path: Path) -> None:
    limit = "1000"  # so that each line is looked at
    async with (
        model_server(sorts) as model,
        whole(tmp_path / "home", content=True, model=model, ADVISOR_MESSAGES_A_MINUTE=limit) as at,
    ):
        people = [at.ana, at.bob, at.acme.owner, *(at.discord.user(name, at.acme) for name in ("dee", "eli"))]
        lines = iter([*BETWEEN_PEOPLE, *SMALL_TALK])
        threads: list[tuple[Room, int]] = []
        for many in (2, 3, 4, 5, 3, 2):
            thread = await at.mention(people[0], ASK)
            await thread.reads(QUESTION)
            for person in people[1:many]:  # each has spoken to it, so that it listens to each
                thread.say(person, "hello", mention=True)
            await thread.reads("Hello.")
            await thread.reads(HINT)
            thread.say(people[1], "one moment")
            threads.append((thread, many))
        await threads[-1][0].quiet(1.0)
        asked, said = len(model.asked), [[text_of(each) for each in thread.messages()] for thread, _ in threads]
        for thread, many in threads:
            for turn, words in enumerate([*(next(lines) for _ in range(12)), *BARE[:8], "🎉🎉"]):
                thread.say(people[turn % many], words)
            for name, content in SHARED:
                thread.say(people[1], "", files=[Upload(name, content)])
        await threads[-1][0].quiet(1.0)
        assert len(model.asked) == asked and at.discord.downloads == []
        assert [[text_of(each) for each in thread.messages()] for thread, _ in threads] == said
        for thread, many in threads:
            thread.say(people[many - 1], "the bot must answer free text, and our prompt is about 900 tokens a call")
            await thread.reads("prompt tokens a call: 900")
        assert len(model.asked) == asked and [len(thread.messages()) for thread, _ in threads] == [*map(len, said)]
