"""What is said where a message was not understood: near options to press, never the same shrug twice, one language."""

import pytest

from bot.chat.languages import ONLY_ENGLISH
from bot.chat.reply import Form, Text
from bot.turn.turn import TurnResult
from knowledge.load import load
from tests.support.consulting import Talk

KNOWLEDGE = load()
SHRUG = "I took no fact from that"


def forms(talk: Talk) -> list[Form]:
    return [part for part in talk.parts if isinstance(part, Form)]


async def asked_for(fact: str) -> Talk:
    """Return a conversation whose open question has this fact."""
    talk = Talk({"need": ("style",)})
    await talk.say("hello there")
    assert talk.out is not None
    asked = talk.case.asked
    assert asked is not None
    talk.case = talk.case.but(asked=asked.model_copy(update={"facts": (fact,)}))
    return talk


async def test_options_that_are_close_can_be_pressed() -> None:
    talk = await asked_for("platform")
    said = await talk.say("either azure or bedrock")
    assert "Closest to" in said
    (form,) = forms(talk)
    (field,) = form.fields
    assert field.fact == "platform"
    assert {"azure", "bedrock"} <= {option.value for option in field.options}
    assert len(field.options) <= 3, "only those that are near, and the question not beside them"
    await talk.answer(platform="bedrock")
    assert talk.value("platform") == "bedrock"


@pytest.mark.parametrize("fact", ["platform", "examples", "output"])
async def test_the_second_time_it_offers_what_may_be_meant(fact: str) -> None:
    talk = await asked_for(fact)
    first = await talk.say("zzyx qwerty")
    talk.case = talk.case.but(asked=talk.case.asked and talk.case.asked.model_copy(update={"facts": (fact,)}))
    second = await talk.say("xylophone zzyx zzyx qwerty blub")
    assert SHRUG in first
    assert SHRUG not in second and "not sure what you mean" in second
    assert forms(talk), "there is something to press"


async def test_what_was_understood_in_between_begins_anew() -> None:
    talk = await asked_for("platform")
    await talk.say("blub zzyx qwerty glorp")
    assert talk.case.puzzled
    await talk.say("We have 300 pairs of examples.")
    assert not talk.case.puzzled


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir wissen nicht, ob das für uns gut ist und was die Antworten sind.", "German"),
        ("Nous ne savons pas si les réponses sont bonnes pour nous et le client.", "French"),
        ("我们不知道这个模型是不是适合我们的客户", "Chinese"),
    ],
)
async def test_a_language_that_is_not_understood_is_told_once_in_itself(text: str, language: str) -> None:
    talk = Talk({"need": ("style",)})
    said = await talk.say(text)
    assert ONLY_ENGLISH[language] in [part.markdown for part in talk.parts if isinstance(part, Text)], said
    assert forms(talk), "it goes on by choices"
    again = await talk.say(text + " " + text)
    assert ONLY_ENGLISH[language] not in again


@pytest.mark.parametrize("text", ["what do you mean?", "why do you ask?", "what should I ask my team?"])
async def test_a_question_about_the_open_question_is_answered_by_it(text: str) -> None:
    talk = await asked_for("examples")
    said = await talk.say(text)
    assert KNOWLEDGE.asks["examples"].ask in said and "It matters because" in said
    assert SHRUG not in said


async def test_a_number_that_was_offered_as_a_choice_is_a_number() -> None:
    talk = Talk({"need": ("style",)})
    await talk.answer(examples="40")
    assert talk.value("examples") == 40
    assert isinstance(talk.out, TurnResult)
