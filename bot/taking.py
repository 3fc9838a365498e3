"""What each event does to a case: words are read, answers claimed, samples kept, commands obeyed."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta

from bot import reading
from bot.advice import claim, view, withdraw
from bot.commands import Command, parse
from bot.consultation import TRANSCRIPT_LINES, Claim, Consultation, How, Line, Samples, Value
from bot.derived import Explain
from bot.events import Answered, Attached, Deleted, Edited, Failed, Inbound, Measured, Pressed, Progressed, Said
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.reply import words
from bot.reply.parts import Part, Text
from bot.talk import answer_command, answer_question
from knowledge.decision import Derive
from knowledge.load import Knowledge
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


@dataclass(frozen=True)
class Advisor:
    """What a turn needs besides the case."""

    knowledge: Knowledge
    derive: Derive
    model: Model | None = None
    reads: bool = False
    """True where the model is good enough to read messages; otherwise patterns and choices do."""
    explain: Explain = lambda _: None
    """Says what the cost arithmetic found."""


@dataclass
class Taking:
    """What one batch has done to the case so far."""

    case: Consultation
    parts: list[Part] = field(default_factory=list[Part])
    new: list[str] = field(default_factory=list[str])
    """Facts that were read in this turn, to be repeated back."""
    now: bool = False
    trial: bool = False
    stop: bool = False
    forget: bool = False
    quiet: bool = True
    """True while nothing but commands came: the question is not asked again."""


async def take(t: Taking, event: Inbound, advisor: Advisor) -> None:
    """Let one event change the case."""
    if event.name:
        t.case = t.case.but(names={**t.case.names, event.author: event.name})
    t.case = t.case.but(asker=t.case.asker or event.author)
    match event.body:
        case Said(text=text) if command := _command(text, advisor.knowledge):
            _obey(t, command, event, advisor)
        case Said(text=text):
            t.case = t.case.but(transcript=(*t.case.transcript, _line(event, text))[-TRANSCRIPT_LINES:])
            await _read(t, event, text, advisor)
        case Edited(text=text):
            await _read_again(t, event, text, advisor)
        case Deleted():
            kept = tuple(x for x in t.case.transcript if x.message != event.message)
            t.case = withdraw(t.case, event.message).but(transcript=kept)
            t.quiet = False
        case Answered(facts=facts):
            t.quiet = False
            for fact, value in facts.items():
                _answer(t, event, fact, value, advisor)
        case Attached() as file:
            _attach(t, event, file)
        case Pressed(action=action, values=values):
            _press(t, action, values, advisor)
        case Measured(result=result, parts=parts):
            t.quiet = False
            t.parts += parts
            for fact, value in result.facts.items():
                t.case = claim(t.case, advisor.knowledge, fact, _claim(event, value, How.measured))
            t.case = t.case.but(trials=(*t.case.trials, result), trial_offer="done")
            t.new += [f for f in result.facts if f not in t.new]
        case Progressed(progress=progress):
            t.parts.append(progress)
        case Failed(sentence=sentence):
            t.quiet = False
            t.case = t.case.but(trial_offer="open")
            t.parts.append(Text(markdown=sentence, voice="error"))


def _line(event: Inbound, text: str) -> Line:
    return Line(by=event.author, text=text, at=event.at, message=event.message)


def _claim(event: Inbound, value: Value | None, how: How, quote: str | None = None, *, closed: bool = True) -> Claim:
    return Claim(value=value, how=how, by=event.author, at=event.at, quote=quote, message=event.message, closed=closed)


async def _read_again(t: Taking, event: Inbound, text: str, advisor: Advisor) -> None:
    """Read an edited message as an answer to what it answered before; what was said after it stays."""
    answered = [
        f for f, claims in t.case.claims.items() if any(c.message == event.message and c.closed for c in claims)
    ]
    first = next((x.at for x in t.case.transcript if x.message == event.message), event.at)
    lines = (_line(event, text) if x.message == event.message else x for x in t.case.transcript)
    t.case = withdraw(t.case, event.message).but(transcript=tuple(lines))
    later = {
        f
        for f, claims in t.case.claims.items()
        if any(c.by == event.author and c.closed and c.at >= first for c in claims)
    }
    await _read(t, event.model_copy(update={"at": first}), text, advisor, asked=answered, keep=later)


async def _read(
    t: Taking,
    event: Inbound,
    text: str,
    advisor: Advisor,
    *,
    asked: Sequence[str] | None = None,
    keep: Set[str] = frozenset(),
) -> None:
    t.quiet = False
    knowledge = advisor.knowledge
    if asked is None:
        asked = t.case.asked.facts if t.case.asked else ()
    rested = event.at - t.case.updated > READER_RESTS
    model = advisor.model if advisor.reads and (t.case.reader == "model" or rested) else None
    got = await reading.read(
        text, facts=knowledge.facts, asked=asked, questions=knowledge.asks, model=model, ages=knowledge.models
    )
    if got.error is not None:
        _say_failed(t, got.error)
    samples, found = got.samples, got.found
    answered = got.unsure or got.skip or got.question or any(f.fact in asked for f in found)
    if t.case.trial_offer == "wanted":
        # One message after "try" may be a prompt alone; a line that states facts is none.
        t.case = t.case.but(trial_offer="open")
        if samples is None and not answered and (not found or "\n" in text.strip() or "{input}" in text):
            samples, found = Samples(prompt=text.strip()), ()
    _claim_found(t, event, [one for one in found if one.fact not in keep], asked, knowledge)
    for fact in got.unsure:
        t.case = claim(t.case, knowledge, fact, _claim(event, None, How.chosen))
    if got.cut:
        t.parts.append(Text(markdown="That was long: I read the first 12,000 characters of it.", voice="notice"))
    if samples is not None:
        _keep(t, event, samples)
    if got.samples_fault:
        t.parts.append(Text(markdown=words.escaped(got.samples_fault), voice="error"))
    if got.skip:
        _skip(t, event, knowledge)
    if got.question:
        t.parts.append(answer_question(knowledge, got.question))
    if samples is None and not (answered or found or got.samples_fault):
        t.parts += _not_understood(t.case, text, advisor)


def _not_understood(case: Consultation, text: str, advisor: Advisor) -> list[Part]:
    """Say that nothing was read, and explain where somebody asks why."""
    head = text.strip().split(maxsplit=1)[0].lower() if text.strip() else ""
    if head.startswith("/"):
        return [Text(markdown=f"There is no command {words.escaped(head)}; `help` lists them.", voice="notice")]
    if head == "why" and case.verdict:
        seen = view(case, advisor.knowledge, advisor.derive)
        return answer_command(advisor.knowledge, Command("why"), case, seen)
    if _OPENING.fullmatch(text.strip()):
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
        t.case = claim(t.case, knowledge, one.fact, _claim(event, one.value, how, one.quote, closed=closed))
        t.new += [one.fact] if one.fact not in t.new else []


def _say_failed(t: Taking, error: ModelError) -> None:
    lasting = error.kind in LASTING
    t.case = t.case.but(reader="patterns") if lasting else t.case
    rest = "I go on without it, by choices and plain words." if lasting else "I read this one without it."
    t.parts.append(Text(markdown=f"{error.sentence} {rest} (Reference {error.reference}.)", voice="error"))


def _keep(t: Taking, event: Inbound, samples: Samples) -> None:
    if t.case.trial_offer == "running":
        t.parts.append(Text(markdown="A trial is running; send these again when it has ended.", voice="notice"))
        return
    kept = t.case.samples
    pairs = tuple(dict.fromkeys((*kept.pairs, *samples.pairs)))[:50]
    merged = Samples(pairs=pairs, prompt=samples.prompt or kept.prompt, premise=samples.premise or kept.premise)
    t.case = t.case.but(samples=merged, samples_from=(*t.case.samples_from, event.message))
    t.trial = True


def _attach(t: Taking, event: Inbound, file: Attached) -> None:
    from bot.trial.samples import SampleError
    from bot.trial.samples import parse as parse_samples

    t.quiet = False
    if file.problem:
        t.parts.append(Text(markdown=file.problem, voice="error"))
        return
    try:
        _keep(t, event, parse_samples(file.content, file.name))
    except SampleError as error:
        if error.read is not None and error.read.pairs:
            _keep(t, event, error.read)
        t.parts.append(Text(markdown=f"{words.escaped(file.name)}: {error}", voice="error"))


def _answer(t: Taking, event: Inbound, fact: str, value: Value | None, advisor: Advisor) -> None:
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
    t.case = claim(t.case, advisor.knowledge, fact, _claim(event, fits, How.chosen))
    counts = view(t.case, advisor.knowledge, advisor.derive).known.get(fact)
    if counts is not None and counts.how is How.measured and fits is not None and counts.value != fits:
        held = words.value(advisor.knowledge, fact, counts.value)
        said = f"A trial measured {words.label(advisor.knowledge, fact)}: {held}. That stands over an answer."
        t.parts.append(Text(markdown=said, voice="notice"))


def _press(t: Taking, action: str, values: tuple[str, ...], advisor: Advisor) -> None:
    if action == "stop":
        _stop(t)
    elif action == "feedback":
        t.parts.append(Text(markdown="Thank you.", voice="notice"))
    elif action == "decide":
        t.quiet, t.now = False, True
    elif action == "trial" and t.case.trial_offer == "running":
        t.parts.append(Text(markdown="A trial is running already.", voice="notice"))
    elif action == "trial" and values == ("skip",):
        t.quiet = False
        t.case = t.case.but(trial_offer="skipped")
    elif action == "trial":
        if advisor.model is not None:
            t.case = t.case.but(trial_offer="wanted")
        t.parts.append(Text(markdown=how_to_paste(advisor)))


def _stop(t: Taking) -> None:
    t.stop = t.case.trial_offer == "running"
    said = "I stop the trial; what is measured so far counts." if t.stop else "No trial is running."
    t.parts.append(Text(markdown=said, voice="notice"))


def how_to_paste(advisor: Advisor) -> str:
    """Say how samples can be given."""
    if advisor.model is None:
        return "No model is ready to run samples on. Set OPENAI_API_KEY for one; `advisor doctor` says what is wrong."
    return (
        "Paste up to 50 inputs, each with the answer you would have given, and I will run them on "
        f"{advisor.model.name}. Any plain form will do: `input: …` and `output: …` lines, a CSV or JSONL, or a file. "
        "One prompt alone works too: I run it, and you say which answers pass."
    )


def _obey(t: Taking, command: Command, event: Inbound, advisor: Advisor) -> None:
    match command.name:
        case "skip":
            _skip(t, event, advisor.knowledge)
        case "verdict":
            t.quiet, t.now = False, True
        case "try":
            _press(t, "trial", (), advisor)
        case "stop":
            _stop(t)
        case "forget":
            t.forget = True
            t.parts.append(Text(markdown="Forgotten: facts, samples, trials and this transcript are deleted."))
        case "fix" if fixed := _fix(command.rest, t.case, advisor):
            fact, value = fixed
            t.quiet = False
            _answer(t, event, fact, value, advisor)
        case _:
            seen = view(t.case, advisor.knowledge, advisor.derive)
            t.parts += answer_command(advisor.knowledge, command, t.case, seen)


def _skip(t: Taking, event: Inbound, knowledge: Knowledge) -> None:
    """Leave out the samples where they are offered, else the open question."""
    t.quiet = False
    if t.case.trial_offer in ("open", "wanted"):
        t.case = t.case.but(trial_offer="skipped")
    elif t.case.asked:
        for fact in t.case.asked.facts:
            t.case = claim(t.case, knowledge, fact, _claim(event, None, How.chosen))


def _command(text: str, knowledge: Knowledge) -> Command | None:
    """Return the command in a message; "fix the tone of our replies" is none."""
    command = parse(text)
    if command and command.name == "fix" and not text.strip().startswith("/"):
        numbered = re.fullmatch(r"[0-9]{1,3} .+", command.rest)
        return command if numbered or _named(command.rest, knowledge) else None
    return command


def _named(rest: str, knowledge: Knowledge) -> tuple[str, str] | None:
    """Return the fact that begins a text, by its name or its label, and what follows."""
    for fact, spec in knowledge.facts.items():
        for name in (fact, spec.label):
            if name and rest.lower().startswith(name) and rest[len(name) : len(name) + 1] in ("", " "):
                return fact, rest[len(name) :].strip()
    return None


def _fix(rest: str, case: Consultation, advisor: Advisor) -> tuple[str, Value | None] | None:
    """Return the fact and value of `fix examples 400`; None where the value is missing or the fact unknown.

    A fact may be given by its name, its label, or its number in the list of `status`.
    """
    number, _, raw = rest.partition(" ")
    shown = list(view(case, advisor.knowledge, advisor.derive).known)
    if re.fullmatch(r"[0-9]{1,3}", number) and 0 < int(number) <= len(shown):
        name = shown[int(number) - 1]
    elif named := _named(rest, advisor.knowledge):
        name, raw = named
    else:
        return None
    if not raw.strip():
        return None
    spec, text = advisor.knowledge.facts[name], raw.strip().lower()
    if spec.type == "count":
        return name, int(text.replace(",", "")) if re.fullmatch(r"[0-9][0-9,]{0,18}", text) else text
    if spec.type == "bool":
        return name, {"yes": True, "true": True, "no": False, "false": False}.get(text, text)
    if spec.type == "set":
        return name, tuple(text.replace(",", " ").split())
    return name, text
