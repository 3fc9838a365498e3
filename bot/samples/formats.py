"""The ways in which people write down pairs as text: each a function from text to what it reads, or to None."""

import re
from collections.abc import Sequence

from bot.consultation.model import Pair
from bot.samples.columns import labels
from bot.samples.names import INPUTS, OUTPUTS, TEXTS, plain
from bot.samples.records import Bad, Read

# In running text fewer names are labels than in a table: "Problem:" and "Result:" head paragraphs of plain messages.
_INPUTS = tuple(
    n
    for n in (*INPUTS, *TEXTS)
    if n
    not in (
        "problem",
        "content",
        "body",
        "request",
        "document",
        "comment",
        "goal",
        "post",
        "subject",
        "passage",
        "article",
        "client",
    )
)
_OUTPUTS = tuple(
    n
    for n in OUTPUTS
    if n
    not in (
        "y",
        "result",
        "target",
        "class",
        "summary",
        "reference",
        "references",
        "gold",
        "labels",
        "priority",
        "topic",
        "intent",
        "annotation",
        "answers",
        "support",
    )
)
_ALONE = frozenset(
    {"question", "q", "answer", "a", "message", "text", "sentence", "sentiment", "category", "customer", "us", "agent"}
    | {"frage", "antwort", "pregunta", "respuesta", "réponse", "domanda", "risposta", "pergunta", "resposta", "vraag"}
    | {"antwoord", "soru", "cevap", "вопрос", "ответ", "问题", "答案", "質問", "回答"}
)
"""Labels that need company: one such pair may be part of a conversation."""
_NAMES = "|".join(
    name.replace("_", "[ _]") for name in sorted((*_INPUTS, *_OUTPUTS, "system", "premise"), key=len, reverse=True)
)
_LABEL = re.compile(
    rf"^\s*(?:[-*>#]+\s+|\d+[.)]\s+)?[*_`]{{0,3}}(?P<name>{_NAMES})"
    r"(?:(?:\s*#?\d+)?[*_`]{0,3}\s*[:：][*_`]{0,3}|#?\d+[.)](?=[ \t]))[ \t]*",
    re.IGNORECASE,
)
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_NUMBERED = re.compile(r"\s*(?:[-*]|(?P<number>\d{1,9})[.)])\s+")
_BEFORE, _AFTER = ("", *",;\t|[{:"), ("", *",;\t|]}:")
"""What stands beside a cell between quotes."""
_CLOCK = re.compile(
    r"\W{0,3}(?:[^\n:]{1,60}[ \t\[(,—–-]+)?[0-2]?\d[:.][0-5]\d(?:[:.]\d\d)?[ \t\u202f]?(?:[AaPp]\.?[Mm]\.?)?\W{0,3}"
    r"(?:[ \t].{0,60})?"
)
_FASTTEXT = re.compile(r"((?:__label__\S+[ \t]+)+)(\S.*)")
_ARROWS = (" => ", " -> ", " → ", " = ", "\t")


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


def as_labelled(text: str) -> Read | None:
    """Read "input: … / output: …" and its like.

    The first label of each kind is the one that counts, so that "Message:" inside a ticket splits nothing.
    """
    lines = text.split("\n")
    marks = [(n, plain(match["name"]), match.end()) for n, line in enumerate(lines) if (match := _LABEL.match(line))]
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
    ends = [mark[0] for mark in kept[1:]] + [len(lines)]
    for (n, _, into, end), stop in zip(kept, ends, strict=True):
        if into == first[2] and record:
            rows.append(_record(record, len(rows) + 1))
            record = {}
        if into in record:
            record[into] += "\n" + "\n".join(lines[n:stop]).rstrip()
        else:
            record[into] = _join(lines, n, end, stop)
    rows.append(_record(record, len(rows) + 1))
    sure = len(rows) > 1 or bool(head) or not {first[1], second[1]} <= _ALONE
    fields = (first[1], second[1]) if first[2] else (second[1], first[1])
    return Read(tuple(rows), head.get("prompt"), head.get("premise"), sure, "labels", fields=fields)


def as_listed(text: str) -> Read | None:
    """Read what `as_arrows` reads, where no line is without its arrow and no tabs, bars or quotes make it a sheet."""
    found = _with_arrow(text)
    if found is None or found[0] == "\t":
        return None
    arrow, body = found
    lines = [line for _, line in body]
    if any(arrow not in line or _is_quoted(line, arrow) for line in lines):
        return None
    return None if not _is_list(lines) and _is_sheet(lines, arrow) else _arrowed(arrow, body)


def as_arrows(text: str) -> Read | None:
    """Read "input -> output", one a line; a first line that ends in a colon leads in."""
    found = _with_arrow(text)
    return _arrowed(*found) if found else None


def as_blocks(text: str) -> Read | None:
    """Read blocks between blank lines: an input line and an output line each."""
    blocks = [block.strip().split("\n") for block in re.split(r"\n\s*\n", text.strip())]
    if len(blocks) > 1 and len(blocks[0]) == 1 and blocks[0][0].rstrip().endswith(":"):
        blocks = blocks[1:]
    if len(blocks) < 2 or any(len(block) != 2 for block in blocks) or is_transcript(text):
        return None
    rows = [Pair(input=into.strip(), output=out.strip()) for into, out in blocks]
    if len(rows) < 3 and not labels([row.output for row in rows]):
        return None
    sure = labels([row.output for row in rows])
    return Read(tuple(rows), sure=sure, format="blocks of two lines", fields=("the first line", "the second line"))


def as_blocks_of_labels(text: str) -> Read | None:
    """Read what `as_blocks` reads where the output lines are labels, so that commas in them part nothing."""
    read = as_blocks(text)
    return read if read and read.sure and "\t" not in text else None


def is_transcript(text: str) -> bool:
    """Tell whether a text was copied from a chat: lines with a name and the time of day before what was said."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    clocks = sum(bool(_CLOCK.fullmatch(line)) for line in lines)
    return clocks > 1 and clocks >= 0.2 * len(lines)


def as_fasttext(text: str) -> Read | None:
    """Read "__label__spam Win a prize", one a line."""
    lines = [(n, line.strip()) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines or not lines[0][1].startswith("__label__"):
        return None
    rows = [
        Pair(input=found[2], output=", ".join(label.removeprefix("__label__") for label in found[1].split()))
        if (found := _FASTTEXT.fullmatch(line))
        else Bad(n, "has no label before a text")
        for n, line in lines
    ]
    return Read(tuple(rows), format="lines with __label__", fields=("the text", "the label"))


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


def _join(lines: Sequence[str], n: int, end: int, stop: int) -> str:
    return "\n".join([lines[n][end:], *lines[n + 1 : stop]]).strip()


def _record(record: dict[bool, str], row: int) -> Pair | Bad:
    into, out = record.get(True, ""), record.get(False, "")
    # A rule between records is not part of the answer.
    into, out = (re.sub(r"\n[ \t]*(?:-{3,}|={3,}|\*{3,})$", "", text.strip()).strip() for text in (into, out))
    if not into or not out:
        return Bad(row, f"has no {'output' if into else 'input'}")
    return Pair(input=into, output=out)


def _with_arrow(text: str) -> tuple[str, Sequence[tuple[int, str]]] | None:
    """Return the arrow that parts the lines of a text, and those with their numbers."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    for arrow in _ARROWS:
        body = lines[1:] if lines and arrow not in lines[0][1] and lines[0][1].rstrip().endswith(":") else lines
        with_it = sum(arrow in line for _, line in body)
        # One line in five may be broken; more means that the text is something else.
        if not with_it or with_it < 0.8 * len(body):
            continue
        # An equals sign parts an input from its answer only in a list.
        if arrow == " = " and not _is_list([line for _, line in body]):
            continue
        return arrow, body
    return None


def _arrowed(arrow: str, body: Sequence[tuple[int, str]]) -> Read:
    listed = _is_list([line for _, line in body])
    rows = tuple(_split(line, arrow, number, listed) for number, line in body)
    told = "tabs" if arrow == "\t" else f"lines with {arrow.strip()}"
    return Read(rows, sure=len(rows) > 1, format=told, fields=("before it", "after it"))


def _is_list(lines: Sequence[str]) -> bool:
    """Tell whether all lines begin with a mark of a list, or with numbers that do not go back."""
    marks = [_NUMBERED.match(line) for line in lines]
    if len(lines) < 2 or not all(marks):
        return False
    numbers = [int(mark["number"]) for mark in marks if mark and mark["number"]]
    return not numbers or (len(numbers) == len(lines) and numbers == sorted(numbers))


def _is_sheet(lines: Sequence[str], arrow: str) -> bool:
    """Tell whether lines are those of a sheet: one tab in each and the arrow always on one side of it, or bars."""
    if all(line[0] == line[-1] == "|" for line in map(str.strip, lines)):
        return True
    cells = [line.strip().split("\t") for line in lines]
    return all(len(each) == 2 for each in cells) and len({arrow in each[0] for each in cells}) == 1


def _is_quoted(line: str, what: str) -> bool:
    """Tell whether something stands in one of several cells between quotes, as in CSV and JSON."""
    parts = line.replace('\\"', "").split('"')
    around = [
        (parts[n - 1].rstrip(" ")[-1:], parts[n + 1].lstrip(" ")[:1])
        for n in range(1, len(parts) - 1, 2)
        if what in parts[n]
    ]
    return any(one + other and one in _BEFORE and other in _AFTER for one, other in around)


def _split(line: str, arrow: str, row: int, listed: bool) -> Pair | Bad:
    into, found, out = line.rpartition(arrow)
    into = into[match.end() :].strip() if listed and (match := _NUMBERED.match(into)) else into.strip()
    if not found:
        return Bad(row, f"has no {arrow.strip() or 'tab'} in it")
    if not into or not out.strip():
        return Bad(row, f"has an empty {'output' if into else 'input'}")
    return Pair(input=into, output=out.strip())
