"""When a rung has said what it can about the bar, and needs no more runs. Pure decisions over counts."""

import math
from collections.abc import Sequence
from typing import Literal

from bot.trial.statistics import Z95, Interval, Tally, clustered

Standing = Literal["reached", "below", "open"]
RISK = 0.01
"""Chance, at one look, that the runs which are saved would have changed the verdict."""


def standing(interval: Interval, bar: float, items: int) -> Standing:
    """Return where a rung stands to the bar: its low end reaches it, its high end is below it, or neither.

    One failed item alone has its high end at 79 %, and one failure shows nothing.
    """
    if interval.low >= bar:
        return "reached"
    return "below" if interval.high < bar and items > 1 else "open"


def settled(items: Sequence[Tally], repeats: int, bar: float) -> Standing | None:
    """Return the verdict that a rung's remaining runs will not change, None while they may.

    `items` are passes and graded runs after whole rounds, `repeats` is how many rounds there would be. An open rung
    is never settled: its runs narrow the interval.

    Two rules. Curtailment: no outcome of the remaining runs changes the verdict. Stochastic curtailment (Lan, Simon
    and Halperin 1982): the predictive chance that they do is at most RISK, when the share of passes to come follows a
    beta distribution with Jeffreys' prior and the passes so far, counted at their effective number.
    """
    now = clustered(items)
    verdict = standing(now, bar, len(items))
    runs = sum(n for _, n in items)
    left = len(items) * repeats - runs
    if verdict == "open" or left < 0:
        return None
    # The score interval turned round: a share decides when it is this far from the bar.
    margin = Z95 * math.sqrt(bar * (1 - bar) / now.effective)
    certain = Z95 * math.sqrt(bar * (1 - bar) / len(items))
    passes, total = now.rate * runs, runs + left
    if verdict == "reached":
        if passes >= (bar + certain) * total or not left:
            return verdict
        most = ((bar + margin) * total - passes) / left
        failing = _at_least(1 - most, now, 1 - now.rate, left)
        return verdict if failing <= RISK else None
    if passes + left < (bar - certain) * total or not left:
        return verdict
    fewest = ((bar - margin) * total - passes) / left
    return verdict if _at_least(fewest, now, now.rate, left) <= RISK else None


def _at_least(share: float, now: Interval, rate: float, left: int) -> float:
    """Return the predictive chance that at least this share of the runs to come goes the way that `rate` counts.

    As many independent runs come as the present ones are worth, however many they are: fewer vary more.
    """
    coming = max(1, min(left, round(now.effective)))
    least = math.ceil(share * coming - 1e-9)
    if least <= 0:
        return 1.0
    a, b = 0.5 + rate * now.effective, 0.5 + (1 - rate) * now.effective
    return math.fsum(_beta_binomial(k, coming, a, b) for k in range(least, coming + 1))


def _beta_binomial(k: int, n: int, a: float, b: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + _log_beta(k + a, n - k + b) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
