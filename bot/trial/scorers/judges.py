"""Scorers that no program runs: a model that judges by a rubric, and people."""

from typing import ClassVar, Literal

from pydantic import Field

from bot.trial.scorers.base import BaseScorer

RUBRIC = (
    "It serves the input as well as the reference does: the same facts and decisions, nothing made up, "
    "and the same tone and form. Other words are fine."
)


class Judge(BaseScorer):
    """A model says whether an answer meets a rubric, asked twice with the texts in both orders.

    The two verdicts must agree; else it is left to a person.
    """

    name: Literal["judge"] = "judge"
    label: ClassVar[str] = "By a model"
    option: ClassVar[str] = "rubric"
    program: ClassVar[bool] = False
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


class Human(BaseScorer):
    """A person says which answers they would have sent."""

    name: Literal["human"] = "human"
    label: ClassVar[str] = "By people"
    program: ClassVar[bool] = False

    @property
    def said(self) -> str:
        return "by you: would you have sent it?"

    def score(self, wanted: str, got: str) -> bool | None:
        return None
