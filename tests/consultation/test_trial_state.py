"""The life of a trial: from each phase, what a move leads to, and what it leaves alone."""

import pytest

from bot.consultation.trial_state import Move, Phase, TrialState

IDLE = set(Phase) - {Phase.running}
LEADS: dict[Move, tuple[set[Phase], Phase]] = {
    "offer": ({Phase.none}, Phase.offered),
    "request": (IDLE, Phase.requested),
    "read": ({Phase.requested}, Phase.offered),
    "hold": (IDLE, Phase.awaiting_approval),
    "start": (IDLE, Phase.running),
    "finish": (set(Phase), Phase.finished),
    "fail": (set(Phase), Phase.offered),
    "decline": (IDLE, Phase.declined),
}


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("move", LEADS)
def test_each_move_from_each_phase(move: Move, phase: Phase) -> None:
    sources, to = LEADS[move]
    assert TrialState(phase=phase).after(move).phase is (to if phase in sources else phase)


def test_a_trial_that_runs_is_neither_declined_nor_begun_again() -> None:
    running = TrialState(phase=Phase.running, repeats=True)
    for move in ("offer", "request", "read", "hold", "start", "decline"):
        assert running.after(move) == running


@pytest.mark.parametrize("move", ["finish", "fail", "decline"])
def test_a_repetition_ends_with_its_trial(move: Move) -> None:
    assert not TrialState(phase=Phase.offered, repeats=True).after(move).repeats
