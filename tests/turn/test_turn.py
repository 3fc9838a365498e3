"""A turn, as somebody who talks to the advisor would notice it. No model: patterns, choices and rules."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.events import Attached, Deleted, Edited, Pressed, Said
from bot.chat.reply import Form, Table
from bot.consultation.model import How, Verdict
from bot.consultation.view import view
from bot.turn.dataset_and_cost import cost_parts
from tests.knowledge.clauses import CASES, GATES
from tests.knowledge.test_decision import ASKED, values
from tests.support.clock import TODAY
from tests.support.consulting import ADVISOR, PRICES, Talk


async def test_a_statement_is_repeated_back_with_its_words_and_the_next_question_says_why() -> None:
    talk = Talk()
    said = await talk.say("should we finetune? it never keeps our tone")
    assert '"never keeps our tone"' in said
    assert "This matters now because" in said
    assert any(isinstance(p, Form) for p in talk.parts)


async def test_cost_takes_what_the_case_holds() -> None:
    talk = Talk(advisor=replace(ADVISOR, cost=partial(cost_parts, PRICES, today=TODAY)))
    await talk.answer(examples=400, tokens_in=2000)
    said = await talk.say("/cost 5000 calls a day")
    assert "(400 of them in hand)" in said and "100 labels" in said
    assert "A call has 2,000 prompt tokens" in said


async def test_two_people_who_disagree_are_shown_both_and_asked_and_an_answer_settles_it() -> None:
    talk = Talk({f: v for f, v in GATES.items() if f != "examples"})
    await talk.answer(by="ana", examples=300)
    assert talk.verdict.verdict == "finetune_consistency"
    said = await talk.answer(by="ben", examples=10)
    assert talk.asked == ("examples",)
    assert "Ana says 300" in said and "Ben says 10" in said
    await talk.answer(by="ben", examples=10)
    assert talk.verdict.verdict == "dataset_not_ready"


async def test_the_same_person_corrects_without_being_asked() -> None:
    talk = Talk(GATES)
    await talk.answer(examples=300)
    said = await talk.say("no, we have 40 examples")
    assert talk.verdict.verdict == "dataset_not_ready"
    assert "the verdict changes" in said


async def test_what_nobody_knows_is_named_as_an_assumption() -> None:
    talk = Talk({f: v for f, v in GATES.items() if f != "owner"})
    await talk.answer(owner=None)
    assert talk.verdict.assumed == ("owner",)
    said = await talk.hear(Pressed(action="show", values=("why",)))
    assumed = said.split("**Assumed**, as nobody has said otherwise\n")[1].split("\n\n")[0]
    assert assumed == "- one person would train it again when something changes"


async def test_a_value_wins_over_somebody_who_does_not_know() -> None:
    talk = Talk({"examples": 70})
    await talk.answer(by="ben", examples=None)
    assert talk.value("examples") == 70


async def test_an_edited_message_is_read_again_and_a_deleted_one_is_taken_back() -> None:
    talk = Talk()
    await talk.hear(Said(text="we have about 40 examples"), message="m1")
    assert talk.value("examples") == 40
    await talk.hear(Edited(text="we have about 400 examples"), message="m1")
    assert talk.value("examples") == 400
    await talk.hear(Deleted(), message="m1")
    assert "examples" not in talk.case.claims
    assert not talk.case.transcript


async def test_a_set_grows_when_it_is_mentioned_again() -> None:
    talk = Talk()
    await talk.say("it never keeps our tone")
    await talk.say("and each call is too expensive")
    assert talk.value("need") == ("style", "cost")


async def test_a_verdict_on_demand_names_what_it_assumed_and_asks_nothing_more() -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("verdict")
    first = talk.verdict
    assert first.assumed
    await talk.answer(output="text")
    assert isinstance(talk.out and talk.out.move, Verdict)


@pytest.mark.parametrize("clause", CASES)
async def test_whoever_answers_what_would_change_it_gets_that_verdict(clause: str) -> None:
    facts = {f: v for f, v in CASES[clause][0].items() if f in ASKED}
    talk = Talk(facts)
    await talk.say("verdict")
    for change in talk.verdict.would_change:
        again = Talk(facts)
        await again.say("verdict")
        await again.tell({change.fact: change.value})
        assert again.verdict.verdict == change.verdict != talk.verdict.verdict


@pytest.mark.parametrize("again", ["verdict", "/verdict", "Show it again, please.", "what was the verdict?"])
async def test_a_verdict_is_told_in_short_while_it_stays_and_read_again_in_full(again: str) -> None:
    talk = Talk(GATES)
    first = await talk.say("hello there")
    assert "Because " in first and "This would change if" in first and "stays" not in first
    short = await talk.answer(data_limits="none")
    assert "The verdict stays: *Worth a finetuning pilot. Your prompts have reached their limit*." in short
    assert "Because " not in short and "`verdict` shows it in full" in short
    full = await talk.say(again)
    assert "Because " in full and "This would change if" in full and "stays" not in full
    assert not talk.case.settled


async def test_reading_a_verdict_again_does_not_end_the_questions() -> None:
    talk = Talk({f: v for f, v in CASES["few-prompts"][0].items() if f not in ("eval_items", "baseline_known")})
    await talk.say("hello there")
    await talk.say("verdict")
    assert talk.verdict.clause == "few-prompts"
    await talk.answer(prompts_tried=("several", "few_shot"))
    assert "eval_items" in talk.asked


async def test_there_is_nothing_to_read_again_before_the_first_verdict() -> None:
    talk = Talk({"need": ("style",)})
    assert "There is no verdict yet." in await talk.say("show it again")
    assert not talk.case.settled and talk.asked
    await talk.hear(Said(text="show it again"), by="ben", addressed="people")
    assert talk.posted == ""


async def test_a_verdict_that_is_open_again_is_not_decided_by_asking_to_read_it() -> None:
    talk = Talk(CASES["few-prompts"][0] | {"eval_items": 0})
    await talk.say("hello there")
    talk.case = talk.case.but(claims={f: c for f, c in talk.case.claims.items() if f != "eval_items"})
    await talk.answer(prompts_tried=("several", "few_shot"))
    assert "eval_items" in talk.asked
    assert "It was *Prompt first* and is open again." in await talk.say("show me the verdict again")
    assert "eval_items" in talk.asked and not talk.case.settled


async def test_a_wrong_answer_is_one_sentence_and_changes_nothing() -> None:
    talk = Talk({"need": ("style",)})
    said = await talk.answer(examples="many")
    assert "example pairs cannot be many: it takes a whole number, 0 or more." in said
    said = await talk.answer(output="poem")
    assert "it takes one of yes_no, label" in said
    said = await talk.answer(pass_rate=0.9)
    assert "`pass_rate`" not in talk.case.claims and "is no fact that can be answered" in said
    assert "examples" not in talk.case.claims and "output" not in talk.case.claims


@pytest.mark.parametrize("number", ["9" * 17, "9" * 5_000, "1" + "0" * 400, str(2**60), "-5", "١٢", "1e9", ""])
async def test_a_number_out_of_range_that_no_menu_offers_is_refused(number: str):
    talk = Talk()
    assert "example pairs cannot be" in await talk.answer(examples=number)
    assert not talk.case.claims.get("examples")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("help", "I am automated and can be wrong"),
        ("rule 2", "Rule 2 ·"),
        ("rules", "`retrieval`"),
        ("rule 9", "There is no rule 9"),
        ("/fix examples", "as in `fix example pairs 400`"),
        ("how many examples do I need?", "at least 200 samples"),
        ("what is wilson?", "say nothing about that question"),
    ],
)
async def test_commands_and_questions_are_answered_from_the_rules(text: str, part: str) -> None:
    talk = Talk({"need": ("style",)})
    assert part in await talk.say(text)


async def test_why_explains_the_question_and_then_the_verdict() -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("hello there")
    assert "It matters because" in await talk.say("why")
    await talk.tell(GATES)
    said = await talk.say("why")
    assert all(part in said for part in ("**Because**", "**This would change if**", "**Next**"))


async def test_status_lists_facts_and_fix_corrects_one() -> None:
    talk = Talk(GATES)
    await talk.say("status")
    table = next(p for p in talk.parts if isinstance(p, Table))
    assert any("300" in row for row in table.rows)
    await talk.say("fix examples 12")
    assert talk.value("examples") == 12


async def test_forget_asks_the_caller_to_delete() -> None:
    talk = Talk(GATES)
    await talk.say("forget")
    assert talk.out is not None and talk.out.forgets


async def test_samples_without_a_model_are_kept_and_said() -> None:
    talk = Talk({"need": ("style",)})
    said = await talk.hear(
        Attached(name="a.jsonl", content='{"input": "a", "output": "b"}\n{"input": "c", "output": "d"}\n')
    )
    assert len(talk.case.samples.pairs) == 2 and "I keep your samples" in said


async def test_a_file_that_cannot_be_read_is_one_sentence() -> None:
    talk = Talk({"need": ("style",)})
    said = await talk.hear(Attached(name="big.csv", problem="big.csv has 3.0 MiB; up to 1 MiB is read."))
    assert "big.csv has 3.0 MiB" in said


async def test_words_of_people_cannot_write_markup() -> None:
    talk = Talk({"need": ("style",)})
    said = await talk.answer(examples="**<@U1>** [x](http://e.example)")
    assert "U1" in said and "<@U1>" not in said and "**<" not in said and "[x](" not in said


@given(st.lists(st.tuples(st.sampled_from(sorted(ASKED)), st.sampled_from(["ana", "ben"]), st.data()), max_size=12))
@settings(max_examples=60, deadline=None)
async def test_any_answers_in_any_order_end_in_one_move(steps: list[tuple[str, str, st.DataObject]]) -> None:
    talk = Talk()
    for fact, by, data in steps:
        await talk.tell({fact: data.draw(values(ASKED[fact]) | st.none())}, by)
        assert talk.out is not None and talk.out.move is not None


@pytest.mark.parametrize("clause", [c for c, (facts, _) in CASES.items() if facts.keys() <= ASKED.keys()])
async def test_the_case_of_each_clause_is_reached_by_talking(clause: str) -> None:
    facts, verdict = CASES[clause]
    talk = Talk()
    await talk.tell(facts)
    await talk.say("verdict")
    assert talk.verdict.verdict == verdict


async def test_a_stated_reason_has_the_words_and_who_said_them() -> None:
    talk = Talk({f: v for f, v in GATES.items() if f not in ("examples", "need")})
    await talk.answer(by="ben", need=("style",))
    said = await talk.say("we only have 12 examples")
    reason = next(r for r in talk.verdict.because if r.fact == "examples")
    assert reason.quote and reason.quote in "we only have 12 examples"
    assert f'"{reason.quote}" (Ana)' in said
    assert view(talk.case, ADVISOR.knowledge, ADVISOR.derive).known["examples"].how is How.stated


async def test_pressing_decide_gives_a_verdict() -> None:
    talk = Talk({"need": ("style",)})
    await talk.hear(Pressed(action="decide"))
    assert talk.verdict.assumed


async def test_skip_leaves_the_open_question_and_goes_on() -> None:
    talk = Talk({"need": ("style",)})
    await talk.say("hello")
    first = talk.asked
    await talk.say("skip")
    assert talk.asked != first
    assert view(talk.case, ADVISOR.knowledge, ADVISOR.derive).known[first[0]].how is How.assumed


async def test_a_dispute_about_the_volume_is_shown_and_settled() -> None:
    talk = Talk(
        CASES["cost"][0]
        | {"calls_per_day": 10, "tokens_in": 3000, "tokens_fixed": 2500, "tokens_out": 600, "platform": "together"}
    )
    talk.start.pop("pays_back")
    await talk.say("status")
    assert talk.verdict.verdict == "prompt_first"
    said = await talk.answer(by="ben", calls_per_day=10**7)
    assert talk.asked == ("calls_per_day",) and "Ana says 10" in said and "Ben says 10,000,000" in said
    await talk.answer(by="ana", calls_per_day=10**7)
    assert isinstance(talk.out and talk.out.move, Verdict)


async def test_a_dispute_that_nobody_can_settle_becomes_an_assumption() -> None:
    talk = Talk(GATES)
    await talk.answer(by="ben", examples=10)
    assert talk.asked == ("examples",)
    await talk.answer(by="cid", examples=None)
    assert "examples" in talk.verdict.assumed


async def test_two_who_name_different_prompts_are_asked() -> None:
    talk = Talk({f: v for f, v in GATES.items() if f != "prompts_tried"})
    await talk.answer(by="ana", prompts_tried=("one",))
    await talk.answer(by="ben", prompts_tried=("several", "few_shot"))
    assert talk.asked == ("prompts_tried",)


async def test_a_named_goal_takes_the_place_of_cannot_say() -> None:
    talk = Talk(GATES | {"need": ("unsure",)})
    await talk.say("verdict")
    await talk.say("it never keeps our tone")
    assert talk.value("need") == ("style",)


async def test_an_edit_of_an_old_message_leaves_what_was_said_later() -> None:
    talk = Talk()
    await talk.hear(Said(text="we have about 40 examples"), message="m1")
    await talk.hear(Said(text="no, we have 400 examples"), message="m2")
    await talk.hear(Edited(text="we have about 40 good examples"), message="m1")
    assert talk.value("examples") == 400


async def test_deleting_one_of_two_messages_takes_back_only_its_part() -> None:
    talk = Talk()
    await talk.hear(Said(text="it never keeps our tone"), message="m1")
    await talk.hear(Said(text="and each call is too expensive"), message="m2")
    await talk.hear(Deleted(), message="m2")
    assert talk.value("need") == ("style",)


async def test_samples_go_with_their_message() -> None:
    talk = Talk({"need": ("style",)})
    await talk.hear(Attached(name="a.csv", content="input,output\na,b\nc,d\n"), message="m1")
    await talk.hear(Deleted(), message="m1")
    assert talk.case.samples.pairs == ()


@pytest.mark.parametrize("text", ["fix the tone of our replies", "Correct answers matter most to us"])
async def test_ordinary_sentences_are_no_commands(text: str) -> None:
    talk = Talk()
    assert "Say which fact" not in await talk.say(text)
    assert talk.case.transcript


@pytest.mark.parametrize("text", ["fix 1 2", "fix examples 2", "fix example pairs 2", "/fix examples ²"])
async def test_a_fact_is_fixed_by_number_name_or_label(text: str) -> None:
    talk = Talk({"examples": 70})
    await talk.say(text)
    assert talk.value("examples") == (70 if "²" in text else 2)
    assert "Say which fact" in await talk.say("fix 1")


@given(st.data())
@settings(max_examples=40)
async def test_two_people_who_answer_what_is_asked_come_to_an_end(data: st.DataObject) -> None:
    talk = Talk({"need": ("cost",)})
    await talk.say("hello")
    for _ in range(60):
        assert talk.out is not None
        if isinstance(talk.out.move, Verdict):
            return
        for fact in talk.asked:
            by = data.draw(st.sampled_from(["ana", "ben"]))
            await talk.tell({fact: data.draw(values(ASKED[fact]) | st.none())}, by)
            if isinstance(talk.out.move, Verdict):
                return
    raise AssertionError("it does not end")


async def test_decided_in_the_middle_of_a_dispute_the_latest_answer_is_the_assumption_that_is_named() -> None:
    talk = Talk({f: v for f, v in GATES.items() if f != "examples"})
    await talk.answer(by="ana", examples=300)
    await talk.answer(by="ben", examples=10)
    await talk.say("verdict")
    assert talk.verdict.verdict == "dataset_not_ready"
    said = await talk.say("why")
    assert "- 10 pairs of an input and its ideal answer exist" in said.split("**Assumed**")[1]
    assert "300 pairs" not in said.split("**Assumed**")[1].split("\n\n")[0]


async def test_of_several_messages_at_once_none_answers_what_another_has_answered() -> None:
    talk = Talk()
    await talk.say("should we finetune? it never keeps our tone")
    assert talk.asked == ("output",)
    await talk.hear(Said(text="free text"), Said(text="about 400 pairs, written by our agents"))
    [claim] = talk.case.claims["output"]
    assert (claim.value, claim.quote) == ("text", "free text")
    assert talk.value("examples") == 400
