"""What is said to words that are no part of a case: one short sentence and no question. Pure."""

from collections.abc import Mapping

from bot.chat.cc import without_names
from bot.chat.events import Event, Said
from bot.chat.reply import Text
from bot.reading import understand
from bot.reading.intents import SHORT
from bot.reading.result import Remark
from bot.reading.sentences import plain
from knowledge.load import Knowledge

_SENTENCES: Mapping[Remark, str] = {
    "thanks": "You are welcome.",
    "greeting": "Hello. Tell me what a model should do better, and I say whether finetuning is worth it.",
    "sign": "I am here when there is something to weigh.",
    "about": "I weigh by rules whether finetuning is worth it, and can be wrong; `help` lists what works here.",
    "privacy": "What you tell me serves this consultation and trains nothing. Who can read along is who is here, "
    "whoever runs me, and the model server that I named, where one is set; `forget` deletes it, `forget me` what is "
    "yours.",
    "off_topic": "That is nothing I can judge: I advise on whether to finetune a model.",
}


LONGEST = 500
"""Characters of a remark; what is longer brings something."""


def short_answer(remark: Remark) -> Text:
    """Return the one sentence that a remark gets."""
    return Text(markdown=_SENTENCES[remark], voice="notice")


def says_nothing(text: str) -> bool:
    """Tell whether words are only marks, or name somebody and nothing else: "...", "@ben"."""
    left = without_names(text)
    return bool(text.strip()) and "?" not in text and not any(each.isalnum() for each in left)


def in_passing(event: Event, knowledge: Knowledge) -> Text | None:
    """Return what is said to a first event that brings nothing to a case; None where it may bring something."""
    body = event.body
    if not isinstance(body, Said) or body.files or body.passed_on or event.addressed != "us":
        return None
    if len(body.text) > LONGEST:
        return None
    text = without_names(body.text)
    if len(plain(text).split()) > SHORT:
        return None  # no remark is as long, and to read it all would be half of the turn
    remark = understand(text, (), knowledge, addressed=True).remark
    return short_answer(remark) if remark else None
