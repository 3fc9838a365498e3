"""People's judgement of outputs: what is offered to them, what they said, and how far a judging model agrees."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.consultation.base import Plain
from bot.consultation.trial_results import Graded, Judged
from bot.trial.scorers.base import Scorer
from bot.trial.statistics import alpha, wilson
from bot.trial.task import PREPARED, Call, Task

ENOUGH = 10
"""Outputs that people and the judging model both judged, from which on their agreement is shown."""


class Ungraded(Plain):
    """One distinct output that a person has to judge; which rung it came from is not told."""

    item: int
    input: str
    wanted: str | None
    text: str

    @property
    def id(self) -> str:
        """Name the output the same wherever and whenever it is offered."""
        return output_id(self.item, self.text)


def output_id(item: int, text: str) -> str:
    """Name an output of an item: equal answers have one name, whichever rung and run they came from."""
    return f"{item}-{hashlib.sha256(text.strip().encode()).hexdigest()[:12]}"


def to_grade(task: Task, calls: Sequence[Call]) -> list[Ungraded]:
    """Return the distinct outputs that a person has to judge, the first runs of every item first."""
    open_calls = sorted((call for call in answered(calls) if call.passed is None), key=lambda c: (c.run, c.item))
    return _distinct(task, open_calls)


def grade(calls: Sequence[Call], grades: Mapping[tuple[int, str], bool]) -> list[Call]:
    """Return the calls with a person's judgements, given by item and output."""
    passed = {output_id(item, text): said for (item, text), said in grades.items()}
    return [
        call.model_copy(update={"passed": passed[name]})
        if call.error is None and (name := output_id(call.item, call.text)) in passed
        else call
        for call in calls
    ]


def by_people(grades: Sequence[Graded]) -> dict[str, bool]:
    """Return what most people say of each output, the last word of each person counting; a tie is left open."""
    last = {(grade.output, grade.by): grade.passed for grade in grades}
    votes: dict[str, Counter[bool]] = {}
    for (output, _), passed in last.items():
        votes.setdefault(output, Counter())[passed] += 1
    return {output: count[True] > count[False] for output, count in votes.items() if count[True] != count[False]}


def judge_of(said: Mapping[str, bool | None], grades: Sequence[Graded]) -> Judged:
    """Return how far a judging model agrees with people; `said` is its word by output."""
    people = by_people(grades)
    both = [(passed, people[output]) for output, passed in said.items() if passed is not None and output in people]
    undecided = sum(passed is None for passed in said.values())
    if len(both) < ENOUGH:
        return Judged(outputs=len(both), undecided=undecided)
    agreed = sum(model == person for model, person in both)
    low, high = wilson(agreed, len(both))
    return Judged(
        outputs=len(both),
        agreement=agreed / len(both),
        low=low,
        high=high,
        alpha=alpha(both),
        undecided=undecided,
    )


def scored(calls: Sequence[Call]) -> dict[str, bool | None]:
    """Return what the scorer said of each output."""
    return {output_id(call.item, call.text): call.passed for call in answered(calls)}


def outputs_of(task: Task, calls: Sequence[Call]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the names of the outputs by rung and item, where a person may grade them, else {}."""
    if all(call.passed is not None and not call.judge for call in answered(calls)):
        return {}
    named: dict[str, list[list[str]]] = {}
    for call in answered(calls):
        rows = named.setdefault(call.rung, [[] for _ in task.items])
        rows[call.item].append(output_id(call.item, call.text))
    return {rung: tuple(tuple(row) for row in rows) for rung, rows in named.items()}


def answered(calls: Sequence[Call]) -> list[Call]:
    """Return the calls that a model answered, but for those that made a prompt."""
    return [call for call in calls if call.error is None and call.item != PREPARED]


def _distinct(task: Task, calls: Sequence[Call]) -> list[Ungraded]:
    items = task.items
    distinct = dict.fromkeys((call.item, call.text.strip()) for call in calls)
    return [Ungraded(item=n, input=items[n].input, wanted=items[n].wanted, text=text) for n, text in distinct]


def rescored(task: Task, calls: Sequence[Call], scorer: Scorer) -> tuple[Task, list[Call]]:
    """Return the task and its calls under another scorer; nothing is asked again.

    What only a person or a judging model can tell is left open.
    """
    now = task.model_copy(update={"scorer": scorer})
    unjudged = {"judge": "", "judge_in": 0, "judge_out": 0}

    def score(call: Call) -> Call:
        if call.error is not None or call.item == PREPARED:
            return call
        return call.model_copy(update={**unjudged, "passed": task.item(call.item).passes(scorer, call.text)})

    return now, [score(call) for call in calls]
