"""The trials of a conversation: what one takes and who says yes to that, what it measured, judged, and run again."""

import re
from typing import TYPE_CHECKING

from bot.chat.events import Event
from bot.chat.reply import Choices, Option, Part, Text
from bot.consultation.claims import claim
from bot.consultation.model import Claim, Consultation, How
from bot.consultation.trials import Graded, TrialResult
from bot.consultation.view import view
from bot.turn.context import Advisor, Taking

if TYPE_CHECKING:
    from bot.trial.budget import Estimate


def trial_id(case: Consultation) -> str:
    """Name the trial that a case is about to run, the same after a restart."""
    return f"trial-{len(case.trials) + 1}"


def picture_prefix(case: Consultation) -> str:
    """Begin the names of a case's pictures, so that they can be deleted with it."""
    return re.sub(r"\W", "", case.id)[-12:]


def graded(case: Consultation, advisor: Advisor, result: TrialResult, grade: Graded) -> TrialResult:
    """Return a trial of this case with what a person says of one of its outputs, and the facts that follow now."""
    from bot.trial.results.summary import with_grade

    return with_facts(case, advisor, with_grade(result, grade))


def with_facts(case: Consultation, advisor: Advisor, result: TrialResult) -> TrialResult:
    from bot.trial.results import facts

    held = view(case, advisor.knowledge, advisor.derive).held.facts
    return result.model_copy(update={"facts": facts.facts(result, held, advisor.knowledge.models)})


GO = Choices(action="run", options=(Option(value="run", label="Run it"), Option(value="skip", label="Leave it")))


def asks_first(case: Consultation, advisor: Advisor) -> list[Part]:
    """Return the question whether a trial above the cap may run, nothing where it is within."""
    from bot.trial.budget import Cap, over_cap

    taken = _estimate(case, advisor)
    too_much = over_cap(taken, Cap()) if taken is not None else None
    return [Text(markdown=f"{too_much} Shall I run it?", voice="ask"), GO] if too_much else []


def begins(case: Consultation, advisor: Advisor) -> tuple[Part, ...]:
    """Say that a trial runs now, and what it takes."""
    from bot.trial.budget import said

    pairs = len(case.samples.pairs)
    what = f"{pairs} sample{'s' if pairs > 1 else ''}" if pairs else "your prompt"
    taken = _estimate(case, advisor)
    takes = f": {said(taken)}" if taken is not None else ""
    stop = Choices(action="stop", options=(Option(value="stop", label="Stop"),))
    return Text(markdown=f"I run {what} now{takes}.", voice="notice"), stop


def _estimate(case: Consultation, advisor: Advisor) -> "Estimate | None":
    """Return what a trial of the case's samples takes; None where it cannot be run, which is said when it is tried."""
    from bot.trial.budget import estimate
    from bot.trial.run import fitted
    from bot.trial.task import TaskError, task_of

    if advisor.model is None:
        return None
    try:
        task = fitted(task_of(case.samples), advisor.model, verbs=advisor.knowledge.verbs)
    except TaskError:
        return None
    return estimate(task, advisor.model.name)


def measured(case: Consultation, event: Event, result: TrialResult, advisor: Advisor) -> Consultation:
    """Return the case with what a trial measured as facts; its card has told them."""
    for fact, value in result.facts.items():
        held = Claim(value=value, how=How.measured, by=event.author, at=event.at, message=event.message)
        case = claim(case, advisor.knowledge, fact, held)
    return case


def compared(case: Consultation, result: TrialResult) -> list[Part]:
    """Say what has changed since the trial that this one repeats; nothing where it repeats none."""
    from bot.trial.report.comparison import in_words
    from bot.trial.results.compare import compare

    return in_words(compare(case.trials[-1], result)) if case.again and case.trials else []


def grade(t: Taking, event: Event, value: str, advisor: Advisor) -> None:
    """Take what a person says of an output of the last trial: `0-5d41402abc4b pass`."""
    from bot.turn.trials import graded

    output, _, said = value.rpartition(" ")
    last = t.case.trials[-1] if t.case.trials else None
    if last is None or output not in last.scored or said not in ("pass", "fail"):
        t.tell(event, Text(markdown="That output is of an earlier trial; only the last one is judged.", voice="notice"))
        return
    judged = Graded(output=output, passed=said == "pass", by=event.author, at=event.at)
    result = graded(t.case, advisor, last, judged)
    t.case = t.case.but(trials=(*t.case.trials[:-1], result))
    if result.facts == last.facts:
        t.tell(event, Text(markdown="Counted.", voice="notice"))
    else:
        t.quiet = False
        t.case = measured(t.case, event, result, advisor)
        t.new += [fact for fact in result.facts if fact not in t.new]


def rescore(t: Taking, name: str) -> None:
    """Run the samples again, scored as somebody chose."""
    from bot.trial.scorers.scorers import fitting

    if t.case.trial_offer == "running":
        t.parts.append(Text(markdown="A trial is running; choose when it has ended.", voice="notice"))
    elif name not in fitting(t.case.samples.pairs):
        t.parts.append(Text(markdown="These samples cannot be scored like that.", voice="error"))
    else:
        t.case = t.case.but(samples=t.case.samples.model_copy(update={"scorer": name}))
        t.trial = True


def again(t: Taking) -> None:
    """Run the samples of the last trial once more, to see what has changed."""
    if t.case.trial_offer == "running":
        t.parts.append(Text(markdown="A trial is running already.", voice="notice"))
    elif not t.case.trials or not (t.case.samples.pairs or t.case.samples.prompt):
        t.parts.append(Text(markdown="There is no trial to run again. `try` begins one.", voice="notice"))
    else:
        t.case = t.case.but(again=True)
        t.trial = True
