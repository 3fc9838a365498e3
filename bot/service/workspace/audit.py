"""What those who manage a workspace have done, in the log and in the store: with digests in place of names."""

import logging
from datetime import UTC, datetime, timedelta

from bot.store import keys
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.errors import StoreError

log = logging.getLogger("advisor.audit")
STREAM = keys.key(0, "audit")
MOST = 10_000
"""Entries that are kept at most, and none for longer than consultations are."""


async def audited(store: Store, what: str, workspace: str, by: str = "") -> None:
    """Note what was done, in which workspace (`slack:T0123`) and by whom.

    Where the store does not take it, the log alone has it; nothing raises.
    """
    fields = {"what": what[:200], "workspace": keys.mark(workspace), "by": keys.mark(by)}
    log.info("%s in workspace %s by %s", fields["what"], fields["workspace"], fields["by"] or "the platform")
    oldest = datetime.now(UTC) - timedelta(milliseconds=store.keep)
    pairs = [text for pair in fields.items() for text in pair]
    try:
        await store.connection.call("XADD", STREAM, "MAXLEN", "~", MOST, "*", *pairs)
        await store.connection.call("XTRIM", STREAM, "MINID", int(oldest.timestamp() * 1000))
        await store.connection.call("PEXPIRE", STREAM, store.keep)
    except StoreError as error:
        log.warning("The store did not take an entry of the audit log. %s", error)


async def entries(connection: Connection) -> list[dict[str, str]]:
    """Return what is kept, the oldest first."""
    found: list[tuple[str, dict[str, str]]] = await connection.call("XRANGE", STREAM, "-", "+")
    return [held for _, held in found]
