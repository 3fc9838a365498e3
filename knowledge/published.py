"""A public table of prices and end dates beside ours: what differs, is old, or has ended. Pure but for reading.

published.json ships with the package; `python -m tests.published` makes it from the price table of litellm's wheel.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

from knowledge.load import Knowledge
from knowledge.models import listed, plain
from knowledge.prices import Inference, Prices, base_stops, is_stale
from knowledge.schema import ListedModel, Strict
from knowledge.stale import ages

TABLE = Path(__file__).parent / "published.json"
MAKERS: Mapping[str, str] = {
    "gpt": "openai", "claude": "anthropic", "gemini": "vertex", "mistral": "mistral", "nova": "bedrock"
}  # fmt: skip
"""Who alone says when a model ends, by the beginning of its name; an open model ends at each host by itself."""


class Row(Strict):
    """What the public table says of a model at a provider: USD per million tokens, and the day it ends."""

    in_: Decimal | None = None
    cached_in: Decimal | None = None
    out: Decimal | None = None
    ends: date | None = None


class Published(Strict):
    """The public table: by provider and plain name of a model, with its version and the day it was taken."""

    source: str
    taken: date
    rows: Mapping[str, Mapping[str, Row]]

    def row(self, price: Inference) -> Row | None:
        """Return the row for one of our prices; a finetune is another model than its base."""
        rows, name = self.rows.get(price.provider, {}), named(price.model)
        return rows.get(name) or rows.get(f"{name}-instruct")


def named(model: str) -> str:
    """Return the name by which a model stands in the table: plain, and marked where it is a finetune."""
    return f"ft:{plain(model)}" if model.startswith("ft:") else plain(model)


def published() -> Published:
    """Read the table that ships with the package."""
    return Published.model_validate(json.loads(TABLE.read_text(encoding="utf-8")))


def differences(knowledge: Knowledge, prices: Prices, table: Published, day: date) -> tuple[str, ...]:
    """Return a line for each of our prices and dates that the table has otherwise, is old or has passed."""
    return (
        *_prices(prices, table),
        *_ends(knowledge, prices, table),
        *ages(knowledge, prices, day),
        *([f"{table.source}: it was taken on {table.taken}; take it again"] if _old(prices, table, day) else ()),
    )


def live_differences(knowledge: Knowledge, prices: Prices, ends: Mapping[str, date], where: str) -> tuple[str, ...]:
    """Return a line for each day of ours on which a server says that its model ends otherwise."""
    lines: list[str] = []
    for model, day in sorted(ends.items()):
        entry = listed(model, knowledge.models)
        ours = {entry.ends} if entry and entry.ends else set[date]()
        ours |= {end for name in prices.platforms if (end := base_stops(prices, name, model))}
        if day not in ours and (ours or (entry and entry in knowledge.models.current)):
            held = _days(ours) if ours else "on no day"
            lines.append(f"{model}: it ends {held} here, and on {day} as {where} says")
    return tuple(lines)


def unlisted(prices: Prices, table: Published) -> tuple[str, ...]:
    """Return those of our prices that the table does not have."""
    return tuple(f"{row.provider}/{row.model}" for row in prices.inference if table.row(row) is None)


def _old(prices: Prices, table: Published, day: date) -> bool:
    return is_stale(prices, table.taken, day)


def _prices(prices: Prices, table: Published) -> Iterator[str]:
    for price in prices.inference:
        row = table.row(price)
        if row is None:
            continue
        for what, ours, theirs in (
            ("input", price.in_, row.in_),
            ("cached input", price.cached_in, row.cached_in),
            ("output", price.out, row.out),
        ):
            if theirs is not None and ours != theirs:
                held = "no price" if ours is None else f"{ours:f} USD"
                yield (
                    f"{price.provider}/{price.model}: {what} is {held} here, checked on {price.checked}, "
                    f"and {theirs:f} USD in {table.source}"
                )


def _ends(knowledge: Knowledge, prices: Prices, table: Published) -> Iterator[str]:
    for name, platform in prices.platforms.items():
        for base in platform.bases_retire:
            listed = [row.ends for model, row in table.rows.get(name, {}).items() if fnmatchcase(model, base.match)]
            days = {day for day in listed if day}
            if days and base.on not in days:
                yield f"{name}: {base.match} ends {_day(base.on)} here, and {_days(days)} in {table.source}"
    for entry in knowledge.models.current:
        days = _days_at_its_maker(table, entry)
        if days and entry.ends not in days:
            yield f"models.yaml: {entry.match} ends {_day(entry.ends)} here, and {_days(days)} in {table.source}"


def _days_at_its_maker(table: Published, entry: ListedModel) -> set[date]:
    """Return the days on which the models of an entry end; empty where one goes on, or where others may host it."""
    maker = next((MAKERS[name] for name in MAKERS if entry.match.startswith(name)), "")
    ends = [row.ends for model, row in table.rows.get(maker, {}).items() if fnmatchcase(model, entry.match)]
    return {day for day in ends if day} if all(ends) else set()


def _day(day: date | None) -> str:
    return f"on {day}" if day else "on no day"


def _days(days: set[date]) -> str:
    return "on " + " or ".join(str(day) for day in sorted(days))
