"""`advisor serve`: the service behind Slack and Discord."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.errors import log_to_stderr


class Role(StrEnum):
    """What a process does."""

    all = "all"
    gateway = "gateway"
    worker = "worker"


def serve(
    role: Annotated[Role, typer.Option(help="gateway only accepts events, worker only works on them.")] = Role.all,
    no_model: Annotated[bool, typer.Option("--no-model", help="Work from rules and choices alone.")] = False,
) -> None:
    """Serve the platforms whose tokens are set, until SIGTERM.

    Any number of gateways and workers share one store.
    """
    from bot import app as parts
    from bot.platform.port import StartupError
    from bot.service.web.pages import AddressTaken
    from bot.settings import read_settings

    settings = read_settings()
    log_to_stderr(settings.log)

    async def run() -> None:
        opens = parts.platforms(settings)
        await parts.serve(settings, opens, role=role.value, no_model=no_model, say=typer.echo)

    try:
        asyncio.run(run())
    except (StartupError, AddressTaken) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
