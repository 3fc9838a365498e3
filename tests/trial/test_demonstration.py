"""A trial on the bundled model, for real."""

import json
from pathlib import Path

from bot.consultation.model import Pair, Samples
from bot.model.select import choose, open_model
from bot.samples.parse import parse
from bot.settings import Settings
from bot.trial.results.facts import facts
from bot.trial.results.summary import summarise
from bot.trial.run import answer_tokens, fitted, run
from bot.trial.rungs import BY_NAME
from bot.trial.rungs.forms import form_of
from bot.trial.scorers.found import Regex
from bot.trial.task import task_of
from knowledge.load import load

LOCAL = choose(Settings.model_construct(), no_model=False, local=True)
SENTIMENT = Path(__file__).with_name("data") / "sentiment.csv"


async def test_a_newcomer_sees_samples_run_without_an_account() -> None:
    given = parse(SENTIMENT.read_bytes(), SENTIMENT.name)
    model = await open_model(LOCAL)
    try:
        task = fitted(task_of(Samples(pairs=given.pairs[:2]), repeats=1), model)
        calls = await run(task, model)
        result = summarise(task, calls, model)
    finally:
        await model.aclose()
    assert len(given.pairs) == 20
    assert [(rung.name, rung.runs, rung.errors) for rung in result.rungs] == [
        ("bare", 2, 0),
        ("instructed", 2, 0),
        ("few_shot", 2, 0),
    ]
    assert result.demonstration
    # Two items can never reach the bar with their low end, and what the bundled model fails at sets nothing.
    assert facts(result, {}, load().models) == {}


FIELDS = Samples(
    pairs=tuple(
        Pair(
            input=f"{name}, aged {age}, has moved to {city} and would like a new card.",
            output=json.dumps({"name": name, "city": city, "age": age}),
        )
        for name, city, age in (("Ana", "Bonn", 31), ("Ben", "Ulm", 44), ("Carla", "Mainz", 27))
    )
)
LETTERS = Samples(
    pairs=tuple(
        Pair(
            input=f"My {thing} has not come.",
            output=f"Dear customer,\nwe are sorry about your {thing}. It is on its way.\nYours, the Post Team",
        )
        for thing in ("parcel", "card", "invoice")
    )
)


async def test_fields_and_a_style_are_tried_for_real() -> None:
    """What a schema is for, and what examples are for: the form that bare prompts of a small model do not keep."""
    house_style = Regex(pattern=r"(?s)\ADear customer,.*Yours, the Post Team\W*\Z")
    model = await open_model(LOCAL)
    try:
        fields = fitted(task_of(FIELDS, repeats=1).model_copy(update={"rungs": ("bare", "schema")}), model)
        fields_calls = await run(fields, model)
        fields_result = summarise(fields, fields_calls, model)
        letters = task_of(LETTERS, repeats=1, scorer=house_style).model_copy(update={"rungs": ("bare", "few_shot")})
        letters = fitted(letters, model)
        letters_result = summarise(letters, await run(letters, model), model)
    finally:
        await model.aclose()
    assert fields.scorer.name == "json"
    # The model samples, so that an answer may break off where its room ends, and then it fits no schema.
    form = form_of([pair.output for pair in FIELDS.pairs])
    whole = [call for call in fields_calls if call.rung == "schema" and not call.cut]
    assert form and whole and all(form.fits(call.text) for call in whole)
    assert fields_result.valid["schema"] > fields_result.valid["bare"]
    rates = {rung.name: rung.rate for rung in letters_result.rungs}
    assert rates["few_shot"] > rates["bare"]
    assert not any(rung.errors for rung in (*fields_result.rungs, *letters_result.rungs))
    assert facts(letters_result, {}, load().models) == {}


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
