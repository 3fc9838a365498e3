"""Answers that a model or a person judges."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from bot.trial.scorers.base import Scorer

RUBRIC = (
    "It serves the input as well as the reference does: the same facts and decisions, nothing made up, "
    "and the same tone and form. Other words are fine."
)


class Judge(Scorer):
    """A model says whether an answer meets a rubric, asked twice with the texts in both orders.

    The two verdicts must agree; else it is left to a person.
    """

    label: ClassVar[str] = "By a model"
    place: ClassVar[int] = 11
    option: ClassVar[str] = "rubric"
    by_program: ClassVar[bool] = False
    name: str = "judge"
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

    def instruction(self, wanted: str | None) -> str | None:
        return f"{self.rubric}\n\nA good answer, for comparison:\n{wanted}" if wanted else self.rubric


class Human(Scorer):
    """A person says which answers they would have sent."""

    label: ClassVar[str] = "By people"
    place: ClassVar[int] = 12
    by_program: ClassVar[bool] = False
    name: str = "human"

    @property
    def said(self) -> str:
        return "by you: would you have sent it?"

    def score(self, wanted: str, got: str) -> bool | None:
        return None

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return True
