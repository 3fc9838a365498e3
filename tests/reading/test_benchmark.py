"""The benchmarks of the reader, and the script that fits its thresholds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import thresholds
from knowledge.load import load

ROOT = Path(__file__).parents[2]
THREADS: list[dict[str, object]] = [
    {
        "id": "t1",
        "title": "Docs",
        "question": "It does not know our docs. Nobody owns it. It is for my thesis.",
        "expected": "retrieval",
        "acceptable": [],
        "stated": {"need": ["facts"]},
        "quotes": {"need": "does not know our docs"},
        "likely_answers": {"knowledge": "stable", "output": "conversation", "owner": "one"},
    },
]


def test_prints_what_is_wrong_and_ends_with_the_figures(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(json.dumps(thread) + "\n" for thread in THREADS), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "reading.py"), str(cases), "--patterns"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    *lines, last = done.stdout.splitlines()
    figures = json.loads(last)
    assert list(figures) == [
        *("precision", "recall", "quotes_found", "exact", "acceptable", "seconds_mean", "tokens_mean")
    ]
    assert (figures["recall"], figures["quotes_found"], figures["acceptable"]) == (1.0, 1.0, 1)
    assert figures["precision"] == 0.5, "a fact that nobody stated is wrong, however plausible"
    assert "UNLABELLED t1 purpose: 'research' from 'my thesis'" in lines, "no label could have said so"
    assert "WRONG t1 owner: 'nobody' (stated None) from 'Nobody owns it'" in lines


def reply(text: str, asked: str, value: str) -> dict[str, Any]:
    labels: dict[str, Any] = {"facts": {asked: value}, "unsure": [], "command": None, "passages": [], "language": "en"}
    return {"id": text, "kind": "answer", "asked": [asked], "text": text, **labels}


REPLIES = [
    reply("two colleagues of mine look after it on the side", "owner", "team"),
    reply("nobody has been named for that so far", "owner", "nobody"),
    reply("just one single person who does it in the evening", "owner", "one"),
    reply("our lawyers insist nothing may be sent outside", "data_limits", "must_stay_inside"),
]


def test_a_threshold_that_hears_nothing_is_moved_to_where_answers_are_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    knowledge = load()
    own = knowledge.thresholds
    deaf = own.model_copy(update={"clear": 0.99})
    fitted = thresholds.fit(REPLIES, knowledge, deaf, {"clear": (own.clear, 0.99)})
    assert fitted == own
    assert capsys.readouterr().out.startswith(f"clear: 0.99 to {own.clear:g}")
    assert knowledge.thresholds == own, "what others read by is as it was"


def test_fitting_prints_both_parts_before_and_after_and_writes_only_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, kept = tmp_path / "replies.jsonl", tmp_path / "thresholds.yaml"
    cases.write_text("".join(json.dumps(each) + "\n" for each in REPLIES), encoding="utf-8")
    before = "# How near\nclear: 0.9\n"
    kept.write_text(before, encoding="utf-8")
    monkeypatch.setattr(thresholds, "HERE", tmp_path)
    monkeypatch.setattr(thresholds, "GRIDS", {"clear": (0.28, 0.99)})
    for more, written in (["--every", "4"], before), (["--write"], None):
        monkeypatch.setattr(sys, "argv", ["thresholds.py", str(cases), *more])
        thresholds.main()
        *_, last = (out := capsys.readouterr().out).splitlines()
        assert all(f"{part}, {when}" in out for part in ("fitted on", "kept back") for when in ("before", "after"))
        assert written is None or kept.read_text(encoding="utf-8") == written
    lines = kept.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# How near" and f"clear: {json.loads(last)['clear']:g}" in lines
