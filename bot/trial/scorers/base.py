"""What a scorer is: whether an answer is the wanted one, and all that is said, exported and read from files of it.

A scorer is added by a class in a module of this package; `registry` finds it there.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Self, cast

from bot.consultation.base import Plain
from bot.text.json import as_object
from bot.trial.scorers.normalise import bare, even


class Scorer(Plain):
    """Tells whether an answer passes."""

    label: ClassVar[str] = ""
    """How people choose it; empty for one that takes a file to set up."""
    place: ClassVar[int] = 100
    """Where it stands among the others."""
    also: ClassVar[tuple[str, ...]] = ()
    """Other names that a trial file may give it."""
    option: ClassVar[str] = ""
    """The option that a bare value behind its name is."""
    by_program: ClassVar[bool] = True
    """False where a model or a person must say."""

    name: str

    @property
    def said(self) -> str:
        """How it is named in a result."""
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

    def misfit(self, wanted: str) -> str | None:
        """Say what a wanted output is that could never pass, as in "no number"; None where it could."""
        return None

    @property
    def calls(self) -> int:
        """Calls of a model that scoring one answer takes."""
        return 0

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        """Tell whether people may choose it for these wanted outputs."""
        return bool(outputs)

    @classmethod
    def from_pairs(cls, outputs: Sequence[str]) -> Self:
        """Return it with what the wanted outputs say about it. Raises ValueError where that is not enough."""
        return cls.model_validate({})

    @classmethod
    def options(cls, value: object) -> dict[str, Any]:
        """Return the options that stand behind its name in a file: keys, or the value of its only option."""
        if isinstance(value, dict):
            return as_object(cast(object, value))
        if value is None:
            return {}
        field = cls.model_fields.get(cls.option)
        many = field is not None and "tuple" in str(field.annotation)
        return {cls.option or "value": value if isinstance(value, list) or not many else [value]}

    def code(self) -> str | None:
        """Return the body of `passes(wanted, got)` in Python that runs without this project; None for none."""
        return None

    def constants(self) -> dict[str, object]:
        """Return the constants that its code names."""
        return {}

    def instruction(self, wanted: str | None) -> str | None:
        """Return what a judging model is to heed where no code can score; None where code can, or only a person."""
        return None


def name_of(scorer: type[Scorer]) -> str:
    """Return the name by which a file, a choice and a result know a scorer."""
    return str(scorer.model_fields["name"].default)
