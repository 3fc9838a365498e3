"""Commands as real processes: what they say and how they exit."""

import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from knowledge.load import load
from tests.console.terminal import COMMAND, environment
from tests.support import forked

WORDS = COMMAND[1:]
WITHOUT_WHEEL = "from bot.model import local; local.WHEEL = 'no_such_wheel'; from bot.cli import main; main()"


def run(home: Path, command: list[str], **settings: str) -> "subprocess.CompletedProcess[str]":
    return forked.run(command, environment(home, **settings))


def test_version_says_the_day_of_the_rules_whatever_is_set(tmp_path: Path) -> None:
    done = run(tmp_path, [*WORDS, "--version"], ADVISOR_HTTP_PORT="many")
    assert done.returncode == 0
    assert done.stderr == ""
    said = re.fullmatch(r"finetune-advisor (\S+), rules checked (\d{4}-\d\d-\d\d)\n", done.stdout)
    assert said
    assert said[1] == version("finetune-advisor")
    assert said[2] in {str(source.checked) for source in load().sources.values()}
    assert all(str(source.checked) <= said[2] for source in load().sources.values())


@pytest.mark.parametrize("arguments", [(), ("--no-model",)])
def test_doctor_is_content_with_a_service_without_a_model(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, ["-c", WITHOUT_WHEEL, "doctor", *arguments])
    assert done.returncode == 0, done.stdout
    assert "FAILS" not in done.stdout
    assert "Samples cannot be run" in done.stdout


def test_doctor_fails_where_a_model_or_an_extra_is_named_and_missing(tmp_path: Path) -> None:
    done = run(tmp_path, [*WORDS, "doctor"], ADVISOR_LOCAL_MODEL=str(tmp_path / "none.gguf"), ADVISOR_TRACES="1")
    assert done.returncode == 1
    assert "ADVISOR_LOCAL_MODEL" in done.stdout
    assert "ADVISOR_TRACES needs the extra otel" in done.stdout
