"""The whole service against the fake Slack: in this process, or in one of its own that can be killed.

    python -m tests.slack.service

is that process: `advisor serve` in all but the pace at which it notices things.
"""

import asyncio
import contextlib
import re
import secrets
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adapters.slack import manifest
from bot import app as parts
from bot.cli.errors import log_to_file
from bot.service.serve import Speed
from bot.settings import read_settings
from tests.console.terminal import environment
from tests.fakes.model.advice import advises, reads_nothing
from tests.fakes.model.server import Answer, Body, ModelServer, says
from tests.fakes.slack import FakeSlack, Message, View, text_of
from tests.service.process import SPEED
from tests.slack.app import settings
from tests.slack.tokens import settings as installed_by_oauth
from tests.support.forked import Forked, start

SECONDS = 120.0
"""After which a test gives up; nothing here is meant to take that long."""
WAYS = {"http": "SLACK_SIGNING_SECRET", "socket": "SLACK_APP_TOKEN"}
SAMPLES = "\n\n".join(
    f"input: {text}\noutput: {label}"
    for text, label in (
        ("The app crashes when I log in", "bug"),
        ("Please add a dark mode", "feature"),
        ("How do I export my data?", "question"),
        ("The invoice shows the wrong name", "bug"),
    )
)
RUN = f"run these:\n\n{SAMPLES}"
"""The same with words that ask for it, as otherwise they are shown first."""


def fake(**options: Any) -> FakeSlack:
    """Return a Slack that has granted the app what its manifest asks for."""
    return FakeSlack(scopes=manifest.scopes(), events=manifest.EVENTS, **options)


def sorts(body: Body) -> Answer:
    """Answer as a model that sorts messages, and is not good at questions."""
    if (turned := reads_nothing(body) or advises(body)) is not None:
        return turned
    said = str(body["messages"][-1]["content"])
    if "crashes" in said or "invoice" in said:
        return says("bug")
    return says("feature" if "dark mode" in said else "a question, I think")


@dataclass
class Gate:
    """Holds all calls of a trial after the first few, until it is opened."""

    free: int = 4
    seconds: float = 240.0

    def __call__(self, body: Body) -> Answer:
        if (turned := reads_nothing(body) or advises(body)) is not None:
            return turned
        self.free -= 1
        return replace(sorts(body), delay=0.0 if self.free >= 0 else self.seconds)

    def open(self) -> None:
        self.free = 100_000


@dataclass
class Whole:
    """A running service, and what people do with it."""

    slack: FakeSlack
    home: Path
    given: dict[str, str]
    lines: list[str] = field(default_factory=list[str])
    usual: bool = False
    """True where a process of its own notices things as slowly as anywhere."""
    process: Forked | None = None
    task: "asyncio.Task[None] | None" = None

    @property
    def url(self) -> str | None:
        """Where it serves."""
        for line in self.lines:
            if found := re.search(r"Serving as \w+ at (\S+)\.$", line):
                return found[1]
        return None

    async def start(self) -> None:
        """Serve from here; Slack finds it by its address or by its socket."""
        self.lines.clear()
        by_oauth = "SLACK_CLIENT_ID" in self.given
        chosen = (installed_by_oauth if by_oauth else settings)(self.home, self.slack, **self.given)
        serving = parts.serve(
            chosen, parts.platforms(chosen), role="all", no_model=False, say=self.lines.append, speed=SPEED
        )
        self.task = asyncio.create_task(serving)
        await self._up()

    async def spawn(self) -> None:
        """Serve in a process of its own."""
        self.lines.clear()
        env = environment(self.home, SLACK_BOT_TOKEN=self.slack.bot_token, SLACK_API_URL=self.slack.api_url)
        words = ["-m", "tests.slack.service", *(["usual"] if self.usual else [])]
        self.process = await start(words, {**env, **self.given}, stdout=asyncio.subprocess.PIPE)
        assert self.process.stdout
        while self.url is None and (line := (await self.process.stdout.readline()).decode()):
            self.lines.append(line.strip())
        await self._up()

    async def _up(self) -> None:
        task = self.task
        await self.slack.until(lambda: self.url or (task is not None and task.done()), SECONDS)
        assert self.url, self.lines
        if "SLACK_SIGNING_SECRET" in self.given and "SLACK_APP_TOKEN" not in self.given:
            self.slack.deliver_to(f"{self.url}/slack/events")
        else:
            await self.slack.connected()

    async def kill(self) -> None:
        """End the process as `kill -9` does."""
        assert self.process
        self.process.kill()
        await self.process.wait()
        self.process = None
        await self.slack.until(lambda: not self.slack.sockets)

    async def end(self) -> None:
        """End it, however it runs."""
        self.slack.deliver_to(None)
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    # What people do

    async def mention(self, user: str, text: str, channel: str | None = None) -> "Thread":
        """Ask in a channel; the answer comes in the thread."""
        asked = await self.slack.say(user, channel or self.slack.general, f"<@{self.slack.bot}> {text}")
        return Thread(self.slack, asked.channel, asked.ts)

    async def direct(self, user: str, text: str) -> "Thread":
        """Ask in a direct message."""
        asked = await self.slack.say(user, self.slack.dm(user), text)
        return Thread(self.slack, asked.channel, asked.ts)

    def alone(self, user: str, channel: str | None = None) -> "Thread":
        """Return what one person sees by themselves in a channel, as after a command."""
        return Thread(self.slack, channel or self.slack.general, None, user)


@dataclass
class Thread:
    """One place of a conversation, as somebody sees it."""

    slack: FakeSlack
    channel: str
    ts: str | None
    alone: str | None = None
    """The one person who sees it; of a channel only what that person alone sees counts."""

    def messages(self, user: str | None = None) -> list[Message]:
        """Return what the advisor said here, to everybody or also to `user` alone."""
        said = self.slack.said(self.channel, self.ts, self.alone or user)
        if self.alone:
            return [each for each in said if each.only_for == self.alone]
        return [each for each in said if user or each.only_for is None]

    def text(self, user: str | None = None) -> str:
        return "\n".join(text_of(each) for each in self.messages(user))

    async def reads(self, words: str, *, user: str | None = None, times: int = 1) -> Message:
        """Wait until the advisor has said these words here so often; return the last message that has them."""

        def found() -> list[Message]:
            hits = [each for each in self.messages(user) if words in text_of(each)]
            return hits if len(hits) >= times else []

        try:
            return (await self.slack.until(found, SECONDS))[-1]
        except AssertionError:
            raise AssertionError(f"nobody read {words!r} here, but:\n{self.text(user)}") from None

    async def quiet(self, seconds: float = 0.4) -> None:
        """Wait until nothing has been said here for this long."""
        count, since = len(self.messages()), time.monotonic()
        while time.monotonic() - since < seconds:
            await asyncio.sleep(0.02)
            if len(self.messages()) != count:
                count, since = len(self.messages()), time.monotonic()

    async def say(self, user: str, text: str, **more: Any) -> Message:
        return await self.slack.say(user, self.channel, text, self.ts, **more)

    async def press(self, user: str, label: str, *, stale: bool = False) -> Message:
        """Press the newest button with this label."""
        shown = await self.slack.until(lambda: self._with(label, user), SECONDS)
        assert shown
        await press(self.slack, user, shown, label)
        return shown

    async def choose(self, user: str, label: str) -> Message:
        """Answer with this option, on the newest control that has it: a button or a menu."""

        def found() -> Message | None:
            return next((one for one in reversed(self.messages(user)) if label in offered(one)), None)

        shown = await self.slack.until(found, SECONDS)
        assert shown
        for menu in menus(shown):
            for option in menu["options"]:
                if option["text"]["text"] == label:
                    await self.slack.select(user, shown, menu["action_id"], option["value"])
                    return shown
        await press(self.slack, user, shown, label)
        return shown

    def labels(self, user: str | None = None) -> list[str]:
        """Return the labels of all buttons that are here."""
        return [label for each in self.messages(user) for label, _, _ in buttons(each.blocks)]

    def _with(self, label: str, user: str) -> Message | None:
        found = [each for each in self.messages(user) if any(name == label for name, _, _ in buttons(each.blocks))]
        return found[-1] if found else None

    @property
    def pictures(self) -> list[str]:
        """Return the alternative texts of the pictures that were shown here."""
        blocks = [block for each in self.messages() for block in each.blocks]
        return [str(block["alt_text"]) for block in blocks if block.get("type") == "image"]


def buttons(blocks: Sequence[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Return (label, action_id, value) of each button, the two thumbs included."""
    found: list[tuple[str, str, str | None]] = []
    for block in blocks:
        for each in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]:
            if each.get("type") == "button":
                found.append((each["text"]["text"], each["action_id"], each.get("value")))
            elif each.get("type") == "feedback_buttons":
                found += [
                    (each[way]["text"]["text"], each["action_id"], each[way]["value"])
                    for way in ("positive_button", "negative_button")
                ]
    return found


def menus(shown: Message) -> list[dict[str, Any]]:
    """Return the menus of a message that take one choice."""
    elements = [each for block in shown.blocks for each in block.get("elements", [])]
    return [each for each in elements if each.get("type") == "static_select"]


def offered(shown: Message) -> list[str]:
    """Return what can be chosen in a message."""
    options = [option["text"]["text"] for menu in menus(shown) for option in menu["options"]]
    return options + [label for label, _, _ in buttons(shown.blocks)]


async def press(slack: FakeSlack, user: str, shown: Message | View, label: str) -> None:
    """Press the last button with this label, as it stands or stood in a message or view."""
    versions = [blocks for _, blocks in reversed(shown.versions)] if isinstance(shown, Message) else [shown.blocks]
    for blocks in versions:
        for name, action, value in reversed(buttons(blocks)):
            if name == label:
                await slack.press(user, shown, action, value, stale=blocks is not shown.blocks)
                return
    raise AssertionError(f"There is no button {label} here: {text_of(shown)}")


async def opened(slack: FakeSlack, user: str, words: str = "") -> View:
    """Wait for a form with these words on somebody's screen."""

    def found() -> View | None:
        view = slack.modal(user)
        return view if view and words in text_of(view) else None

    view = await slack.until(found, SECONDS)
    assert view
    return view


@asynccontextmanager
async def serving(
    slack: FakeSlack,
    home: Path,
    way: str = "http",
    *,
    model: ModelServer | None = None,
    own: bool = False,
    usual: bool = False,
    **given: str,
) -> AsyncGenerator[Whole]:
    """Run the service until the end of the block; `own` for a process of its own."""
    token = {"SLACK_SIGNING_SECRET": slack.signing_secret} if way == "http" else {"SLACK_APP_TOKEN": slack.app_token}
    known = {"ADVISOR_HTTP_PORT": "0", "ADVISOR_SECRET_KEY": secrets.token_urlsafe(32), "ADVISOR_DRAIN_SECONDS": "1"}
    if model is not None:
        known |= {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "k", "ADVISOR_MODEL": "m"}
    whole = Whole(slack, home, known | token | given, usual=usual)
    try:
        await (whole.spawn() if own else whole.start())
        yield whole
    finally:
        await whole.end()


def prompt(slack: FakeSlack) -> None:
    """Everything that Slack delivered was acknowledged, and before Slack gives up."""
    late = [ack for ack in slack.acks if not ack.ok]
    assert slack.acks and not late, late


Script = Callable[[Body], Answer]


async def _main() -> None:
    def say(line: str) -> None:
        print(line, flush=True)

    chosen, speed = read_settings(), Speed() if "usual" in sys.argv else SPEED
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
