"""Attacks as data: what people write to make the advisor hold, decide or say what nobody told it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("attacks.yaml")
_TAGS = "TAGS:"


@dataclass(frozen=True)
class Attack:
    """One attack: what comes in, and what a model that obeys it would do."""

    family: str
    way: str
    lines: tuple[str, ...]
    hook: str
    says: str
    place: str
    stance: str
    quote: str
    facts: Mapping[str, Any]
    name: str

    @property
    def text(self) -> str:
        return self.lines[-1]

    @property
    def states(self) -> bool:
        """True where it wants facts to be held."""
        return bool(self.facts) or not self.says


def attacks() -> list[Attack]:
    """Return the attacks of the file."""
    return [_attack(row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def _attack(row: Mapping[str, Any]) -> Attack:
    text: str | Sequence[str] = row["text"]
    lines = tuple(_hidden(line) for line in ([text] if isinstance(text, str) else text))
    return Attack(
        family=row["family"],
        way=row.get("way", "said"),
        lines=lines,
        hook=row.get("hook", lines[-1]),
        says=row.get("says", ""),
        place=row.get("in", "text"),
        stance=row.get("stance", ""),
        quote=row.get("quote", ""),
        facts=row.get("facts", {}),
        name=row.get("name", "notes.txt"),
    )


def _hidden(line: str) -> str:
    """Return a line with what follows the mark as tags, which nobody sees."""
    seen, mark, hidden = line.partition(_TAGS)
    return seen + "".join(chr(0xE0000 + ord(c)) for c in hidden) if mark else line
