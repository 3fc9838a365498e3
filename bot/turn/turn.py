"""One turn: understand what came, decide, answer. Its caller loads the consultation before and commits it after."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answer import Answer
from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Feedback, Form, Part, Reply, Text
from bot.consultation.advice import Ask, next_move
from bot.consultation.model import Asked, Consultation, Verdict
from bot.consultation.size import LIGHTENED, bounded
from bot.consultation.view import undisputed, view
from bot.turn import outage, trial_run, trials
from bot.turn.answer import answered, cite, doubt, more, occasion, shown, with_sources
from bot.turn.context import TurnContext
from bot.turn.dispatch import handle
from bot.turn.people.attention import heard
from bot.turn.people.dispute import sides
from bot.turn.people.overheard import HINT, amends, beside, noted, offers
from bot.turn.step import Decide, Effect, Forget, ForgetPerson, StartTrial, Step, StopTrial

MEASURABLE = frozenset({"models_tried", "prompts_tried", "eval_items", "baseline_known", "quality_ok"})
TRIAL_HELPS = frozenset({"learn_base_first", "prompt_first", "measure_first"})


@dataclass(frozen=True)
class TurnResult:
    """What a turn came to: the new consultation, what to say, and the work that starts or ends."""

    consultation: Consultation
    replies: tuple[Reply, ...]
    move: Ask | Verdict | None
    """The open question or the verdict; None where the consultation is forgotten."""
    answer: Answer | None = None
    """What was said of the case."""
    effects: tuple[Effect, ...] = ()

    @property
    def forgets(self) -> bool:
        return any(isinstance(effect, Forget) for effect in self.effects)

    @property
    def forgets_people(self) -> tuple[str, ...]:
        return tuple(effect.person for effect in self.effects if isinstance(effect, ForgetPerson))

    @property
    def stops_trial(self) -> bool:
        return any(isinstance(effect, StopTrial) for effect in self.effects)

    @property
    def starts_trial(self) -> bool:
        return any(isinstance(effect, StartTrial) for effect in self.effects)


async def turn(consultation: Consultation, events: Sequence[Event], context: TurnContext) -> TurnResult:
    """Take all events of a batch in order, then answer, and ask at most one question."""
    # Who is no member spends nothing of the workspace's.
    outsiders = events[-1].outsider and all(event.outsider for event in events if event.addressed == "us")
    context = replace(context, ends=time.monotonic() + outage.TURN, answers=context.answers and not outsiders)
    step = Step(consultation)
    if consultation.unread and any(event.addressed == "us" for event in events):
        step = await outage.read_missed(consultation, events[-1], context)
    among_people = True
    for number, event in enumerate(events):
        if number:
            await asyncio.sleep(0)  # others go on between two messages of a burst
        event = heard(step.consultation, event, context.knowledge)
        among_people = among_people and event.addressed == "people"
        step = step.then(_started(await handle(step.consultation, event, context), event))
    if among_people:  # nothing is said to them, so what is open on the screen stays open
        now, replies = _beside(step.consultation.but(updated=events[-1].at), consultation, context)
        return _bounded(TurnResult(now, replies, _open(now)))
    return _bounded(await _conclude(step, consultation, context, events[-1].at))


def _bounded(result: TurnResult) -> TurnResult:
    """Return the result with no more kept than may be of one consultation, and with a word of what went."""
    kept, went = bounded(result.consultation)
    at = next((n for n, reply in enumerate(result.replies) if reply.to is None and not reply.beside), None)
    if kept.lightened and at is not None:
        kept, went = kept.but(lightened=False), (LIGHTENED, *went)
    said = tuple(Text(markdown=each, voice="notice") for each in went)
    replies = tuple(
        reply.model_copy(update={"parts": (*reply.parts, *said)}) if n == at else reply
        for n, reply in enumerate(result.replies)
    )
    return replace(result, consultation=kept, replies=replies)


def _started(step: Step, event: Event) -> Step:
    """Return the step with whose the trial is that it starts."""
    effects = tuple(
        replace(effect, by=event.author, outsider=event.outsider) if isinstance(effect, StartTrial) else effect
        for effect in step.effects
    )
    return replace(step, effects=effects)


def _beside(now: Consultation, before: Consultation, context: TurnContext) -> tuple[Consultation, tuple[Reply, ...]]:
    """Return the consultation with what is put on the live message, where nothing else is said."""
    step = beside(now, before, context)
    if step is None:
        return now, ()
    return step.consultation, (Reply(parts=step.says, beside=True, amends=amends(now, before)),)


def _open(consultation: Consultation) -> Ask | Verdict | None:
    asked = consultation.asked
    return consultation.verdict or (Ask(asked.facts) if asked else None)


async def _conclude(step: Step, before: Consultation, context: TurnContext, at: datetime) -> TurnResult:
    """Answer and ask what is open, or give the verdict, where a step advances; let a trial begin that is wanted."""
    if forgets := [effect for effect in step.effects if isinstance(effect, Forget)]:
        replies = (Reply(parts=step.says), *step.whispers())
        return TurnResult(step.consultation, replies, None, effects=tuple(forgets))
    step = trials.begin(step, context)
    starts = any(isinstance(effect, StartTrial) for effect in step.effects)
    now = step.consultation
    full = any(isinstance(effect, Decide) for effect in step.effects)
    move = next_move(now, context.knowledge, context.derive, now=now.settled)
    if full and isinstance(move, Ask):
        now = now.but(settled=True)
        move = next_move(now, context.knowledge, context.derive, now=True)
    says: tuple[Part, ...] = ()
    leads: tuple[Text, ...] = ()
    given: Answer | None = None
    # What people said in the same moment is answered as ever, below what the trial came to.
    below = False
    alone = step.ended is not None and not (step.says or step.learned or step.asks or full)
    if alone and not starts:
        below = trial_run.is_below(before, now)
        leads, says = _after_trial(now, move, before, context, below=below)
        says, now = _offered(says, now, move, context)
        # What was worded before the trial is worded anew when the verdict is wanted in full.
        now = now.but(answer=now.answer.model_copy(update={"clause": ""}) if now.answer else None)
    elif step.advances and not starts:
        why = occasion(now, before, move, step.asks, full=full)
        given = await answered(now, move, why, context)
        says = (*_noted(step, context), *(shown(given) if given else ()))
        doubted = doubt(now, given, context) if given else []
        if given:
            objected = (given.objection.fact,) if given.objection else ()
            now = cite(now.but(answer=given, objected=(*now.objected, *objected)), given)
            if objected and isinstance(move, Ask):  # one question at a time: the one that may have been misread
                move = Ask(objected)
        said = _said(now, move, before, context, given, full=full)
        says += (*((() if isinstance(move, Ask) else said) if doubted else said), *doubted)
        if not doubted:
            says, now = _offered(says, now, move, context, promised=given is not None and given.trial)
        says = with_sources(says, now, given)
    now = now.but(updated=at)
    if not starts:  # what a starting trial leaves unsaid counts as unsaid
        asked = Asked(facts=move.facts, conflict=bool(move.dispute)) if isinstance(move, Ask) else None
        if isinstance(move, Verdict) and given and given.objection:
            asked = Asked(facts=(given.objection.fact,))
        decided = move if isinstance(move, Verdict) else None
        told = decided.verdict if decided and step.advances else now.told
        now = now.but(asked=asked, verdict=decided, told=told)
    if _stands(says):
        says += offers(now, context)
        if now.room.hint == "due" and isinstance(move, Ask):
            says += (HINT,)
        if now.room.hint == "shown" or (now.room.hint == "due" and isinstance(move, Ask)):
            now = now.but(room=now.room.model_copy(update={"hint": "told"}))
        now = now.but(aside={}, noted=_words(step, context))
        put: tuple[Reply, ...] = ()
    else:  # what stands open is on the message above, with what is shown there
        now, put = _beside(now, before, context)
    spoke = bool(says or step.says) or starts or now.room.ours
    now = now.but(room=now.room.model_copy(update={"ours": spoke}))
    stays = before.trial.phase is now.trial.phase and (now.trial.running or now.trial.waits)
    if (says or step.says) and stays:
        now = now.but(trial=now.trial.model_copy(update={"below": True}))
    said = _replies(step, says, _answered(now, before, context), leads, together=alone and not below)
    replies = (*said, *put, *step.whispers())
    return TurnResult(now, replies, move, given, step.effects)


def _offered(
    says: tuple[Part, ...], now: Consultation, move: Ask | Verdict, context: TurnContext, *, promised: bool = False
) -> tuple[tuple[Part, ...], Consultation]:
    """Offer a trial where one can help; what was offered stands with the question; after one, more of the same.

    What an answer has `promised` is offered, whatever the verdict.
    """
    if trials.may_compare(now, context) and any(map(_is_verdict, says)):
        return (*says, trials.COMPARE), now
    if not promised and not _trial_helps(move):
        return says, now
    if trials.may_be_offered(now, context):
        offer = trials.paste_offer(f"Or let us see. {trials.how_to_paste(context)}")
        return (*says, offer), now.but(trial=now.trial.after("offer"))
    if (
        isinstance(move, Verdict)
        and now.trials
        and context.model is not None
        and (trial_run.WHOLE in says or any(map(_is_verdict, says)))
    ):
        return (*says, trials.MORE_SAMPLES), now
    if trials.offer_stands(now, context) and _stands(says):
        return (*says, trials.PASTE), now
    return says, now


def _is_verdict(part: Part) -> bool:
    return isinstance(part, Feedback)


def _replies(
    step: Step, concludes: tuple[Part, ...], answered: str, leads: Sequence[Text], *, together: bool
) -> list[Reply]:
    """Return what is said to everybody: in one message, and `together` with how a trial ended in its message."""
    live = _stands(concludes)
    last = Reply(parts=_once((*step.says, *concludes)), live=live, answered=answered if live else "")
    if step.ended is None:
        return [last] if last.parts else []
    if not together:
        return [trial_run.result(step.ended, leads, ()), *([last] if last.parts else [])]
    whole = trial_run.result(step.ended, leads, concludes)
    return [whole.model_copy(update={"live": live, "answered": last.answered})]


def _after_trial(
    now: Consultation, move: Ask | Verdict, before: Consultation, context: TurnContext, *, below: bool
) -> tuple[tuple[Text, ...], tuple[Part, ...]]:
    """Return where the case leads after a trial, and what is to stand open: nothing where that stands already."""
    if isinstance(move, Verdict):
        if before.told == move.verdict and before.verdict and _says_the_same(before.verdict, move):
            return ((_stays(move, context),) if now.claims != before.claims else ()), ()
        return (), trial_run.verdict_in_short(now, move, before, context)
    leads = trial_run.leading_to(now, context) if now.claims != before.claims else None
    stands = before.asked is not None and before.asked.facts == move.facts and below
    asks = () if stands else tuple(_said(now, move, before, context, None, full=False))
    return (leads,) if leads else (), asks


def _once(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return parts without words that stand there already, as where two say hello at once."""
    return tuple(each for n, each in enumerate(parts) if not (isinstance(each, Text) and each in parts[:n]))


def _stands(says: Sequence[Part]) -> bool:
    """Tell whether what is said holds the open question or the verdict."""
    return trial_run.WHOLE in says or any(isinstance(part, Form | Feedback) for part in says)


def _answered(now: Consultation, before: Consultation, context: TurnContext) -> str:
    """Say what was answered to the question that was open before; empty where nothing was."""
    if before.asked is None:
        return ""
    held, seen = (view(each, context.knowledge, context.derive).known for each in (before, now))
    told = [f for f in before.asked.facts if f in seen and f in now.claims and seen[f] != held.get(f)]
    return "; ".join(wording.told(context.knowledge, fact, seen[fact]) for fact in told)


def _noted(step: Step, context: TurnContext) -> list[Part]:
    """Repeat back what was read, in the words in which it was said."""
    words = noted(_words(step, context))
    return [Text(markdown=words, voice="notice")] if words else []


def _words(step: Step, context: TurnContext) -> dict[str, str]:
    """Return by fact what was read, as it is repeated back."""
    seen = view(step.consultation, context.knowledge, context.derive)
    read = [fact for fact in step.learned if fact in seen.known]
    return {fact: wording.noted(context.knowledge, fact, seen.known[fact]) for fact in read}


def _said(
    now: Consultation,
    move: Ask | Verdict,
    before: Consultation,
    context: TurnContext,
    given: Answer | None,
    *,
    full: bool,
) -> list[Part]:
    """Say a question or a verdict; one that was said before in short, unless it is wanted in full."""
    knowledge = context.knowledge
    old = before.told if before.told in knowledge.verdicts else None
    if isinstance(move, Ask):
        again = [Text(markdown="That reopens the verdict.", voice="notice")] if before.verdict else []
        own = given.question if given and not move.dispute else None
        said = Text(markdown=own or wording.question(knowledge, move, now.names), voice="ask")
        both = sides(knowledge, move, now.names)
        return [*again, said, *((both,) if both else ()), wording.form(knowledge, move.facts, own)]
    parts: list[Part] = []
    if old and old != move.verdict:
        was, is_ = knowledge.verdicts[old].headline, knowledge.verdicts[move.verdict].headline
        parts.append(Text(markdown=f"With that the verdict changes, from *{was}* to *{is_}*.", voice="notice"))
    elif old and not full and before.verdict and _says_the_same(before.verdict, move):
        return [_stays(move, context).model_copy(update={"voice": "notice"})]
    if given and given.beside and not full and old in (None, move.verdict):
        # Something else was asked and is answered: whether to finetune is one press away, under its name.
        dated = wording.dated(knowledge, move)
        parts += [Text(markdown=dated, voice="verdict", quiet=True)] if dated else []
        return [*parts, more(now, given, wording.verdict_label(knowledge, move)), Feedback(about=move.clause)]
    seen = view(now, knowledge, context.derive)
    seen = undisputed(seen) if now.settled else seen
    told = wording.verdict(knowledge, now, move, seen, given)
    parts.append(Text(markdown=told, voice="verdict", quiet=bool(given and given.by)))
    return [*parts, more(now, given or now.answer, "Why"), Feedback(about=move.clause)]


def _stays(move: Verdict, context: TurnContext) -> Text:
    name = wording.verdict_name(context.knowledge, move)
    return Text(markdown=f"The verdict stays: *{name}*. `verdict` shows it in full.")


def _says_the_same(before: Verdict, now: Verdict) -> bool:
    return (before.clause, before.because, before.assumed) == (now.clause, now.because, now.assumed)


def _trial_helps(move: Ask | Verdict) -> bool:
    if isinstance(move, Ask):
        return not MEASURABLE.isdisjoint(move.facts)
    return move.verdict in TRIAL_HELPS
