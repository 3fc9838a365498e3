"""Arguments of jobs as they stand in the store: JSON with the installation's signature, in the place of pickles.

A pickle runs code where it is read, so with the engine's own form whoever can write to the store would run code in the
workers. The engine names its serialiser in a few modules; there it is replaced.
"""

import importlib
import io
import json
import logging
import pickle
from typing import Any

from bot.vault import Vault

log = logging.getLogger("advisor.jobs")

PLACES = ("docket.execution", "docket.strikelist", "docket.worker")
"""Modules of the engine that write or read arguments, strikes or results."""
LONGEST_OLD = 4096
_KIND = "job"


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
    """Let the engine write and read arguments in signed JSON from now on."""
    for place in PLACES:
        vars(importlib.import_module(place))["cloudpickle"] = Signed(vault)


class _Texts(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        """Refuse whatever is more than plain data: without a name nothing can be called."""
        raise pickle.UnpicklingError(f"{module}.{name} is no text")


def _old(data: bytes) -> tuple[str, ...] | dict[str, Any] | None:
    """Return the arguments of a job that a version before signatures left in the store: texts, or no names at all."""
    if len(data) > LONGEST_OLD:
        return None
    try:
        value: Any = _Texts(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError, AttributeError, KeyError, MemoryError):
        return None
    if value == {}:
        return {}
    return value if isinstance(value, tuple) and all(isinstance(each, str) for each in value) else None  # pyright: ignore[reportUnknownVariableType]
