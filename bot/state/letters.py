"""What an operator wants to know of the store: what waits, and what could not be delivered."""

from bot.state import keys
from bot.state.connect import Connection
from bot.state.outbox import DeadLetter


async def dead_letters(connection: Connection) -> list[DeadLetter]:
    """Return all dead letters, the oldest conversation of a partition first."""
    found: list[str] = []
    for number in range(keys.PARTITIONS):
        for conversation in await connection.call("ZRANGE", keys.of_partition(number).letters, 0, -1):
            found += await connection.call("LRANGE", keys.of_conversation(conversation).dead, 0, -1)
    return [DeadLetter.model_validate_json(letter) for letter in found]


async def oldest_waiting(connection: Connection) -> float:
    """Return for how many seconds the oldest event has been waiting or worked on, 0 where there is none."""
    seconds, micros = await connection.call("TIME")
    now = int(seconds) * 1000 + int(micros) // 1000
    oldest = now
    for number in range(keys.PARTITIONS):
        for id, _ in await connection.call("XRANGE", keys.of_partition(number).ready, "-", "+", "COUNT", 1):
            oldest = min(oldest, int(id.partition("-")[0]))
    return (now - oldest) / 1000
