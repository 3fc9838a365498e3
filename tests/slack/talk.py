"""Talk to the whole service on the fake Slack, at the terminal: `python -m tests.slack.talk`.

Each line is said in a channel, then in the thread that is answered there; a line that stands on a button or in a menu
presses it. There is no model: the advisor works by choices and rules. An empty line ends it.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tests.fakes.slack import Message, text_of
from tests.slack.service import Thread, fake, offered, serving

PATIENCE = 60.0
"""Seconds that an answer may take."""

Say = Callable[[str], None]


async def talk(lines: AsyncIterator[str], say: Say, home: Path) -> None:
    """Hold a consultation: `lines` are what Alice says or presses, and `say` gets what everybody reads."""
    shown: dict[str, str] = {}
    thread: Thread | None = None
    async with fake() as slack, serving(slack, home, "socket", own=True, usual=True) as whole:
        say("You are Alice, in #general. Say what you want a model to do.")
        async for line in lines:
            if thread is None:
                thread = await whole.mention(slack.alice, line)
            elif any(line in offered(each) for each in thread.messages()):
                await thread.choose(slack.alice, line)
            else:
                await thread.say(slack.alice, line)
            await slack.until(lambda before=dict(shown), place=thread: _new(place, before), PATIENCE)
            await thread.quiet(1.0)
            for each in _new(thread, shown):
                before, shown[each.ts] = shown.get(each.ts, "").splitlines(), text_of(each)
                say("\n" + "\n".join(row for row in shown[each.ts].splitlines() if row not in before))
        for offence in slack.offences:
            say(f"Slack would mind: {offence}")


def _new(thread: Thread, shown: dict[str, str]) -> list[Message]:
    return [each for each in thread.messages() if shown.get(each.ts) != text_of(each)]


async def _typed() -> AsyncIterator[str]:
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        yield line


async def _main() -> None:
    with tempfile.TemporaryDirectory() as home:
        await talk(_typed(), print, Path(home))


if __name__ == "__main__":
    asyncio.run(_main())
