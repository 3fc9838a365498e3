"""From a case to what is decided: whose word counts, what follows from it, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.consultation import Change, Claim, Consultation, How, Reason, Value, Verdict
from knowledge.decision import TUNING, Decision, Derive, Held, decide, decisive, settle, with_unanswerable
from knowledge.flips import would_change
from knowledge.load import Knowledge, Rated
from knowledge.schema import FIVE, Fact, Passage

MOST_PAIRS = 50


@dataclass(frozen=True)
class Known:
    """One fact as it counts now."""

    value: Value
    how: How
    by: str
    quote: str | None = None
    growing: bool = False


@dataclass(frozen=True)
class View:
    """The facts of a case as they count now, who disagrees, and what nobody knows."""

    known: Mapping[str, Known]
    disputed: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict[str, tuple[Claim, ...]])
    declined: frozenset[str] = frozenset()

    @property
    def held(self) -> Held:
        return Held(
            {f: k.value for f, k in self.known.items()},
            frozenset(f for f, k in self.known.items() if k.growing),
            frozenset(f for f, k in self.known.items() if k.how is How.assumed),
            self.declined,
        )


def claim(case: Consultation, knowledge: Knowledge, fact: str, new: Claim) -> Consultation:
    """Add a claim. It replaces the same person's earlier one; a set that is mentioned again grows.

    A choice that answers an open dispute settles it: the claims of the others give way. Where nobody can say, the
    latest claim becomes an assumption.
    """
    spec = knowledge.facts[fact]
    before = case.claims.get(fact, ())
    grows = (
        new.how is How.stated
        and isinstance(new.value, tuple)
        and not new.closed
        and not set(new.value) & set(spec.alone)
    )
    others = tuple(c for c in before if grows or _source(c) != _source(new))
    if case.asked is not None and case.asked.conflict and fact in case.asked.facts and new.how is How.chosen:
        told = [c for c in before if c.value is not None and c.how is not How.measured]
        others = tuple(c for c in others if c.how is How.measured)
        if new.value is None and told:
            new = told[-1].model_copy(update={"how": How.assumed})
    return case.but(claims={**case.claims, fact: (*others, new)})


def _source(claim: Claim) -> tuple[str, bool]:
    return (claim.by, claim.how is How.measured)


def union_of(spec: Fact, claims: Sequence[Claim]) -> tuple[str, ...]:
    """Return all members of the claimed sets; "nothing" and "cannot say" give way to anything."""
    members = {v for c in claims if isinstance(c.value, tuple) for v in c.value}
    if len(claims) > 1 and members - {*spec.alone, *spec.yields}:
        members -= {*spec.alone, *spec.yields}
    return tuple(v for v in spec.values if v in members)


def withdraw(case: Consultation, message: str, *, files: bool = True) -> Consultation:
    """Take back what only this message held, its samples among it; with `files`, those of its files too."""
    kept = {f: tuple(c for c in claims if c.message != message) for f, claims in case.claims.items()}
    case = case.but(claims={f: claims for f, claims in kept.items() if claims})
    gone = {each for each in case.given if each == message or (files and each.startswith(f"{message}/"))}
    if not gone:
        return case
    return put_together(case.but(given={each: held for each, held in case.given.items() if each not in gone}))


def put_together(case: Consultation) -> Consultation:
    """Return the case with its samples made of what was given; the scorer that somebody chose stays."""
    given = tuple(case.given.values())
    pairs = tuple(dict.fromkeys(pair for each in given for pair in each.pairs))[:MOST_PAIRS]
    prompt = next((each.prompt for each in reversed(given) if each.prompt), None)
    premise = next((each.premise for each in reversed(given) if each.premise), None)
    return case.but(samples=case.samples.model_copy(update={"pairs": pairs, "prompt": prompt, "premise": premise}))


def view(case: Consultation, knowledge: Knowledge, derive: Derive) -> View:
    """Return the facts as they count: measured over told, a value over "I don't know", agreement over dispute."""
    known: dict[str, Known] = {}
    disputed: dict[str, tuple[Claim, ...]] = {}
    declined: set[str] = set()
    for fact in (f for f in knowledge.facts if f in case.claims):
        spec, claims = knowledge.facts[fact], case.claims[fact]
        told = [c for c in claims if c.value is not None]
        if not told:
            if spec.assume is None:
                declined.add(fact)
            else:
                known[fact] = Known(spec.assume, How.assumed, claims[-1].by)
            continue
        measured = [c for c in told if c.how is How.measured]
        merged = _over(spec, measured[-1], told) if measured else _merge(spec, told)
        if merged is None:
            disputed[fact] = tuple(told)
        else:
            known[fact] = merged
    computed = derive({f: k.value for f, k in known.items()})
    known |= {f: Known(v, How.computed, "") for f, v in computed.items() if f not in known}
    full = with_unanswerable(knowledge, View(known, disputed, frozenset(declined)).held)
    known |= {f: Known(full.facts[f], How.assumed, "") for f in full.assumed if f not in known}
    return View(known, disputed, frozenset(declined))


def _over(spec: Fact, measured: Claim, told: Sequence[Claim]) -> Known:
    """Return a measurement, which stands over what was told; sets and such as can only grow take in the rest."""
    assert measured.value is not None  # noqa: S101 - the caller filters
    value = measured.value
    if spec.type == "set":
        value = union_of(spec, told)
    elif spec.at_least:
        rank = spec.values.index if spec.values else int
        value = max((c.value for c in told if c.value is not None), key=lambda v: rank(v))  # type: ignore[arg-type]
    return Known(value, How.measured, measured.by)


def _merge(spec: Fact, claims: Sequence[Claim]) -> Known | None:
    last = claims[-1]
    assert last.value is not None  # noqa: S101 - the caller filters
    if spec.type == "set":
        sets = [set(c.value) for c in claims if isinstance(c.value, tuple)]
        alone = [s for s in sets if s & set(spec.alone)]
        closed = [set(c.value) - {*spec.yields} for c in claims if c.closed and isinstance(c.value, tuple)]
        if (alone and any(s != alone[0] for s in sets)) or any(not (a <= b or b <= a) for a in closed for b in closed):
            return None
        best = max(claims, key=lambda c: (c.closed, c.quote is not None))
        return Known(union_of(spec, claims), best.how, best.by, best.quote, not any(c.closed for c in claims))
    if len({c.value for c in claims}) > 1:
        return None
    first = next((c for c in claims if c.quote), claims[0])
    return Known(last.value, first.how, first.by, first.quote)


def undisputed(seen: View) -> View:
    """Return the same with the latest claim of each dispute as an assumption."""
    latest = {f: claims[-1] for f, claims in seen.disputed.items()}
    assumed = {f: Known(c.value, How.assumed, c.by) for f, c in latest.items() if c.value is not None}
    return View({**seen.known, **assumed}, {}, seen.declined)


@dataclass(frozen=True)
class Ask:
    """The next question: facts of one form; a dispute shows the claims that differ."""

    facts: tuple[str, ...]
    dispute: tuple[Claim, ...] = ()


def next_move(case: Consultation, knowledge: Knowledge, derive: Derive, *, now: bool = False) -> Ask | Verdict:
    """Return the next question while an answer can still change the verdict, else the verdict.

    With `now`, decide on assumptions instead of asking.
    """
    seen = view(case, knowledge, derive)
    seen = undisputed(seen) if now else seen
    decision = settle(knowledge, seen.held) if now else decide(knowledge, seen.held)
    if decision.clause is None:
        for fact in seen.disputed:
            if fact in decision.open:
                return Ask((fact,), seen.disputed[fact])
        return Ask(decision.ask)
    return verdict_of(knowledge, seen, decision, derive, now=now)


def verdict_of(knowledge: Knowledge, seen: View, decision: Decision, derive: Derive, *, now: bool = False) -> Verdict:
    """Put a decision into words: reasons with both ends, notes, assumptions, what would change it, next steps."""
    clause = decision.clause
    assert clause is not None  # noqa: S101 - the caller has decided
    held = Held(seen.held.facts, seen.held.growing, seen.held.assumed, seen.held.declined)
    for fact in decision.assumed:
        assumed = knowledge.facts[fact].assume
        if fact not in held.facts and assumed is not None:
            held = held.put(fact, assumed, assumed=True)
    core = decisive(knowledge, held, clause)
    flips = would_change(knowledge, held, clause.verdict, derive, now=now)
    order = {f: i for i, f in enumerate(core)}
    notes = tuple(
        n.note.id
        for n in knowledge.notes
        if (not n.note.verdicts or clause.verdict in n.note.verdicts) and n.condition.holds(held.facts) is True
    )
    return Verdict(
        verdict=clause.verdict,
        clause=clause.id,
        because=_reasons(knowledge, seen, clause, core),
        notes=notes,
        assumed=tuple(f for f in knowledge.facts if f in held.assumed),
        would_change=tuple(
            Change(fact=f.fact, value=f.value, verdict=f.verdict)
            for f in sorted(flips, key=lambda f: order.get(f.fact, len(order)))
        ),
        next=tuple(f"{step.do} ({step.takes})" for step in clause.next),
    )


def _reasons(knowledge: Knowledge, seen: View, clause: Rated, core: tuple[str, ...]) -> tuple[Reason, ...]:
    """Return a reason for each fact that decided; one of the five rules is always among them."""
    cited = [knowledge.passages[c] for c in clause.cites]
    reasons = [_reason(seen, f, next((p for p in cited if f in p.about), cited[0])) for f in core]
    if not any(r.rule in FIVE for r in reasons):
        verdict = knowledge.verdicts[clause.verdict]
        own = next(c for c in verdict.cites if c.startswith(f"{verdict.rule}#"))
        reasons.append(_reason(seen, core[0], knowledge.passages[own]))
    return tuple(reasons)


def _reason(seen: View, fact: str, passage: Passage) -> Reason:
    known = seen.known.get(fact)
    quote = known.quote if known and known.how is How.stated else None
    return Reason(fact=fact, quote=quote, rule=passage.rule, passage=passage.name, text=passage.short)


def is_tuning(verdict: str) -> bool:
    """Tell whether a verdict advises to train something."""
    return verdict in TUNING
