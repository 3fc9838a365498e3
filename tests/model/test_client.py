"""The client against a real server on loopback: answers, faults, retries, and what it learns from a refusal."""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.model import client
from bot.model.client import Model
from bot.model.errors import ModelError
from tests.fakes.model.server import Answer, Body, ModelServer, fails, model_server, says
from tests.support.clock import passing

ASK = [{"role": "user", "content": "hello"}]
SECRET = "sk-very-secret-key"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}


@asynccontextmanager
async def talk(script: Callable[[Body], Answer] | Answer) -> AsyncGenerator[tuple[Model, ModelServer], None]:
    async with model_server(always(script) if isinstance(script, Answer) else script) as server:
        model = Model("m", server.url, SECRET)
        try:
            yield model, server
        finally:
            await model.aclose()


def always(answer: Answer) -> Callable[[Body], Answer]:
    return lambda _: answer


def in_turn(*answers: Answer) -> Callable[[Body], Answer]:
    """Give these answers one after the other; one more request fails the test."""
    left: Iterator[Answer] = iter(answers)
    return lambda _: next(left)


async def error_of(script: Callable[[Body], Answer] | Answer, retries: int = 0, limit: float = 30) -> ModelError:
    async with talk(script) as (model, _):
        with pytest.raises(ModelError) as caught:
            await model.complete(ASK, retries=retries, limit=limit)
    return caught.value


async def test_an_answer_comes_with_its_tokens_and_the_model_keeps_count() -> None:
    async with talk(says("hi there", tokens=(7, 3))) as (model, server):
        first = await model.complete(ASK, max_tokens=50)
        await model.complete(ASK)
    assert (first.text, first.tokens_in, first.tokens_out, first.cut) == ("hi there", 7, 3, False)
    assert first.seconds > 0
    assert (model.calls, model.tokens_in, model.tokens_out) == (2, 14, 6)
    assert server.asked[0] == {"model": "m", "messages": ASK, "max_tokens": 50, "store": False}
    assert server.keys[0] == f"Bearer {SECRET}"


async def test_only_the_host_and_port_are_shown() -> None:
    assert Model("m", "http://user:pass@gateway.example:8443/v1").where == "gateway.example:8443"
    assert Model("m", "https://api.openai.com/v1").where == "api.openai.com"


PAGE = "<!DOCTYPE html><html><body>Welcome to nginx</body></html>"
FAULTS: dict[str, tuple[Answer, str]] = {
    "wrong key": (fails(401, f"Incorrect API key provided: {SECRET}", "invalid_api_key"), "key"),
    "key without rights": (fails(403, "Project does not have access"), "key"),
    "unknown model": (fails(404, "The model `m` does not exist", "model_not_found"), "model"),
    "unknown model, other server": (fails(404, 'model "m" not found, try pulling it first'), "model"),
    "server fault": (fails(503, "overloaded"), "unreachable"),
    "rate limit": (fails(429, "Rate limit reached for requests"), "limited"),
    "no credit": (fails(429, "You exceeded your current quota", "insufficient_quota"), "quota"),
    "page with status 200": (Answer(PAGE, content_type="text/html"), "html"),
    "page with status 404": (Answer(PAGE, 404, content_type="text/html"), "html"),
    "no such path": (Answer({"detail": "Not Found"}, 404), "html"),
    "half an answer": (
        Answer('{"choices": [{"message": {"content": "he', content_type="application/json"),
        "truncated",
    ),
    "refusal": (says(None, refusal="I cannot help with that"), "refused"),
    "content filter": (says("", finish="content_filter"), "refused"),
    "empty text": (says("  "), "empty"),
    "no choices": (Answer({"choices": []}), "empty"),
    "no choices, an error inside a 200": (Answer({"error": {"message": "provider down"}}), "unreachable"),
    "nothing at all": (Answer("", content_type="application/json"), "empty"),
    "tokens used up by thinking": (says("", finish="length"), "truncated"),
    "too long": (
        fails(400, "The maximum context length is 2048 tokens", "context_length_exceeded"),
        "request",
    ),
    "a list": (Answer([1]), "html"),
    "broken connection": (Answer(drop=True), "unreachable"),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_each_fault_is_one_sentence_with_advice_and_no_secret(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer, kind = FAULTS[case]
    caplog.set_level("INFO", "advisor.model")
    error = await error_of(answer)
    assert error.kind == kind
    assert error.sentence.endswith(".")
    assert "\n" not in error.sentence
    assert len(error.sentence) < 300
    assert re.search(r"\b(127\.0\.0\.1|m)\b", error.sentence), "which server or model"
    assert SECRET not in error.sentence + caplog.text
    assert error.reference in caplog.text
    assert "<html" not in error.sentence


async def test_nobody_listening_is_said_and_not_waited_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    model = Model("m", f"http://127.0.0.1:{port}/v1")
    with pytest.raises(ModelError) as caught:
        await model.complete(ASK)
    await model.aclose()
    assert caught.value.kind == "unreachable"
    assert f"127.0.0.1:{port} cannot be reached" in caught.value.sentence


async def test_a_slow_server_ends_at_the_limit() -> None:
    async with talk(Answer({}, delay=30)) as (model, _):
        with pytest.raises(ModelError) as caught:
            await model.complete(ASK, limit=0.5)
    assert caught.value.kind == "slow"


async def test_what_it_takes_to_load_the_library_is_not_taken_from_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a worker on a busy machine it may take longer than all the time that a message may be read."""
    passes, connect = passing(monkeypatch), vars(client)["_connect"]

    def slowly(*at: str) -> Any:
        passes(60.0)
        return connect(*at)

    monkeypatch.setattr(client, "_connect", slowly)
    async with talk(says("hi")) as (model, _):
        assert (await model.complete(ASK, limit=30.0)).seconds < 30
    async with talk(says("hi")) as (model, _):
        assert await model.list_models() == ["m"]


async def test_a_limited_call_is_repeated_until_it_is_answered() -> None:
    script = in_turn(
        fails(429, retry_after="0"), fails(500, retry_after="0"), fails(409, retry_after="0"), says("done")
    )
    async with talk(script) as (model, server):
        assert (await model.complete(ASK, retries=3)).text == "done"
    assert len(server.asked) == 4
    assert model.calls == 1


async def test_a_wait_that_the_limit_does_not_allow_is_not_begun() -> None:
    error = await error_of(in_turn(fails(429, "slow down", retry_after="600")), retries=5, limit=30)
    assert error.kind == "limited"


async def test_what_was_waited_for_is_named_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, answers = passing(monkeypatch), in_turn(fails(429, "slow down", retry_after="0"), Answer({}, delay=60))

    def script(body: Body) -> Answer:
        answer = answers(body)
        passes(answer.delay)
        return answer

    error = await error_of(script, retries=5, limit=60)
    assert error.kind == "limited"


@pytest.mark.parametrize(
    "answer", [fails(401), fails(429, code="insufficient_quota"), fails(404, code="model_not_found")]
)
async def test_what_cannot_get_better_is_asked_once(answer: Answer) -> None:
    async with talk(answer) as (model, server):
        with pytest.raises(ModelError):
            await model.complete(ASK, retries=5)
    assert len(server.asked) == 1


async def test_a_reasoning_model_is_asked_in_its_own_way_from_then_on() -> None:
    def script(body: Body) -> Answer:
        if "max_tokens" in body:
            return fails(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        if "temperature" in body:
            return fails(400, "Unsupported value: 'temperature' does not support 0 with this model.")
        return says("thought")

    async with talk(script) as (model, server):
        assert (await model.complete(ASK, temperature=0)).text == "thought"
        assert (await model.complete(ASK, temperature=0)).text == "thought"
    assert len(server.asked) == 4
    assert "max_completion_tokens" in server.asked[-1]


async def test_a_refusal_that_nothing_answers_ends() -> None:
    """A server that names both spellings in every refusal must not be asked for ever."""
    async with talk(fails(400, "max_tokens, max_completion_tokens: bad")) as (model, server):
        with pytest.raises(ModelError) as caught:
            await model.complete(ASK)
    assert caught.value.kind == "rejected"
    assert len(server.asked) < 10


async def test_structured_sends_the_schema_and_returns_the_object() -> None:
    async with talk(says('{"n": 3}')) as (model, server):
        assert await model.structured(ASK, SCHEMA) == {"n": 3}
    sent = server.asked[0]["response_format"]
    assert sent["type"] == "json_schema"
    assert sent["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize(("accepts", "requests"), [("json_object", 2), ("plain", 3)])
async def test_a_server_without_schemas_is_asked_in_words_and_this_is_remembered(accepts: str, requests: int) -> None:
    def script(body: Body) -> Answer:
        form = body.get("response_format", {}).get("type", "plain")
        if form not in (accepts, "plain"):
            return fails(400, f"response_format type {form} is unavailable now")
        assert "JSON" in body["messages"][0]["content"]
        return says('Sure!\n```json\n{"n": 3}\n```')

    async with talk(script) as (model, server):
        assert await model.structured(ASK, SCHEMA) == {"n": 3}
        assert len(server.asked) == requests
        assert await model.structured(ASK, SCHEMA) == {"n": 3}
        assert len(server.asked) == requests + 1
    assert ASK == [{"role": "user", "content": "hello"}]


async def test_calls_side_by_side_learn_the_same() -> None:
    def script(body: Body) -> Answer:
        if "response_format" in body:
            return Answer({"error": {"message": "response_format is not supported"}}, 400, delay=0.05)
        return says('{"n": 1}')

    async with talk(script) as (model, _):
        answers = await asyncio.gather(*(model.structured(ASK, SCHEMA) for _ in range(8)))
    assert answers == [{"n": 1}] * 8


@pytest.mark.parametrize("wrong", ["three", '{"n": "three"}', '{"n": 3', "[3]", '{"n": 3, "m": 4}'])
async def test_one_repair_is_asked_for_and_told_what_is_wrong(wrong: str) -> None:
    async with talk(in_turn(says(wrong), says('{"n": 3}'))) as (model, server):
        assert await model.structured(ASK, SCHEMA) == {"n": 3}
    assert server.asked[1]["messages"][-2] == {"role": "assistant", "content": wrong}
    assert "JSON" in server.last_prompt


async def test_a_second_wrong_answer_is_an_error() -> None:
    async with talk(in_turn(says("no"), says("no"))) as (model, _):
        with pytest.raises(ModelError) as caught:
            await model.structured(ASK, SCHEMA)
    assert caught.value.kind == "not_json"


async def test_json_that_broke_off_is_not_repaired() -> None:
    async with talk(in_turn(says('{"n": ', finish="length"))) as (model, _):
        with pytest.raises(ModelError) as caught:
            await model.structured(ASK, SCHEMA)
    assert caught.value.kind == "truncated"


async def test_nothing_of_the_environment_reaches_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-server")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with model_server(lambda _: says("hi")) as server:
        model = Model("m", server.url)
        assert (await model.complete(ASK)).text == "hi"
        await model.aclose()
    assert "another" not in server.keys[0]


async def test_the_models_of_a_server_are_listed_in_its_order() -> None:
    async with model_server(lambda _: says("hi"), ("b", "a")) as server:
        model = Model("", server.url)
        assert await model.list_models() == ["b", "a"]
        await model.aclose()


async def test_closing_twice_ends_what_was_started_once() -> None:
    ended: list[int] = []

    async def end() -> None:
        ended.append(1)

    model = Model("m", "http://127.0.0.1:9/v1", on_close=end)
    await model.aclose()
    await model.aclose()
    assert ended == [1]
