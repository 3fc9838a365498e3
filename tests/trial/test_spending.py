"""Daily caps: never above them whatever runs side by side, nothing lost on failure or death, nothing held back."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from bot.settings import Settings
from bot.store.connection import Connection, opened
from bot.store.errors import StoreError
from bot.store.spending import Counter, Purse, Refusal, counters

ANA, HOUSE = Counter("person", "slack:T1:ana", 100, 1.0), Counter("workspace", "slack:T1", 150, 1.0)


@asynccontextmanager
async def store(home: Path) -> AsyncGenerator[Connection]:
    async with opened(Settings(ADVISOR_HOME=home, REDIS_URL=None)) as made:  # pyright: ignore[reportCallIssue]
        yield made


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncGenerator[Connection]:
    async with store(tmp_path) as made:
        yield made


async def settled(connection: Connection, counter: Counter) -> tuple[int, int]:
    calls, usd = await connection.call("HMGET", counter.key, "calls", "usd")
    return int(calls or 0), int(usd or 0)


async def spend(purse: Purse, most: int) -> int:
    """Make up to this many calls, each of which costs what was expected; return how many were allowed."""
    for made in range(most):
        if not await purse.spend():
            return made
        purse.paid(purse.each)
    return most


async def test_a_cap_stops_work_and_says_when_it_resets(connection: Connection) -> None:
    purse = Purse(connection, (ANA,))
    assert await spend(purse, 500) == 100
    assert purse.refused is not None
    assert (
        "You have used up what model calls may take in a day (100 calls). It starts anew in" in purse.refused.sentence
    )
    assert "(00:00 UTC)" in purse.refused.sentence
    await purse.settle()
    assert (await settled(connection, ANA))[0] == 100
    assert not await Purse(connection, (ANA,)).spend()


async def test_money_stops_work_too(connection: Connection) -> None:
    purse = Purse(connection, (ANA, HOUSE), each=0.03)
    made = await spend(purse, 500)
    await purse.settle()
    assert made == 33
    assert await settled(connection, ANA) == (33, 990_000)
    assert purse.refused is not None
    assert "1.00 USD" in purse.refused.sentence


async def test_the_workspace_holds_for_all_its_people(connection: Connection) -> None:
    ben = Counter("person", "slack:T1:ben", 100, 1.0)
    first, second = Purse(connection, (ANA, HOUSE)), Purse(connection, (ben, HOUSE))
    assert await spend(first, 90) == 90
    await first.settle()
    assert await spend(second, 90) == 60
    assert second.refused is not None
    assert "Your workspace has used up" in second.refused.sentence


async def test_what_was_reserved_and_not_used_is_free_again(connection: Connection) -> None:
    purse = Purse(connection, (ANA,))
    assert await spend(purse, 3) == 3
    await purse.settle()
    assert await settled(connection, ANA) == (3, 0)
    assert await spend(Purse(connection, (ANA,)), 500) == 97


async def test_what_a_dead_worker_called_stays_counted_and_nothing_else_is_held_back(connection: Connection) -> None:
    dead = Purse(connection, (ANA, HOUSE), each=0.01)
    assert await spend(dead, 3) == 3 and await dead.spend(2)
    assert await settled(connection, ANA) == (5, 50_000)
    assert await spend(Purse(connection, (ANA,)), 500) == 95


async def test_what_the_workspace_refuses_is_taken_off_again(connection: Connection) -> None:
    small = Counter("workspace", "slack:T1", 2, 1.0)
    purse = Purse(connection, (ANA, small), each=0.01)
    assert await spend(purse, 5) == 2
    assert await settled(connection, ANA) == await settled(connection, small) == (2, 20_000)


async def test_what_a_version_before_reserves_counts_until_its_lease_ends(connection: Connection) -> None:
    seconds, _ = await connection.call("TIME")
    for name, till in (("r:under way", seconds + 60), ("r:dead", seconds - 1)):
        held = {"calls": 32, "usd": 0, "till": till * 1000, "step": "0", "why": ""}
        await connection.call("HSET", ANA.key, "day", seconds // 86400, name, json.dumps(held))
    assert await spend(Purse(connection, (ANA,)), 500) == 68


async def test_what_counted_yesterday_is_taken_off_from_no_other_day(connection: Connection) -> None:
    seconds, _ = await connection.call("TIME")
    purse = Purse(connection, (ANA,), each=0.01)
    await connection.call("HSET", ANA.key, "day", seconds // 86400 + 1)
    assert await spend(purse, 3) == 3 and await purse.spend()
    await connection.call("HINCRBY", ANA.key, "day", -2)
    assert await spend(Purse(connection, (ANA,), each=0.01), 1) == 1
    purse.paid(0.0)
    await purse.settle()
    assert await settled(connection, ANA) == (1, 10_000)


async def test_a_call_dearer_than_expected_counts_in_full(connection: Connection) -> None:
    purse = Purse(connection, (ANA,), each=0.01)
    assert await purse.spend()
    purse.paid(0.95)
    await purse.settle()
    assert await settled(connection, ANA) == (1, 950_000)
    assert await spend(Purse(connection, (ANA,), each=0.01), 100) == 5


async def test_a_call_whose_price_is_known_only_afterwards_ends_at_the_cap_too(connection: Connection) -> None:
    purse = Purse(connection, (ANA, HOUSE))
    assert await purse.spend()
    purse.paid(1.0)
    await purse.settle()
    later = Purse(connection, (ANA, HOUSE))
    assert not await later.spend()
    assert later.refused is not None
    assert "1.00 USD" in later.refused.sentence


@pytest.mark.parametrize(
    ("days", "allowed"),
    [
        pytest.param(-1, 100, id="a new day starts anew"),
        pytest.param(1, 0, id="a clock that is set back starts none"),
        pytest.param(400, 100, id="nor does one that was far ahead keep everybody out"),
    ],
)
async def test_a_day_is_one_of_the_servers_clock(connection: Connection, days: int, allowed: int) -> None:
    assert await spend(Purse(connection, (ANA,)), 500) == 100
    await connection.call("HINCRBY", ANA.key, "day", days)
    assert await spend(Purse(connection, (ANA,)), 500) == allowed


async def test_counters_go_after_the_day(connection: Connection) -> None:
    await Purse(connection, (ANA,)).spend()
    left = await connection.call("PTTL", ANA.key)
    assert 0 < left <= (86400 + 600) * 1000


class Failing:
    """A store that breaks off at chosen commands: before they are carried out, or before their answer comes."""

    def __init__(self, client: Any, faults: list[str]) -> None:
        self.client, self.faults = client, faults

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        fault = self.faults.pop() if self.faults else ""
        if fault == "before":
            raise ConnectionResetError
        done = await self.client.execute_command(*args, **options)
        if fault == "after":
            raise ConnectionResetError
        return done

    async def aclose(self) -> None: ...


STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 40), st.booleans()), max_size=12)
FAULTS = st.lists(st.sampled_from(["", "", "before", "after"]), max_size=12)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spending")


@given(steps=STEPS, faults=FAULTS, cap=st.integers(0, 120), usd=st.integers(0, 120))
@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_side_by_side_and_with_faults_no_cap_is_passed_and_no_call_is_lost_or_counted_twice(
    home: Path, steps: Sequence[tuple[int, int, bool]], faults: list[str], cap: int, usd: int
) -> None:
    """Three purses spend in turns and together; each settles at its end."""

    async def play() -> None:
        async with store(home) as real:
            own, all_ = Counter("person", "p:w:x", cap, usd / 100), Counter("workspace", "p:w", cap + 20, 100.0)
            await real.call("DEL", own.key, all_.key)
            failing: Any = Failing(real.client, list(faults))
            flaky = Connection(failing, real.reader, "the test's store")
            purses = [Purse(flaky, (own, all_), each=0.01) for _ in range(3)]
            made = [0, 0, 0]

            async def run(which: int, calls: int) -> None:
                for _ in range(calls):
                    try:
                        if not await purses[which].spend():
                            return
                    except StoreError:
                        continue
                    await asyncio.sleep(0)
                    purses[which].paid(0.01)
                    made[which] += 1

            running: list[asyncio.Task[None]] = []
            for which, calls, together in steps:
                running.append(asyncio.create_task(run(which, calls)))
                if not together:
                    await asyncio.gather(*running)
            await asyncio.gather(*running)
            for purse in purses:
                while True:
                    try:
                        await purse.settle()
                        break
                    except StoreError:
                        continue
            # What was to be taken off and could not goes with the next step.
            failing.faults.clear()
            for purse in purses:
                await purse.settle()
            total = sum(made)
            assert total <= min(cap, usd)
            assert await settled(real, own) == (total, total * 10_000)
            assert await settled(real, all_) == (total, total * 10_000)
            # Everything that is left can be had: no reservation was forgotten.
            assert await spend(Purse(real, (own,), each=0.01), 500) == min(cap, usd) - total

    asyncio.run(play())


def test_caps_come_from_the_settings() -> None:
    given = Settings(ADVISOR_DAILY_CALLS=7, ADVISOR_WORKSPACE_DAILY_USD=3)  # pyright: ignore[reportCallIssue]
    own, shared = counters(given, "discord:G1:U1")
    assert (own.who, own.name, own.calls) == ("person", "discord:G1:U1", 7)
    assert (shared.who, shared.name, shared.usd) == ("workspace", "discord:G1", 3)
    assert counters(given, None) == ()
    assert [counter.who for counter in counters(given, "ana")] == ["person"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(30, "in 1 minute (00"), (600, "in 10 minutes"), (7200, "in 2 hours"), (86399, "in 24 hours")]
)
def test_the_time_of_reset_is_said_plainly(seconds: int, said: str) -> None:
    assert said in Refusal(ANA, "calls", seconds).sentence
