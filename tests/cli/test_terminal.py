"""Nothing that others wrote drives the terminal: names and contents of files, rules, stores, models' outputs."""

import json
import logging
import re
from pathlib import Path

import pytest

from bot.cli import errors
from tests.fakes.model.advice import advises, reads_nothing
from tests.fakes.model.server import Answer, Body, says
from tests.support.command import run, serving

DRIVES = "\x1b[2J\x1b]0;owned\x07\x9b5m\u202eesrever\x08\x7f"
"""Clears the screen, changes the title, blinks, turns what follows round, deletes."""
NAME = DRIVES.replace("\x08", "")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(home: Path, *arguments: str, typed: str = "", **settings: str) -> str:
    """Run a command, and return what it says: nothing of it is for the terminal alone."""
    done = run(home, *arguments, typed=typed, **settings)
    said = done.stdout + done.stderr
    assert not _CONTROL.search(said), repr(said)
    return said


@pytest.mark.parametrize("rows", [
    [{"messages": [{"role": "user", "content": DRIVES}, {"role": "assistant", "content": DRIVES}]}],
    [{"messages": [{"role": DRIVES, "content": "x", DRIVES: DRIVES}], DRIVES: DRIVES}],
    [{f"{DRIVES}in": DRIVES, f"{DRIVES}out": DRIVES}],
])  # fmt: skip
def test_of_a_file_that_is_checked(rows: list[object], tmp_path: Path):
    file = tmp_path / f"{NAME}.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows * 12))
    assert "owned" in plain(tmp_path / "home", "dataset", str(file))


@pytest.mark.parametrize("command", ["dataset", "trial"])
def test_of_the_name_of_a_file_that_is_missing(command: str, tmp_path: Path):
    assert "There is no file" in plain(tmp_path / "home", command, f"{NAME}.csv")


def test_of_the_columns_of_a_trial_and_of_what_a_model_says(tmp_path: Path):
    def answers(body: Body) -> Answer:
        return reads_nothing(body) or advises(body) or says(f"{DRIVES} output")

    file = tmp_path / f"{NAME}.json"
    rows = [{f"{DRIVES}in": f"{DRIVES}{n}", f"{DRIVES}out": DRIVES} for n in range(3)]
    file.write_text(json.dumps(rows, ensure_ascii=False))
    with serving(answers) as model:
        given = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "k", "ADVISOR_MODEL": NAME}
        said = plain(tmp_path / "home", "trial", str(file), **given)
    assert "owned" in said and "input" in said


def test_of_rules_of_ones_own(tmp_path: Path):
    house = tmp_path / f"house{NAME}"
    (house / "rules").mkdir(parents=True)
    rule = house / "rules" / f"{NAME}.md"
    title = r'"T\e[2J\x9b\u202e owned"'
    rule.write_text(f"---\nid: x\ntitle: {title}\nsources: [openai-sft]\nclauses: []\n---\n## s\n\nwords {NAME}\n")
    assert "is fine" in plain(tmp_path / "home", "rules", "--check", str(house))
    assert "owned" in plain(tmp_path / "home", "rules", ADVISOR_KNOWLEDGE=str(house))
    assert "owned" in plain(tmp_path / "home", "rules", "x", ADVISOR_KNOWLEDGE=str(house))


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_of_what_somebody_said(form: str, tmp_path: Path):
    said = f"our tone is off, and we have 400 examples {DRIVES}\nwhy\n"
    plain(tmp_path / "home", "chat", "--no-model", typed=said)
    assert "400 examples" in plain(tmp_path / "home", "record", "--as", form)


def test_of_lines_of_the_log(capsys: pytest.CaptureFixture[str]):
    root, handlers = logging.getLogger(), logging.getLogger().handlers[:]
    errors.log_to_stderr()
    (handler,) = (each for each in root.handlers if each not in handlers)
    try:
        logging.getLogger("advisor.test").warning("%s\n2026-01-01 ERROR forged", DRIVES)
    finally:
        root.removeHandler(handler)
    (line,) = capsys.readouterr().err.splitlines()
    assert not _CONTROL.search(line)
