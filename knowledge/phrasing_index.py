"""What people say, from the questions and intents: the indexes of a knowledge, made when one is first needed."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from operator import mul
from string import ascii_lowercase
from threading import Lock
from typing import NamedTuple

from knowledge.load import Knowledge
from knowledge.matcher import ROUNDING, Matcher, Near, Rarity, Shares, features, share, stem, words
from knowledge.schema import Value

PEOPLE = "people"
"""Talk to somebody else: the intent `other`, and no word of it is ours."""


COMMANDS = frozenset({"verdict", "skip", "restart", "stop", "status", "forget", "why", "help", "undo", "record"})
NEGATIONS = frozenset(
    ["no", "not", "never", "none", "nothing", "nobody", "neither", "nor", "without", "hardly", "zero"]
)


FUNCTION = frozenset(
    re.findall(
        r"\w+",
        """a about all also an and any are as at be been but by can could did do does for from had has have he
        how i if in is it just may me might must my no not of on only or our shall she should so some than that
        the their them there these they this those to too tune tuned tuning us was we what when which who will
        with would you your""",
    )
)
"""Words that carry no matter of their own."""
NAMED = frozenset({"platform", "prompts_tried", "feedback"})
"""Facts of which a name states a value by itself; of others one word may be about anything."""
STEM = 5
"""Letters of a stem by which words are the same: "documents" and "documentation"."""


class Meaning(NamedTuple):
    """What a phrasing says: a value of a fact, or an intent where `value` is empty."""

    name: str
    value: Value | None = None


def phrasings(knowledge: Knowledge) -> Iterator[tuple[Meaning, str]]:
    """Return every phrasing with its meaning; the label of an option is one too."""
    for name, ask in knowledge.asks.items():
        fact = knowledge.facts[name]
        for value, label in ask.options.items():
            meant = Meaning(name, value == "true" if fact.type == "bool" else value)
            # "Yes" and "No" alone mean whatever was asked.
            yield from (
                (meant, said) for said in (*ask.says.get(value, ()), label) if said.lower() not in ("yes", "no")
            )
    for intent in type(knowledge.intents).model_fields:
        yield from ((Meaning(intent), said) for said in getattr(knowledge.intents, intent))


def matcher(knowledge: Knowledge) -> Matcher[Meaning]:
    """Return the index of a knowledge's phrasings; who asks while it is being made waits for it."""
    return _indexes(knowledge).every


def statements(knowledge: Knowledge, *, denied: bool) -> "Statements":
    """Return the index of the phrasings that say enough where nobody asked, with a negation or without one."""
    made = _indexes(knowledge)
    return made.denied if denied else made.stated


class _Indexes(NamedTuple):
    """All phrasings, and those that say enough where nobody asked, apart by whether they deny."""

    every: Matcher[Meaning]
    stated: "Statements"
    denied: "Statements"


class _Stated(NamedTuple):
    """A phrasing that states a value, with its features."""

    meant: Meaning
    said: str
    vector: Mapping[str, float]


class _Needs(NamedTuple):
    """What a text must have for a phrasing: the stems of its matter, all but one of those that it may lack."""

    at: int
    stems: frozenset[str]
    spare: frozenset[str]


class Statements:
    """Phrasings that say enough where nobody asked: found by the words that a text must have, then by nearness.

    Hardly a clause has all the words of any: to compare each with all phrasings would be most of what a turn takes.
    """

    def __init__(self, kept: Sequence[tuple[Meaning, str, Mapping[str, int]]]) -> None:
        """Make the index of phrasings with their features."""
        # How rare a word is among what is stated does not move with what people say beside it.
        self._rarity = Rarity([bag for meant, _, bag in kept if meant.value is not None])
        told = self._rarity.told
        self._talk = [told(bag) for meant, _, bag in kept if meant.value is None]
        by_meaning: defaultdict[Meaning, list[_Stated]] = defaultdict(list)
        for meant, said, bag in kept:
            if meant.value is not None:
                by_meaning[meant].append(_Stated(meant, said, told(bag)))
        self._stated = [*chain.from_iterable(by_meaning.values())]
        ends = [*accumulate(map(len, by_meaning.values()), initial=0)]
        self._of = dict(zip(by_meaning, pairwise(ends), strict=True))
        """Where the phrasings of a meaning begin and end."""
        self._shares = Shares([each.vector for each in self._stated])
        self._shares_of_talk = Shares(self._talk)
        self._having: defaultdict[str, list[_Needs]] = defaultdict(list)
        """By stem the phrasings that a text can hardly have without it: one word may be missing of a long one."""
        wanted = [tuple(stem(word)[:STEM] for word in matter(each.said)) for each in self._stated]
        spread = Counter(chain.from_iterable(wanted))
        for at, stems in enumerate(wanted):
            lacks = len(stems) - _needed(stems)
            needs = _Needs(at, frozenset(stems), frozenset(one for one in stems if lacks and stems.count(one) == 1))
            for one in {*sorted(stems, key=lambda one: spread[one])[: 1 + lacks]}:
                self._having[one].append(needs)

    def within(self, text: str, bar: float, least: Callable[[Meaning], float]) -> list[Near[Meaning]]:
        """Return the values of which a phrasing stands within the text, the nearest first: one at the bar, or none.

        What stands farther than `least` says of it is left out.

        The score is the geometric mean of the cosine and of the share of the phrasing that the text holds: words around
        it count for less than words of it that are missing. A value counts by its nearest phrasing alone, which must
        have all its matter in the text; nothing is told where an intent stands nearer.
        """
        said = _stems(text)
        having = self._having
        # In the order of the knowledge, so that what stands equally near is told in one order.
        able = sorted(
            {
                at
                for one in said & having.keys()
                for at, stems, spare in having[one]
                if stems <= said or (spare and len(missing := stems - said) == 1 and missing <= spare)
            }
        )
        if not able:
            return []
        bag, least_share = features(text), _least_share(bar)
        if all(share(bag.keys(), self._stated[at].vector) < least_share for at in able):
            return []  # hardly a text holds the most of any
        own = self._rarity.weighted(bag)
        nearest: dict[Meaning, float] = {}
        for at in able:
            meant, _, vector = self._stated[at]
            nearest[meant] = max(nearest.get(meant, 0.0), _within(own, vector))
        if max(nearest.values()) < bar:
            return []
        near = [self._best(meant, score, own) for meant, score in nearest.items() if score >= least(meant)]
        near = [hit for hit in near if hit.score >= least(hit.label) and _has(said, hit.phrasing)]
        near.sort(key=lambda hit: -hit.score)
        if not near or near[0].score < bar:
            return []
        first = near[0].score
        nearer = self._shares_of_talk.over(own.keys(), _least_share(first))
        return [] if any(_within(own, self._talk[at]) > first for at in nearer) else near

    def _best(self, meant: Meaning, score: float, own: Mapping[str, float]) -> Near[Meaning]:
        """Return the nearest phrasing of a value, of which one has this score."""
        best = Near(meant, 0.0, "")
        for at in self._shares.over(own.keys(), _least_share(score), *self._of[meant]):
            _, said, vector = self._stated[at]
            if (score := _within(own, vector)) > best.score:
                best = Near(meant, score, said)
        return best


def _least_share(score: float) -> float:
    """Return what a text holds at least of a phrasing with this score: a cosine is at most the root of the share."""
    return score ** (4 / 3) - ROUNDING


def _within(own: Mapping[str, float], vector: Mapping[str, float]) -> float:
    shared = own.keys() & vector.keys()
    weights = [vector[f] for f in shared]
    return math.sqrt(sum(map(mul, map(own.__getitem__, shared), weights)) * sum(map(mul, weights, weights)))


_MAKING = Lock()


def _indexes(knowledge: Knowledge) -> _Indexes:
    with _MAKING:
        return _made(knowledge)


@lru_cache(maxsize=4)
def _made(knowledge: Knowledge) -> _Indexes:
    every = [(meant, said, features(said)) for meant, said in phrasings(knowledge)]
    alone = [each for each in every if _says(each[0], each[1])]
    stated, denied = ([each for each in alone if NEGATIONS.isdisjoint(each[2]) != no] for no in (False, True))
    whole = Matcher([each[:2] for each in every], [each[2] for each in every])
    return _Indexes(whole, Statements(stated), Statements(denied))


def _says(meant: Meaning, said: str) -> bool:
    if meant.value is None:
        return True
    much = len(matter(said))
    return much > 1 or (much == 1 and meant.name in NAMED and meant.value not in ("none", "nothing"))


def holds(text: str, phrasing: str) -> bool:
    """Tell whether a text has what a phrasing speaks of: every word that has matter, of more than three all but one."""
    return _has(_stems(text), phrasing)


def _has(said: Collection[str], phrasing: str) -> bool:
    wanted = matter(phrasing)
    return sum(stem(word)[:STEM] in said for word in wanted) >= _needed(wanted)


def _needed(wanted: Sequence[str]) -> int:
    return len(wanted) - (len(wanted) > 3)


def _stems(text: str) -> set[str]:
    return {stem(word)[:STEM] for word in words(text)}


@lru_cache(maxsize=8192)
def matter(said: str) -> tuple[str, ...]:
    """Return the words of a text that have matter of their own, numbers left out, each once."""
    return tuple(dict.fromkeys(word for word in words(said) if word not in FUNCTION and word != "#"))


SPELLED = 4
"""Letters from which on a word that nobody knows is taken as one that is a slip away."""


def spelled(knowledge: Knowledge, said: str) -> str:
    """Return a text with words of no phrasing as the one word of a phrasing that is a slip away, where there is one."""
    known = _lexicon(knowledge)
    even = words(said)
    mended = tuple(word if len(word) < SPELLED else _mended(word, known) for word in even)
    return said if mended == even else " ".join(mended)


@lru_cache(maxsize=4)
def _lexicon(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(word for _, said in phrasings(knowledge) for word in words(said))


def _mended(word: str, known: frozenset[str]) -> str:
    """Return the word that has two letters swapped here, or one too many or too few; another letter is another word."""
    if word in known:
        return word
    places = range(1, len(word))
    swapped = {word[:at] + word[at + 1 :][:1] + word[at] + word[at + 2 :] for at in places[:-1]}
    fewer = {word[:at] + word[at + 1 :] for at in places}
    more = {word[:at] + letter + word[at:] for at in (*places, len(word)) for letter in ascii_lowercase}
    for near in (swapped, fewer, more):
        if len(found := near & known) == 1:
            return found.pop()
    return word


NEAR = 0.8
"""At least this near to a phrasing of another option, one cannot tell the two apart."""


def doubtful(knowledge: Knowledge, known: Knowledge | None = None) -> tuple[str, ...]:
    """Return a line for each phrasing that stands near two options of one fact, or near a command and an option.

    Phrasings of `known` were looked at before; only what is new beside them is.
    """
    index = matcher(knowledge)
    passed = frozenset(phrasings(known)) if known else frozenset[tuple[Meaning, str]]()
    lines: list[str] = []
    seen: set[frozenset[str]] = set()
    for meaning, said in phrasings(knowledge):
        if (meaning, said) in passed:
            continue
        for near in index.near(said):
            if near.score < NEAR:
                break
            pair = frozenset((said, near.phrasing))
            if not _rivals(meaning, near.label) or pair in seen or denies(said) != denies(near.phrasing):
                continue
            seen.add(pair)
            lines.append(f'{_named(meaning)} says "{said}", which stands near {_named(near.label)}: "{near.phrasing}"')
    return tuple(lines)


def _rivals(one: Meaning, other: Meaning) -> bool:
    if (one.value is None) == (other.value is None):
        return one.name == other.name and one != other
    return (one if one.value is None else other).name in COMMANDS


def denies(text: str) -> bool:
    """Tell whether a text has a negation in it."""
    return not NEGATIONS.isdisjoint(words(text))


def _named(meaning: Meaning) -> str:
    return meaning.name if meaning.value is None else f"{meaning.name} {str(meaning.value).lower()}"
