"""What would change a verdict: what a whole decision confirms, and somebody could find out or bring about."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.decision import Held, decide, settle
from knowledge.flips import Flip, other_values, would_change
from knowledge.schema import Fact, Value
from tests.knowledge.clauses import CASES, GATES
from tests.knowledge.test_decision import ANY, ASKED, DERIVE, KNOWLEDGE, MEASURED, VOLUME, derived, values

VOLUME_CASE: dict[str, Value] = {
    **{f: v for f, v in CASES["stay"][0].items() if f != "pays_back"},
    "platform": "together",
    "tokens_in": 3000,
    "tokens_fixed": 250,
    "tokens_out": 300,
}
# From one value to another: what nobody would bring about, and what is theirs to decide.
BACK: dict[str, tuple[Value, ...]] = {
    "models_tried": ("none", "old", "current", "several"),
    "examples_from": ("model", "logs", "mixed", "people"),
    "agreement": ("none", "pick_only", "write"),
    "owner": ("nobody", "one", "team"),
    "baseline_known": (False, True),
    "already_tuned": (True, False),
}
THEIRS = frozenset({"output", "platform", "data_limits", "tokens_in", "tokens_fixed", "tokens_out"})
WISHES = frozenset({"own_model", "unsure", "cost", "latency"})


def flips(facts: Mapping[str, Value], *assumed: str) -> dict[str, Flip]:
    held = derived(Held(facts, assumed=frozenset(assumed)))
    verdict = decide(KNOWLEDGE, held).verdict
    assert verdict is not None
    return {flip.fact: flip for flip in would_change(KNOWLEDGE, held, verdict, DERIVE)}


@given(st.sampled_from([f for f, _ in CASES.values()]), ANY, VOLUME, st.booleans())
@settings(max_examples=40)
def test_a_whole_decision_confirms_each(
    base: dict[str, Value], other: dict[str, Value], volume: dict[str, Value], now: bool
) -> None:
    facts = {f: v for f, v in {**base, **dict(list(other.items())[:2]), **volume}.items() if f != "pays_back"}
    again = settle if now else decide
    verdict = again(KNOWLEDGE, derived(Held(facts))).verdict
    if verdict is None:
        return
    for flip in would_change(KNOWLEDGE, derived(Held(facts)), verdict, DERIVE, now=now):
        assert flip.fact in facts
        found = again(KNOWLEDGE, derived(Held({**facts, flip.fact: flip.value})))
        assert found.verdict == flip.verdict != verdict


@given(st.data())
@settings(max_examples=300)
def test_nothing_told_goes_back_or_is_wished_for(data: st.DataObject) -> None:
    spec = data.draw(st.sampled_from(list((ASKED | MEASURED).values())))
    value = data.draw(values(spec))
    for other in other_values(spec, value, (0, 19, 20, 49, 50, 0.8, 10**9)):
        assert spec.name not in THEIRS
        if spec.name in BACK:
            assert BACK[spec.name].index(other) > BACK[spec.name].index(value)
        if spec.name == "need":
            assert isinstance(other, tuple) and isinstance(value, tuple) and other
            if value and value != ("unsure",):
                assert not (set(other) - set(value)) & WISHES
            assert set(value) - set(other) <= {"facts", "own_model", "unsure"}
        elif isinstance(other, tuple):
            assert isinstance(value, tuple)
            assert set(other) > set(value) - {"nothing"}
        elif not isinstance(other, bool | str):
            assert isinstance(value, int | float)
            assert other > value


def test_what_is_in_hand_is_not_taken_away() -> None:
    found = flips(GATES)
    assert not found.keys() & {"examples", "eval_items", "baseline_known", "owner", "prompts_tried", "agreement"}
    assert found["quality_ok"].verdict == "prompt_first"


def test_what_only_opens_a_question_is_left_out() -> None:
    facts = {f: v for f, v in CASES["few-prompts"][0].items() if f not in ("eval_items", "baseline_known")}
    held = Held(facts)
    assert decide(KNOWLEDGE, held.put("prompts_tried", ("several", "few_shot"))).verdict is None
    assert "prompts_tried" not in flips(facts)
    assert "prompts_tried" in flips(CASES["few-prompts"][0])


def test_what_was_assumed_may_turn_out_either_way() -> None:
    assert flips(GATES, "owner")["owner"] == Flip("owner", "nobody", "prompt_first")
    assert "owner" not in flips(GATES)


def test_more_calls_are_proposed_where_only_the_arithmetic_is_in_the_way() -> None:
    found = flips({**VOLUME_CASE, "calls_per_day": 200_000})
    assert found["calls_per_day"] == Flip("calls_per_day", 400_000, "finetune_cost")
    assert "pays_back" not in found


def test_a_fact_that_is_cleared_up_leaves_the_question_behind_it() -> None:
    facts = GATES | {"need": ("facts", "style"), "knowledge": "changing"}
    assert flips(facts)["need"] == Flip("need", ("style",), "finetune_consistency")


def test_a_goal_that_nobody_could_name_gives_way_to_one() -> None:
    assert flips(CASES["no-goal"][0])["need"] == Flip("need", ("format",), "finetune_consistency")


@pytest.mark.parametrize(
    ("fact", "value", "others"),
    [
        ({"type": "bool"}, True, [False]),
        ({"type": "choice", "values": ("a", "b", "c")}, "c", ["b", "a"]),
        ({"type": "choice", "values": ("a", "b", "c"), "may_become": ("b", "c")}, "b", ["c"]),
        ({"type": "set", "values": ("a", "b", "none"), "alone": ("none",)}, ("none",), [("a",), ("b",)]),
        ({"type": "count"}, 4, [5, 6]),
    ],
)
def test_a_fact_of_a_house_may_take_every_other_value_unless_it_says_more(
    fact: dict[str, object], value: Value, others: list[Value]
) -> None:
    spec = Fact.model_validate({"name": "ours", "about": "", **fact})
    assert list(other_values(spec, value, (6, 3, 5))) == others


def test_only_what_a_changed_fact_is_an_input_of_is_computed_anew() -> None:
    seen: list[Mapping[str, Value]] = []

    def derive(facts: Mapping[str, Value]) -> Mapping[str, Value]:
        seen.append(facts)
        return DERIVE(facts)

    would_change(KNOWLEDGE, derived(Held(GATES)), "finetune_consistency", derive)
    inputs = {f: v for f, v in GATES.items() if f in KNOWLEDGE.facts["pays_back"].inputs}
    assert all({f: facts[f] for f in inputs} != inputs for facts in seen)
