"""The conditions of rules: CEL, which `cel-expr-python` type-checks and evaluates, and what its types cannot see."""

import difflib
import itertools
import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cel_expr_python import cel  # pyright: ignore[reportMissingTypeStubs]

from knowledge.schema import Fact, Value
from knowledge.syntax import COMPARE, PLAIN, ExpressionError, Node, conjuncts, parse, value_of, walk

MAX_WORLDS = 20_000
MOST_KEPT = 256
FEW_WORLDS = 64


_CEL_TYPES = {
    "set": cel.Type.List(cel.Type.STRING),
    "choice": cel.Type.STRING,
    "bool": cel.Type.BOOL,
    "count": cel.Type.INT,
    "ratio": cel.Type.DOUBLE,
}


def environment(facts: Mapping[str, Fact]) -> cel.Env:
    """Return the CEL environment in which every fact is a typed variable."""
    return cel.NewEnv(variables={name: _CEL_TYPES[fact.type] for name, fact in facts.items()})


class Judged(NamedTuple):
    """What a case makes of a condition."""

    truth: bool | None
    """None means that both truths can still be had."""
    depends: tuple[str, ...] = ()
    """Facts on which it still depends."""
    needs: frozenset[str] = frozenset()
    """Those of them that it cannot be true without: whatever else holds, some value of each makes it false."""
    free: tuple[str, ...] = ()
    holding: tuple[tuple[Value, ...], ...] = ()
    """The worlds in which it holds, as the values of the free facts; none where they are many."""
    box: Mapping[str, frozenset[Value]] | None = None
    """The values that each fact on which it depends must have one of, where no more than that makes it true."""


@dataclass(frozen=True)
class Condition:
    """A compiled condition: the facts it speaks of in the order written, and the values worth telling apart."""

    source: str
    facts: tuple[str, ...]
    domains: Mapping[str, tuple[Value, ...]]
    alone: Mapping[str, frozenset[str]]
    unsaid: Mapping[str, Value]
    """What those facts count as that nobody has spoken of, and nobody is asked for."""
    program: cel.Expression = field(repr=False, compare=False)
    tree: Node = field(repr=False, compare=False)

    def holds(self, world: Mapping[str, Value]) -> bool | None:
        """Return the truth in a world; None where a fact that it needs is missing."""
        key = tuple([world.get(f) for f in self.facts])
        if key not in self._truths:
            known = {**self.unsaid, **{f: world[f] for f in self.facts if f in world}}
            value = self.program.eval(data={k: _plainly(v) for k, v in known.items()}).value()
            if len(self._truths) >= MOST_KEPT:
                self._truths.clear()
            self._truths[key] = value if isinstance(value, bool) else None
        return self._truths[key]

    @cached_property
    def _truths(self) -> dict[tuple[Value | None, ...], bool | None]:
        return {}

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(self.facts)

    @cached_property
    def _allowed(self) -> Mapping[str, frozenset[Value]] | None:
        """The values of each fact with which it can hold, where it asks something of each by itself; None elsewhere.

        Such conditions are most of those that people write, and are judged without a look at every world.
        """
        if not self.facts or not all(isinstance(v, str | bool) for domain in self.domains.values() for v in domain):
            return None
        allowed = {fact: frozenset(domain) for fact, domain in self.domains.items()}
        for part in conjuncts(self.tree):
            named = {node.value for node in walk(part) if node.op == "fact"}
            if len(named) != 1 or not all(node.op in PLAIN for node in walk(part)):
                return None
            (fact,) = named
            allowed[fact] = frozenset(value for value in allowed[fact] if value_of(part, value) is True)
        return allowed

    @cached_property
    def _memo(self) -> dict[Any, Judged]:
        return {}

    def judge(self, held: Mapping[str, Value], lower: frozenset[str], absent: frozenset[str]) -> Judged:
        """Judge a case, in which `held` maps facts to values.

        `lower` names held sets that may still grow, `absent` names facts that cannot be had (unmeasured): where the
        truth needs one of those, the condition is false.
        """
        key = (*map(held.get, self.facts), lower & self._named, absent & self._named)
        judged = self._memo.get(key)
        if judged is None:
            if len(self._memo) >= MOST_KEPT:
                self._memo.clear()
            judged = self._memo[key] = self._judge(held, lower, absent)
        return judged

    def _judge(self, held: Mapping[str, Value], lower: frozenset[str], absent: frozenset[str]) -> Judged:
        known = {f: held[f] for f in self.facts if f in held and f not in lower}
        free = [f for f in self.facts if f not in known and f not in absent and f not in self.unsaid]
        if self._allowed is not None and all(value in self.domains[f] for f, value in known.items()):
            return self._judge_apart(known, free, self._allowed)
        if not free or (self.holds(known) is not None and not lower.intersection(free)):
            return Judged(bool(self.holds(known)))
        choices = [_grown(self.domains[f], held.get(f)) for f in free]
        holding = self._holding(known, free, choices)
        if not holding or len(holding) == math.prod(map(len, choices)):
            return Judged(bool(holding))
        matters: list[str] = []
        needs: list[str] = []
        for i, fact in enumerate(free):
            # How many values of this fact make it true beside the same values of the others.
            beside = Counter((*world[:i], *world[i + 1 :]) for world in holding).values()
            matters += [fact] if min(beside) < len(choices[i]) else []
            needs += [fact] if max(beside) < len(choices[i]) else []
        few = tuple(holding) if len(holding) <= FEW_WORLDS else ()
        return Judged(None, tuple(matters), frozenset(needs), tuple(free), few)

    def _judge_apart(
        self, known: Mapping[str, Value], free: Sequence[str], allowed: Mapping[str, frozenset[Value]]
    ) -> Judged:
        """Judge where each fact counts by itself."""
        said = {**self.unsaid, **known}
        if any(f not in free and (f not in said or said[f] not in allowed[f]) for f in self.facts):
            return Judged(False)
        if not all(allowed[f] for f in free):
            return Judged(False)
        box = {f: allowed[f] for f in free if len(allowed[f]) < len(self.domains[f])}
        if not box:
            return Judged(True)
        few: tuple[tuple[Value, ...], ...] = ()
        if math.prod(len(allowed[f]) for f in free) <= FEW_WORLDS:
            few = tuple(itertools.product(*([v for v in self.domains[f] if v in allowed[f]] for f in free)))
        return Judged(None, tuple(box), frozenset(box), tuple(free), few, box)

    def _holding(
        self, known: Mapping[str, Value], free: Sequence[str], choices: Sequence[Sequence[Value]]
    ) -> list[tuple[Value, ...]]:
        """Return the worlds in which it holds, as the values of the free facts."""
        data = {k: _plainly(v) for k, v in (*self.unsaid.items(), *known.items())}
        plainly = [[_plainly(value) for value in values] for values in choices]
        holding: list[tuple[Value, ...]] = []
        for world, given in zip(itertools.product(*choices), itertools.product(*plainly), strict=True):
            data.update(zip(free, given, strict=True))
            if self.program.eval(data=data).value() is True:
                holding.append(world)
        return holding

    def can_hold_without(
        self, other: "Condition", held: Mapping[str, Value], lower: frozenset[str], absent: frozenset[str]
    ) -> bool:
        """Tell whether this, still open, can be true while the other is false; yes where that is too much to try."""
        if self._named.isdisjoint(other.facts):
            return True
        named = self._named | other._named
        key = (other.source, *map(held.get, self.facts), *map(held.get, other.facts), lower & named, absent & named)
        if key not in self._beside:
            if len(self._beside) >= MOST_KEPT:
                self._beside.clear()
            mine, others = self.judge(held, lower, absent), other.judge(held, lower, absent)
            if (
                mine.holding
                and others.holding
                and all(self.domains[f] == other.domains[f] for f in mine.free if f in other.domains)
            ):
                self._beside[key] = _escapes(mine, others, other.domains, held)
                return self._beside[key]
            both = tuple(dict.fromkeys((*self.facts, *other.facts)))
            known = {f: held[f] for f in both if f in held and f not in lower}
            unsaid = {*self.unsaid, *other.unsaid}
            free = [f for f in both if f not in known and f not in absent and f not in unsaid]
            choices = [_grown(_merged(self, other, f), held.get(f)) for f in free]
            if math.prod(len(c) for c in choices) > MAX_WORLDS:
                return True
            worlds = (known | dict(zip(free, combo, strict=True)) for combo in itertools.product(*choices))
            self._beside[key] = any(self.holds(world) and not other.holds(world) for world in worlds)
        return self._beside[key]

    @cached_property
    def _beside(self) -> dict[Any, bool]:
        return {}


def _escapes(one: Judged, other: Judged, domains: Mapping[str, Sequence[Value]], held: Mapping[str, Value]) -> bool:
    """Tell whether one holds in a world in which the other need not; their values of shared facts are the same."""
    shared = [f for f in other.free if f in one.free]
    alone = math.prod(len(_grown(tuple(domains[f]), held.get(f))) for f in other.free if f not in shared)
    mine, theirs = ([judged.free.index(f) for f in shared] for judged in (one, other))
    covered = Counter(tuple(world[n] for n in theirs) for world in other.holding)
    return any(covered[tuple(world[n] for n in mine)] < alone for world in one.holding)


def _plainly(value: Value) -> Any:
    """Return a value as CEL takes it."""
    return list(value) if isinstance(value, tuple) else value


def _grown(domain: tuple[Value, ...], lower: Value | None) -> tuple[Value, ...]:
    if not isinstance(lower, tuple):
        return domain
    return tuple(dict.fromkeys(tuple(dict.fromkeys((*lower, *more))) for more in domain if isinstance(more, tuple)))


def _merged(one: Condition, other: Condition, fact: str) -> tuple[Value, ...]:
    domains = [c.domains[fact] for c in (one, other) if fact in c.domains]
    values = list(dict.fromkeys(v for domain in domains for v in domain))
    if not any(isinstance(v, tuple) for v in values):
        return tuple(values)
    members = list(dict.fromkeys(m for v in values if isinstance(v, tuple) for m in v))
    return _subsets(members, {**one.alone, **other.alone}.get(fact, frozenset()))


def _subsets(members: Iterable[str], alone: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return all sets of these members, in which a member that stands alone does."""
    names = tuple(members)
    every = itertools.chain.from_iterable(itertools.combinations(names, n) for n in range(len(names) + 1))
    return tuple(s for s in every if len(s) < 2 or not set(s).intersection(alone))


def compile_condition(source: str, facts: Mapping[str, Fact], env: cel.Env) -> Condition:
    """Compile a condition and refuse what could never be meant.

    Raises ExpressionError for a syntax or type error, an unknown fact, a value the fact cannot have, a set compared
    with `==`, and a condition that nothing can make true.
    """
    tree = parse(source)
    nodes = list(walk(tree))
    for node in nodes:
        if node.op == "fact" and node.value not in facts:
            near = difflib.get_close_matches(str(node.value), list(facts), 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise ExpressionError(f"`{node.value}` is no fact{hint}", node.column)
    for node in nodes:
        if node.op in COMPARE:
            _check_comparison(node, facts)
    try:
        program = env.compile(source)
    except RuntimeError as error:
        raise _from_cel(error) from None
    if program.return_type() != cel.Type.BOOL:
        raise ExpressionError("a condition must be true or false", tree.column)
    names = tuple(dict.fromkeys(n.value for n in nodes if n.op == "fact"))
    domains = {name: _domain(facts[name], nodes) for name in names}
    alone = {name: frozenset(facts[name].alone) for name in names}
    unsaid = {name: value for name in names if (value := facts[name].unsaid) is not None}
    condition = Condition(source, names, domains, alone, unsaid, program, tree)
    if math.prod(len(domain) for domain in domains.values()) > MAX_WORLDS:
        raise ExpressionError("this condition speaks of too much at once: split it into two clauses", tree.column)
    truths = _truths(condition, {n.value for n in nodes if n.op == "literal" and isinstance(n.value, str)})
    if True not in truths:
        raise ExpressionError("nothing can make this true", tree.column)
    if names and truths == {True}:
        raise ExpressionError("this is always true; a clause that always holds is `true`", tree.column)
    return condition


def _truths(condition: Condition, named: Container[Value]) -> set[bool | None]:
    """Return the truths that a condition can have, as soon as it is known to have more than the one that it needs."""
    # Choices that it names first: with one of those it is mostly true, with another false.
    choices = [
        sorted(domain, key=lambda value: isinstance(value, str) and value not in named)
        for domain in condition.domains.values()
    ]
    truths: set[bool | None] = set()
    data = {name: _plainly(value) for name, value in condition.unsaid.items()}
    for world in itertools.product(*[[_plainly(value) for value in domain] for domain in choices]):
        data.update(zip(condition.facts, world, strict=True))
        value = condition.program.eval(data=data).value()
        truths.add(value if isinstance(value, bool) else None)
        if True in truths and len(truths) > 1:
            break
    return truths


def _from_cel(error: RuntimeError) -> ExpressionError:
    m = re.search(r"<input>:\d+:(\d+): (.*)", str(error))
    message = m.group(2).split(" (in container")[0] if m else str(error).splitlines()[0]
    if m and (types := re.search(r"'_(\S+)_' applied to '\((\w+), (\w+)\)'", message)):
        op, left, right = types.groups()
        message = f"`{op}` cannot compare {left} with {right}"
        if {left, right} == {"double", "int"}:
            message += "; write the number with a decimal point, as in 1.0"
    return ExpressionError(message, int(m.group(1)) if m else 1)


def _check_comparison(node: Node, facts: Mapping[str, Fact]) -> None:
    left, right = node.args
    if not any(_plain(side) for side in (left, right)):
        raise ExpressionError("compare a fact with a value, not with another fact", node.column)
    pairs = ((left, right), (right, left))
    for a, b in pairs:
        if a.op == "fact" and facts[a.value].type == "set" and node.op != "in":
            raise ExpressionError(
                f"`{a.value}` is a set: write `'{facts[a.value].values[0]}' in {a.value}`", node.column
            )
        if a.op == "fact" and facts[a.value].values:
            literals = b.args if b.op == "list" else (b,)
            for literal in literals:
                if literal.op == "literal" and isinstance(literal.value, str):
                    _check_value(facts[a.value], literal)


def _plain(node: Node) -> bool:
    return node.op == "literal" or (node.op == "list" and all(item.op == "literal" for item in node.args))


def _check_value(fact: Fact, literal: Node) -> None:
    if literal.value not in fact.values:
        near = difflib.get_close_matches(str(literal.value), list(fact.values), 1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; it has: {', '.join(fact.values)}"
        raise ExpressionError(f"'{literal.value}' is no value of `{fact.name}`{hint}", literal.column)


def _domain(fact: Fact, nodes: list[Node]) -> tuple[Value, ...]:
    """Return values of a fact between which this condition could tell: the cut points of numbers, all of the rest."""
    if fact.type == "bool":
        return (False, True)
    if fact.type == "choice":
        return fact.values
    beside = [n for n in nodes if n.op in COMPARE and any(_speaks_of(a, fact.name) for a in n.args)]
    literals = [a.value for n in beside for b in n.args for a in (b, *b.args) if a.op == "literal"]
    if fact.type == "set":
        sized = any(n.op == "size" and n.args[0].value == fact.name for n in nodes)
        return _subsets((v for v in fact.values if sized or v in literals), fact.alone)
    step = 1 if fact.type == "count" else 1e-6
    top = float("inf") if fact.type == "count" else 1.0
    cuts = {0 * step, *(v + d for v in literals if isinstance(v, int | float) for d in (-step, 0, step))}
    return tuple(sorted(v for v in cuts if 0 <= v <= top))


def _speaks_of(node: Node, fact: str) -> bool:
    return (node.op == "fact" and node.value == fact) or (node.op == "size" and node.args[0].value == fact)
