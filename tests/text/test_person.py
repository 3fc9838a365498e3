"""A display name in our own words is words: whatever its owner has written there, it calls and links nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.person import LONGEST, person_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ana", "Ana"),
        ("Dr. Ana-Maria O'Neil", "Dr. Ana-Maria O'Neil"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("李小龙", "李小龙"),
        ("José Ñandú", "José Ñandú"),
        ("ana.smith", "ana smith"),
        ("@everyone", "everyone"),
        ("<!channel>", "channel"),
        ("[x](https://evil.example)", "x https evil example"),
        ("Ana\u202egro.live", "Ana"),
        ("🦜", "somebody"),
        ("x" * 400, "x" * LONGEST),
    ],
)
def test_a_name_is_words(given: str, shown: str) -> None:
    assert person_name(given) == shown


@given(st.text(max_size=200))
def test_no_name_is_an_address_a_mention_or_markup(name: str) -> None:
    shown = person_name(name)
    assert 0 < len(shown) <= LONGEST
    assert not set(shown) & set('<>[]()@#*`~|\\/:\n\r\t"!&')
    assert person_name(shown) == shown
