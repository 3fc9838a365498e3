"""How an error is named in the log."""

import json
from typing import Any, cast

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError

from adapters.slack.auth.rotation import error_word
from adapters.slack.retry import retry_after, status_of
from bot.platform.port import Rejected, RetryLater


def cause(error: Exception) -> str:
    """Return Slack's word for an error, or its type; never its text, which may hold a token or a person's words."""
    response: Any = getattr(error, "response", None)
    word = response.get("error") if hasattr(response, "get") else None
    return str(word) if isinstance(word, str) else type(error).__name__


BLOCKS = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_blocks_too_many",
        "invalid_attachments",
        "only_one_table_allowed",
        "block_mismatch",
        "unsupported_block_type",
    }
)
"""The words would go, their form does not. New blocks come to workspaces one after the other."""


UNSEEN = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived", "thread_not_found"})
"""A person cannot be answered here, but perhaps in a DM."""


_MAY_NOT = "I may not write there. Let somebody who manages the workspace allow me to"
SHUT_OUT = {
    "not_in_channel": "I am no member of it. Invite me with /invite",
    "is_archived": "it is archived. Unarchive it",
    "restricted_action": _MAY_NOT,
    "restricted_action_read_only_channel": _MAY_NOT,
    "restricted_action_thread_only_channel": _MAY_NOT,
    "restricted_action_thread_locked": "the thread is locked. Unlock it",
    "restricted_action_non_threadable_channel": _MAY_NOT,
}
"""Why nobody is answered in a place, by Slack's word."""


LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


PASSING = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "external_channel_migrating",
    }
)


RENEWED = frozenset({"token_expired"})
"""The next try comes with a new token."""


_REASONS = {
    "channel_not_found": "The channel is gone, or the app cannot see it.",
    "is_archived": "The channel is archived.",
    "not_in_channel": "The app is no member of the channel: invite it with /invite.",
    "user_not_in_channel": "The person is no member of the channel any more.",
    "user_not_found": "The person is gone.",
    "account_inactive": "The app or its workspace is deactivated.",
    "token_revoked": "The app's token was revoked: install the app again.",
    "invalid_auth": "Slack does not know the app's token: install the app again, or correct SLACK_BOT_TOKEN.",
    "not_authed": "Slack does not know the app's token: install the app again, or correct SLACK_BOT_TOKEN.",
    "missing_scope": "The app lacks a permission: install it again with the present manifest.",
    "restricted_action": "The workspace does not allow the app to post here.",
    "messages_tab_disabled": "The app's Messages tab is off, so nobody can be answered there.",
    "cannot_dm_bot": "Another app cannot be written to.",
}


def outcome(error: Exception) -> RetryLater | Rejected:
    """Return what a failed call comes to; an error that is no failure of a call is raised again."""
    if isinstance(error, SlackApiError):
        return _answered(error)
    if isinstance(error, ClientConnectorError):
        return RetryLater(in_doubt=False)  # nothing was sent
    if isinstance(error, ClientError | TimeoutError | OSError):
        return RetryLater()
    raise error


def _answered(error: SlackApiError) -> RetryLater | Rejected:
    word, status = error_word(error), status_of(error)
    if status == 429 or word in LIMITED:
        return RetryLater(retry_after(error), in_doubt=False)
    if status >= 500 or word in PASSING:
        return RetryLater()
    if word in RENEWED:
        return RetryLater(in_doubt=False)
    return Rejected(_REASONS.get(word, f"Slack refused it ({word})."))


def refused_with(status: int, body: str) -> str:
    """Return Slack's word for why it did not take an answer at a response address; empty where it did.

    It may say so in the body of an answer whose status is 200.
    """
    try:
        said: Any = json.loads(body)
    except ValueError:
        said = {"ok": body.strip() == "ok", "error": body.strip()[:100]}
    if status == 200 and (not isinstance(said, dict) or cast("dict[str, Any]", said).get("ok") is True):
        return ""
    word = cast("dict[str, Any]", said).get("error") if isinstance(said, dict) else None
    return str(word or f"HTTP {status}")


def word_of(error: Exception) -> str:
    """Return a name for a failed call that holds nothing of what was sent."""
    return error_word(error) if isinstance(error, SlackApiError) else type(error).__name__
