"""What a trial measured: by rung, in words that are careful with few items."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.chat.reply import Part, Progress, Table, Text
from bot.consultation.trial_results import Compared, Judged, RungResult, TrialResult
from bot.text.markdown import escaped
from bot.trial.judging.people import Ungraded, grade, to_grade
from bot.trial.order import Order
from bot.trial.plan import plan, prepared, remaining
from bot.trial.report.shown import shown
from bot.trial.results.summary import BESIDE, SIGNIFICANT, best_of, equally_good, summarise, verdicts_of
from bot.trial.rungs import BY_NAME, OTHER_MODELS, climbed
from bot.trial.statistics import paired_difference
from bot.trial.task import BAR, PREPARED, RUNG_NAMES, Call, Task

__all__ = ["Ungraded", "best_of", "card", "grade", "percent", "progress", "share", "summarise", "to_grade"]

SAID = {
    "bare": "bare",
    "instructed": "instructed",
    "few_shot": "few-shot",
    "schema": "schema",
    "verb_swap": "precise verb",
    "verb_swap_2": "another precise verb",
    "steps": "in steps",
    "model": "another model",
    "tuned": "the finetune",
    **{f"model_{number}": f"another model ({number})" for number in range(2, OTHER_MODELS + 1)},
    "premise": "with the fact",
    "gepa": "optimised",
}
"""What rungs are called in front of people."""
FAILURES_SHOWN = 3
WORSE_SHOWN = 5
INLINE, SHOWN_LENGTH, PROMPT_LENGTH = 80, 300, 1500
MARKED = 80
"""Room for the mark that says how an output was cut."""
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
    "rejected": "the server refuses such requests",
}


def progress(order: Order, calls: Sequence[Call], id: str) -> Progress:
    """Return how far a trial is, with the items each rung passes so far; calls that are not needed are not ahead."""
    far = _far(order.task, [call for call in calls if not call.ordinary], id)
    if order.ordinary is None:
        return far
    beside = _far(order.ordinary, [call for call in calls if call.ordinary], id)
    said = f"{far.text} · ordinary prompts: {beside.text}" if beside.text else far.text
    return Progress(id=id, done=far.done + beside.done, total=far.total + beside.total, text=said)


def _far(task: Task, calls: Sequence[Call], id: str) -> Progress:
    run, _ = climbed(task)
    verdicts = verdicts_of(calls)
    passed = Counter(rung for (rung, _), verdict in verdicts.items() if verdict)
    judged = Counter(rung for rung, _ in verdicts)
    said = [f"{SAID[r.name]} {passed[r.name]} of {judged[r.name]}" for r in run if r.name in judged]
    made = sum(call.item != PREPARED for call in calls)
    return Progress(id=id, done=made, total=made + len(remaining(task, calls)), text=" · ".join(said))


def card(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[Part]:
    """Return what is said: the finding, what it does not count, and the figures behind it."""
    parts: list[Part] = [Text(markdown=finding(result, prepared(task, calls), calls))]
    if notes := warnings(result, prepared(task, calls), calls):
        parts.append(Text(markdown="\n".join(f"- {note}" for note in notes), voice="notice"))
    return [*parts, *figures(result, task, calls)]


def figures(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[Part]:
    """Return a table, notes, the prompt that did best, the failures that tell most."""
    task = prepared(task, calls)
    parts: list[Part] = []
    if result.rungs:
        parts.append(_table(result, task))
    if notes := _notes(result, task):
        parts.append(Text(markdown="\n".join(f"- {note}" for note in notes), voice="notice", detail=True))
    if result.best:
        prompt = _fenced(BY_NAME[result.best].shown(task), PROMPT_LENGTH)
        best = next(rung for rung in result.rungs if rung.name == result.best)
        alone = best.passes and not all_alike(result)
        heading = "The prompt that did best" if alone else "One of the prompts"
        parts.append(Text(markdown=f"**{heading}** ({called(best, result)}):\n{prompt}", detail=True))
    if failures := _failures(result, task, calls):
        parts.append(Text(markdown="\n\n".join(["**Failures that tell most**", *failures]), detail=True))
    return parts


def percent(rung: RungResult) -> str:
    """Say what a rung passed with its interval: "3 of 3 (44 to 100 %)".

    Items where every item passed or failed in all its runs; else runs, since the interval is about those.
    """
    ends = f"({rung.low * 100:.0f} to {rung.high * 100:.0f} %)"
    runs = rung.judged_runs
    if rung.passes * rung.items == rung.items_passed * runs:
        return f"{rung.items_passed} of {rung.items} {ends}"
    return f"{rung.passes} of {runs} runs {ends}"


def called(rung: RungResult, result: TrialResult) -> str:
    """Name a rung; one on another model by that."""
    return SAID[rung.name] if rung.model == result.model or rung.name in BESIDE else f"on {short(rung.model)}"


def short(model: str) -> str:
    """Return the end of a model's name: of "accounts/somebody/models/name" only that tells anything."""
    return model.rpartition("/")[2]


def share(value: float) -> str:
    """Say a share: "80 %"."""
    return f"{value * 100:.0f} %"


def finding(result: TrialResult, task: Task, calls: Sequence[Call]) -> str:
    """Say what a trial has found, in a few sentences."""
    best = next((rung for rung in result.rungs if rung.name == result.best), None)
    if best is None:
        if any(call.error is None for call in calls):
            return "The outputs are there, and nobody has judged them yet: nothing is decided."
        return "Nothing could be measured: no call was answered."
    bar = f"the {'usual ' if task.bar == BAR else ''}bar of {share(task.bar)}"
    said = [_best(best, result)]
    if best.low >= task.bar:
        said.append(f"Even the low end reaches {bar}: a prompt does this.")
    elif best.high < task.bar and best.items > 1:
        said.append(f"Even the high end is below {bar}: none of these prompts does it on this model.")
    elif best.rate >= task.bar:
        said.append(f"That reaches {bar}, its low end does not: promising, not proof.")
    elif best.items_passed:
        said.append(f"That is below {bar}, but {_items(best)} cannot rule it out.")
    else:
        said.append("One failure shows nothing; more items would.")
    if result.premise_fixes is not None:
        said.append(_knowledge(result.premise_fixes))
    said += _finetune(result)
    if result.demonstration:
        said.append(f"{result.model} is a demonstration: a pass counts, a failure says nothing about a real model.")
    return " ".join(said)


def all_alike(result: TrialResult) -> bool:
    """Tell whether several prompts were measured and none did better than another."""
    measured = [rung for rung in result.rungs if rung.items and rung.name not in BESIDE]
    return len(measured) > 1 and len(equally_good(result)) == len(measured)


def _best(best: RungResult, result: TrialResult) -> str:
    """Name the prompt that did best; where several did, all of them."""
    if not best.passes:
        return f"**Nothing passed**: {percent(best)}."
    of = "" if "runs" in percent(best) else " of the items"
    alike = equally_good(result)
    if all_alike(result):
        return f"**No prompt did better than another**: each of the {len(alike)} passes {percent(best)}{of}."
    *others, last = (f"**{called(rung, result).removeprefix('on ')}**" for rung in alike)
    names = f"{', '.join(others)} and {last} did equally well, and best" if others else f"{last} did best"
    return f"{names}: {percent(best)}{of} pass."


def _items(rung: RungResult) -> str:
    return "1 item" if rung.items == 1 else f"{rung.items} items"


def _finetune(result: TrialResult) -> list[str]:
    """Say how the finetune does beside the fullest prompt on its base, item by item."""
    tuned = next((rung for rung in result.rungs if rung.name in BESIDE and rung.items), None)
    if tuned is None:
        return []
    said = f"**The finetune** passes {percent(tuned)}"
    rows = [row for row in result.compared if row.rung == tuned.name]
    row = next((row for row in rows if row.against == result.base), rows[-1] if rows else None)
    if row is None:
        return [f"{said}."]
    against = next(called(rung, result) for rung in result.rungs if rung.name == row.against)
    said = f"{said}; against {against} it gains {row.gained} items and loses {row.lost}"
    return [f"{said}{_apart(row, result)}: {_chance(row, result)}."]


def _apart(row: Compared, result: TrialResult) -> str:
    """Say how far two rungs are apart on the items that both were graded on: ", +25 points (95 %: 3 to 44)"."""
    apart, low, high = (round(100 * each) for each in _difference(row, result))
    return f", {apart:+} points (95 %: {low} to {high})"


def _difference(row: Compared, result: TrialResult) -> tuple[float, float, float]:
    both = zip(result.items.get(row.rung, ()), result.items.get(row.against, ()), strict=False)
    items = sum(one is not None and other is not None for one, other in both)
    return paired_difference(row.gained, row.lost, items)


def _chance(row: Compared, result: TrialResult) -> str:
    better = "better" if row.gained > row.lost else "worse"
    if row.p < SIGNIFICANT:
        return f"{better}, and not by chance"
    _, low, high = _difference(row, result)
    if low > 0 or high < 0:  # the interval is of one comparison, the test is exact and corrected for several
        return f"probably {better}, but so few items do not rule out chance (exact test, p = {row.p:.2f})"
    return "too few to tell them apart"


def kept_up(result: TrialResult) -> str:
    """Say whether a finetune still does what its base does on prompts beside the task."""
    rungs = {rung.name: rung for rung in result.rungs if rung.items}
    row = next((row for row in result.compared if row.rung in BESIDE), None)
    if row is None:
        return "**On ordinary prompts** too little was answered to say what the finetune has lost."
    said = (
        f"**On ordinary prompts** the base passes {percent(rungs['bare'])} and the finetune "
        f"{percent(rungs[row.rung])}; it gains {row.gained} items and loses {row.lost}{_apart(row, result)}"
    )
    if row.p >= SIGNIFICANT:
        most = "with more of them a loss could still show" if row.lost >= row.gained else "no loss shows"
        return f"{said}: too few to tell them apart, so {most}.{_worse(result)}"
    if row.lost > row.gained:
        advice = "Mix ordinary rows into its data, and train less."
        return f"{said}: it has forgotten, and not by chance. {advice}{_worse(result)}"
    return f"{said}: better, and not by chance."


def _worse(result: TrialResult) -> str:
    """Name the ordinary prompts on which a finetune got worse."""
    if not result.worse:
        return ""
    named = [f'"{escaped(asked)}"' for asked in result.worse[:WORSE_SHOWN]]
    more = f", and {len(result.worse) - len(named)} more" if len(result.worse) > len(named) else ""
    return f" It got worse on {', '.join(named)}{more}."


def _knowledge(fixes: bool) -> str:
    if fixes:
        return "With the missing fact in the prompt its failures turn into passes: it lacks knowledge, not behaviour."
    return "The missing fact in the prompt does not turn its failures into passes: knowledge is not what is missing."


def _table(result: TrialResult, task: Task) -> Table:
    priced = any(rung.usd is not None for rung in result.rungs)
    best = () if all_alike(result) else [rung.name for rung in equally_good(result) if rung.passes]
    headers = ("rung", "passed (95 %)", "runs", "agree", "tokens", "s a call", *(("USD",) if priced else ()))
    rows = [
        (
            called(rung, result) + (" (best)" if rung.name in best else ""),
            percent(rung) if rung.items else "not judged",
            f"{rung.passes} of {rung.judged_runs}" if rung.items else f"{rung.runs}",
            "" if rung.agreement is None else share(rung.agreement),
            f"{rung.tokens_in:,} + {rung.tokens_out:,}",
            f"{rung.seconds / rung.runs:.1f}" if rung.runs else "",
            *((_money(rung.usd),) if priced else ()),
        )
        for rung in result.rungs
    ]
    items = "1 item" if len(task.items) == 1 else f"{len(task.items)} items"
    times = "once" if task.repeats == 1 else f"{task.repeats} times each"
    stop = "" if task.scorer.said.endswith("?") else "."
    caption = f"{result.model}, {items}, {times}. Scored: {task.scorer.said}{stop}"
    return Table(headers=headers, rows=tuple(rows), caption=caption)


def warnings(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[str]:
    """Say what the figures do not count: runs that were not made, calls that failed, answers nobody judged."""
    notes: list[str] = []
    if result.stopped:
        notes.append(f"Stopped early: {len(calls)} of {len(plan(task))} calls were made.")
    answers = [call for call in calls if call.error is None and call.item != PREPARED]
    if result.best and (open_ := sum(call.passed is None for call in answers)):
        notes.append(
            f"{open_} of {len(answers)} answers were judged by nobody; they count neither as pass nor as failure."
        )
    if cut := sum(call.cut for call in answers):
        broke = "1 answer was" if cut == 1 else f"{cut} answers were"
        notes.append(f"{broke} cut off at the limit of tokens and scored as {'it came' if cut == 1 else 'they came'}.")
    faults = Counter(call.error for call in calls if call.error)
    if faults:
        named = ", ".join(f"{FAULTS[kind]} ({count})" for kind, count in faults.most_common())
        notes.append(f"Calls that failed after all tries, counted neither as pass nor as failure: {named}.")
    return notes


def _notes(result: TrialResult, task: Task) -> list[str]:
    notes: list[str] = []
    if result.saved_calls:
        notes.append(f"{result.saved_calls} calls were saved: they could not have changed what is decided.")
    notes += [_left_out(name, why) for name, why in result.skipped if _tells(name, why, task)]
    if not task.prompt:
        notes.append(f'You gave no prompt, so bare asks plainly: "{BY_NAME["bare"].shown(task).split(" (a plain")[0]}"')
    told = [row for row in result.compared if result.best in (row.rung, row.against) and row.gained + row.lost]
    notes += [_beside(row, result) for row in told]
    if result.judged:
        notes.append(_judge(result.judged))
    if result.needed and result.needed > len(task.items):
        notes.append(f"At this rate about {result.needed} items would decide about the bar.")
    return notes


def _tells(name: str, why: str, task: Task) -> bool:
    """Tell whether somebody could have expected a rung that did not run."""
    expected = task.rungs != RUNG_NAMES or name == "few_shot" or why.startswith("was ")
    return expected and why != "not asked for"


def _left_out(name: str, why: str) -> str:
    return f"{SAID[name]} {why}." if why.startswith("was ") else f"{SAID[name]} was left out: it {why}."


def _beside(row: Compared, result: TrialResult) -> str:
    """Say whether one rung is better than another, item by item."""
    names = {rung.name: called(rung, result) for rung in result.rungs}
    gained = f"{row.gained} item{'' if row.gained == 1 else 's'} gained"
    said = f"{names[row.rung]} against {names[row.against]}: {gained}, {row.lost} lost"
    p = "p < 0.001" if row.p < 0.001 else f"p = {row.p:.3f}" if row.better else f"p = {row.p:.2f}"
    return f"{said}: {'better' if row.better else 'too few to call it better'} (exact McNemar, {p}, Holm)."


def _judge(judged: Judged) -> str:
    answers = "1 answer" if judged.undecided == 1 else f"{judged.undecided} answers"
    undecided = f" On {answers} it contradicted itself." if judged.undecided else ""
    if judged.agreement is None:
        return (
            f"A model judged, and people have checked {judged.outputs} of its judgements: from ten on you see how "
            f"often they agree.{undecided}"
        )
    ends = f"{judged.low * 100:.0f} to {judged.high * 100:.0f} %"
    return (
        f"A model judged; with people it agrees in {share(judged.agreement)} of {judged.outputs} ({ends}).{undecided}"
    )


def _failures(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[str]:
    """Return the failures that tell most: on the best rung, items that fail always before those that fail sometimes."""
    judged = [c for c in calls if c.rung == result.best and c.passed is not None]
    runs, wrong = Counter(c.item for c in judged), Counter(c.item for c in judged if not c.passed)
    said: list[str] = []
    for item, count in wrong.most_common(FAILURES_SHOWN):
        said_most = Counter(c.text.strip() for c in judged if c.item == item and not c.passed).most_common(1)[0][0]
        got = shown(said_most, SHOWN_LENGTH - MARKED, demonstration=result.demonstration)
        wanted = task.item(item).wanted
        ends = {"input": task.item(item).input, "wanted": wanted, "got": got}
        lines = [f"{name}{_quoted(text)}" for name, text in ends.items() if text]
        joint = "\n\n" if any("\n" in line for line in lines) else " · "
        said.append(f"**Item {item + 1}** failed in {count} of {runs[item]} runs\n\n{joint.join(lines)}")
    return said


def _quoted(text: str) -> str:
    """Show somebody's text as it is: in the line where it is short, else in a block of its own."""
    if len(text) <= INLINE and "\n" not in text and "`" not in text:
        return f" `{text}`"
    return f":\n{_fenced(text)}"


def _fenced(text: str, most: int = SHOWN_LENGTH) -> str:
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    longest = max((len(run) for run in re.findall("`+", short)), default=0)
    # A fence inside the text must not close this one.
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{short}\n{fence}"


def _money(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"
