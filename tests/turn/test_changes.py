"""What is taken back, changed, or said in another order than it arrives."""

from datetime import timedelta

import pytest

from bot.chat.events import Answered, Body, Deleted, Edited, Event, Failed, Measured, Pasted, Pressed, Said
from bot.chat.reply import Choices, Text
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.model import Claim, How
from bot.consultation.trial_results import TrialResult
from bot.consultation.trial_state import Phase, TrialState
from bot.turn.step import ForgetPerson
from bot.turn.turn import turn
from tests.knowledge.clauses import GATES
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR, Talk

RESULT = TrialResult(
    id="t", at=NOON, model="m", demonstration=False, scorer="exact", bar=0.8, rungs=(), facts={"quality_ok": True}
)


def said(value: int, minute: int, by: str = "ana") -> Claim:
    at = NOON + timedelta(minutes=minute)
    return Claim(value=value, how=How.stated, by=by, at=at, quote=f"{value} examples", message=str(minute))


async def test_the_platforms_time_tells_which_of_two_statements_is_newer() -> None:
    for order in ((1, 2), (2, 1)):
        case = Talk().case
        for minute in order:
            case = claim(case, ADVISOR.knowledge, "examples", said(100 * minute, minute))
        assert [each.value for each in case.claims["examples"]] == [200]


async def test_the_latest_claim_is_the_latest_by_time_among_several_people() -> None:
    case = Talk().case
    for minute, by in ((3, "ana"), (1, "ben"), (2, "cy")):
        case = claim(case, ADVISOR.knowledge, "examples", said(minute, minute, by))
    assert [each.by for each in case.claims["examples"]] == ["ben", "cy", "ana"]


async def disputed(*numbers: int) -> Talk:
    talk = Talk()
    await talk.tell({**GATES})
    for number, by in zip(numbers, ("ana", "ben", "cy", "dee", "eli"), strict=False):
        await talk.say(f"we have {number} examples", by=by)
    return talk


async def test_each_side_of_a_dispute_is_a_button_and_a_press_settles_it() -> None:
    talk = await disputed(40, 400)
    (buttons,) = (part for part in talk.parts if isinstance(part, Choices) and part.action == "side")
    assert [option.label for option in buttons.options] == ["40 (Ana)", "400 (Ben)"]
    await talk.hear(Pressed(action="side", values=(buttons.options[1].value,)), by="cy")
    assert talk.value("examples") == 400
    await talk.hear(Pressed(action="side", values=(buttons.options[0].value,)), by="cy")
    assert "Nobody says that any more" in talk.told("cy")


async def test_above_three_the_names_of_a_dispute_are_shortened() -> None:
    talk = await disputed(400, 400, 400, 400, 40)
    (buttons,) = (part for part in talk.parts if isinstance(part, Choices) and part.action == "side")
    assert [option.label for option in buttons.options] == ["400 (Ana, Ben, Cy and 1 more)", "40 (Eli)"]


async def test_one_persons_correction_replaces_their_own_side_only() -> None:
    talk = await disputed(40, 400)
    await talk.say("no, we have 50 examples", by="ana")
    assert {each.by: each.value for each in talk.case.claims["examples"]} == {"ana": 50, "ben": 400}
    await talk.say("we have 400 examples", by="ana")
    assert talk.value("examples") == 400


async def test_a_side_that_is_said_once_more_answers_which_one_holds() -> None:
    talk = await disputed(400, 40)
    said = await talk.say("40 examples", by="ben")
    assert talk.value("examples") == 40 and "which one holds" not in said.lower()
    assert "Noted: 40 example pairs" in said


async def test_an_edit_of_ones_own_words_ends_no_dispute() -> None:
    talk = await disputed(400)
    await talk.hear(Said(text="we have 40 examples"), by="ben", message="m1")
    for text in ("we have 40 examples, I counted", "we have 50 examples"):
        await talk.hear(Edited(text=text), by="ben", message="m1", addressed="known")
        assert talk.asked == ("examples",)
    assert {each.by: each.value for each in talk.case.claims["examples"]} == {"ana": 400, "ben": 50}


async def test_an_edit_that_does_not_change_the_verdict_says_nothing() -> None:
    talk = Talk()
    await talk.tell({**GATES})
    await talk.hear(Said(text="we have 10 examples"), message="m1")
    before = talk.verdict
    assert await talk.hear(Edited(text="we have 12 examples"), message="m1", addressed="known") == ""
    assert talk.value("examples") == 12 and talk.verdict.verdict == before.verdict
    assert await talk.hear(Edited(text="we have 12 examples, I counted"), message="m1", addressed="known") == ""


async def test_an_edit_and_a_deletion_that_change_the_verdict_say_so_once() -> None:
    talk = Talk()
    await talk.tell({**GATES})
    await talk.hear(Said(text="we have 10 examples"), message="m1")
    first = talk.verdict.verdict
    told = await talk.hear(Edited(text="we have 4,000 examples"), message="m1", addressed="known")
    assert told.count("That reopens the verdict") + told.count("the verdict changes") == 1
    assert talk.case.verdict is None or talk.case.verdict.verdict != first
    talk = Talk()
    await talk.tell({**GATES})
    await talk.hear(Said(text="we have 10 examples"), message="m1")
    assert "reopens" in await talk.hear(Deleted(), message="m1", addressed="known")


async def test_who_took_part_takes_their_own_words_and_facts_back() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone", by="ana")
    await talk.say("we have 4711 examples from the parrot shop", by="ben")
    await talk.say("forget me", by="ben")
    assert talk.out is not None
    assert talk.out.effects == (ForgetPerson("ben"),) and talk.out.forgets_people == ("ben",)
    assert not talk.out.forgets
    left = talk.case.model_dump_json()
    assert "4711" not in left and "parrot" not in left and "Ben" not in left
    assert talk.value("need") == ("style",)
    assert "Forgotten: your words" in talk.told("ben")


async def test_samples_that_somebody_put_into_a_form_go_with_them() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone", by="ana")
    await talk.hear(Pasted(text="input: parrot\noutput: bird\n\ninput: trout\noutput: fish"), by="ben")
    await talk.hear(Pasted(text="input: oak\noutput: tree\n\ninput: rose\noutput: flower"), by="ana")
    assert len(talk.case.samples.pairs) == 4
    mixed = RESULT.model_copy(update={"confusion": (("bird", "parrot", 1),)})
    talk.case = talk.case.but(trial=TrialState(phase=Phase.running, name="t2"), trials=(mixed,))
    await talk.say("forget me", by="ben")
    assert [pair.input for pair in talk.case.samples.pairs] == ["oak", "rose"]
    assert "parrot" not in talk.case.model_dump_json() and not talk.case.trial.running
    assert "The trial ended: samples that it ran were taken back." in talk.posted


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        (Deleted(), True),
        (Edited(text="input: oak\noutput: tree\n\ninput: rose\noutput: flower"), True),
        (Edited(text="run these, please:\n\ninput: parrot\noutput: bird\n\ninput: trout\noutput: fish"), False),
    ],
)
async def test_what_was_run_on_samples_goes_with_the_message_that_had_them(body: Body, ends: bool) -> None:
    talk = Talk()
    await talk.hear(Said(text="run these:\n\ninput: parrot\noutput: bird\n\ninput: trout\noutput: fish"), message="m1")
    talk.case = talk.case.but(trial=TrialState(phase=Phase.running, name="t2"))
    await talk.hear(body, message="m1", addressed="known")
    assert ("samples that it ran were taken back" in talk.posted) == ends


async def test_after_leave_a_trial_ends_without_a_word_and_still_counts() -> None:
    for body in (Measured(result=RESULT), Failed(sentence="It ended.")):
        talk = Talk()
        await talk.say("should we finetune? it never keeps our tone")
        await talk.say("leave")
        assert await talk.hear(body, by="advisor") == ""
        assert talk.out is not None and talk.out.replies == ()
    await talk.hear(Measured(result=RESULT), by="advisor")
    assert talk.value("quality_ok") is True


async def test_leave_settles_the_message_of_a_trial_that_runs() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    talk.case = talk.case.but(trial=TrialState(phase=Phase.running, name="trial-1"))
    await talk.say("leave")
    assert talk.out is not None
    settled, told = talk.out.replies
    assert settled.over == "trial-1" and not any(isinstance(part, Choices) for part in settled.parts)
    assert not told.over and talk.case.trial.running


async def test_an_answer_by_press_still_settles_a_dispute() -> None:
    talk = await disputed(40, 400)
    await talk.hear(Answered(facts={"examples": 300}), by="ana")
    assert talk.value("examples") == 300


async def answered_by_ana(value: Value | None = 400) -> Talk:
    """Return a thread in which Ana has answered a question, and another one is open."""
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.say("help", by="ben")
    await talk.answer(examples=value)
    assert talk.case.asked is not None and "examples" not in talk.case.asked.facts
    return talk


async def pressed(talk: Talk, by: str, *, corrects: bool = False, **facts: Value | None) -> str:
    await talk.hear(Answered(facts={**facts}, corrects=corrects), by=by, spends=True)
    return talk.told(by)


async def test_a_press_on_a_question_that_somebody_else_has_answered_opens_no_dispute_and_says_so() -> None:
    for value, told in (
        (300, "changes nothing: mention me with `fix example pairs …`"),
        (None, "changes nothing"),
        (400, "already: example pairs: 400."),
    ):
        talk = await answered_by_ana()
        before = talk.case
        said = await pressed(talk, "ben", examples=value)
        assert "Ana has answered that already: example pairs: 400." in said and told in said
        assert ("changes nothing" in said) is (value != 400)
        assert talk.posted == said, "nothing is said to the others, and the open question stays"
        assert (talk.case.claims, talk.case.asked) == (before.claims, before.asked)


async def test_of_a_form_that_is_partly_outdated_the_rest_counts() -> None:
    talk = await answered_by_ana()
    said = await pressed(talk, "ben", examples=300, eval_items=50)
    assert "example pairs: 400" in said
    assert (talk.value("examples"), talk.value("eval_items")) == (400, 50)


async def test_who_means_to_correct_holds_a_side_of_their_own() -> None:
    talk = await answered_by_ana()
    assert not await pressed(talk, "ben", corrects=True, examples=300)
    assert talk.case.asked is not None and talk.case.asked.conflict
    assert [claim.value for claim in talk.case.claims["examples"]] == [400, 300]


async def test_a_press_counts_where_the_question_is_open_or_nobody_else_has_answered_it() -> None:
    own = await answered_by_ana()
    await pressed(own, "ana", examples=300)
    assert own.value("examples") == 300, "one's own answer is corrected"
    unknown = await answered_by_ana(None)
    await pressed(unknown, "ben", examples=300)
    assert unknown.value("examples") == 300, "it was not known"
    both = await disputed(40, 400)
    await pressed(both, "cy", examples=300)
    assert both.value("examples") == 300, "which holds is what is asked"


async def test_two_presses_on_an_open_question_at_once_are_two_sides() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    assert "output" in talk.asked
    events = [
        Event(
            conversation="c", platform="test", message=by, author=by, name=by.title(), at=NOON, spends=True,
            body=Answered(facts={"output": option}),
        )
        for by, option in (("ana", "text"), ("ben", "label"))
    ]  # fmt: skip
    talk.case = (await turn(talk.case, events, ADVISOR)).consultation
    assert talk.case.asked is not None and talk.case.asked.conflict


async def test_an_edit_that_leaves_the_open_question_is_shown_on_it_and_not_said_again() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.hear(Said(text="we have 300 examples"), by="ben", message="m1")
    asked = talk.asked
    told = await talk.hear(Edited(text="we have 320 examples"), by="ben", message="m1", addressed="known")
    assert told == 'Changed by Ben: example pairs: 320 ("320 examples")'
    assert talk.out is not None and [reply.beside for reply in talk.out.replies] == [True]
    assert talk.out.replies[0].amends == ('Noted: "300 examples"', ""), "the old words do not stay beside the new ones"
    assert talk.value("examples") == 320 and talk.asked == asked
    await talk.hear(Edited(text="we have 330 examples"), by="ben", message="m1", addressed="known")
    assert "330" in "".join(part.markdown for part in talk.parts if isinstance(part, Text)), "and so once more"
    await talk.hear(Deleted(), by="ben", message="m1", addressed="known")
    assert talk.out is not None and [reply.live for reply in talk.out.replies] == [True], "no word of it stays there"
    assert "330" not in talk.posted and talk.asked == asked


async def test_an_edit_that_answers_the_open_question_goes_on() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.hear(Said(text="we have 300 examples"), message="m1")
    told = await talk.hear(
        Edited(text="we have 300 examples, and the answer is free text"), message="m1", addressed="known"
    )
    assert "free text" in told and "output" not in talk.asked
    assert talk.out is not None and [reply.live for reply in talk.out.replies] == [True]


async def test_an_edit_of_one_of_two_facts_leaves_the_other_noted() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.hear(Said(text="we have 300 examples and 5000 calls a day"), message="m1")
    await talk.hear(Edited(text="we have 320 examples and 5000 calls a day"), message="m1", addressed="known")
    assert talk.out is not None and talk.out.replies[0].amends is not None
    was, is_ = talk.out.replies[0].amends
    assert "300 examples" in was and "300 examples" not in is_


async def test_what_was_said_before_and_arrives_late_repeats_no_question() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.hear(Said(text="no, we have 400 examples"), message="m2", at=NOON + timedelta(minutes=2))
    asked = talk.asked
    assert await talk.hear(Said(text="we have 300 examples"), message="m1", at=NOON + timedelta(minutes=1)) == ""
    assert talk.value("examples") == 400 and talk.case.asked is not None and talk.case.asked.facts == asked
    told = await talk.hear(Said(text="and a rule exists"), message="m3", at=NOON + timedelta(minutes=3))
    assert told, "what is new is answered"


async def test_after_leave_a_change_of_former_words_counts_in_silence() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.hear(Said(text="we have 300 examples"), message="m1")
    await talk.say("leave")
    assert await talk.hear(Edited(text="we have 400 examples"), message="m1", addressed="known") == ""
    assert talk.value("examples") == 400 and talk.out is not None and talk.out.replies == ()
    assert await talk.hear(Deleted(), message="m1", addressed="known") == ""
    assert "examples" not in talk.case.claims and talk.out.replies == ()


@pytest.mark.parametrize("text", ["lunch", "hello", "stop", "never mind", "..."])
async def test_an_edit_into_words_that_bring_nothing_is_not_answered(text: str) -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    await talk.hear(Said(text="we have 300 examples"), message="m1")
    assert await talk.hear(Edited(text=text), message="m1", addressed="known") == ""
    assert "examples" not in talk.case.claims
