"""Telling Discord of our commands: by `advisor discord sync`, or at the start where they have changed."""

import logging
from typing import Any

from adapters.discord.inbound.commands import definitions, fingerprint
from adapters.discord.rest import Rest
from bot.store import keys
from bot.store.connection import Connection

log = logging.getLogger("advisor.discord")


async def application_of(rest: Rest) -> str:
    """Return the id of the application whose token it is. Raises as `Rest.call` does."""
    said: Any = await rest.call("GET", "/oauth2/applications/@me")
    return str(said["id"])


async def sync(rest: Rest) -> str:
    """Tell Discord of all commands, and return for which application. Raises as `Rest.call` does."""
    application = await application_of(rest)
    body: Any = definitions()
    await rest.call("PUT", "/applications/{application_id}/commands", json=body, application_id=application)
    return application


async def sync_changed(rest: Rest, connection: Connection) -> bool:
    """Tell Discord of the commands where they are not those that it was told of last."""
    application = await application_of(rest)
    if await connection.call("GET", _key(application)) == fingerprint(application):
        return False
    await sync(rest)
    await note(connection, application)
    log.info("Discord was told of the commands.")
    return True


async def note(connection: Connection, application: str) -> None:
    """Remember what Discord was told."""
    await connection.call("SET", _key(application), fingerprint(application))


def _key(application: str) -> str:
    name = f"discord:{application}"
    return keys.key(keys.partition(name), "commands", name)
