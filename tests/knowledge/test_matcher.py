"""The matcher: nearest phrasings first, spelling forgiven; and the phrasings that cannot be told apart."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.load import load
from knowledge.lookup import look_up, ranked
from knowledge.matcher import Matcher, Rarity, Shares, features, share
from knowledge.phrasing_index import doubtful, phrasings

INDEX = Matcher(
    [("style", "it sounds like a robot"), ("cost", "every call is too expensive"), ("stop", "leave us alone")]
)
KNOWLEDGE = load()


def test_a_phrasing_is_nearest_to_itself() -> None:
    near = INDEX.near("it sounds like a robot")[0]
    assert (near.label, near.phrasing) == ("style", "it sounds like a robot")
    assert near.score > 0.99


def test_spelling_and_endings_are_forgiven() -> None:
    assert INDEX.near("sounding robotic")[0].label == "style"
    assert INDEX.near("calls r expensiv")[0].label == "cost"


def test_what_shares_nothing_is_near_to_nothing() -> None:
    assert INDEX.near("xyz") == () == INDEX.near("") == Matcher[str]([]).near("anything")


@given(st.text(max_size=80))
def test_scores_are_in_order_and_no_larger_than_one(text: str) -> None:
    scores = [near.score for near in INDEX.near(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1.000001 for score in scores)


def test_all_are_found_of_which_a_text_holds_more_without_looking_at_everything() -> None:
    known = list(phrasings(KNOWLEDGE))
    bags = [features(said) for _, said in known]
    vectors = [*map(Rarity(bags).told, bags)]
    index, third = Shares(vectors), len(known) // 3
    for at in range(0, len(known), 97):
        # Two phrasings in one text stand as near to it as a clause of a post does.
        held = features(f"{known[at][1]} and {known[at - 1][1]}").keys()
        shares = [share(held, vector) for vector in vectors]
        for least in (0.1, index.LEFT, 0.4, 0.7):
            over = [n for n, each in enumerate(shares) if each > least]
            assert at in over or least > shares[at]
            assert index.over(held, least) == over
            assert index.over(held, least, third, 2 * third) == [n for n in over if third <= n < 2 * third]


def test_a_phrasing_that_stands_for_two_options_is_named() -> None:
    ask = KNOWLEDGE.asks["owner"]
    said = {**ask.says, "team": (*ask.says["team"], ask.says["one"][0])}
    question = KNOWLEDGE.question_of("owner")
    facts = {**question.facts, "owner": ask.model_copy(update={"says": said})}
    changed = replace(
        KNOWLEDGE, questions={**KNOWLEDGE.questions, question.id: question.model_copy(update={"facts": facts})}
    )
    lines = doubtful(changed, KNOWLEDGE)
    assert lines
    assert all("owner one" in line and "owner team" in line and ask.says["one"][0] in line for line in lines)


def test_words_of_a_command_that_stand_near_an_option_are_named() -> None:
    said = KNOWLEDGE.asks["owner"].says["one"][0]
    intents = KNOWLEDGE.intents.model_copy(update={"skip": (*KNOWLEDGE.intents.skip, said)})
    lines = doubtful(replace(KNOWLEDGE, intents=intents), KNOWLEDGE)
    assert lines and all("owner one" in line and said in line for line in lines)


def test_each_passage_is_found_by_its_own_questions() -> None:
    missed = [
        (ref, question)
        for ref, passage in KNOWLEDGE.passages.items()
        for question in passage.answers
        if ref not in [found for _, found in ranked(KNOWLEDGE, question)[:2]]
    ]
    assert missed == []


def test_the_rules_are_silent_about_the_weather() -> None:
    for question in ("what's the weather?", "who won the match yesterday?"):
        assert look_up(KNOWLEDGE, question) == ()
