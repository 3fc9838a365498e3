"""What is said to words that are no part of a case: one short sentence and no question. Pure."""

from collections.abc import Callable

from bot.chat.events import Event, Said
from bot.chat.mentions import without_names
from bot.chat.reply import Text
from bot.reading.intent import intent_of, tone_of
from knowledge.schema import Intent

Reads = Callable[[str], Intent | None]
"""Tells what a message is after that states nothing of a case; None for one that may state something."""

_TONES = {
    "thanks": "You are welcome.",
    "greeting": "Hello. Tell me what a model should do better, and I say whether finetuning is worth it.",
    "sign": "I am here when there is something to weigh.",
}
_SENTENCES: dict[Intent, str] = {
    "help": "I find out whether finetuning a model is worth it for your case; `help` lists what works here.",
    "other": "That is nothing I can judge: I advise on whether to finetune a model.",
}


def short_answer(intent: Intent | None, text: str) -> Text | None:
    """Return the one sentence that an intent gets; None for one that is answered at length."""
    if intent == "smalltalk":
        return Text(markdown=_TONES[tone_of(text) or "sign"], voice="notice")
    return Text(markdown=_SENTENCES[intent], voice="notice") if intent in _SENTENCES else None


def in_passing(event: Event, reads: Reads = intent_of) -> Text | None:
    """Return what is said to an event that brings nothing to a case; None where it may bring something."""
    body = event.body
    if not isinstance(body, Said) or body.files or event.addressed != "us":
        return None
    text = without_names(body.text)
    return short_answer(reads(text), text)
