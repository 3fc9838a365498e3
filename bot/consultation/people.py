"""The people of a consultation, and a consultation without one of them."""

from collections.abc import Iterator
from itertools import cycle
from string import ascii_uppercase

from bot.consultation.claims import put_together, take_back, withdraw
from bot.consultation.model import Claim, Consultation


def people_in(case: Consultation) -> frozenset[str]:
    """Return the ids of all who asked, spoke, answered or were told something."""
    claimed = {claim.by for claim in _claims(case)}
    spoke = {line.by for line in case.transcript} | {*case.room.addressed}
    asker = {case.asker} if case.asker else set[str]()
    return frozenset({*asker, *case.names, *case.told_them, *case.feedback, *claimed, *spoke})


def _claims(case: Consultation) -> Iterator[Claim]:
    """Yield all that is claimed, and what gave way to it."""
    for claims in case.claims.values():
        yield from claims
    for notes in case.replaced.values():
        for note in notes:
            yield from note.was


def called(case: Consultation) -> dict[str, str]:
    """Return what stands for its people before a model. It learns no name: one may be an order, or a model's."""
    spoke = (line.by for line in case.transcript)
    claimed = (claim.by for claims in case.claims.values() for claim in claims)
    people = dict.fromkeys((*filter(None, [case.asker]), *spoke, *claimed))
    letters = cycle(ascii_uppercase)
    return {
        by: "asker" if by == case.asker else f"person {letter}" for by, letter in zip(people, letters, strict=False)
    }


def without(case: Consultation, person: str) -> Consultation:
    """Return the case without a person's claims, words, samples and name; a verdict that quoted them goes too."""
    quotes = {claim.quote for held in case.claims.values() for claim in held if claim.by == person and claim.quote}
    for line in case.transcript:
        if line.by == person and line.message:
            case = withdraw(case, line.message)
    pasted = {name for name, by in case.gave.items() if by == person} & case.given.keys()
    if pasted:  # what came by a form stands in no message
        case = put_together(case.but(given={name: held for name, held in case.given.items() if name not in pasted}))
    case = take_back(case, lambda each: each.by == person)
    quoted = case.verdict is not None and any(reason.quote in quotes for reason in case.verdict.because)
    return case.but(
        transcript=tuple(line for line in case.transcript if line.by != person),
        told_them=tuple(by for by in case.told_them if by != person),
        feedback={by: how for by, how in case.feedback.items() if by != person},
        names={by: name for by, name in case.names.items() if by != person},
        verdict=None if quoted else case.verdict,
        # What was understood of all that was said may hold their words.
        situation="",
        asks=(),
        answer=None,
        offered={fact: one for fact, one in case.offered.items() if one.by != person},
        passed_on={message: held for message, held in case.passed_on.items() if held.by != person},
        aside={fact: by for fact, by in case.aside.items() if by != person},
        noted={},
        trials=tuple(result.without_words for result in case.trials),
        gave={name: by for name, by in case.gave.items() if by != person},
        room=case.room.model_copy(
            update={
                "addressed": tuple(by for by in case.room.addressed if by != person),
                "answered": None if case.room.answered == person else case.room.answered,
            }
        ),
    )
