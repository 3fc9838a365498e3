"""What workspaces have decided, kept until the workspace takes the advisor out."""

from datetime import datetime

from pydantic import ValidationError

from bot.chat.events import Event
from bot.service.workspace.policy import Policy, changed
from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError


async def load(connection: Connection, platform: str, workspace: str) -> Policy:
    """Return the decisions of a workspace; the default where there are none."""
    return _read(await connection.call("GET", _key(platform, workspace)))


def _read(held: str | None) -> Policy:
    try:
        return Policy.model_validate_json(held) if held else Policy()
    except ValidationError as error:
        raise StoreError(
            "unreadable", "What a workspace decided is stored in a form that this version cannot read."
        ) from error


async def change(connection: Connection, event: Event, words: str, default_channels: tuple[str, ...]) -> None:
    """Let a command change what a workspace has decided, beside any other that comes at the same moment."""
    name, at = _key(event.platform, event.workspace), {"at": event.at}
    while True:
        held = await connection.call("GET", name) or ""
        decided = changed(_read(held), words, event, default_channels)
        if decided is None or await connection.run("swap", [name], held, decided[0].but(**at).model_dump_json()):
            return


async def forget(connection: Connection, platform: str, workspace: str, before: datetime | None = None) -> None:
    """Delete the decisions of a workspace, but for those that were made later than `before`."""
    name = _key(platform, workspace)
    held = await connection.call("GET", name)
    if held and before is not None:
        at = _read(held).at
        if at is not None and at > before:
            return
    await connection.call("DEL", name)


def _key(platform: str, workspace: str) -> str:
    name = f"{platform}:{workspace}"
    return keys.key(keys.partition(name), "house", name)
