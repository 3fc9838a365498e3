"""What an event only names: who its author is, what its files hold, what was said before in a thread."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from adapters.slack import ids
from adapters.slack.auth.clients import Clients, NotInstalled, Resting
from adapters.slack.auth.rotation import error_word
from adapters.slack.files import fetched
from adapters.slack.inbound.enclosed import words_of
from adapters.slack.inbound.messages import SPOKEN, by_machine, time_of
from adapters.slack.inbound.users import People
from adapters.slack.retry import PATIENCE
from bot.chat.events import Attached, Earlier, Event, FileRef, Pasted, Pressed, Said
from bot.chat.files import purpose
from bot.consultation.model import Line
from bot.platform import attachments
from bot.platform.history import earlier_of, others_of
from bot.platform.port import PlatformContext
from bot.store.errors import StoreError
from bot.text.apart import elsewhere

log = logging.getLogger("advisor.slack")

MOST = 200
"""Messages of a thread that are asked for, in one call. Where an app's reading is rationed, Slack gives 15."""
WAITS = 2
"""How often a thread waits until Slack may be asked again; then it has to do without."""
AT_ONCE = 20
"""Messages that are taken apart in one step, so that nobody else waits for all of them."""


@dataclass(frozen=True)
class Bringing:
    """What fetches it. What Slack does not give is said, and never raised."""

    host: PlatformContext
    clients: Clients
    people: People

    async def enrich(self, event: Event) -> Sequence[Event]:
        """Return an event with what it only names, as `Platform.bring` says."""
        named = event
        if event.name is None:
            person = await self.people.find(event.workspace, ids.user_of(event.author), waits=False)
            named = event.model_copy(update={"name": person.name})
        body = event.body
        if isinstance(body, Pressed) and body.action == "earlier" and body.values:
            mention = event.model_copy(update={"message": body.values[0]})
            others = await others_of(self.host.store, event, lambda: self._read(mention))
            return [named.model_copy(update={"body": others})]
        # What people share with each other is none of ours.
        files = body.files if isinstance(body, Said | Pasted) and event.addressed == "us" else ()
        attached = await self._files(event, files)
        if attached and isinstance(body, Said | Pasted):
            wanted = purpose(body) if isinstance(body, Said) else body.purpose
            attached = [each.model_copy(update={"purpose": wanted}) for each in attached]
        earlier = [await earlier_of(self.host.store, event, lambda: self._read(event))] if event.late else []
        return [
            *(named.model_copy(update={"body": each}) for each in earlier if each is not None),
            named,
            *(named.model_copy(update={"body": each}) for each in attached),
        ]

    async def _files(self, event: Event, files: Sequence[FileRef]) -> list[Attached]:
        if not files:
            return []
        try:
            client = await self.clients.client(event.workspace)
        except (ClientError, NotInstalled):
            return [Attached(name=file.name, problem=f"{file.name} could not be fetched from Slack.") for file in files]
        return await attachments.fetched(files, lambda file: fetched(file, client, self.clients.session()))

    async def _read(self, event: Event) -> Earlier:
        place = ids.place(event.conversation)
        try:
            given = {"channel": place.channel, "ts": place.thread, "latest": event.message}
            said = await self._listed(event.workspace, inclusive=False, limit=MOST, **given)
        except (SlackApiError, ClientError, TimeoutError, NotInstalled) as error:
            word = error_word(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("A thread could not be read (%s). (Reference %s.)", word, secrets.token_hex(3))
            return Earlier(lines=(), complete=False)
        bot = await self._bot(event.workspace)
        messages: Sequence[Mapping[str, Any]] = said.get("messages") or ()
        spoken = [
            each
            for each in messages
            if not by_machine(each, bot) and each.get("subtype") in SPOKEN and float(each["ts"]) < float(event.message)
        ]
        lines: list[Line] = []
        for each in spoken:
            if len(lines) % AT_ONCE == 0:
                await asyncio.sleep(0)
            by, at = ids.author(event.workspace, str(each["user"])), time_of(each["ts"])
            lines.append(Line(by=by, text=words_of(each, bot), at=at, message=str(each["ts"])))
        return Earlier(lines=tuple(lines), names=await self._names(lines, event), complete=not said.get("has_more"))

    async def _listed(self, workspace: str, **given: Any) -> Mapping[str, Any]:
        """Return a thread as Slack lists it, after a short wait where Slack wants that; a place is for others then."""
        for _ in range(WAITS):
            try:
                return await self.clients.at_once(workspace, "conversations.replies", **given)
            except Resting as rests:
                if rests.seconds > PATIENCE:
                    raise
                async with elsewhere():
                    await asyncio.sleep(rests.seconds)
        return await self.clients.at_once(workspace, "conversations.replies", **given)

    async def _names(self, lines: Sequence[Line], event: Event) -> dict[str, str]:
        authors = sorted({line.by for line in lines})
        found = await asyncio.gather(
            *(self.people.find(event.workspace, ids.user_of(each), waits=False) for each in authors)
        )
        return {author: person.name for author, person in zip(authors, found, strict=True) if person.name}

    async def _bot(self, workspace: str) -> str | None:
        try:
            return await self.clients.bot_user(workspace)
        except (ClientError, NotInstalled, StoreError):
            return None
