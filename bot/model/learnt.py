"""What was learnt about servers, kept from one start to the next."""

import contextlib
import hashlib
import json
import logging
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bot.model.dialect import FORMATS, Manners
from bot.text.json import as_object

log = logging.getLogger("advisor.model")

NAME = "servers.json"


def load(folder: Path | None, address: str, model: str) -> Manners | None:
    """Return what is kept of a model on a server, None where nothing is."""
    held = as_object(_all(folder).get(_key(address, model))) if folder else {}
    defaults = asdict(Manners())
    if not held or any(type(held.get(name)) is not type(value) for name, value in defaults.items()):
        return None
    if not 0 <= held["format"] < len(FORMATS):
        return None
    return Manners(**{field.name: held[field.name] for field in fields(Manners)})


def keep(folder: Path | None, address: str, model: str, manners: Manners) -> None:
    """Keep what was learnt; a folder that cannot be written costs only that it is learnt again."""
    if folder is None:
        return
    every = {**_all(folder), _key(address, model): asdict(manners)}
    path = folder / NAME
    beside = path.with_suffix(f".{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(every, indent=1), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        log.info("what was learnt about a server is not kept: %s", error.strerror)
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _all(folder: Path) -> dict[str, Any]:
    try:
        return as_object(json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


def _key(address: str, model: str) -> str:
    # An address may hold a password or a key.
    return f"{model} {hashlib.blake2b(address.encode(), digest_size=8).hexdigest()}"
