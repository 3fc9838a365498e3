"""The answer that opens a reply: who words it, when only what is new is said, and what it calls into question."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import answer
from bot.answer import Answer
from bot.chat import wording
from bot.chat.reply import Choices, Option, Part, Text
from bot.consultation.advice import Ask
from bot.consultation.answer import Cited
from bot.consultation.model import Consultation, Verdict
from bot.consultation.view import view
from bot.turn import outage
from bot.turn.context import TurnContext

MOST_CITED = 12
"""Answers whose sources are kept for the buttons below them."""


@dataclass(frozen=True)
class Occasion:
    """What calls for an answer."""

    first: bool
    asks: tuple[str, ...]
    new_verdict: bool
    """The verdict is new, or another one, or of other measurements."""
    in_full: bool
    """Somebody wants the verdict, whether it is new or not."""
    learned: bool

    @property
    def worth_a_call(self) -> bool:
        """True where a model may word the answer; presses in between get what the rules have."""
        return self.first or bool(self.asks) or self.new_verdict


def occasion(
    now: Consultation, before: Consultation, move: Ask | Verdict, asks: Sequence[str], *, full: bool
) -> Occasion:
    """Return what calls for an answer after the events of a turn."""
    given = isinstance(move, Verdict)
    other = given and (before.verdict is None or before.verdict.clause != move.clause or now.trials != before.trials)
    return Occasion(
        first=before.answer is None,
        asks=tuple(asks),
        new_verdict=other,
        in_full=full and given,
        learned=now.claims != before.claims,
    )


async def answered(now: Consultation, move: Ask | Verdict, why: Occasion, context: TurnContext) -> Answer | None:
    """Return what is said of the case before anything is asked; None where nothing is new."""
    kept = now.answer
    if why.in_full and not why.worth_a_call and isinstance(move, Verdict) and kept and kept.clause == move.clause:
        return kept if kept.rules == context.knowledge.version and kept.by else _without_model(now, move, why, context)
    if not (why.worth_a_call or why.in_full or (why.learned and isinstance(move, Ask))):
        return None
    well = now.reader == "model" and now.outage is None  # a model that has just failed is not waited for again
    worded = why.worth_a_call and context.answers and context.reads and well
    if worded and context.model is not None:
        material = _material(now, move, why, context, widely=True)
        return await answer.compose(material, model=context.model, before=kept, limit=outage.answering_time(context))
    return _without_model(now, move, why, context)


def _without_model(now: Consultation, move: Ask | Verdict, why: Occasion, context: TurnContext) -> Answer:
    material = _material(now, move, why, context, widely=False)
    if now.answer is None or why.new_verdict or why.in_full:
        return answer.assembled(material, now.answer)
    return answer.in_between(material, now.answer)


def _material(
    now: Consultation, move: Ask | Verdict, why: Occasion, context: TurnContext, *, widely: bool
) -> answer.Material:
    return answer.collect(
        now,
        context.knowledge,
        move,
        # The verdict answers what was asked on the way to it.
        asks=why.asks or (now.asks if why.new_verdict else ()),
        prices=context.prices,
        today=context.today,
        objected=now.objected,
        widely=widely,
    )


def shown(given: Answer) -> list[Part]:
    """Say an answer."""
    return [Text(markdown=given.text, voice="answer")] if given.text else []


def cite(now: Consultation, given: Answer) -> Consultation:
    """Return the consultation with what an answer rests on, which the button below it asks for."""
    if not given.sources or any(_is_of(each, given) for each in now.cited):
        return now
    number = now.cited[-1].number + 1 if now.cited else 1
    cited = Cited(number=number, sources=given.sources, by=given.by)
    return now.but(cited=(*now.cited, cited)[-MOST_CITED:])


def _is_of(cited: Cited, given: Answer | None) -> bool:
    return given is not None and (cited.sources, cited.by) == (given.sources, given.by)


def sources(now: Consultation, given: Answer | None) -> Option:
    """Return the button that lists what an answer rests on; without one, the last answer that was said."""
    number = next((each.number for each in now.cited if _is_of(each, given)), None)
    return Option(value=f"sources:{number}" if number else "sources", label="Sources")


def more(now: Consultation, given: Answer | None, why: str) -> Choices:
    """Return the buttons below a verdict; `why` names the one for its reasons."""
    reasons, record = Option(value="why", label=why), Option(value="record", label="Decision record")
    return Choices(action="show", options=(reasons, sources(now, given), record))


def with_sources(says: tuple[Part, ...], now: Consultation, given: Answer | None) -> tuple[Part, ...]:
    """Return what is said with a way to what its numbers stand for, where it has any; a terminal has the command."""
    if given is None or not given.sources or now.at_terminal:
        return says
    if any(isinstance(each, Choices) and each.action == "show" for each in says):
        return says
    return (*says, Choices(action="show", options=(sources(now, given),)))


def doubt(now: Consultation, given: Answer, context: TurnContext) -> list[Part]:
    """Ask once more for a fact that the answer calls into question."""
    if given.objection is None:
        return []
    knowledge, fact = context.knowledge, given.objection.fact
    known = view(now, knowledge, context.derive).known[fact]
    read = f'I read "{wording.escaped(known.quote)}"' if known.quote else "I read your words"
    told = (
        f"One thing I may have misread: {read} as *{wording.stated(knowledge, fact, known.value)}*. "
        f"{given.objection.why} So I ask again, and keep it until you say."
    )
    asks = Text(markdown=given.question or knowledge.asks[fact].ask, voice="ask")
    return [Text(markdown=told, voice="notice"), asks, wording.form(knowledge, [fact], given.question)]
