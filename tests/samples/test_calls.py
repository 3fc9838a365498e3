"""Instructions, turns and calls of functions reach the model as what they are."""

import json
from typing import Any

from bot.samples.parse import parse
from tests.samples.test_makers import called, lines, pairs, turn


def test_instructions_reach_the_model_and_turns_stay_turns() -> None:
    rows: list[dict[str, Any]] = [
        {
            "instruction": "To French.",
            "input": "cat",
            "output": "chat",
            "system": "Be kind.",
            "history": [["dog", "chien"]],
        },
        {"instruction": "To German.", "input": "cat", "output": "Katze", "system": "Be brief."},
    ]
    first, second = parse(lines(*rows)).pairs
    assert first.input == "To French.\n\ncat"
    assert [(t.role, t.content) for t in first.before] == [
        ("system", "Be kind."),
        ("user", "dog"),
        ("assistant", "chien"),
    ]
    assert [(t.role, t.content) for t in second.before] == [("system", "Be brief.")]


def test_a_call_of_a_function_is_wanted_as_a_call_and_offered_to_the_model() -> None:
    tools: list[dict[str, Any]] = [{"type": "function", "function": {"name": "w", "parameters": {}}}]
    openai: dict[str, Any] = {
        "messages": [turn("user", "Oslo?"), turn("assistant", None, tool_calls=[called("Oslo")])],
        "tools": tools,
    }
    anthropic: dict[str, Any] = {
        "messages": [
            turn("user", "Oslo?"),
            turn("assistant", [{"type": "tool_use", "id": "1", "name": "w", "input": {"c": "Oslo"}}]),
        ],
        "tools": tools,
    }
    sharegpt: dict[str, Any] = {
        "conversations": [
            {"from": "human", "value": "Oslo?"},
            {"from": "function_call", "value": '{"name": "w", "arguments": {"c": "Oslo"}}'},
        ],
        "tools": json.dumps(tools),
    }
    gemini: dict[str, Any] = {
        "contents": [
            {"role": "user", "parts": [{"text": "Oslo?"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "w", "args": {"c": "Oslo"}}}]},
        ],
        "tools": tools,
    }
    for row in (openai, anthropic, sharegpt, gemini):
        given = parse(lines(row))
        assert pairs(given) == [("Oslo?", '[{"name": "w", "arguments": {"c": "Oslo"}}]')]
        assert '"name": "w"' in (given.prompt or "")
