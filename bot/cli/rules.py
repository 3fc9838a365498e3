"""`advisor rules`: list them, read one, or check a folder of one's own."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.say import say

if TYPE_CHECKING:
    from knowledge.load import Knowledge


def rules(
    id: Annotated[str | None, typer.Argument(help="The rule to read: rule-5, 5, retrieval ...", metavar="ID")] = None,
    check: Annotated[Path | None, typer.Option(help="Check a folder of house rules over ours.", metavar="DIR")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            help="Check what is out of date on this day; with --check by default the last day of the files.",
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
        ),
    ] = None,
) -> None:
    """List the rules, read one, or check a folder of house rules."""
    from rich.markdown import Markdown

    from adapters.console.screen import screen
    from bot.chat.rules import rule, rule_id, rule_list
    from bot.settings import read_settings
    from knowledge.load import load
    from knowledge.phrasing_index import doubtful
    from knowledge.prices import load_prices
    from knowledge.stale import own_day, stale

    house = check or read_settings().knowledge
    knowledge = load(house)
    prices = load_prices(house)
    if check or on:
        # The day is never today's by itself: what passed once passes again.
        day = on.date() if on else own_day(knowledge, prices)
        if old := stale(knowledge, prices, day):
            say("\n  ".join((f"Out of date on {day}:", *old)), err=True)
            raise typer.Exit(1)
        ours = load()
        said = f"{check} is fine: {_changes(ours, knowledge)}" if check else f"Nothing is out of date on {day}"
        say(f"{said}.")
        if check:
            say(costs(knowledge))
        if knowledge is not ours:
            for line in doubtful(knowledge, ours):
                say(f"Read it again: {line}.")
        return
    if id is None:
        say(rule_list(knowledge).replace("`rule 2` or `rule retrieval`", "advisor rules rule-2").replace("`", ""))
        return
    found = rule_id(knowledge, id)
    if found is None:
        say(f"There is no rule {id}. They are: {', '.join(knowledge.rules)}.", err=True)
        raise typer.Exit(1)
    screen(highlight=False).print(Markdown(rule(knowledge, found)))


SLOW = 0.2
"""Seconds of a first question above which people wait for the rules."""


def costs(knowledge: "Knowledge", slow: float = SLOW) -> str:
    """Say how many clauses there are and what the first question of a process costs, and which of them to mend."""
    from time import process_time

    from knowledge.decision import Held, decide

    took: dict[str, float] = {}
    # Of equal conditions one is judged.
    for clause in {clause.condition.source: clause for clause in reversed(knowledge.clauses)}.values():
        began = process_time()
        clause.condition.judge({}, frozenset(), frozenset())
        took[clause.id] = process_time() - began
    began = process_time()
    decide(knowledge, Held())
    first = process_time() - began + sum(took.values())
    said = f"{len(knowledge.clauses):,} clauses; the first question of a process takes {first * 1000:.0f} ms"
    if first <= slow:
        return f"{said}."
    most = max(took, key=lambda id: took[id])
    return (
        f"{said}, which people wait for: have fewer clauses, or conditions on fewer facts. "
        f"The one that takes longest is {most}."
    )


def _changes(ours: "Knowledge", house: "Knowledge") -> str:
    before = {c.id: (c.when, c.verdict) for c in ours.clauses}
    after = {c.id: (c.when, c.verdict) for c in house.clauses}
    found = (
        ("adds", [id for id in after if id not in before]),
        ("changes", [id for id in after if id in before and before[id] != after[id]]),
        ("takes away", [id for id in before if id not in after]),
    )
    return "; ".join(f"it {verb} {', '.join(ids)}" for verb, ids in found if ids) or "it leaves our clauses as they are"
