"""The trial of a conversation's samples, run to its end by whichever worker is alive.

Every call is kept as it comes, so a worker's death costs the calls in flight. The result goes back as an event whose
name is that of the trial: a job that runs twice is answered once.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from bot.chat.events import Body, Event, Failed, Measured, Progressed
from bot.chat.reply import Progress, Text
from bot.consultation.model import Consultation, Samples
from bot.model.errors import ModelError
from bot.platform import metrics
from bot.service import limits
from bot.service.conversation import OWN_FAULTS, keep_apart
from bot.service.damage import mend
from bot.service.intake import accept
from bot.service.jobs import orders
from bot.service.jobs.reports import keep_report
from bot.service.jobs.seals import Seals
from bot.settings import Settings
from bot.store.connection import keep_trying
from bot.store.consultations import Store
from bot.store.errors import StoreError
from bot.store.spending import Purse, counters
from bot.turn.context import TurnContext
from bot.turn.trial_run import measure
from bot.turn.trials import RESULT

if TYPE_CHECKING:
    from bot.trial.report.result import TrialReport
    from bot.trial.task import Call

log = logging.getLogger("advisor.trial")
T = TypeVar("T")

PATIENCE = 20.0
"""Seconds that a running trial waits for a store that is gone, before it is tried again later."""
TRIES = 5
"""How often a trial may fail by itself without getting any further before it is given up."""
DEATHS = 20
"""How often its process may end before that is taken to be the trial's fault, as where it takes too much memory. More
than for a turn: it takes longer to its first call, so that more often something else ends the process before that."""
GIVEN_UP = Failed(
    sentence="The trial could not be run to its end, and I stopped trying. Your samples are kept: "
    "send one of them again to start anew."
)
NOT_BEGUN = Failed(
    sentence="The trial could not be started: my queue of trials takes nothing right now. Your samples are kept: "
    "send one of them again later to start anew."
)
FORGED = Failed(
    sentence="The trial could not be run: what was kept of it is damaged, or was changed by somebody else. "
    "Send your samples again to start anew."
)
LOST = Failed(sentence="No trial was running any more. Your samples are kept: send one of them again to start anew.")


@dataclass(frozen=True)
class Pace:
    """How often a running trial looks and tells, in seconds."""

    watch: float = 0.5
    tell: float = 1.0
    alive: float = 5.0
    """Without a look for so long it is taken for dead; less than the lease after which another worker gets it."""


class HandedBack(Exception):
    """This process ends; another one is to go on with the trial."""


class Elsewhere(Exception):
    """This process ends; another one has taken the trial over already."""


@dataclass(frozen=True)
class Trial:
    """One trial under way."""

    store: Store
    conversation: str
    id: str
    seals: Seals
    pace: Pace
    settings: Settings = field(default_factory=Settings)
    """What people and workspaces may spend in a day."""
    runner: str = field(default_factory=lambda: secrets.token_hex(6))
    """Names this start: the latest one runs the trial, and those that were too slow for their lease leave it alone."""

    async def run(self, advisor: Callable[[], Awaitable[TurnContext]], leaving: asyncio.Event) -> None:
        """Measure what is not measured yet and say how it ended; HandedBack or Elsewhere when `leaving` comes first."""
        connection = self.store.connection
        order = await orders.begun(connection, self.conversation, self.id, self.seals)
        if order is None:
            await orders.end(connection, self.conversation, self.id)
            return
        if order == "forged":
            log.error("A trial is given up: what the store holds of it is not what was signed when it was begun.")
            await self._say(None, f"{self.id}{RESULT}", FORGED)
            return
        told = await self._look()
        if told == "elsewhere":  # what comes twice is not run twice
            told = await self._when_other_ended(leaving)
        if told == "drop":
            return
        start = await orders.start(connection, self.conversation, self.runner)
        try:
            if start.failed >= TRIES or start.died >= DEATHS:
                log.error("A trial is given up: failed %d times, its process ended %d.", start.failed, start.died)
                await self._say(order.by, f"{self.id}{RESULT}", GIVEN_UP)
                return
            await keep_apart(start.died)
            case, _ = await self.store.load(self.conversation)
            if case is None:
                await orders.end(connection, self.conversation, self.id)
                return
            as_begun = case.but(samples=Samples.model_validate_json(order.samples))
            body = await self._ended(as_begun, order.by or case.asker, start.counted, advisor, leaving)
            if body is not None:
                await self._say(case.asker, f"{self.id}{RESULT}", body)
        except Elsewhere:
            raise  # the starts are counted for whoever runs it by now
        except Exception as error:
            if isinstance(error, StoreError) and error.kind == "misused":  # or each start would pay for calls in vain
                await mend(connection, self.conversation, self.store.keep)
            passing = isinstance(error, HandedBack) or (isinstance(error, StoreError) and error.kind not in OWN_FAULTS)
            count = orders.excuse if passing else orders.fail
            await count(connection, self.conversation)
            raise

    async def _ended(
        self,
        case: Consultation,
        payer: str | None,
        counted: bool,
        advisor: Callable[[], Awaitable[TurnContext]],
        leaving: asyncio.Event,
    ) -> Body | None:
        """Return how it ended, None where nobody waits for it any more."""
        if not counted and (refusal := await self._too_many(payer)):
            return Failed(sentence=f"{refusal} Your samples are kept.")
        ready = await advisor()
        if ready.model is None:
            raise ModelError("unreachable", "The model that a trial was begun for cannot be opened here.")
        return await self._measured(case, payer, ready, leaving)

    async def _too_many(self, payer: str | None) -> str | None:
        """Count the trial for who started it; return why it is one too many, None where it is not."""
        if payer is None:
            return None
        connection, once = self.store.connection, f"{self.conversation} {self.id}"
        _, reached = await limits.take(connection, limits.of_person(payer), "trials", once=once)
        await orders.note_counted(connection, self.conversation)
        return reached.sentence if reached else None

    async def _measured(
        self, case: Consultation, payer: str | None, advisor: TurnContext, leaving: asyncio.Event
    ) -> Body | None:
        """Return how it ended, None where nobody waits for it any more."""
        from bot.trial.task import Call

        kept: list[Call] = []
        for line in await self.store.calls(self.conversation, self.id):
            try:
                kept.append(Call.model_validate_json(line))
            except ValidationError:
                log.error("A call that was kept of a trial is damaged, and is made again.")
        stop, further = asyncio.Event(), False
        purse = await asyncio.to_thread(self._purse, case, advisor, payer)
        news: asyncio.Queue[Progress] = asyncio.Queue()

        async def keep(call: "Call") -> None:
            nonlocal further
            purse.paid(call.usd, call.count)
            if purse.owes:
                await self._settle(purse)
            await self._insist(lambda: self.store.add_call(self.conversation, self.id, call.model_dump_json()))
            metrics.TRIAL_CALLS.labels("failed" if call.error else "answered").inc()
            if not call.error:
                metrics.MODEL_SECONDS.labels("trial").observe(call.seconds)
            metrics.paid(payer, call.tokens_in + call.judge_in, call.tokens_out + call.judge_out, call.usd)
            if not further:
                further = True
                await self._insist(lambda: orders.start_over(self.store.connection, self.conversation))

        measuring = asyncio.create_task(
            measure(case, advisor, kept=kept, keep=keep, tell=news.put_nowait, stop=stop, spend=purse.spend)
        )
        watching = asyncio.create_task(self._watch(stop))
        left = asyncio.create_task(leaving.wait())
        telling = asyncio.create_task(self._tell(case, news))
        tasks: tuple[asyncio.Task[Any], ...] = (measuring, watching, left)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            ended = measuring.done()
            lost = watching.result() if watching.done() else None
        finally:
            for task in (*tasks, telling):
                task.cancel()
            await asyncio.gather(*tasks, telling, return_exceptions=True)
            await self._settle(purse)
        if ended:
            body, report = measuring.result()
            if purse.refused is not None:
                metrics.REFUSALS.labels("cap").inc()
            body = _closed(body, report, purse)
            if isinstance(body, Measured):
                await self._insist(lambda: self._keep(body.result.id, report))
            return body
        if lost == "elsewhere":
            lost = await self._when_other_ended(leaving)
        if lost == "drop":
            return None
        raise HandedBack

    async def _keep(self, trial: str, report: "TrialReport") -> None:
        await keep_report(self.store.connection, self.conversation, trial, report, self.store.keep)

    def _purse(self, case: Consultation, advisor: TurnContext, payer: str | None) -> Purse:
        """Return what the trial's calls are paid from, with what one of them is likely to cost."""
        from bot.trial.order import order_of
        from bot.trial.task import TaskError

        each: float | None = None
        with suppress(TaskError):  # said where it is run
            if advisor.model is not None:
                base = case.samples.base or advisor.model.name
                each = order_of(case.samples, advisor.model, advisor.knowledge).takes(base).each
        return Purse(self.store.connection, counters(self.settings, payer), each, insist=self._insist)

    async def _settle(self, purse: Purse) -> None:
        try:
            await purse.settle()
        except StoreError as error:
            log.warning("What a trial spent could not be corrected yet. %s", error)

    async def _watch(self, stop: asyncio.Event) -> orders.Order:
        """Set `stop` when the trial is told to stop; return why it is no longer ours."""
        while (told := await self._look_again()) in ("go", "stop"):
            if told == "stop":
                stop.set()
        return told

    async def _when_other_ended(self, leaving: asyncio.Event) -> orders.Order:
        """Return what the trial is told once no other runs it: to end before would take it from the queue, and it may
        die there."""
        while (told := await self._look_again()) == "elsewhere":
            if leaving.is_set():
                raise Elsewhere
        return told

    async def _look(self) -> orders.Order:
        connection, place = self.store.connection, (self.conversation, self.id, self.runner)
        return await orders.look(connection, *place, self.pace.alive)

    async def _look_again(self) -> orders.Order:
        while True:
            await asyncio.sleep(self.pace.watch)
            try:
                return await self._look()
            except StoreError as error:
                log.debug("What a trial is told cannot be seen. %s", error)

    async def _tell(self, case: Consultation, news: asyncio.Queue[Progress]) -> None:
        while True:
            progress = await news.get()
            await self._say_how_far(case, progress, news)
            await asyncio.sleep(self.pace.tell)

    async def _say_how_far(self, case: Consultation, progress: Progress, news: asyncio.Queue[Progress]) -> None:
        """Tell it, or what is newer: what could not be told in time is out of date."""
        while not news.empty():
            progress = news.get_nowait()
        progress = progress.model_copy(update={"id": self.id})
        try:
            await self._say(case.asker, f"{self.id}:{progress.done}", Progressed(progress=progress))
        except StoreError as error:
            log.info("How far a trial is could not be told. %s", error)

    async def _say(self, to: str | None, message: str, body: Body) -> None:
        await self._insist(lambda: tell(self.store, self.conversation, message, body, to=to))

    async def _insist(self, attempt: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return await keep_trying(attempt, self.store.connection, PATIENCE)


def _closed(body: Body, report: "TrialReport", purse: Purse) -> Body:
    """Return how a trial ended; where a daily cap ended it, it says so."""
    if not isinstance(body, Measured):
        return body
    if purse.refused is None:
        return body.model_copy(update={"parts": report.offered(body.result.id)})
    if not body.result.rungs:
        return Failed(sentence=f"{purse.refused.sentence} Your samples are kept.")
    capped = Text(markdown=f"The trial ended early. {purse.refused.sentence}", voice="notice")
    return body.model_copy(update={"parts": (capped, *report.offered(body.result.id))})


async def tell(store: Store, conversation: str, message: str, body: Body, *, to: str | None = None) -> None:
    """Bring an event of long work to its conversation, once for each `message`; `to` is who asked for it."""
    event = Event(
        conversation=conversation,
        platform="advisor",
        channel=conversation,
        message=message,
        author=to or "advisor",
        at=datetime.now(UTC),
        body=body,
    )
    await accept(store.connection, event, keep=store.keep)
