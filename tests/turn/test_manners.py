"""How the advisor behaves where people also talk to each other: what it takes up, and who may do what."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.events import Answered, Attached, Deleted, Earlier, Edited, Event, Failed, Pasted, Pressed, Said
from bot.chat.reply import Choices, Form, Table
from bot.consultation.model import Line
from bot.consultation.trial_state import Phase, TrialState
from bot.model.client import Model
from tests.knowledge.clauses import GATES
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR, Talk


@pytest.fixture
async def some_model() -> AsyncGenerator[Model]:
    """Yield a model that nothing asks here: it is enough that there is one."""
    model = Model("m", "http://127.0.0.1:1/v1")
    yield model
    await model.aclose()


async def overheard(talk: Talk, text: str, by: str = "ben") -> str:
    await talk.hear(Said(text=text), by=by, addressed="people")
    return talk.posted


@pytest.mark.parametrize("text", ["lunch at one?", "I will ask Carla about it", "thanks, see you tomorrow", "+1"])
async def test_what_people_say_to_each_other_is_not_remarked_on(text: str) -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    before = talk.case
    assert await overheard(talk, text) == ""
    assert talk.case.claims == before.claims
    assert talk.case.asked == before.asked


async def test_a_fact_that_is_said_to_others_counts_in_silence_where_its_author_has_spoken_to_us() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    assert await overheard(talk, "we have 400 examples by the way") == ""
    assert "examples" not in talk.case.claims, "Ben never spoke to us"
    assert "400" not in talk.case.model_dump_json()
    await talk.say("help", by="ben")
    asked = talk.case.asked
    assert await overheard(talk, "lunch?") == ""
    assert await overheard(talk, "we have 400 examples by the way") == ""
    assert talk.value("examples") == 400
    assert talk.case.asked == asked, "what is open on the screen stays open"


async def test_leave_ends_listening_and_a_mention_begins_it_again_while_an_answer_is_awaited() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    assert talk.case.listening
    assert "until somebody mentions me" in await talk.say("leave")
    assert not talk.case.listening
    await talk.say("it never keeps our tone in German")
    assert talk.case.listening, "a question is open"
    talk.case = talk.case.but(asked=None)
    assert not talk.case.listening, "and only while one is"


async def test_only_the_asker_or_who_manages_the_place_may_stop_and_forget() -> None:
    async def manages(event: Event) -> bool:
        return event.author == "carla"

    talk = Talk(advisor=replace(ADVISOR, is_admin=manages))
    await talk.say("should we finetune? it never keeps our tone", by="ana")
    talk.case = talk.case.but(trial=TrialState(phase=Phase.running))
    for body in (Pressed(action="stop"), Said(text="stop")):
        await talk.hear(body, by="ben")
        assert talk.out is not None
        assert not talk.out.stops_trial
        assert "Only Ana" in talk.told("ben")
    for person in ("ana", "carla"):
        await talk.hear(Pressed(action="stop"), by=person)
        assert talk.out.stops_trial
    await talk.say("forget", by="ben")
    assert not talk.out.forgets
    assert "Only Ana" in talk.told("ben")
    await talk.say("forget", by="carla")
    assert talk.out.forgets


async def test_in_private_everything_is_the_persons() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone", by="ana")
    await talk.hear(Said(text="forget"), by="ana2", private=True)
    assert talk.out is not None
    assert talk.out.forgets


def earlier(complete: bool = True) -> Earlier:
    lines = (
        Line(by="ben", text="our bot never keeps our tone", at=NOON - timedelta(minutes=9), message="1.1"),
        Line(by="cy", text="we only tried one system prompt so far", at=NOON - timedelta(minutes=8), message="1.2"),
    )
    return Earlier(lines=lines, names={"ben": "Ben", "cy": "Cy"}, complete=complete, given=True)


async def test_mentioned_late_it_reads_what_the_mentioner_said_and_offers_to_read_the_others() -> None:
    talk = Talk()
    own = Line(by="ana", text="our bot never keeps our tone", at=NOON - timedelta(minutes=9), message="1.1")
    mine = Earlier(lines=(own,), names={"ana": "Ana"}, complete=True, others=14, people=3)
    said = await talk.hear(mine, Said(text="should we finetune?"), by="ana", message="1.9")
    assert "I read what you said here before (1 message)" in said
    assert talk.value("need") == ("style",)
    (button,) = (p for p in talk.parts if isinstance(p, Choices) and p.action == "earlier")
    assert [(o.value, o.label) for o in button.options] == [("1.9", "Read the 14 earlier messages of 3 people")]
    assert talk.case.room.company, "others are there: their words are not for us"
    refused = mine.model_copy(update={"offered": False})
    talk = Talk()
    await talk.hear(refused, Said(text="should we finetune?"), by="ana")
    assert not [p for p in talk.parts if isinstance(p, Choices) and p.action == "earlier"]
    assert talk.case.room.company


async def test_what_others_said_before_is_read_once_somebody_lets_it_and_is_said() -> None:
    talk = Talk()
    await talk.say("should we finetune?", by="ana")
    said = await talk.hear(earlier(), by="ana")
    assert "I read what was said here before (2 messages)" in said
    claims = talk.case.claims
    assert {claim.by for held in claims.values() for claim in held} <= {"ben", "cy"}
    assert claims["need"][0].by == "ben"
    assert (claims["need"][0].quote or "nothing") in "our bot never keeps our tone"
    assert talk.case.listens == "answers"


async def test_mentioned_late_it_says_what_it_could_not_read() -> None:
    talk = Talk()
    assert "only the last 2 messages" in await talk.hear(earlier(complete=False), Said(text="should we finetune?"))
    talk = Talk()
    nothing = Earlier(lines=(), complete=False)
    assert "paste what matters" in await talk.hear(nothing, Said(text="should we finetune?"))


async def test_an_edit_or_a_deletion_of_what_was_never_for_us_does_nothing() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    before = talk.case
    for body in (Edited(text="we have 400 examples"), Deleted()):
        assert await talk.hear(body, message="elsewhere", addressed="known") == ""
        assert talk.case.but(updated=before.updated) == before


async def test_check_reads_the_words_behind_it_and_asks_without_any() -> None:
    talk = Talk()
    said = await talk.say("/check it never keeps our tone")
    assert talk.value("need") == ("style",)
    assert "This matters now because" in said
    assert "This matters now because" in await Talk().say("/check")


async def test_feedback_is_kept_by_person_and_thanked_in_private() -> None:
    talk = Talk(GATES)
    await talk.answer(examples=300)
    await talk.hear(Pressed(action="feedback", values=("down", "few-rows")), by="ben")
    assert talk.case.feedback == {"ben": "down"}
    assert "What is wrong?" in talk.told("ben")
    await talk.hear(Pressed(action="feedback", values=("up", "few-rows")), by="ben")
    assert talk.case.feedback == {"ben": "up"}


async def test_a_fact_that_is_wrong_is_chosen_and_corrected() -> None:
    talk = Talk(GATES)
    await talk.answer(examples=300)
    await talk.hear(Pressed(action="correct"))
    assert any(isinstance(part, Table) for part in talk.parts)
    (choices,) = (part for part in talk.parts if isinstance(part, Choices))
    assert "examples" in [option.value for option in choices.options]
    await talk.hear(Pressed(action="fix", values=("examples",)))
    (form,) = (part for part in talk.parts if isinstance(part, Form))
    assert [field.fact for field in form.fields] == ["examples"]
    await talk.hear(Answered(facts={"examples": 10}))
    assert talk.verdict.verdict == "dataset_not_ready"


async def test_a_button_that_means_nothing_is_a_sentence() -> None:
    assert "means nothing any more" in await Talk().hear(Pressed(action="explode"))


async def test_what_is_pasted_into_the_form_is_samples_or_one_prompt(some_model: Model) -> None:
    talk = Talk(advisor=replace(ADVISOR, model=some_model))
    await talk.hear(Pasted(text="input: a\noutput: b\n\ninput: c\noutput: d"))
    assert len(talk.case.samples.pairs) == 2
    assert talk.out is not None
    assert talk.out.starts_trial
    talk = Talk(advisor=replace(ADVISOR, model=some_model))
    await talk.hear(Pasted(text="Write a haiku about our product"))
    assert talk.case.samples.prompt == "Write a haiku about our product"
    assert talk.out is not None
    assert talk.out.starts_trial


async def test_a_pasted_finetuning_file_is_checked_and_not_kept() -> None:
    talk = Talk()
    row = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}'
    await talk.hear(Pasted(text=row, purpose="dataset"), Attached(name="x.jsonl", content="no json", purpose="dataset"))
    assert talk.parts
    assert not talk.case.samples.pairs
    assert talk.out is not None
    assert not talk.out.starts_trial


async def test_the_end_of_a_job_makes_nobody_the_asker() -> None:
    talk = Talk()
    await talk.hear(Failed(sentence="It ended."), by="advisor")
    assert talk.case.asker is None


async def test_a_trial_above_the_cap_waits_for_the_asker_to_say_yes(some_model: Model) -> None:
    talk = Talk(advisor=replace(ADVISOR, model=some_model))
    pairs = "\n\n".join(f"input: question {n} about the delivery\noutput: label {n % 4}" for n in range(40))
    await talk.hear(Pasted(text=pairs), by="ana")
    (asks,) = [part for part in talk.parts if isinstance(part, Choices) and part.action == "run"]
    assert "above the cap of 200 calls" in asks.text
    assert talk.out is not None
    assert not talk.out.starts_trial
    assert talk.case.trial.phase is Phase.awaiting_approval
    await talk.hear(Pressed(action="run", values=("run",)), by="ben")
    assert not talk.out.starts_trial
    assert "Only Ana" in talk.told("ben")
    await talk.hear(Pressed(action="run", values=("run",)), by="ana")
    assert talk.out.starts_trial
    assert talk.case.trial.running


async def test_a_trial_above_the_cap_can_be_left(some_model: Model) -> None:
    talk = Talk(advisor=replace(ADVISOR, model=some_model))
    pairs = "\n\n".join(f"input: question {n} about the delivery\noutput: label {n % 4}" for n in range(40))
    await talk.hear(Pasted(text=pairs))
    await talk.hear(Pressed(action="run", values=("skip",)))
    assert talk.out is not None
    assert not talk.out.starts_trial
    assert "No trial waits" in await talk.hear(Pressed(action="run", values=("run",)))


@pytest.mark.parametrize(
    ("words", "phase"),
    [
        ("yes", Phase.running),
        ("Yes, please run it.", Phase.running),
        ("ok go ahead", Phase.running),
        ("no thanks", Phase.declined),
        ("skip the trial", Phase.declined),
        ("yes, every time we run it", Phase.awaiting_approval),
        ("no, it costs too much", Phase.awaiting_approval),
    ],
)
async def test_words_let_a_trial_run_or_leave_it_as_its_buttons_do(some_model: Model, words: str, phase: Phase) -> None:
    talk = Talk(advisor=replace(ADVISOR, model=some_model))
    pairs = "\n\n".join(f"input: question {n} about the delivery\noutput: label {n % 4}" for n in range(40))
    await talk.hear(Pasted(text=pairs), by="ana")
    await talk.say(words, by="ben")
    assert not talk.case.trial.running, "Ben did not ask, and is no admin"
    await talk.say(words, by="ana")
    assert talk.case.trial.phase is phase
    assert talk.out is not None and talk.out.starts_trial == (phase is Phase.running)


@pytest.mark.parametrize(("words", "runs"), [("yes", False), ("run it", True)])
async def test_a_bare_yes_answers_what_was_asked_last(some_model: Model, words: str, runs: bool) -> None:
    talk = Talk({"need": ("style",), "output": "text"}, replace(ADVISOR, model=some_model))
    pairs = "\n\n".join(f"input: question {n} about the delivery\noutput: label {n % 4}" for n in range(40))
    await talk.hear(Pasted(text=pairs))
    await talk.say("we have 40 examples")
    assert talk.case.trial.phase is Phase.awaiting_approval
    await talk.say(words)
    assert talk.case.trial.running == runs


PAIRS = "input: a{0}\noutput: b\n\ninput: c{0}\noutput: d"


async def test_a_deleted_message_takes_its_own_samples_and_no_others(some_model: Model) -> None:
    talk = Talk(advisor=replace(ADVISOR, model=some_model))
    await talk.hear(Said(text=PAIRS.format(1)), by="ana", message="m1")
    talk.case = talk.case.but(trial=TrialState(phase=Phase.finished))
    await talk.hear(Said(text=PAIRS.format(2)), by="ben", message="m2")
    assert len(talk.case.samples.pairs) == 4
    await talk.hear(Deleted(), by="ben", message="m2", addressed="known")
    assert [pair.input for pair in talk.case.samples.pairs] == ["a1", "c1"]


async def test_an_edit_of_the_words_beside_a_file_keeps_the_samples_of_the_file(some_model: Model) -> None:
    talk = Talk(advisor=replace(ADVISOR, model=some_model))
    file = Attached(name="pairs.csv", content="input,output\na,b\nc,d\n")
    await talk.hear(Said(text="here are some"), file, message="m1")
    assert len(talk.case.samples.pairs) == 2
    await talk.hear(Edited(text="here are some!"), message="m1", addressed="known")
    assert len(talk.case.samples.pairs) == 2
    await talk.hear(Deleted(), message="m1", addressed="known")
    assert not talk.case.samples.pairs


async def test_sources_stay_folded_behind_their_button() -> None:
    talk = Talk(GATES)
    await talk.hear()
    shown = [part for part in talk.parts if isinstance(part, Choices) and part.action == "show"]
    (button,) = [option.value for part in shown for option in part.options if option.label == "Sources"]
    assert "https://" not in talk.posted
    assert "https://" in await talk.hear(Pressed(action="show", values=(button,)))
