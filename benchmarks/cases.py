"""Replay reference threads through the decision engine and print each miss.

Facts that a thread states are given first; questions are answered from its `likely_answers` (null is "I don't know").
"""

import argparse
import json
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.consultation.advice import Ask, next_move
from bot.consultation.claims import claim
from bot.consultation.derived import deriver
from bot.consultation.model import Asked, Claim, Consultation, How, Verdict
from bot.trial.statistics import wilson
from knowledge.decision import TUNING
from knowledge.load import Knowledge, load
from knowledge.prices import load_prices
from knowledge.values import value_fits

WHEN = datetime(2026, 11, 22, tzinfo=UTC)


def replay(thread: dict[str, Any], knowledge: Knowledge) -> tuple[Verdict, int]:
    """Return the verdict of a thread and the number of questions it took."""
    derive = deriver(load_prices(), date(2026, 11, 22))
    case = Consultation(id=thread["id"], started=WHEN, updated=WHEN)
    for fact, value in thread["stated"].items():
        case = _told(case, knowledge, fact, value, How.stated, thread["quotes"][fact])
    answers = {**thread["likely_answers"], **thread["stated"]}
    for questions in range(40):
        move = next_move(case, knowledge, derive)
        if isinstance(move, Verdict):
            return move, questions
        assert isinstance(move, Ask)
        case = case.but(asked=Asked(facts=move.facts))
        for fact in move.facts:
            case = _told(case, knowledge, fact, answers.get(fact), How.chosen, None)
    raise RuntimeError(f"{thread['id']} does not end")


def _told(
    case: Consultation, knowledge: Knowledge, fact: str, value: object, how: How, quote: str | None
) -> Consultation:
    fits = None if value is None else value_fits(knowledge.facts[fact], value)
    if value is not None and fits is None:
        raise ValueError(f"{value!r} is no value of {fact}")
    closed = how is How.chosen or not isinstance(fits, tuple)
    new = Claim(value=fits, how=how, by="asker", at=WHEN, quote=quote, closed=closed)
    return claim(case, knowledge, fact, new)


def shares(threads: Sequence[Mapping[str, Any]], verdicts: Sequence[str]) -> dict[str, float]:
    """Return how the verdicts stand to the labels: exact, accepted, on strict threads, and mean over the labels."""
    exact = [verdict == thread["expected"] for thread, verdict in zip(threads, verdicts, strict=True)]
    accepted = [
        verdict in (thread["expected"], *thread["acceptable"])
        for thread, verdict in zip(threads, verdicts, strict=True)
    ]
    strict = [hit for thread, hit in zip(threads, exact, strict=True) if thread.get("strict")]
    low, high = wilson(sum(strict), len(strict))
    labels = sorted({thread["expected"] for thread in threads})
    each = [
        statistics.mean(hit for thread, hit in zip(threads, exact, strict=True) if thread["expected"] == label)
        for label in labels
    ]
    return {
        "exact": sum(exact),
        "acceptable": sum(accepted),
        "strict": len(strict),
        "strict_exact": sum(strict),
        "strict_low": round(low, 2),
        "strict_high": round(high, 2),
        "mean_over_verdicts": round(statistics.mean(each), 3),
        "tuning_against_both": sum(
            verdict in TUNING and not hit for verdict, hit in zip(verdicts, accepted, strict=True)
        ),
    }


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, help="threads, one JSON object a line")
    threads = [json.loads(line) for line in parser.parse_args().cases.read_text(encoding="utf-8").splitlines()]
    knowledge = load()
    counts: list[int] = []
    verdicts: list[str] = []
    for thread in threads:
        verdict, questions = replay(thread, knowledge)
        counts.append(questions)
        verdicts.append(verdict.verdict)
        if verdict.verdict != thread["expected"]:
            wanted = [thread["expected"], *thread["acceptable"]]
            kind = "near" if verdict.verdict in wanted else "MISS"
            print(
                f"{kind} {thread['id']}: {verdict.verdict} by {verdict.clause} (wanted {', '.join(wanted)}) "
                f"{thread['title']}"
            )
    for constant in knowledge.verdicts:
        print(f"always {constant}: {json.dumps(shares(threads, [constant] * len(threads)))}")
    figures = {
        "cases": len(threads),
        **shares(threads, verdicts),
        "questions_mean": round(statistics.mean(counts), 2),
        "questions_p95": sorted(counts)[max(0, -(-len(counts) * 95 // 100) - 1)],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
