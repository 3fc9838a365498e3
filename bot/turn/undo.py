"""Take back what a person answered last."""

from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Text
from bot.consultation.claims import latest
from bot.consultation.model import Claim, Consultation
from bot.text import markdown
from bot.turn.context import TurnContext
from bot.turn.step import Step
from knowledge.load import Knowledge

NOTHING = Text(markdown="There is no answer of yours that I could take back.", voice="notice")


def undo(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Take back what the author's last answer noted, and ask for it again; what others said stays."""
    last = latest(consultation, event.author)
    if not last:
        return Step(consultation).say(NOTHING)
    left = {f: tuple(c for c in claims if c is not last.get(f)) for f, claims in consultation.claims.items()}
    read_again = tuple(each for each in consultation.unread if each not in {claim.message for claim in last.values()})
    after = consultation.but(
        claims={fact: claims for fact, claims in left.items() if claims},
        unread=read_again,
        settled=False,  # who goes back wants to be asked
        puzzled=False,
    )
    named = "; ".join(_named(context.knowledge, fact, claim) for fact, claim in last.items())
    others = " What others said of it stays." if any(fact in after.claims for fact in last) else ""
    told = Text(markdown=f"Taken back: {named}.{others}", voice="notice")
    return Step(after, says=(told,), advances=True)


def _named(knowledge: Knowledge, fact: str, claim: Claim) -> str:
    held = wording.UNKNOWN if claim.value is None else wording.value(knowledge, fact, claim.value)
    return markdown.escaped(f"{wording.label(knowledge, fact)}: {held}")
