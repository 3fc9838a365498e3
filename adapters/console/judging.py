"""A person judges outputs at a terminal: a page of them at a time, answered in words."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from adapters.console import selection
from bot.text.hidden import plain
from bot.trial.report.shown import shown

if TYPE_CHECKING:
    from bot.trial.judging.people import Ungraded
    from bot.turn.trial_run import Grades

PAGE, SHOWN, WHOLE = 5, 180, 4_000
"""Outputs on a page, characters of each that are shown, and of one that is asked for."""
HINT = "all, none, 1-3, all but 2 · `show 2` for a whole one · Enter leaves these open · q ends"
AGAIN = "I cannot tell from that which of them pass. Say for example: all, none, 1 and 3, all but 2."
ALONE = "y or n · `show 1` for all of it · Enter leaves it open · q ends"
ALONE_AGAIN = "I cannot tell from that. Say y or n."

Line = Callable[[], Awaitable[str | None]]
"""Read a line; None where nobody will say anything more."""


async def line() -> str | None:
    """Read a line from the terminal or a pipe; None at its end and for Ctrl-C."""
    if not sys.stdin.isatty():
        return (await asyncio.to_thread(sys.stdin.readline)) or None
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    try:
        return await session.prompt_async("> ")
    except (EOFError, KeyboardInterrupt):
        return None


async def judge(
    console: Console, outputs: Sequence["Ungraded"], *, demonstration: bool = False, ask: Line = line
) -> "Grades":
    """Ask which outputs somebody would send; what is left open, or cannot be read, is not judged."""
    grades: dict[tuple[int, str], bool] = {}
    pages = [outputs[at : at + PAGE] for at in range(0, len(outputs), PAGE)]
    for number, page in enumerate(pages, 1):
        of = f" (page {number} of {len(pages)})" if len(pages) > 1 else ""
        console.print(f"\nNobody but you can judge these. Which of them would you send?{of}", style="bold")
        for place, output in enumerate(page, 1):
            _show(console, place, output, SHOWN, demonstration=demonstration)
        passed = await _passed(console, page, demonstration=demonstration, ask=ask)
        if passed is None:
            break
        grades |= {(output.item, output.text): passed[place] for place, output in enumerate(page) if place in passed}
    left = len(outputs) - len(grades)
    if left:
        outputs_ = "1 output is" if left == 1 else f"{left} outputs are"
        console.print(f"{outputs_} left open: neither passed nor failed.", style="dim")
    return grades


async def _passed(
    console: Console, page: Sequence["Ungraded"], *, demonstration: bool, ask: Line
) -> dict[int, bool] | None:
    """Return what somebody says of a page by place, {} where it is left open, None where that ends it."""
    alone = len(page) == 1
    console.print(f"\n{ALONE if alone else HINT}", style="dim")
    while (said := await ask()) is not None:
        words = said.strip().lower()
        if not words:
            return {}
        if words in ("q", "quit", "/quit"):
            return None
        if words.startswith("show"):
            number = words.removeprefix("show").strip(" #")
            if number.isascii() and number.isdigit() and 0 < int(number) <= len(page):
                _show(console, int(number), page[int(number) - 1], WHOLE, demonstration=demonstration)
                continue
        good = selection.read(words, len(page))
        if good is None:
            console.print(ALONE_AGAIN if alone else AGAIN)
            continue
        for head, places in (("Pass", sorted(good)), ("Fail", sorted({*range(len(page))} - good))):
            if places:
                console.print(f"{head}: {', '.join(str(place + 1) for place in places)}", style="dim")
        return {place: place in good for place in range(len(page))}
    return None


def _show(console: Console, place: int, output: "Ungraded", most: int, *, demonstration: bool) -> None:
    """Show an output in about four lines, or the whole of it."""
    whole = most == WHOLE
    asked = {"input": output.input, "wanted": output.wanted or ""}
    told = [f"{name}: {text if whole else ' '.join(text.split())}" for name, text in asked.items() if text]
    text = shown(output.text, most, demonstration=demonstration) or "(nothing)"
    text = text if whole else " ".join(text.split())
    if told:
        room = console.width - 4 if len(told) == 1 else (console.width - 7) // 2
        head = "\n".join(told) if whole else " · ".join(_shortened(each, room) for each in told)
        console.print(Text(plain(f"{place}. {head}"), style="dim"))
    console.print(Text(plain(text if told else f"{place}. {text}")))


def _shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
