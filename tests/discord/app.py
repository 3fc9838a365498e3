"""The app as a process of the service runs it, in this process: between the fake Discord and a real store."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import discord

from adapters.discord import ids
from adapters.discord.platform import Discord, open_discord
from bot.chat.events import Body, Event
from bot.chat.reply import Part, Reply
from bot.platform.port import Delivered, Delivery, PlatformContext
from bot.service.serve import accepting
from bot.settings import Settings
from bot.store.consultations import Store, open_store
from bot.store.errors import StoreError
from bot.vault import open_vault
from knowledge.load import Knowledge, load
from tests.fakes.discord import Call, Channel, FakeDiscord, Message, User, text_of

B = TypeVar("B", bound=Body)


def settings(home: Path, discord_: FakeDiscord, **given: str | None) -> Settings:
    """Return the settings of an app, with these changes; None takes one away."""
    known: dict[str, Any] = {
        "ADVISOR_HOME": home,
        "DISCORD_BOT_TOKEN": discord_.token,
        "DISCORD_API_URL": discord_.api,
    }
    chosen = {name: value for name, value in (known | given).items() if value is not None}
    return Settings.model_validate(chosen)  # which reads no environment


@dataclass
class App:
    """A running app: what it took from Discord, and Discord itself."""

    discord: FakeDiscord
    host: PlatformContext
    platform: Discord
    taken: list[Event] = field(default_factory=list[Event])
    """What was stored, in order; what was repeated or not asked for is not in it."""
    refused: int = 0
    keys: int = 0
    down: bool = False
    """True while the store is to be gone."""

    @property
    def store(self) -> Store:
        return self.host.store

    @property
    def knowledge(self) -> Knowledge:
        return self.host.knowledge

    def bodies(self) -> list[Body]:
        return [event.body for event in self.taken]

    async def took(self, count: int = 1) -> list[Event]:
        """Wait until this many events were stored, and return them."""
        await self.discord.until(lambda: len(self.taken) >= count)
        return self.taken

    async def only(self, kind: type[B]) -> tuple[Event, B]:
        """Return the one event that was stored, and its body, which is of this kind."""
        [event] = await self.took()
        assert isinstance(event.body, kind)
        return event, event.body

    async def reply(
        self,
        event: Event,
        *parts: Part,
        to: str | None = None,
        live: bool = False,
        answered: str = "",
        again: bool = False,
    ) -> None:
        """Deliver a reply to where an event came from, as a worker does; the last one once more with `again`."""
        self.keys += not again
        reply = Reply(parts=parts, to=to, via=event.via, live=live, answered=answered)
        outcome = await self.platform.deliver(Delivery(event.conversation, f"{self.keys:05}.test", reply, again))
        assert isinstance(outcome, Delivered), outcome

    async def shown(self, channel: Channel, words: str, user: User | None = None) -> Message:
        """Wait until somebody reads these words of ours in a channel."""

        def found() -> Message | None:
            own = [each for each in self.discord.seen(channel, user) if each.author is self.discord.bot]
            return next((each for each in reversed(own) if words in text_of(each)), None)

        return await self.discord.until(found)


def thread_of(guild: Any, message: Message) -> str:
    """Return the conversation of the thread that is opened from a message."""
    return ids.conversation(ids.Place(str(guild.id), str(message.id)))


@asynccontextmanager
async def running(
    discord_: FakeDiscord, home: Path, *, store: Store | None = None, **given: str | None
) -> AsyncGenerator[App]:
    """Run the app until the end of the block; a store that is given is not closed."""
    chosen = settings(home, discord_, **given)
    if store is None:
        async with open_store(chosen, patience=5) as opened, _served(discord_, chosen, opened) as app:
            yield app
    else:
        async with _served(discord_, chosen, store) as app:
            yield app


@contextmanager
def hurried() -> Generator[None]:
    """Let shards identify without the library's pause of five seconds."""

    async def at_once(self: object, shard_id: int | None, *, initial: bool = False) -> None:
        return None

    before = discord.Client.before_identify_hook
    discord.Client.before_identify_hook = at_once  # type: ignore[method-assign]
    try:
        yield
    finally:
        discord.Client.before_identify_hook = before  # type: ignore[method-assign]


@asynccontextmanager
async def _served(discord_: FakeDiscord, chosen: Settings, store: Store) -> AsyncGenerator[App]:
    host = PlatformContext(chosen, store, load(None), open_vault(chosen))
    with discord_.pointed(), hurried():
        async with open_discord(host) as platform:
            app = App(discord_, host, platform)
            stores = accepting(store)

            async def take(event: Event, /, *, comes_once: bool = False) -> bool:
                if app.down:
                    app.refused += 1
                    raise StoreError("unreachable", "The store does not answer.")
                stored = await stores(event, comes_once=comes_once)
                if stored:
                    app.taken.append(event)
                return stored

            stop = asyncio.Event()
            serving = asyncio.create_task(platform.run(take, stop))
            ready = asyncio.create_task(_ready(discord_))
            try:
                await asyncio.wait([serving, ready], return_when=asyncio.FIRST_COMPLETED)
                if not serving.done():
                    yield app
            finally:
                ready.cancel()
                stop.set()
                with contextlib.suppress(asyncio.CancelledError):
                    await serving


async def _ready(discord_: FakeDiscord) -> None:
    await discord_.ready()
    await discord_.until(lambda: bool(discord_.commands.get(None)) or any(map(_refuses, discord_.calls)))


def _refuses(call: Call) -> bool:
    """Tell whether Discord did not take the commands."""
    return call.method == "PUT" and call.path.endswith("/commands") and call.status >= 400
