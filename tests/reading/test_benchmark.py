"""The benchmark of the reader, run as a person runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
