"""Arguments of jobs as they stand in the store: JSON with the installation's signature, in the place of pickles.

A pickle runs code where it is read, so with the engine's own form whoever can write to the store would run code in the
workers. The engine names its serialiser in a few modules; there it is replaced.
"""

import importlib
import json
import logging
import pickletools
from typing import TYPE_CHECKING, Any

from bot.vault import Vault

if TYPE_CHECKING:
    from docket.execution import Execution

log = logging.getLogger("advisor.jobs")

PLACES = ("docket.execution", "docket.strikelist", "docket.worker")
"""Modules of the engine that write or read arguments, strikes or results."""
LONGEST_OLD = 4096
_KIND = "job"
_WITHOUT_EFFECT = {"PROTO", "FRAME", "MEMOIZE", "STOP"}
_TEXTS = {"SHORT_BINUNICODE", "BINUNICODE"}
_TUPLES = {0: ["EMPTY_TUPLE"], 1: ["TUPLE1"], 2: ["TUPLE2"], 3: ["TUPLE3"]}
"""How an older version's pickle makes so many texts one value: its tasks had up to three arguments."""


def key_of(conversation: str, trial: str) -> str:
    """Return the key under which the engine has a trial."""
    return f"{conversation}/{trial}"


def split_key(key: str) -> tuple[str, str]:
    """Return the conversation and the trial that a key names."""
    conversation, _, trial = key.rpartition("/")
    return conversation, trial


class Refused(tuple[Any, ...]):
    """Stands for arguments that are not ours: none by place, and none by name either."""

    def keys(self) -> tuple[str, ...]:
        """Return no names."""
        return ()

    def items(self) -> tuple[tuple[str, Any], ...]:
        """Return no arguments."""
        return ()

    def get(self, _name: str, default: Any = None) -> Any:
        """Return that there is none of this name."""
        return default


class Signed:
    """A serialiser with the engine's interface."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def dumps(self, value: Any) -> bytes:
        """Return a value as JSON behind its signature; of what is no JSON only the name of its type."""
        text = json.dumps(value, default=lambda other: type(other).__name__)
        return f"{self._vault.sign(f'{_KIND} {text}')} {text}".encode()

    def loads(self, data: bytes) -> Any:
        """Return what `dumps` wrote, a list as a tuple; `Refused` for anything else, which is never executed."""
        signature, _, text = data.decode("utf-8", "replace").partition(" ")
        if self._vault.verifies(f"{_KIND} {text}", signature):
            value = json.loads(text)
            return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        if (old := _old(data)) is not None:
            return old
        log.warning("A job in the store was not written by this installation: it is left out.")
        return Refused()


def replace_pickles(vault: Vault) -> None:
    """Let the engine write and read arguments in signed JSON from now on, and pass over what is no job."""
    for place in PLACES:
        vars(importlib.import_module(place))["cloudpickle"] = Signed(vault)
    worker = vars(importlib.import_module("docket.worker"))
    worker["Execution"] = _forgiving(importlib.import_module("docket.execution").Execution)


def _forgiving(execution: "type[Execution]") -> "type[Execution]":
    """Return the engine's reader of jobs, for which an entry that is no job is one that has nothing to do.

    The engine takes it for a fault of its own, ends, and meets the same entry at each new start.
    """

    class Forgiving(execution):
        @classmethod
        async def from_message(cls, docket: Any, message: Any, *args: Any, **named: Any) -> Any:
            try:
                made: Any = await super().from_message(docket, message, *args, **named)
                given: tuple[Any, Any] = made.args, made.kwargs
                if isinstance(given[0], tuple) and isinstance(given[1], dict | Refused):
                    if given != (split_key(made.key), {}):
                        # Arguments mean something under their own key alone, where none is done twice at a time.
                        made._args, made._kwargs = (), {"refused": made.key}
                    return made
            except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
                pass
            log.warning("An entry among the jobs in the store is none: it is left out.")
            return await super().from_message(docket, {**_NOTHING, **_named(named)}, *args, **named)

    return Forgiving


def _named(named: dict[str, Any]) -> dict[bytes, bytes]:
    """Return the key of an entry that is no job: that of the entry, so that it meets no other."""
    message = named.get("message_id") or b""
    return {b"key": b"none/" + (message if isinstance(message, bytes) else str(message).encode())}


_NOTHING = {
    b"function": b"trial",
    b"when": b"1970-01-01T00:00:00+00:00",
    b"args": b"",
    b"kwargs": b"",
    b"attempt": b"1",
    b"generation": b"0",
}


def _old(data: bytes) -> tuple[str, ...] | dict[str, Any] | None:
    """Return the arguments of a job that a version before signatures left in the store: texts, or no names at all.

    Its steps are looked at and none is carried out: also where no code is called, a few bytes can ask for gigabytes.
    """
    if len(data) > LONGEST_OLD:
        return None
    try:
        steps = [(step.name, value) for step, value, _ in pickletools.genops(data)]
    except (ValueError, UnicodeError):
        return None
    names = [name for name, _ in steps if name not in _WITHOUT_EFFECT]
    if names == ["EMPTY_DICT"]:
        return {}
    texts = tuple(str(value) for name, value in steps if name in _TEXTS)
    made = names[len(texts) :]
    return texts if set(names[: len(texts)]) <= _TEXTS and made == _TUPLES.get(len(texts)) else None
