"""Many calls at once against a real server: bounded, slower where it asks for that, and none of them lost."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from bot.model.cache import Answers
from bot.model.client import Model
from bot.model.errors import ModelError
from tests.fakes.model.server import Answer, Body, fails, model_server, says
from tests.support.clock import passing

ASK = [{"role": "user", "content": "hello"}]


async def test_no_more_calls_at_once_than_there_are_slots() -> None:
    async with model_server(lambda _: Answer(says("hi").body, delay=0.02)) as server:
        model = Model("m", server.url, slots=4)
        await asyncio.gather(*(model.complete(ASK) for _ in range(40)))
        await model.aclose()
    assert len(server.asked) == 40
    assert server.most_busy == 4


async def test_a_call_that_a_person_waits_for_does_not_queue_behind_a_trial() -> None:
    def script(body: Body) -> Answer:
        if "response_format" in body:
            return says('{"n": 1}')
        return Answer(says("hi").body, delay=60.0)

    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    async with model_server(script) as server:
        model = Model("m", server.url, slots=1)
        slow = [asyncio.create_task(model.complete(ASK)) for _ in range(5)]
        await asyncio.sleep(0)
        assert await model.structured(ASK, schema) == {"n": 1}
        assert not slow[-1].done()
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        await model.aclose()


async def test_waiting_for_a_slot_is_no_part_of_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these waits longer than its limit before it is sent."""
    passes = passing(monkeypatch)
    async with model_server(lambda _: says("hi")) as server:
        model = Model("m", server.url, slots=1)
        await model.complete(ASK)
        await model.flow.take()
        waiting = [asyncio.create_task(model.complete(ASK, limit=30.0)) for _ in range(10)]
        await asyncio.sleep(0)
        passes(40.0)
        await asyncio.wait(waiting, timeout=0.1)
        assert not any(task.done() for task in waiting)
        model.flow.give()
        done = await asyncio.gather(*waiting)
        await model.aclose()
    assert [each.text for each in done] == ["hi"] * 10
    assert all(each.seconds < 30 for each in done)


def every(n: int, otherwise: Answer, refusal: Answer) -> Callable[[Body], Answer]:
    asked = 0

    def script(_: Body) -> Answer:
        nonlocal asked
        asked += 1
        return refusal if asked % n == 0 else otherwise

    return script


async def test_with_one_request_of_seven_refused_all_are_answered_and_fewer_are_sent_at_once() -> None:
    # Drawn, since a call that comes back with each seventh request would meet every refusal there is.
    drawn = Random(7)
    taken, refused = Answer(says("hi").body, delay=0.005), fails(429, "slow down", retry_after="0.01")

    def script(_: Body) -> Answer:
        return taken if drawn.randrange(7) else refused

    async with model_server(script) as server:
        model = Model("m", server.url)
        done = await asyncio.gather(*(model.complete(ASK, retries=20) for _ in range(300)))
        room = model.flow.room
        await model.aclose()
    assert len(done) == 300
    assert server.most_busy <= 32
    assert room < 16
    assert model.flow.busy == 0


async def test_a_server_that_takes_three_at_once_is_found_out() -> None:
    busy = refused = 0

    async with model_server(lambda _: says("")) as server:

        def script(_: Body) -> Answer:
            nonlocal refused
            if server.busy > 3:
                refused += 1
                return fails(429, "too many at once", retry_after="0.02")
            return Answer(says("hi").body, delay=0.01)

        async with model_server(script) as limited:
            server = limited
            model = Model("m", limited.url)
            done = await asyncio.gather(*(model.complete(ASK, retries=50) for _ in range(150)))
            busy = model.flow.busy
            await model.aclose()
    assert len(done) == 150
    assert busy == 0
    # All at once, again and again, would be refused many times each.
    assert refused < 150


async def test_what_the_server_asks_to_wait_is_waited() -> None:
    script = every(2, fails(429, retry_after="0.3"), says("hi"))
    async with model_server(script) as server:
        model = Model("m", server.url)
        done = await model.complete(ASK)
        await model.aclose()
    assert done.seconds >= 0.3
    assert len(server.asked) == 2


async def test_after_any_fault_every_slot_is_free_again() -> None:
    async with model_server(lambda _: fails(500)) as server:
        model = Model("m", server.url, slots=2)
        failed = await asyncio.gather(*(model.complete(ASK, retries=0) for _ in range(6)), return_exceptions=True)
        waiting = [asyncio.create_task(model.complete(ASK, retries=9)) for _ in range(4)]
        await asyncio.sleep(0.1)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await model.aclose()
    assert all(isinstance(each, ModelError) for each in failed)
    assert model.flow.busy == 0


@pytest.mark.parametrize(("temperature", "requests"), [(0, 2), (None, 6), (1, 6)])
async def test_the_same_call_is_made_once_where_nothing_is_sampled(temperature: float | None, requests: int) -> None:
    answers = Answers()
    async with model_server(lambda body: says(body["messages"][0]["content"])) as server:
        model = Model("m", server.url)
        asks = [[{"role": "user", "content": text}] for text in ("a", "b", "a", "a", "b", "a")]
        done = await asyncio.gather(*(model.complete(ask, temperature=temperature, answers=answers) for ask in asks))
        await model.aclose()
    assert [each.text for each in done] == ["a", "b", "a", "a", "b", "a"]
    assert len(server.asked) == requests
    assert sum(each.cached for each in done) == answers.served == 6 - requests


async def test_a_server_that_samples_whatever_is_asked_has_every_call_made() -> None:
    def script(body: Body) -> Answer:
        return fails(400, "temperature is not supported with this model") if "temperature" in body else says("hi")

    answers = Answers()
    async with model_server(script) as server:
        model = Model("m", server.url)
        await asyncio.gather(*(model.complete(ASK, temperature=0, answers=answers) for _ in range(3)))
        await model.complete(ASK, temperature=0, answers=answers)
        await model.aclose()
    assert sum("temperature" not in body for body in server.asked) == 4
    assert answers.served == 0
