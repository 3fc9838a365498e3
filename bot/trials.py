"""The trials of a conversation: what one takes and who says yes to that, what it measured, judged, and run again."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.advice import claim
from bot.advisor import Advisor, Taking
from bot.consultation import Claim, Consultation, Graded, How, TrialResult
from bot.events import Inbound
from bot.reply.parts import Choices, Option, Part, Text

if TYPE_CHECKING:
    from bot.trial.estimate import Estimate
    from bot.trial.grading import Ungraded

SHOWN = 600
"""Characters of an output that is to be judged."""
SCORED = {
    "exact": "Exactly equal",
    "text": "Equal but for case and spaces",
    "label": "As a label",
    "number": "As a number",
    "json": "JSON by field",
    "contains": "Contains the wanted text",
    "length": "About as long",
    "language": "In the same language",
    "judge": "By a model",
    "human": "By people",
}
"""How a scorer is named to people."""

GO = Choices(action="run", options=(Option(value="run", label="Run it"), Option(value="skip", label="Leave it")))


def asks_first(case: Consultation, advisor: Advisor) -> list[Part]:
    """Return the question whether a trial above the cap may run, nothing where it is within."""
    from bot.trial.estimate import Cap, over_cap

    taken = _estimate(case, advisor)
    too_much = over_cap(taken, Cap()) if taken is not None else None
    return [Text(markdown=f"{too_much} Shall I run it?", voice="ask"), GO] if too_much else []


def begins(case: Consultation, advisor: Advisor) -> tuple[Part, ...]:
    """Say that a trial runs now, and what it takes."""
    from bot.trial.estimate import said

    pairs = len(case.samples.pairs)
    what = f"{pairs} sample{'s' if pairs > 1 else ''}" if pairs else "your prompt"
    taken = _estimate(case, advisor)
    takes = f": {said(taken)}" if taken is not None else ""
    stop = Choices(action="stop", options=(Option(value="stop", label="Stop"),))
    return Text(markdown=f"I run {what} now{takes}.", voice="notice"), stop


def _estimate(case: Consultation, advisor: Advisor) -> "Estimate | None":
    """Return what a trial of the case's samples takes; None where it cannot be run, which is said when it is tried."""
    from bot.trial.estimate import estimate
    from bot.trial.run import fitted
    from bot.trial.task import TaskError, task_of

    if advisor.model is None:
        return None
    try:
        task = fitted(task_of(case.samples), advisor.model, verbs=advisor.knowledge.verbs)
    except TaskError:
        return None
    return estimate(task, advisor.model.name)


def measured(case: Consultation, event: Inbound, result: TrialResult, advisor: Advisor) -> Consultation:
    """Return the case with what a trial measured as facts; its card has told them."""
    for fact, value in result.facts.items():
        held = Claim(value=value, how=How.measured, by=event.author, at=event.at, message=event.message)
        case = claim(case, advisor.knowledge, fact, held)
    return case


def compared(case: Consultation, result: TrialResult) -> list[Part]:
    """Say what has changed since the trial that this one repeats; nothing where it repeats none."""
    from bot.trial.compare import compare, said

    return said(compare(case.trials[-1], result)) if case.again and case.trials else []


def grade(t: Taking, event: Inbound, value: str, advisor: Advisor) -> None:
    """Take what a person says of an output of the last trial: `0-5d41402abc4b pass`."""
    from bot.measure import graded

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
    from bot.trial.scorers import fitting

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


def to_judge(outputs: "Sequence[Ungraded]", most: int = 6) -> list[Part]:
    """Offer outputs to people who say which pass; which rung one came from is not told."""
    parts: list[Part] = []
    for number, output in enumerate(outputs[:most], 1):
        asks = f"**Output {number} of {min(most, len(outputs))}**, for the input\n\n{_block(output.input)}\n\n"
        options = (Option(value=f"{output.id} pass", label="Passes"), Option(value=f"{output.id} fail", label="Fails"))
        parts += [Text(markdown=f"{asks}{_block(output.text)}"), Choices(action="grade", options=options)]
    return parts


def other_scorers(case: Consultation, used: str) -> list[Part]:
    """Offer other ways to score the same samples."""
    from bot.trial.scorers import fitting

    names = [name for name in fitting(case.samples.pairs) if name != used]
    if not case.samples.pairs or not names:
        return []
    options = tuple(Option(value=name, label=SCORED[name]) for name in names if name in SCORED)
    return [Choices(action="scorer", text="Scored wrongly? Run it again, scored another way:", options=options)]


def _block(text: str) -> str:
    """Return somebody's text as code, so that nothing in it is markup."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    shown = text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
    return f"{fence}\n{shown}\n{fence}"
