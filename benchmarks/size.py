"""How much is installed, and how much memory the service has: just started, and after many turns.

    python -m benchmarks.size [--turns 1000]

What is installed is every file of this project's required packages, extras left out. Memory is that of the one process
of the service beside the echo's, without the store's.
"""

import argparse
import asyncio
import json
import re
import tempfile
from importlib import metadata
from pathlib import Path

from benchmarks import wire
from benchmarks.posts import posts
from benchmarks.turn import slack_round

MIB = 2**20


def required(name: str = "finetune-advisor") -> set[str]:
    """Return the names of the packages that one needs, itself among them; those of extras left out."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if one in found:
            continue
        try:
            needs = metadata.requires(one) or []
        except metadata.PackageNotFoundError:  # for another system or version of Python
            continue
        found.add(one)
        waiting += [match[0] for each in needs if "extra ==" not in each and (match := re.match(r"[\w.-]+", each))]
    return found


def installed(names: set[str]) -> dict[str, float]:
    """Return the MiB of each package's files."""
    sizes: dict[str, float] = {}
    for name in names:
        paths = [Path(str(file.locate())) for file in metadata.files(name) or ()]
        sizes[name] = sum(path.stat().st_size for path in paths if path.is_file()) / MIB
    return sizes


async def memory(turns: int) -> tuple[float, float, float]:
    """Return the MiB of the echo, of the service when it is ready, and after so many turns."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            wire.slack() as slack,
            wire.running(("-m", "benchmarks.echo", "slack"), Path(folder) / "echo", **slack.settings()) as echo,
            wire.running(wire.SERVICE, Path(folder) / "own", **slack.settings()) as service,
        ):
            texts = posts(min(turns, 1000), seed=4)
            await slack_round(slack, echo, texts[:50])
            await slack_round(slack, service, texts[:50])
            idle = service.memory()
            for _ in range(max(1, turns // len(texts))):
                await slack_round(slack, service, texts)
            return echo.memory(), idle, service.memory()


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=1000)
    turns = parser.parse_args().turns
    sizes = installed(required())
    whole = sum(sizes.values())
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    bare, idle, later = asyncio.run(memory(turns))
    wire.table(
        {
            "installed": f"{whole:.0f} MiB in {len(sizes)} packages; {', '.join(f'{n} {s:.0f}' for n, s in largest)}",
            "memory after 50 turns": f"{idle:.0f} MiB, {idle / bare:.1f} times the echo's {bare:.0f} MiB",
            f"memory after {turns} more": f"{later:.0f} MiB, {later / idle:.2f} times it",
        }
    )
    figures = {"installed_mib": whole, "idle_mib": idle, "echo_mib": bare, "later_mib": later}
    print(json.dumps({name: round(each) for name, each in figures.items()} | {"turns": turns}))


if __name__ == "__main__":
    main()
