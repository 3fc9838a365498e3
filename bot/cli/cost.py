"""`advisor cost`: what a finetune costs against the ways without one."""

from datetime import date
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.say import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cost.quote import Worked
    from bot.text.numbers import Kind
    from knowledge.prices import Prices


def _counted(least: int, kind: "Kind" = "count") -> "Callable[[str | int], int]":
    """Return the reader of an option that counts: the one of every field."""

    def parse(typed: str | int) -> int:
        from bot.text.numbers import Refusal, field

        read = field(str(typed), kind)
        if isinstance(read, Refusal):
            raise typer.BadParameter(read.sentence)
        if read.value < least:
            raise typer.BadParameter(f"{typed} must be at least {least}.")
        return read.value

    return parse


def cost(
    calls_per_day: Annotated[
        int | None, typer.Option(parser=_counted(1, "per_day"), metavar="NUMBER", help="Calls a day.")
    ] = None,
    tokens_in: Annotated[
        int | None, typer.Option(parser=_counted(0, "tokens"), metavar="NUMBER", help="Prompt tokens a call.")
    ] = None,
    tokens_fixed: Annotated[
        int | None,
        typer.Option(parser=_counted(0, "tokens"), metavar="NUMBER", help="Of these, tokens that never change."),
    ] = None,
    tokens_out: Annotated[
        int | None, typer.Option(parser=_counted(0, "tokens"), metavar="NUMBER", help="Answer tokens a call.")
    ] = None,
    rows: Annotated[int | None, typer.Option(parser=_counted(1), metavar="NUMBER", help="Training rows.")] = None,
    in_hand: Annotated[
        int, typer.Option(parser=_counted(0), metavar="NUMBER", help="Rows that exist and need no work.")
    ] = 0,
    label: Annotated[float | None, typer.Option(min=0, help="USD to write or correct one row.")] = None,
    engineering: Annotated[float | None, typer.Option(min=0, help="USD for test set and work.")] = None,
    epochs: Annotated[
        int | None, typer.Option(parser=_counted(1), metavar="NUMBER", help="Passes over the rows.")
    ] = None,
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
    from bot.cost.quote import CostError, Given, cache_notes, dates, work_out
    from bot.settings import read_settings
    from knowledge.prices import load_prices

    prices, today = load_prices(read_settings().knowledge), date.today()
    given = Given(
        calls_per_day=calls_per_day,
        tokens_in=tokens_in,
        tokens_fixed=tokens_fixed,
        tokens_out=tokens_out,
        rows=rows,
        in_hand=in_hand,
        label=_usd(label),
        engineering=_usd(engineering),
        epochs=epochs,
        training=_usd(training),
        hosting=_usd(hosting),
        now=now,
        tuned=tuned,
        small=small,
    )
    try:
        worked = work_out(given, prices, today)
    except CostError as error:
        raise _refused(str(error)) from None
    _print(worked, prices, today)
    for line in (*cache_notes(worked, prices), *dates(worked, prices, today)):
        say(line)


def _refused(sentence: str) -> typer.Exit:
    say(sentence, err=True)
    return typer.Exit(2)


def _usd(given: float | None) -> Decimal | None:
    if given is None:
        return None
    if not isfinite(given):
        raise _refused("An amount must be a number of USD.")
    return Decimal(str(given))


def _print(worked: "Worked", prices: "Prices", today: date) -> None:
    from rich.table import Table

    from adapters.console.screen import screen
    from bot.cost.quote import conclusion, made_of, price_of, table, warned

    console = screen(highlight=False)
    if first := warned(worked, prices, today):
        console.print(first, style="yellow", markup=False)
    console.print(f"[bold]{worked.compared.tuned.name}[/bold]: {price_of(worked)}")
    start, call = made_of(worked)
    console.print(f"[dim]{start}\n{call}[/dim]")
    headers, rows = table(worked, prices)
    shown = Table(*headers, title="When a finetune pays back", title_justify="left")
    for row in rows:
        shown.add_row(*row)
    console.print(shown)
    console.print(conclusion(worked, prices, today, give_calls="--calls-per-day", give_tuned="--tuned"))
