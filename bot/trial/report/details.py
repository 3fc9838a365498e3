"""What can be said of a trial beside its figures: what each rung asked, what it does to the verdict, what to take."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.chat import wording
from bot.chat.reply import File, Part, Text
from bot.consultation.advice import next_move
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.model import Claim, Consultation, How
from bot.consultation.trial_results import TrialResult
from bot.text.markdown import fenced
from bot.trial.plan import prepared
from bot.trial.report.card import SAID, share, short
from bot.trial.rungs import BY_NAME
from bot.trial.task import BAR, Call, Task
from knowledge.decision import Derive
from knowledge.load import Knowledge

PROMPT = 400
"""Characters of a prompt that are shown in place; the whole of it is in a file."""
MOST_FILE = 1_000_000
"""Characters of a file that a conversation takes."""


def asked(result: TrialResult, task: Task, calls: Sequence[Call]) -> str:
    """Say what each rung but the best one asked, which has been shown."""
    task = prepared(task, calls)
    lines = ["**What the other rungs asked**"]
    for rung in result.rungs:
        if rung.name != result.best:
            shown = BY_NAME[rung.name].shown(task)
            shown = shown if len(shown) <= PROMPT else f"{shown[: PROMPT - 1]}…"
            lines.append(f"{SAID[rung.name]}:\n{fenced(shown)}")
    return "\n\n".join(lines)


def verdict_with(case: Consultation, facts: Mapping[str, Value], knowledge: Knowledge, derive: Derive) -> str | None:
    """Return the verdict that the case would get now with a trial's facts; None for a question."""
    now = datetime.now(UTC)
    for fact, value in facts.items():
        case = claim(case, knowledge, fact, Claim(value=value, how=How.measured, by="trial", at=now))
    return getattr(next_move(case, knowledge, derive, now=True), "verdict", None)


def effect(knowledge: Knowledge, result: TrialResult, told: str | None, after: str | None) -> str:
    """Say what a trial measured as facts of the case, and what that does to the verdict that was told before."""
    return "\n\n".join(filter(None, [counted(knowledge, result), verdict_after(knowledge, told, after)]))


def counted(knowledge: Knowledge, result: TrialResult) -> str:
    """Say what a trial measured as facts of the case."""
    told = [
        f"{wording.label(knowledge, fact)}: {said}" for fact in result.facts if (said := _told(knowledge, fact, result))
    ]
    return f"**Counted in your case:** {'; '.join(told)}." if told else ""


def _told(knowledge: Knowledge, fact: str, result: TrialResult) -> str:
    """Say what a trial measured of a fact so that people can follow it; nothing of what it only left as it was."""
    held = result.facts[fact]
    said = wording.value(knowledge, fact, held)
    match fact:
        case "models_tried":
            return f"{said} ({short(result.model)})"
        case "baseline_known" if isinstance(rate := result.facts.get("pass_rate"), float):
            return f"{share(rate)} against {'the usual ' if result.bar == BAR else ''}{share(result.bar)}"
        case "eval_items" if held != max((rung.items for rung in result.rungs), default=held):
            return ""
        case _:
            return said


def verdict_after(knowledge: Knowledge, told: str | None, after: str | None) -> str:
    """Say what a trial does to the verdict that was told before; empty where none can be given."""
    if after is None:
        return ""
    now, before = knowledge.verdicts[after].headline, knowledge.verdicts.get(told) if told else None
    was = f" (before: *{before.headline}*)" if before and told != after else ""
    verb = "stays" if told == after else "is now" if was else "is"
    return f"**For your case:** the verdict on what is known so far {verb}: *{now}*{was}."


def downloads(made: Sequence[File]) -> list[Part]:
    """Return files for a conversation; one that is too large for it is named instead."""
    small = [file for file in made if len(file.content) <= MOST_FILE]
    large = [file.name for file in made if file not in small]
    if not large:
        return [*small]
    notice = f"Too large to send here: {', '.join(large)}. `advisor trial FILE --keep FOLDER` writes them."
    return [*small, Text(markdown=notice, voice="notice")]
