"""What stands behind the buttons of a trial's result: kept with its conversation, and forgotten with it."""

import logging
import re
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.connection import Connection
from bot.store.memos import drop, note, noted

log = logging.getLogger("advisor.trial")

PREFIX = "report "
MOST = 3
"""Reports of one conversation that are kept."""
LARGEST = 4 * 2**20
"""Bytes of a report as it is stored."""

if TYPE_CHECKING:  # it brings all that reports are made with
    from bot.trial.report.result import TrialReport


async def keep_report(connection: Connection, conversation: str, trial: str, report: "TrialReport", keep: int) -> None:
    """Keep a report for `keep` ms from now, where the conversation is still there and it is not too large.

    Of a conversation the last few are kept.
    """
    packed = b64encode(zlib.compress(report.model_dump_json().encode())).decode()
    for older in (await _kept(connection, conversation, but=trial))[: -MOST + 1]:
        await drop(connection, conversation, older)
    if len(packed) > LARGEST:
        log.warning("The report of a trial is too large to be kept (%d bytes).", len(packed))
        return
    await note(connection, conversation, _name(trial), packed, keep)


async def kept_report(connection: Connection, conversation: str, trial: str) -> "TrialReport | None":
    """Return the report of a trial; None where none is kept."""
    from bot.trial.report.result import TrialReport

    packed = await noted(connection, conversation, _name(trial))
    try:
        return TrialReport.model_validate_json(zlib.decompress(b64decode(packed))) if packed else None
    except (ValueError, zlib.error):
        log.error("The report of a trial is damaged.")
        return None


async def _kept(connection: Connection, conversation: str, *, but: str) -> list[str]:
    """Return the notes that are reports of other trials, the oldest first."""
    names: list[str] = await connection.call("HKEYS", keys.of_conversation(conversation).notes)
    reports = [name for name in names if name.startswith(PREFIX) and name != _name(but)]
    return sorted(reports, key=lambda name: [int(part) for part in re.findall(r"^report trial-(\d+)", name)])


def _name(trial: str) -> str:
    return f"{PREFIX}{trial}"
