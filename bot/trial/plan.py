"""Which calls a trial is made of, and which of them are still worth making. Pure decisions over calls."""

from collections.abc import Iterable, Sequence

from bot.model.errors import SETUP
from bot.trial.rungs import Rung, climbed
from bot.trial.stopping import Standing, settled
from bot.trial.task import PREPARED, Call, Task

Step = tuple[str, int, int]
"""Rung, item, number of the run."""


def waves(task: Task) -> list[list[Step]]:
    """Return every call of the full grid by wave, as (rung, item, run).

    Run 0 of a wave's rungs comes first, so that a trial that is stopped has measured all of them alike.
    """
    run, _ = climbed(task)
    items = {rung.name: frozenset(rung.items(task)) for rung in run}
    count = len(task.items)
    return [
        [
            (rung.name, item, number)
            for number in range(task.repeats)
            for item in range(count)
            for rung in run
            if rung.wave == wave and item in items[rung.name]
        ]
        for wave in sorted({rung.wave for rung in run})
    ]


def plan(task: Task) -> list[Step]:
    """Return every call of the full grid, in the order in which they are made."""
    return [step for wave in waves(task) for step in wave]


def remaining(task: Task, calls: Iterable[Call]) -> list[Step]:
    """Return the calls that are still to be made after these: none where the verdict is decided."""
    ladder, made = _after(task, calls)
    return [step for step in plan(task) if step not in made and ladder.needs(step[0])]


def saved(task: Task, calls: Iterable[Call]) -> int:
    """Return how many calls of the full grid are not needed any more after these."""
    ladder, made = _after(task, calls)
    return sum(step not in made and not ladder.needs(step[0]) and not ladder.gone(step[0]) for step in plan(task))


def _after(task: Task, calls: Iterable[Call]) -> tuple["Ladder", set[Step]]:
    ladder, made = Ladder(task), set[Step]()
    for call in calls:
        ladder.add(call)
        made.add(call.key)
    return ladder, made


def prepared(task: Task, calls: Iterable[Call]) -> Task:
    """Return the task with the instruction that the optimiser found, where it has run."""
    found = next((call.text for call in calls if call.item == PREPARED and call.error is None), None)
    return task if found is None else task.model_copy(update={"optimised": found})


class Ladder:
    """What the calls so far have decided, whatever the order in which they came.

    Decisions are made on whole rounds only, so that a call that was under way when one was made changes nothing.
    """

    def __init__(self, task: Task) -> None:
        self._rungs = {rung.name: _Climb(task, rung) for rung in climbed(task)[0]}
        self._early = task.early_stop

    def add(self, call: Call) -> None:
        """Count one call in."""
        if climb := self._rungs.get(call.rung):
            climb.add(call)

    def gone(self, rung: str) -> bool:
        """Tell whether a rung cannot be climbed after all: its model or its prompt could not be had."""
        return self._rungs[rung].gone

    def needs(self, rung: str) -> bool:
        """Tell whether more calls of a rung can change anything."""
        if self.gone(rung):
            return False
        return not self._early or (self.reached is None and self._rungs[rung].verdict is None)

    @property
    def reached(self) -> str | None:
        """The first rung that was found to reach the bar, which decides the whole trial."""
        if not self._early:
            return None
        return next((name for name, climb in self._rungs.items() if climb.verdict == "reached"), None)


class _Climb:
    """The calls of one rung so far, and whether they decide it already."""

    def __init__(self, task: Task, rung: Rung) -> None:
        self.verdict: Standing | None = None
        self._task, self._other = task, rung.model(task) is not None
        self._items: Sequence[int] = rung.items(task)
        self._rounds: list[dict[int, bool | None]] = [{} for _ in range(task.repeats)]
        self._whole = 0
        self._answered = self._refused = False

    @property
    def gone(self) -> bool:
        """Another model that cannot be used, or a prompt that could not be made, ends its own rung and no other."""
        return self._refused and not self._answered

    def add(self, call: Call) -> None:
        if call.item == PREPARED:
            self._refused |= call.error is not None
            return
        if call.run >= len(self._rounds):
            return
        self._answered |= call.error is None
        self._refused |= self._other and call.error in SETUP
        self._rounds[call.run][call.item] = call.passed
        while self._whole < len(self._rounds) and len(self._rounds[self._whole]) == len(self._items):
            self._whole += 1
            self._look()

    def _look(self) -> None:
        if self.verdict is not None or not self._items:
            return
        runs = {item: [each[item] for each in self._rounds[: self._whole] if item in each] for item in self._items}
        tallies = [(graded.count(True), len(graded) - graded.count(None)) for graded in runs.values()]
        if all(n for _, n in tallies):
            self.verdict = settled(tallies, self._task.repeats, self._task.bar)
