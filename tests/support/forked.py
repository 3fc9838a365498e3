"""Processes of Python that are there at once: forked from one that has imported what they need and read the rules.

They are as real as any (a process id, signals, an exit code, files and a terminal of their own); what a start costs,
two to three seconds, is paid once. The first one of a test run starts the process that they are forked from.
"""

import array
import asyncio
import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
LOADED = (
    "adapters.console.chat", "adapters.console.trial", "adapters.discord.platform", "adapters.slack.platform",
    "bot.app", "bot.cli", "bot.cli.trial", "bot.service.jobs.engine", "bot.service.serve", "bot.turn.turn", "docket",
    "openai", "PIL.ImageDraw", "PIL.ImageFont", "prompt_toolkit", "tests.discord.service", "tests.service.process",
    "tests.slack.service",
)  # fmt: skip
Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HERE = -1
"""Stands for this process's own file."""


class Forked:
    """A running process, with what is used of `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, link: Link, stdout: asyncio.StreamReader | None) -> None:
        self.pid, self.stdout, self._link = pid, stdout, link
        self.returncode: int | None = None
        self._ending = asyncio.create_task(self._end())

    async def _end(self) -> int:
        told, writer = self._link
        self.returncode = int(await told.readline())
        writer.close()
        return self.returncode

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def start(
    words: Sequence[str], env: Mapping[str, str], *, stdin: int = HERE, stdout: int = HERE, terminal: bool = False
) -> Forked:
    """Start `python WORDS`, which begin with `-m` or `-c`.

    `stdin` and `stdout` are descriptors, or PIPE for the latter. With `terminal` the first is its controlling one, and
    standard error goes where standard output does.
    """
    reader = None
    given = [0 if stdin == HERE else stdin, 1 if stdout == HERE else stdout]
    if stdout == asyncio.subprocess.PIPE:
        ours, given[1] = os.pipe()
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda made=reader: asyncio.StreamReaderProtocol(made), os.fdopen(ours, "rb", 0)
        )
    link = ask(words, env, [*given, given[1] if terminal else 2], terminal=terminal)
    if stdout == asyncio.subprocess.PIPE:
        os.close(given[1])
    line = await asyncio.open_connection(sock=link)
    return Forked(int(await line[0].readline()), line, reader)


def run(words: Sequence[str], env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run `python WORDS` to its end, with nothing on its standard input, and return what it said and how it ended."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong, Path(os.devnull).open() as nothing:
        link = ask(words, env, [each.fileno() for each in (nothing, out, wrong)])
        with link, link.makefile() as told:
            _, code = told.readline(), int(told.readline())
        for each in (out, wrong):
            each.seek(0)
        return subprocess.CompletedProcess([*words], code, out.read().decode(), wrong.read().decode())


def ask(words: Sequence[str], env: Mapping[str, str], files: Sequence[int], *, terminal: bool = False) -> socket.socket:
    """Ask for a process with these files as its standard input, output and error; return what tells of it."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.connect(_parent())
    asked = {"words": [*words], "env": {**env}, "terminal": terminal}
    link.sendmsg([b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))])
    link.sendall(json.dumps(asked).encode() + b"\n")
    return link


@cache
def _parent() -> str:
    """Start the process that others are forked from; return where it listens. It ends with this one."""
    folder = tempfile.mkdtemp(prefix="forked-")
    address = f"{folder}/socket"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.forked", address], stdin=-1, stdout=-1, env=env, cwd=ROOT
    )
    assert process.stdin and process.stdout and process.stdout.readline()
    atexit.register(process.stdin.close)
    return address


def _serve(address: str) -> dict[str, Any]:
    """Fork for each that asks; return in the child, with what it is to run."""
    import importlib
    import select

    from bot.reading import prepare
    from knowledge.load import load

    for name in LOADED:
        with suppress(ImportError):  # an extra that is not installed
            importlib.import_module(name)
    prepare(load())
    gc.collect()
    gc.freeze()  # what is there stays, and shared
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(address)
    listening.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([listening, 0], [], [])
        if listening not in ready:  # who started this is gone
            os._exit(0)
        link, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            return _child(link)
        link.close()


def _child(link: socket.socket) -> dict[str, Any]:
    """Fork once more, tell the number and at the end the exit code; return in the child."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, files, _, _ = socket.recv_fds(link, 1, 3)
    text = b""
    while not text.endswith(b"\n"):
        text += link.recv(1 << 16)
    pid = os.fork()
    if pid:
        # What a terminal or a pipe tells its other end is that the last one has closed it.
        for number in (0, 1, 2, *files):
            os.close(number)
        link.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        link.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    link.close()
    asked: dict[str, Any] = json.loads(text)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if asked["terminal"]:
        os.setsid()
        os.close(os.open(os.ttyname(0), os.O_RDWR))  # the first terminal that a new session opens becomes its own
    return asked


def _run(asked: dict[str, Any]) -> None:
    """Be what was asked for."""
    # `nohup make test` ignores the one for all, a shell the other for what runs in the background.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, 1, encoding="utf-8", closefd=False)  # noqa: SIM115  they stay open
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    kind, what, *arguments = asked["words"]
    sys.argv = [what if kind == "-m" else kind, *arguments]
    if kind == "-m":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # it is imported already
            runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), vars(main))  # noqa: S102  as `python -c` does


if __name__ == "__main__":
    _run(_serve(sys.argv[1]))
