"""Figures that the code works out for an answer: what calls cost, and what test items can show. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from bot.answer.figures import rounds_to
from bot.consultation.base import Value
from bot.consultation.derived import Explain
from bot.consultation.trial_results import TrialResult
from bot.cost.arithmetic import Call, call_cost, rounded
from bot.trial.statistics import items_needed, mcnemar, wilson
from knowledge.prices import Inference, Prices, is_stale

TESTED = frozenset({"eval_items", "baseline_known", "score_known"})
TRIED = 20
"""Items of a first test."""


def values(facts: Mapping[str, Value], worded: Mapping[str, str], prices: Prices, present: Inference) -> dict[str, str]:
    """Return what stands for each placeholder of a step: the team's own values, and what follows from them."""
    found = {name: text for name, text in worded.items() if facts.get(name) not in (None, 0)}
    test = facts.get("eval_items")
    items = test if isinstance(test, int) and test > 0 else TRIED
    found["all_pass"] = percent(wilson(items, items)[0])
    found["reach"] = f"{lost_none(items)}" if lost_none(items) else ""
    found |= {"present": present.model, "small": prices.small.model}
    call = call_of(facts, prices)
    if (paid := _paid_thousand(facts, prices)) is not None:
        found["usd_thousand"] = usd(paid)
    elif call is not None:
        found["usd_thousand"] = usd(float(call_cost(present, call, cached=False)) * 1000)
    calls = facts.get("calls_per_day")
    if call is not None and isinstance(calls, int) and calls:
        month = calls * prices.assumptions.days_per_month.value
        found["usd_month"] = usd(float(call_cost(present, call, cached=False)) * month)
        found["usd_month_cached"] = usd(float(call_cost(present, call, cached=True)) * month)
        found["usd_month_small"] = usd(float(call_cost(prices.small, call, cached=True)) * month)
    return {name: text for name, text in found.items() if text}


def _paid_thousand(facts: Mapping[str, Value], prices: Prices) -> float | None:
    """Return the USD that 1,000 calls cost the team today, None where bill or calls are not known."""
    spent, calls = facts.get("spend_month"), facts.get("calls_per_day")
    if not isinstance(spent, int) or not isinstance(calls, int) or not spent or not calls:
        return None
    return 1000 * spent / (calls * prices.assumptions.days_per_month.value)


def call_of(facts: Mapping[str, Value], prices: Prices) -> Call | None:
    """Return the team's call, what it did not say taken from our assumptions; None where it said nothing of it."""
    names = ("calls_per_day", "tokens_in", "tokens_fixed", "tokens_out")
    if not any(isinstance(facts.get(name), int) for name in names):
        return None
    assumed = prices.assumptions
    told_in = facts.get("tokens_in")
    whole = told_in if isinstance(told_in, int) else assumed.tokens_in.value
    fixed, out = facts.get("tokens_fixed"), facts.get("tokens_out")
    usual = assumed.tokens_out_of.get(str(facts.get("output")), assumed.tokens_out).value
    kept = fixed if isinstance(fixed, int) else whole * assumed.tokens_fixed.value // assumed.tokens_in.value
    return Call(whole, min(whole, kept), out if isinstance(out, int) else usual)


def cost_lines(
    facts: Mapping[str, Value], prices: Prices, present: Inference, today: date, explain: Explain
) -> tuple[str, ...]:
    """Say what calls cost, with what was assumed for it."""
    spent, call = facts.get("spend_month"), call_of(facts, prices)
    paid = _paid_thousand(facts, prices)
    a_thousand = "" if paid is None else f", {usd(paid)} USD per 1,000 calls"
    bill = [f"The team spends {spent:,} USD a month today{a_thousand}; no way can save more."] if spent else []
    if call is None:
        return (*bill, *([f"Whether a finetune pays back: {said}"] if bill and (said := explain(facts)) else []))
    told = [f for f in ("tokens_in", "tokens_fixed", "tokens_out") if isinstance(facts.get(f), int)]
    basis = f"Taken for a call: {_tokens(call)}{' (assumed where nobody said)' if len(told) < 3 else ''}."
    calls = facts.get("calls_per_day")
    days = prices.assumptions.days_per_month.value
    lines = [*bill, basis]
    for price, cached in ((present, False), (present, True), (prices.small, True)):
        one = float(call_cost(price, call, cached=cached))
        line = f"{price.model}{' with the fixed part cached' if cached else ''}: {usd(one * 1000)} USD per 1,000 calls"
        if isinstance(calls, int) and calls:
            line += f", {usd(one * calls * days)} USD a month at {calls:,} calls a day"
        stale = f" (price of {price.checked})" if is_stale(prices, price.checked, today) else ""
        lines.append(f"{line}{stale}")
    if said := explain(facts):
        lines.append(f"Whether a finetune pays back: {said}")
    return tuple(dict.fromkeys(lines))


def cost_sentence(facts: Mapping[str, Value], prices: Prices, present: Inference) -> str:
    """Say in a sentence what the calls cost today; "" where their number is not known."""
    found = values(facts, {}, prices, present)
    call, calls, spent = call_of(facts, prices), facts.get("calls_per_day"), facts.get("spend_month")
    if call is None or "usd_month" not in found or not isinstance(calls, int):
        return f"You pay {spent:,} USD a month today, and no change can save more than that." if spent else ""
    if spent:
        return (
            f"You pay {spent:,} USD a month for {calls:,} calls a day, about {found['usd_thousand']} USD per 1,000. At "
            f"list prices they take {found['usd_month']} with {present.model}, {found['usd_month_cached']} with the "
            f"fixed part of the prompt cached, and {found['usd_month_small']} with {prices.small.model}. Taken are "
            f"{_tokens(call)}; give me yours and I work it out again."
        )
    return (
        f"{calls:,} calls a day cost about {found['usd_month']} USD a month with {present.model} today, "
        f"{found['usd_month_cached']} with the fixed part of the prompt cached, and {found['usd_month_small']} with "
        f"{prices.small.model}. Taken are {_tokens(call)}; give me yours and I work it out again."
    )


def _tokens(call: Call) -> str:
    return (
        f"{call.tokens_in:,} prompt tokens, {call.tokens_fixed:,} of them fixed, and {call.tokens_out:,} answer tokens"
    )


def test_lines(facts: Mapping[str, Value], trials: Sequence[TrialResult]) -> tuple[str, ...]:
    """Say what a test of this size can show."""
    test = facts.get("eval_items")
    sizes = dict.fromkeys([test if isinstance(test, int) and test > 1 else TRIED, TRIED])
    lines: list[str] = []
    for n in sizes:
        low, high = wilson(round(n * 0.8), n)
        lines.append(
            f"Of {n} items: if all pass, the low end of the 95 % interval is {percent(wilson(n, n)[0])}; "
            f"{round(n * 0.8)} of {n} means {percent(low)} to {percent(high)}; no error in {n} still allows "
            f"up to {percent(wilson(0, n)[1])} errors."
        )
    if trials or not TESTED.isdisjoint(facts):
        least = lost_none(max(sizes))
        lines.append(
            "Two versions run on the same items that pass or fail: the least that chance does not explain is "
            f"{least} gained and none lost (exact paired test, p = {mcnemar(least, 0):.3f}), {_with_one_lost()} "
            "gained and 1 lost, and so on; it says nothing about other scores."
        )
    if trials and (best := next((r for r in trials[-1].rungs if r.name == trials[-1].best), None)):
        needed = trials[-1].needed or items_needed(best.rate, trials[-1].bar)
        if needed:
            lines.append(f"At the measured rate of {percent(best.rate)} it takes {needed} items to decide the bar.")
    return tuple(lines)


def trial_lines(trials: Sequence[TrialResult]) -> tuple[str, ...]:
    """Say what the last trial measured."""
    if not trials:
        return ()
    last = trials[-1]
    kind = "demonstration on the bundled model" if last.demonstration else "trial"
    head = f"{kind} on {last.model}, {last.at.date()}, scorer {last.scorer}, bar {percent(last.bar)}"
    rows = [
        f"{r.name} ({r.model}): {r.passes} of {r.runs} runs, {r.items_passed} of {r.items} items, "
        f"{percent(r.rate)} ({percent(r.low)} to {percent(r.high)})"
        + (f", agreement between runs {percent(r.agreement)}" if r.agreement is not None else "")
        for r in last.rungs
    ]
    mixed = [f"{want} came as {got} {n} times" for want, got, n in last.confusion if want != got][:4]
    fields = [f"field {name}: {right} of {n}" for name, right, n in last.fields][:8]
    return (head, *rows, *mixed, *fields)


@cache
def lost_none(items: int) -> int:
    """Return how many items the better of two must gain, losing none, to be told from luck; 0 where there are fewer."""
    return next((gain for gain in range(1, items + 1) if mcnemar(gain, 0) < 0.05), 0)


@cache
def _with_one_lost() -> int:
    return next(gain for gain in range(1, 100) if mcnemar(gain, 1) < 0.05)


def usd(amount: float) -> str:
    """Write an amount with the digits that matter."""
    if amount >= 1000:
        return f"{rounded(round(amount)):,}"
    if amount >= 10:
        return f"{amount:.0f}"
    text = f"{amount:.2f}" if amount >= 0.1 else f"{amount:.2g}"
    return text if rounds_to(amount, float(text)) or amount >= 0.1 else f"{amount:.6f}"


def percent(share: float) -> str:
    """Write a share."""
    return f"{share:.0%}".replace("%", " %")
