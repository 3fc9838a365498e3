"""Stored consultations of older schemas, brought up to date one step at a time."""

from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.consultation.model import SCHEMA, Consultation
from bot.store.errors import StoreError

Data = dict[str, Any]
DAMAGED = "This stored consultation is damaged; restart it, or restore a backup."
NEWER = "This consultation was written by a newer advisor; update this one to read it."


def _samples_by_message(data: Data) -> Data:
    """Keep the samples as if one message had held them all: which one held which was not written down."""
    kept = {name: value for name, value in data.items() if name != "samples_from"}
    held = {name: value for name, value in data.get("samples", {}).items() if name in ("pairs", "prompt", "premise")}
    return {**kept, "given": {"earlier": held} if any(held.values()) else {}}


_PHASES = {
    None: "none",
    "open": "offered",
    "wanted": "requested",
    "asked": "awaiting_approval",
    "skipped": "declined",
    "running": "running",
    "done": "finished",
}


def _state_of_the_trial(data: Data) -> Data:
    """Put what was said of the trial in two fields into its one state."""
    kept = {name: value for name, value in data.items() if name not in ("trial_offer", "again")}
    phase = _PHASES.get(data.get("trial_offer"), "none")
    return {**kept, "trial": {"phase": phase, "repeats": data.get("again", False)}}


def _who_is_there(data: Data) -> Data:
    """Take all who were read so far for people who spoke to us: then everybody was."""
    spoke = [line["by"] for line in data.get("transcript", ())]
    people = list(dict.fromkeys([*filter(None, [data.get("asker")]), *spoke]))
    return {**data, "room": {"addressed": people, "company": len(people) > 1}}


MIGRATIONS: dict[int, Callable[[Data], Data]] = {
    1: _samples_by_message,
    2: _state_of_the_trial,
    3: _who_is_there,
}
"""From a schema number to the function that makes the next one of it, on plain JSON. Never removed once released."""


_DATA = TypeAdapter(dict[str, Any])


def upgrade(data: Data) -> Data:
    """Return the data in the present schema; StoreError where no path leads there."""
    while (version := data.get("schema")) != SCHEMA:
        if not isinstance(version, int) or (version < SCHEMA and version not in MIGRATIONS):
            raise StoreError("unreadable", "This consultation has an unknown schema; restart it, or restore a backup.")
        if version > SCHEMA:
            raise StoreError("newer", NEWER)
        data = {**MIGRATIONS[version](data), "schema": version + 1}
    return data


def read(data: str) -> Consultation:
    """Return the consultation of a stored form of this or an older schema."""
    try:
        return Consultation.model_validate(upgrade(_DATA.validate_json(data)))
    except ValidationError as error:
        if all(each["type"] == "extra_forbidden" for each in error.errors(include_input=False, include_url=False)):
            raise StoreError("newer", NEWER) from error  # a field that came without a new schema
        raise StoreError("unreadable", DAMAGED) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:  # of a migration
        raise StoreError("unreadable", DAMAGED) from error
