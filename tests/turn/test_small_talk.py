"""Thanks, greetings, signs and words about something else: one short sentence, and no question."""

import pytest

from bot.chat.events import Event, Said
from bot.chat.reply import Choices, Form, Text
from bot.reading import understand
from bot.turn.people.small_talk import in_passing
from knowledge.load import load
from tests.support.clock import NOON
from tests.support.consulting import Talk

SMALL = [
    "...",
    "!!",
    "@cy",
    "@cy @dee …",
    "thanks",
    "thx!",
    "Thank you so much, that helps",
    "hi",
    "Good morning everyone!",
    "hello advisor, how are you?",
    "what can you do?",
    "who are you",
    "👍",
    "🎉🎉 :tada:",
    ":+1:",
    "tell me a joke",
    "what's the weather today?",
    "are you human?",
    "ok thanks",
    "thanks a lot for the quick answer 🙏",
    "you are great!",
    "happy friday!",
    "merry christmas",
    "anybody there?",
    "ping",
    "lol",
    "haha 😂",
    "cool cool",
    "sorry, my bad",
    "brb",
    "bad bot",
    "❤️",
    "what time is it?",
    "what's your name?",
    "how old are you?",
    "who made you?",
    "are you ChatGPT?",
    "which model are you?",
    "why should I trust you?",
    "what's 2+2?",
    "recommend me a film",
    "ok",
]
STATING = [
    "thanks, we have 400 examples",
    "hi, should we finetune?",
    "hello, our replies never keep our tone",
    "good, about 400",
    "yes",
    "no",
    "sure",
    "none",
    "free text",
    "one of a few labels",
    "help desk tickets are sorted wrong",
    "the weather reports it writes are wrong in tone and we tried a prompt with 20 examples already, so what now",
    "20k",
    "which model are you recommending for 400 examples?",
    "what is 20-30 examples good for?",
    "sorry, it was 400 examples",
    "ok, 400",
    "right",
    "fine",
    "you're wrong",
    "do you like LoRA better?",
    "who built your rules?",
    "noted, and we have 400 examples",
]


@pytest.mark.parametrize("text", SMALL)
async def test_it_is_answered_in_one_short_sentence_and_nothing_is_asked(text: str) -> None:
    for private in (False, True):
        talk = Talk()
        await talk.hear(Said(text="should we finetune? it never keeps our tone"), private=private)
        before = talk.case
        said = await talk.hear(Said(text=text), private=private)
        assert [type(part) for part in talk.parts] == [Text]
        assert 0 < len(said) < 120 and "?" not in said and said.count(". ") <= 1
        kept = {"updated": before.updated, "transcript": before.transcript}
        assert talk.case.but(**kept) == before, "the open question stands as it was"


@pytest.mark.parametrize("text", SMALL)
async def test_where_nothing_was_asked_yet_nothing_is_asked_either(text: str) -> None:
    talk = Talk()
    assert 0 < len(await talk.hear(Said(text=text), private=True)) < 120
    assert [type(part) for part in talk.parts] == [Text]


@pytest.mark.parametrize("text", ["who sees this?", "is my data safe with you?", "do you store what I write?"])
async def test_what_becomes_of_words_is_told(text: str) -> None:
    said = await Talk().say(text)
    assert "can read along" in said and "`forget` deletes it" in said


@pytest.mark.parametrize("text", STATING)
def test_what_may_say_something_of_a_case_is_read(text: str) -> None:
    assert understand(text, (), load(None), addressed=True).remark is None


@pytest.mark.parametrize("text", ["purple monkeys fly at dawn", "ok let us see what Carla says about it"])
async def test_what_is_not_understood_does_not_bring_the_question_again(text: str) -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    said = await talk.say(text)
    assert "I took no fact from that" in said
    assert not any(isinstance(part, Form | Choices) for part in talk.parts)
    assert talk.case.asked is not None


def test_between_people_nothing_is_said_to_thanks() -> None:
    event = Event(
        conversation="c", platform="t", message="1", author="a", at=NOON, addressed="people", body=Said(text="thanks")
    )
    assert in_passing(event, load(None)) is None
    assert in_passing(event.model_copy(update={"addressed": "us"}), load(None)) is not None
