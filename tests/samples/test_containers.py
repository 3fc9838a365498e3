"""Records that are written in any schema and any container come back equal."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.samples.parse import parse

Pairs = list[tuple[str, str]]
Row = dict[str, Any]
TEXT = (
    st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6)
WORSE = "something else entirely"
_RULED = re.compile(r"\A[-:\s]*\Z|\s\n|\n\s")
PRINTED = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]), min_size=1, max_size=30)
    .map(lambda text: text.strip().lstrip("=").strip())
    .filter(bool)
)
"""Texts as a sheet holds them: XML has no control characters, and what begins with = is a formula."""


def said(role: str, text: str) -> Row:
    return {"role": role, "content": text}


SCHEMAS: dict[str, Callable[[str, str], Row]] = {
    "input and output": lambda a, b: {"input": a, "output": b},
    "chat": lambda a, b: {"messages": [said("user", a), said("assistant", b)]},
    "chat in parts": lambda a, b: {
        "messages": [said("user", a), {"role": "assistant", "content": [{"type": "text", "text": b}]}]
    },
    "prompt and completion": lambda a, b: {"prompt": a, "completion": b},
    "Alpaca": lambda a, b: {"instruction": a, "input": "", "output": b},
    "ShareGPT": lambda a, b: {"conversations": [{"from": "human", "value": a}, {"from": "gpt", "value": b}]},
    "OpenOrca": lambda a, b: {"system_prompt": "", "question": a, "response": b},
    "Dolly": lambda a, b: {"instruction": a, "context": "", "response": b, "category": "qa"},
    "TRL": lambda a, b: {"prompt": [said("user", a)], "completion": [said("assistant", b)]},
    "preferences of OpenAI": lambda a, b: {
        "input": {"messages": [said("user", a)]},
        "preferred_output": [said("assistant", b)],
        "non_preferred_output": [said("assistant", WORSE)],
    },
    "preferences of TRL": lambda a, b: {
        "chosen": [said("user", a), said("assistant", b)],
        "rejected": [said("user", a), said("assistant", WORSE)],
    },
    "good answers": lambda a, b: {"prompt": a, "completion": b, "label": True},
    "RFT": lambda a, b: {"messages": [said("user", a)], "reference_answer": b},
    "evals": lambda a, b: {"input": [said("user", a)], "ideal": [b, WORSE]},
    "Langfuse": lambda a, b: {"input": {"question": a}, "expectedOutput": {"answer": b}},
    "LangSmith": lambda a, b: {"inputs": {"question": a}, "outputs": {"answer": b}},
    "ragas": lambda a, b: {"user_input": a, "response": WORSE, "reference": b},
    "Argilla": lambda a, b: {"fields": {"text": a}, "responses": {"label": [{"value": b}]}},
    "Gemini": lambda a, b: {
        "contents": [{"role": "user", "parts": [{"text": a}]}, {"role": "model", "parts": [{"text": b}]}]
    },
    "Nova": lambda a, b: {
        "system": [],
        "messages": [{"role": "user", "content": [{"text": a}]}, {"role": "assistant", "content": [{"text": b}]}],
    },
    "preferences of TRL, with a prompt": lambda a, b: {
        "prompt": [said("user", a)],
        "chosen": [said("assistant", b)],
        "rejected": [said("assistant", WORSE)],
    },
    "good answers in turns": lambda a, b: {
        "prompt": [said("user", a)],
        "completion": [said("assistant", b)],
        "label": True,
    },
    "SQuAD": lambda a, b: {"context": "", "question": a, "answers": {"text": [b], "answer_start": [0]}},
}
CONTAINERS: dict[str, tuple[str, Callable[[list[Row]], str | bytes]]] = {
    "lines": ("a.jsonl", lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)),
    "lines with commas": ("a.jsonl", lambda rows: "".join(json.dumps(row, ensure_ascii=False) + ",\n" for row in rows)),
    "a list": ("a.json", lambda rows: json.dumps(rows, indent=1)),
    "a list with a comma too many": ("a.json", lambda rows: json.dumps(rows)[:-1] + ",]"),
    "objects": ("a.jsonl", lambda rows: "\n".join(json.dumps(row, indent=2) for row in rows)),
    "under a name": ("a.json", lambda rows: json.dumps({"data": rows})),
    "UTF-16": ("a.jsonl", lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode("utf-16")),
    "Windows": ("a.jsonl", lambda rows: ("\ufeff" + "\r\n\r\n".join(json.dumps(row) for row in rows)).encode()),
    "YAML": ("a.yaml", lambda rows: yaml.safe_dump(json.loads(json.dumps(rows)))),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("schema", SCHEMAS)
@settings(max_examples=5)
@given(pairs=PAIRS)
def test_records_come_back_equal(schema: str, container: str, pairs: Pairs) -> None:
    name, write = CONTAINERS[container]
    given = parse(write([SCHEMAS[schema](a, b) for a, b in pairs]), name)
    assert [(pair.input, pair.output) for pair in given.pairs] == pairs
    assert given.understood is not None
    assert (given.understood.rows, given.understood.read) == (len(pairs), len(pairs))


SYSTEM, ASKED, SAID = "Be kind, and brief.", "Who are you?", "An advisor."
CHAT = [said("system", SYSTEM), said("user", ASKED), said("assistant", SAID)]


def parted(role: str, text: str) -> Row:
    return {"role": role, "content": [{"type": "text", "text": text}]}


def bare(role: str, text: str) -> Row:
    return {"role": role, "content": [{"text": text}]}


def gemini(role: str, text: str) -> Row:
    return {"role": role, "parts": [{"text": text}]}


LONG: dict[str, Callable[[str, str], Row]] = {
    "chat": lambda a, b: {"messages": [*CHAT, said("user", a), said("assistant", b)]},
    "chat in parts": lambda a, b: {
        "messages": [*(parted(m["role"], m["content"]) for m in CHAT), parted("user", a), parted("assistant", b)]
    },
    "chat with weights": lambda a, b: {
        "messages": [*CHAT[:2], {**CHAT[2], "weight": 0}, said("user", a), {**said("assistant", b), "weight": 1}]
    },
    "TRL": lambda a, b: {"prompt": [*CHAT, said("user", a)], "completion": [said("assistant", b)]},
    "Alpaca": lambda a, b: {
        "instruction": a,
        "input": "",
        "output": b,
        "system": SYSTEM,
        "history": [[ASKED, SAID]],
    },
    "ShareGPT": lambda a, b: {
        "system": SYSTEM,
        "conversations": [
            {"from": "human", "value": ASKED},
            {"from": "gpt", "value": SAID},
            {"from": "human", "value": a},
            {"from": "gpt", "value": b},
        ],
    },
    "preferences of OpenAI": lambda a, b: {
        "input": {"messages": [*CHAT, said("user", a)]},
        "preferred_output": [said("assistant", b)],
        "non_preferred_output": [said("assistant", WORSE)],
    },
    "preferences of TRL": lambda a, b: {
        "chosen": [*CHAT, said("user", a), said("assistant", b)],
        "rejected": [*CHAT, said("user", a), said("assistant", WORSE)],
    },
    "RFT": lambda a, b: {"messages": [*CHAT, said("user", a)], "reference_answer": b},
    "evals": lambda a, b: {"input": [*CHAT, said("user", a)], "ideal": [b, WORSE]},
    "Gemini": lambda a, b: {
        "systemInstruction": gemini("system", SYSTEM),
        "contents": [gemini("user", ASKED), gemini("model", SAID), gemini("user", a), gemini("model", b)],
    },
    "Bedrock, Anthropic": lambda a, b: {
        "system": SYSTEM,
        "messages": [*CHAT[1:], said("user", a), said("assistant", b)],
    },
    "Bedrock, Nova": lambda a, b: {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": SYSTEM}],
        "messages": [bare("user", ASKED), bare("assistant", SAID), bare("user", a), bare("assistant", b)],
    },
    "LangSmith": lambda a, b: {
        "inputs": {"messages": [*CHAT, said("user", a)]},
        "outputs": {"output": said("assistant", b)},
    },
}


@pytest.mark.parametrize("container", ["lines", "a list with a comma too many", "YAML"])
@pytest.mark.parametrize("schema", LONG)
@settings(max_examples=5)
@given(pairs=PAIRS)
def test_instructions_and_earlier_turns_come_back_as_what_they_are(schema: str, container: str, pairs: Pairs) -> None:
    name, write = CONTAINERS[container]
    given = parse(write([LONG[schema](a, b) for a, b in pairs]), name)
    assert given.prompt == SYSTEM
    assert [(pair.input, pair.output) for pair in given.pairs] == pairs
    for pair in given.pairs:
        assert [(turn.role, turn.content) for turn in pair.before] == [("user", ASKED), ("assistant", SAID)]
    if schema == "evals":
        assert all(WORSE in (pair.output, *pair.also) for pair in given.pairs)


CALLED: dict[str, Callable[[str, str], Row]] = {
    "OpenAI": lambda a, b: {
        "messages": [
            said("user", a),
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "f", "arguments": json.dumps({"x": b})}}
                ],
            },
        ]
    },
    "Mistral": lambda a, b: {
        "messages": [
            said("user", a),
            {
                "role": "assistant",
                "tool_calls": [{"id": "TX92Jm8Zi", "function": {"name": "f", "arguments": {"x": b}}}],
            },
        ]
    },
    "ShareGPT": lambda a, b: {
        "tools": "[]",
        "conversations": [
            {"from": "human", "value": a},
            {"from": "function_call", "value": json.dumps({"name": "f", "arguments": {"x": b}})},
        ],
    },
    "Gemini": lambda a, b: {
        "contents": [
            gemini("user", a),
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"x": b}}}]},
        ]
    },
}


@pytest.mark.parametrize("container", ["lines", "objects", "YAML"])
@pytest.mark.parametrize("schema", CALLED)
@settings(max_examples=5)
@given(pairs=PAIRS)
def test_calls_come_back_as_calls(schema: str, container: str, pairs: Pairs) -> None:
    name, write = CONTAINERS[container]
    given = parse(write([CALLED[schema](a, b) for a, b in pairs]), name)
    assert [pair.input for pair in given.pairs] == [a for a, _ in pairs]
    assert [json.loads(pair.output) for pair in given.pairs] == [
        [{"name": "f", "arguments": {"x": b}}] for _, b in pairs
    ]


def separated(rows: list[tuple[str, str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


def celled(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def piped(rows: list[tuple[str, str]]) -> str:
    head, *rest = rows
    return "\n".join(f"| {celled(a)} | {celled(b)} |" for a, b in (head, ("---", "---"), *rest))


TABLES: dict[str, tuple[str, Callable[[list[tuple[str, str]]], str | bytes]]] = {
    "commas": ("a.csv", lambda rows: separated(rows, ",")),
    "semicolons": ("a.csv", lambda rows: separated(rows, ";")),
    "tabs": ("a.tsv", lambda rows: separated(rows, "\t")),
    "Excel's": ("a.csv", lambda rows: ("\ufeffsep=;\r\n" + separated(rows, ";")).encode()),
    "Excel's in UTF-16": ("a.csv", lambda rows: separated(rows, "\t").encode("utf-16")),
    "columns that are empty": ("a.csv", lambda rows: separated(rows, ";").replace('"\r\n', '";;\r\n')),
    "Markdown": ("a.md", piped),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("names", [("input", "output"), ("Question", "Expected answer"), ("text", "label")])
@settings(max_examples=15)
@given(pairs=PAIRS)
def test_tables_come_back_equal(table: str, names: tuple[str, str], pairs: Pairs) -> None:
    name, write = TABLES[table]
    # Between bars a row of dashes is a rule, and spaces around a new line are none of the text.
    assume(table != "Markdown" or not any(_RULED.search(text) for two in pairs for text in two))
    given = parse(write([names, *pairs]), name)
    assert [(pair.input, pair.output) for pair in given.pairs] == pairs


WORDS = st.lists(
    st.sampled_from(
        [
            "soup",
            "ist",
            "é",
            "a, b;",
            "(1)",
            "so?",
            "3.5",
            "№ 7",
            "p|q",
            "x;y",
            "messages,",
            "[1]",
            "{x}",
            '"no"',
            "ja,",
        ]
    ),
    min_size=1,
    max_size=5,
)
LINES: dict[str, Callable[[Pairs], str | bytes]] = {
    "Q: and A:": lambda pairs: "\n\n".join(f"Q: {a}\nA: {b}" for a, b in pairs),
    "Customer: and Us:": lambda pairs: "\n".join(f"Customer: {a}\nUs: {b}" for a, b in pairs),
    "a numbered list": lambda pairs: "\n".join(f"{n}. {a} = {b}" for n, (a, b) in enumerate(pairs, 1)),
    "arrows": lambda pairs: "\n".join(f"{a} -> {b}" for a, b in pairs),
    "fat arrows in a list": lambda pairs: "see:\n" + "\n".join(f"- {a} => {b}" for a, b in pairs),
    "labels in Windows": lambda pairs: (
        "\ufeff" + "\r\n".join(f"Input: {a}\r\nOutput: {b}" for a, b in pairs)
    ).encode(),
}


@pytest.mark.parametrize("form", LINES)
@settings(max_examples=15)
@given(pairs=st.lists(st.tuples(WORDS.map(" ".join), WORDS.map(" ".join)), min_size=2, max_size=6))
def test_what_people_type_comes_back_equal(form: str, pairs: Pairs) -> None:
    given = parse(LINES[form](pairs))
    assert [(pair.input, pair.output) for pair in given.pairs] == pairs


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
@settings(max_examples=10)
@given(pairs=st.lists(st.tuples(PRINTED, PRINTED), min_size=1, max_size=6))
def test_sheets_come_back_equal(kind: str, pairs: Pairs) -> None:
    out = io.BytesIO()
    if kind == "parquet":
        arrow: Any = pytest.importorskip("pyarrow")
        parquet: Any = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.Table.from_pylist([{"input": a, "output": b} for a, b in pairs]), out)
    else:
        openpyxl: Any = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for row in (("input", "output"), *pairs):
            book.active.append(row)
        book.save(out)
    given = parse(out.getvalue(), f"a.{kind}")
    assert [(pair.input, pair.output) for pair in given.pairs] == pairs
