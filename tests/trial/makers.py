"""Tasks, calls and results for tests."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.consultation.base import Value
from bot.consultation.model import Consultation, Pair, Samples
from bot.consultation.trial_results import RungResult, TrialResult
from bot.model.client import Model
from bot.trial.report.result import TrialReport, report
from bot.trial.results.summary import best_of, summarise
from bot.trial.statistics import wilson
from bot.trial.task import Call, Task, task_of
from tests.support.consulting import ADVISOR

AT = datetime(2026, 11, 22, tzinfo=UTC)
SENTIMENT = (("I love it", "positive"), ("It broke", "negative"), ("Great", "positive"), ("Awful", "negative"))


def task(*pairs: tuple[str, str], prompt: str | None = None, repeats: int = 5) -> Task:
    """Return a task of these pairs, by default a small sentiment task."""
    chosen = tuple(Pair(input=a, output=b) for a, b in (pairs or SENTIMENT))
    return task_of(Samples(pairs=chosen, prompt=prompt), repeats=repeats)


def calls(task: Task, rungs: Sequence[str], passes: Callable[[str, int, int], bool | None]) -> list[Call]:
    """Return a full grid of calls, graded by rung, item and run."""
    return [
        Call(rung=rung, item=item, run=run, text=str(ok), tokens_in=10, tokens_out=2, seconds=0.5, passed=ok)
        for run in range(task.repeats)
        for item in range(len(task.items))
        for rung in rungs
        for ok in [passes(rung, item, run)]
    ]


def rung(name: str, passed: int, items: int, *, runs: int = 5, model: str = "gpt-6-luna") -> RungResult:
    """Return a rung that passed some of its items, always alike."""
    low, high = wilson(passed, items)
    return RungResult(
        name=name,
        model=model,
        items=items,
        runs=items * runs,
        passes=passed * runs,
        items_passed=passed,
        rate=passed / items if items else 0.0,
        low=low,
        high=high,
        agreement=1.0 if runs > 1 else None,
        errors=0,
        tokens_in=100,
        tokens_out=10,
        usd=None,
        seconds=1.0,
    )


def result(
    *rungs: RungResult,
    model: str = "gpt-6-luna",
    demonstration: bool = False,
    stopped: bool = False,
    scorer: str = "label",
    bar: float = 0.8,
) -> TrialResult:
    """Return a result of these rungs."""
    return TrialResult(
        id="t1",
        at=datetime(2026, 11, 22, tzinfo=UTC),
        model=model,
        demonstration=demonstration,
        scorer=scorer,
        bar=bar,
        rungs=rungs,
        best=best.name if (best := best_of(rungs, bar)) else None,
        stopped=stopped,
    )


def reported() -> TrialReport:
    """Return the report of a trial in which a prompt did better, without being proof."""
    given = task(prompt="Tell whether this is kind. {input}")
    made = calls(given, ("bare", "instructed", "few_shot"), lambda rung, item, run: rung == "few_shot" or item > 1)
    summed = summarise(given, made, Model("gpt-6-luna", "https://api.openai.com/v1"))
    facts: dict[str, Value] = {"eval_items": 4, "baseline_known": True, "quality_ok": True}
    case = Consultation(id="c", started=AT, updated=AT)
    measured = summed.model_copy(update={"id": "trial-1", "facts": facts})
    return report(case, measured, given, made, ADVISOR.knowledge, ADVISOR.derive)
