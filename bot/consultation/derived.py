"""Facts that follow from others: whether a finetune pays back, and the dates of a platform. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from bot.cost.arithmetic import least_a_month, pays_back
from knowledge.decision import Derive
from knowledge.prices import Prices, base_retires, platform_closes
from knowledge.schema import Value

VOLUME = ("calls_per_day", "tokens_in", "tokens_fixed", "tokens_out")


Explain = Callable[[Mapping[str, Value]], str | None]


def deriver(prices: Prices, today: date) -> Derive:
    """Return the function that computes facts from facts, as of a day."""

    def derive(facts: Mapping[str, Value]) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        platform = str(facts.get("platform", "undecided"))
        closes = platform_closes(prices, platform, today)
        if closes is not None:
            found["platform_closes"] = closes
            found["base_retires"] = base_retires(prices, platform, today)[0]
        if computed := _computed(facts, prices, today):
            found["pays_back"] = computed[0]
        return found

    return derive


def explainer(prices: Prices, today: date) -> Explain:
    """Return the function that says what the arithmetic behind `pays_back` found, where volume or bill are known."""

    def explain(facts: Mapping[str, Value]) -> str | None:
        computed = _computed(facts, prices, today)
        return computed[1] if computed else None

    return explain


def _computed(facts: Mapping[str, Value], prices: Prices, today: date) -> tuple[bool, str] | None:
    """Return what the arithmetic says; None while an answer that is still open could turn it."""
    if said := _beyond_the_bill(facts, prices, today):
        return False, said
    volume = [v for f in VOLUME if isinstance(v := facts.get(f), int)]
    if len(volume) < len(VOLUME):
        return None
    calls, tokens_in, fixed, out = volume
    answers = [
        pays_back(calls, tokens_in, fixed, out, platform, row, prices, today) for platform, row in _open(facts, prices)
    ]
    if len({pays for pays, _ in answers}) > 1:
        return None
    return answers[0][0], f"{answers[0][1].text} You named {calls:,}."


def _beyond_the_bill(facts: Mapping[str, Value], prices: Prices, today: date) -> str:
    """Say that any finetune costs more than all that the calls cost today; "" where one might not."""
    spent = facts.get("spend_month")
    if not isinstance(spent, int) or spent <= 0:
        return ""
    least = [found for platform, row in _open(facts, prices) if (found := least_a_month(row, platform, prices, today))]
    tuned, usd = min(least, key=lambda each: each[1], default=(None, Decimal(0)))
    if tuned is None or usd <= spent:
        return ""
    return (
        f"You spend {spent:,} USD a month, and the finetune that costs least takes about {usd:,.0f} USD a month over "
        f"{tuned.months:.0f} months for test set, labels and work before any call, so it cannot pay back."
    )


def _open(facts: Mapping[str, Value], prices: Prices) -> list[tuple[str, int]]:
    """Return the platforms and rows that may still turn out, of which the sums must say the same."""
    platforms = [str(facts["platform"])] if "platform" in facts else ["undecided", *prices.platforms]
    rows = [facts["examples"]] if "examples" in facts else [0, 2**31]
    return [(platform, row) for platform in platforms for row in rows if isinstance(row, int)]
