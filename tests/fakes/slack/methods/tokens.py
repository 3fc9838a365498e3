"""apps.connections.open, oauth.v2.access, auth.revoke, apps.uninstall."""

import base64
import secrets

from tests.fakes.slack import install
from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.state import Json, Team, Token


@method("apps.connections.open", "connections:write", auth="app")
async def connections_open(call: Call) -> Json:
    ticket = secrets.token_hex(16)
    call.core.tickets.add(ticket)
    return {"url": f"{call.core.base.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={call.core.app_id}"}


def _client(call: Call) -> None:
    """Check id and secret, by Basic authorization or as arguments."""
    core = call.core
    ident, secret = call.text("client_id") or "", call.text("client_secret") or ""
    if call.authorization.startswith("Basic "):
        ident, _, secret = base64.b64decode(call.authorization[6:]).decode().partition(":")
    # docs.slack.dev/reference/methods/oauth.v2.access (invalid_client_id, bad_client_secret).
    if ident != core.client_id:
        raise ApiError("invalid_client_id")
    if secret != core.client_secret:
        raise ApiError("bad_client_secret")


@method("oauth.v2.access", auth="")
async def access(call: Call) -> Json:
    _client(call)
    grant = call.text("grant_type") or "authorization_code"
    if grant == "refresh_token":
        return _refreshed(call)
    if grant != "authorization_code":
        raise ApiError("invalid_grant_type")
    core = call.core
    code = core.codes.get(call.text("code") or "")
    # docs/platforms.md#slack-tokens: a code works once, for ten minutes.
    if code is None:
        raise ApiError("invalid_code")
    if code["used"]:
        raise ApiError("code_already_used")
    if core.now() - code["made"] > install.CODE_LASTS:
        raise ApiError("invalid_code")
    if call.text("redirect_uri") != code["redirect_uri"]:
        raise ApiError("bad_redirect_uri")
    code["used"] = True
    team = core.teams[code["team"]]
    token = core.grant(team, code["scopes"])
    return _granted(call, team, token) | {"authed_user": {"id": code["user"]}}


def _refreshed(call: Call) -> Json:
    core = call.core
    spent = call.text("refresh_token") or ""
    owner = core.refresh_tokens.pop(spent, None)
    if owner is None:
        # docs/platforms.md#slack-tokens: a refresh token works once.
        core.offend("refresh_token_reused", call.method, spent[:12])
        raise ApiError("invalid_refresh_token")
    team = core.teams[owner]
    old = core.tokens[team.token or ""]
    return _granted(call, team, core.grant(team, old.scopes))


def _granted(call: Call, team: Team, token: Token) -> Json:
    answer: Json = {
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(token.scopes),
        "bot_user_id": team.bot_user,
        "app_id": call.core.app_id,
        "team": None if call.core.across else {"id": team.id, "name": team.name},
        "enterprise": {"id": team.enterprise, "name": "Grid"} if team.enterprise else None,
        "is_enterprise_install": call.core.across,
    }
    if token.expires is not None:
        answer |= {"refresh_token": team.refresh_token, "expires_in": int(token.expires - call.core.now())}
    return answer


@method("auth.revoke")
async def revoke(call: Call) -> Json:
    assert call.token
    if call.flag("test"):
        return {"revoked": False}
    call.token.refused = "token_revoked"
    if call.team.token == call.token.value:
        call.team.token = None
    return {"revoked": True}


@method("apps.uninstall")
async def uninstall(call: Call) -> Json:
    _client(call)
    for token in call.core.tokens.values():
        if token.team == call.team.id:
            token.refused = "account_inactive"
    call.team.token = None
    return {}
