"""Scorers by which an answer is the wanted one: to the letter, as a text, a label, a number, a JSON value."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Literal, Self

from pydantic import Field

from bot.trial.scorers.base import BaseScorer
from bot.trial.scorers.normalise import BROKEN, bare, json_value, number, same

_FAMILIES = (
    frozenset({"yes", "no"}),
    frozenset({"true", "false"}),
    frozenset({"positive", "negative", "neutral", "mixed"}),
    frozenset({"high", "medium", "low"}),
    frozenset({"spam", "ham", "not spam"}),
    frozenset({"pass", "fail"}),
)
LABEL_WORDS, LABEL_LENGTH = 4, 40


class Exact(BaseScorer):
    """The answer is the wanted one, character for character."""

    name: Literal["exact"] = "exact"
    label: ClassVar[str] = "Exactly equal"

    @property
    def said(self) -> str:
        return "exact, character for character"

    def normal(self, text: str) -> str:
        return text

    def code(self) -> str:
        return "return wanted == got"


class Text(BaseScorer):
    """The answer is the wanted one but for case, spaces, quotes, a code fence and the last full stop."""

    name: Literal["text"] = "text"
    label: ClassVar[str] = "Equal but for case and spaces"

    @property
    def said(self) -> str:
        return "text, whatever its case, spaces and last full stop"

    def code(self) -> str:
        return "return even(bare(wanted)) == even(bare(got))"


class Label(BaseScorer):
    """The answer is the label and nothing else: a program has to read it, so form counts."""

    name: Literal["label"] = "label"
    label: ClassVar[str] = "As a label"
    option: ClassVar[str] = "labels"
    labels: tuple[str, ...] = ()

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return all(len(text) <= LABEL_LENGTH and "\n" not in text for text in outputs)

    @classmethod
    def from_outputs(cls, outputs: Sequence[str]) -> Self:
        return cls(labels=all_labels(outputs))

    @property
    def said(self) -> str:
        return f"label, one of {', '.join(self.labels)}" if self.labels else "label, alone"

    def valid(self, got: str) -> bool | None:
        return self.of(got) is not None if len(self.labels) > 1 else None

    def of(self, text: str) -> str | None:
        """Return which of the labels a text is."""
        return next((label for label in self.labels if self.normal(label) == self.normal(text)), None)

    def code(self) -> str:
        return "return even(bare(wanted)) == even(bare(got))"


class Number(BaseScorer):
    """The answer is a number alone, near enough to the wanted one."""

    name: Literal["number"] = "number"
    label: ClassVar[str] = "As a number"
    option: ClassVar[str] = "tolerance"
    tolerance: float = Field(default=0.0, ge=0)

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return all(number(text) is not None for text in outputs)

    @classmethod
    def from_outputs(cls, outputs: Sequence[str]) -> Self:
        return cls(tolerance=half_a_digit(outputs))

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

    def code(self) -> str:
        return (
            "want, have = number(wanted), number(got)\n"
            "    return want is not None and have is not None and abs(want - have) <= TOLERANCE + 1e-9 * abs(want)"
        )

    def constants(self) -> dict[str, object]:
        return {"TOLERANCE": self.tolerance}


class Json(BaseScorer):
    """The answer is one JSON value whose every field is the wanted one, with no field more."""

    name: Literal["json"] = "json"
    label: ClassVar[str] = "JSON by field"

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return all(json_value(text) is not BROKEN for text in outputs)

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

    def code(self) -> str:
        return (
            "want, have = json_value(wanted), json_value(got)\n"
            "    return want is not BROKEN and have is not BROKEN and same(want, have)"
        )


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
    return all_labels(outputs)


def all_labels(outputs: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct labels, each as it is first written, in sorted order."""
    first = {bare(text).casefold(): bare(text) for text in reversed(outputs)}
    return tuple(first[key] for key in sorted(first))


def half_a_digit(outputs: Sequence[str]) -> float:
    """Return half of the last decimal that the numbers have, 0 for whole ones."""
    decimals = max(
        ((len(bare(text).rpartition(".")[2].rstrip("%€$£¥ ")) if "." in bare(text) else 0) for text in outputs),
        default=0,
    )
    return 0.5 * 10**-decimals if decimals else 0.0
