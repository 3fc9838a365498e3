"""What a finetune costs, and when it pays back. Pure; USD as Decimal.

A call costs (in - cached) * p_in + cached * p_cached + out * p_out. A finetune costs training, labels and engineering
before its first call, again for every retraining, and by the hour where it is hosted so. It pays back after
fixed / (call now - call tuned) calls, and never where the tuned call is not cheaper.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from math import ceil

from knowledge.prices import Inference, Prices, base_stops, caches, ends_on, ends_soon, ends_too_soon, takes_jobs

MILLION = 1_000_000


@dataclass(frozen=True)
class Call:
    """Tokens of one call: the prompt, the part of it that never changes, the answer."""

    tokens_in: int
    tokens_fixed: int
    tokens_out: int

    def tuned(self, fixed_left: int) -> "Call":
        """Return the same call to a tuned model, which needs only `fixed_left` of the part that never changes."""
        fixed = min(self.tokens_in, self.tokens_fixed)
        left = min(fixed, fixed_left)
        return Call(self.tokens_in - fixed + left, left, self.tokens_out)


@dataclass(frozen=True)
class Effort:
    """What a finetune costs before its first call."""

    rows: int
    rows_to_label: int
    label_usd: Decimal
    engineering_usd: Decimal
    epochs: int
    training_usd_per_million: Decimal


@dataclass(frozen=True)
class Tuned:
    """A tuned model in service: a call, the month it is deployed whether called or not, and the months it will run."""

    name: str
    platform: str
    per_call: Decimal
    per_month: Decimal
    fixed: Decimal
    months: Decimal
    base: str = ""
    """The model that it is tuned from, empty where any open one will do."""


@dataclass(frozen=True)
class Alternative:
    """A cheaper way than the present one, or the present one, without tuning."""

    name: str
    per_call: Decimal
    pays_above: int | None
    """Calls a day above which the finetune pays back within its months; None for never."""


@dataclass(frozen=True)
class Comparison:
    """One tuned model against the ways without tuning."""

    tuned: Tuned
    tuned_call: Call
    training: Decimal
    rows: tuple[Alternative, ...]
    pays_above: int | None


@dataclass(frozen=True)
class Explanation:
    """Why a finetune pays back or not: the cheapest tuned option against each alternative."""

    tuned: Tuned | None
    alternatives: tuple[Alternative, ...]
    pays_above: int | None
    text: str


def call_cost(price: Inference, call: Call, *, cached: bool) -> Decimal:
    """Return the USD of one call; without a cached price in the table a cache saves nothing."""
    kept = min(call.tokens_fixed, call.tokens_in) if cached else 0
    price_kept = price.in_ if price.cached_in is None else price.cached_in
    return ((call.tokens_in - kept) * price.in_ + kept * price_kept + call.tokens_out * price.out) / MILLION


def training_cost(rows: int, row_tokens: int, epochs: int, usd_per_million: Decimal) -> Decimal:
    """Return the USD of one training: all tokens, every epoch."""
    return rows * row_tokens * epochs * usd_per_million / MILLION


def fixed_cost(effort: Effort, tuned: Call) -> Decimal:
    """Return the USD before the first call; a training row is a tuned call with its answer."""
    training = training_cost(effort.rows, _row_tokens(tuned), effort.epochs, effort.training_usd_per_million)
    return training + effort.rows_to_label * effort.label_usd + effort.engineering_usd


def calls_to_break_even(fixed: Decimal, now: Decimal, tuned: Decimal) -> int | None:
    """Return the calls after which `fixed` is saved; None (never) where a tuned call is not cheaper."""
    return _up(fixed / (now - tuned)) if tuned < now else None


def calls_a_day(tuned: Tuned, now: Decimal, prices: Prices) -> int | None:
    """Return the calls a day above which a tuned model pays back, within its months, against a call of `now`."""
    assumed = prices.assumptions
    rounds = ceil(tuned.months / assumed.retrain_months.value)
    calls = calls_to_break_even(tuned.fixed * rounds + tuned.per_month * tuned.months, now, tuned.per_call)
    return None if calls is None or not tuned.months else _up(calls / (tuned.months * assumed.days_per_month.value))


def against(tuned: Tuned, ways: tuple[tuple[str, Decimal], ...], prices: Prices) -> tuple[Alternative, ...]:
    """Return each way without tuning with the calls above which the tuned model is cheaper."""
    return tuple(Alternative(name, usd, pays_above=calls_a_day(tuned, usd, prices)) for name, usd in ways)


def above_all(rows: tuple[Alternative, ...]) -> int | None:
    """Return the calls a day above which every way is beaten, None where one never is."""
    needs = [row.pays_above for row in rows]
    return None if None in needs else max((need for need in needs if need is not None), default=None)


def compare(
    call: Call,
    effort: Effort,
    present: Inference,
    small: Inference,
    tuned: Inference,
    hosting: Decimal | None,
    prices: Prices,
    today: date,
) -> Comparison:
    """Compare one tuned model with the ways without tuning.

    `tuned` is the price of its tokens; `hosting` USD an hour, None for what the table has: nothing for a finetune that
    is sold by the token, the lowest price of the platform for a base that is deployed there once it is tuned.
    """
    assumed = prices.assumptions
    if hosting is None:
        rates = [row.usd_per_hour for row in prices.hosting if row.platform == tuned.provider and row.usd_per_hour]
        hosting = Decimal(0) if tuned.finetuned else min(rates, default=Decimal(0))
    left = call.tuned(assumed.tuned_fixed_tokens.value)
    plan = Tuned(
        name=tuned.model if tuned.finetuned else f"{tuned.model} tuned ({tuned.provider})",
        platform=tuned.provider,
        per_call=call_cost(tuned, left, cached=False),
        per_month=hosting * assumed.hours_per_month.value,
        fixed=fixed_cost(effort, left),
        months=months_left(tuned.provider, tuned.base, prices, today),
        base=tuned.base,
    )
    rows = against(plan, alternatives(call, present, small, prices), prices)
    training = training_cost(effort.rows, _row_tokens(left), effort.epochs, effort.training_usd_per_million)
    return Comparison(plan, left, training, rows, above_all(rows))


def alternatives(call: Call, present: Inference, small: Inference, prices: Prices) -> tuple[tuple[str, Decimal], ...]:
    """Return the ways without tuning, each with the USD of a call.

    They are the prompt as it is, the prompt cached, and the smaller base; a prompt too short for a cache has none.
    """

    def way(price: Inference, *, cached: bool) -> tuple[str, Decimal]:
        name = f"{price.model} with the prompt {'cached' if cached else 'as it is'}"
        return name, call_cost(price, call, cached=cached)

    fixed = min(call.tokens_fixed, call.tokens_in)
    cached = [way(price, cached=caches(prices, price, fixed)) for price in (present, small)]
    return tuple(dict.fromkeys([way(present, cached=False), *cached]))


def pays_back(
    calls_per_day: int,
    tokens_in: int,
    tokens_fixed: int,
    tokens_out: int,
    platform: str,
    examples: int,
    prices: Prices,
    today: date,
) -> tuple[bool, Explanation]:
    """Say whether a finetune pays back against every alternative, and above how many calls a day it does.

    The best tuned option with known prices decides, on the platform where that is settled and has one, else on any
    that takes jobs. More calls never turn a yes into a no. Examples in hand need no labels.
    """
    assumed = prices.assumptions
    call = Call(tokens_in, min(tokens_fixed, tokens_in), tokens_out)
    now = alternatives(call, prices.present, prices.small, prices)
    every = tuned_options(call, examples, platform, prices, today)
    there = tuple(option for option in every if option.platform == platform)
    cheapest = min(usd for _, usd in now)

    def rank(option: Tuned) -> tuple[bool, Decimal]:
        above = calls_a_day(option, cheapest, prices)
        return above is None, option.per_call if above is None else Decimal(above)

    best = min(there or every, key=rank, default=None)
    if best is None:
        text = "No platform that takes jobs has a known price, so nothing can be calculated."
        return False, Explanation(None, tuple(Alternative(name, usd, None) for name, usd in now), None, text)
    rows = against(best, now, prices)
    above = above_all(rows)
    elsewhere = platform in prices.platforms and not there
    there_ends = warning(platform, "", prices, today) if elsewhere else ""
    text = there_ends + warning(best.platform, best.base, prices, today) + _says(best, rows, prices)
    if elsewhere:
        text += f" No tuned model that lasts on {platform} has a known price, so the best known elsewhere stands in."
    horizon = assumed.horizon_months.value
    if best.months < horizon:
        text += f" Its base stops in about {best.months:.0f} months, so it has no {horizon} months to pay back."
    return above is not None and calls_per_day >= above, Explanation(best, rows, above, text)


def least_a_month(examples: int, platform: str, prices: Prices, today: date) -> tuple[Tuned, Decimal] | None:
    """Return the finetune that costs least a month before any call, with that; None where no price is known.

    Test set, work, missing labels and hosting are spread over its months. No saving of an untuned call can be larger
    than what is spent on those today, so nothing below this pays back.
    """
    every = tuned_options(Call(0, 0, 0), examples, platform, prices, today)
    options = tuple(option for option in every if option.platform == platform) or every
    return min(((option, before_calls(option, prices)) for option in options), key=lambda each: each[1], default=None)


def before_calls(tuned: Tuned, prices: Prices) -> Decimal:
    """Return what a tuned model costs in each month that it runs, without its calls."""
    rounds = ceil(tuned.months / prices.assumptions.retrain_months.value)
    return tuned.fixed * rounds / tuned.months + tuned.per_month


def tuned_options(call: Call, examples: int, platform: str, prices: Prices, today: date) -> tuple[Tuned, ...]:
    """Return every tuned model with a known price where jobs are taken today; elsewhere the team is a newcomer.

    A base or platform that ends within a quarter is no option.
    Either its tokens have a price of their own, or it is hosted by the hour; hosted bases that have a token price there
    cost their tokens too, others only the hour, in which one machine is taken to keep up.
    """
    left = call.tuned(prices.assumptions.tuned_fixed_tokens.value)
    found: list[Tuned] = []
    for price in prices.inference:
        takes = takes_jobs(prices, price.provider, today, newcomer=price.provider != platform)
        if price.finetuned and takes and not ends_too_soon(prices, price.provider, price.base, today):
            found.append(_option(price.model, price.provider, left, price, Decimal(0), examples, prices, today))
    for host in prices.hosting:
        if not host.usd_per_hour or not takes_jobs(prices, host.platform, today, newcomer=host.platform != platform):
            continue
        month = host.usd_per_hour * prices.assumptions.hours_per_month.value
        for base in tunable(host.platform, prices) or (None,):
            if ends_too_soon(prices, host.platform, base.model if base else "", today):
                continue
            name = f"{base.model} tuned, {host.what}" if base else host.what
            found.append(_option(name, host.platform, left, base, month, examples, prices, today))
    return tuple(option for option in found if option.months > 0)


def default_effort(examples: int, prices: Prices, training: Decimal | None = None) -> Effort:
    """Return the assumed effort; rows that are in hand already need no labels."""
    assumed = prices.assumptions
    rows = max(examples, assumed.rows.value)
    return Effort(
        rows=rows,
        rows_to_label=rows - examples,
        label_usd=assumed.label_usd_per_row.value,
        engineering_usd=assumed.eval_and_engineering_usd.value,
        epochs=assumed.epochs.value,
        training_usd_per_million=assumed.training_usd_per_million_tokens.value if training is None else training,
    )


def training_price(platform: str, base: str, prices: Prices) -> Decimal | None:
    """Return USD per million training tokens, None where it is not known or charged by the hour."""
    rows = (row for row in prices.training if (row.platform, row.base) == (platform, base))
    return next((row.usd_per_million_tokens for row in rows), None)


def _option(
    name: str,
    platform: str,
    call: Call,
    price: Inference | None,
    per_month: Decimal,
    examples: int,
    prices: Prices,
    today: date,
) -> Tuned:
    effort = default_effort(examples, prices, training_price(platform, price.base, prices) if price else None)
    return Tuned(
        name=name,
        platform=platform,
        per_call=call_cost(price, call, cached=False) if price else Decimal(0),
        per_month=per_month,
        fixed=fixed_cost(effort, call),
        months=months_left(platform, price.base if price else "", prices, today),
        base=price.base if price else "",
    )


def months_left(platform: str, base: str, prices: Prices, today: date) -> Decimal:
    """Return the months of the horizon, fewer where the base stops before."""
    horizon = Decimal(prices.assumptions.horizon_months.value)
    stops = base_stops(prices, platform, base)
    if stops is None:
        return horizon
    return max(Decimal(0), min(horizon, Decimal((stops - today).days) / prices.assumptions.days_per_month.value))


def warning(platform: str, base: str, prices: Prices, today: date) -> str:
    """Say first when a base ends within half a year where it would be tuned; empty where it does not."""
    if not ends_soon(prices, platform, base, today):
        return ""
    end = ends_on(prices, platform, base)
    what = f"{base or 'finetuning'} on {platform}"
    if end and end < today:
        return f"Mind the date: {what} ended on {end}; choose another. "
    advice = ", too soon to begin there: choose another" if ends_too_soon(prices, platform, base, today) else ""
    return f"Mind the date: {what} ends on {end}{advice}. "


def tunable(platform: str, prices: Prices) -> tuple[Inference, ...]:
    """Return the bases that can be tuned on a platform and have a token price there."""
    rows = (row for row in prices.inference if not row.finetuned and row.provider == platform)
    return tuple(row for row in rows if base_stops(prices, platform, row.model) is not None)


def _says(best: Tuned, rows: tuple[Alternative, ...], prices: Prices) -> str:
    where = f"{best.name} ({best.platform})"
    above = above_all(rows)
    if above is not None:
        return f"A finetune pays back above about {rounded(above):,} calls a day, with {where}."
    return f"With {where}, a finetune {never(rows)} {unmeasured(prices.present, prices.small)}"


def never(rows: tuple[Alternative, ...]) -> str:
    """Say what a finetune never pays back against, and above how many calls a day it does against the rest."""
    cheaper = " or ".join(row.name for row in rows if row.pays_above is None)
    said = f"never pays back against {cheaper}: a call there costs no more."
    rest = tuple(row for row in rows if row.pays_above is not None)
    above = above_all(rest)
    if above is None:
        return said
    return f"{said} Against {' and '.join(row.name for row in rest)} it does above {rounded(above):,} calls a day."


def unmeasured(present: Inference, small: Inference) -> str:
    """Say whose quality the sum leaves out."""
    others = "the finetune" if present == small else f"{small.model} or the finetune"
    return f"These are costs alone: whether {others} does the task as well as {present.model} has to be measured."


def _row_tokens(call: Call) -> int:
    return call.tokens_in + call.tokens_out


def rounded(number: int) -> int:
    """Round to three digits, since prices and assumptions are no better."""
    return int(round(number, 3 - len(str(number)))) if number >= 1000 else number


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_CEILING))
