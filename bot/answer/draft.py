"""What a model answered, before it is checked."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MARK = re.compile(r"\[(\d{1,2})\]")
_LATE = re.compile(r"([.!?。！？])[ ]?((?:\[\d{1,2}\])+)")
_END = re.compile(r"(?<=[.!?。！？:])(?<!\b[a-zA-Z]\.)\s+|(?<=[。！？])|\n+")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


@dataclass(frozen=True)
class Draft:
    """An answer in the form that was asked for."""

    language: str
    whether: bool
    """True where the people ask whether to train, or have that to choose."""
    stance: str
    text: str
    footnotes: Mapping[int, str]
    calculations: tuple[tuple[str, float], ...]
    steps: tuple[tuple[str, bool], ...]
    """What to do, and whether the advisor can run it here."""
    question: str | None
    lines: tuple[str, ...]
    """The verdict in brief, in words for this case."""
    objection: tuple[str, str] | None

    @property
    def whole(self) -> str:
        """All that would be said, the question left out."""
        texts = [text for text, _ in self.steps]
        numbered = texts if len(texts) == 1 else [f"{i}. {text}" for i, text in enumerate(texts, 1)]
        return "\n\n".join(filter(None, [self.text, "\n".join(numbered)]))

    @property
    def used(self) -> frozenset[int]:
        """The footnote numbers that stand in the text; those in code are none."""
        return frozenset(int(n) for n in MARK.findall(CODE.sub(" ", self.whole)))


def draft_of(data: Mapping[str, Any]) -> Draft:
    """Return the draft in a model's object, which fits the schema."""
    objection = data["objection"]
    return Draft(
        language=data["language"],
        whether=data["whether"],
        stance=data["stance"],
        text=data["text"].strip(),
        footnotes={note["number"]: note["source"] for note in data["footnotes"]},
        calculations=tuple((each["expression"], _float(each["result"])) for each in data["calculations"]),
        steps=tuple((each["text"].strip(), each["experiment"] == "trial") for each in data["steps"]),
        question=(data["question"] or "").strip() or None,
        lines=tuple(" ".join(line.split()) for line in data["lines"]),
        objection=(objection["fact"], objection["why"].strip()) if objection else None,
    )


def _float(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with the footnotes that follow it; code is left out."""
    together = _LATE.sub(r"\2\1", CODE.sub(" ", text))
    return [part.strip() for part in _END.split(together) if part and part.strip()]
