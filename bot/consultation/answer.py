"""An answer as it is kept with its consultation."""

from bot.consultation.base import Plain


class Footnote(Plain):
    """A number in the text and the passage or dated row on which it rests."""

    number: int
    source: str
    """Id of a passage, or of a row of prices, dates or models."""
    title: str
    rests_on: tuple[str, ...] = ()
    """Ids of where it was read."""


class Cited(Plain):
    """What the numbers in an answer rest on, for whoever asks below an older message."""

    number: int
    """Of the answer, as the button below it carries it."""
    sources: tuple[Footnote, ...]
    by: str | None = None
    """The model's name that worded it."""


class Objection(Plain):
    """A fact that was read from words and seems wrong, and why; it is asked again and moves nothing by itself."""

    fact: str
    why: str


class Answer(Plain):
    """What is said, by which model, and from what."""

    text: str
    sources: tuple[Footnote, ...] = ()
    by: str | None = None
    """The model's name; None for the assembled one."""
    question: str | None = None
    """The follow-up in words for this case; None where the question's own words serve."""
    lines: tuple[str, ...] = ()
    """The verdict in brief, worded for this case in the language of who asked; empty where the rules' words serve."""
    beside: bool = False
    """True where it answers something else than whether to finetune, so that the verdict stands beside it."""
    objection: Objection | None = None
    trial: bool = False
    """True where a step is an experiment that the advisor can run."""
    steps: tuple[str, ...] = ()
    """Ids of the steps of an assembled answer, with those of the assembled ones before it."""
    asks: tuple[str, ...] = ()
    """The questions that it answers, or admits that it cannot."""
    clause: str = ""
    """The clause that decided, or would on what was known; "" where nothing leant yet."""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    rules: str = ""
    """Version of the knowledge."""
    passages: tuple[str, ...] = ()
    """Ids of all that the answer could rest on."""
    faults: tuple[str, ...] = ()
    """What the checks found in the drafts that were not said."""
