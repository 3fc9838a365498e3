"""The phrasings that messages are compared with: enough of each, and none that stands for two things."""

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
import yaml

from knowledge.load import Knowledge, load
from knowledge.matcher import Rarity, features
from knowledge.phrasing_index import Meaning, Statements, doubtful, holds, matter, phrasings

INTENTS = Path(load.__code__.co_filename).parent / "intents.yaml"


def even(text: str) -> str:
    """Return a phrasing as a matcher sees it: no capitals, no apostrophes, no punctuation at the ends."""
    return " ".join(text.lower().replace("'", "").strip(" .,!?").split())


def read() -> dict[str, dict[str, list[str]]]:
    """Return the phrasings of each option of each fact that has options."""
    knowledge: Knowledge = load()
    chosen = {name: ask for name, ask in knowledge.asks.items() if knowledge.facts[name].type != "count"}
    assert chosen
    said: dict[str, dict[str, list[str]]] = {}
    for name, ask in chosen.items():
        options = knowledge.facts[name].values or ("true", "false")
        assert tuple(ask.says) == options, f"{name}: phrasings under each option, in the order of its values"
        said[name] = {option: [even(text) for text in ask.says[option]] for option in options}
    return said


def intents() -> dict[str, list[str]]:
    return cast("dict[str, list[str]]", yaml.safe_load(INTENTS.read_text("utf-8")))


def twice(texts: list[str]) -> list[str]:
    return [text for text, times in Counter(texts).items() if times > 1]


def test_every_option_has_ten_phrasings_and_each_belongs_to_one_option() -> None:
    for fact, options in read().items():
        for option, texts in options.items():
            assert len(texts) >= 10, f"{fact}: {option} has {len(texts)} phrasings"
        assert not twice([text for texts in options.values() for text in texts]), f"{fact}: a phrasing stands twice"


def test_every_intent_has_twenty_phrasings_and_each_belongs_to_one_intent() -> None:
    for intent, texts in intents().items():
        assert len(texts) >= 20, f"{intent} has {len(texts)} phrasings"
        assert all(isinstance(text, str) for text in texts), f"{intent}: quote what YAML takes for something else"
    assert not twice([even(text) or text for texts in intents().values() for text in texts])


def test_every_passage_answers_two_questions_and_no_two_answer_the_same() -> None:
    passages = load().passages
    for ref, passage in passages.items():
        assert len(passage.answers) >= 2, f"{ref} answers {len(passage.answers)} questions"
    assert not twice([even(text) for passage in passages.values() for text in passage.answers])


def test_no_phrasing_stands_near_two_options_or_near_a_command() -> None:
    assert not doubtful(load())


def test_what_a_clause_states_is_what_comparing_it_with_every_phrasing_tells():
    kept = [(meant, said, features(said)) for meant, said in phrasings(load()) if matter(said)]
    rarity, index = Rarity([bag for meant, _, bag in kept if meant.value is not None]), Statements(kept)

    def stands_within(text: str, bag: Mapping[str, int]) -> float:
        own, other = rarity.weighted(features(text)), rarity.weighted(bag)
        shared = own.keys() & (other.keys() - rarity.common)
        return math.sqrt(sum(own[f] * other[f] for f in shared) * sum(other[f] ** 2 for f in shared))

    for text in (
        "our replies never keep our tone of voice",
        "a couple of hundred examples that our own people wrote",
        "it has to stay inside our network",
        "should we stop here",
    ):
        best: dict[Meaning, tuple[float, str]] = {}
        for meant, said, bag in kept:
            best[meant] = max(best.get(meant, (0.0, "")), (stands_within(text, bag), said), key=lambda each: each[0])
        rated = sorted(
            ((s, m) for m, (s, said) in best.items() if s >= 0.3 and (m.value is None or holds(text, said))),
            key=lambda each: -each[0],
        )
        told = [(m, s) for s, m in rated if m.value is not None] if rated[0][0] >= 0.5 and rated[0][1].value else []
        found = index.within(text, 0.5, lambda _: 0.3)
        assert [near.label for near in found] == [meant for meant, _ in told], text
        assert [near.score for near in found] == pytest.approx([score for _, score in told]), text
    assert index.within("it has to stay inside our network", 0.5, lambda _: 0.3)
