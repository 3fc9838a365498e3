"""`advisor prices`: what prices and dates are used, and how they stand to a public table and to what a server says."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.say import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.load import Knowledge
    from knowledge.prices import Prices


def prices(
    check: Annotated[bool, typer.Option("--check", help="Compare them, and name what is old or has ended.")] = False,
    on: Annotated[
        datetime | None,
        typer.Option(help="Check as of this day; by default today.", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD"),
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="Ask no server for its dates.")] = False,
) -> None:
    """List the prices that are used, or compare them with a public table.

    Exit code with --check: 0 where nothing differs, is old or has ended, else 1.
    """
    from bot.settings import read_settings
    from knowledge.load import load
    from knowledge.prices import load_prices
    from knowledge.published import differences, published, unlisted

    settings = read_settings()
    ours = load_prices(settings.knowledge)
    if not check:
        _list(ours)
        return
    knowledge, table = load(settings.knowledge), published()
    day = on.date() if on else datetime.now(UTC).date()
    live, said = ((), "") if no_model else asyncio.run(_live(settings, knowledge, ours))
    lines = (*differences(knowledge, ours, table, day), *live)
    for line in lines:
        say(line)
    alone = unlisted(ours, table)
    compared = len(ours.inference) - len(alone)
    say(f"Compared with {table.source}, taken on {table.taken}: {compared} prices; not in it: {', '.join(alone)}.")
    if said:
        say(said)
    say(f"{len(lines)} to look at." if lines else f"Nothing differs, is old or has ended on {day}.")
    raise typer.Exit(1 if lines else 0)


async def _live(settings: "Settings", knowledge: "Knowledge", ours: "Prices") -> tuple[tuple[str, ...], str]:
    """Return what the settings' server says otherwise of the ends of its models, and how it was asked."""
    from bot.model.client import Model
    from bot.model.errors import ModelError
    from bot.model.select import choose
    from knowledge.published import live_differences

    chosen = choose(settings, no_model=False, local=False)
    if chosen.kind != "named":
        return (), ""
    model = Model(chosen.name or "", chosen.base_url, chosen.key)
    try:
        ends = await model.end_dates()
    except ModelError as error:
        return (), f"Its dates could not be read: {error.sentence}"
    finally:
        await model.aclose()
    if not ends:
        return (), f"{model.where} says of no model when it ends."
    return live_differences(
        knowledge, ours, ends, model.where
    ), f"{model.where} says when {len(ends)} of its models end."


def _list(ours: "Prices") -> None:
    from rich.table import Table

    from adapters.console.screen import screen

    shown = Table("model", "in", "cached", "out", "checked", title="USD per million tokens")
    for row in ours.inference:
        cached = "" if row.cached_in is None else f"{row.cached_in:f}"
        shown.add_row(f"{row.provider}/{row.model}", f"{row.in_:f}", cached, f"{row.out:f}", str(row.checked))
    screen(highlight=False).print(shown)
