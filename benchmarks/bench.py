"""Run the benchmarks that need no files of their own, print them together, and write docs/benchmarks.md.

    python -m benchmarks.bench [--full]        or `make bench`

The quick profile takes a few minutes on a quiet machine of two cores, the full one most of an hour. The last line is
JSON: the figures of all parts.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.wire import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
QUICK = (
    ("A turn end to end", "turn", ("--posts", "100", "--rounds", "3")),
    ("Acknowledgements", "ack", ("--seconds", "30", "--rate", "200")),
    ("Where a turn's time goes", "stages", ("--posts", "60")),
    ("The store and the worker alone", "state", ("--turns", "500")),
    ("A trial", "trial", ("--rounds", "1")),
    ("Start", "start", ("--runs", "5")),
    ("Size", "size", ("--turns", "300")),
    ("Workers and stored conversations", "scale", ("--posts", "60", "--stored", "1000", "100000", "--rounds", "1")),
    ("A file of rows", "dataset", ("--mib", "64")),
)
FULL = (
    ("A turn end to end", "turn", ()),
    ("Acknowledgements", "ack", ("--seconds", "60", "--rate", "200")),
    ("Where a turn's time goes", "stages", ("--posts", "300")),
    ("The store and the worker alone", "state", ()),
    ("A trial", "trial", ()),
    ("Start", "start", ()),
    ("Size", "size", ("--turns", "10000")),
    ("Workers and stored conversations", "scale", ("--posts", "300", "--stored", "1000", "10000", "100000")),
    ("A file of rows", "dataset", ("--mib", "512")),
)


class Part(NamedTuple):
    """What one of them measured."""

    title: str
    command: str
    printed: Sequence[str]
    figures: Mapping[str, float]


def page(parts: Sequence[Part], *, full: bool, seconds: float) -> str:
    """Return the page with the figures in one table, then what each part printed."""
    load = os.getloadavg()[0]
    lines = [
        "# Benchmarks",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench`{' with `full=1`' if full else ''}: Python",
        f"{platform.python_version()}, {os.cpu_count()} cores, a load of {load:.1f} at the end, {seconds:.0f} seconds.",
        "Ratios compare what was measured in one run; absolute times are those of this machine. What each part does",
        "stands in [benchmarks/README.md](../benchmarks/README.md), and what limits a large installation first in",
        "[operating-size.md](operating-size.md).",
        "",
        "| part | figure | value |",
        "|---|---|---|",
    ]
    for each in parts:
        lines += [f"| {each.title} | {name.replace('_', ' ')} | {value:,} |" for name, value in each.figures.items()]
    for each in parts:
        command = f"    python -m benchmarks.{each.command}"
        lines += ["", f"## {each.title}", "", command, "", "```text", *each.printed, "```"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    full = parser.parse_args().full
    parts: list[Part] = []
    failed: list[str] = []
    began = time.monotonic()
    for title, name, arguments in FULL if full else QUICK:
        print(f"-- {title}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        *printed, last = done.stdout.splitlines() or [""]
        if done.returncode:
            failed.append(name)
            continue
        print("\n".join(printed), flush=True)
        parts.append(Part(title, " ".join([name, *arguments]), printed, json.loads(last)))
    if failed:
        print(f"These ended with an error, and the page is left as it was: {', '.join(failed)}.")
    else:
        Path(PAGE).write_text(page(parts, full=full, seconds=time.monotonic() - began), encoding="utf-8")
    print(json.dumps({each.command.split()[0]: each.figures for each in parts}))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
