"""Put the parts together. The only file of the core that names platforms."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any

from bot.model.errors import ModelError
from bot.model.select import Chosen, choose, open_model
from bot.model.tracing import traced
from bot.settings import Settings
from bot.turn.context import TurnContext
from knowledge.load import Knowledge, load
from knowledge.prices import Prices, load_prices

if TYPE_CHECKING:
    from bot.model.client import Model
    from bot.platform.port import Check, Open
    from bot.service.serve import Beside, Role, Speed
    from bot.store.errors import StoreError

log = logging.getLogger("advisor.app")

LONGEST_PAUSE = 60.0
"""Seconds between two tries to open a model."""
PATIENCE = 5.0
"""Seconds that a turn waits for a model to be opened the first time."""


@dataclass(frozen=True)
class Known:
    """The knowledge of this process, checked once at start."""

    knowledge: Knowledge
    prices: Prices
    answers: bool = True
    """Whether a model may word answers."""
    finetunes: tuple[str, ...] = ()
    """Finetunes that people may have compared."""

    def advisor(self, model: "Model | None") -> TurnContext:
        """Return what a turn needs, as of today."""
        from bot.consultation.derived import deriver, explainer
        from bot.reading import may_read
        from bot.turn.dataset_and_cost import cost_parts

        today = datetime.now(UTC).date()
        reads = model is not None and may_read(model.name, model.demonstration)
        derive, explain = deriver(self.prices, today), explainer(self.prices, today)
        cost = partial(cost_parts, self.prices, today=today)
        return TurnContext(
            self.knowledge,
            derive,
            model,
            reads,
            explain,
            cost,
            prices=self.prices,
            today=today,
            answers=self.answers,
            finetunes=self.finetunes,
        )


def known(settings: Settings) -> Known:
    """Load the rules and prices, with the house's laid over them; KnowledgeError names every fault."""
    return Known(load(settings.knowledge), load_prices(settings.knowledge), settings.answers, settings.finetunes)


def prepare(knowledge: Knowledge) -> Thread:
    """Import and make in the background what the first message would wait for."""

    def make() -> None:
        from bot import reading

        import_module("bot.turn.turn")
        reading.prepare(knowledge)

    thread = Thread(target=make, name="reading", daemon=True)
    thread.start()
    return thread


def _prepare_known(knowing: "asyncio.Task[Known]") -> None:
    if not knowing.cancelled() and knowing.exception() is None:
        prepare(knowing.result().knowledge)


@asynccontextmanager
async def opening(chosen: Chosen) -> AsyncGenerator["asyncio.Task[Model | None]"]:
    """Make the chosen model ready in the background, and close it at the end; the task raises ModelError."""

    async def open_() -> "Model | None":
        return None if chosen.kind == "none" else await open_model(chosen)

    task = asyncio.create_task(open_())
    try:
        yield task
    finally:
        task.cancel()
        done = await asyncio.gather(task, return_exceptions=True)
        for model in done:
            if model is not None and not isinstance(model, BaseException):
                await model.aclose()


async def chat(settings: Settings, *, no_model: bool, resume: bool) -> bool:
    """Hold a consultation at the terminal; return whether all of it was stored."""

    from adapters.console import chat as terminal
    from adapters.console.screen import screen
    from adapters.console.trial import run_here
    from bot.store.consultations import open_store

    console = screen(highlight=False)
    chosen = choose(settings, no_model=no_model, local=True)
    console.print(chosen.announcement, markup=False)

    def report(error: "StoreError | None") -> None:
        console.print(f"{error} I keep trying." if error else "The store is back.", style="dim")

    told: list[str] = []
    retention = timedelta(days=settings.retention_days)

    def know() -> asyncio.Task[Known]:
        return asyncio.create_task(asyncio.to_thread(known, settings))

    # What is wrong with rules of a house is said before anything is asked.
    checked = know() if settings.knowledge is not None else None
    async with open_store(settings, retention=retention, patience=20, report=report) as store, opening(chosen) as model:
        if checked is not None:
            await checked
        # When the loop comes to these the prompt is shown, which they would only hold up.
        knowing = checked or know()
        knowing.add_done_callback(_prepare_known)

        async def advisor() -> TurnContext:
            try:
                opened = await asyncio.shield(model)
            except ModelError as error:
                opened = None
                if not told:
                    console.print(
                        f"{error.sentence} I go on without a model. (Reference {error.reference}.)",
                        style="red",
                        markup=False,
                    )
            made = (await asyncio.shield(knowing)).advisor(opened)
            if opened and not made.reads and not told:
                note = (
                    f"{opened.name} runs samples; it does not read well enough, so I read by choices and plain words."
                )
                console.print(note, style="dim", markup=False)
            told.append("said")
            return made

        last = await store.last(terminal.person()) if resume else None
        stored, version = await store.load(last) if last else (None, 0)
        if resume and stored is None:
            console.print("There is no consultation to go on with; this is a new one.", style="dim")
        session = terminal.Terminal(
            console=console,
            store=store,
            advisor=advisor,
            trial=partial(run_here, advisor),
            folder=settings.home / "pictures",
            case=stored or terminal.new_case(),
            version=version,
        )
        console.print(terminal.GREETING)
        async with terminal.closing_lines(terminal.lines_of()) as lines:
            await session.hold(lines)
        return not session.tell_unsaved()


async def consult(settings: Settings, *, no_model: bool) -> None:
    """Hold a consultation as JSON lines on standard input and output."""
    from adapters.console import headless
    from adapters.console.trial import run_quietly

    chosen = choose(settings, no_model=no_model, local=False)
    if chosen.fault and chosen.kind == "named":
        print(f"{chosen.fault}.", file=sys.stderr)
    ready = known(settings)
    async with opening(chosen) as model:
        try:
            opened = await model
        except ModelError as error:
            opened = None
            print(f"{error.sentence} Going on without a model. (Reference {error.reference}.)", file=sys.stderr)
        advisor = ready.advisor(opened)
        await headless.consult(sys.stdin, _write_line, advisor, partial(run_quietly, advisor))


def platforms(settings: Settings) -> list["Open"]:
    """Return what opens the platforms whose tokens are set."""
    opens: list[Open] = []
    if settings.slack:
        from adapters.slack.platform import open_slack

        opens.append(open_slack)
    if settings.discord_bot_token:
        from adapters.discord.platform import open_discord

        opens.append(open_discord)
    return opens


async def platform_checks(settings: Settings, channel: str | None = None) -> list["Check"]:
    """Look at the platforms, and with `channel` at what Discord allows in that one; nothing raises."""
    from adapters.discord.doctor import checks as discord
    from adapters.slack.doctor import checks as slack
    from bot.store.consultations import open_store
    from bot.store.errors import StoreError

    try:
        async with open_store(settings) as store:
            found = await slack(settings, store.connection)
    except StoreError:  # which the check of the store itself has told
        found = await slack(settings)
    return [*found, *await discord(settings, channel)]


def slack_manifest(public_url: str | None, *, minimal: bool, rotation: bool) -> dict[str, Any]:
    """Return the manifest of the Slack app; it needs no settings."""
    from adapters.slack.manifest import manifest

    return manifest(public_url, minimal=minimal, rotation=rotation)


async def discord_sync(settings: Settings) -> str:
    """Tell Discord of the commands, and return what to say about it; StartupError where that does not do."""
    from adapters.discord.platform import sync_commands

    return await sync_commands(settings)


async def serve(
    settings: Settings,
    opens: Sequence["Open"],
    *,
    role: "Role",
    no_model: bool,
    say: Callable[[str], None],
    speed: "Speed | None" = None,
    beside: "Beside | None" = None,
) -> None:
    """Serve these platforms until told to end."""
    from bot.service import serve as service

    beside = beside or service.Beside()
    service.check(settings, role, opens, beside)
    ready = known(settings)
    chosen, preparing = choose(settings, no_model=no_model, local=False), None
    if role != "gateway" or beside.workers:
        say(chosen.announcement)
    if role == "gateway":
        chosen = Chosen("none", "")  # it only accepts
    else:
        preparing = prepare(ready.knowledge)
    tracing = traced() if settings.traces else nullcontext()
    async with advising(ready, chosen, preparing) as advisor:
        with tracing:
            await service.serve(settings, role, opens, ready.knowledge, advisor, say, speed=speed, beside=beside)


@asynccontextmanager
async def advising(
    ready: Known, chosen: Chosen, preparing: Thread | None = None
) -> AsyncGenerator[Callable[[], Awaitable[TurnContext]]]:
    """Yield what makes an advisor for each turn; a model that cannot be opened is left out, and tried again.

    A turn waits for what is being prepared: made a second time in the event loop, it would hold up acknowledgements.
    """
    models: list[Model] = []
    tried = asyncio.Event()

    async def keep_opening() -> None:
        pause = 1.0
        while not models:
            try:
                models.append(await open_model(chosen))
            except ModelError as error:
                log.warning("Going on without the model for now. %s (Reference %s.)", error.sentence, error.reference)
            tried.set()
            if not models:
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    async def advisor() -> TurnContext:
        if preparing is not None and preparing.is_alive():
            await asyncio.to_thread(preparing.join)
        if chosen.kind != "none":
            with suppress(TimeoutError):  # nobody waits for a server that is slow to say what it has
                async with asyncio.timeout(PATIENCE):
                    await tried.wait()
        return ready.advisor(models[0] if models else None)

    opening = asyncio.create_task(keep_opening()) if chosen.kind != "none" else None
    try:
        yield advisor
    finally:
        if opening is not None:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
        for model in models:
            await model.aclose()


def _write_line(line: str) -> None:
    print(line, flush=True)
