"""Worker processes behind this one: started, started again where one ends, and ended with it."""

import asyncio
import logging
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

log = logging.getLogger("advisor.serve")

SERVING = "Serving as {role} at {address}."
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds before a worker that ended is started again; each time that it does not stay they double."""
STAYED = 60.0
"""Seconds after which a worker that ends counts as one that had stayed."""
PAGE = 8.0
"""Seconds that a worker has to tell its figures: Prometheus waits for 10 by default."""


class Supervisor:
    """So many worker processes of this machine; each ends, in its own time, when its standard input does.

    No signal is sent: what tells all processes of a group or container to end would else come to them twice, and the
    second one means at once. For the same reason a terminal's Ctrl-C reaches none of them. They are no session of their
    own, though: Linux would share the processor among sessions, however little urgent their work is.
    """

    def __init__(self, command: Sequence[str], count: int):
        self.count = count
        self._command = command
        self._addresses: dict[int, str] = {}
        """Where those that serve have their own pages, by number."""

    @property
    def living(self) -> int:
        """How many workers serve at the moment."""
        return len(self._addresses)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep all workers going until `stop`, then until they have ended."""
        await asyncio.gather(*(self._keep(number, stop) for number in range(1, self.count + 1)))

    async def figures(self) -> Mapping[str, str]:
        """Return what the workers that answer have counted, each as its page says it, by `worker-1` and so on."""
        from aiohttp import ClientError, ClientSession, ClientTimeout

        async def ask(number: int, address: str) -> tuple[str, str] | None:
            try:
                async with session.get(f"{address}/metrics") as answer:
                    return f"worker-{number}", await answer.text()
            except (ClientError, TimeoutError):
                return None  # it ends just now, and begins to count anew

        async with ClientSession(timeout=ClientTimeout(total=PAGE)) as session:
            asked = await asyncio.gather(*(ask(*each) for each in sorted(self._addresses.items())))
        return dict(each for each in asked if each)

    async def _keep(self, number: int, stop: asyncio.Event) -> None:
        pause = FIRST_PAUSE
        while not stop.is_set():
            began = time.monotonic()
            ended = await self._lives(number, stop)
            if stop.is_set():
                return
            if time.monotonic() - began > STAYED:
                pause = FIRST_PAUSE
            log.error("Worker %d %s; it is started again in %.0f s.", number, ended, pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
            pause = min(LONGEST_PAUSE, 2 * pause)

    async def _lives(self, number: int, stop: asyncio.Event) -> str:
        """Start a worker, and return how it ended."""
        pages = {"ADVISOR_HTTP_HOST": "127.0.0.1", "ADVISOR_HTTP_PORT": "0"}
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, env={**os.environ, **pages}, stdin=pipe, stdout=pipe, process_group=0
            )
        except OSError as error:
            return f"could not be started ({error.strerror})"
        hearing = asyncio.create_task(self._hear(number, process.stdout))
        stopped, ended = asyncio.create_task(stop.wait()), asyncio.create_task(process.wait())
        try:
            await asyncio.wait([stopped, ended], return_when=asyncio.FIRST_COMPLETED)
            if process.stdin is not None:
                process.stdin.close()
            return f"ended with exit code {await ended}"
        finally:
            if process.returncode is None:
                process.kill()
            self._addresses.pop(number, None)
            for task in (stopped, ended, hearing):
                task.cancel()
            await asyncio.gather(stopped, ended, hearing, return_exceptions=True)

    async def _hear(self, number: int, said: asyncio.StreamReader | None) -> None:
        while said is not None and (line := (await said.readline()).decode(errors="replace")):
            if found := _ADDRESS.match(line.strip()):
                self._addresses[number] = found[1]


_ADDRESS = re.compile(re.escape(SERVING).replace(r"\{role\}", "worker").replace(r"\{address\}", r"(\S+)"))


def own_command() -> list[str]:
    """Return what this process was started with, up to its own arguments."""
    return [sys.executable, *sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]]
