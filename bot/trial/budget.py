"""What a trial would take, before it starts, and a hard end to it while it runs."""

from decimal import Decimal

from bot.consultation.base import Plain
from bot.model.prices import usd
from bot.text.tokens import count
from bot.trial.finetunes import base_in_name
from bot.trial.plan import plan
from bot.trial.rungs import BY_NAME, Gepa
from bot.trial.rungs.base import sent
from bot.trial.rungs.optimiser import MOST_SCORED
from bot.trial.task import Call, Task

UNKNOWN_ANSWER, REASONED, JUDGEMENT = 200, 300, 150
"""Tokens of an answer where nobody gave the wanted one, of thinking before it, and of what a judge reads beside it."""


class Estimate(Plain):
    """The most that a trial takes, when it never stops early. Tokens are counted where that can be, else estimated."""

    calls: int
    tokens_in: int
    tokens_out: int
    usd: float | None
    """None where no price is known for one of the models."""
    least: float = 0.0
    """What is known of it in USD: the models that have a price, and of a finetune what its base takes."""

    @property
    def known(self) -> float | None:
        """The cost in USD, or as much of it as is known; None where nothing is."""
        return self.usd if self.usd is not None else self.least or None

    @property
    def each(self) -> float | None:
        """The cost of one call in USD, as far as it is known."""
        return None if self.known is None or not self.calls else self.known / self.calls


class Cap(Plain):
    """What a trial may take without being asked for."""

    calls: int = 200
    usd: float = 0.5


class _Use(Plain):
    calls: int
    into: int
    out: int


def estimate(task: Task, model: str) -> Estimate:
    """Return what a task takes at most on `model`, with its other models and its judge."""
    steps = plan(task)
    judge = getattr(task.scorer, "model", None) or model
    uses: dict[str, list[_Use]] = {}
    once: dict[tuple[str, int], _Use] = {}
    for rung, item, _ in steps:
        if (rung, item) not in once:
            once[rung, item] = _of(task, rung, item, BY_NAME[rung].model(task) or model)
        uses.setdefault(BY_NAME[rung].model(task) or model, []).append(use := once[rung, item])
        if task.scorer.calls:
            read = task.scorer.calls * (JUDGEMENT + use.out + count(task.item(item).input, judge))
            uses.setdefault(judge, []).append(_Use(calls=task.scorer.calls, into=read, out=task.scorer.calls * 50))
    if any(rung == Gepa.name for rung, _, _ in steps):
        # Reflecting takes about a tenth as many calls as it scores, and reads what was answered.
        typical = max((use for (rung, _), use in once.items() if rung == Gepa.name), key=lambda use: use.into)
        calls = MOST_SCORED + MOST_SCORED // 10
        uses[model].append(_Use(calls=calls, into=2 * MOST_SCORED * typical.into, out=calls * (typical.out + 50)))
    tokens = {name: (sum(u.into for u in used), sum(u.out for u in used)) for name, used in uses.items()}
    prices = [usd(name, *used) for name, used in tokens.items()]
    known = [price for price in prices if price is not None]
    least = [usd(base_in_name(name) or name, *used) or 0.0 for name, used in tokens.items()]
    every = [use for used in uses.values() for use in used]
    return Estimate(
        calls=sum(use.calls for use in every),
        tokens_in=sum(use.into for use in every),
        tokens_out=sum(use.out for use in every),
        usd=sum(known) if len(known) == len(prices) else None,
        least=sum(least),
    )


def together(one: Estimate, other: Estimate) -> Estimate:
    """Return what two trials take at most."""
    return Estimate(
        calls=one.calls + other.calls,
        tokens_in=one.tokens_in + other.tokens_in,
        tokens_out=one.tokens_out + other.tokens_out,
        usd=None if one.usd is None or other.usd is None else one.usd + other.usd,
        least=one.least + other.least,
    )


def said(estimate: Estimate) -> str:
    """Say what a trial takes at most: "up to 60 calls and about 4,000 tokens, 0.01 USD"."""
    tokens = round(estimate.tokens_in + estimate.tokens_out, -2 if estimate.tokens_in > 1000 else 0)
    calls = "1 call" if estimate.calls == 1 else f"{estimate.calls:,} calls"
    return f"up to {calls} and about {tokens:,} tokens{_price(estimate)}"


def over_cap(estimate: Estimate, cap: Cap) -> str | None:
    """Return a sentence that asks for a trial above the cap, None for one within it."""
    beyond: list[str] = []
    if estimate.calls > cap.calls:
        beyond.append(f"{cap.calls:,} calls")
    if estimate.known is not None and estimate.known > cap.usd:
        beyond.append(f"{max(f'{cap.usd:.2f}', f'{Decimal(str(cap.usd)):f}', key=len)} USD")
    if not beyond:
        return None
    return f"This trial takes {said(estimate)}. That is above the cap of {' and '.join(beyond)}."


class Budget:
    """A cap that holds while a trial runs, whatever was estimated."""

    def __init__(self, cap: Cap) -> None:
        self.cap, self.calls, self.usd, self.refused = cap, 0, 0.0, False

    async def spend(self, calls: int = 1) -> bool:
        """Return True where this many more calls may be made. Calls under way are not in the cost yet."""
        if self.calls + calls > self.cap.calls or (self.usd and self.usd >= self.cap.usd):
            self.refused = True
            return False
        self.calls += calls
        return True

    def paid(self, call: Call) -> None:
        """Count in what a call cost."""
        self.usd += call.usd or 0.0


def _of(task: Task, rung: str, item: int, model: str) -> _Use:
    """Return the calls and tokens that one answer of a rung takes."""
    climb = BY_NAME[rung]
    asked = sum(count(message["content"], model) for message in sent(climb, task, item))
    asked += count(str(climb.schema(task) or ""), model)
    wanted = task.item(item).wanted
    answer = UNKNOWN_ANSWER if wanted is None else 10 + count(wanted, model)
    thinking = REASONED if rung == "steps" else 0
    return _Use(calls=1, into=asked + 8, out=answer + thinking)


def _price(estimate: Estimate) -> str:
    cost = estimate.known
    if cost is None:
        return ""
    if estimate.usd is None:
        return f", at least {cost:.2f} USD" if cost >= 0.01 else ""
    return f", {cost:.2f} USD" if cost >= 0.01 else ", less than 0.01 USD"
