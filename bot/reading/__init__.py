"""A message into facts, each with the words that support it."""

from collections.abc import Mapping, Sequence

from bot.model.client import Model
from bot.model.errors import ModelError
from bot.reading import answers, by_model, by_patterns
from bot.reading import questions as asks
from bot.reading.models import may_read
from bot.reading.result import Found, Reading
from knowledge.schema import Ask, Fact, ModelAge

__all__ = ["Found", "Reading", "may_read", "merged", "read", "read_patterns", "wants_model"]


async def read(
    text: str,
    *,
    facts: Mapping[str, Fact],
    asked: Sequence[str],
    questions: Mapping[str, Ask],
    model: Model | None,
    ages: ModelAge | None = None,
    limit: float = by_model.LIMIT,
) -> Reading:
    """Read one message: with patterns, and with a model in one call whose claims are checked against the words.

    `asked` are the facts of the open question, in order; `ages` tells old base models from current ones. Where both
    speak of a fact the model wins. A fault of the model is in `error`, beside what the patterns read; it has `limit`
    seconds.
    """
    plain = read_patterns(text, facts=facts, asked=asked, questions=questions, ages=ages)
    if model is None or not wants_model(text, plain):
        return plain
    try:
        claimed = await by_model.claims(
            text, facts=facts, asked=asked, questions=questions, model=model, ages=ages, limit=limit
        )
    except ModelError as error:
        return plain.model_copy(update={"error": error})
    return merged(plain, claimed, facts=facts, asked=asked, cut=len(text) > by_model.LONGEST)


def wants_model(text: str, plain: Reading) -> bool:
    """Tell whether a model may find more; what is answered by choice, and what is pasted to be tried, needs none."""
    done = not text.strip() or plain.samples or plain.samples_fault or plain.skip
    return not done and not answers.is_answer(text, plain.found, plain.unsure)


def merged(
    plain: Reading, claimed: by_model.Claims, *, facts: Mapping[str, Fact], asked: Sequence[str], cut: bool = False
) -> Reading:
    """Join what the patterns and the model read; the model wins where both speak of a fact."""
    found = {hit.fact: hit for hit in (*plain.found, *claimed.found)}
    unsure = [name for name in asked if name in (*plain.unsure, *claimed.unsure) and name not in found]
    return plain.model_copy(
        update={
            "found": tuple(found[name] for name in facts if name in found),
            "unsure": tuple(unsure),
            "question": claimed.question or plain.question,
            "by_model": True,
            "dropped": claimed.dropped,
            "cut": plain.cut or cut,
        }
    )


def read_patterns(
    text: str,
    *,
    facts: Mapping[str, Fact],
    asked: Sequence[str],
    questions: Mapping[str, Ask],
    ages: ModelAge | None = None,
) -> Reading:
    """Read one message with patterns alone."""
    askable = {name: fact for name, fact in facts.items() if fact.known_by == "asked"}
    samples, fault, pasted_at = by_patterns.samples(text)
    pasted = samples is not None or fault is not None
    answered, unsure = ([], ()) if pasted else answers.answers(text, askable, asked, questions)
    hits = {hit.fact: hit for hit in answered}
    if not answers.is_answer(text, answered, unsure):
        stated = by_patterns.statements(text, askable, ages, asked=asked, without=pasted_at)
        if answers.is_correction(text, [hit.fact for hit in stated], asked):
            hits = {name: hit for name, hit in hits.items() if not answers.is_yes_no(hit.quote)}
        for hit in stated:
            # A plain statement says more than an option word that happens to stand in it.
            if hit.fact not in hits or (hit.fact in asked and len(hit.quote) > len(hits[hit.fact].quote)):
                hits[hit.fact] = hit.model_copy(update={"closed": hit.fact in asked})
    return Reading(
        found=tuple(hits[name] for name in askable if name in hits),
        unsure=tuple(name for name in unsure if name not in hits),
        samples=samples,
        samples_fault=fault,
        question=None if pasted else asks.question(text),
        skip=not pasted and asks.skips(text),
        cut=len(text) > by_patterns.LONGEST,
    )
