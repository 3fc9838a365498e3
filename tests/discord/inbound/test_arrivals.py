"""In which order what people write is taken."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.inbound.arrivals import Arrivals


def filled(places: list[int]) -> tuple[Arrivals, list[tuple[int, int]]]:
    """Return arrivals with a message from each of these places, and a list to which they add themselves once taken."""
    arrivals, taken = Arrivals(), list[tuple[int, int]]()
    for number, place in enumerate(places):
        arrivals.put(place, lambda place=place, number=number: taken.append((place, number)))
    return arrivals, taken


def take_all(arrivals: Arrivals) -> None:
    while not arrivals.empty:
        arrivals.get_nowait()()


@given(st.lists(st.integers(0, 5), max_size=40))
def test_all_is_taken_once_and_in_order_within_a_place(places: list[int]) -> None:
    arrivals, taken = filled(places)
    take_all(arrivals)
    assert sorted(number for _, number in taken) == [*range(len(places))]
    for place in {*places}:
        assert [number for each, number in taken if each == place] == [
            n for n, each in enumerate(places) if each == place
        ]


def test_who_writes_once_waits_for_no_burst_of_others() -> None:
    arrivals, taken = filled([1] * 20 + [2] * 20 + [3])
    take_all(arrivals)
    assert [place for place, _ in taken[:3]] == [1, 2, 3]
    arrivals.put(1, lambda: taken.append((1, 41)))
    arrivals.put(4, lambda: taken.append((4, 42)))
    take_all(arrivals)
    assert [place for place, _ in taken[-2:]] == [4, 1], "whatever came first, the place with less lately is first"
