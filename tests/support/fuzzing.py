"""Payloads with something missing, of another type, too deep or too long: the same ones each time."""

import copy
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

CANARY = "zither-canary-5521"
CORPUS = Path(__file__).parent.parent / "fakes" / "corpus"
"""Payloads that were once an error, one file each: they are sent again with every run."""
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", "\0", "\ud83d\ude00" * 50, "x" * 5000, "<!channel>", "..%2f..", [], {}, [[]],
    [None], {"": None}, {"a": {"a": {"a": []}}}, CANARY, "U" * 400, "9" * 400, "NaN",
)  # fmt: skip


def mutated(kinds: Mapping[str, Mapping[str, Any]], count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield so many payloads of these kinds, each changed in one to three places."""
    choice = random.Random(20261127)
    for number in range(count):
        kind = [*kinds][number % len(kinds)]
        made = copy.deepcopy(dict(kinds[kind]))
        for _ in range(choice.randint(1, 3)):
            _change(made, choice)
        yield kind, made


def kept(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the payloads that are kept of a platform, each with its kind."""
    for path in sorted((CORPUS / folder).glob("*.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        yield held["kind"], held["payload"]


def _change(made: dict[str, Any], choice: random.Random) -> None:
    if not (places := [*_places(made)]):
        return
    holder, key = choice.choice(places)
    match choice.randint(0, 3):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[choice.choice(["type", "id", "user", "text", "__proto__", "ts"])] = choice.choice(ODD)
        case _:
            holder[key] = copy.deepcopy(choice.choice(ODD))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a payload, as what holds it and its name there."""
    named = cast("dict[Any, Any]", value).items() if isinstance(value, dict) else enumerate(cast("list[Any]", value))
    for key, each in [*named]:
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)
