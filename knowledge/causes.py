"""What lies behind a case, as data: whom each likely cause fits, and its words with the team's own values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from knowledge.expression import Condition
from knowledge.schema import Strict


class Cause(Strict):
    """What most likely lies behind the cases that it fits, said in place of why their clause speaks."""

    id: str
    says: str = Field(max_length=420)
    """May hold `{fact}` placeholders; without a value for one of them the cause is not said."""
    verdicts: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    when: str | None = None
    about: tuple[str, ...] = ()
    """Beginnings of words by which somebody speaks of it."""
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class RatedCause:
    """A cause with its compiled condition; None where it has none."""

    cause: Cause
    when: Condition | None

    def fits(self, facts: Mapping[str, Any], verdict: str, clause: str) -> bool:
        """Tell whether the cause suits what was told and what decides."""
        decides = clause in self.cause.clauses or verdict in self.cause.verdicts
        named = bool(self.cause.clauses or self.cause.verdicts)
        # While no clause speaks, what somebody speaks of is all there is to go by.
        open_ = not named or (not clause and bool(self.cause.about))
        return (decides or open_) and (self.when is None or self.when.holds(facts) is True)
