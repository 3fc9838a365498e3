"""Facts that follow from others: whether a finetune pays back, and the dates of a platform. Pure."""

from collections.abc import Callable, Mapping
from datetime import date

from bot.cost.arithmetic import Explanation, pays_back
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
    """Return the function that says what the arithmetic behind `pays_back` found, where the volume is known."""

    def explain(facts: Mapping[str, Value]) -> str | None:
        computed = _computed(facts, prices, today)
        return f"{computed[1].text} You named {facts['calls_per_day']:,}." if computed else None

    return explain


def _computed(facts: Mapping[str, Value], prices: Prices, today: date) -> tuple[bool, Explanation] | None:
    """Return what the arithmetic says; None while an answer that is still open could turn it."""
    volume = [v for f in VOLUME if isinstance(v := facts.get(f), int)]
    if len(volume) < len(VOLUME):
        return None
    calls, tokens_in, fixed, out = volume
    platforms = [str(facts["platform"])] if "platform" in facts else ["undecided", *prices.platforms]
    rows = [facts["examples"]] if "examples" in facts else [0, 2**31]
    answers = [
        pays_back(calls, tokens_in, fixed, out, platform, row, prices, today)
        for platform in platforms
        for row in rows
        if isinstance(row, int)
    ]
    return answers[0] if len({pays for pays, _ in answers}) == 1 else None
