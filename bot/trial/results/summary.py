"""What the calls of a trial add up to, by rung and between rungs."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.consultation.trial_results import Compared, Graded, RungResult, TrialResult
from bot.model.client import Model
from bot.model.prices import usd
from bot.trial.judging.people import by_people, judge_of, outputs_of, scored
from bot.trial.plan import remaining, saved
from bot.trial.rungs import RUNGS, AnotherModel, Premise, Tuned, climbed, standard
from bot.trial.rungs.schema import form_of
from bot.trial.scorers.label import Label
from bot.trial.scorers.normalise import by_field, json_value
from bot.trial.scorers.value import Json
from bot.trial.statistics import Tally, clustered, holm, items_needed, mcnemar, paired_runs, simple_agreement
from bot.trial.task import PREPARED, Call, Task

SIGNIFICANT = 0.05
OTHER = "(none of them)"
BESIDE = frozenset({Tuned.name})
"""Rungs that are measured and are no prompt on an untuned model: none of them is the best."""
BUILT = frozenset({Premise.name, *BESIDE} | {rung.name for rung in RUNGS if isinstance(rung, AnotherModel)})
Verdicts = dict[tuple[str, int], bool]
Tallies = dict[tuple[str, int], Tally]


def summarise(task: Task, calls: Sequence[Call], model: Model, *, id: str | None = None) -> TrialResult:
    """Return what the calls measured. It sets no facts; `effect.facts` says which follow."""
    run, skipped = climbed(task)
    rungs = [
        _rung(task, rung.name, [c for c in calls if c.rung == rung.name], rung.model(task) or model.name)
        for rung in run
    ]
    shown = [rung for rung in rungs if rung.runs or rung.errors]
    ran = {rung.name for rung in shown}
    result = TrialResult(
        id=id or uuid.uuid4().hex,
        at=datetime.now(UTC),
        model=model.name,
        demonstration=model.demonstration,
        scorer=task.scorer.name,
        bar=task.bar,
        rungs=tuple(shown),
        stopped=bool(remaining(task, calls)),
        calls=sum(call.count for call in calls),
        saved_calls=saved(task, calls),
        valid=_valid(task, calls),
        base=standard(task).name if ran & BUILT else None,
        outputs=(outputs := outputs_of(task, calls)),
        scored=scored(calls) if outputs else {},
    )
    result = _weighed(result, tallies_of(calls), len(task.items))
    best = next((rung for rung in result.rungs if rung.name == result.best), None)
    why = _why_not(task, best, stopped=result.stopped)
    return result.model_copy(
        update={
            "skipped": (*skipped, *((rung.name, why) for rung in run if rung.name not in ran)),
            "confusion": _confusion(task, calls, best),
            "fields": _fields(task, calls, best),
        }
    )


def of_ordinary(task: Task, calls: Sequence[Call], model: Model) -> TrialResult:
    """Return what a finetune and its base do on ordinary prompts, and on which of them it got worse."""
    result = summarise(task, calls, model)
    passed, kept = (result.items.get(name, ()) for name in ("bare", Tuned.name))
    pairs = zip(task.items, passed, kept, strict=False)
    worse = tuple(item.input for item, base, tuned in pairs if base is True and tuned is False)
    # Of a regression set only what was lost is kept: its outputs and details are nobody's to look through.
    return result.model_copy(update={"worse": worse, "outputs": {}, "scored": {}, "skipped": ()})


def with_grade(result: TrialResult, grade: Graded) -> TrialResult:
    """Return a trial's result with what a person says of one output; a person outranks a judging model.

    The last word of each person counts. Its facts stay as they are; `effect.facts` says which follow now.
    """
    grades = (*(g for g in result.grades if (g.output, g.by) != (grade.output, grade.by)), grade)
    said = {**result.scored, **by_people(grades)}
    tallies: Tallies = {}
    for rung, rows in result.outputs.items():
        for item, names in enumerate(rows):
            told = [passed for name in names if (passed := said.get(name)) is not None]
            if told:
                tallies[rung, item] = (sum(told), len(told))
    rungs = tuple(
        rung.model_copy(update=_counted([t for (name, _), t in tallies.items() if name == rung.name]))
        for rung in result.rungs
    )
    items = max((len(rows) for rows in result.outputs.values()), default=0)
    return _weighed(result.model_copy(update={"rungs": rungs, "grades": grades}), tallies, items)


def _weighed(result: TrialResult, tallies: Tallies, items: int) -> TrialResult:
    """Return a result with what follows from what each rung passed."""
    best = best_of(result.rungs, result.bar)
    verdicts = {key: passes * 2 > runs for key, (passes, runs) in tallies.items()}
    return result.model_copy(
        update={
            "best": best.name if best else None,
            "needed": _needed(best, result.bar),
            "items": {rung.name: tuple(verdicts.get((rung.name, n)) for n in range(items)) for rung in result.rungs},
            "compared": _compared(result, verdicts, items),
            "premise_fixes": _fixes(result, tallies, verdicts, items),
            "judged": judge_of(result.scored, result.grades) if result.scorer == "judge" else None,
        }
    )


def best_of(rungs: Sequence[RungResult], bar: float) -> RungResult | None:
    """Return the prompt that did best: of those that reach the bar the best one, else the one with the highest rate.

    A rung that was cut short by another one's success may have a high rate and show little. Of equally good ones the
    first is the simplest.
    """
    measured = [rung for rung in rungs if rung.items and rung.name not in BESIDE]
    return max(measured, key=lambda rung: (rung.low >= bar, rung.rate)) if measured else None


def equally_good(result: TrialResult) -> list[RungResult]:
    """Return the prompts that did as well as the best one, itself among them, in their order; none without a best."""
    best = next((rung for rung in result.rungs if rung.name == result.best), None)
    if best is None:
        return []
    measured = [rung for rung in result.rungs if rung.items and rung.name not in BESIDE]
    return [rung for rung in measured if (rung.items, rung.rate, rung.low) == (best.items, best.rate, best.low)]


def verdicts_of(calls: Sequence[Call]) -> Verdicts:
    """Return which items each rung passed: more than half of the graded runs did. What is not graded is left out."""
    return {key: passes * 2 > runs for key, (passes, runs) in tallies_of(calls).items()}


def tallies_of(calls: Sequence[Call]) -> Tallies:
    """Return passes and graded runs by rung and item."""
    tallies: Tallies = {}
    for call in calls:
        if call.passed is not None:
            passes, runs = tallies.get((call.rung, call.item), (0, 0))
            tallies[call.rung, call.item] = (passes + call.passed, runs + 1)
    return tallies


def _rung(task: Task, name: str, calls: Sequence[Call], model: str) -> RungResult:
    answered = [call for call in calls if call.error is None]
    runs = [call for call in answered if call.item != PREPARED]
    tokens_in, tokens_out = sum(c.tokens_in for c in answered), sum(c.tokens_out for c in answered)
    return RungResult(
        name=name,
        model=model,
        runs=len(runs),
        agreement=simple_agreement(
            [task.scorer.normal(c.text) for c in runs if c.item == item] for item in range(len(task.items))
        ),
        errors=len(calls) - len(answered),
        tokens_in=tokens_in + sum(c.judge_in for c in answered),
        tokens_out=tokens_out + sum(c.judge_out for c in answered),
        usd=_usd(answered, model, tokens_in, tokens_out) if answered else None,
        seconds=round(sum(call.seconds for call in runs), 3),
        **_counted(list(tallies_of(runs).values())),
    )


def _counted(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Return the fields of a rung that depend on what passed."""
    rate, low, high, _ = clustered(tallies)
    return {
        "items": len(tallies),
        "judged": sum(runs for _, runs in tallies),
        "passes": sum(passes for passes, _ in tallies),
        "items_passed": sum(passes * 2 > runs for passes, runs in tallies),
        "rate": rate,
        "low": low,
        "high": high,
    }


def _usd(calls: Sequence[Call], model: str, tokens_in: int, tokens_out: int) -> float | None:
    """Return what a rung cost with its judging; one unknown price makes it unknown."""
    costs = [usd(model, tokens_in, tokens_out)]
    for judge in {call.judge for call in calls if call.judge}:
        judged = [call for call in calls if call.judge == judge]
        costs.append(usd(judge, sum(c.judge_in for c in judged), sum(c.judge_out for c in judged)))
    return sum(cost for cost in costs if cost is not None) if None not in costs else None


def _why_not(task: Task, best: RungResult | None, *, stopped: bool) -> str:
    if best is not None and best.low >= task.bar and not stopped:
        return f"was not needed: {best.name} reaches the bar without it"
    return "was not begun before the trial ended"


def _needed(best: RungResult | None, bar: float) -> int | None:
    if best is None or best.low >= bar or (best.high < bar and best.items > 1):
        return None
    return items_needed(best.rate, bar)


def _compared(result: TrialResult, verdicts: Verdicts, items: int) -> tuple[Compared, ...]:
    """Compare every rung with bare, and those that build on another one with that, on the items both were graded on."""
    measured = [rung.name for rung in result.rungs if rung.items]
    pairs = [(name, "bare") for name in measured if name != "bare"]
    if result.base not in (None, "bare"):
        pairs += [(name, result.base or "") for name in measured if name in BUILT]
    counted: list[tuple[str, str, int, int]] = []
    for name, against in pairs:
        both = [
            (verdicts[name, item], verdicts[against, item])
            for item in range(items)
            if (name, item) in verdicts and (against, item) in verdicts
        ]
        if len(both) > 1:
            counted.append((name, against, sum(a and not b for a, b in both), sum(b and not a for a, b in both)))
    corrected = holm([mcnemar(gained, lost) for _, _, gained, lost in counted])
    return tuple(
        Compared(rung=name, against=against, gained=gained, lost=lost, p=p, better=p < SIGNIFICANT and gained > lost)
        for (name, against, gained, lost), p in zip(counted, corrected, strict=True)
    )


def _fixes(result: TrialResult, tallies: Tallies, verdicts: Verdicts, count: int) -> bool | None:
    """Tell whether the missing fact turns failures into passes: at least half of the failed items, two or more.

    The gain must be more than chance gives, over the runs of all items (`paired_runs`). It fixes nothing where fewer
    than half of them pass with it, of two or more, and the rung stays below the bar.
    """
    name, base = Premise.name, result.base or ""
    items = [item for item in range(count) if (name, item) in verdicts and (base, item) in verdicts]
    failed = [item for item in items if not verdicts[base, item]]
    if len(failed) < 2:
        return None
    fixed = sum(verdicts[name, item] for item in failed)
    if 2 * fixed >= len(failed) and fixed >= 2:
        # All items, not only the failed ones: to choose those would make luck look like a gain.
        p = paired_runs([tallies[name, item] for item in items], [tallies[base, item] for item in items])
        lost = sum(verdicts[base, item] and not verdicts[name, item] for item in items)
        return True if p < SIGNIFICANT and fixed > lost else None
    below = clustered(tallies[name, item] for item in items).high < result.bar
    return False if 2 * fixed < len(failed) and below else None


def _valid(task: Task, calls: Sequence[Call]) -> dict[str, float]:
    form = form_of([pair.output for pair in task.pairs]) if isinstance(task.scorer, Json) else None
    told: dict[str, list[bool]] = {}
    for call in calls:
        if call.error is None and call.item != PREPARED:
            valid = form.fits(call.text) if form else task.scorer.valid(call.text)
            if valid is not None:
                told.setdefault(call.rung, []).append(valid)
    return {rung: sum(each) / len(each) for rung, each in told.items()}


def _confusion(task: Task, calls: Sequence[Call], best: RungResult | None) -> tuple[tuple[str, str, int], ...]:
    if best is None or not isinstance(task.scorer, Label) or len(task.scorer.labels) < 2:
        return ()
    of = task.scorer.of
    counts = Counter(
        (of(task.item(call.item).wanted or "") or OTHER, of(call.text) or OTHER)
        for call in calls
        if call.rung == best.name and call.passed is not None
    )
    place = {label: number for number, label in enumerate((*task.scorer.labels, OTHER))}
    ordered = sorted(counts.items(), key=lambda row: (place[row[0][0]], place[row[0][1]]))
    return tuple((wanted, got, count) for (wanted, got), count in ordered)


def _fields(task: Task, calls: Sequence[Call], best: RungResult | None) -> tuple[tuple[str, int, int], ...]:
    if best is None or not isinstance(task.scorer, Json):
        return ()
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for call in calls:
        if call.rung == best.name and call.passed is not None:
            wanted = json_value(task.item(call.item).wanted or "")
            for field, came in by_field(wanted, json_value(call.text)).items():
                right[field] += came
                seen[field] += 1
    return tuple((field, right[field], seen[field]) for field in seen)
