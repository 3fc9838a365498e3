"""The trial's loop: every item on every rung, several times, bounded, resumable, stoppable."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot.model.client import Model
from bot.model.errors import SETUP, ModelError
from bot.trial.rungs import BY_NAME, climbed
from bot.trial.task import Call, Task

DEMONSTRATION_ROOM = 3200
"""Characters of examples that the bundled model's 2,048 tokens hold beside the instruction, the item and the answer."""
MOST_TOKENS, DEMONSTRATION_TOKENS = 4096, 384
LAST_STRAWS = 8
"""Faults in a row, of a kind that does not pass, after which a trial ends instead of meeting each of them."""

OnCall = Callable[[Call], Awaitable[None]]
Step = tuple[str, int, int]


def fitted(task: Task, model: Model) -> Task:
    """Return the task within what the model can read at once; call it once, before rungs are shown or run."""
    return task.model_copy(update={"room": min(task.room, DEMONSTRATION_ROOM)}) if model.demonstration else task


def plan(task: Task) -> list[Step]:
    """Return every call as (rung, item, run).

    Run 0 of everything comes first, so that a trial that is stopped has measured all rungs alike.
    """
    run, _ = climbed(task)
    return [
        (rung.name, item, number)
        for number in range(task.repeats)
        for item in range(len(task.items))
        for rung in run
    ]  # fmt: skip


async def run(
    task: Task,
    model: Model,
    *,
    done: Sequence[Call] = (),
    on_call: OnCall | None = None,
    stop: asyncio.Event | None = None,
) -> list[Call]:
    """Run a task and return its calls, those of `done` among them.

    What `done` holds is not asked again, but for faults. `on_call` sees each new call once, so that it can be kept.
    Setting `stop` ends the trial at once with what is measured, and so does a model that has gone for good. Raises
    ModelError where the model could not be used from the start; any other fault is a call with `error` set.
    """
    kept = {call.key: call for call in done if call.error is None}
    trial = _Trial(task, model, on_call, iter([step for step in plan(task) if step not in kept]))
    trial.calls.update(kept)
    ends = [asyncio.create_task(event.wait()) for event in (trial.broken, stop) if event]
    workers = [asyncio.create_task(trial.work()) for _ in range(model.slots)]
    everything = asyncio.gather(*workers)
    try:
        await asyncio.wait([everything, *ends], return_when=asyncio.FIRST_COMPLETED)
        if everything.done():
            everything.result()
    finally:
        for each in (*workers, *ends):
            each.cancel()
        await asyncio.gather(everything, *workers, *ends, return_exceptions=True)
    return [trial.calls[step] for step in plan(task) if step in trial.calls]


class _Trial:
    """What the workers of one trial share."""

    def __init__(self, task: Task, model: Model, on_call: OnCall | None, steps: Iterator[Step]) -> None:
        self.task, self.model, self.on_call, self.steps = task, model, on_call, steps
        self.calls: dict[Step, Call] = {}
        self.faults = 0
        self.broken = asyncio.Event()
        self.most_tokens = answer_tokens(task, model)

    async def work(self) -> None:
        for step in self.steps:
            if self.broken.is_set():
                return
            call = await self.make(step)
            self.calls[step] = call
            if self.on_call is not None:
                await self.on_call(call)

    async def make(self, step: Step) -> Call:
        rung, item, number = step
        call = Call(rung=rung, item=item, run=number)
        try:
            # No temperature: agreement between runs is that of the server's own sampling, which production would meet.
            done = await self.model.complete(
                BY_NAME[rung].messages(self.task, item), max_tokens=self.most_tokens, retries=5
            )
        except ModelError as error:
            return self.failed(call, error)
        self.faults = 0
        wanted = self.task.items[item].wanted
        passed = None if wanted is None else self.task.scorer.score(wanted, done.text)
        return call.model_copy(
            update={
                "text": done.text,
                "tokens_in": done.tokens_in,
                "tokens_out": done.tokens_out,
                "seconds": done.seconds,
                "passed": passed,
            }
        )

    def failed(self, call: Call, error: ModelError) -> Call:
        if error.kind in SETUP:
            self.faults += 1
            if not any(made.error is None for made in self.calls.values()):
                raise error
            if self.faults >= LAST_STRAWS:
                self.broken.set()
        return call.model_copy(update={"error": error.kind})


def answer_tokens(task: Task, model: Model) -> int:
    """Return how long an answer may get: generous, since models that think first count that too.

    The bundled model does not think, and would fill any room with an essay; it gets three times the longest answer.
    """
    if not model.demonstration:
        return MOST_TOKENS
    # Three characters a token is on the safe side for most languages.
    longest = max((len(item.wanted) for item in task.items if item.wanted), default=3 * DEMONSTRATION_TOKENS)
    return min(DEMONSTRATION_TOKENS, 48 + longest)
