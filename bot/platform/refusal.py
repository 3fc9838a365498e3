"""What is said where the store does not take what somebody sent."""

from bot.chat.commands import Here, Platform, forgets
from bot.chat.events import Event, Said
from bot.chat.instant import instant
from bot.chat.reply import Part, Text
from bot.store.errors import StoreError
from knowledge.load import Knowledge

SORRY = "I cannot take that right now: my store does not answer. Please try again in a moment."
SLOW = (
    "My store is slow right now. I may have this already, and answer it then; "
    "where nothing comes in a minute, please try again."
)
FULL = (
    "I cannot take that right now: my store is full. Nothing of it was kept. "
    "Please tell whoever runs me, and try again later."
)
NOT_DELETED = (
    "I could not delete that: my store writes nothing right now, not even that. All is still there, "
    "and nothing new is kept. Please tell whoever runs me, and say `forget` again later."
)


def refusal(error: StoreError, event: Event | None = None) -> str:
    """Return the sentence for somebody whose words or press the store did not take."""
    if error.kind == "full":
        return NOT_DELETED if event is not None and forgets(event) else FULL
    return SLOW if error.kind == "slow" else SORRY


def without_store(
    knowledge: Knowledge, event: Event, error: StoreError, platform: Platform, *, last: bool = False
) -> list[Part] | None:
    """Answer a message to us that the store did not take, where that can be done now; None where it is to wait.

    Help and the rules need no store; one that is full takes nothing for a long time, and it is said, as is that the
    platform brings the message for the `last` time.
    """
    if not isinstance(event.body, Said) or event.addressed != "us":
        return None
    parts = instant(knowledge, event.body.text, Here(platform, "direct" if event.private else "thread"))
    if parts is None and (last or error.kind == "full"):
        return [Text(markdown=refusal(error, event), voice="error")]
    return parts
