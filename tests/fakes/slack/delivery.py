"""From Slack to the app: signed requests or socket envelopes, the ack clock, redelivery with the same event_id."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack import sockets
from tests.fakes.slack.core import Core
from tests.fakes.slack.state import Ack, Json, Team

SCOPE_OF = {
    # docs/platforms.md#slack-events; docs.slack.dev/reference/events: an event comes only where its scope was granted.
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}


def signed(secret: str, body: str, at: float | None = None) -> dict[str, str]:
    """Return Slack's v0 signature headers (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def connected(core: Core) -> bool:
    """Return whether an app was ever there to be told anything."""
    return core.request_url is not None or core.had_socket


async def event(core: Core, team: Team, subscription: str, inner: Json) -> Ack | None:
    """Deliver an event where it is subscribed and in scope; return the first answer. Redelivery goes on behind."""
    token = core.tokens.get(team.token or "")
    scope = SCOPE_OF.get(subscription)
    granted = token.scopes if token else core.scopes
    if subscription not in core.events or not connected(core) or (scope and scope not in granted):
        return None
    body = wrapped(core, team, inner)
    core.sent[inner.get("ts", body["event_id"])] = body
    ack = await attempt(core, "events_api", inner["type"], body, body["event_id"])
    if not done(ack):
        core.spawn(_again(core, inner["type"], body, ack))
    return ack


def wrapped(core: Core, team: Team, inner: Json) -> Json:
    """Return the outer event, with a fresh event_id."""
    inner.setdefault("event_ts", core.new_ts())
    body = _wrapped(core, team, inner)
    if core.across:
        # docs/platforms.md#slack-events: authorised for no team, with the organisation beside it.
        del body["context_team_id"], body["context_enterprise_id"]
        body |= {"enterprise_id": team.enterprise}
        body["authorizations"][0] |= {"team_id": None, "is_enterprise_install": True}
    return body


def _wrapped(core: Core, team: Team, inner: Json) -> Json:
    return {
        "token": "unused",
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": team.enterprise,
        "api_app_id": core.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": core.new_id("Ev"),
        "event_time": int(core.now()),
        "authorizations": [
            {
                "enterprise_id": team.enterprise,
                "team_id": team.id,
                "user_id": team.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{core.new_id('E')}",
    }


def done(ack: Ack) -> bool:
    # docs/platforms.md#slack-acknowledgement; docs.slack.dev/apis/events-api: x-slack-no-retry stops redelivery.
    return ack.ok or ack.headers.get("X-Slack-No-Retry") == "1"


async def _again(core: Core, what: str, body: Json, ack: Ack) -> None:
    # docs/platforms.md#slack-acknowledgement: three more attempts, the same event_id, number and reason.
    for number, gap in enumerate(core.gaps, 1):
        await asyncio.sleep(gap)
        reason = {0: "http_timeout", -1: "connection_failed"}.get(ack.status, "http_error")
        ack = await attempt(core, "events_api", what, body, body["event_id"], number, reason)
        if done(ack):
            return
    core.lost.append(body["event_id"])


async def interaction(core: Core, kind: str, what: str, payload: Json) -> Ack:
    """Deliver a command or an interaction once; no ack in time is an offence, as the person sees an error."""
    assert connected(core), "No app is there: call deliver_to(url), or let it connect a socket."
    ack = await attempt(core, kind, what, payload, payload.get("trigger_id", ""))
    # docs/platforms.md#slack-commands, docs/platforms.md#slack-acknowledgement: three seconds, never repeated.
    if ack.status == 0:
        core.offend("operation_timeout", what, f"no ack in {core.patience} s")
    elif not ack.ok:
        core.offend("operation_failed", what, f"HTTP {ack.status}")
    return ack


async def attempt(
    core: Core, kind: str, what: str, payload: Json, ident: str, number: int = 0, reason: str = ""
) -> Ack:
    """Deliver once and write the ack down. Status 0: no answer in time; -1: nobody there."""
    began = time.monotonic()
    if core.request_url:
        status, body, headers = await _post(core, kind, payload, number, reason)
    else:
        status, body = await sockets.deliver(core, kind, what, payload, number, "timeout" if number else "")
        headers = {}
    ack = Ack(kind, what, time.monotonic() - began, status, body, ident, number, headers)
    core.acks.append(ack)
    return ack


def encoded(kind: str, payload: Json) -> tuple[str, str]:
    """Return the body and its content type: JSON for events, forms for the rest."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    fields: dict[str, str] = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


async def _post(core: Core, kind: str, payload: Json, number: int, reason: str) -> tuple[int, Any, dict[str, str]]:
    body, content_type = encoded(kind, payload)
    headers = {"Content-Type": content_type, **signed(core.signing_secret, body)}
    if number:
        headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
    return await post(core, body, headers)


async def post(core: Core, body: str, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
    """Post to the app's request URL; return the status (0: too late, -1: nobody there), the body and the headers."""
    assert core.http and core.request_url
    headers = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", **headers}
    limit = aiohttp.ClientTimeout(total=core.patience)
    try:
        async with core.http.post(core.request_url, data=body.encode(), headers=headers, timeout=limit) as answer:
            text = await answer.text()
            answered = json.loads(text) if answer.content_type == "application/json" and text else text
            return answer.status, answered, dict(answer.headers)
    except TimeoutError:
        return 0, None, {}
    except aiohttp.ClientError:
        return -1, None, {}
