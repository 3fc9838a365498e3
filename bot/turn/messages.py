"""What words, answers and samples do to a case."""

import re
from collections.abc import Sequence, Set
from datetime import timedelta

from bot import reading
from bot.chat.commands import Command
from bot.chat.events import Earlier, Event
from bot.chat.reply import Part, Text
from bot.consultation.claims import claim, withdraw
from bot.consultation.model import TRANSCRIPT_LINES, Consultation, How, Line, Samples
from bot.consultation.view import view
from bot.model.errors import ModelError
from bot.text import markdown
from bot.turn.answers import skip
from bot.turn.context import Advisor, Taking
from bot.turn.explain import answer_command, answer_question
from bot.turn.record import claim_of, line_of
from bot.turn.samples import keep_samples
from knowledge.load import Knowledge
from knowledge.lookup import look_up

_OPENING = re.compile(
    r"(?:(?:hi|hello|hey)\b\W*)?(?:should|shall) (?:we|i) (?:fine-?tune|train)\b[^.!?]{0,60}\??|(?:hi|hello|hey)\W*",
    re.IGNORECASE,
)
"""The question that everybody begins with holds no fact, and needs no remark."""


READER_RESTS = timedelta(minutes=10)
"""After this long a model that failed for good is tried again: somebody may have mended it."""


LASTING = frozenset({"key", "model", "quota"})
"""Model failures that will not pass by themselves: the rest of the consultation goes on without it."""


async def hear(t: Taking, event: Event, text: str, advisor: Advisor) -> None:
    """Read a message."""
    t.case = t.case.but(transcript=(*t.case.transcript, line_of(event, text))[-TRANSCRIPT_LINES:])
    await _read(t, event, text, advisor)


async def hear_again(t: Taking, event: Event, text: str, advisor: Advisor) -> None:
    """Read an edited message as an answer to what it answered before; what was said after it stays."""
    if not any(line.message == event.message for line in t.case.transcript):
        return  # what was not for us before its edit is not for us now
    answered = [
        f for f, claims in t.case.claims.items() if any(c.message == event.message and c.closed for c in claims)
    ]
    first = next((x.at for x in t.case.transcript if x.message == event.message), event.at)
    lines = (line_of(event, text) if x.message == event.message else x for x in t.case.transcript)
    t.case = withdraw(t.case, event.message, files=False).but(transcript=tuple(lines))
    later = {
        f
        for f, claims in t.case.claims.items()
        if any(c.by == event.author and c.closed and c.at >= first for c in claims)
    }
    await _read(t, event.model_copy(update={"at": first}), text, advisor, asked=answered, keep=later)


def unhear(t: Taking, event: Event) -> None:
    """Take back what only a deleted message held."""
    kept = tuple(x for x in t.case.transcript if x.message != event.message)
    case = withdraw(t.case, event.message).but(transcript=kept)
    t.quiet = t.quiet and case.claims == t.case.claims and case.samples == t.case.samples
    t.case = case


async def catch_up(t: Taking, event: Event, earlier: Earlier, advisor: Advisor) -> None:
    """Read what people said before the advisor came, in one go, and say how much of it that was."""
    lines = [line for line in earlier.lines if line.text.strip()]
    t.case = t.case.but(
        names={**earlier.names, **t.case.names},
        transcript=(*t.case.transcript, *lines)[-TRANSCRIPT_LINES:],
        listens="answers",
    )
    knowledge = advisor.knowledge
    facts, asks, ages = knowledge.facts, knowledge.asks, knowledge.models
    for line in lines:  # each by itself, so that two who disagree are heard as two
        plain = reading.read_patterns(line.text, facts=facts, asked=(), questions=asks, ages=ages)
        _claim_found(t, _spoken(event, line), plain.found, (), knowledge)
    if reader := _reader(t.case, event, advisor):
        whole = "\n\n".join(line.text for line in lines)
        got = await reading.read(whole, facts=facts, asked=(), questions=asks, model=reader, ages=ages)
        for one in got.found if got.by_model else ():
            # The words tell whose they are; a quote that runs over two messages is nobody's.
            said = next((line for line in lines if one.quote in line.text), None)
            if said is not None:
                _claim_found(t, _spoken(event, said), [one], (), knowledge)
    if lines and earlier.complete:
        told = f"I read what was said here before ({_count(len(lines))})."
    elif lines:
        told = f"I could read only the last {_count(len(lines))} here: paste what matters from before."
    else:
        told = "I cannot read what was said here before: paste what matters."
    t.parts.append(Text(markdown=told, voice="notice"))


def _spoken(event: Event, line: Line) -> Event:
    """Return an event as if it had brought this line."""
    return event.model_copy(update={"author": line.by, "at": line.at, "message": line.message or event.message})


def _count(messages: int) -> str:
    return f"{messages} message{'s' if messages > 1 else ''}"


def _reader(case: Consultation, event: Event, advisor: Advisor):
    rested = event.at - case.updated > READER_RESTS
    return advisor.model if advisor.reads and (case.reader == "model" or rested) else None


async def _read(
    t: Taking,
    event: Event,
    text: str,
    advisor: Advisor,
    *,
    asked: Sequence[str] | None = None,
    keep: Set[str] = frozenset(),
) -> None:
    knowledge = advisor.knowledge
    if asked is None:
        asked = t.case.asked.facts if t.case.asked else ()
    got = await reading.read(
        text,
        facts=knowledge.facts,
        asked=asked,
        questions=knowledge.asks,
        model=_reader(t.case, event, advisor),
        ages=knowledge.models,
    )
    if got.error is not None:
        _say_failed(t, got.error)
    samples, found = got.samples, got.found
    answered = got.unsure or got.skip or any(f.fact in asked for f in found)
    if t.case.trial_offer == "wanted":
        # One message after "try" may be a prompt alone; a line that states facts is none.
        t.case = t.case.but(trial_offer="open")
        plain = not (answered or got.question) and (not found or "\n" in text.strip() or "{input}" in text)
        if samples is None and plain:
            samples, found = Samples(prompt=text.strip()), ()
    told = samples is not None or bool(answered or found or got.samples_fault)
    overheard = event.only is not None
    if overheard and not told and not (got.question and look_up(knowledge, got.question)):
        return  # people talk to each other
    t.quiet = False
    _claim_found(t, event, [one for one in found if one.fact not in keep], asked, knowledge)
    for fact in got.unsure:
        t.case = claim(t.case, knowledge, fact, claim_of(event, None, How.chosen))
    if got.cut:
        t.parts.append(Text(markdown="That was long: I read the first 12,000 characters of it.", voice="notice"))
    if samples is not None:
        keep_samples(t, event, samples)
    if got.samples_fault:
        t.parts.append(Text(markdown=markdown.escaped(got.samples_fault), voice="error"))
    if got.skip:
        skip(t, event, knowledge)
    if got.question:
        t.parts.append(answer_question(knowledge, got.question))
    elif not told:
        t.parts += _not_understood(t.case, text, advisor)


def _not_understood(case: Consultation, text: str, advisor: Advisor) -> list[Part]:
    """Say that nothing was read, and explain where somebody asks why."""
    head = text.strip().split(maxsplit=1)[0].lower() if text.strip() else ""
    if head.startswith("/"):
        return [Text(markdown=f"There is no command {markdown.escaped(head)}; `help` lists them.", voice="notice")]
    if head == "why" and case.verdict:
        seen = view(case, advisor.knowledge, advisor.derive)
        return answer_command(advisor.knowledge, Command("why"), case, seen)
    if not head or _OPENING.fullmatch(text.strip()):
        return []
    said = "I took no fact from that. Answer with a choice, or say it in other words (in English)."
    return [Text(markdown=f"{said} `help` lists what I understand.", voice="notice")]


def _claim_found(
    t: Taking, event: Event, found: Sequence[reading.Found], asked: Sequence[str], knowledge: Knowledge
) -> None:
    settles = t.case.asked is not None and t.case.asked.conflict
    for one in found:
        how = How.chosen if settles and one.fact in asked else How.stated
        closed = one.closed or not isinstance(one.value, tuple)
        t.case = claim(t.case, knowledge, one.fact, claim_of(event, one.value, how, one.quote, closed=closed))
        t.new += [one.fact] if one.fact not in t.new else []


def _say_failed(t: Taking, error: ModelError) -> None:
    lasting = error.kind in LASTING
    t.case = t.case.but(reader="patterns") if lasting else t.case
    rest = "I go on without it, by choices and plain words." if lasting else "I read this one without it."
    t.parts.append(Text(markdown=f"{error.sentence} {rest} (Reference {error.reference}.)", voice="error"))
