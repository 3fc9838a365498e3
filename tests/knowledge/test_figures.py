"""The figures on ranges, gaps and wins that passages call computed are what the arithmetic gives."""

from math import ceil, comb, isclose, sqrt
from statistics import NormalDist

import pytest

from bot.trial.statistics import wilson
from knowledge.load import load

PASSAGES = load().passages
Z = NormalDist().inv_cdf(0.975)
POWER = NormalDist().inv_cdf(0.8)


def table(ref: str) -> list[tuple[str, str]]:
    """Return the rows of a passage's table of two columns, without its head."""
    lines = [line.strip("|").split("|") for line in PASSAGES[ref].text.splitlines() if line.startswith("|")]
    return [(left.strip(), right.strip()) for left, right in lines[2:]]


def wins_needed(n: int) -> int:
    """Return the fewest wins of n that a fair coin reaches, on either side, in less than 5 % of cases."""
    return next(k for k in range(n // 2 + 1, n + 1) if 2 * sum(comb(n, i) for i in range(k, n + 1)) / 2**n < 0.05)


def smallest_gap(n: int) -> float:
    """Return the smallest gap above 80 % of n items that a pooled comparison of two shares tells from luck."""
    base = round(0.8 * n)
    for better in range(base + 1, n + 1):
        pooled = (base + better) / (2 * n)
        if (better - base) / n > Z * sqrt(2 * pooled * (1 - pooled) / n):
            return 100 * (better - base) / n
    raise AssertionError(n)


def items_for(gap: float) -> int:
    """Return the items for each model at which a gap above 80 % shows in 80 % of cases."""
    low, high = 0.8, 0.8 + gap
    mean = (low + high) / 2
    spread = Z * sqrt(2 * mean * (1 - mean)) + POWER * sqrt(low * (1 - low) + high * (1 - high))
    return ceil((spread / gap) ** 2)


def test_the_gaps_by_number_of_items() -> None:
    rows = table("reading-scores#smallest-visible-gap")
    assert len(rows) == 6
    for items, gap in rows:
        assert abs(float(gap.split()[0]) - smallest_gap(int(items.replace(",", "")))) <= 0.25


@pytest.mark.parametrize(("gap", "said"), [(0.1, 200), (0.05, 900), (0.03, 2_600)])
def test_the_items_for_a_gap(gap: float, said: int) -> None:
    assert f"{said:,}" in PASSAGES["reading-scores#smallest-visible-gap"].text
    assert isclose(said, items_for(gap), rel_tol=0.02)


def test_the_wins_by_number_of_items_that_differ() -> None:
    rows = table("reading-scores#paired")
    assert len(rows) == 7
    assert [(int(n), int(wins)) for n, wins in rows] == [(int(n), wins_needed(int(n))) for n, _ in rows]
    assert all(f"{wins_needed(n)} of {n}" in PASSAGES["reading-scores#blind-wins"].text for n in (10, 20, 30, 50, 100))


@pytest.mark.parametrize(("n", "percent"), [(60, 5.0), (300, 1.0), (3_000, 0.1)])
def test_the_rule_of_three(n: int, percent: float) -> None:
    assert isclose(100 * (1 - 0.05 ** (1 / n)), percent, rel_tol=0.03)


@pytest.mark.parametrize(
    ("passage", "right", "n", "said"),
    [
        ("reading-failures#confusion-matrix", 9, 10, "9 of 10 is 60 to 98 %"),
        ("metrics#uneven-classes", 27, 30, "27 of 30 means 74 to 97 %"),
        ("classifiers#threshold", 50, 50, "50 items above the line and none wrong, up to 6 %"),
    ],
)
def test_the_ranges(passage: str, right: int, n: int, said: str) -> None:
    low, high = (round(100 * end) for end in wilson(right, n))
    assert said in PASSAGES[passage].text
    assert f"{low} to {high}" in said or f"up to {round(100 * (1 - 0.05 ** (1 / n)))} %" in said


@pytest.mark.parametrize(("rate", "share"), [(0.01, "8 %"), (0.05, "a third"), (0.1, "more than half")])
def test_the_groups_of_eight_that_hold_a_success(rate: float, share: str) -> None:
    assert share in PASSAGES["reward-and-feedback#very-low-pass-rates"].text
    bounds = {"8 %": (0.075, 0.085), "a third": (0.32, 0.35), "more than half": (0.5, 0.6)}[share]
    assert bounds[0] <= 1 - (1 - rate) ** 8 <= bounds[1]


def test_the_memory_of_a_full_finetune() -> None:
    lines = [line.strip("|").split("|") for line in PASSAGES["training-recipe#memory"].text.splitlines()]
    sizes = {row[0].strip(): row[3].strip() for row in lines if len(row) == 4 and row[0].strip().endswith("B")}
    assert sizes == {f"{size}B": f"{16 * size:,} GB" for size in (3, 8, 14, 32, 70)}
