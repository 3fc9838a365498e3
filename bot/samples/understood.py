"""What was understood of samples, as data that can be shown and asked about."""

from bot.consultation.base import Plain
from bot.consultation.model import Pair

MOST_TOLD, MOST_SAID = 100, 3
"""Rows that are named among those that were left out, as data and in a sentence."""


class Reading(Plain):
    """Two fields that could be the input and the wanted answer."""

    input: str
    wanted: str


class LeftOut(Plain):
    """A row that is not among the pairs, and why."""

    row: int
    why: str


class Understood(Plain):
    """What samples were read as."""

    format: str
    """The container, as in "JSON lines"."""
    form: str
    """What its records are, as in "chat messages"."""
    rows: int
    read: int
    """Rows that became pairs, more than those that are run among them."""
    input: str
    """The field that was taken as the input."""
    wanted: str
    """The field that was taken as the wanted answer."""
    first: Pair | None
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    others: tuple[Reading, ...] = ()
    """Other readings that are possible, to be asked about; `parse` takes one as `fields`."""

    @property
    def gaps(self) -> str:
        """What was left out and why, in one sentence; "" where nothing was."""
        if not self.left_out:
            return ""
        told = "; ".join(f"row {each.row} {each.why}" for each in self.left_out[:MOST_SAID])
        more = f"; and {self.rows - self.read - MOST_SAID} more" if self.rows - self.read > MOST_SAID else ""
        return f"{self.read} of {self.rows} rows are read: {told}{more}."

    @property
    def choice(self) -> str:
        """The reading that was taken and the other ones in one sentence, "" where there are no others."""
        if not self.others:
            return ""
        others = "; or ".join(f"{other.input} and {other.wanted}" for other in self.others)
        return f"Read {self.input} as the input and {self.wanted} as the wanted answer; it could also be {others}."
