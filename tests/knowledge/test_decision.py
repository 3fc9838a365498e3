"""The decision engine: every clause has a case, and what must hold for any case does."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.consultation.advice import verdict_of
from bot.consultation.derived import deriver
from bot.consultation.model import How
from bot.consultation.view import Known, View
from knowledge.decision import TUNING, Decision, Held, decide, decisive, settle
from knowledge.load import load
from knowledge.prices import load_prices
from knowledge.schema import FIVE, Fact, Value
from tests.knowledge.clauses import CASES, GATES

KNOWLEDGE = load()
DERIVE = deriver(load_prices(), date(2026, 11, 22))
ASKED = {n: f for n, f in KNOWLEDGE.facts.items() if f.known_by == "asked" and f.unsaid is None}
TOLD = {n: f for n, f in KNOWLEDGE.facts.items() if f.unsaid is not None}
"""Facts that count where somebody tells them, and are never asked."""
MEASURED = {n: f for n, f in KNOWLEDGE.facts.items() if f.known_by == "measured"}


def values(fact: Fact) -> st.SearchStrategy[Value]:
    """Draw a value of a fact, numbers near where rules turn more often."""
    match fact.type:
        case "bool":
            return st.booleans()
        case "choice":
            return st.sampled_from(fact.values)
        case "count":
            return st.sampled_from([0, 1, 19, 20, 49, 50, 199, 200, 10**6]) | st.integers(0, 10**7)
        case "ratio":
            return st.sampled_from([0.0, 0.79, 0.8, 1.0]) | st.floats(0, 1)
        case "set":
            rest = [v for v in fact.values if v not in fact.alone]
            many = st.sets(st.sampled_from(rest), max_size=3).map(lambda s: tuple(v for v in fact.values if v in s))
            return many | st.sampled_from([(v,) for v in fact.values])


def cases(facts: dict[str, Fact]) -> st.SearchStrategy[dict[str, Value]]:
    """Draw a case in which each fact may be known or not."""
    return st.fixed_dictionaries({}, optional={name: values(fact) for name, fact in facts.items()})


ANY = cases(ASKED | TOLD | MEASURED)
COMPLETE = st.fixed_dictionaries({name: values(fact) for name, fact in ASKED.items()})


def derived(held: Held) -> Held:
    for fact, value in DERIVE(held.facts).items():
        held = held.put(fact, value) if fact not in held.facts else held
    return held


VOLUME = st.fixed_dictionaries(
    {
        "calls_per_day": st.sampled_from([10, 10**4, 10**5, 10**6, 10**7]),
        "tokens_in": st.sampled_from([300, 3000, 10**5]),
        "tokens_fixed": st.sampled_from([0, 250, 2900]),
        "tokens_out": st.sampled_from([1, 300, 5000]),
    }
)


def final(held: Held) -> Decision:
    decision = decide(KNOWLEDGE, held)
    return decision if decision.clause else settle(KNOWLEDGE, held)


@pytest.mark.parametrize("clause", [c.id for c in KNOWLEDGE.clauses])
def test_every_clause_has_a_case_that_reaches_it(clause: str) -> None:
    facts, verdict = CASES[clause]
    decision = final(Held(facts))
    assert decision.clause is not None
    assert (decision.clause.id, decision.verdict) == (clause, verdict)


def check_gates(facts: dict[str, Value]) -> None:
    decision = final(Held(facts))
    if decision.verdict not in TUNING:
        return
    known = Held(facts)
    for fact in decision.assumed:
        assumed = KNOWLEDGE.facts[fact].assume
        assert assumed is not None
        known = known.put(fact, assumed)
    need = known.facts["need"]
    assert isinstance(need, tuple)
    if not {"cost", "latency"} & set(need):
        assert known.facts.get("quality_ok") is not True, "a prompt already meets the bar"
        assert number(known, "pass_rate_low") < 0.8, "the trial shows that a prompt does it"
    assert known.facts["baseline_known"] is True
    assert number(known, "eval_items") >= 20
    assert number(known, "examples") >= 50
    assert known.facts["owner"] != "nobody"


def number(held: Held, fact: str) -> float:
    value = held.facts.get(fact, 0)
    assert isinstance(value, int | float)
    return value


@given(ANY)
@settings(max_examples=400)
def test_no_tuning_verdict_past_a_gate(facts: dict[str, Value]) -> None:
    check_gates(facts)


@given(st.sampled_from([GATES, GATES | {"already_tuned": True}, *(f for f, v in CASES.values() if v in TUNING)]), ANY)
@settings(max_examples=400)
def test_no_tuning_verdict_one_or_two_steps_from_one(base: dict[str, Value], other: dict[str, Value]) -> None:
    steps = list(other.items())
    for one in steps:
        check_gates(base | dict([one]))
    check_gates(base | dict(steps[:2]))


@given(ANY, st.data())
@settings(max_examples=300)
def test_an_answer_never_changes_a_verdict_reached_without_assumptions(
    facts: dict[str, Value], data: st.DataObject
) -> None:
    held = derived(Held(facts))
    decision = decide(KNOWLEDGE, held)
    still_open = [f for f in ASKED if f not in facts]
    if decision.clause is None or not still_open:
        return
    fact = data.draw(st.sampled_from(still_open))
    after = derived(held.put(fact, data.draw(values(ASKED[fact]))))
    assert decide(KNOWLEDGE, after).verdict == decision.verdict


@given(VOLUME, cases({f: ASKED[f] for f in ("platform", "examples")}), st.data())
@settings(max_examples=100)
def test_an_answer_never_turns_what_the_arithmetic_decided(
    volume: dict[str, Value], some: dict[str, Value], data: st.DataObject
) -> None:
    base = {f: v for f, v in CASES["cost"][0].items() if f not in ("pays_back", "examples")}
    held = derived(Held({**base, **volume, **some}))
    decision = decide(KNOWLEDGE, held)
    open_ = [f for f in ("platform", "examples", "feedback", "variety") if f not in held.facts]
    if decision.clause is None or not open_:
        return
    fact = data.draw(st.sampled_from(open_))
    after = derived(held.put(fact, data.draw(values(ASKED[fact]))))
    assert decide(KNOWLEDGE, after).verdict == decision.verdict


@given(ANY, COMPLETE, st.integers(0, 3))
@settings(max_examples=200)
def test_every_consultation_ends(start: dict[str, Value], answers: dict[str, Value], unsure: int) -> None:
    held = Held(start)
    asked: list[str] = []
    while (decision := decide(KNOWLEDGE, held)).clause is None:
        assert decision.ask, "no verdict and nothing to ask"
        for fact in decision.ask:
            assert fact not in asked, "asked twice"
            asked.append(fact)
            spec = KNOWLEDGE.facts[fact]
            if len(asked) % 4 < unsure and spec.assume is None:
                held = Held(held.facts, held.growing, held.assumed, held.declined | {fact})
            elif len(asked) % 4 < unsure and spec.assume is not None:
                held = held.put(fact, spec.assume, assumed=True)
            else:
                held = held.put(fact, answers[fact])
        derived = {f: v for f, v in DERIVE(held.facts).items() if f not in held.facts}
        for fact, value in derived.items():
            held = held.put(fact, value)


@given(COMPLETE, cases(TOLD | MEASURED))
@settings(max_examples=300)
def test_a_complete_case_is_decided_by_the_first_clause_that_its_very_values_make_true(
    facts: dict[str, Value], more: dict[str, Value]
) -> None:
    held = derived(Held({**facts, **more}))
    first = next(clause for clause in KNOWLEDGE.clauses if clause.condition.holds(held.facts) is True)
    decision = decide(KNOWLEDGE, held)
    assert decision.clause is None or decision.clause.id == first.id
    assert first.verdict in decision.reachable


@given(ANY, st.data())
@settings(max_examples=100)
def test_the_order_of_facts_does_not_matter(facts: dict[str, Value], data: st.DataObject) -> None:
    items = data.draw(st.permutations(list(facts.items())))
    one, other = decide(KNOWLEDGE, Held(facts)), decide(KNOWLEDGE, Held(dict(items)))
    assert (one.verdict, set(one.ask), set(one.assumed)) == (other.verdict, set(other.ask), set(other.assumed))


@given(ANY)
@settings(max_examples=200)
def test_reasons_name_held_facts_real_passages_and_one_of_the_five_rules(facts: dict[str, Value]) -> None:
    held = Held(facts)
    decision = final(held)
    seen = View({f: Known(v, How.chosen, "ana") for f, v in facts.items()})
    verdict = verdict_of(KNOWLEDGE, seen, decision, DERIVE)
    assert verdict.because
    for reason in verdict.because:
        assert f"{reason.rule}#{reason.passage}" in KNOWLEDGE.passages
        assert reason.fact in facts or reason.fact in verdict.assumed
    assert {r.rule for r in verdict.because} & set(FIVE)


@given(ANY)
@settings(max_examples=300)
def test_the_engine_agrees_with_plain_cel(facts: dict[str, Value]) -> None:
    """CEL's own three values: where it already knows, the engine says the same."""
    for clause in KNOWLEDGE.clauses:
        plain = clause.condition.holds(facts)
        judged, depends, *_ = clause.condition.judge(facts, frozenset(), frozenset())
        if plain is not None:
            assert judged is plain and not depends


def can_change(held: Held, fact: str) -> bool:
    """Tell whether two answers lead to different verdicts, with the rest as in a mixture of two of our cases."""
    answers = {v for c in KNOWLEDGE.clauses for v in c.condition.domains.get(fact, ())}
    for one, _ in CASES.values():
        for other, _ in CASES.values():
            differs = {f: v for f, v in other.items() if GATES.get(f) != v}
            base = Held({f: v for f, v in {**GATES, **one, **differs, **held.facts}.items() if f != fact})
            if len({final(base.put(fact, v)).verdict for v in answers}) > 1:
                return True
    return False


@given(ANY)
@settings(max_examples=100)
def test_the_fact_that_is_asked_can_change_the_verdict(facts: dict[str, Value]) -> None:
    held = Held(facts)
    for fact in decide(KNOWLEDGE, held).ask[:1]:
        if fact not in KNOWLEDGE.facts["pays_back"].inputs:
            assert can_change(held, fact), fact


def test_a_mentioned_set_is_a_lower_bound_until_its_question_is_answered() -> None:
    facts = GATES | {"prompts_tried": ("few_shot",)}
    asking = decide(KNOWLEDGE, Held(facts, growing=frozenset({"prompts_tried"})))
    assert asking.ask[0] == "prompts_tried"
    answered = decide(KNOWLEDGE, Held(facts)).clause
    assert answered is not None and answered.id == "few-prompts"


def test_i_do_not_know_is_an_assumption_that_is_named() -> None:
    held = Held({"need": ("unsure",)}, assumed=frozenset({"need"}))
    decision = settle(KNOWLEDGE, held)
    assert "need" in decision.assumed and decision.verdict == "learn_base_first"


def test_an_unknown_number_of_rows_is_not_called_too_few() -> None:
    told = {fact: value for fact, value in CASES["tuned-on-little"][0].items() if fact != "examples"}
    assert "examples" in decide(KNOWLEDGE, Held(told)).ask
    unknown = final(Held(told).put("examples", 0, assumed=True))
    assert unknown.clause is not None and unknown.clause.id == "tuned-on-unknown" and "examples" in unknown.assumed


def test_nobody_knowing_the_volume_assumes_that_it_pays_and_says_so() -> None:
    facts = {f: v for f, v in CASES["cost"][0].items() if f != "pays_back"}
    volume = frozenset({"calls_per_day", "tokens_in", "tokens_fixed", "tokens_out"})
    assert set(decide(KNOWLEDGE, Held(facts)).ask) == volume
    decision = decide(KNOWLEDGE, Held(facts, declined=volume))
    assert decision.verdict == "finetune_cost" and "pays_back" in decision.assumed


def test_a_default_clause_reasons_from_what_closed_the_tuning_clauses() -> None:
    facts, _ = CASES["stay"]
    reasons = decisive(KNOWLEDGE, Held(facts), KNOWLEDGE.clause("stay"))
    assert "pays_back" in reasons and set(reasons) <= set(facts)
