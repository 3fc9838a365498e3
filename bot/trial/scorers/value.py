"""Answers that are a value: a number, or JSON."""

import json
import re
from collections.abc import Sequence
from typing import ClassVar, Self

from pydantic import Field

from bot.trial.scorers.base import Scorer
from bot.trial.scorers.normalise import BROKEN, bare, json_value, number, same, same_currency

LONGEST_NUMBER = 15
"""Digits beyond which a number is no amount, and cannot be compared as one."""


class Number(Scorer):
    """The answer is a number alone, near enough to the wanted one."""

    label: ClassVar[str] = "As a number"
    place: ClassVar[int] = 4
    option: ClassVar[str] = "tolerance"
    name: str = "number"
    tolerance: float = Field(default=0.0, ge=0)
    comma: bool = False
    """True where the wanted outputs have a comma before their decimals."""
    brackets: bool = False
    """True where they write what is below zero in brackets."""

    @property
    def said(self) -> str:
        return f"number, within {self.tolerance:g}" if self.tolerance else "number, exactly"

    def normal(self, text: str) -> str:
        value = self._value(text)
        return bare(text) if value is None else f"{value:.15g}"

    def _value(self, text: str) -> float | None:
        return number(text, self.comma, self.brackets)

    def score(self, wanted: str, got: str) -> bool | None:
        want, have = self._value(wanted), self._value(got)
        if want is None or have is None or not same_currency(wanted, got):
            return False
        # A hair of room, since 0.1 + 0.2 is not 0.3; whole numbers get none, since they may be somebody's number.
        hair = 0.0 if want.is_integer() and have.is_integer() else 1e-9 * abs(want)
        return abs(want - have) <= self.tolerance + hair

    def valid(self, got: str) -> bool | None:
        return self._value(got) is not None

    def misfit(self, wanted: str) -> str | None:
        return "no number" if self._value(wanted) is None else None

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return bool(outputs) and all(number(text) is not None and not _names(text) for text in outputs)

    @classmethod
    def from_pairs(cls, outputs: Sequence[str]) -> Self:
        comma = _has_commas(outputs)
        brackets = any(bare(text).startswith("(") for text in outputs)
        return cls(tolerance=_half_a_digit(outputs, comma), comma=comma, brackets=brackets)

    def code(self) -> str | None:
        return """want, have = number(wanted, COMMA, BRACKETS), number(got, COMMA, BRACKETS)
    if want is None or have is None or not same_currency(wanted, got):
        return False
    hair = 0.0 if want.is_integer() and have.is_integer() else 1e-9 * abs(want)
    return abs(want - have) <= TOLERANCE + hair"""

    def constants(self) -> dict[str, object]:
        return {"TOLERANCE": self.tolerance, "COMMA": self.comma, "BRACKETS": self.brackets}


class Json(Scorer):
    """The answer is one JSON value whose every field is the wanted one, with no field more."""

    label: ClassVar[str] = "JSON by field"
    place: ClassVar[int] = 5
    name: str = "json"

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

    def misfit(self, wanted: str) -> str | None:
        return "no JSON" if json_value(wanted) is BROKEN else None

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return bool(outputs) and all(json_value(text) is not BROKEN for text in outputs)

    def code(self) -> str | None:
        return """want, have = json_value(wanted), json_value(got)
    return want is not BROKEN and have is not BROKEN and same(want, have)"""


def _half_a_digit(outputs: Sequence[str], comma: bool) -> float:
    """Return half of the last decimal that the wanted outputs have, 0 where they are whole numbers."""
    decimals = max((_decimals(bare(text), "," if comma else ".") for text in outputs), default=0)
    return 0.5 * 10**-decimals if decimals else 0.0


def _decimals(text: str, point: str) -> int:
    return len(found[1]) if (found := re.search(rf"{re.escape(point)}(\d+)\D*$", text)) else 0


def _has_commas(outputs: Sequence[str]) -> bool:
    """Tell whether a comma stands before decimals: some output can be meant in no other way, and none the other."""
    texts = [re.sub(r"[^\d.,]", "", bare(text)).strip(".,") for text in outputs]
    comma = re.compile(r"\d+(?:\.\d{3})*,(?:\d{1,2}|\d{4,})|0,\d+|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
    point = re.compile(r"\d+(?:,\d{3})*\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
    return any(map(comma.fullmatch, texts)) and not any(map(point.fullmatch, texts))


def _names(text: str) -> bool:
    """Tell whether digits are the number of something, which is right or wrong as a whole: 007, or a very long one."""
    digits = bare(text)
    return digits.isdigit() and ((len(digits) > 1 and digits.startswith("0")) or len(digits) > LONGEST_NUMBER)
