"""Rows of every form and container are checked as what they are."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.dataset import Checked, check, check_text
from tests.dataset.makers import FORMS, Row, chat, clean, completion, lines, preference, said

PAIRS = clean(7, 30)
SMALL = {"under_50", "form", "table", "no_system"}


def codes(checked: Checked) -> dict[str, tuple[int, ...]]:
    return {finding.code: finding.rows for finding in checked.findings if finding.code not in SMALL}


def of(rows: list[Row | str], name: str = "rows.jsonl") -> Checked:
    return check_text(lines(rows), name)


CALL: Row = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"order": 7}'}}
FORMED: dict[str, tuple[str, list[Row]]] = {
    "chat": ("chat messages", [chat(*pair) for pair in PAIRS]),
    "preferences": ("preferences", [preference(*pair) for pair in PAIRS]),
    "preferences, OpenAI": (
        "preferences",
        [
            {
                "input": {"messages": [said("user", a)]},
                "preferred_output": [said("assistant", b)],
                "non_preferred_output": [said("assistant", "no")],
            }
            for a, b in PAIRS
        ],
    ),
    "preferences, TRL": (
        "preferences",
        [
            {"chosen": [said("user", a), said("assistant", b)], "rejected": [said("user", a), said("assistant", "no")]}
            for a, b in PAIRS
        ],
    ),
    "preferences that have the better one as messages, too": (
        "preferences",
        [{**preference(a, b), "messages": [said("user", a), said("assistant", b)]} for a, b in PAIRS],
    ),
    "marked": (
        "answers marked good or bad",
        [{"prompt": a, "completion": b, "label": n % 2 == 0} for n, (a, b) in enumerate(PAIRS)],
    ),
    "marked messages": (
        "answers marked good or bad",
        [{"messages": [said("user", a), said("assistant", b)], "label": n % 2 == 0} for n, (a, b) in enumerate(PAIRS)],
    ),
    "graded": ("graded prompts", [{"messages": [said("user", a)], "reference_answer": b} for a, b in PAIRS]),
    "graded, by a field of another name": (
        "graded prompts",
        [{"messages": [said("user", a)], "answer": n} for n, (a, _) in enumerate(PAIRS)],
    ),
    "evals": ("evaluation items", [{"input": [said("user", a)], "ideal": [b, "?"]} for a, b in PAIRS]),
    "Gemini": (
        "Gemini contents",
        [
            {"contents": [{"role": "user", "parts": [{"text": a}]}, {"role": "model", "parts": [{"text": b}]}]}
            for a, b in PAIRS
        ],
    ),
    "Nova": (
        "chat messages",
        [
            {
                "schemaVersion": "bedrock-conversation-2024",
                "system": [{"text": "Be brief."}],
                "messages": [
                    {"role": "user", "content": [{"text": a}]},
                    {"role": "assistant", "content": [{"text": b}]},
                ],
            }
            for a, b in PAIRS
        ],
    ),
    "tools": (
        "chat messages",
        [
            {
                "messages": [
                    said("user", a),
                    {"role": "assistant", "content": None, "tool_calls": [CALL]},
                    {"role": "tool", "tool_call_id": "c1", "content": "{}"},
                    said("assistant", b),
                ],
                "tools": [{"type": "function", "function": {"name": "find", "parameters": {}}}],
            }
            for a, b in PAIRS
        ],
    ),
    "tools, Mistral": (
        "chat messages",
        [
            {
                "messages": [
                    said("user", a),
                    {
                        "role": "assistant",
                        "tool_calls": [{"id": "TX92Jm8Zi", "function": {"name": "find", "arguments": {"order": 7}}}],
                    },
                    {"role": "tool", "content": "{}", "tool_call_id": "TX92Jm8Zi"},
                    {**said("assistant", b), "prefix": False},
                ]
            }
            for a, b in PAIRS
        ],
    ),
    "thoughts": (
        "chat messages",
        [{"messages": [said("user", a), {**said("assistant", b), "thinking": "hm"}]} for a, b in PAIRS],
    ),
}
REWRITE: dict[str, tuple[str, list[Row]]] = {
    "prompts and completions": ("prompts and completions", [completion(*pair) for pair in PAIRS]),
    "Alpaca": ("Alpaca instructions", [{"instruction": a, "input": "", "output": b} for a, b in PAIRS]),
    "ShareGPT": (
        "ShareGPT conversations",
        [{"conversations": [{"from": "human", "value": a}, {"from": "gpt", "value": b}]} for a, b in PAIRS],
    ),
    "ShareGPT, where an answer repeats what a tool gave back": (
        "ShareGPT conversations",
        [
            {
                "conversations": [
                    {"from": "human", "value": a},
                    {"from": "function_call", "value": json.dumps({"name": "find", "arguments": {"order": n}})},
                    {"from": "observation", "value": b},
                    {"from": "gpt", "value": b},
                ]
            }
            for n, (a, b) in enumerate(PAIRS)
        ],
    ),
    "questions": ("pairs", [{"question": a, "answer": b} for a, b in PAIRS]),
}


@pytest.mark.parametrize("kind", FORMED)
def test_rows_of_a_form_that_trainers_take_are_clean(kind: str) -> None:
    form, rows = FORMED[kind]
    checked = of([*rows])
    assert (checked.form, checked.rows, codes(checked)) == (form, len(PAIRS), {})
    assert "rewrite" not in json.dumps([finding.fix for finding in checked.findings])


@pytest.mark.parametrize("kind", REWRITE)
def test_to_rewrite_as_messages_is_said_of_plain_examples(kind: str) -> None:
    form, rows = REWRITE[kind]
    checked = of([*rows])
    assert (checked.form, checked.clean, codes(checked)) == (form, True, {})
    (finding,) = (finding for finding in checked.findings if finding.code == "form")
    assert finding.rows == () and "rewrite them" in finding.fix


BAD: dict[str, tuple[list[Row], Row, str]] = {
    "a better answer that is the worse one": (
        FORMED["preferences"][1],
        preference("Q?", "a" * 5) | {"rejected": "aaaaa"},
        "preference_same",
    ),
    "no worse answer": (FORMED["preferences"][1], {"prompt": "Q?", "chosen": "A."}, "preference_missing"),
    "an empty better answer": (
        FORMED["preferences"][1],
        {"prompt": "Q?", "chosen": " ", "rejected": "B"},
        "preference_missing",
    ),
    "an empty marked answer": (FORMED["marked"][1], {"prompt": "Q?", "completion": "", "label": True}, "empty_content"),
    "a row of another form": (FORMED["preferences"][1], {"instruction": "Go.", "output": "Gone."}, "mixed_form"),
    "no fields that are known": (REWRITE["questions"][1], {"foo": "a"}, "unknown_form"),
    "a role that is none": (REWRITE["ShareGPT"][1], {"conversations": [{"from": "x", "value": "a"}]}, "unknown_role"),
    "an empty answer": (REWRITE["Alpaca"][1], {"instruction": "Go.", "input": "", "output": ""}, "empty_content"),
    "a part without text": (
        FORMED["chat"][1],
        {"messages": [{"role": "user", "content": [{"type": "text", "value": "x"}]}, said("assistant", "a")]},
        "content_type",
    ),
    "an empty reference": (
        FORMED["graded"][1],
        {"messages": [said("user", "Q?")], "reference_answer": ""},
        "empty_content",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_in_a_row_of_a_form_is_named(case: str) -> None:
    rows, bad, code = BAD[case]
    checked = of([*rows[:20], bad, *rows[20:]])
    assert codes(checked)[code] == (21,)
    assert not checked.clean


def test_marks_that_are_all_alike_are_named() -> None:
    rows: list[Row | str] = [{"prompt": a, "completion": b, "label": True} for a, b in PAIRS]
    assert "one_mark" in codes(of(rows))


def table(delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([("question", "answer"), *PAIRS])
    return out.getvalue()


CONTAINERS: dict[str, tuple[str, bytes, set[str]]] = {
    "an array": ("a.json", json.dumps([completion(*pair) for pair in PAIRS]).encode(), {"json_array"}),
    "an array over lines": (
        "a.json",
        json.dumps([completion(*pair) for pair in PAIRS], indent=2).encode(),
        {"json_array"},
    ),
    "an array with a comma too many": (
        "a.json",
        (json.dumps([completion(*pair) for pair in PAIRS])[:-1] + ",]").encode(),
        {"json_array", "commas"},
    ),
    "an array with comments": (
        "a.json",
        ("// ours\n[\n" + ", /* x */\n".join(json.dumps(completion(*pair)) for pair in PAIRS) + " // end\n]").encode(),
        {"json_array", "comments"},
    ),
    "an array with commas in its objects": (
        "a.json",
        ("[" + ",\n".join(json.dumps(completion(*pair))[:-1] + ",}" for pair in PAIRS) + "]").encode(),
        {"json_array", "commas"},
    ),
    "lines with comments": (
        "a.jsonl",
        ("// ours\n" + "".join(json.dumps(completion(*pair)) + " // x\n" for pair in PAIRS)).encode(),
        {"comments"},
    ),
    "the only list, under any name": (
        "a.json",
        json.dumps({"v": 1, "faqs": [completion(*pair) for pair in PAIRS]}, indent=1).encode(),
        {"json_object"},
    ),
    "the only list, on one long line": (
        "a.json",
        json.dumps({"pad": " " * 2**18, "rows": [completion(*pair) for pair in PAIRS]}).encode(),
        {"json_object"},
    ),
    "rows of a dataset's viewer": (
        "a.jsonl",
        lines([{"row_idx": n, "row": completion(*pair)} for n, pair in enumerate(PAIRS)]).encode(),
        set(),
    ),
    "objects over lines": (
        "a.jsonl",
        "\n".join(json.dumps(completion(*pair), indent=2) for pair in PAIRS).encode(),
        {"json_object"},
    ),
    "rows under a name": (
        "a.json",
        json.dumps({"data": [completion(*pair) for pair in PAIRS]}).encode(),
        {"json_object"},
    ),
    "lines with commas": (
        "a.jsonl",
        "".join(json.dumps(completion(*pair)) + ",\n" for pair in PAIRS).encode(),
        {"commas"},
    ),
    "UTF-16": ("a.jsonl", lines([completion(*pair) for pair in PAIRS]).encode("utf-16"), {"encoding"}),
    "Latin-1": (
        "a.jsonl",
        lines([completion(f"{a} für", b) for a, b in PAIRS]).encode("latin-1"),
        {"encoding"},
    ),
    "CSV": ("a.csv", table().encode(), set()),
    "Excel's CSV": ("a.csv", ("sep=;\r\n" + table(";")).encode("utf-8-sig"), {"byte_order_mark"}),
    "Excel's CSV, in other letters": ("a.csv", ('"SEP=;"\r\n' + table(";")).encode(), set()),
    "old ends of lines": ("a.csv", table().replace("\r\n", "\r").encode(), set()),
    "a report": ("a.csv", ("Tickets, March\r\nTeam,x\r\n\r\n" + table()).encode(), {"titles"}),
    "a report with unknown names": (
        "a.csv",
        ("Tickets of March\n\n" + table(";").replace("question;answer", "frq;atw")).encode(),
        {"titles", "fields"},
    ),
    "Markdown": (
        "a.md",
        ("| k1 | answer |\n|---|---|\n" + "".join(f"| {a} | {b} |\n" for a, b in PAIRS)).encode(),
        set(),
    ),
    "tabs": ("a.tsv", table("\t").encode(), set()),
    "YAML": (
        "a.yaml",
        "".join(f"- question: {json.dumps(a)}\n  answer: {json.dumps(b)}\n" for a, b in PAIRS).encode(),
        set(),
    ),
    "labels": ("a.txt", "".join(f"Question: {a}\nAnswer: {b}\n\n" for a, b in PAIRS).encode(), set()),
    "a sign that ends lines elsewhere": (
        "a.jsonl",
        lines([completion(f"{a}\u2028x", b) for a, b in PAIRS]).encode(),
        set(),
    ),
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_gives_its_rows(tmp_path: Path, container: str) -> None:
    name, data, wanted = CONTAINERS[container]
    (tmp_path / name).write_bytes(data)
    checked = check(tmp_path / name)
    assert checked.rows == len(PAIRS)
    assert {*codes(checked)} == wanted
    assert checked.roles == {"user": len(PAIRS), "assistant": len(PAIRS)}


def test_sheets_are_read_through_their_libraries(tmp_path: Path) -> None:
    openpyxl: Any = pytest.importorskip("openpyxl")
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    arrow: Any = pytest.importorskip("pyarrow")
    book = openpyxl.Workbook()
    for line in (("question", "answer"), *PAIRS):
        book.active.append(line)
    book.save(tmp_path / "a.xlsx")
    parquet.write_table(arrow.Table.from_pylist([completion(*pair) for pair in PAIRS]), tmp_path / "a.parquet")
    book.active.insert_rows(1, 2)
    book.active["A1"] = "Tickets of March"
    book.save(tmp_path / "b.xlsx")
    for name, wanted in (("a.xlsx", {}), ("a.parquet", {}), ("b.xlsx", {"titles": ()})):
        checked = check(tmp_path / name)
        assert (checked.rows, codes(checked)) == (len(PAIRS), wanted)


def test_preferences_in_yaml_and_markdown_are_checked_as_preferences() -> None:
    rows = [(a, b, b if n == 1 else "no") for n, (a, b) in enumerate(PAIRS)]
    cells = (f"| {a} | {b} | {c} |\n" for a, b, c in rows)
    texts = {
        "a.yaml": "".join(f"- {json.dumps({'prompt': a, 'chosen': b, 'rejected': c})}\n" for a, b, c in rows),
        "a.md": "| prompt | chosen | rejected |\n|--|--|--|\n" + "".join(cells),
    }
    for name, text in texts.items():
        checked = check_text(text, name)
        assert (checked.form, codes(checked)["preference_same"]) == ("preferences", (2,))


def test_an_array_that_is_cut_is_read_as_far_as_it_goes() -> None:
    text = json.dumps([chat(*pair) for pair in PAIRS])
    checked = check_text(text[:-1], "a.json")
    assert (checked.rows, {*codes(checked)}) == (len(PAIRS), {"json_array", "open_array"})
    checked = check_text(text[:-30], "a.json")
    assert codes(checked)["not_json"] == (len(PAIRS),)


def test_an_array_longer_than_a_chunk_is_read_whole(tmp_path: Path) -> None:
    long = [chat(a, f"{b} {'word ' * 2000}{n}") for n, (a, b) in enumerate(PAIRS * 10)]
    (tmp_path / "a.json").write_text(json.dumps(long), encoding="utf-8")
    assert (tmp_path / "a.json").stat().st_size > 2**21
    checked = check(tmp_path / "a.json")
    assert (checked.rows, checked.rows_with_errors) == (len(long), 0)


def test_which_fields_were_read_is_said_where_others_could_be() -> None:
    text = "id,body,topic,priority\n" + "".join(
        f"{n},{a.replace(',', '')},t{n},p{n}\n" for n, (a, _) in enumerate(PAIRS)
    )
    (finding,) = (each for each in check_text(text, "a.csv").findings if each.code == "fields")
    assert finding.examples == ("read body and topic; it could also be body and priority",)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_invented_on_clean_files(form: str, seed: int) -> None:
    checked = of([FORMS[form](*pair) for pair in clean(seed)])
    assert checked.rows == 500
    assert codes(checked) == {}
