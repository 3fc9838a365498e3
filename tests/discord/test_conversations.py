"""Whole conversations through the real service, each from a first word to a verdict, wherever one may begin."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.inbound.commands import MENU
from tests.discord.service import SECONDS, Room, whole
from tests.fakes.discord import Upload, text_of
from tests.fakes.model.server import ModelServer, model_server
from tests.slack.service import RUN, SAMPLES, sorts

TUNE = "This would change if"
ASK = "should we finetune? it often mixes the categories up"
TONE = "our replies never keep our tone"


@pytest.fixture
async def model() -> AsyncGenerator[ModelServer]:
    async with model_server(sorts) as served:
        yield served


async def test_two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture(
    model: ModelServer, tmp_path: Path
) -> None:
    async with whole(tmp_path / "home", content=True, model=model) as at:
        thread = await at.mention(at.ana, ASK)
        asked = await thread.reads("What kind of answer should come out?")
        assert "mixes the categories" in text_of(asked) and thread.channel.parent is at.general

        # The asker needs no mention yet; whoever contradicts is asked about, with both names and quotes.
        thread.say(at.ana, "we have 400 examples")
        await thread.reads('Noted: "400 examples"')
        thread.say(at.bob, "no, only 40 of them are labelled examples", mention=True)
        disputed = text_of(await thread.reads("I have two answers for example pairs"))
        for said in ('Ana says 400 ("400 examples")', 'Bob says 40 ("40 of them are labelled examples")'):
            assert said in disputed
        await thread.fill(at.ana, "Answer", values={"count|examples": "40"})
        # Everybody sees who answered what, not only who typed it.
        assert "Or reply" not in text_of(await thread.reads("Ana: example pairs: 40"))

        await thread.choose(at.bob, "One of a few labels")
        await thread.reads("Could a written rule")
        await thread.choose(at.bob, "No, it takes understanding")

        thread.say(at.ana, "try", mention=True)
        await thread.fill(at.ana, "Paste samples", values={"Paste here": SAMPLES})
        await at.discord.until(lambda: thread.pictures, SECONDS)
        assert "3 of 4" in thread.pictures[0]
        await thread.press(at.bob, "Files")
        await at.discord.until(lambda: any(len(each.attachments) > 1 for each in thread.messages()), SECONDS)
        names = [file.name for each in thread.messages() for file in each.attachments]
        assert len(names) == len(set(names)) and any(name.endswith("trial.json") for name in names)

        thread.say(at.ana, "verdict", mention=True)
        verdict = text_of(await thread.reads(TUNE))
        assert "Because" in verdict and "Rule" in verdict
        await thread.press(at.ana, "Why")
        assert "Because" in text_of(await thread.reads("Next"))
        await thread.press(at.bob, "Sources")
        await thread.reads("What carries no number is general practice.")
        await thread.press(at.bob, "Decision record")
        kept = await thread.reads("this service has no address on the web")
        assert [file.name for file in kept.attachments if file.name.startswith("decision-record-")]
        own = [each for each in at.discord.seen(at.general, at.ana) if each.author is at.discord.bot]
        assert own == [], "nothing is said outside the thread"
        of_trial = [e for e in thread.messages() if "of 60" in text_of(e) or "did better" in text_of(e)]
        assert len(of_trial) == 1, "the progress became the result"
        edits = [c for c in at.discord.calls if c.method == "PATCH" and c.path.endswith(f"/{of_trial[0].id}")]
        told = [edit.at for edit in edits if "of 60" in str(edit.body)]
        assert not told or len(told) <= 2 + told[-1] - told[0], "how far it is stands there about once a second"

        await thread.press(at.bob, "Not useful")
        await thread.reads("What is wrong?", user=at.bob)
        assert "What is wrong?" not in thread.text(at.ana), "thanks are for who pressed"
        await thread.press(at.bob, "A fact is wrong")
        await thread.reads("Which one is wrong?")
        await thread.fill(at.bob, "example pairs", values={"count|examples": "70"})
        await thread.reads("Bob: example pairs: 70")


async def test_a_thread_without_the_message_content_intent_comes_to_a_verdict(
    model: ModelServer, tmp_path: Path
) -> None:
    async with whole(tmp_path / "home", model=model) as at:
        thread = await at.mention(at.ana, ASK)
        question = await thread.reads("What kind of answer should come out?")
        assert "press Continue" in text_of(question)
        thread.say(at.bob, "we have 900 examples")  # which Discord does not show us
        await thread.quiet()
        assert len(thread.messages()) == 1
        await thread.tell(at.ana, "we have 400 examples")
        await thread.reads('Noted: "400 examples"')
        assert "we have 400 examples" in thread.text(at.bob), "everybody sees what was written into the form"
        thread.say(at.bob, "only 40 of them are labelled examples", reply_to=question)
        await thread.reads("Bob says 40")
        thread.say(at.bob, "40 examples", mention=True)
        await thread.choose(at.bob, "One of a few labels")
        thread.say(at.ana, "verdict", mention=True)
        verdict = text_of(await thread.reads(TUNE))
        assert "Because" in verdict and "900 " not in thread.text()


async def test_a_direct_message_goes_from_help_to_a_verdict_with_its_picture(
    model: ModelServer, tmp_path: Path
) -> None:
    async with whole(tmp_path / "home", model=model) as at:
        dm = at.direct(at.bob, "help")
        await dm.reads("I help a team decide")
        at.direct(at.bob, "our support replies never keep our tone")
        await dm.reads('never keep our tone"')
        at.direct(at.bob, "I don't know")
        await dm.reads("Is there a finetune for this task already")
        await dm.choose(at.bob, "No")
        at.direct(at.bob, RUN)
        await at.discord.until(lambda: dm.pictures, SECONDS)
        at.direct(at.bob, "verdict")
        await dm.reads(TUNE)
        at.direct(at.bob, "rule 2")
        await dm.reads("Try words before weights")
        assert all(each.seen_by is None for each in dm.messages()), "in a DM nothing has to be ephemeral"


async def test_a_command_holds_a_consultation_that_nobody_else_sees(model: ModelServer, tmp_path: Path) -> None:
    async with whole(tmp_path / "home", model=model) as at:
        mine = at.alone(at.ana)
        at.command(at.ana, "check", text=f"{TONE}, whatever the payload is")
        await mine.reads('"never keep our tone"')
        await mine.choose(at.ana, "Free text")
        typed: list[tuple[str, dict[str, Any], str]] = [
            ("status", {}, "kind of answer"),
            ("fix", {"fact": "examples", "value": "400"}, "400 example"),
            ("fix", {"fact": "examples", "value": "70"}, "70 example"),
            ("undo", {}, "As before it: example pairs: 400."),
            ("cost", {"words": "5000 calls a day"}, "per 1,000 calls"),
            ("rule", {"which": "rule-2"}, "Try words before weights"),
            ("help", {}, "I help a team decide"),
            ("why", {}, "matters because"),
            ("verdict", {}, TUNE),
        ]
        for words, options, answer in typed:
            at.command(at.ana, words, **options)
            await mine.reads(answer)
        used = await at.discord.answered(at.command(at.ana, "fix", fact="examples"))
        assert used.modal
        await mine.submit(at.ana, used.modal, values={used.modal.components[0]["label"]: "1,200"})
        await mine.reads("Noted: 1,200 example")
        used = await at.discord.answered(at.command(at.ana, "try"))
        await mine.submit(at.ana, used.modal, values={"Paste here": SAMPLES})
        await at.discord.until(lambda: mine.pictures, SECONDS)
        at.command(at.ana, "forget")
        await mine.reads("Forgotten")
        at.command(at.ana, "status")
        await mine.reads("I hold no facts yet")
        assert at.alone(at.bob).messages() == [] and Room(at.discord, at.general).messages() == []
        assert not at.discord.threads(at.general)
        assert {each.callback for each in at.discord.interactions} <= {4, 5, 6, 9}
        assert all(each.seconds is not None and each.seconds < 3 for each in at.discord.acks)


async def test_a_message_is_asked_about_by_its_menu(model: ModelServer, tmp_path: Path) -> None:
    async with whole(tmp_path / "home", model=model) as at:
        message = at.discord.say(at.bob, at.general, f"Should we finetune? {TONE}.")
        await at.discord.answered(at.discord.context_menu(at.ana, message, MENU))
        mine = at.alone(at.ana)
        await mine.reads('"never keep our tone"')
        await mine.choose(at.ana, "Free text")
        await mine.tell(at.ana, "we have 400 examples")
        await mine.reads("400 example")
        at.command(at.ana, "verdict")
        await mine.reads(TUNE)
        assert Room(at.discord, at.general).messages(at.bob) == [], "its author is told nothing"


async def test_who_has_it_installed_for_themselves_comes_to_a_verdict_anywhere(
    model: ModelServer, tmp_path: Path
) -> None:
    async with whole(tmp_path / "home", model=model) as at:
        cleo, dan = at.discord.user("cleo"), at.discord.user("dan")
        at.discord.install(cleo)
        elsewhere = at.discord.guild("Elsewhere", joined=False)
        at.discord.join(elsewhere, cleo)
        at.discord.join(elsewhere, dan)
        for channel in (at.discord.private_channel(cleo, dan), at.discord.channel(elsewhere, "random")):
            mine = at.alone(cleo, channel)
            at.command(cleo, "check", channel=channel, text=TONE)
            await mine.reads('"never keep our tone"')
            await mine.choose(cleo, "Free text")
            message = at.discord.say(dan, channel, "we have 400 examples")
            await at.discord.answered(at.discord.context_menu(cleo, message, MENU))
            await mine.reads("400 example")
            at.command(cleo, "verdict", channel=channel)
            await mine.reads(TUNE)
            file = Upload("samples.txt", SAMPLES.encode())
            at.command(cleo, "try", channel=channel, file=file)
            # The picture may go to the DM where five follow-ups are spent.
            rooms = [mine, Room(at.discord, at.discord.dm(cleo))]
            await at.discord.until(lambda rooms=rooms: [one for each in rooms for one in each.pictures], SECONDS)
            assert [each for each in at.discord.seen(channel, dan) if each.author is at.discord.bot] == []


async def test_a_forum_post_is_a_thread_of_its_own(model: ModelServer, tmp_path: Path) -> None:
    async with whole(tmp_path / "home", model=model) as at:
        forum = at.discord.channel(at.acme, "questions", "forum")
        post = at.discord.post(at.ana, forum, "Tone", f"{at.discord.bot.mention} {TONE}")
        room = Room(at.discord, post.channel)
        await room.reads('"never keep our tone"')
        await room.choose(at.bob, "Free text")
        room.say(at.ana, "verdict", mention=True)
        await room.reads(TUNE)
        at.discord.archive(post.channel)
        room.say(at.ana, "status", mention=True)
        await room.reads("Correct one with")
