"""What workspaces decide is kept, each for itself, and forgotten with the workspace."""

import pytest

from bot.service.workspace import storage
from bot.service.workspace.policy import House
from bot.store.connection import Connection
from bot.store.errors import StoreError

OURS = House(off=True, channels=("C1", "C2"), denied=("C3",), roles=("1",))


async def test_decisions_are_kept_for_one_workspace_until_they_are_forgotten(connection: Connection):
    assert await storage.load(connection, "slack", "T1") == House()
    await storage.save(connection, "slack", "T1", OURS)
    assert await storage.load(connection, "slack", "T1") == OURS
    assert await storage.load(connection, "slack", "T2") == House()
    assert await storage.load(connection, "discord", "T1") == House()
    await storage.forget(connection, "slack", "T1")
    assert await storage.load(connection, "slack", "T1") == House()
    assert await connection.call("DBSIZE") == 0


async def test_decisions_of_a_newer_version_are_one_sentence(connection: Connection):
    await storage.save(connection, "slack", "T1", OURS)
    (name,) = (await connection.call("SCAN", 0, "MATCH", "*house*", "COUNT", 1000))[1]
    await connection.call("SET", name, '{"mood": "good"}')
    with pytest.raises(StoreError, match="this version"):
        await storage.load(connection, "slack", "T1")
