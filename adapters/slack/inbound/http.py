"""Slack calls us: every request is verified before anything in it is read."""

import logging
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request import async_internals
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.inbound.app import Inbox
from adapters.slack.manifest import EVENTS_PATH
from bot.platform.seldom import Seldom

log = logging.getLogger("advisor.slack")

FORM = "application/x-www-form-urlencoded"


def routes(inbox: Inbox, secret: str) -> list[web.RouteDef]:
    """Return where Slack delivers events, commands and presses; 401 for what Slack did not sign in the last minutes."""
    verifier, app = SignatureVerifier(secret), inbox.app()
    unsigned = Seldom(log, "A request was refused that Slack did not sign, or signed more than five minutes ago.")

    async def taken(request: web.Request) -> web.Response:
        raw = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.content_type == FORM and raw.startswith(b"ssl_check=1"):
            return web.Response()  # Slack looks at the certificate alone, and signs nothing
        if not _signed(verifier, raw, headers):
            unsigned.say()
            return web.Response(status=401, text="not signed by Slack\n")
        try:
            delivery = bolt_request(raw.decode(), headers)
            if delivery.body.get("type") == "app_rate_limited":
                minute = str(delivery.body.get("minute_rate_limited"))[:20]
                log.error("Slack holds events back since there are too many: those of minute %s are lost.", minute)
                return web.Response()
            done = await inbox.take(app, delivery)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            # Bolt looks into a delivery before it knows what it is.
            log.warning("A delivery of Slack has not the form that it should have (%s).", type(error).__name__)
            return web.Response(status=400, text="not readable\n")
        return await to_aiohttp_response(done)

    return [web.post(EVENTS_PATH, taken)]


def bolt_request(raw: str, headers: dict[str, str]) -> AsyncBoltRequest:
    """Return a request as Bolt reads it; ValueError where its JSON is broken.

    Bolt takes any form that has the word "payload" in it for an interaction, and drops a command that says it: such a
    form is read here.
    """
    try:
        delivery = AsyncBoltRequest(body=raw, headers={**headers})
    except AttributeError:  # where its JSON is no object
        raise ValueError("A delivery is an object.") from None
    if not delivery.body and raw and not raw.startswith("{"):
        fields = dict(parse_qsl(raw, keep_blank_values=True))
        if fields and "payload" not in fields:
            delivery.body = fields
            delivery.context = async_internals.build_async_context(delivery.context, fields)
    return delivery


def _signed(verifier: SignatureVerifier, raw: bytes, headers: dict[str, str]) -> bool:
    try:
        return verifier.is_valid_request(raw, headers)
    except (ValueError, TypeError):  # a time that is no number; a signature that is not ASCII
        return False
