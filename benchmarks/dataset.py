"""How fast a large file of finetuning rows is checked, in how much memory, and which planted faults are found.

    python benchmarks/dataset.py [--mib 1024] [--near]

It writes a file of chat rows that is removed afterwards, and checks it in a process of its own; then the same rows as
one JSON array. The last line is one JSON object: `over_json_loads` (the time against `json.loads` of each line),
`peak_mib`, `rows_per_second`, `array_over_lines` (the time of the array against that of the lines), `array_peak_mib`,
and `planted_found`, the share of single faults that are found in a file of 500 rows.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.dataset import check, check_text  # noqa: E402
from tests.dataset.makers import DOUBLES, FAULTS, Row, chat, clean, lines  # noqa: E402

BLOCK = 20_000
"""Different rows that the large file is made of; a number makes each of their copies its own."""


def write(path: Path, mib: int) -> int:
    """Write a file of about this size and return its rows."""
    block = [chat(*pair) for pair in clean(1, BLOCK)]
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < mib * 2**20:
            for row in block:
                system, user, answer = row["messages"]
                mark = f"Case {rows}. "
                own = {"messages": [system, {**user, "content": mark + user["content"]}, answer]}
                file.write(json.dumps(own, ensure_ascii=False) + "\n")
                rows += 1
    return rows


def as_array(path: Path) -> Path:
    """Write the rows of a file as one JSON array beside it."""
    array = path.with_suffix(".json")
    with path.open(encoding="utf-8") as lines, array.open("w", encoding="utf-8") as file:
        file.writelines(f"{',' if number else '['}{line}" for number, line in enumerate(lines))
        file.write("]")
    return array


def loads(path: Path) -> float:
    """Return the seconds that `json.loads` takes for each line."""
    started = time.perf_counter()
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - started


def checked(path: Path, near: bool) -> tuple[float, float]:
    """Check a file in a process of its own; return seconds and the most MiB it and its parts held at a time."""
    command = [sys.executable, __file__, "--check", str(path), *(["--near"] if near else [])]
    most = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            most = max(most, _held(process.pid))
            time.sleep(0.05)
        told = process.communicate()[0]
    return float(told.splitlines()[-1]), most / 1024


def _held(pid: int) -> float:
    """Return the KiB that a process and its children hold; what they share counts once."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        own = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0.0
    found = re.search(r"^Pss:\s+(\d+)", own, re.MULTILINE)
    return (float(found[1]) if found else 0.0) + sum(_held(int(child)) for child in children)


def planted() -> tuple[int, int]:
    """Return how many single faults are found in their row, and of how many."""
    rows = [chat(*pair) for pair in clean(2)]
    found = 0
    for code, make in FAULTS.values():
        changed: list[Row | str] = [*rows[:100], make(rows[100]), *rows[101:]]
        found += _has(changed, code, 101)
    for code, make in DOUBLES.values():
        found += _has([*rows, make(rows[100])], code, 501)
    return found, len(FAULTS) + len(DOUBLES)


def _has(rows: list[Row | str], code: str, row: int) -> bool:
    return any(each.code == code and row in each.rows for each in check_text(lines(rows), "rows.jsonl").findings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=64, help="size of the large file")
    parser.add_argument("--near", action="store_true", help="look for rows that are nearly the same, too")
    parser.add_argument("--check", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.check:
        started = time.perf_counter()
        check(asked.check, near=asked.near)
        seconds = time.perf_counter() - started
        print(seconds)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        rows = write(path, asked.mib)
        print(f"{rows:,} rows, {path.stat().st_size / 2**20:,.0f} MiB", flush=True)
        before = loads(path)
        seconds, peak = checked(path, asked.near)
        # A machine that is shared is not as fast after as before.
        base = (before + loads(path)) / 2
        array = as_array(path)
        path.unlink()
        whole, most = checked(array, asked.near)
    found, of = planted()
    print(f"json.loads {base:.1f} s, the check {seconds:.1f} s; {found} of {of} planted faults found")
    print(f"one array: the check {whole:.1f} s, {most:.0f} MiB at most, of lines {peak:.0f} MiB")
    told = {
        "over_json_loads": round(seconds / base, 2),
        "peak_mib": round(peak, 1),
        "rows_per_second": round(rows / seconds),
        "array_over_lines": round(whole / seconds, 2),
        "array_peak_mib": round(most, 1),
        "planted_found": round(found / of, 3),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
