"""Scorers that compare the whole answer with the wanted one."""

from typing import ClassVar

from bot.trial.scorers.base import Scorer


class Exact(Scorer):
    """The answer is the wanted one, character for character."""

    label: ClassVar[str] = "Exactly equal"
    place: ClassVar[int] = 1
    name: str = "exact"

    @property
    def said(self) -> str:
        return "exact, character for character"

    def normal(self, text: str) -> str:
        return text

    def code(self) -> str | None:
        return "return wanted == got"


class Text(Scorer):
    """The answer is the wanted one but for case, spaces, quotes, a code fence and the last full stop."""

    label: ClassVar[str] = "Equal but for case and spaces"
    place: ClassVar[int] = 2
    name: str = "text"

    @property
    def said(self) -> str:
        return "text, whatever its case, spaces and last full stop"

    def code(self) -> str | None:
        return "return even(bare(wanted)) == even(bare(got))"
