"""Plain statements about a case, as data: the fact, its value, the words, and how they must be meant.

A pattern matches within a sentence. The group `q`, or else the whole match, is the quote.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from bot.consultation.base import Value
from bot.reading.sentences import Mood
from bot.text.literals import Search
from knowledge.models import name_pattern, ours

Match = re.Match[str]
SAID, FELT, WANTED = Mood.said, Mood.asked, Mood.wished
"""A statement only; also a complaint in a question; also a wish."""


class Row(NamedTuple):
    """One line of the table."""

    fact: str
    value: Value | Callable[[Match], Value | None]
    source: str
    upto: Mood

    @property
    def pattern(self) -> re.Pattern[str]:
        return _compiled(self.source)

    @property
    def search(self) -> Search:
        return _search(self.source)


def row(fact: str, value: Value | Callable[[Match], Value | None], pattern: str, upto: Mood = SAID) -> Row:
    """Make a row.

    In the pattern `<#>` is a number, `<..20>` at most 20 characters of the same sentence with no negation among them,
    `<model>` the name of a base model, and other names in angle brackets are FRAGMENTS.
    """
    pattern = re.sub(
        r"<\.\.(\d+)>", r"(?:(?![.!?;](?!\\w)|\\n|\\bnot\\b|n't\\b|\\bnever\\b).){0,\1}?", _filled(pattern)
    )
    return Row(fact, value, pattern, upto)


def _filled(pattern: str) -> str:
    for name, fragment in FRAGMENTS.items():
        pattern = pattern.replace(f"<{name}>", fragment)
    return pattern


def written(pattern: str) -> str:
    """Return a pattern with its fragments and the names of models written out."""
    return _filled(pattern).replace("<model>", base_model())


@cache
def _compiled(source: str) -> re.Pattern[str]:
    # More than a hundred of them would hold up the start; the first message pays for them.
    return re.compile(source.replace("<model>", base_model()), re.IGNORECASE)


@cache
def _search(source: str) -> Search:
    return Search(_compiled(source))


@cache
def base_model() -> str:
    """Return the pattern of the name of any base model, with or without its version."""
    return name_pattern(ours(), bare=True)


def tuned(match: Match) -> bool | None:
    """True where a complaint follows the finetune within the next few sentences."""
    rest = match.string[match.end() : match.end() + 350]
    return True if _COMPLAINT.search(rest) else None


def running_cost(match: Match) -> tuple[str, ...] | None:
    """The need for lower running cost, unless it is training or labelling that costs."""
    return None if _EFFORT.search(_before(match, match.start(), 60)) else ("cost",)


_NO_QUALITY = re.compile(
    r"tuned\b|\b(?:none|neither|no one) of\b|\b(?:costs?|pric(?:e|es|ing)|budget|bills?|spend(?:ing)?"
    r"|money|latenc\w+|speed|response times?|throughput"
    r"|uptime|licen[cs]es?|privacy|compliance|legal|security|hosting|infra\w*|volumes?|timeline|deadline)\b(?!.*"
    r"\b(?:quality|answers?|outputs?|results?|accuracy|repl(?:y|ies))\b)",
    re.IGNORECASE,
)


def untuned(match: Match) -> bool | None:
    """True where neither a finetune is good enough, nor what it costs or how fast it is."""
    return None if _NO_QUALITY.search(_before(match, match.start(), 60)) else True


def is_of_tests(sentence: str) -> bool:
    """Tell whether a sentence speaks of what is tested with."""
    return _TESTS.search(sentence) is not None


def fares(match: Match) -> bool:
    """False where it is said to have failed within the next few words."""
    return _FELL_SHORT.match(match.string, match.end()) is None


def unless_tests(value: str) -> Callable[[Match], str | None]:
    """The value, unless the sentence is about what is tested with."""
    return lambda match: None if is_of_tests(_sentence(match)) else value


def _sentence(match: Match) -> str:
    rest = re.split(r"[.!?\n]", match.string[match.end() : match.end() + 60])[0]
    return _before(match, match.start(), 60) + match.group() + rest


def _before(match: Match, place: int, most: int) -> str:
    """Return the words of the sentence that stand before a place."""
    return re.split(r"[.!?\n]", match.string[max(0, place - most) : place])[-1]


FRAGMENTS = {
    "#": r"(?:\d[\d,.]*k?|a (?:couple|handful|dozen)|two|three|four|five|six|seven|eight|nine|ten|twenty)",
    "tune": r"(?:fine[- ]?\s?tun(?:e|ed|ing)|sft|lora|qlora)",
    "tuned": r"(?:fine[- ]?\s?tuned|trained|instruction[- ]tuned)",
    "own": r"(?:our|my|the|this|that|these|those|their|its|own|internal|company|private|domain)",
    "papers": r"(?:data(?: ?(?:sets?|bases?))?|docs?|documents?|documentation|pdfs?|files?|knowledge(?: base)?"
    r"|contents?|books?|manuals?|handbooks?|articles?|wiki|notes|records|policies)",
    "json": r"(?:json(?:l)?|xml|yaml|a? ?fixed schema|structured (?:data|output|json|record)s?)",
}

_FELL_SHORT = re.compile(
    r"[^.!?\n]{0,40}?\b(?:fell|falls?|falling) (?:flat|over|short|apart)\b|[^.!?\n]{0,40}?\b(?:useless|hopeless|no good"
    r"|bombed|failed|fails|struggled|struggles|garbage|(?:did|does|could|can)(?:n't| not) (?:work|cope|do|handle"
    r"|manage))\b",
    re.IGNORECASE,
)
_EFFORT = re.compile(r"\b(?:fine-?\s?tuning|training|label(?:l?ing|s)|annotat\w+|gpus?)\b(?! data)", re.IGNORECASE)
_TESTS = re.compile(r"\b(?:test|eval\w*|held[- ]out|gold(?:en)?|benchmark|validation)\b", re.IGNORECASE)
_COMPLAINT = re.compile(
    r"\b(?:still|hallucinat\w+|worse|bad(?:ly)?|poor(?:ly)?|fails?|failed|cannot|could not|abnormal"
    r"|wrong|repeat(?:s|ed|ing)?"
    r"|gibberish|nonsense|garbage|overfit\w*|not (?:\w+ ){0,2}(?:good|work\w*|learn\w*|answer\w*"
    r"|follow\w*|stop\w*|able|generat\w+"
    r"|produc\w+|as expected|satisf\w+)|unable|incorrect\w*|random|weird|strange|ignor\w+|loses?|lost"
    r"|forgets?|forgot)\b"
    r"|n't (?:\w+ ){0,2}(?:work|learn|answer|follow|stop|know|generate|produce|get|give|seem|achieve"
    r"|understand|improve|do)\b",
    re.IGNORECASE,
)
