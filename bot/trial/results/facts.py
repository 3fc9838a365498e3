"""What a trial does to the case: the facts it sets as measured."""

from collections.abc import Mapping

from bot.consultation.base import Value
from bot.consultation.trial_results import RungResult, TrialResult
from bot.trial.results.summary import BESIDE, SIGNIFICANT
from knowledge.models import age_of
from knowledge.schema import ModelAge

MODELS = ("none", "old", "current", "several")
WORDINGS = frozenset({"bare", "instructed", "verb_swap", "verb_swap_2"})
PROMPTS = ("one", "several", "few_shot", "schema", "steps", "optimizer")


def facts(result: TrialResult, held: Mapping[str, Value], model_age: ModelAge) -> dict[str, Value]:
    """Return the facts that a trial measured, on top of what the case holds.

    The bundled model can only show that a prompt does it; what it fails at says nothing. A trial that was stopped
    says how far it came and not that anything was tried out or that anything fails.
    """
    best = next((rung for rung in result.rungs if rung.name == result.best and rung.items), None)
    if best is None:
        return _finetune(result)
    reached = best.low >= result.bar
    rates: dict[str, Value] = {"pass_rate": best.rate, "pass_rate_low": best.low}
    if result.demonstration:
        return {"quality_ok": True, **rates, "prompts_tried": _prompts(result, held)} if reached else {}
    measured: dict[str, Value] = {**rates, **_finetune(result)}
    if (agreement := best.agreement) is not None:
        measured["run_agreement"] = agreement
    if with_answers(result):
        measured["eval_items"] = max(_count(held.get("eval_items")), *(rung.items for rung in result.rungs))
    if reached:
        measured["quality_ok"] = True
    if result.stopped:
        return measured
    # One failed item alone has its high end at 79 %, and one failure shows nothing. A rung that was cut short or had
    # faults may be open where the best one is not.
    if best.items > 1 and all(rung.high < result.bar for rung in _measured(result)):
        measured["quality_ok"] = False
    measured["models_tried"] = _models(result, held, model_age)
    measured["prompts_tried"] = _prompts(result, held)
    if with_answers(result):
        measured["baseline_known"] = True
    if result.premise_fixes is not None:
        measured["premise_fixes"] = result.premise_fixes
    return measured


def with_answers(result: TrialResult) -> bool:
    """Tell whether the items had a known good answer; one prompt alone, judged by a person, has none."""
    return result.scorer != "human" or any(rung.items > 1 for rung in result.rungs)


def _models(result: TrialResult, held: Mapping[str, Value], model_age: ModelAge) -> str:
    names = {rung.model for rung in _measured(result)}
    # What a team runs today and no list has is taken to be new.
    now = "several" if len(names) > 1 else age_of(result.model, model_age) or "current"
    before = held.get("models_tried")
    return max(now, before if before in MODELS else "none", key=MODELS.index)


def _prompts(result: TrialResult, held: Mapping[str, Value]) -> tuple[str, ...]:
    ran = {rung.name for rung in _measured(result)}
    tried = set(before) if isinstance(before := held.get("prompts_tried"), tuple) else set[str]()
    tried |= {"several"} if len(ran & WORDINGS) > 1 else {"one"}
    tried |= {"few_shot", "schema", "steps"} & ran
    tried |= {"optimizer"} if "gepa" in ran else set()
    tried |= {"few_shot", "schema"} & {result.base or ""}
    return tuple(name for name in PROMPTS if name in tried)


def _measured(result: TrialResult) -> list[RungResult]:
    """Return the prompts on untuned models that were measured."""
    return [rung for rung in result.rungs if rung.items and rung.name not in BESIDE]


def _finetune(result: TrialResult) -> dict[str, Value]:
    """Return whether the finetune does its job; nothing where the interval holds the bar, or none was tried."""
    tuned = next((rung for rung in result.rungs if rung.name in BESIDE and rung.items), None)
    if tuned is None or result.stopped:
        return {}
    worse = any(row.rung == tuned.name and row.lost > row.gained and row.p < SIGNIFICANT for row in result.compared)
    fails = (*(("forgets",) if _forgets(result.ordinary) else ()), *(("worse_than_base",) if worse else ()))
    said: dict[str, Value] = {"tuned_fails": fails} if fails else {}
    if tuned.low >= result.bar:
        return {"finetune": "works", **said}
    return {"finetune": "falls_short", **said} if worse or (tuned.high < result.bar and tuned.items > 1) else said


def _forgets(ordinary: TrialResult | None) -> bool:
    """Tell whether a finetune lost on ordinary prompts what its base can do, and not by chance."""
    rows = ordinary.compared if ordinary else ()
    return any(row.rung in BESIDE and row.lost > row.gained and row.p < SIGNIFICANT for row in rows)


def _count(value: Value | None) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
