"""Messages: said, changed, and deleted."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from bot import reading
from bot.chat import wording
from bot.chat.commands import Command, help_text
from bot.chat.events import Event, Said
from bot.chat.files import asks_to_run
from bot.chat.languages import ONLY_ENGLISH
from bot.chat.reply import Part, Text
from bot.consultation.advice import asks_the_same, next_move
from bot.consultation.base import Value
from bot.consultation.claims import claim, withdraw
from bot.consultation.model import TRANSCRIPT_LINES, Consultation, How, Samples, Verdict
from bot.consultation.trial_state import Phase
from bot.consultation.view import View, undisputed, view
from bot.text import markdown
from bot.text.apart import TooMuch
from bot.text.language import language_of
from bot.turn import outage
from bot.turn.answers import reckoned, skip
from bot.turn.claims import claim_of, claimed, line_of
from bot.turn.context import TurnContext, here
from bot.turn.explain import answer_command, named_rule, record, why
from bot.turn.people.overheard import overhear
from bot.turn.people.passed_on import shown_as_read, taken_out
from bot.turn.people.small_talk import says_nothing, short_answer
from bot.turn.samples import keep_samples
from bot.turn.step import Decide, Step, taken_back
from bot.turn.undo import undo
from knowledge.load import Knowledge
from knowledge.schema import Intent

_OPENING = re.compile(
    r"(?:(?:hi|hello|hey)\b\W*)?(?:should|shall) (?:we|i) (?:fine-?tune|train)\b[^.!?]{0,60}\??|(?:hi|hello|hey)\W*",
    re.IGNORECASE,
)
"""The question that everybody begins with holds no fact, and needs no remark."""


async def read(consultation: Consultation, event: Event, text: str, context: TurnContext) -> Step:
    """Read a message; what was passed on with it is shown as it is read."""
    transcript = (*consultation.transcript, line_of(event, text))[-TRANSCRIPT_LINES:]
    passed_on = event.body.passed_on if isinstance(event.body, Said) else ""
    if passed_on and not text.strip():
        return await shown_as_read(consultation, event, passed_on, context)
    step = await _understood(consultation.but(transcript=transcript), event, text, context)
    return step.then(await shown_as_read(step.consultation, event, passed_on, context)) if passed_on else step


async def ours(consultation: Consultation, event: Event, value: str, context: TurnContext) -> Step:
    """Read what was passed on, as somebody says that it is of this case, or leave it aside."""
    whose, _, message = value.partition("/")
    consultation, held = taken_out(consultation, message)
    if held is None:
        told = Text(markdown="That is kept no more: pass it on again.", voice="notice")
        return Step(consultation).whisper(event.author, told)
    if whose != "us":
        return Step(consultation).say(Text(markdown="Left aside.", voice="notice"))
    said = event.model_copy(update={"message": of_passed_on(message), "body": Said(text=held.words)})
    step = await read(consultation, said, held.words, context)
    return replace(step, advances=True)


def of_passed_on(message: str) -> str:
    """Return the name under which the words count that were passed on with a message."""
    return f"{message} passed on"


async def edit(consultation: Consultation, event: Event, text: str, context: TurnContext) -> Step:
    """Read an edited message as an answer to what it answered before; what was said after it stays."""
    line = next((line for line in consultation.transcript if line.message == event.message), None)
    if line is None:
        return Step(consultation)  # what was not for us before its edit is not for us now
    before = consultation
    if consultation.listens == "never":
        context = replace(context, reads=False)  # no word goes to a model after `leave`
    if line.overheard:
        without = withdraw(consultation, event.message, files=False)
        without = without.but(transcript=tuple(x for x in without.transcript if x.message != event.message))
        said = event.model_copy(update={"at": line.at, "addressed": "people", "body": Said(text=text)})
        return _amended(before, overhear(without, said, context), context)
    answered = [
        fact
        for fact, claims in consultation.claims.items()
        if any(one.message == event.message and one.closed for one in claims)
    ]
    first = line.at
    lines = (line_of(event, text) if x.message == event.message else x for x in consultation.transcript)
    consultation = withdraw(consultation, event.message, files=False).but(transcript=tuple(lines))
    later = {
        fact
        for fact, claims in consultation.claims.items()
        if any(one.by == event.author and one.closed and one.at >= first for one in claims)
    }
    then = event.model_copy(update={"at": first})
    step = await _understood(consultation, then, text, context, asked=answered, keep=later, settles=False)
    return _without_lost(before, _amended(before, step, context, by=event.author), text)


def _amended(before: Consultation, step: Step, context: TurnContext, *, by: str = "") -> Step:
    """Return the step that a change of former words is: where a verdict stands only another one is worth a word, and
    where the same is asked still, what was changed is shown on that question.
    """
    if before.listens == "never":
        return Step(step.consultation)  # nothing is said after `leave`
    if before.verdict is not None:
        move = next_move(step.consultation, context.knowledge, context.derive, now=step.consultation.settled)
        changed = not isinstance(move, Verdict) or move.verdict != before.verdict.verdict
        if not changed and not step.effects:
            return Step(step.consultation, privately=step.privately)
        return replace(step, advances=True)
    held = (step.consultation.samples, *_values(step.consultation))
    if held == (before.samples, *_values(before)) and not step.effects:
        return Step(step.consultation, privately=step.privately)
    # What was deleted goes with the question that it stands on, which is asked anew.
    if (
        by
        and not (step.asks or step.effects)
        and all(isinstance(part, Text) and part.voice == "notice" for part in step.says)
        and asks_the_same(before, step.consultation, context.knowledge, context.derive)
    ):
        now = step.consultation
        aside = {**now.aside, **dict.fromkeys(step.learned, by)}
        noted = {fact: words for fact, words in now.noted.items() if now.claims.get(fact) == before.claims.get(fact)}
        return Step(now.but(aside=aside, noted=noted), privately=step.privately)
    return step


def _values(consultation: Consultation) -> tuple[object, ...]:
    """Return what everybody holds of each fact."""
    return tuple((f, c.by, c.value) for f, claims in consultation.claims.items() for c in claims)


def delete(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Take back what only a deleted message held."""
    gone = (event.message, of_passed_on(event.message))
    kept = tuple(x for x in consultation.transcript if x.message not in gone)
    without, _ = taken_out(withdraw(consultation, event.message).but(transcript=kept), event.message)
    without = withdraw(without, of_passed_on(event.message))
    changed = without.claims != consultation.claims or without.samples != consultation.samples
    overheard = any(x.overheard and x.message == event.message for x in consultation.transcript)
    by = event.author if overheard else ""  # nothing is said to what people say to each other
    return _without_lost(consultation, _amended(consultation, Step(without, advances=changed), context, by=by))


def _without_lost(before: Consultation, step: Step, text: str = "") -> Step:
    """Return a step with nothing of what was run on samples that it takes away, unless they still stand in a text."""
    left = _given(step.consultation)
    lost = (words for words in _given(before) if words not in left)
    return taken_back(step) if any(each not in text for words in lost for each in words) else step


def _given(case: Consultation) -> list[tuple[str, ...]]:
    """Return the words of each sample and prompt that was given to run."""
    held = case.given.values()
    others = [(text,) for each in held for text in (each.prompt, each.premise) if text]
    return [*others, *((pair.input, pair.output) for each in held for pair in each.pairs)]


async def _understood(
    consultation: Consultation,
    event: Event,
    text: str,
    context: TurnContext,
    *,
    asked: Sequence[str] | None = None,
    keep: Set[str] = frozenset(),
    settles: bool = True,
) -> Step:
    """Take from a text what it states, asks and brings.

    `keep` are facts that it may not change; `settles` is whether its answer to an open dispute ends that.
    """
    knowledge = context.knowledge
    if asked is None:
        asked = consultation.asked.facts if consultation.asked else ()
    seen = view(consultation, knowledge, context.derive)
    if consultation.asked is not None and not consultation.asked.conflict:
        # What was answered meanwhile is asked no more, though the next question is not put yet.
        asked = tuple(name for name in asked if name in keep or not _is_settled(seen, name))
    reader = outage.reader(consultation, event, context)
    try:
        got = await reading.read(
            text,
            asked=asked,
            knowledge=knowledge,
            model=reader,
            before=undisputed(seen).held.facts,  # what two disagree about can be corrected as well
            addressed=not consultation.at_terminal,  # where people speak to each other without a mention of the advisor
            today=event.at.date(),
            limit=outage.reading_time(context),
            apart=context.apart,
            whose=event.author,
        )
    except TooMuch as error:
        told = Text(markdown=error.sentence("say it in fewer words, or in several messages"), voice="error")
        return Step(consultation).say(told)
    if got.by_model:
        step = Step(outage.recovered(consultation))
    elif got.error is not None or (context.reads and reader is None and reading.wants_model(text, got)):
        step = Step(outage.missed(consultation, event, context))
    else:
        step = Step(consultation)
    if got.error is not None:
        step = step.then(outage.failed(step.consultation, event, got.error))
    files = isinstance(event.body, Said) and bool(event.body.files)
    if got.remark and not files:
        return step.say(short_answer(got.remark))
    if says_nothing(text) and not (files or got.unsure):
        return step.say(short_answer("sign"))
    samples, found = got.samples, got.found
    answered = got.unsure or got.skip or any(one.fact in asked for one in found)
    if consultation.trial.phase is Phase.requested and not files:
        # One message after "try" may be a prompt alone; a line that states facts is none.
        taken = step.consultation.but(trial=consultation.trial.after("read"))
        step = step.then(Step(taken))
        plain = not (answered or got.question) and (not found or "\n" in text.strip() or "{input}" in text)
        if samples is None and plain:
            samples, found = Samples(prompt=text.strip()), ()
    told = samples is not None or bool(answered or found or got.samples_fault or got.corrects)
    if not told and not got.skip and got.intent in _DONE:
        return step.then(await _done(got, step.consultation, event, text, seen, context))
    new = [one for one in found if one.fact not in keep]
    brought = claimed(step.consultation, event, new, asked, knowledge, settles=settles)
    late = bool(new) and not brought.learned
    step = step.then(brought)
    unsure = step.consultation
    withdrawn = [fact for fact in got.corrects if fact in seen.held.facts and not any(x.fact == fact for x in found)]
    for fact in (*got.unsure, *withdrawn):
        unsure = claim(unsure, knowledge, fact, claim_of(event, None, How.chosen))
    step = step.then(Step(unsure, advances=True))
    if withdrawn:
        named = ", ".join(f"*{wording.label(knowledge, fact)}*" for fact in withdrawn)
        step = step.say(Text(markdown=f"Taken back: {named}.", voice="notice"))
    step = step.say(*_reckoned(got, asked, knowledge))
    if got.cut:
        step = step.say(Text(markdown="That was long: I read the first 12,000 characters of it.", voice="notice"))
    if samples is not None:
        run = consultation.at_terminal or consultation.trial.awaits_samples or asks_to_run(text)
        step = step.then(keep_samples(step.consultation, event, samples, run=run))
    if got.samples_fault:
        step = step.say(Text(markdown=markdown.escaped(got.samples_fault), voice="error"))
    if got.skip:
        step = step.then(skip(step.consultation, event, knowledge))
    # What comes first may ask several things at once; later on only what is plainly a question is one.
    opens = consultation.answer is None and any(mark in text for mark in "?？؟")
    if got.question and (shown := named_rule(knowledge, got.question)):
        step = step.say(shown)
    elif got.question or opens:
        plain = tuple(ask.words for ask in got.asks if ask.kind != "meaning") if got.by_model else ()
        asks = plain or (text if opens else got.question or "",)
        kept = step.consultation.but(asks=(*step.consultation.asks, *asks)[-MOST_ASKS:])
        step = replace(step, consultation=kept, asks=asks)
    if got.situation:
        told = {"situation": got.situation, "language": got.language}
        step = replace(step, consultation=step.consultation.but(**told))
    if got.question:
        return step.then(Step(step.consultation.but(puzzled=False)))
    if got.candidates and not told:
        # The options that are near stand in the place of the whole question.
        waits = bool(asked) and next(iter(got.candidates)) in asked
        return replace(step, advances=not waits).say(*_closest(got.candidates, knowledge))
    if told and got.by_model:
        step = step.say(*_doubtful(got.candidates, asked, knowledge))
    if late and not (got.unsure or withdrawn or got.skip or samples or files or step.asks or got.samples_fault):
        # What was said before what is held, and came after it, was answered by that.
        return replace(step, advances=False)
    if told or files or got.notes:
        return step.then(Step(step.consultation.but(puzzled=False)))
    puzzled = _not_understood(step.consultation, text, asked, got, context)
    begun = consultation.asked is not None or consultation.verdict is not None
    # What is open stands above already.
    return replace(step, advances=step.advances and not (puzzled.says and begun)).then(puzzled)


def _is_settled(seen: View, fact: str) -> bool:
    """Tell whether one value of a fact holds, which no further word adds to."""
    held = seen.known.get(fact)
    return held is not None and held.how is not How.assumed and not isinstance(held.value, tuple)


def _reckoned(got: reading.Reading, asked: Sequence[str], knowledge: Knowledge) -> list[Part]:
    """Say how the number of an answer was reckoned, or why it is none."""
    counted = [one for one in got.found if one.fact in asked and knowledge.facts[one.fact].type == "count"]
    if got.notes and len(counted) == 1:
        return [reckoned(knowledge, counted[0].fact, counted[0].value, "; ".join(got.notes))]
    return [Text(markdown=markdown.escaped(note), voice="notice") for note in got.notes if not counted]


MOST_ASKS = 4
"""Questions of one consultation that are kept."""

_DONE: frozenset[Intent] = frozenset(
    {"verdict", "status", "why", "counter", "help", "undo", "record", "stop", "restart", "forget"}
)
"""Intents that are answered at once."""


_PROPOSED = {
    "stop": "Shall I stop? `leave` makes me listen no further here, `stop` ends a trial.",
    "restart": "Shall we start over? `forget` deletes this consultation; what you say next begins a new one.",
    "forget": "Shall I delete this consultation? `forget` does it, for good.",
}
"""What ends or deletes something is done by its own word, never by a likeness."""


async def _done(
    got: reading.Reading, consultation: Consultation, event: Event, text: str, seen: View, context: TurnContext
) -> Step:
    match got.intent:
        case "verdict":
            return Step(consultation, effects=(Decide(),), advances=True)
        case "undo":
            return undo(consultation, event, context)
        case "record":
            return record(consultation, context, "json" if "json" in text.lower() else "markdown")
        case "stop" | "restart" | "forget" as ends:
            return Step(consultation).say(Text(markdown=_PROPOSED[ends], voice="notice"))
        case "why" | "counter":
            return Step(consultation).say(*why(context.knowledge, consultation, seen, context.explain))
        case "help":
            told = help_text(context.knowledge, await here(consultation, event, context))
            return Step(consultation).say(Text(markdown=told))
        case _:
            command = Command(got.intent)
            return Step(consultation).say(*answer_command(context.knowledge, command, consultation, seen))


def _closest(candidates: Mapping[str, tuple[Value, ...]], knowledge: Knowledge) -> list[Part]:
    """Offer the options that a message is close to."""
    fact, near = next(iter(candidates.items()))
    named = ", ".join(f"*{wording.value(knowledge, fact, value)}*" for value in near)
    asked = f"Closest to {named}, or {'neither' if len(near) < 3 else 'none of them'}? Say it in other words then."
    return [Text(markdown=asked, voice="notice"), wording.form_of(knowledge, fact, near)]


def _doubtful(candidates: Mapping[str, tuple[Value, ...]], asked: Sequence[str], knowledge: Knowledge) -> list[Part]:
    """Say of facts that nobody asked for what is in doubt, and how to settle it."""
    lines = [
        f"{wording.label(knowledge, fact)}: {' or '.join(wording.value(knowledge, fact, value) for value in near)}? "
        f"`fix {wording.label(knowledge, fact)} …` settles it."
        for fact, near in candidates.items()
        if fact not in asked
    ]
    return [Text(markdown=f"I am not sure of this. {' '.join(lines)}", voice="notice")] if lines else []


def _not_understood(
    consultation: Consultation, text: str, asked: Sequence[str], got: reading.Reading, context: TurnContext
) -> Step:
    """Say that nothing was read; the second time in a row offer what may be meant instead."""
    knowledge, step = context.knowledge, Step(consultation)
    head = text.strip().split(maxsplit=1)[0].lower() if text.strip() else ""
    if head.startswith("/"):
        told = f"There is no command {markdown.escaped(head)}; `help` lists them."
        return step.say(Text(markdown=told, voice="notice"))
    if head == "why" and consultation.verdict:
        seen = view(consultation, knowledge, context.derive)
        return step.say(*why(knowledge, consultation, seen, context.explain))
    if not head or _OPENING.fullmatch(text.strip()):
        return step
    language = None if got.by_model else language_of([text])
    if language in ONLY_ENGLISH and language not in consultation.languages:
        spoken = consultation.but(languages=(*consultation.languages, language))
        return Step(spoken, advances=True).say(Text(markdown=ONLY_ENGLISH[language], voice="notice"))
    missed = Step(consultation.but(puzzled=True))
    if not consultation.puzzled:
        # A few words do not tell their language.
        foreign = "" if language == "English" and not consultation.languages else " (in English)"
        said = f"I took no fact from that: answer with a choice, or say it in other words{foreign}."
        return missed.say(Text(markdown=said, voice="notice"))
    near = reading.likeliest(text, asked, knowledge)
    if near:
        return missed.say(
            Text(markdown="Again I am not sure what you mean. Is it one of these?", voice="notice"),
            wording.form_of(knowledge, *near),
        )
    if asked:
        told = "Again I am not sure what you mean. Choose below, `skip` leaves this out, `verdict` decides now."
    else:
        told = "Again I am not sure what you mean. `status` shows what I hold, `fix` corrects it, `rules` lists topics."
    return Step(missed.consultation, advances=True).say(Text(markdown=told, voice="notice"))
