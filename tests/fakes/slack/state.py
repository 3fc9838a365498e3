"""What the fake Slack knows: plain data, no behaviour."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["public", "private", "dm"]

BOT_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:write",
    "team:read",
    "users:read",
)
EVENTS = (
    "agent_session_stopped",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "team_access_revoked",
    "tokens_revoked",
)


@dataclass
class Team:
    """A workspace. `token` is the bot token in force there, None where the app is not installed."""

    id: str
    name: str
    bot_user: str
    bot_id: str
    enterprise: str | None = None
    token: str | None = None
    refresh_token: str | None = None
    slug: str = "acme"


@dataclass
class User:
    id: str
    team: str
    name: str
    is_admin: bool = False
    is_bot: bool = False
    is_guest: bool = False
    deleted: bool = False


@dataclass
class File:
    id: str
    name: str
    title: str
    mimetype: str
    content: bytes
    user: str
    team: str
    url: str
    """`url_private_download`."""
    redirect: str | None = None
    """Where a download is sent on to instead of being served."""
    channels: list[str] = field(default_factory=list[str])
    alt_text: str | None = None
    ready: float = 0.0
    """From when on blocks may show it."""

    @property
    def filetype(self) -> str:
        return self.name.rpartition(".")[2].lower() if "." in self.name else "text"


@dataclass
class Message:
    """One message as people see it. `only_for` is the one person who sees an ephemeral message."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list[Json])
    thread_ts: str | None = None
    bot_id: str | None = None
    files: list[File] = field(default_factory=list[File])
    attachments: list[Json] = field(default_factory=list[Json])
    metadata: Json | None = None
    edited: str | None = None
    """The ts of the last edit."""
    only_for: str | None = None
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
    subtype: str | None = None
    reactions: list[str] = field(default_factory=list[str])
    tasks: list[Json] = field(default_factory=list[Json])
    """Task and plan chunks of a stream."""
    versions: list[tuple[str, list[Json]]] = field(default_factory=list[tuple[str, list[Json]]])
    """Every text with its blocks that was shown, the first one first."""
    sent_at: float = 0.0
    updated_at: list[float] = field(default_factory=list[float])
    """When it was changed, on the fake's clock."""
    reply_broadcast: bool = False


@dataclass
class Channel:
    id: str
    team: str
    name: str
    kind: ChannelKind
    members: set[str] = field(default_factory=set[str])
    messages: list[Message] = field(default_factory=list[Message])
    archived: bool = False


@dataclass
class Token:
    value: str
    kind: Literal["bot", "app", "user"]
    team: str
    scopes: tuple[str, ...]
    refused: str | None = None
    """The error a call with it gets: token_revoked, account_inactive, token_expired."""
    expires: float | None = None


@dataclass
class View:
    """A modal or a home as it stands. `body` is what the app sent, with every id filled in."""

    id: str
    team: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    open: bool = True

    @property
    def type(self) -> str:
        return str(self.body.get("type", ""))

    @property
    def title(self) -> str:
        title: Json = self.body.get("title") or {}
        return str(title.get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return self.body.get("blocks") or []

    @property
    def private_metadata(self) -> str:
        return str(self.body.get("private_metadata") or "")


@dataclass
class Trigger:
    id: str
    team: str
    user: str
    made: float
    used: bool = False
    view: str | None = None
    """The view it was made in, for views.push."""


@dataclass
class ResponseUrl:
    id: str
    url: str
    team: str
    channel: str
    user: str
    made: float
    used: int = 0
    message: Message | None = None
    """The message that replace_original and delete_original mean."""


@dataclass
class Stream:
    message: Message
    state: Literal["streaming", "stopped", "expired"] = "streaming"
    touched: float = 0.0
    blocks: int = 0
    mode: str | None = None
    """What it was begun with: markdown_text or chunks."""


@dataclass
class AgentSession:
    channel: str
    thread_ts: str
    status: str
    title: str = ""
    history: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Offence:
    """Something that a well-behaved app would not have done."""

    kind: str
    where: str
    detail: str


@dataclass(frozen=True)
class ApiCall:
    """A Web API call: `answer` is what it got, with the HTTP status; `at` is on the event loop's clock."""

    method: str
    args: Json
    token: str | None
    at: float
    status: int
    answer: Json
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def error(self) -> str | None:
        return None if self.answer.get("ok") else str(self.answer.get("error", self.status))


@dataclass(frozen=True)
class Ack:
    """How the app answered one delivery. `status` is the HTTP status; over a socket 200 for an ack, 0 for none."""

    kind: str
    """events_api, slash_commands or interactive."""
    what: str
    """The event's type, the command, or the interaction's type."""
    seconds: float
    status: int
    body: Any = None
    id: str = ""
    """The event_id or trigger_id."""
    attempt: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def ok(self) -> bool:
        return self.status == 200


@dataclass
class Fault:
    """What happens to the next `times` calls of a method."""

    method: str
    kind: Literal["limit", "status", "error", "body", "drop", "drop_after", "slow"]
    times: int
    value: Any = None


@dataclass
class Envelope:
    """A delivery over a socket that waits for its ack."""

    id: str
    accepts: bool
    sent: float
    answer: "asyncio.Future[Json]"
    what: str = ""
    kind: str = ""
