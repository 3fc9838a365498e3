"""Who pays for the calls that are made while a turn is taken: asked before each, told after it."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.model.errors import ModelError
from bot.model.response import Completion


@dataclass
class Meter:
    """What was called by one turn."""

    refusal: Callable[[int, int], Awaitable[str | None]]
    """Takes about how many tokens a call sends, and brings back at most; returns why it may not be made, in a sentence
    for whoever asked, None where it may."""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    took: list[float] = field(default_factory=list[float])
    """Seconds of each call that was answered."""

    async def admit(self, tokens_in: int, tokens_out: int) -> None:
        """Raise ModelError where no further call may be made, of about this size at most."""
        if (sentence := await self.refusal(tokens_in, tokens_out)) is not None:
            raise ModelError("budget", sentence)
        self.calls += 1

    def note(self, done: Completion) -> None:
        """Count what a call has taken."""
        self.tokens_in += done.tokens_in
        self.tokens_out += done.tokens_out
        self.took.append(done.seconds)


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


def running() -> Meter | None:
    """Return the meter of what is under way; None where somebody else counts, as in a trial."""
    return _METER.get()


@contextmanager
def metered(meter: Meter) -> Generator[None]:
    """Count the calls of all that runs inside, also in tasks that it begins."""
    token = _METER.set(meter)
    try:
        yield
    finally:
        _METER.reset(token)
