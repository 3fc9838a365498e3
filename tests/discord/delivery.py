"""A server of the fake Discord with a real store, to deliver replies into."""

import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.discord import ids
from adapters.discord.outbound.deliver import deliver
from adapters.discord.permissions import PERMISSIONS
from adapters.discord.reply_address import Via, packed
from adapters.discord.rest import Rest, open_rest
from bot.chat.reply import Part, Reply
from bot.consultation.model import Consultation
from bot.platform.port import Delivered, Delivery, PlatformContext, Rejected, RetryLater
from bot.settings import Settings
from bot.store.connection import opened
from bot.store.consultations import Store
from bot.vault import Vault
from knowledge.load import load
from tests.fakes.discord import Channel, FakeDiscord, Guild, Interaction, Message, User
from tests.support.clock import NOON

VAULT = Vault([b"k" * 32])
KNOWLEDGE = load()
COMMAND = {"id": "1", "name": "finetune", "type": 1, "description": "x", "contexts": [0, 1, 2]}
TITLE = "should we finetune?"


@dataclass
class Bench:
    """One mention in a channel, one person, and what is needed to deliver to them."""

    discord: FakeDiscord
    host: PlatformContext
    rest: Rest
    guild: Guild
    ana: User
    general: Channel
    asked: Message
    keys: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def conversation(self) -> str:
        """The conversation of the mention, whose thread is still to be opened."""
        return ids.conversation(ids.Place(str(self.guild.id), str(self.asked.id)))

    @property
    def own(self) -> str:
        """What ana alone asks in the channel."""
        return ids.conversation(ids.Place(str(self.guild.id), str(self.general.id), str(self.ana.id)))

    @property
    def dm(self) -> str:
        return ids.conversation(ids.Place(ids.DIRECT, str(self.discord.dm(self.ana).id)))

    @property
    def author(self) -> str:
        return ids.author(str(self.guild.id), str(self.ana.id))

    @property
    def mention(self) -> str:
        """How the mention can be answered."""
        return packed(Via(str(self.ana.id), self.discord.now(), parent=str(self.general.id), title=TITLE))

    @property
    def thread(self) -> Channel:
        """The one thread of the channel."""
        (found,) = self.discord.threads(self.general)
        return found

    async def known(self, conversation: str) -> None:
        """Keep a case of the conversation: notes are kept only for those that are there."""
        case = Consultation(id=conversation, started=NOON, updated=NOON)
        await self.host.store.commit(conversation, 0, case)

    async def command(self, channel: Channel | None = None, *, private: bool = True) -> tuple[Interaction, str]:
        """Let ana use a command that is deferred; return it, and how it can be answered."""
        used = self.discord.command(self.ana, channel or self.general, "finetune")
        await self.respond(used, {"type": 5, "data": {"flags": 64 if private else 0}})
        return used, self.via(used, waiting=True, private=private)

    async def press(self, message: Message, button: str, **more: Any) -> tuple[Interaction, str]:
        """Let ana press a button, deferred as an update; return it, and how it can be answered."""
        used = self.discord.press(self.ana, message, button)
        await self.respond(used, {"type": 6})
        return used, self.via(used, **more)

    async def respond(self, used: Interaction, body: dict[str, Any]) -> None:
        path = "/interactions/{interaction_id}/{interaction_token}/callback"
        ids = {"interaction_id": str(used.id), "interaction_token": used.token}
        call: Any = self.rest.call
        await call("POST", path, json=body, **ids)

    def via(self, used: Interaction, **more: Any) -> str:
        """Return how an interaction can be answered."""
        given: dict[str, Any] = {"application": str(self.discord.application_id), "token": used.token, **more}
        return packed(Via(str(used.user.id), used.at, user_only=used.user_installed_only, **given))

    async def say(
        self,
        *parts: Part,
        where: str | None = None,
        key: str | None = None,
        in_doubt: bool = False,
        via: str | None = None,
        alone: bool = False,
        **more: Any,
    ) -> Delivered | RetryLater | Rejected:
        """Deliver a reply to the mention, or to `where`; `alone` for ana's eyes only, `more` of the reply."""
        reply = Reply(parts=parts, via=via, to=self.author if alone else None, **more)
        given = Delivery(where or self.conversation, key or f"key{next(self.keys):013}", reply, in_doubt)
        return await deliver(given, self.rest, self.host, now=self.discord.now)

    def said(self, channel: Channel | None = None, user: User | None = None) -> list[Message]:
        """Return what the bot wrote in a channel (by default the thread), with what one person alone sees."""
        seen = self.discord.seen(channel or self.thread, user)
        return [each for each in seen if each.author is self.discord.bot]


@asynccontextmanager
async def bench(home: Path, *, content: bool = True, **options: Any) -> AsyncGenerator[Bench]:
    """Set it up, the bot with the permissions of its invite link and no other. An unexpected offence fails it."""
    async with FakeDiscord(permissions=PERMISSIONS, **options) as discord_:
        given = {
            "ADVISOR_HOME": home,
            "DISCORD_BOT_TOKEN": discord_.token,
            "DISCORD_API_URL": discord_.api,
            "DISCORD_MESSAGE_CONTENT": content,
        }
        settings = Settings.model_validate(given)
        with discord_.pointed():
            async with opened(settings) as connection, open_rest(settings) as rest:
                acme = discord_.guild("Acme")
                discord_.set_permissions(acme, PERMISSIONS, everyone=0)
                ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
                everything = (1 << 53) - 1
                discord_.join(acme, ana, discord_.role(acme, "people", everything & ~(1 << 3)))
                discord_.commands[None] = [COMMAND]
                asked = discord_.say(ana, general, f"{discord_.bot.mention} {TITLE}")
                host = PlatformContext(settings, Store(connection), KNOWLEDGE, VAULT)
                made = Bench(discord_, host, rest, acme, ana, general, asked)
                for each in (made.conversation, made.own, made.dm):
                    await made.known(each)
                yield made
        discord_.assert_no_offences()
