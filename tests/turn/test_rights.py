"""Who may do what, for every command, control and form: a new one without a row here fails."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from bot.chat.actions import ASKED_OF, Action
from bot.chat.commands import ROWS
from bot.chat.events import Answered, Body, Pasted, Pressed, Said
from bot.consultation.trial_state import Phase, TrialState
from bot.service.admission import POLICY_COMMANDS
from tests.support.consulting import ADVISOR, Talk

ASKER, ANYBODY, MANAGER = "asker", "anybody", "manager"

COMMANDS = {
    **dict.fromkeys(("help", "check", "status", "fix", "why", "sources", "record", "verdict", "try", "again"), ANYBODY),
    **dict.fromkeys(("skip", "undo", "rule", "dataset", "cost", "leave", "restart", "compare"), ANYBODY),
    **dict.fromkeys(("stop", "forget"), ASKER),
    **dict.fromkeys(("allow", "deny", "off", "on", "budget"), MANAGER),
}
PRESSES: dict[str, str] = {
    **dict.fromkeys(
        ("again", "answer", "column", "correct", "dataset", "decide", "details", "earlier", "feedback"), ANYBODY
    ),
    **dict.fromkeys(
        ("compare", "fix", "form", "grade", "judge", "ours", "report", "scorer", "show", "side", "trial", "use"),
        ANYBODY,
    ),
    **dict.fromkeys(("stop", "run", "forget"), ASKER),
}
OF_THE_ASKER: tuple[tuple[Body, Phase], ...] = (
    (Said(text="stop"), Phase.running),
    (Said(text="forget"), Phase.none),
    (Said(text="record off"), Phase.none),
    (Pressed(action="stop"), Phase.running),
    (Pressed(action="forget"), Phase.none),
    (Pressed(action="run", values=("run",)), Phase.awaiting_approval),
    (Pressed(action="run", values=("skip",)), Phase.awaiting_approval),
)


async def thread(phase: Phase = Phase.none, *, admins: tuple[str, ...] = ()) -> Talk:
    """Hold a consultation that ana asked for, and that ben and the admins are in."""

    async def is_admin(event: Any) -> bool:
        return event.author in admins

    talk = Talk({"need": ("style",), "examples": 40}, replace(ADVISOR, is_admin=is_admin))
    await talk.say("we have 40 examples", by="ana")
    talk.case = talk.case.but(trial=TrialState(phase=phase))
    return talk


def test_every_command_and_control_has_its_row() -> None:
    assert {row.name: row.who for row in ROWS} == COMMANDS
    assert {*get_args(Action)} - {*PRESSES} == set()
    assert {action for action, who in PRESSES.items() if who == ASKER} == ASKED_OF
    # Whoever asks is told of their own budget; what the workspace has is for those who manage it.
    assert {name for name, who in COMMANDS.items() if who == MANAGER} == POLICY_COMMANDS | {"budget"}


@pytest.mark.parametrize(("body", "phase"), OF_THE_ASKER, ids=str)
async def test_what_belongs_to_the_asker_is_refused_to_others(body: Body, phase: Phase) -> None:
    talk = await thread(phase)
    before = talk.case
    await talk.hear(body, by="ben")
    assert talk.out is not None and talk.out.effects == () and not talk.out.forgets
    assert "Only" in talk.told("ben"), "whoever may not is told who may, and nobody else is"
    assert talk.case.claims == before.claims and talk.case.trial == before.trial


@pytest.mark.parametrize("who", ["ana", "root"])
@pytest.mark.parametrize(("body", "phase"), OF_THE_ASKER, ids=str)
async def test_the_asker_and_who_manages_the_place_may(body: Body, phase: Phase, who: str) -> None:
    talk = await thread(phase, admins=("root",))
    await talk.hear(body, by=who)
    assert talk.out is not None and "Only" not in talk.told(who)
    assert talk.out.effects or phase is Phase.awaiting_approval, "without a model nothing can be run"


async def test_a_button_of_an_earlier_trial_ends_no_later_one() -> None:
    talk = await thread(Phase.running)
    talk.case = talk.case.but(trial=TrialState(phase=Phase.running, name="trial-2"))
    await talk.hear(Pressed(action="stop", values=("trial-1",)), by="ana")
    assert talk.told("ana") == "It has ended." and talk.out is not None and not talk.out.effects
    await talk.hear(Pressed(action="stop", values=("trial-2",)), by="ana")
    assert "I stop the trial" in talk.told("ana") and talk.out.effects


OPEN: tuple[Body, ...] = (
    *(Said(text=name) for name, who in COMMANDS.items() if who == ANYBODY and name not in ("check", "leave")),
    *(Pressed(action=name) for name, who in PRESSES.items() if who == ANYBODY),
    Said(text="forget me"),
    Answered(facts={"owner": "team"}),
    Pasted(text="input: a\noutput: b"),
)


async def test_what_is_open_to_all_is_refused_to_nobody_and_ends_nothing() -> None:
    for body in OPEN:
        talk = await thread()
        await talk.hear(body, by="ben")
        assert "Only" not in talk.told("ben"), body
        assert talk.out is not None and not talk.out.forgets and not talk.out.stops_trial, body
        assert [claim.value for claim in talk.case.claims["examples"]] == [40, 40][: len(talk.case.claims["examples"])]
