"""Payloads that Discord would never send: no unforeseen error, nothing of them in logs, and it goes on."""

import copy
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import given

from tests.discord.app import App
from tests.fakes.discord import Channel, Guild, User
from tests.support.fuzzing import CANARY, bounded, kept, mutated

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


MESSAGES = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")


@dataclass
class Wire:
    """What Discord sends to one server's shard, with numbers that come once."""

    app: App
    guild: Guild
    ana: User
    general: Channel
    used: dict[str, Any]
    """An interaction, as it came."""
    message: dict[str, Any]
    """A message, as it came."""
    numbers: Iterator[int] = field(default_factory=lambda: count(10**17))

    def kinds(self) -> dict[str, dict[str, Any]]:
        """Return one payload of each kind."""
        at = {"channel_id": self.message["channel_id"], "guild_id": str(self.guild.id)}
        said = {**self.message, "content": f"{self.app.discord.bot.mention} {CANARY}"}
        return FREE | {
            "MESSAGE_CREATE": said,
            "MESSAGE_UPDATE": {**said, "edited_timestamp": "2026-11-24T09:00:00.000000+00:00"},
            "MESSAGE_DELETE": {"id": self.message["id"], **at},
            "MESSAGE_DELETE_BULK": {"ids": [self.message["id"], "7"], **at},
        }

    def send(self, kind: str, data: dict[str, Any]) -> None:
        number = next(self.numbers)
        if kind in MESSAGES:
            sent = {**data, "id": str(number)} if isinstance(data.get("id"), str) and kind == "MESSAGE_CREATE" else data
            self.app.discord.emit(kind, sent, self.guild.id)
            return
        sent = {**copy.deepcopy(self.used), "type": KINDS[kind], "data": data, "id": str(number), "token": f"t{number}"}
        if KINDS[kind] == 3:
            sent["message"] = copy.deepcopy(self.message)
        self.app.discord.emit("INTERACTION_CREATE", sent, self.guild.id)

    async def goes_on(self) -> None:
        """Wait until what is said now has been taken."""
        words = f"and now {next(self.numbers)}?"
        self.app.discord.say(self.ana, self.general, f"{self.app.discord.bot.mention} {words}")
        await self.app.discord.until(lambda: any(words in str(each.body) for each in self.app.taken))


async def wired(app: App) -> Wire:
    """Let somebody speak and use a command, as patterns for what is sent."""
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
    discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
    discord_.command(ana, general, "finetune", "check", text="our tone is off")
    await app.took(2)
    [session] = discord_.sessions.values()
    used = next(frame["d"] for frame in session.events if frame["t"] == "INTERACTION_CREATE")
    message = next(frame["d"] for frame in session.events if frame["t"] == "MESSAGE_CREATE")
    return Wire(app, acme, ana, general, used, message)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what should not be in the log."""
    said = [record.getMessage() for record in caplog.records]
    return [line[:200] for line in said if CANARY in line or len(line) > 400]


async def test_no_payload_that_was_once_an_error_is_one(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "advisor")
    wire = await wired(app)
    for kind, payload in kept("discord"):
        wire.send(kind, payload)
    await wire.goes_on()
    assert not logged(caplog)


async def test_no_payload_is_an_unforeseen_error(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "advisor")
    wire = await wired(app)
    sent: list[tuple[str, dict[str, Any]]] = []

    @bounded(250)
    @given(mutated(wire.kinds()))
    def send(made: tuple[str, dict[str, Any]]) -> None:
        sent.append(made)
        wire.send(*made)

    send()
    assert {kind for kind, _ in sent} == set(wire.kinds())
    await wire.goes_on()
    assert not logged(caplog)
