"""A vague wording in a prompt, and the same prompt with the precise verb (rule 2)."""

import re
from collections.abc import Sequence

from bot.trial.scorers.base import Scorer
from bot.trial.scorers.label import Label
from knowledge.schema import Verb

_THINGS = ("text", "ticket")
"""Nouns that stand for whatever the prompt is about; any other noun of a wording is meant."""
_POINTERS = ("this", "these", "it", "them")
_DETERMINERS = "this|these|that|those|the|my|our|your"
_NO_NOUN = "and|as|at|but|by|for|from|if|in|into|of|on|or|so|that|then|to|with"
_OBJECT = rf"(?P<object>it|them|(?:{_DETERMINERS})(?:\s+following)?(?:\s+(?!(?:{_NO_NOUN})\b)[\w-]+)?)"
MOST_SWAPS = 2


def swaps(prompt: str | None, verbs: Sequence[Verb], scorer: Scorer, outputs: Sequence[str]) -> tuple[str, ...]:
    """Return the prompt with each precise verb that is listed for its first vague wording, () where it has none.

    What a listed verb names as an example (labels, a number of words) is taken from the wanted outputs.
    """
    found = [(match, verb) for verb in verbs if prompt and (match := _pattern(verb.vague).search(prompt))]
    if not prompt or not found:
        return ()
    first = min(found, key=lambda pair: pair[0].start())[1].vague
    made: list[str] = []
    for match, verb in found:
        if verb.vague == first and (precise := _fitted(verb.try_, scorer, outputs)):
            put = _with(precise, match.groupdict().get("object"), verb.vague)
            put = put[0].upper() + put[1:] if match[0][0].isupper() else put
            made.append(prompt[: match.start()] + put + prompt[match.end() :])
    return tuple(dict.fromkeys(made))[:MOST_SWAPS]


def _fitted(precise: str, scorer: Scorer, outputs: Sequence[str]) -> str | None:
    """Return a verb with the team's own labels and lengths, None where it asks for what they do not have."""
    if "exactly one of" in precise:
        if not isinstance(scorer, Label) or len(scorer.labels) < 2:
            return None
        return f"{precise[: precise.index('exactly one of')]}exactly one of {', '.join(scorer.labels)}"
    most = max((len(text.split()) for text in outputs), default=None)
    return re.sub(r"\b\d+ words", f"{most} words", precise) if most else precise


def _with(precise: str, thing: str | None, vague: str) -> str:
    """Return a verb with what it is said of, after its first word as in "rank these by urgency"."""
    if thing is None:
        return f"{precise}, from" if vague.endswith(" from") else precise
    if precise.endswith(" in"):
        return f"{precise} {thing}"
    first, _, rest = precise.partition(" ")
    return f"{first} {thing} {rest}".rstrip()


def _pattern(vague: str) -> re.Pattern[str]:
    """Return what finds a wording, whichever thing it is said of."""
    words, parts, taken = vague.split(), list[str](), False
    for word, following in zip(words, [*words[1:], ""], strict=True):
        pointers = (*_POINTERS, "the") if following in _THINGS else _POINTERS
        if not taken and word in pointers:
            parts.append(_OBJECT)
            taken = True
        elif taken and word in _THINGS:
            continue
        elif word == "the":
            parts.append(f"(?:{_DETERMINERS})")
        else:
            parts.append(re.escape(word))
    # A verb alone is vague only where nothing follows that says what of.
    end = r"\b" if len(words) > 1 else r"\b(?=\s*(?:[.:;!?]|$))"
    return re.compile(r"\b" + r"\s+".join(parts) + end, re.IGNORECASE)
