"""What a platform adapter is to the service: it brings events in and takes replies out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.delivery import Delivered, Delivery, Later, Refused
from bot.events import Inbound

Accept = Callable[[Inbound], Awaitable[bool]]
"""Store an event, False where it is there already. After a StoreError it is not stored: do not acknowledge it."""


class Platform(Protocol):
    """One platform whose tokens are set. The ids of its conversations begin with its name and a colon."""

    @property
    def name(self) -> str: ...

    async def run(self, accept: Accept, stop: asyncio.Event) -> None:
        """Take events in until `stop`; only a process that accepts calls it. An error ends the service."""
        ...

    async def deliver(self, delivery: Delivery) -> Delivered | Later | Refused:
        """Bring one reply to its conversation; also called where `run` never is."""
        ...

    def age(self) -> float | None:
        """Return for how many seconds nothing was heard from the platform; None where it is not connected."""
        ...
