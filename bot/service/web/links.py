"""Links to the page of a decision record: sealed with the installation's key, for a time, and until they are ended."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.store.connection import Connection
from bot.store.memos import drop, note, noted
from bot.vault import Vault, VaultError

LASTS = timedelta(days=30)
NOTE = "record link"
"""What a conversation keeps while there are links to its record: the same text stands in each of them."""


class NoLinkError(Exception):
    """Say that a link was never made here, or that its time is over."""


@dataclass(frozen=True)
class Links:
    """Makes links and reads them."""

    connection: Connection
    vault: Vault
    base: str
    """Address of the service as it is seen from outside."""
    keep: int
    """Milliseconds that a conversation is kept."""

    async def to_record(self, conversation: str) -> tuple[str, date]:
        """Return the address of a conversation's record, and the day on which it ends."""
        key = await noted(self.connection, conversation, NOTE)
        if key is None:
            key = secrets.token_urlsafe(12)
            await note(self.connection, conversation, NOTE, key, self.keep)
        until = datetime.now(UTC) + LASTS
        # Encrypted, not only signed: a conversation's id tells where it is held.
        sealed = self.vault.seal(f"record {int(until.timestamp())} {key} {conversation}").rstrip("=")
        return f"{self.base.rstrip('/')}/report/{sealed}", until.date()

    async def end(self, conversation: str) -> None:
        """Let no link that was made so far open the record."""
        await drop(self.connection, conversation, NOTE)

    async def read(self, sealed: str) -> str | None:
        """Return the conversation of a link; None where it was ended. NoLinkError where it is none, or too old."""
        try:
            what, until, key, conversation = self.vault.open(sealed + "=" * (-len(sealed) % 4)).split(" ", 3)
        except (VaultError, ValueError):
            raise NoLinkError from None
        if what != "record" or int(until) < datetime.now(UTC).timestamp():
            raise NoLinkError
        return conversation if await noted(self.connection, conversation, NOTE) == key else None
