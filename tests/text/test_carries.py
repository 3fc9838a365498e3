"""Numbers as people write them."""

import pytest

from bot.text import numbers


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("20k", [20_000]),
        ("1.4k tokens", [1400]),
        ("3M", [3_000_000]),
        ("1,811 texts", [1811]),
        ("twenty-five", [25]),
        ("one hundred and twenty", [120]),
        ("two hundred thousand", [200_000]),
        ("a few hundred", [300]),
        ("half a million", [500_000]),
        ("50-100", [75]),
        ("5 to 10 and then 20", [7.5, 20]),
        ("gpt-3.5, a 7B model, 16 GB, 71 %, v2, #12, 10:30, 5ms", []),
        ("hundreds of tickets", [200]),
        ("", []),
    ],
)
def test_find(text: str, wanted: list[int]) -> None:
    assert [number.value for number in numbers.find(text)] == wanted


@pytest.mark.parametrize(
    ("quote", "count", "wanted"),
    [
        ("about 40 examples", 40, True),
        ("about forty examples", 40, True),
        ("a couple hundred pairs", 200, True),
        ("600,000 requests a month", 20_000, True),
        ("no examples", 0, True),
        ("we have examples", 0, False),
        ("many examples", 5000, False),
        ("400 examples", 4000, False),
        ("50-100", 100, True),
    ],
)
def test_carries(quote: str, count: int, wanted: bool) -> None:
    assert numbers.carries(quote, count) is wanted


def test_several() -> None:
    assert numbers.several("71% now, we need 90%")
    assert numbers.several("seven of ten")
    assert not numbers.several("71% now")
