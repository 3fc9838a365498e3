"""A row of words that must all stand in one sentence, in any order: what is spoken of, and what is said of it."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from bot.consultation.base import Value
from bot.reading.sentences import Mood
from bot.reading.table.row import Match, written
from bot.text import numbers, units

SAID, WANTED = Mood.said, Mood.wished


class Signs(NamedTuple):
    """One row: the words of which each must stand in the sentence."""

    fact: str
    value: Value | Callable[[Match], Value | None]
    words: tuple[str, ...]
    upto: Mood = SAID
    denies: bool = False
    """True where a negation belongs to the words; elsewhere one among them takes the sentence out."""

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_compiled(word) for word in self.words)


@cache
def _compiled(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{written(word)})(?!\w)", re.IGNORECASE)


def count(match: Match) -> int | None:
    """Return the number that a row calls `n`."""
    return next((int(number.value + 0.5) for number in numbers.find(match["n"])), None)


def count_a_day(match: Match) -> int | None:
    """Return how many a day the number is that a row calls `n`."""
    factor, _, _ = units.rate(match.string, match.end("n"))
    return next((int(number.value * factor + 0.5) for number in numbers.find(match["n"])), None)


ANSWER = r"(?:answer|reply|output|response|completion|summary|draft)"
ANSWERS = r"(?:answers?|repl(?:y|ies)|outputs?|responses?(?! time)|completions?|summar(?:y|ies)|drafts?)"
ITS = (
    rf"(?:(?:our|its|these|all|every|each|any|the model's|the bot's) (?:\w+ )?{ANSWERS}|(?:the|an?) (?:\w+"
    rf" )?{ANSWERS})"
)
BUILT = (
    r"(?:(?:language |base |fine-?tuned |tuned |untuned |system )?models?|llms?|chat ?bots?|the bot|our"
    r" bot|assistant|fine-?tune|<model>)"
)
PROMPT = r"(?:(?:system )?prompts?)"
OURS = rf"(?:{BUILT}|{PROMPT}|{ITS})"
TUNED = r"(?:fine-?\s?tune(?!d)|loras?|(?:fine-?\s?)?tuned (?:model|version|one|<model>))"
TESTS = r"(?:test (?:set|cases|items|questions|data)|eval\w*(?: set)?|held[- ]out|benchmark|golden (?:set|answers))"
ROWS = (
    r"(?:tickets|e-?mails|mails|chats|conversations|transcripts|messages|examples|pairs|samples|rows"
    r"|prompts|(?:training |customer |our |the )data)"
)
LABELS = r"(?:labels|categories|classes|topics|tags|intents|queues)"
FEW = (
    r"(?:a few|several|many|various|multiple|lots of|dozens of|countless|a (?:dozen|handful|couple)(?:"
    r" of)?|<#>|eleven|twelve|\d+)"
)
SHORT = (
    r"(?:fall(?:s|ing)?|fell) short|(?:is|was|were|isn't|wasn't|still|just)\W+(?:\w+ ){0,2}?(?:not|n't"
    r"|nowhere near|far from)\b.{0,20}"
    r"|(?:not|n't|never) (?:\w+ ){0,3}?(?:good enough|usable|better|there|where it should be|the bar|our bar|work)"
    r"|(?:was|is|came out|turned out|got|even) (?:\w+ )?(?:worse|bad|poor|terrible|useless)|fails?|failed"
    r"|underperforms"
    r"|gets? .{0,20}wrong|hallucinates"
)
PLACES = {
    "azure": r"(?:microsoft )?azure(?: openai| foundry| ai)?",
    "openai": r"openai(?:'s \w+)?",
    "vertex": r"(?:google )?vertex(?: ai)?",
    "bedrock": r"(?:aws |amazon )?bedrock",
    "together": r"together(?:\.ai| ai)",
    "fireworks": r"fireworks(?:\.ai| ai)",
    "tinker": r"tinker",
    "self_hosted": r"(?:our|my) own (?:\w+ )?(?:gpus?|servers?|machines?|hardware|metal|cluster|data ?cent(?:er|re))"
    r"|on-?prem(?:ises?)?",
}
DONE = (
    r"(?:run|runs|running|host(?:ed|ing)?|deploy(?:ed|ment)?|serve[ds]?|train(?:ed|ing)?|tune[ds]?"
    r"|fine-?tun(?:e|ed|ing)|inference|bound|tied|committed)"
)
MUST = r"(?:must|has to|have to|should|needs? to|may only)"


def signs(even: str, start: int, end: int, row: Signs) -> tuple[int, int, Match] | None:
    """Return where in a sentence the words of a row stand, and the one with the number; None where one lacks."""
    found: list[Match] = []
    for pattern in row.patterns:
        match = pattern.search(even, start, end)
        if match is None:
            return None
        found.append(match)
    left, right = min(each.start() for each in found), max(each.end() for each in found)
    if not row.denies and _DENIAL.search(even, left, right):
        return None
    return left, right, next((each for each in found if "n" in each.re.groupindex), found[0])


_DENIAL = re.compile(r"\b(?:not|never|no|nobody|without|neither|nor|none|cannot)\b|n't\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\w))+")


def sentences_of(even: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a text stand."""
    return (found.span() for found in SENTENCE.finditer(even))
