"""Scorers by which something holds of an answer: words in it, a pattern, its length, its language."""

import math
import re
from collections.abc import Sequence
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator

from bot.trial.scorers.base import BaseScorer
from bot.trial.scorers.language import language_of
from bot.trial.scorers.normalise import even

SHORTER, LONGER = 0.8, 1.2
"""How far the length of an answer may be from those that are wanted."""


class Contains(BaseScorer):
    """The wanted text stands somewhere in the answer, or all of the given ones."""

    name: Literal["contains"] = "contains"
    label: ClassVar[str] = "Contains the wanted text"
    option: ClassVar[str] = "texts"
    texts: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"contains {_listed(self.texts)}" if self.texts else "contains the wanted text"

    def normal(self, text: str) -> str:
        return even(text)

    def score(self, wanted: str, got: str) -> bool | None:
        return all(self.normal(text) in self.normal(got) for text in self.texts or (wanted,))

    def code(self) -> str:
        return "return all(even(text) in even(got) for text in TEXTS or [wanted])"

    def constants(self) -> dict[str, object]:
        return {"TEXTS": list(self.texts)}


class NotContains(BaseScorer):
    """None of the given texts stands anywhere in the answer."""

    name: Literal["not_contains"] = "not_contains"
    option: ClassVar[str] = "texts"
    texts: tuple[str, ...] = Field(min_length=1)

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        # What is forbidden or searched for has to be written down, which takes a file.
        return False

    @classmethod
    def from_outputs(cls, outputs: Sequence[str]) -> Self | None:
        return None

    @property
    def said(self) -> str:
        return f"does not contain {_listed(self.texts)}"

    def normal(self, text: str) -> str:
        return even(text)

    def score(self, wanted: str, got: str) -> bool | None:
        return not any(self.normal(text) in self.normal(got) for text in self.texts)

    def code(self) -> str:
        return "return not any(even(text) in even(got) for text in TEXTS)"

    def constants(self) -> dict[str, object]:
        return {"TEXTS": list(self.texts)}


class Regex(BaseScorer):
    """A pattern is found in the answer: the given one, or the wanted output as one."""

    name: Literal["regex"] = "regex"
    option: ClassVar[str] = "pattern"
    pattern: str | None = Field(default=None, max_length=500)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"this is no pattern that can be searched for: {error}") from None
        return pattern

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        # What is forbidden or searched for has to be written down, which takes a file.
        return False

    @property
    def said(self) -> str:
        return f"matches {self.pattern}" if self.pattern else "matches the wanted output as a pattern"

    def normal(self, text: str) -> str:
        return text.strip()

    def score(self, wanted: str, got: str) -> bool | None:
        return re.search(self.pattern or wanted, got) is not None

    def code(self) -> str:
        return "return re.search(PATTERN or wanted, got) is not None"

    def constants(self) -> dict[str, object]:
        return {"PATTERN": self.pattern}


class Length(BaseScorer):
    """The answer has a number of words between two limits, or about as many as the wanted one."""

    name: Literal["length"] = "length"
    label: ClassVar[str] = "About as long"
    least: int | None = Field(default=None, ge=0)
    most: int | None = Field(default=None, ge=0)

    @classmethod
    def from_outputs(cls, outputs: Sequence[str]) -> Self:
        least, most = about(outputs)
        return cls(least=least, most=most) if outputs else cls()

    @property
    def said(self) -> str:
        if self.least is None and self.most is None:
            return "length, within a fifth of the wanted output's words"
        ends = f"{self.least or 0} to {self.most} words" if self.most is not None else f"{self.least} words or more"
        return f"length, {ends}"

    def score(self, wanted: str, got: str) -> bool | None:
        words, least, most = len(got.split()), self.least, self.most
        if least is None and most is None:
            least, most = about([wanted])
        return (least or 0) <= words and (most is None or words <= most)

    def code(self) -> str:
        return (
            "words, least, most = len(got.split()), LEAST, MOST\n"
            "    if least is None and most is None:\n"
            f"        least, most = int({SHORTER} * len(wanted.split())), math.ceil({LONGER} * len(wanted.split()))\n"
            "    return (least or 0) <= words and (most is None or words <= most)"
        )

    def constants(self) -> dict[str, object]:
        return {"LEAST": self.least, "MOST": self.most}


class Language(BaseScorer):
    """The answer is in the named language, or in that of the wanted output.

    See bot.trial.scorers.language for what can be told; where it cannot, a person must say.
    """

    name: Literal["language"] = "language"
    label: ClassVar[str] = "In the same language"
    option: ClassVar[str] = "language"
    language: str | None = None

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return language_of(outputs) is not None

    @classmethod
    def from_outputs(cls, outputs: Sequence[str]) -> Self:
        return cls(language=language_of(outputs))

    @property
    def said(self) -> str:
        return (
            f"language, {self.language or 'that of the wanted output'} (short texts and rare languages are left open)"
        )

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = self.language or language_of([wanted]), language_of([got])
        return None if want is None or have is None else want.casefold() == have.casefold()


def about(outputs: Sequence[str]) -> tuple[int, int]:
    """Return the fewest and most words of texts that are about as long as these."""
    lengths = [len(text.split()) for text in outputs] or [0]
    return int(SHORTER * min(lengths)), math.ceil(LONGER * max(lengths))


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)
