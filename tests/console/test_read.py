"""`advisor read --jsonl`: the contract that programs rely on."""

import json
from pathlib import Path
from typing import Any

from tests.support.command import run


def read(home: Path, *lines: object) -> list[dict[str, Any]]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    done = run(home, "read", "--jsonl", "--no-model", typed=text)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_is_read_by_itself(tmp_path: Path) -> None:
    said = "no wait, it's 400 not 40"
    out = read(
        tmp_path,
        {"text": "about 300", "asked": ["examples"]},
        {"text": "no idea", "asked": ["tokens_in", "tokens_out"]},
        "",
        {"text": said, "asked": ["examples_from"], "before": {"examples": 40}},
        {"text": "what is LoRA?"},
    )
    assert [list(line) for line in out] == [["facts", "unsure", "intent", "passages"]] * 4
    assert out[0]["facts"] == {"examples": {"value": 300, "quote": "300"}}
    assert (out[1]["unsure"], out[1]["intent"]) == (["tokens_in", "tokens_out"], "unsure")
    assert out[2]["facts"]["examples"]["value"] == 400 and out[2]["facts"]["examples"]["quote"] in said
    assert (out[3]["intent"], "lora#small-adapters" in out[3]["passages"]) == ("question", True)


def test_a_line_that_cannot_be_read_says_why_and_the_others_are_read(tmp_path: Path) -> None:
    bad: list[object] = [
        "nonsense",
        [1],
        {"text": 3},
        {"text": "x", "asked": ["pass_rate"]},
        {"text": "x", "asked": "need"},
        {"text": "x", "before": {"examples": "many"}},
        '{"text": "\\ud800"}',
        "[" * 100_000,
    ]
    out = read(tmp_path, *bad, {"text": "hi"})
    assert [list(line) for line in out[:-1]] == [["error"]] * len(bad)
    assert all(line["error"].startswith(f"Line {at} was left out: ") for at, line in enumerate(out[:-1], 1))
    assert out[-1]["intent"] == "smalltalk"


def test_without_jsonl_it_says_what_to_write(tmp_path: Path) -> None:
    done = run(tmp_path, "read")
    assert done.exit_code == 2
    assert "Say --jsonl" in done.stderr
