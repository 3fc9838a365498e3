"""The one live message of a conversation: where it is, and what stays of it once it is said anew."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from bot.store.consultations import Store
from bot.store.memos import drop, note, noted

LIVE = "live"
"""Note: the messages that hold the open question or the verdict."""


@dataclass(frozen=True)
class Shown:
    """A message with controls that end with it."""

    channel: str
    message: str
    body: list[dict[str, Any]]
    """What it shows, as its platform takes it."""
    words: str = ""
    """The same in plain words, where its platform wants them."""


@dataclass(frozen=True)
class Live:
    """What stands open in a conversation."""

    key: str
    """Of the reply: one that is delivered again must not end itself. Empty where nothing stands open."""
    shown: tuple[Shown, ...] = ()
    """Its messages; without a key, those that are being ended."""
    before: tuple[str, ...] = ()
    """The messages that were live before, and have ended or are being ended."""

    def holds(self, message: str) -> bool:
        """Tell whether a message is one of it."""
        return any(each.message == message for each in self.shown)


def packed(live: Live) -> str:
    """Return it as a note."""
    return to_json(live).decode()


def unpacked(note: str | None) -> Live | None:
    """Read a note; None where there is none, or it is damaged: what stands open is then made anew."""
    try:
        held = json.loads(note) if note else None
        return held and Live(held["key"], tuple(Shown(**each) for each in held["shown"]), tuple(held["before"]))
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Memory:
    """What is remembered of a conversation's live message."""

    store: Store
    conversation: str

    async def live(self) -> Live | None:
        """Return what stands open."""
        return unpacked(await noted(self.store.connection, self.conversation, LIVE))

    async def begin(self, key: str, shown: Shown, held: Live | None) -> Live:
        """Remember a message as live, beside the others of its reply; `held` is what stands open before it."""
        held = held or Live("")
        others = tuple(each for each in held.shown if each.message != shown.message) if held.key == key else ()
        live = Live(key, (*others, shown), held.before)
        await self._note(LIVE, live)
        return live

    async def end(self, key: str, show: Callable[[Shown, bool], Awaitable[None]]) -> Live | None:
        """End what was live before the reply of this key, and return what stands open then.

        `show` makes a message one that is live no more; it is told whether a press has left the message so. What it
        raises ends nothing, and the next call begins anew.
        """
        live = await self.live()
        if live is None or not live.shown or live.key == key:
            return live
        messages = tuple(each.message for each in live.shown)
        # First, so that a press which is shown after this finds it, and takes the controls away itself.
        await self._note(LIVE, Live("", live.shown, messages))
        for shown in live.shown:
            pressed = await self.left(shown)
            await show(pressed or shown, pressed is not None)
            # A press that was shown meanwhile may have been overwritten by the line above.
            if (late := await self.left(shown)) is not None and late != pressed:
                await show(late, True)
        ended = Live("", before=messages)
        await self._note(LIVE, ended)
        await drop(self.store.connection, self.conversation, *(_pressed(each) for each in (*messages, *live.before)))
        return ended

    async def leave(self, left: Shown, ended: Shown, show: Callable[[Shown], Awaitable[None]]) -> None:
        """Show what a press leaves of a message; `ended` is what stays of that where it is live no more."""
        open = await self.press(left)
        await show(left if open else ended)
        if open and left.message in (await self.live() or Live("")).before:
            await show(ended)

    async def left(self, shown: Shown) -> Shown | None:
        """Return what a press has left of a live message; None where nobody pressed."""
        held = unpacked(await noted(self.store.connection, self.conversation, _pressed(shown.message)))
        return held.shown[0] if held else None

    async def shown(self, message: str) -> Shown | None:
        """Return what a live message shows, as we made it: platforms hand it out in a form of their own."""
        live = await self.live()
        held = next((each for each in live.shown if each.message == message), None) if live else None
        return (await self.left(held) or held) if held else None

    async def press(self, left: Shown) -> bool:
        """Remember what a press leaves of a message that is live; False where it has ended already."""
        live = await self.live() or Live("")
        if live.holds(left.message):
            await self._note(_pressed(left.message), Live("", (left,)))
        return left.message not in live.before

    async def restore(self) -> list[Shown]:
        """Forget what presses left of what stands open; return the messages that they had changed, as these were."""
        live = await self.live() or Live("")
        changed = [shown for shown in live.shown if live.key and await self.left(shown)]
        for shown in changed:
            await drop(self.store.connection, self.conversation, _pressed(shown.message))
        return changed

    async def _note(self, name: str, live: Live) -> None:
        await note(self.store.connection, self.conversation, name, packed(live), self.store.keep)


def _pressed(message: str) -> str:
    return f"pressed {message}"
