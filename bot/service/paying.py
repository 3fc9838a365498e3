"""Who pays for the model calls of a turn, and what is said where no more of them may be made."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.chat.events import Event, Present
from bot.chat.reply import Reply
from bot.model.client import Model
from bot.model.meter import Meter, metered
from bot.model.prices import usd
from bot.platform import metrics
from bot.service.admission import to_author
from bot.service.limits import of_event, take, tells
from bot.settings import Settings
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.store.spending import Purse, counters

log = logging.getLogger("advisor.service")
WITHOUT = "I go on without it."


@dataclass
class Bill:
    """What comes of the calls of one turn."""

    connection: Connection
    payer: Event | None
    """The event whose author they count for."""
    purse: Purse
    model: str = ""
    """What the calls go to."""
    expected: float = 0.0
    """USD that the calls cost at most."""
    refused: tuple[str, str, int] | None = None
    """Which limit was reached, in a sentence, and the seconds until there is room again."""

    async def refusal(self, tokens_in: int, tokens_out: int) -> str | None:
        """Count one more call of at most so many tokens; return why it may not be made, None where it may."""
        if self.payer is not None:
            _, reached = await take(self.connection, of_event(self.payer), "calls")
            if reached is not None:
                metrics.REFUSALS.labels("limit").inc()
                self.refused = reached.limit.what, reached.sentence, reached.resets
                return reached.sentence
        most = await asyncio.to_thread(usd, self.model, tokens_in, tokens_out) or 0.0
        if await self.purse.spend(usd=most):
            self.expected += most
            return None
        metrics.REFUSALS.labels("cap").inc()
        refused = self.purse.refused
        assert refused is not None  # noqa: S101
        self.refused = "spent", refused.sentence, refused.resets
        return refused.sentence

    async def told(self) -> list[Reply]:
        """Say to whoever pays that their turns go on without the model: once in a conversation, until it is back."""
        if self.refused is None or self.payer is None:
            return []
        what, sentence, resets = self.refused
        if not await tells(self.connection, self.payer, what, resets):
            return []
        return [to_author(self.payer, f"{sentence} {WITHOUT}")]


@asynccontextmanager
async def paid(
    connection: Connection, settings: Settings, talk: Sequence[Event], model: Model | None
) -> AsyncGenerator[Bill]:
    """Count the model calls of a turn against who spoke to us last, and refuse them above what may be used."""
    people = [event for event in reversed(talk) if not isinstance(event.body, Present)]
    to_us = (event for event in people if event.addressed == "us")
    payer = next(to_us, people[0] if people else None)  # an edit is for whoever wrote it
    author = payer.author if payer else None
    purse = Purse(connection, counters(settings, author))
    bill = Bill(connection, payer, purse, model.name if model is not None else "")
    meter, began = Meter(bill.refusal), time.monotonic()
    try:
        with metered(meter):
            yield bill
    finally:
        metrics.TURN_SECONDS.observe(time.monotonic() - began)
        for seconds in meter.took:
            metrics.MODEL_SECONDS.labels("turn").observe(seconds)
        metrics.MODEL_FAILURES.inc(meter.calls - len(meter.took))
        if meter.calls and model is not None:
            cost = await asyncio.to_thread(usd, model.name, meter.tokens_in, meter.tokens_out)
            purse.paid(cost, meter.calls, expected=bill.expected)
            metrics.paid(author, meter.tokens_in, meter.tokens_out, cost)
            try:
                await purse.settle()
            except StoreError as error:  # what was expected stays counted
                log.warning("What a turn has spent could not be counted: %s", error)
