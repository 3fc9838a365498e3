"""Answers to questions: values that were chosen, and questions that are skipped."""

from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Text
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.model import How
from bot.consultation.view import view
from bot.text import markdown
from bot.turn.context import Advisor, Taking
from bot.turn.record import claim_of
from knowledge.load import Knowledge
from knowledge.values import value_fits


def answer(t: Taking, event: Event, fact: str, value: Value | None, advisor: Advisor) -> None:
    """Take an answer to a fact, which may be any one that can be asked."""
    t.quiet = False
    spec = advisor.knowledge.facts.get(fact)
    if spec is None or spec.known_by != "asked":
        t.parts.append(Text(markdown=f"{markdown.escaped(fact)} is no fact that can be answered.", voice="error"))
        return
    fits = None if value is None else value_fits(spec, value)
    if value is not None and fits is None:
        wanted = {
            "bool": "yes or no",
            "count": "a whole number, 0 or more",
            "choice": f"one of {', '.join(spec.values)}",
            "set": f"a list of {', '.join(spec.values)}" + (f" ({spec.alone[0]} stands alone)" if spec.alone else ""),
        }.get(spec.type, "a number from 0 to 1")
        shown = markdown.escaped(str(value))
        t.parts.append(
            Text(
                markdown=f"{wording.label(advisor.knowledge, fact)} cannot be {shown}: it takes {wanted}.",
                voice="error",
            )
        )
        return
    t.case = claim(t.case, advisor.knowledge, fact, claim_of(event, fits, How.chosen))
    counts = view(t.case, advisor.knowledge, advisor.derive).known.get(fact)
    if counts is not None and counts.how is How.measured and fits is not None and counts.value != fits:
        held = wording.value(advisor.knowledge, fact, counts.value)
        said = f"A trial measured {wording.label(advisor.knowledge, fact)}: {held}. That stands over an answer."
        t.parts.append(Text(markdown=said, voice="notice"))


def skip(t: Taking, event: Event, knowledge: Knowledge) -> None:
    """Leave out the samples where they are offered, else the open question."""
    t.quiet = False
    if t.case.trial_offer in ("open", "wanted"):
        t.case = t.case.but(trial_offer="skipped")
    elif t.case.asked:
        for fact in t.case.asked.facts:
            t.case = claim(t.case, knowledge, fact, claim_of(event, None, How.chosen))
