"""The trial's loop: every item on every rung, several times, as long as it can change the verdict."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice

from bot.model.cache import Answers
from bot.model.client import Model
from bot.model.errors import SETUP, ModelError
from bot.trial.plan import Ladder, Step, plan, prepared, waves
from bot.trial.rungs import BY_NAME, Gepa
from bot.trial.rungs.base import sent
from bot.trial.rungs.optimiser import StoppedError, optimise
from bot.trial.rungs.verbs import swaps
from bot.trial.scorers.judged import Judge
from bot.trial.task import PREPARED, Call, Task
from knowledge.schema import Verb

DEMONSTRATION_ROOM = 3200
"""Characters of examples that the bundled model's 2,048 tokens hold beside the instruction, the item and the answer."""
MOST_TOKENS, DEMONSTRATION_TOKENS = 4096, 384
MOST_AT_ONCE = 32
LAST_STRAWS = 8
"""Faults in a row, of a kind that does not pass, after which a trial ends instead of meeting each of them."""

OnCall = Callable[[Call], Awaitable[None]]
Spend = Callable[[int], Awaitable[bool]]
"""Ask before calls are made whether that many may be paid for."""

__all__ = ["answer_tokens", "fitted", "plan", "run"]


def fitted(
    task: Task, model: Model, *, verbs: Sequence[Verb] | None = None, others: Iterable[str] | None = None
) -> Task:
    """Return the task within what the model can read at once; call it once, before rungs are shown or run.

    `verbs` are those that rule 2 knows, by default the ones that come with the program. `others` are the other models
    that can be asked, by default all that the task names.
    """
    there = set(task.models if others is None else others)
    known = _packaged() if verbs is None and task.prompt else verbs or ()
    return task.model_copy(
        update={
            "room": min(task.room, DEMONSTRATION_ROOM) if model.demonstration else task.room,
            "demonstration": model.demonstration,
            "models": tuple(name for name in task.models if name in there),
            "swaps": swaps(task.prompt, known, task.scorer, [pair.output for pair in task.pairs]),
        }
    )


@cache
def _packaged() -> Sequence[Verb]:
    from knowledge.load import load

    return load().verbs


async def run(
    task: Task,
    model: Model,
    *,
    others: Mapping[str, Model] | None = None,
    done: Sequence[Call] = (),
    on_call: OnCall | None = None,
    stop: asyncio.Event | None = None,
    spend: Spend | None = None,
) -> list[Call]:
    """Run a task and return its calls, those of `done` among them.

    `others` holds the other models of the task, and the one that judges, by name. What `done` holds is not asked
    again, but for faults. `on_call` sees each new call once, so that it can be kept. Setting `stop` ends the trial at
    once with what is measured, and so does a model that has gone for good; where `spend` refuses, calls that are under
    way are waited for. A rung ends when its runs cannot change the verdict any more, and the trial when it is decided.
    Raises ModelError where the model could not be used from the start; any other fault is a call with `error` set.
    """
    trial = _Trial(task, model, others or {}, on_call, spend)
    for call in done:
        if call.error is None:
            trial.note(call)
    climb = asyncio.create_task(trial.climb())
    ends = [asyncio.create_task(event.wait()) for event in (trial.broken, stop) if event]
    try:
        await asyncio.wait([climb, *ends], return_when=asyncio.FIRST_COMPLETED)
        if climb.done():
            climb.result()
    finally:
        for each in (climb, *ends):
            each.cancel()
        await asyncio.gather(climb, *ends, return_exceptions=True)
    order = {step: place for place, step in enumerate(plan(task))}
    return sorted(trial.calls.values(), key=lambda call: order.get(call.key, -1))


class _Trial:
    """What the workers of one trial share."""

    def __init__(
        self, task: Task, model: Model, others: Mapping[str, Model], on_call: OnCall | None, spend: Spend | None
    ) -> None:
        self.task, self.model, self.on_call, self.spend = task, model, on_call, spend
        self.items = task.items
        self.others = others
        self.ladder = Ladder(task)
        self.answers = Answers()
        self.calls: dict[Step, Call] = {}
        self.faults: Counter[str] = Counter()
        self.broken = asyncio.Event()
        self.capped = False
        self.most_tokens = answer_tokens(task, model)

    def note(self, call: Call) -> None:
        """Count a call in, new or from before."""
        self.calls[call.key] = call
        self.ladder.add(call)
        self.task = prepared(self.task, [call])

    async def climb(self) -> None:
        """Climb wave after wave. Raises ModelError where the model could not be used from the start."""
        for wave in waves(self.task):
            if wave[0][0] == Gepa.name and not await self.has_prompt():
                continue
            steps = iter(wave)
            if not self.calls:
                # What a server takes is learnt by one call, and what it refuses is sent to it once.
                await self.work(islice(steps, 1))
            await _all(self.work(steps) for _ in range(min(MOST_AT_ONCE, self.model.slots)))

    async def work(self, steps: Iterator[Step]) -> None:
        for step in steps:
            if self.broken.is_set() or self.capped:
                return
            if step in self.calls or not self.ladder.needs(step[0]):
                continue
            if not await self.may(1 + self.task.scorer.calls):
                return
            await self.told(await self.make(step))

    async def has_prompt(self) -> bool:
        """Find the optimiser's instruction where it is not found yet; False where it is not to be had."""
        if (Gepa.name, PREPARED, 0) in self.calls:
            return True
        if self.broken.is_set() or self.capped or not self.ladder.needs(Gepa.name):
            return False
        try:
            call = await optimise(self.task, self.model, most_tokens=self.most_tokens, spend=self.spend)
        except StoppedError:
            self.capped = True
            return False
        await self.told(call)
        return call.error is None

    async def may(self, calls: int) -> bool:
        """Tell whether that many calls may be made; once they may not, none may."""
        if self.spend is not None and not self.capped and not await self.spend(calls):
            self.capped = True
        return not self.capped

    async def told(self, call: Call) -> None:
        self.note(call)
        if self.on_call is not None:
            await self.on_call(call)

    async def make(self, step: Step) -> Call:
        name, item, number = step
        rung = BY_NAME[name]
        model = self.others[other] if (other := rung.model(self.task)) else self.model
        call = Call(rung=name, item=item, run=number, model=model.name)
        try:
            # No temperature: agreement between runs is that of the server's own sampling, which production would meet.
            done = await model.complete(
                sent(rung, self.task, item),
                max_tokens=self.most_tokens,
                schema=rung.schema(self.task),
                retries=5,
            )
            self.faults[model.name] = 0
            text = rung.answer(self.task, done.text)
            call = call.model_copy(
                update={
                    "text": text,
                    "reasoning": done.text if done.text != text else None,
                    "tokens_in": done.tokens_in,
                    "tokens_out": done.tokens_out,
                    "seconds": done.seconds,
                    "cut": done.cut,
                }
            )
            return await self.scored(call)
        except ModelError as error:
            return self.failed(call, error)

    async def scored(self, call: Call) -> Call:
        """Return the call with whether it passed. Raises ModelError where the judge cannot be asked."""
        item, scorer = self.items[call.item], self.task.scorer
        if isinstance(scorer, Judge):
            from bot.trial.judging.model import judged

            model = self.others.get(scorer.model or "", self.model)
            said = await judged(scorer, model, item, call.text, self.answers)
            judging = {"judge": model.name, "judge_in": said.tokens_in, "judge_out": said.tokens_out}
            return call.model_copy(update={"passed": said.passed, "count": call.count + said.calls, **judging})
        return call.model_copy(update={"passed": item.passes(scorer, call.text)})

    def failed(self, call: Call, error: ModelError) -> Call:
        # Where the model has answered, the server takes its requests, and refuses only what was to be judged.
        judging = error.kind == "rejected" and bool(call.text)
        if error.kind in SETUP and call.model == self.model.name and not judging:
            self.faults[call.model] += 1
            if not any(made.error is None for made in self.calls.values()):
                raise error
            if self.faults[call.model] >= LAST_STRAWS:
                self.broken.set()
        return call.model_copy(update={"error": error.kind, "passed": None})


async def _all(works: Iterable[Awaitable[None]]) -> None:
    """Wait for all of them; the first fault ends the others."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answer_tokens(task: Task, model: Model) -> int:
    """Return how long an answer may get: generous, since models that think first count that too.

    The bundled model does not think, and would fill any room with an essay; it gets three times the longest answer.
    """
    if not model.demonstration:
        return MOST_TOKENS
    # Three characters a token is on the safe side for most languages.
    longest = max((len(item.wanted) for item in task.items if item.wanted), default=3 * DEMONSTRATION_TOKENS)
    return min(DEMONSTRATION_TOKENS, 48 + longest)
