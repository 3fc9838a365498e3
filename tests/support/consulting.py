"""A consultation without a service: what was said last, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from bot.chat.events import Answered, Body, Event, Said
from bot.chat.reply import Part, Text
from bot.consultation.advice import Ask
from bot.consultation.base import Value
from bot.consultation.derived import deriver, explainer
from bot.consultation.model import Consultation, Verdict
from bot.consultation.view import view
from bot.turn.context import TurnContext
from bot.turn.turn import TurnResult, turn
from knowledge.load import load
from knowledge.prices import load_prices
from tests.support.clock import NOON, TODAY

PRICES = load_prices()
ADVISOR = TurnContext(load(), deriver(PRICES, TODAY), explain=explainer(PRICES, TODAY), prices=PRICES, today=TODAY)


class Talk:
    """A consultation that remembers what was said last."""

    def __init__(self, facts: dict[str, Value] | None = None, advisor: TurnContext = ADVISOR) -> None:
        self.case = Consultation(id="c", started=NOON, updated=NOON)
        self.advisor = advisor
        self.numbers = count(1)
        self.start = facts or {}
        self.out: TurnResult | None = None

    async def hear(
        self, *bodies: Body, by: str = "ana", message: str | None = None, at: datetime = NOON, **more: Any
    ) -> str:
        told = [(Answered(facts={**self.start}), "ana")] if self.start else []
        self.start = {}
        batch = [
            Event(
                conversation="c",
                platform="test",
                message=message or str(next(self.numbers)),
                author=who,
                name=who.title(),
                body=body,
                at=at,
                **more,
            )
            for body, who in [*told, *((body, by) for body in bodies)]
        ]
        self.out = await turn(self.case, batch, self.advisor)
        self.case = self.out.consultation
        return "\n".join(p.markdown for p in self.parts if isinstance(p, Text))

    async def say(self, text: str, by: str = "ana") -> str:
        return await self.hear(Said(text=text), by=by)

    async def answer(self, by: str = "ana", **facts: Value | None) -> str:
        return await self.tell(facts, by)

    async def tell(self, facts: Mapping[str, Value | None], by: str = "ana") -> str:
        return await self.hear(Answered(facts={**facts}), by=by)

    def told(self, person: str) -> str:
        """Return what only this person was told."""
        assert self.out is not None
        parts = [part for reply in self.out.replies if reply.to == person for part in reply.parts]
        return "\n".join(part.markdown for part in parts if isinstance(part, Text))

    @property
    def posted(self) -> str:
        """Return what was said in messages of their own."""
        assert self.out is not None
        parts = [part for reply in self.out.replies if not reply.beside for part in reply.parts]
        return "\n".join(part.markdown for part in parts if isinstance(part, Text))

    @property
    def parts(self) -> list[Part]:
        assert self.out is not None
        return [part for reply in self.out.replies for part in reply.parts]

    @property
    def verdict(self) -> Verdict:
        assert self.out is not None and isinstance(self.out.move, Verdict), self.out
        return self.out.move

    @property
    def asked(self) -> tuple[str, ...]:
        assert self.out is not None and isinstance(self.out.move, Ask), self.out
        return self.out.move.facts

    def value(self, fact: str) -> Value:
        return view(self.case, ADVISOR.knowledge, ADVISOR.derive).known[fact].value
