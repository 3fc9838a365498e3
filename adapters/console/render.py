"""Parts of a reply on a terminal."""

import re
from collections.abc import Iterable
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from bot.chat.reply import Choices, Feedback, File, Form, Part, Picture, Progress, Table, Text
from bot.text.hidden import plain

LETTERS = "abcdefghijklm"
"""Letters of choices: none of them is an answer to yes or no."""
_STYLE = {"error": "red", "notice": "dim", "ask": "bold"}


def offered(parts: Iterable[Part]) -> dict[str, tuple[str, str]]:
    """Return what each letter means: the action of its choices, and the value."""
    meant = [(part.action, option.value) for part in parts if isinstance(part, Choices) for option in part.options]
    return dict(zip(LETTERS, meant, strict=False))


def show(console: Console, parts: Iterable[Part], folder: Path) -> None:
    """Print parts; pictures and files are saved in `folder`. Forms and choices are asked by the caller.

    The letters of choices run on from one part to the next, as `offered` counts them.
    """
    letters = iter(LETTERS)
    for part in parts:
        match part:
            case Text(markdown=markdown, voice=voice, quiet=quiet):
                style = _STYLE["notice"] if quiet else _STYLE.get(voice, "")
                console.print(Padding(Markdown(plain(markdown)), (1, 0, 0, 0)), style=style)
            case Table():
                show_table(console, part)
            case Picture(alt=alt):
                console.print(RichText(f"\n{plain(alt)}\nPicture: {keep(folder, part)}"))
            case File():
                console.print(RichText(f"\nFile: {keep(folder, part)}"))
            case Choices(text=text, options=options):
                if text:
                    console.print(Padding(Markdown(plain(text)), (1, 0, 0, 0)))
                # The options come first: zip would take a letter more than there are options.
                lettered = (f"{letter}) {plain(o.label)}" for o, letter in zip(options, letters, strict=False))
                console.print(RichText("   ".join(lettered)))
            case Progress() | Form() | Feedback():
                pass


def show_table(console: Console, table: Table, *, compact: bool = False) -> None:
    """Print a table; a compact one without lines."""
    caption = RichText(plain(table.caption)) if table.caption else None
    console.print()
    if compact and caption:
        console.print(caption, style="italic")
    drawn = RichTable(
        title=None if compact else caption,
        title_justify="left",
        box=box.SIMPLE_HEAD if compact else box.HEAVY_HEAD,
        show_edge=not compact,
    )
    for header in table.headers:
        drawn.add_column(plain(header), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(RichText(plain(cell)) for cell in row))
    console.print(drawn)


def keep(folder: Path, part: Picture | File) -> str:
    """Save a picture or a file and return where, or why it is not."""
    path = folder / re.sub(r"[^\w.-]", "_", part.name)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(part.data if isinstance(part, Picture) else part.content.encode())
    except OSError as error:
        return f"not saved in {folder}: {(error.strerror or 'it failed').lower()}."
    return str(path)
