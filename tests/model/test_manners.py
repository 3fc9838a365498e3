"""Servers that refuse what others take: a trial and a reading on each come to the right figures."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.model.client import MOST_ADAPTIONS, Model
from bot.model.dialect import Manners, adapted, request
from bot.model.errors import ModelError
from bot.model.learnt import NAME, load
from bot.trial.results.summary import summarise
from bot.trial.run import run
from tests.fakes.model.server import Answer, Body, fails, model_server, says
from tests.trial.makers import SENTIMENT, task

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
READING = [
    {"role": "system", "content": "Read."},
    {"role": "user", "content": "Three of them."},
    {"role": "user", "content": "How many?"},
]
Refuses = Callable[[Body], str | None]
"""Say why a request is refused, None where it is not."""


def roles(body: Body) -> list[str]:
    return [message["role"] for message in body["messages"]]


def cap(body: Body) -> int:
    return int(body.get("max_tokens") or body.get("max_completion_tokens") or 0)


def form(body: Body) -> str:
    return body.get("response_format", {}).get("type", "")


def when(told: Callable[[Body], object], said: str) -> Refuses:
    return lambda body: said if told(body) else None


def without_turns(body: Body) -> bool:
    rest = [role for role in roles(body) if role != "system"]
    return any(one == other for one, other in pairwise(rest)) or rest[0] != "user"


SERVERS: dict[str, Refuses] = {
    "no system role": when(lambda b: "system" in roles(b), "System role not supported"),
    "no system role, in other words": when(
        lambda b: "system" in roles(b), "Only user and assistant roles are supported!"
    ),
    "no system role, as Google says it": when(
        lambda b: "system" in roles(b), "Developer instruction is not enabled for models/gemma"
    ),
    "no system role, as a check of fields": when(
        lambda b: "system" in roles(b), "messages[0].role: Input should be 'user' or 'assistant'"
    ),
    "no system role, as turns": when(
        lambda b: "system" in roles(b), "Conversation roles must alternate user/assistant/user/assistant/..."
    ),
    "no system role, without a reason": when(lambda b: "system" in roles(b), "Bad Request"),
    "turns": when(without_turns, "After the optional system message, roles must alternate user and assistant"),
    "the newer name": when(
        lambda b: "max_tokens" in b, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    ),
    "a cap that is named": when(
        lambda b: cap(b) > 2000, "max_tokens: 4096 > 2000, which is the maximum allowed number"
    ),
    "a cap that is not named": when(lambda b: cap(b) > 700, "`max_tokens` is too large for this model"),
    "a small context": when(
        lambda b: cap(b) > 1500,
        "This model's maximum context length is 2048 tokens. However, you requested 4300 tokens (204 in the messages, "
        "4096 in the completion).",
    ),
    "a small context, as a sum": when(
        lambda b: cap(b) > 2000,
        "`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 48 `inputs` tokens and 4096 `max_new_tokens`",
    ),
    "a small context, as a field": when(
        lambda b: cap(b) > 2000,
        "the request exceeds the available context size (type: exceed_context, n_prompt_tokens: 4200, n_ctx: 2048)",
    ),
    "a temperature of its own": when(
        lambda b: "temperature" in b, "Unsupported value: 'temperature' does not support 0 with this model."
    ),
    "no schemas": when(lambda b: form(b) == "json_schema", "response_format type json_schema is unavailable now"),
    "no formats, by the name of a library": when(lambda b: form(b), "outlines is not installed"),
    "no formats": when(lambda b: form(b), "Structured outputs are not enabled"),
    "no formats, without a reason": when(lambda b: form(b), ""),
    "two things, without a reason": when(lambda b: form(b) or "system" in roles(b), ""),
    "fields that it does not know": when(lambda b: form(b), "body.response_format: Extra inputs are not permitted"),
    "several": lambda body: (
        "System role not supported"
        if "system" in roles(body)
        else "max_tokens must be less than or equal to 1024"
        if cap(body) > 1024
        else "response_format is not supported"
        if form(body)
        else None
    ),
}


TOLD = {
    **{case: "no system messages" for case in SERVERS if case.startswith("no system role")},
    **{case: "forms as words" for case in SERVERS if case.startswith("no formats")},
    "no system role, as turns": "no system messages, turns of user and assistant only",
    "turns": "turns of user and assistant only",
    "the newer name": "max_completion_tokens for the length of an answer",
    "a cap that is named": "answers of at most 2,000 tokens",
    "a cap that is not named": "answers of at most 512 tokens",
    "a small context": "2,048 tokens in all",
    "a small context, as a sum": "2,048 tokens in all",
    "a small context, as a field": "2,048 tokens in all",
    "two things, without a reason": "no system messages, forms as words",
    "a temperature of its own": "a temperature of its own",
    "no schemas": "forms as json_object",
    "fields that it does not know": "forms as words",
    "several": "no system messages, answers of at most 1,024 tokens, forms as words",
}
"""What was learnt of each, in words."""


def script(refuses: Refuses) -> Callable[[Body], Answer]:
    def answer(body: Body) -> Answer:
        if (why := refuses(body)) is not None:
            return fails(400, why)
        text = body["messages"][-1]["content"]
        wanted = next((label for given, label in SENTIMENT if given in text), None)
        return says(wanted or '{"n": 3}')

    return answer


@pytest.mark.parametrize("case", SERVERS)
async def test_a_trial_and_a_reading_come_to_the_right_figures(case: str, tmp_path: Path) -> None:
    tried = task(repeats=2)
    async with model_server(script(SERVERS[case])) as server:
        model = Model("m", server.url, folder=tmp_path)
        assert await model.structured(READING, SCHEMA, temperature=0) == {"n": 3}
        calls = await run(tried, model)
        await model.aclose()
        met = len(server.asked)
        # Another start knows it from the first request on.
        later = Model("m", server.url, folder=tmp_path)
        await later.structured(READING, SCHEMA, temperature=0)
        await later.aclose()
        assert len(server.asked) == met + 1
    result = summarise(tried, calls, model)
    assert [(rung.rate, rung.errors) for rung in result.rungs] == [(1.0, 0)] * len(result.rungs)
    assert met <= len(calls) + 1 + MOST_ADAPTIONS
    # This is the line that the doctor shows.
    assert TOLD[case] in model.manners.said()


async def test_what_is_refused_whatever_is_changed_is_sent_once_and_ends_the_trial() -> None:
    async with model_server(lambda _: fails(400, "Your organization has to be verified first.")) as server:
        model = Model("m", server.url)
        with pytest.raises(ModelError) as caught:
            await run(task(), model)
        await model.aclose()
    assert len(server.asked) == 1
    assert "Your organization has to be verified first" in caught.value.sentence


async def test_a_question_that_is_too_long_is_told_and_not_shortened() -> None:
    said = "This model's maximum context length is 100 tokens. However, your messages have 900 tokens."
    async with model_server(lambda _: fails(400, said)) as server:
        model = Model("m", server.url)
        with pytest.raises(ModelError) as caught:
            await model.complete([{"role": "user", "content": "word " * 900}], max_tokens=50)
        await model.aclose()
    assert caught.value.kind == "request"
    assert len(server.asked) == 1


def test_instructions_come_first_where_only_users_speak() -> None:
    said = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "a"},
        {"role": "user", "content": "b"},
        {"role": "assistant", "content": "c"},
    ]
    body = request("m", said, 10, None, None, Manners(system=False, alternating=True))
    assert body["messages"] == [
        {"role": "user", "content": "Be kind.\n\na\n\nb"},
        {"role": "assistant", "content": "c"},
    ]


@pytest.mark.parametrize(
    "said", ["Invalid API version", "Prompt was blocked", "Your account is closed", "Quota is over"]
)
def test_what_is_about_something_else_changes_nothing(said: str) -> None:
    body = request(
        "m", [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}], 9, 0.0, SCHEMA, Manners()
    )
    assert adapted(Manners(), body, said) is None


def test_what_is_kept_and_broken_is_learnt_again(tmp_path: Path) -> None:
    for text in ("", "[1]", '{"m x": 3}', "{"):
        (tmp_path / NAME).write_text(text, encoding="utf-8")
        assert load(tmp_path, "http://a/v1", "m") is None
    assert load(None, "http://a/v1", "m") is None
