"""What `advisor doctor` says about Slack: what is missing, what that costs, how to mend it."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from adapters.slack import manifest
from adapters.slack.auth import oauth
from adapters.slack.auth.clients import web_client
from adapters.slack.auth.installations import Installation, Installations
from adapters.slack.auth.rotation import error_word
from adapters.slack.manifest import SCOPES
from bot.platform.port import Check, StartupError
from bot.settings import Settings
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.vault import open_vault

NAME = "slack"
LIMIT = 10.0
"""Seconds that Slack has for each answer."""
USUAL_ADDRESS = "https://slack.com/api/"
GUIDE = "docs/slack.md in the source shows the way from nothing to a working app."
REINSTALL = "put it into the app's manifest and install the app again"


async def checks(settings: Settings, connection: Connection | None = None) -> list[Check]:
    """Look at all that Slack needs; nothing raises. With a store, also at the workspaces that installed the app."""
    if not _meant(settings):
        return [Check(NAME, None, f"off: no SLACK_… is set. {GUIDE}")]
    token, socket, installed = await asyncio.gather(_token(settings), _socket(settings), _oauth(settings, connection))
    return [*_elsewhere(settings), *token, *_transport(settings), *socket, *installed]


def _meant(settings: Settings) -> bool:
    return any(
        (
            settings.slack_bot_token,
            settings.slack_app_token,
            settings.slack_signing_secret,
            settings.slack_client_id,
            settings.slack_client_secret,
        )
    )


def _elsewhere(settings: Settings) -> list[Check]:
    if settings.slack_api_url == USUAL_ADDRESS:
        return []
    host = urlsplit(settings.slack_api_url).netloc.rpartition("@")[2]
    return [Check(NAME, None, f"SLACK_API_URL sends everything, the tokens too, to {host} instead of slack.com")]


async def _token(settings: Settings) -> list[Check]:
    if settings.slack_bot_token is None:
        if oauth.wanted(settings):
            return []
        return [
            _fails(
                "SLACK_BOT_TOKEN is missing, so Slack stays off: install the app (OAuth & Permissions, Install to "
                "Workspace) and copy the Bot User OAuth Token, xoxb-…"
            )
        ]
    token = settings.slack_bot_token.get_secret_value()
    if token.startswith(("xoxp-", "xapp-", "xoxe-")):
        return [
            _fails(
                f"SLACK_BOT_TOKEN holds a token of another kind ({token[:4]}…), which cannot answer: the right one is "
                "the Bot User OAuth Token under OAuth & Permissions, xoxb-…"
            )
        ]
    rotates = "SLACK_BOT_TOKEN ends after twelve hours, since the app rotates its tokens: install it by OAuth instead"
    found = [Check(NAME, None, rotates)] if token.startswith("xoxe.") else []
    said = await _asked(settings, token, "auth.test")
    if isinstance(said, str):
        return [
            *found,
            _fails(
                f"SLACK_BOT_TOKEN: {said}. Without it nothing is answered; copy the token again from OAuth & "
                "Permissions, after installing the app again if it was removed"
            ),
        ]
    data, headers = said
    where = f"{data.get('team') or 'a workspace'} ({data.get('url') or data.get('team_id')})"
    found.append(Check(NAME, True, f"the token is valid: {data.get('user') or 'the bot'} in {where}"))
    granted = headers.get("x-oauth-scopes")
    if granted is None:
        return [*found, Check(NAME, None, "Slack did not say which scopes the token has, so they were not checked")]
    return [*found, *_scopes({scope.strip() for scope in granted.split(",")})]


def _scopes(granted: set[str], where: str = "") -> list[Check]:
    """Say of each scope that is missing what it costs; those that `--minimal` leaves out are only noted."""
    missing = [scope for scope in SCOPES if scope.name not in granted]
    if not missing:
        return [Check(NAME, True, f"all {len(SCOPES)} scopes are granted{where}")]
    return [
        Check(
            NAME,
            None if scope.history else False,
            f"scope {scope.name} is missing{where}: {scope.without}; {REINSTALL}",
        )
        for scope in missing
    ]


def _transport(settings: Settings) -> list[Check]:
    secret = settings.slack_signing_secret
    if settings.slack_app_token is None and secret is None:
        return [
            _fails(
                "no event comes in: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET where Slack reaches "
                "the service over HTTPS"
            )
        ]
    if settings.slack_app_token is not None:
        unused = " SLACK_SIGNING_SECRET is set too; it is not needed." if secret else ""
        return [Check(NAME, True, f"events come by Socket Mode, since SLACK_APP_TOKEN is set.{unused}")]
    text = secret.get_secret_value() if secret else ""
    found = [Check(NAME, True, "events come over HTTP, and are checked with SLACK_SIGNING_SECRET")]
    if not re.fullmatch("[0-9a-f]{32}", text):
        found.append(
            Check(
                NAME,
                None,
                "SLACK_SIGNING_SECRET does not look like one (32 hex digits): with a wrong one all requests are "
                "refused; it stands under Basic Information",
            )
        )
    return found


async def _socket(settings: Settings) -> list[Check]:
    if settings.slack_app_token is None:
        return []
    token = settings.slack_app_token.get_secret_value()
    how = "make one under Basic Information, App-Level Tokens, with the scope connections:write"
    if not token.startswith("xapp-"):
        return [_fails(f"SLACK_APP_TOKEN is no app-level token (xapp-…), so no event comes in: {how}")]
    said = await _asked(settings, token, "apps.connections.open")
    if isinstance(said, str):
        off = "; Socket Mode is switched on in the app's settings" if "not_enabled" in said else f"; {how}"
        return [_fails(f"SLACK_APP_TOKEN opens no socket: {said}, so no event comes in{off}")]
    return [Check(NAME, True, "SLACK_APP_TOKEN opens a socket")]


async def _oauth(settings: Settings, connection: Connection | None) -> list[Check]:
    if not oauth.wanted(settings):
        return []
    try:
        oauth.check(settings)
    except StartupError as error:
        return [_fails(f"{error} Without it the service does not start.")]
    found: list[Check] = []
    url = settings.public_url or ""
    if urlsplit(url).scheme != "https":
        found.append(_fails("ADVISOR_PUBLIC_URL is not https, and Slack sends nobody back to it: put TLS in front"))
    if connection is None:
        return [*found, Check(NAME, True, f"people install the app at {url.rstrip('/')}{manifest.INSTALL_PATH}")]
    try:
        installations, closed = await Installations(connection, open_vault(settings)).all()
    except StoreError as error:
        return [*found, _fails(f"which workspaces installed the app is not known: {error}")]
    if closed:
        found.append(
            _fails(
                f"{closed} installation{'' if closed == 1 else 's'} cannot be read with ADVISOR_SECRET_KEY, and "
                "nothing is answered there: put the earlier key behind the new one, by comma, or install it there again"
            )
        )
    count = f"{len(installations)} workspace{'' if len(installations) == 1 else 's'}"
    text = f"installed in {count}; more install it at {url.rstrip('/')}{manifest.INSTALL_PATH}"
    return [*found, Check(NAME, True, text), *(check for each in installations for check in _lacking(each))]


def _lacking(installation: Installation) -> list[Check]:
    name = installation.name.rstrip("-")
    if installation.expires is not None and installation.refresh is None:
        return [_fails(f"the tokens of {name} are not renewed any more: install the app there again")]
    return [check for check in _scopes({*installation.scopes}, f" in {name}") if check.ok is not True]


async def _asked(settings: Settings, token: str, method: str) -> tuple[Mapping[str, Any], Mapping[str, str]] | str:
    """Call a method; returns what it said with the headers in lower case, or what went wrong in a few words."""
    slack: Any = web_client(settings, token)
    try:
        async with asyncio.timeout(LIMIT):
            said = await slack.api_call(method)
        return said.data, {str(name).lower(): str(value) for name, value in said.headers.items()}
    except SlackApiError as error:
        return f"Slack answers {error_word(error)}"
    except TimeoutError:
        return f"Slack did not answer within {LIMIT:.0f} seconds"
    except (ClientError, OSError, ValueError) as error:
        host = urlsplit(settings.slack_api_url).hostname or "slack.com"
        return f"{host} cannot be reached ({type(error).__name__})"


def _fails(text: str) -> Check:
    return Check(NAME, False, text)
