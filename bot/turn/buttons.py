"""What each press of a button does to a consultation."""

from typing import Literal

from bot.chat import wording
from bot.chat.events import Event, Pressed
from bot.chat.reply import Choices, Option, Part, Text
from bot.consultation.advice import next_move
from bot.consultation.claims import alone
from bot.consultation.model import Consultation, Verdict
from bot.consultation.people import without
from bot.consultation.trial_state import Phase, TrialState
from bot.consultation.view import view
from bot.text import markdown
from bot.turn import trials
from bot.turn.context import TurnContext, may_decide
from bot.turn.explain import record, sources, why
from bot.turn.messages import ours
from bot.turn.people.dispute import take_side
from bot.turn.people.overheard import use
from bot.turn.samples import choose_column, swapped, to_change
from bot.turn.step import (
    Decide,
    Forget,
    ForgetPerson,
    ShowReport,
    StartTrial,
    Step,
    StopTrial,
    UnlinkRecord,
    taken_back,
)

GONE = "Forgotten: facts, samples, trials and this transcript are deleted, and nothing from before is read again."
PASTE_ROWS = Choices(
    action="dataset",
    text="Paste the rows of your finetuning file or attach it, and I check them. They are not kept.",
    options=(Option(value="paste", label="Check a file"),),
)


async def press(
    consultation: Consultation, event: Event, action: str, values: tuple[str, ...], context: TurnContext
) -> Step:
    """Do what a button says."""
    step = Step(consultation)
    match action, values:
        case "stop", _ if not _is_of(consultation.trial, values):
            return step.whisper(event.author, Text(markdown="It has ended.", voice="notice"))
        case "stop", _:
            return await stop(consultation, event, context)
        case "forget", _:
            return await forget(consultation, event, context)
        case "feedback", ("up" | "down" as how, *_):
            thanked = "Thank you." if how == "up" else "Thank you. What is wrong? Say it here, or correct a fact."
            rated = consultation.but(feedback={**consultation.feedback, event.author: how})
            return Step(rated).whisper(event.author, Text(markdown=thanked, voice="notice"))
        case "use", (fact,):
            return use(consultation, event, fact, context)
        case "ours", (value,):
            return await ours(consultation, event, value, context)
        case "side", (side,):
            return take_side(consultation, event, side, context)
        case "decide", _:
            return Step(consultation, effects=(Decide(),), advances=True)
        case "correct", _:
            return step.say(*_correct(consultation, context))
        case (("fix" | "answer"), (fact, *_)) if fact in context.knowledge.asks:
            return step.say(wording.form(context.knowledge, [fact]))
        case "show", ("record", *_):
            return record(consultation, context)
        case "show", ("why" | "sources" as what, *_):
            return step.say(*show(consultation, what, context))
        case "show", (what, *_) if what.startswith("sources:"):
            return step.say(*sources(context.knowledge, consultation, what.partition(":")[2]))
        case "dataset", _:
            return step.say(PASTE_ROWS)
        case "run", _:
            return await _approve(consultation, event, values, context)
        case "column", (value,):
            return await choose_column(consultation, event, value, context)
        case "again", _:
            return trials.again(consultation)
        case "compare", _:
            return await trials.compare(consultation, event, "".join(values[:1]), context)
        case "report", (value,):
            trial, _, section = value.rpartition("/")
            return Step(consultation, effects=(ShowReport(trial, section),))
        case "scorer", (name,):
            return trials.rescore(consultation, name)
        case "grade", (output,):
            return trials.grade(consultation, event, output, context)
        case "trial", _ if consultation.trial.running:
            return step.say(Text(markdown="A trial is running already.", voice="notice"))
        case "trial", ("skip",):
            return Step(consultation.but(trial=consultation.trial.after("decline")), advances=True)
        case "trial", _:
            return trials.request(consultation, context)
        case _:
            told = "That button means nothing any more. `help` lists what does."
            return step.say(Text(markdown=told, voice="error"))


def _is_of(trial: TrialState, values: tuple[str, ...]) -> bool:
    """Tell whether a button is of the trial that runs; one of before trials had their names in it is of any."""
    return trial.running and (values in ((), ("stop",)) or trial.name in ("", *values))


def show(consultation: Consultation, what: Literal["why", "sources"], context: TurnContext) -> list[Part]:
    """Show what stands behind the last answer, or behind the verdict or the question."""
    if what == "sources":
        return sources(context.knowledge, consultation)
    return why(context.knowledge, consultation, view(consultation, context.knowledge, context.derive), context.explain)


async def unlink_record(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """End links to the decision record, where the author may."""
    if not await may_decide(consultation, event, context):
        told = f"Only {_deciders(consultation)} can end links to the decision record."
        return Step(consultation).whisper(event.author, Text(markdown=told, voice="error"))
    ended = Text(markdown="Links to the decision record open nothing any more. `record` gives a new one.")
    return Step(consultation, says=(ended,), effects=(UnlinkRecord(),))


async def _approve(consultation: Consultation, event: Event, values: tuple[str, ...], context: TurnContext) -> Step:
    """Run a trial above the cap, or leave it."""
    step = Step(consultation)
    if consultation.trial.phase is Phase.understood:
        if values == ("compare",):
            return await trials.compare(consultation, event, trials.WHICH, context)
        return _run_understood(consultation, values)
    if consultation.trial.phase is not Phase.awaiting_approval:
        told = "No trial waits for that any more. Send samples to begin one."
        return step.say(Text(markdown=told, voice="notice"))
    if not await may_decide(consultation, event, context):
        told = f"Only {_deciders(consultation)} can let this trial run."
        return step.whisper(event.author, Text(markdown=told, voice="error"))
    if values == ("skip",):
        return Step(consultation.but(trial=consultation.trial.after("decline")), advances=True)
    return Step(consultation, effects=(StartTrial(approved=True),))


def _run_understood(consultation: Consultation, values: tuple[str, ...]) -> Step:
    """Run samples as they were understood, change that, or leave them."""
    match values:
        case ("skip",):
            return Step(consultation.but(trial=consultation.trial.after("decline")), advances=True)
        case ("change",):
            return Step(consultation).say(*to_change(consultation))
        case ("swap",):
            return swapped(consultation)
        case ("replace",):
            return Step(alone(consultation), effects=(StartTrial(),))
        case ("plain",):
            return Step(trials.without_finetune(consultation), effects=(StartTrial(),))
        case _:
            return Step(consultation, effects=(StartTrial(),))


async def stop(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """End the trial that runs, where the author may."""
    step = Step(consultation)
    if not consultation.trial.running:
        return step.say(Text(markdown="No trial is running.", voice="notice"))
    if not await may_decide(consultation, event, context):
        told = f"Only {_deciders(consultation)} can stop this trial."
        return step.whisper(event.author, Text(markdown=told, voice="error"))
    stops = Text(markdown="I stop the trial; what is measured so far counts.", voice="notice")
    stopped = Step(consultation, effects=(StopTrial(),))
    # A press shows in the trial's own message, which ends in a moment.
    return stopped.whisper(event.author, stops) if isinstance(event.body, Pressed) else stopped.say(stops)


async def forget(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Delete the consultation, where the author may."""
    if not await may_decide(consultation, event, context):
        told = f"Only {_deciders(consultation)} can delete this consultation."
        return Step(consultation).whisper(event.author, Text(markdown=told, voice="error"))
    return Step(consultation, says=(Text(markdown=GONE),), effects=(Forget(event.author),))


def forget_me(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Delete what one person said and what was held of it, which everybody may ask for themselves.

    What they asked for themselves goes whole.
    """
    elsewhere = "" if consultation.at_terminal else " It goes in all your other conversations with me, too."
    if event.author == consultation.asker:
        gone = Text(markdown=f"{GONE}{elsewhere}")
        return Step(consultation, says=(gone,), effects=(Forget(event.author), ForgetPerson(event.author)))
    after = without(consultation, event.author)
    words = f"Forgotten: your words here, and the facts that only you gave.{elsewhere}"
    told = Text(markdown=words, voice="notice")
    if after.verdict is not None:
        move = next_move(after, context.knowledge, context.derive, now=after.settled)
        changed = not isinstance(move, Verdict) or move.verdict != after.verdict.verdict
    else:
        # Asked anew, so that the question that stands, and what is kept of it, no longer holds their words.
        changed = after.claims != consultation.claims
    gone = taken_back(Step(after, effects=(ForgetPerson(event.author),), advances=changed))
    return gone.whisper(event.author, told)


def _deciders(consultation: Consultation) -> str:
    asker = consultation.names.get(consultation.asker or "")
    return f"{markdown.escaped(asker)}, who asked, or an admin" if asker else "who asked, or an admin,"


def _correct(consultation: Consultation, context: TurnContext) -> list[Part]:
    """Show the facts and ask which one is wrong."""
    knowledge = context.knowledge
    seen = view(consultation, knowledge, context.derive)
    table = wording.facts(knowledge, seen, consultation.names)
    options = tuple(
        Option(value=fact, label=wording.label(knowledge, fact))
        for fact in (*seen.known, *seen.disputed)
        if fact in knowledge.asks
    )
    if table is None or not options:
        return [Text(markdown="I hold no facts yet.", voice="notice")]
    return [
        table,
        Choices(action="fix", text='Which one is wrong? Or say it: "no, we have 400 examples".', options=options),
    ]
