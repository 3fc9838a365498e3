"""Fit knowledge/thresholds.yaml to every second line of labelled replies; the figures of both halves are printed.

Each threshold is moved by itself over a grid, the others held, until nothing gets better; a wrong answer weighs as
three missed ones, and openings must not fall below a precision of 0.85.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.replies import Row, figures
from bot.reading import understand
from knowledge.load import HERE, Knowledge, load
from knowledge.schema import Thresholds, Value
from knowledge.values import value_fits

GRIDS: Mapping[str, tuple[float, ...]] = {
    "clear": tuple(x / 50 for x in range(8, 25)),
    "lead": (0.0, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25),
    "intent": tuple(x / 25 for x in range(7, 17)),
    "unsure": tuple(x / 25 for x in range(7, 17)),
    "opening": tuple(x / 50 for x in range(14, 30)),
    "passage": tuple(x / 20 for x in range(4, 24)),
}
KINDS: Mapping[str, frozenset[str]] = {
    "clear": frozenset({"answer", "correction", "unsure"}),
    "lead": frozenset({"answer", "correction", "unsure"}),
    "intent": frozenset({"answer", "command", "counter", "unsure", "humans", "smalltalk"}),
    "unsure": frozenset({"answer", "unsure", "command", "counter"}),
    "opening": frozenset({"opening", "answer"}),
    "passage": frozenset({"question", "counter"}),
}
"""The kinds of lines that a threshold bears on."""
LEAST_PRECISION = 0.85


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Part the lines: of each kind every second one is fitted on, the others are not looked at."""
    seen: Counter[tuple[str, bool]] = Counter()
    parts: tuple[list[Row], list[Row]] = ([], [])
    for row in rows:
        kind = (row["kind"], row["language"] == "en")
        seen[kind] += 1
        parts[0 if seen[kind] % 2 else 1].append(row)
    return parts


def read(rows: Sequence[Row], knowledge: Knowledge) -> list[Row]:
    """Read the lines as `advisor read` does."""
    outs: list[Row] = []
    for row in rows:
        held: dict[str, Any] = row.get("before", {})
        before: dict[str, Value] = {
            n: value for n, v in held.items() if (value := value_fits(knowledge.facts[n], v)) is not None
        }
        got = understand(row["text"], row["asked"], knowledge, before=before)
        facts = {h.fact: {"value": list(h.value) if isinstance(h.value, tuple) else h.value} for h in got.found}
        outs.append({"facts": facts, "unsure": got.unsure, "intent": got.intent, "passages": got.passages})
    return outs


def worth(found: Mapping[str, float]) -> float:
    """Return what figures are worth in all."""
    short = max(0.0, LEAST_PRECISION - found["opening_precision"])
    return (
        2 * (found["asked_right"] - 3 * found["asked_wrong"])
        + found["unsure"]
        + found["commands"]
        + found["look_up"]
        + 2 * (found["opening_recall"] - 5 * short)
        + 0.5 * found["opening_precision"]
        + found["left_alone"]
    )


def fit(rows: Sequence[Row], knowledge: Knowledge) -> Thresholds:
    """Return the thresholds at which these lines are read best."""
    best = knowledge.thresholds
    moved = True
    while moved:
        moved = False
        for name, grid in GRIDS.items():
            about = [row for row in rows if row["kind"] in KINDS[name]]
            scores: list[tuple[float, float]] = []
            for value in grid:
                _hold(knowledge, best.model_copy(update={name: value}))
                scores.append((worth(figures(about, read(about, knowledge))), value))
            top = max(score for score, _ in scores)
            as_good = sorted(value for score, value in scores if score >= top - 1e-9)
            value = as_good[len(as_good) // 2]  # the middle of a plateau is the safest
            moved = moved or getattr(best, name) not in as_good
            best = best.model_copy(update={name: value})
            print(f"{name}: {value} ({top:.3f})", flush=True)
    _hold(knowledge, best)
    return best


def _hold(knowledge: Knowledge, thresholds: Thresholds) -> None:
    object.__setattr__(knowledge, "thresholds", thresholds)  # the index of the phrasings is kept by identity


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="labelled replies, one JSON object a line")
    parser.add_argument("--write", action="store_true", help="write the file")
    arguments = parser.parse_args()
    rows: list[Any] = [json.loads(line) for line in arguments.cases.read_text(encoding="utf-8").splitlines()]
    knowledge = load()
    fitted, kept = halves([row for row in rows if row["language"] == "en"])
    best = fit(fitted, knowledge)
    for name, part in (("fitted", fitted), ("kept back", kept)):
        print(name, json.dumps(figures(part, read(part, knowledge))))
    if arguments.write:
        path = HERE / "thresholds.yaml"
        head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        lines = [*head, *(f"{name}: {value:g}" for name, value in best.model_dump().items())]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
