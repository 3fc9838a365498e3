"""The process that ends an embedded server when nobody uses it any more. Run by path, so that it needs nothing of ours.

    python watchdog.py PRESENT START USERS SERVER NOTED KEEPER

Each is the number of an open file: they are opened for it, since the folder may be swept away before it has begun. The
last one only has to stay open, to say that there is a watchdog.

Whoever uses the server holds `present.lock` shared, and the kernel takes that away from a process that dies, however
it dies. So the watchdog waits until it can have that lock alone, and then looks, as all do under `start.lock`, whether
`users.lock` is free too.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 20.0
"""Seconds for a server to write what it has and end, before it is killed."""
POLL = 0.01
PAUSE = 0.5


def main(present: int, start: int, users: int, server: int, noted: int) -> None:
    """Wait until nobody is left, end the server, and end."""
    import fcntl

    while True:
        fcntl.flock(present, fcntl.LOCK_EX)
        fcntl.flock(present, fcntl.LOCK_UN)
        fcntl.flock(start, fcntl.LOCK_EX)
        if free(users):
            end_server(server, noted)
            return
        # Somebody came meanwhile, or is on the way out, or is of a version that knows no `present.lock`.
        fcntl.flock(start, fcntl.LOCK_UN)
        time.sleep(PAUSE)


def free(lock: int) -> bool:
    """Take a lock alone if nobody has it."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def end_server(lock: int, noted: int) -> bool:
    """End the server that holds a lock, gently and then not; False where it cannot be found."""
    began = time.monotonic()
    while not free(lock):
        waited = time.monotonic() - began
        how = signal.SIGTERM if waited < PATIENCE / 2 else signal.SIGKILL
        try:
            number = int(os.pread(noted, 32, 0))
            if is_valkey(number):
                os.kill(number, how)
        except (OSError, ValueError):
            pass  # already going, or never noted: the lock tells
        if waited > PATIENCE:
            return False
        time.sleep(POLL)
    return True


def is_valkey(number: int) -> bool:
    """Tell whether a process is a server: its number may be another's by now, where only a child of it is left."""
    try:
        return "valkey" in Path(f"/proc/{number}/comm").read_text()
    except FileNotFoundError:
        shown = subprocess.run(["ps", "-o", "comm=", "-p", str(number)], capture_output=True, text=True, check=False)
        return "valkey" in shown.stdout


if __name__ == "__main__":
    main(*map(int, sys.argv[1:6]))
