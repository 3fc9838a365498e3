"""What is said to us, and what people say to each other: the policy, and what comes of it in a turn."""

from dataclasses import replace

import pytest

from bot.chat.events import Attached, Deleted, Edited, Event, Pressed, Said
from bot.chat.reply import Choices, Text
from bot.consultation.base import Value
from bot.consultation.model import Consultation, Room
from bot.turn.people.attention import Attention, Scene, attention, heard
from bot.turn.people.overheard import HINT
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR, Talk

us, answer, people, nothing = Attention.us, Attention.answer, Attention.people, Attention.nothing
HERE = Scene(company=True)
"""A thread in which several people have spoken."""

TABLE = [
    # A mention, a reply to us, a direct message, a press, a command.
    (Scene(addressed="us"), us),
    (Scene(addressed="us", company=True, listens=False), us),
    (Scene(addressed="known", listens=False), us),
    # In private everything is to us, but for what follows `leave`.
    (Scene(private=True), us),
    (Scene(private=True, listens=False), nothing),
    # The asker, with nobody but us.
    (Scene(asker=True, known=True), us),
    (Scene(asker=True, known=True, listens=False), nothing),
    # But for what is said to a colleague by name, who may be called in that way.
    (Scene(asker=True, known=True, others=True), people),
    (Scene(addressed="us", asker=True, others=True), us),
    (Scene(private=True, others=True), us),
    # Among others, the asker and whom we answered last are to us at once after we spoke, where it is unmistakable.
    (replace(HERE, asker=True, known=True), people),
    (replace(HERE, asker=True, known=True, next=True), answer),
    (replace(HERE, known=True, answered=True, next=True), answer),
    (replace(HERE, known=True, answered=True), people),
    (replace(HERE, known=True, next=True), people),
    (replace(HERE, known=True), people),
    # Who never spoke to us is not heard.
    (HERE, nothing),
    (replace(HERE, next=True), nothing),
    (Scene(), nothing),
    (replace(HERE, known=True, listens=False), nothing),
]


@pytest.mark.parametrize(("scene", "told"), TABLE)
def test_what_a_message_is_to_us(scene: Scene, told: Attention) -> None:
    assert attention(scene) is told


NAMING = [
    "we have 400 examples cc @here",
    "@here we have 400 examples",
    "@ben we have 400 examples",
    "we have 400 examples, right @ben?",
    "@channel we have 400 examples, cc @ben, @cy",
    "@ben @cy: we have 400 examples and a prompt",
    "ben, we have 400 examples",
]
"""What was said in a mention of us, that is taken out, and of others."""


@pytest.mark.parametrize("text", NAMING)
async def test_a_mention_of_us_is_to_us_whoever_else_is_mentioned(text: str) -> None:
    talk = await threesome()
    assert "400 examples" in await talk.say(text, by="ben")
    assert talk.value("examples") == 400


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("help cc @here", "decide whether to finetune"),
        ("status @ben", "Correct one with"),
        ("rule 2 cc @ben", "Try words before weights"),
        ("thanks @ben", "You are welcome."),
        ("hi @channel", "Hello."),
        ("one of a few labels cc @here", "Noted"),
    ],
)
async def test_words_to_us_stay_what_they_are_whoever_else_is_mentioned(text: str, answered: str) -> None:
    talk = await threesome()
    assert answered in await talk.say(text)


@pytest.mark.parametrize(
    "text", ["@ben can you look at this?", "ben, can you take this one?", "@ben @cy lunch?", "cc @ben"]
)
async def test_the_asker_alone_with_us_may_call_a_colleague(text: str) -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    before = talk.case
    assert await aside(talk, text) == ""
    assert (talk.case.claims, talk.case.asked) == (before.claims, before.asked)
    assert "Noted" in await aside(talk, "one of a few labels cc @ben"), "who is copied is not spoken to"


async def threesome() -> Talk:
    """Return a thread in which Ana asked, Ben spoke to the advisor once, and something was said since."""
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.say("help", by="ben")
    await aside(talk, "lunch?", by="ben")
    return talk


async def aside(talk: Talk, text: str, by: str = "ana") -> str:
    return await talk.hear(Said(text=text), by=by, addressed="people")


WORK = [
    "yes", "no", "sure", "sure, I'll take it", "not sure", "none", "400", "stop", "why?", "skip", "status?", "forget",
    "off", "leave", "verdict", "restart", "help", "rule 2", "12", "3 or 4?", "nothing yet", "thx", "👍", "one", "never",
    "it costs too much there now", "pdf is fine", "never mind what I said about the format", "it is too slow today",
    "the build is slow again", "both", "the first one", "lol the tone in that mail", "we need 400 chairs", "https://a.example",
    "can you take the 30 boxes?", "should we train the new colleague?", "what did the model say?", "I don't know",
]  # fmt: skip


@pytest.mark.parametrize("text", WORK)
@pytest.mark.parametrize("by", ["ana", "ben", "cy"])
async def test_nothing_comes_of_what_people_say_to_each_other(text: str, by: str) -> None:
    talk = await threesome()
    before = talk.case
    assert await aside(talk, text, by) == ""
    assert talk.out is not None
    assert (talk.out.replies, talk.out.effects) == ((), ())
    assert talk.case.but(updated=before.updated) == before


async def test_nothing_comes_of_a_bare_word_at_once_after_ours_either() -> None:
    for text in ("yes", "sure", "no", "none", "400", "stop", "forget", "nice"):
        talk = await threesome()
        await talk.say("status", by="ben")
        before = talk.case
        assert await aside(talk, text, "ana") == ""
        assert talk.case.claims == before.claims
        assert not talk.case.room.ours, "what comes next no longer follows ours"


ASKS_US = ("verdict", "Verdict", "verdict.", "verdict!", "verdict please", " verdict ")
"""Words that ask for our answer and mean nothing else."""
OBEYS_NO_MORE = (
    "why?", "why", "skip", "skip it", "status?", "status", "stop", "stop it", "forget", "forget me", "help", "sources",
    "record", "try", "again", "restart", "leave", "off", "rule 2", "fix examples 400", "verdict?", "the verdict",
    "what's the verdict?", "what is your verdict", "verdict again", "verdict of the jury", "good verdict", "/forget",
    "@ben verdict", "verdict @ben", "verdict, ben?",
)  # fmt: skip
"""Words that are commands where we are spoken to, and that people say to each other just so."""


@pytest.mark.parametrize(
    ("text", "by", "next_", "obeyed"),
    [
        *((text, "ana", True, True) for text in ASKS_US),
        *((text, "ana", False, False) for text in ASKS_US),
        *((text, by, True, False) for text in ASKS_US for by in ("ben", "cy")),
        *((text, by, next_, False) for text in OBEYS_NO_MORE for by in ("ana", "ben", "cy") for next_ in (True, False)),
    ],
)
async def test_one_word_of_the_asker_at_once_after_ours_is_a_command_among_people(
    text: str, by: str, next_: bool, obeyed: bool
) -> None:
    talk = await threesome()
    await talk.say("status", by="ben")
    if not next_:
        await aside(talk, "soup?", by="cy")
    before = talk.case
    said = await aside(talk, text, by)
    assert ("Because" in said) == obeyed, said
    if not obeyed:
        assert talk.out is not None and (said, talk.out.replies, talk.out.effects) == ("", (), ())
        assert (talk.case.claims, talk.case.asked, talk.case.verdict, talk.case.listens) == (
            before.claims,
            before.asked,
            before.verdict,
            before.listens,
        )


async def test_a_word_for_the_verdict_with_a_file_is_between_people() -> None:
    talk = await threesome()
    await talk.say("status", by="ben")
    said = Said.model_validate({"text": "verdict", "files": [{"name": "a.csv", "ref": "r"}]})
    assert await talk.hear(said, addressed="people") == "" and talk.case.verdict is None


async def test_an_answer_in_full_at_once_after_ours_is_to_us() -> None:
    talk = await threesome()
    await talk.say("status", by="ben")
    assert talk.case.asked is not None and "output" in talk.case.asked.facts
    said = await aside(talk, "One of a few labels", "ana")
    assert "Noted" in said and talk.value("output") == "label"


async def test_the_asker_alone_with_us_needs_no_mention_and_others_end_that() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    assert "Correct one with" in await aside(talk, "status")
    await aside(talk, "did you see the game?", by="cy")
    assert await aside(talk, "status") == ""


async def test_it_is_said_once_how_to_answer_where_somebody_joins() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    assert "mention me" in await aside(talk, "hello", by="cy")
    assert talk.out is not None and [reply.beside for reply in talk.out.replies] == [True], "on the question itself"
    assert await aside(talk, "hello again", by="dee") == ""
    assert "mention me" not in await talk.say("free text")
    assert "mention me" not in await talk.say("we have 400 examples")


async def test_words_that_bring_nothing_leave_on_the_open_question_what_is_shown_there() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    assert "mention me" in await talk.hear(Said(text="hello"), Said(text="hello"), by="cy")
    assert talk.out is not None and [reply.beside for reply in talk.out.replies] == [False, True]
    assert talk.posted.count("Hello.") == 1 and "mention me" not in talk.posted, "it stands on the question"
    await aside(talk, "soup?", by="ana")
    await aside(talk, "our prompt is about 900 tokens a call", by="cy")
    await talk.say("thanks", by="cy")
    assert talk.out is not None and [reply.beside for reply in talk.out.replies] == [False]
    await aside(talk, "soup?", by="ana")
    await aside(talk, "and the model runs on vertex", by="ana")
    assert "900" in "".join(part.markdown for part in talk.parts if isinstance(part, Text)), "both stand there"


async def test_what_would_replace_a_fact_is_offered_and_counts_once_it_is_used() -> None:
    talk = await threesome()
    await talk.say("we have 300 examples")
    await aside(talk, "no wait, we have 400 examples", by="ben")
    assert talk.value("examples") == 300
    assert talk.out is not None and [reply.beside for reply in talk.out.replies] == [True], "on the live message"
    (offer,) = (part for part in talk.parts if isinstance(part, Choices) and part.action == "use")
    assert offer.text == "Ben: example pairs: 400" and [o.label for o in offer.options] == ["Use it"]
    await talk.hear(Pressed(action="use", values=("examples",)), by="ana")
    assert talk.value("examples") == 400
    (claim,) = talk.case.claims["examples"]
    assert (claim.by, claim.quote) == ("ben", "400 examples")
    assert not talk.case.offered
    await talk.hear(Pressed(action="use", values=("examples",)), by="ben")
    assert "already" in talk.told("ben")


async def test_what_was_noted_is_shown_on_the_live_message_until_something_is_said() -> None:
    talk = await threesome()
    told = await aside(talk, "our prompt is about 900 tokens a call", by="ben")
    assert told == f'Noted from Ben: prompt tokens a call: 900 ("900 tokens")\n{HINT.markdown}', told
    told = await aside(talk, "and the model runs on vertex", by="ana")
    assert "Ben: prompt tokens" in told and "Ana: platform: Google Vertex AI" in told
    assert "prompt tokens" not in await talk.say("help")
    assert talk.value("tokens_in") == 900 and talk.value("platform") == "vertex"


async def test_a_change_of_what_was_overheard_changes_what_the_live_message_shows() -> None:
    talk = await threesome()
    await talk.say("we have 300 examples")
    await aside(talk, "no, we have 400 examples", by="ben")
    message = talk.case.transcript[-1].message
    assert message is not None
    await talk.hear(Edited(text="no, we have 500 examples"), by="ben", addressed="known", message=message)
    assert [part.text for part in talk.parts if isinstance(part, Choices)] == ["Ben: example pairs: 500"]
    await talk.hear(Deleted(), by="ben", addressed="known", message=message)
    assert talk.out is not None and [reply.beside for reply in talk.out.replies] == [True]
    assert not [part for part in talk.parts if isinstance(part, Choices)], "nothing is offered any more"


async def test_what_the_live_message_shows_changes_with_the_words_that_it_was_noted_from() -> None:
    talk = await threesome()
    assert "900" in await aside(talk, "our prompt is about 900 tokens a call", by="ben")
    message = talk.case.transcript[-1].message
    edited = Edited(text="our prompt is about 950 tokens a call")
    assert "950" in await talk.hear(edited, by="ben", addressed="known", message=message)
    assert await talk.hear(Deleted(), by="ben", addressed="known", message=message) == HINT.markdown
    assert talk.out is not None and [reply.beside for reply in talk.out.replies] == [True], "it is taken off"


async def test_a_file_between_people_is_nothing_to_us() -> None:
    talk = await threesome()
    before = talk.case
    file = Attached(name="salaries.csv", content="name,salary\nAna,4711\nBen,4712\n")
    assert await talk.hear(Said(text="here"), file, by="ben", addressed="people") == ""
    assert talk.case.but(updated=before.updated) == before


def test_no_file_of_a_message_between_people_is_fetched() -> None:
    room = Room(addressed=("ana", "ben"), company=True)
    case = Consultation(id="c", started=NOON, updated=NOON, asker="ana", room=room)
    said = Said.model_validate({"text": "400 rows", "files": [{"name": "a.csv", "ref": "r"}]})
    event = Event(conversation="c", platform="t", message="1", author="ben", at=NOON, addressed="people", body=said)
    body = heard(case, event, ADVISOR.knowledge).body
    assert isinstance(body, Said) and body.files == ()


async def test_a_mention_is_heard_whatever_was_said_before() -> None:
    talk = await threesome()
    assert "400" in await talk.say("we have 400 examples", by="cy")


def test_what_people_say_is_told_apart_on_the_held_lines() -> None:
    """Nothing of lines between people, and most of those that are about the case."""
    from tests.turn.between_people import ABOUT_THE_CASE, BETWEEN_PEOPLE, SMALL_TALK, STATED, read

    for line in (*BETWEEN_PEOPLE, *SMALL_TALK):
        assert not read(line, None), line
    for line in BETWEEN_PEOPLE:
        for asked in ADVISOR.knowledge.asks:
            assert not read(line, asked), line
    noted = [line for line, facts in ABOUT_THE_CASE if facts.items() <= read(line, None).items()]
    assert len(noted) >= 0.9 * len(ABOUT_THE_CASE), noted
    missed = [line for line, fact, value in STATED if not _holds(read(line, None).get(fact), value)]
    assert len(missed) <= 0.1 * len(STATED), missed


def _holds(found: Value | None, value: Value) -> bool:
    return found == value or (isinstance(found, tuple) and isinstance(value, tuple) and set(value) <= set(found))


@pytest.mark.parametrize(
    "line", ["40 replies to my tweet", "30 cases in berlin", "250 pairs of socks", "900 words a call"]
)
def test_a_number_of_something_else_answers_no_open_question(line: str) -> None:
    from tests.turn.between_people import read

    assert not any(read(line, asked) for asked in ADVISOR.knowledge.asks)


def test_a_number_with_the_unit_that_was_asked_for_answers() -> None:
    from tests.turn.between_people import read

    assert read("about 350 examples", "examples") == {"examples": 350}
    assert read("roughly 4,000 calls a day", "calls_per_day") == {"calls_per_day": 4000}
    assert read("900 tokens in", "tokens_in") == {"tokens_in": 900}
    assert not read("350", "examples")
