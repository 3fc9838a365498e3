"""Who has left something in a consultation."""

from bot.consultation import Consultation


def people_in(case: Consultation) -> frozenset[str]:
    """Return the ids of all who asked, spoke, answered or were told something."""
    claimed = {claim.by for claims in case.claims.values() for claim in claims}
    spoke = {line.by for line in case.transcript}
    asker = {case.asker} if case.asker else set[str]()
    return frozenset({*asker, *case.names, *case.told_them, *case.feedback, *claimed, *spoke})
