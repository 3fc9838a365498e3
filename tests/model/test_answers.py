"""Answers, faults and lists in the forms that servers give them."""

import gzip
import json
from typing import Any

import pytest

from bot.model.client import Model
from bot.model.errors import ModelError, from_answer, message
from bot.model.response import Completion, chats, names, read
from bot.model.select import choose, open_model
from bot.settings import Settings
from bot.text.tokens import estimate
from tests.fakes.model.server import Answer, model_server, says
from tests.trial.makers import task

THOUGHT = "The soup is cold, so the label might be positive or negative. It is negative."


def body(content: object, finish: str = "stop", usage: object = None, **more: object) -> str:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **more}}
    return json.dumps({"choices": [choice], **({"usage": usage} if usage else {})})


def taken(text: str) -> Completion:
    return read(text, name="m", where="there", seconds=0.1, asked="Which label?")


def events(*deltas: dict[str, Any], end: str = "data: [DONE]\n\n") -> str:
    told = [json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}) for delta in deltas]
    return ": a comment\n\n" + "".join(f"data: {each}\n\n" for each in told) + end


CALL = {"id": "1", "type": "function", "function": {"name": "w", "arguments": '{"c": "Oslo"}'}}
ANSWERS: dict[str, tuple[str, str]] = {
    "thoughts before it": (body(f"<think>{THOUGHT}</think>\n\nnegative"), "negative"),
    "a closing tag only": (body(f"{THOUGHT}\n</think>\nnegative"), "negative"),
    "thoughts in other tags": (body(f"<reasoning>{THOUGHT}</reasoning>negative"), "negative"),
    "thoughts in brackets": (body(f"[THINK]{THOUGHT}[/THINK]negative"), "negative"),
    "channels": (
        body(
            f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>negative<|return|>"
        ),
        "negative",
    ),
    "JSON that speaks of signs": (
        body('<|start|>{"text": "Rows end in <|im_end|>, Qwen3 thinks in <think></think>."}<|return|>'),
        '{"text": "Rows end in <|im_end|>, Qwen3 thinks in <think></think>."}',
    ),
    "signs around it": (body("<|im_start|>assistant\nnegative<|im_end|>"), "negative"),
    "channels without their signs": (body(f"analysis{THOUGHT}assistantfinalnegative"), "negative"),
    "thoughts beside it": (body("negative", reasoning_content=THOUGHT), "negative"),
    "an answer taken for a thought": (body(None, reasoning_content="negative"), "negative"),
    "an answer after thoughts, taken for a thought": (
        body(None, reasoning_content=f"{THOUGHT}</think>negative"),
        "negative",
    ),
    "parts": (body([{"type": "text", "text": "nega"}, {"type": "text", "text": "tive"}]), "negative"),
    "parts with thoughts": (
        body(
            [
                {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]},
                {"type": "text", "text": "negative"},
            ]
        ),
        "negative",
    ),
    "a thought as a part with a text": (body([{"type": "reasoning", "text": THOUGHT}, "negative"]), "negative"),
    "a call": (body(None, "tool_calls", tool_calls=[CALL]), '[{"name": "w", "arguments": {"c": "Oslo"}}]'),
    "a call of the older form": (
        body(None, function_call=CALL["function"]),
        '[{"name": "w", "arguments": {"c": "Oslo"}}]',
    ),
    "a call with its arguments as an object": (
        body(None, "tool_calls", tool_calls=[{"id": "1", "function": {"name": "w", "arguments": {"c": "Oslo"}}}]),
        '[{"name": "w", "arguments": {"c": "Oslo"}}]',
    ),
    "a call without its function": (
        body(None, "tool_calls", tool_calls=[{"name": "w", "arguments": {"c": "Oslo"}}]),
        '[{"name": "w", "arguments": {"c": "Oslo"}}]',
    ),
    "events": (events({"role": "assistant", "content": ""}, {"content": "nega"}, {"content": "tive"}), "negative"),
    "events with other ends of lines": (
        events({"content": "a\u2028"}, {"content": "b"}).replace("\\u2028", "\u2028").replace("\n", "\r\n"),
        "a\u2028b",
    ),
    "events with thoughts": (events({"reasoning_content": THOUGHT}, {"content": "negative"}), "negative"),
    "events with a call": (
        events(
            {"tool_calls": [{"index": 0, "function": {"name": "w", "arguments": '{"c":'}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": ' "Oslo"}'}}]},
        ),
        '[{"name": "w", "arguments": {"c": "Oslo"}}]',
    ),
    "one event with the whole": (f"data: {body('negative')}\n\ndata: [DONE]\n\n", "negative"),
    "a byte order mark": ("\ufeff" + body("negative"), "negative"),
    "blank lines that keep it alive": ("\n\n \n" + body("negative"), "negative"),
    "a part within a part": (body([{"type": "text", "text": {"value": "negative"}}]), "negative"),
    "parts under a name": (body({"parts": [{"text": "negative"}]}), "negative"),
    "thoughts under another name": (body("negative", reasoning=THOUGHT), "negative"),
    "a text for a message": (json.dumps({"choices": [{"text": "negative", "finish_reason": "stop"}]}), "negative"),
    "a piece that is the whole": (json.dumps({"choices": [{"delta": {"content": "negative"}}]}), "negative"),
    "an answer under a name": (f'{{"success": true, "result": {body("negative")}}}', "negative"),
    "an empty error beside it": (body("negative")[:-1] + ', "error": {}}', "negative"),
    "a list around it": (f"[{body('negative')}]", "negative"),
    "words about thinking": (body("I think that a < b, so negative"), "I think that a < b, so negative"),
    "a word that opens like a channel": (body("analysis of the soup: negative"), "analysis of the soup: negative"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_the_answer_alone_is_taken(case: str) -> None:
    text, wanted = ANSWERS[case]
    assert taken(text).text == wanted


FAULTS: dict[str, tuple[str, str, str]] = {
    "thoughts that were cut": (body(f"<think>{THOUGHT}", "length"), "truncated", "used up its tokens"),
    "thoughts without an end": (body(f"<think>{THOUGHT}"), "truncated", "used up its tokens"),
    "thoughts beside nothing, cut": (
        body(None, "length", reasoning_content=THOUGHT),
        "truncated",
        "used up its tokens",
    ),
    "a channel that was cut": (body(f"<|channel|>analysis<|message|>{THOUGHT}", "length"), "truncated", "used up"),
    "a refusal": (body(None, refusal="I cannot"), "refused", "declines"),
    "what is withheld": (body("nega", "content_filter"), "refused", "declines"),
    "what is withheld, in other words": (body(None, "SAFETY"), "refused", "declines"),
    "a question that is blocked": (
        json.dumps({"choices": [], "promptFeedback": {"blockReason": "SAFETY"}}),
        "refused",
        "declines",
    ),
    "no choices": (json.dumps({"choices": []}), "empty", "sent no answer"),
    "an error as a text": (json.dumps({"error": "the model is loading"}), "unreachable", "the model is loading"),
    "a status within": (
        json.dumps({"base_resp": {"status_msg": "no balance"}}),
        "rejected",
        "refuses the request: no balance",
    ),
    "an error among events": ('data: {"error": {"message": "overloaded"}}\n\n', "unreachable", "overloaded"),
    "nothing": (body(""), "empty", "an empty answer"),
    "an error": (json.dumps({"error": {"message": "provider is down"}}), "unreachable", "provider is down"),
    "an error with a status": (json.dumps({"error": {"message": "slow down", "code": 429}}), "limited", "limits"),
    "an error of the key": (json.dumps({"error": {"message": "no", "code": "401"}}), "key", "does not accept the key"),
    "an error in the choice": (
        json.dumps({"choices": [{"error": {"message": "upstream broke", "code": 502}, "message": {"content": ""}}]}),
        "unreachable",
        "upstream broke",
    ),
    "an error as a list": (json.dumps([{"error": {"message": "no such thing"}}]), "rejected", "no such thing"),
    "details": (json.dumps({"detail": [{"loc": ["body", "n"], "msg": "is missing"}]}), "rejected", "n: is missing"),
    "a page": ("<html><head><title>Sign in</title></head></html>", "html", "not as a model server"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_is_no_answer_is_told_by_its_reason(case: str) -> None:
    text, kind, said = FAULTS[case]
    with pytest.raises(ModelError) as caught:
        taken(text)
    assert (caught.value.kind, "\n" in caught.value.sentence) == (kind, False)
    assert said in caught.value.sentence


def test_tokens_that_no_server_counts_are_estimated() -> None:
    done = taken(body("It is negative."))
    assert (done.tokens_in, done.tokens_out) == (estimate("Which label?"), estimate("It is negative."))
    done = taken(body("It is negative.", usage={"prompt_tokens": 9, "completion_tokens": 2}))
    assert (done.tokens_in, done.tokens_out) == (9, 2)
    assert taken(body(f"<think>{THOUGHT}</think>no")).tokens_out > estimate(THOUGHT) - 3


REASONS: list[tuple[object, str]] = [
    ({"error": {"message": "bad thing."}}, "bad thing"),
    ({"error": "bad thing"}, "bad thing"),
    ([{"error": {"message": "bad thing"}}], "bad thing"),
    ({"detail": "bad thing"}, "bad thing"),
    ({"detail": [{"loc": ["body", "messages", 0], "msg": "Field required"}]}, "messages.0: Field required"),
    ({"message": {"detail": [{"msg": "bad thing"}]}}, "bad thing"),
    ({"errors": [{"message": "bad thing"}, {"message": "another"}]}, "bad thing; another"),
    ({"error": None}, ""),
    ([], ""),
    (7, ""),
]


@pytest.mark.parametrize(("data", "said"), REASONS)
def test_a_reason_is_one_line_whatever_it_stands_in(data: object, said: str) -> None:
    assert message(json.dumps(data))[0] == said


def test_a_page_is_told_by_its_title() -> None:
    page = "<!DOCTYPE html><html><head><title>502\n Bad Gateway</title></head><body>x</body></html>"
    assert message(page) == ("502 Bad Gateway", "")
    assert "502 Bad Gateway" in from_answer(502, page, name="m", where="there", key="").sentence


def test_only_a_key_that_is_long_enough_is_taken_out_of_a_text() -> None:
    said = json.dumps({"error": {"message": "the model is none of ours"}})
    assert "the model is none of ours" in from_answer(400, said, name="m", where="there", key="none").sentence
    said = json.dumps({"error": {"message": "sk-12345678 is wrong"}})
    assert "sk-12345678" not in from_answer(400, said, name="m", where="there", key="sk-12345678").sentence


STATUSES: list[tuple[int, str, str, str]] = [
    (413, "<html><head><title>413 Request Entity Too Large</title></head></html>", "request", "Use shorter samples"),
    (429, json.dumps({"error": {"message": "Request too large: Limit 100, Requested 900"}}), "request", "Limit 100"),
    (400, json.dumps({"error": {"message": "API key not valid. Please pass a valid API key."}}), "key", "the key"),
    (403, json.dumps({"error": {"message": "Your credit balance is too low"}}), "quota", "no credit left"),
    (403, json.dumps({"error": {"message": "Country not supported"}}), "key", "Country not supported"),
    (406, "Not Acceptable", "rejected", "Not Acceptable"),
    (422, json.dumps({"detail": [{"loc": ["body", "n"], "msg": "Field required"}]}), "rejected", "n: Field required"),
]


@pytest.mark.parametrize(("status", "said", "kind", "words"), STATUSES)
def test_a_refusal_is_told_by_what_it_is_about(status: int, said: str, kind: str, words: str) -> None:
    fault = from_answer(status, said, name="m", where="there", key="")
    assert (fault.kind, words in fault.sentence) == (kind, True)


@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_a_body_that_trickles_in_as_events_is_one_answer(coding: str) -> None:
    sent = events({"content": "nega"}, {"content": "tive"}).encode()
    headers = {"Content-Encoding": coding} if coding else {}
    told = Answer(gzip.compress(sent) if coding else sent, headers=headers, content_type="text/event-stream")
    async with model_server(lambda _: told) as server:
        model = Model("m", server.url)
        assert (await model.complete([{"role": "user", "content": "Which?"}])).text == "negative"
        await model.aclose()


def test_events_that_break_off_are_an_answer_that_is_cut() -> None:
    assert taken(events({"content": "nega"}, end="")).cut


LISTS: list[tuple[object, list[str]]] = [
    ({"object": "list", "data": [{"id": "b"}, {"id": "a"}]}, ["b", "a"]),
    ([{"id": "a", "type": "chat"}, {"id": "e", "type": "embedding"}], ["a"]),
    ({"models": [{"name": "a:7b", "model": "a:7b"}]}, ["a:7b"]),
    ({"models": ["a", "b"]}, ["a", "b"]),
    ({"data": {"a": {"owner": "x"}, "b": {}}}, ["a", "b"]),
    (["a", "b"], ["a", "b"]),
    ({"data": [{"id": "a", "capabilities": {"completion_chat": False}}, {"id": "b"}]}, ["b"]),
    ({"models": [{"name": "g", "supportedGenerationMethods": ["generateContent"]}]}, ["g"]),
    ({"models": [{"name": "e", "supportedGenerationMethods": ["embedContent"]}]}, []),
    ({"models": {"chat": ["a"], "embedding": ["e"]}}, ["a"]),
    ({"data": [{"id": "e", "object": "embedding"}, {"id": "a", "object": "model"}]}, ["a"]),
    ({"data": [{"id": "p", "architecture": {"output_modalities": ["image"]}}, {"modelId": "b"}]}, ["b"]),
    ({"data": [{"id": "e", "endpoints": ["embeddings"]}, {"id": "a", "endpoints": ["chat_completions"]}]}, ["a"]),
    ({"data": None}, []),
    ({"data": [7, {"id": ""}]}, []),
]


@pytest.mark.parametrize(("data", "wanted"), LISTS)
def test_lists_of_models_of_every_shape_are_read(data: object, wanted: list[str]) -> None:
    assert names(json.dumps(data), where="there") == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("text-embedding-3-small", False),
        ("nomic-embed-text:latest", False),
        ("BAAI/bge-m3", False),
        ("whisper-1", False),
        ("intfloat/e5-large", False),
        ("bge-reranker-v2-m3", False),
        ("tts-1-hd", False),
        ("omni-moderation-latest", False),
        ("dall-e-3", False),
        ("all-MiniLM-L6-v2", False),
        ("gpt-4.1-mini", True),
        ("meta-llama/Llama-3.3-70B", True),
        ("qwen2.5-coder:7b", True),
        ("mistral-small", True),
        ("gemma3:4b", True),
        ("deepseek-r1", True),
    ],
)
def test_an_embedding_model_is_told_by_its_name(name: str, wanted: bool) -> None:
    assert chats(name) is wanted


async def test_of_several_models_the_first_that_chats_is_chosen() -> None:
    async with model_server(lambda _: says("hi"), ("nomic-embed-text", "llama3")) as server:
        model = await open_model(choose(Settings(OPENAI_BASE_URL=server.url), no_model=False, local=True))
        assert model.name == "llama3"
        await model.aclose()
    async with model_server(lambda _: says("hi"), ("nomic-embed-text",)) as server:
        with pytest.raises(ModelError, match="only models that do not chat"):
            await open_model(choose(Settings(OPENAI_BASE_URL=server.url), no_model=False, local=True))


@pytest.mark.parametrize(
    ("behind", "path"),
    [
        ("?api-version=2024-10-21", "/v1/chat/completions?api-version=2024-10-21"),
        ("/?api-version=1&x=2", "/v1/chat/completions?api-version=1&x=2"),
        ("/chat/completions", "/v1/chat/completions"),
        ("/models", "/v1/chat/completions"),
        ("/", "/v1/chat/completions"),
    ],
)
async def test_an_address_may_have_a_query_or_a_path(behind: str, path: str) -> None:
    async with model_server(lambda _: says("hi")) as server:
        model = Model("m", server.url + behind)
        assert await model.list_models() == ["m"]
        assert (await model.complete([{"role": "user", "content": "x"}])).text == "hi"
        await model.aclose()
    assert server.paths == [path]


async def test_a_trial_says_which_answers_were_cut_and_scores_what_is_meant() -> None:
    from bot.trial.report.card import warnings
    from bot.trial.results.summary import summarise
    from bot.trial.run import run

    wrapped: dict[str, str] = {
        "I love it": "positive",
        "It broke": "negative",
        "Great": "positive",
        "Awful": "negative",
    }

    def script(asked: dict[str, Any]) -> Answer:
        text = asked["messages"][-1]["content"]
        wanted = next(label for given, label in wrapped.items() if given in text)
        finish = "length" if "Great" in text else "stop"
        return says(f"<think>It might be positive.</think>{wanted}", finish=finish)

    tried = task(repeats=1)
    async with model_server(script) as server:
        model = Model("m", server.url)
        calls = await run(tried, model)
        await model.aclose()
    result = summarise(tried, calls, model)
    assert {rung.rate for rung in result.rungs} == {1.0}
    told = " ".join(warnings(result, tried, calls))
    assert f"{len(result.rungs)} answers were cut off at the limit of tokens" in told
