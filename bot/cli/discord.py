"""`advisor discord`: what an admin needs to set up the Discord app."""

import asyncio

import typer

from bot.cli.say import say

discord = typer.Typer(help="Set up the Discord app.", no_args_is_help=True)


@discord.callback()
def _group() -> None:  # pyright: ignore[reportUnusedFunction]  so that its one command has to be named
    pass


@discord.command()
def sync() -> None:
    """Tell Discord of the commands. The service does so itself at its start when they have changed."""
    from bot import app as parts
    from bot.platform.port import StartupError
    from bot.settings import read_settings

    settings = read_settings()
    try:
        say(asyncio.run(parts.discord_sync(settings)))
    except StartupError as error:
        say(str(error), err=True)
        raise typer.Exit(1) from None
