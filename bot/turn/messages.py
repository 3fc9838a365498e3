"""Messages: said, changed, deleted, and those from before the advisor came."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from bot import reading
from bot.chat.commands import Command
from bot.chat.events import Earlier, Event, Said
from bot.chat.files import asks_to_run
from bot.chat.reply import Part, Text
from bot.consultation.claims import claim, withdraw
from bot.consultation.model import TRANSCRIPT_LINES, Consultation, How, Line, Samples
from bot.consultation.trial_state import Phase
from bot.consultation.view import view
from bot.text import markdown
from bot.turn import outage
from bot.turn.answers import skip
from bot.turn.context import TurnContext
from bot.turn.explain import answer_command, answer_question
from bot.turn.record import claim_of, line_of
from bot.turn.samples import keep_samples
from bot.turn.step import Step
from knowledge.load import Knowledge
from knowledge.lookup import look_up

_OPENING = re.compile(
    r"(?:(?:hi|hello|hey)\b\W*)?(?:should|shall) (?:we|i) (?:fine-?tune|train)\b[^.!?]{0,60}\??|(?:hi|hello|hey)\W*",
    re.IGNORECASE,
)
"""The question that everybody begins with holds no fact, and needs no remark."""


async def read(consultation: Consultation, event: Event, text: str, context: TurnContext) -> Step:
    """Read a message."""
    if event.only is None and consultation.listens == "never":
        consultation = consultation.but(listens="answers")  # mentioned again after `leave`
    transcript = (*consultation.transcript, line_of(event, text))[-TRANSCRIPT_LINES:]
    return await _understood(consultation.but(transcript=transcript), event, text, context)


async def edit(consultation: Consultation, event: Event, text: str, context: TurnContext) -> Step:
    """Read an edited message as an answer to what it answered before; what was said after it stays."""
    if not any(line.message == event.message for line in consultation.transcript):
        return Step(consultation)  # what was not for us before its edit is not for us now
    answered = [
        fact
        for fact, claims in consultation.claims.items()
        if any(one.message == event.message and one.closed for one in claims)
    ]
    first = next((x.at for x in consultation.transcript if x.message == event.message), event.at)
    lines = (line_of(event, text) if x.message == event.message else x for x in consultation.transcript)
    consultation = withdraw(consultation, event.message, files=False).but(transcript=tuple(lines))
    later = {
        fact
        for fact, claims in consultation.claims.items()
        if any(one.by == event.author and one.closed and one.at >= first for one in claims)
    }
    then = event.model_copy(update={"at": first})
    return await _understood(consultation, then, text, context, asked=answered, keep=later)


def delete(consultation: Consultation, event: Event) -> Step:
    """Take back what only a deleted message held."""
    kept = tuple(x for x in consultation.transcript if x.message != event.message)
    without = withdraw(consultation, event.message).but(transcript=kept)
    changed = without.claims != consultation.claims or without.samples != consultation.samples
    return Step(without, advances=changed)


async def catch_up(consultation: Consultation, event: Event, earlier: Earlier, context: TurnContext) -> Step:
    """Read what people said before the advisor came, in one go, and say how much of it that was."""
    lines = [line for line in earlier.lines if line.text.strip()]
    step = Step(
        consultation.but(
            names={**earlier.names, **consultation.names},
            transcript=(*consultation.transcript, *lines)[-TRANSCRIPT_LINES:],
            listens="answers",
        )
    )
    knowledge = context.knowledge
    facts, asks, ages = knowledge.facts, knowledge.asks, knowledge.models
    for line in lines:  # each by itself, so that two who disagree are heard as two
        plain = reading.read_patterns(line.text, facts=facts, asked=(), questions=asks, ages=ages)
        step = step.then(_claimed(step.consultation, _spoken(event, line), plain.found, (), knowledge))
    if reader := outage.reader(consultation, event, context):
        whole = "\n\n".join(line.text for line in lines)
        got = await reading.read(
            whole, facts=facts, asked=(), questions=asks, model=reader, ages=ages, limit=outage.reading_time(context)
        )
        for one in got.found if got.by_model else ():
            # The words tell whose they are; a quote that runs over two messages is nobody's.
            said = next((line for line in lines if one.quote in line.text), None)
            if said is not None:
                step = step.then(_claimed(step.consultation, _spoken(event, said), [one], (), knowledge))
    if lines and earlier.complete:
        told = f"I read what was said here before ({_count(len(lines))})."
    elif lines:
        told = f"I could read only the last {_count(len(lines))} here: paste what matters from before."
    else:
        told = "I cannot read what was said here before: paste what matters."
    return step.say(Text(markdown=told, voice="notice"))


def _spoken(event: Event, line: Line) -> Event:
    """Return an event as if it had brought this line."""
    return event.model_copy(update={"author": line.by, "at": line.at, "message": line.message or event.message})


def _count(messages: int) -> str:
    return f"{messages} message{'s' if messages > 1 else ''}"


async def _understood(
    consultation: Consultation,
    event: Event,
    text: str,
    context: TurnContext,
    *,
    asked: Sequence[str] | None = None,
    keep: Set[str] = frozenset(),
) -> Step:
    """Take from a text what it states, asks and brings; `keep` are facts that it may not change."""
    knowledge = context.knowledge
    if asked is None:
        asked = consultation.asked.facts if consultation.asked else ()
    reader = outage.reader(consultation, event, context)
    got = await reading.read(
        text,
        facts=knowledge.facts,
        asked=asked,
        questions=knowledge.asks,
        model=reader,
        ages=knowledge.models,
        limit=outage.reading_time(context),
    )
    if got.by_model:
        step = Step(outage.recovered(consultation))
    elif got.error is not None or (reader is None and reading.wants_model(text, got)):
        step = Step(outage.missed(consultation, event, context))
    else:
        step = Step(consultation)
    if got.error is not None:
        step = step.then(outage.failed(step.consultation, event, got.error))
    samples, found = got.samples, got.found
    answered = got.unsure or got.skip or any(one.fact in asked for one in found)
    files = isinstance(event.body, Said) and bool(event.body.files)
    if consultation.trial.phase is Phase.requested and not files:
        # One message after "try" may be a prompt alone; a line that states facts is none.
        taken = step.consultation.but(trial=consultation.trial.after("read"))
        step = step.then(Step(taken))
        plain = not (answered or got.question) and (not found or "\n" in text.strip() or "{input}" in text)
        if samples is None and plain:
            samples, found = Samples(prompt=text.strip()), ()
    told = samples is not None or bool(answered or found or got.samples_fault)
    overheard = event.only is not None
    if overheard and not told and not (got.question and look_up(knowledge, got.question)):
        return step  # people talk to each other
    new = [one for one in found if one.fact not in keep]
    step = step.then(_claimed(step.consultation, event, new, asked, knowledge))
    unsure = step.consultation
    for fact in got.unsure:
        unsure = claim(unsure, knowledge, fact, claim_of(event, None, How.chosen))
    step = step.then(Step(unsure, advances=True))
    if got.cut:
        step = step.say(Text(markdown="That was long: I read the first 12,000 characters of it.", voice="notice"))
    if samples is not None:
        run = consultation.at_terminal or consultation.trial.awaits_samples or asks_to_run(text)
        step = step.then(keep_samples(step.consultation, event, samples, run=run))
    if got.samples_fault:
        step = step.say(Text(markdown=markdown.escaped(got.samples_fault), voice="error"))
    if got.skip:
        step = step.then(skip(step.consultation, event, knowledge))
    if got.question:
        return step.say(answer_question(knowledge, got.question))
    if told or files:
        return step
    said = _not_understood(step.consultation, text, context)
    begun = consultation.asked is not None or consultation.verdict is not None
    # What is open stands above already.
    return replace(step, advances=step.advances and not (said and begun)).say(*said)


def _not_understood(consultation: Consultation, text: str, context: TurnContext) -> list[Part]:
    """Say that nothing was read, and explain where somebody asks why."""
    head = text.strip().split(maxsplit=1)[0].lower() if text.strip() else ""
    if head.startswith("/"):
        return [Text(markdown=f"There is no command {markdown.escaped(head)}; `help` lists them.", voice="notice")]
    if head == "why" and consultation.verdict:
        seen = view(consultation, context.knowledge, context.derive)
        return answer_command(context.knowledge, Command("why"), consultation, seen)
    if not head or _OPENING.fullmatch(text.strip()):
        return []
    said = "I took no fact from that: answer with a choice, or say it in other words (in English)."
    return [Text(markdown=said, voice="notice")]


def _claimed(
    consultation: Consultation,
    event: Event,
    found: Sequence[reading.Found],
    asked: Sequence[str],
    knowledge: Knowledge,
) -> Step:
    """Return the step that a message's facts are; an answer to an open dispute settles it."""
    settles = consultation.asked is not None and consultation.asked.conflict
    for one in found:
        how = How.chosen if settles and one.fact in asked else How.stated
        closed = one.closed or not isinstance(one.value, tuple)
        held = claim_of(event, one.value, how, one.quote, closed=closed)
        consultation = claim(consultation, knowledge, one.fact, held)
    return Step(consultation, learned=tuple(one.fact for one in found))
