"""What comes in: one event of one conversation, from any platform."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.consultation import Plain, TrialResult, Value
from bot.reply.parts import Part, Progress


class Said(Plain):
    """Words in a thread, a DM or a command."""

    kind: Literal["said"] = "said"
    text: str


class Answered(Plain):
    """Choices or form fields; None is "I don't know". May name any askable fact at any time."""

    kind: Literal["answered"] = "answered"
    facts: dict[str, Value | None]


class Pressed(Plain):
    """A button that is no fact: what can be done next, or feedback."""

    kind: Literal["pressed"] = "pressed"
    action: str
    values: tuple[str, ...] = ()


class Attached(Plain):
    """A text file, already decoded; `problem` says in one sentence why it could not be read."""

    kind: Literal["attached"] = "attached"
    name: str
    content: str = ""
    problem: str | None = None


class Edited(Plain):
    """The message was changed; it is read again."""

    kind: Literal["edited"] = "edited"
    text: str


class Deleted(Plain):
    """The message is gone, and so are the facts that only it held."""

    kind: Literal["deleted"] = "deleted"


class Measured(Plain):
    """A trial has ended, or was stopped."""

    kind: Literal["measured"] = "measured"
    result: TrialResult
    parts: tuple[Part, ...] = ()
    """What is shown of it, where whoever ran it could not show it."""


class Progressed(Plain):
    """A trial has come this far; it changes nothing in the case."""

    kind: Literal["progressed"] = "progressed"
    progress: Progress


class Failed(Plain):
    """Long work could not go on; `sentence` says why and what to do."""

    kind: Literal["failed"] = "failed"
    sentence: str


Body = Annotated[
    Said | Answered | Pressed | Attached | Edited | Deleted | Measured | Progressed | Failed,
    Field(discriminator="kind"),
]


class Inbound(Plain):
    """One logical event. `(platform, workspace, channel, message)` names it, whatever delivered it."""

    conversation: str
    """Opaque and lossless; only the adapter can read it."""
    platform: str
    workspace: str = ""
    channel: str = ""
    message: str
    author: str
    name: str | None = None
    """How people know the author; shown, never used as a key."""
    at: datetime
    private: bool = False
    body: Body
