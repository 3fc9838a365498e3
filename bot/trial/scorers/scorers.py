"""All scorers. To add one: a class in one of the modules beside this one, and its name in `Scorer`."""

from collections.abc import Sequence
from typing import Annotated, Any, get_args

from pydantic import Field

from bot.consultation.model import Pair
from bot.trial.scorers.base import BaseScorer
from bot.trial.scorers.equality import Exact, Json, Label, Number, Text, half_a_digit, labels_of
from bot.trial.scorers.judges import Human, Judge
from bot.trial.scorers.normalise import json_value, number
from bot.trial.scorers.properties import Contains, Language, Length, NotContains, Regex

SHORT_WORDS, SHORT_LENGTH = 6, 60

Scorer = Annotated[
    Exact | Text | Label | Number | Json | Contains | NotContains | Regex | Length | Language | Judge | Human,
    Field(discriminator="name"),
]
_KINDS: tuple[type[BaseScorer], ...] = get_args(get_args(Scorer)[0])
BY_NAME: dict[str, type[BaseScorer]] = {kind.model_fields["name"].default: kind for kind in _KINDS}
NAMES = tuple(BY_NAME)


def infer(pairs: Sequence[Pair]) -> Scorer:
    """Choose the scorer that the wanted outputs call for; a person where free text has no single right answer."""
    outputs = [pair.output.strip() for pair in pairs]
    if not outputs:
        return Human()
    if all(isinstance(json_value(text), dict | list) for text in outputs):
        return Json()
    if all(number(text) is not None for text in outputs):
        return Number(tolerance=half_a_digit(outputs))
    if labels := labels_of(outputs):
        return Label(labels=labels)
    short = all(len(text) <= SHORT_LENGTH and len(text.split()) <= SHORT_WORDS and "\n" not in text for text in outputs)
    return Text() if short else Human()


def named(name: str, pairs: Sequence[Pair]) -> Scorer:
    """Return the scorer of this name with what the pairs say about it. Raises ValueError where that is not enough."""
    kind = BY_NAME.get(name)
    made: Any = kind.from_outputs([pair.output.strip() for pair in pairs]) if kind else None
    if made is None:
        raise ValueError(f"There is no scorer {name} that the samples alone can set up.")
    return made


def fitting(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Return the names of scorers that these samples can be scored by, for people to choose from."""
    outputs = [pair.output.strip() for pair in pairs]
    if not outputs:
        return ("human",)
    return tuple(name for name, kind in BY_NAME.items() if kind.fits(outputs))
