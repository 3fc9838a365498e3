"""The event loop is shared among the turns of many people: a burst delays its own."""

import asyncio
import time
from itertools import pairwise

import pytest

from bot.service import steps as steps_
from bot.service.steps import SHORT, Steps


async def test_of_a_burst_one_long_step_is_done_in_a_round_and_those_of_others_come_first() -> None:
    steps, done = Steps(), list[str]()

    def takes_long() -> None:
        time.sleep(2 * SHORT)

    async def rounds() -> None:
        while True:
            done.append("")
            await asyncio.sleep(0)

    async def work(who: str) -> str:
        for _ in range(4):
            done.append(who)
            takes_long()
            await asyncio.sleep(0)
        return who

    beside = asyncio.create_task(rounds())
    burst = [asyncio.create_task(steps.take("mallory", work("mallory"))) for _ in range(20)]
    assert await steps.take("ben", work("ben")) == "ben"
    assert done.count("mallory") <= 5, "they wait for no more than a step that began"
    await asyncio.gather(*burst)
    assert done.count("mallory") == 80
    assert not any(one and other for one, other in pairwise(done)), "what comes in is acknowledged"
    beside.cancel()


async def test_work_in_steps_ends_as_any_does() -> None:
    steps, ended, busy = Steps(), list[str](), asyncio.Event()

    async def work(fails: bool) -> None:
        try:
            async with asyncio.timeout(0 if fails else None):
                busy.set()
                await asyncio.sleep(60)
        finally:
            ended.append("late" if fails else "told")

    with pytest.raises(TimeoutError):
        await steps.take("ana", work(fails=True))
    busy.clear()
    told = asyncio.create_task(steps.take("ana", work(fails=False)))
    await busy.wait()
    told.cancel()
    with pytest.raises(asyncio.CancelledError):
        await told
    assert ended == ["late", "told"]
    assert await steps.take("ana", asyncio.sleep(0, "next")) == "next", "nobody holds the place any more"


async def test_while_somebody_is_served_who_had_little_a_burst_fills_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    # Forty things begun are much, and no single one is, though the machine may stand still for seconds.
    monkeypatch.setattr(steps_, "LIKELY", 1.0)
    monkeypatch.setattr(steps_, "MUCH", 30.0)
    monkeypatch.setattr(steps_, "AWAITED", 60.0)
    monkeypatch.setattr(steps_, "LONGEST", 60.0)
    steps, done = Steps(), list[str]()

    async def work(who: str) -> None:
        for _ in range(4):
            done.append(who)
            await asyncio.sleep(0.001)

    burst = [asyncio.create_task(steps.take("mallory", work("mallory"))) for _ in range(40)]
    await asyncio.sleep(0)
    await steps.take("ben", work("ben"))
    served = "".join(who[0] for who in done)
    assert "bbbb" in served, "none of the burst comes between"
    await asyncio.gather(*burst)
    assert done.count("mallory") == 160
