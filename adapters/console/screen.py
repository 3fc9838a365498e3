"""The terminal that people look at."""

from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

from bot.text.hidden import plain


class _Plain:
    """What is printed, without what others' words would have the terminal do."""

    def __init__(self, shown: ConsoleRenderable):
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for each in console.render(self._shown, options):
            yield each if each.control else Segment(plain(each.text), each.style)


class _Hook(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Plain(each) for each in renderables]


def screen(**options: Any) -> Console:
    """Return a console that styles what is printed and passes on no control characters of it."""
    made = Console(**options)
    made.push_render_hook(_Hook())
    return made
