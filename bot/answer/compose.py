"""The answer to a case: one call, checked, repaired at most once; else the assembled advice."""

import time
from collections.abc import Mapping
from typing import Any

from bot.answer.assembled import assembled
from bot.answer.checks import brief_holds, faults
from bot.answer.draft import Draft, draft_of
from bot.answer.material import Material
from bot.answer.prompt import MOST_TOKENS, messages, repair, schema
from bot.consultation.answer import Answer, Footnote, Objection
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.model.response import parse

LIMIT, LEAST = 15.0, 2.0
"""Seconds for an answer with its repair; below the least no repair is begun."""


async def compose(
    material: Material, *, model: Model | None, before: Answer | None = None, limit: float = LIMIT
) -> Answer:
    """Return the answer that may be said, after the one before; never raises for what a model does."""
    if model is None:
        return assembled(material, before)
    ends = time.monotonic() + limit
    form = schema(material)
    asked = messages(material)
    calls = tokens_in = tokens_out = 0
    found: list[str] = []
    for attempt in range(2):
        left = ends - time.monotonic()
        if attempt and left < min(LEAST, limit / 2):
            break
        try:
            calls += 1
            done = await model.complete(
                asked, max_tokens=MOST_TOKENS, temperature=0, schema=form, retries=0, limit=left, queue=False
            )
        except ModelError as error:
            found = [*found, f"the model gave no answer ({error.kind})"]
            break
        tokens_in, tokens_out = tokens_in + done.tokens_in, tokens_out + done.tokens_out
        draft, wrong = _checked(done.text, form, material)
        if draft is not None and not wrong:
            said = _said(draft, material, model.name)
            return said.model_copy(
                update={"calls": calls, "tokens_in": tokens_in, "tokens_out": tokens_out, "faults": tuple(found)}
            )
        found += wrong
        asked = repair(material, done.text, wrong)
    return assembled(material, before).model_copy(
        update={"calls": calls, "tokens_in": tokens_in, "tokens_out": tokens_out, "faults": tuple(found)}
    )


def _checked(text: str, form: Mapping[str, Any], material: Material) -> tuple[Draft | None, list[str]]:
    data, wrong = parse(text, form)
    if data is None:
        return None, [f"it does not fit the form: {wrong[:300]}"]
    draft = draft_of(data)
    return draft, faults(draft, material)


def _said(draft: Draft, material: Material, by: str) -> Answer:
    items = {item.id: item for item in material.items}
    asks = bool(material.open or draft.objection)
    return Answer(
        # Where nothing is open the question is part of the answer: whoever answers it is heard. One at a time is asked.
        text=draft.whole if asks or not draft.question else f"{draft.whole}\n\n{draft.question}",
        sources=tuple(
            Footnote(number=n, source=source, title=items[source].title, rests_on=items[source].rests_on)
            for n, source in sorted(draft.footnotes.items())
        ),
        by=by,
        question=draft.question if asks else None,
        lines=draft.lines if brief_holds(draft, material) else (),
        beside=not draft.whether,
        objection=Objection(fact=draft.objection[0], why=draft.objection[1]) if draft.objection else None,
        trial=any(trial for _, trial in draft.steps),
        asks=material.asks,
        clause=material.clause,
        rules=material.rules,
        passages=material.ids,
    )
