"""What a trial measured: by rung, in words that are careful with few items."""

import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.consultation import Plain, RungResult, TrialResult
from bot.model.client import Model
from bot.model.prices import usd
from bot.reply.parts import Part, Progress, Table, Text
from bot.trial.run import plan
from bot.trial.rungs import BY_NAME, climbed
from bot.trial.statistics import mcnemar, simple_agreement, wilson
from bot.trial.task import Call, Task

SAID = {"bare": "bare", "instructed": "instructed", "few_shot": "few-shot"}
FAILURES_SHOWN = 3
INLINE, SHOWN_LENGTH, PROMPT_LENGTH = 80, 300, 1500
FEW_ITEMS = 20
SIGNIFICANT = 0.05
FAULTS = {
    "key": "the key was refused",
    "model": "the model was unknown",
    "unreachable": "the server could not be reached",
    "slow": "no answer in time",
    "limited": "the server limited the speed",
    "quota": "no credit left",
    "html": "a web page came instead",
    "not_json": "no JSON came",
    "truncated": "the answer broke off",
    "refused": "the model declined",
    "empty": "an empty answer",
    "request": "the request was refused",
}


class Ungraded(Plain):
    """One distinct output that a person has to judge; which rung it came from is not told."""

    item: int
    input: str
    wanted: str | None
    text: str


def summarise(task: Task, calls: Sequence[Call], model: Model, *, id: str | None = None) -> TrialResult:
    """Return what the calls measured. It sets no facts; `effect.facts` says which follow."""
    run, skipped = climbed(task)
    rungs = tuple(_rung(task, rung.name, [c for c in calls if c.rung == rung.name], model.name) for rung in run)
    measured = [rung for rung in rungs if rung.items]
    # Of equally good rungs the first is the simplest.
    best = max(measured, key=lambda rung: rung.rate).name if measured else None
    return TrialResult(
        id=id or uuid.uuid4().hex,
        at=datetime.now(UTC),
        model=model.name,
        demonstration=model.demonstration,
        scorer=task.scorer.name,
        bar=task.bar,
        rungs=tuple(rung for rung in rungs if rung.runs or rung.errors),
        skipped=tuple(skipped),
        best=best,
        stopped=len({call.key for call in calls}) < len(plan(task)),
    )


def _rung(task: Task, name: str, calls: Sequence[Call], model: str) -> RungResult:
    answered = [call for call in calls if call.error is None]
    verdicts = _verdicts(answered)
    items, passed = len(verdicts), sum(verdicts.values())
    low, high = wilson(passed, items)
    tokens_in, tokens_out = sum(c.tokens_in for c in answered), sum(c.tokens_out for c in answered)
    return RungResult(
        name=name,
        model=model,
        items=items,
        runs=len(answered),
        passes=sum(call.passed is True for call in answered),
        items_passed=passed,
        rate=passed / items if items else 0.0,
        low=low,
        high=high,
        agreement=simple_agreement(
            [task.scorer.normal(c.text) for c in answered if c.item == item] for item in range(len(task.items))
        ),
        errors=len(calls) - len(answered),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        usd=usd(model, tokens_in, tokens_out) if answered else None,
        seconds=round(sum(call.seconds for call in answered), 3),
    )


def _verdicts(calls: Sequence[Call]) -> dict[tuple[str, int], bool]:
    """Return which items each rung passed: more than half of the graded runs did. What is not graded is left out."""
    graded: dict[tuple[str, int], list[bool]] = {}
    for call in calls:
        if call.passed is not None:
            graded.setdefault((call.rung, call.item), []).append(call.passed)
    return {key: sum(runs) * 2 > len(runs) for key, runs in graded.items()}


def to_grade(task: Task, calls: Sequence[Call]) -> list[Ungraded]:
    """Return the distinct outputs that a person has to judge, the first runs of every item first."""
    items = task.items
    open_calls = sorted((c for c in calls if c.error is None and c.passed is None), key=lambda c: (c.run, c.item))
    distinct = dict.fromkeys((call.item, call.text.strip()) for call in open_calls)
    return [Ungraded(item=n, input=items[n].input, wanted=items[n].wanted, text=text) for n, text in distinct]


def grade(calls: Sequence[Call], grades: Mapping[tuple[int, str], bool]) -> list[Call]:
    """Return the calls with a person's judgements, given by item and output."""
    return [
        call.model_copy(update={"passed": grades[key]})
        if call.error is None and (key := (call.item, call.text.strip())) in grades
        else call
        for call in calls
    ]


def progress(task: Task, calls: Sequence[Call], id: str) -> Progress:
    """Return how far a trial is, with the items each rung passes so far."""
    run, _ = climbed(task)
    verdicts = _verdicts(calls)
    passed = Counter(rung for (rung, _), verdict in verdicts.items() if verdict)
    judged = {rung for rung, _ in verdicts}
    said = [f"{SAID[r.name]} {passed[r.name]} of {len(task.items)}" for r in run if r.name in judged]
    return Progress(id=id, done=len(calls), total=len(plan(task)), text=" · ".join(said))


def card(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[Part]:
    """Return what is said: the finding, a table, notes, the prompt that did best, the failures that tell most."""
    parts: list[Part] = [Text(markdown=_finding(result, task, calls))]
    if result.rungs:
        parts.append(_table(result, task))
    if notes := _notes(result, task, calls):
        parts.append(Text(markdown="\n".join(f"- {note}" for note in notes), voice="notice"))
    if result.best:
        shown = _fenced(BY_NAME[result.best].shown(task), PROMPT_LENGTH)
        parts.append(Text(markdown=f"**The prompt that did best** ({SAID[result.best]}):\n{shown}"))
    if failures := _failures(result, task, calls):
        parts.append(Text(markdown="\n\n".join(["**Failures that tell most**", *failures])))
    return parts


def percent(rung: RungResult) -> str:
    """Say a rung's items with their interval: "3 of 3 (44 to 100 %)"."""
    return f"{rung.items_passed} of {rung.items} ({rung.low * 100:.0f} to {rung.high * 100:.0f} %)"


def share(value: float) -> str:
    """Say a share: "80 %"."""
    return f"{value * 100:.0f} %"


def _finding(result: TrialResult, task: Task, calls: Sequence[Call]) -> str:
    best = next((rung for rung in result.rungs if rung.name == result.best), None)
    if best is None:
        if any(call.error is None for call in calls):
            return "The outputs are there, and nobody has judged them yet: nothing is decided."
        return "Nothing could be measured: no call was answered."
    bar = f"the bar of {share(task.bar)}"
    said = [f"**{SAID[best.name]}** did best: {percent(best)} of the items pass."]
    if best.low >= task.bar:
        said.append(f"Even the low end reaches {bar}: a prompt does this.")
    elif best.high < task.bar and best.items > 1:
        said.append(f"Even the high end is below {bar}: none of these prompts does it on this model.")
    elif best.items_passed:
        said.append(f"That is on both sides of {bar}: promising, not proof. One pass shows that the base can.")
    else:
        said.append("One failure shows nothing; more items would.")
    if result.demonstration:
        said.append(f"{result.model} is a demonstration: a pass counts, a failure says nothing about a real model.")
    return " ".join(said)


def _table(result: TrialResult, task: Task) -> Table:
    priced = any(rung.usd is not None for rung in result.rungs)
    headers = ("rung", "items passed (95 %)", "runs", "agree", "tokens", "s a call", *(("USD",) if priced else ()))
    rows = [
        (
            SAID[rung.name] + (" (best)" if rung.name == result.best else ""),
            percent(rung) if rung.items else "not judged",
            f"{rung.passes} of {rung.runs}" if rung.items else f"{rung.runs}",
            "" if rung.agreement is None else share(rung.agreement),
            f"{rung.tokens_in:,} + {rung.tokens_out:,}",
            f"{rung.seconds / rung.runs:.1f}" if rung.runs else "",
            *((_money(rung.usd),) if priced else ()),
        )
        for rung in result.rungs
    ]
    items = "1 item" if len(task.items) == 1 else f"{len(task.items)} items"
    times = "once" if task.repeats == 1 else f"{task.repeats} times each"
    caption = f"{result.model}, {items}, {times}. Scored: {task.scorer.said}."
    return Table(headers=headers, rows=tuple(rows), caption=caption)


def _notes(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[str]:
    notes: list[str] = []
    if result.stopped:
        notes.append(f"Stopped early: {len(calls)} of {len(plan(task))} calls were made.")
    faults = Counter(call.error for call in calls if call.error)
    if faults:
        named = ", ".join(f"{FAULTS[kind]} ({count})" for kind, count in faults.most_common())
        notes.append(f"Calls that failed after all tries, counted neither as pass nor as failure: {named}.")
    notes += [f"{SAID[name]} was left out: it {why}." for name, why in result.skipped if why != "not asked for"]
    if not task.prompt:
        notes.append(f'You gave no prompt, so bare asks plainly: "{BY_NAME["bare"].shown(task).split(" (a plain")[0]}"')
    if compared := _compared(result, task, calls):
        notes.append(compared)
    if result.best and len(task.items) < FEW_ITEMS:
        notes.append(f"With {FEW_ITEMS} items or more the interval gets narrow enough to decide.")
    return notes


def _compared(result: TrialResult, task: Task, calls: Sequence[Call]) -> str | None:
    """Say whether the best rung is better than bare, item by item."""
    if result.best in (None, "bare") or len(task.items) < 2:
        return None
    verdicts = _verdicts(calls)
    pairs = [(verdicts.get((result.best or "", n)), verdicts.get(("bare", n))) for n in range(len(task.items))]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    gained, lost = sum(a and not b for a, b in both), sum(b and not a for a, b in both)
    p = mcnemar(gained, lost)
    said = f"{SAID[result.best or '']} against bare: {gained} items gained, {lost} lost"
    if p < SIGNIFICANT:
        return (
            f"{said}: better (exact McNemar, p = {p:.3f})."
            if p >= 0.001
            else f"{said}: better (exact McNemar, p < 0.001)."
        )
    return f"{said}: too few to call it better (exact McNemar, p = {p:.2f})."


def _failures(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[str]:
    """Return the failures that tell most: on the best rung, items that fail always before those that fail sometimes."""
    judged = [c for c in calls if c.rung == result.best and c.passed is not None]
    runs, wrong = Counter(c.item for c in judged), Counter(c.item for c in judged if not c.passed)
    said: list[str] = []
    for item, count in wrong.most_common(FAILURES_SHOWN):
        got = Counter(c.text.strip() for c in judged if c.item == item and not c.passed).most_common(1)[0][0]
        wanted = task.items[item].wanted
        ends = {"input": task.items[item].input, "wanted": wanted, "got": got}
        shown = [f"{name}{_quoted(text)}" for name, text in ends.items() if text]
        joint = "\n\n" if any("\n" in line for line in shown) else " · "
        said.append(f"**Item {item + 1}** failed in {count} of {runs[item]} runs\n\n{joint.join(shown)}")
    return said


def _quoted(text: str) -> str:
    """Show somebody's text as it is: in the line where it is short, else in a block of its own."""
    if len(text) <= INLINE and "\n" not in text and "`" not in text:
        return f" `{text}`"
    return f":\n{_fenced(text)}"


def _fenced(text: str, most: int = SHOWN_LENGTH) -> str:
    shown = text if len(text) <= most else f"{text[: most - 1]}…"
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    # A fence inside the text must not close this one.
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{shown}\n{fence}"


def _money(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"
