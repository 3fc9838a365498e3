"""What can go wrong with the store, each as one sentence a person can act on."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from bot.store.pipelining import Late

Kind = Literal[
    "unreachable", "slow", "refused", "full", "address", "platform", "newer", "unreadable", "misused", "answer"
]
PASSING: frozenset[Kind] = frozenset({"unreachable", "slow"})
"""Kinds that may be gone on a second try."""


class StoreError(Exception):
    """The store cannot do what was asked; the text is one sentence without a secret."""

    def __init__(self, kind: Kind, sentence: str):
        super().__init__(sentence)
        self.kind: Kind = kind


class Conflict(Exception):
    """Somebody else changed the consultation since it was loaded; load it again."""

    def __init__(self, conversation: str):
        super().__init__("This consultation was changed elsewhere in the meantime.")
        self.conversation = conversation


class LockLost(Conflict):
    """The conversation is another worker's now; nothing was written."""


@contextmanager
def as_store_error(where: str) -> Generator[None]:
    """Turn every error of the Redis client inside the block into a StoreError about the store at `where`."""
    try:
        yield
    except Exception as error:
        if told := store_error(where, error):
            raise told from error
        raise


def store_error(where: str, error: Exception) -> StoreError | None:
    """Return the StoreError about the store at `where` that an error of the Redis client means; None for any other."""
    from redis import exceptions as redis

    match error:
        case redis.AuthenticationError() | redis.AuthorizationError():
            return StoreError("refused", f"The store at {where} refused the user name or password in REDIS_URL.")
        case redis.NoPermissionError():
            return StoreError(
                "refused",
                f"The user in REDIS_URL lacks a permission on the store at {where}; grant it the keys advisor:*.",
            )
        case redis.TimeoutError() | Late():
            return StoreError("slow", f"The store at {where} did not answer in time.")
        case redis.OutOfMemoryError():
            return StoreError("full", f"The store at {where} is out of memory; give it more and try again.")
        case redis.ReadOnlyError() | redis.ClusterError() | redis.TryAgainError() | redis.RedisClusterException():
            return StoreError("unreachable", f"The store at {where} has no leader at the moment.")
        case redis.BusyLoadingError():
            return StoreError("unreachable", f"The store at {where} is still reading its data.")
        case redis.ResponseError():
            return _answered(where, str(error))
        case redis.RedisError() | OSError():
            return _unreachable(where, error)
        case _:
            return None


def _answered(where: str, text: str) -> StoreError:
    word = text.split(" ", 1)[0] or "an error"
    if word == "NOAUTH":
        return StoreError("refused", f"The store at {where} wants a password; put it into REDIS_URL.")
    if word == "MISCONF" or "No space left" in text:
        what = "The disk is full under" if "No space left" in text else "A full or broken disk keeps writes from"
        return StoreError("full", f"{what} the store at {where}: make room there and try again.")
    if "WRONGTYPE" in text:  # which Redis 6.2 puts behind words of its own where a script failed
        return StoreError(
            "misused",
            f"The store at {where} holds something else under a key of ours (WRONGTYPE): `advisor doctor` names it.",
        )
    if word in {"LOADING", "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN"}:
        return StoreError("unreachable", f"The store at {where} is not ready ({word}).")
    return StoreError("answer", f"The store at {where} did not understand a command ({word}); it may be too old.")


def _unreachable(where: str, error: BaseException) -> StoreError:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return StoreError(
                "refused", f"The store at {where} has a certificate that is not trusted; name its CA in REDIS_URL."
            )
        seen = seen.__cause__ or seen.__context__
    return StoreError("unreachable", f"The store at {where} does not answer; start it or correct REDIS_URL.")
