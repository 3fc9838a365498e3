"""What workspaces have decided, kept until the workspace takes the advisor out."""

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
    name = _key(event.platform, event.workspace)
    while True:
        held = await connection.call("GET", name) or ""
        decided = changed(_read(held), words, event, default_channels)
        if decided is None or await connection.run("swap", [name], held, decided[0].model_dump_json()):
            return


async def forget(connection: Connection, platform: str, workspace: str) -> None:
    """Delete the decisions of a workspace."""
    await connection.call("DEL", _key(platform, workspace))


def _key(platform: str, workspace: str) -> str:
    name = f"{platform}:{workspace}"
    return keys.key(keys.partition(name), "house", name)
