"""A run of the prompt optimiser GEPA on the parts of the items that are not scored."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, cast

from bot.model.client import Model
from bot.model.errors import ModelError
from bot.model.response import Completion
from bot.trial.rungs.base import sent
from bot.trial.rungs.gepa import Gepa, split
from bot.trial.rungs.instruction import instruction
from bot.trial.task import PREPARED, Call, Task

MOST_SCORED = 100
"""Scored answers that the optimiser may ask for; reflecting on them takes about a tenth as many calls on top."""
REFLECTION_TOKENS = 4096
NAME = "instruction"
Spend = Callable[[int], Awaitable[bool]]


class StoppedError(Exception):
    """The trial was stopped, or its cap was reached, while the optimiser ran."""


async def optimise(task: Task, model: Model, *, most_tokens: int, spend: Spend | None = None) -> Call:
    """Return a call whose text is the instruction that did best on the items to choose by.

    It runs in a thread; cancelling ends it at its next call. Raises StoppedError where `spend` refuses a call. A
    fault of the model is a call with `error` set.
    """
    work = _Work(task, model, most_tokens, spend, asyncio.get_running_loop())
    call = Call(rung=Gepa.name, item=PREPARED, run=0, model=model.name)
    started = time.monotonic()
    try:
        found = await asyncio.to_thread(_run, work)
    except ModelError as error:
        return call.model_copy(update={"error": error.kind})
    finally:
        work.over = True
    spent = {
        "tokens_in": work.tokens_in,
        "tokens_out": work.tokens_out,
        "count": work.count,
        "seconds": time.monotonic() - started,
    }
    return call.model_copy(update={"text": found, **spent})


@dataclass
class _Work:
    """One optimisation: the bridge from the optimiser's thread to the model, and what it has used."""

    task: Task
    model: Model
    most_tokens: int
    spend: Spend | None
    loop: asyncio.AbstractEventLoop
    over: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    count: int = 0

    def ask(self, prompts: Sequence[Sequence[Mapping[str, str]]], most_tokens: int) -> list[str]:
        """Ask several at once, from the optimiser's thread."""
        if self.over:
            raise StoppedError
        asked = asyncio.run_coroutine_threadsafe(self._ask(prompts, most_tokens), self.loop)
        try:
            return [done.text for done in asked.result()]
        except CancelledError:
            raise StoppedError from None

    async def _ask(self, prompts: Sequence[Sequence[Mapping[str, str]]], most_tokens: int) -> list[Completion]:
        if self.spend is not None and not await self.spend(len(prompts)):
            raise StoppedError
        done = await asyncio.gather(*(self.model.complete(prompt, max_tokens=most_tokens) for prompt in prompts))
        self.count += len(done)
        self.tokens_in += sum(each.tokens_in for each in done)
        self.tokens_out += sum(each.tokens_out for each in done)
        return done


@dataclass(frozen=True)
class _Trace:
    """One answer of a candidate, as the optimiser reflects on it."""

    item: int
    text: str
    passed: bool


class _Adapter:
    """What GEPA needs to know of a task: how a candidate is scored, and what its failures say."""

    # GEPA looks for it; None has the reflecting model write the texts.
    propose_new_texts = None

    def __init__(self, work: _Work) -> None:
        self.work = work

    def evaluate(self, batch: Sequence[int], candidate: Mapping[str, str], capture_traces: bool = False) -> Any:
        from gepa.core.adapter import EvaluationBatch

        task = self.work.task.model_copy(update={"optimised": candidate[NAME]})
        answers = self.work.ask([sent(Gepa(), task, item) for item in batch], self.work.most_tokens)
        traces = [self._trace(item, text) for item, text in zip(batch, answers, strict=True)]
        return EvaluationBatch(
            outputs=[trace.text for trace in traces],
            scores=[float(trace.passed) for trace in traces],
            trajectories=traces if capture_traces else None,
        )

    def make_reflective_dataset(
        self, candidate: Mapping[str, str], eval_batch: Any, components_to_update: Sequence[str]
    ) -> dict[str, list[dict[str, str]]]:
        items = self.work.task.items
        rows = [
            {
                "Inputs": items[trace.item].input,
                "Generated Outputs": trace.text,
                "Feedback": "Right." if trace.passed else f"Wrong. The output should be: {items[trace.item].wanted}",
            }
            for trace in cast(Sequence[_Trace], eval_batch.trajectories)
        ]
        return dict.fromkeys(components_to_update, rows)

    def _trace(self, item: int, text: str) -> _Trace:
        return _Trace(item, text, self.work.task.item(item).passes(self.work.task.scorer, text) is True)


class _Silent:
    """GEPA's own log would go to the terminal."""

    def log(self, message: str) -> None:
        pass


def _run(work: _Work) -> str:
    import gepa

    parts = split(len(work.task.pairs))

    def reflect(prompt: str | list[dict[str, Any]]) -> str:
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        return work.ask([messages], REFLECTION_TOKENS)[0]

    def enough(_: object) -> bool:
        # It would try for ever where no proposal is better and nothing is left to learn from.
        return work.over or work.count >= 2 * MOST_SCORED

    # The package's own types are partly unknown.
    found: Any = cast(Any, gepa).optimize(
        seed_candidate={NAME: instruction(work.task)},
        trainset=list(parts.learn),
        valset=list(parts.choose),
        adapter=_Adapter(work),
        reflection_lm=reflect,
        max_metric_calls=MOST_SCORED,
        stop_callbacks=[enough],
        logger=_Silent(),
        raise_on_exception=True,
    )
    return str(found.best_candidate[NAME])
