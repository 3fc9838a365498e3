"""Outputs judged at a terminal: what is said of them, and what stays open."""

import io

import pytest
from rich.console import Console

from adapters.console.judging import judge
from bot.trial.judging.people import Ungraded


def outputs(count: int) -> list[Ungraded]:
    return [
        Ungraded(
            item=n,
            input=f"question {n} " * 30,
            wanted="an answer " * 30,
            text=" ".join(f"word{k}" for k in range(n, 200)),
        )
        for n in range(count)
    ]


async def said(given: list[Ungraded], *lines: str, demonstration: bool = False) -> tuple[dict[int, bool], list[str]]:
    """Return what was judged by item, and the lines on the screen."""
    left = list(lines)

    async def ask() -> str | None:
        return left.pop(0) if left else None

    screen = io.StringIO()
    grades = await judge(Console(file=screen, width=80), given, demonstration=demonstration, ask=ask)
    assert not left, "more was asked for"
    return {item: passed for (item, _), passed in grades.items()}, screen.getvalue().splitlines()


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (("all",), dict.fromkeys(range(5), True)),
        (("none",), dict.fromkeys(range(5), False)),
        (("1-3",), {0: True, 1: True, 2: True, 3: False, 4: False}),
        (("not 2, the rest is fine",), {0: True, 1: False, 2: True, 3: True, 4: True}),
        (("200", "nice", "2"), {0: False, 1: True, 2: False, 3: False, 4: False}),
        (("200",), {}),
        (("",), {}),
        (("q",), {}),
        (("show 2", "all"), dict.fromkeys(range(5), True)),
    ],
)
async def test_what_is_said_counts_and_nothing_else(lines: tuple[str, ...], wanted: dict[int, bool]) -> None:
    got, screen = await said(outputs(5), *lines)
    assert got == wanted
    assert any("left open: neither passed nor failed" in line for line in screen) == (len(wanted) < 5)


async def test_a_page_fits_a_screen_and_the_others_follow() -> None:
    got, screen = await said(outputs(7), "all", "y n")
    assert got == {**dict.fromkeys(range(6), True), 6: False}
    second = next(at for at, line in enumerate(screen) if "page 2 of 2" in line)
    assert second <= 30
    assert max(len(line) for line in screen) <= 80


async def test_a_whole_output_is_shown_on_request() -> None:
    _, screen = await said(outputs(2), "show 2", "q")
    assert not any("word199" in line for line in (await said(outputs(2), "q"))[1])
    assert any("word199" in line for line in screen)


async def test_one_output_takes_yes_or_no() -> None:
    got, _ = await said(outputs(1), "maybe", "y")
    assert got == {0: True}
