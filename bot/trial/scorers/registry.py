"""All scorers of this package: by name, by what samples call for, and for people to choose from."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated

from pydantic import BeforeValidator, SerializeAsAny

from bot.consultation.model import Pair
from bot.text.json import as_object
from bot.trial import scorers
from bot.trial.scorers.base import Scorer, name_of
from bot.trial.scorers.equal import Text
from bot.trial.scorers.judged import Human
from bot.trial.scorers.label import Label, labels_of
from bot.trial.scorers.normalise import bare, json_value
from bot.trial.scorers.value import Json, Number

SHORT_WORDS, SHORT_LENGTH = 6, 60


@cache
def _load() -> None:
    """Import the modules of this package, so that all scorers are there."""
    for module in pkgutil.iter_modules(scorers.__path__):
        importlib.import_module(f"{scorers.__name__}.{module.name}")


def kinds() -> list[type[Scorer]]:
    """Return all kinds of scorers in the order in which people see them."""
    _load()
    return sorted(Scorer.__subclasses__(), key=lambda kind: kind.place)


def names() -> tuple[str, ...]:
    """Return the names of all scorers."""
    return tuple(map(name_of, kinds()))


def kind_of(name: str) -> type[Scorer] | None:
    """Return the scorer of this name, or of another one that it has."""
    return next((kind for kind in kinds() if name in (name_of(kind), *kind.also)), None)


def _made(value: object) -> object:
    """Return the scorer that stored data is; anything else as it is."""
    if not isinstance(value, dict):
        return value
    data = as_object(value)  # pyright: ignore[reportUnknownArgumentType]
    kind = kind_of(str(data.get("name")))
    if kind is None:
        raise ValueError(f"there is no scorer {data.get('name')}")
    return kind.model_validate(data)


AnyScorer = Annotated[SerializeAsAny[Scorer], BeforeValidator(_made)]
"""A scorer of any kind, as it is stored: its name says which."""


def infer(pairs: Sequence[Pair], labels: Sequence[str] = ()) -> Scorer:
    """Choose the scorer that the wanted outputs call for; a person where free text has no single right answer.

    `labels` are others that people named in one list with these outputs.
    """
    outputs = _outputs(pairs)
    if not outputs:
        return Human()
    if all(isinstance(json_value(text), dict | list) for text in outputs):
        return Json()
    # Digits that come back are marks or classes: 0 and 1, or one to five stars.
    if all(len(bare(text)) == 1 and bare(text).isdigit() for text in outputs) and (digits := labels_of(outputs)):
        return Label(labels=digits)
    if Number.fits(outputs):
        return Number.from_pairs(outputs)
    if closed := labels_of(outputs, listed=bool(labels)):
        return Label(labels=closed)
    short = all(len(text) <= SHORT_LENGTH and len(text.split()) <= SHORT_WORDS and "\n" not in text for text in outputs)
    return Text() if short else Human()


def named(name: str, pairs: Sequence[Pair]) -> Scorer:
    """Return the scorer of this name with what the pairs say about it. Raises ValueError where that is not enough."""
    kind = kind_of(name)
    if kind is None:
        raise ValueError(f"There is no scorer {name} that the samples alone can set up.")
    return kind.from_pairs(_outputs(pairs))


def fitting(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Return the names of scorers that these samples can be scored by, for people to choose from."""
    outputs = _outputs(pairs)
    return tuple(name_of(kind) for kind in kinds() if kind.fits(outputs))


def offered(pairs: Sequence[Pair]) -> Iterator[tuple[str, str]]:
    """Return (name, label) of the scorers that people can choose for these samples."""
    outputs = _outputs(pairs)
    return ((name_of(kind), kind.label) for kind in kinds() if kind.label and kind.fits(outputs))


def _outputs(pairs: Sequence[Pair]) -> list[str]:
    return [pair.output.strip() for pair in pairs]
