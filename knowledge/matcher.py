"""How near a text stands to labelled phrasings: tf-idf over words and pieces of words, cosine. No model, no imports.

Salton and Buckley (1988) weights: a logarithm of the count times the inverse document frequency. Pieces of three to
five letters (Cavnar and Trenkle 1994) forgive spelling and endings.
"""

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain, groupby, pairwise
from operator import mul
from typing import Generic, NamedTuple, TypeVar

Label = TypeVar("Label", bound=Hashable)

LONGEST = 600
"""Characters of a text that are compared: a phrasing is short, and a longer text is compared clause by clause."""
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s.,;:!?\"()\[\]{}*'_-]")
_QUOTES = str.maketrans("", "", "'’‘`")
_SHORT: Mapping[str, str] = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "ppl": "people", "rn": "now", "w": "with",
    "thx": "thanks", "ty": "thanks", "tho": "though", "wanna": "want to", "gonna": "going to", "gotta": "have to",
    "cuz": "because", "bc": "because", "nah": "no", "nope": "no", "yep": "yes", "yeah": "yes", "yup": "yes",
    "idk": "i dont know", "dunno": "dont know", "kinda": "kind of", "cannot": "cant", "finetune": "fine tune",
    "finetuned": "fine tuned", "finetuning": "fine tuning", "finetunes": "fine tunes", "whats": "what is",
    "hows": "how is", "thats": "that is", "theres": "there is", "its": "it is", "wouldnt": "would not",
    "doesnt": "does not", "dont": "do not", "didnt": "did not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "havent": "have not", "hasnt": "has not", "cant": "can not", "wont": "will not",
    "couldnt": "could not", "im": "i am", "ive": "i have", "weve": "we have", "were": "we are", "id": "i would",
    "theyre": "they are", "youre": "you are", "lets": "let us", "msg": "message", "msgs": "messages",
    "wdym": "what do you mean", "fewshot": "few shot", "oneshot": "one shot",
    "zeroshot": "zero shot", "wat": "what", "wut": "what", "lemme": "let me", "gimme": "give me", "nvm": "never mind",
    "sth": "something", "smth": "something", "nxt": "next", "qs": "questions", "convo": "conversation",
    "info": "information", "ya": "you", "abt": "about", "b4": "before", "cos": "because", "youve": "you have",
    "theyve": "they have", "youd": "you would", "shouldnt": "should not", "aint": "is not",
    "okay": "ok", "stfu": "shut up", "tbh": "", "ngl": "", "imho": "", "uhm": "",
    "erm": "", "chatbot": "chat bot", "usecase": "use case", "dataset": "data set",
}  # fmt: skip
"""Spellings of chat, and contractions, as the words they stand for, and what says nothing as none.

Apostrophes are gone by then.
"""
_COUNTS = frozenset(
    re.findall(r"\w+", "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty")
)
COMMON = 0.08
"""Pieces of words in a larger share of the phrasings tell nothing apart, and take most of the time."""
LEAST = 0.02
ROUNDING = 1e-9
"""More than sums of so many weights are ever off."""
_WEIGHT_OF_WORDS = 1.0
_WEIGHT_OF_PAIRS = 0.6
_WEIGHT_OF_PIECES = 0.35


@lru_cache(maxsize=512)  # each clause is asked for its words several times over
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, evened out: lower case, spellings of chat spelled out, numbers as `#`."""
    return tuple(chain.from_iterable(map(_spelled_out, _WORD.findall(text[:LONGEST].lower().translate(_QUOTES)))))


@lru_cache(maxsize=8192)
def _spelled_out(word: str) -> tuple[str, ...]:
    return ("#",) if word.isdigit() or word in _COUNTS else tuple(_SHORT.get(word, word).split())


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return a word without the commonest endings."""
    for ending, instead in (("ies", "y"), ("ings", ""), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    return word.rstrip("e")


def features(text: str) -> dict[str, int]:
    """Return how often words, pairs of words (with a space) and pieces (with a mark) stand in a text."""
    said = words(text)
    return Counter(chain(said, map(" ".join, pairwise(said)), *map(_pieces, said)))


@lru_cache(maxsize=8192)
def _pieces(word: str) -> tuple[str, ...]:
    edged = f"<{word}>"
    return tuple(f"~{edged[at : at + size]}" for size in (3, 4, 5) for at in range(len(edged) - size + 1))


def _weight(feature: str) -> float:
    if feature[0] == "~" and len(feature) > 1:
        return _WEIGHT_OF_PIECES
    return _WEIGHT_OF_PAIRS if " " in feature else _WEIGHT_OF_WORDS


class Near(NamedTuple, Generic[Label]):
    """A label, how near the nearest of its phrasings stands (0 to 1), and that phrasing."""

    label: Label
    score: float
    phrasing: str


class Rarity:
    """How much each feature tells among some phrasings."""

    def __init__(self, bags: Sequence[Mapping[str, int]]) -> None:
        """Count the features of these phrasings."""
        spread = Counter(chain.from_iterable(bags))
        most = len(bags) + 1
        self._rarity = {f: math.log(most / n) * _weight(f) for f, n in spread.items()}
        self._unknown = math.log(most)
        self.common = frozenset(f for f, n in spread.items() if n > max(COMMON * most, 8) and f[0] == "~")

    def weighted(self, bag: Mapping[str, int]) -> dict[str, float]:
        """Return the weights of features, of length 1 together; one that no phrasing has counts in that length."""
        raw = self.weights(bag)
        length = _length(raw)
        return {f: w / length for f, w in zip(bag, raw, strict=True)} if length else {}

    def of(self, feature: str) -> float:
        """Return how much a feature tells; most where no phrasing has it."""
        return self._rarity.get(feature) or self._unknown * _weight(feature)

    def length(self, bag: Mapping[str, int]) -> float:
        """Return the length of the weights of features before they are made 1."""
        return _length(self.weights(bag))

    def told(self, bag: Mapping[str, int]) -> dict[str, float]:
        """Return the weights of features, of length 1 together, without those that are too common to tell."""
        raw = self.weights(bag)
        length = _length(raw)
        common = self.common
        return {f: w / length for f, w in zip(bag, raw, strict=True) if f not in common} if length else {}

    def weights(self, bag: Mapping[str, int]) -> list[float]:
        """Return the weights of features before they are made of length 1."""
        known = self._rarity.get
        piece, pair, word = (self._unknown * each for each in (_WEIGHT_OF_PIECES, _WEIGHT_OF_PAIRS, _WEIGHT_OF_WORDS))
        rarities = [known(f) or (piece if f[0] == "~" and len(f) > 1 else pair if " " in f else word) for f in bag]
        return [rare if n == 1 else (1 + math.log(n)) * rare for rare, n in zip(rarities, bag.values(), strict=True)]


def _length(weights: Sequence[float]) -> float:
    return math.sqrt(sum(map(mul, weights, weights)))


class Matcher(Generic[Label]):
    """An index of phrasings by their features."""

    def __init__(
        self,
        phrasings: Iterable[tuple[Label, str]],
        bags: Iterable[Mapping[str, int]] = (),
    ) -> None:
        """Make the index; `bags` are the features of the phrasings."""
        self._kept = list(phrasings)
        given = list(bags) or [features(text) for _, text in self._kept]
        self._rarity = Rarity(given)
        # A feature weighs the same in each phrasing but for the phrasing's length, so no weight is kept for each. There
        # are 500,000 numbers. Side by side they are read from memory far sooner than one by one, and the garbage
        # collector passes them over.
        self._places: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._more: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        """Of features that stand several times in a phrasing, how much more they weigh there."""
        common = self._rarity.common
        for at, bag in enumerate(given):
            for feature, n in bag.items():
                if feature not in common:
                    self._places[feature].append(at)
                    if n > 1:
                        self._more[feature].append((at, math.log(n)))
        self._shares = [1 / length if (length := self._rarity.length(bag)) else 0.0 for bag in given]
        self._runs = tuple(_runs(label for label, _ in self._kept))
        self._near = lru_cache(maxsize=512)(self._compare)

    def near(self, text: str) -> tuple[Near[Label], ...]:
        """Return the labels that share anything with the text, nearest first."""
        return self._near(text[:LONGEST])

    def cosines(self, bag: Mapping[str, float]) -> list[float]:
        """Return how near a text, by its weighted features, stands to each phrasing, in the order of the phrasings."""
        dots = [0.0] * len(self._kept)
        places, of, more = self._places, self._rarity.of, self._more
        for feature, weight in bag.items():
            if feature in places:
                weighs = weight * of(feature)
                for at in places[feature]:
                    dots[at] += weighs
                if feature in more:
                    for at, times in more[feature]:
                        dots[at] += weighs * times
        return list(map(mul, dots, self._shares))

    def nearness(self, text: str) -> dict[Label, float]:
        """Return how near the nearest phrasing of each label stands, of those that share anything with the text."""
        scores = self.cosines(self._rarity.weighted(features(text[:LONGEST])))
        best: dict[Label, float] = {}
        for label, start, end in self._runs:
            score = max(scores[start:end])
            if score > LEAST and score > best.get(label, 0.0):
                best[label] = score
        return best

    def _compare(self, text: str) -> tuple[Near[Label], ...]:
        scores = self.cosines(self._rarity.weighted(features(text)))
        best: dict[Label, tuple[float, int]] = {}
        for label, start, end in self._runs:
            score = max(scores[start:end])
            if score > LEAST and (label not in best or score > best[label][0]):
                best[label] = score, start
        found = (Near(label, score, self._kept[scores.index(score, at)][1]) for label, (score, at) in best.items())
        return tuple(sorted(found, key=lambda near: -near.score))


def _runs(labels: Iterable[Label]) -> Iterator[tuple[Label, int, int]]:
    """Yield each label with where those that are alike begin and end."""
    end = 0
    for label, alike in groupby(labels):
        start, end = end, end + len(list(alike))
        yield label, start, end


class Shares:
    """Phrasings by the features that make up most of each, to find those of which a text holds a large share.

    A share is the sum of the squares of the weights of the features that are held.
    """

    LEFT = 0.3
    """The share of a phrasing by which it is not found: its commonest features, which stand in many others."""

    def __init__(self, vectors: Sequence[Mapping[str, float]]) -> None:
        """Make the index of phrasings by their weighted features."""
        self._vectors = vectors
        self._places: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._squares: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self._left = array("d")
        for at, vector in enumerate(vectors):
            left = sum(map(mul, vector.values(), vector.values()))
            for feature in sorted(vector, key=vector.__getitem__, reverse=True):
                if left <= self.LEFT:
                    break
                square = vector[feature] ** 2
                left -= square
                self._places[feature].append(at)
                self._squares[feature].append(square)
            self._left.append(left)

    def over(self, held: Set[str], least: float, start: int = 0, end: int | None = None) -> list[int]:
        """Return the numbers, from `start` to before `end`, of the phrasings of which more than `least` is held."""
        end = len(self._vectors) if end is None else end
        if least < self.LEFT + ROUNDING:
            return [at for at in range(start, end) if share(held, self._vectors[at]) > least]
        sums: dict[int, float] = {}
        so_far = sums.get
        for feature in held & self._places.keys():
            places, squares = self._places[feature], self._squares[feature]
            if end - start < len(self._vectors):
                within = slice(bisect_left(places, start), bisect_left(places, end))
                places, squares = places[within], squares[within]
            for at, square in zip(places, squares, strict=True):
                sums[at] = so_far(at, 0.0) + square
        left = self._left
        able = [at for at, known in sums.items() if known + left[at] > least - ROUNDING]
        return sorted(at for at in able if share(held, self._vectors[at]) > least)


def share(held: Set[str], vector: Mapping[str, float]) -> float:
    """Return how much of a phrasing some features hold, from 0 to 1."""
    weights = [vector[feature] for feature in held & vector.keys()]
    return sum(map(mul, weights, weights))
