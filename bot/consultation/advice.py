"""From a case to what is decided: whose word counts, what follows from it, and why. Pure."""

from dataclasses import dataclass

from bot.consultation.model import Change, Claim, Consultation, How, Reason, Verdict
from bot.consultation.view import View, undisputed, view
from knowledge.decision import TUNING, Decision, Derive, decide, decisive, settle
from knowledge.flips import would_change
from knowledge.load import Knowledge, Rated
from knowledge.schema import FIVE, Passage

UNCLEAR = "ask_more"
"""The verdict that stands for "nothing leans yet"."""


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


def asks_the_same(before: Consultation, now: Consultation, knowledge: Knowledge, derive: Derive) -> bool:
    """Tell whether the question that was open before still is, with no dispute in its place."""
    if before.asked is None or before.asked.conflict:
        return False
    move = next_move(now, knowledge, derive, now=now.settled)
    return isinstance(move, Ask) and not move.dispute and move.facts == before.asked.facts


def verdict_of(knowledge: Knowledge, seen: View, decision: Decision, derive: Derive, *, now: bool = False) -> Verdict:
    """Put a decision into words: reasons with both ends, notes, assumptions, what would change it, next steps."""
    clause = decision.clause
    assert clause is not None  # noqa: S101 - the caller has decided
    held = seen.held
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
