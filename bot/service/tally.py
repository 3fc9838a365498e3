"""What is counted and traced of a turn, without a word of it."""

from bot.consultation.model import Consultation, Verdict
from bot.platform import metrics
from bot.store import keys
from bot.turn.turn import TurnResult


def traced(conversation: str) -> dict[str, str]:
    """Return what a trace says of a turn: its conversation by a digest alone."""
    return {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "finetune-advisor",
        "gen_ai.conversation.id": keys.mark(conversation),
    }


def move(result: TurnResult) -> str:
    """Name what a turn came to: a verdict, a question, or nothing where it was forgotten."""
    if isinstance(result.move, Verdict):
        return result.move.verdict
    return "question" if result.move else "forgotten"


def count(consultation: Consultation, before: Consultation) -> None:
    if consultation.verdict is not None and consultation.verdict != before.verdict:
        metrics.VERDICTS.labels(consultation.verdict.verdict).inc()
    if consultation.asked is not None and consultation.asked != before.asked:
        metrics.QUESTIONS.inc()
    for person, how in consultation.feedback.items():
        if before.feedback.get(person) != how:
            metrics.FEEDBACK.labels(how).inc()
