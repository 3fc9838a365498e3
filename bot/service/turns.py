"""What a batch of events comes to in a service: the turn, and the long work that it starts or ends."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import dropwhile

from bot.chat.commands import parse
from bot.chat.events import Answered, Deleted, Event, Failed, Measured, Pressed, Progressed, Removed
from bot.chat.events import Said as Words
from bot.chat.reply import Reply, Text
from bot.consultation.model import Consultation
from bot.platform import metrics
from bot.platform.port import Platform
from bot.service.conversation import Said, Turn
from bot.service.jobs.trial import trial_of
from bot.service.workspace import storage
from bot.service.workspace.policy import House, changed, refusal
from bot.store import introductions
from bot.store.consultations import Store
from bot.store.outbox import Job
from bot.turn.context import Advisor
from bot.turn.trials import begins
from bot.turn.turn import Outcome, turn

OF_JOBS = (Measured, Progressed, Failed)
APOLOGY = Reply(
    parts=(
        Text(
            markdown="Something went wrong on my side with what came last, and I could not answer it. "
            "What I held before is kept: say it again in other words, or `status` to see it.",
            voice="error",
        ),
    )
)
GONE = "That consultation was forgotten, or has expired. Say what you want to know, and I begin anew."
OF_THE_HOUSE = frozenset({"allow", "deny", "off", "on"})
"""Commands of those who manage the workspace."""
HOUSE_HELP = (
    "Say `allow` or `deny` for this channel, `allow #channel`, `allow everywhere`, `allow role` with a role, "
    "`off` or `on`."
)


@dataclass(frozen=True)
class Answering:
    """Answers the conversations of a service."""

    advisor: Callable[[], Awaitable[Advisor]]
    store: Store
    platforms: Mapping[str, Platform] = field(default_factory=dict[str, Platform])
    channels: tuple[str, ...] = ()
    """Those that are answered where a workspace has not said otherwise; none for all."""

    async def answer(self, case: Consultation | None, events: Sequence[Event]) -> Said:
        """Answer one batch: bring in what it only names, leave out what may not be answered, then take a turn."""
        if case is None and all(isinstance(event.body, OF_JOBS) for event in events):
            return Said(None)  # the end of a trial whose conversation was forgotten
        if gone := next((event for event in events if isinstance(event.body, Removed)), None):
            return Said(None, [_forget_workspace(gone)])
        metrics.TURNS.inc()
        talk, first, say = _apart(_spoken_to_us(events) if case is None else events)
        talk, aside = await self._allowed(talk)
        if case is None:
            talk, gone = _begun(talk)
            aside += gone
        say = [*aside, *say]
        talk = [brought for event in talk for brought in await self._bring(event)]
        if not talk:
            return Said(case, say)
        before = case or _new(talk[0])
        advisor = replace(await self.advisor(), manages=self._manages)
        outcome = await turn(before, talk, advisor)
        _count(outcome.case, before)
        via = next((event.via for event in reversed(talk) if event.via), before.via)
        if outcome.forget:
            drop = Job(name="drop", arguments={"conversation": before.id})
            return Said(None, [*_by(outcome.replies, via), *say, drop])
        outcome = await self._introduced(outcome, talk, advisor)
        return Said(outcome.case, _by([*first, *outcome.replies, *say, *_work(outcome, before, talk, advisor)], via))

    async def _bring(self, event: Event) -> Sequence[Event]:
        platform = self.platforms.get(event.platform)
        return await platform.bring(event) if platform else [event]

    async def _manages(self, event: Event) -> bool:
        platform = self.platforms.get(event.platform)
        return platform is not None and await platform.manages(event)

    async def _allowed(self, talk: Sequence[Event]) -> tuple[list[Event], list[Reply | Job]]:
        """Return what may be answered here, and what is said about the rest."""
        kept: list[Event] = []
        say: list[Reply | Job] = []
        known: dict[str, House] = {}
        for event in talk:
            if event.platform not in self.platforms or _takes_back(event):
                kept.append(event)
                continue
            if event.workspace not in known:
                known[event.workspace] = await storage.load(self.store.connection, event.platform, event.workspace)
            house = known[event.workspace]
            if command := _of_the_house(event):
                if not await self._manages(event):
                    say.append(_to(event, "Only those who manage this workspace can change that."))
                    continue
                if (decided := changed(house, command, event, self.channels)) is None:
                    say.append(_to(event, HOUSE_HELP))
                    continue
                known[event.workspace], told = decided
                say += [self._decide(event, command), _to(event, told, voice="say")]
            elif why := await self._refusal(house, event):
                say += [_to(event, why)] if event.only is None else []
            else:
                kept.append(event)
        return kept, say

    def _decide(self, event: Event, command: str) -> Job:
        """Return the job that writes it down: the command and not its result, since another may come first."""
        given = {"event": event.model_dump_json(), "words": command, "channels": ",".join(self.channels)}
        return Job(name="house", arguments={"conversation": event.conversation, **given})

    async def _refusal(self, house: House, event: Event) -> str | None:
        why = refusal(house, self.channels, event)
        # Who manages the workspace needs no role; only where it could matter is that looked up.
        if why and refusal(house, self.channels, event, manages=True) is None and await self._manages(event):
            return None
        return why

    async def _introduced(self, outcome: Outcome, talk: Sequence[Event], advisor: Advisor) -> Outcome:
        """Say to whom the advisor is new what it is, and where their words go, beside what is said anyway."""
        if not outcome.replies:
            return outcome
        people = dict.fromkeys(event.author for event in talk if event.platform in self.platforms)
        connection, keep, case = self.store.connection, self.store.keep, outcome.case
        strangers = [
            person
            for person in people
            if person not in case.told_them and await introductions.meets(connection, person, case.id, keep=keep)
        ]
        if not strangers:
            return outcome
        notice = Text(markdown=introduction(advisor), voice="notice")
        at = next((n for n, reply in enumerate(outcome.replies) if reply.to is None), None)
        told = strangers if at is not None else [each.to for each in outcome.replies if each.to in strangers]
        replies = tuple(
            reply.model_copy(update={"parts": (*reply.parts, notice)})
            if n == at or (at is None and reply.to in told)
            else reply
            for n, reply in enumerate(outcome.replies)
        )
        return replace(outcome, case=case.but(told_them=(*case.told_them, *told)), replies=replies)


def answering(
    advisor: Callable[[], Awaitable[Advisor]],
    store: Store,
    platforms: Sequence[Platform] = (),
    channels: tuple[str, ...] = (),
) -> Turn:
    """Return the turn of a service."""
    return Answering(advisor, store, {each.name: each for each in platforms}, channels).answer


def introduction(advisor: Advisor) -> str:
    """Say what the advisor is, and where words go that are written to it."""
    model = advisor.model
    if model is None:
        goes = "No model server is involved: what you write stays in this service."
    elif advisor.reads:
        goes = f"What you write to me is read by {model.name} at {model.where}, which also runs your samples."
    else:
        goes = f"What you write stays in this service; only samples are sent to {model.name} at {model.where}."
    return f"I am automated and can be wrong: check what matters. {goes}"


def _takes_back(event: Event) -> bool:
    """Tell whether somebody ends or deletes something of theirs, which may be done anywhere."""
    match event.body:
        case Deleted() | Pressed(action="stop" | "forget"):
            return True
        case Words(text=text):
            command = parse(text)
            return command is not None and command.name in ("stop", "forget", "leave")
        case _:
            return False


def _spoken_to_us(events: Sequence[Event]) -> list[Event]:
    """Return what comes after the first word for us: what was overheard before that begins no consultation."""
    return list(dropwhile(lambda event: event.only is not None, events))


def _begun(talk: Sequence[Event]) -> tuple[list[Event], list[Reply | Job]]:
    """Return what may begin a consultation, and what is said to presses of one that is gone."""
    gone = [event for event in talk if event.spends and isinstance(event.body, Answered | Pressed)]
    return [event for event in talk if event not in gone], [_to(event, GONE) for event in gone]


def _of_the_house(event: Event) -> str | None:
    """Return the words of a command about the workspace, as in `allow here`."""
    command = parse(event.body.text) if isinstance(event.body, Words) else None
    return f"{command.name} {command.rest}".strip() if command and command.name in OF_THE_HOUSE else None


def _forget_workspace(event: Event) -> Job:
    given = {"platform": event.platform, "workspace": event.workspace}
    return Job(name="workspace", arguments={"conversation": event.conversation, **given})


def _to(event: Event, sentence: str, *, voice: str = "error") -> Reply:
    part = Text.model_validate({"markdown": sentence, "voice": voice})
    return Reply(parts=(part,), to=event.author, via=event.via)


def _by(say: Sequence[Reply | Job], via: str | None) -> list[Reply | Job]:
    """Return the same with the way to answer the last event in each reply that has none."""
    return [
        each.model_copy(update={"via": via}) if isinstance(each, Reply) and each.via is None and via else each
        for each in say
    ]


def _new(event: Event) -> Consultation:
    now = datetime.now(UTC)
    return Consultation(id=event.conversation, started=now, updated=now)


def _apart(events: Sequence[Event]) -> tuple[list[Event], list[Reply | Job], list[Reply | Job]]:
    """Return what a turn takes, what is said before it and what after: how far a trial is, before where it ended."""
    talk = [event for event in events if not isinstance(event.body, Progressed)]
    newest = [event.body.progress for event in events if isinstance(event.body, Progressed)][-1:]
    ended = any(isinstance(event.body, Measured | Failed) for event in talk)
    far: list[Reply | Job] = [Reply(parts=(progress,)) for progress in newest]
    return talk, far if ended else [], [] if ended else far


def _work(outcome: Outcome, before: Consultation, talk: Sequence[Event], advisor: Advisor) -> list[Reply | Job]:
    conversation = before.id
    work: list[Reply | Job] = [
        Job(name="ended", arguments={"conversation": conversation, "trial": trial_of(event)})
        for event in talk
        if isinstance(event.body, Measured | Failed)
    ]
    if outcome.stop:
        work.append(Job(name="stop", arguments={"conversation": conversation}))
    if outcome.trial:
        # A name of its own, so that what an earlier one measured of other samples is not taken for this one's.
        trial = f"trial-{len(outcome.case.trials) + 1}-{secrets.token_hex(6)}"
        samples = outcome.case.samples
        given = {"conversation": conversation, "trial": trial, "samples": samples.model_dump_json()}
        work += [Reply(parts=begins(outcome.case, advisor)), Job(name="trial", arguments={**given})]
    return work


def _count(case: Consultation, before: Consultation) -> None:
    if case.verdict is not None and case.verdict != before.verdict:
        metrics.VERDICTS.labels(case.verdict.verdict).inc()
    if case.asked is not None and case.asked != before.asked:
        metrics.QUESTIONS.inc()
    for person, how in case.feedback.items():
        if before.feedback.get(person) != how:
            metrics.FEEDBACK.labels(how).inc()
