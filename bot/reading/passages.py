"""What of the rules speaks of a message, and how surely."""

from collections.abc import Mapping

from bot.reading.intents import ASIDE
from knowledge.load import Knowledge
from knowledge.lookup import look_up, ranked
from knowledge.phrasing_index import PEOPLE

WELL = 1.6
"""How far above its bar a passage must score to be named beside a case that is told."""
TOLD_FIRST = 6
"""Words of a message that tells something before it asks."""


def passages_of(question: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the passages that answer a question, best first, as `rule#name`."""
    return tuple(passage.ref for passage in look_up(knowledge, question))


def speaks_of(text: str, knowledge: Knowledge) -> bool:
    """Tell whether a passage speaks well of what a message tells."""
    return next(iter(ranked(knowledge, text)), (0.0, ""))[0] >= WELL * knowledge.thresholds.passage


def plainly_asks(text: str, knowledge: Knowledge) -> bool:
    """Tell whether a message tells something that a passage speaks of, and asks what comes of it."""
    return len(text.split()) > TOLD_FIRST and speaks_of(text, knowledge)


def beside_it(intents: Mapping[str, float], knowledge: Knowledge) -> bool:
    """Tell whether a question is about something else than finetuning and this consultation."""
    off = max(intents.get(name, 0.0) for name in ASIDE if name != PEOPLE)
    return off >= knowledge.thresholds.intent and off > max(intents.get("question", 0.0), intents.get("counter", 0.0))
