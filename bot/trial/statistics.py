"""Intervals, agreement and comparisons for few items, in closed form."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from statistics import NormalDist
from typing import NamedTuple

Z95 = NormalDist().inv_cdf(0.975)
MOST_ITEMS = 2000
Tally = tuple[int, int]
"""Passes and graded runs of one item."""


class Interval(NamedTuple):
    """A share of passed runs with its 95 % interval; `effective` is how many independent runs it is worth."""

    rate: float
    low: float
    high: float
    effective: float


def wilson(passes: float, n: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927); (0, 1) for nothing counted.

    `n` counts independent items. Repeated runs of one item are not independent: `clustered` is for those.
    """
    if n <= 0:
        return 0.0, 1.0
    share, square = passes / n, Z95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * math.sqrt(max(0.0, share * (1 - share) / n + square / (4 * n * n)))
    # At the ends the closed form meets 0 and 1 exactly, floating point only nearly.
    return (0.0 if share <= 0 else middle - half), (1.0 if share >= 1 else middle + half)


def effective_n(items: Sequence[Tally]) -> float:
    """Return how many independent runs the runs of several items are worth (Kish 1965).

    With c items, N runs and the share p of passes: p (1 - p) / v, which is N over the design effect. v is the variance
    of the ratio p between items, v = c / (c - 1) * sum (passes_i - p runs_i)^2 / N^2. It is held between c and N, and
    is c where the items do not differ, since nothing then tells how alike the runs of an item are.
    """
    passes, runs, count = sum(a for a, _ in items), sum(n for _, n in items), len(items)
    if count < 2 or not 0 < passes < runs:
        return float(count)
    share = passes / runs
    spread = sum((a - share * n) ** 2 for a, n in items)
    if spread <= 0:
        # Every item passed the same share: the runs of one item are at least as mixed as those of several.
        return float(runs)
    between = count / (count - 1) * spread / runs**2
    return min(float(runs), max(float(count), share * (1 - share) / between))


def clustered(items: Iterable[Tally]) -> Interval:
    """Return the share of passed runs with its 95 % interval, clustered by item.

    The score interval (Wilson 1927) with the effective n of `effective_n`. Its ends are never tighter than those of
    items that all pass or all fail: of so few items no mix of runs can show more. One run an item is plain Wilson.
    """
    counted = [(a, n) for a, n in items if n]
    passes, runs = sum(a for a, _ in counted), sum(n for _, n in counted)
    if not runs:
        return Interval(0.0, 0.0, 1.0, 0.0)
    share, effective = passes / runs, effective_n(counted)
    low, high = wilson(share * effective, effective)
    tightest, _ = wilson(len(counted), len(counted))
    return Interval(share, min(low, tightest), max(high, 1 - tightest), effective)


def items_needed(rate: float, bar: float) -> int | None:
    """Return how many items decide about the bar if the rate stays as it is; None where 2,000 would not.

    It solves the score interval for n: z^2 bar (1 - bar) / (rate - bar)^2, and one item alone decides nothing.
    """
    if math.isclose(rate, bar) or bar >= 1:
        return None if rate >= bar else 2
    needed = max(2, math.ceil(Z95**2 * bar * (1 - bar) / (rate - bar) ** 2 - 1e-9))
    if rate > bar:
        # No number of runs makes items show more than if all of them passed.
        needed = max(needed, math.ceil(Z95**2 * bar / (1 - bar)))
    return needed if needed <= MOST_ITEMS else None


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p of a paired comparison (McNemar 1947, binomial form).

    The arguments count the items that one of two rungs passed and the other did not.
    """
    n, few = only_first + only_second, min(only_first, only_second)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(few + 1)) / 2**n) if n else 1.0


def paired_difference(only_first: int, only_second: int, items: int) -> tuple[float, float, float]:
    """Return by how much the first of two rungs passes more of the same items, as a share, with its 95 % interval.

    The adjusted interval of Agresti and Min (2005): half an item is added to each cell of the table of pairs. The
    first two arguments are those of `mcnemar`; the difference itself is not adjusted.
    """
    n, gained, lost = items + 2, only_first + 0.5, only_second + 0.5
    middle = (gained - lost) / n
    half = Z95 * math.sqrt(gained + lost - (gained - lost) ** 2 / n) / n
    difference = (only_first - only_second) / items if items else 0.0
    return difference, max(-1.0, middle - half), min(1.0, middle + half)


def paired_runs(first: Sequence[Tally], second: Sequence[Tally]) -> float:
    """Return the exact two-sided p of two rungs' runs on the same items (Mantel-Haenszel, conditional form).

    Within an item the passes fall to the two rungs by chance alone (hypergeometric). With one run an item this is
    McNemar's exact test.
    """
    chances, seen = [1.0], 0
    for (a, n), (b, m) in zip(first, second, strict=True):
        passes, runs = a + b, n + m
        ways = [math.comb(n, k) * math.comb(m, passes - k) if k <= passes else 0 for k in range(n + 1)]
        row = [way / math.comb(runs, passes) for way in ways]
        chances = [
            sum(chances[k - j] * row[j] for j in range(len(row)) if 0 <= k - j < len(chances))
            for k in range(len(chances) + len(row) - 1)
        ]
        seen += a
    # A hair of room: sums that are equal on paper are equal here.
    return min(1.0, sum(chance for chance in chances if chance <= chances[seen] * (1 + 1e-9)))


def holm(values: Sequence[float]) -> list[float]:
    """Return p values corrected for being several (Holm 1979), in the order given."""
    order = sorted(range(len(values)), key=values.__getitem__)
    corrected, worst = [0.0] * len(values), 0.0
    for place, index in enumerate(order):
        worst = max(worst, min(1.0, values[index] * (len(values) - place)))
        corrected[index] = worst
    return corrected


def simple_agreement(runs_of_items: Iterable[Sequence[Hashable]]) -> float | None:
    """Return the share of run pairs of the same item that gave the same answer; None without repeats."""
    same = pairs = 0
    for runs in runs_of_items:
        pairs += math.comb(len(runs), 2)
        same += sum(math.comb(count, 2) for count in Counter(runs).values())
    return same / pairs if pairs else None


def alpha(ratings_of_units: Iterable[Sequence[Hashable]]) -> float | None:
    """Return Krippendorff's alpha for nominal ratings; None where no unit has two, or nothing varies.

    1 is perfect agreement, 0 what chance gives. Each unit holds the ratings it got, in any number.
    """
    units = [Counter(ratings) for ratings in ratings_of_units if len(ratings) > 1]
    total = sum((unit for unit in units), Counter[Hashable]())
    n = total.total()
    expected = n * n - sum(count * count for count in total.values())
    if not expected:
        return None
    observed = sum((u.total() ** 2 - sum(c * c for c in u.values())) / (u.total() - 1) for u in units)
    return 1 - (n - 1) * observed / expected
