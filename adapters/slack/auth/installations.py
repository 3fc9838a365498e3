"""Workspaces that installed the app by OAuth: their tokens, encrypted in the store.

One hash holds them all. A field is named by the team, `T1`, or by the organisation, `E1-`, for an installation across
Enterprise Grid. A team's id stays its own when the team joins an organisation, and so does its installation.
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.slack.ids import team_of
from bot.store import keys
from bot.store.connection import Connection
from bot.vault import Vault, VaultError

PARTITION = keys.partition("slack")
HASH = keys.key(PARTITION, "installations", "slack")
REPLACE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
"""


class Installation(BaseModel):
    """What one workspace, or one organisation, gave the app. Times are seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    enterprise: str | None = None
    team: str | None = None
    """None where the app is installed across the organisation."""
    token: str = Field(repr=False)
    refresh: str | None = Field(default=None, repr=False)
    """Buys the next token, once; None where tokens do not rotate, or where Slack refused it."""
    expires: float | None = None
    bot_user: str
    app: str = ""
    scopes: tuple[str, ...] = ()
    installed: float

    @property
    def name(self) -> str:
        """The name of the installation in the store: its team, or its organisation and a dash."""
        return self.team or f"{self.enterprise or ''}-"

    def usable(self, now: float) -> bool:
        """Tell whether the token is still good."""
        return self.expires is None or now < self.expires


@dataclass(frozen=True)
class Held:
    """An installation together with how it is stored, so that it is only ever put in the place of itself."""

    installation: Installation
    sealed: str


def names(workspace: str) -> list[str]:
    """Return the fields that may hold a workspace's installation: the team's own, then its organisation's."""
    enterprise, team = team_of(workspace)
    return [*([team] if team else []), *([f"{enterprise}-"] if enterprise else [])]


@dataclass(frozen=True)
class Installations:
    """All installations in one store. StoreError where it does not answer."""

    connection: Connection
    vault: Vault

    async def find(self, workspace: str) -> Held | None:
        """Return the installation that a workspace is served by; VaultError where our keys do not open it."""
        wanted = names(workspace)
        if not wanted:
            return None
        for name, sealed in zip(wanted, await self.connection.call("HMGET", HASH, *wanted), strict=True):
            if sealed:
                return Held(self._opened(name, sealed), sealed)
        return None

    async def save(self, installation: Installation) -> Held:
        """Keep an installation, in the place of any earlier one."""
        sealed = self._sealed(installation)
        await self.connection.call("HSET", HASH, installation.name, sealed)
        return Held(installation, sealed)

    async def replace(self, held: Held, installation: Installation) -> Held | None:
        """Put one in the place of what was read; None where that is gone or another by now."""
        sealed = self._sealed(installation)
        done = await self._swap(held.installation.name, held.sealed, sealed)
        return Held(installation, sealed) if done else None

    async def remove(self, workspace: str, before: float | None = None) -> bool:
        """Delete a workspace's installation, unless it was made after `before`; True where it is gone.

        News of an uninstallation may come late, after the app was installed again. `E1-T1` speaks for the organisation,
        since that is what its events are named by where the app is installed across it.
        """
        for name in names(workspace)[-1:]:
            while sealed := await self.connection.call("HGET", HASH, name):
                try:
                    made = self._opened(name, sealed).installed
                except VaultError:
                    made = None  # nobody can use it
                if before is not None and made is not None and made > before:
                    return False
                if await self._swap(name, sealed, ""):
                    break
        return True

    async def all(self) -> tuple[list[Installation], int]:
        """Return every installation that our keys open, and how many they do not."""
        stored: list[str] | dict[str, str] = await self.connection.call("HGETALL", HASH)
        sealed_by = stored if isinstance(stored, dict) else dict(zip(stored[::2], stored[1::2], strict=True))
        found: list[Installation] = []
        for name, sealed in sealed_by.items():
            try:
                found.append(self._opened(name, sealed))
            except VaultError:
                continue
        return found, len(sealed_by) - len(found)

    async def _swap(self, name: str, old: str, new: str) -> bool:
        return bool(await self.connection.call("EVAL", REPLACE, 1, HASH, name, old, new))

    def _sealed(self, installation: Installation) -> str:
        return self.vault.seal(installation.model_dump_json())

    def _opened(self, name: str, sealed: str) -> Installation:
        try:
            installation = Installation.model_validate_json(self.vault.open(sealed))
        except ValidationError:
            raise VaultError("A stored installation of the Slack app cannot be read; install the app again.") from None
        if installation.name != name:
            raise VaultError("A stored installation of the Slack app is another workspace's; install the app again.")
        return installation
