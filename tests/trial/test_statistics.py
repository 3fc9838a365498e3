"""Intervals and comparisons against published figures and what must always hold."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trial.statistics import mcnemar, simple_agreement, wilson

N = st.integers(1, 200)


@pytest.mark.parametrize(
    ("passes", "n", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (score): 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(passes: int, n: int, low: float, high: float) -> None:
    assert wilson(passes, n) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(
    ("passes", "n", "low", "high"),
    [
        (18, 20, 0.6989663547715128, 0.9721335187862319),
        (3, 3, 0.4385029682449546, 1.0),
        (16, 16, 0.8063923194655637, 1.0),
    ],
)
def test_the_interval_is_that_of_scipy(passes: int, n: int, low: float, high: float) -> None:
    """Figures of scipy 1.17.1, `binomtest(passes, n).proportion_ci(method="wilson")`."""
    assert wilson(passes, n) == pytest.approx((low, high), abs=1e-12)


@given(N.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors(count: tuple[int, int]) -> None:
    passes, n = count
    low, high = wilson(passes, n)
    assert 0 <= low <= passes / n <= high <= 1
    assert wilson(n - passes, n) == pytest.approx((1 - high, 1 - low))


@given(st.integers(0, 100))
def test_more_items_narrow_it(n: int) -> None:
    low, high = wilson(n, 2 * n)
    wider_low, wider_high = wilson(2 * n, 4 * n)
    assert wider_high - wider_low <= high - low


def test_nothing_measured_could_be_anything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("b", "c", "p"), [(0, 5, 0.0625), (0, 6, 0.03125), (1, 9, 22 / 1024), (3, 3, 1.0), (0, 0, 1.0)]
)
def test_mcnemar_is_the_binomial(b: int, c: int, p: float) -> None:
    assert mcnemar(b, c) == pytest.approx(p)
    assert mcnemar(c, b) == mcnemar(b, c)


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemar_is_a_probability(b: int, c: int) -> None:
    assert 0 < mcnemar(b, c) <= 1


@pytest.mark.parametrize(
    ("runs", "share"),
    [
        ([["a"] * 5], 1.0),
        ([["a", "b"]], 0.0),
        ([["a", "a", "b"]], 1 / 3),
        ([["a"] * 5, ["a", "b", "c", "d", "e"]], 0.5),
        ([["a"], ["b"]], None),
        ([], None),
    ],
)
def test_agreement_is_the_share_of_equal_run_pairs(runs: list[list[str]], share: float | None) -> None:
    assert simple_agreement(runs) == share


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=6))
def test_agreement_counts_every_pair(runs: list[list[str]]) -> None:
    pairs = [(a, b) for item in runs for n, a in enumerate(item) for b in item[n + 1 :]]
    share = simple_agreement(runs)
    assert share is None if not pairs else math.isclose(share or 0.0, sum(a == b for a, b in pairs) / len(pairs))
