"""Prices, and the dates on which a platform stops taking jobs or a base is retired: prices.yaml, checked.

Amounts are USD. Lookups are pure and total: a platform that is not in the table is None or False, never an error.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, cast

import yaml
from pydantic import Field, ValidationError, model_validator

from knowledge.models import plain, same
from knowledge.schema import KnowledgeError, Strict
from knowledge.yaml_loader import Loader

HERE = Path(__file__).parent
T = TypeVar("T")
Usd = Annotated[Decimal, Field(ge=0, lt=1_000_000)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]
# What tells an entry of a list from the others: the one of a house replaces ours.
_IDENTITY = {
    "inference": ("provider", "model"),
    "caching": ("provider", "match"),
    "training": ("platform", "base"),
    "hosting": ("platform", "what"),
}


class Dated(Strict):
    """What was read somewhere on some day; `source` is an id of sources.yaml."""

    source: str
    checked: date


class Retires(Strict):
    """A base that can still be tuned (an fnmatch pattern) and the day it stops, None where none is announced."""

    match: str
    on: date | None


class Platform(Dated):
    """Whether a platform still takes jobs; the dates are the last days on which it does."""

    takes_jobs_until: date | None
    new_customers_until: date | None
    bases_retire: tuple[Retires, ...]
    text: str


class Inference(Dated):
    """What a million tokens cost."""

    model: str
    provider: str
    in_: Annotated[Usd, Field(alias="in")]
    cached_in: Usd | None
    out: Usd
    finetuned: bool

    @property
    def base(self) -> str:
        """The model that it was tuned from, or itself."""
        return self.model.removeprefix("ft:")


class Caching(Dated):
    """Fewest fixed tokens at the start of a prompt that a provider caches, by model (an fnmatch pattern)."""

    provider: str
    match: str
    min_tokens: Count


class Training(Dated):
    """What training costs, by the million tokens or by the hour."""

    platform: str
    base: str
    usd_per_million_tokens: Usd | None = None
    usd_per_hour: Usd | None = None

    @model_validator(mode="after")
    def _has_one_price(self) -> "Training":
        if (self.usd_per_million_tokens is None) == (self.usd_per_hour is None):
            raise ValueError("needs either usd_per_million_tokens or usd_per_hour")
        return self


class Hosting(Dated):
    """What a tuned model costs by the hour while it is deployed; 0 is a tier for trying out, not for production."""

    platform: str
    usd_per_hour: Usd
    what: str


class Assumed(Strict, Generic[T]):
    """A number of ours, and why."""

    value: T
    why: str


class Assumptions(Strict):
    """Defaults of the calculation, each replaceable by the team's own number."""

    label_usd_per_row: Assumed[Usd]
    rows: Assumed[Count]
    eval_and_engineering_usd: Assumed[Usd]
    epochs: Assumed[Count]
    training_usd_per_million_tokens: Assumed[Usd]
    tuned_fixed_tokens: Assumed[int]
    tokens_in: Assumed[Count]
    tokens_fixed: Assumed[int]
    tokens_out: Assumed[Count]
    tokens_out_of: Mapping[str, Assumed[Count]] = {}
    """By the kind of answer, where it is not a label."""
    present_model: Assumed[str]
    tuned_model: Assumed[str]
    small_model: Assumed[str]
    horizon_months: Assumed[Count]
    retrain_months: Assumed[Count]
    days_per_month: Assumed[Count]
    hours_per_month: Assumed[Count]
    near_days: Assumed[Count]
    too_near_days: Assumed[Count]
    stale_after_days: Assumed[Count]


class Prices(Strict):
    """All of prices.yaml."""

    platforms: dict[str, Platform]
    inference: tuple[Inference, ...]
    caching: tuple[Caching, ...]
    training: tuple[Training, ...]
    hosting: tuple[Hosting, ...]
    assumptions: Assumptions

    def model(self, name: str) -> Inference | None:
        """Return the price of `model` or `provider/model`, however written; of two providers the first in the table."""
        provider, _, of_provider = name.partition("/")
        for row in self.inference:
            if same(name, row.model) if not of_provider else provider == row.provider and same(of_provider, row.model):
                return row
        return None

    @property
    def present(self) -> Inference:
        """The price of the model that is taken to be in use."""
        return self._assumed("present_model")

    @property
    def small(self) -> Inference:
        """The price of the smaller or newer base that is compared."""
        return self._assumed("small_model")

    @model_validator(mode="after")
    def _has_the_assumed_models(self) -> "Prices":
        for role in ("present_model", "tuned_model", "small_model"):
            self._assumed(role)
        return self

    def _assumed(self, role: str) -> Inference:
        name = getattr(self.assumptions, role).value
        price = self.model(name)
        if price is None:
            raise ValueError(f"assumptions, {role}: `inference` has no model {name!r}")
        return price


def load_prices(house: Path | None = None) -> Prices:
    """Read our prices and lay those of a house's folder over them, where it has any.

    Raises KnowledgeError with every fault, each with its file and entry.
    """
    ours = HERE / "prices.yaml"
    theirs = house / "prices.yaml" if house else None
    merged, last = _table(ours), ours
    if theirs and theirs.is_file():
        merged, last = _laid_over(merged, _table(theirs)), theirs
    try:
        return Prices.model_validate(merged)
    except ValidationError as error:
        faults = [_fault(last.name, merged, one["loc"], one["msg"]) for one in error.errors()]
    raise KnowledgeError(faults)


def cache_minimum(prices: Prices, price: Inference) -> Caching | None:
    """Return from how many fixed tokens a model caches, None where that is not known."""
    rows = (row for row in prices.caching if row.provider == price.provider and fnmatchcase(price.model, row.match))
    return next(rows, None)


def caches(prices: Prices, price: Inference, tokens_fixed: int) -> bool:
    """Say whether a prompt with so many fixed tokens is cached, and cheaper for it."""
    least = cache_minimum(prices, price)
    cheaper = price.cached_in is not None and price.cached_in < price.in_
    return cheaper and tokens_fixed >= (least.min_tokens if least else 1)


def platform_closes(prices: Prices, platform: str, today: date) -> bool | None:
    """Say whether a platform takes no new jobs, or soon will not; None where the platform is not in the table."""
    known = prices.platforms.get(platform)
    if known is None:
        return None
    last = known.takes_jobs_until
    return last is not None and last <= _near(prices, today)


def takes_jobs(prices: Prices, platform: str, today: date, *, newcomer: bool) -> bool:
    """Say whether a platform in the table takes jobs today; from a `newcomer`, who never tuned there, it may not."""
    known = prices.platforms.get(platform)
    ends = [known.takes_jobs_until, known.new_customers_until if newcomer else None] if known else []
    return known is not None and all(end is None or today <= end for end in ends)


def base_retires(prices: Prices, platform: str, today: date) -> tuple[bool, date | None]:
    """Say whether the last base that can be tuned on a platform stops soon, and on which day, where one is known."""
    known = prices.platforms.get(platform)
    days = [base.on for base in known.bases_retire] if known else []
    if not days or None in days:
        return False, None
    last = max(day for day in days if day)
    return last <= _near(prices, today), last


def base_stops(prices: Prices, platform: str, base: str) -> date | None:
    """Return the day a base stops on a platform, None where none is known."""
    known = prices.platforms.get(platform)
    forms = {base, plain(base)}
    rows = known.bases_retire if known else ()
    days = [row.on for row in rows if row.on and any(fnmatchcase(form, row.match) for form in forms)]
    return min(days, default=None)


def ends_on(prices: Prices, platform: str, base: str) -> date | None:
    """Return the day on which a base can no longer be tuned or called on a platform, None where none is known."""
    known = prices.platforms.get(platform)
    days = [base_stops(prices, platform, base), known.takes_jobs_until if known else None]
    return min((day for day in days if day), default=None)


def ends_too_soon(prices: Prices, platform: str, base: str, today: date) -> bool:
    """Say whether a base ends so soon on a platform that it is not recommended there."""
    end = ends_on(prices, platform, base)
    return end is not None and end <= today + timedelta(days=prices.assumptions.too_near_days.value)


def ends_soon(prices: Prices, platform: str, base: str, today: date) -> bool:
    """Say whether a base ends so soon on a platform that this is said before anything else."""
    end = ends_on(prices, platform, base)
    return end is not None and end <= _near(prices, today)


def is_stale(prices: Prices, checked: date, today: date) -> bool:
    """Say whether a price is so old that it is shown with its date only."""
    return (today - checked).days > prices.assumptions.stale_after_days.value


def _near(prices: Prices, today: date) -> date:
    return today + timedelta(days=prices.assumptions.near_days.value)


class _Loader(Loader):
    """YAML in which `on`, the key of a date here, is a word and not a yes."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if first not in "yYnNoO" or not tag.endswith(":bool")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _table(path: Path) -> dict[str, Any]:
    try:
        data: Any = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise KnowledgeError([f"{path.name}: this is not YAML{where}"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError([f"{path.name}: it cannot be read: {error}"]) from None
    if not isinstance(data, dict):
        raise KnowledgeError(
            [f"{path.name}: must be a table with platforms, inference, caching, training, hosting, assumptions"]
        )
    return cast("dict[str, Any]", data)


def _laid_over(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Entries of a house replace ours of the same name and come before the others."""
    merged = dict(ours)
    for key, value in theirs.items():
        if isinstance(value, dict) and isinstance(ours.get(key), dict):
            merged[key] = {**ours[key], **value}
        elif isinstance(value, list) and key in _IDENTITY:
            rows = cast("list[Any]", value)
            taken = {_identity(key, row) for row in rows}
            merged[key] = [*rows, *(row for row in ours[key] if _identity(key, row) not in taken)]
        else:
            merged[key] = value
    return merged


def _identity(table: str, row: Any) -> tuple[str, ...]:
    entry = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    return tuple(str(entry.get(key)) for key in _IDENTITY[table])


def _fault(file: str, data: Any, path: tuple[str | int, ...], message: str) -> str:
    """Name file and entry of one of pydantic's errors in a sentence."""
    names: list[str] = []
    at = data
    for step in path:
        at = _step(at, step)
        label = next((name for key in ("model", "base", "what", "match") if (name := _step(at, key))), None)
        place = f"entry {step + 1}{f' ({label})' if label else ''}" if isinstance(step, int) else step
        names.append(place)
    where = [", ".join(names)] if names else []
    return ": ".join([file, *where, message.removeprefix("Value error, ")])


def _step(value: Any, key: str | int) -> Any:
    try:
        return value[key]
    except (LookupError, TypeError):
        return None
