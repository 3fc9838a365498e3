"""Installing by OAuth: the consent that gives a code, as it is spent in oauth.v2.access."""

import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.fakes.slack.core import Core

CODE_LASTS = 600
"""docs.slack.dev/authentication/installing-with-oauth: a code is good for ten minutes."""


class Installing(Core):
    """What an admin does to install."""

    def consent(
        self, address: str, *, team: str | None = None, user: str | None = None, without: tuple[str, ...] = ()
    ) -> str:
        """Press Allow on the page the app sent a person to; return where the browser is sent, with code and state.

        `without` are optional scopes that are left out.
        """
        # docs/platforms.md#slack-tokens
        assert {*without} <= {*self.optional}, f"Only {self.optional} may be left out."
        asked = dict(parse_qsl(urlsplit(address).query))
        kept = [scope for scope in asked.get("scope", "").split(",") if scope not in without]
        return consented(self, asked | {"scope": ",".join(kept)}, team, user)

    def decline(self, address: str) -> str:
        """Press Cancel; return where the browser is sent, with error and state."""
        asked = dict(parse_qsl(urlsplit(address).query))
        return _back(asked, {"error": "access_denied"})


def consented(core: Core, asked: dict[str, str], team: str | None = None, user: str | None = None) -> str:
    """Make a one-time code for what was asked; raise ValueError where Slack shows an error page instead."""
    if asked.get("client_id") != core.client_id:
        raise ValueError("invalid_client_id")
    if not asked.get("scope"):
        raise ValueError("no_scope")
    if not asked.get("redirect_uri"):
        # docs/platforms.md#slack-tokens: the redirect_uri is given explicitly, and again in oauth.v2.access.
        raise ValueError("bad_redirect_uri")
    if not asked.get("state"):
        core.offend("oauth_without_state", "authorize", "the state parameter is missing")
    home = team or core.home_team.id
    person = user or next(one.id for one in core.users.values() if one.team == home and one.is_admin)
    code = secrets.token_hex(12)
    core.codes[code] = {
        "team": home,
        "user": person,
        "scopes": tuple(asked["scope"].split(",")),
        "redirect_uri": asked["redirect_uri"],
        "made": core.now(),
        "used": False,
    }
    return _back(asked, {"code": code})


def _back(asked: dict[str, str], answer: dict[str, str]) -> str:
    state = {"state": asked["state"]} if "state" in asked else {}
    return f"{asked['redirect_uri']}?{urlencode(answer | state)}"
