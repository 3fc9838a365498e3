"""What words, answers and samples do to a case."""

import re
from collections.abc import Sequence, Set
from datetime import timedelta

from bot import reading
from bot.advice import claim, put_together, view, withdraw
from bot.advisor import Advisor, Taking
from bot.checks import dataset_parts
from bot.commands import Command
from bot.consultation import TRANSCRIPT_LINES, Claim, Consultation, How, Line, Samples, Value
from bot.events import Attached, Earlier, Inbound, Pasted
from bot.model.errors import ModelError
from bot.reply import words
from bot.reply.parts import Part, Text
from bot.talk import answer_command, answer_question
from knowledge.load import Knowledge
from knowledge.lookup import look_up
from knowledge.values import value_fits

_OPENING = re.compile(
    r"(?:(?:hi|hello|hey)\b\W*)?(?:should|shall) (?:we|i) (?:fine-?tune|train)\b[^.!?]{0,60}\??|(?:hi|hello|hey)\W*",
    re.IGNORECASE,
)
"""The question that everybody begins with holds no fact, and needs no remark."""
READER_RESTS = timedelta(minutes=10)
"""After this long a model that failed for good is tried again: somebody may have mended it."""
LASTING = frozenset({"key", "model", "quota"})
"""Model failures that will not pass by themselves: the rest of the consultation goes on without it."""


async def hear(t: Taking, event: Inbound, text: str, advisor: Advisor) -> None:
    """Read a message."""
    t.case = t.case.but(transcript=(*t.case.transcript, line_of(event, text))[-TRANSCRIPT_LINES:])
    await _read(t, event, text, advisor)


async def hear_again(t: Taking, event: Inbound, text: str, advisor: Advisor) -> None:
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


def unhear(t: Taking, event: Inbound) -> None:
    """Take back what only a deleted message held."""
    kept = tuple(x for x in t.case.transcript if x.message != event.message)
    case = withdraw(t.case, event.message).but(transcript=kept)
    t.quiet = t.quiet and case.claims == t.case.claims and case.samples == t.case.samples
    t.case = case


async def catch_up(t: Taking, event: Inbound, earlier: Earlier, advisor: Advisor) -> None:
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


def _spoken(event: Inbound, line: Line) -> Inbound:
    """Return an event as if it had brought this line."""
    return event.model_copy(update={"author": line.by, "at": line.at, "message": line.message or event.message})


def _count(messages: int) -> str:
    return f"{messages} message{'s' if messages > 1 else ''}"


def line_of(event: Inbound, text: str) -> Line:
    """Return an event's line of the transcript."""
    return Line(by=event.author, text=text, at=event.at, message=event.message)


def claim_of(event: Inbound, value: Value | None, how: How, quote: str | None = None, *, closed: bool = True) -> Claim:
    """Return what an event's author claims."""
    return Claim(value=value, how=how, by=event.author, at=event.at, quote=quote, message=event.message, closed=closed)


def _reader(case: Consultation, event: Inbound, advisor: Advisor):
    rested = event.at - case.updated > READER_RESTS
    return advisor.model if advisor.reads and (case.reader == "model" or rested) else None


async def _read(
    t: Taking,
    event: Inbound,
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
        t.parts.append(Text(markdown=words.escaped(got.samples_fault), voice="error"))
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
        return [Text(markdown=f"There is no command {words.escaped(head)}; `help` lists them.", voice="notice")]
    if head == "why" and case.verdict:
        seen = view(case, advisor.knowledge, advisor.derive)
        return answer_command(advisor.knowledge, Command("why"), case, seen)
    if not head or _OPENING.fullmatch(text.strip()):
        return []
    said = "I took no fact from that. Answer with a choice, or say it in other words (in English)."
    return [Text(markdown=f"{said} `help` lists what I understand.", voice="notice")]


def _claim_found(
    t: Taking, event: Inbound, found: Sequence[reading.Found], asked: Sequence[str], knowledge: Knowledge
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


def keep_samples(t: Taking, event: Inbound, samples: Samples, file: str = "") -> None:
    """Put samples beside those that are there, and run them."""
    if t.case.trial_offer == "running":
        t.parts.append(Text(markdown="A trial is running; send these again when it has ended.", voice="notice"))
        return
    name = f"{event.message}/{file}" if file else event.message
    held = Samples(pairs=samples.pairs, prompt=samples.prompt, premise=samples.premise)
    t.case = put_together(t.case.but(given={**t.case.given, name: held}))
    t.trial = True


def take_paste(t: Taking, event: Inbound, pasted: Pasted) -> None:
    """Take what was pasted into a form as what the form was for."""
    t.quiet = t.quiet and pasted.purpose != "samples"
    if pasted.text.strip():
        take_file(t, event, Attached(name="", content=pasted.text, purpose=pasted.purpose))


def take_file(t: Taking, event: Inbound, file: Attached) -> None:
    """Take a file as samples or as finetuning rows; without a name it was pasted."""
    from bot.trial.samples import SampleError
    from bot.trial.samples import parse as parse_samples

    t.quiet = t.quiet and (file.purpose == "dataset" or event.only is not None)
    if file.problem:
        t.parts.append(Text(markdown=words.escaped(file.problem), voice="error"))
        return
    if file.purpose == "dataset":
        t.parts += dataset_parts(file.content, file.name or "what you pasted")
        return
    try:
        keep_samples(t, event, parse_samples(file.content, file.name or None), file.name)
    except SampleError as error:
        if error.read is not None and error.read.pairs:
            keep_samples(t, event, error.read, file.name)
        named = f"{words.escaped(file.name)}: " if file.name else ""
        t.parts.append(Text(markdown=f"{named}{words.escaped(str(error))}", voice="error"))


def answer(t: Taking, event: Inbound, fact: str, value: Value | None, advisor: Advisor) -> None:
    """Take an answer to a fact, which may be any one that can be asked."""
    t.quiet = False
    spec = advisor.knowledge.facts.get(fact)
    if spec is None or spec.known_by != "asked":
        t.parts.append(Text(markdown=f"{words.escaped(fact)} is no fact that can be answered.", voice="error"))
        return
    fits = None if value is None else value_fits(spec, value)
    if value is not None and fits is None:
        wanted = {
            "bool": "yes or no",
            "count": "a whole number, 0 or more",
            "choice": f"one of {', '.join(spec.values)}",
            "set": f"a list of {', '.join(spec.values)}" + (f" ({spec.alone[0]} stands alone)" if spec.alone else ""),
        }.get(spec.type, "a number from 0 to 1")
        shown = words.escaped(str(value))
        t.parts.append(
            Text(
                markdown=f"{words.label(advisor.knowledge, fact)} cannot be {shown}: it takes {wanted}.", voice="error"
            )
        )
        return
    t.case = claim(t.case, advisor.knowledge, fact, claim_of(event, fits, How.chosen))
    counts = view(t.case, advisor.knowledge, advisor.derive).known.get(fact)
    if counts is not None and counts.how is How.measured and fits is not None and counts.value != fits:
        held = words.value(advisor.knowledge, fact, counts.value)
        said = f"A trial measured {words.label(advisor.knowledge, fact)}: {held}. That stands over an answer."
        t.parts.append(Text(markdown=said, voice="notice"))


def skip(t: Taking, event: Inbound, knowledge: Knowledge) -> None:
    """Leave out the samples where they are offered, else the open question."""
    t.quiet = False
    if t.case.trial_offer in ("open", "wanted"):
        t.case = t.case.but(trial_offer="skipped")
    elif t.case.asked:
        for fact in t.case.asked.facts:
            t.case = claim(t.case, knowledge, fact, claim_of(event, None, How.chosen))
