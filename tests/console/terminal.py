"""`advisor chat` on a real pseudo-terminal."""

import asyncio
import os
import pty
import re
import signal
import sys
import termios
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.forked import Forked, start

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-c", "from bot.cli import main; main()"]
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|[\r\x08]")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment in which nothing of this machine's leaks in."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "ADVISOR_", "REDIS_", "SLACK_", "DISCORD_"))
    }
    # No one here answers where the cursor is, for which each line would be waited a second.
    shown = {"TERM": "xterm", "COLUMNS": "200", "PROMPT_TOOLKIT_NO_CPR": "1"}
    return {**kept, **shown, "ADVISOR_HOME": str(home), "PYTHONPATH": str(ROOT), **more}


class Terminal:
    """A running command and what its terminal shows."""

    def __init__(self, process: Forked, leader: int) -> None:
        self.process, self.leader = process, leader
        self.raw = ""
        self.seen = 0

    @property
    def screen(self) -> str:
        return " ".join(_ESCAPES.sub(" ", self.raw).split())

    async def until(self, text: str, seconds: float = 90) -> str:
        """Wait until this stands on the screen, after what was waited for before."""
        end = time.monotonic() + seconds
        while (at := self.screen.find(text, self.seen)) < 0:
            if time.monotonic() > end:
                raise TimeoutError(f"never showed {text!r}; last: {self.screen[-800:]!r}")
            await asyncio.sleep(0.02)
            self._drain()
        self.seen = at + len(text)
        return self.screen

    def _drain(self) -> None:
        while True:
            try:
                got = os.read(self.leader, 65536) if self.leader >= 0 else b""
            except (BlockingIOError, OSError):
                return
            if not got:
                return
            self.raw += got.decode(errors="replace")

    def type(self, text: str) -> None:
        os.write(self.leader, f"{text}\r".encode())

    def paste(self, text: str) -> None:
        """Paste as a terminal does, bracketed, and press Enter."""
        os.write(self.leader, f"\x1b[200~{text}\x1b[201~\r".encode())

    def interrupt(self) -> None:
        os.write(self.leader, b"\x03")

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        os.close(self.leader)
        self.leader = -1

    async def end(self) -> int:
        """Wait for the end and return the exit code."""
        while self.process.returncode is None:
            self._drain()
            await asyncio.sleep(0.02)
        self._drain()
        return self.process.returncode

    async def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def chat(home: Path, *arguments: str, **more: str) -> AsyncGenerator[Terminal]:
    """Start `advisor chat` on a terminal of its own; whatever still runs at the end is ended."""
    leader, follower = pty.openpty()
    os.set_blocking(leader, False)
    termios.tcsetwinsize(follower, (50, 200))
    words = [*COMMAND[1:], "chat", *arguments]
    process = await start(words, environment(home, **more), stdin=follower, stdout=follower, terminal=True)
    os.close(follower)
    terminal = Terminal(process, leader)
    try:
        yield terminal
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        if terminal.leader >= 0:
            os.close(leader)
