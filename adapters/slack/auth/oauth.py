"""Installation in any number of workspaces: two pages, and a state that is good once, for a while, in one browser.

The routes of OAuth exist where SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are set.
"""

import asyncio
import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientError, web
from slack_sdk.errors import SlackApiError

from adapters.slack.auth.clients import Clients, web_client
from adapters.slack.auth.installations import PARTITION, Installation
from adapters.slack.auth.rotation import error_word
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, scopes
from bot.platform.port import StartupError
from bot.settings import Settings
from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.vault import Vault

log = logging.getLogger("advisor.slack")

COOKIE = "slack-app-oauth-state"
HOSTS_OWN = f"__Host-{COOKIE}"
"""The cookie over https, which no other host of the same domain can set."""
LASTS = 600
"""Seconds in which an installation that was begun has to come back."""
MOST_SPENT = 10_000
"""States that are known as spent; a code that comes with one that was let go is refused by Slack, which has it once."""
BUYING = 4
"""Codes that are brought to Slack at once: anybody can come with one, and answers to people use the same connections.
"""
SPEND = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2] - ARGV[3])
local new = redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return new
"""
OWN_HOSTS = ("slack.com", "slack-gov.com")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    # The address of the page holds Slack's code.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SPENT = keys.key(PARTITION, "slack-states")
KEY_HINT = "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` prints one"


def wanted(settings: Settings) -> bool:
    """Tell whether the app is to be installed by OAuth."""
    return bool(settings.slack_client_id or settings.slack_client_secret)


def check(settings: Settings) -> None:
    """Raise StartupError where installation by OAuth is wanted and something for it is missing."""
    for given, missing, sentence in (
        (settings.slack_client_secret, settings.slack_client_id, "SLACK_CLIENT_ID is missing; it stands beside"),
        (settings.slack_client_id, settings.slack_client_secret, "SLACK_CLIENT_SECRET is missing; it stands beside"),
    ):
        if given and not missing:
            raise StartupError(f"{sentence} the other one under Basic Information of the Slack app.")
    if not wanted(settings):
        return
    if settings.secret_key is None:
        raise StartupError(
            "Installing the Slack app by OAuth needs ADVISOR_SECRET_KEY, which encrypts the tokens in the store: "
            f"{KEY_HINT}."
        )
    if not settings.public_url:
        raise StartupError(
            "Installing the Slack app by OAuth needs ADVISOR_PUBLIC_URL, the address that Slack sends people back to, "
            "such as https://advisor.example.com."
        )
    if not _is_address(settings.public_url):
        raise StartupError("ADVISOR_PUBLIC_URL is no address; it looks like https://advisor.example.com.")


def routes(settings: Settings, connection: Connection, clients: Clients) -> list[web.RouteDef]:
    """Return the two pages; none where OAuth is not wanted."""
    if not wanted(settings):
        return []
    pages = _Pages(settings, connection, clients, clients.installations.vault)
    return [
        web.get(INSTALL_PATH, pages.install, allow_head=False),
        web.get(REDIRECT_PATH, pages.redirected, allow_head=False),
    ]


class _Pages:
    def __init__(self, settings: Settings, connection: Connection, clients: Clients, vault: Vault):
        self._settings = settings
        self._connection = connection
        self._clients = clients
        self._vault = vault
        self._base = (settings.public_url or "").rstrip("/")
        self._buying = asyncio.Semaphore(BUYING)

    async def install(self, request: web.Request) -> web.Response:
        """Send the browser to Slack, with a signed state in its cookie; nothing is kept of it, as anybody may come."""
        state = issued(self._vault, time.time())
        asked = {
            "client_id": self._settings.slack_client_id or "",
            "scope": ",".join(scopes(minimal="minimal" in request.query)),
            "user_scope": "",
            "state": state,
            "redirect_uri": self._redirect,
        }
        to = f"{_authorize_page(self._settings)}?{urlencode(asked)}"
        answer = web.Response(status=302, headers={**HEADERS, "Location": to})
        answer.set_cookie(
            self._cookie, state, max_age=LASTS, path=self._path, httponly=True, samesite="Lax", secure=self._is_https
        )
        return answer

    async def redirected(self, request: web.Request) -> web.Response:
        """Take the browser back from Slack."""
        answer = await self._answer(request)
        answer.del_cookie(self._cookie, path=self._path, httponly=True, samesite="Lax", secure=self._is_https)
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        state, mine = request.query.get("state", ""), request.cookies.get(self._cookie, "")
        again = f'<p><a href="{escape(self._base + INSTALL_PATH)}">Start again</a></p>'
        gone = _page(
            "This installation is not open any more",
            "<p>It was begun in another browser, more than ten minutes ago, or was finished already.</p>" + again,
            400,
        )
        now = time.time()
        if not hmac.compare_digest(_bytes(state), _bytes(mine)) or not is_open(self._vault, state, now):
            return gone
        try:
            if not await self._connection.call("EVAL", SPEND, 1, SPENT, state, int(now), LASTS, MOST_SPENT):
                return gone
            if request.query.get("error") == "access_denied":
                return _page("Cancelled", "<p>Nothing was installed, and nothing is kept.</p>" + again)
            code = request.query.get("code")
            if not code or "error" in request.query:
                return _failed(
                    "Slack did not allow the installation", request.query.get("error", "no code"), 400, again
                )
            async with self._buying:
                installation = await self._bought(code)
            await self._clients.installations.save(installation)
        except SlackApiError as error:
            return _failed("Slack refused the installation", error_word(error), 502, again)
        except (ClientError, TimeoutError) as error:
            return _failed("Slack could not be reached", type(error).__name__, 502, again)
        except StoreError as error:
            return _failed("The installation could not be stored", str(error), 503, again)
        except (KeyError, TypeError, ValueError) as error:
            return _failed("Slack's answer held no token", type(error).__name__, 502, again)
        self._clients.forget()
        log.info("The Slack app was installed in %s.", installation.name)
        return _installed(installation)

    async def _bought(self, code: str) -> Installation:
        settings = self._settings
        slack: Any = web_client(settings, None, session=self._clients.session())
        said = await slack.oauth_v2_access(
            client_id=settings.slack_client_id or "",
            client_secret=settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else "",
            code=code,
            redirect_uri=self._redirect,
        )
        return installation_of(said.data, time.time())

    @property
    def _redirect(self) -> str:
        return f"{self._base}{REDIRECT_PATH}"

    @property
    def _cookie(self) -> str:
        return HOSTS_OWN if self._is_https else COOKIE

    @property
    def _path(self) -> str:
        return "/" if self._is_https else f"{urlsplit(self._base).path}/slack"

    @property
    def _is_https(self) -> bool:
        return self._base.startswith("https:")


def installation_of(said: Mapping[str, Any], now: float) -> Installation:
    """Read what oauth.v2.access answers to a code; KeyError, TypeError or ValueError where it is no installation."""
    across = bool(said.get("is_enterprise_install"))
    enterprise: Mapping[str, Any] = said.get("enterprise") or {}
    team: Mapping[str, Any] = said.get("team") or {}
    made = Installation(
        enterprise=enterprise.get("id"),
        team=None if across else str(team["id"]),
        token=said["access_token"],
        refresh=said.get("refresh_token"),
        expires=now + float(said["expires_in"]) if said.get("expires_in") else None,
        bot_user=said["bot_user_id"],
        app=str(said.get("app_id") or ""),
        scopes=tuple(filter(None, str(said.get("scope") or "").split(","))),
        installed=now,
    )
    if made.team is None and made.enterprise is None:
        raise ValueError("neither team nor organisation")
    return made


def _bytes(text: str) -> bytes:
    """Return what a browser sent, which may hold bytes that are no text, as bytes again."""
    return text.encode(errors="surrogatepass")


def issued(vault: Vault, now: float) -> str:
    """Return a state that is open from `now` on, in seconds since 1970."""
    words = f"{int(now)}.{secrets.token_urlsafe(24)}"
    return f"{words}.{vault.sign(f'slack state {words}')}"


def is_open(vault: Vault, state: str, now: float) -> bool:
    """Tell whether we issued a state, not too long ago."""
    words, _, signature = state.rpartition(".")
    if not words or not vault.verifies(f"slack state {words}", signature):
        return False
    return 0 <= now - int(words.partition(".")[0]) < LASTS


def _authorize_page(settings: Settings) -> str:
    """Return the page where people allow it: Slack's own, which a proxy for the Web API does not have."""
    host = urlsplit(settings.slack_api_url).hostname or ""
    return f"https://{host if host in OWN_HOSTS else OWN_HOSTS[0]}/oauth/v2/authorize"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _installed(installation: Installation) -> web.Response:
    where = {"app": installation.app} | ({"team": installation.team} if installation.team else {})
    link = f"https://slack.com/app_redirect?{urlencode(where)}"
    missing = sorted({*scopes(minimal=True)} - {*installation.scopes})
    lacks = f"<p>Slack did not grant {escape(', '.join(missing))}; some things will not work.</p>" if missing else ""
    return _page(
        "The advisor is installed",
        f"<p>Write to it in a direct message, or invite it to a channel and mention it there.</p>{lacks}"
        f'<p><a href="{escape(link)}">Open it in Slack</a></p>',
    )


def _failed(title: str, why: str, status: int, more: str = "") -> web.Response:
    reference = secrets.token_hex(3)
    log.warning("%s: %s (Reference %s.)", title, _word(why), reference)
    text = f"<p>Nothing was installed. The operator finds the reason in the log under reference {reference}.</p>"
    return _page(title, text + more, status)


def _word(text: str) -> str:
    """Return a text from outside as one short line."""
    return "".join(c for c in text if c.isprintable())[:200]


def _page(title: str, body: str, status: int = 200) -> web.Response:
    """Return a page; the body is HTML."""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;"
        "margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)
