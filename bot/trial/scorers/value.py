"""Answers that are a value: a number, or JSON."""

import json
from collections.abc import Sequence
from typing import ClassVar, Self

from pydantic import Field

from bot.trial.scorers.base import Scorer
from bot.trial.scorers.normalise import BROKEN, bare, json_value, number, same


class Number(Scorer):
    """The answer is a number alone, near enough to the wanted one."""

    label: ClassVar[str] = "As a number"
    place: ClassVar[int] = 4
    option: ClassVar[str] = "tolerance"
    name: str = "number"
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

    def misfit(self, wanted: str) -> str | None:
        return "no number" if number(wanted) is None else None

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return bool(outputs) and all(number(text) is not None for text in outputs)

    @classmethod
    def from_pairs(cls, outputs: Sequence[str]) -> Self:
        return cls(tolerance=_half_a_digit(outputs))

    def code(self) -> str | None:
        return """want, have = number(wanted), number(got)
    return want is not None and have is not None and abs(want - have) <= TOLERANCE + 1e-9 * abs(want)"""

    def constants(self) -> dict[str, object]:
        return {"TOLERANCE": self.tolerance}


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


def _half_a_digit(outputs: Sequence[str]) -> float:
    decimals = max(
        ((len(bare(text).rpartition(".")[2].rstrip("%€$£¥ ")) if "." in bare(text) else 0) for text in outputs),
        default=0,
    )
    return 0.5 * 10**-decimals if decimals else 0.0
