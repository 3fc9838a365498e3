"""When an answer may call a fact into question."""

from collections.abc import Collection

from bot.consultation.model import How
from bot.consultation.view import View


def admissible(fact: str, seen: View, before: Collection[str]) -> bool:
    """Tell whether a fact may be objected to: read from somebody's words, and not objected to before.

    What was chosen, corrected, measured or computed stands.
    """
    known = seen.known.get(fact)
    return known is not None and known.how is How.stated and fact not in before
