"""Fit knowledge/thresholds.yaml to labelled replies, and print what moved and what that does to the figures.

Every second line of a kind is kept back (`--every 3`: every third), and the figures of both parts are printed before
and after. Each threshold is moved by itself over a grid, the others held, until nothing gets better; a wrong answer
weighs as three missed ones, and openings must not fall below a precision of 0.85. Only `--write` changes the file.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.replies import Row, figures
from bot.reading import understanding
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


def parts(rows: Sequence[Row], every: int) -> tuple[list[Row], list[Row]]:
    """Part the lines into those to fit on, and of each kind every so many that are not looked at."""
    seen: Counter[tuple[str, bool]] = Counter()
    fitted: list[Row] = []
    kept: list[Row] = []
    for row in rows:
        kind = (row["kind"], row["language"] == "en")
        seen[kind] += 1
        (fitted if seen[kind] % every else kept).append(row)
    return fitted, kept


def read(rows: Sequence[Row], knowledge: Knowledge, thresholds: Thresholds) -> list[Row]:
    """Read the lines as `advisor read` does, with these thresholds."""
    own = knowledge.thresholds
    outs: list[Row] = []
    try:
        _hold(knowledge, thresholds)
        for row in rows:
            held: dict[str, Any] = row.get("before", {})
            before: dict[str, Value] = {
                n: value for n, v in held.items() if (value := value_fits(knowledge.facts[n], v)) is not None
            }
            got = understanding.understand(row["text"], row["asked"], knowledge, before=before)
            facts = {h.fact: {"value": list(h.value) if isinstance(h.value, tuple) else h.value} for h in got.found}
            outs.append({"facts": facts, "unsure": got.unsure, "intent": got.intent, "passages": got.passages})
    finally:
        _hold(knowledge, own)
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


def fit(
    rows: Sequence[Row], knowledge: Knowledge, best: Thresholds, grids: Mapping[str, Sequence[float]]
) -> Thresholds:
    """Return the thresholds at which these lines are read best, sought from those that are given."""
    moved = True
    while moved:
        moved = False
        for name, grid in grids.items():
            about = [row for row in rows if row["kind"] in KINDS[name]]
            scores = {
                value: worth(figures(about, read(about, knowledge, best.model_copy(update={name: value}))))
                for value in {*grid, getattr(best, name)}
            }
            top = max(scores.values())
            as_good = sorted(value for value, score in scores.items() if score >= top - 1e-9)
            if getattr(best, name) in as_good:
                continue
            moved = True
            value = as_good[len(as_good) // 2]  # the middle of a plateau is the safest
            print(f"{name}: {getattr(best, name):g} to {value:g} (worth {top:.3f})", flush=True)
            best = best.model_copy(update={name: value})
    return best


def _hold(knowledge: Knowledge, thresholds: Thresholds) -> None:
    """Put these thresholds in the place of the others: what phrasings are compared by takes long to make anew."""
    object.__setattr__(knowledge, "thresholds", thresholds)
    understanding._read_before.cache_clear()  # pyright: ignore[reportPrivateUsage]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="labelled replies, one JSON object a line")
    parser.add_argument("--every", type=int, default=2, help="keep back every so many lines of a kind; 2 without it")
    parser.add_argument("--write", action="store_true", help="write the file")
    arguments = parser.parse_args()
    if arguments.every < 2:
        parser.error("--every is 2 or more, so that some lines are left to fit on")
    rows: list[Any] = [json.loads(line) for line in arguments.cases.read_text(encoding="utf-8").splitlines() if line]
    knowledge = load()
    was = knowledge.thresholds
    fitted, kept = parts([row for row in rows if row["language"] == "en"], arguments.every)
    best = fit(fitted, knowledge, was, GRIDS)
    for part, of in (("fitted on", fitted), ("kept back", kept)):
        for when, thresholds in (("before", was), ("after", best)):
            print(f"{part}, {when}: {json.dumps(figures(of, read(of, knowledge, thresholds)))}")
    if arguments.write:
        path = HERE / "thresholds.yaml"
        head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        lines = [*head, *(f"{name}: {value:g}" for name, value in best.model_dump().items())]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif best != was:
        print("Nothing is written; --write does.")
    print(json.dumps(best.model_dump()))


if __name__ == "__main__":
    main()
