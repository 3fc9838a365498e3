"""Workers of the whole service that are killed at random places: every event is answered once, and nothing is left."""

import asyncio
import random

import pytest

from bot.chat.reply import Text
from bot.store import keys
from bot.store.consultations import Store
from bot.store.dead_letters import dead_letters, oldest_waiting
from tests.service.stage import Served, Stage, comes

CONVERSATIONS = [f"test:{number}" for number in range(40)]
WORDS = [f"rule {number}" for number in range(1, 6)]
"""Each once in a conversation: what a turn would say twice, it says once."""
KILLS = 10


def answers(stage: Stage, conversation: str) -> list[str]:
    said = [part.markdown for part in stage.parts(conversation) if isinstance(part, Text) and part.voice == "say"]
    return [markdown.split(" · ")[0][-6:].lower() for markdown in said]


@pytest.mark.parametrize("seed", [1, 2])
async def test_hundreds_of_events_while_workers_die(stage: Stage, store: Store, seed: int) -> None:
    """One person may say just so many: a message that counted once more for each death would be one too many."""
    dice = random.Random(seed)
    limit = {"ADVISOR_MESSAGES_A_MINUTE": str(len(CONVERSATIONS) * len(WORDS))}
    await stage.start("gateway", **limit)
    workers: list[Served] = [await stage.start("worker", **limit) for _ in range(2)]

    async def talk() -> None:
        for word in WORDS:
            for conversation in dice.sample(CONVERSATIONS, len(CONVERSATIONS)):
                assert await stage.send(conversation, word) == "stored"
                await asyncio.sleep(dice.uniform(0, 0.05))

    async def die() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.0, 0.6))
            fallen = dice.randrange(2)
            await workers[fallen].kill()
            workers[fallen] = await stage.start("worker", **limit)

    await asyncio.gather(talk(), die())
    for conversation in CONVERSATIONS:
        await stage.until(lambda c=conversation: len(answers(stage, c)) >= len(WORDS), f"all answers in {conversation}")
        assert answers(stage, conversation) == WORDS, "each once, in order"
    assert "the most that I take" not in str(stage.heard)

    async def idle() -> bool:
        return not await oldest_waiting(store.connection)

    await comes(idle)
    assert await dead_letters(store.connection) == []
    kinds = {"inbox", "outbox", "lock"}
    left = await store.connection.call("KEYS", "*")
    assert not [key for key in left if key.split(":")[2] in kinds], left
    for number in range(keys.PARTITIONS):
        held = keys.of_partition(number)
        assert not await store.connection.call("HLEN", held.failures), "no failure is counted for a death"
