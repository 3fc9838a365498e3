"""The engine of long work: pydocket on the conversations' own Redis.

What `add` brings is run at least once, by any worker, until it ends: while it runs its lease is renewed, and after a
crash another worker goes on. Arguments are signed JSON (`arguments.py`), so only texts and numbers go in.
"""

import asyncio
import importlib
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from bot.model.errors import ModelError
from bot.platform.port import Delivered, Rejected, RetryLater
from bot.service.damage import mend
from bot.service.jobs import orders
from bot.service.jobs.arguments import key_of, replace_pickles, split_key
from bot.service.jobs.seals import Seals
from bot.service.jobs.trial import FORGED, LOST, NOT_BEGUN, Elsewhere, HandedBack, Pace, Trial, tell
from bot.service.workspace import storage
from bot.service.workspace.audit import audited
from bot.service.workspace.removal import forget_workspace
from bot.settings import Settings
from bot.store.connection import Connection, pause_after
from bot.store.consultations import Store
from bot.store.errors import StoreError, as_store_error
from bot.store.jobs import (
    ApplyPolicy,
    DropTrial,
    EndTrial,
    ForgetPerson,
    ForgetWorkspace,
    InterruptTrial,
    Job,
    RunTrial,
)
from bot.turn.context import TurnContext
from bot.turn.trials import RESULT
from bot.vault import open_vault

if TYPE_CHECKING:
    from docket import Docket

log = logging.getLogger("advisor.jobs")

NAME = "advisor:jobs"
LEASE = 10.0
"""Seconds after which the work of a dead worker goes to another; renewed four times in that time."""
AT_ONCE = 8
"""Trials that one worker runs side by side."""
ADD_LIMIT = 5.0
LEAVE_LIMIT = 5.0
"""Seconds in which the engine signs off and trials are handed back, before it is told to end once more."""
LONGEST_PAUSE = 60.0
TRIES = 30
"""How often a trial is tried to be queued before it is given up, in words: what is said behind it waits so long."""
SOON = 2.0
"""Seconds between two of these tries."""


class Jobs:
    """Long work of this process: started from the outbox, and run beside the conversations."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        advisor: Callable[[], Awaitable[TurnContext]],
        *,
        lease: float = LEASE,
        pace: Pace | None = None,
    ) -> None:
        self._url, self._settings = address(settings, store.connection), settings
        self._store, self._advisor, self._lease, self._pace = store, advisor, lease, pace or Pace()
        self.vault = open_vault(settings)
        self._seals = Seals(store.connection, self.vault, store.keep)
        self._docket: Docket | None = None
        self._leaving = asyncio.Event()

    async def deliver(
        self, job: Job, key: str, tries: int = 0, *, conversation: str = ""
    ) -> Delivered | RetryLater | Rejected:
        """Do what the entry of the outbox with this key asks for; once done it is not done again.

        What was not asked for here, or for another conversation than this one, is refused. A trial that cannot be
        queued after so many `tries` before is given up, and who asked is told.
        """
        try:
            if await self._seals.is_done(job.conversation, job.id):
                return Delivered()
            if not await self._seals.hold_job(job, conversation or job.conversation):
                await self._told_forged(job.conversation, job.trial if isinstance(job, RunTrial) else "")
                return Rejected(f"The job {job.kind} bears no signature of this installation for this conversation.")
        except StoreError as error:
            log.warning("A job could not be started yet. %s", error)
            return RetryLater()
        outcome = await self._carried_out(job, key, tries)
        if isinstance(outcome, Delivered):
            await self._seals.note_done(job.conversation, job.id)
        return outcome

    async def _told_forged(self, conversation: str, trial: str) -> None:
        """Tell a conversation that waits for this trial that it is not run. Raises StoreError."""
        case, _ = await self._store.load(conversation) if trial else (None, 0)
        if case is not None and case.trial.running and case.trial.name == trial:
            await tell(self._store, conversation, f"{trial}{RESULT}", FORGED)

    async def _carried_out(self, job: Job, key: str, tries: int) -> Delivered | RetryLater:
        if not isinstance(job, RunTrial):
            return await self._done(job, key)
        try:
            outcome = await self._done(job, key)
        except Exception as error:
            log.exception("A trial could not be queued (%s).", type(error).__name__)
            outcome = RetryLater()
        if isinstance(outcome, Delivered):
            return outcome
        if tries + 1 >= TRIES:
            try:
                await mend(self._store.connection, job.conversation, self._store.keep)  # so that the next one can be
                # Under the name of its result: where it was queued after all, only one of the two is taken.
                await tell(self._store, job.conversation, f"{job.trial}{RESULT}", NOT_BEGUN)
            except StoreError as error:
                log.warning("That a trial could not be queued is not said yet. %s", error)
            else:
                log.error("A trial is given up: it could not be queued in %d tries.", tries + 1)
                return Delivered()
        return RetryLater(SOON, in_doubt=outcome.in_doubt)

    async def _done(self, job: Job, key: str) -> Delivered | RetryLater:
        connection, conversation = self._store.connection, job.conversation
        try:
            match job:
                case RunTrial(trial=trial, samples=samples, by=by):
                    held = samples.model_dump_json()
                    if await self._seals.is_done(conversation, trial):
                        return Delivered()
                    seals, keep = self._seals, self._store.keep
                    await orders.begin(connection, conversation, trial, held, by=by, keep=keep, seals=seals)
                    return await self._add(conversation, trial)
                case InterruptTrial():
                    if not await orders.ask_to_stop(connection, conversation):
                        await tell(self._store, conversation, key, LOST)
                case EndTrial(trial=trial):
                    # Not where another trial has taken its place: the calls are that one's by now.
                    await self._seals.note_done(conversation, trial)
                    if await orders.current(connection, conversation) == trial:
                        await self._store.drop_calls(conversation)
                        await orders.end(connection, conversation, trial)
                case DropTrial():
                    await self._seals.note_done(conversation, await orders.current(connection, conversation) or "")
                    await orders.end(connection, conversation)
                case ApplyPolicy(event=event, words=words, channels=channels):
                    await storage.change(connection, event, words, channels)
                    await audited(self._store, words, f"{event.platform}:{event.workspace}", event.author)
                case ForgetWorkspace(platform=platform, workspace=workspace, organisation=whole, before=before):
                    await forget_workspace(self._store, platform, workspace, organisation=whole, before=before)
                    await audited(self._store, "uninstall", f"{platform}:{workspace}")
                case ForgetPerson(person=person):
                    await self._store.forget_person(person, but=conversation)
        except StoreError as error:
            log.warning("A job could not be started yet. %s", error)
            return RetryLater()
        return Delivered()

    async def run(self, stop: asyncio.Event) -> None:
        """Work on jobs until `stop`, then hand back what runs."""
        from redis.exceptions import RedisError

        stopped = asyncio.create_task(stop.wait())
        pause = 0.5
        try:
            while not stopped.done():
                try:
                    await self._work(stopped)
                except (RedisError, OSError, StoreError) as error:
                    log.warning("The job engine lost the store (%s); it tries again.", type(error).__name__)
                    await asyncio.wait([stopped], timeout=pause)
                    pause = min(5.0, pause * 2)
        finally:
            stopped.cancel()

    async def _work(self, stopped: asyncio.Task[Any]) -> None:
        await self._seals.take_unsigned()  # seen before the first turn has left anything in a new store
        # It takes most of a second, in which platforms wait for acknowledgements.
        await asyncio.to_thread(importlib.import_module, "docket")
        from docket import Docket, Worker

        await asyncio.to_thread(replace_pickles, self.vault)
        # What failed is said by the jobs themselves; the engine would write a trace for each hand-back.
        logging.getLogger("docket.dependencies").setLevel(logging.CRITICAL)
        # Nothing of a finished job stays: what came of it is an event of the conversation.
        async with Docket(name=NAME, url=self._url, execution_ttl=timedelta(0)) as docket:
            docket.register(self._task(), names=["trial"])
            async with Worker(
                docket,
                name=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
                concurrency=AT_ONCE,
                redelivery_timeout=timedelta(seconds=self._lease),
                reconnection_delay=timedelta(seconds=1),
                schedule_automatic_tasks=False,
            ) as worker:
                # Not Worker.run: it takes SIGTERM for itself, which ends the conversations beside it as well.
                working = asyncio.create_task(worker.run_forever())
                self._docket = docket
                try:
                    await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    self._docket = None
                    # First no new work, then back with what runs: otherwise it would be taken again here.
                    working.cancel()
                    await asyncio.sleep(0)
                    self._leaving.set()
                    await _ended(working)
                    if not stopped.done():
                        self._leaving.clear()
                if not working.cancelled() and (error := working.exception()) is not None:
                    raise error

    async def _add(self, conversation: str, trial: str) -> Delivered | RetryLater:
        if self._docket is None:
            return RetryLater(in_doubt=False)
        try:
            async with asyncio.timeout(ADD_LIMIT):
                with as_store_error(self._store.connection.where):
                    # A key that waits or runs is not added again, so the trial stands in it.
                    await self._docket.add("trial", key=key_of(conversation, trial))(conversation, trial)
        except TimeoutError:
            return RetryLater()
        return Delivered()

    def _task(self) -> Callable[..., Awaitable[None]]:
        from docket import Retry

        async def trial(
            conversation: str = "",
            trial: str = "",
            retry: Retry = Retry.forever(),  # noqa: B008  docket's way
            refused: str = "",
        ) -> None:
            try:
                if not conversation:
                    await self._told_forged(*split_key(refused))
                    return
                work = Trial(self._store, conversation, trial, self._seals, self._pace, self._settings)
                await work.run(self._advisor, self._leaving)
                return
            except Elsewhere:
                raise asyncio.CancelledError from None  # neither acknowledged nor put back: it is another's
            except HandedBack:
                log.info("A trial is handed back: this process ends.")
                pause = 0.0
            except StoreError as error:
                log.warning("A trial waits until the store is back. %s", error)
                pause = 2.0
            except ModelError as error:
                log.warning("A trial waits for its model. %s", error.sentence)
                pause = pause_after(retry.attempt, LONGEST_PAUSE)
            except Exception as error:
                log.exception("A trial failed (%s); it is tried again.", type(error).__name__)
                pause = pause_after(retry.attempt, LONGEST_PAUSE)
            retry.after(timedelta(seconds=pause))

        return trial


async def _ended(working: asyncio.Task[None]) -> None:
    """Wait for a task that was told to end, and tell it again: a silent store holds it while it signs off."""
    while not working.done():
        try:
            await asyncio.wait([working], timeout=LEAVE_LIMIT)
        finally:
            working.cancel()


def address(settings: Settings, connection: Connection) -> str:
    """Return the store's address as the engine reads it; its forms for Sentinel and Cluster are ours."""
    if settings.redis_url is None:
        reader: Any = connection.reader
        return f"unix://{quote(reader.connection_pool.connection_kwargs['path'])}"
    url, _, query = settings.redis_url.get_secret_value().partition("?")
    # The engine waits on the server for as long as a minute; a limit for answers would cut that off.
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "socket_timeout"]
    return f"{url}?{urlencode(kept)}" if kept else url
