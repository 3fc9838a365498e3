"""What most likely lies behind a case. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.answer.steps import speak_of, with_values
from knowledge.causes import RatedCause
from knowledge.schema import Value


@dataclass(frozen=True)
class Likely:
    """Why a case is as it is, in words."""

    text: str = ""
    cite: str = ""
    """The passage that carries it, "" for none."""
    spoken_of: bool = False
    """True where it answers to words that somebody used."""


def likely(
    causes: Sequence[RatedCause],
    facts: Mapping[str, Value],
    values: Mapping[str, str],
    *,
    verdict: str,
    clause: str,
    talk: str,
) -> Likely | None:
    """Return the first cause that fits, with the team's own values in its words."""
    for each in causes:
        about = not each.cause.about or speak_of(each.cause.about, talk)
        if about and each.fits(facts, verdict, clause) and (words := with_values(each.cause.says, values)):
            return Likely(words, next(iter(each.cause.cites), ""), bool(each.cause.about))
    return None
