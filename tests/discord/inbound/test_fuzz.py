"""Payloads that Discord would never send: no unforeseen error, nothing of them in logs, and it goes on."""

import copy
import logging
from typing import Any

import pytest

from tests.discord.app import App
from tests.support.fuzzing import CANARY, kept, mutated

# What people and clients fill; around it stands what the library takes apart before anything of ours sees it.
FIELD = {"type": 4, "custom_id": "f", "value": CANARY}
FREE: dict[str, dict[str, Any]] = {
    "command": {
        "id": "1",
        "type": 1,
        "name": "finetune",
        "options": [{"type": 1, "name": "check", "options": [{"type": 3, "name": "text", "value": CANARY}]}],
    },
    "completion": {
        "id": "1",
        "type": 1,
        "name": "finetune",
        "options": [
            {"type": 1, "name": "fix", "options": [{"type": 3, "name": "fact", "value": CANARY, "focused": True}]}
        ],
    },
    "press": {"custom_id": f"answer~{CANARY}", "component_type": 2},
    "choice": {"custom_id": f"answer~{CANARY}", "component_type": 3, "values": [CANARY]},
    "form": {"custom_id": CANARY, "components": [{"type": 1, "components": [FIELD]}]},
    "labelled form": {"custom_id": CANARY, "components": [{"type": 18, "id": 1, "component": FIELD}]},
}
KINDS = {"command": 2, "completion": 4, "press": 3, "choice": 3, "form": 5, "labelled form": 5}


async def test_no_payload_is_an_unforeseen_error(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "advisor")
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
    discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
    discord_.command(ana, general, "finetune", "check", text="our tone is off")
    await app.took(2)
    [session] = discord_.sessions.values()
    [use] = [frame["d"] for frame in session.events if frame["t"] == "INTERACTION_CREATE"]
    [message] = [frame["d"] for frame in session.events if frame["t"] == "MESSAGE_CREATE"]
    for number, (kind, data) in enumerate([*kept("discord"), *mutated(FREE, 120)]):
        sent = {
            **copy.deepcopy(use),
            "type": KINDS[kind],
            "data": data,
            "id": str(10**17 + number),
            "token": f"t{number}",
        }
        if KINDS[kind] == 3:
            sent["message"] = copy.deepcopy(message)
        discord_.emit("INTERACTION_CREATE", sent, acme.id)
    before = len(app.taken)
    discord_.say(ana, general, f"{discord_.bot.mention} and now?")
    await discord_.until(lambda: any("and now?" in str(each.body) for each in app.taken[before:]))
    said = [record.getMessage() for record in caplog.records]
    assert not [line for line in said if CANARY in line or len(line) > 400]
