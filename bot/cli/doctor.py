"""`advisor doctor`: is everything in place, and what does it cost if not."""

import asyncio
from typing import Annotated

import typer

from bot.cli.say import say


def doctor(
    no_model: Annotated[bool, typer.Option("--no-model", help="Leave the model out.")] = False,
    channel: Annotated[
        str | None, typer.Option("--discord-channel", metavar="ID", help="Also look at what Discord allows there.")
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear-letters", help="Remove the dead letters: what could not be delivered.")
    ] = False,
) -> None:
    """Check the rules, the store, the model and the chat platforms, and list what could not be delivered.

    Exit code: 0 when all is well, 1 when something is missing.
    """
    from bot import app as parts
    from bot.cli.doctor_checks import clear_letters, examine
    from bot.platform.port import Check
    from bot.settings import read_settings

    if clear:
        say(f"{asyncio.run(clear_letters(read_settings()))} dead letters removed.")
        return
    marks = {True: "ok", False: "FAILS", None: "note"}
    settings = read_settings()

    async def look() -> list[Check]:
        return [*await examine(settings, no_model=no_model), *await parts.platform_checks(settings, channel)]

    checks = asyncio.run(look())
    for check in checks:
        say(f"{marks[check.ok]:5}  {check.name:7}  {check.text}")
    raise typer.Exit(0 if all(check.ok is not False for check in checks) else 1)
