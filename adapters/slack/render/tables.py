"""A table as table blocks, one a message; as a file where it is too large. Pure."""

from adapters.slack.render import markup
from adapters.slack.render.limits import CELL, TABLE_COLUMNS, TABLE_ROWS, Block, short, weight
from bot.chat.reply import Table
from bot.platform.layout import numeric

ROOM = 10_000
"""The largest table, as JSON."""
WIDE = 24
"""Characters from which on a column is wrapped."""
MOST = 3
"""Tables that one part may become; a file from there on."""


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


def _table(headers: tuple[str, ...], rows: list[tuple[str, ...]], caption: str) -> tuple[tuple[Block, ...], str]:
    blocks: list[Block] = []
    if caption:
        said = {
            "type": "mrkdwn",
            "text": f"*{markup.escaped(short(' '.join(caption.split()), 200))}*",
            "verbatim": True,
        }
        blocks.append({"type": "context", "elements": [said]})
    blocks.append(_block(headers, rows))
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
