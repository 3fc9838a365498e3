"""What would change a verdict: one fact with another value that somebody could find out or bring about. Pure.

| kind of fact | proposed | never |
|---|---|---|
| assumed, as nobody has said | every other value, since any may turn out | what is `unlikely` |
| a stock (pairs, test items, a measured rate) | more of it | less of it |
| what was tried, an arrangement, an agreement | what comes later in `may_become` | a step back |
| a judgement that a test can refute | the opposite, where `may_become` has it | |
| a wish, a limit, a kind of task (`may_become: []`) | nothing: it is known and theirs to decide | any |
| a volume that arithmetic rests on | twice, five and ten times of it | less of it |
| computed | nothing: its inputs stand for it | any |

A fact without `may_become`, such as one of a house's own, may take every other value.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.decision import Derive, Held, decide, follow, settle
from knowledge.load import Knowledge
from knowledge.schema import Fact, Value

GROWTH = (2, 5, 10)


@dataclass(frozen=True)
class Flip:
    """A fact, the nearest other value, and the verdict that the case has with it."""

    fact: str
    value: Value
    verdict: str


def would_change(
    knowledge: Knowledge, held: Held, verdict: str, derive: Derive = lambda _: {}, *, now: bool = False
) -> tuple[Flip, ...]:
    """Return, for each held fact, the nearest other value with which the whole case ends in another verdict.

    The other facts stay as they are. With `now` the open ones are assumed; without, a value that opens a question
    does not count.
    """
    again = settle if now else decide
    flips: list[Flip] = []
    for fact, value in held.facts.items():
        spec = knowledge.facts[fact]
        for other in other_values(spec, value, _steps(knowledge, spec, value), assumed=fact in held.assumed):
            found = again(knowledge, _changed(knowledge, held, fact, other, derive)).verdict
            if found is not None and found != verdict:
                flips.append(Flip(fact, other, found))
                break
    return tuple(flips)


def other_values(
    spec: Fact, value: Value, steps: Sequence[int | float] = (), *, assumed: bool = False
) -> Sequence[Value]:
    """Return the other values of a fact that somebody could find out or bring about, nearest first.

    `steps` are the numbers between which a decision could tell.
    """
    if spec.known_by == "computed":
        return ()
    told = None if assumed else spec.may_become
    if isinstance(value, bool):
        return () if told is not None and (not value) not in told else (not value,)
    if isinstance(value, tuple):
        return _other_sets(spec, value, told)
    if isinstance(value, str):
        later = told[told.index(value) + 1 :] if told and value in told else told
        at = spec.values.index(value)
        others = [v for v in spec.values if v not in (value, *spec.unlikely) and (later is None or v in later)]
        return sorted(others, key=lambda v: abs(spec.values.index(v) - at))
    return () if told == () else sorted(s for s in steps if s > value)


def _other_sets(spec: Fact, value: tuple[str, ...], told: Sequence[Value] | None) -> Sequence[Value]:
    kept = tuple(v for v in value if v not in (*spec.alone, *spec.yields))
    if not set(value) - set(spec.yields):
        told = None  # "cannot say" is no more known than what was assumed
    closed = {*value, *spec.alone, *spec.yields, *spec.unlikely}
    first = spec.may_become or ()
    likely = sorted(spec.values, key=lambda v: first.index(v) if v in first else len(first))
    gained = [v for v in likely if v not in closed and (told is None or v in told)]
    left = [tuple(v for v in kept if v != gone) for gone in spec.may_lose if gone in kept]
    return [*(tuple(v for v in spec.values if v in (*kept, new)) for new in gained), *(rest for rest in left if rest)]


def _steps(knowledge: Knowledge, spec: Fact, value: Value) -> Sequence[int | float]:
    """Return the numbers at which a clause could turn; for what only arithmetic rests on, growth of it."""
    if isinstance(value, bool | str | tuple):
        return ()
    clauses = [clause.condition for clause in knowledge.clauses]
    if cuts := {c for clause in clauses for c in clause.domains.get(spec.name, ()) if isinstance(c, int | float)}:
        return tuple(cuts)
    spoken = {fact for clause in clauses for fact in clause.facts}
    rests = any(spec.name in knowledge.facts[fact].inputs for fact in spoken)
    return tuple(value * times for times in GROWTH) if rests else ()


def _changed(knowledge: Knowledge, held: Held, fact: str, value: Value, derive: Derive) -> Held:
    """Return the case with one fact changed, and with it whatever is computed from that one."""
    changed = held.put(fact, value)
    for name in held.followed - {fact}:
        changed = changed.without(name)
    for name, each in follow(knowledge, changed.facts).items():
        if name not in changed.facts:
            changed = changed.put(name, each.value)
    following = [name for name, spec in knowledge.facts.items() if spec.known_by == "computed" and fact in spec.inputs]
    for name in following:
        changed = changed.without(name)
    if not following:  # to compute anew is most of the work
        return changed
    for name, computed in derive(changed.facts).items():
        if name in following:
            changed = changed.put(name, computed)
    return changed
