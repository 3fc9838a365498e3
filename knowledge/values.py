"""Whether a value is one that a fact can have."""

from typing import cast

from knowledge.schema import Fact, Value


def value_fits(fact: Fact, value: object) -> Value | None:
    """Return the value in the fact's own form, or None where it is no value of that fact."""
    match fact.type:
        case "bool":
            return value if isinstance(value, bool) else None
        case "choice":
            return value if isinstance(value, str) and value in fact.values else None
        case "count":
            return _whole(value)
        case "ratio":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return None
            return float(value) if 0 <= value <= 1 else None
        case "set":
            return _members(fact, value)


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        return None
    return int(value) if value == int(value) else None


def _members(fact: Fact, value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        return None
    given = set(cast("list[object]", value))
    chosen = tuple(v for v in fact.values if v in given)
    if len(chosen) < len(given):
        return None
    return chosen if len(chosen) < 2 or not set(chosen) & set(fact.alone) else None
