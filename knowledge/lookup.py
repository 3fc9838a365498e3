"""Find the passages that answer a question, by the words they share with it."""

import math
import re
from collections import Counter
from functools import lru_cache

from knowledge.load import Knowledge
from knowledge.schema import Passage

_COMMON = frozenset(
    re.findall(
        r"\w+",
        """a about an and any are as at be but by can do does for from get have how i if in is it its me more much my
        need of on or our should so some that the their them there they this to us use was we what when which who why
        will with would you your say says rule rules tell between many less than explain mean means finetune finetuning
        finetuned tune tuning model models""",
    )
)
_ALIKE = {
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
MINIMUM = 0.2
"""Share of the question's weight that a passage must cover; below it the rules say nothing about that."""


def _stem(word: str) -> str:
    word = _ALIKE.get(word, word)
    for ending, instead in (("ies", "y"), ("ings", ""), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    return word.rstrip("e")


def _words(text: str) -> list[str]:
    words = re.findall(
        r"[a-z0-9]+",
        text.lower().replace("how many", "number").replace("few-shot", "fewshot").replace("fine-tun", "finetun"),
    )
    return [_stem(w) for w in words if w not in _COMMON]


@lru_cache(maxsize=4)
def _index(knowledge: Knowledge) -> tuple[dict[str, Counter[str]], dict[str, float]]:
    bags: dict[str, Counter[str]] = {}
    for ref, passage in knowledge.passages.items():
        heading = f"{passage.name.replace('-', ' ')} {knowledge.rules[passage.rule].title}"
        about = " ".join(passage.about).replace("_", " ")
        bags[ref] = Counter(_words(passage.text)) + Counter(dict.fromkeys(_words(f"{heading} {about}"), 4))
        bags[ref] += Counter(dict.fromkeys(_words(" ".join(passage.answers)), 12))
    spread = Counter(word for bag in bags.values() for word in bag)
    return bags, {word: math.log(1 + len(bags) / n) for word, n in spread.items()}


def look_up(knowledge: Knowledge, question: str, most: int = 2) -> tuple[Passage, ...]:
    """Return up to `most` passages that speak of the question, best first; none where the rules say nothing.

    Scores are BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.2) as a share of the best a passage could reach.
    """
    bags, weight = _index(knowledge)
    asked = dict.fromkeys(_words(question))
    unknown = math.log(1 + len(bags))
    best = sum(weight.get(w, unknown) * 2.2 for w in asked)
    if not best or not any(w in weight for w in asked):
        return ()
    mean = sum(bag.total() for bag in bags.values()) / len(bags)
    scores: list[tuple[float, str]] = []
    for ref, bag in bags.items():
        norm = 1.2 * (0.8 + 0.2 * bag.total() / mean)
        score = sum(weight[w] * bag[w] * 2.2 / (bag[w] + norm) for w in asked if w in bag)
        scores.append((score / best, ref))
    scores.sort(reverse=True)
    top = scores[0][0]
    return tuple(knowledge.passages[ref] for score, ref in scores[:most] if score >= max(MINIMUM, 0.7 * top))
