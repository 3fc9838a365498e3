"""What stands behind the buttons of a trial's result: kept with its conversation, and forgotten with it."""

import logging
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from bot.store.connection import Connection
from bot.store.memos import note, noted

log = logging.getLogger("advisor.trial")

if TYPE_CHECKING:  # it brings all that reports are made with
    from bot.trial.report.result import TrialReport


async def keep_report(connection: Connection, conversation: str, trial: str, report: "TrialReport", keep: int) -> None:
    """Keep a report for `keep` ms from now, where the conversation is still there."""
    packed = b64encode(zlib.compress(report.model_dump_json().encode())).decode()
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


def _name(trial: str) -> str:
    return f"report {trial}"
