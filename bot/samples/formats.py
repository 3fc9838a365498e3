"""The ways in which people write down pairs: each a function from text to what it reads, None where it is not this."""

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence

from bot.consultation.model import Pair
from bot.samples.records import INPUTS, OUTPUTS, Bad, Read, columns, from_object, from_table, from_values
from bot.text.json import as_object, is_deep

# In running text fewer names are labels than in a table: "Problem:" and "Result:" head paragraphs of plain messages.
_INPUTS = tuple(
    n for n in INPUTS if n not in ("x", "problem", "content", "body", "source", "request", "document", "comment")
)
_OUTPUTS = tuple(
    n for n in OUTPUTS if n not in ("y", "result", "target", "class", "summary", "reference", "gold", "labels")
)
_ALONE = frozenset({"question", "q", "answer", "a", "message", "text", "sentence", "sentiment", "category"})
"""Labels that need company: one such pair may be part of a conversation."""
_NAMES = "|".join(sorted((*_INPUTS, *_OUTPUTS, "system", "instruction", "premise"), key=len, reverse=True))
_LABEL = re.compile(
    rf"^\s*(?:[-*>#]+\s+|\d+[.)]\s+)?[*_`]{{0,3}}(?P<name>{_NAMES})(?:\s*#?\d+)?[*_`]{{0,3}}\s*[:：][*_`]{{0,3}}[ \t]*",
    re.IGNORECASE,
)
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_TOO_DEEP = "nested too deep"
_ARROWS = (" => ", " -> ", " → ", "\t")
_KNOWN = frozenset(
    {"yes", "no", "true", "false", "positive", "negative", "neutral", "high", "medium", "low", "spam", "ham", "pass"}
    | {"fail", "good", "bad", "urgent", "normal"}
)


def fenced(text: str) -> str | None:
    """Return what stands between the only code fence of a text, None where there is none or there are several."""
    lines = text.split("\n")
    marks = [match[1] if (match := _FENCE.match(line)) else "" for line in lines]
    # The longest mark that closes a fence, at or below each line: no fence is looked for that nothing closes.
    below = [{"`": 0, "~": 0}]
    for line, mark in zip(reversed(lines), reversed(marks), strict=True):
        last = below[-1]
        alone = mark and line.strip(" \t") == mark
        below.append({**last, mark[0]: max(last[mark[0]], len(mark))} if alone else last)
    below.reverse()
    found: list[str] = []
    at = 0
    while at < len(lines) and len(found) < 2:
        mark, at = marks[at], at + 1
        if mark and below[at][mark[0]] >= len(mark):
            end = next(
                n for n in range(at, len(lines)) if marks[n].startswith(mark) and lines[n].strip(" \t") == marks[n]
            )
            found.append("\n".join(lines[at:end]))
            at = end + 1
    return found[0] if len(found) == 1 else None


def as_json(text: str) -> Read | None:
    """Read a JSON list or object; of a broken list the elements before the break."""
    start = text.lstrip()
    if start.startswith("["):
        return _json_list(start)
    if not start.startswith("{"):
        return None
    try:
        return from_object(as_object(_value(start)[0]))
    except ValueError:
        return None


def as_jsonl(text: str) -> Read | None:
    """Read one JSON value a line; broken lines are told by their number."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) < 2 or not all(line[0] in "[{" for _, line in lines):
        return None
    values: list[object] = []
    broken: dict[int, Bad] = {}
    for place, (number, line) in enumerate(lines):
        try:
            value, end = _value(line)
            if end < len(line):
                raise json.JSONDecodeError("Extra data", line, end)
            values.append(value)
        except ValueError as error:
            values.append(None)
            broken[place] = Bad(number, f"is no valid JSON ({_reason(error)})")
    if len(broken) == len(lines):
        return None
    read = from_values(values)
    rows = [
        broken.get(place) or (Bad(number, row.why) if isinstance(row, Bad) else row)
        for place, ((number, _), row) in enumerate(zip(lines, read.rows, strict=True))
    ]
    return Read(tuple(rows), read.prompt, fields=read.fields)


def as_labelled(text: str) -> Read | None:
    """Read "input: … / output: …" and its like.

    The first label of each kind is the one that counts, so that "Message:" inside a ticket splits nothing.
    """
    lines = text.splitlines()
    marks = [(n, match["name"].lower(), match.end()) for n, line in enumerate(lines) if (match := _LABEL.match(line))]
    head: dict[str, str] = {}
    while marks and marks[0][1] in ("system", "instruction", "premise", "prompt"):
        n, name, end = marks[0]
        following = next((m for m in marks[1:] if m[1] in (*_INPUTS, *_OUTPUTS, "premise")), None)
        if name == "prompt" and (following is None or following[1] not in (*_INPUTS, "premise")):
            break
        stop = following[0] if following else len(lines)
        head["premise" if name == "premise" else "prompt"] = _join(lines, n, end, stop)
        marks = [m for m in marks if m[0] >= stop]
    kinds = [(n, name, name in _INPUTS, end) for n, name, end in marks if name in (*_INPUTS, *_OUTPUTS)]
    first = kinds[0] if kinds else None
    second = next((mark for mark in kinds if first and mark[2] != first[2]), None)
    if first is None or second is None:
        return None
    kept = [mark for mark in kinds if mark[1] in (first[1], second[1])]
    rows: list[Pair | Bad] = []
    record: dict[bool, str] = {}
    stops = [mark[0] for mark in kept[1:]] + [len(lines)]
    for (n, _, into, end), stop in zip(kept, stops, strict=True):
        if into == first[2] and record:
            rows.append(_record(record, len(rows) + 1))
            record = {}
        if into in record:
            record[into] += "\n" + "\n".join(lines[n:stop]).rstrip()
        else:
            record[into] = _join(lines, n, end, stop)
    rows.append(_record(record, len(rows) + 1))
    sure = len(rows) > 1 or bool(head) or not {first[1], second[1]} <= _ALONE
    ends = (first[1], second[1]) if first[2] else (second[1], first[1])
    return Read(tuple(rows), head.get("prompt"), head.get("premise"), sure, ends)


def as_csv(text: str, *, named: bool = False, delimiters: Sequence[str] = (",", "\t", ";", "|")) -> Read | None:
    """Read a table of two columns, or of more with a first row of names."""
    for delimiter in delimiters:
        try:
            parsed = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        rows = [row for row in parsed if any(cell.strip() for cell in row)]
        if delimiter == "|":
            rows = [_unpiped(row) for row in rows]
            rows = [row for row in rows if not all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in row)]
        if not rows or max(len(row) for row in rows) < 2:
            continue
        headed = None not in columns([cell.strip().lower() for cell in rows[0]])
        # Without names a comma may just be a comma of a sentence, unless answers come back like labels.
        plain = named or delimiter == "\t" or (len(rows) > 1 and _labels([row[-1] for row in rows]))
        if (headed or plain) and (read := from_table(rows, named=named)):
            return Read(read.rows, read.prompt, sure=headed or len(read.rows) > 1, fields=read.fields)
    return None


def as_arrows(text: str) -> Read | None:
    """Read "input -> output", one a line; a first line that ends in a colon leads in."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for arrow in _ARROWS:
        body = lines[1:] if lines and arrow not in lines[0][1] and lines[0][1].rstrip().endswith(":") else lines
        with_it = [line for _, line in body if arrow in line]
        # One line in five may be broken; more means that the text is something else.
        if not with_it or len(with_it) < 0.8 * len(body):
            continue
        rows = tuple(_split(line, arrow, number) for number, line in body)
        return Read(rows, sure=len(rows) > 1)
    return None


def as_blocks(text: str) -> Read | None:
    """Read blocks between blank lines: an input line and an output line each."""
    blocks = [block.strip().splitlines() for block in re.split(r"\n\s*\n", text.strip())]
    if len(blocks) > 1 and len(blocks[0]) == 1 and blocks[0][0].rstrip().endswith(":"):
        blocks = blocks[1:]
    if len(blocks) < 2 or any(len(block) != 2 for block in blocks):
        return None
    rows = [Pair(input=into.strip(), output=out.strip()) for into, out in blocks]
    if len(rows) < 3 and not _labels([row.output for row in rows]):
        return None
    return Read(tuple(rows), sure=_labels([row.output for row in rows]))


def as_prompt(text: str) -> Read | None:
    """Read a prompt that is marked as one: a place for the input, or a label before it."""
    inner = fenced(text)
    if inner and re.search(r"\bprompt\b", text.split(inner)[0], re.IGNORECASE):
        return Read((), inner.strip())
    match = re.match(r"\s*(?:(?:my|our|the|this|system)\s+)*prompt\s*(?:is\s*)?[:：]\s*", text, re.IGNORECASE)
    body = text[match.end() :].strip() if match else text.strip()
    if "{input}" in body:
        return Read((), inner.strip() if inner and "{input}" in inner else body)
    # A short line after "prompt:" may as well be an answer about prompts.
    if match and len(body) >= 40 and not re.match(r"(?:we|i)\b", body, re.IGNORECASE):
        return Read((), body)
    return None


def _json_list(text: str) -> Read | None:
    at, values, broken = 1, list[object](), None
    while True:
        at = _skip(text, at, " \t\r\n,")
        if at >= len(text) or text[at] == "]":
            break
        try:
            value, at = _value(text, at)
        except ValueError as error:
            broken = Bad(len(values) + 1, f"is no valid JSON ({_reason(error)})")
            break
        values.append(value)
    if broken is None and at >= len(text):
        broken = Bad(len(values) + 1, "is missing: the list is not closed")
    if not values and broken:
        return None
    if len(values) == 2 and all(isinstance(value, str) for value in values):
        values = [values]
    read = from_values(values)
    return Read((*read.rows, broken) if broken else read.rows, read.prompt, fields=read.fields)


def _skip(text: str, at: int, what: str) -> int:
    while at < len(text) and text[at] in what:
        at += 1
    return at


def _value(text: str, at: int = 0) -> tuple[object, int]:
    """Return the JSON value that begins at a place, and where it ends; ValueError for none, or one too deep to walk."""
    try:
        value, end = json.JSONDecoder().raw_decode(text, at)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if is_deep(value):
        raise ValueError(_TOO_DEEP)
    return value, end


def _reason(error: ValueError) -> str:
    return error.msg[0].lower() + error.msg[1:] if isinstance(error, json.JSONDecodeError) else str(error)


def _join(lines: Sequence[str], n: int, end: int, stop: int) -> str:
    return "\n".join([lines[n][end:], *lines[n + 1 : stop]]).strip()


def _record(record: dict[bool, str], row: int) -> Pair | Bad:
    into, out = record.get(True, ""), record.get(False, "")
    # A rule between records is not part of the answer.
    into, out = (re.sub(r"\n[ \t]*(?:-{3,}|={3,}|\*{3,})$", "", text.strip()).strip() for text in (into, out))
    if not into or not out:
        return Bad(row, f"has no {'output' if into else 'input'}")
    return Pair(input=into, output=out)


def _split(line: str, arrow: str, row: int) -> Pair | Bad:
    into, found, out = line.rpartition(arrow)
    into = re.sub(r"^\s*(?:[-*]\s+|\d+[.)]\s+)", "", into).strip()
    if not found:
        return Bad(row, f"has no {arrow.strip() or 'tab'} in it")
    if not into or not out.strip():
        return Bad(row, f"has an empty {'output' if into else 'input'}")
    return Pair(input=into, output=out.strip())


def _unpiped(row: list[str]) -> list[str]:
    inner = row[1:] if row and not row[0].strip() else row
    return inner[:-1] if inner and not inner[-1].strip() else inner


def _labels(outputs: Sequence[str]) -> bool:
    """Tell whether answers look like labels: short, and known ones or some that come back."""
    clean = [text.strip().lower() for text in outputs]
    if not all(0 < len(text) <= 40 and len(text.split()) <= 3 for text in clean):
        return False
    return set(clean) <= _KNOWN or max(Counter(clean).values()) > 1
