"""Find the passages that answer a question: by the words they share with it, and by questions that are like it."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

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
_ALIKE: Mapping[str, str] = {
    "rag": "retrieval",
    "fewshot": "few",
    "json": "schema",
    "dpo": "preference",
    "kto": "preference",
    "rlhf": "preference",
    "rft": "reinforcement",
    "grpo": "reinforcement",
    "qlora": "lora",
    "pii": "personal",
    "samples": "example",
    "rows": "example",
    "pairs": "example",
    "price": "cost",
    "cheap": "cost",
    "expensive": "cost",
    "money": "cost",
    "eval": "test",
    "evals": "test",
    "evaluation": "test",
    "hallucinate": "hallucination",
    "creative": "creativity",
    "repetitive": "repetition",
    "temperature": "temperature",
    "deprecated": "retire",
    "sunset": "retire",
    "long": "effort",
    "weeks": "effort",
}
MEANT = 1.0
"""What the nearness to a passage's questions counts beside the share of words."""
BELOW = 0.75
"""A second passage is named where it reaches this share of the first one's score."""


def _words(text: str) -> list[str]:
    words = re.findall(
        r"[a-z0-9]+",
        text.lower().replace("how many", "number").replace("few-shot", "fewshot").replace("fine-tun", "finetun"),
    )
    return [stem(_ALIKE.get(w, w)) for w in words if w not in _COMMON]


@lru_cache(maxsize=4)
def _index(knowledge: Knowledge) -> tuple[dict[str, tuple[Counter[str], float]], dict[str, float]]:
    """Return the words of each passage with what its length counts, and the weight of each word."""
    bags: dict[str, Counter[str]] = {}
    for ref, passage in knowledge.passages.items():
        heading = f"{passage.name.replace('-', ' ')} {knowledge.rules[passage.rule].title}"
        about = " ".join(passage.about).replace("_", " ")
        bags[ref] = Counter(_words(passage.text)) + Counter(dict.fromkeys(_words(f"{heading} {about}"), 4))
        bags[ref] += Counter(dict.fromkeys(_words(" ".join(passage.answers)), 12))
    spread = Counter(word for bag in bags.values() for word in bag)
    mean = sum(bag.total() for bag in bags.values()) / max(1, len(bags))
    index = {ref: (bag, 1.2 * (0.8 + 0.2 * bag.total() / mean)) for ref, bag in bags.items()}
    return index, {word: math.log(1 + len(bags) / n) for word, n in spread.items()}


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
    for near in _matcher(knowledge).near(question):
        scores[near.label] = scores.get(near.label, 0.0) + MEANT * near.score
    return tuple(sorted(((score, ref) for ref, score in scores.items()), reverse=True))


def _by_words(knowledge: Knowledge, question: str) -> dict[str, float]:
    """Return BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.2) as a share of the best a passage could reach."""
    bags, weight = _index(knowledge)
    asked = dict.fromkeys(_words(question))
    unknown = math.log(1 + len(bags))
    best = sum(weight.get(w, unknown) * 2.2 for w in asked)
    if not best:
        return {}
    scores: dict[str, float] = {}
    for ref, (bag, norm) in bags.items():
        score = sum(weight[w] * bag[w] * 2.2 / (bag[w] + norm) for w in asked if w in bag)
        if score:
            scores[ref] = score / best
    return scores
