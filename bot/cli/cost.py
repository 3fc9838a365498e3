"""`advisor cost`: what a finetune costs against the ways without one."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from bot.cost import Call, Comparison, Effort
    from knowledge.prices import Inference, Prices


def cost(
    calls_per_day: Annotated[int | None, typer.Option(min=1, help="Calls a day.")] = None,
    tokens_in: Annotated[int | None, typer.Option(min=0, help="Prompt tokens a call.")] = None,
    tokens_fixed: Annotated[int | None, typer.Option(min=0, help="Of these, tokens that never change.")] = None,
    tokens_out: Annotated[int | None, typer.Option(min=0, help="Answer tokens a call.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Training rows.")] = None,
    in_hand: Annotated[int, typer.Option(min=0, help="Rows that exist and need no work.")] = 0,
    label: Annotated[float | None, typer.Option(min=0, help="USD to write or correct one row.")] = None,
    engineering: Annotated[float | None, typer.Option(min=0, help="USD for test set and work.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the rows.")] = None,
    training: Annotated[float | None, typer.Option(min=0, help="USD per million training tokens.")] = None,
    hosting: Annotated[float | None, typer.Option(min=0, help="USD an hour while deployed.")] = None,
    now: Annotated[str | None, typer.Option(metavar="MODEL", help="The model in use.")] = None,
    tuned: Annotated[
        str | None, typer.Option(metavar="MODEL", help="The finetune: ft:gpt-4.1-mini, azure/gpt-4.1-mini, ...")
    ] = None,
    small: Annotated[str | None, typer.Option(metavar="MODEL", help="A smaller or newer base to compare.")] = None,
) -> None:
    """Compare a finetune with the prompt as it is, the prompt cached, and a smaller base.

    Amounts are USD. What is not given is assumed, and shown. Exit code 2 for input that makes no sense.
    """
    from bot.cost import Call, Effort, compare, training_price
    from bot.settings import read_settings
    from knowledge.prices import load_prices

    prices = load_prices(read_settings().knowledge)
    ours = prices.assumptions
    whole = ours.tokens_in.value if tokens_in is None else tokens_in
    fixed = min(whole, ours.tokens_fixed.value) if tokens_fixed is None else tokens_fixed
    if fixed > whole:
        raise _refused(f"The fixed part ({fixed:,} tokens) cannot be larger than the whole prompt ({whole:,} tokens).")
    call = Call(whole, fixed, ours.tokens_out.value if tokens_out is None else tokens_out)
    present, smaller, finetune = (
        _model(prices, given or assumed.value)
        for given, assumed in ((now, ours.present_model), (small, ours.small_model), (tuned, ours.tuned_model))
    )
    wanted = max(ours.rows.value, in_hand) if rows is None else rows
    known = training_price(finetune.provider, finetune.base, prices)
    effort = Effort(
        rows=wanted,
        rows_to_label=max(0, wanted - in_hand),
        label_usd=_usd(label, ours.label_usd_per_row.value),
        engineering_usd=_usd(engineering, ours.eval_and_engineering_usd.value),
        epochs=ours.epochs.value if epochs is None else epochs,
        training_usd_per_million=_usd(training, ours.training_usd_per_million_tokens.value if known is None else known),
    )
    hourly = None if hosting is None else _usd(hosting, Decimal(0))
    today = date.today()
    compared = compare(call, effort, present, smaller, finetune, hourly, prices, today)
    _print(call, effort, compared, calls_per_day, prices)
    for line in _dates((present, smaller, finetune), prices, today):
        typer.echo(line)


def _refused(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(2)


def _usd(given: float | None, assumed: Decimal) -> Decimal:
    if given is None:
        return assumed
    if not isfinite(given):
        raise _refused("An amount must be a number of USD.")
    return Decimal(str(given))


def _cents(amount: Decimal) -> str:
    return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def _model(prices: "Prices", name: str) -> "Inference":
    found = prices.model(name)
    if found is None:
        known = ", ".join(dict.fromkeys(row.model for row in prices.inference))
        raise _refused(f"No price is known for {name!r}. Known are: {known}. A prices.yaml of your own adds others.")
    return found


def _print(call: "Call", effort: "Effort", compared: "Comparison", calls_per_day: int | None, prices: "Prices") -> None:
    from rich.console import Console

    console = Console(highlight=False)
    tuned = compared.tuned
    hosting = f", and ${tuned.per_month:,.0f} a month for hosting" if tuned.per_month else ""
    console.print(
        f"[bold]{tuned.name}[/bold]: ${tuned.fixed:,.0f} before the first call, "
        f"then ${tuned.per_call * 1000:,.3f} per 1,000 calls{hosting}."
    )
    console.print(
        f"[dim]Before the first call: training on {effort.rows:,} rows, {effort.epochs} times, "
        f"{_cents(compared.training)}; {effort.rows_to_label:,} labels at {_cents(effort.label_usd)}; "
        f"test set and work {_cents(effort.engineering_usd)}.\n"
        f"A call has {call.tokens_in:,} prompt tokens, {call.tokens_fixed:,} of them fixed, and {call.tokens_out:,} "
        f"answer tokens; tuned it needs {compared.tuned_call.tokens_in:,}. What you do not give is assumed.[/dim]"
    )
    console.print(_table(compared, calls_per_day, prices))
    console.print(_sum(compared, calls_per_day))


def _table(compared: "Comparison", calls_per_day: int | None, prices: "Prices") -> "Table":
    from rich.table import Table

    from bot.cost import rounded

    table = Table("Without tuning", "$ per 1,000 calls", title="When a finetune pays back", title_justify="left")
    month = prices.assumptions.days_per_month.value * (calls_per_day or 0)
    if month:
        table.add_column("$ a month")
    table.add_column("after calls")
    table.add_column(f"in {compared.tuned.months:.2g} months, above calls a day")
    for row in compared.rows:
        cells = [row.name, f"{row.per_call * 1000:,.3f}"]
        if month:
            cells.append(f"{row.per_call * month:,.0f}")
        numbers = (row.calls_for_start, row.pays_above)
        table.add_row(*cells, *("never" if number is None else f"{rounded(number):,}" for number in numbers))
    return table


def _sum(compared: "Comparison", calls_per_day: int | None) -> str:
    from bot.cost import rounded

    above = compared.pays_above
    if not compared.tuned.months:
        return f"The base of {compared.tuned.name} has been retired: choose another with --tuned."
    if above is None:
        best = min(compared.rows, key=lambda row: row.per_call)
        return f"It never pays back: a call to {best.name} costs no more."
    least = f"It pays back against all three above {rounded(above):,} calls a day"
    if calls_per_day is None:
        return f"{least}; give --calls-per-day to see your own case."
    return f"{least}, and you have {calls_per_day:,}: {'worth a try' if calls_per_day >= above else 'not yet'}."


def _dates(models: "tuple[Inference, ...]", prices: "Prices", today: date) -> list[str]:
    """Say when the prices were read, each by itself once it is old, and what ends soon where the finetune would run."""
    from knowledge.prices import base_retires, is_stale, platform_closes

    stale = [row for row in models if is_stale(prices, row.checked, today)]
    lines = [f"The price of {row.model} is of {row.checked} ({row.source}): check it." for row in stale]
    if fresh := [row for row in models if row not in stale]:
        lines.append(
            f"Prices read {min(row.checked for row in fresh)} ({', '.join(sorted({r.source for r in fresh}))})."
        )
    place = models[-1].provider
    if platform_closes(prices, place, today) or base_retires(prices, place, today)[0]:
        lines.append(prices.platforms[place].text)
    return lines
