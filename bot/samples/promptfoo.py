"""The tests of prompts that promptfoo keeps: variables, and what is asserted of the answer."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.consultation.model import Pair
from bot.samples.records import Bad, Left, Read, as_text, trimmed
from bot.text.json import as_list, as_object

_SCORERS = {
    "equals": None,
    "contains": "contains",
    "icontains": "contains",
    "contains-any": "contains",
    "icontains-any": "contains",
}
"""Kinds of assertion that hold the text of the answer, and the scorer that means the same."""
_OTHER = (
    "is-json", "contains-json", "contains-all", "icontains-all", "starts-with", "regex", "llm-rubric",
    "model-graded-closedqa", "factuality", "javascript", "python", "fn", "eval", "file", "similar", "grade",
    "levenshtein", "rouge-n", "webhook", "cost", "latency", "is-sql", "is-xml", "answer-relevance", "context-recall",
)  # fmt: skip
_EXPECTED = re.compile(r"__expected[0-9]+")
SEVERAL = "of several assertions about one answer the first that names a text is read"
_VARIABLE = re.compile(r"\{\{-?[ \t]*(\w+)[^{}]*\}\}")


@dataclass(frozen=True)
class _Asserted:
    kind: str
    texts: tuple[str, ...]


def is_promptfoo(data: Mapping[str, Any]) -> bool:
    """Tell whether an object is a file of promptfoo: tests that have variables or assertions."""
    return are_tests(data.get("tests"))


def are_tests(value: object) -> bool:
    """Tell whether a value is a list of tests."""
    tests = as_list(value)
    return bool(tests) and any({"vars", "assert"} & as_object(test).keys() for test in tests)


def from_config(data: Mapping[str, Any], written: Mapping[str, Any]) -> Read:
    """Read the tests of a promptfoo file; `written` is the same with every value as the text that stands there."""
    prompts = [
        each if isinstance(each, str) else as_text(as_object(each).get("raw", ""))
        for each in as_list(data.get("prompts"))
    ]
    prompts = [each for each in prompts if each.strip() and not each.startswith("file:")]
    prompt = prompts[0] if prompts else ""
    names = list(dict.fromkeys(_VARIABLE.findall(prompt)))
    default = as_object(written.get("defaultTest"))
    rows: list[tuple[Pair, str] | Bad] = []
    tests = zip(as_list(data["tests"]), as_list(written.get("tests")), strict=True)
    notes = ["of several prompts the first is read"] if len(prompts) > 1 else []
    for number, (test, said) in enumerate(tests, 1):
        values = {**as_object(default.get("vars")), **as_object(as_object(said).get("vars"))}
        every = [*as_list(as_object(said).get("assert")), *as_list(default.get("assert"))]
        wanted = [answer for each in every if (answer := _asserted(as_object(each)))]
        if not values:
            rows.append(Bad(number, "has no vars"))
        elif not wanted:
            kinds = [str(as_object(each).get("type")) for each in as_list(as_object(test).get("assert"))]
            rows.append(Left(number, f"asserts no text ({', '.join(kinds) or 'nothing'})"))
        else:
            first, *more = wanted
            if more or len(every) > 1:
                notes.append(SEVERAL)
            pair = Pair(input=_input(prompt, names, values), output=first.texts[0], also=first.texts[1:])
            rows.append((pair, first.kind))
    shared = len(names) == 1
    template = _VARIABLE.sub("{input}", prompt).strip() if shared else None
    told, scorer = _of_one_kind(rows)
    fields = (names[0] if shared else "vars", "assert")
    read = Read(told, template, scorer=scorer)
    return replace(read, form="promptfoo tests", fields=fields, notes=tuple(dict.fromkeys(notes)))


def from_cells(read: Read, first: int = 1) -> Read:
    """Return rows whose answers are cells of `__expected` with what these assert, counted from `first`."""
    rows: list[tuple[Pair, str] | Bad] = []
    for number, row in enumerate(read.rows, first):
        if isinstance(row, Bad):
            rows.append(row)
        elif (found := _cell(row.output)) is None:
            rows.append(Left(number, f"asserts no text ({row.output.partition(':')[0]})"))
        else:
            rows.append((row.model_copy(update={"output": found.texts[0], "also": found.texts[1:]}), found.kind))
    told, scorer = _of_one_kind(rows, first)
    return replace(read, rows=told, scorer=scorer, form="promptfoo tests")


def one_expected(cells: dict[str, Any]) -> dict[str, Any]:
    """Return the cells of a row with one `__expected` in place of several: the first of them that is a text."""
    names = [name for name in cells if _EXPECTED.fullmatch(name)]
    if not names:
        return cells
    filled = [text for name in names if (text := trimmed(cells[name]))]
    first = next((text for text in filled if _cell(text)), filled[0] if filled else "")
    return {**{name: cell for name, cell in cells.items() if name not in names}, "__expected": first}


def _of_one_kind(rows: list[tuple[Pair, str] | Bad], first: int = 1) -> tuple[tuple[Pair | Bad, ...], str | None]:
    """Return the rows of the scorer that most of them mean, the others left out, and that scorer.

    One trial has one scorer: a text that has only to be contained is not compared as a whole, nor the other way round.
    """
    counted = Counter(_SCORERS[row[1]] for row in rows if not isinstance(row, Bad))
    most = counted.most_common(1)[0][0] if counted else None
    told: list[Pair | Bad] = []
    for number, row in enumerate(rows, first):
        if isinstance(row, Bad):
            told.append(row)
        elif _SCORERS[row[1]] == most:
            told.append(row[0])
        else:
            told.append(Left(number, f"asserts {row[1]}, where most rows assert {'contains' if most else 'equals'}"))
    return tuple(told), most


def _cell(cell: str) -> _Asserted | None:
    """Return what a cell asserts, None where it is something else than a text; a bare text is the whole answer."""
    match = re.match(r"([a-z][a-z-]*)(?:\([^)\n]*\))?:[ \t]*", cell)
    kind = match[1] if match else ""
    if match and kind in _SCORERS:
        return _asserted({"type": kind, "value": cell[match.end() :].strip()})
    return None if kind in _OTHER or kind.startswith("not-") else _Asserted("equals", (cell.strip(),))


def _asserted(data: dict[str, Any]) -> _Asserted | None:
    kind, value = str(data.get("type")), data.get("value")
    if kind not in _SCORERS:
        return None
    given: list[object] = [value]
    if kind.endswith("-any"):
        given = as_list(value) or list(value.split(",") if isinstance(value, str) else [])
    texts = tuple(text for each in given if (text := trimmed(each)))
    return _Asserted(kind, texts) if texts else None


def _input(prompt: str, names: list[str], values: dict[str, Any]) -> str:
    if len(names) == 1:
        return trimmed(values.get(names[0])) or trimmed(next(iter(values.values())))
    if names:
        return _VARIABLE.sub(lambda match: trimmed(values.get(match[1])), prompt).strip()
    if len(values) == 1:
        return trimmed(next(iter(values.values())))
    return "\n".join(f"{name}: {trimmed(value)}" for name, value in values.items())
