"""Messages: said, changed, deleted, and those from before the advisor came."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import timedelta

from bot import reading
from bot.chat import wording
from bot.chat.commands import Command
from bot.chat.events import Earlier, Event
from bot.chat.reply import Part, Text
from bot.consultation.claims import claim, withdraw
from bot.consultation.model import TRANSCRIPT_LINES, Consultation, How, Line, Samples
from bot.consultation.trial_state import Phase
from bot.consultation.view import View, view
from bot.model.errors import ModelError
from bot.text import markdown
from bot.turn.answers import skip
from bot.turn.context import TurnContext
from bot.turn.explain import answer_command, named_rule, why
from bot.turn.record import claim_of, line_of
from bot.turn.samples import keep_samples
from bot.turn.step import Decide, Step
from knowledge.load import Knowledge
from knowledge.lookup import look_up
from knowledge.schema import Intent

_OPENING = re.compile(
    r"(?:(?:hi|hello|hey)\b\W*)?(?:should|shall) (?:we|i) (?:fine-?tune|train)\b[^.!?]{0,60}\??|(?:hi|hello|hey)\W*",
    re.IGNORECASE,
)
"""The question that everybody begins with holds no fact, and needs no remark."""


READER_RESTS = timedelta(minutes=10)
"""After this long a model that failed for good is tried again: somebody may have mended it."""


LASTING = frozenset({"key", "model", "quota"})
"""Model failures that will not pass by themselves: the rest of the consultation goes on without it."""


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
    for line in lines:  # each by itself, so that two who disagree are heard as two
        plain = reading.understand(line.text, (), knowledge, overheard=True)
        step = step.then(_claimed(step.consultation, _spoken(event, line), plain.found, (), knowledge))
    if reader := _reader(consultation, event, context):
        whole = "\n\n".join(line.text for line in lines)
        got = await reading.read(whole, asked=(), knowledge=knowledge, model=reader)
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


def _reader(consultation: Consultation, event: Event, context: TurnContext):
    rested = event.at - consultation.updated > READER_RESTS
    return context.model if context.reads and (consultation.reader == "model" or rested) else None


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
    seen = view(consultation, knowledge, context.derive)
    overheard = event.only is not None
    got = await reading.read(
        text,
        asked=asked,
        knowledge=knowledge,
        model=_reader(consultation, event, context),
        before=seen.held.facts,
        overheard=overheard,
    )
    step = Step(consultation) if got.error is None else _failed(consultation, got.error)
    samples, found = got.samples, got.found
    answered = got.unsure or got.skip or any(one.fact in asked for one in found)
    if consultation.trial.phase is Phase.requested:
        # One message after "try" may be a prompt alone; a line that states facts is none.
        taken = step.consultation.but(trial=consultation.trial.after("read"))
        step = step.then(Step(taken))
        plain = not (answered or got.question) and (not found or "\n" in text.strip() or "{input}" in text)
        if samples is None and plain:
            samples, found = Samples(prompt=text.strip()), ()
    told = samples is not None or bool(answered or found or got.samples_fault)
    if overheard and not told and not (got.question and look_up(knowledge, got.question)):
        return step  # people talk to each other
    if not told and not got.skip and got.intent in _DONE:
        return step.then(_done(got, step.consultation, seen, context))
    new = [one for one in found if one.fact not in keep]
    step = step.then(_claimed(step.consultation, event, new, asked, knowledge))
    unsure = step.consultation
    for fact in got.unsure:
        unsure = claim(unsure, knowledge, fact, claim_of(event, None, How.chosen))
    step = step.then(Step(unsure, advances=True))
    if got.cut:
        step = step.say(Text(markdown="That was long: I read the first 12,000 characters of it.", voice="notice"))
    if samples is not None:
        step = step.then(keep_samples(step.consultation, event, samples))
    if got.samples_fault:
        step = step.say(Text(markdown=markdown.escaped(got.samples_fault), voice="error"))
    if got.skip:
        step = step.then(skip(step.consultation, event, knowledge))
    # What comes first may ask several things at once; later on only what is plainly a question is one.
    opens = consultation.answer is None and not overheard and any(mark in text for mark in "?？؟")
    if got.question and (shown := named_rule(knowledge, got.question)):
        step = step.say(shown)
    elif got.question or opens:
        step = replace(step, asks=(text if opens else got.question or "",))
    if got.question:
        return step
    if not told and got.candidates:
        return step.say(*_closest(got, knowledge))
    if told or got.intent == "smalltalk":
        return step
    return step.say(*_not_understood(step.consultation, text, context))


_DONE: dict[Intent, Command | None] = {
    "verdict": None,
    "status": Command("status"),
    "why": Command("why"),
    "counter": Command("why"),
    "help": Command("help"),
    "stop": None,
    "restart": None,
    "forget": None,
}
"""Intents that are answered at once, and the command that answers them."""


_PROPOSED = {
    "stop": "Shall I stop? `leave` makes me listen no further here, `stop` ends a trial.",
    "restart": "Shall we start over? `forget` deletes this consultation; what you say next begins a new one.",
    "forget": "Shall I delete this consultation? `forget` does it, for good.",
}
"""What ends or deletes something is done by its own word, never by a likeness."""


def _done(got: reading.Reading, consultation: Consultation, seen: View, context: TurnContext) -> Step:
    if got.intent == "verdict":
        return Step(consultation, effects=(Decide(),), advances=True)
    command = _DONE[got.intent]
    if command is None:
        return Step(consultation).say(Text(markdown=_PROPOSED[got.intent], voice="notice"))
    if command.name == "why":
        return Step(consultation).say(*why(context.knowledge, consultation, seen, context.explain))
    return Step(consultation).say(*answer_command(context.knowledge, command, consultation, seen))


def _closest(got: reading.Reading, knowledge: Knowledge) -> list[Part]:
    """Offer the options that a message is close to."""
    fact, near = next(iter(got.candidates.items()))
    named = ", ".join(f"*{wording.value(knowledge, fact, value)}*" for value in near)
    asked = f"Closest to {named}, or {'neither' if len(near) < 3 else 'none of them'}?"
    return [Text(markdown=asked, voice="notice")]


def _not_understood(consultation: Consultation, text: str, context: TurnContext) -> list[Part]:
    """Say that nothing was read, and explain where somebody asks why."""
    head = text.strip().split(maxsplit=1)[0].lower() if text.strip() else ""
    if head.startswith("/"):
        return [Text(markdown=f"There is no command {markdown.escaped(head)}; `help` lists them.", voice="notice")]
    if head == "why" and consultation.verdict:
        seen = view(consultation, context.knowledge, context.derive)
        return why(context.knowledge, consultation, seen, context.explain)
    if not head or _OPENING.fullmatch(text.strip()):
        return []
    said = "I took no fact from that. Answer with a choice, or say it in other words (in English)."
    return [Text(markdown=f"{said} `help` lists what I understand.", voice="notice")]


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


def _failed(consultation: Consultation, error: ModelError) -> Step:
    lasting = error.kind in LASTING
    consultation = consultation.but(reader="patterns") if lasting else consultation
    rest = "I go on without it, by choices and plain words." if lasting else "I read this one without it."
    told = f"{error.sentence} {rest} (Reference {error.reference}.)"
    return Step(consultation).say(Text(markdown=told, voice="error"))
