"""A table as table blocks, as a list where a phone would break its words, as a file where it is too large. Pure."""

from adapters.slack.render import markup
from adapters.slack.render.limits import CELL, TABLE_COLUMNS, TABLE_ROWS, Block, short, weight
from bot.chat.reply import Table
from bot.platform.layout import listed, numeric
from bot.text.markdown import literal

ROOM = 10_000
"""The largest table, as JSON."""
WIDE = 24
"""Characters from which on a column is wrapped."""
MOST = 3
"""Tables that one part may become; a file from there on."""
NARROW, COLUMNS = 30, 2
"""Characters of a row that a phone shows beside each other; in so few columns words wrap well in any case."""


def listed_on_phones(part: Table) -> str | None:
    """Return a table as a list in markdown; None where it is narrow enough for a phone, or large enough for a file."""
    headers = [_line(header) for header in part.headers]
    rows = [[_line(cell) for cell in (*row, *[""] * len(headers))[: len(headers)]] for row in part.rows]
    widest = sum(max(map(len, column)) for column in zip(headers, *rows, strict=True))
    if len(headers) <= COLUMNS or widest <= NARROW or not tables(part):
        return None
    items = ((mark, *map(literal, said)) for mark, *said in listed(headers, rows))
    return "\n".join(f"{mark} **{name}**{': ' if rest else ''}{rest}" for mark, name, rest in items)


def tables(part: Table) -> list[tuple[tuple[Block, ...], str]]:
    """Return (blocks, plain words) for each message that the table takes; none where it has to be a file."""
    headers = tuple(header.strip() or "#" for header in part.headers)
    if not headers or len(headers) > TABLE_COLUMNS or any(len(cell) > CELL for row in part.rows for cell in row):
        return []
    groups: list[list[tuple[str, ...]]] = [[]]
    for row in part.rows:
        if groups[-1] and not _fits(headers, [*groups[-1], row]):
            groups.append([])
        groups[-1].append(row)
    if len(groups) > MOST or not all(_fits(headers, group) for group in groups):
        return []
    captions = [f"{part.caption or 'Table'} ({i} of {len(groups)})" for i in range(1, len(groups) + 1)]
    if len(groups) == 1:
        captions = [part.caption]
    return [_table(headers, group, caption) for group, caption in zip(groups, captions, strict=True)]


def titled(caption: str) -> tuple[Block, ...]:
    """Return what stands above a table; nothing where it has no caption."""
    if not caption:
        return ()
    said = f"*{markup.escaped(short(_line(caption), 200))}*"
    return ({"type": "context", "elements": [{"type": "mrkdwn", "text": said, "verbatim": True}]},)


def _line(text: str) -> str:
    return " ".join(text.split())


def _table(headers: tuple[str, ...], rows: list[tuple[str, ...]], caption: str) -> tuple[tuple[Block, ...], str]:
    blocks = [*titled(caption), _block(headers, rows)]
    pairs = ("; ".join(f"{h}: {c}" for h, c in zip(headers, row, strict=False) if c.strip()) for row in rows)
    words = "\n".join(filter(str.strip, [caption, *pairs]))
    return tuple(blocks), words or "A table in which nothing stands yet."


def _block(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> Block:
    width = len(headers)
    lines = [headers, *((*row, *[""] * width)[:width] for row in rows)]
    settings = [
        {"align": "right"} if rows and all(numeric(row[at]) for row in lines[1:]) else {"is_wrapped": wide}
        for at, wide in enumerate(any(len(row[at]) > WIDE for row in lines) for at in range(width))
    ]
    cells = [[{"type": "raw_text", "text": markup.inert(cell).strip() or "–"} for cell in line] for line in lines]
    return {"type": "table", "rows": cells, "column_settings": settings}


def _fits(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> bool:
    return len(rows) < TABLE_ROWS and weight([_block(headers, rows)]) <= ROOM
