"""How an error is named in the log."""

from aiohttp import ClientConnectorError, ClientError
from discord import HTTPException, LoginFailure, RateLimited

from bot.platform.port import Rejected, RetryLater


def cause(error: Exception) -> str:
    """Return Discord's code of an error, else its status or its type; never its text: it may hold a token or words."""
    code = getattr(error, "code", None) or getattr(error, "status", None)
    return f"{type(error).__name__} {code}" if isinstance(code, int) and code else type(error).__name__


FAILURES = (HTTPException, RateLimited, LoginFailure, ClientError, TimeoutError, OSError)
"""What a call can raise."""


BAD_BODY = 50035
"""A form that Discord does not take; the words alone would go."""


NO_HISTORY = 160002


FILES = frozenset({50013, 40005})
"""Said of a message with files, it may go without them."""


TOO_LARGE = 413
"""Status of a body that is too large; what stands in front of Discord says so without a code."""


CLOSED = frozenset({50007, 50278})
"""A person who takes no direct messages from the app."""


LOCKED = frozenset({50083, 160005})


SPENT = frozenset({10008, 10015, 10062, 40094, 50027})
"""Said of an interaction: it cannot be answered any more."""


NOT_ALLOWED = frozenset({50001, 50013})


BANNED = 60.0
"""Seconds to wait where the network in front of Discord sends us away."""


_REASONS = {
    10003: "The channel or thread is gone.",
    10004: "The server is gone.",
    10013: "The person is gone.",
    40005: "The file is too large for Discord.",
    50001: "The bot cannot see the channel: give it View Channels there.",
    50007: "The person takes no direct messages from the bot.",
    50008: "Discord takes no messages in this channel.",
    50013: "The bot lacks a permission there: `advisor doctor --discord-channel ID` says which.",
    50083: "The thread is archived and locked.",
    50278: "The bot shares no server with the person, so it cannot write to them.",
    160002: "The bot lacks Read Message History there.",
    160005: "The thread is locked.",
}


def outcome(error: Exception) -> RetryLater | Rejected:
    """Return what a failed call comes to; an error that is no failure of a call is raised again."""
    match error:
        case LoginFailure():
            return Rejected("Discord does not know the bot's token: correct DISCORD_BOT_TOKEN.")
        case RateLimited():
            return RetryLater(error.retry_after, in_doubt=False)
        case HTTPException():
            return _answered(error)
        case ClientConnectorError():
            return RetryLater(in_doubt=False)  # nothing was sent
        case ClientError() | TimeoutError() | OSError():
            return RetryLater()
        case _:
            raise error


def code_of(error: Exception) -> int:
    """Return Discord's code for a refusal, 0 where there is none."""
    return error.code if isinstance(error, HTTPException) else 0


def _wait(error: HTTPException) -> float:
    """Return after how many seconds Discord takes a call again that it refused for being one too many."""
    try:
        return float(error.response.headers["Retry-After"]) if "Via" in error.response.headers else BANNED
    except (KeyError, ValueError):
        return BANNED


def _answered(error: HTTPException) -> RetryLater | Rejected:
    if error.status == 429:
        return RetryLater(_wait(error), in_doubt=False)
    if error.status >= 500:
        return RetryLater()
    if error.status == 401:
        return Rejected("Discord does not know the bot's token: correct DISCORD_BOT_TOKEN.")
    return Rejected(_REASONS.get(error.code, f"Discord refused it ({error.status}, code {error.code})."))
