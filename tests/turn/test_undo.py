"""Taking back the last answer, the result as a document, and help, in words that people use."""

import pytest

from bot.chat.reply import File
from bot.turn.undo import NOTHING
from tests.support.consulting import Talk


@pytest.mark.parametrize(
    "words", ["undo", "back", "go back", "undo that", "scratch my last answer", "oops, wrong button"]
)
async def test_who_goes_back_is_told_what_was_taken_back_and_asked_again(words: str) -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("hello")
    (asked, *_) = talk.asked
    held = talk.case.claims
    await talk.tell({asked: "nothing" if asked == "prompts_tried" else None})
    assert asked in talk.case.claims and asked not in talk.asked
    said = await talk.say(words)
    assert "Taken back:" in said
    assert talk.asked[0] == asked
    assert talk.case.claims == held


async def test_each_undo_goes_one_answer_further_back_and_then_there_is_nothing() -> None:
    talk = Talk()
    await talk.say("It never keeps our tone.")
    await talk.say("We have 300 pairs of examples.")
    assert "300" in await talk.say("undo")
    assert set(talk.case.claims) == {"need"}
    await talk.say("undo")
    assert not talk.case.claims
    assert await talk.say("undo") == NOTHING.markdown


async def test_answers_of_others_stay() -> None:
    talk = Talk()
    await talk.say("It never keeps our tone.")
    await talk.answer(examples=300)
    await talk.answer(by="ben", examples=300)
    said = await talk.say("undo that")
    assert "What others said of it stays." in said
    assert talk.value("examples") == 300
    assert [claim.by for claim in talk.case.claims["examples"]] == ["ben"]
    assert await talk.say("undo that", by="eve") == NOTHING.markdown


async def test_going_back_from_a_verdict_on_assumptions_asks_again() -> None:
    talk = Talk()
    await talk.say("It never keeps our tone.")
    (asked, *_) = talk.asked
    await talk.tell({asked: None})
    await talk.say("verdict")
    assert talk.verdict
    said = await talk.say("go back")
    assert "That reopens the verdict." in said
    assert talk.asked[0] == asked


async def test_a_correction_in_the_same_breath_is_no_step_back() -> None:
    talk = Talk()
    await talk.say("We have 300 pairs of examples.")
    await talk.say("scratch that, we have 400 pairs")
    assert talk.value("examples") == 400


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ("export this", "md"),
        ("save it as a file", "md"),
        ("give me that as a document", "md"),
        ("as JSON please", "json"),
        ("something to paste in Confluence", "md"),
        ("export as json", "json"),
    ],
)
async def test_the_result_is_given_as_a_document(words: str, ending: str) -> None:
    talk = Talk({"need": ("style",)})
    assert "no verdict yet" in await talk.say(words)
    await talk.say("verdict")
    await talk.say(words)
    (file,) = [part for part in talk.parts if isinstance(part, File)]
    assert file.name.endswith(f".{ending}")


@pytest.mark.parametrize("words", ["how do I use this bot?", "what commands are there"])
async def test_who_asks_how_it_is_used_is_given_what_works_here(words: str) -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("hello")
    assert "`undo`" in await talk.say(words)
