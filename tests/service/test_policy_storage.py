"""What workspaces decide is kept, each for itself, and forgotten with the workspace."""

import pytest

from bot.service.workspace import storage
from bot.service.workspace.policy import Policy
from bot.store.connection import Connection
from bot.store.errors import StoreError
from tests.service.test_policy import HERE, event
from tests.support.clock import NOON

OURS = Policy(off=True, channels=(HERE,), at=NOON)


async def decide(connection: Connection, workspace: str) -> None:
    """Let an admin decide what stands in OURS."""
    for words in ("allow here", "off"):
        said = event(HERE, platform="slack", workspace=workspace)
        await storage.change(connection, said, words, ())


async def test_decisions_are_kept_for_one_workspace_until_they_are_forgotten(connection: Connection):
    assert await storage.load(connection, "slack", "T1") == Policy()
    await decide(connection, "T1")
    assert await storage.load(connection, "slack", "T1") == OURS
    assert await storage.load(connection, "slack", "T2") == Policy()
    assert await storage.load(connection, "discord", "T1") == Policy()
    await storage.forget(connection, "slack", "T1")
    assert await storage.load(connection, "slack", "T1") == Policy()
    assert await connection.call("DBSIZE") == 0


async def test_decisions_of_a_newer_version_are_one_sentence(connection: Connection):
    await decide(connection, "T1")
    (name,) = (await connection.call("SCAN", 0, "MATCH", "*house*", "COUNT", 1000))[1]
    await connection.call("SET", name, '{"mood": "good"}')
    with pytest.raises(StoreError, match="this version"):
        await storage.load(connection, "slack", "T1")
