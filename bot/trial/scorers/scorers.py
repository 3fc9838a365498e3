"""Whether an answer is the wanted one: one small class for each way of telling."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.consultation.base import Plain
from bot.consultation.model import Pair
from bot.trial.scorers.language import language_of
from bot.trial.scorers.normalise import BROKEN, bare, even, json_value, number, same

_FAMILIES = (
    frozenset({"yes", "no"}),
    frozenset({"true", "false"}),
    frozenset({"positive", "negative", "neutral", "mixed"}),
    frozenset({"high", "medium", "low"}),
    frozenset({"spam", "ham", "not spam"}),
    frozenset({"pass", "fail"}),
)
LABEL_WORDS, LABEL_LENGTH, SHORT_WORDS, SHORT_LENGTH = 4, 40, 6, 60
SHORTER, LONGER = 0.8, 1.2
"""How far the length of an answer may be from those that are wanted."""
RUBRIC = (
    "It serves the input as well as the reference does: the same facts and decisions, nothing made up, "
    "and the same tone and form. Other words are fine."
)


class _Scorer(Plain):
    """What scorers share."""

    def normal(self, text: str) -> str:
        """Return an answer so that equal answers are equal texts."""
        return even(bare(text))

    def score(self, wanted: str, got: str) -> bool | None:
        """Tell whether an answer passes, None where this cannot tell."""
        return self.normal(wanted) == self.normal(got)

    def valid(self, got: str) -> bool | None:
        """Tell whether an answer has the form that is wanted, right or wrong; None where there is no form."""
        return None

    @property
    def calls(self) -> int:
        """Calls of a model that scoring one answer takes."""
        return 0


class Exact(_Scorer):
    """The answer is the wanted one, character for character."""

    name: Literal["exact"] = "exact"

    @property
    def said(self) -> str:
        return "exact, character for character"

    def normal(self, text: str) -> str:
        return text


class Text(_Scorer):
    """The answer is the wanted one but for case, spaces, quotes, a code fence and the last full stop."""

    name: Literal["text"] = "text"

    @property
    def said(self) -> str:
        return "text, whatever its case, spaces and last full stop"


class Label(_Scorer):
    """The answer is the label and nothing else: a program has to read it, so form counts."""

    name: Literal["label"] = "label"
    labels: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"label, one of {', '.join(self.labels)}" if self.labels else "label, alone"

    def valid(self, got: str) -> bool | None:
        return self.of(got) is not None if len(self.labels) > 1 else None

    def of(self, text: str) -> str | None:
        """Return which of the labels a text is."""
        return next((label for label in self.labels if self.normal(label) == self.normal(text)), None)


class Number(_Scorer):
    """The answer is a number alone, near enough to the wanted one."""

    name: Literal["number"] = "number"
    tolerance: float = Field(default=0.0, ge=0)

    @property
    def said(self) -> str:
        return f"number, within {self.tolerance:g}" if self.tolerance else "number, exactly"

    def normal(self, text: str) -> str:
        value = number(text)
        return bare(text) if value is None else f"{value:.12g}"

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = number(wanted), number(got)
        # A hair of room, since 0.1 + 0.2 is not 0.3.
        return want is not None and have is not None and abs(want - have) <= self.tolerance + 1e-9 * abs(want)

    def valid(self, got: str) -> bool | None:
        return number(got) is not None


class Json(_Scorer):
    """The answer is one JSON value whose every field is the wanted one, with no field more."""

    name: Literal["json"] = "json"

    @property
    def said(self) -> str:
        return "JSON, field by field"

    def normal(self, text: str) -> str:
        value = json_value(text)
        return bare(text) if value is BROKEN else json.dumps(value, sort_keys=True, ensure_ascii=False)

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = json_value(wanted), json_value(got)
        return want is not BROKEN and have is not BROKEN and same(want, have)

    def valid(self, got: str) -> bool | None:
        return json_value(got) is not BROKEN


class Contains(_Scorer):
    """The wanted text stands somewhere in the answer, or all of the given ones."""

    name: Literal["contains"] = "contains"
    texts: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"contains {_listed(self.texts)}" if self.texts else "contains the wanted text"

    def normal(self, text: str) -> str:
        return even(text)

    def score(self, wanted: str, got: str) -> bool | None:
        return all(self.normal(text) in self.normal(got) for text in self.texts or (wanted,))


class NotContains(_Scorer):
    """None of the given texts stands anywhere in the answer."""

    name: Literal["not_contains"] = "not_contains"
    texts: tuple[str, ...] = Field(min_length=1)

    @property
    def said(self) -> str:
        return f"does not contain {_listed(self.texts)}"

    def normal(self, text: str) -> str:
        return even(text)

    def score(self, wanted: str, got: str) -> bool | None:
        return not any(self.normal(text) in self.normal(got) for text in self.texts)


class Regex(_Scorer):
    """A pattern is found in the answer: the given one, or the wanted output as one."""

    name: Literal["regex"] = "regex"
    pattern: str | None = Field(default=None, max_length=500)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"this is no pattern that can be searched for: {error}") from None
        return pattern

    @property
    def said(self) -> str:
        return f"matches {self.pattern}" if self.pattern else "matches the wanted output as a pattern"

    def normal(self, text: str) -> str:
        return text.strip()

    def score(self, wanted: str, got: str) -> bool | None:
        return re.search(self.pattern or wanted, got) is not None


class Length(_Scorer):
    """The answer has a number of words between two limits, or about as many as the wanted one."""

    name: Literal["length"] = "length"
    least: int | None = Field(default=None, ge=0)
    most: int | None = Field(default=None, ge=0)

    @property
    def said(self) -> str:
        if self.least is None and self.most is None:
            return "length, within a fifth of the wanted output's words"
        ends = f"{self.least or 0} to {self.most} words" if self.most is not None else f"{self.least} words or more"
        return f"length, {ends}"

    def score(self, wanted: str, got: str) -> bool | None:
        words, least, most = len(got.split()), self.least, self.most
        if least is None and most is None:
            least, most = _about([wanted])
        return (least or 0) <= words and (most is None or words <= most)


class Language(_Scorer):
    """The answer is in the named language, or in that of the wanted output.

    See bot.trial.scorers.language for what can be told; where it cannot, a person must say.
    """

    name: Literal["language"] = "language"
    language: str | None = None

    @property
    def said(self) -> str:
        return (
            f"language, {self.language or 'that of the wanted output'} (short texts and rare languages are left open)"
        )

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = self.language or language_of([wanted]), language_of([got])
        return None if want is None or have is None else want.casefold() == have.casefold()


class Judge(_Scorer):
    """A model says whether an answer meets a rubric, asked twice with the texts in both orders.

    The two verdicts must agree; else it is left to a person.
    """

    name: Literal["judge"] = "judge"
    rubric: str = Field(default=RUBRIC, min_length=1, max_length=4000)
    model: str | None = None
    """The model that judges; the one that is tried where none is named."""

    @property
    def said(self) -> str:
        by = self.model or "the model itself, which is kind to its own answers"
        # A sentence goes on after it, and ends with a stop of its own.
        rubric = self.rubric.strip().removesuffix(".")
        return f"judged by {by}, by this rubric: {rubric}"

    @property
    def calls(self) -> int:
        return 2

    def score(self, wanted: str, got: str) -> bool | None:
        return None


class Human(_Scorer):
    """A person says which answers they would have sent."""

    name: Literal["human"] = "human"

    @property
    def said(self) -> str:
        return "by you: would you have sent it?"

    def score(self, wanted: str, got: str) -> bool | None:
        return None


Scorer = Annotated[
    Exact | Text | Label | Number | Json | Contains | NotContains | Regex | Length | Language | Judge | Human,
    Field(discriminator="name"),
]
NAMES = (
    "exact", "text", "label", "number", "json", "contains", "not_contains", "regex", "length", "language", "judge",
    "human",
)  # fmt: skip
UNGRADED = ("human", "judge")
"""Scorers that a program alone cannot run."""


def infer(pairs: Sequence[Pair]) -> Scorer:
    """Choose the scorer that the wanted outputs call for; a person where free text has no single right answer."""
    outputs = [pair.output.strip() for pair in pairs]
    if not outputs:
        return Human()
    if all(isinstance(json_value(text), dict | list) for text in outputs):
        return Json()
    if all(number(text) is not None for text in outputs):
        return Number(tolerance=_half_a_digit(outputs))
    if labels := labels_of(outputs):
        return Label(labels=labels)
    short = all(len(text) <= SHORT_LENGTH and len(text.split()) <= SHORT_WORDS and "\n" not in text for text in outputs)
    return Text() if short else Human()


def named(name: str, pairs: Sequence[Pair]) -> Scorer:
    """Return the scorer of this name with what the pairs say about it. Raises ValueError where that is not enough."""
    outputs = [pair.output.strip() for pair in pairs]
    least, most = _about(outputs)
    made: dict[str, Callable[[], Scorer]] = {
        "exact": Exact,
        "text": Text,
        "label": lambda: Label(labels=_all_labels(outputs)),
        "number": lambda: Number(tolerance=_half_a_digit(outputs)),
        "json": Json,
        "contains": Contains,
        "regex": Regex,
        "length": lambda: Length(least=least, most=most) if outputs else Length(),
        "language": lambda: Language(language=language_of(outputs)),
        "judge": Judge,
        "human": Human,
    }
    if name not in made:
        raise ValueError(f"There is no scorer {name} that the samples alone can set up.")
    return made[name]()


def fitting(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Return the names of scorers that these samples can be scored by, for people to choose from."""
    outputs = [pair.output.strip() for pair in pairs]
    if not outputs:
        return ("human",)
    fits = {
        "label": all(len(text) <= LABEL_LENGTH and "\n" not in text for text in outputs),
        "number": all(number(text) is not None for text in outputs),
        "json": all(json_value(text) is not BROKEN for text in outputs),
        "language": language_of(outputs) is not None,
        # Patterns and forbidden texts have to be written down, which takes a file.
        "regex": False,
        "not_contains": False,
    }
    return tuple(name for name in NAMES if fits.get(name, True))


def labels_of(outputs: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of a closed list in sorted order, () where the outputs look like no closed list.

    Short answers of which none comes back are a list only where their words are known to be one.
    """
    clean = Counter(bare(text).casefold() for text in outputs)
    if any(len(text) > LABEL_LENGTH or len(text.split()) > LABEL_WORDS or "\n" in text for text in outputs):
        return ()
    closed = any(set(clean) <= family for family in _FAMILIES)
    if not closed and (len(clean) > max(2, len(outputs) * 0.75) or max(clean.values()) < 2):
        return ()
    return _all_labels(outputs)


def _all_labels(outputs: Sequence[str]) -> tuple[str, ...]:
    first = {bare(text).casefold(): bare(text) for text in reversed(outputs)}
    return tuple(first[key] for key in sorted(first))


def _half_a_digit(outputs: Sequence[str]) -> float:
    decimals = max(
        ((len(bare(text).rpartition(".")[2].rstrip("%€$£¥ ")) if "." in bare(text) else 0) for text in outputs),
        default=0,
    )
    return 0.5 * 10**-decimals if decimals else 0.0


def _about(outputs: Sequence[str]) -> tuple[int, int]:
    """Return the fewest and most words of texts that are about as long as these."""
    lengths = [len(text.split()) for text in outputs] or [0]
    return int(SHORTER * min(lengths)), math.ceil(LONGER * max(lengths))


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)
