"""Slots of a server: never more than there are, fewer after a refusal, more again after answers, none lost."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.cache import Answers
from bot.model.limiter import Flow
from bot.model.response import Completion


async def test_calls_wait_for_a_free_slot_in_their_order_and_tried_ones_go_first() -> None:
    flow = Flow(1)
    came: list[str] = []

    async def call(name: str, again: bool = False) -> None:
        await flow.take(again=again)
        came.append(name)
        flow.give()

    await flow.take()
    calls = [asyncio.create_task(call(name, name == "tried")) for name in ("first", "second", "tried")]
    await asyncio.sleep(0)
    flow.give()
    await asyncio.gather(*calls)
    assert came == ["tried", "first", "second"]


def test_of_calls_that_were_sent_together_one_refusal_counts() -> None:
    flow = Flow(32)
    together = flow.mark()
    for _ in range(5):
        flow.limited(together)
    assert flow.room == 16
    flow.limited(flow.mark())
    assert flow.room == 8


def test_a_round_of_answers_makes_room_for_about_one_more() -> None:
    flow = Flow(32)
    flow.limited(flow.mark())
    for _ in range(16):
        flow.answered()
    assert 16.9 < flow.room <= 17
    for _ in range(5000):
        flow.answered()
    assert flow.room == 32


@given(st.integers(1, 8), st.lists(st.sampled_from("tgalc"), max_size=80))
def test_whatever_happens_no_slot_is_lost_or_made(most: int, steps: list[str]) -> None:
    """Take, give, answered, limited, cancelled, in any order."""

    async def play() -> None:
        flow, holding, waiting = Flow(most), 0, list[asyncio.Task[None]]()
        for step in steps:
            match step:
                case "t":
                    waiting.append(asyncio.create_task(flow.take()))
                case "g" if holding:
                    flow.give()
                    holding -= 1
                case "a":
                    flow.answered()
                case "l":
                    flow.limited(flow.mark())
                case "c" if waiting:
                    waiting[-1].cancel()
                case _:
                    pass
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            holding += sum(task.done() and not task.cancelled() for task in waiting)
            waiting = [task for task in waiting if not task.done()]
            assert flow.busy == holding <= most
            assert 1 <= flow.room <= most
            # Nobody waits beside a free slot.
            assert not waiting or flow.busy >= int(flow.room)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for _ in range(holding):
            flow.give()
        assert flow.busy == 0

    asyncio.run(play())


async def test_a_call_that_gives_up_as_its_turn_comes_passes_the_slot_on() -> None:
    flow = Flow(1)
    await flow.take()
    first, second = asyncio.create_task(flow.take()), asyncio.create_task(flow.take())
    await asyncio.sleep(0)
    flow.give()
    first.cancel()
    await second
    assert flow.busy == 1


def never() -> bool:
    return False


async def test_twins_side_by_side_are_asked_once_and_a_fault_is_not_kept() -> None:
    answers, asked = Answers(), 0

    async def ask() -> Completion:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        if asked == 1:
            raise ValueError
        return Completion("yes", 10, 2, 0.5)

    got = await asyncio.gather(*(answers.get({"a": 1}, ask, never) for _ in range(4)), return_exceptions=True)
    assert asked == 2
    assert [isinstance(each, ValueError) for each in got] == [True, False, False, False]
    assert sum(isinstance(each, Completion) and each.cached for each in got) == answers.served == 2
    assert sum(each.tokens_in for each in got if isinstance(each, Completion)) == 10
    await answers.get({"a": 2}, ask, never)
    assert asked == 3


async def test_a_twin_that_gives_up_leaves_the_other_alone() -> None:
    answers, go = Answers(), asyncio.Event()

    async def ask() -> Completion:
        await go.wait()
        return Completion("yes", 10, 2, 0.5)

    asking = asyncio.create_task(answers.get({}, ask, never))
    await asyncio.sleep(0)
    twin, other = asyncio.create_task(answers.get({}, ask, never)), asyncio.create_task(answers.get({}, ask, never))
    await asyncio.sleep(0)
    twin.cancel()
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await twin
    go.set()
    assert (await other).text == "yes"


async def test_whoever_gives_up_as_a_slot_comes_free_fails_with_nothing_else() -> None:
    flow = Flow(1)
    await flow.take()
    waiting = asyncio.create_task(flow.take())
    await asyncio.sleep(0)
    waiting.cancel()
    flow.give()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await flow.take()
    assert flow.busy == 1
