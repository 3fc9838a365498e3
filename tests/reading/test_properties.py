"""What holds for every message: quotes are in it, values are allowed, and nothing raises."""

import re
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.reading import sentences, understand
from bot.reading.by_patterns import TABLE
from bot.text import numbers
from knowledge.load import load
from knowledge.values import value_fits
from tests.reading.sentences import SILENT, STATEMENTS

KNOWLEDGE = load()
ASKABLE = [fact.name for fact in KNOWLEDGE.facts.values() if fact.known_by == "asked"]
FORMS = [tuple(question.facts) for question in KNOWLEDGE.questions.values()]
WORDS = sorted({word for text in (*(t for t, _ in STATEMENTS), *SILENT) for word in re.findall(r"\S+|\s", text)})

asked = st.one_of(st.just(()), st.sampled_from(FORMS), st.lists(st.sampled_from(ASKABLE), max_size=3, unique=True))
babble = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
joined = st.lists(st.sampled_from([t for t, _ in STATEMENTS] + SILENT), max_size=4).map("\n".join)
messages = st.one_of(st.text(max_size=300), babble, joined, st.tuples(st.text(max_size=40), babble).map("".join))


@given(messages, asked)
@settings(max_examples=300)
@example("İİ we have 40 examples", ())
@example("ﬁne-tuned and it still fails, we have ４０ examples", ("examples",))
@example("\x00 we\u2028have 40\x85examples", ("examples",))
@example("\ud800 we have 40 examples", ())
def test_quotes_are_in_the_message_and_values_are_allowed(
    text: str, open_question: tuple[str, ...] | list[str]
) -> None:
    reading = understand(text, open_question, KNOWLEDGE)
    names = [found.fact for found in reading.found]
    assert len(names) == len(set(names)), "one value a fact"
    for found in reading.found:
        assert found.quote and found.quote in text
        assert value_fits(KNOWLEDGE.facts[found.fact], found.value) == found.value
        assert found.fact in ASKABLE
        assert found.closed <= (found.fact in open_question)
    assert set(reading.unsure) <= set(open_question) - set(names)
    assert reading.question is None or reading.question in text


@given(messages)
def test_evening_out_keeps_every_place(text: str) -> None:
    assert len(sentences.plain(text)) == len(text)


@given(messages)
def test_clauses_do_not_overlap(text: str) -> None:
    even = sentences.plain(text)
    pieces = sentences.clauses(even)
    assert all(left.end <= right.start for left, right in pairwise(pieces))


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["{}", "{:,}", "about {}", "~{:,} or so", "({})"]))
def test_a_number_is_read_as_it_was_written(count: int, form: str) -> None:
    said = form.format(count)
    (found,) = numbers.find(said)
    assert found.value == count
    assert numbers.carries(said, count)


@given(
    st.integers(min_value=1, max_value=999),
    st.sampled_from([("k", 1000), (" thousand", 1000), ("M", 10**6), (" million", 10**6)]),
)
def test_a_scale_multiplies(count: int, scale: tuple[str, int]) -> None:
    (found,) = numbers.find(f"{count}{scale[0]} calls")
    assert found.value == count * scale[1]


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=0, max_value=10**6))
def test_words_carry_no_other_number(said: int, other: int) -> None:
    assert numbers.carries(f"{said} examples", other) == (said == other)


def test_the_table_has_only_values_that_exist() -> None:
    for row in TABLE:
        fact = KNOWLEDGE.facts[row.fact]
        assert callable(row.value) or value_fits(fact, row.value) == row.value, row.source
