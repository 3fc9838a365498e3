"""What people say to each other: noted where it is unmistakable, offered where it would change what is held."""

from collections.abc import Mapping

from bot.chat import wording
from bot.chat.events import Event, Said
from bot.chat.reply import Choices, Option, Part, Text
from bot.consultation.advice import next_move
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.model import TRANSCRIPT_LINES, Consultation, How, Verdict
from bot.consultation.view import view
from bot.text import markdown
from bot.turn.claims import claim_of, line_of
from bot.turn.context import TurnContext
from bot.turn.people.attention import found_in
from bot.turn.step import Step

HINT = Text(
    markdown="More than one of you speaks here now: press a button or mention me, and I take it as an answer.",
    voice="notice",
)


def overhear(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Take from words between people what is unmistakable; nothing is said to them."""
    found = found_in(consultation, event, context.knowledge)
    if not found or not isinstance(event.body, Said):
        return Step(consultation)
    line = line_of(event, event.body.text).model_copy(update={"overheard": True})
    consultation = consultation.but(transcript=(*consultation.transcript, line)[-TRANSCRIPT_LINES:])
    for one in found:
        closed = one.closed or not isinstance(one.value, tuple)
        held = claim_of(event, one.value, How.stated, one.quote, closed=closed)
        after = claim(consultation, context.knowledge, one.fact, held)
        if _changes(consultation, after, one.fact, context):
            consultation = consultation.but(offered={**consultation.offered, one.fact: held})
        else:
            consultation = after.but(aside={**after.aside, one.fact: event.author})
    return Step(consultation)


def use(consultation: Consultation, event: Event, fact: str, context: TurnContext) -> Step:
    """Let what was offered count, in place of what was told before."""
    held = consultation.offered.get(fact)
    if held is None:
        told = Text(markdown="That was used already, or taken back.", voice="notice")
        return Step(consultation).whisper(event.author, told)
    left = {name: each for name, each in consultation.offered.items() if name != fact}
    after = claim(consultation.but(offered=left), context.knowledge, fact, held, alone=True)
    return Step(after, learned=(fact,), advances=True)


def offers(consultation: Consultation, context: TurnContext) -> tuple[Part, ...]:
    """Return what is offered: whose it is, what it says, and the button that lets it count."""
    return tuple(
        Choices(
            action="use",
            text=f"{markdown.escaped(consultation.names.get(held.by, 'Somebody'))}: "
            f"{wording.label(context.knowledge, fact)}: {wording.value(context.knowledge, fact, held.value)}",
            options=(Option(value=fact, label="Use it"),),
        )
        for fact, held in consultation.offered.items()
        if held.value is not None
    )


def beside(consultation: Consultation, before: Consultation, context: TurnContext) -> Step | None:
    """Return the step that shows on the live message what people say to each other: what was noted, what is offered,
    and, once somebody joined while a question is open, how to answer from now on. None where that is shown already.
    """
    due = consultation.room.hint == "due" and consultation.asked is not None
    parts = (*_noted(consultation, context), *offers(consultation, context))
    if not due and parts == (*_noted(before, context), *offers(before, context)):
        return None
    if due:
        consultation = consultation.but(room=consultation.room.model_copy(update={"hint": "shown"}))
    told = (HINT,) if consultation.room.hint == "shown" else ()
    return Step(consultation, says=(*parts, *told))


def amends(now: Consultation, before: Consultation) -> tuple[str, str] | None:
    """Return the notice on the live message that says what is changed now, and what is left of it."""
    return None if now.noted == before.noted else (noted(before.noted), noted(now.noted))


def noted(words: Mapping[str, str]) -> str:
    """Repeat back what was read; empty where nothing was."""
    return f"Noted: {'; '.join(dict.fromkeys(words.values()))}" if words else ""


def _noted(consultation: Consultation, context: TurnContext) -> tuple[Part, ...]:
    """Return whose words were noted, and what they say; and what somebody changed of what they had said to us."""
    known = view(consultation, context.knowledge, context.derive).known
    overheard = {line.message for line in consultation.transcript if line.overheard}
    noted: dict[str, list[str]] = {"Noted from": [], "Changed by": []}
    for fact, by in consultation.aside.items():
        held = next((each for each in consultation.claims.get(fact, ()) if each.by == by), None)
        if held is not None and fact in known:
            name = markdown.escaped(consultation.names.get(by, "Somebody"))
            told = f"{name}: {wording.told(context.knowledge, fact, known[fact])}"
            noted["Noted from" if held.message in overheard else "Changed by"].append(told)
    return tuple(Text(markdown=f"{how} {'; '.join(lines)}", voice="notice") for how, lines in noted.items() if lines)


def _changes(before: Consultation, after: Consultation, fact: str, context: TurnContext) -> bool:
    """Tell whether a claim replaces a fact, opens a dispute, or changes the verdict that was given."""
    knowledge, derive = context.knowledge, context.derive
    was, is_ = view(before, knowledge, derive), view(after, knowledge, derive)
    if fact in is_.disputed or fact in was.disputed:
        return True
    known = was.known.get(fact)
    replaces = known is not None and known.how is not How.assumed and _loses(known.value, is_.known[fact].value)
    if replaces:
        return True
    if before.verdict is None:
        return False
    move = next_move(after, knowledge, derive, now=before.settled)
    return not isinstance(move, Verdict) or move.verdict != before.verdict.verdict


def _loses(was: Value, is_: Value) -> bool:
    """Tell whether a value replaces another one; a set that only grows does not."""
    if isinstance(was, tuple) and isinstance(is_, tuple):
        return not set(was) <= set(is_)
    return was != is_
