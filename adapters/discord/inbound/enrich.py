"""What an event only names: its files, what was said before in a thread, whose a deleted message was."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.discord import ids
from adapters.discord.files import fetched
from adapters.discord.inbound.messages import SPOKEN
from adapters.discord.inbound.text import marks, plain
from adapters.discord.outbound.errors import FAILURES, cause
from adapters.discord.rest import Rest
from bot.chat.events import Attached, Deleted, Earlier, Event, FileRef, Pasted, Pressed, Said
from bot.chat.files import purpose
from bot.consultation.model import Line
from bot.platform import attachments
from bot.platform.history import earlier_of, others_of
from bot.platform.port import PlatformContext

log = logging.getLogger("advisor.discord")

Json = Mapping[str, Any]
_NOTHING: Json = {}
MOST = 100
"""Messages of a thread that are asked for, in one call."""
LONG_PASTE = "message.txt"
"""What Discord's clients call the file into which they turn a paste that is too long for a message."""
SPOKEN_LONG = 16_000
"""Characters of a long paste that are still talk; what is longer is a file."""
KINDS = frozenset(kind.value for kind in SPOKEN)
STARTER = 21
"""Kind of the message at the top of a thread that shows the one it was opened from."""


@dataclass(frozen=True)
class Bringing:
    """What fetches it. What Discord does not give is said, and never raised."""

    host: PlatformContext
    rest: Rest

    async def enrich(self, event: Event) -> Sequence[Event]:
        """Return an event with what it only names, as `Platform.bring` says."""
        body = event.body
        if isinstance(body, Deleted):
            return [await self._whose(event)]
        if isinstance(body, Pressed) and body.action == "earlier" and body.values:
            mention = event.model_copy(update={"message": body.values[0]})
            others = await others_of(self.host.store, event, lambda: self._read(mention))
            return [event.model_copy(update={"body": others})]
        # What people share with each other is none of ours.
        files = body.files if isinstance(body, Said | Pasted) and event.addressed == "us" else ()
        attached = await self._files(files)
        if attached and isinstance(body, Said | Pasted):
            wanted = purpose(body) if isinstance(body, Said) else body.purpose
            attached = [each.model_copy(update={"purpose": wanted}) for each in attached]
        if isinstance(body, Said):
            body, attached = spoken(body, attached)
        earlier = await earlier_of(self.host.store, event, lambda: self._read(event)) if event.late else None
        return [
            *([event.model_copy(update={"body": earlier})] if earlier is not None else []),
            event.model_copy(update={"body": body}),
            *(event.model_copy(update={"body": each}) for each in attached),
        ]

    async def _whose(self, event: Event) -> Event:
        """Return a deletion with who wrote the message, which only our transcript can tell."""
        case, _ = await self.host.store.load(event.conversation)
        lines = case.transcript if case is not None else ()
        by = next((line.by for line in lines if line.message == event.message), None) or (case.asker if case else None)
        return event.model_copy(update={"author": by}) if by else event

    async def _files(self, files: Sequence[FileRef]) -> list[Attached]:
        session, settings = self.rest.session(), self.host.settings
        return await attachments.fetched(files, lambda file: fetched(file, session, settings))

    async def _read(self, event: Event) -> Earlier:
        place = ids.place(event.conversation)
        try:
            said: Sequence[Json] = await self.rest.call(
                "GET",
                "/channels/{channel_id}/messages",
                # With the message itself: where even that is missing, Discord lets us read nothing here.
                query={"before": str(int(event.message) + 1), "limit": MOST},
                channel_id=place.channel,
            )
            bot = await self.rest.me()
        except FAILURES as error:
            log.warning("A thread could not be read (%s). (Reference %s.)", cause(error), secrets.token_hex(3))
            return Earlier(lines=(), complete=False)
        before = [each for each in said if str(each["id"]) != event.message]
        return earlier(before, place.guild, bot, full=len(before) < len(said) < MOST)


def earlier(said: Sequence[Json], guild: str, bot: str, *, full: bool) -> Earlier:
    """Return what people said in the messages of a thread, the newest of which come first.

    Without the intent Discord empties most of them: then it is not complete.
    """
    lines: list[Line] = []
    names: dict[str, str] = {}
    complete = full
    for each in reversed(said):
        message: Json = each.get("referenced_message") or _NOTHING if each.get("type") == STARTER else each
        author: Json = message.get("author") or _NOTHING
        if not author or author.get("bot") or message.get("webhook_id") or message.get("type") not in KINDS:
            continue
        text = _words(message, bot)
        if not text and not message.get("content"):
            complete = False
            continue
        by = ids.author(guild, str(author["id"]))
        names[by] = str(author.get("global_name") or author.get("username") or "")
        at = datetime.fromisoformat(str(message["timestamp"]))
        lines.append(Line(by=by, text=text, at=at, message=str(message["id"])))
    return Earlier(lines=tuple(lines), names={by: name for by, name in names.items() if name}, complete=complete)


def spoken(said: Said, attached: Sequence[Attached]) -> tuple[Said, list[Attached]]:
    """Take a long paste for the words that it is; the other files stay files."""
    texts = [each for each in attached if each.name == LONG_PASTE and not each.problem]
    talk = [each for each in texts if len(each.content) <= SPOKEN_LONG]
    text = "\n".join(filter(None, [said.text, *(each.content for each in talk)]))
    return said.model_copy(update={"text": text}), [each for each in attached if each not in talk]


def _words(message: Json, bot: str) -> str:
    people: Sequence[Json] = message.get("mentions") or ()
    names = {f"<@{each['id']}>": f"@{each.get('global_name') or each['username']}" for each in people}
    return plain(str(message.get("content") or ""), marks(bot), names)
