"""The service: platforms bring events in, workers hold conversations and run long work, until it is told to end.

A gateway only accepts, a worker only works; they share nothing but the store, and there may be any number of each.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, Literal

from bot.chat.events import Event
from bot.chat.reply import Reply
from bot.platform import metrics
from bot.platform.port import (
    Accept,
    Deliver,
    Delivered,
    Delivery,
    Open,
    Platform,
    PlatformContext,
    Rejected,
    RetryLater,
    StartupError,
)
from bot.service.intake import LIMIT, LONGEST, accept
from bot.service.jobs.engine import LEASE, Jobs
from bot.service.jobs.trial import Pace
from bot.service.limits import Shield
from bot.service.supervisor import SERVING, Supervisor
from bot.service.turns import answering, apology
from bot.service.web.links import Links
from bot.service.web.pages import application, listening
from bot.service.web.pages.report import reports
from bot.service.web.readiness import Readiness, look
from bot.service.worker import Timing, Worker
from bot.settings import Settings
from bot.store.consultations import Store, open_store
from bot.store.errors import StoreError
from bot.turn.context import TurnContext
from bot.vault import open_vault
from knowledge.load import Knowledge

log = logging.getLogger("advisor.serve")

Role = Literal["all", "gateway", "worker"]
Say = Callable[[str], None]
PATIENCE = 5.0
"""Seconds that a turn waits for a store that is gone."""
GRACE = 3.0
"""Seconds beyond the drain time after which the process ends whatever still hangs; the store has all that counts."""
BEHIND = 5
"""By how much the work of a worker process is less urgent than that of its gateway, which acknowledges."""
NOT_HERE = RetryLater(30.0, in_doubt=False)


@dataclass(frozen=True)
class Speed:
    """How fast a service notices things."""

    worker: Timing = field(default_factory=Timing)
    lease: float = LEASE
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True)
class Beside:
    """Which other processes of this machine belong to this one."""

    workers: Supervisor | None = None
    """Those that work behind it."""
    attached: bool = False
    """True where it is one of them: it ends when its standard input does."""


def check(settings: Settings, role: Role, opens: Sequence[Open], beside: Beside) -> None:
    """Raise StartupError where these settings make no service."""
    if role != "all" and beside == Beside() and settings.secret_key is None:
        raise StartupError(
            f"The role {role} needs ADVISOR_SECRET_KEY, the same for all processes: 32 bytes in url-safe base64, as "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` prints."
        )
    if role != "worker" and not opens:
        raise StartupError(
            "No platform is on. For Slack set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET; "
            "for Discord set DISCORD_BOT_TOKEN."
        )


async def serve(
    settings: Settings,
    role: Role,
    opens: Sequence[Open],
    knowledge: Knowledge,
    advisor: Callable[[], Awaitable[TurnContext]],
    say: Say,
    *,
    speed: Speed | None = None,
    beside: Beside | None = None,
) -> None:
    """Serve until told to end, then finish what runs or hand it back; StartupError, StoreError at the start."""
    beside, speed = beside or Beside(), speed or Speed()
    check(settings, role, opens, beside)
    workers = beside.workers
    if beside.attached:
        os.nice(BEHIND)
    if role != "all" and beside == Beside() and settings.redis_url is None:
        say(f"The other role must use the store under {settings.home} too; on another machine, set REDIS_URL for both.")
    retention = timedelta(days=settings.retention_days)
    with _told_to_end(settings.drain_seconds, attached=beside.attached) as stop:
        async with open_store(settings, retention=retention, patience=PATIENCE) as store, AsyncExitStack() as stack:
            vault = open_vault(settings)
            shield = Shield(settings.messages_a_minute)
            host = PlatformContext(settings, store, knowledge, vault, role == "all", shield.floods)
            platforms = [await stack.enter_async_context(open_(host)) for open_ in opens]
            accepts, take = platforms if role != "worker" else [], accepting(store, shield)
            pages = application(partial(_looked, store, role, accepts, workers, stop), workers and workers.figures)
            links = Links(store.connection, vault, settings.public_url, store.keep) if settings.public_url else None
            pages.router.add_routes(reports(Links(store.connection, vault, "", store.keep), store, advisor))
            for each in accepts:
                pages.router.add_routes(each.routes(take))
            async with listening(pages, settings.http_host, settings.http_port) as address:
                parts = [partial(each.run, take, stop) for each in accepts]
                if role != "gateway":
                    jobs = Jobs(settings, store, advisor, lease=speed.lease, pace=speed.pace)
                    timing = replace(speed.worker, drain=settings.drain_seconds)
                    deliver = delivering(platforms, jobs)
                    answer = answering(advisor, store, platforms, settings, links, vault)
                    worker = Worker(store, answer, deliver, timing=timing, apology=partial(apology, knowledge))
                    parts += [partial(worker.run, stop), partial(jobs.run, stop)]
                if workers:
                    parts.append(partial(workers.run, stop))
                say(SERVING.format(role=role, address=address))
                await _until_told(parts, stop, settings.drain_seconds)
    say("Ended; what was not finished is in the store.")


async def _looked(
    store: Store, role: Role, accepts: Sequence[Platform], workers: Supervisor | None, stop: asyncio.Event
) -> Readiness:
    living = workers.living if workers else None
    return await look(store.connection, role, accepts, stopping=stop.is_set(), workers=living)


def accepting(store: Store, shield: Shield | None = None) -> Accept:
    """Return what a platform calls with each event."""
    shield = shield or Shield(20)

    async def take(inbound: Event, /, *, comes_once: bool = False) -> bool:
        if not shield.lets(inbound):
            metrics.EVENTS.labels("flooded").inc()
            return False
        within = LONGEST if comes_once else LIMIT
        began = time.monotonic()
        try:
            stored = await accept(store.connection, inbound, keep=store.keep, within=within)
        except StoreError:
            metrics.EVENTS.labels("refused").inc()
            raise
        metrics.TAKING.observe(time.monotonic() - began)
        metrics.EVENTS.labels("accepted" if stored else "repeated").inc()
        return stored

    return take


def delivering(platforms: Sequence[Platform], jobs: Jobs) -> Deliver:
    """Return what the outbox is brought with: replies to their platform, jobs to the engine."""
    by_name = {platform.name: platform for platform in platforms}

    async def deliver(delivery: Delivery) -> Delivered | RetryLater | Rejected:
        if not isinstance(delivery.what, Reply):
            return await jobs.deliver(delivery.what, delivery.key, delivery.tries, conversation=delivery.conversation)
        name = delivery.conversation.partition(":")[0]
        platform = by_name.get(name)
        if platform is None:
            log.warning("A reply for %s waits: that platform is not on in this process.", name)
            outcome: Delivered | RetryLater | Rejected = NOT_HERE
        else:
            outcome = await platform.deliver(delivery)
        said = {Delivered: "delivered", RetryLater: "retried", Rejected: "refused"}[type(outcome)]
        metrics.DELIVERIES.labels(said).inc()
        return outcome

    return deliver


async def _until_told(
    parts: Sequence[Callable[[], Coroutine[Any, Any, None]]], stop: asyncio.Event, drain: float
) -> None:
    """Run all parts until `stop`; one that ends before that ends them all, with its error."""
    tasks = [asyncio.create_task(part()) for part in parts]
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        # The conversations keep to the drain time themselves; a little more, so that they are not cut off in that.
        _, late = await asyncio.wait([stopped, *tasks], timeout=drain + GRACE / 2)
        for task in late:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


@contextmanager
def _told_to_end(drain: float, *, attached: bool) -> Generator[asyncio.Event]:
    """Yield an event that SIGTERM, SIGINT and a closed terminal set; the second one ends the process at once.

    With `attached` the end of standard input sets it, too: it comes when the process that started this one is gone.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    signals = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # which `nohup` asks for
        signals.append(signal.SIGHUP)
    # Where something hangs that cannot be cancelled. All that counts is in the store, so this is a good end, too.
    last = threading.Timer(drain + GRACE, os._exit, (0,))
    last.daemon = True

    def told() -> None:
        if not last.is_alive():
            last.start()
        stop.set()
        for each in signals:
            loop.remove_signal_handler(each)

    def heard() -> None:
        if not os.read(0, 1024):
            loop.remove_reader(0)
            told()

    for each in signals:
        loop.add_signal_handler(each, told)
    if attached:
        loop.add_reader(0, heard)
    try:
        yield stop
    finally:
        last.cancel()
        if attached:
            loop.remove_reader(0)
        for each in signals:
            loop.remove_signal_handler(each)
