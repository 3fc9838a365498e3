"""JSON as people store it: lines, lists, objects one after the other, with commas too many."""

import json
import re
from dataclasses import replace

from bot.samples.records import Bad, Read
from bot.samples.values import Fields, from_object, from_values, renumbered
from bot.text.json import as_object, is_deep

MOST_BREAKS = 100
"""Places where reading is taken up again after a fault."""
_TOO_DEEP = "nested too deep"
# A string that nothing closes goes to the end of the text, a last backslash and all: it is looked at once.
_COMMAS = re.compile(r'"(?:[^"\\]|\\.?)*(?:"|\Z)|,(?=\s*[}\]])', re.DOTALL)
_COMMENTS = re.compile(
    r'"(?:[^"\\\n]|\\.)*(?:"|$|\Z)|//[^\n]*|/\*(?:.*?(?P<closed>\*/)|.*\Z)', re.DOTALL | re.MULTILINE
)
COMMENTS = "comments are passed over"
PYTHON = re.compile(r"\s*(?:\[\s*)?[\[{]\s*'")
AS_PYTHON = "is written as Python prints its values and not as JSON: write it with json.dumps"
_NOTE = "commas that end a list or a line are passed over"
# What has no value is written as NaN by some programs, and as null in JSON.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_NEXT = re.compile(r"\n(?=[ \t]*\{)")


def uncommented(text: str) -> str | None:
    """Return JSON without the comments in it; None where it has none, or one that nothing closes."""
    made = _bare(text)
    return made if made and made.lstrip()[:1] in ("[", "{") else None


def _bare(text: str) -> str | None:
    if "//" not in text and "/*" not in text:
        return None
    bare, opened = list[str](), 0
    for match in _COMMENTS.finditer(text):
        if match[0][0] == '"':
            continue
        if match[0][:2] == "/*" and not match["closed"]:
            return None
        # New lines stay, so that rows keep their numbers.
        bare += [text[opened : match.start()], " ", "\n" * match[0].count("\n")]
        opened = match.end()
    return "".join([*bare, text[opened:]]) if opened else None


def mended(text: str) -> tuple[str, tuple[str, ...]]:
    """Return JSON, or a piece of it, without what only lax readers take, and what that was: `comments`, `commas`."""
    bare = _bare(text)
    made = text if bare is None else bare
    even = _COMMAS.sub(_blank, made)
    return even, (*(() if bare is None else ("comments",)), *(() if even == made else ("commas",)))


def as_jsonl(text: str, *, named: bool = False, fields: Fields = None) -> Read | None:
    """Read one JSON value a line; broken lines are told by their number.

    Lines end at a newline alone: a text inside may hold any other sign that elsewhere ends one.
    """
    lines = [(number, line.strip(" \t\r")) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not any(line[0] in "[{" for _, line in lines[:MOST_BREAKS]):
        return None
    if (len(lines) < 2 and not named) or not all(named or line[0] in "[{" for _, line in lines):
        return None
    values: list[object] = []
    broken: dict[int, Bad] = {}
    commas = False
    for place, (number, line) in enumerate(lines):
        try:
            try:
                (value, end), less = _strict(line, 0, False), False
            except _Comma:
                (value, end), less = _value(_COMMAS.sub(_blank, line), 0), True
            rest = line[end:].strip()
            if rest not in ("", ","):
                raise json.JSONDecodeError("Extra data", line, end)
            commas |= less or rest == ","
            values.append(value)
        except ValueError as error:
            values.append(None)
            broken[place] = Bad(number, f"is no valid JSON ({_reason(error)})")
    if len(broken) == len(lines) or (named and len(broken) > len(lines) / 2 and len(lines) > 2):
        return None
    good = [value for place, value in enumerate(values) if place not in broken]
    read = from_values(good, fields=fields)
    if len(read.rows) != len(good):
        # Rows that hold several questions each are counted by their questions.
        return replace(read, rows=(*read.rows, *broken.values())).said("JSON lines", *([_NOTE] if commas else []))
    numbers = [number for place, (number, _) in enumerate(lines) if place not in broken]
    rows = iter(renumbered(read.rows, numbers))
    placed = tuple(broken[place] if place in broken else next(rows) for place in range(len(lines)))
    rejected = {numbers[n - 1]: text for n, text in read.rejected.items()}
    records = tuple((numbers[n - 1], row) for n, row in read.records)
    return replace(read, rows=placed, rejected=rejected, records=records).said(
        "JSON lines", *([_NOTE] if commas else [])
    )


def as_json(text: str, fields: Fields = None) -> Read | None:
    """Read a JSON list, an object, or several one after the other; what is broken is told by its place."""
    start = text.lstrip()
    if start[:1] not in ("[", "{"):
        return None
    form = _list if start.startswith("[") else _objects
    try:
        return form(start, fields, False)
    except _Comma:
        return form(_COMMAS.sub(_blank, start), fields, True)


class _Comma(Exception):
    """A comma too many stands somewhere: all of them have to go before the text is read."""


def _list(text: str, fields: Fields, commas: bool) -> Read | None:
    at, values, broken = 1, list[object](), None
    while True:
        before = at
        at = _skip(text, at, " \t\r\n,")
        commas |= text.count(",", before, at) > bool(values)
        if at >= len(text) or text[at] == "]":
            commas |= bool(values) and "," in text[before:at]
            break
        try:
            value, at = _strict(text, at, commas)
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
    if values and all("role" in as_object(value) for value in values):
        values = [values]
    read = from_values(values, fields=fields).said("a JSON list", *([_NOTE] if commas else []))
    # What stands in brackets at the start of a line of words is no list.
    if not read.pairs and broken is None and text[at + 1 :].split("\n", 1)[0].strip(" \t,;"):
        return None
    return replace(read, rows=(*read.rows, broken)) if broken else read


def _objects(text: str, fields: Fields, commas: bool) -> Read | None:
    """Read one object, or several that follow each other, over as many lines as each takes."""
    values: list[object] = []
    broken: dict[int, Bad] = {}
    at = 0
    while (at := _skip(text, at, " \t\r\n,")) < len(text):
        try:
            value, at = _strict(text, at, commas)
            values.append(value)
        except ValueError as error:
            if text[at] not in "{[":
                break
            values.append(None)
            broken[len(values)] = Bad(len(values), f"is no valid JSON ({_reason(error)})")
            following = _NEXT.search(text, at)
            if following is None or len(broken) > MOST_BREAKS:
                break
            at = following.end()
    good = [value for place, value in enumerate(values, 1) if place not in broken]
    if not good:
        return None
    notes = [_NOTE] if commas else []
    if len(values) == 1:
        read = from_object(as_object(good[0]), fields)
        return read.said("a JSON object", *notes) if read else None
    read = from_values(good, fields=fields)
    rows = read.rows
    if broken and len(rows) == len(good):
        own = iter(renumbered(rows, [place for place in range(1, len(values) + 1) if place not in broken]))
        rows = tuple(broken[place] if place in broken else next(own) for place in range(1, len(values) + 1))
    return replace(read, rows=rows).said("JSON objects one after the other", *notes)


def _skip(text: str, at: int, what: str) -> int:
    while at < len(text) and text[at] in what:
        at += 1
    return at


def _strict(text: str, at: int, commas: bool) -> tuple[object, int]:
    """Return the JSON value at a place, and where it ends. Raises _Comma where one too many may be the fault."""
    try:
        return _value(text, at)
    except json.JSONDecodeError as error:
        if commas or error.pos >= len(text) or text[error.pos] not in ",]}":
            raise
        raise _Comma from None


def _blank(match: re.Match[str]) -> str:
    # A space in its place keeps every other sign where it was.
    return " " if match[0] == "," else match[0]


def _value(text: str, at: int) -> tuple[object, int]:
    """Return the JSON value that begins at a place, and where it ends; ValueError for none, or one too deep to walk."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if is_deep(value):
        raise ValueError(_TOO_DEEP)
    return value, end


def _reason(error: ValueError) -> str:
    return error.msg[0].lower() + error.msg[1:] if isinstance(error, json.JSONDecodeError) else str(error)
