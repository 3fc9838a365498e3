"""What a short message is for when it states nothing: a command, "I don't know", small talk, talk to others."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

from bot.chat import commands
from bot.chat.cc import without_names
from bot.reading import answers, phrased, questions
from bot.reading.replies import Answers
from bot.reading.result import Remark
from knowledge.load import Knowledge
from knowledge.matcher import Near, words
from knowledge.phrasing_index import PEOPLE, Meaning, denies, matcher, spelled
from knowledge.schema import Intent

SHORT = 14
"""Words of a message that can be a command, small talk or "I don't know" as a whole."""
ENDS: frozenset[Intent] = frozenset({"stop", "restart", "forget"})
"""What is proposed and confirmed where it was understood from a likeness."""
MILDER = 0.85
"""At this share of its nearness a command that ends nothing stands before one that does."""
PLAINLY_UNSURE = 0.8
"""At this nearness to "I don't know" a likeness to an option is none."""
ALONE = 0.7
"""How near a word alone must stand to a phrasing."""
_COMMANDS: dict[str, Intent] = {
    "help": "help", "status": "status", "why": "why", "skip": "skip", "stop": "stop", "leave": "stop",
    "verdict": "verdict", "restart": "restart", "forget": "forget", "undo": "undo", "record": "record",
}  # fmt: skip
_PLAIN: tuple[Intent, ...] = (
    "verdict", "skip", "restart", "stop", "status", "forget", "why", "help", "undo", "record",
)  # fmt: skip
_REMARKS: dict[str, Remark] = {
    "thanks": "thanks", "greeting": "greeting", "smalltalk": "sign", "about": "about", "privacy": "privacy",
    "other": "off_topic",
}  # fmt: skip
"""What each intent that brings nothing to a case is."""
ASIDE = (PEOPLE, *_REMARKS, "beside")
"""Intents that are neither a command nor about finetuning."""
_WHOLLY = frozenset({PEOPLE, "thanks", "greeting", "smalltalk"})
"""Intents that the message is as a whole or not at all."""
_HEADED = re.compile(
    r"\W*(?:[^\W\d][\w;'/-]*(?: [\w;'/-]+){0,3} ?:|(?:in short|in brief|long story short|in a nutshell|to sum up"
    r"|bottom line|kurz(?: gesagt)?|en bref|bref|en resumen|resumiendo),)\s+(?=\S+ \S)",
    re.IGNORECASE,
)
"""What stands above a message: it is no command, whatever the words below are."""
_BEGINS = re.compile(
    r"\W*(?:(?:ok(?:ay)?|h+m+|well|so|alright|right|lol|ugh|meh|uh+|um+|oh|ah|aw|sorry|please|pls|hey|hi|thanks|haha|and"
    r"|but)\b\W*)+",
    re.IGNORECASE,
)
"""What is said before what is meant."""
PLAIN_COMMAND = 0.7
"""So near, a message is that command, whatever else has words of it."""
_OF_THE_MODEL = re.compile(
    r"\W*(?:it|they|the (?:\w+ )?(?:model|bot|finetune|outputs?|answers?|repl(?:y|ies)))\s+(?!is\b)\w+", re.IGNORECASE
)
_MAY_YOU = re.compile(r"\b(?:can|could|will|would|may|shall|please|pls)\b", re.IGNORECASE)
_MENTION = re.compile(
    r"(?<![\w.])(?:<@[A-Z0-9!&]+>|@(?!(?:here|channel|everyone)\b)[a-z][\w.-]*)|^\s*cc \w+|\bcc:? @?[a-z]+\s*$",
    re.IGNORECASE,
)
"""Names somebody; who calls everybody speaks to us as well."""
_TO_SOMEBODY = re.compile(r"\s*(?P<name>[a-z]{2,12}), .*\?\s*$", re.IGNORECASE)
_NO_NAME = frozenset(
    [
        "ok",
        "okay",
        "so",
        "well",
        "yes",
        "no",
        "hi",
        "hey",
        "hello",
        "please",
        "sorry",
        "thanks",
        "wait",
        "honestly",
        "actually",
        "but",
        "and",
        "maybe",
        "sure",
        "right",
        "cool",
    ]
)
_DOUBT = (
    r"(?:(?:i|we|they) )?(?:really |honestly |just )?(?:dont|don't|do not|didn't|cant|can't|cannot) (?:really "
    r"|yet |even )?(?:know|tell|say)\b"
    r"|(?:i'?ve |i have |we have |i've got |got |absolutely )?no (?:idea|clue)\b|(?:i'm |im |we're |i am "
    r"|we are )?(?:not (?:really |quite |at all |so )?(?:sure|certain)|unsure)\b"
    r"|idk\b|dunno\b|hard to (?:say|tell)|(?:no ?one|nobody|who) (?:really )?knows|beats me|your guess is as good"
    r"|(?:i'?d )?(?:rather|prefer) not\b|(?:i |we )?(?:can'?t|cannot|may not|not allowed to) (?:share|disclose"
    r"|talk about|tell you)"
    r"|(?:that'?s |it'?s )?(?:confidential|classified info)|(?:could|might) be (?:yes|either)|maybe\?+|no comment"
)
_KEEPS = re.compile(r"\b(?:rather|prefer) not (?:to )?(?:say|tell|share|disclose|answer)\b", re.IGNORECASE)
"""Keeps an answer to oneself; "rather not" alone skips the question."""
_WHETHER = re.compile(
    r"\b(?:whether|if) (?:we|i|it|this|that) (?:should|need|makes)\b|\bfine-?tun\w* at all\b", re.IGNORECASE
)
_DOUBTS = re.compile(rf"\W*{answers.OPENING}(?:{_DOUBT})", re.IGNORECASE)
_DOUBTS_WITHIN = re.compile(rf"(?:[,.;?!]|\bbut|\breally|\bhonestly|-)\s*(?:{_DOUBT})", re.IGNORECASE)


def intents_of(even: str, asked: Sequence[str], knowledge: Knowledge) -> tuple[dict[str, float], float]:
    """Return how near a short message stands to each intent, and to the nearest option of the open question."""
    intents: dict[str, float] = {}
    rival = 0.0
    if headed := _HEADED.match(even):
        even = even[headed.end() :]
    every = phrased.spans(even)
    begun = _BEGINS.match(even)
    core = phrased.Span(begun.end(), len(even)) if begun else None
    for span in dict.fromkeys((*every, *((core,) if core and core.end > core.start else ()))):
        part = 1.0 if span in (every[0], core) else phrased.WHOLE
        said = spelled(knowledge, even[span.start : span.end])
        many = len(words(said))
        for near in matcher(knowledge).near(said):
            name, score = near.label.name, near.score * part
            if near.label.value is None and not _fits(said, many, near):
                continue
            if name in _WHOLLY and span not in (every[0], core):
                continue  # "skip it, thanks" skips
            if name == "why" and many == 1 and span not in (every[0], core):
                continue  # "it never stops talking, why?" asks about what it tells
            if near.label.value is None:
                intents[name] = max(intents.get(name, 0.0), score)
            elif name in asked or not asked:
                rival = max(rival, score)
    return intents, rival


def _fits(said: str, many: int, near: Near[Meaning]) -> bool:
    """Tell whether a phrasing is about as much as was said: "zero" is no "back to zero", "not really" no "really?"."""
    few = _length(near.phrasing)
    if many == 1:
        return near.score >= ALONE and few == 1
    return few > 1 or (many <= 3 and denies(said) == denies(near.phrasing))


@lru_cache(maxsize=10_000)
def _length(phrasing: str) -> int:
    return len([word for word in words(phrasing) if word != "please"])


def exact(text: str) -> Intent | None:
    """Return what a message is for that is a command and nothing else; None for all others."""
    command = commands.parse(text)
    return _COMMANDS.get(command.name) if command and not command.rest else None


def command_of(text: str, intents: dict[str, float], rival: float, knowledge: Knowledge) -> Intent | None:
    """Return the command that a short message is, in its own words or in words like them."""
    if said := exact(text):
        return said
    if _KEEPS.search(text):
        return None
    best = max(_PLAIN, key=lambda name: intents.get(name, 0.0))
    if best in ENDS:  # "enough questions, what is the verdict" ends nothing
        milder = max((n for n in _PLAIN if n not in ENDS), key=lambda name: intents.get(name, 0.0))
        least = max(knowledge.thresholds.intent, MILDER * intents.get(best, 0.0))
        best = milder if intents.get(milder, 0.0) >= least else best
    if best in ENDS and text.rstrip().endswith("?") and not _MAY_YOU.search(text):
        return None  # "is that enough?"
    score = intents.get(best, 0.0)
    if score < PLAIN_COMMAND and _OF_THE_MODEL.match(text):
        return None  # "it never shuts up"
    if score < knowledge.thresholds.intent or score < rival:
        return None
    others = max((intents.get(name, 0.0) for name in (*ASIDE, "question", "counter")), default=0.0)
    return cast("Intent", best) if score >= others else None


def unsure_of(
    even: str, asked: Sequence[str], intents: dict[str, float], answered: Answers, knowledge: Knowledge
) -> tuple[str, ...]:
    """Return the facts of the open question that the message says its author does not know."""
    _, plain = answers.answers(even, knowledge.facts, asked, knowledge.asks)
    if plain and len(plain) == len(asked):
        return plain  # "I don't know" is close to "It does not know our facts"
    if (
        not asked
        or questions.is_case(even)
        or _WHETHER.search(even)
        or answers.is_yes_no(even)
        or answers.is_answer(even, answered.found, ())
    ):
        return ()
    if answered.doubted:
        return answered.doubted
    if re.fullmatch(r"\W*\?+\W*|\W*¯.*", even.strip()) or even.strip() in ("🤷", "🤷‍♂️", "🤷‍♀️"):
        return tuple(asked)
    if not answered.found or not re.search(r"\d", even):
        told = _DOUBTS.match(even) or (_DOUBTS_WITHIN.search(even) if not answered.found else None)
        if told and len(even.split()) <= 2 * SHORT and not _certain(answered):
            return tuple(asked)
    if _KEEPS.search(even) and not answered.found:
        return tuple(asked)
    score = intents.get("unsure", 0.0)
    near = max((phrased_score for phrased_score in intents.values()), default=0.0)
    if score >= knowledge.thresholds.unsure and score >= 0.9 * near and not (answered.found and score < 0.6):
        # "I'd have to check" says of an owner that it is me; a count and a yes or no stand beside a doubt.
        plainly = score >= PLAINLY_UNSURE
        held = {
            hit.fact for hit in answered.found if not plainly or knowledge.facts[hit.fact].type in ("bool", "count")
        }
        return tuple(name for name in asked if name not in held)
    return ()


def _certain(answered: Answers) -> bool:
    """Tell whether an answer was given beside a doubt: "not sure, maybe the newest one" is none."""
    return any(hit.quote and isinstance(hit.value, int) and not isinstance(hit.value, bool) for hit in answered.found)


_PARTS = re.compile(r"[.!?,;\n]+|\s-\s")
_EMOJI = re.compile(r":[a-z0-9_+-]+:")


def remark_of(text: str, even: str, intents: Mapping[str, float], rival: float, knowledge: Knowledge) -> Remark | None:
    """Return what a short message is where each part of it is thanks, a greeting, a sign, or the whole is off topic."""
    said = _EMOJI.sub(" ", without_names(even))
    if not any(each.isalnum() for each in said):
        signs = not any(each.isalnum() for each in _EMOJI.sub(" ", text)) and text.strip(" .?!")
        return "sign" if signs else None
    whole = max((name for name in ("about", "privacy", "other")), key=lambda name: intents.get(name, 0.0))
    bar = max(knowledge.thresholds.intent, rival, *(score for name, score in intents.items() if name != whole))
    if intents.get(whole, 0.0) >= bar:
        return _REMARKS[whole]
    kinds: list[Remark] = []
    for part in _PARTS.split(said):
        near = matcher(knowledge).near(part)
        if not any(each.isalnum() for each in part):
            continue
        least = ALONE if len(part.split()) == 1 else knowledge.thresholds.intent
        # "Ok, 400" answers, and "right" is near "alright".
        if not near or near[0].score < least or near[0].label.name not in _REMARKS or any(map(str.isdigit, part)):
            return None
        kinds.append(_REMARKS[near[0].label.name])
    order: tuple[Remark, ...] = ("thanks", "greeting", "sign")
    return next((kind for kind in order if kind in kinds), None) if {*kinds} <= {*order} else None


def is_people(intents: Mapping[str, float], rival: float, knowledge: Knowledge) -> bool:
    """Tell whether a short message is what people say to each other."""
    best = max(intents, key=lambda name: intents[name])
    return best == PEOPLE and intents[best] >= max(knowledge.thresholds.intent, rival)


def is_for_others(even: str, asked: Sequence[str]) -> bool:
    """Tell whether a message is for somebody else by its form: it begins with a mention or a name."""
    if _MENTION.search(even):
        # "@sara would" names who it is; a sentence to Sara does not.
        return len(even.split()) > 4 or "owner" not in asked
    named = _TO_SOMEBODY.match(even)
    return named is not None and named["name"].lower() not in _NO_NAME
