"""The people of a consultation, and a consultation without one of them."""

from bot.consultation.model import Consultation


def people_in(case: Consultation) -> frozenset[str]:
    """Return the ids of all who asked, spoke, answered or were told something."""
    claimed = {claim.by for claims in case.claims.values() for claim in claims}
    spoke = {line.by for line in case.transcript}
    asker = {case.asker} if case.asker else set[str]()
    return frozenset({*asker, *case.names, *case.told_them, *case.feedback, *claimed, *spoke})


def without(case: Consultation, person: str) -> Consultation:
    """Return the case without a person's claims, words and name; a verdict that quoted them goes too."""
    quotes = {claim.quote for held in case.claims.values() for claim in held if claim.by == person and claim.quote}
    claims = {fact: tuple(claim for claim in held if claim.by != person) for fact, held in case.claims.items()}
    quoted = case.verdict is not None and any(reason.quote in quotes for reason in case.verdict.because)
    return case.but(
        claims={fact: held for fact, held in claims.items() if held},
        transcript=tuple(line for line in case.transcript if line.by != person),
        told_them=tuple(by for by in case.told_them if by != person),
        feedback={by: how for by, how in case.feedback.items() if by != person},
        names={by: name for by, name in case.names.items() if by != person},
        verdict=None if quoted else case.verdict,
    )
