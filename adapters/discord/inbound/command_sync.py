"""Telling Discord of our commands: by `advisor discord sync`, or at the start where they have changed."""

import logging
from collections.abc import Mapping
from typing import Any

from discord import HTTPException, LoginFailure, RateLimited

from adapters.discord.inbound.commands import definitions, fingerprint, installs
from adapters.discord.outbound.errors import FAILURES, code_of
from adapters.discord.rest import Rest
from bot.store import keys
from bot.store.connection import Connection

log = logging.getLogger("advisor.discord")

BAD_FORM, NOT_ALLOWED, TOO_MANY = 50035, 50001, 30034
"""Why Discord takes no commands."""


async def application_of(rest: Rest) -> Mapping[str, Any]:
    """Return the application whose token it is. Raises as `Rest.call` does."""
    return await rest.call("GET", "/applications/@me")


async def sync(rest: Rest) -> str:
    """Tell Discord of all commands, and return for which application. Raises as `Rest.call` does."""
    application = await application_of(rest)
    await _tell(rest, application)
    return str(application["id"])


async def sync_changed(rest: Rest, connection: Connection) -> bool:
    """Tell Discord of the commands where they are not those that it was told of last; what it refuses is logged."""
    try:
        application = await application_of(rest)
        id, told = str(application["id"]), fingerprint(str(application["id"]), definitions(installs(application)))
        if await connection.call("GET", _key(id)) == told:
            return False
        await _tell(rest, application)
    except FAILURES as error:
        log.error("%s", refusal(error))
        return False
    await connection.call("SET", _key(id), told)
    log.info("Discord was told of the commands.")
    return True


def refusal(error: Exception) -> str:
    """Say why Discord takes no commands of ours, and what to do."""
    code = code_of(error)
    if isinstance(error, LoginFailure) or (isinstance(error, HTTPException) and error.status == 401):
        why = "DISCORD_BOT_TOKEN is not valid. Copy it from the page Bot of the application"
    elif code == TOO_MANY:
        why = "it takes 200 new ones a day. Leave it until tomorrow, then run `advisor discord sync`"
    elif code == BAD_FORM:
        why = (
            "it refuses their form (code 50035). Look at the page Installation of the application: switch on Guild "
            "Install or User Install there, then run `advisor discord sync`"
        )
    elif code == NOT_ALLOWED:
        why = "the app may not have any. Install it again with the scope applications.commands"
    elif isinstance(error, RateLimited):
        why = f"it wants to be left alone for {error.retry_after:.0f} seconds. Run `advisor discord sync` after that"
    elif isinstance(error, HTTPException):
        why = f"it answers {error.status} (code {code}). Run `advisor discord sync` in a moment"
    else:
        why = f"it cannot be reached ({type(error).__name__}). Run `advisor discord sync` in a moment"
    return f"Discord did not take the commands: {why}."


async def _tell(rest: Rest, application: Mapping[str, Any]) -> None:
    body: Any = definitions(installs(application))
    path = "/applications/{application_id}/commands"
    await rest.call("PUT", path, json=body, application_id=str(application["id"]))


def _key(application: str) -> str:
    name = f"discord:{application}"
    return keys.key(keys.partition(name), "commands", name)
