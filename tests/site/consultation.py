"""A consultation at the terminal as a picture: what the program prints when these things are typed."""

import io
import os
import re
import select
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from tests.console.terminal import ROOT, environment

TYPED = (
    "should we finetune? our support replies never keep our tone. we tried one prompt and have 40 examples",
    "6",
    "/verdict",
)
WIDTH = 72
"""Columns; more of them could not be read on a phone."""
QUIET, FIRST = 6.0, 30.0
"""Seconds without a word after which an answer is over, and until the first one."""


def transcript() -> str:
    """Run `advisor chat --no-model`, type, and return what came, with its colours."""
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-c", "from bot.cli import main; main()", "chat", "--no-model"],
            cwd=ROOT,
            env=environment(Path(home), FORCE_COLOR="1", COLUMNS=str(WIDTH)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin and process.stdout
        said = ["$ advisor chat --no-model\n", _answer(process.stdout.fileno(), FIRST)]
        for line in TYPED:
            process.stdin.write(f"{line}\n".encode())
            process.stdin.flush()
            said += [f"\x1b[1;32m> {line}\x1b[0m\n", _answer(process.stdout.fileno(), FIRST)]
        process.stdin.close()
        process.wait()
        process.stdout.close()
    return "".join(said)


def _answer(descriptor: int, first: float) -> str:
    got, wait = b"", first
    while select.select([descriptor], [], [], wait)[0] and (more := os.read(descriptor, 65536)):
        got, wait = got + more, QUIET
    return got.decode()


def picture() -> str:
    """Return docs/consultation.svg; it asks no other machine for a font."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(transcript()))
    drawn = console.export_svg(title="finetune-advisor", theme=DIMMED_MONOKAI, unique_id="consultation")
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S)
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"
