"""A trial's result at a terminal: it fits a screen, whatever was measured, and the details come on request."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from adapters.console import trial_report
from bot.trial.report.card import card
from bot.trial.task import RUNG_NAMES, Call
from tests.trial.makers import result, rung, task

GIVEN = task()
MADE = [
    Call(rung=name, item=item, run=run, text="never again " * 300, passed=False)
    for name in ("bare", "few_shot")
    for item in range(4)
    for run in range(5)
]


@pytest.mark.parametrize("rungs", [1, 3, len(RUNG_NAMES)])
def test_a_result_fits_a_screen(rungs: int, tmp_path: Path) -> None:
    measured = result(*(rung(name, 1, 4) for name in RUNG_NAMES[:rungs]), demonstration=True, stopped=True)
    parts = card(measured, GIVEN, MADE)
    screen, more = io.StringIO(), io.StringIO()
    trial_report.brief(Console(file=screen, width=80), parts, tmp_path)
    lines = screen.getvalue().splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    trial_report.details(Console(file=more, width=80), parts)
    assert "Failures that tell most" in more.getvalue()
    assert "it repeats itself" in " ".join(more.getvalue().split())
