"""Intervals and comparisons against published figures and what must always hold."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trial.statistics import (
    alpha,
    clustered,
    effective_n,
    holm,
    items_needed,
    mcnemar,
    paired_difference,
    paired_runs,
    simple_agreement,
    wilson,
)

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


GRID = [n / 20 for n in range(1, 20)]


@pytest.mark.parametrize("n", [10, 20, 50])
def test_one_run_an_item_covers_95_percent_on_average(n: int) -> None:
    """Exactly: the chance of every count, for every rate. A single rate may dip, as Wilson's interval does."""
    covered: list[float] = []
    for rate in GRID:
        chances = [math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]
        ends = [clustered([(1, 1)] * k + [(0, 1)] * (n - k)) for k in range(n + 1)]
        covered.append(sum(c for c, each in zip(chances, ends, strict=True) if each.low <= rate <= each.high))
    assert abs(sum(covered) / len(covered) - 0.95) < 0.015


@pytest.mark.parametrize("runs", [3, 5])
@pytest.mark.parametrize("alike", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("n", [10, 20, 50])
def test_repeated_runs_cover_95_percent_of_a_beta_binomial(n: int, alike: float, runs: int) -> None:
    """Each item has a rate of its own, so that runs of one item are correlated (`alike` is their correlation)."""
    chance, spread = random.Random(7), (1 - alike) / alike
    covered = tried = 0
    for rate in GRID[::2]:
        for _ in range(4000 // n):
            own = [chance.betavariate(rate * spread, (1 - rate) * spread) for _ in range(n)]
            _, low, high, _ = clustered([(sum(chance.random() < p for _ in range(runs)), runs) for p in own])
            covered += low <= rate <= high
            tried += 1
    noise = 2.6 * math.sqrt(0.95 * 0.05 / tried)
    assert abs(covered / tried - 0.95) < 0.015 + noise


def test_runs_taken_for_items_would_cover_far_less() -> None:
    """What the clustering is for: the same data, had every run been a draw of its own."""
    chance, covered, tried = random.Random(7), 0, 0
    for _ in range(1000):
        own = [chance.betavariate(0.25, 0.25) for _ in range(20)]
        low, high = wilson(sum(chance.random() < p for p in own for _ in range(5)), 100)
        covered += low <= 0.5 <= high
        tried += 1
    assert covered / tried < 0.75


TALLIES = st.lists(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=30
)


@given(TALLIES)
def test_the_effective_number_lies_between_items_and_runs(items: list[tuple[int, int]]) -> None:
    effective = effective_n(items)
    assert len(items) <= effective <= sum(n for _, n in items)
    rate, low, high, same = clustered(items)
    assert 0 <= low <= rate + 1e-12
    assert rate - 1e-12 <= high <= 1
    assert same == effective


@given(TALLIES)
def test_no_mix_of_runs_shows_more_than_items_that_all_pass(items: list[tuple[int, int]]) -> None:
    """30 of 30 runs on six items must not be less convincing than 29 of 30."""
    _, low, high, _ = clustered(items)
    best = wilson(len(items), len(items))[0]
    assert low <= best + 1e-12
    assert high >= 1 - best - 1e-12


def test_alike_runs_are_worth_their_items_and_unlike_ones_more() -> None:
    assert effective_n([(5, 5)] * 10 + [(0, 5)] * 10) == 20
    assert effective_n([(2, 4)] * 5) == 20
    assert 20 < effective_n([(4, 5)] * 10 + [(3, 5)] * 10) <= 100
    assert clustered([(15, 15)]).low == pytest.approx(wilson(1, 1)[0])
    assert clustered([(5, 5)] * 3)[1:3] == pytest.approx((0.4385, 1.0), abs=1e-4)


@given(st.integers(2, 60), st.integers(0, 60))
def test_one_run_an_item_is_plain_wilson(n: int, passes: int) -> None:
    k = min(n, passes)
    _, low, high, effective = clustered([(1, 1)] * k + [(0, 1)] * (n - k))
    assert effective == n
    assert (low, high) == pytest.approx(wilson(k, n))


@given(st.floats(0, 1), st.sampled_from([0.5, 0.8, 0.9]))
def test_the_number_of_items_that_decide_does_decide_and_fewer_do_not(rate: float, bar: float) -> None:
    needed = items_needed(rate, bar)
    if needed is None:
        assert abs(rate - bar) < 0.05
        return
    low, high = wilson(rate * needed, needed)
    assert low >= bar - 1e-9 or high <= bar + 1e-9
    if needed > 2 and (fewer := needed - 1):
        low, high = wilson(rate * fewer, fewer)
        short = low < bar <= high if rate < bar else low < bar or wilson(fewer, fewer)[0] < bar
        assert short


def test_sixteen_of_sixteen_is_the_least_that_reaches_80_percent() -> None:
    assert items_needed(1.0, 0.8) == 16
    assert items_needed(0.8, 0.8) is None


ONES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=14)


@given(ONES)
def test_with_one_run_an_item_the_paired_test_is_mcnemars(items: list[tuple[int, int]]) -> None:
    gained, lost = sum(a > b for a, b in items), sum(b > a for a, b in items)
    p = paired_runs([(a, 1) for a, _ in items], [(b, 1) for _, b in items])
    assert p == pytest.approx(mcnemar(gained, lost))


def test_paired_runs_is_fishers_exact_test_on_one_item() -> None:
    """Fisher's exact p of 5 of 5 against 0 of 5 is 2 / C(10, 5)."""
    assert paired_runs([(5, 5)], [(0, 5)]) == pytest.approx(2 / 252)
    assert paired_runs([(5, 5)], [(5, 5)]) == 1.0


@given(TALLIES, st.randoms(use_true_random=False))
def test_paired_runs_is_a_probability_and_has_no_side(items: list[tuple[int, int]], chance: random.Random) -> None:
    others = [(chance.randint(0, n), n) for _, n in items]
    p = paired_runs(items, others)
    assert 0 < p <= 1
    assert p == pytest.approx(paired_runs(others, items))


def test_holm_is_the_published_procedure() -> None:
    """Holm 1979: the smallest of m is multiplied by m, the next by m - 1, and none falls below the one before."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_lowers_nothing_and_keeps_the_order(values: list[float]) -> None:
    corrected = holm(values)
    assert all(p <= c <= 1 for p, c in zip(values, corrected, strict=True))
    assert [v for _, v in sorted(zip(values, corrected, strict=True))] == sorted(corrected)


def test_alpha_is_krippendorffs() -> None:
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section B: two observers, nominal, 0.692."""
    one = ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"]
    two = ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]
    assert alpha(list(zip(one, two, strict=True))) == pytest.approx(0.692, abs=5e-4)
    assert alpha([[0, 0], [1, 1]]) == 1.0
    assert alpha([["x"], ["y"]]) is None
    assert alpha([["x", "x"]]) is None


@pytest.mark.parametrize(("gains", "losses"), [(0.3, 0.1), (0.2, 0.2), (0.05, 0.25), (0.5, 0.02)])
@pytest.mark.parametrize("items", [12, 20, 50])
def test_the_interval_of_a_paired_difference_covers_it_as_often_as_it_says(
    gains: float, losses: float, items: int
) -> None:
    covered = 0.0
    for a in range(items + 1):
        for b in range(items + 1 - a):
            _, low, high = paired_difference(a, b, items)
            if low <= gains - losses <= high:
                ways = math.comb(items, a) * math.comb(items - a, b)
                covered += ways * gains**a * losses**b * (1 - gains - losses) ** (items - a - b)
    # Of few items and one-sided gains it covers a little less than 95 %, as approximate intervals do.
    assert 0.92 <= covered <= 0.995


def test_a_paired_difference_of_nothing_is_all_open() -> None:
    assert paired_difference(0, 0, 0) == (0.0, pytest.approx(-0.98, abs=0.01), pytest.approx(0.98, abs=0.01))
    assert paired_difference(6, 0, 12)[0] == 0.5
