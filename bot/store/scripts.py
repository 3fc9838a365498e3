"""The Lua scripts of the store."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Script:
    """One script with the digest by which the server knows it."""

    text: str
    digest: str


@cache
def script(name: str) -> Script:
    """Return the script of this name, without the `.lua`."""
    text = files("bot.store").joinpath("scripts", f"{name}.lua").read_text(encoding="utf-8")
    # SHA-1 is what EVALSHA asks for; nothing here depends on it being hard to forge.
    return Script(text, sha1(text.encode(), usedforsecurity=False).hexdigest())
