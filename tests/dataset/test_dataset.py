"""A file of finetuning rows is counted and checked as a trainer would."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli.dataset import dataset
from bot.dataset import Checked, Unreadable, check, check_text
from bot.dataset.kinds import KINDS
from bot.dataset.rows import faults

USER = {"role": "user", "content": "Where is my parcel?"}
ANSWER = {"role": "assistant", "content": "On its way, it comes on Friday."}
CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"parcel": 7}'}}


def written(folder: Path, *rows: Any) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


def codes(checked: Checked) -> dict[str, tuple[int, ...]]:
    return {finding.code: finding.rows for finding in checked.findings}


def row(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(messages), **more}


def test_a_good_file_is_clean(tmp_path: Path) -> None:
    system = {"role": "system", "content": "You are kind."}
    rows = [row(system, {"role": "user", "content": f"Parcel {n}?"}, ANSWER) for n in range(200)]
    checked = check(written(tmp_path, *rows))
    assert (checked.clean, checked.findings, checked.rows) == (True, (), 200)
    assert checked.roles == {"system": 200, "user": 200, "assistant": 200}
    assert checked.messages is not None and (checked.messages.min, checked.messages.max) == (3, 3)
    assert checked.tokens is not None and 12 <= checked.tokens.max <= 20
    assert checked.answer_tokens is not None and 200 * 7 <= checked.answer_tokens.total <= 200 * 11


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("{", "not_json"),
        ('{"messages": NaN}', "not_json"),
        ("[" * 100_000, "not_json"),
        ([1], "data_type"),
        ({}, "messages_missing"),
        ({"messages": []}, "messages_missing"),
        ({"messages": "hello"}, "messages_missing"),
        ({"prompt": "a", "completion": "b"}, "other_form"),
        (row(USER, ANSWER, extra=1), "row_unknown_key"),
        (row(USER, "hello", ANSWER), "message_data_type"),
        (row({"content": "x"}, ANSWER), "message_missing_key"),
        (row(USER, {"role": "assistant"}), "message_missing_key"),
        (row(USER, {"role": "assistant", "content": None}), "message_missing_key"),
        (row({"role": "user", "content": None, "tool_calls": [CALL]}, ANSWER), "message_missing_key"),
        (row(USER, {**ANSWER, "note": "good"}), "message_unknown_key"),
        (row({"role": "customer", "content": "x"}, ANSWER), "unknown_role"),
        (row({"role": ["user"], "content": "x"}, ANSWER), "unknown_role"),
        (row({"role": "user", "content": 7}, ANSWER), "content_type"),
        (row({"role": "user", "content": ["x"]}, ANSWER), "content_type"),
        (row(USER, {"role": "assistant", "content": " \n"}), "empty_content"),
        (row(USER, {**ANSWER, "weight": 0.5}), "weight"),
        (row(USER, {**ANSWER, "weight": True}), "weight"),
        (row({**USER, "weight": 1}, ANSWER), "weight"),
        (row(USER, {**ANSWER, "weight": 0}), "weights_zero"),
        (row(USER, {"role": "assistant", "content": None, "tool_calls": [{"id": "c1"}]}), "tool_calls"),
        (row(USER, {"role": "tool", "content": "x", "tool_call_id": "c9"}, ANSWER), "tool_answer"),
        (row(USER, {"role": "tool", "content": "x", "tool_call_id": ["c1"]}, ANSWER), "tool_answer"),
        (row({"role": "system", "content": "x"}, USER), "no_assistant"),
        (row(ANSWER, USER), "last_not_assistant"),
        (row(ANSWER), "no_user"),
        (row({"role": "user", "content": "word " * 150_000}, ANSWER), "long_row"),
    ],
)
def test_what_is_wrong_in_a_row_is_named_with_its_line(tmp_path: Path, bad: Any, code: str) -> None:
    checked = check(written(tmp_path, row(USER, ANSWER), bad, row({"role": "user", "content": "Hi"}, ANSWER)))
    assert codes(checked)[code] == (2,)
    finding = next(finding for finding in checked.findings if finding.code == code)
    assert finding.fix and finding.source and finding.severity == KINDS[code].severity
    assert checked.rows == 3 and checked.rows_with_errors == (finding.severity == "error")


def test_a_first_line_that_only_lax_readers_take_is_one_row() -> None:
    checked = check_text('{"input": "a", "output": NaN}\n{"input": "b", "output": "c"}\n', "a.jsonl")
    assert (checked.rows, codes(checked)["not_json"]) == (2, (1,))


def test_tools_are_part_of_the_format() -> None:
    asked = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    told = {"role": "tool", "tool_call_id": "c1", "content": ""}
    developer = {"role": "developer", "content": "Use the tool."}
    assert not list(faults(row(developer, USER, asked, told, ANSWER, tools=[{"type": "function"}])))
    assert not list(faults(row(USER, asked)))


def test_weights_and_parts_of_content_are_part_of_the_format() -> None:
    parts = {"role": "user", "content": [{"type": "text", "text": "What is this?"}]}
    assert not list(faults(row(parts, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 1})))


def test_repeats_blank_lines_and_a_mark_at_the_start_are_named(tmp_path: Path) -> None:
    same = json.dumps({"messages": [dict(reversed(USER.items())), ANSWER]})
    path = written(tmp_path, row(USER, ANSWER), "", same, "")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    found = codes(check(path))
    assert (found["duplicate"], found["blank_line"], found["byte_order_mark"]) == ((3,), (2,), ())


@pytest.mark.parametrize(("rows", "code"), [(9, "under_10"), (10, "under_50"), (50, "under_200"), (200, None)])
def test_few_rows_say_who_asks_for_more(tmp_path: Path, rows: int, code: str | None) -> None:
    path = written(tmp_path, *(row({"role": "user", "content": str(n)}, ANSWER) for n in range(rows)))
    checked = check(path)
    assert {name for name in codes(checked) if name.startswith("under")} == ({code} if code else set[str]())
    assert checked.clean


def test_missing_system_messages_are_another_finding_where_some_rows_have_one(tmp_path: Path) -> None:
    with_system = row({"role": "developer", "content": "Be kind."}, USER, ANSWER)
    assert codes(check(written(tmp_path, row(USER, ANSWER))))["no_system"] == ()
    assert codes(check(written(tmp_path, with_system, row(USER, ANSWER))))["some_system"] == (2,)
    without = [row({"role": "user", "content": f"Where is {n}?"}, ANSWER) for n in range(3)]
    assert codes(check(written(tmp_path, *without, with_system)))["odd_system"] == (4,)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_is_read_anyway_and_said(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([row(USER, ANSWER), row(USER)], indent=indent))
    checked = check(path)
    assert checked.rows == 2 and not checked.clean
    assert (codes(checked)["json_array"], codes(checked)["no_assistant"]) == ((), (2,))


def test_one_object_over_several_lines_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "row.json"
    path.write_text(json.dumps(row(USER, ANSWER), indent=2))
    checked = check(path)
    assert checked.rows == 1 and "json_object" in codes(checked)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"[]", "holds no rows"),
        (b'{"train": [{"q": "a", "a": "b"}], "test": [{"q": "c", "a": "d"}]}', r"several lists \(train, test\)"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no text file"),
        (b'{"messages": []}\n\xff\0\0\n', "no text file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        check(path)


def test_missing_file_folder_and_giant_are_refused(tmp_path: Path) -> None:
    giant = tmp_path / "giant.jsonl"
    with giant.open("wb") as file:
        file.truncate(4 * 1024**3 + 1)
    for path, says in ((tmp_path / "no.jsonl", "no file"), (tmp_path, "folder"), (giant, "4096 MiB")):
        with pytest.raises(Unreadable, match=says):
            check(path)


def test_rows_of_one_finding_are_counted_beyond_those_named(tmp_path: Path) -> None:
    checked = check(written(tmp_path, *(row(USER) for _ in range(1500))))
    finding = next(finding for finding in checked.findings if finding.code == "no_assistant")
    assert finding.count == 1500 and finding.rows == tuple(range(1, 1001))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NEAR_MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        key: st.sampled_from(["system", "user", "assistant", "tool"]) | JSON if key == "role" else JSON
        for key in ("role", "content", "weight", "tool_calls", "tool_call_id", "name", "function_call")
    },
)


@given(st.fixed_dictionaries({"messages": st.lists(NEAR_MESSAGE | JSON, max_size=4) | JSON}) | JSON)
def test_any_json_is_judged_without_a_crash(value: Any) -> None:
    assert all(fault.kind in KINDS for fault in faults(value))


def test_any_damage_to_a_file_is_reported_and_not_raised(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    good = written(tmp_path, *(row(USER, ANSWER) for _ in range(3))).read_bytes()
    damaged = tmp_path / "damaged.jsonl"
    for _ in range(300):
        content = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = bytes(chance.choices(range(256), k=chance.randint(0, 3)))
        damaged.write_bytes(bytes(content))
        try:
            assert check(damaged).rows >= 1
        except Unreadable as error:
            assert str(damaged) in str(error)


# The command


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(dataset)
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, words)
    return result.exit_code, result.output


def test_the_command_tells_clean_from_errors_from_unreadable(tmp_path: Path) -> None:
    assert run(str(written(tmp_path, row(USER, ANSWER))))[0] == 0
    code, shown = run(str(written(tmp_path, row(USER, ANSWER), row({"role": "[red]\x1b[31m\ud800", "content": "x"}))))
    assert code == 1
    assert "2 rows, 1 with errors" in shown
    assert "row 2" in shown
    assert "\x1b" not in shown
    code, shown = run(str(tmp_path / "none.jsonl"))
    assert (code, shown.strip()) == (2, f"There is no file {tmp_path / 'none.jsonl'}.")


def test_the_command_prints_one_json_object(tmp_path: Path) -> None:
    code, shown = run(str(written(tmp_path, row(USER, ANSWER), row(USER))), "--json")
    said = json.loads(shown)
    assert (code, said["rows"], said["rows_with_errors"], said["clean"]) == (1, 2, 1, False)
    assert {"code", "severity", "count", "rows", "fix", "source"} <= set(said["findings"][0])
