"""In which order what people write is taken."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.inbound.arrivals import Arrivals


def filled(places: list[int]) -> tuple[Arrivals, list[tuple[int, int]]]:
    """Return arrivals with a message from each of these places, and a list to which they add themselves once taken."""
    arrivals, taken = Arrivals(), list[tuple[int, int]]()
    for number, place in enumerate(places):
        arrivals.put(place, lambda place=place, number=number: taken.append((place, number)))
    return arrivals, taken


@given(st.lists(st.integers(0, 5), max_size=40))
def test_all_is_taken_once_and_in_order_within_a_place(places: list[int]) -> None:
    arrivals, taken = filled(places)
    arrivals.take_all()
    assert sorted(number for _, number in taken) == [*range(len(places))]
    for place in {*places}:
        assert [number for each, number in taken if each == place] == [
            n for n, each in enumerate(places) if each == place
        ]


def test_who_writes_once_waits_for_no_burst_of_others() -> None:
    arrivals, taken = filled([1] * 20 + [2] * 20 + [3])
    arrivals.take_all()
    assert [place for place, _ in taken[:3]] == [1, 2, 3]
    arrivals.put(1, lambda: taken.append((1, 41)))
    arrivals.put(4, lambda: taken.append((4, 42)))
    arrivals.take_all()
    assert [place for place, _ in taken[-2:]] == [4, 1], "whatever came first, the place with less lately is first"


async def test_what_cannot_be_taken_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    arrivals, taken = filled([])

    def fail() -> None:
        raise RuntimeError("we have 700 examples")

    async def hear() -> None:
        for _ in range(2):
            await arrivals.take()

    hearing = asyncio.create_task(hear())
    await asyncio.sleep(0)
    arrivals.put(1, fail)
    arrivals.put(1, lambda: taken.append((1, 1)))
    await hearing
    assert taken == [(1, 1)] and arrivals.empty
    assert "could not be taken (RuntimeError)" in caplog.text and "700" not in caplog.text
