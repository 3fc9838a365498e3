"""The choices under a result: outputs to judge, and other scorers."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.chat.reply import Choices, Option, Part, Text
from bot.consultation.model import Consultation, Pair

if TYPE_CHECKING:
    from bot.trial.judging.people import Ungraded
    from bot.trial.task import Task


SHOWN = 600
"""Characters of an output that is to be judged."""


def to_judge(outputs: "Sequence[Ungraded]", most: int = 6) -> list[Part]:
    """Offer outputs to people who say which pass; which rung one came from is not told."""
    parts: list[Part] = []
    for number, output in enumerate(outputs[:most], 1):
        asks = f"**Output {number} of {min(most, len(outputs))}**, for the input\n\n{_block(output.input)}\n\n"
        options = (Option(value=f"{output.id} pass", label="Passes"), Option(value=f"{output.id} fail", label="Fails"))
        parts += [Text(markdown=f"{asks}{_block(output.text)}"), Choices(action="grade", options=options)]
    return parts


def other_scorers(case: Consultation, used: str) -> list[Part]:
    """Offer other ways to score the same samples."""
    return _scorers(case.samples.pairs, used, "Scored wrongly? Run it again, scored another way:")


def rescorings(task: "Task") -> list[Part]:
    """Offer other ways to score the answers of a trial that are here already: none that asks a model."""
    return _scorers(task.pairs, task.scorer.name, "Scored wrongly? Score these answers another way:", without="judge")


def _scorers(pairs: Sequence[Pair], used: str, text: str, without: str = "") -> list[Part]:
    from bot.trial.scorers.registry import offered

    options = tuple(Option(value=name, label=label) for name, label in offered(pairs) if name not in (used, without))
    return [Choices(action="scorer", text=text, options=options)] if pairs and options else []


def _block(text: str) -> str:
    """Return somebody's text as code, so that nothing in it is markup."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    shown = text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
    return f"{fence}\n{shown}\n{fence}"
