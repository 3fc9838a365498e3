"""What a batch of events comes to in a service: the turn, and the long work that it starts or ends."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from bot import metrics
from bot.consultation import Consultation, Samples
from bot.events import Failed, Inbound, Measured, Progressed
from bot.handling import Said, Turn
from bot.jobs.trial import trial_of
from bot.reply.parts import Choices, Option, Part, Reply, Text
from bot.state.outbox import Job
from bot.turn import Advisor, Outcome, turn

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


def answering(advisor: Callable[[], Awaitable[Advisor]]) -> Turn:
    """Return the turn of a service."""

    async def answer(case: Consultation | None, events: Sequence[Inbound]) -> Said:
        if case is None and all(isinstance(event.body, OF_JOBS) for event in events):
            return Said(None)  # the end of a trial whose conversation was forgotten
        metrics.TURNS.inc()
        talk, how_far = _apart(events)
        if not talk:
            return Said(case, how_far)
        before = case or _new(talk[0])
        outcome = await turn(before, talk, await advisor())
        _count(outcome.case, before)
        if outcome.forget:
            return Said(None, [*outcome.replies, Job(name="drop", arguments={"conversation": before.id})])
        return Said(outcome.case, [*outcome.replies, *how_far, *_work(outcome, before, talk)])

    return answer


def _new(event: Inbound) -> Consultation:
    now = datetime.now(UTC)
    return Consultation(id=event.conversation, started=now, updated=now)


def _apart(events: Sequence[Inbound]) -> tuple[list[Inbound], list[Reply]]:
    """Return what a turn takes, and how far a trial is: the newest only, and nothing where it has ended."""
    talk = [event for event in events if not isinstance(event.body, Progressed)]
    newest = [event.body.progress for event in events if isinstance(event.body, Progressed)][-1:]
    ended = any(isinstance(event.body, Measured | Failed) for event in talk)
    return talk, [Reply(parts=(progress,)) for progress in newest if not ended]


def _work(outcome: Outcome, before: Consultation, talk: Sequence[Inbound]) -> list[Reply | Job]:
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
        work += [Reply(parts=_begins(samples)), Job(name="trial", arguments={**given})]
    return work


def _begins(samples: Samples) -> tuple[Part, ...]:
    pairs = len(samples.pairs)
    what = f"{pairs} sample{'s' if pairs > 1 else ''}" if pairs else "your prompt"
    stop = Choices(action="stop", options=(Option(value="stop", label="Stop"),))
    return Text(markdown=f"I run {what} now.", voice="notice"), stop


def _count(case: Consultation, before: Consultation) -> None:
    if case.verdict is not None and case.verdict != before.verdict:
        metrics.VERDICTS.labels(case.verdict.verdict).inc()
    if case.asked is not None and case.asked != before.asked:
        metrics.QUESTIONS.inc()
