"""Parts of a reply on a terminal."""

import re
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from bot.chat.reply import Choices, Feedback, File, Form, Part, Picture, Progress, Table, Text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLE = {"error": "red", "notice": "dim", "ask": "bold"}


def plain(text: str) -> str:
    """Return text without control characters, which could drive the terminal or turn the order of what is read."""
    return _CONTROL.sub("", text)


def show(console: Console, parts: Iterable[Part], folder: Path) -> None:
    """Print parts; pictures and files are saved in `folder`. Forms and choices are asked by the caller."""
    for part in parts:
        match part:
            case Text(markdown=markdown, voice=voice):
                console.print(Padding(Markdown(plain(markdown)), (1, 0, 0, 0)), style=_STYLE.get(voice, ""))
            case Table():
                _table(console, part)
            case Picture(name=name, alt=alt):
                console.print(RichText(f"\n{plain(alt)}"))
                _save(console, folder, name, part.data, "Picture")
            case File(name=name, content=content):
                console.print()
                _save(console, folder, name, content.encode(), "File")
            case Choices(text=text, options=options):
                console.print(Padding(Markdown(plain(text)), (1, 0, 0, 0)))
                letters = (f"{letter}) {plain(o.label)}" for letter, o in zip("abcdefghij", options, strict=False))
                console.print(RichText("   ".join(letters)))
            case Progress() | Form() | Feedback():
                pass


def _table(console: Console, table: Table) -> None:
    drawn = RichTable(title=RichText(plain(table.caption)) if table.caption else None, title_justify="left")
    for header in table.headers:
        drawn.add_column(plain(header), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(RichText(plain(cell)) for cell in row))
    console.print()
    console.print(drawn)


def _save(console: Console, folder: Path, name: str, data: bytes, what: str) -> None:
    path = folder / re.sub(r"[^\w.-]", "_", name)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(data)
    except OSError as error:
        console.print(RichText(f"{what} not saved in {folder}: {(error.strerror or 'it failed').lower()}.", "red"))
    else:
        console.print(RichText(f"{what}: {path}"))
