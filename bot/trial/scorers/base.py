"""What every scorer has: how it is named, which samples it fits, whether an answer passes, and the same as code."""

from collections.abc import Sequence
from typing import ClassVar, Self

from bot.consultation.base import Plain
from bot.trial.scorers.normalise import bare, even


class BaseScorer(Plain):
    """One way of telling whether an answer is the wanted one."""

    label: ClassVar[str] = ""
    """How people are offered it beside others; nothing where it has to be written into a file."""
    option: ClassVar[str] = ""
    """The one of its options that may stand for all in a file: `{regex: "^a"}`."""
    program: ClassVar[bool] = True
    """False where it takes a model or a person to tell."""

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        """Tell whether answers like the wanted ones can be scored by it."""
        return True

    @classmethod
    def from_outputs(cls, outputs: Sequence[str]) -> Self | None:
        """Return the scorer with what the wanted outputs say about it; None where that is not enough."""
        return cls()

    @property
    def said(self) -> str:
        """The scorer in words."""
        raise NotImplementedError

    def normal(self, text: str) -> str:
        """Return an answer so that equal answers are equal texts."""
        return even(bare(text))

    def score(self, wanted: str, got: str) -> bool | None:
        """Tell whether an answer passes, None where this cannot tell."""
        return self.normal(wanted) == self.normal(got)

    def valid(self, got: str) -> bool | None:
        """Tell whether an answer has the form that is wanted, right or wrong; None where there is no form."""
        return None

    def code(self) -> str | None:
        """Return the body of `passes(wanted, got)` for a file that runs without this project, None where code cannot.

        It may use what `bot.trial.scorers.normalise` defines, and the constants.
        """
        return None

    def constants(self) -> dict[str, object]:
        """Return the values that the code names."""
        return {}

    @property
    def calls(self) -> int:
        """Calls of a model that scoring one answer takes."""
        return 0
