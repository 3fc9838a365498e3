"""Numbers as people type them: one value or one refusal, in a field and in running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import numbers
from bot.text.numbers import Count, Kind, Refusal

FIELDS: list[tuple[str, int]] = [
    ("20k", 20_000),
    ("3 lakh", 300_000),
    ("1.5 crore", 15_000_000),
    ("1,200", 1200),
    ("1.200", 1200),
    ("1,200k", 1_200_000),
    ("1.5k", 1500),
    ("1,5k", 1500),
    ("2 mil", 2_000_000),
    ("~300", 300),
    ("500ish", 500),
    ("10 000", 10_000),
    ("1'000", 1000),
    ("a couple hundred", 200),
    ("two dozen", 24),
    ("half a million", 500_000),
    ("two and a half dozen", 30),
    ("a hundred and twenty", 120),
    ("a baker's dozen", 13),
    ("1½ hundred", 150),
    ("3½k", 3500),
    ("2^13", 8192),
    ("thirty-five", 35),
    ("two thousand and five", 2005),
    ("about 300 pairs", 300),
    ("2.3w", 23_000),
    ("2.3万", 23_000),
    ("五百", 500),
    ("none", 0),
    ("0", 0),
]
REFUSED: list[tuple[str, str]] = [
    ("1.25", "write 1 or 2"),
    ("-5", "less than 0"),
    ("9" * 18, "more than I can reckon"),
    ("9" * 900, "more than I can reckon"),
    ("9" * 5000, "too long"),
    ("", "Write a number"),
    ("  ", "Write a number"),
    ("hello", "no number"),
    ("3 4", "several"),
    ("$45", "money"),
    ("45k usd", "money"),
    ("gpt-4", "no number"),
]
RATES: list[tuple[str, Kind, int]] = [
    ("300 per hour", "per_day", 7200),
    ("a million a year", "per_day", 2740),
    ("90,000 a month", "per_day", 3000),
    ("I meant 300 a week, not a day", "per_day", 43),
    ("unos 5 mil al día", "per_day", 5000),
    ("2000 llamadas al día", "per_day", 2000),
    ("2000次每天", "per_day", 2000),
    ("700 pizzas a week", "per_day", 100),
    ("one batch of 40000 every night", "per_day", 40_000),
    ("40 users, about 5 calls each", "per_day", 200),
    ("one every other second, round the clock", "per_day", 43_200),
    ("once every night, a single job", "per_day", 1),
    ("half a page", "tokens", 350),
    ("~2 pages", "tokens", 1400),
    ("100 words", "tokens", 130),
    ("one word", "tokens", 1),
    ("no wait, it's 400 not 40", "count", 400),
    ("we have 60 but 40 of them are in the prompt so 20 i guess", "count", 20),
    ("around 3,000 but only ~200 are any good", "count", 200),
    ("skip the first sheet, second one has 250 pairs", "count", 250),
    ("not a single one", "count", 0),
]


@pytest.mark.parametrize(("typed", "wanted"), FIELDS)
def test_a_field_takes_a_number_in_any_writing(typed: str, wanted: int) -> None:
    read = numbers.field(typed)
    assert isinstance(read, Count)
    assert read.value == wanted
    said = numbers.count(f"we have {typed}") if wanted else read
    assert isinstance(said, Count) and said.value == wanted, "and running text the same"


@pytest.mark.parametrize(("typed", "why"), REFUSED)
def test_a_field_refuses_with_words(typed: str, why: str) -> None:
    read = numbers.field(typed)
    assert isinstance(read, Refusal)
    assert why in read.sentence
    assert len(read.sentence) < 160


def test_of_a_range_the_middle_is_taken_and_said() -> None:
    read = numbers.field("10-20k")
    assert isinstance(read, Count)
    assert (read.value, read.low, read.high, read.note) == (15_000, 10_000, 20_000, "the middle of 10,000 to 20,000")


WORKED_OUT = (200, 350)
"""What stands in no words: 40 times 5, and what half a page comes to."""


@pytest.mark.parametrize(("text", "kind", "wanted"), RATES)
def test_rates_measures_and_corrections(text: str, kind: Kind, wanted: int) -> None:
    read = numbers.count(text, kind)
    assert isinstance(read, Count)
    assert read.value == wanted
    assert numbers.carries(text[read.start : read.end], wanted) or wanted in WORKED_OUT


@pytest.mark.parametrize(
    "text", ["the bill is 45k a month", "we pay 300 dollars a day", "it costs $20 a call", "81 %", "gpt-4o"]
)
def test_money_shares_and_names_are_no_counts(text: str) -> None:
    assert numbers.count(text, "per_day") is None


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["{}", "{:,}", "about {}", "~{:,} or so"]))
def test_a_number_is_read_as_it_was_written(value: int, form: str) -> None:
    read = numbers.field(form.format(value))
    assert isinstance(read, Count) and read.value == value


@given(st.text(max_size=200), st.sampled_from(["count", "per_day", "tokens"]))
def test_nothing_raises_and_places_are_in_the_text(text: str, kind: Kind) -> None:
    for read in (numbers.field(text, kind), numbers.count(text, kind)):
        if isinstance(read, Count):
            assert 0 <= read.value <= numbers.MOST * 86_400
            assert 0 <= read.start <= read.end <= max(len(text), 1)
    assert all(0 <= n.start < n.end <= len(text) for n in numbers.find(text))
