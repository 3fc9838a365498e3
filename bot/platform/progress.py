"""When progress is shown again in its message: at most once a second, and no more once the result is there. Pure."""

from bot.platform.port import Delivered, RetryLater

EVERY = 1.0
"""Seconds between two changes of one message."""
OVER = 1_000_000_000
"""How far a progress is noted to be once its result has taken its place: what is told late is an older one."""
PATIENCE = 60.0
"""Seconds after which a message that cannot be changed is followed by one more, at the half."""


def held_back(done: int, total: int, shown: tuple[float, int] | None, now: float, *, changes: bool) -> Delivered | None:
    """Return what telling of this progress comes to without being shown now; None where it is to be shown.

    `shown` is when it was shown last, and how far it was then; `changes` tells whether that message can be changed.
    What comes too soon is skipped: the next one says more, and the result all. A message that cannot be changed is
    followed by one at most.
    """
    if shown is None:
        return None
    at, was = shown
    if done < was:
        return Delivered()  # an older one that comes again
    wait = EVERY - (now - at)
    if 0 < wait <= EVERY:
        return Delivered()
    if not changes and not (2 * was < total <= 2 * done and done < total and now - at >= PATIENCE):
        return Delivered()
    return None


def skipped(said: object, done: int) -> bool:
    """Tell whether a refusal is passed over: the next telling says more. The first one has to be there."""
    return isinstance(said, RetryLater) and not said.in_doubt and done > 0


def note_of(id: str) -> str:
    """Name the note about the message that shows a progress."""
    return f"progress {id}"
