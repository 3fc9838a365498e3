"""What a turn needs besides the case, and what a batch of events has done to it so far."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat.events import Event
from bot.chat.reply import Part, Reply
from bot.consultation.derived import Explain
from bot.consultation.model import Consultation
from bot.model.client import Model
from knowledge.decision import Derive
from knowledge.load import Knowledge
from knowledge.schema import Value


async def nobody(_: Event) -> bool:
    """Tell that the author does not manage the place; where nobody can be asked, only the asker decides."""
    return False


@dataclass(frozen=True)
class Advisor:
    """What a turn needs besides the case."""

    knowledge: Knowledge
    derive: Derive
    model: Model | None = None
    reads: bool = False
    """True where the model is good enough to read messages; otherwise patterns and choices do."""
    explain: Explain = lambda _: None
    """Says what the cost arithmetic found."""
    cost: Callable[[str, Mapping[str, Value]], Sequence[Part]] = lambda _words, _facts: ()
    """Answers the words behind `cost`, in a case with these facts."""
    manages: Callable[[Event], Awaitable[bool]] = nobody
    """Tells whether an author may decide for the workspace."""


@dataclass
class Taking:
    """What one batch has done to the case so far."""

    case: Consultation
    parts: list[Part] = field(default_factory=list[Part])
    aside: dict[str, list[Part]] = field(default_factory=dict[str, list[Part]])
    """What only one person is told."""
    new: list[str] = field(default_factory=list[str])
    """Facts that were read in this turn, to be repeated back."""
    now: bool = False
    """True where a verdict is wanted now, in full, on assumptions where it needs some."""
    trial: bool = False
    go: bool = False
    """True where somebody who may said that a trial above the cap is to run."""
    stop: bool = False
    forget: bool = False
    quiet: bool = True
    """True while nothing but commands came: the question is not asked again."""

    def tell(self, event: Event, part: Part) -> None:
        """Say something to the author of an event alone."""
        self.aside.setdefault(event.author, []).append(part)

    def asides(self) -> tuple[Reply, ...]:
        """Return what is said to one person each."""
        return tuple(Reply(parts=tuple(parts), to=person) for person, parts in self.aside.items())


async def decides(case: Consultation, event: Event, advisor: Advisor) -> bool:
    """Tell whether the author may stop, spend and forget here: the asker, or who manages the place."""
    return event.private or event.author == case.asker or await advisor.manages(event)
