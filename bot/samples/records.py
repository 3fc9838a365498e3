"""Records (objects, lists, table rows, chat rows) into pairs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.consultation.model import Pair
from bot.text.json import as_list, as_object

INPUTS = (
    "input", "inputs", "in", "prompt", "question", "q", "query", "user", "text", "ticket", "message", "request",
    "source", "sentence", "review", "email", "mail", "document", "comment", "body", "content", "problem", "x",
)  # fmt: skip
OUTPUTS = (
    "output", "outputs", "out", "completion", "answer", "a", "response", "reply", "assistant", "label", "labels",
    "expected", "ideal", "target", "result", "category", "class", "sentiment", "gold", "reference", "wanted",
    "summary", "translation", "y",
)  # fmt: skip
LISTS = ("items", "pairs", "examples", "samples", "data", "rows")


@dataclass(frozen=True)
class Bad:
    """A row that is no pair, numbered as its writer counts, and why."""

    row: int
    why: str


@dataclass(frozen=True)
class Read:
    """What one form of writing was read as."""

    rows: tuple[Pair | Bad, ...]
    prompt: str | None = None
    premise: str | None = None
    sure: bool = True
    """False where the same text could as well be a conversation."""
    fields: tuple[str, str] | None = None
    """How its writer calls the input and the wanted answer; None where they have no names."""
    form: str = ""
    """What it is written as, in words."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(row for row in self.rows if isinstance(row, Pair))

    @property
    def bad(self) -> tuple[Bad, ...]:
        return tuple(row for row in self.rows if isinstance(row, Bad))


def from_values(values: Sequence[object], first: int = 1) -> Read:
    """Read objects or two-element lists, one a row."""
    rows: list[Pair | Bad] = []
    systems: list[str] = []
    for number, value in enumerate(values, first):
        row, system = _from_value(value, number)
        rows.append(row)
        systems.append(system)
    shared = systems[0] if systems and systems[0] and len(set(systems)) == 1 else None
    if shared is None:
        rows = [_with_system(row, system) for row, system in zip(rows, systems, strict=True)]
    return Read(tuple(rows), prompt=shared, fields=next((named for each in values if (named := _fields(each))), None))


def from_object(data: dict[str, Any]) -> Read | None:
    """Read one object: a list of pairs under a name, one pair, one prompt, or a mapping of inputs to outputs."""
    names = {key.lower().strip(): key for key in data}
    prompt, premise = (_line(data.get(names.get(name, ""))) for name in ("prompt", "premise"))
    for name in LISTS:
        if name in names and isinstance(data[names[name]], list):
            inner = from_values(as_list(data[names[name]]))
            return Read(inner.rows, prompt or inner.prompt, premise, fields=inner.fields)
    if "messages" in names or (_key(names, INPUTS) and _key(names, OUTPUTS)):
        return from_values([data])
    if prompt:
        return Read((), prompt, premise)
    if data and all(isinstance(value, str | int | float | bool) for value in data.values()):
        rows = tuple(_pair(key, value, row) for row, (key, value) in enumerate(data.items(), 1))
        # In a message such an object is more likely the answer that somebody wants.
        return Read(rows, sure=False)
    return None


def from_table(rows: Sequence[Sequence[str]], *, named: bool) -> Read | None:
    """Read the rows of a table, with or without a first row of names; None where it is no table of pairs.

    `named` is true where the file says that it is a table, so that faults are worth telling.
    """
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    into, out = columns(header)
    if into is not None and out is not None:
        body = [_cells(cells, into, out, number) for number, cells in enumerate(rows[1:], 2)]
        prompt = (
            _constant(rows[1:], header.index("prompt")) if "prompt" in header and header[into] != "prompt" else None
        )
        return Read(tuple(body), prompt, fields=(rows[0][into].strip(), rows[0][out].strip())) if body else None
    if not named and any(len(cells) != 2 for cells in rows):
        return None
    wide = next((number for number, cells in enumerate(rows, 1) if len(cells) > 2), None)
    if wide is not None:
        return Read((Bad(wide, "has more than two columns: name them in a first row, such as input,output"),))
    return Read(tuple(_cells(cells, 0, 1, number) for number, cells in enumerate(rows, 1)))


def columns(header: Sequence[str]) -> tuple[int | None, int | None]:
    """Return the columns of inputs and outputs by their names, None for one that is not there."""
    inputs = [name for name in INPUTS if name in header]
    outputs = [name for name in OUTPUTS if name in header]
    return (header.index(inputs[0]) if inputs else None), (header.index(outputs[0]) if outputs else None)


def as_text(value: object) -> str:
    """Return a value as the text that a person would write for it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_value(value: object, row: int) -> tuple[Pair | Bad, str]:
    """Return the pair of one value and the system message that goes with it."""
    if isinstance(value, list):
        cells = as_list(cast(object, value))
        if cells and all(isinstance(cell, dict) and "role" in cell for cell in cells):
            return _from_chat(cells, row)
        return (
            (_pair(cells[0], cells[1], row), "") if len(cells) == 2 else (Bad(row, "is not an input and an output"), "")
        )
    if not isinstance(value, dict):
        return Bad(row, "is neither an object nor an input and an output"), ""
    data = as_object(cast(object, value))
    names = {key.lower().strip(): key for key in data}
    if "messages" in names:
        return _from_chat(as_list(data[names["messages"]]), row)
    into, out = _ends(data, names)
    if into is None or out is None:
        missing = "output" if into else "input"
        return Bad(row, f"has no {missing}: it names {', '.join(list(data)[:6]) or 'nothing'}"), ""
    given = names.get("system") or names.get("instruction")
    if given and not as_text(data[into]).strip():
        # Instruction, empty input, output: the instruction is what was asked.
        into, given = given, None
    elif given is None and names.get("prompt") not in (into, None):
        given = names["prompt"]
    return _pair(data[into], data[out], row), _line(data.get(given or "")) or ""


def _ends(data: dict[str, Any], names: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the names of the input and of the wanted answer, None for one that is not there."""
    into, out = _key(names, INPUTS), _key(names, OUTPUTS)
    if len(names) == 2 and not (into and out):
        # Two names of which one or none is known: the other one is the other end.
        others = [key for key in data if key not in (into, out)]
        into, out = into or others[0], out or others[-1]
    return into, out


def _fields(value: object) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    data = as_object(cast(object, value))
    names = {key.lower().strip(): key for key in data}
    if "messages" in names:
        return "what the user says", "the last answer of the assistant"
    into, out = _ends(data, names)
    return (into, out) if into and out else None


def _from_chat(messages: Sequence[object], row: int) -> tuple[Pair | Bad, str]:
    turns = [(str(as_object(m).get("role")), as_object(m).get("content")) for m in messages]
    system = "\n\n".join(as_text(text) for role, text in turns if role in ("system", "developer"))
    said = [(role, text) for role, text in turns if role not in ("system", "developer")]
    if not said or said[-1][0] != "assistant" or not any(role == "user" for role, _ in said[:-1]):
        return Bad(row, "does not end with a user message and the assistant's answer"), system
    before = said[:-1]
    one = len(before) == 1
    text = as_text(before[0][1]) if one else "\n".join(f"{role}: {as_text(text)}" for role, text in before)
    return _pair(text, said[-1][1], row), system


def _with_system(row: Pair | Bad, system: str) -> Pair | Bad:
    return Pair(input=f"{system}\n\n{row.input}", output=row.output) if system and isinstance(row, Pair) else row


def _pair(given: object, wanted: object, row: int) -> Pair | Bad:
    into = as_text(given).strip() if given is not None else ""
    out = as_text(wanted).strip() if wanted is not None else ""
    if not into or not out:
        return Bad(row, f"has an empty {'output' if into else 'input'}")
    return Pair(input=into, output=out)


def _cells(cells: Sequence[str], into: int, out: int, row: int) -> Pair | Bad:
    if len(cells) <= max(into, out):
        columns = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        return Bad(row, f"has only {columns}")
    return _pair(cells[into], cells[out], row)


def _constant(rows: Sequence[Sequence[str]], column: int) -> str | None:
    values = {cells[column].strip() for cells in rows if len(cells) > column}
    return values.pop() or None if len(values) == 1 else None


def _key(names: dict[str, str], wanted: Sequence[str]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _line(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
