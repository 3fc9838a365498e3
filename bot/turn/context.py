"""What a turn needs besides the consultation."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import TYPE_CHECKING

from bot.chat.events import Event, Said
from bot.chat.reply import Part
from bot.consultation.model import Consultation
from bot.text.apart import Apart, in_place
from knowledge.decision import Derive
from knowledge.load import Knowledge
from knowledge.prices import Prices
from knowledge.schema import Value

if TYPE_CHECKING:
    from bot.chat.commands import Here
    from bot.consultation.derived import Explain
    from bot.model.client import Model


async def nobody(_: Event) -> bool:
    """Tell that the author does not manage the place; where nobody can be asked, only the asker decides."""
    return False


@dataclass(frozen=True)
class TurnContext:
    """What a turn needs besides the consultation."""

    knowledge: Knowledge
    derive: Derive
    model: "Model | None" = None
    reads: bool = False
    """True where the model is good enough to read messages; otherwise patterns and choices do."""
    explain: "Explain" = lambda _: None
    """Says what the cost arithmetic found."""
    cost: Callable[[str, Mapping[str, Value]], Sequence[Part]] = lambda _words, _facts: ()
    """Answers the words behind `cost`, in a consultation with these facts."""
    prices: Prices = field(kw_only=True)
    today: date = field(kw_only=True)
    answers: bool = field(default=True, kw_only=True)
    """False where advice is assembled and no model words it."""
    finetunes: tuple[str, ...] = field(default=(), kw_only=True)
    """Finetunes that may be compared, as NAME or NAME=BASE; with none, those that the model server lists."""
    ends: float = inf
    """When a turn has to say what there is, by the clock of `time.monotonic`."""
    apart: Apart = in_place
    """Does what grows with what people send, where it holds up nobody else."""
    is_admin: Callable[[Event], Awaitable[bool]] = nobody
    """Tells whether an author may decide for the workspace."""


async def may_decide(consultation: Consultation, event: Event, context: TurnContext) -> bool:
    """Tell whether the author may stop, spend and forget here: the asker, or who manages the place."""
    return event.private or event.author == consultation.asker or await context.is_admin(event)


async def here(consultation: Consultation, event: Event, context: TurnContext) -> "Here":
    """Return where and by whom an event was said."""
    from bot.chat.commands import Here

    slash = event.private and isinstance(event.body, Said) and event.body.text.lstrip().startswith("/")
    manages = not consultation.at_terminal and await context.is_admin(event)
    return Here(
        "console" if consultation.at_terminal else "discord" if event.platform == "discord" else "slack",
        "direct" if consultation.at_terminal else "slash" if slash else "direct" if event.private else "thread",
        manages=manages,
        decides=manages or event.private or event.author == consultation.asker or consultation.at_terminal,
        model=context.model is not None,
    )
