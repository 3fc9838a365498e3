"""A workspace of the fake Slack with a real store, to deliver replies into."""

import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.slack import ids
from adapters.slack.auth.clients import Clients
from adapters.slack.outbound.deliver import deliver
from adapters.slack.reply_address import Via, packed
from bot.chat.reply import Part, Reply
from bot.consultation.model import Consultation
from bot.platform.port import Delivered, Delivery, PlatformContext, Rejected, RetryLater
from bot.settings import Settings
from bot.store.connection import opened
from bot.store.consultations import Store
from bot.vault import Vault
from knowledge.load import load
from tests.fakes.slack import FakeSlack, Message
from tests.support.clock import NOON

VAULT = Vault([b"k" * 32])
KNOWLEDGE = load()


@dataclass
class Bench:
    """One thread in a channel, a DM, and what is needed to deliver there."""

    slack: FakeSlack
    host: PlatformContext
    clients: Clients
    root: str = ""
    keys: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    committed: dict[str, datetime] = field(default_factory=dict[str, datetime])
    """When the reply of each key was made."""

    @property
    def team(self) -> str:
        return self.slack.home_team.id

    @property
    def thread(self) -> str:
        """The conversation of a thread in the public channel."""
        return ids.conversation(ids.Place(self.team, self.slack.general, thread=self.root))

    def own(self, channel: str) -> str:
        """Return the conversation that alice alone has in a channel."""
        return ids.conversation(ids.Place(self.team, channel, person=self.slack.alice))

    async def dm(self) -> str:
        """Return the conversation of a thread in alice's DM."""
        channel = self.slack.dm(self.slack.alice)
        root = await self.wrote(channel, "should we finetune?")
        conversation = ids.conversation(ids.Place(self.team, channel, thread=root))
        await self.known(conversation)
        return conversation

    async def wrote(self, channel: str, text: str) -> str:
        """Let alice write a message of which no event goes anywhere; return its ts."""
        message = Message(self.slack.new_ts(), channel, self.slack.alice, text)
        self.slack.channels[channel].messages.append(message)
        return message.ts

    async def known(self, conversation: str) -> None:
        """Keep a case of the conversation: notes are kept only for those that are there."""
        case = Consultation(id=conversation, started=NOON, updated=NOON)
        await self.host.store.commit(conversation, 0, case)

    def via(self, url: bool = True, channel: str | None = None, pressed: Message | None = None) -> str:
        """Return how alice can be answered after a command in a channel, or a press that ends a message of hers."""
        made = self.slack.new_response_url(channel or self.slack.general, self.slack.alice, pressed) if url else None
        return packed(Via(self.slack.alice, self.slack.now(), made, ends=pressed is not None))

    async def say(
        self,
        *parts: Part,
        to: str | None = None,
        key: str | None = None,
        in_doubt: bool = False,
        via: str | None = None,
        alone: bool = False,
        **more: Any,
    ) -> Delivered | RetryLater | Rejected:
        """Deliver a reply into the thread, or where `to` says; `alone` for alice's eyes only, `more` of the reply."""
        author = ids.author(self.team, self.slack.alice) if alone else None
        reply = Reply(parts=parts, via=via, to=author, **more)
        name = key or f"key{next(self.keys)}"
        committed = self.committed.setdefault(name, datetime.fromtimestamp(self.slack.now(), UTC))
        given = Delivery(to or self.thread, name, reply, in_doubt, committed)
        return await deliver(given, self.clients, self.host, now=self.slack.now)

    def said(self, channel: str | None = None, **more: Any) -> list[Message]:
        """Return what the advisor wrote in a channel."""
        return self.slack.said(channel or self.slack.general, **more)


@asynccontextmanager
async def bench(home: Path, **options: Any) -> AsyncGenerator[Bench]:
    """Set it up. An offence that a test does not expect fails it."""
    async with FakeSlack(**options) as slack:
        settings = Settings.model_validate(
            {"ADVISOR_HOME": home, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}
        )
        async with opened(settings) as connection:
            clients = Clients(settings, connection, VAULT)
            made = Bench(slack, PlatformContext(settings, Store(connection), KNOWLEDGE, VAULT), clients)
            made.root = await made.wrote(slack.general, "should we finetune?")
            await made.known(made.thread)
            for channel in (slack.general, slack.outside):
                await made.known(made.own(channel))
            try:
                yield made
            finally:
                await clients.aclose()
            await slack.settled()
            slack.check()
