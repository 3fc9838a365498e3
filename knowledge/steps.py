"""Next steps as data: whom each one suits, when it is done already, and its words with the team's own values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from knowledge.expression import Condition
from knowledge.schema import Strict

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
WORKED_OUT = (
    "usd_month",
    "usd_month_cached",
    "usd_month_small",
    "usd_thousand",
    "present",
    "small",
    "all_pass",
    "reach",
)
"""Placeholders that no fact fills: costs and names of models, and what the test items can show."""


class NextStep(Strict):
    """One thing to do next, for the cases that it suits."""

    id: str
    do: str = Field(max_length=260)
    """May hold `{fact}` placeholders; a step whose placeholders have no value gives way to `plain`, or is not said."""
    plain: str | None = Field(default=None, max_length=260)
    takes: str = Field(max_length=30)
    today: bool = False
    """True for what can be begun and ended today."""
    verdicts: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    when: str | None = None
    done_when: str | None = None
    asked: tuple[str, ...] = ()
    """Beginnings of words in a question that this step answers."""
    unless: tuple[str, ...] = ()
    """Beginnings of words by which somebody says that it is there already."""
    instead_of: str | None = None
    """A step that says much the same; of the two one is said."""
    cites: tuple[str, ...] = ()
    experiment: Literal["none", "trial"] = "none"


@dataclass(frozen=True)
class RatedStep:
    """A step with its compiled conditions; None where it has none."""

    step: NextStep
    when: Condition | None
    done_when: Condition | None

    def fits(self, facts: Mapping[str, Any]) -> bool:
        """Tell whether the step suits what is known, and is not done."""
        suits = self.when is None or self.when.holds(facts) is True
        return suits and not (self.done_when is not None and self.done_when.holds(facts) is True)
