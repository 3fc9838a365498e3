"""Answers to an interaction by its token: the first one, which Discord waits three seconds for, and what follows."""

import asyncio
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
from aiohttp import ClientError, ClientTimeout
from discord.http import Route

from adapters.discord.inbound.interaction import Use
from adapters.discord.outbound.errors import cause
from adapters.discord.render.limits import COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS
from adapters.discord.render.messages import Message
from adapters.discord.rest import Rest

log = logging.getLogger("advisor.discord")

MESSAGE, DEFER, DEFER_PRESS, OFFER, FORM = 4, 5, 6, 8, 9
"""Kinds of first responses."""
LIMIT = 2.7
"""Seconds for the first response; Discord takes none after three."""
GIVEN_ALREADY = 40060
"""What Discord says where an earlier try has arrived after all."""
QUIET: dict[str, Any] = {"parse": [], "replied_user": False}
AGENT = f"DiscordBot (https://github.com/Rapptz/discord.py {discord.__version__})"


@dataclass(frozen=True)
class Answers:
    """Says things by the token of an interaction."""

    rest: Rest

    async def first(self, use: Use, kind: int, data: Mapping[str, Any] | None = None) -> bool:
        """Give the first response; False where Discord did not take it, so that nothing more can be said.

        By the session that waits for no rate limit: there is none here, and a wait elsewhere must not be in the way.
        """
        said = json.dumps({"type": kind, **({"data": data} if data is not None else {})}).encode()
        try:
            async with asyncio.timeout(LIMIT):
                while True:
                    try:
                        return await self._give(use, said)
                    except ClientError:
                        await asyncio.sleep(0.1)
        except TimeoutError:
            log.warning("Discord could not be told in time that an interaction came. (Reference %s.)", _reference())
            return False

    async def fill(self, use: Use, body: Mapping[str, Any]) -> None:
        """Put something in the place of what shows "thinking", or of the message that was pressed."""
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
        await self.rest.call("PATCH", path, json=body, webhook_id=use.application, webhook_token=use.token)

    async def more(self, use: Use, body: Mapping[str, Any]) -> None:
        """Say something more."""
        path = "/webhooks/{webhook_id}/{webhook_token}"
        await self.rest.call("POST", path, json=body, webhook_id=use.application, webhook_token=use.token)

    async def tell(self, use: Use, sentence: str, *, waiting: bool) -> None:
        """Say a sentence to whoever used it, and to nobody else; best effort."""
        try:
            if waiting:
                await self.fill(use, plain(sentence))
            else:
                await self.more(use, plain(sentence, private=not use.direct))
        except (discord.DiscordException, ClientError, TimeoutError) as error:
            log.warning("A sentence could not be said (%s). (Reference %s.)", cause(error), _reference())

    async def _give(self, use: Use, said: bytes) -> bool:
        address = f"{Route.BASE}/interactions/{use.id}/{use.token}/callback"
        headers = {"Content-Type": "application/json", "User-Agent": AGENT}
        session = self.rest.session()
        async with session.post(address, data=said, headers=headers, timeout=ClientTimeout(total=LIMIT)) as answer:
            if answer.status < 300:
                return True
            if answer.status >= 500 or answer.status == 429:
                raise ClientError(f"HTTP {answer.status}")
            try:
                code = (await answer.json(content_type=None)).get("code")
            except (ValueError, AttributeError):
                code = None
        if code != GIVEN_ALREADY:
            log.warning("Discord did not take the first response (code %s). (Reference %s.)", code, _reference())
        return code == GIVEN_ALREADY


def plain(sentence: str, *, private: bool = False) -> dict[str, Any]:
    """Return the body of a message of one sentence."""
    flags = SUPPRESS_EMBEDS | (EPHEMERAL if private else 0)
    return {"content": sentence, "flags": flags, "allowed_mentions": QUIET}


def rendered(message: Message, *, private: bool) -> dict[str, Any]:
    """Return the body of a message that was made from parts; its files are left out."""
    flags = COMPONENTS_V2 | (EPHEMERAL if private else 0)
    return {"components": [*message.components], "flags": flags, "allowed_mentions": QUIET}


def _reference() -> str:
    return secrets.token_hex(3)
