"""Run the trial of a case's samples, and say in one message what it came to and what it does to the case."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.chat import wording
from bot.chat.events import Body, Failed, Measured
from bot.chat.reply import Choices, Option, Part, Progress, Reply, Text
from bot.consultation.advice import next_move
from bot.consultation.model import Consultation, Verdict
from bot.consultation.view import undisputed, view
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.turn.context import TurnContext
from bot.turn.step import Ended
from bot.turn.trials import picture_prefix, trial_id, with_facts

if TYPE_CHECKING:
    from bot.trial.judging.people import Ungraded
    from bot.trial.order import Order
    from bot.trial.report.result import TrialReport
    from bot.trial.task import Call, Task


Grades = Mapping[tuple[int, str], bool]


Grade = Callable[["Task", Sequence["Ungraded"]], Awaitable[Grades]]
"""Ask a person which outputs pass, where nothing else can tell."""


Keep = Callable[["Call"], Awaitable[None]]


Spend = Callable[[int], Awaitable[bool]]


Tell = Callable[[Progress], None]


TELL = 0.2
"""Seconds between two tellings of how far a trial is."""
FEW = 50
"""Calls that are told one by one, so that a trial which is held up shows how far it came."""


async def measure(
    case: Consultation,
    advisor: TurnContext,
    *,
    kept: Sequence["Call"] = (),
    keep: Keep | None = None,
    tell: Tell | None = None,
    stop: asyncio.Event | None = None,
    grade: Grade | None = None,
    spend: Spend | None = None,
) -> "tuple[Body, TrialReport]":
    """Run the case's samples; return the event that tells how it ended, and the report of it.

    `kept` are calls measured before, which are not made again; `keep` stores each new one. A model that cannot be used
    is a Failed event with its sentence. `spend` is asked before calls are made whether that many may be paid for.
    """
    from bot.trial.judging import people
    from bot.trial.order import opened, order_of
    from bot.trial.report import card as results
    from bot.trial.report.result import TrialReport
    from bot.trial.run import run
    from bot.trial.task import TaskError

    if advisor.model is None:
        how = " Set OPENAI_API_KEY for one." if case.at_terminal else ""
        return Failed(sentence=f"There is no model to run your samples on.{how}"), TrialReport()
    try:
        order = order_of(case.samples, advisor.model, advisor.knowledge)
    except TaskError as error:
        return Failed(sentence=str(error)), TrialReport()
    task, made = order.task, list(kept)
    told = -TELL

    async def on_call(call: "Call", *, ordinary: bool = False) -> None:
        nonlocal told
        call = call.model_copy(update={"ordinary": ordinary}) if ordinary else call
        made.append(call)
        if keep is not None:
            await keep(call)
        # All that is made is counted anew each time, which at hundreds of calls would hold up the other conversations.
        if tell is not None and (len(made) <= FEW or time.monotonic() - told >= TELL):
            told = time.monotonic()
            tell(results.progress(order, made, trial_id(case)))

    async with opened(case.samples, advisor.model) as (base, others):
        try:
            done = [call for call in kept if not call.ordinary]
            calls = await run(task, base, others=others, done=done, on_call=on_call, stop=stop, spend=spend)
        except ModelError as error:
            said = error.sentence if case.at_terminal else error.told
            return Failed(sentence=f"{said} Your samples are kept. (Reference {error.reference}.)"), TrialReport()
        ordinary: Sequence[Call] = ()
        if order.ordinary and _answered(calls, order.ordinary.tuned) and not (stop and stop.is_set()):
            done, on_ordinary = [call for call in kept if call.ordinary], partial(on_call, ordinary=True)
            with suppress(ModelError):  # a server that has gone since takes nothing from what is measured
                ordinary = await run(
                    order.ordinary, base, others=others, done=done, on_call=on_ordinary, stop=stop, spend=spend
                )
    if tell is not None and calls:
        # What shows it must not stop short of the end.
        tell(results.progress(order, [*calls, *_marked(ordinary)], trial_id(case)))
    if grade is not None and (open_ := people.to_grade(task, calls)):
        calls = people.grade(calls, await grade(task, open_))
    return await asyncio.to_thread(_ended, case, advisor, base, order, (calls, ordinary), offer=grade is None)


def _answered(calls: Sequence["Call"], model: str | None) -> bool:
    return any(call.model == model and call.error is None for call in calls)


def _marked(calls: Sequence["Call"]) -> "list[Call]":
    return [call.model_copy(update={"ordinary": True}) for call in calls]


def _ended(
    case: Consultation,
    advisor: TurnContext,
    model: Model,
    order: "Order",
    ran: tuple[Sequence["Call"], Sequence["Call"]],
    *,
    offer: bool,
) -> "tuple[Body, TrialReport]":
    from bot.trial.report.result import renamed, report
    from bot.trial.results import summary

    task, (calls, ordinary) = order.task, ran
    result = summary.summarise(task, calls, model, id=trial_id(case))
    if order.ordinary and ordinary:
        result = result.model_copy(update={"ordinary": summary.of_ordinary(order.ordinary, ordinary, model)})
    result = with_facts(case, advisor, result)
    # Somebody who was asked to judge already is not asked again.
    made = report(case, result, task, calls, advisor.knowledge, advisor.derive, judge=offer)
    # A terminal keeps the files of all cases in one folder, and deletes them with their case.
    return Measured(result=result), renamed(made, f"{picture_prefix(case)}-") if case.at_terminal else made


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
