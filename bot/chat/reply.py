"""What can be said, as data. An adapter renders each part with what its platform has."""

import base64
from typing import Annotated, Literal

from pydantic import Field

from bot.chat.actions import Action
from bot.consultation.base import Plain


class Text(Plain):
    """Words, in Markdown; the voice says what they are for."""

    kind: Literal["text"] = "text"
    markdown: str
    voice: Literal["say", "answer", "ask", "verdict", "notice", "error"] = "say"
    detail: bool = False
    """True for what can wait until it is asked for, where there is little room."""
    quiet: bool = False
    """True for what stands below an answer in small print."""


class Option(Plain):
    """One choice: what is sent back, and what is shown."""

    value: str
    label: str


class FormField(Plain):
    """One fact of a form. No options means free input of the given type."""

    fact: str
    ask: str
    why: str
    type: Literal["choice", "set", "bool", "count", "text"]
    options: tuple[Option, ...] = ()
    hint: str | None = None


class Form(Plain):
    """One question: a fact, or facts that belong together. Every field can be left as "I don't know"."""

    kind: Literal["form"] = "form"
    id: str
    title: str
    fields: tuple[FormField, ...]
    help: str = ""


class Choices(Plain):
    """Buttons for what can be done next; `action` says what a press means."""

    kind: Literal["choices"] = "choices"
    action: Action
    text: str = ""
    options: tuple[Option, ...]
    multiple: bool = False


class Table(Plain):
    """A small table; first row of `rows` is the first line below the header."""

    kind: Literal["table"] = "table"
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


class Picture(Plain):
    """A PNG with its alternative text."""

    kind: Literal["picture"] = "picture"
    name: str
    alt: str
    png: str
    """The picture, base64."""

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.png)


class File(Plain):
    """A text file to download."""

    kind: Literal["file"] = "file"
    name: str
    content: str


class Progress(Plain):
    """How far long work is; shown in place with all of its reply, the newest of one `id` replaces the one before."""

    kind: Literal["progress"] = "progress"
    id: str
    done: int
    total: int
    text: str = ""


class Feedback(Plain):
    """Was this useful, or is a fact wrong? A press comes back as `feedback` with `up` or `down` and then `about`, or
    as `correct`."""

    kind: Literal["feedback"] = "feedback"
    about: str


Part = Annotated[Text | Form | Choices | Table | Picture | File | Progress | Feedback, Field(discriminator="kind")]


class Reply(Plain):
    """What is said in one go."""

    parts: tuple[Part, ...]
    to: str | None = None
    """The one person who may see it, as in `Event.author`; None for all who see the conversation."""
    aside: bool = False
    """True where it opens no thread: it is said to `to` where they spoke, to them alone where the platform can."""
    via: str | None = None
    """What `Event.via` said of the last event that this answers."""
    live: bool = False
    """True for the open question and for the verdict: the one that stood before keeps its words and loses its
    controls."""
    beside: bool = False
    """True for what is put on the live message, in the place of what was put there before; nothing is posted."""
    amends: tuple[str, str] | None = None
    """For what is put `beside`: a notice of the live message, and what stands in its place; nothing where empty."""
    restores: bool = False
    """True where a press was refused: what it took from the live message comes back, and nothing is said."""
    over: str = ""
    """Id of a progress whose message this takes the place of; posted where that is gone or cannot show it."""
    answered: str = ""
    """What was answered to that one, in markdown on one line, for where no press shows it."""
