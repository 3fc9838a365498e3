"""How one reply gets to its conversation: what it needs, and what is remembered on the way."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.discord.ids import Place
from adapters.discord.render.limits import NONCE
from adapters.discord.reply_address import Via
from adapters.discord.rest import Rest
from bot.platform.live import Live
from bot.platform.port import PlatformContext
from bot.store.memos import note, noted


@dataclass
class Way:
    """How one reply gets to its conversation, and what was noted on the way."""

    rest: Rest
    host: PlatformContext
    conversation: str
    place: Place
    key: str
    to: str | None = None
    """Discord's id of the one person who may see it."""
    via: Via | None = None
    now: Callable[[], float] = time.time
    aside: bool = False
    """True where no thread is opened for it."""
    dm: str | None = field(default=None, init=False)
    live: Live | None = field(default=None, init=False)
    """What stands open in the conversation, once what was live before has ended."""
    _notes: dict[str, str] = field(default_factory=dict[str, str], init=False)
    """What was noted in this delivery: a conversation that is being forgotten keeps none."""

    async def noted(self, name: str) -> str | None:
        held = self._notes.get(name)
        return held if held is not None else await noted(self.host.store.connection, self.conversation, name)

    async def note(self, name: str, value: str) -> None:
        self._notes[name] = value
        await note(self.host.store.connection, self.conversation, name, value, self.host.store.keep)

    def nonce(self, part: int, more: str = "") -> str:
        """Return what Discord knows a message by, so that it is not posted twice."""
        made = f"{self.key}.{part:x}{more}"
        return made if len(made) <= NONCE else hashlib.sha256(made.encode()).hexdigest()[:NONCE]

    async def direct(self, user: str) -> str:
        """Return the channel of the DM with a person."""
        if self.dm is None:
            self.dm = str((await self.rest.call("POST", "/users/@me/channels", json={"recipient_id": user}))["id"])
        return self.dm


@dataclass(frozen=True)
class Where:
    """A message that can be changed later."""

    channel: str
    """Id of its channel; `@` and the mark of an interaction where only its token reaches it."""
    message: str
    notice: str = ""
    """What was put above it as it was posted, so that it stays when the message is changed."""
