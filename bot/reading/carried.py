"""Whether words carry the option that a model says they carry, as far as the phrasings can tell."""

from collections.abc import Sequence
from dataclasses import replace

from bot.reading import by_patterns, phrased
from bot.reading.by_model import Claims
from bot.reading.result import Found
from bot.reading.sentences import plain
from bot.reading.table.setting import NAMES, at_hand
from bot.reading.understanding import understand
from knowledge.load import Knowledge

LEAST = 0.1
"""Likeness below which words that are read as another fact are asked about; so are 5 of 191 labelled quotes."""


def carried(claimed: Claims, plainly: Sequence[Found], knowledge: Knowledge) -> Claims:
    """Keep the claims whose words say no other option, and call the others in question.

    `plainly` is what is read without a model. Words that count something, and are like no phrasing
    of the option, say nothing of it.
    """
    kept: list[Found] = []
    doubtful = list(claimed.doubtful)
    dropped, bar = claimed.dropped, knowledge.thresholds.close
    for hit in claimed.found:
        fact = knowledge.facts[hit.fact]
        if fact.type == "count" or hit.fact == "models_tried":
            kept.append(hit)  # held to their numbers and names already
            continue
        best = phrased.ranked(plain(hit.quote), [hit.fact], knowledge).get(hit.fact, [])
        tries = hit.fact == "platform" and at_hand(hit.quote)
        if tries and not hit.closed:
            dropped += 1
        elif tries or _other(hit, best, knowledge) or _elsewhere(hit, best, knowledge) or _unnamed(hit):
            doubtful.append(hit)
        elif _of_a_number(hit, plainly, knowledge) and not any(_covers(hit, o) and o.score >= bar for o in best):
            dropped += 1
        else:
            kept.append(hit)
    # What the very message states is not taken back by it.
    stated = {hit.fact for hit in plainly} - {hit.fact for hit in kept}
    corrects = tuple(fact for fact in claimed.corrects if fact not in stated)
    return replace(claimed, found=tuple(kept), doubtful=tuple(doubtful), dropped=dropped, corrects=corrects)


def _other(hit: Found, best: Sequence[phrased.Ranked], knowledge: Knowledge) -> bool:
    """Tell whether the words are clearly another option, and this one is nowhere near."""
    own = max((option.score for option in best if _covers(hit, option)), default=0.0)
    return bool(best) and best[0].score >= max(knowledge.thresholds.overheard, 2 * own)


def _elsewhere(hit: Found, best: Sequence[phrased.Ranked], knowledge: Knowledge) -> bool:
    """Tell whether the words are hardly like the option, and by themselves are read as another fact."""
    if any(_covers(hit, option) and option.score >= LEAST for option in best):
        return False
    alone = {one.fact for one in understand(hit.quote, (), knowledge).found}
    return bool(alone) and hit.fact not in alone


def _unnamed(hit: Found) -> bool:
    """Tell whether a platform is claimed that the words do not name."""
    names = NAMES.get(str(hit.value), ()) if hit.fact == "platform" else ()
    return bool(names) and not any(name in hit.quote.lower() for name in names)


def _covers(hit: Found, option: phrased.Ranked) -> bool:
    members = hit.value if isinstance(hit.value, tuple) else (hit.value,)
    return any(option.value in by_patterns.taken_in(hit.fact, member) for member in members)


def _of_a_number(hit: Found, plainly: Sequence[Found], knowledge: Knowledge) -> bool:
    return any(
        knowledge.facts[other.fact].type == "count" and (hit.quote in other.quote or other.quote in hit.quote)
        for other in plainly
    )
