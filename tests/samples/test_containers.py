"""Records that are written in any schema and any container come back equal."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
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
    "YAML": ("a.yaml", lambda rows: yaml.safe_dump(rows)),
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


TABLES: dict[str, tuple[str, str]] = {"commas": ("a.csv", ","), "semicolons": ("a.csv", ";"), "tabs": ("a.tsv", "\t")}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("names", [("input", "output"), ("Question", "Expected answer"), ("text", "label")])
@settings(max_examples=15)
@given(pairs=PAIRS)
def test_tables_come_back_equal(table: str, names: tuple[str, str], pairs: Pairs) -> None:
    name, delimiter = TABLES[table]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([names, *pairs])
    given = parse(out.getvalue(), name)
    assert [(pair.input, pair.output) for pair in given.pairs] == pairs
