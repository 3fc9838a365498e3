"""A message into facts, each with the words that support it."""

from collections.abc import Mapping, Sequence

from bot.model.client import Model
from bot.model.errors import ModelError
from bot.reading import answers, by_model
from bot.reading.models import may_read
from bot.reading.result import Found, Reading
from bot.reading.understanding import NOTHING, understand
from knowledge.load import Knowledge
from knowledge.schema import Fact, Value

__all__ = ["Found", "Reading", "may_read", "merged", "read", "understand", "wants_model"]


async def read(
    text: str,
    *,
    asked: Sequence[str],
    knowledge: Knowledge,
    model: Model | None,
    before: Mapping[str, Value] = NOTHING,
    overheard: bool = False,
    limit: float = by_model.LIMIT,
) -> Reading:
    """Read one message: by phrasings and patterns, and with a model in one call whose claims are checked.

    `asked` are the facts of the open question, in order; `before` is what is known of the case. Where both speak of a
    fact the model wins. A fault of the model is in `error`, beside what was read without it; it has `limit` seconds.
    """
    plain = understand(text, asked, knowledge, before=before, overheard=overheard)
    if model is None or overheard or not wants_model(text, plain):
        return plain
    facts = knowledge.facts
    try:
        claimed = await by_model.claims(
            text,
            facts=facts,
            asked=asked,
            questions=knowledge.asks,
            model=model,
            ages=knowledge.models,
            limit=limit,
        )
    except ModelError as error:
        return plain.model_copy(update={"error": error})
    return merged(plain, claimed, facts=facts, asked=asked, cut=len(text) > by_model.LONGEST)


def wants_model(text: str, plain: Reading) -> bool:
    """Tell whether a model may find more; what is answered by choice, and what is pasted to be tried, needs none."""
    done = not text.strip() or plain.left_alone or plain.samples or plain.samples_fault or plain.skip
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
