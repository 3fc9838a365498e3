"""When progress is shown again in its message: at most once a second, and no more once the result is there. Pure."""

from bot.platform.port import Delivered, RetryLater

EVERY = 1.0
"""Seconds between two changes of one message."""
OVER = 1_000_000_000
"""How far a progress is noted to be once its result has taken its place: what is told late is an older one."""
QUARTERS = 4
"""Where a message cannot be changed, how often it is said anew."""


def held_back(done: int, total: int, shown: tuple[float, int] | None, now: float, *, changes: bool) -> Delivered | None:
    """Return what telling of this progress comes to without being shown now; None where it is to be shown.

    `shown` is when it was shown last, and how far it was then; `changes` tells whether that message can be changed.
    What comes too soon is skipped: the next one says more, and the result all.
    """
    if shown is None:
        return None
    at, was = shown
    if done < was:
        return Delivered()  # an older one that comes again
    wait = EVERY - (now - at)
    if 0 < wait <= EVERY:
        return Delivered()
    if not changes and _quarter(was, total) == _quarter(done, total):
        return Delivered()
    return None


def skipped(said: object, done: int) -> bool:
    """Tell whether a refusal is passed over: the next telling says more. The first one has to be there."""
    return isinstance(said, RetryLater) and not said.in_doubt and done > 0


def note_of(id: str) -> str:
    """Name the note about the message that shows a progress."""
    return f"progress {id}"


def _quarter(done: int, total: int) -> int:
    return QUARTERS * min(done, total) // max(total, 1)
