"""What comes in: one event of one conversation, from any platform."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import Field, model_validator

from bot.chat.reply import Part, Progress
from bot.consultation.base import Plain, Value
from bot.consultation.model import Line
from bot.consultation.trial_results import TrialResult

Purpose = Literal["samples", "dataset", "shown"]
"""What a file is for: to be run, to be checked as a finetuning file, or to be shown as it was understood."""


class FileRef(Plain):
    """A file that its platform has; `ref` is the platform's own and says how to fetch it."""

    name: str
    ref: str
    size: int | None = None
    """Bytes, where the platform says so."""


class Said(Plain):
    """Words in a thread, a DM or a command, and the files that came with them."""

    kind: Literal["said"] = "said"
    text: str
    files: tuple[FileRef, ...] = ()
    passed_on: str = ""
    """Words of others that were forwarded with it: they state nothing until somebody says that they are of this case.
    """


class Pasted(Plain):
    """What was put into a form for samples or for a finetuning file: it is taken as that, whatever it looks like."""

    kind: Literal["pasted"] = "pasted"
    text: str = ""
    files: tuple[FileRef, ...] = ()
    purpose: Literal["samples", "dataset"] = "samples"


class Answered(Plain):
    """Choices or form fields; None is "I don't know". May name any askable fact at any time."""

    kind: Literal["answered"] = "answered"
    facts: dict[str, Value | None]
    notes: Mapping[str, str] = {}
    """How a number was reckoned, by fact."""
    corrects: bool = False
    """True for a form that was opened to correct what is held."""
    unseen: bool = False
    """True where no message shows what was answered: a command had opened the form."""


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
    purpose: Purpose = "samples"


MOST_EARLIER = 60_000
"""Characters that are read of what was said before, the last ones."""


def newest(lines: Sequence[Line]) -> list[Line]:
    """Return the last lines of a long talk, as many as are read of it."""
    kept: list[Line] = []
    size = 0
    for line in reversed(lines):
        size += len(line.text)
        if kept and size > MOST_EARLIER:
            break
        kept.append(line)
    return kept[::-1]


class Earlier(Plain):
    """What people said in this place before the advisor was mentioned, as far as its platform could tell."""

    kind: Literal["earlier"] = "earlier"
    lines: tuple[Line, ...]
    names: dict[str, str] = Field(default_factory=dict[str, str])
    complete: bool
    """False where more was said than could be read."""
    others: int = 0
    """Lines of others, which are counted and left where they are until somebody lets them be read."""
    people: int = 0
    """How many wrote those."""
    offered: bool = True
    """False where those who manage the workspace do not let those be read."""
    given: bool = False
    """True where somebody pressed to have the lines of others read."""
    cut: bool = False
    """True where older lines were left out, since no more are read."""


class Edited(Plain):
    """The message was changed; it is read again."""

    kind: Literal["edited"] = "edited"
    text: str


class Present(Plain):
    """Somebody who never spoke to the advisor said something here to others; the words are not taken."""

    kind: Literal["present"] = "present"


class Hidden(Plain):
    """Words to the advisor that their platform does not show it; `instead` says in one sentence what to do."""

    kind: Literal["hidden"] = "hidden"
    instead: str


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


class Removed(Plain):
    """The advisor was taken out of the workspace: all that is kept of it goes."""

    kind: Literal["removed"] = "removed"


Body = Annotated[
    Said
    | Answered
    | Pressed
    | Pasted
    | Attached
    | Earlier
    | Edited
    | Present
    | Hidden
    | Deleted
    | Measured
    | Progressed
    | Failed
    | Removed,
    Field(discriminator="kind"),
]


Addressed = Literal["us", "people", "known"]
"""Whom an event is for, as far as its platform can tell: us (a mention, a reply to us, a direct message, a control, a
command); people in a place where we may be, so that the consultation decides; or a consultation that is known, as an
edit and a deletion are, which begin none."""
_BEFORE: dict[str | None, Addressed] = {None: "us", "listening": "people", "known": "known"}


class Event(Plain):
    """One logical event. `(platform, workspace, channel, message, edition)` names it, whatever delivered it."""

    conversation: str
    """Opaque and lossless; only the adapter can read it."""
    platform: str
    workspace: str = ""
    organisation: str = ""
    """Of the workspace, where the advisor is installed across it: taken out there, it is out of all its workspaces."""
    channel: str = ""
    message: str
    """Id of the message that the words are in; of a control, its seal's nonce."""
    edition: str = ""
    """Tells events about one message apart: the time of an edit, a deletion. Empty for the message itself."""
    author: str
    """`platform:workspace:person`."""
    name: str | None = None
    """How people know the author; shown, never used as a key."""
    roles: tuple[str, ...] = ()
    """Of the author, where the platform has roles that a workspace may allow."""
    at: datetime
    private: bool = False
    """True where only the author sees the conversation: a DM, a command with an ephemeral answer."""
    addressed: Addressed = "us"
    spends: bool = False
    """True for the press of a control, which counts once for as long as its conversation is kept."""
    late: bool = False
    """True where others spoke in this place before the advisor was mentioned; its platform can tell what."""
    via: str | None = None
    """How the platform can answer this very event, such as a response address; opaque, and soon out of date."""
    awaited: bool = False
    """True for a command: its platform keeps a place for the answer, so one is given whenever it comes."""
    outsider: bool = False
    """True for a guest, and for a member of another organisation."""
    body: Body

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, given: Any) -> Any:
        """Read an event that waits in an inbox since a version that said `only`."""
        if not isinstance(given, dict) or "only" not in given:
            return cast("Any", given)
        old = cast("dict[str, Any]", given)
        return {**{name: value for name, value in old.items() if name != "only"}, "addressed": _BEFORE[old["only"]]}
