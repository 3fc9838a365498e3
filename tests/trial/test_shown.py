"""Outputs as people are shown them: endless ones are cut, foul ones starred, both marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trial.report.shown import shown


@pytest.mark.parametrize(
    ("text", "demonstration", "wanted"),
    [
        ("Dear guest, thank you.", True, "Dear guest, thank you."),
        ("Ho ho ho ho!", True, "Ho ho ho ho!"),
        ("-" * 100, True, "-" * 100),
        ("The soup was cold. " * 40, False, "The soup was cold. … The soup was cold. … [it repeats itself]"),
        ("What a shit soup.", True, "What a s*** soup. … [foul words starred]"),
        ("What a shit soup.", False, "What a shit soup."),
        ("We mishit the ball in Scunthorpe.", True, "We mishit the ball in Scunthorpe."),
    ],
)
def test_what_is_shown(text: str, demonstration: bool, wanted: str) -> None:
    assert " ".join(shown(text, 200, demonstration=demonstration).split()) == " ".join(wanted.split())


@given(st.text(max_size=400) | st.text("ab ", max_size=400), st.integers(20, 200))
def test_nothing_is_longer_than_asked_and_a_cut_is_marked(text: str, most: int) -> None:
    got = shown(text, most)
    assert len(got) <= most + 60
    assert got == text.strip() or got.endswith("]")


def test_hundreds_of_thousands_of_characters_are_cut() -> None:
    assert "[cut, 300,000 characters in all" in shown("ab, " * 75_000, 100) + shown("x y" * 100_000, 100)
