"""What is unmistakable in words that people say to each other, read without a model.

Reading alone does not tell what a line is about: lunch costs too much, and the laptop must not leave the office. So
each fact has words of the case that must stand beside it, in its clause or in its sentence; without them it may be
about anything, and then nothing is taken.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from bot.reading import answers, by_patterns, sentences
from bot.reading.by_patterns import Hit
from bot.reading.overheard.beside import BESIDE, OTHER_THINGS, SAME_CLAUSE
from bot.reading.overheard.goals import GOALS
from bot.reading.overheard.history import HISTORY
from bot.reading.overheard.setting import SETTING
from bot.reading.overheard.signs import sentences_of, signs
from bot.reading.result import Found
from bot.reading.sentences import Clause, Mood
from bot.reading.table.row import written
from bot.reading.understanding import between_people
from knowledge.load import Knowledge
from knowledge.schema import Fact

_LINE = 600
"""Characters; who writes more to colleagues tells a story, in which much may be meant otherwise."""
_TOPIC = re.compile(
    r"models?\b|llm|gpt|claude|gemini|llama|mistral|qwen|sonnet|opus|prompt|few.shot|tun(?:e|ed|ing)\b|lora|bots?\b|assistant"
    r"|answer|repl(?:y|ies)|output|response|completion|summar|draft|json|xml|yaml|schema|token|examples|pairs|samples|label"
    r"|annotat|ticket|mails|chats|calls|called|requests|questions|tests?\b|eval|held|golden|baseline|accura|data|tone|\bown"
    r"|maintain|retrain|azure|openai|vertex|bedrock|together|fireworks|tinker|servers|hardware|gpu|prem|regex|rule|query"
    r"|lookup|classifier|encoder|tagger|bert\b|dspy|gepa|thumbs|sounds? like us|how often",
    re.IGNORECASE,
)
"""Stems of which a line about the case has one: most lines have none, and need no reading."""
_NOT_OURS = re.compile(
    r"\b(?:(?:the|our|their|a|an|this|that) (?:\w+ )?(?:papers?|vendors?|talks?|articles?|blog(?: posts?)?|docs?"
    r"|\w*books?|guides?|tutorials?|courses?|manuals?|consultants?|agency|agencies|competitors?|suppliers?)(?:'s?)?"
    r" (?:tried|tested|said|says|claims?|has|have|had|gives?|shows?|contains?|models?|prompts?|(?:chat ?)?bots?"
    r"|assistants?)"
    r"|(?:their|somebody else's|someone else's) (?:\w+ )?(?:models?|prompts?|(?:chat ?)?bots?|assistants?|fine-?tunes?)"
    r"|blog post|talk on|never ?mind|forget (?:it|that|what)|scratch that|just kidding|jk|lol|lmao"
    r"|haha\w*|imagine|what if|pretend|suppose"
    r"|he|she|his|her|him|hers|mum|mom|dad|wife|husband|kids?|dentist)\b|[😂🤣😅😜]",
    re.IGNORECASE,
)
"""A joke, words taken back, a thought, or somebody's own affairs."""
_YOU = re.compile(r"\byou(?:'re|r|rs)?\b", re.IGNORECASE)
"""Said to a colleague of the colleague, it is no statement about the case."""
_BARE = re.compile(rf"\W*(?:{answers.YES}|{answers.NO}|{answers.NONE}|[\d.,]+\W?k?)\W*", re.IGNORECASE)
_IN_PASSING = re.compile(
    r"(?:the|our|my|a|an|its|this|that)? ?(?:\w+ )?(?:bot|chat ?bot|assistant|labels?|code)", re.IGNORECASE
)
"""Words that only name what is spoken of, and state no kind of answer."""
_OF_ANYTHING = frozenset({"need", "quality_ok", "variety"})
"""Facts whose words are said of anything."""
_OTHER_SYSTEMS = re.compile(
    r"\b(?:sites?|websites?|pages?|db|databases?|printers?|shops?|lifts?|vpn|wifi|apps?|api|builds?|ci"
    r"|laptops?|phones?|bus|trains?|cars?"
    r"|config\w*|press releases?|brochures?|posters?|flyers?|speech(?:es)?|invitations?"
    r"|deploys?|tests|linters?|parsers?|dashboards?|screens?|meetings?|slides?)\b",
    re.IGNORECASE,
)
_OF_OURS = re.compile(
    r"\bmy (?!prompts?|models?|bot|fine-?tune|examples|labels|test|eval|data ?set|team)\w+", re.IGNORECASE
)

_CALLED = re.compile(
    r"\b(?:calls|requests|queries|messages|questions|called|invocations|tickets|conversations|chats"
    r"|prompts|generations)\b",
    re.IGNORECASE,
)
_STRONG_COUNT = re.compile(
    r"\b(?:labell?ed|annotated|training|held[- ]out|eval\w*|test (?:cases|set|items)|requests|models?"
    r"|prompts?|bot|on this|tokens?)\b",
    re.IGNORECASE,
)
_LEAST = {"examples": 10, "eval_items": 5, "calls_per_day": 1000}
"""Where nothing near a number says more, as few as these may be of anything."""


def unmistakable(text: str, asked: Sequence[str], knowledge: Knowledge) -> tuple[Found, ...]:
    """Return the facts that a line can only be about: a statement about the case, an option of the open question in
    full, or a number with the unit that was asked for. Never a bare yes, no, none or number, and nothing of a question.
    """
    even = sentences.plain(text)
    if (
        not even.strip()
        or len(even) > _LINE
        or even.rstrip(" .!)\"'").endswith("?")
        or _BARE.fullmatch(even)
        or _NOT_OURS.search(even)
        or _YOU.search(even)
    ):
        return ()
    askable = {name: fact for name, fact in knowledge.facts.items() if fact.known_by == "asked"}
    clear = OTHER_THINGS.sub(lambda other: "_" * len(other.group()), even)
    found: dict[str, Found] = {}
    if _TOPIC.search(clear):
        pieces = sentences.clauses(clear)
        found = {hit.fact: hit for hit in _plain(text, clear, pieces, askable)}
        for hit in between_people(clear, knowledge):
            if _about_the_case(clear, pieces, hit):
                found.setdefault(hit.fact, _quoting(text, clear, hit))
    for hit in answers.in_full(text, askable, asked, knowledge.asks):
        found.setdefault(hit.fact, hit)
    return tuple(found[name] for name in askable if name in found)


def _plain(text: str, clear: str, pieces: Sequence[Clause], askable: Mapping[str, Fact]) -> list[Found]:
    """Return what the rows for lines between people read; two values of one fact are none."""
    hits: dict[str, list[Hit]] = {}
    for start, end in sentences_of(clear):
        for row in (*GOALS, *HISTORY, *SETTING):
            if row.fact not in askable or (at := signs(clear, start, end, row)) is None:
                continue
            left, right, counted = at
            moods = [piece.mood for piece in pieces if piece.start < right and left < piece.end]
            value = row.value(counted) if callable(row.value) else row.value
            if value is not None and max(moods, default=0) <= row.upto and Mood.asked not in moods:
                hits.setdefault(row.fact, []).append(Hit(value, left, right))
    return by_patterns.settle(text, askable, hits)


def _quoting(text: str, clear: str, hit: Found) -> Found:
    """Return a finding with its words as they were written."""
    start = clear.find(hit.quote)
    return hit.model_copy(update={"quote": text[start : start + len(hit.quote)]})


@cache
def _beside(fact: str) -> re.Pattern[str]:
    # Compiled when the first line is read: the names of all models would hold up the start.
    return re.compile(rf"(?<!\w)(?:{written(BESIDE[fact])})(?!\w)", re.IGNORECASE)


def _about_the_case(clear: str, pieces: Sequence[Clause], hit: Found) -> bool:
    """Tell whether a word of the case stands beside what was found, in its very clause where anything can be so."""
    start = clear.find(hit.quote)
    if start < 0 or hit.fact not in BESIDE:
        return False
    end = start + len(hit.quote)
    left = max(clear.rfind(mark, 0, start) for mark in ".!?\n") + 1
    right = min((at for mark in ".!?\n" if (at := clear.find(mark, end)) >= 0), default=len(clear))
    if hit.fact in SAME_CLAUSE:
        around = [piece for piece in pieces if piece.start < end and start < piece.end]
        left, right = (
            min((each.start for each in around), default=left),
            max((each.end for each in around), default=right),
        )
    own = hit.fact in _OF_ANYTHING and (
        _OF_OURS.search(clear, left, right) or _OTHER_SYSTEMS.search(clear, left, right)
    )
    if own or (hit.fact == "output" and _IN_PASSING.fullmatch(hit.quote)):
        return False
    return _beside(hit.fact).search(clear, left, right) is not None and _counts(clear, hit, start)


def _counts(clear: str, hit: Found, start: int) -> bool:
    """Tell whether a number is one of the case: few of anything, or none of it, are said of anything."""
    if isinstance(hit.value, bool) or not isinstance(hit.value, int):
        return True
    if hit.fact == "calls_per_day" and not _CALLED.search(clear, start, start + len(hit.quote) + 30):
        return False
    end = start + len(hit.quote)
    return hit.value >= _LEAST.get(hit.fact, 0) or bool(_STRONG_COUNT.search(clear, max(0, start - 40), end + 25))
