"""Answers that are one of a few labels."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Self

from bot.trial.scorers.base import Scorer
from bot.trial.scorers.normalise import bare

_FAMILIES = (
    frozenset({"yes", "no"}),
    frozenset({"true", "false"}),
    frozenset({"positive", "negative", "neutral", "mixed"}),
    frozenset({"high", "medium", "low"}),
    frozenset({"spam", "ham", "not spam"}),
    frozenset({"pass", "fail"}),
)
WORDS, LENGTH = 4, 40


class Label(Scorer):
    """The answer is the label and nothing else: a program has to read it, so form counts."""

    label: ClassVar[str] = "As a label"
    place: ClassVar[int] = 3
    option: ClassVar[str] = "labels"
    name: str = "label"
    labels: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return f"label, one of {', '.join(self.labels)}" if self.labels else "label, alone"

    def valid(self, got: str) -> bool | None:
        return self.of(got) is not None if len(self.labels) > 1 else None

    def of(self, text: str) -> str | None:
        """Return which of the labels a text is."""
        return next((label for label in self.labels if self.normal(label) == self.normal(text)), None)

    def misfit(self, wanted: str) -> str | None:
        return f"none of the labels {', '.join(self.labels)}" if self.labels and self.of(wanted) is None else None

    @classmethod
    def fits(cls, outputs: Sequence[str]) -> bool:
        return bool(outputs) and all(len(text) <= LENGTH and "\n" not in text for text in outputs)

    @classmethod
    def from_pairs(cls, outputs: Sequence[str]) -> Self:
        return cls(labels=_all_labels(outputs))

    def code(self) -> str | None:
        return "return even(bare(wanted)) == even(bare(got))"


def labels_of(outputs: Sequence[str], *, listed: bool = False) -> tuple[str, ...]:
    """Return the labels of a closed list in sorted order, () where the outputs look like no closed list.

    Short answers of which none comes back are a list only where their words are known to be one, or where people
    `listed` them.
    """
    clean = Counter(bare(text).casefold() for text in outputs)
    if any(len(text) > LENGTH or len(text.split()) > WORDS or "\n" in text for text in outputs):
        return ()
    closed = listed or any(set(clean) <= family for family in _FAMILIES)
    if not closed and (len(clean) > max(2, len(outputs) * 0.75) or max(clean.values()) < 2):
        return ()
    return _all_labels(outputs)


def _all_labels(outputs: Sequence[str]) -> tuple[str, ...]:
    first = {bare(text).casefold(): bare(text) for text in reversed(outputs)}
    return tuple(first[key] for key in sorted(first))
