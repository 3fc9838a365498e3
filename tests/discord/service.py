"""The whole service against the fake Discord: in this process, or in one of its own that can be killed.

    python -m tests.discord.service

is that process: `advisor serve` in all but the pace at which it notices things.
"""

import asyncio
import contextlib
import re
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.discord.permissions import PERMISSIONS
from adapters.discord.render.messages import walk
from bot import app as parts
from bot.cli.errors import log_to_file
from bot.service.serve import Speed
from bot.settings import read_settings
from tests.console.terminal import environment
from tests.discord.app import hurried, settings
from tests.fakes.discord import Channel, FakeDiscord, Guild, Interaction, Message, Modal, User, controls_of, text_of
from tests.fakes.model.server import ModelServer
from tests.service.process import SPEED
from tests.support.forked import Forked, start

SECONDS = 120.0
"""After which a test gives up; nothing here is meant to take that long."""
BUTTON = 2


@dataclass
class Whole:
    """A running service, and a server with people."""

    discord: FakeDiscord
    home: Path
    given: dict[str, str]
    acme: Guild
    ana: User
    bob: User
    general: Channel
    lines: list[str] = field(default_factory=list[str])
    usual: bool = False
    """True where a process of its own notices things as slowly as anywhere."""
    process: Forked | None = None
    task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Serve from here."""
        self.lines.clear()
        chosen = settings(self.home, self.discord, **self.given)
        serving = parts.serve(
            chosen, parts.platforms(chosen), role="all", no_model=False, say=self.lines.append, speed=SPEED
        )
        self.task = asyncio.create_task(serving)
        await self._up()

    async def spawn(self) -> None:
        """Serve in a process of its own."""
        self.lines.clear()
        env = environment(self.home, DISCORD_BOT_TOKEN=self.discord.token, DISCORD_API_URL=self.discord.api)
        words = ["-m", "tests.discord.service", *(["usual"] if self.usual else [])]
        self.process = await start(words, {**env, **self.given}, stdout=asyncio.subprocess.PIPE)
        assert self.process.stdout
        while not self._serves() and (line := (await self.process.stdout.readline()).decode()):
            self.lines.append(line.strip())
        await self._up()

    def _serves(self) -> bool:
        return any(re.search(r"Serving as \w+ at \S+\.$", line) for line in self.lines)

    async def _up(self) -> None:
        task = self.task
        await self.discord.until(lambda: self._serves() or (task is not None and task.done()), SECONDS)
        assert self._serves(), self.lines
        await self.discord.ready()
        await self.discord.until(lambda: self.discord.commands.get(None))

    async def kill(self) -> None:
        """End the process as `kill -9` does."""
        assert self.process
        self.process.kill()
        await self.process.wait()
        self.process = None
        await self.discord.until(lambda: not self.discord.live())

    async def end(self) -> None:
        """End it, however it runs."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    # What people do

    async def mention(self, user: User, text: str, channel: Channel | None = None) -> "Room":
        """Ask in a channel; the answer comes in the thread that is opened from it."""
        asked = self.discord.say(user, channel or self.general, f"{self.discord.bot.mention} {text}")
        return Room(self.discord, await self.discord.until(lambda: self.discord.channels.get(asked.id), SECONDS))

    def direct(self, user: User, text: str) -> "Room":
        """Ask in a direct message."""
        room = self.dm(user)
        self.discord.say(user, room.channel, text)
        return room

    def dm(self, user: User) -> "Room":
        return Room(self.discord, self.discord.dm(user))

    def alone(self, user: User, channel: Channel | None = None) -> "Room":
        """Return what one person sees by themselves in a channel, as after a command."""
        return Room(self.discord, channel or self.general, user)

    def command(self, user: User, *words: str, channel: Channel | None = None, **options: Any) -> Interaction:
        """Use `/finetune` with this subcommand."""
        return self.discord.command(user, channel or self.general, "finetune", *words, **options)


@dataclass
class Room:
    """One place of a conversation, as somebody sees it."""

    discord: FakeDiscord
    channel: Channel
    alone: User | None = None
    """The one person who sees it; of a channel only what that person alone sees counts."""

    def messages(self, user: User | None = None) -> list[Message]:
        """Return what the advisor said here, to everybody or also to `user` alone."""
        own = [each for each in self.discord.seen(self.channel, self.alone or user) if each.author is self.discord.bot]
        if self.alone:
            return [each for each in own if each.seen_by is self.alone]
        return own

    def text(self, user: User | None = None) -> str:
        return "\n".join(text_of(each) for each in self.messages(user))

    async def reads(self, words: str, *, user: User | None = None, times: int = 1) -> Message:
        """Wait until the advisor has said these words here so often; return the last message that has them."""

        def found() -> list[Message]:
            hits = [each for each in self.messages(user) if words in text_of(each)]
            return hits if len(hits) >= times else []

        try:
            return (await self.discord.until(found, SECONDS))[-1]
        except TimeoutError as error:
            raise AssertionError(f"nobody read {words!r} here, but:\n{self.text(user)}\n{error}") from None

    async def quiet(self, seconds: float = 0.5) -> None:
        """Wait until nothing has been said here for this long."""
        await self.discord.quiet(seconds)

    def say(self, user: User, text: str, *, mention: bool = False, **more: Any) -> Message:
        """Say something here; Discord's own way to answer somebody in a channel is a mention or a reply."""
        called = f"{self.discord.bot.mention} " if mention else ""
        return self.discord.say(user, self.channel, called + text, **more)

    async def press(self, user: User, label: str) -> Interaction:
        """Press the newest button with this label, and wait for the first response."""
        return await use(self.discord, user, await self._with(label, user), label)

    async def choose(self, user: User, label: str) -> Message:
        """Answer with this option, on the newest control that has it: a button or a menu."""
        shown = await self._with(label, user)
        await use(self.discord, user, shown, label)
        return shown

    async def fill(self, user: User, label: str, **more: Any) -> Interaction:
        """Press a button that opens a form, and send that with these values and files."""
        return await self.submit(user, (await self.press(user, label)).modal, **more)

    async def submit(self, user: User, form: Modal | None, **more: Any) -> Interaction:
        """Send a form that is open."""
        assert form
        return await self.discord.answered(self.discord.submit(user, form, **more))

    async def tell(self, user: User, words: str) -> None:
        """Answer in words by the "Continue" button, as where messages are not seen."""
        await self.fill(user, "Continue", values={"words": words})

    async def _with(self, label: str, user: User) -> Message:
        def found() -> Message | None:
            return next((each for each in reversed(self.messages(user)) if label in offered(each)), None)

        try:
            return await self.discord.until(found, SECONDS)
        except TimeoutError:
            shown = [controls_of(each) for each in self.messages(user)]
            raise AssertionError(f"there is no {label!r} here, but {shown}:\n{self.text(user)}") from None

    @property
    def pictures(self) -> list[str]:
        """Return the alternative texts of the pictures that were shown here."""
        files = [file for each in self.messages() for file in each.attachments]
        return [file.description or "" for file in files if file.name.endswith(".png")]


def offered(shown: Message) -> list[str]:
    """Return what can be chosen in a message: labels of buttons and of options."""
    inner = [each for each in walk(shown.components) if not each.get("disabled")]
    options = [option["label"] for each in inner for option in each.get("options") or ()]
    return [str(each["label"]) for each in inner if each["type"] == BUTTON and each.get("label")] + options


async def use(discord_: FakeDiscord, user: User, shown: Message, label: str) -> Interaction:
    """Use what has this label in a message, an option of a menu or a button, and wait for the first response."""
    for each in walk(shown.components):
        for option in each.get("options") or ():
            if option["label"] == label:
                chosen = discord_.select(user, shown, each["custom_id"], option["value"])
                return await discord_.answered(chosen)
    held = [each for each in walk(shown.components) if each["type"] == BUTTON and each.get("label") == label]
    assert held, f"there is no {label!r}, but {controls_of(shown)}"
    return await discord_.answered(discord_.press(user, shown, held[-1]["custom_id"]))


@asynccontextmanager
async def whole(
    home: Path,
    *,
    content: bool = False,
    model: ModelServer | None = None,
    own: bool = False,
    usual: bool = False,
    shards: int = 1,
    **given: str,
) -> AsyncGenerator[Whole]:
    """Run a Discord with one server and the service until the end of the block; nothing it did may be an offence.

    The bot has the permissions of its invite link; `content` for the message content intent, `own` for a process of
    its own.
    """
    privileged = ("message_content",) if content else ()
    known = {"ADVISOR_HTTP_PORT": "0", "ADVISOR_SECRET_KEY": secrets.token_urlsafe(32), "ADVISOR_DRAIN_SECONDS": "1"}
    if content:
        known["DISCORD_MESSAGE_CONTENT"] = "1"
    if model is not None:
        known |= {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "k", "ADVISOR_MODEL": "m"}
    async with FakeDiscord(permissions=PERMISSIONS, privileged=privileged, shards=shards) as discord_:
        acme = discord_.guild("Acme")
        ana, bob, general = discord_.user("ana", acme), discord_.user("bob", acme), discord_.channel(acme, "general")
        made = Whole(discord_, home, known | given, acme, ana, bob, general, usual=usual)
        with discord_.pointed(), hurried():
            try:
                await (made.spawn() if own else made.start())
                yield made
            finally:
                await made.end()
        discord_.assert_no_offences()


async def _main() -> None:
    def say(line: str) -> None:
        print(line, flush=True)

    chosen, speed = read_settings(), Speed() if "usual" in sys.argv else SPEED
    with hurried():
        await parts.serve(
            chosen,
            parts.platforms(chosen),
            role="all",
            no_model=False,
            say=say,
            speed=speed,
        )


if __name__ == "__main__":
    log_to_file()
    asyncio.run(_main())
