"""What a batch of events comes to in a service: the turn, and the long work that it starts or ends."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import dropwhile
from typing import ParamSpec, TypeVar

from bot.chat import wording
from bot.chat.events import (
    Answered,
    Earlier,
    Event,
    Failed,
    Measured,
    Pasted,
    Present,
    Pressed,
    Progressed,
    Removed,
    Said,
)
from bot.chat.reply import File, Part, Reply, Text
from bot.consultation.model import Consultation
from bot.model.tracing import span
from bot.platform import metrics
from bot.platform.port import Platform
from bot.service.admission import Admission, given_back, to_author
from bot.service.conversation import Outcome, Turn
from bot.service.jobs.reports import kept_report
from bot.service.jobs.seals import bound
from bot.service.limits import within_limits
from bot.service.paying import paid
from bot.service.tally import count, move, traced
from bot.service.web.links import Links
from bot.service.workspace.audit import audited
from bot.settings import Settings
from bot.store import notices
from bot.store.consultations import Store
from bot.store.jobs import DropTrial, EndTrial, ForgetWorkspace, InterruptTrial, Job, RunTrial
from bot.store.jobs import ForgetPerson as PersonGone
from bot.text.apart import Apart, Fair, Processes, elsewhere, is_small, worked_on_at, worked_on_before
from bot.turn.context import TurnContext
from bot.turn.people.attention import OF_JOBS, heard_all
from bot.turn.people.small_talk import in_passing
from bot.turn.step import DropMeasured, Forget, LinkRecord, ShowReport, StartTrial, StopTrial, UnlinkRecord
from bot.turn.trials import begins, stop, trial_of
from bot.turn.turn import TurnResult, turn
from bot.vault import Vault
from knowledge.load import Knowledge

P = ParamSpec("P")
T = TypeVar("T")
SORRY = "Something went wrong on my side with what came last, and I could not answer it. What I held before is kept:"
NOT_KEPT = Text(markdown="That is kept no more. `again` runs the trial once more.", voice="notice")
NO_PAGE = "There is no page to link to, since this service has no address on the web: here is the file."
GONE = "That consultation was forgotten, or has expired. Say what you want to know, and I begin anew."


@dataclass(frozen=True)
class Turns:
    """Takes the turns of a service's conversations."""

    context: Callable[[], Awaitable[TurnContext]]
    store: Store
    platforms: Mapping[str, Platform] = field(default_factory=dict[str, Platform])
    settings: Settings = field(default_factory=Settings)
    """Where all are answered that a workspace has not said otherwise of, and what may be spent in a day."""
    apart: Apart = field(default_factory=Processes)
    filing: Fair = field(default_factory=lambda: Fair(3, 1))
    """Places of turns that hold files, ten MiB each at most: that is what bounds the memory of a process."""
    catching_up: Fair = field(default_factory=lambda: Fair(2))
    """Places at which what was said before a late mention is fetched and taken apart."""
    links: Links | None = None
    """Makes links to pages; None where the service has no address on the web."""
    vault: Vault | None = None
    """Signs the work that a turn starts."""

    async def answer(self, consultation: Consultation | None, events: Sequence[Event]) -> Outcome:
        """Answer one batch: admit what may be answered, fetch what it only names, then take a turn."""
        bringing = next((event for event in events if isinstance(event.body, Said | Pasted) and event.body.files), None)
        async with AsyncExitStack() as held:
            if bringing is not None:
                async with elsewhere():
                    await held.enter_async_context(self.filing.place(bringing.author))
            outcome = await self._answered(consultation, events)
            return replace(outcome, say=[self._signed(each) for each in outcome.say])

    def _signed(self, said: Reply | Job) -> Reply | Job:
        return said if isinstance(said, Reply) or self.vault is None else bound(said, self.vault)

    async def _answered(self, consultation: Consultation | None, events: Sequence[Event]) -> Outcome:
        if consultation is None and all(isinstance(event.body, OF_JOBS) for event in events):
            return Outcome(None)  # the end of a trial whose conversation was forgotten
        if gone := next((event for event in events if isinstance(event.body, Removed)), None):
            job = ForgetWorkspace(
                conversation=gone.conversation,
                platform=gone.platform,
                workspace=gone.workspace,
                organisation=gone.organisation,
                before=gone.at,
            )
            return Outcome(None, [job])
        metrics.TURNS.inc()
        talk, last = _apart(_spoken_to_us(events) if consultation is None else events, consultation)
        context = replace(await self.context(), is_admin=self._is_admin, apart=self._aside)
        admission = Admission(self.store.connection, self.platforms, self._is_admin, self.settings)
        talk, policies = await asyncio.gather(self._unforgotten(events[0].conversation, talk), admission.policies(talk))
        before = consultation or _new(events[0])
        talk = heard_all(before, talk, context.knowledge)
        if consultation is not None and consultation.listens == "never":
            last = []  # after `leave` a trial goes on without a word
        came = talk
        talk, aside = await admission.admit(talk, policies)
        talk, over = await self._within_limits(talk)
        aside += [*over, *await given_back(self.store.connection, came, talk)]
        if consultation is None:
            talk, lost = _begun(talk)
            talk, passing = _in_passing(talk, context.knowledge)
            aside += [*lost, *passing]
        last = [*aside, *last]
        talk = [brought for event in talk for brought in await self._enriched(event)]
        talk = [
            event
            if not isinstance(event.body, Earlier) or await admission.lets_read(event)
            else event.model_copy(update={"body": event.body.model_copy(update={"offered": False})})
            for event in talk
        ]
        if not talk:
            return Outcome(consultation, last)
        with span("invoke_agent finetune-advisor", traced(before.id)) as tell:
            paying = paid(self.store.connection, self.settings, talk, context.model)
            async with paying as bill:
                result = await turn(before, talk, context)
            last = [*await bill.told(), *last]
            tell({"advisor.events": len(talk), "advisor.move": move(result)})
        count(result.consultation, before)
        via = next((event.via for event in reversed(talk) if event.via), before.via)
        others = [PersonGone(conversation=before.id, person=each) for each in result.forgets_people]
        if result.forgets:
            since = {"": max(event.at for event in talk)}
            await self._audited(result, before, talk[-1])
            return Outcome(None, [*_by(result.replies, via), *last, DropTrial(conversation=before.id), *others], since)
        result = await self._introduced(await self._linked(result), talk, context)
        first = await self._reported(result)
        result, work = _work(result, talk, context)
        since = {person: max(event.at for event in talk) for person in result.forgets_people}
        back = any(isinstance(effect, DropMeasured) for effect in result.effects)
        return Outcome(result.consultation, _by([*first, *result.replies, *last, *work, *others], via), since, back)

    async def _audited(self, result: TurnResult, before: Consultation, event: Event) -> None:
        """Note where somebody else than who asked has a consultation deleted: only an admin may."""
        for effect in result.effects:
            if isinstance(effect, Forget) and effect.by not in (None, before.asker) and not event.private:
                await audited(self.store, "forget", f"{event.platform}:{event.workspace}", effect.by or "")

    async def _aside(self, whose: str, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        if is_small(*args, **named):
            return work(*args, **named)
        async with elsewhere():
            return await self.apart(whose, work, *args, **named)

    async def _within_limits(self, talk: Sequence[Event]) -> tuple[list[Event], list[Reply]]:
        """Return what is taken of a batch of people's, and what is said about the rest."""
        if not any(event.platform in self.platforms for event in talk):
            return [*talk], []
        return await within_limits(self.store.connection, talk, self.settings.messages_a_minute)

    async def _unforgotten(self, conversation: str, talk: Sequence[Event]) -> list[Event]:
        """Return what was not said before it was forgotten: what comes late does not bring that back."""
        since = await self.store.forgotten(conversation)
        return [event for event in talk if isinstance(event.body, OF_JOBS) or not since.covers(event.author, event.at)]

    async def _enriched(self, event: Event) -> Sequence[Event]:
        platform = self.platforms.get(event.platform)
        if platform is None or isinstance(event.body, Present):
            return [event]
        if not event.late:
            return await platform.enrich(event)
        async with elsewhere(), self.catching_up.place(event.author) as place:
            noted = worked_on_at(place)
            try:
                return await platform.enrich(event)
            finally:
                worked_on_before(noted)

    async def _is_admin(self, event: Event) -> bool:
        platform = self.platforms.get(event.platform)
        return platform is not None and await platform.is_admin(event)

    async def _reported(self, result: TurnResult) -> list[Reply]:
        """Return the sections of reports that were asked for."""
        said: list[Reply] = []
        for effect in result.effects:
            if isinstance(effect, ShowReport):
                held = await kept_report(self.store.connection, result.consultation.id, effect.trial)
                said.append(Reply(parts=(held.section(effect.section) if held else ()) or (NOT_KEPT,)))
        return said

    async def _linked(self, result: TurnResult) -> TurnResult:
        """Say beside a decision record where its page is, and end links that are to open nothing any more."""
        conversation = result.consultation.id
        if self.links and any(isinstance(effect, UnlinkRecord) for effect in result.effects):
            await self.links.end(conversation)
        if not any(isinstance(effect, LinkRecord) for effect in result.effects):
            return result
        told = NO_PAGE
        if self.links:
            address, until = await self.links.to_record(conversation)
            told = (
                f"[Open it as a page]({address}). The link opens for whoever has it until {until}, unless "
                "`record off` or `forget` ends it before."
            )
        said = Text(markdown=told)
        replies = [each.model_copy(update={"parts": _before_file(each.parts, said)}) for each in result.replies]
        return replace(result, replies=tuple(replies))

    async def _introduced(self, result: TurnResult, talk: Sequence[Event], context: TurnContext) -> TurnResult:
        """Say to whom the advisor is new what it is, and where their words go, beside what is said anyway."""
        if not result.replies or result.forgets_people:  # who takes their words back is told nothing that is kept
            return result
        consultation = result.consultation
        at = next((n for n, reply in enumerate(result.replies) if reply.to is None and not reply.beside), None)
        if at is not None and consultation.introduced:
            return result  # it stands there for all to see
        reached = {reply.to for reply in result.replies}
        strangers = [
            first.author
            for first in _first_words(talk)
            if first.platform in self.platforms
            and (at is not None or first.author in reached)
            and first.author not in consultation.told_them
            and await notices.meets(self.store.connection, first.author, first, keep=self.store.keep)
        ]
        if not strangers:
            return result
        notice = Text(markdown=introduction(context), voice="notice")
        replies = tuple(
            reply.model_copy(update={"parts": (*reply.parts, notice)})
            if n == at or (at is None and reply.to in strangers)
            else reply
            for n, reply in enumerate(result.replies)
        )
        stands = consultation.introduced or at is not None
        known = consultation.but(told_them=(*consultation.told_them, *strangers), introduced=stands)
        return replace(result, consultation=known, replies=replies)


def _first_words(talk: Sequence[Event]) -> list[Event]:
    """Return of each person who spoke to us the first event."""
    to_us = [event for event in talk if event.addressed == "us"]
    return [each for n, each in enumerate(to_us) if all(before.author != each.author for before in to_us[:n])]


def answering(
    context: Callable[[], Awaitable[TurnContext]],
    store: Store,
    platforms: Sequence[Platform] = (),
    settings: Settings | None = None,
    links: Links | None = None,
    vault: Vault | None = None,
) -> Turn:
    """Return the function that a service takes its turns with."""
    by_name = {each.name: each for each in platforms}
    return Turns(context, store, by_name, settings or Settings(), links=links, vault=vault).answer


def _before_file(parts: Sequence[Part], said: Text) -> tuple[Part, ...]:
    """Return the parts with words before their first file; unchanged where there is none."""
    at = next((n for n, part in enumerate(parts) if isinstance(part, File)), None)
    return tuple(parts) if at is None else (*parts[:at], said, *parts[at:])


def apology(knowledge: Knowledge, case: Consultation | None, events: Sequence[Event]) -> Reply:
    """Say that no turn got through events; where a control was used up by it, what is open is asked anew."""
    via = next((event.via for event in reversed(events) if event.via), None)
    if case is not None and case.asked is not None and any(event.spends for event in events):
        told = Text(markdown=f"{SORRY} here is the question once more.", voice="error")
        return Reply(parts=(told, wording.form(knowledge, case.asked.facts)), live=True, via=via)
    told = Text(markdown=f"{SORRY} say it again in other words, or `status` to see it.", voice="error")
    return Reply(parts=(told,), via=via)


def introduction(context: TurnContext) -> str:
    """Say what the advisor is, and where words go that are written to it."""
    model = context.model
    if model is None:
        goes = "No model server is involved: what you write stays in this service."
    elif context.reads:
        goes = f"What you write to me is read by {model.name} at {model.where}, which also runs your samples."
    else:
        goes = f"What you write stays in this service; only samples are sent to {model.name} at {model.where}."
    return f"I am automated and can be wrong: check what matters. {goes}"


def _spoken_to_us(events: Sequence[Event]) -> list[Event]:
    """Return what comes after the first word for us: what was overheard before that begins no consultation."""
    return list(dropwhile(lambda event: event.addressed != "us", events))


def _begun(talk: Sequence[Event]) -> tuple[list[Event], list[Reply | Job]]:
    """Return what may begin a consultation, and what is said to presses of one that is gone."""
    gone = [event for event in talk if event.spends and isinstance(event.body, Answered | Pressed)]
    return [event for event in talk if event not in gone], [to_author(event, GONE) for event in gone]


def _in_passing(talk: Sequence[Event], knowledge: Knowledge) -> tuple[list[Event], list[Reply | Job]]:
    """Return what begins a consultation, and what is said to thanks and greetings where nothing else was said."""
    said = None
    for event in talk:  # one that brings something is enough
        if (said := in_passing(event, knowledge)) is None:
            break
    if said is None:
        return [*talk], []
    last = talk[-1]
    return [], [Reply(parts=(said,), to=None if last.private else last.author, aside=True, via=last.via)]


def _by(say: Sequence[Reply | Job], via: str | None) -> list[Reply | Job]:
    """Return the same with the way to answer the last event in each reply that has none."""
    return [
        each.model_copy(update={"via": via}) if isinstance(each, Reply) and each.via is None and via else each
        for each in say
    ]


def _new(event: Event) -> Consultation:
    now = datetime.now(UTC)
    return Consultation(id=event.conversation, started=now, updated=now)


def _apart(events: Sequence[Event], consultation: Consultation | None) -> tuple[list[Event], list[Reply | Job]]:
    """Return what a turn takes, and how far the trial under way is; nothing of that where it has ended."""
    talk = [event for event in events if not isinstance(event.body, Progressed)]
    running = consultation.trial if consultation is not None else None
    if running is None or not running.running or any(isinstance(event.body, Measured | Failed) for event in talk):
        return talk, []
    # One that was begun before trials had their names here is known by none.
    told = [event.body.progress for event in events if isinstance(event.body, Progressed)]
    newest = [progress for progress in told if running.name in ("", progress.id)][-1:]
    return talk, [Reply(parts=(progress, stop(progress.id))) for progress in newest]


def _work(result: TurnResult, talk: Sequence[Event], context: TurnContext) -> tuple[TurnResult, list[Reply | Job]]:
    """Return the jobs that a turn's effects are, with what is said as a trial begins, and the result that knows it."""
    consultation = result.consultation
    conversation = consultation.id
    work: list[Reply | Job] = [
        EndTrial(conversation=conversation, trial=trial_of(event))
        for event in talk
        if isinstance(event.body, Measured | Failed)
    ]
    for effect in result.effects:
        if isinstance(effect, StopTrial):
            work.append(InterruptTrial(conversation=conversation))
        elif isinstance(effect, StartTrial):
            # A name of its own, so that what an earlier one measured of other samples is not taken for this one's.
            trial = f"trial-{len(consultation.trials) + 1}-{secrets.token_hex(6)}"
            run = RunTrial(conversation=conversation, trial=trial, samples=consultation.samples, by=effect.by)
            work += [Reply(parts=begins(consultation, trial, context)), run]
            named = consultation.trial.model_copy(update={"name": trial})
            result = replace(result, consultation=consultation.but(trial=named))
    return result, work
