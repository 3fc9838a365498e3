"""What a match surely has: never a text is passed over that a pattern matches."""

import random

import pytest

from benchmarks.posts import posts
from bot.reading.by_patterns import TABLE
from bot.reading.table.history import REPLIES
from bot.reading.table.row import Row
from bot.reading.table.telling import TELLING
from bot.text.literals import Prefilter, Way, needed, small
from tests.reading.sentences import SILENT, STATEMENTS

SENTENCES = [*(said for said, _ in STATEMENTS), *SILENT]


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("abc", ((("abc",),),)),
        (r"\bWe (?:have|own) \d+ rows", ((("we ",), ("own", "have"), (" ",), (" rows",)),)),
        ("(?:tickets|mails) a day", ((("mails", "tickets"), (" a day",)),)),
        ("(?:tickets|mails)", ((("tickets",),), (("mails",),))),
        ("tickets a day|no (?:ticket|tickets)", ((("tickets a day",),), (("no ticket",),))),
        ("a?b*", ()),
        ("(?:abc)?d", ((("d",),),)),
        ("(?:abc){2,3}", ((("abc",),),)),
        ("[ab]c", ((("c",),),)),
        ("abc|[0-9]", ()),
        ("(?!not)said", ((("said",),),)),
        (r"\w+", ()),
    ],
)
def test_the_literals_that_each_match_has(pattern: str, ways: tuple[Way, ...]) -> None:
    assert needed(pattern) == ways


@pytest.mark.parametrize("row", [*TABLE, *TELLING, *REPLIES], ids=lambda row: f"{row.fact}-{row.source[:30]}")
def test_no_text_that_a_pattern_of_ours_matches_is_passed_over(row: Row) -> None:
    chance = random.Random(row.source)
    texts = [*posts(150), *SENTENCES, *(" ".join(chance.sample(SENTENCES, 3)).upper() for _ in range(50))]
    for text in texts:
        if row.pattern.search(text):
            assert Prefilter([row.pattern]).may_match(small(text)), text
