"""The trials of a consultation: offered, begun where their cost may be spent, measured, judged, and run again."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from bot.chat import wording
from bot.chat.events import Event, Measured
from bot.chat.reply import Choices, Option, Part, Progress, Text
from bot.consultation.claims import alone, claim, newest, put_together
from bot.consultation.model import Claim, Consultation, How, Samples
from bot.consultation.trial_results import Graded, TrialResult
from bot.consultation.trial_state import Phase
from bot.consultation.view import view
from bot.model.errors import ModelError
from bot.text import markdown
from bot.turn.context import TurnContext
from bot.turn.step import Ended, StartTrial, Step
from knowledge.load import Knowledge

if TYPE_CHECKING:
    from bot.trial.budget import Estimate

PASTE = Choices(action="trial", options=(Option(value="paste", label="Paste samples"),))
APPROVE = (Option(value="run", label="Run it"), Option(value="skip", label="Leave it"))
_YES = r"(?:yes|yep|yeah|ok|okay|sure)"
_TRIAL = r"the (?:trial|comparison|samples)"
_LEAVE_BY_NAME: Mapping[str, re.Pattern[str]] = {
    "run": re.compile(
        rf"(?:{_YES} )?(?:please )?(?:go ahead and )?run (?:it|that|this|them|{_TRIAL})(?: now| please)*"
    ),
    "skip": re.compile(rf"(?:no )?(?:please )?(?:(?:leave|skip) {_TRIAL}|(?:do not|don't) run (?:it|that|{_TRIAL}))"),
}
_LEAVE_IN_SHORT: Mapping[str, re.Pattern[str]] = {
    "run": re.compile(rf"{_YES}(?: please)?|(?:{_YES} )?(?:please )?(?:go ahead|do(?: it| that)?)(?: please)?"),
    "skip": re.compile(r"no(?: (?:thanks|thank you|please don't))?|nope|(?:please )?don't|(?:no )?(?:leave|skip) it"),
}
"""Words that let a trial run or leave it, which name it and which only answer."""


WHICH = "which"
"""In the place of a finetune's name: it is asked for."""
COMPARE = Choices(action="compare", options=(Option(value=WHICH, label="Compare your finetune with its base"),))
MOST_OFFERED = 10
"""Finetunes that are offered by name."""
RESULT = ":result"
"""Ends the name of the event that tells how a trial ended."""
MORE_SAMPLES = Choices(action="trial", options=(Option(value="paste", label="Run 20 more"),))


def stop(trial: str) -> Choices:
    """Return the button that ends this trial, and no later one where it is still seen then."""
    return Choices(action="stop", options=(Option(value=trial, label="Stop"),))


def trial_id(consultation: Consultation) -> str:
    """Name the trial that a consultation is about to run, the same after a restart."""
    return f"trial-{len(consultation.trials) + 1}"


def picture_prefix(consultation: Consultation) -> str:
    """Begin the names of a consultation's pictures, so that they can be deleted with it."""
    return re.sub(r"\W", "", consultation.id)[-12:]


def may_be_offered(consultation: Consultation, context: TurnContext) -> bool:
    """Tell whether a trial was never spoken of and could be run."""
    return consultation.trial.phase is Phase.none and context.model is not None and not consultation.samples.pairs


def may_compare(consultation: Consultation, context: TurnContext) -> bool:
    """Tell whether there are samples, a finetune and a model, and the two were not compared yet."""
    if context.model is None or context.model.demonstration or consultation.trial.running:
        return False
    if not consultation.samples.pairs or consultation.samples.tuned:
        return False
    held = view(consultation, context.knowledge, context.derive).held.facts
    exists = held.get("finetune") in ("works", "falls_short") or bool(held.get("tuned_fails"))
    return exists and not any(rung.name == "tuned" for trial in consultation.trials for rung in trial.rungs)


def offer_stands(consultation: Consultation, context: TurnContext) -> bool:
    """Tell whether a trial was offered and nobody has taken or declined it: the offer moves on with the question."""
    open_ = consultation.trial.phase is Phase.offered and not consultation.samples.pairs
    return open_ and context.model is not None and not consultation.at_terminal


def paste_offer(text: str) -> Choices:
    """Return this with buttons: to give samples, or to leave them out."""
    options = (Option(value="paste", label="Paste samples"), Option(value="skip", label="Skip"))
    return Choices(action="trial", text=text, options=options)


def how_to_paste(context: TurnContext, *, operator: bool = False) -> str:
    """Say how samples can be given; `operator` where whoever reads it can set a model up."""
    if context.model is None and not operator:
        return "No model is ready here to run samples on; whoever runs me can set one up."
    if context.model is None:
        return "No model is ready to run samples on. Set OPENAI_API_KEY for one; `advisor doctor` says what is wrong."
    return (
        "Paste up to 50 inputs, each with the answer you would have given, and I will run them on "
        f"{context.model.name}. Any plain form will do: `input: …` and `output: …` lines, a CSV or JSONL, or a file. "
        "One prompt alone works too: I run it, and you say which answers pass."
    )


def request(consultation: Consultation, context: TurnContext) -> Step:
    """Ask for samples, since somebody wants a trial."""
    asked = how_to_paste(context, operator=consultation.at_terminal)
    by_words = consultation.at_terminal or context.model is None
    if context.model is not None:
        consultation = consultation.but(trial=consultation.trial.after("request"))
    return Step(consultation).say(Text(markdown=asked) if by_words else paste_offer(asked))


def begin(step: Step, context: TurnContext) -> Step:
    """Let a trial that the steps want begin; where it may not, or cannot, say so and drop its effect."""
    wanted = [effect for effect in step.effects if isinstance(effect, StartTrial)]
    if not wanted:
        return step
    consultation = step.consultation
    outside = all(effect.outsider for effect in wanted)
    without = replace(step, effects=tuple(effect for effect in step.effects if not isinstance(effect, StartTrial)))
    if context.model is None:
        told = "I keep your samples; no model is ready to run them on"
        told += " (`advisor doctor` says why)." if consultation.at_terminal else "."
        return without.say(Text(markdown=told))
    if outside:
        whose = wording.house(consultation.id.partition(":")[0])
        told = f"I keep your samples. What a trial costs is the {whose}'s to spend: one of its members can say `try`."
        return without.say(Text(markdown=told, voice="notice"))
    approved = any(effect.approved for effect in wanted)
    if not any(effect.asked for effect in wanted):
        waits = consultation.but(trial=consultation.trial.after("understand"))
        # What else was said is answered after the press.
        return replace(without.say(_to_run(consultation, context)), consultation=waits, advances=bool(without.learned))
    if not approved and (asks := _asks_approval(consultation, context)):
        held = consultation.but(trial=consultation.trial.after("hold"))
        return replace(without.say(*asks), consultation=held)
    begun = consultation.but(trial=consultation.trial.after("start"))
    return replace(without, consultation=begun, effects=(*without.effects, StartTrial(approved, wanted[-1].by)))


def _asks_approval(consultation: Consultation, context: TurnContext) -> list[Part]:
    """Return the question whether a trial above the cap may run, nothing where it is within."""
    from bot.trial.budget import Cap, over_cap

    taken = _estimate(consultation, context)
    too_much = over_cap(taken, Cap()) if taken is not None else None
    return [Choices(action="run", text=f"{too_much} Shall I run it?", options=APPROVE)] if too_much else []


def leave_given(consultation: Consultation, text: str, knowledge: Knowledge) -> Literal["run", "skip"] | None:
    """Return what words say to a trial that waits for leave: to run it or to leave it; None where they say neither.

    Words that do not name it count while nothing else was said since it was asked, and no other yes or no is open.
    """
    if not consultation.trial.waits:
        return None
    words = re.sub(r"[,.!;:]+", " ", text.replace("’", "'").lower()).split()
    alone_open = consultation.trial.phase is Phase.awaiting_approval and not consultation.trial.below
    other = any(
        knowledge.facts[fact].type == "bool" for fact in (consultation.asked.facts if consultation.asked else ())
    )
    ways = (_LEAVE_BY_NAME, _LEAVE_IN_SHORT) if alone_open and not other else (_LEAVE_BY_NAME,)
    for way in ways:
        if way["run"].fullmatch(" ".join(words)):
            return "run"
        if way["skip"].fullmatch(" ".join(words)):
            return "skip"
    return None


def _to_run(consultation: Consultation, context: TurnContext) -> Choices:
    """Ask whether samples that were shown are to be run, and say what that takes."""
    from bot.trial.budget import said

    pairs = len(consultation.samples.pairs)
    taken = _estimate(consultation, context)
    takes = f" takes {said(taken)}" if taken is not None else ""
    many = f" of all {pairs} pairs" if pairs > 1 else ""
    new = len(alone(consultation).samples.pairs)
    beside = new < pairs and bool(newest(consultation))
    runs = (
        (
            Option(value="run", label=f"Add: run all {pairs}"),
            Option(value="replace", label=f"Replace: run the new {new}"),
        )
        if beside
        else (Option(value="run", label="Run"),)
    )
    if consultation.samples.tuned:
        runs += (Option(value="plain", label="Without the finetune"),)
    if may_compare(consultation, context):
        runs += (Option(value="compare", label="Compare your finetune on it"),)
    options = (*runs, Option(value="change", label="Change"), Option(value="skip", label="Leave it"))
    asks = f"A trial{many}{on(consultation, context)}{takes}." if takes else "Shall I run it?"
    if beside:
        asks = f"There were pairs before these. Are the new ones to be added, or to take their place? {asks}"
    return Choices(action="run", text=asks, options=options)


def on(consultation: Consultation, context: TurnContext) -> str:
    """Say which two models a trial compares, and on what besides the samples; empty where it compares none."""
    given, model = consultation.samples, context.model
    if given.tuned is None or model is None:
        return ""
    both = f"on {markdown.escaped(given.tuned)} beside {markdown.escaped(given.base or model.name)}"
    prompts = len(context.knowledge.ordinary)
    return f" {both}{f', with {prompts} ordinary prompts each' if prompts else ''},"


def begins(consultation: Consultation, trial: str, context: TurnContext) -> tuple[Part, ...]:
    """Say that a trial of this name runs now, and what it takes: the message that then shows how far it is."""
    from bot.trial.budget import said

    pairs = len(consultation.samples.pairs)
    what = f"{pairs} sample{'s' if pairs > 1 else ''}" if pairs else "your prompt"
    taken = _estimate(consultation, context)
    takes = f": {said(taken)}" if taken is not None else ""
    total = taken.calls if taken is not None else 0
    begun = f"I run {what}{on(consultation, context)} now{takes}."
    return Progress(id=trial, done=0, total=total, text=begun), stop(trial)


def trial_of(event: Event) -> str:
    """Return the trial that an event tells the end of."""
    return event.message.removesuffix(RESULT)


def _estimate(consultation: Consultation, context: TurnContext) -> "Estimate | None":
    """Return what a trial of the samples takes; None where it cannot be run, which is said when it is tried."""
    from bot.trial.order import order_of
    from bot.trial.task import TaskError

    if context.model is None:
        return None
    try:
        order = order_of(consultation.samples, context.model, context.knowledge)
    except TaskError:
        return None
    return order.takes(consultation.samples.base or context.model.name)


async def compare(consultation: Consultation, event: Event, name: str, context: TurnContext) -> Step:
    """Have a finetune compared with its base on the samples, where it is one that may be run here."""
    step, model = Step(consultation), context.model
    if model is None:
        told = how_to_paste(context, operator=consultation.at_terminal)
        return step.say(Text(markdown=told, voice="notice"))
    if consultation.trial.running:
        return step.say(Text(markdown="A trial is running; compare when it has ended.", voice="notice"))
    if name in ("", WHICH):
        return step.say(_which(context))
    from bot.trial.finetunes import base_where_allowed

    try:
        found = await base_where_allowed(name, model, context.finetunes)
    except ModelError as error:
        said = error.sentence if consultation.at_terminal else error.told
        return step.say(Text(markdown=f"{said} (Reference {error.reference}.)", voice="error"))
    if found is None:
        told = (
            f"{markdown.escaped(name)} is no model that may be run here: whoever runs me can allow it, in "
            f"`ADVISOR_FINETUNES` or on {model.where}."
        )
        return step.say(Text(markdown=told, voice="error"))
    named = Samples(tuned=name, base=found or None)
    given = {**without_finetune(consultation).given, event.message: named}
    gave = {**consultation.gave, event.message: event.author}
    consultation = put_together(consultation.but(given=given, gave=gave))
    if not consultation.samples.pairs:
        # What a comparison needs is asked for as it is for any trial.
        return request(consultation, context)
    return Step(consultation, effects=(StartTrial(asked=consultation.at_terminal),))


def without_finetune(consultation: Consultation) -> Consultation:
    """Return the consultation with no finetune to compare."""
    given = {name: each.model_copy(update={"tuned": None, "base": None}) for name, each in consultation.given.items()}
    kept = {name: each for name, each in given.items() if each != Samples()}
    return put_together(consultation.but(given=kept))


def _which(context: TurnContext) -> Choices | Text:
    """Ask which finetune is meant, from those that are allowed by name where there are such."""
    from bot.trial.finetunes import parts

    asks = "Which finetune? `compare NAME`, with its name as the model server knows it, tries it beside its base."
    names = [parts(each)[0] for each in context.finetunes][:MOST_OFFERED]
    if not names:
        return Text(markdown=asks)
    options = tuple(Option(value=name, label=name) for name in names)
    return Choices(action="compare", text=asks, options=options)


def finish(consultation: Consultation, event: Event, measured: Measured, context: TurnContext) -> Step:
    """Take the result of a trial: what it measured are facts, which its card has told."""
    consultation = with_measured(consultation, event, measured.result, context)
    consultation = consultation.but(
        trials=(*consultation.trials, measured.result), trial=consultation.trial.after("finish")
    )
    ended = Ended(trial_of(event), measured.parts)
    return Step(consultation, ended=ended if measured.parts else None, advances=True)


def leave(consultation: Consultation) -> Step:
    """Listen no further; the message of a trial that runs is settled, since nothing more is shown in it."""
    told = Text(markdown="I listen no further here until somebody mentions me.", voice="notice")
    step = Step(consultation.but(listens="never")).say(told)
    if not (consultation.trial.running and consultation.trial.name):
        return step
    settled = "I say no more of this trial here. It runs to its end, and what it measures counts for your case."
    return replace(step, ended=Ended(consultation.trial.name, (Text(markdown=settled, voice="notice"),)))


def silent(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Take the end of a trial where nobody wants to hear of it: what it measured counts."""
    if isinstance(event.body, Measured):
        return Step(finish(consultation, event, event.body, context).consultation)
    return Step(fail(consultation, event, "").consultation)


def fail(consultation: Consultation, event: Event, sentence: str) -> Step:
    """Say why a trial could not go on."""
    trial = trial_of(event) if event.message.endswith(RESULT) else consultation.trial.name
    consultation = consultation.but(trial=consultation.trial.after("fail"))
    told = Text(markdown=sentence, voice="error")
    if consultation.at_terminal:
        return Step(consultation, says=(told,), advances=True)
    return Step(consultation, ended=Ended(trial, (told,)), advances=True)


def with_measured(consultation: Consultation, event: Event, result: TrialResult, context: TurnContext) -> Consultation:
    """Return the consultation with what a trial measured as facts."""
    for fact, value in result.facts.items():
        held = Claim(value=value, how=How.measured, by=event.author, at=event.at, message=event.message)
        consultation = claim(consultation, context.knowledge, fact, held)
    return consultation


def graded(consultation: Consultation, context: TurnContext, result: TrialResult, grade: Graded) -> TrialResult:
    """Return a trial of this consultation with what a person says of an output, and the facts that follow now."""
    from bot.trial.results.summary import with_grade

    return with_facts(consultation, context, with_grade(result, grade))


def with_facts(consultation: Consultation, context: TurnContext, result: TrialResult) -> TrialResult:
    """Return a result with the facts that it sets in this consultation."""
    from bot.trial.results import facts

    held = view(consultation, context.knowledge, context.derive).held.facts
    return result.model_copy(update={"facts": facts.facts(result, held, context.knowledge.models)})


def grade(consultation: Consultation, event: Event, value: str, context: TurnContext) -> Step:
    """Take what a person says of an output of the last trial: `0-5d41402abc4b pass`."""
    output, _, said = value.rpartition(" ")
    last = consultation.trials[-1] if consultation.trials else None
    if last is None or output not in last.scored or said not in ("pass", "fail"):
        told = "That output is of an earlier trial; only the last one is judged."
        return Step(consultation).whisper(event.author, Text(markdown=told, voice="notice"))
    judged = Graded(output=output, passed=said == "pass", by=event.author, at=event.at)
    result = graded(consultation, context, last, judged)
    consultation = consultation.but(trials=(*consultation.trials[:-1], result))
    if result.facts == last.facts:
        return Step(consultation).whisper(event.author, Text(markdown="Counted.", voice="notice"))
    consultation = with_measured(consultation, event, result, context)
    return Step(consultation, learned=tuple(result.facts), advances=True)


def rescore(consultation: Consultation, name: str) -> Step:
    """Run the samples again, scored as somebody chose."""
    from bot.trial.scorers.registry import fitting

    step = Step(consultation)
    if consultation.trial.running:
        return step.say(Text(markdown="A trial is running; choose when it has ended.", voice="notice"))
    if name not in fitting(consultation.samples.pairs):
        return step.say(Text(markdown="These samples cannot be scored like that.", voice="error"))
    scored = consultation.samples.model_copy(update={"scorer": name})
    return Step(consultation.but(samples=scored), effects=(StartTrial(),))


def again(consultation: Consultation) -> Step:
    """Run the samples of the last trial once more, to see what has changed."""
    step = Step(consultation)
    if consultation.trial.running:
        return step.say(Text(markdown="A trial is running already.", voice="notice"))
    if not consultation.trials or not (consultation.samples.pairs or consultation.samples.prompt):
        return step.say(Text(markdown="There is no trial to run again. `try` begins one.", voice="notice"))
    repeating = consultation.trial.model_copy(update={"repeats": True})
    return Step(consultation.but(trial=repeating), effects=(StartTrial(),))
