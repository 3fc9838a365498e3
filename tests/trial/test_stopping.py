"""When a trial may end early: what it decides is what the full grid would have decided."""

import random
from collections.abc import Callable, Mapping
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.consultation.model import Pair, Samples
from bot.trial.plan import Ladder, plan, remaining, saved
from bot.trial.statistics import clustered
from bot.trial.stopping import Standing, settled, standing
from bot.trial.task import Call, Task, task_of
from tests.trial.makers import calls, task

Outcome = dict[tuple[str, int, int], bool]
RUNGS = ("bare", "instructed", "few_shot")


@cache
def grid(items: int, repeats: int, bar: float, *, early: bool = True) -> Task:
    pairs = tuple(Pair(input=f"input {n}", output="yes" if n % 2 else "no") for n in range(items))
    made = task_of(Samples(pairs=pairs), bar=bar, repeats=repeats)
    return made.model_copy(update={"early_stop": early})


def answered(step: tuple[str, int, int], passed: bool) -> Call:
    rung, item, run = step
    return Call(rung=rung, item=item, run=run, passed=passed)


@cache
def steps_of(items: int, repeats: int) -> list[tuple[str, int, int]]:
    return plan(grid(items, repeats, 0.8))


def trial(given_task: Task, outcome: Outcome) -> Outcome:
    """Run a trial one call at a time, as its loop does, and return what it made."""
    ladder, made = Ladder(given_task), Outcome()
    for step in steps_of(len(given_task.items), given_task.repeats):
        if ladder.needs(step[0]):
            made[step] = outcome[step]
            ladder.add(answered(step, outcome[step]))
    return made


def decided(given_task: Task, made: Mapping[tuple[str, int, int], bool]) -> tuple[Standing, bool]:
    """Return the verdict, and whether the best rate reaches the bar, which is the exit code."""
    tallies: dict[str, dict[int, tuple[int, int]]] = {}
    for (rung, item, _), passed in made.items():
        passes, runs = tallies.setdefault(rung, {}).get(item, (0, 0))
        tallies[rung][item] = (passes + passed, runs + 1)
    ends = [clustered(rows.values()) for rows in tallies.values()]
    stands = [standing(each, given_task.bar, len(given_task.items)) for each in ends]
    over = any(each.rate >= given_task.bar for each in ends)
    if "reached" in stands:
        return "reached", over
    return ("below" if set(stands) == {"below"} else "open"), over


def likely(chance: random.Random, given_task: Task, rates: dict[str, float], alike: float) -> Outcome:
    """Draw an outcome: every item has its own rate on every rung, and runs of one item are as much alike."""
    spread = (1 - alike) / alike
    outcome: Outcome = {}
    for (rung, rate), item in product(rates.items(), range(len(given_task.items))):
        own = chance.betavariate(max(rate, 0.01) * spread, max(1 - rate, 0.01) * spread)
        outcome |= {(rung, item, run): chance.random() < own for run in range(given_task.repeats)}
    return outcome


def anything(chance: random.Random) -> dict[str, float]:
    return {rung: chance.random() for rung in RUNGS}


def near_the_bar(chance: random.Random) -> dict[str, float]:
    return {rung: chance.uniform(0.65, 0.95) for rung in RUNGS}


def good(chance: random.Random) -> dict[str, float]:
    return {"bare": chance.uniform(0, 0.9), "instructed": 0.95, "few_shot": 1.0}


@pytest.mark.parametrize(("rates", "least"), [(anything, 0.3), (near_the_bar, 0.1), (good, 0.25)])
def test_early_stopping_changes_the_verdict_of_less_than_one_trial_in_a_hundred(
    rates: Callable[[random.Random], dict[str, float]], least: float
) -> None:
    """1,000 trials of every size, of items from nearly independent to nearly always alike."""
    chance, changed, made, whole = random.Random(11), 0, 0, 0
    for _ in range(1000):
        size, repeats, bar = chance.choice((3, 10, 16, 20, 30)), chance.choice((3, 5)), chance.choice((0.6, 0.8, 0.8))
        given_task = grid(size, repeats, bar)
        outcome = likely(chance, given_task, rates(chance), chance.choice((0.1, 0.5, 0.9)))
        early = trial(given_task, outcome)
        changed += decided(given_task, early) != decided(given_task, outcome)
        made, whole = made + len(early), whole + len(outcome)
    assert changed < 10
    # It is worth having: this share of all calls is saved.
    assert 1 - made / whole > least


BARS = st.sampled_from([0.5, 0.8, 0.9])
ROUNDS = st.tuples(st.integers(2, 4), st.integers(1, 3)).flatmap(
    lambda sizes: st.tuples(
        st.lists(st.lists(st.booleans(), min_size=sizes[1], max_size=sizes[1]), min_size=sizes[0], max_size=sizes[0]),
        st.just(sizes[1] + 1),
    )
)


@settings(max_examples=60)
@given(ROUNDS, BARS)
def test_few_items_end_early_only_where_nothing_could_change_it(
    given_: tuple[list[list[bool]], int], bar: float
) -> None:
    """Every outcome of the last round is tried."""
    rows, repeats = given_
    verdict = settled([(sum(row), len(row)) for row in rows], repeats, bar)
    if verdict is None:
        return
    ends = {
        standing(clustered([(sum(row) + more, repeats) for row, more in zip(rows, last, strict=True)]), bar, len(rows))
        for last in product((0, 1), repeat=len(rows))
    }
    assert ends == {verdict}


@given(st.permutations(range(45)), st.randoms(use_true_random=False))
def test_the_order_in_which_calls_come_decides_nothing(order: list[int], chance: random.Random) -> None:
    given_task = grid(3, 5, 0.8)
    made = [answered(step, chance.random() < 0.3) for step in plan(given_task)]
    some = [made[n] for n in order[:30]]
    assert remaining(given_task, some) == remaining(given_task, sorted(some, key=lambda call: call.key))


def never(rung: str, item: int, run: int) -> bool:
    return False


def always(rung: str, item: int, run: int) -> bool:
    return True


def test_a_rung_that_always_fails_ends_after_one_round() -> None:
    given_task = grid(20, 5, 0.8)
    round_ = [call for call in calls(given_task, RUNGS, never) if call.run == 0]
    assert remaining(given_task, round_) == []
    assert saved(given_task, round_) == 240
    assert len(remaining(given_task, round_[:-1])) == 1 + 80


def test_a_rung_that_reaches_the_bar_ends_the_others() -> None:
    given_task = grid(50, 5, 0.8)
    two = [c for c in calls(given_task, RUNGS, always) if c.run < 2]
    assert remaining(given_task, two) == []
    assert Ladder(given_task).reached is None


def test_an_open_rung_runs_to_its_end() -> None:
    """Its runs narrow the interval, though three items cannot reach the bar."""
    given_task = grid(3, 5, 0.8)
    made = [c for c in calls(given_task, RUNGS, always) if c.run < 4]
    assert len(remaining(given_task, made)) == 9


def test_the_full_grid_can_be_asked_for() -> None:
    whole = grid(20, 5, 0.8, early=False)
    made = [c for c in calls(whole, RUNGS, never) if c.run == 0]
    assert len(remaining(whole, made)) == 240


def test_failed_and_ungraded_calls_decide_nothing() -> None:
    given_task = grid(20, 5, 0.8)
    made = [c for c in calls(given_task, RUNGS, never) if c.run == 0]
    faults = [c.model_copy(update={"error": "slow", "passed": None}) for c in made]
    assert len(remaining(given_task, faults)) == 240
    ungraded = [c.model_copy(update={"passed": None}) for c in made]
    assert len(remaining(given_task, ungraded)) == 240


def test_later_rungs_wait_for_what_the_first_ones_decide() -> None:
    given_task = grid(20, 2, 0.8).model_copy(update={"premise": "Known.", "models": ("b",)})
    steps = plan(given_task)
    first = [rung for rung, _, _ in steps[: 3 * 20 * 2]]
    assert set(first) == set(RUNGS)
    assert {rung for rung, _, _ in steps[len(first) :]} == {"model", "premise"}
    reached = calls(given_task, RUNGS, always)
    assert remaining(given_task, reached) == []
    below = calls(given_task, RUNGS, never)
    assert {rung for rung, _, _ in remaining(given_task, below)} == {"model", "premise"}


def test_another_model_that_cannot_be_used_ends_its_own_rung_and_saves_nothing() -> None:
    given_task = grid(20, 2, 0.8).model_copy(update={"models": ("b",)})
    made = calls(given_task, RUNGS, never)
    gone = Call(rung="model", item=0, run=0, error="model")
    assert remaining(given_task, [*made, gone]) == []
    assert saved(given_task, [*made, gone]) == 0
    assert task().early_stop
