"""What people and measurements claim of a fact, and what holds of it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.consultation.labels import named_beside
from bot.consultation.model import Claim, Consultation, How, Replaced, Samples
from knowledge.load import Knowledge
from knowledge.schema import Fact

MOST_PAIRS = 50
MOST_REPLACED = 5
"""Answers to one fact of which it is kept what they took the place of."""
_ANSWERS = (How.stated, How.chosen)


def claim(case: Consultation, knowledge: Knowledge, fact: str, new: Claim, *, alone: bool = False) -> Consultation:
    """Add a claim. It replaces the same person's earlier one; a set that is mentioned again grows.

    A choice that answers an open dispute settles it: the claims of the others give way, as they do to a claim that is
    to stand `alone`. Where nobody can say, the latest claim becomes an assumption. What gives way to an answer is kept.
    """
    spec = knowledge.facts[fact]
    before = case.claims.get(fact, ())
    grows = (
        new.how is How.stated
        and isinstance(new.value, tuple)
        and not new.closed
        and not set(new.value) & set(spec.alone)
    )
    if not (grows or alone) and any(_source(c) == _source(new) and c.at > new.at for c in before):
        return case  # said before what is held of the same person, and delivered after it
    others = tuple(c for c in before if grows or _source(c) != _source(new))
    settles = case.asked is not None and case.asked.conflict and fact in case.asked.facts and new.how is How.chosen
    if settles or alone:
        told = [c for c in before if c.value is not None and c.how is not How.measured]
        others = tuple(c for c in others if c.how is How.measured)
        if new.value is None and told:
            new = told[-1].model_copy(update={"how": How.assumed})
    # The platform's time tells which is the latest, whatever was delivered first.
    case = case.but(claims={**case.claims, fact: tuple(sorted((*others, new), key=lambda c: c.at))})
    was = tuple(c for c in before if c not in others and _given(c) != _given(new))
    if not was or new.how not in _ANSWERS:
        return case
    kept = (*case.replaced.get(fact, ()), Replaced(by=new.by, message=new.message, at=new.at, was=was))
    return case.but(replaced={**case.replaced, fact: kept[-MOST_REPLACED:]})


def _source(claim: Claim) -> tuple[str, bool]:
    return (claim.by, claim.how is How.measured)


def _given(one: Claim | Replaced) -> tuple[str, str | None, datetime]:
    """Return what tells one answer from all others to the same fact."""
    return (one.by, one.message, one.at)


def take_back(case: Consultation, gone: Callable[[Claim | Replaced], bool]) -> Consultation:
    """Return the case without claims; what had given way to them counts again, where its author said no more since."""
    claims: dict[str, tuple[Claim, ...]] = {}
    for fact, held in case.claims.items():
        left = [c for c in held if not gone(c)]
        sources = {_source(c) for c in left}
        stood = _standing(held, case.replaced.get(fact, ()), gone)
        back = [c for c in stood if c not in left and _source(c) not in sources]
        if left or back:
            claims[fact] = tuple(sorted((*left, *back), key=lambda c: c.at))
    kept = {fact: tuple(n for n in notes if not gone(n)) for fact, notes in _notes_without(case, gone).items()}
    return case.but(claims=claims, replaced={fact: notes for fact, notes in kept.items() if notes})


def _notes_without(case: Consultation, gone: Callable[[Claim | Replaced], bool]) -> dict[str, tuple[Replaced, ...]]:
    """Return what gave way to answers without the claims that are gone, which leave what had given way to them."""
    return {
        fact: tuple(n.model_copy(update={"was": tuple(_standing(n.was, notes, gone))}) for n in notes)
        for fact, notes in case.replaced.items()
    }


def _standing(
    claims: Sequence[Claim], notes: Sequence[Replaced], gone: Callable[[Claim | Replaced], bool]
) -> Iterator[Claim]:
    """Yield claims, and in the place of those that are gone what had given way to them."""
    for one in claims:
        if not gone(one):
            yield one
            continue
        # Each note is followed once, so that no two of them lead round in a circle.
        own = [note for note in notes if _given(note) == _given(one)]
        yield from _standing([c for note in own for c in note.was], [n for n in notes if n not in own], gone)


def union_of(spec: Fact, claims: Sequence[Claim]) -> tuple[str, ...]:
    """Return all members of the claimed sets; "nothing" and "cannot say" give way to anything."""
    members = {v for c in claims if isinstance(c.value, tuple) for v in c.value}
    if len(claims) > 1 and members - {*spec.alone, *spec.yields}:
        members -= {*spec.alone, *spec.yields}
    return tuple(v for v in spec.values if v in members)


def withdraw(case: Consultation, message: str, *, files: bool = True) -> Consultation:
    """Take back what only this message held, its samples among it; with `files`, those of its files too."""
    kept = {f: tuple(c for c in claims if c.message != message) for f, claims in case.claims.items()}
    offered = {fact: one for fact, one in case.offered.items() if one.message != message}
    # What its answers took the place of stays noted, for an edit of it that answers the same.
    replaced = _notes_without(case, lambda each: each.message == message)
    case = case.but(claims={f: claims for f, claims in kept.items() if claims}, offered=offered, replaced=replaced)
    gone = {each for each in case.given if each == message or (files and each.startswith(f"{message}/"))}
    if not gone:
        return case
    return put_together(case.but(given={each: held for each, held in case.given.items() if each not in gone}))


def latest(case: Consultation, person: str) -> dict[str, Claim]:
    """Return by fact what a person's last message or press claims, of those that claim anything."""
    own = {f: c for f, claims in case.claims.items() for c in claims if c.by == person and c.how in _ANSWERS}
    if not own:
        return {}
    last = max(reversed(own.values()), key=lambda claim: claim.at)
    return {fact: claim for fact, claim in own.items() if _given(claim) == _given(last)}


def undone(case: Consultation, person: str) -> Consultation:
    """Return the case without what a person's last message or press claims, with what stood before it."""
    last = {_given(claim) for claim in latest(case, person).values()}
    return take_back(case, lambda each: _given(each) in last)


def newest(case: Consultation) -> tuple[str, ...]:
    """Return the names of the pairs that came last, where others came before them; () where none did."""
    held = [name for name, each in case.given.items() if each.pairs]
    message = held[-1].partition("/")[0] if held else ""
    last = tuple(name for name in held if name.partition("/")[0] == message)
    return last if len(last) < len(held) else ()


def alone(case: Consultation) -> Consultation:
    """Return the case with the pairs that came last in place of all that came before; prompts stay."""
    last = newest(case)
    if not last:
        return case
    kept = {name: each for name, each in case.given.items() if name in last or not each.pairs}
    # The scorer was that of the earlier ones.
    samples = case.samples.model_copy(update={"scorer": None})
    return put_together(case.but(given=kept, samples=samples))


def put_together(case: Consultation) -> Consultation:
    """Return the case with its samples made of what was given; the scorer that somebody chose stays."""
    given = tuple(case.given.values())
    pairs = tuple(dict.fromkeys(pair for each in given for pair in each.pairs))[:MOST_PAIRS]
    prompt = next((each.prompt for each in reversed(given) if each.prompt), None)
    premise = next((each.premise for each in reversed(given) if each.premise), None)
    scorer = case.samples.scorer or next((each.scorer for each in reversed(given) if each.scorer), None)
    finetune = next((each for each in reversed(given) if each.tuned), Samples())
    made: dict[str, object] = {"pairs": pairs, "prompt": prompt, "premise": premise, "scorer": scorer}
    made |= {"tuned": finetune.tuned, "base": finetune.base}
    made["labels"] = named_beside([line.text for line in case.transcript], [pair.output for pair in pairs])
    return case.but(samples=case.samples.model_copy(update=made))
