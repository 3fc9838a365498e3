"""Read labelled replies through `advisor read --jsonl` and compare what comes out with the labels.

Each line has `kind`, `asked`, `text`, `facts`, `unsure`, `command` and `passages`. `within` gives a count a range,
`may` names what a fair reader may infer (neither right nor wrong), `alt` other full readings, `before` what was known.
An answer is right where every labelled fact of the open question comes out right, and wrong where one of them, or one
that no label has, comes out otherwise; with neither it is missed.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

Row = dict[str, Any]
Outcome = Literal["right", "wrong", "missed"]
COMMANDS: Mapping[str, frozenset[str]] = {
    "decide": frozenset({"verdict"}),
    "explain": frozenset({"why", "help", "counter"}),
    **{name: frozenset({name}) for name in ("skip", "restart", "stop", "status", "forget", "why", "help", "verdict")},
}
"""The intents that are right for a labelled command."""
QUIET = frozenset({"other", "smalltalk"})


def readings(row: Row) -> list[Row]:
    """Return the full readings of a line that count as right: its own, and its `alt`."""
    return [row, *({**row, **other} for other in row.get("alt", []))]


def fits(row: Row, fact: str, value: object) -> bool:
    """Tell whether a value is the labelled one, or within its range."""
    if bounds := row.get("within", {}).get(fact):
        return isinstance(value, int | float) and bounds[0] <= value <= bounds[1]
    wanted = row["facts"].get(fact)
    if isinstance(wanted, list) and isinstance(value, list):
        return sorted(map(str, wanted)) == sorted(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return wanted == value and isinstance(wanted, bool) == isinstance(value, bool)


def answered(row: Row, out: Row) -> Outcome:
    """Compare what came out for the open question (of a correction: for what it corrects) with one reading."""
    facts = {name: entry["value"] for name, entry in out["facts"].items()}
    about = set(row["asked"]) or set(row["facts"])
    about |= set(row["facts"]) if row["kind"] == "correction" or not about & set(row["facts"]) else set()
    wanted = {name for name in row["facts"] if name in about}
    given = {name: value for name, value in facts.items() if name in about and name not in row.get("may", {})}
    if any(not fits(row, name, value) for name, value in given.items()):
        return "wrong"
    if wanted <= set(given) and set(row["unsure"]) <= set(out["unsure"]):
        return "right"
    return "missed"


def best(row: Row, out: Row) -> Outcome:
    """Return the best outcome over the readings of a line."""
    outcomes = [answered(reading, out) for reading in readings(row)]
    return "right" if "right" in outcomes else "missed" if "missed" in outcomes else "wrong"


def is_unsure(row: Row, out: Row) -> bool:
    """Tell whether "I don't know" was understood."""
    return any(
        out["intent"] in COMMANDS[reading["command"]]
        if reading.get("command")
        else set(reading["unsure"]) <= set(out["unsure"])
        for reading in readings(row)
        if reading.get("command") or reading["unsure"]
    ) or any(reading["facts"] and answered(reading, out) == "right" for reading in readings(row))


def opening(row: Row, out: Row) -> tuple[int, int, int]:
    """Return how many facts of an opening are right, found (without those that it may carry) and stated."""
    scored: list[tuple[int, int, int]] = []
    for reading in readings(row):
        found = {n: e["value"] for n, e in out["facts"].items() if n not in reading.get("may", {})}
        right = sum(fits(reading, name, value) for name, value in found.items())
        scored.append((right, len(found), len(reading["facts"])))
    return max(scored, key=lambda score: (score[0] - (score[1] - score[0]), -score[2]))


def is_left_alone(row: Row, out: Row) -> bool:
    """Tell whether nothing comes of talk between people."""
    return (
        set(out["facts"]) <= set(row.get("may", {}))
        and not out["unsure"]
        and out["intent"] in {*QUIET, "answer"}
        and not out["passages"]
    )


def figures(rows: Sequence[Row], outs: Sequence[Row], say: Any = None) -> dict[str, float]:
    """Return the figures over lines and what they were read as; `say` is told of each miss."""
    hits: Counter[str] = Counter()
    alls: Counter[str] = Counter()
    right = found = stated = 0
    for row, out in zip(rows, outs, strict=True):
        kind = row["kind"]
        told = ""
        if kind in ("answer", "correction"):
            told = best(row, out)
            alls["asked"] += 1
            hits[f"asked_{told}"] += 1
        elif kind == "unsure":
            told = "right" if is_unsure(row, out) else "missed"
        elif kind in ("command", "counter"):
            ok = any(out["intent"] in COMMANDS.get(r.get("command") or "", ()) for r in readings(row))
            told = "right" if ok else "missed"
            kind = "command"
        elif kind == "question":
            ok = any(
                bool(set(r["passages"]) & set(out["passages"])) or not (r["passages"] or out["passages"])
                for r in readings(row)
            )
            told = "right" if ok else "missed"
        elif kind == "humans":
            told = "right" if is_left_alone(row, out) else "missed"
        elif kind == "opening":
            scored = opening(row, out)
            right, found, stated = right + scored[0], found + scored[1], stated + scored[2]
            told = "right" if scored[0] == scored[1] else "wrong"
        alls[kind] += 1
        hits[kind] += told == "right"
        if say is not None and (told in ("wrong", "missed") or (kind == "opening" and scored[0] < scored[2])):  # pyright: ignore[reportPossiblyUnboundVariable]
            say(told, row, out)

    def share(hit: str, of: str) -> float:
        return round(hits[hit] / alls[of], 3) if alls[of] else 1.0

    return {
        "asked_right": share("asked_right", "asked"),
        "asked_wrong": share("asked_wrong", "asked"),
        "unsure": share("unsure", "unsure"),
        "commands": share("command", "command"),
        "look_up": share("question", "question"),
        "opening_precision": round(right / found, 3) if found else 1.0,
        "opening_recall": round(right / stated, 3) if stated else 1.0,
        "left_alone": share("humans", "humans"),
    }


def read(rows: Sequence[Row], *, no_model: bool) -> list[Row]:
    """Run the command over the lines."""
    given = "".join(
        json.dumps({"text": row["text"], "asked": row["asked"], "before": row.get("before", {})}) + "\n" for row in rows
    )
    command = [
        sys.executable,
        "-c",
        "from bot.cli import main; main()",
        "read",
        "--jsonl",
        *(["--no-model"] if no_model else []),
    ]
    done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    outs = [json.loads(line) for line in done.stdout.splitlines()]
    if faults := [out["error"] for out in outs if "error" in out]:
        raise SystemExit(faults[0])
    return outs


def said(told: str, row: Row, out: Row) -> None:
    """Print a miss."""
    facts = {name: entry["value"] for name, entry in out["facts"].items()}
    shown = {"facts": row["facts"], "unsure": row["unsure"], "command": row.get("command"), "passages": row["passages"]}
    wanted = {name: value for name, value in shown.items() if value}
    print(
        f"{told.upper()} {row['id']} asked {','.join(row['asked']) or 'nothing'}: {row['text']!r}\n"
        f"    wanted {wanted}, read {facts} unsure {out['unsure']} {out['intent']} {out['passages']}"
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="labelled replies, one JSON object a line")
    parser.add_argument("--model", action="store_true", help="with the model that the settings name; without it none")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.cases.read_text(encoding="utf-8").splitlines() if line.strip()]
    outs = read(rows, no_model=not arguments.model)
    print(json.dumps(figures(rows, outs, said)))


if __name__ == "__main__":
    main()
