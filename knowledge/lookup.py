"""Find the passages that answer a question: by the words they share with it, and by questions that are like it."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from knowledge.load import Knowledge
from knowledge.matcher import Matcher, stem
from knowledge.schema import Passage

_COMMON = frozenset(
    re.findall(
        r"\w+",
        """a about an and any are as at be but by can do does for from get have how i if in is it its me more much my
        need of on or our should so some that the their them there they this to us use was we what when which who why
        will with would you your say says rule rules tell between many less than explain mean means finetune finetuning
        finetuned tune tuning model models like want know think tell please thing things really good""",
    )
)
_WORD = re.compile(r"[a-z0-9]+")
MEANT = 1.0
"""What the nearness to a passage's questions counts beside the share of words."""
BELOW = 0.75
"""A second passage is named where it reaches this share of the first one's score."""


def _words(knowledge: Knowledge, text: str) -> list[str]:
    """Return the words of a text that tell something, without endings; what is called otherwise by its first name."""
    alike, several = _alike(knowledge)
    lower = text.lower().replace("how many", "number").replace("few-shot", "fewshot").replace("fine-tun", "finetun")
    lower = several.sub(lambda said: f" {alike.get(_stemmed(said[0]), said[0])} ", lower)
    found = [stem(word) for word in _WORD.findall(lower) if word not in _COMMON]
    return [alike.get(word, word) for word in found]


@lru_cache(maxsize=4)
def _alike(knowledge: Knowledge) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Return what each word counts as, without endings, and a pattern of the names of several words."""
    names = {
        _stemmed(said): "".join(_WORD.findall(_stemmed(name)))
        for name, others in knowledge.alike.items()
        for said in (name, *others)
    }
    several = sorted((s for said in knowledge.alike.values() for s in said if not s.isalnum()), key=len, reverse=True)
    several += [name for name in knowledge.alike if not name.isalnum()]
    return names, re.compile(rf"\b(?:{'|'.join(map(re.escape, several))})(?:s|ing|ed)?\b" if several else r"(?!)")


def _stemmed(said: str) -> str:
    return " ".join(stem(word) for word in said.split())


class _Index(NamedTuple):
    """For each word the passages that have it and how much it counts in each, and the weight of each word."""

    having: dict[str, list[tuple[str, float]]]
    weight: dict[str, float]
    unknown: float
    """The weight of a word that no passage has."""


@lru_cache(maxsize=4)
def _index(knowledge: Knowledge) -> _Index:
    bags: dict[str, Counter[str]] = {}
    for ref, passage in knowledge.passages.items():
        heading = f"{passage.name.replace('-', ' ')} {knowledge.rules[passage.rule].title}"
        about = " ".join(passage.about).replace("_", " ")
        bags[ref] = Counter(_words(knowledge, passage.text))
        bags[ref] += Counter(dict.fromkeys(_words(knowledge, f"{heading} {about}"), 4))
        bags[ref] += Counter(dict.fromkeys(_words(knowledge, " ".join(passage.answers)), 12))
    spread = Counter(word for bag in bags.values() for word in bag)
    mean = sum(bag.total() for bag in bags.values()) / max(1, len(bags))
    weight = {word: math.log(1 + len(bags) / n) for word, n in spread.items()}
    having: dict[str, list[tuple[str, float]]] = {word: [] for word in spread}
    for ref, bag in bags.items():
        norm = 1.2 * (0.8 + 0.2 * bag.total() / mean)
        for word, n in bag.items():
            having[word].append((ref, weight[word] * n * 2.2 / (n + norm)))
    return _Index(having, weight, math.log(1 + len(bags)))


@lru_cache(maxsize=4)
def _matcher(knowledge: Knowledge) -> Matcher[str]:
    """Return the index of the questions that passages answer, and of what they say first."""
    return Matcher(
        (ref, said)
        for ref, passage in knowledge.passages.items()
        for said in (*passage.answers, passage.short, f"{passage.name.replace('-', ' ')} {' '.join(passage.about)}")
    )


def look_up(knowledge: Knowledge, question: str, most: int = 2) -> tuple[Passage, ...]:
    """Return up to `most` passages that speak of the question, best first; none where the rules say nothing."""
    found = ranked(knowledge, question)
    if not found or found[0][0] < knowledge.thresholds.passage:
        return ()
    top = found[0][0]
    return tuple(knowledge.passages[ref] for score, ref in found[:most] if score >= BELOW * top)


@lru_cache(maxsize=256)
def ranked(knowledge: Knowledge, question: str) -> tuple[tuple[float, str], ...]:
    """Return the passages that share anything with a question, best first: by its words, and by questions like it."""
    scores = _by_words(knowledge, question)
    for ref, near in _matcher(knowledge).nearness(question).items():
        scores[ref] = scores.get(ref, 0.0) + MEANT * near
    return tuple(sorted(((score, ref) for ref, score in scores.items()), reverse=True))


def _by_words(knowledge: Knowledge, question: str) -> dict[str, float]:
    """Return BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.2) as a share of the best a passage could reach."""
    having, weight, unknown = _index(knowledge)
    asked = dict.fromkeys(_words(knowledge, question))
    best = sum(weight.get(w, unknown) * 2.2 for w in asked)
    if not best:
        return {}
    scores: dict[str, float] = {}
    for word in asked:
        for ref, counts in having.get(word, ()):
            scores[ref] = scores.get(ref, 0.0) + counts
    return {ref: score / best for ref, score in scores.items()}
