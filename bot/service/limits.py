"""How much one person, channel or workspace may send in a while; counted in the store, by all processes together.

Of a burst as much is taken as may be, with a sentence for the rest. Model calls of turns are counted here as well; what
they cost in a day, with those of trials, is counted by `spending`.
"""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bot.chat.events import Edited, Event, FileRef, Pasted, Present, Said
from bot.chat.reply import Reply
from bot.platform import metrics
from bot.platform.attachments import MOST_BYTES
from bot.service.admission import takes_back, to_author
from bot.service.intake import claim
from bot.store import keys
from bot.store.connection import Connection
from bot.turn.people.attention import OF_JOBS

What = Literal["messages", "files", "bytes", "trials", "calls"]
Who = Literal["person", "channel", "workspace"]


@dataclass(frozen=True)
class Limit:
    """So much in so many seconds."""

    who: Who
    what: What
    most: int
    seconds: int


MINUTE, HOUR = 60, 3600
LIMITS = (
    Limit("person", "files", 40, HOUR),
    Limit("workspace", "files", 400, HOUR),
    Limit("person", "bytes", 20 * 2**20, HOUR),
    Limit("workspace", "bytes", 200 * 2**20, HOUR),
    Limit("person", "trials", 10, HOUR),
    Limit("workspace", "trials", 60, HOUR),
    Limit("person", "calls", 120, HOUR),
    Limit("channel", "calls", 400, HOUR),
    Limit("workspace", "calls", 1500, HOUR),
)
_NAMES = {"person": "You have", "channel": "This channel has", "workspace": "Your workspace has"}
_WINDOWS = {MINUTE: "a minute", HOUR: "an hour"}
TOLD = 10
"""Messages above what is answered that are still told so."""
MOST_SEEN = 10_000


@dataclass(frozen=True)
class Reached:
    """A limit that is reached, and the seconds until there is room again."""

    limit: Limit
    resets: int

    @property
    def sentence(self) -> str:
        limit = self.limit
        again = f"{self.resets} seconds" if self.resets < 90 else f"{math.ceil(self.resets / 60)} minutes"
        window = _WINDOWS[limit.seconds]
        if limit.what == "calls":
            many = f"{limit.most:,} calls of my language model"
            return f"{_NAMES[limit.who]} used {many}, the most that I make in {window}. I ask it again in {again}."
        many = f"{limit.most // 2**20} MiB of files" if limit.what == "bytes" else f"{limit.most} {limit.what}"
        verb = "started" if limit.what == "trials" else "sent me"
        rest = "start the next" if limit.what == "trials" else "send me the rest"
        return f"{_NAMES[limit.who]} {verb} {many}, the most that I take in {window}: {rest} in {again}."


Names = Mapping[Who, str]
"""Whom something is counted for."""


class Shield:
    """What a process takes in of one person: more than is answered of them, and no flood."""

    def __init__(self, a_minute: int) -> None:
        self._most = a_minute + TOLD
        self._seen: dict[tuple[str, str], tuple[float, set[str]]] = {}
        """When a minute began, and the messages in it: Slack brings a mention twice."""

    def floods(self, author: str, message: str, *, to_us: bool) -> bool:
        """Tell whether a new message of somebody, to us or to others, is one too many; one that was let in never is."""
        began, messages = self._seen.get((author, "us" if to_us else "others"), (0.0, set[str]()))
        full = len(messages) >= self._most and time.monotonic() - began < MINUTE
        if full and _named(message, "") not in messages:
            metrics.EVENTS.labels("flooded").inc()
            return True
        return False

    def lets(self, event: Event) -> bool:
        """Tell whether a message is stored. Who was told that it is too much is not told so a hundred times."""
        if not isinstance(event.body, Said | Edited) or event.awaited:
            return True
        # However much somebody says, a word to us comes through, and one that stops, leaves or forgets.
        kind = "ends" if takes_back(event) else "us" if event.addressed == "us" else "others"
        now, whose = time.monotonic(), (event.author, kind)
        began, messages = self._seen.get(whose, (now, set[str]()))
        if now - began >= MINUTE:
            began, messages = now, set[str]()
        self._seen[whose] = (began, messages)
        if len(self._seen) > MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        message = _named(event.message, event.edition)
        if len(messages) < self._most:
            messages.add(message)
            return True
        return message in messages


def _named(message: str, edition: str) -> str:
    return f"{message} {edition}"


def of_event(event: Event) -> Names:
    """Return whom an event is counted for: its author, and the channel and workspace that it is in."""
    names: dict[Who, str] = {**of_person(event.author)}
    if event.channel and not event.private:
        names["channel"] = f"{event.platform}:{event.workspace}:{event.channel}"
    return names


def of_person(person: str) -> Names:
    """Return whom it is counted for what a person (`platform:workspace:person`) does, wherever that is."""
    workspace = keys.workspace_of(person)
    shared: dict[Who, str] = {"workspace": workspace} if workspace else {}
    return {"person": person, **shared}


def of_messages(a_minute: int) -> tuple[Limit, ...]:
    """Return the limits of messages, where one person may send so many in a minute."""
    many: dict[Who, int] = {"person": a_minute, "channel": 10 * a_minute, "workspace": 100 * a_minute}
    return tuple(Limit(who, "messages", most, MINUTE) for who, most in many.items())


async def take(
    connection: Connection,
    names: Names,
    what: What,
    wanted: int = 1,
    limits: Sequence[Limit] = LIMITS,
    *,
    once: str = "",
) -> tuple[int, Reached | None]:
    """Count `wanted` more for all of these; return how many are let through.

    With it comes the limit that cut them, None where none did. What is asked again under the same name in `once` is
    not counted again, and told the same. Raises StoreError.
    """
    reached: Reached | None = None
    held = [limit for limit in limits if limit.what == what and limit.who in names]
    # Together where they lie together, which a person from elsewhere does not.
    for number, near in groupby(held, lambda limit: keys.partition(_home(names[limit.who]))):
        some = list(near)
        if wanted > 0:
            counters = [keys.key(number, "rate", keys.mark(f"{what}:{x.who}:{names[x.who]}")) for x in some]
            most = [figure for limit in some for figure in (limit.most, limit.seconds * 1000)]
            if once:
                counters.append(keys.key(number, "rate", keys.mark(f"once:{what}:{once}")))
            granted: tuple[int, int, int] = await connection.run("limit", counters, wanted, *most)
            wanted, cut, left = granted
            if cut:
                reached = Reached(some[cut - 1], max(1, math.ceil(left / 1000)))
    return wanted, reached


def _home(name: str) -> str:
    """Return the workspace (`platform:workspace`) that a name begins with, or the name of who is in none."""
    platform, _, rest = name.partition(":")
    workspace = rest.partition(":")[0]
    return f"{platform}:{workspace}" if workspace != keys.DIRECT else name


async def tells(connection: Connection, event: Event, what: str, seconds: int) -> bool:
    """Tell whether its author is still to be told here, in so many seconds, that a limit is reached.

    Asking it again for the same event changes nothing.
    """
    name = _key(event.author, f"told:{what}:{event.author}:{event.conversation}")
    if await connection.call("SET", name, event.message, "NX", "EX", seconds) is not None:
        return True
    return await connection.call("GET", name) == event.message


def _key(whose: str, what: str) -> str:
    """Return a key that tells nobody's name: it stays for a while after what is theirs was forgotten."""
    return keys.key(keys.partition(whose), "rate", keys.mark(what))


async def within_limits(
    connection: Connection, events: Sequence[Event], a_minute: int = 20
) -> tuple[list[Event], list[Reply]]:
    """Return what is taken of a batch, with as many of its files as may be, and what is said about the rest.

    Who stops, leaves or forgets is always heard; what people say to each other is left out without a word.
    """
    counted = [event for event in events if _counts(event)]
    taken = [event for event in events if event not in counted]
    say: list[Reply] = []
    for author in dict.fromkeys(event.author for event in counted):
        own = sorted((event for event in counted if event.author == author), key=lambda each: each.addressed != "us")
        most = of_messages(a_minute)
        # Asked in one round trip, each by its name: a turn that is taken again may be one of fewer.
        told = await asyncio.gather(
            *(take(connection, of_event(own[-1]), "messages", 1, most, once=claim(event)) for event in own)
        )
        taken += [event for event, (granted, _) in zip(own, told, strict=True) if granted]
        reached = next((each for _, each in told if each), None)
        to_us = [event for event in own if event not in taken and event.addressed == "us"]
        if reached and to_us and await tells(connection, to_us[0], reached.limit.what, reached.resets):
            say.append(to_author(to_us[0], reached.sentence))
    kept: list[Event] = []
    for event in events:
        if event in taken:
            event, told = await _files(connection, event)
            kept.append(event)
            say += told
    return kept, say


def _counts(event: Event) -> bool:
    return not (isinstance(event.body, (Present, *OF_JOBS)) or takes_back(event))


async def _files(connection: Connection, event: Event) -> tuple[Event, list[Reply]]:
    """Return an event with the files that are fetched of it."""
    body = event.body
    if not isinstance(body, Said | Pasted) or not body.files or event.addressed != "us":
        return event, []
    once = claim(event)
    many, reached = await take(connection, of_event(event), "files", len(body.files), once=once)
    files = body.files[:many]
    _, heavy = await take(connection, of_event(event), "bytes", sum(map(_size, files)), once=once)
    files = () if heavy else files
    reached = heavy or reached
    if reached is None:
        return event, []
    told = [to_author(event, reached.sentence)]
    if not files and not body.text.strip() and isinstance(body, Said):
        return event.model_copy(update={"body": Present()}), told
    return event.model_copy(update={"body": body.model_copy(update={"files": files})}), told


def _size(file: FileRef) -> int:
    """Return how much is fetched of a file at most."""
    return min(MOST_BYTES, file.size if file.size is not None else MOST_BYTES)
