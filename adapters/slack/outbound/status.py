"""What shows that the advisor is at work: the line under a thread, and the session with its stop button."""

import asyncio
import random
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from adapters.slack import ids
from adapters.slack.auth.clients import Clients, Resting
from adapters.slack.render.limits import short
from adapters.slack.render.markup import escaped
from bot.chat.events import Answered, Event, Pasted, Pressed, Said
from bot.chat.reply import Progress, Reply
from bot.platform.background import Tasks
from bot.platform.port import Delivery

TITLE = 60
"""Characters of a session's title; Slack takes 200, and its list shows fewer."""
QUIET = frozenset({"feedback", "stop"})
"""Presses after which nobody waits for words."""
WAIT = 1.0
"""Seconds."""
SOON = 0.3
"""Seconds in which an answer needs no announcement."""
READING = "is reading what you wrote …"
ENDING = 120.0
"""Seconds for which it is tried to end a session where Slack wants to be left alone."""
LATER = 2.0
"""Seconds at most between those who try again when that is over."""
MANY = 10_000


class Sessions:
    """Calls that nobody waits for; that one fails costs a line on the screen."""

    def __init__(self, clients: Clients, tasks: Tasks):
        self._clients, self._tasks = clients, tasks
        self._working: set[str] = set()
        self._due: dict[str, asyncio.TimerHandle] = {}
        """What is shown where no answer comes soon."""
        self._beginning: dict[str, set[asyncio.Task[None]]] = {}
        self._unshown: set[ids.Place] = set()
        """Sessions of which Slack was not told that work began, so that none has to end."""
        self._newest: dict[ids.Place, object] = {}
        """What each session is to be set to last."""

    def begins(self, event: Event) -> None:
        """Show that a turn has begun, where somebody waits for its answer in a thread."""
        place = ids.place(event.conversation)
        body = event.body
        waits = isinstance(body, Said | Pasted | Answered) or (isinstance(body, Pressed) and body.action not in QUIET)
        if place.thread and waits and event.addressed == "us":
            self._answers(event.conversation)
            if event.private:  # what makes a session in the DM of an agent has to come first
                self._start(event, self._opens(event, place))
            soon = asyncio.get_running_loop().call_later(SOON, self._shows, event, place)
            self._due[event.conversation] = soon

    def _shows(self, event: Event, place: ids.Place) -> None:
        self._due.pop(event.conversation, None)
        self._start(event, self._status(place, READING))

    def _start(self, event: Event, showing: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.start(showing, "Showing that an answer is coming")
        self._beginning.setdefault(event.conversation, set()).add(task)
        task.add_done_callback(lambda _: self._ended(event.conversation, task))

    def _answers(self, conversation: str) -> None:
        if due := self._due.pop(conversation, None):
            due.cancel()

    async def begun(self, conversation: str) -> None:
        """Wait a moment for what shows that an answer is coming: it must not come after the answer, which ends it."""
        self._answers(conversation)
        if tasks := self._beginning.get(conversation):
            await asyncio.wait([*tasks], timeout=WAIT)

    def ends(self) -> None:
        """Show nothing any more that is not shown yet."""
        for conversation in tuple(self._due):
            self._answers(conversation)

    def stopped(self, event: Event) -> None:
        """Show that the work was told to stop; Slack leaves that to the app."""
        self._working.discard(event.conversation)
        self._tasks.start(self._session(ids.place(event.conversation), "active"), "Showing the state of a session")

    def delivered(self, delivery: Delivery) -> None:
        """Show whether work goes on behind what was just said, in the DM of an agent."""
        place = ids.place(delivery.conversation)
        if not place.thread or not place.channel.startswith("D") or not isinstance(delivery.what, Reply):
            return
        working = any(isinstance(part, Progress) for part in delivery.what.parts)
        if working and delivery.conversation in self._working:
            return  # said already; it comes every second
        (self._working.add if working else self._working.discard)(delivery.conversation)
        self._tasks.start(self._session(place, "processing" if working else "active"), "Showing the state of a session")

    def refused(self, delivery: Delivery) -> None:
        """Show that nothing comes any more: what was to be said cannot be."""
        place = ids.place(delivery.conversation)
        if place.thread:
            self._working.discard(delivery.conversation)
            self._tasks.start(self._idle(place), "Showing that nothing comes any more")

    async def _idle(self, place: ids.Place) -> None:
        await self._status(place, "")
        if place.channel.startswith("D"):
            await self._session(place, "active")

    def _ended(self, conversation: str, task: "asyncio.Task[None]") -> None:
        tasks = self._beginning.get(conversation, set())
        tasks.discard(task)
        if not tasks:
            self._beginning.pop(conversation, None)

    async def _opens(self, event: Event, place: ids.Place) -> None:
        words = event.body.text if isinstance(event.body, Said) else ""
        # The title counts only for the call that makes the session: the person's first words.
        await self._session(place, "processing", short(" ".join(words.split()), TITLE), ids.user_of(event.author))

    async def _status(self, place: ids.Place, status: str) -> None:
        given = {"channel_id": place.channel, "thread_ts": place.thread, "status": status}
        with suppress(Resting):
            await self._clients.at_once(place.workspace, "assistant.threads.setStatus", **given)

    async def _session(self, place: ids.Place, status: str, title: str = "", who: str | None = None) -> None:
        if status == "active" and place in self._unshown:
            self._unshown.discard(place)
            return
        given = {"channel_id": place.channel, "thread_ts": place.thread, "status": status}
        given |= {"title": escaped(title) or None, "initiator_user_id": who}
        mine = self._newest[place] = object()
        ends = time.monotonic() + ENDING
        try:
            while self._newest.get(place) is mine:
                try:
                    await self._clients.at_once(place.workspace, "agents.sessions.setStatus", **given)
                    return
                except Resting as rests:
                    if status != "active":
                        self._not_shown(place)
                        return
                    if time.monotonic() + rests.seconds > ends:
                        raise
                    await asyncio.sleep(rests.seconds + random.uniform(0.0, LATER))  # noqa: S311
        finally:
            if self._newest.get(place) is mine:
                del self._newest[place]

    def _not_shown(self, place: ids.Place) -> None:
        if len(self._unshown) >= MANY:
            self._unshown.clear()  # it costs a call that ends nothing
        self._unshown.add(place)
