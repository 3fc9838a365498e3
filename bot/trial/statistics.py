"""Intervals and comparisons for few items, in closed form."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)


def wilson(passes: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927); (0, 1) for nothing counted.

    `n` counts independent items. Repeated runs of one item are not independent and belong into one count.
    """
    if n == 0:
        return 0.0, 1.0
    share, square = passes / n, Z95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # At the ends the closed form meets 0 and 1 exactly, floating point only nearly.
    return (0.0 if passes == 0 else middle - half), (1.0 if passes == n else middle + half)


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p of a paired comparison (McNemar 1947, binomial form).

    The arguments count the items that one of two rungs passed and the other did not.
    """
    n, few = only_first + only_second, min(only_first, only_second)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(few + 1)) / 2**n) if n else 1.0


def simple_agreement(runs_of_items: Iterable[Sequence[Hashable]]) -> float | None:
    """Return the share of run pairs of the same item that gave the same answer; None without repeats."""
    same = pairs = 0
    for runs in runs_of_items:
        pairs += math.comb(len(runs), 2)
        same += sum(math.comb(count, 2) for count in Counter(runs).values())
    return same / pairs if pairs else None
