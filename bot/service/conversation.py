"""What is done with a held conversation: say what waits, then turn, commit, deliver, until nothing came meanwhile."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ValidationError

from bot.chat.events import Event
from bot.chat.reply import Reply
from bot.consultation.model import Consultation
from bot.service.damage import ANSWER_LOST, DAMAGED
from bot.service.outbox import Backlog, Outside, dead_letter, speak
from bot.store import lease
from bot.store.consultations import Store
from bot.store.errors import Conflict, Kind, StoreError
from bot.store.jobs import Job
from bot.store.lease import Held, Lease
from bot.store.migrations import read
from bot.store.outbox import Entry, entries

log = logging.getLogger("advisor.handling")

TRIES = 5
"""How often a turn may fail by itself before what it is of goes to the dead letters."""
DEATHS = 10
"""How often the process may end in a turn before that is taken to be what ends it. More than TRIES: a process is mostly
ended by something else, and what it worked on is not to blame."""
APART = 4.0
"""Seconds at most that what a process ended in waits before it is worked on again."""
PAUSES = (0.25, 0.5, 1.0, 2.0)
"""Seconds between tries of a turn, so few that whoever waits is told within ten; the last is repeated."""
NEWER = 3600.0
"""Seconds that an entry of the outbox which this version cannot read waits for a newer one that can."""
OWN_FAULTS: frozenset[Kind] = frozenset({"unreadable", "answer"})
"""Errors of the store that come of what it holds; all others pass, and no turn is to blame for them."""


@dataclass(frozen=True)
class Outcome:
    """What a batch of events comes to: what is kept, and what leaves; without a consultation it is forgotten."""

    consultation: Consultation | None
    say: Sequence[Reply | Job] = ()
    forgotten: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    """Of whom nothing from before is read again, and since when; an empty name stands for all."""
    taken_back: bool = False
    """True where samples were taken back, so that nothing stays of what was run on them."""


Turn = Callable[[Consultation | None, Sequence[Event]], Awaitable[Outcome]]
"""Takes the consultation, None for a new one, and at least one event; may be called again for the same events."""


Apology = Callable[[Consultation | None, Sequence[Event]], Reply]
"""Takes the consultation and the events that no turn gets through; both are empty where they cannot be read."""


async def keep_apart(died: int) -> None:
    """Wait a random time where processes ended in this: one that ends them is not to take others along each time."""
    await asyncio.sleep(random.uniform(0.0, min(APART, died)))  # noqa: S311


def _at(entry: str) -> datetime | None:
    """Return when an entry of the outbox was made, which every version writes; None where that is damaged."""
    try:
        return _Dated.model_validate_json(entry).at
    except ValidationError:
        return None


class _Dated(BaseModel):
    at: AwareDatetime


@dataclass(frozen=True)
class Handler:
    """How conversations are handled."""

    store: Store
    turn: Turn
    out: Outside
    apology: Apology | None
    """What is said where no turn gets through what came."""

    async def work(self, held: Held, stopping: Callable[[], bool]) -> None:
        """Work until nothing waits, then let go; Conflict where somebody without the lock changed the case."""
        outbox = await self._outbox(held)
        if outbox is None:
            await self._leave_to_newer(held.lease)
            return
        backlog = Backlog(held.lease, held.now - time.monotonic() * 1000, outbox)
        await speak(self.out, backlog)
        case: Consultation | str | None = held.case
        version, events, died, failed = held.version, held.events, held.died, held.failed
        if events and version:
            try:
                case = read(held.case)
            except StoreError as error:
                if error.kind == "newer":
                    await self._leave_to_newer(held.lease)
                    return
                backlog.add(
                    await self._set_aside(
                        held.lease, None, "What was held of a conversation is damaged.", held.case, DAMAGED
                    )
                )
                case, version = None, 0
        while True:
            if died or failed:
                events = events[:1]  # one of a batch may be what no turn gets through: it alone goes
            batch: list[Event] = []
            outcome: Outcome | None = None
            if events and died < DEATHS:
                await keep_apart(died)
                try:
                    if isinstance(case, str):
                        case = read(case) if case else None
                    batch = [Event.model_validate_json(event) for event in events]
                    outcome = await self.turn(case, batch)
                except Exception as error:
                    if isinstance(error, StoreError) and error.kind == "newer":
                        await self._leave_to_newer(held.lease)
                        return
                    if isinstance(error, Conflict) or (isinstance(error, StoreError) and error.kind not in OWN_FAULTS):
                        raise
                    failed += 1
                    log.exception("A turn failed (%s), try %d of %d.", type(error).__name__, failed, TRIES)
                    if failed < TRIES:
                        await self._release(held.lease, "failed", wait=PAUSES[min(failed, len(PAUSES)) - 1])
                        return
            if events and outcome is None:
                why = f"No turn got through it in {TRIES} tries."
                if died >= DEATHS:
                    why = f"The process ended each of the {DEATHS} times that it was worked on."
                backlog.add(await self._bury(held.lease, case, events, why))
            elif outcome is not None:
                spoken = entries(outcome.say)
                version = await self._commit(held.lease, version, outcome, batch, spoken)
                case = outcome.consultation
                backlog.add(spoken)
            sent = await speak(self.out, backlog, leave_last=True)
            how = "back" if stopping() else "more"
            events = await self._release(held.lease, how, sent=sent, wait=backlog.wait())
            died = failed = 0
            if not events:
                return

    async def _outbox(self, held: Held) -> deque[Entry] | None:
        """Return what waits to be said, without what is damaged; None where a newer version may have written some."""
        found, damaged = deque[Entry](), list[int]()
        for number, text in enumerate(held.outbox):
            try:
                found.append(Entry.model_validate_json(text))
            except ValidationError:
                at = _at(text)
                if at is not None and at > datetime.now(UTC) - timedelta(seconds=NEWER):
                    return None
                damaged.append(number)
        for number in reversed(damaged):  # the last one first, so that those before keep their number
            why = "Something that was to be said or done cannot be read."
            say = [ANSWER_LOST] if number == damaged[0] else []
            found.extend(await self._set_aside(held.lease, number, why, held.outbox[number], *say))
        return found

    async def _set_aside(self, held: Lease, entry: int | None, why: str, content: str, *say: Reply) -> list[Entry]:
        """Make a dead letter of what cannot be read, and say so; return what is said."""
        log.error("%s It is a dead letter now.", why)
        letter, spoken = dead_letter(held, why, content), entries(say)
        connection, keep = self.out.connection, self.out.keep
        await self.out.insist(lambda: lease.set_aside(connection, held, entry, letter, spoken, keep=keep))
        return spoken

    async def _commit(
        self, held: Lease, version: int, outcome: Outcome, batch: list[Event], spoken: list[Entry]
    ) -> int:
        # The workspace takes part, too: its conversations are found by it when the advisor is removed there.
        people = {event.author for event in batch}
        people |= {f"{event.platform}:{event.workspace}" for event in batch if event.workspace}
        for event in batch:
            if event.organisation:
                await self.store.note_workspace(f"{event.platform}:{event.organisation}", event.workspace)
        return await self.store.commit(
            held.conversation,
            version,
            outcome.consultation,
            say=spoken,
            taken=len(batch),
            fence=held.fence,
            people=people,
            forgotten=outcome.forgotten,
            taken_back=outcome.taken_back,
        )

    async def _leave_to_newer(self, held: Lease) -> None:
        """Let go of a conversation that a newer advisor has written: while both run, that one can take it."""
        log.warning("A conversation waits for the newer advisor that has written it.")
        await lease.excuse(self.out.connection, held.conversation)
        await self._release(held, "pause", wait=PAUSES[-1])

    async def _bury(self, held: Lease, case: Consultation | str | None, events: list[str], why: str) -> list[Entry]:
        log.error("What came in a conversation is a dead letter now. %s", why)
        letter = dead_letter(held, why, events)
        spoken = entries([self._apology(case, events)] if self.apology else [])
        connection, keep = self.out.connection, self.out.keep
        await self.out.insist(lambda: lease.bury(connection, held, len(events), letter, spoken, keep=keep))
        return spoken

    def _apology(self, case: Consultation | str | None, events: list[str]) -> Reply:
        assert self.apology is not None  # noqa: S101
        try:
            known = (read(case) if case else None) if isinstance(case, str) else case
            batch = [Event.model_validate_json(event) for event in events]
        except (ValueError, StoreError):
            return self.apology(None, ())
        return self.apology(known, batch)

    async def _release(
        self, held: Lease, how: Literal["more", "back", "pause", "failed"], *, sent: str = "", wait: float = 0.0
    ) -> list[str]:
        connection, lock = self.out.connection, self.out.lock
        return await self.out.insist(lambda: lease.release(connection, held, how, sent=sent, wait=wait, lock=lock))
