"""`advisor serve`: the service behind Slack and Discord."""

import asyncio
import gc
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.errors import log_to_stderr
from bot.cli.say import say

MOST = 64
"""Worker processes of one gateway."""


class Role(StrEnum):
    """What a process does."""

    all = "all"
    gateway = "gateway"
    worker = "worker"


def serve(
    role: Annotated[Role, typer.Option(help="gateway only accepts events, worker only works on them.")] = Role.all,
    workers: Annotated[
        int, typer.Option(min=0, max=MOST, help="Work in so many processes behind this one, which only accepts.")
    ] = 0,
    no_model: Annotated[bool, typer.Option("--no-model", help="Work from rules and choices alone.")] = False,
    attached: Annotated[bool, typer.Option(hidden=True, help="End with standard input, too.")] = False,
) -> None:
    """Serve the platforms whose tokens are set, until SIGTERM.

    Any number of gateways and workers share one store.
    """
    from bot import app as parts
    from bot.platform.port import StartupError
    from bot.service.serve import Beside
    from bot.service.supervisor import Supervisor, own_command
    from bot.service.web.pages import AddressTaken
    from bot.settings import read_settings

    if workers and role is not Role.all:
        say("Give --workers without --role: it makes this process the gateway of its workers.", err=True)
        raise typer.Exit(2)
    settings = read_settings()
    log_to_stderr(settings.log)

    command = [*own_command(), "serve", "--role", "worker", "--attached", *(["--no-model"] if no_model else [])]
    beside = Beside(Supervisor(command, workers) if workers else None, attached)
    part = "gateway" if workers else role.value

    async def run() -> None:
        opens = parts.platforms(settings)
        await parts.serve(settings, opens, role=part, no_model=no_model, say=told, beside=beside)

    def told(line: str) -> None:
        say(line)
        # What is loaded by now stays. The rest is looked through a little at a time, since everybody waits for that.
        gc.freeze()
        gc.set_threshold(2_000, 10, 50)

    try:
        asyncio.run(run())
    except (StartupError, AddressTaken) as error:
        say(str(error), err=True)
        raise typer.Exit(1) from None
