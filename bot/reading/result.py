"""What one message was read as."""

from collections.abc import Mapping
from typing import Literal

from pydantic import ConfigDict

from bot.consultation.base import Plain, Value
from bot.consultation.model import Samples
from bot.model.errors import ModelError
from knowledge.schema import Intent

Remark = Literal["thanks", "greeting", "sign", "about", "privacy", "off_topic"]
"""What brings nothing to a case: `about` asks what the advisor is, `privacy` who reads it, `off_topic` other things."""


class Found(Plain):
    """One fact with the exact words that carry it."""

    fact: str
    value: Value
    quote: str
    closed: bool = False
    """True where the open question was answered by it; otherwise a set is a lower bound."""


QuestionKind = Literal["whether", "how_to", "how_much_data", "why_fails", "which_model", "cost", "meaning", "other"]
"""What a question to the advisor is about; `meaning` is about its own open question."""


class Question(Plain):
    """A question that is put to the advisor, in the author's words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str
    kind: QuestionKind = "other"


class Reading(Plain):
    """A message as facts, samples, a question to the advisor, or a wish to skip."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    found: tuple[Found, ...] = ()
    unsure: tuple[str, ...] = ()
    """Facts of the open question answered "I don't know"."""
    samples: Samples | None = None
    samples_fault: str | None = None
    """Which row of the samples could not be read and why; the others are in `samples`."""
    beside: str = ""
    """The message without the lines of its samples, where those words tell a case."""
    question: str | None = None
    """Set where the message asks the advisor something instead of stating its case."""
    asks: tuple[Question, ...] = ()
    """All that it asks, `question` included."""
    situation: str = ""
    """The case in a sentence or two, as a model understood it."""
    language: str | None = None
    """The code of the language it is written in, where a model told."""
    corrects: tuple[str, ...] = ()
    """Facts whose earlier value it takes back."""
    skip: bool = False
    intent: Intent = "answer"
    """What the message is for."""
    remark: Remark | None = None
    """Set where the message is that as a whole, and one sentence answers it."""
    confirm: bool = False
    """True where the intent ends or deletes something and was understood from other words than the command's own."""
    candidates: Mapping[str, tuple[Value, ...]] = {}
    """Options of the open question that are close, the nearest first, where none is clear."""
    passages: tuple[str, ...] = ()
    """Passages that answer its question, best first, as `rule#name`."""
    left_alone: bool = False
    """True where people talk to each other, and nothing is to come of it."""
    notes: tuple[str, ...] = ()
    """How numbers were reckoned, and why one was refused; for the reader."""
    by_model: bool = False
    dropped: int = 0
    """Facts the model claimed and the message does not carry."""
    cut: bool = False
    """True where only the first part of a long message was read."""
    error: ModelError | None = None
    """Why the model did not read; the patterns did."""


def told_once(held: Mapping[str, Found]) -> dict[str, Found]:
    """Leave out a score and a target that are told as one already; a score alone is not both."""
    both = held.get("baseline_known")
    if both is None or both.value is not True:
        return dict(held)
    half = not both.closed and "score_known" in held and "target_known" not in held
    repeated = ("baseline_known",) if half else ("score_known", "target_known")
    return {name: hit for name, hit in held.items() if name not in repeated}
