"""What went wrong, as one sentence; the details are in a log file, under a short reference that the sentence names."""

import json
import logging
import re
import secrets
import traceback
from copy import copy
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Literal

from bot.text.hidden import plain

log = logging.getLogger("advisor.cli")
MOST_BYTES = 1 << 20
_REFERENCE = re.compile(r"\b[Rr]eference ([0-9a-f]{6})\b")
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _LogFile(RotatingFileHandler):
    """A log that is made, with its folder, when the first line is written."""

    def _open(self) -> Any:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        return super()._open()


class _Line(logging.Formatter):
    """Write each message as one line: what it names comes from outside, too."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return " ".join(plain(super().formatMessage(record)).splitlines())


class _OneLine(_Line):
    """Leave out traces; the file has them."""

    def format(self, record: logging.LogRecord) -> str:
        bare = copy(record)
        bare.exc_info = bare.exc_text = bare.stack_info = None
        return super().format(bare)


class _Wordless(_Line):
    """Write traces without the texts of errors that are not ours: they may hold what somebody wrote."""

    def formatException(self, ei: Any) -> str:
        from bot.model.errors import ModelError
        from bot.settings import SettingsError
        from bot.store.errors import StoreError

        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            said = f": {error}" if isinstance(error, StoreError | SettingsError | ModelError) else ""
            lines.insert(0, f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__qualname__}{said}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhich led to\n".join(lines)


class _Json(logging.Formatter):
    """One JSON object a line, with the reference that somebody was told; without traces."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
        }
        if found := _REFERENCE.search(message):
            line["reference"] = found[1]
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr(form: Literal["text", "json"] = "text") -> None:
    """Send the log to standard error too, without traces: a service's supervisor reads it there."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _OneLine(FORM))
    logging.getLogger().addHandler(handler)
    logging.getLogger("advisor").setLevel(logging.INFO)


def log_to_file() -> None:
    """Send our own lines and others' warnings to advisor.log under ADVISOR_HOME, and nothing to the terminal."""
    from bot.settings import SettingsError, read_settings

    try:
        path = read_settings().home.expanduser() / "advisor.log"
    except SettingsError:
        logging.getLogger().addHandler(logging.NullHandler())
        return
    handler = _LogFile(path, maxBytes=MOST_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(_Wordless(FORM))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("advisor").setLevel(logging.INFO)
    logging.raiseExceptions = False  # a log that cannot be written is no reason to fail


def sentence(error: Exception) -> str:
    """Return the sentence for an error that reached the top."""
    from bot.model.errors import ModelError
    from bot.settings import SettingsError
    from bot.store.errors import StoreError

    if isinstance(error, StoreError | SettingsError):
        return str(error)
    if isinstance(error, ModelError):
        return f"{error.sentence} (Reference {error.reference}.)"
    reference = secrets.token_hex(3)
    log.error("unforeseen fault, reference %s", reference, exc_info=error)
    return (
        f"Something went wrong that was not foreseen. The details are in advisor.log under ADVISOR_HOME, "
        f"reference {reference}; please report them."
    )
