"""Taking back the last answer, the result as a document, and help, in words that people use."""

import re
from datetime import timedelta

import pytest

from bot.chat.events import Answered, Deleted, Edited, Said
from bot.chat.reply import File
from bot.turn.undo import NOTHING
from tests.support.clock import NOON
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


@pytest.mark.parametrize(
    ("said", "held", "told"),
    [
        ([300, 400], 300, "As before it: example pairs: 300."),
        ([300, 400, 500], 400, "As before it: example pairs: 400."),
        ([None, 400], None, "As before it: example pairs: I don't know."),
        ([300, None], 300, "As before it: example pairs: 300."),
        (["We have 300 pairs of examples.", "No, we have 400 pairs."], 300, "As before it: example pairs: 300."),
        ([300, "scratch that, we have 400 pairs"], 300, "As before it: example pairs: 300."),
    ],
)
async def test_what_stood_before_a_corrected_answer_counts_again(
    said: list[int | str | None], held: int | None, told: str
) -> None:
    talk = Talk({"need": ("style",)})
    for each in said:
        await (talk.say(each) if isinstance(each, str) else talk.answer(examples=each))
    assert told in await talk.say("undo")
    assert [claim.value for claim in talk.case.claims["examples"]] == [held]


async def test_each_undo_of_corrections_goes_one_further_back_until_none_is_left() -> None:
    talk = Talk()
    for minute, pairs in enumerate((300, 400, 500)):
        await talk.hear(Answered(facts={"examples": pairs}), at=NOON + timedelta(minutes=minute))
    held: list[object] = []
    while talk.case.claims:
        held.append(talk.value("examples"))
        await talk.say("undo")
    assert held == [500, 400, 300]
    assert not talk.case.replaced


async def test_a_set_that_was_answered_gives_way_to_what_was_mentioned_before() -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("We tried few-shot prompts.")
    before = talk.case.claims["prompts_tried"]
    await talk.answer(prompts_tried=("few_shot", "schema"))
    await talk.say("undo")
    assert before and talk.case.claims["prompts_tried"] == before


async def test_who_settled_a_dispute_and_goes_back_leaves_it_open() -> None:
    talk = Talk({"need": ("style",)})
    await talk.answer(examples=300)
    await talk.answer(by="ben", examples=10)
    both = talk.case.claims["examples"]
    await talk.answer(by="eve", examples=10)
    assert talk.value("examples") == 10
    await talk.say("undo", by="eve")
    assert talk.case.claims["examples"] == both
    assert talk.asked == ("examples",)


async def test_an_edited_answer_is_taken_back_to_what_it_replaced() -> None:
    talk = Talk({"need": ("style",)})
    await talk.answer(examples=300)
    await talk.hear(Said(text="No, we have 400 pairs of examples."), message="m1")
    await talk.hear(Edited(text="No, we have 500 pairs of examples."), message="m1", addressed="known")
    assert talk.value("examples") == 500
    await talk.say("undo")
    assert talk.value("examples") == 300


async def test_nothing_of_a_person_who_is_forgotten_or_of_a_deleted_message_comes_back() -> None:
    talk = Talk({"need": ("style",)})
    await talk.hear(Said(text="We have 123 pairs of examples."), message="m1", by="ben")
    await talk.answer(by="ben", examples=456)
    await talk.hear(Deleted(), message="m1", by="ben", addressed="known")
    assert "123" not in talk.case.model_dump_json(exclude={"answer"})
    await talk.answer(by="ben", examples=789)
    await talk.hear(Said(text="forget me"), by="ben")
    assert not {"456", "789"} & set(re.findall(r"\d+", talk.case.model_dump_json(include={"claims", "replaced"})))


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
