"""`advisor doctor`: is everything in place, and what does it cost if not."""

import asyncio
from typing import Annotated

import typer


def doctor(
    no_model: Annotated[bool, typer.Option("--no-model", help="Leave the model out.")] = False,
    clear: Annotated[
        bool, typer.Option("--clear-letters", help="Remove the dead letters: what could not be delivered.")
    ] = False,
) -> None:
    """Check the rules, the store and the model, and list what could not be delivered.

    Exit code: 0 when all is well, 1 when something is missing.
    """
    from bot.doctor import clear_letters, examine
    from bot.settings import read_settings

    if clear:
        typer.echo(f"{asyncio.run(clear_letters(read_settings()))} dead letters removed.")
        return
    marks = {True: "ok", False: "FAILS", None: "note"}
    checks = asyncio.run(examine(read_settings(), no_model=no_model))
    for check in checks:
        typer.echo(f"{marks[check.ok]:5}  {check.name:6}  {check.text}")
    raise typer.Exit(0 if all(check.ok is not False for check in checks) else 1)
