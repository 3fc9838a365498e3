"""What a platform adapter is to the service: it brings events in and takes replies out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.chat.events import Event
from bot.chat.reply import Reply
from bot.settings import Settings
from bot.store.consultations import Store
from bot.store.jobs import Job
from bot.vault import Vault
from knowledge.load import Knowledge


@dataclass(frozen=True)
class Delivery:
    """One reply or job to bring to where it belongs."""

    conversation: str
    key: str
    """The same however often it is sent: for a nonce, or to look it up."""
    what: Reply | Job
    in_doubt: bool
    """True where an earlier send may have arrived: look before sending again."""
    committed: datetime | None = None
    """When it was made: no older message is this one."""
    tries: int = 0
    """How often it was tried before without success."""


@dataclass(frozen=True)
class Delivered:
    """It has arrived."""


@dataclass(frozen=True)
class RetryLater:
    """It has not arrived now; `seconds` is the platform's Retry-After."""

    seconds: float | None = None
    in_doubt: bool = True
    """False where it is certain that this send did not arrive."""


@dataclass(frozen=True)
class Rejected:
    """It never will: channel gone, no permission, token revoked."""

    reason: str


Deliver = Callable[[Delivery], Awaitable[Delivered | RetryLater | Rejected]]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `ok` is None for a mere note."""

    name: str
    ok: bool | None
    text: str


class Accept(Protocol):
    """Store an event, False where it is there already. After a StoreError it is not stored: do not acknowledge it.

    `comes_once` where the platform will not bring it again, so that a store that is slow for a moment is asked again.
    """

    def __call__(self, event: Event, /, *, comes_once: bool = False) -> Awaitable[bool]: ...


class StartupError(Exception):
    """Say in one sentence why a platform cannot be used with these settings, and what to do."""


class Floods(Protocol):
    """Tell, before it is read, that what somebody says now is one message too many: `accept` would not store it.

    Only of words that end and delete nothing (`may_end`).
    """

    def __call__(self, author: str, message: str, *, to_us: bool) -> bool: ...


def _takes_all(author: str, message: str, *, to_us: bool) -> bool:
    return False


@dataclass(frozen=True)
class PlatformContext:
    """What the service gives a platform."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    vault: Vault
    alone: bool = True
    """False where other processes call the platforms as well, and share what these allow."""
    floods: Floods = _takes_all


class Platform(Protocol):
    """One platform whose tokens are set. The ids of its conversations begin with its name and a colon."""

    @property
    def name(self) -> str: ...

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Return the pages and endpoints that an accepting process serves for it."""
        ...

    async def run(self, accept: Accept, stop: asyncio.Event) -> None:
        """Take events in until `stop`; only a process that accepts calls it. An error ends the service."""
        ...

    async def enrich(self, event: Event) -> Sequence[Event]:
        """Return an event with what it only names, before it is taken: the author's name, files, what was said before.

        Called by workers, possibly more than once for one event. Each file becomes an event of its own (Attached, with
        the same message), and where `late` is set Earlier comes first. What cannot be had is said, never raised.
        """
        ...

    async def is_admin(self, event: Event) -> bool:
        """Tell whether the author may decide for the workspace: an admin, or who manages the server."""
        ...

    async def is_outsider(self, event: Event) -> bool:
        """Tell whether the author is a guest, or a member of another organisation."""
        ...

    async def deliver(self, delivery: Delivery) -> Delivered | RetryLater | Rejected:
        """Bring one reply to its conversation; also called where `run` never is."""
        ...

    def age(self) -> float | None:
        """Return for how many seconds an answer of the platform is overdue; None where it is not connected.

        Always 0 where the platform calls us.
        """
        ...


Open = Callable[[PlatformContext], AbstractAsyncContextManager[Platform]]
"""Opens a platform, and closes it at the end; StartupError where the settings do not do."""
