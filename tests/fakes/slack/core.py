"""The state of one fake Slack, and what every part of it needs: ids, clock, look-ups, offences."""

import asyncio
import itertools
import re
import secrets
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import aiohttp
from aiohttp import web

from tests.fakes.slack.rates import Rates
from tests.fakes.slack.state import (
    BOT_SCOPES,
    EVENTS,
    Ack,
    AgentSession,
    ApiCall,
    Channel,
    Envelope,
    Fault,
    File,
    Json,
    Message,
    Offence,
    ResponseUrl,
    Stream,
    Team,
    Token,
    Trigger,
    User,
    View,
)

T = TypeVar("T")


class Core:
    """Everything there is, in the open. Tests use FakeSlack, which adds what people do."""

    def __init__(
        self,
        *,
        scopes: tuple[str, ...] = BOT_SCOPES,
        events: tuple[str, ...] = EVENTS,
        agent_view: bool = True,
        rotation: bool = False,
        gaps: tuple[float, ...] = (0.02, 0.05, 0.1),
        patience: float = 3.0,
        ping_every: float = 1.0,
        unlisted: bool = False,
        across: bool = False,
        optional: tuple[str, ...] = (),
        burst: float = 10.0,
    ):
        """Set the app up as its manifest would.

        `gaps` are the seconds before each redelivery (Slack's own are 0, 60 and 300), `patience` how long an ack may
        take, `ping_every` the seconds between the server's pings, `unlisted` the limits of an app that is distributed
        without being listed: one conversations.replies or history a minute, of 15 messages at most. With `across` the
        app is installed across an organisation; `optional` are the scopes that may be left out of an installation.
        `burst` is how many minutes' worth of calls a method takes at once: Slack allows bursts and states no figure.
        """
        self.scopes, self.events = scopes, events
        self.agent_view, self.rotation, self.unlisted = agent_view, rotation, unlisted
        self.across, self.optional = across, optional
        self.gaps, self.patience, self.ping_every = gaps, patience, ping_every
        self.rates = Rates(burst)
        self.stream_idle = 180.0
        """Seconds without an append after which a stream is over."""
        self.app_id, self.client_id = "A0FAKE00001", "1111.2222"
        self.client_secret = secrets.token_hex(16)
        self.signing_secret = secrets.token_hex(16)
        self.app_token = "xapp-1-" + secrets.token_hex(8)
        self.request_url: str | None = None
        self.base = ""
        """The root of this server, without a slash at the end."""
        self.elsewhere = ""
        """The root of a host that is not Slack; what it is sent is in `elsewhere_calls`."""
        self.elsewhere_calls: list[Json] = []
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.tokens: dict[str, Token] = {}
        self.files: dict[str, File] = {}
        self.downloads: list[str] = []
        """Paths of files that were asked for."""
        self.uploads: dict[str, Json] = {}
        self.processing = 0.2
        """Seconds from the completion of an upload until blocks may show the file."""
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        """The open modals of a person, the lowest first."""
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.streams: dict[tuple[str, str], Stream] = {}
        self.sessions: dict[tuple[str, str], AgentSession] = {}
        self.statuses: dict[tuple[str, str], tuple[str, float]] = {}
        self.prompts: dict[str, list[Json]] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.codes: dict[str, Json] = {}
        self.refresh_tokens: dict[str, str] = {}
        """Those that are still good, with their team."""
        self.faults: list[Fault] = []
        self.read_at: dict[tuple[str, str], float] = {}
        self.offences: list[Offence] = []
        self.calls: list[ApiCall] = []
        self.acks: list[Ack] = []
        self.sent: dict[str, Json] = {}
        """The last outer event about a message, by its ts, and every other event by its event_id."""
        self.lost: list[str] = []
        """The event ids that were given up after the last redelivery."""
        self.sockets: list[web.WebSocketResponse] = []
        self.wires: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self.had_socket = False
        self.frozen = False
        """While true no socket's ping is answered and nothing is sent: a link that is dead and does not know it."""
        self.tickets: set[str] = set()
        self.envelopes: dict[str, Envelope] = {}
        self.http: aiohttp.ClientSession | None = None
        self.tasks: set[asyncio.Task[Any]] = set()
        self.chores: set[asyncio.Task[Any]] = set()
        """Work that nobody waits for."""
        self.typed: dict[tuple[str, str], Json] = {}
        """What a person last picked in the menus of a message or view, by its id and theirs."""
        self._skew = 0.0
        self._last_ts = 0.0
        self._numbers = itertools.count(1)
        self.tokens[self.app_token] = Token(self.app_token, "app", "", ("connections:write",))

    @property
    def api_url(self) -> str:
        """The root of the Web API, for AsyncWebClient(base_url=...)."""
        return f"{self.base}/api/"

    def now(self) -> float:
        """Seconds since 1970 as this Slack counts them."""
        return time.time() + self._skew

    def pass_time(self, seconds: float) -> None:
        """Let time pass for triggers, response urls, tokens, streams and statuses; nothing sleeps."""
        self._skew += seconds

    def new_ts(self) -> str:
        self._last_ts = max(self.now(), self._last_ts + 0.000002)
        return f"{self._last_ts:.6f}"

    def new_id(self, letter: str) -> str:
        return f"{letter}0{next(self._numbers):04d}{secrets.token_hex(3).upper()}"

    def offend(self, kind: str, where: str, detail: str = "") -> None:
        self.offences.append(Offence(kind, where, detail))

    @contextmanager
    def expect_offence(self, kind: str) -> Generator[list[Offence], None, None]:
        """Take the offences of this kind that happen inside off the record; fail where there is none."""
        before = len(self.offences)
        found: list[Offence] = []
        yield found
        found += [one for one in self.offences[before:] if one.kind == kind]
        self.offences[before:] = [one for one in self.offences[before:] if one.kind != kind]
        assert found, f"No {kind} was committed; there was {self.offences[before:] or 'nothing'}."

    def check(self) -> None:
        """Fail on any offence, and on a fault that was asked for and never happened."""
        assert not self.offences, "\n".join(f"{one.kind} in {one.where}: {one.detail}" for one in self.offences)
        unspent = [fault for fault in self.faults if fault.times > 0]
        assert not unspent, f"These faults never happened: {unspent}"

    def spawn(self, work: Coroutine[Any, Any, Any], *, chore: bool = False) -> None:
        task = asyncio.create_task(work)
        kept = self.chores if chore else self.tasks
        kept.add(task)
        task.add_done_callback(kept.discard)

    async def settled(self) -> None:
        """Wait until every delivery and redelivery under way has ended."""
        while waiting := [task for task in self.tasks if not task.done()]:
            await asyncio.gather(*waiting)

    async def until(self, found: Callable[[], T], seconds: float = 60.0) -> T:
        """Return what `found` returns as soon as that is true; fail after `seconds`."""
        end = time.monotonic() + seconds
        while not (it := found()):
            if time.monotonic() > end:
                calls = [f"{one.method} {one.error or 'ok'}" for one in self.calls[-8:]]
                raise AssertionError(f"It did not come within {seconds} s. The last calls: {calls}")
            await asyncio.sleep(0.01)
        return it

    # Faults

    def limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        """Answer the next calls of a method ("*": of any) with 429 and Retry-After."""
        self.faults.append(Fault(method, "limit", times, retry_after))

    def fail(self, method: str, times: int = 1, status: int = 503) -> None:
        """Answer with this HTTP status and do nothing."""
        self.faults.append(Fault(method, "status", times, status))

    def refuse(self, method: str, error: str, times: int = 1) -> None:
        """Answer with this error and do nothing."""
        self.faults.append(Fault(method, "error", times, error))

    def instead(self, method: str, body: Json, times: int = 1) -> None:
        """Answer with this body and do nothing, as with an example that Slack has published."""
        self.faults.append(Fault(method, "body", times, body))

    def drop(self, method: str, times: int = 1, *, stored: bool = True) -> None:
        """Close the connection without an answer, after the call took effect (`stored`) or before it did."""
        self.faults.append(Fault(method, "drop_after" if stored else "drop", times))

    def slow(self, method: str, seconds: float, times: int = 1) -> None:
        """Take effect at once, and answer after `seconds`."""
        self.faults.append(Fault(method, "slow", times, seconds))

    def take_fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.method in (method, "*"):
                fault.times -= 1
                return fault
        return None

    # Who and where

    @property
    def home_team(self) -> Team:
        return next(iter(self.teams.values()))

    @property
    def bot_token(self) -> str:
        """The bot token of the first workspace."""
        token = self.home_team.token
        assert token, "The app is not installed in the first workspace."
        return token

    def team_of(self, user_or_channel: str) -> Team:
        found = self.users.get(user_or_channel) or self.channels[user_or_channel]
        return self.teams[found.team]

    def grant(self, team: Team, scopes: tuple[str, ...] | None = None) -> Token:
        """Give the app a new bot token for a workspace; with rotation it lasts 12 hours and has a refresh token."""
        granted = scopes if scopes is not None else self.scopes
        if self.rotation:
            # docs/platforms.md#slack-tokens: 12 hours, refresh token used once.
            token = Token(f"xoxe.xoxb-1-{secrets.token_hex(12)}", "bot", team.id, granted, None, self.now() + 43200)
            team.refresh_token = f"xoxe-1-{secrets.token_hex(12)}"
            self.refresh_tokens[team.refresh_token] = team.id
        else:
            token = Token(f"xoxb-{team.id}-{secrets.token_hex(12)}", "bot", team.id, granted)
        self.tokens[token.value] = token
        team.token = token.value
        return token

    def message(self, channel: str, ts: str) -> Message | None:
        return next((one for one in self.channels[channel].messages if one.ts == ts), None)

    def live_status(self, channel: str, thread_ts: str) -> str:
        """What the "is thinking" line under a thread says now."""
        text, at = self.statuses.get((channel, thread_ts), ("", 0.0))
        # docs/platforms.md#slack-conversations: gone after two minutes.
        return text if self.now() - at < 120 else ""

    def new_trigger(self, team: str, user: str, view: str | None = None) -> str:
        number = f"{next(self._numbers)}.{next(self._numbers)}.{secrets.token_hex(8)}"
        self.triggers[number] = Trigger(number, team, user, self.now(), view=view)
        return number

    def new_response_url(self, channel: str, user: str, message: Message | None = None) -> str:
        name = secrets.token_hex(10)
        team = self.channels[channel].team
        url = f"{self.base}/actions/{team}/{name}"
        self.response_urls[name] = ResponseUrl(name, url, team, channel, user, self.now(), 0, message)
        return url

    def add_user(
        self, name: str, *, admin: bool = False, team: str | None = None, bot: bool = False, guest: bool = False
    ) -> str:
        """Add a person (or another app's bot) to a workspace; return the id."""
        home = self.teams[team] if team else self.home_team
        user = User(self.new_id("U"), home.id, name, is_admin=admin, is_bot=bot, is_guest=guest)
        self.users[user.id] = user
        return user.id

    def add_channel(
        self, name: str, *members: str, private: bool = False, team: str | None = None, bot: bool = True
    ) -> str:
        """Add a channel with these people, and with our bot unless `bot` is false; return the id."""
        home = self.teams[team] if team else self.home_team
        kind: Literal["private", "public"] = "private" if private else "public"
        inside = {*members, home.bot_user} if bot else set(members)
        channel = Channel(self.new_id("C"), home.id, name, kind, inside)
        self.channels[channel.id] = channel
        return channel.id

    def dm(self, user: str) -> str:
        """Return the id of the DM between a person and our bot."""
        team = self.team_of(user)
        for channel in self.channels.values():
            if channel.kind == "dm" and channel.members == {user, team.bot_user}:
                return channel.id
        channel = Channel(self.new_id("D"), team.id, f"dm-{user}", "dm", {user, team.bot_user})
        self.channels[channel.id] = channel
        return channel.id

    def add_team(self, name: str, *, installed: bool = True, enterprise: str | None = None) -> str:
        """Add a workspace with our bot's user; return the id. Its token is `teams[id].token`."""
        team = Team(self.new_id("T"), name, self.new_id("U"), self.new_id("B"), enterprise)
        team.slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        self.teams[team.id] = team
        self.users[team.bot_user] = User(team.bot_user, team.id, "finetune", is_bot=True)
        if installed:
            self.grant(team)
        return team.id
