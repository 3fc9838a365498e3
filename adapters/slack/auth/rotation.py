"""Tokens that expire after some hours, renewed before that: once for all processes.

A refresh token works once, so only one process may use it. Whoever needs the next token takes a lock in the store,
reads again what is stored, and asks Slack only if the token there is still the old one.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from adapters.slack.auth.installations import PARTITION, Held, Installation, Installations
from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import PASSING, StoreError

log = logging.getLogger("advisor.slack")

EARLY = 2 * 3600.0
"""Seconds before its end at which a token is renewed; Slack's live for twelve hours."""
ASKED = 10.0
"""Seconds that Slack has to answer."""
LOCK = 30.0
"""Seconds that a lock lasts: Slack's answer, and storing it although the store is gone for a while."""
PAUSE = 30.0
"""Seconds until the next try after one that failed."""
WAIT = 12.0
"""Seconds that others wait for the new token where the old one has ended."""
REFUSED = frozenset({"invalid_refresh_token", "token_revoked", "token_expired", "account_inactive", "invalid_grant"})
"""What Slack answers where this refresh token will never buy anything again."""
_FREE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end"
_PAUSED = "failed"

Ask = Callable[[str], Awaitable[Mapping[str, Any]]]
"""Send a refresh token to Slack and return its answer; raises SlackApiError, ClientError or TimeoutError."""


class Unavailable(ClientError):
    """Slack cannot be asked at the moment. It is network trouble like any other: try again later."""


def due(installation: Installation, now: float) -> bool:
    """Tell whether a token should be renewed now."""
    return installation.refresh is not None and installation.expires is not None and installation.expires - now < EARLY


async def renewed(kept: Installations, held: Held, ask: Ask) -> Held | None:
    """Return the installation with a token that lasts a while; None where it is gone, or has to be made anew.

    Where the new token cannot be had yet, the old one serves to its end; after that Unavailable is raised.
    """
    name = held.installation.name
    lock, mine = keys.key(PARTITION, "rotation", name), secrets.token_hex(8)
    waited = time.monotonic() + WAIT
    current: Held | None = held
    while current is not None and due(current.installation, time.time()):
        if await kept.connection.call("SET", lock, mine, "NX", "PX", int(LOCK * 1000)):
            return await _as_holder(kept, name, ask, lock, mine)
        if current.installation.usable(time.time()):
            return current  # somebody else is at it, or has failed a moment ago
        if await kept.connection.call("GET", lock) == _PAUSED or time.monotonic() > waited:
            raise Unavailable(f"Slack gave no new token for {name} yet.")
        await asyncio.sleep(0.1)
        current = await kept.find(name)
    return current if current is not None and current.installation.usable(time.time()) else None


async def _as_holder(kept: Installations, name: str, ask: Ask, lock: str, mine: str) -> Held | None:
    current = await kept.find(name)
    if current is None or not due(current.installation, time.time()):
        await _free(kept.connection, lock, mine)
        return current
    failed = await _renew(kept, current, ask)
    if failed is None:
        await _free(kept.connection, lock, mine)
    else:
        reference = secrets.token_hex(3)
        log.warning(
            "The Slack token of %s was not renewed: %s. Trying again in %d seconds. (Reference %s.)",
            name,
            failed,
            PAUSE,
            reference,
        )
        await kept.connection.call("SET", lock, _PAUSED, "PX", int(PAUSE * 1000))
    current = await kept.find(name)
    if current is None or current.installation.usable(time.time()):
        return current
    if failed is None:
        return None
    raise Unavailable(f"Slack gave no new token for {name}: {failed}.")


async def _renew(kept: Installations, current: Held, ask: Ask) -> str | None:
    """Ask Slack and store what it says; returns what went wrong where it is worth another try."""
    old = current.installation
    try:
        async with asyncio.timeout(ASKED):
            said = await ask(old.refresh or "")
        new = old.model_copy(
            update={
                "token": str(said["access_token"]),
                "refresh": str(said["refresh_token"]),
                "expires": time.time() + float(said["expires_in"]),
                "scopes": tuple(filter(None, str(said.get("scope") or "").split(","))) or old.scopes,
            }
        )
    except SlackApiError as error:
        word = error_word(error)
        if word not in REFUSED:
            return f"Slack answered {word}"
        log.error(
            "Slack no longer renews the token of %s (%s): it ends soon, then the app has to be installed there again. "
            "(Reference %s.)",
            old.name,
            word,
            secrets.token_hex(3),
        )
        new = old.model_copy(update={"refresh": None})
    except TimeoutError:
        return "Slack did not answer in time"
    except ClientError as error:
        return f"Slack cannot be reached ({type(error).__name__})"
    except (KeyError, TypeError, ValueError):
        return "Slack's answer held no new token"
    await _store(kept, current, new)
    return None


async def _store(kept: Installations, current: Held, new: Installation) -> None:
    """Keep what Slack said, with patience: it will not say it twice."""
    until = time.monotonic() + LOCK - ASKED - 2
    while True:
        try:
            # Where the stored one is another by now, it was removed or installed again, and stays as it is.
            await kept.replace(current, new)
            return
        except StoreError as error:
            if error.kind not in PASSING or time.monotonic() > until:
                log.error(
                    "The new Slack token of %s could not be stored: %s Install the app there again. (Reference %s.)",
                    new.name,
                    error,
                    secrets.token_hex(3),
                )
                raise
        await asyncio.sleep(0.2)


async def _free(connection: Connection, lock: str, mine: str) -> None:
    await connection.call("EVAL", _FREE, 1, lock, mine)


def error_word(error: SlackApiError) -> str:
    """Return Slack's word for what is wrong, such as `invalid_auth`, and nothing else of its answer."""
    response: Any = error.response  # pyright: ignore[reportUnknownMemberType]
    try:
        word = response.get("error")
    except (AttributeError, TypeError, ValueError):
        word = None
    return str(word or f"HTTP {getattr(response, 'status_code', None) or getattr(response, 'status', 'error')}")
