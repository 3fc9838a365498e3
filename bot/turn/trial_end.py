"""What is said as a trial ends: its result, and in the same message what that does to the case."""

from collections.abc import Sequence
from itertools import takewhile

from bot.chat import wording
from bot.chat.reply import Choices, Option, Part, Reply, Text
from bot.consultation.advice import next_move
from bot.consultation.model import Consultation, Verdict
from bot.consultation.view import undisputed, view
from bot.turn.context import TurnContext
from bot.turn.step import Ended

WHOLE = Choices(action="decide", options=(Option(value="verdict", label="Verdict in full"),))


def is_below(before: Consultation, now: Consultation) -> bool:
    """Tell whether something was said below the message of the trial that has ended between the two."""
    return before.trial.below or not now.room.ours


def leading_to(now: Consultation, context: TurnContext) -> Text | None:
    """Say where the case leads on what is known, while a question is open; None where that cannot be told."""
    verdict = next_move(now, context.knowledge, context.derive, now=True)
    if not isinstance(verdict, Verdict):
        return None
    headline = context.knowledge.verdicts[verdict.verdict].headline
    return Text(markdown=f"**For your case:** on what is known so far the verdict is *{headline}*.")


def verdict_in_short(
    now: Consultation, verdict: Verdict, before: Consultation, context: TurnContext
) -> tuple[Text, Choices]:
    """Say the verdict after a trial in three lines, what it was before, and the button for all of it."""
    knowledge = context.knowledge
    seen = view(now, knowledge, context.derive)
    said = wording.verdict(knowledge, now, verdict, undisputed(seen) if now.settled else seen)
    old = before.told if before.told in knowledge.verdicts else None
    if old == verdict.verdict:
        said = f"The verdict stays: {said}"
    elif old is not None:
        said = f"The verdict was *{knowledge.verdicts[old].headline}*, and is now: {said}"
    return Text(markdown=said), WHOLE


def result(ended: Ended, leads: Sequence[Text], concludes: Sequence[Part]) -> Reply:
    """Return how a trial ended, to be said in the place of its progress.

    `leads` is where the case leads; `concludes` is the open question or the verdict, to stand in the same message.
    """
    shown = [part for part in ended.says if not isinstance(part, Choices)]
    controls = [part for part in ended.says if isinstance(part, Choices)]
    first = list(takewhile(lambda part: isinstance(part, Text) and part.voice == "say", concludes))
    parts = (*shown, *leads, *first, *controls, *concludes[len(first) :])
    return Reply(parts=parts, over=ended.trial)
