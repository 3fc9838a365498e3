"""A model that is down, slow or answers rubbish in the middle of a consultation of several people."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.events import Event, Said
from bot.chat.reply import Form, Text
from bot.model import client
from bot.model.client import Model
from bot.turn import outage
from bot.turn.turn import turn
from tests.fakes.model import advice
from tests.fakes.model.server import Answer, Body, fails, model_server, says
from tests.support.clock import NOON, passing
from tests.support.consulting import ADVISOR, Talk

OPENING = "should we finetune? it never keeps our tone"
HOSTED = ("127.0.0.1", "OPENAI", "ADVISOR_", "doctor", "key")


def reads(**facts: tuple[str, Any]) -> Callable[[Body], Answer]:
    """Answer a request to read with these facts, each where its quote is in the message."""

    def script(body: Body) -> Answer:
        known = body["response_format"]["json_schema"]["schema"]["properties"]["facts"]["properties"]
        text = body["messages"][-1]["content"]
        found = {name: {"quotes": [quote], "value": value} for name, (quote, value) in facts.items() if quote in text}
        return advice.reads(body, dict.fromkeys(known) | found)

    return script


class Flaky:
    """A model that does as it is told."""

    def __init__(self, well: Callable[[Body], Answer]) -> None:
        self.well, self.ill = well, None

    ill: Callable[[Body], Answer] | None

    def __call__(self, body: Body) -> Answer:
        return (self.ill or self.well)(body)


class Thread(Talk):
    """A consultation in which time passes."""

    minutes = 0.0

    async def at(self, minutes: float, text: str, by: str = "ana") -> str:
        self.minutes += minutes
        event = Event(
            conversation="c",
            platform="test",
            message=str(next(self.numbers)),
            author=by,
            name=by.title(),
            at=NOON + timedelta(minutes=self.minutes),
            body=Said(text=text),
        )
        self.out = await turn(self.case, [event], self.advisor)
        self.case = self.out.consultation
        parts = [part for reply in self.out.replies if reply.to is None for part in reply.parts]
        return "\n".join(part.markdown for part in parts if isinstance(part, Text))


def down(_: Body) -> Answer:
    return fails(503, "overloaded at 10.0.0.7")


def unknown(_: Body) -> Answer:
    return fails(401, "wrong")


def rubbish(_: Body) -> Answer:
    return says("I'd rather chat about the weather {")


@pytest.mark.parametrize("ill", [down, unknown, rubbish], ids=["down", "refused", "rubbish"])
async def test_who_spoke_is_told_once_an_outage_and_all_go_on(
    ill: Callable[[Body], Answer], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "advisor.model")
    flaky = Flaky(reads())
    async with model_server(flaky) as server:
        model = Model("m", server.url, "k")
        thread = Thread(advisor=replace(ADVISOR, model=model, reads=True))
        await thread.at(0, OPENING)
        flaky.ill = ill
        said = await thread.at(1, "what we have is 410 examples of it", by="ben")
        whispered = thread.told("ben")
        assert "I go on without it" in whispered and "Reference" in whispered
        assert not any(word in whispered + said for word in HOSTED)
        reference = whispered.partition("Reference ")[2][:6]
        assert reference in caplog.text, "whoever operates it finds out more"
        assert "410" in said and "I go on" not in said, "others are not told"
        assert any(isinstance(part, Form) for part in thread.parts)
        for number, person in enumerate(("ana", "ben", "cy")):
            said = await thread.at(0.1, f"there is a thing about our setup {number}", by=person)
            assert "Reference" not in said + thread.told(person)
        await model.aclose()


async def test_what_the_model_missed_is_read_once_it_answers_again() -> None:
    flaky = Flaky(reads(examples=("four hundred of them", 400)))
    flaky.ill = down
    async with model_server(flaky) as server:
        model = Model("m", server.url, "k")
        thread = Thread(advisor=replace(ADVISOR, model=model, reads=True))
        await thread.at(0, OPENING)
        await thread.at(0.1, "there lie four hundred of them in a drawer, more or less", by="ben")
        assert "examples" not in thread.case.claims
        flaky.ill = None
        said = await thread.at(5, "help", by="cy")
        assert thread.value("examples") == 400
        assert [claim.by for claim in thread.case.claims["examples"]] == ["ben"], "it is ben's word"
        assert thread.case.unread == () and thread.case.outage is None
        assert said
        await model.aclose()


async def test_what_was_said_since_stands_over_what_is_read_late() -> None:
    flaky = Flaky(reads(examples=("four hundred of them", 400)))
    flaky.ill = down
    async with model_server(flaky) as server:
        model = Model("m", server.url, "k")
        thread = Thread(advisor=replace(ADVISOR, model=model, reads=True))
        await thread.at(0, OPENING)
        await thread.at(0.1, "there lie four hundred of them in a drawer, more or less", by="ben")
        await thread.at(0.1, "we have 55 examples", by="ben")
        flaky.ill = None
        await thread.at(5, "status", by="cy")
        assert thread.value("examples") == 55
        await model.aclose()


async def test_a_second_outage_is_told_again() -> None:
    flaky = Flaky(reads())
    async with model_server(flaky) as server:
        model = Model("m", server.url, "k")
        thread = Thread(advisor=replace(ADVISOR, model=model, reads=True))
        for _ in range(2):
            flaky.ill = down
            await thread.at(11, "there is a thing about our setup", by="ben")
            assert "I go on without it" in thread.told("ben")
            flaky.ill = None
            await thread.at(11, "there is another thing about our setup", by="ben")
            assert thread.told("ben") == ""
        await model.aclose()


async def test_a_slow_model_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = passing(monkeypatch)

    def slow(_: Body) -> Answer:
        passes(outage.READING)
        return Answer(delay=60.0)

    async with model_server(slow) as server:
        model = Model("m", server.url, "k")
        thread = Thread(advisor=replace(ADVISOR, model=model, reads=True))
        events = [
            Event(conversation="c", platform="t", message=str(n), author=f"p{n}", at=NOON, body=Said(text=text))
            for n, text in enumerate([OPENING, "our setup is a thing", "and so is this one here"])
        ]
        result = await turn(thread.case, events, thread.advisor)
        assert len(server.asked) == 1, "after the first the others are read without it"
        assert result.consultation.claims["need"]
        assert result.consultation.unread == ("0", "1", "2")
        assert "takes too long" in json.dumps([r.model_dump(mode="json") for r in result.replies if r.to == "p0"])
        await model.aclose()


def test_reading_and_answering_keep_within_a_turn() -> None:
    assert (outage.READING, outage.ANSWERING, outage.TURN) == (8.0, 15.0, 25.0)
    assert outage.READING + outage.ANSWERING <= outage.TURN


async def test_a_repair_is_within_the_time_of_its_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LEAST_REPAIR", 30.0)
    passes = passing(monkeypatch)

    def rubbish_slowly(_: Body) -> Answer:
        passes(31.0)
        return says("no")

    async with model_server(rubbish_slowly) as server:
        model = Model("m", server.url, "k")
        with pytest.raises(Exception, match="form that was asked for"):
            await model.structured([{"role": "user", "content": "x"}], {"type": "object"}, limit=60.0)
        assert len(server.asked) == 1, "no second one that could not be done in time"
        await model.aclose()
