"""What a platform adapter is to the service: it brings events in and takes replies out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.delivery import Delivered, Delivery, Later, Refused
from bot.events import Inbound
from bot.settings import Settings
from bot.state.store import Store
from bot.vault import Vault
from knowledge.load import Knowledge

Accept = Callable[[Inbound], Awaitable[bool]]
"""Store an event, False where it is there already. After a StoreError it is not stored: do not acknowledge it."""


class CannotStart(Exception):
    """Say in one sentence why a platform cannot be used with these settings, and what to do."""


@dataclass(frozen=True)
class Host:
    """What the service gives a platform."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    vault: Vault


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

    async def bring(self, event: Inbound) -> Sequence[Inbound]:
        """Return an event with what it only names, before it is taken: the author's name, files, what was said before.

        Called by workers, possibly more than once for one event. Each file becomes an event of its own (Attached, with
        the same message), and where `late` is set Earlier comes first. What cannot be had is said, never raised.
        """
        ...

    async def manages(self, event: Inbound) -> bool:
        """Tell whether the author may decide for the workspace: an admin, or who manages the server."""
        ...

    async def deliver(self, delivery: Delivery) -> Delivered | Later | Refused:
        """Bring one reply to its conversation; also called where `run` never is."""
        ...

    def age(self) -> float | None:
        """Return for how many seconds nothing was heard from the platform; None where it is not connected.

        Always 0 where the platform calls us.
        """
        ...


Open = Callable[[Host], AbstractAsyncContextManager[Platform]]
"""Opens a platform, and closes it at the end; CannotStart where the settings do not do."""
