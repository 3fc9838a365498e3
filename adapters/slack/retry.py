"""When a call to Slack is made again by itself, and how long Slack wants to be left alone."""

import asyncio
from typing import Any

from aiohttp import ClientConnectorError, ClientOSError
from aiohttp import ServerConnectionError as Disconnected
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

PATIENCE = 2.0
"""The longest Retry-After, in seconds, that a call itself waits for."""
NOT_TWICE = frozenset(
    {
        "agents.sessions.setStatus",
        "chat.appendStream",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.startStream",
        "chat.stopStream",
        "files.completeUploadExternal",
        "oauth.v2.access",
    }
)
"""Methods that may have done their work although no answer came."""


class Reconnect(AsyncRetryHandler):
    """Try once more where the connection broke, unless the method may have done its work."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if isinstance(error, ClientConnectorError):
            return True  # nothing was sent
        broke = isinstance(error, Disconnected | ClientOSError)
        return broke and request.url.rpartition("/")[2] not in NOT_TWICE


class WaitBriefly(AsyncRetryHandler):
    """Wait out a short Retry-After; a longer one is the caller's, who can do something else meanwhile."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return response is not None and response.status_code == 429 and _retry_after(response) <= PATIENCE

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        state.next_attempt_requested = True
        await asyncio.sleep(_retry_after(response) if response else 0.0)
        state.increment_current_attempt()


def seconds_of(header: str | None) -> float:
    """Read a Retry-After header."""
    try:
        return min(max(float(header or 1), 0.0), 3600.0)
    except ValueError:
        return 1.0


def status_of(error: SlackApiError) -> int:
    """Return the HTTP status of a refusal, 200 where none is known."""
    response: Any = error.response  # pyright: ignore[reportUnknownMemberType]
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 200)


def retry_after(error: SlackApiError) -> float:
    """Return for how many seconds Slack wants to be left alone."""
    headers: Any = getattr(error.response, "headers", None) or {}  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return seconds_of(next((str(v) for k, v in headers.items() if str(k).lower() == "retry-after"), None))


def _retry_after(response: HttpResponse) -> float:
    header = next((values for name, values in response.headers.items() if name.lower() == "retry-after"), None)
    return seconds_of(header[0] if header else None)
