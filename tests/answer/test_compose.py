"""Composing with models that misbehave: each is caught, repaired once at most, else the assembled advice is said."""

import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

import pytest

from bot.answer import Answer, assembled, compose
from bot.consultation.model import How
from bot.model.client import Model
from knowledge.schema import Value
from tests.answer.cases import answered, material
from tests.fakes.model.server import Answer as Sent
from tests.fakes.model.server import Body, ModelServer, fails, model_server, says
from tests.knowledge.clauses import GATES
from tests.support.clock import passing

FACTS: dict[str, Value] = {**GATES, "prompts_tried": ("several",), "calls_per_day": 3000}
CASE = material(FACTS, "should we finetune a model for our tickets? it never keeps the tone")
GOOD = answered("Tone is what examples carry best [1].", footnotes=[{"number": 1, "source": "rule-2#cheap-steps"}])


@asynccontextmanager
async def talk(script: Callable[[Body], Sent]) -> AsyncGenerator[tuple[Model, ModelServer], None]:
    async with model_server(script) as server:
        model = Model("m", server.url)
        try:
            yield model, server
        finally:
            await model.aclose()


def sends(*objects: Any) -> Callable[[Body], Sent]:
    """Send these one after the other, the last one for ever."""
    left: Iterator[Any] = iter(objects)
    last = objects[-1]
    return lambda _: each if isinstance(each := next(left, last), Sent) else says(json.dumps(each))


def same(answer: Answer, case: Any = CASE) -> bool:
    """Tell whether the assembled advice was said."""
    plain = assembled(case)
    return answer.by is None and (answer.text, answer.sources, answer.steps) == (plain.text, plain.sources, plain.steps)


async def test_a_good_answer_is_said_after_one_call_and_keeps_what_it_was_made_from() -> None:
    async with talk(sends(GOOD)) as (model, server):
        answer = await compose(CASE, model=model)
    assert (answer.by, answer.text, answer.calls) == ("m", "Tone is what examples carry best [1].", 1)
    assert [note.source for note in answer.sources] == ["rule-2#cheap-steps"] and answer.sources[0].title
    assert answer.rules == CASE.rules and answer.passages == CASE.ids and answer.faults == ()
    assert (answer.tokens_in, answer.tokens_out) == (10, 5)
    assert len(server.asked) == 1 and Answer.model_validate_json(answer.model_dump_json()) == answer


async def test_a_faulty_answer_is_repaired_once_and_told_what_is_wrong() -> None:
    async with talk(sends(answered("See https://evil.example."), GOOD)) as (model, server):
        answer = await compose(CASE, model=model)
    assert answer.by == "m" and answer.calls == 2 and any("evil" in fault for fault in answer.faults)
    assert answer.tokens_in == 20
    assert "was not in the sources" in server.last_prompt and len(server.asked) == 2


MISBEHAVES: dict[str, Any] = {
    "invented footnote": answered("So it is [1].", footnotes=[{"number": 1, "source": "rule-2#made-up"}]),
    "wrong number": answered(
        "In 417 of 500 teams it held [1].", footnotes=[{"number": 1, "source": "rule-2#cheap-steps"}]
    ),
    "link": answered("Read https://evil.example/tune first."),
    "mention": answered("Ask <@U024BE7LH> or @everyone first."),
    "tunes against a gate": answered("You should finetune a model on these tickets today."),
    "declares to tune": answered("Put your replies into the prompt.", stance="worth a try"),
    "other language": answered("Der Ton ist die Sache der Beispiele, und die sind mit dem Prompt zu haben."),
    "another conversation's words": answered('You wrote "the merger with Initech closes on Friday": use that.'),
    "another conversation's id": answered("So it is [1].", footnotes=[{"number": 1, "source": "slack:T1:C9:171.2"}]),
    "objects to everything": answered("Use examples.", objection={"fact": "examples", "why": "No."}),
    "objects to a list": answered("Use examples.", objection=[{"fact": f, "why": "No."} for f in FACTS]),
    "empty object": {},
    "empty": says(""),
    "says nothing": says(None),
    "refuses": says(None, refusal="I cannot help with that."),
    "prose": says("Just prompt it, friend."),
    "4,000 words": answered("Put your own replies into the prompt first. " * 500),
    "cut off": says('{"asked": [], "language": "en", "text": "Put', finish="length"),
    "a number without end": says(
        json.dumps(GOOD).replace(
            '"calculations": []', '"calculations": [{"expression": "1+1", "result": 1' + "0" * 400 + "}]"
        )
    ),
    "a list": says("[1, 2, 3]"),
    "nested": says("[" * 3000),
    "no server": fails(500),
    "no key": fails(401),
    "hangs up": Sent(drop=True),
    "another form": Sent("<html>nginx</html>", content_type="text/html"),
}


@pytest.mark.parametrize("kind", MISBEHAVES)
async def test_a_model_that_misbehaves_is_caught_and_the_assembled_advice_is_said(kind: str) -> None:
    async with talk(sends(MISBEHAVES[kind])) as (model, server):
        answer = await compose(CASE, model=model)
    assert same(answer), answer
    assert answer.faults and 1 <= answer.calls <= 2
    assert all("/v1/chat/completions" not in fault for fault in answer.faults)
    assert len(server.asked) <= 4  # a client may try a broken connection again


async def test_a_slow_model_is_not_waited_for() -> None:
    async with talk(lambda _: Sent(delay=30)) as (model, _):
        answer = await compose(CASE, model=model, limit=0.4)
    assert same(answer) and answer.calls == 1 and any("slow" in fault for fault in answer.faults)


async def test_no_repair_is_begun_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("bot.answer.compose"), "LEAST", 30.0)
    passes = passing(monkeypatch)

    def slow(_: Body) -> Sent:
        passes(31.0)
        return says(json.dumps(answered("See https://evil.example.")))

    async with talk(slow) as (model, server):
        answer = await compose(CASE, model=model, limit=60.0)
    assert same(answer) and answer.calls == 1 and len(server.asked) == 1


async def test_without_a_model_the_assembled_advice_is_said() -> None:
    answer = await compose(CASE, model=None)
    assert same(answer) and answer.calls == 0 and answer.faults == ()


async def test_an_objection_and_a_question_come_with_the_answer() -> None:
    case = material({"need": ("style",), "output": "text"}, "should we finetune?", now=False, how=How.stated)
    sent = answered(
        "Tone is what examples carry best.",
        question="Has the model seen any of your own replies?",
        objection={"fact": "output", "why": "They speak of tickets."},
    )
    async with talk(sends(sent)) as (model, _):
        answer = await compose(case, model=model)
    assert answer.by == "m" and answer.question == "Has the model seen any of your own replies?"
    assert answer.objection and answer.objection.fact == "output"


async def test_where_nothing_is_open_a_question_closes_the_answer() -> None:
    sent = answered("Tone is what examples carry best.", question="How many of your replies do you like?")
    async with talk(sends(sent)) as (model, _):
        answer = await compose(CASE, model=model)
    assert answer.by == "m" and answer.question is None
    assert answer.text == "Tone is what examples carry best.\n\nHow many of your replies do you like?"


async def test_a_fact_that_is_asked_again_leaves_no_room_for_another_question() -> None:
    case = material({"need": ("style",), "output": "text"}, "should we finetune?", how=How.stated)
    doubt = {"fact": "output", "why": "They speak of tickets."}
    sent = answered("Tone is what examples carry best.", question="How many replies do you like?", objection=doubt)
    async with talk(sends(sent)) as (model, _):
        answer = await compose(case, model=model)
    assert answer.objection and answer.text == "Tone is what examples carry best."
