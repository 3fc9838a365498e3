"""Other evaluators over the same prompts as `benchmarks/trial.py`, where they are installed, outside of this project.

    npm install promptfoo            in a folder of its own: --promptfoo FOLDER/node_modules/.bin/promptfoo
    python -m venv V; V/bin/pip install inspect-ai openai            --inspect V/bin/inspect

Each is started as people start it, with its scorer for an exact answer, its cache off and as many calls at once. What
they tell their makers is switched off by their own settings, and a proxy that does not listen stands in the way of all
that is not on loopback.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOWHERE = "http://127.0.0.1:9"
QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
    "PROMPTFOO_DISABLE_SHARING": "1",
    "PROMPTFOO_DISABLE_ERROR_LOG": "1",
    "DO_NOT_TRACK": "1",
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"), NOWHERE),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost"),
}
LIMIT = 600
"""Seconds for one run."""


@dataclass(frozen=True)
class Asked:
    """What each of them runs: every input so many times, with one answer that passes."""

    inputs: tuple[str, ...]
    prompt: str
    """With `{input}` in it."""
    answer: str
    repeats: int
    at_once: int


def promptfoo(program: str, asked: Asked, url: str, folder: Path) -> int:
    """Run it, and return how many calls passed."""
    made = folder / "results.json"
    provider = {"id": "openai:chat:m", "config": {"apiBaseUrl": url, "apiKey": "none", "max_tokens": 4096}}
    config = {
        "prompts": [asked.prompt.replace("{input}", "{{input}}")],
        "providers": [provider],
        "defaultTest": {"assert": [{"type": "equals", "value": asked.answer}]},
        "tests": [{"vars": {"input": each}} for each in asked.inputs],
    }
    (folder / "promptfooconfig.json").write_text(json.dumps(config), encoding="utf-8")
    options = ["--no-cache", "--no-table", "--no-progress-bar", "--no-write", "-o", str(made)]
    options += ["-j", str(asked.at_once), "--repeat", str(asked.repeats)]
    run([program, "eval", "-c", str(folder / "promptfooconfig.json"), *options], folder)
    return json.loads(made.read_text(encoding="utf-8"))["results"]["stats"]["successes"]


def inspect(program: str, asked: Asked, url: str, folder: Path) -> int:
    """Run it, and return how many calls passed."""
    rows = [{"input": asked.prompt.replace("{input}", each), "target": asked.answer} for each in asked.inputs]
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "mood.py").write_text(TASK.format(repeats=asked.repeats), encoding="utf-8")
    options = ["--model", "openai/m", "-M", "responses_api=false", "--log-format", "json", "--log-dir", "logs"]
    options += ["--max-connections", str(asked.at_once), "--max-samples", str(asked.at_once), "--display", "none"]
    run([program, "eval", "mood.py", *options], folder, OPENAI_BASE_URL=url, OPENAI_API_KEY="none")
    (log,) = (folder / "logs").glob("*.json")
    read: dict[str, Any] = json.loads(log.read_text(encoding="utf-8"))
    return sum(each["scores"]["exact"]["value"] == "C" for each in read["samples"])


TASK = """from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import exact
from inspect_ai.solver import generate


@task
def mood():
    settings = GenerateConfig(max_tokens=4096)
    return Task(dataset=json_dataset("rows.json"), solver=generate(), scorer=exact(), epochs={repeats}, config=settings)
"""
Run = Callable[[str, Asked, str, Path], int]
KNOWN: Mapping[str, tuple[Run, str]] = {"promptfoo": (promptfoo, "promptfoo"), "inspect-ai": (inspect, "inspect")}
"""How each is run, and its usual command."""


def found(named: Mapping[str, str | None]) -> dict[str, str]:
    """Return the command of each that is installed, where `named` or on the PATH; it says which are not."""
    commands: dict[str, str] = {}
    for name, (_, usual) in KNOWN.items():
        if command := shutil.which(named.get(name) or usual):
            commands[name] = command
        else:
            print(f"{name} is not installed here, and is left out; benchmarks/evaluators.py says how to install it.")
    return commands


def run(command: list[str], folder: Path, **settings: str) -> None:
    """Run a command with a home of its own; SystemExit where it fails, with its last words."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    own = {"HOME": str(folder), "PROMPTFOO_CONFIG_DIR": str(folder), "TMPDIR": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env={**kept, **QUIET, **own, **settings}, capture_output=True, text=True, timeout=LIMIT
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
