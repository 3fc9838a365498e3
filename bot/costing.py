"""What somebody says a finetune is made of, worked out and put into words, for the command line and for talk."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.cost import Call, Comparison, Effort, compare, rounded, training_price, warning
from knowledge.prices import Inference, Prices, ends_soon, ends_too_soon, is_stale


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
    in_hand: int = 0
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


@dataclass(frozen=True)
class Worked:
    """What came of it."""

    call: Call
    effort: Effort
    compared: Comparison
    models: tuple[Inference, Inference, Inference]
    """The present one, the smaller one, the finetune."""
    calls_per_day: int | None


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
    rows = max(ours.rows.value, given.in_hand) if given.rows is None else given.rows
    training = training_price(finetune.provider, finetune.base, prices) if given.training is None else given.training
    effort = Effort(
        rows=rows,
        rows_to_label=max(0, rows - given.in_hand),
        label_usd=ours.label_usd_per_row.value if given.label is None else given.label,
        engineering_usd=ours.eval_and_engineering_usd.value if given.engineering is None else given.engineering,
        epochs=ours.epochs.value if given.epochs is None else given.epochs,
        training_usd_per_million=ours.training_usd_per_million_tokens.value if training is None else training,
    )
    compared = compare(call, effort, present, smaller, finetune, given.hosting, prices, today)
    return Worked(call, effort, compared, (present, smaller, finetune), given.calls_per_day)


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
    return (
        f"Before the first call: training on {effort.rows:,} rows, {effort.epochs} times, "
        f"{_cents(worked.compared.training)}; {effort.rows_to_label:,} labels at {_cents(effort.label_usd)}; "
        f"test set and work {_cents(effort.engineering_usd)}.",
        f"A call has {call.tokens_in:,} prompt tokens, {call.tokens_fixed:,} of them fixed, and {call.tokens_out:,} "
        f"answer tokens; tuned it needs {worked.compared.tuned_call.tokens_in:,}. What you do not give is assumed.",
    )


def table(worked: Worked, prices: Prices) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the header and a row for each way without tuning."""
    month = prices.assumptions.days_per_month.value * (worked.calls_per_day or 0)
    above = f"in {worked.compared.tuned.months:.2g} months, above calls a day"
    headers = ("Without tuning", "$ per 1,000 calls", *(["$ a month"] if month else []), "after calls", above)
    rows = tuple(
        (
            row.name,
            f"{row.per_call * 1000:,.3f}",
            *([f"{row.per_call * month:,.0f}"] if month else []),
            *("never" if n is None else f"{rounded(n):,}" for n in (row.calls_for_start, row.pays_above)),
        )
        for row in worked.compared.rows
    )
    return headers, rows


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
    if above is None:
        best = min(compared.rows, key=lambda row: row.per_call)
        return f"It never pays back: a call to {best.name} costs no more."
    least = f"It pays back against all three above {rounded(above):,} calls a day"
    if ends_too_soon(prices, compared.tuned.platform, compared.tuned.base, today):
        return f"{least}, if it lasted; it ends too soon to begin: choose another with {give_tuned}."
    if calls is None:
        return f"{least}; give {give_calls} to see your own case."
    return f"{least}, and you have {calls:,}: {'worth a try' if calls >= above else 'not yet'}."


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


def _cents(amount: Decimal) -> str:
    return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
