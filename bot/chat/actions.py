"""What a press of one of our buttons can mean, and what becomes of the button: the same on every platform."""

from typing import Literal

Action = Literal[
    "again",
    "answer",
    "column",
    "compare",
    "correct",
    "dataset",
    "decide",
    "details",
    "earlier",
    "feedback",
    "fix",
    "forget",
    "form",
    "grade",
    "judge",
    "ours",
    "report",
    "run",
    "scorer",
    "show",
    "side",
    "stop",
    "trial",
    "use",
]

ASKED_OF = frozenset[str]({"stop", "run", "forget"})
"""Actions that not everybody may take. Who may is known where they are obeyed, so a press uses up nobody else's."""
LIVE = frozenset[str]({"answer", "form", "side", "trial", "feedback", "correct", "decide", "continue", "use"})
"""Actions of what stands open: a question, an offer beside it, a verdict. Their controls go when it is said anew."""
STAYS = frozenset[str]({"column", "feedback", "fix", "correct", "report", "show"}) | ASKED_OF
"""Actions of controls that are not used up by one press."""
