"""Which outputs a person means: a table of what people write, and what holds of every answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.selection import read

ALL = {1, 2, 3, 4, 5}
CASES: dict[str, set[int] | None] = {
    "all": ALL,
    "All.": ALL,
    "all good": ALL,
    "all of them": ALL,
    "all 5": ALL,
    "all five are fine": ALL,
    "they are all good!": ALL,
    "everything": ALL,
    "none": set(),
    "none of them": set(),
    "none are good": set(),
    "nothing": set(),
    "none are bad": ALL,
    "all bad": set(),
    "the first two": {1, 2},
    "first 3": {1, 2, 3},
    "the last two": {4, 5},
    "the first one": {1},
    "the second and the fourth": {2, 4},
    "first and last": {1, 5},
    "1-3": {1, 2, 3},
    "1–3": {1, 2, 3},
    "1 to 3 and 5": {1, 2, 3, 5},
    "1, 3": {1, 3},
    "1 3 5": {1, 3, 5},
    "#2": {2},
    "only 2": {2},
    "just 2 and 4": {2, 4},
    "I would send 2 and 3": {2, 3},
    "all but 2": {1, 3, 4, 5},
    "all except 2 and 4": {1, 3, 5},
    "everything but the last": {1, 2, 3, 4},
    "all but the first two": {3, 4, 5},
    "none but 2": {2},
    "all good, but not 3": {1, 2, 4, 5},
    "all fine but 2 is bad": {1, 3, 4, 5},
    "all but 2 are good": {1, 3, 4, 5},
    "not 2, the rest is fine": {1, 3, 4, 5},
    "2 is not good, the others are": {1, 3, 4, 5},
    "2 isn't good, the rest is fine": {1, 3, 4, 5},
    "the rest is fine, not 2": {1, 3, 4, 5},
    "everything is fine, just not 2": {1, 3, 4, 5},
    "2 is bad but the rest is fine": {1, 3, 4, 5},
    "only 2 is bad": {1, 3, 4, 5},
    "1 and 2 are good, the rest is bad": {1, 2},
    "1 good, 2 bad, 3 good, 4 bad, 5 bad": {1, 3},
    "good: 1, 3; bad: 2, 4, 5": {1, 3},
    "1-4 but not 3": {1, 2, 4},
    "y n y y n": {1, 3, 4},
    "ynyyn": {1, 3, 4},
    "200": None,
    "0": None,
    "6": None,
    "1-9": None,
    "3-1": None,
    "12": None,
    "1.5": None,
    "-2": None,
    "": None,
    "yes": None,
    "no": None,
    "good": None,
    "not all": None,
    "not none": None,
    "not 2": None,
    "2 is bad": None,
    "no 2": None,
    "No. 2": None,
    "all are not good": None,
    "all but one": None,
    "all but two": None,
    "all but 2 are bad": None,
    "two": None,
    "two of them": None,
    "3 of 5": None,
    "second last": None,
    "the last but one": None,
    "both": None,
    "the rest": None,
    "the first eight": None,
    "1 good, 1 bad": None,
    "all good, the rest is bad": None,
    "2 is not bad": None,
    "1 or 2": None,
    "meh": None,
    "maybe 2": None,
    "what is this?": None,
    "the ones about pizza": None,
    "not 2, 3 is fine": None,
}


@pytest.mark.parametrize(("text", "meant"), CASES.items(), ids=list(CASES))
def test_what_people_write_of_five_outputs(text: str, meant: set[int] | None) -> None:
    assert read(text, 5) == (None if meant is None else {number - 1 for number in meant})


@pytest.mark.parametrize(
    ("text", "count", "meant"),
    [
        ("y", 1, {0}),
        ("yes", 1, {0}),
        ("no", 1, set[int]()),
        ("fine.", 1, {0}),
        ("1", 1, {0}),
        ("both", 2, {0, 1}),
        ("neither", 2, set[int]()),
        ("not 1, 2 is fine", 2, None),
        ("1 is bad, 2 is fine", 2, {1}),
    ],
)
def test_of_one_or_two_outputs(text: str, count: int, meant: set[int] | None) -> None:
    assert read(text, count) == meant


@st.composite
def chosen(draw: st.DrawFn) -> tuple[int, frozenset[int]]:
    count = draw(st.integers(2, 12))
    return count, draw(st.frozensets(st.integers(0, count - 1)))


def listed(places: frozenset[int]) -> str:
    return ", ".join(str(place + 1) for place in sorted(places))


@given(chosen())
def test_every_choice_can_be_said_in_every_form(case: tuple[int, frozenset[int]]) -> None:
    count, good = case
    bad = frozenset(range(count)) - good
    forms = [" ".join("y" if place in good else "n" for place in range(count))]
    if good:
        forms += [listed(good), listed(good).replace(",", " and"), f"only {listed(good)}", f"none but {listed(good)}"]
        forms += [f"{listed(good)} good, the rest is bad"]
    if bad:
        forms += [f"all but {listed(bad)}", f"not {listed(bad)}, the rest is fine", f"all good except {listed(bad)}"]
        forms += [f"{listed(bad)} are bad, the others are fine"]
    assert {form: read(form, count) for form in forms} == dict.fromkeys(forms, good)


@given(st.text(max_size=80) | st.text("123 ,-yn", max_size=20), st.integers(1, 12))
def test_nothing_beyond_the_outputs_is_ever_meant(text: str, count: int) -> None:
    assert (read(text, count) or frozenset()) <= frozenset(range(count))


WORDS = st.sampled_from(
    ["all", "none", "but", "not", "the rest", "1", "2", "1-3", ",", "good", "bad", "only", "first", "last two", "and"]
)


@given(st.lists(WORDS, max_size=9), st.integers(4, 999))
def test_a_number_that_no_output_has_is_never_read(words: list[str], beyond: int) -> None:
    assert read(" ".join([*words, f", {beyond}"]), 3) is None
