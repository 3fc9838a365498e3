"""A small table as aligned lines, a wide one as a list, a long one as a file. Pure."""

import re
import unicodedata

from adapters.discord.render import markup
from bot.chat.reply import Table
from bot.platform.layout import listed, numeric

WIDTH = 52
"""Signs of a line that a narrow window still shows unbroken."""
_FENCE = re.compile(r"[ ]{0,3}(`{3,})")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_PIPE = re.compile(r"(?<!\\)\|")
ROWS = 25
CHARACTERS = 1_800
"""Of our own: a longer table is a file."""


def shown(part: Table) -> str | None:
    """Return the table as markdown, without its caption; None where it has to be a file."""
    headers = [_cell(header) for header in part.headers]
    rows = [[_cell(cell) for cell in (*row, *[""] * len(headers))[: len(headers)]] for row in part.rows]
    if not headers or len(rows) > ROWS:
        return None
    made = _aligned([header or "#" for header in headers], rows)
    narrow = max(map(_width, made.splitlines())) <= WIDTH
    made = markup.code(made) if narrow else _listed(headers, rows)
    return made if len(made) <= CHARACTERS else None


def without_pipes(markdown: str) -> str:
    """Return markdown with its tables as Discord shows them, which knows none: those in code stay as they are."""
    made: list[str] = []
    lines, at, fence = markdown.split("\n"), 0, ""
    while at < len(lines):
        line = lines[at]
        mark = _FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and not line.strip().strip("`"))):
            fence = "" if fence else mark[1]
        end = at + 2
        if fence or "|" not in line or end > len(lines) or not _RULE.fullmatch(lines[at + 1]):
            made.append(line)
            at += 1
            continue
        while end < len(lines) and "|" in lines[end]:
            end += 1
        rows = [_cells(each) for each in lines[at + 2 : end]]
        width = len(headers := _cells(line))
        table = Table(headers=headers, rows=tuple((*row, *[""] * width)[:width] for row in rows))
        made.append(shown(table) or _listed([*headers], [[*row] for row in table.rows]))
        at = end
    return "\n".join(made)


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return tuple(cell.strip().replace("\\|", "|").strip("*`") for cell in _PIPE.split(inner))


def _aligned(headers: list[str], rows: list[list[str]]) -> str:
    widths = [max(_width(line[at]) for line in (headers, *rows)) for at in range(len(headers))]
    right = [bool(rows) and all(numeric(row[at]) or not row[at] for row in rows) for at in range(len(headers))]

    def line(cells: list[str]) -> str:
        padded = (
            f"{' ' * (width - _width(cell))}{cell}" if numbers else f"{cell}{' ' * (width - _width(cell))}"
            for cell, width, numbers in zip(cells, widths, right, strict=True)
        )
        return "  ".join(padded).rstrip()

    return "\n".join([line(headers), "  ".join("─" * width for width in widths), *map(line, rows)])


def _listed(headers: list[str], rows: list[list[str]]) -> str:
    items = ((mark, *map(markup.literal, said)) for mark, *said in listed(headers, rows))
    return "\n".join(f"{mark} **{name}**{': ' if rest else ''}{rest}" for mark, name, rest in items)


def _cell(text: str) -> str:
    return " ".join(markup.clean(text).split())


def _width(text: str) -> int:
    marks = sum(unicodedata.combining(sign) > 0 for sign in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
