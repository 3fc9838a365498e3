"""JSON from somebody else, read without trusting its form."""

import json
from typing import Any, cast


class LineError(Exception):
    """Say what is wrong with a line of input."""


def object_in(line: str) -> dict[str, Any]:
    """Return the one JSON object that a line holds; LineError says what is wrong."""
    try:
        given: object = json.loads(line)
        line.encode()
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise LineError("it holds half a character (a lone surrogate)") from None
    except ValueError as error:
        raise LineError(f"this is no JSON ({error})") from None
    except RecursionError:
        raise LineError("it is nested too deep") from None
    if not isinstance(given, dict):
        raise LineError("a line must be one JSON object")
    return cast(dict[str, Any], given)


def as_object(value: object) -> dict[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def is_json(text: str) -> bool:
    """Tell whether a text is JSON, of whatever kind."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_deep(value: object, most: int = 100) -> bool:
    """Tell whether lists and objects lie more than `most` deep in each other: what walks there would overflow."""
    level = [value]
    for _ in range(most):
        if not level:
            return False
        level = [inner for each in level for inner in (as_object(each).values() or as_list(each))]
    return any(isinstance(each, dict | list) for each in level)


def as_list(value: object) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return cast(list[Any], value) if isinstance(value, list) else []


def as_line(value: object, most: int = 160) -> str:
    """Return the value if it is text, as one short line without its full stop, else ""."""
    return " ".join(value.split())[:most].rstrip(". ") if isinstance(value, str) else ""


def as_count(value: object) -> int:
    """Return the value if it is a count, else 0."""
    return value if isinstance(value, int) and value >= 0 else 0
