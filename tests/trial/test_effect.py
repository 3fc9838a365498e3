"""What a trial does to the case, case by case."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.base import Value
from bot.consultation.trial_results import TrialResult
from bot.trial.results.facts import MODELS, PROMPTS, facts
from knowledge.decision import Held as Held_
from knowledge.decision import settle
from knowledge.load import load
from tests.knowledge.clauses import GATES
from tests.trial.makers import result, rung

AGES = load().models
FAILS = (rung("bare", 0, 20), rung("instructed", 3, 20), rung("few_shot", 5, 20))
PASSES = (rung("bare", 0, 20), rung("instructed", 19, 20), rung("few_shot", 20, 20))
OPEN = (rung("bare", 1, 3), rung("instructed", 2, 3), rung("few_shot", 3, 3))
TRIED = ("several", "few_shot")
Held = dict[str, Value]

# name: (result, what the team said, facts that must be set so, facts that must not be set)
CASES: dict[str, tuple[TrialResult, Held, Held, set[str]]] = {
    "a prompt does it": (
        result(*PASSES),
        {},
        {
            "quality_ok": True,
            "pass_rate": 1.0,
            "run_agreement": 1.0,
            "models_tried": "current",
            "prompts_tried": TRIED,
            "eval_items": 20,
            "baseline_known": True,
        },
        set(),
    ),
    "every prompt fails, so tuning may come": (
        result(*FAILS),
        {"quality_ok": True, "models_tried": "none", "prompts_tried": ("nothing",)},
        {
            "quality_ok": False,
            "pass_rate": 0.25,
            "models_tried": "current",
            "prompts_tried": TRIED,
            "eval_items": 20,
            "baseline_known": True,
        },
        set(),
    ),
    "few items leave the quality open": (
        result(*OPEN),
        {},
        {"pass_rate": 1.0, "eval_items": 3, "models_tried": "current", "prompts_tried": TRIED, "baseline_known": True},
        {"quality_ok"},
    ),
    "an old model": (result(*FAILS, model="gpt-4o-mini"), {}, {"models_tried": "old"}, set()),
    "an old model behind a provider": (result(*FAILS, model="openai/gpt-4o"), {}, {"models_tried": "old"}, set()),
    "a model nobody listed": (result(*FAILS, model="house-7b"), {}, {"models_tried": "current"}, set()),
    "the team said more about models": (
        result(*FAILS, model="gpt-4o"),
        {"models_tried": "several"},
        {"models_tried": "several"},
        set(),
    ),
    "a current model said, an old one run": (
        result(*FAILS, model="gpt-4o"),
        {"models_tried": "current"},
        {"models_tried": "current"},
        set(),
    ),
    "an old model said, a current one run": (
        result(*FAILS),
        {"models_tried": "old"},
        {"models_tried": "current"},
        set(),
    ),
    "two models in one trial": (
        result(rung("bare", 0, 20, model="a"), rung("instructed", 0, 20, model="b")),
        {},
        {"models_tried": "several"},
        set(),
    ),
    "prompts are added to those that were named": (
        result(*FAILS),
        {"prompts_tried": ("one", "schema")},
        {"prompts_tried": ("one", "several", "few_shot", "schema")},
        set(),
    ),
    "bare alone is one prompt": (
        result(rung("bare", 0, 20)),
        {"prompts_tried": ("nothing",)},
        {"prompts_tried": ("one",)},
        set(),
    ),
    "no few-shot without few-shot": (
        result(rung("bare", 0, 1), rung("instructed", 0, 1)),
        {},
        {"prompts_tried": ("several",)},
        set(),
    ),
    "one failed item shows nothing": (result(rung("bare", 0, 1)), {}, {"pass_rate": 0.0}, {"quality_ok"}),
    "a larger test set stays": (result(*FAILS), {"eval_items": 300}, {"eval_items": 300}, set()),
    "a smaller test set grows": (result(*FAILS), {"eval_items": 7}, {"eval_items": 20}, set()),
    "one run an item has no agreement": (
        result(rung("bare", 0, 20, runs=1)),
        {},
        {"pass_rate": 0.0},
        {"run_agreement"},
    ),
    "a bar of the team's own": (result(*PASSES, bar=0.9), {}, {"pass_rate": 1.0}, {"quality_ok"}),
    "stopped, and it passes": (
        result(*PASSES, stopped=True),
        {},
        {"quality_ok": True, "pass_rate": 1.0, "eval_items": 20},
        {"models_tried", "prompts_tried", "baseline_known"},
    ),
    "stopped, and it fails": (
        result(*FAILS, stopped=True),
        {},
        {"pass_rate": 0.25},
        {"quality_ok", "models_tried", "prompts_tried", "baseline_known"},
    ),
    "the demonstration passes": (
        result(*PASSES, model="SmolLM2-135M", demonstration=True),
        {"prompts_tried": ("one",)},
        {"quality_ok": True, "pass_rate": 1.0, "prompts_tried": ("one", "several", "few_shot")},
        {"models_tried", "baseline_known", "eval_items"},
    ),
    "one prompt alone, judged by a person": (
        result(rung("bare", 1, 1), rung("instructed", 1, 1), scorer="human"),
        {},
        {"pass_rate": 1.0, "prompts_tried": ("several",), "models_tried": "current"},
        {"eval_items", "baseline_known", "quality_ok"},
    ),
    "pairs judged by a person": (
        result(*PASSES, scorer="human"),
        {},
        {"eval_items": 20, "baseline_known": True, "quality_ok": True},
        set(),
    ),
}
CASES.update(
    {
        "the missing fact fixes it": (
            result(*FAILS, rung("premise", 20, 20)).model_copy(update={"premise_fixes": True, "base": "few_shot"}),
            {},
            {"premise_fixes": True, "pass_rate": 1.0, "prompts_tried": TRIED},
            set(),
        ),
        "the missing fact fixes nothing": (
            result(*FAILS, rung("premise", 4, 20)).model_copy(update={"premise_fixes": False, "base": "few_shot"}),
            {},
            {"premise_fixes": False, "quality_ok": False},
            set(),
        ),
        "nobody can say whether the fact fixes it": (
            result(*FAILS, rung("premise", 4, 20)),
            {},
            {"quality_ok": False},
            {"premise_fixes"},
        ),
        "a schema, steps and an optimiser": (
            result(rung("bare", 0, 20), rung("schema", 0, 20), rung("steps", 0, 20), rung("gepa", 0, 7)),
            {},
            {"prompts_tried": ("one", "schema", "steps", "optimizer"), "eval_items": 20},
            set(),
        ),
        "a precise verb is a second prompt": (
            result(rung("bare", 0, 20), rung("verb_swap", 0, 20)),
            {},
            {"prompts_tried": ("several",)},
            set(),
        ),
        "another model passes": (
            result(*FAILS, rung("model", 20, 20, model="b")),
            {},
            {"models_tried": "several", "quality_ok": True, "prompts_tried": TRIED},
            set(),
        ),
        "one rung alone is still open": (
            result(*FAILS, rung("steps", 3, 5)),
            {},
            {"pass_rate": 0.6},
            {"quality_ok"},
        ),
        "a rung that was cut short does not hide one that reaches the bar": (
            result(rung("bare", 20, 20), rung("few_shot", 2, 2)),
            {},
            {"quality_ok": True},
            set(),
        ),
        "the demonstration may lack a fact that a real model has": (
            result(*FAILS, rung("premise", 20, 20), model="SmolLM2-135M", demonstration=True).model_copy(
                update={"premise_fixes": True}
            ),
            {},
            {"quality_ok": True},
            {"premise_fixes", "models_tried"},
        ),
        "stopped before the fact was tried on all": (
            result(*FAILS, rung("premise", 20, 20), stopped=True).model_copy(update={"premise_fixes": True}),
            {},
            {"quality_ok": True},
            {"premise_fixes"},
        ),
    }
)
SETS_NOTHING: dict[str, TrialResult] = {
    "nothing ran": result(),
    "nobody judged": result(rung("bare", 0, 0), rung("instructed", 0, 0), scorer="human"),
    "stopped before anything": result(rung("bare", 0, 0), stopped=True),
    "the demonstration fails": result(*FAILS, model="SmolLM2-135M", demonstration=True),
    "the demonstration is open": result(*OPEN, model="SmolLM2-135M", demonstration=True),
}


@pytest.mark.parametrize("case", CASES)
def test_a_trial_sets_what_it_measured_and_nothing_else(case: str) -> None:
    given_result, held, wanted, absent = CASES[case]
    measured = facts(given_result, held, AGES)
    assert {name: measured.get(name) for name in wanted} == wanted
    assert not absent & measured.keys()


@pytest.mark.parametrize("case", SETS_NOTHING)
def test_these_set_nothing(case: str) -> None:
    assert facts(SETS_NOTHING[case], {"eval_items": 5}, AGES) == {}


def test_the_low_end_is_that_of_the_best_rung() -> None:
    measured = facts(result(*PASSES), {}, AGES)
    assert measured["pass_rate_low"] == pytest.approx(0.839, abs=0.001)


SEVERAL = (*FAILS, rung("model", 4, 20, model="b"))
PATHS: dict[str, tuple[TrialResult, Held, str]] = {
    "no prompt does it on two models: a tuning verdict": (result(*SEVERAL), {}, "finetune_consistency"),
    "no prompt does it on one current model: a tuning verdict too": (result(*FAILS), {}, "finetune_consistency"),
    "it fails on an old model only": (result(*FAILS, model="gpt-4o"), {}, "prompt_first"),
    "a prompt does it": (result(*PASSES), {}, "prompt_first"),
    "a prompt does it, and the bill is the matter": (
        result(*PASSES),
        {"need": ("cost",), "pays_back": True},
        "finetune_cost",
    ),
    "the missing fact does it": (
        result(*FAILS, rung("premise", 20, 20)).model_copy(update={"premise_fixes": True}),
        {},
        "retrieval",
    ),
    "the missing fact does not do it": (
        result(*FAILS, rung("premise", 3, 20)).model_copy(update={"premise_fixes": False}),
        {},
        "finetune_consistency",
    ),
    "it fails without examples in the prompt": (
        result(rung("bare", 0, 20), rung("instructed", 0, 20)),
        {},
        "prompt_first",
    ),
    "it fails on too few items": (result(*(rung(r.name, 0, 5) for r in FAILS)), {}, "measure_first"),
    "records fail without a schema": (
        result(*FAILS),
        {"need": ("format",), "output": "record"},
        "prompt_first",
    ),
    "records fail with a schema too": (
        result(*FAILS, rung("schema", 0, 20)),
        {"need": ("format",), "output": "record"},
        "finetune_consistency",
    ),
    "an optimised prompt fails too": (
        result(rung("bare", 0, 20), rung("gepa", 0, 7)),
        {},
        "finetune_consistency",
    ),
}
TOLD: Held = {
    name: value
    for name, value in GATES.items()
    if name not in ("models_tried", "prompts_tried", "eval_items", "baseline_known", "quality_ok")
}
"""What a team says of itself; the rest is measured."""


@pytest.mark.parametrize("path", PATHS)
def test_a_trial_leads_to_the_verdict(path: str) -> None:
    """From what was measured to what is advised, with nothing told about models, prompts or quality."""
    measured, told, verdict = PATHS[path]
    knowledge = load()
    held = {**TOLD, **told}
    decision = settle(knowledge, Held_({**held, **facts(measured, held, AGES)}))
    assert decision.clause is not None
    assert decision.clause.verdict == verdict


def test_the_trial_decides_and_not_what_was_told() -> None:
    """The same team before and after: what it said about quality gives way to what was measured."""
    knowledge, told = load(), {**TOLD, "quality_ok": True, "models_tried": "none", "prompts_tried": ("nothing",)}
    before = settle(knowledge, Held_(told))
    after = settle(knowledge, Held_({**told, **facts(result(*FAILS), told, AGES)}))
    assert before.clause is not None
    assert after.clause is not None
    assert (before.clause.verdict, after.clause.verdict) == ("prompt_first", "finetune_consistency")


RUNGS = st.sets(st.sampled_from(["bare", "instructed", "few_shot"]), min_size=1).flatmap(
    lambda names: st.tuples(
        *(
            st.integers(0, 25).flatmap(lambda n, name=name: st.integers(0, n).map(lambda k: rung(name, k, n)))
            for name in names
        )
    )
)
HELD = st.fixed_dictionaries(
    {},
    optional={
        "models_tried": st.sampled_from(MODELS),
        "prompts_tried": st.lists(st.sampled_from(["nothing", *PROMPTS]), unique=True, max_size=4).map(tuple),
        "eval_items": st.integers(0, 500),
    },
)


@given(RUNGS, HELD, st.booleans(), st.booleans(), st.sampled_from(["gpt-4o", "gpt-6-luna"]))
def test_nothing_is_ever_lowered_and_the_demonstration_never_counts_against(
    rungs: tuple[Any, ...], held: Held, demonstration: bool, stopped: bool, model: str
) -> None:
    measured = facts(result(*rungs, demonstration=demonstration, stopped=stopped, model=model), held, AGES)
    if "models_tried" in measured:
        assert MODELS.index(str(measured["models_tried"])) >= MODELS.index(str(held.get("models_tried", "none")))
    if isinstance(tried := measured.get("prompts_tried"), tuple):
        before = held.get("prompts_tried", ())
        assert isinstance(before, tuple)
        assert set(before) - {"nothing"} <= set(tried)
        assert "nothing" not in tried
    if isinstance(items := measured.get("eval_items"), int):
        assert items >= int(str(held.get("eval_items", 0)))
    if demonstration:
        assert measured.get("quality_ok") is not False
        assert not {"models_tried", "baseline_known"} & measured.keys()
    if stopped:
        assert measured.get("quality_ok") is not False
