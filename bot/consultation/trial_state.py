"""The life of a consultation's trial: its phases, and every way from one to the next."""

from enum import StrEnum
from typing import Literal

from bot.consultation.base import Plain


class Phase(StrEnum):
    """Where a trial stands."""

    none = "none"
    offered = "offered"
    requested = "requested"
    """Somebody said they would paste samples, so the next message may be a prompt alone."""
    awaiting_approval = "awaiting_approval"
    """It would cost more than the cap, and waits for somebody who may spend that."""
    understood = "understood"
    """What was given is shown as it was understood, and waits for a press."""
    running = "running"
    finished = "finished"
    declined = "declined"


Move = Literal["offer", "request", "read", "hold", "understand", "start", "finish", "fail", "decline"]

_IDLE = frozenset(Phase) - {Phase.running}
_MOVES: dict[Move, tuple[frozenset[Phase], Phase]] = {
    "offer": (frozenset({Phase.none}), Phase.offered),
    "request": (_IDLE, Phase.requested),
    "read": (frozenset({Phase.requested}), Phase.offered),  # the one message after a request has come
    "hold": (_IDLE, Phase.awaiting_approval),
    "understand": (_IDLE, Phase.understood),
    "start": (_IDLE, Phase.running),
    # A result counts whatever was said meanwhile: it was measured.
    "finish": (frozenset(Phase), Phase.finished),
    "fail": (frozenset(Phase), Phase.offered),
    "decline": (_IDLE, Phase.declined),
}


class TrialState(Plain):
    """Where a consultation's trial stands."""

    phase: Phase = Phase.none
    repeats: bool = False
    """True while the trial under way repeats the one before, to be compared with it."""
    name: str = ""
    """Of the trial under way: the message that shows it is found by that."""
    below: bool = False
    """True once we said something below the message of the trial under way, or below the question whether it may run.
    """

    @property
    def running(self) -> bool:
        return self.phase is Phase.running

    @property
    def waits(self) -> bool:
        """True where samples are there, and somebody has to say whether they are run."""
        return self.phase in (Phase.awaiting_approval, Phase.understood)

    @property
    def awaits_samples(self) -> bool:
        """True where samples were asked for, so that those that come are to be run."""
        return self.phase in (Phase.offered, Phase.requested)

    def after(self, move: Move) -> "TrialState":
        """Return the state after a move, and this one where the move is none from here; an end ends a repetition."""
        sources, phase = _MOVES[move]
        if self.phase not in sources:
            return self
        over = move in ("finish", "fail", "decline")
        return TrialState(phase=phase, repeats=self.repeats and not over)
