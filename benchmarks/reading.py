"""Run the reader over reference threads and compare what it finds with what their authors state.

A found fact is right when its value equals the stated one; for a set that is the same members. The share that counts
a part of a stated set as right is printed beside it. A fact that the thread's `stated` has not is wrong, however
plausible. A fact that no thread of the file has a label for, neither stated nor as a likely answer, is outside of the
labels' vocabulary: it counts neither way and is named apart.
With a model the figures are those of the reader as it is used, patterns included; what the model claimed alone is
printed too, since that decides whether it may read.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.consultation.advice import Ask, next_move
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.derived import deriver
from bot.consultation.model import Asked, Claim, Consultation, How, Verdict
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.model.select import Chosen, open_model
from bot.reading import Found, by_model, merged, understand
from knowledge.load import Knowledge, load
from knowledge.prices import load_prices
from knowledge.values import value_fits

PATIENCE = 900.0
"""Seconds a message: what is measured is how well it reads; how fast stands beside it."""
WHEN = datetime(2026, 11, 22, tzinfo=UTC)
THREAD = dict[str, Any]


@dataclass
class Score:
    """Found facts against stated ones."""

    found: int = 0
    right: int = 0
    part: int = 0
    stated: int = 0
    quoted: int = 0
    wrong: list[str] = field(default_factory=list[str])
    labelled: frozenset[str] = frozenset()
    """The facts that the labels know; what else is found counts neither way."""
    beside: list[str] = field(default_factory=list[str])

    def add(self, thread: THREAD, hits: tuple[Found, ...], text: str, knowledge: Knowledge) -> None:
        stated = {name: value_fits(knowledge.facts[name], value) for name, value in thread["stated"].items()}
        self.stated += len(stated)
        for hit in hits:
            if hit.fact not in self.labelled:
                self.beside.append(f"{thread['id']} {hit.fact}: {hit.value!r} from {hit.quote!r}")
                continue
            wanted = stated.get(hit.fact)
            equal = hit.value == wanted and isinstance(hit.value, bool) == isinstance(wanted, bool)
            self.found += 1
            self.right += equal
            self.part += equal or (
                isinstance(hit.value, tuple) and isinstance(wanted, tuple) and set(hit.value) < set(wanted)
            )
            self.quoted += hit.quote in text
            if not equal:
                self.wrong.append(f"{thread['id']} {hit.fact}: {hit.value!r} (stated {wanted!r}) from {hit.quote!r}")

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.stated if self.stated else 0.0

    def line(self) -> str:
        """Say the figures in words."""
        partly = self.part / self.found if self.found else 0.0
        return (
            f"{self.found} facts found, {self.right} right: precision {self.precision:.3f} "
            f"({partly:.3f} with parts of sets), recall {self.recall:.3f} of {self.stated}"
        )


def consult(thread: THREAD, hits: tuple[Found, ...], knowledge: Knowledge) -> str:
    """Return the verdict when the found facts come first and the thread's answers fill what is asked."""
    derive = deriver(load_prices(), date(2026, 11, 22))
    case = Consultation(id=thread["id"], started=WHEN, updated=WHEN)
    for hit in hits:
        case = _told(case, knowledge, hit.fact, hit.value, How.stated, hit.quote)
    answers = {**thread["likely_answers"], **thread["stated"]}
    for _ in range(40):
        move = next_move(case, knowledge, derive)
        if isinstance(move, Verdict):
            return move.verdict
        assert isinstance(move, Ask)
        case = case.but(asked=Asked(facts=move.facts))
        for fact in move.facts:
            raw = answers.get(fact)
            value = None if raw is None else value_fits(knowledge.facts[fact], raw)
            case = _told(case, knowledge, fact, value, How.chosen, None)
    raise RuntimeError(f"{thread['id']} does not end")


def _told(
    case: Consultation, knowledge: Knowledge, fact: str, value: Value | None, how: How, quote: str | None
) -> Consultation:
    closed = how is How.chosen or not isinstance(value, tuple)
    return claim(case, knowledge, fact, Claim(value=value, how=how, by="asker", at=WHEN, quote=quote, closed=closed))


async def measure(threads: list[THREAD], knowledge: Knowledge, model: Model | None) -> Mapping[str, float]:
    """Read every thread, print what is wrong, and return the figures."""
    labelled = frozenset(name for thread in threads for name in (*thread["stated"], *thread["likely_answers"]))
    reader, alone = Score(labelled=labelled), Score(labelled=labelled)
    seconds: list[float] = []
    exact = acceptable = dropped = failed = 0
    for thread in threads:
        text = f"{thread['title']}\n\n{thread['question']}"
        started = time.perf_counter()
        reading = understand(text, (), knowledge)
        if model is not None:
            try:
                claims = await by_model.claims(
                    text,
                    facts=knowledge.facts,
                    asked=(),
                    questions=knowledge.asks,
                    model=model,
                    ages=knowledge.models,
                    today=WHEN.date(),
                    limit=PATIENCE,
                )
                reading = merged(reading, claims, facts=knowledge.facts, asked=())
                dropped += claims.dropped
                alone.add(thread, claims.found, text, knowledge)
            except ModelError as error:
                failed += 1
                print(f"FAILED {thread['id']}: {error.sentence}")
                if error.kind in ("key", "model", "unreachable", "quota"):
                    raise
        seconds.append(time.perf_counter() - started)
        reader.add(thread, reading.found, text, knowledge)
        verdict = consult(thread, reading.found, knowledge)
        accepted = (thread["expected"], *thread["acceptable"])
        exact += verdict == thread["expected"]
        acceptable += verdict in accepted
        if verdict not in accepted:
            print(f"VERDICT {thread['id']}: {verdict} (wanted {', '.join(accepted)})")
    for line in reader.wrong:
        print(f"WRONG {line}")
    for line in reader.beside:
        print(f"UNLABELLED {line}")
    if model is not None:
        print(f"Model alone: {alone.line()}; {dropped} claims dropped, {failed} messages failed")
        for line in alone.wrong:
            print(f"MODEL {line}")
    print(f"Reader: {reader.line()}")
    used = model.tokens_in + model.tokens_out if model is not None else 0
    return {
        "precision": round(reader.precision, 3),
        "recall": round(reader.recall, 3),
        "quotes_found": round(reader.quoted / reader.found, 3) if reader.found else 1.0,
        "exact": exact,
        "acceptable": acceptable,
        "seconds_mean": round(statistics.mean(seconds), 4),
        "tokens_mean": round(used / len(threads), 1),
    }


def chosen(arguments: argparse.Namespace) -> Chosen | None:
    """Return the model that the command line names."""
    if arguments.local is not None:
        return Chosen("local", "", gguf=Path(arguments.local) if arguments.local else None)
    if arguments.model:
        key = os.environ.get(arguments.key_env, "")
        return Chosen("named", "", arguments.model, arguments.base_url, key)
    return None


async def run(arguments: argparse.Namespace) -> int:
    """Measure and print; the exit code."""
    lines = arguments.cases.read_text(encoding="utf-8").splitlines()
    threads = [json.loads(line) for line in lines if line.strip()]
    choice = chosen(arguments)
    model: Model | None = None
    try:
        model = await open_model(choice) if choice else None
        figures = await measure(threads, load(), model)
    except ModelError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    finally:
        if model is not None:
            await model.aclose()
    print(json.dumps(figures))
    return 0


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="threads, one JSON object a line")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--patterns", action="store_true", help="no model (the default)")
    which.add_argument("--local", nargs="?", const="", metavar="GGUF", help="the bundled model, or this file")
    which.add_argument("--model", metavar="NAME", help="a model on an OpenAI-compatible server")
    parser.add_argument("--base-url", default="https://api.openai.com/v1")
    parser.add_argument("--key-env", default="OPENAI_API_KEY", metavar="VAR", help="variable that holds the key")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
