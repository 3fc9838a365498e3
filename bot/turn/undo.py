"""Take back what a person answered last."""

from collections.abc import Iterable

from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Text
from bot.consultation.claims import latest, undone
from bot.consultation.model import Claim, Consultation
from bot.text import markdown
from bot.turn.context import TurnContext
from bot.turn.step import Step
from knowledge.load import Knowledge

NOTHING = Text(markdown="There is no answer of yours that I could take back.", voice="notice")


def undo(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Take back what the author's last answer noted: what stood before it counts again, else it is asked again."""
    last = latest(consultation, event.author)
    if not last:
        return Step(consultation).say(NOTHING)
    read_again = tuple(each for each in consultation.unread if each not in {claim.message for claim in last.values()})
    after = undone(consultation, event.author).but(
        unread=read_again,
        settled=False,  # who goes back wants to be asked
        puzzled=False,
    )
    held = [(fact, claim, claim in consultation.claims[fact]) for fact in last for claim in after.claims.get(fact, ())]
    told = f"Taken back: {_named(context.knowledge, last.items())}."
    if back := [(fact, claim) for fact, claim, stood in held if not stood]:
        told += f" As before it: {_named(context.knowledge, back)}."
    if any(stood and claim.by != event.author for _, claim, stood in held):
        told += " What others said of it stays."
    return Step(after, says=(Text(markdown=told, voice="notice"),), advances=True)


def _named(knowledge: Knowledge, claims: Iterable[tuple[str, Claim]]) -> str:
    told = (
        f"{wording.label(knowledge, fact)}: "
        f"{wording.UNKNOWN if claim.value is None else wording.value(knowledge, fact, claim.value)}"
        for fact, claim in claims
    )
    return markdown.escaped("; ".join(dict.fromkeys(told)))
