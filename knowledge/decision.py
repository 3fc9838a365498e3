"""From the facts that are held to a verdict or to the next question. Pure functions; three-valued.

Clauses are read in order. A clause that is true ends the scan; a clause that some answer could still make true, and
none of those before it at once, is reachable. One reachable verdict is a decision, more are a question: the first fact
that the first open clause still depends on. A fact that only a trial can measure never keeps a clause open.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, combinations
from typing import TypeVar

from knowledge.load import Following, Knowledge, Rated
from knowledge.schema import Value

TUNING = frozenset({"finetune_cost", "finetune_consistency", "preference_tuning"})

Derive = Callable[[Mapping[str, Value]], Mapping[str, Value]]
"""Compute facts from facts (dates, arithmetic); given by the caller, since it needs prices and the day."""


@dataclass(frozen=True)
class Held:
    """What is known of a case.

    `growing` names sets that were only mentioned (a lower bound); `assumed` names the facts whose value stands for
    "I don't know"; `declined` names facts that nobody knows and that have no such value; `followed` names those whose
    value finer ones give.
    """

    facts: Mapping[str, Value] = field(default_factory=dict[str, Value])
    growing: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    followed: frozenset[str] = frozenset()

    def put(self, fact: str, value: Value, *, assumed: bool = False) -> "Held":
        """Return the same with one fact known for certain, or assumed."""
        rest = self.assumed - {fact}
        return Held(
            {**self.facts, fact: value},
            self.growing - {fact},
            rest | {fact} if assumed else rest,
            self.declined,
            self.followed - {fact},
        )

    def without(self, fact: str) -> "Held":
        """Return the same with one fact unknown again."""
        facts = {f: v for f, v in self.facts.items() if f != fact}
        return Held(facts, self.growing - {fact}, self.assumed - {fact}, self.declined, self.followed - {fact})


@dataclass(frozen=True)
class Decision:
    """Either a clause that decides, or the facts to ask next (one form); `reachable` are the verdicts still open."""

    clause: Rated | None
    ask: tuple[str, ...]
    reachable: tuple[str, ...]
    assumed: tuple[str, ...] = ()
    open: frozenset[str] = frozenset()
    """All facts on which a reachable clause still depends, and those from which they are computed."""

    @property
    def verdict(self) -> str | None:
        return self.clause.verdict if self.clause else None


def _lower(knowledge: Knowledge, held: Held) -> frozenset[str]:
    """Return the growing sets that the decision must not take as complete."""
    return frozenset(f for f in held.growing if f in held.facts and knowledge.facts[f].confirm)


def _absent(knowledge: Knowledge, held: Held) -> frozenset[str]:
    """Return the facts that no answer can bring."""
    return _unasked(knowledge).union(held.declined).difference(held.facts)


@lru_cache(maxsize=4)
def _unasked(knowledge: Knowledge) -> frozenset[str]:
    """Return the facts that nobody can be asked for, nor for what they are computed from."""
    return frozenset(
        name
        for name, fact in knowledge.facts.items()
        if fact.known_by == "measured" or (fact.known_by == "computed" and not fact.inputs)
    )


def _missing_inputs(knowledge: Knowledge, held: Held, fact: str) -> tuple[str, ...]:
    return tuple(i for i in knowledge.facts[fact].inputs if i not in held.facts and i not in held.declined)


def with_unanswerable(knowledge: Knowledge, held: Held) -> Held:
    """Assume what a computed fact stands for once its inputs were asked and nobody knows them."""
    for name, fact in knowledge.facts.items():
        if fact.known_by == "computed" and fact.assume is not None and name not in held.facts:
            # What is asked in the same form is still waited for.
            forms = [knowledge.question_of(i) for i in fact.inputs if i in held.declined]
            if forms and not any(knowledge.question_of(i) in forms for i in _missing_inputs(knowledge, held, name)):
                held = held.put(name, fact.assume, assumed=True)
    return held


def follow(knowledge: Knowledge, facts: Mapping[str, Value]) -> Mapping[str, Following]:
    """Return for each fact what finer ones say of it, the first that does."""
    found: dict[str, Following] = {}
    for each in knowledge.follows:
        if each.fact not in found and each.condition.holds(facts) is True:
            found[each.fact] = each
    return found


def decide(knowledge: Knowledge, held: Held) -> Decision:
    """Read the clauses in order and return the decision, or the next question."""
    # The same few facts come again and again, in other people's cases and in what would change one.
    return _decided(knowledge, _evened(knowledge, held), held.growing, held.assumed, held.declined, held.followed)


def _evened(knowledge: Knowledge, held: Held) -> tuple[tuple[str, Value], ...]:
    """Return the facts with counts that no clause tells apart as one of them."""
    cuts = _cuts(knowledge)
    return tuple(
        (fact, cuts[fact][bisect_right(cuts[fact], value) - 1] if fact in cuts and type(value) is int else value)
        for fact, value in held.facts.items()
    )


@lru_cache(maxsize=4)
def _cuts(knowledge: Knowledge) -> Mapping[str, Sequence[int]]:
    """Return for each count, in order, the numbers from which on a clause may judge otherwise."""
    cuts = {name: {0} for name, fact in knowledge.facts.items() if fact.type == "count"}
    for clause in knowledge.clauses:
        for name in cuts.keys() & clause.condition.domains.keys():
            cuts[name].update(value for value in clause.condition.domains[name] if isinstance(value, int))
    return {name: sorted(numbers) for name, numbers in cuts.items()}


@lru_cache(maxsize=4096)
def _decided(knowledge: Knowledge, facts: tuple[tuple[str, Value], ...], *rest: frozenset[str]) -> Decision:
    held = with_unanswerable(knowledge, Held(dict(facts), *rest))
    lower, absent = _lower(knowledge, held), _absent(knowledge, held)
    still_open: list[tuple[Rated, tuple[str, ...]]] = []
    by_needs: dict[frozenset[str], _Alike] = {}
    seen: set[str] = set()
    for clause in knowledge.clauses:
        if clause.condition.source in seen:
            continue  # whenever it is true, so was the one before
        seen.add(clause.condition.source)
        judged = clause.condition.judge(held.facts, lower, absent)
        truth, depends, needs, box = judged.truth, judged.depends, judged.needs, judged.box
        if truth is None and all(
            (box is None or not alike.cover(theirs, box))
            and all(
                clause.condition.can_hold_without(other.condition, held.facts, lower, absent)
                for other in (alike.every if box is None else alike.unboxed)
            )
            for theirs, alike in _comparable(by_needs, depends)
        ):
            still_open.append((clause, depends))
            by_needs.setdefault(needs, _Alike()).put(clause, box)
        elif truth:
            break
    else:
        raise ValueError('no clause is left: the last one must be `when: "true"`')
    while still_open and still_open[-1][0].verdict == clause.verdict:
        still_open.pop()  # whether it is true or not, the verdict from here on is the same
    reachable = tuple(dict.fromkeys([*(c.verdict for c, _ in still_open), clause.verdict]))
    if not still_open:
        return Decision(clause, (), reachable, tuple(f for f in held.facts if f in held.assumed))
    ask = _next_form(knowledge, held, still_open)
    depends = {f for _, facts in still_open for f in facts}
    return Decision(None, ask, reachable, open=frozenset(depends.union(*(knowledge.facts[f].inputs for f in depends))))


@dataclass
class _Alike:
    """Open clauses that need the same facts, and which of those that ask something of each by itself allow a value."""

    every: list[Rated] = field(default_factory=list[Rated])
    unboxed: list[Rated] = field(default_factory=list[Rated])
    allowing: dict[tuple[str, Value], int] = field(default_factory=dict[tuple[str, Value], int])
    """One bit a clause."""

    def put(self, clause: Rated, box: Mapping[str, frozenset[Value]] | None) -> None:
        """Add a clause."""
        self.every.append(clause)
        if box is None:
            self.unboxed.append(clause)
            return
        bit = 1 << len(self.every)
        for fact, values in box.items():
            for value in values:
                self.allowing[fact, value] = self.allowing.get((fact, value), 0) | bit

    def cover(self, needs: frozenset[str], box: Mapping[str, frozenset[Value]]) -> bool:
        """Tell whether one of them is true wherever a clause is that depends on these facts at least."""
        left = -1 if self.allowing else 0
        for fact in needs:
            for value in box[fact]:
                left &= self.allowing.get((fact, value), 0)
            if not left:
                return False
        return left > 0


_T = TypeVar("_T")


def _comparable(by_needs: Mapping[frozenset[str], _T], depends: tuple[str, ...]) -> Iterator[tuple[frozenset[str], _T]]:
    """Yield the clauses without which one that depends on these facts might not hold.

    A clause that needs a fact which the other does not speak of can be false whatever makes that other one true.
    """
    if 2 ** len(depends) > len(by_needs):
        found = (needs for needs in by_needs if needs.issubset(depends))
    else:
        sizes = range(len(depends) + 1)
        subsets = (frozenset(some) for size in sizes for some in combinations(depends, size))
        found = (needs for needs in subsets if needs in by_needs)
    for needs in found:
        yield needs, by_needs[needs]


def settle(knowledge: Knowledge, held: Held) -> Decision:
    """Decide now: what is open takes the value that leads to the cheaper advice.

    `assumed` names what was assumed before, and of the rest only what the decision needs.
    """
    return _settled(knowledge, _evened(knowledge, held), held.growing, held.assumed, held.declined, held.followed)


@lru_cache(maxsize=1024)
def _settled(knowledge: Knowledge, facts: tuple[tuple[str, Value], ...], *rest: frozenset[str]) -> Decision:
    held = Held(dict(facts), *rest)
    needed = assume_open(knowledge, held)
    decided = decide(knowledge, needed)
    verdict = decided.verdict
    for fact in sorted(needed.assumed - held.assumed):
        fewer = needed.without(fact)
        # What was not read decides nothing.
        if decided.clause is None or fact in _read(knowledge, decided.clause.id):
            without = decide(knowledge, fewer)
            if without.verdict != verdict:
                continue
            decided = without
        needed = fewer
    return decide(knowledge, needed)


@lru_cache(maxsize=256)
def _read(knowledge: Knowledge, last: str) -> frozenset[str]:
    """Return the facts of all clauses up to the last that was read, and those from which facts are computed."""
    at = next(n for n, clause in enumerate(knowledge.clauses) if clause.id == last)
    spoken = (fact for clause in knowledge.clauses[: at + 1] for fact in clause.condition.facts)
    return frozenset(chain(spoken, *(fact.inputs for fact in knowledge.facts.values())))


def assume_open(knowledge: Knowledge, held: Held) -> Held:
    """Return the case with every open fact at its `assume` value."""
    opened = {
        name: fact.assume
        for name, fact in knowledge.facts.items()
        if name not in held.facts and fact.assume is not None
    }
    return Held(
        {**held.facts, **opened},
        frozenset(),
        held.assumed.union(opened),
        held.declined,
        held.followed.difference(opened),
    )


def _next_form(knowledge: Knowledge, held: Held, still_open: list[tuple[Rated, tuple[str, ...]]]) -> tuple[str, ...]:
    wanted: list[str] = []
    for _, depends in still_open:
        for fact in depends:
            inputs = _missing_inputs(knowledge, held, fact)
            wanted += inputs if knowledge.facts[fact].known_by == "computed" else (fact,)
        if wanted:
            break
    if not wanted:
        return ()
    also = {f for _, depends in still_open for f in depends}
    also |= {i for f in also for i in _missing_inputs(knowledge, held, f)}
    together = knowledge.question_of(wanted[0]).facts
    return (wanted[0], *(f for f in together if f != wanted[0] and f in also))


def decisive(knowledge: Knowledge, held: Held, clause: Rated) -> tuple[str, ...]:
    """Return a smallest set of held facts that still makes the clause true, told facts before assumed ones.

    A clause that is always true is reasoned from the facts that closed the tuning clauses before it.
    """
    held = with_unanswerable(knowledge, held)
    if clause.condition.facts:
        return _core(knowledge, held, clause, True)
    closed = list(knowledge.clauses[: knowledge.clauses.index(clause)])
    closed.reverse()
    closed.sort(key=lambda c: c.verdict not in TUNING)
    reasons = tuple(dict.fromkeys(f for other in closed for f in _core(knowledge, held, other, False)))
    spoken = {f for cite in clause.cites for f in knowledge.passages[cite].about}
    return tuple(f for f in reasons if f in spoken)[:3] or reasons[:1]


def _core(knowledge: Knowledge, held: Held, clause: Rated, truth: bool) -> tuple[str, ...]:
    lower, absent = _lower(knowledge, held), _absent(knowledge, held)
    core = {f: held.facts[f] for f in clause.condition.facts if f in held.facts}
    for fact in sorted(core, key=lambda f: f not in held.assumed):
        rest = {k: v for k, v in core.items() if k != fact}
        if clause.condition.judge(rest, lower, absent).truth is truth:
            core = rest
    return tuple(core)
