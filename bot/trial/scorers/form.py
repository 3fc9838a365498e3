"""Scorers of the form of an answer, whatever it says: its length and its language."""

import math
from collections.abc import Sequence
from typing import ClassVar, Self

from pydantic import Field

from bot.text.language import identified
from bot.trial.scorers.base import Scorer

SHORTER, LONGER = 0.8, 1.2
"""How far the length of an answer may be from those that are wanted."""


class Length(Scorer):
    """The answer has a number of words between two limits, or about as many as the wanted one."""

    label: ClassVar[str] = "About as long"
    place: ClassVar[int] = 9
    name: str = "length"
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

    @classmethod
    def from_pairs(cls, outputs: Sequence[str]) -> Self:
        least, most = _about(outputs)
        return cls(least=least, most=most) if outputs else cls()

    def code(self) -> str | None:
        return """words, least, most = len(got.split()), LEAST, MOST
    if least is None and most is None:
        least, most = int(0.8 * len(wanted.split())), math.ceil(1.2 * len(wanted.split()))
    return (least or 0) <= words and (most is None or words <= most)"""

    def constants(self) -> dict[str, object]:
        return {"LEAST": self.least, "MOST": self.most}


class Language(Scorer):
    """The answer is in the named language, or in that of the wanted output.

    `identified` says what can be told; where it cannot, a person must say.
    """

    label: ClassVar[str] = "In the same language"
    place: ClassVar[int] = 10
    option: ClassVar[str] = "language"
    name: str = "language"
    language: str | None = None

    @property
    def said(self) -> str:
        return (
            f"language, {self.language or 'that of the wanted output'} (short texts and rare languages are left open)"
        )

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = self.language or identified([wanted]), identified([got])
        return None if want is None or have is None else want.casefold() == have.casefold()

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return bool(outputs) and identified(outputs) is not None

    @classmethod
    def from_pairs(cls, outputs: Sequence[str]) -> Self:
        return cls(language=identified(outputs))

    def instruction(self, wanted: str | None) -> str | None:
        return f"The answer is written in {self.language or f'the language of this text: {wanted}'}."


def _about(outputs: Sequence[str]) -> tuple[int, int]:
    """Return the fewest and most words of texts that are about as long as these."""
    lengths = [len(text.split()) for text in outputs] or [0]
    return int(SHORTER * min(lengths)), math.ceil(LONGER * max(lengths))
