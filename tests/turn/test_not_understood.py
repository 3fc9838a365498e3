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


async def test_a_goal_that_is_taken_back_goes() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    said = await talk.say("it is not about tone, it costs too much")
    assert talk.value("need") == ("cost",)
    assert '"costs too much"' in said and "tone" not in said


async def test_of_what_is_taken_back_and_not_replaced_it_is_told() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone, and we run on azure")
    assert talk.value("platform") == "azure"
    assert "Taken back: *platform*" in await talk.say("we are not on azure after all")
    assert talk.value("platform") != "azure"


@pytest.mark.parametrize("text", ["lets begin from zero", "end this please", "please erase all of it"])
async def test_what_ends_or_deletes_is_only_proposed_where_it_was_likened(text: str) -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    before = talk.case
    said = await talk.say(text)
    assert said.startswith("Shall ") and "`" in said, "the command's own word does it"
    assert talk.case.claims == before.claims and talk.case.listens == before.listens


async def test_after_a_verdict_it_still_listens() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    first = await talk.say("verdict")
    assert talk.case.verdict is not None
    assert first.splitlines()[0] in await talk.say("show it again")
    await talk.say("one of a few labels")
    assert talk.value("output") == "label", "an option by its label"
    await talk.say("we have 400 pairs of examples")
    assert talk.value("examples") == 400, "a new fact"
    assert SHRUG not in await talk.say("how many examples do we need for finetuning?")
    assert SHRUG in await talk.say("blub zzyx")
    assert SHRUG not in await talk.say("zzyx glorp qwerty")
