"""Real servers on loopback beside the embedded one: plain, with a password, clustered, watched by Sentinel."""

import ctypes
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from bot.store.embedded import _binary as valkey  # pyright: ignore[reportPrivateUsage]

PRCTL = getattr(ctypes.CDLL(None), "prctl", None)
PR_SET_PDEATHSIG = 1


@dataclass
class Server:
    """A running server."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    command: list[str]

    def start(self) -> None:
        """Start it again after it was killed, with what it has on disk."""
        self.process = launch(self.command, self.folder)
        wait_for(self.port)


FULL = ("memory", "disk")
"""Ways in which a server takes no writes."""
SAVES = ("--save", "3600 1", "--enable-protected-configs", "yes")
"""Arguments of a server whose disk can be taken away by `fill`."""


def fill(made: Server, how: str) -> None:
    """Let a server take no writes: it has no memory left, or its disk keeps nothing."""
    with _client(made) as call:
        if how == "memory":
            call("CONFIG", "SET", "maxmemory", "1")
            return
        gone = made.folder / "gone"
        gone.mkdir()
        call("CONFIG", "SET", "dir", str(gone))
        gone.rmdir()
        call("BGSAVE")
        _saved(call, "err")


def make_room(made: Server, how: str) -> None:
    """Let it take writes again."""
    with _client(made) as call:
        if how == "memory":
            call("CONFIG", "SET", "maxmemory", "0")
            return
        call("CONFIG", "SET", "dir", str(made.folder))
        call("BGSAVE")
        _saved(call, "ok")


def held(made: Server, word: str) -> list[str]:
    """Return the keys of a server whose values hold this word."""
    read = {"string": ("GET",), "hash": ("HGETALL",), "list": ("LRANGE", "0", "-1"), "zset": ("ZRANGE", "0", "-1")}
    with _client(made) as call:
        found: list[str] = []
        for key in call("KEYS", "*"):
            way = read.get(call("TYPE", key))
            if way and word in repr(call(way[0], key, *way[1:])):
                found.append(key)
        return found


def _saved(call: Callable[..., Any], told: str) -> None:
    for _ in range(2000):
        if call("INFO", "persistence")["rdb_last_bgsave_status"] == told:
            return
        time.sleep(0.01)
    raise AssertionError(f"the server's last save is not {told}")


@contextmanager
def _client(made: Server) -> Generator[Callable[..., Any]]:
    with redis.Redis(port=made.port, decode_responses=True) as client:
        yield client.execute_command  # pyright: ignore[reportUnknownMemberType]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(folder: Path, *arguments: str, binary: Path | None = None, port: int | None = None) -> Generator[Server]:
    """Run a server with these further arguments until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    listening = [] if "--tls-port" in arguments else ["--port", str(port)]
    command = [str(binary or valkey()), *listening, "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    made = Server(launch([*command, *arguments], folder), port, folder, [*command, *arguments])
    try:
        wait_for(port)
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def wait_for(port: int) -> None:
    """Wait until something listens; a server listens only when it has read its data or says that it is reading."""
    for _ in range(2000):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.01)
    raise AssertionError(f"nothing came up on port {port}")


def launch(command: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, preexec_fn=_end_with_the_tests
        )


def _end_with_the_tests() -> None:
    """Ask the kernel to end this process with the tests, where it can: they may be killed."""
    if PRCTL is not None:
        PRCTL(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def cluster(folder: Path, *arguments: str) -> Generator[str]:
    """Run a Cluster of three masters that share all slots, with these further arguments; yields its address."""
    with ExitStack() as stack:
        made: list[Server] = []
        for n, first, last in ((0, 0, 5460), (1, 5461, 10922), (2, 10923, 16383)):
            bus = free_port()  # the usual one, 10000 higher, may be no port at all
            options = ("--cluster-enabled", "yes", "--cluster-port", str(bus), "--cluster-node-timeout", "2000")
            made.append(stack.enter_context(server(folder / str(n), *options, *arguments)))
            ask(made[n].port, "CLUSTER", "ADDSLOTSRANGE", str(first), str(last))
            ask(made[0].port, "CLUSTER", "MEET", "127.0.0.1", str(made[n].port), str(bus))
        until(lambda: all("cluster_state:ok" in ask(one.port, "CLUSTER", "INFO") for one in made))
        # Each must know all: a client may ask any of them for the map.
        until(lambda: all(ask(one.port, "CLUSTER", "NODES").count("connected") == 3 for one in made))
        for one in made:  # soon together, and not apart again where a busy machine lets one wait
            ask(one.port, "CONFIG", "SET", "cluster-node-timeout", "60000")
        yield f"redis+cluster://127.0.0.1:{made[0].port}"


@dataclass
class Watched:
    """A master with a replica and a Sentinel that watches them."""

    url: str
    master: Server
    replica: Server


@contextmanager
def watched(folder: Path) -> Generator[Watched]:
    """Run a master, its replica and a Sentinel that fails over after half a second."""
    with server(folder / "master") as master, ExitStack() as stack:
        replica = stack.enter_context(server(folder / "replica", "--replicaof", f"127.0.0.1 {master.port}"))
        until(lambda: "state=online" in ask(master.port, "INFO", "replication"))
        settings = folder / "sentinel.conf"
        settings.write_text(
            f"sentinel monitor advisor 127.0.0.1 {master.port} 1\n"
            "sentinel down-after-milliseconds advisor 500\n"
            "sentinel failover-timeout advisor 3000\n"
        )
        port = free_port()
        command = [str(valkey()), str(settings), "--sentinel", "--port", str(port), "--bind", "127.0.0.1"]
        sentinel = launch(command, folder)
        try:
            wait_for(port)
            until(lambda: "slaves=1" in ask(port, "INFO", "sentinel"))
            yield Watched(f"redis+sentinel://127.0.0.1:{port}/advisor/0", master, replica)
        finally:
            sentinel.kill()
            sentinel.wait()


def ask(port: int, *command: str) -> str:
    """Send one command and return the whole answer as text."""
    with socket.create_connection(("127.0.0.1", port), 5) as link:
        link.sendall(" ".join(command).encode() + b"\r\n")
        link.settimeout(0.2)
        answer = b""
        try:
            while part := link.recv(65536):
                answer += part
                if not answer.startswith(b"$"):
                    break
        except TimeoutError:
            pass
        return answer.decode()


def until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that within the time given")
