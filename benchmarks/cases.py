"""Replay reference threads through the decision engine and print each miss.

Facts that a thread states are given first; questions are answered from its `likely_answers` (null is "I don't know").
"""

import argparse
import json
import statistics
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.consultation.advice import Ask, next_move
from bot.consultation.claims import claim
from bot.consultation.derived import deriver
from bot.consultation.model import Asked, Claim, Consultation, How, Verdict
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


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, help="threads, one JSON object a line")
    threads = [json.loads(line) for line in parser.parse_args().cases.read_text(encoding="utf-8").splitlines()]
    knowledge = load()
    exact = acceptable = 0
    counts: list[int] = []
    for thread in threads:
        verdict, questions = replay(thread, knowledge)
        counts.append(questions)
        exact += verdict.verdict == thread["expected"]
        accepted = verdict.verdict in (thread["expected"], *thread["acceptable"])
        acceptable += accepted
        if verdict.verdict != thread["expected"]:
            kind = "near" if accepted else "MISS"
            wanted = ", ".join([thread["expected"], *thread["acceptable"]])
            print(f"{kind} {thread['id']}: {verdict.verdict} by {verdict.clause} (wanted {wanted}) {thread['title']}")
    figures = {
        "cases": len(threads),
        "exact": exact,
        "acceptable": acceptable,
        "questions_mean": round(statistics.mean(counts), 2),
        "questions_p95": sorted(counts)[max(0, -(-len(counts) * 95 // 100) - 1)],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
