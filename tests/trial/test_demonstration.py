"""A trial on the bundled model, for real."""

from pathlib import Path

from bot.consultation import Samples
from bot.model import choose, open_model
from bot.settings import Settings
from bot.trial.effect import facts
from bot.trial.result import summarise
from bot.trial.run import answer_tokens, fitted, run
from bot.trial.rungs import BY_NAME
from bot.trial.samples import parse
from bot.trial.task import task_of
from knowledge.load import load

LOCAL = choose(Settings.model_construct(), no_model=False, local=True)
SENTIMENT = Path(__file__).with_name("data") / "sentiment.csv"


async def test_a_newcomer_sees_samples_run_without_an_account() -> None:
    given = parse(SENTIMENT.read_bytes(), SENTIMENT.name)
    model = await open_model(LOCAL)
    try:
        task = fitted(task_of(Samples(pairs=given.pairs[:4]), repeats=1), model)
        calls = await run(task, model)
        result = summarise(task, calls, model)
    finally:
        await model.aclose()
    assert len(given.pairs) == 20
    assert [(rung.name, rung.runs, rung.errors) for rung in result.rungs] == [
        ("bare", 4, 0),
        ("instructed", 4, 0),
        ("few_shot", 4, 0),
    ]
    assert result.demonstration
    # Four items can never reach the bar with their low end, and what the bundled model fails at sets nothing.
    assert facts(result, {}, load().models) == {}


async def test_long_samples_fit_the_bundled_model() -> None:
    text = " ".join(parse(SENTIMENT.read_bytes()).pairs[0].input for _ in range(20))
    pairs = parse("\n\n".join(f"input: {n} {text}\noutput: {'yes' if n % 2 else 'no'}" for n in range(8))).pairs
    model = await open_model(LOCAL)
    try:
        task = fitted(task_of(Samples(pairs=pairs)), model)
        messages = BY_NAME["few_shot"].messages(task, 0)
        done = await model.complete(messages, max_tokens=answer_tokens(task, model))
    finally:
        await model.aclose()
    assert 2 < len(messages) < 16
    assert done.text
