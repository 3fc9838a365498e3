"""Which presses open a form instead of being an event, and what is in it. Pure: a form must open without a wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat import wording
from bot.chat.events import Answered, Body, Pasted
from bot.chat.reply import Form
from knowledge.load import Knowledge


@dataclass(frozen=True)
class Paste:
    """A form for samples or for a finetuning file: a long text, and files; it comes back as Pasted."""

    purpose: str
    title: str
    ask: str
    hint: str


SAMPLES = Paste(
    "samples",
    "Run your own samples",
    "Inputs, each with the answer you would have given",
    "Up to 50, in any plain form: `input: …` and `output: …` lines, CSV or JSONL. One prompt alone works too.",
)
DATASET = Paste(
    "dataset", "Check a finetuning file", "Rows of chat messages, one JSON object a line", "Or attach the file."
)


def opened_by(knowledge: Knowledge, action: str, values: Sequence[str]) -> Form | Paste | None:
    """Return the form that a press opens; None where the press itself is the event.

    `answer` with names of facts opens the form of these facts, `fix` with one the form to correct it, `trial` with
    `paste` and `dataset` a form to paste into.
    """
    if action in ("answer", "fix"):
        asked = [fact for fact in values if fact in knowledge.asks]
        return wording.form(knowledge, asked) if asked else None
    if action == "trial" and tuple(values) == ("paste",):
        return SAMPLES
    return DATASET if action == "dataset" else None


def given(knowledge: Knowledge, body: Body) -> str:
    """Say what was sent in a form, for those who only see that it was answered."""
    if not isinstance(body, Answered):
        return "sent a file to check" if isinstance(body, Pasted) and body.purpose == "dataset" else "sent samples"
    return "; ".join(
        f"{wording.label(knowledge, fact)}: {wording.UNKNOWN if held is None else wording.value(knowledge, fact, held)}"
        for fact, held in body.facts.items()
    )
