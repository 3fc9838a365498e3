"""Consultations in the store: load, compare-and-set, forget."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from bot.consultation.model import TRANSCRIPT_LINES, Consultation
from bot.consultation.people import without
from bot.consultation.size import lightened
from bot.settings import Settings
from bot.store import dead_letters, keys, notices
from bot.store.aof_rewrite import AofRewrite
from bot.store.connection import Connection, Report, keep_trying, opened
from bot.store.errors import Conflict, LockLost, StoreError
from bot.store.migrations import DAMAGED, read
from bot.store.outbox import Entry

RETENTION = timedelta(days=30)
NOTED = 60.0
"""Seconds in which a person is not listed anew for a conversation; another process may have forgotten the list."""
MOST_NOTED = 10_000
BLOCK = 8 * 1024
"""Bytes up to which a size is rounded, so that not every turn is counted anew."""
MOST_OF_PERSON = 16 * 2**20
MOST_OF_WORKSPACE = 256 * 2**20
"""Bytes that are kept of all consultations that a person, or the people of a workspace, asked for."""

_NEVER = (-float("inf"), 0)

log = logging.getLogger("advisor.store")

T = TypeVar("T")


@dataclass(frozen=True)
class Forgotten:
    """Since when what was said before is not read again, by a mark of a person; an empty one stands for all."""

    since: Mapping[str, datetime]

    def covers(self, person: str, at: datetime) -> bool:
        """Tell whether what a person said then is forgotten."""
        return any(at < self.since[mark] for mark in ("", keys.mark(person)) if mark in self.since)


@asynccontextmanager
async def open_store(
    settings: Settings, *, retention: timedelta = RETENTION, patience: float = 0.0, report: Report | None = None
) -> AsyncGenerator["Store"]:
    """Open the store of the settings, the embedded one where they name none."""
    async with opened(settings) as connection:
        store = Store(connection, retention=retention, patience=patience, report=report)
        try:
            yield store
        finally:
            await store.aof_rewrite.done()


class Store:
    """Consultations, each with a version that every write must name.

    `patience` is how many seconds an operation keeps trying while the store is gone; every operation may be repeated
    without doing its work twice.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        retention: timedelta = RETENTION,
        patience: float = 0.0,
        report: Report | None = None,
    ):
        self.connection = connection
        self.keep = int(retention.total_seconds() * 1000)
        self.patience = patience
        self.report = report
        self.aof_rewrite = AofRewrite(connection)
        self._noted: dict[tuple[str, str], tuple[float, int]] = {}

    async def load(self, conversation: str) -> tuple[Consultation | None, int]:
        """Return the consultation and its version, or None and 0."""
        held = keys.of_conversation(conversation)
        version, data = await self._keep_trying(lambda: self.connection.call("HMGET", held.case, "v", "d"))
        if version is None and data is None:
            return None, 0
        if not version or not version.isdigit():
            raise StoreError("unreadable", DAMAGED)
        return read(data or ""), int(version)

    async def _readable(self, conversation: str) -> tuple[Consultation | None, int]:
        """Return what `load` does, and nothing where that is damaged."""
        try:
            return await self.load(conversation)
        except StoreError as error:
            if error.kind not in ("unreadable", "misused"):
                raise
            return None, 0

    async def holds(self, conversation: str) -> bool:
        """Tell whether there is a consultation."""
        held = keys.of_conversation(conversation)
        return bool(await self._keep_trying(lambda: self.connection.call("EXISTS", held.case)))

    async def commit(
        self,
        conversation: str,
        version: int,
        consultation: Consultation | None,
        *,
        say: Sequence[Entry] = (),
        taken: int = 0,
        fence: str | None = None,
        people: Iterable[str] = (),
        forgotten: Mapping[str, datetime] | None = None,
        taken_back: bool = False,
    ) -> int:
        """Write what one turn came to, all or nothing, and return the new version (0 where it was forgotten).

        `version` is what load gave; Conflict if it is another one by now, LockLost if `fence` is no longer the lock's.
        No consultation means that it is forgotten. `say` goes to the outbox, `taken` events leave the inbox; both are
        for whoever holds the conversation's lock, since only they look into the outbox afterwards. `forgotten` are the
        people of whom nothing from before is read again, and since when; an empty name stands for all. With
        `taken_back` nothing stays of what was run on samples.
        """
        data = write(consultation) if consultation is not None else ""
        crowded: list[tuple[str, str]] = []
        if consultation is not None:
            try:
                crowded = await self._note_people(conversation, consultation, len(data.encode()), people)
            except StoreError as error:
                if error.kind != "full" or not forgotten:  # what somebody takes back goes also where nothing else does
                    raise
        number = await self._write(
            conversation, version, consultation, data, fence or "", taken, self.keep, say, forgotten or {}, taken_back
        )
        if consultation is None:
            for holder in people:
                await self.let_go(holder, conversation)
        for holder, older in crowded:
            await self._make_room(holder, older)
        return number

    async def _write(
        self,
        conversation: str,
        version: int,
        consultation: Consultation | None,
        data: str,
        fence: str = "",
        taken: int = 0,
        keep: int = 0,
        say: Sequence[Entry] = (),
        forgotten: Mapping[str, datetime] = MappingProxyType({}),
        taken_back: bool = False,
    ) -> int:
        held = keys.of_conversation(conversation)
        written = [
            conversation,
            version,
            secrets.token_hex(8),
            data,
            fence,
            taken,
            keep,
            *_attention(consultation),
            int(taken_back),
            len(forgotten),
            *(text for person, at in forgotten.items() for text in (keys.mark(person), str(at.timestamp()))),
            *(entry.model_dump_json() for entry in say),
        ]
        touched = [held.case, held.sequence, held.calls, held.inbox, held.outbox, held.lock]
        touched += [held.tries, held.dead, held.letters, held.notes, held.forgotten, held.failures, held.trial]
        status, number = await self._keep_trying(lambda: self.connection.run("commit", touched, *written))
        if status == "lost":
            raise LockLost(conversation)
        if status == "conflict":
            raise Conflict(conversation)
        if consultation is None or forgotten:
            await self._keep_trying(lambda: self.connection.call("DEL", *dead_letters.places(conversation)))
            self.aof_rewrite.due()
        else:
            self.aof_rewrite.in_use()
        return int(number)

    async def forgotten(self, conversation: str) -> Forgotten:
        """Return what may not be read again of a conversation."""
        name = keys.of_conversation(conversation).forgotten
        held: dict[str, str] = await self._keep_trying(lambda: self.connection.call("HGETALL", name))
        since: dict[str, datetime] = {}
        for mark, at in held.items():
            try:
                since[mark] = datetime.fromtimestamp(float(at), UTC)
            except (ValueError, OverflowError, OSError):
                log.error("Since when somebody's words are forgotten in a conversation cannot be read.")
                await self._keep_trying(lambda mark=mark: self.connection.call("HDEL", name, mark))
        return Forgotten(since)

    async def forget(self, conversation: str, at: datetime | None = None) -> None:
        """Remove everything of a conversation; a turn that is under way cannot bring it back.

        With `at`, nothing that was said there before is read again.
        """
        held = keys.of_conversation(conversation)
        touched = [held.case, held.calls, held.inbox, held.outbox, held.lock, held.dead]
        touched += [held.notes, held.trial, held.ready, held.due, held.tries, held.letters, held.forgotten]
        touched += [held.failures]
        mark = str(at.timestamp()) if at else ""
        await dead_letters.mend(self.connection, conversation, self.keep)
        await self._keep_trying(lambda: self.connection.run("forget", touched, conversation, keys.GROUP, mark))
        await self._keep_trying(lambda: self.connection.call("DEL", *dead_letters.places(conversation)))
        self.aof_rewrite.due()
        self._noted = {pair: at for pair, at in self._noted.items() if pair[1] != conversation}

    async def forget_person(self, person: str, *, but: str = "", again: bool = False) -> int:
        """Remove the consultations that a person asked for, and their words from all others; return how many.

        Nothing that they said before is read again, but where it may be read `again`. The conversation `but` stays.
        """
        conversations = [each for each in await self.conversations(person) if each != but]
        now = datetime.now(UTC)
        for conversation in conversations:
            while True:
                case, version = await self._readable(conversation)  # what cannot be read may hold their words
                if case is None or case.asker == person:
                    await self.forget(conversation, None if again else now)
                    break
                try:
                    # Whatever was run here, their samples may be among it.
                    rest, marks = without(case, person), {} if again else {person: now}
                    await self.commit(conversation, version, rest, forgotten=marks, taken_back=True)
                    break
                except Conflict:
                    continue
            if workspace := keys.workspace_of(person):
                await self.let_go(workspace, conversation)
        listed, *held = keys.of_holder(person)
        if conversations:  # and not one that began meanwhile
            await self._keep_trying(lambda: self.connection.call("SREM", listed, *conversations))
        await self._keep_trying(lambda: self.connection.call("DEL", *held))
        await self._keep_trying(lambda: notices.forget(self.connection, person))
        self._noted = {pair: at for pair, at in self._noted.items() if pair[0] != person}
        self.aof_rewrite.due()
        return len(conversations)

    async def conversations(self, person: str) -> list[str]:
        """Return the conversations that a person took part in, in no order."""
        return sorted(await self._keep_trying(lambda: self.connection.call("SMEMBERS", keys.of_person(person))))

    async def note_workspace(self, organisation: str, workspace: str) -> None:
        """Remember that a workspace of an organisation has conversations here."""
        if time.monotonic() - self._noted.get((organisation, workspace), _NEVER)[0] < NOTED:
            return
        name = keys.of_organisation(organisation)
        await self._keep_trying(lambda: self.connection.run("note", [name], workspace, 2 * self.keep))
        self._noted[organisation, workspace] = time.monotonic(), 0

    async def workspaces(self, organisation: str) -> list[str]:
        """Return the workspaces of an organisation that have conversations here."""
        name = keys.of_organisation(organisation)
        return sorted(await self._keep_trying(lambda: self.connection.call("SMEMBERS", name)))

    async def last(self, person: str) -> str | None:
        """Return the person's conversation with the latest turn, None where there is none left."""
        latest: tuple[float, str] | None = None
        for conversation in await self.conversations(person):
            case, _ = await self._readable(conversation)
            if case is not None and (latest is None or case.updated.timestamp() > latest[0]):
                latest = (case.updated.timestamp(), conversation)
        return latest[1] if latest else None

    async def add_call(self, conversation: str, trial: str, call: str) -> None:
        """Keep one finished call (any JSON) of a running trial, so that a crash loses only what was in flight."""
        held = keys.of_conversation(conversation)
        # The token tells a call that was written twice, because an answer was lost, from two that look alike.
        entry = f"{secrets.token_hex(6)} {len(trial)} {trial}{call}"
        await self._keep_trying(lambda: self.connection.run("call", [held.calls], entry, self.keep))

    async def calls(self, conversation: str, trial: str) -> list[str]:
        """Return the kept calls of a trial in the order in which they were kept."""
        held = keys.of_conversation(conversation)
        entries: list[str] = await self._keep_trying(lambda: self.connection.call("LRANGE", held.calls, 0, -1))
        begins = f"{len(trial)} {trial}"
        seen = [entry.partition(" ")[2] for entry in dict.fromkeys(entries)]
        return [rest.removeprefix(begins) for rest in seen if rest.startswith(begins)]

    async def drop_calls(self, conversation: str) -> None:
        """Remove the kept calls, once their result is part of the consultation."""
        held = keys.of_conversation(conversation)
        await self._keep_trying(lambda: self.connection.call("DEL", held.calls))

    async def let_go(self, holder: str, conversation: str) -> None:
        """Count a conversation that is gone no more for a person or workspace."""
        await self._hold(holder, conversation, 0, datetime.now(UTC), MOST_OF_PERSON, light=False)
        self._noted.pop((holder, conversation), None)

    async def _note_people(
        self, conversation: str, consultation: Consultation, size: int, people: Iterable[str]
    ) -> list[tuple[str, str]]:
        """List a conversation for its people, with its size for whoever asked.

        Returns whose material goes so that there is room for it: a holder, and a conversation.
        """
        # Before the commit: a note without a consultation is harmless, the other way round it could not be forgotten,
        # and would count for nobody. All keys of one holder lie together, as a Cluster wants it.
        now, holders = time.monotonic(), _holders(consultation)

        sizes = {name: -(-size // BLOCK) if name in holders else 0 for name in (*holders, *people)}
        new = [
            (name, blocks)
            for name, blocks in sizes.items()
            if self._noted.get((name, conversation), _NEVER) < (now - NOTED, 0)
            or self._noted[name, conversation][1] != blocks
        ]

        async def note(name: str, blocks: int) -> list[tuple[str, str]]:
            crowded: list[str] = []
            if blocks:
                count = (name, conversation, blocks * BLOCK, consultation.updated, holders[name])
                crowded = await self._hold(*count, light=consultation.lightened)
            else:
                listed = [keys.of_person(name)]
                await self._keep_trying(lambda: self.connection.run("note", listed, conversation, 2 * self.keep))
            if len(self._noted) >= MOST_NOTED:
                self._noted.clear()
            self._noted[name, conversation] = now, blocks
            return [(name, each) for each in crowded]

        if not new:
            return []
        # Asked at the same moment, they are one round trip.
        return [each for found in await asyncio.gather(*(note(*each) for each in new)) for each in found]

    async def _hold(
        self, holder: str, conversation: str, size: int, at: datetime, most: int, *, light: bool
    ) -> list[str]:
        """Count what is kept of a conversation, 0 where it is gone; return whose material goes, so that it fits."""
        counted = (conversation, size, int(at.timestamp() * 1000), int(light), self.keep, most)
        return await self._keep_trying(lambda: self.connection.run("hold", keys.of_holder(holder), *counted))

    async def _make_room(self, holder: str, conversation: str) -> None:
        """Keep less of a conversation, or nothing where that was done before.

        One with a trial under way is passed over. What fails is done when something of the holder is counted next.
        """
        try:
            case, version = await self.load(conversation)
            left = int((case.updated - datetime.now(UTC)).total_seconds() * 1000) + self.keep if case else 0
            if case is None or left <= 0:
                await self.let_go(holder, conversation)
            elif case.lightened:
                await self._write(conversation, version, None, "")
                for each in _holders(case):
                    await self.let_go(each, conversation)
            elif not case.trial.running:
                less = lightened(case)
                data = write(less)
                await self._write(conversation, version, less, data, keep=left)
                await self._note_people(conversation, less, len(data.encode()), ())
        except (StoreError, Conflict) as error:
            log.info("An older consultation is kept as it is for now. %s", error)

    async def _keep_trying(self, attempt: Callable[[], Awaitable[T]]) -> T:
        return await keep_trying(attempt, self.connection, self.patience, self.report)


def _holders(consultation: Consultation) -> dict[str, int]:
    """Return for whom it counts what is kept of a consultation, and how much they may hold."""
    if not consultation.asker:
        return {}
    workspace = keys.workspace_of(consultation.asker)
    return {consultation.asker: MOST_OF_PERSON} | ({workspace: MOST_OF_WORKSPACE} if workspace else {})


def _attention(consultation: Consultation | None) -> tuple[int | str, ...]:
    """Return what is to be known as events come in: whether it listens, to whom, and whether others matter."""
    if consultation is None:
        return 0, "", "", 0
    room = consultation.room
    lines = dict.fromkeys(line.by for line in consultation.transcript)
    others_matter = not room.company or room.ours
    return int(consultation.listening), "\n".join(room.addressed), "\n".join(lines), int(others_matter)


def write(consultation: Consultation) -> str:
    """Return the stored form; of the transcript only the last lines."""
    if len(consultation.transcript) > TRANSCRIPT_LINES:
        consultation = consultation.but(transcript=consultation.transcript[-TRANSCRIPT_LINES:])
    return consultation.model_dump_json()
