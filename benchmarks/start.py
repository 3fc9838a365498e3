"""Measure how long the terminal takes to be ready, against the import time of the libraries that it needs.

Both are whole processes, run in turn; the figure is the median of the ratios, pair by pair.
"""

import argparse
import json
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIBRARIES = (
    "cel_expr_python.cel",
    "prompt_toolkit",
    "pydantic_settings",
    "redis.asyncio",
    "rich.console",
    "rich.markdown",
    "typer",
    "yaml",
)
READY = b"\x1b[?2004h"
"""What the prompt sends when it begins to take input (bracketed paste on)."""
MUST_WAIT = (
    "bot.model.client",
    "bot.reading",
    "bot.turn.turn",
    "openai",
    "PIL",
    "aiohttp",
    "xllamacpp",
    "discord",
    "slack_bolt",
    "docket",
)


def imports() -> float:
    """Return the seconds to import the required libraries in a fresh process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {', '.join(LIBRARIES)}"], check=True)
    return time.perf_counter() - began


def ready(home: str) -> float:
    """Return the seconds until `advisor chat` shows its prompt on a terminal."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "ADVISOR_HOME": home, "TERM": "xterm"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "finetune_advisor", "chat", "--no-model"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment,
        start_new_session=True,
    )
    os.close(follower)
    seen = b""
    while READY not in seen:
        if not select.select([leader], [], [], 20)[0]:
            raise TimeoutError(f"no prompt: {seen[-300:]!r}")
        seen += os.read(leader, 4096)
    took = time.perf_counter() - began
    os.write(leader, b"/quit\r")
    while process.poll() is None:
        try:
            if select.select([leader], [], [], 0.1)[0]:
                os.read(leader, 4096)
        except OSError:
            break
    process.wait(10)
    os.close(leader)
    return took


def loaded() -> list[str]:
    """Return which libraries that must wait are imported by the time the terminal could ask."""
    needed = "bot.cli, bot.app, adapters.console.chat, adapters.console.trial, bot.store.consultations"
    code = f"import sys, {needed}; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    return [name for name in MUST_WAIT if name in modules]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        ready(home)  # once uncounted, so that files are in memory
        imports()
        pairs = [(ready(home), imports()) for _ in range(runs)]
    for took, base in pairs:
        print(f"ready {took:.3f} s, imports {base:.3f} s, ratio {took / base:.2f}")
    print(f"imported before they are needed: {', '.join(loaded()) or 'none'}")
    print(json.dumps({"ready_over_imports": round(statistics.median(a / b for a, b in pairs), 2)}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
