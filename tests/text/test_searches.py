"""Where a pattern is tried: it finds all that a search from every letter does, in that order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.posts import posts
from bot.reading.by_patterns import TABLE
from bot.reading.sentences import plain
from bot.reading.table.history import REPLIES
from bot.reading.table.row import Row
from bot.reading.table.telling import TELLING
from bot.text.disowning.elsewhere import OTHERS, UNHELD
from bot.text.disowning.way import Way
from bot.text.disowning.words import CLOSERS, CONDITIONS, MENDED, OPENERS
from bot.text.literals import Beginning, Search, beginnings, small
from tests.reading.sentences import SILENT, STATEMENTS

ROWS = [*TABLE, *TELLING, *REPLIES]
WAYS = [*OPENERS, *OTHERS, *CONDITIONS, *CLOSERS, *MENDED, *UNHELD]
SENTENCES = [*(said for said, _ in STATEMENTS), *SILENT]
TEXTS = [*posts(100), *SENTENCES, *(said.upper() for said in SENTENCES[:100])]
PIECES = (
    *("a", "ab", "Abc", "bc d", "7", "_", " ", "'", "é", r"\b", r"\B", "^", "$", r"(?<!\w)", r"(?<!a )", "(?=a)"),
    *(r"(?!\d)", r"\d", r"\w+", r"\W?", "[ab]", "[- ]?", "[^a]", ".", "(?:ab|c)", "(?:a|b|)", "(?-i:A)", "(b+)"),
    *("(?:ab){0,2}?", "c*+"),
)


def spans(found: re.Pattern[str] | Search, text: str) -> list[tuple[int, int]]:
    matches = found.finditer(text) if isinstance(found, re.Pattern) else found.finditer(text, small(text))
    return [match.span() for match in matches]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (r"\b(?:We|our) x", [("our x", True), ("we x", True)]),
        (r"(?<!\w)gpt", [("gpt", True)]),
        (r"\ban? (?:old|new)", [("a new", True), ("a old", True), ("an new", True), ("an old", True)]),
        (r"\b\d+ rows", [("\uffff", True)]),
        (r"(?:\bnever|n't) stops", [("n't st", False), ("never ", True)]),
        (r"^fine[- ]?tuned", [("fine t", True), ("fine-t", True), ("finetu", True)]),
        (r"\b(?:a|b)+c", [("a", True), ("b", True)]),
        (r"\b'll", [("'ll", False)]),
        (r"\w+ stops", []),
        (r"\b(?:we )?\w+ it", []),
        (r"\b(?:über|we)", []),
        (r"\d+", []),
        ("", []),
    ],
)
def test_the_letters_with_which_each_match_begins(pattern: str, told: list[tuple[str, bool]]) -> None:
    assert beginnings(pattern) == tuple(Beginning(*each) for each in told)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.fact}-{row.source[:30]}")
def test_a_row_finds_what_its_pattern_does(row: Row) -> None:
    for text in map(plain, TEXTS):
        assert spans(row.search, text) == spans(row.pattern, text)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.pattern[:30])
def test_a_way_to_disown_words_finds_what_its_pattern_does(way: Way) -> None:
    pattern = re.compile(way.pattern, re.IGNORECASE)
    search = Search(pattern)
    for text in TEXTS[:300]:
        assert spans(search, text) == spans(pattern, text)


@given(
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), min_size=1, max_size=3),
    st.sampled_from([0, re.IGNORECASE, re.IGNORECASE | re.MULTILINE]),
    st.text("abcABC 7'_-\né\u0130\u0131\u017f\u212a\u0663", max_size=30),
)
def test_any_pattern_finds_what_it_finds_by_itself(branches: list[list[str]], flags: int, text: str) -> None:
    pattern = re.compile("|".join(map("".join, branches)), flags)
    assert spans(Search(pattern), text) == spans(pattern, text)
