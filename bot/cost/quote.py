"""What somebody says a finetune is made of, worked out and put into words, for the command line and for talk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.cost.arithmetic import (
    Alternative,
    Call,
    Comparison,
    Effort,
    before_calls,
    calls_to_break_even,
    compare,
    never,
    rounded,
    training_price,
    unmeasured,
    warning,
)
from knowledge.prices import Caching, Inference, Prices, cache_minimum, ends_soon, ends_too_soon, is_stale
from knowledge.schema import Value


class CostError(Exception):
    """Say in one sentence which number or name makes no sense."""


@dataclass(frozen=True)
class Given:
    """What somebody said; None where nothing, then it is assumed. Amounts are USD."""

    calls_per_day: int | None = None
    tokens_in: int | None = None
    tokens_fixed: int | None = None
    tokens_out: int | None = None
    rows: int | None = None
    in_hand: int | None = None
    label: Decimal | None = None
    engineering: Decimal | None = None
    epochs: int | None = None
    training: Decimal | None = None
    """A million training tokens."""
    hosting: Decimal | None = None
    """An hour while deployed."""
    now: str | None = None
    tuned: str | None = None
    small: str | None = None
    spent: int | None = None
    """What the calls cost in a month today."""
    notes: tuple[str, ...] = ()
    """How numbers were reckoned."""


@dataclass(frozen=True)
class Worked:
    """The sums behind an answer about cost: what it is for, what training takes, and the two compared."""

    call: Call
    effort: Effort
    compared: Comparison
    models: tuple[Inference, Inference, Inference]
    """The present one, the smaller one, the finetune."""
    calls_per_day: int | None
    spent: int | None = None


def with_facts(given: Given, facts: Mapping[str, Value]) -> Given:
    """Fill what was not said with what the case holds: its pairs are in hand, its calls and tokens are these."""

    def held(fact: str) -> int | None:
        value = facts.get(fact)
        return value if isinstance(value, int) else None

    asked = given.tokens_in is None and given.tokens_fixed is None
    whole = held("tokens_in") if asked else given.tokens_in
    fixed = given.tokens_fixed
    if asked and whole is not None and (of_it := held("tokens_fixed")) is not None:
        fixed = min(of_it, whole)
    return replace(
        given,
        calls_per_day=given.calls_per_day or held("calls_per_day") or None,
        tokens_in=whole,
        tokens_fixed=fixed,
        tokens_out=held("tokens_out") if given.tokens_out is None else given.tokens_out,
        in_hand=(held("examples") or 0) if given.in_hand is None else given.in_hand,
        spent=given.spent or held("spend_month") or None,
    )


def work_out(given: Given, prices: Prices, today: date) -> Worked:
    """Compare a finetune with the ways without one; CostError for what makes no sense."""
    ours = prices.assumptions
    whole = ours.tokens_in.value if given.tokens_in is None else given.tokens_in
    fixed = min(whole, ours.tokens_fixed.value) if given.tokens_fixed is None else given.tokens_fixed
    if fixed > whole:
        raise CostError(f"The fixed part ({fixed:,} tokens) cannot be larger than the whole prompt ({whole:,} tokens).")
    call = Call(whole, fixed, ours.tokens_out.value if given.tokens_out is None else given.tokens_out)
    present = _model(prices, given.now or ours.present_model.value)
    smaller = _model(prices, given.small or ours.small_model.value)
    finetune = _model(prices, given.tuned or ours.tuned_model.value)
    in_hand = given.in_hand or 0
    rows = max(ours.rows.value, in_hand) if given.rows is None else given.rows
    training = training_price(finetune.provider, finetune.base, prices) if given.training is None else given.training
    effort = Effort(
        rows=rows,
        rows_to_label=max(0, rows - in_hand),
        label_usd=ours.label_usd_per_row.value if given.label is None else given.label,
        engineering_usd=ours.eval_and_engineering_usd.value if given.engineering is None else given.engineering,
        epochs=ours.epochs.value if given.epochs is None else given.epochs,
        training_usd_per_million=ours.training_usd_per_million_tokens.value if training is None else training,
    )
    compared = compare(call, effort, present, smaller, finetune, given.hosting, prices, today)
    return Worked(call, effort, compared, (present, smaller, finetune), given.calls_per_day, given.spent)


def _model(prices: Prices, name: str) -> Inference:
    found = prices.model(name)
    if found is None:
        known = ", ".join(dict.fromkeys(row.model for row in prices.inference))
        raise CostError(f"No price is known for {name!r}. Known are: {known}. A prices.yaml of your own adds others.")
    return found


def price_of(worked: Worked) -> str:
    """Say what the finetune costs, as what follows its name."""
    tuned = worked.compared.tuned
    hosting = f", and ${tuned.per_month:,.0f} a month for hosting" if tuned.per_month else ""
    return f"${tuned.fixed:,.0f} before the first call, then ${tuned.per_call * 1000:,.3f} per 1,000 calls{hosting}."


def made_of(worked: Worked) -> tuple[str, str]:
    """Say what the start costs, and what a call is taken to be."""
    call, effort = worked.call, worked.effort
    have = effort.rows - effort.rows_to_label
    in_hand = f" ({have:,} of them in hand)" if have else ""
    return (
        f"Before the first call: training on {effort.rows:,} rows{in_hand}, {effort.epochs} times, "
        f"{_cents(worked.compared.training)}; {effort.rows_to_label:,} labels at {_cents(effort.label_usd)}; "
        f"test set and work {_cents(effort.engineering_usd)}.",
        f"A call has {call.tokens_in:,} prompt tokens, {call.tokens_fixed:,} of them fixed, and {call.tokens_out:,} "
        f"answer tokens; tuned it needs {worked.compared.tuned_call.tokens_in:,}. What you do not give is assumed.",
    )


def table(worked: Worked, prices: Prices) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the header, a row for each way without tuning, and one for the finetune."""
    tuned = worked.compared.tuned
    month = prices.assumptions.days_per_month.value * (worked.calls_per_day or 0)
    hosting = "" if not tuned.per_month else ", hosting included" if month else ", hosting left out"
    above = f"in {tuned.months:.2g} months, above calls a day"
    headers = ("Way", "$ per 1,000 calls", *(["$ a month"] if month else []), f"after calls{hosting}", above)

    def row(name: str, per_call: Decimal, per_month: Decimal, *rest: str) -> tuple[str, ...]:
        a_month = [f"{per_call * month + per_month:,.0f}"] if month else []
        return (name, f"{per_call * 1000:,.3f}", *a_month, *rest)

    ways = (row(way.name, way.per_call, Decimal(0), *_pays_back(worked, way, month)) for way in worked.compared.rows)
    return headers, (*ways, row(tuned.name, tuned.per_call, tuned.per_month, "–", "–"))


def _pays_back(worked: Worked, way: Alternative, calls_a_month: int) -> list[str]:
    """Say after how many calls the start is paid, with the hosting that each bears where their number is known."""
    tuned = worked.compared.tuned
    hosting = tuned.per_month / calls_a_month if calls_a_month else Decimal(0)
    start = calls_to_break_even(tuned.fixed, way.per_call, tuned.per_call + hosting)
    return ["never" if n is None else f"{rounded(n):,}" for n in (start, way.pays_above)]


def warned(worked: Worked, prices: Prices, today: date) -> str:
    """Say before anything else that the base or its platform ends soon; empty where it does not."""
    tuned = worked.compared.tuned
    return warning(tuned.platform, tuned.base, prices, today).strip()


def conclusion(worked: Worked, prices: Prices, today: date, *, give_calls: str, give_tuned: str) -> str:
    """Say whether it pays back; the two are how calls a day and another finetune can be given here."""
    compared, calls = worked.compared, worked.calls_per_day
    above = compared.pays_above
    if not compared.tuned.months:
        return f"The base of {compared.tuned.name} has been retired: choose another with {give_tuned}."
    quality = unmeasured(worked.models[0], worked.models[1]) + _beside_the_bill(worked, prices)
    if above is None:
        return f"It {never(compared.rows)} {quality}"
    least = f"It pays back against every way without tuning above {rounded(above):,} calls a day"
    if ends_too_soon(prices, compared.tuned.platform, compared.tuned.base, today):
        return f"{least}, if it lasted; it ends too soon to begin: choose another with {give_tuned}."
    if calls is None:
        return f"{least}; give {give_calls} to see your own case. {quality}"
    return f"{least}, and you have {calls:,}: {'worth a try' if calls >= above else 'not yet'}. {quality}"


def _beside_the_bill(worked: Worked, prices: Prices) -> str:
    """Say what a finetune takes a month beside what the team says it pays; "" where it did not say."""
    if not worked.spent:
        return ""
    tuned, calls = worked.compared.tuned, worked.calls_per_day or 0
    takes = before_calls(tuned, prices) + tuned.per_call * calls * prices.assumptions.days_per_month.value
    counted = "all in at your calls" if calls else "without its calls"
    return f" You pay {worked.spent:,} USD a month today; this one would take about {takes:,.0f}, {counted}."


def dates(worked: Worked, prices: Prices, today: date) -> list[str]:
    """Say when the prices were read, each by itself once it is old, and what ends soon where the finetune would run."""
    stale = [row for row in worked.models if is_stale(prices, row.checked, today)]
    lines = [f"The price of {row.model} is of {row.checked} ({row.source}): check it." for row in stale]
    if fresh := [row for row in worked.models if row not in stale]:
        lines.append(
            f"Prices read {min(row.checked for row in fresh)} ({', '.join(sorted({r.source for r in fresh}))})."
        )
    place, base = worked.models[-1].provider, worked.models[-1].base
    if place in prices.platforms and ends_soon(prices, place, base, today):
        lines.append(prices.platforms[place].text)
    return lines


def cache_notes(worked: Worked, prices: Prices) -> list[str]:
    """Say where no cache is counted because the fixed part is too short, and where nobody knows how short it may be."""
    fixed = worked.call.tokens_fixed
    priced = [row for row in dict.fromkeys(worked.models[:2]) if fixed and row.cached_in is not None]
    short: dict[Caching, list[str]] = {}
    for row in priced:
        if (least := cache_minimum(prices, row)) and fixed < least.min_tokens:
            short.setdefault(least, []).append(row.model)
    lines = [
        f"No cache is counted for {' and '.join(names)}: it begins at {least.min_tokens:,} fixed tokens, and yours are "
        f"{fixed:,} ({least.source}, {least.checked})."
        for least, names in short.items()
    ]
    unknown = [row.model for row in priced if cache_minimum(prices, row) is None]
    if unknown and fixed < max((row.min_tokens for row in prices.caching), default=0):
        lines.append(
            f"From how many fixed tokens on the cache of {' and '.join(unknown)} begins is not known here: check it."
        )
    return lines


def _cents(amount: Decimal) -> str:
    return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
