"""One turn: read what came, decide, reply. Whoever calls it loads the case before and commits it after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Feedback, Part, Reply, Text
from bot.consultation.advice import Ask, next_move
from bot.consultation.model import Asked, Consultation, Verdict
from bot.consultation.view import undisputed, view
from bot.turn import trials
from bot.turn.buttons import how_to_paste, paste_offer
from bot.turn.context import Advisor, Taking
from bot.turn.dispatch import take

__all__ = ["Advisor", "Outcome", "turn"]

MEASURABLE = frozenset({"models_tried", "prompts_tried", "eval_items", "baseline_known", "quality_ok"})
TRIAL_HELPS = frozenset({"learn_base_first", "prompt_first", "measure_first"})


@dataclass(frozen=True)
class Outcome:
    """What a turn came to: the new case, what to say, and whether a trial of its samples starts."""

    case: Consultation
    replies: tuple[Reply, ...]
    move: Ask | Verdict | None
    """The open question or the verdict; None where only a command was answered in an empty consultation."""
    trial: bool = False
    stop: bool = False
    """True where the trial that runs is to end with what it has measured."""
    forget: bool = False
    changed: bool = False
    """True where a verdict given before is no longer the one that holds."""


async def turn(case: Consultation, batch: Sequence[Event], advisor: Advisor) -> Outcome:
    """Take all events of a batch in order, then say one thing."""
    taking = Taking(case)
    for event in batch:
        await take(taking, event, advisor)
    return _speak(taking, case, advisor, batch[-1].at)


def _speak(t: Taking, before: Consultation, advisor: Advisor, at: datetime) -> Outcome:
    knowledge = advisor.knowledge
    if t.forget:
        return Outcome(t.case, (Reply(parts=tuple(t.parts)), *t.asides()), None, forget=True)
    move = next_move(t.case, knowledge, advisor.derive, now=t.case.settled)
    if t.now and isinstance(move, Ask):
        t.case = t.case.but(settled=True)
        move = next_move(t.case, knowledge, advisor.derive, now=True)
    trial = t.trial and advisor.model is not None
    if trial and not t.go and (asks := trials.asks_first(t.case, advisor)):
        t.parts += asks
        t.case = t.case.but(trial_offer="asked")
        trial = t.trial = False
    if t.trial and advisor.model is None:
        t.parts.append(
            Text(markdown="I keep your samples; no model is ready to run them on (`advisor doctor` says why).")
        )
    offer = t.case.trial_offer
    if not t.quiet and not trial:
        t.parts += _noted(t, advisor)
        t.parts += _say_move(t.case, move, before, advisor, full=t.now)
        if offer is None and advisor.model is not None and _trial_helps(move) and not t.case.samples.pairs:
            t.parts.append(paste_offer(f"Or let us see. {how_to_paste(advisor)}"))
            offer = "open"
    given = move if isinstance(move, Verdict) else None
    changed = before.verdict is not None and given != before.verdict
    case = t.case.but(trial_offer="running" if trial else offer, updated=at)
    if not trial:  # what a starting trial leaves unsaid counts as unsaid
        asked = Asked(facts=move.facts, conflict=bool(move.dispute)) if isinstance(move, Ask) else None
        told = given.verdict if given and not t.quiet else case.told
        case = case.but(asked=asked, verdict=given, told=told)
    replies = (*((Reply(parts=tuple(t.parts)),) if t.parts else ()), *t.asides())
    return Outcome(case, replies, move, trial=trial, stop=t.stop, changed=changed)


def _noted(t: Taking, advisor: Advisor) -> list[Part]:
    seen = view(t.case, advisor.knowledge, advisor.derive)
    lines = [wording.told(advisor.knowledge, f, seen.known[f]) for f in t.new if f in seen.known]
    return [Text(markdown=f"Noted: {'; '.join(lines)}.", voice="notice")] if lines else []


def _say_move(
    case: Consultation, move: Ask | Verdict, before: Consultation, advisor: Advisor, *, full: bool
) -> list[Part]:
    """Say a question or a verdict; one that was said before in short, unless it is wanted in full."""
    knowledge = advisor.knowledge
    old = before.told if before.told in knowledge.verdicts else None
    if isinstance(move, Ask):
        again = [Text(markdown="That reopens the verdict.", voice="notice")] if before.verdict else []
        said = Text(markdown=wording.question(knowledge, move, case.names), voice="ask")
        return [*again, said, wording.form(knowledge, move.facts)]
    parts: list[Part] = []
    if old and old != move.verdict:
        was, now = knowledge.verdicts[old].headline, knowledge.verdicts[move.verdict].headline
        parts.append(Text(markdown=f"With that the verdict changes, from *{was}* to *{now}*.", voice="notice"))
    elif old and not full and before.verdict and _says_the_same(before.verdict, move):
        stays = f"The verdict stays: *{wording.verdict_name(knowledge, move)}*. `verdict` shows it in full."
        return [Text(markdown=stays, voice="notice")]
    seen = view(case, knowledge, advisor.derive)
    seen = undisputed(seen) if case.settled else seen
    cost = advisor.explain(seen.held.facts) if "pays_back" in seen.known else None
    parts.append(Text(markdown=wording.verdict(knowledge, case, move, seen, cost), voice="verdict"))
    return [*parts, Feedback(about=move.clause)]


def _says_the_same(before: Verdict, now: Verdict) -> bool:
    return (before.clause, before.because, before.assumed) == (now.clause, now.because, now.assumed)


def _trial_helps(move: Ask | Verdict) -> bool:
    if isinstance(move, Ask):
        return not MEASURABLE.isdisjoint(move.facts)
    return move.verdict in TRIAL_HELPS
