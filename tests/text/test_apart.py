"""What somebody sends takes its share of a process, and nobody else waits for more than their turn."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.events import MOST_EARLIER, Attached, Earlier, Said
from bot.consultation.model import Line
from bot.samples.parse import MOST_LINES, SampleError, parse
from bot.text.apart import SMALL, Fair, Processes, TooMuch
from knowledge.load import Knowledge, load
from tests.support.clock import NOON
from tests.support.consulting import ADVISOR, Talk

LONG = "x" * (SMALL + 1)


def seconds(_: str, wanted: float) -> float:
    time.sleep(wanted)
    return wanted


def memory(_: str) -> int:
    return len(bytearray(8 * 2**30))


def works(_: str) -> None:
    while True:
        pass


def version(_: str, knowledge: Knowledge) -> str:
    return knowledge.version


def refused(_: str) -> None:
    raise SampleError("is wrong", 3)


async def test_what_takes_too_much_ends_by_itself_and_the_next_is_served() -> None:
    apart, ticks = Processes(1), 0

    async def others() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    beside = asyncio.create_task(others())
    # Started once with all the time it needs, and with the rules, which go there as the folder they are read from.
    assert await apart("ana", version, LONG, load()) == load().version
    assert ticks > 1, "what others bring is taken meanwhile"
    with pytest.raises(SampleError, match=r"Row 3 is wrong\."):
        await apart("ana", refused, LONG)
    with pytest.raises(TooMuch, match="too long"):
        await apart("ana", memory, LONG)
    hurried = Processes(1, seconds=0.5)
    with pytest.raises(TooMuch, match="too long") as told:
        await hurried("ana", works, LONG)
    assert not told.value.busy
    with pytest.raises(TooMuch, match="at the moment") as told:
        await Processes(1, longest=0.5)("ana", seconds, LONG, 60.0)
    assert told.value.busy, "the machine was slow, and not what was brought"
    assert await apart("ana", seconds, LONG, 0.0) == 0.0
    beside.cancel()


async def test_a_burst_of_one_delays_its_own_work_only() -> None:
    apart = Processes(1)
    ended: list[str] = []
    begun = asyncio.Event()

    async def work(who: str) -> None:
        await apart(who, seconds, LONG, 0.05)
        ended.append(who)
        begun.set()

    burst = [asyncio.create_task(work("mallory")) for _ in range(4)]
    await begun.wait()
    await asyncio.gather(work("ben"), *burst)
    assert ended.index("ben") <= 2, "at most what had begun goes before"


async def test_who_waits_too_long_is_told_so_and_takes_no_place() -> None:
    apart = Processes(1, patience=0.2)
    first = asyncio.create_task(apart("mallory", seconds, LONG, 2.0))
    await asyncio.sleep(0)
    with pytest.raises(TooMuch, match="at the moment") as refused_:
        await apart("ana", seconds, LONG, 0.0)
    assert refused_.value.busy
    await first
    assert await apart("ana", seconds, LONG, 0.0) == 0.0


async def over(whose: str, work: Any, *_: Any, **__: Any) -> Any:
    raise TooMuch("That took me too long to read")


async def test_what_took_too_long_is_said_and_the_rest_of_the_message_counts() -> None:
    talk = Talk(advisor=replace(ADVISOR, apart=over))
    assert "That took me too long to read: give fewer rows" in await talk.hear(Attached(name="a.csv", content="a,b"))
    assert "in fewer words" in await talk.say("we tried three prompts")
    line = Line(by="ana", text="we tried three prompts", at=NOON, message="1")
    assert "paste what matters from before" in await talk.hear(Earlier(lines=(line,), complete=True))
    checked = await talk.hear(Attached(name="rows.jsonl", content="{}", purpose="dataset"))
    assert "rows.jsonl: That took me too long to read: share a part of it" in checked and "trial" not in checked


async def full(whose: str, work: Any, *_: Any, **__: Any) -> Any:
    raise TooMuch("I have too much to read at the moment", busy=True)


async def test_while_too_many_others_wait_nobody_is_told_to_send_less() -> None:
    talk = Talk(advisor=replace(ADVISOR, apart=full))
    for body in (
        Attached(name="rows.jsonl", content="{}", purpose="dataset"),
        Attached(name="a.csv", content="a,b"),
        Said(text="we tried three prompts"),
        Said(text="", passed_on="we tried three prompts"),
    ):
        assert "at the moment: send it again in a few minutes." in await talk.hear(body)


def test_a_file_of_more_lines_than_anybody_tries_is_refused_in_a_sentence() -> None:
    with pytest.raises(SampleError, match=r"It has 262,144 lines and the limit is 40,000: give fewer samples"):
        parse(b"a,b\n" * (2**18 - 1), "a.csv")
    assert len(parse("a,b\n" * (MOST_LINES // 4), "a.csv").pairs) == 50


async def test_of_a_long_thread_the_last_words_are_read_and_it_says_so() -> None:
    talk = Talk()
    old = Line(by="ana", text="We have 40 labelled pairs.", at=NOON, message="0")
    long = [Line(by="ana", text="hm " * (MOST_EARLIER // 12), at=NOON, message=str(n)) for n in range(1, 6)]
    new = Line(by="ana", text="The base model is gpt-3.5, and prompts alone failed.", at=NOON, message="7")
    said = await talk.hear(Earlier(lines=(old, *long, new), complete=True), Said(text="should we finetune?"))
    assert "I could read only the last 4 messages here" in said
    assert "examples" not in talk.case.claims


async def test_a_few_who_hold_many_places_for_long_leave_some_to_all_others() -> None:
    fair, held = Fair(8, 2), list[str]()

    async def hold(who: str) -> None:
        async with fair.place(who):
            held.append(who)
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(hold(who)) for who in ["mallory"] * 9 + ["ben", "ann", "cat"]]
    await asyncio.sleep(0)
    assert held == ["mallory"] * 6 + ["ben", "ann"]
    tasks[0].cancel()
    await asyncio.wait(tasks[:1])
    await asyncio.sleep(0)
    assert held[8:] == ["cat"], "mallory waits until there is more than what is kept"
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    async with asyncio.timeout(60):
        for who in ["mallory"] * 6:
            await fair.place(who).take()
