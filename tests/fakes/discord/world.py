"""What exists on the fake Discord: users, guilds, channels, messages, interactions."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

# https://discord.com/developers/docs/resources/channel#channel-object-channel-types
TEXT, DM, VOICE, GROUP_DM, CATEGORY, ANNOUNCEMENT = 0, 1, 2, 3, 4, 5
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 10, 11, 12, 15
THREADS = (ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
PRIVATE = (DM, GROUP_DM)

# https://discord.com/developers/docs/resources/message#message-object-message-flags
SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING = 1 << 2, 1 << 5, 1 << 6, 1 << 7
SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2 = 1 << 12, 1 << 15


def items(body: Json, name: str) -> list[Json]:
    """Return a list of objects in a body, empty where there is none."""
    return body.get(name) or []


def part(body: Json, name: str) -> Json:
    """Return an object in a body, empty where there is none."""
    return body.get(name) or {}


class Impossible(AssertionError):
    """A person was told to do what Discord's own client would not let them do."""


@dataclass(eq=False, repr=False)
class User:
    """A person, another bot, or the app's own bot user."""

    id: int
    name: str
    bot: bool = False
    webhook: bool = False
    """The author of a webhook's messages."""
    dms_closed: bool = False
    installed: bool = False
    """Whether this person has the app installed for themselves (user install)."""

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def __repr__(self) -> str:
        return f"<user {self.name}>"


@dataclass(eq=False, repr=False)
class Role:
    id: int
    name: str
    permissions: int = 0
    managed: bool = False
    bot: int | None = None
    """The bot whose own role it is."""

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    def __repr__(self) -> str:
        return f"<role {self.name}>"


@dataclass(eq=False, repr=False)
class Member:
    user: User
    roles: list[Role] = field(default_factory=list[Role])

    def __repr__(self) -> str:
        return f"<member {self.user.name}>"


@dataclass(eq=False, repr=False)
class Guild:
    """A server; the role with the guild's own id is @everyone."""

    id: int
    name: str
    owner: User
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    joined: bool = True
    """Whether the bot is a member."""

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    def __repr__(self) -> str:
        return f"<guild {self.name}>"


@dataclass(eq=False)
class Overwrite:
    """What a channel allows and denies one role or one member."""

    allow: int = 0
    deny: int = 0
    member: bool = False


@dataclass(eq=False, repr=False)
class Channel:
    """A channel, thread, forum or direct conversation; `kind` is Discord's channel type."""

    id: int
    kind: int
    name: str = ""
    guild: Guild | None = None
    parent: "Channel | None" = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict[int, Overwrite])
    recipients: list[User] = field(default_factory=list[User])
    """Of a direct conversation: every user in it, the bot too where it takes part."""
    owner: User | None = None
    archived: bool = False
    locked: bool = False
    archive_after: int = 1440
    at: float = 0.0
    members: set[int] = field(default_factory=set[int])
    deleted: bool = False
    last: int | None = None
    """Id of the last message, which may be gone."""
    typed: int = 0
    """How often the bot has shown that it types here."""

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    def __repr__(self) -> str:
        return f"<channel {self.kind} {self.name or self.id}>"


@dataclass(frozen=True)
class Upload:
    """A file that a person attaches."""

    name: str
    data: bytes
    description: str | None = None
    content_type: str = "text/plain; charset=utf-8"


@dataclass(eq=False, repr=False)
class Attachment:
    id: int
    name: str
    data: bytes
    description: str | None = None
    content_type: str | None = None
    channel: int = 0

    def __repr__(self) -> str:
        return f"<attachment {self.name}, {len(self.data)} bytes>"


@dataclass(eq=False, repr=False)
class Message:
    """One message as it stands now; `history` holds what it said before each edit."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    components: list[Json] = field(default_factory=list[Json])
    embeds: list[Json] = field(default_factory=list[Json])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    flags: int = 0
    reply_to: "Message | None" = None
    pinged: list[str] = field(default_factory=list[str])
    """Who was notified: "everyone", "here", and mentions such as "<@1>" or "<@&2>"."""
    allowed_mentions: Json | None = None
    """As the bot sent it; None where it sent none, which pings all that the text names."""
    seen_by: User | None = None
    """Of an ephemeral message: the one person who sees it."""
    edited: bool = False
    deleted: bool = False
    history: list[str] = field(default_factory=list[str])
    nonce: str | int | None = None
    interaction: "Interaction | None" = None
    """The interaction that this answers."""
    thread: Channel | None = None
    """The thread that was started from this message."""
    kind: int = 0
    """Discord's message type: 0 plain, 18 a thread was made, 19 a reply, 20 and 23 answers to commands."""
    mentions: list[User] = field(default_factory=list[User])
    at: float = 0.0
    edited_at: float | None = None

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def thinking(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def v2(self) -> bool:
        return bool(self.flags & IS_COMPONENTS_V2)

    def __repr__(self) -> str:
        return f"<message by {self.author.name}: {self.content!r}, {len(self.components)} components>"


@dataclass(eq=False, repr=False)
class Modal:
    """A form that the bot opened before one person."""

    user: User
    title: str
    custom_id: str
    components: list[Json]
    interaction: "Interaction"
    submitted: bool = False

    def __repr__(self) -> str:
        return f"<modal {self.title!r} before {self.user.name}>"


@dataclass(eq=False, repr=False)
class Interaction:
    """One command, press, form or autocompletion and what the bot made of it."""

    id: int
    token: str
    kind: int
    """2 command, 3 component, 4 autocompletion, 5 form."""
    user: User
    channel: Channel
    data: Json
    at: float
    message: Message | None = None
    """The message whose component was used."""
    user_installed_only: bool = False
    opened_by: "Interaction | None" = None
    """Of a form: the interaction that opened it."""
    owners: dict[str, str] = field(default_factory=dict[str, str])
    context: int = 0
    forced_private: bool = False
    """The person may not use external apps here, so that every answer is ephemeral."""
    delivered: bool = False
    """Whether a connected session was there to receive it."""
    callback: int | None = None
    """The type of the first response (4 to 9), None until there is one."""
    acked_after: float | None = None
    """Seconds until the first response."""
    response: Message | None = None
    followups: list[Message] = field(default_factory=list[Message])
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list[Json])
    late: bool = False
    """No first response came within three seconds."""

    def __repr__(self) -> str:
        return f"<interaction {self.kind} by {self.user.name}, answered with {self.callback}>"


@dataclass(frozen=True)
class Call:
    """One request to the REST interface."""

    method: str
    route: str
    """As documented: "/channels/{channel_id}/messages"."""
    path: str
    body: Any
    files: tuple[str, ...]
    status: int
    code: int | None
    """Discord's error code, where there was one."""
    at: float
    query: dict[str, str]


@dataclass(frozen=True)
class Offence:
    """A request that breaks the schema or a documented limit; `cite` names the source."""

    code: int
    what: str
    cite: str
    where: str


@dataclass(frozen=True)
class Ack:
    """How long the first response to an interaction took; None while there was none."""

    interaction: Interaction
    seconds: float | None
    callback: int | None
