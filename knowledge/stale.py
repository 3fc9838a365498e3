"""What the calendar has overtaken in the knowledge. Pure: the day comes from outside, and no build takes today's."""

from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.load import Knowledge
from knowledge.models import age_of
from knowledge.prices import Platform, Prices, base_stops, ends_on, is_stale

SOURCE_DAYS = 365
"""A source that nobody has read for a year is read again."""


def own_day(knowledge: Knowledge, prices: Prices) -> date:
    """Return the last day on which anything in the files was checked."""
    rows = (*prices.platforms.values(), *prices.inference, *prices.training, *prices.hosting)
    return max(knowledge.models.checked, *(row.checked for row in rows))


def stale(knowledge: Knowledge, prices: Prices, day: date) -> tuple[str, ...]:
    """Return a line for all that is no longer right, or was checked too long ago, on a day."""
    return (*ages(knowledge, prices, day), *_sources(knowledge, day))


def ages(knowledge: Knowledge, prices: Prices, day: date) -> tuple[str, ...]:
    """Return the same for models and prices alone."""
    return (*_models(knowledge, prices, day), *_prices(prices, day), *_assumed(knowledge, prices, day))


def _models(knowledge: Knowledge, prices: Prices, day: date) -> Iterator[str]:
    ages = knowledge.models
    if is_stale(prices, ages.checked, day):
        yield f"models.yaml: the list was checked on {ages.checked}; check it again"
    for entry in ages.current:
        if entry.ends and entry.ends <= _too_near(prices, day):
            yield f"models.yaml: {entry.match} is listed as current and ends on {entry.ends}; move it to the old ones"


def _prices(prices: Prices, day: date) -> Iterator[str]:
    for name, platform in prices.platforms.items():
        if is_stale(prices, platform.checked, day):
            yield f"prices.yaml: platform {name} was checked on {platform.checked}; check it again"
        for what, end in _ends(platform):
            if platform.checked < end < day:
                yield f"prices.yaml: platform {name} was checked before {what} ended on {end}; say how it is now"
    for row in prices.inference:
        if is_stale(prices, row.checked, day):
            yield f"prices.yaml: the price of {row.provider}/{row.model} was checked on {row.checked}; check it again"
    for row in (*prices.training, *prices.hosting):
        if is_stale(prices, row.checked, day):
            yield f"prices.yaml: a price of {row.platform} was checked on {row.checked}; check it again"


def _ends(platform: Platform) -> Iterator[tuple[str, date]]:
    if platform.takes_jobs_until:
        yield "new jobs", platform.takes_jobs_until
    if platform.new_customers_until:
        yield "taking new customers", platform.new_customers_until
    yield from ((base.match, base.on) for base in platform.bases_retire if base.on)


def _assumed(knowledge: Knowledge, prices: Prices, day: date) -> Iterator[str]:
    """What the worked example recommends has to last."""
    assumed = prices.assumptions
    for role in ("present_model", "small_model", "tuned_model"):
        name: str = getattr(assumed, role).value
        row = prices.model(name)
        if row is None:
            continue
        end = ends_on(prices, row.provider, row.base) if row.finetuned else base_stops(prices, row.provider, row.base)
        if end and end <= _too_near(prices, day):
            yield f"prices.yaml: {role} is {name}, which ends on {end}; choose another"
        elif age_of(row.base, knowledge.models) == "old":
            yield f"prices.yaml: {role} is {name}, which models.yaml lists as old; choose another"


def _sources(knowledge: Knowledge, day: date) -> Iterator[str]:
    for source in knowledge.sources.values():
        if (day - source.checked).days > SOURCE_DAYS:
            yield f"sources.yaml: {source.id} was read on {source.checked}; read it again"


def _too_near(prices: Prices, day: date) -> date:
    return day + timedelta(days=prices.assumptions.too_near_days.value)
