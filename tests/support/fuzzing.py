"""Payloads with something missing, of another type, too deep or too long; how many are tried is bounded."""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

CANARY = "zither-canary-5521"
CORPUS = Path(__file__).parent.parent / "fakes" / "corpus"
"""Payloads that were once an error, one file each: they are sent again with every run."""
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", "\0", "\ud83d\ude00" * 50, "x" * 5000, "<!channel>", "..%2f..", [], {}, [[]],
    [None], {"": None}, {"a": {"a": {"a": []}}}, CANARY, "U" * 400, "9" * 400, "NaN",
)  # fmt: skip
NAMES = ("type", "id", "user", "text", "__proto__", "ts")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def bounded(examples: int) -> settings:
    """Return settings for so many payloads, the same ones each time; what fails is made small, and said."""
    fixtures = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=fixtures
    )


@st.composite
def mutated(draw: st.DrawFn, kinds: Mapping[str, Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Draw a payload of one of these kinds, changed in one to three places."""
    kind = draw(st.sampled_from(sorted(kinds)))
    made = copy.deepcopy(dict(kinds[kind]))
    for _ in range(draw(st.integers(1, 3))):
        _change(made, draw)
    return kind, made


def kept(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the payloads that are kept of a platform, each with its kind."""
    for path in sorted((CORPUS / folder).glob("*.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        yield held["kind"], held["payload"]


def _change(made: dict[str, Any], draw: st.DrawFn) -> None:
    if not (places := [*_places(made)]):
        return
    at: int = draw(st.integers(0, len(places) - 1))
    holder, key = places[at]
    match draw(st.integers(0, 3)):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[draw(st.sampled_from(NAMES))] = copy.deepcopy(draw(st.sampled_from(ODD)))
        case 2:
            holder[key] = draw(JSON)
        case _:
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a payload, as what holds it and its name there."""
    named = cast("dict[Any, Any]", value).items() if isinstance(value, dict) else enumerate(cast("list[Any]", value))
    for key, each in [*named]:
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)
