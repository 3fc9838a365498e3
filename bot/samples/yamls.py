"""YAML: plain values as they are written, and the tests of prompts that promptfoo keeps in it."""

import re
from dataclasses import replace
from typing import Any, cast

import yaml

from bot.consultation.model import Pair
from bot.samples.assertions import ASSERTED
from bot.samples.records import Bad, Left, Read, as_text, trimmed
from bot.samples.values import Fields, from_object, from_values
from bot.text.json import as_list, as_object, is_deep

MOST_BYTES = 256 * 1024
"""YAML takes a hundred times as long to read as JSON."""
_VARIABLE = re.compile(r"\{\{-?[ \t]*(\w+)[^{}]*\}\}")


class Broken(Exception):
    """Say in one sentence why a text is no YAML that can be read."""


class _Loader(yaml.CSafeLoader):
    """Plain values as in YAML 1.2: yes, no, on, 12:30, 007 and dates stay text, since an answer may be one of them."""


class _Written(yaml.CBaseLoader):
    """Every value as the text that is written."""


_PLAIN = {
    "bool": (r"true|false", "tf"),
    "int": (r"[-+]?(?:0|[1-9]\d*)", "-+0123456789"),
    "float": (r"[-+]?(?:\.\d+|\d+\.\d*)(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+", "-+.0123456789"),
    "null": (r"null|~|", ["n", "~", ""]),
}
cast(Any, _Loader).yaml_implicit_resolvers = {}
for _tag, (_pattern, _first) in _PLAIN.items():
    cast(Any, _Loader).add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def load(text: str) -> tuple[object, object]:
    """Return YAML as it is written, all text, and as it is meant. Raises Broken."""
    if len(text) > MOST_BYTES:
        raise Broken("is over 256 KiB of YAML: give fewer samples, or the same as JSON lines")
    try:
        # An alias that stands for a list of aliases grows without end.
        if any(isinstance(event, yaml.AliasEvent) for event in cast(Any, yaml).parse(text, _Written)):
            raise Broken("has a reference (*name), which is not followed: write it out")
        written = cast(object, yaml.load(text, _Written))  # noqa: S506 (it makes text only)
        meant = cast(object, yaml.load(text, _Loader))  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise Broken(f"is no valid YAML{where}: {getattr(error, 'problem', None) or 'unreadable'}") from None
    except (RecursionError, ValueError):
        raise Broken("is no YAML that can be read") from None
    if is_deep(meant):
        raise Broken("is nested too deep")
    return written, meant


def as_yaml(text: str, fields: Fields = None) -> Read | None:
    """Read a list of records, records under a name, or the tests of a promptfoo file. Raises Broken."""
    written, meant = load(text)
    if isinstance(meant, list):
        return from_values(as_written(written, cast(object, meant)), fields=fields).said("a YAML list")
    data = as_object(meant)
    if as_list(data.get("tests")):
        return _promptfoo(data, as_object(written)).said("a promptfoo file")
    for name, value in data.items():
        if isinstance(value, list):
            data = {**data, name: as_written(as_object(written).get(str(name)), cast(object, value))}
    read = from_object(data, fields) if data else None
    return read.said("YAML") if read else None


def as_written(written: object, meant: object) -> list[Any]:
    """Return rows with their values as they are written: an answer is 1.50, 007 and yes."""
    rows: list[Any] = []
    for said, value in zip(as_list(written), as_list(meant), strict=True):
        if isinstance(value, dict):
            texts = as_object(said)
            held = as_object(cast(object, value))
            rows.append({k: texts[str(k)] if _scalar(k, v) else _inner(texts.get(str(k)), v) for k, v in held.items()})
        elif isinstance(value, list):
            cells = as_list(cast(object, value))
            rows.append([s if _scalar(None, v) else _inner(s, v) for s, v in zip(as_list(said), cells, strict=True)])
        else:
            rows.append(value)
    return rows


def _inner(written: object, meant: object) -> Any:
    """Return what is nested as it is meant, but what a message says as it is written: that is text."""
    if isinstance(meant, list):
        cells = as_list(cast(object, meant))
        return [_inner(said, each) for said, each in zip(as_list(written), cells, strict=True)]
    if not isinstance(meant, dict):
        return meant
    held, texts = as_object(cast(object, meant)), as_object(written)
    message = "role" in held or "from" in held
    return {k: texts[str(k)] if message and _number(v) else _inner(texts.get(str(k)), v) for k, v in held.items()}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scalar(key: object, value: object) -> bool:
    return not isinstance(value, dict | list) and (key is None or isinstance(key, str))


def _promptfoo(data: dict[str, Any], written: dict[str, Any]) -> Read:
    prompts = [
        each if isinstance(each, str) else as_text(as_object(each).get("raw", ""))
        for each in as_list(data.get("prompts"))
    ]
    prompts = [each for each in prompts if each.strip() and not each.startswith("file:")]
    prompt = prompts[0] if prompts else ""
    names = list(dict.fromkeys(_VARIABLE.findall(prompt)))
    rows: list[Pair | Bad] = []
    tests = zip(as_list(data["tests"]), as_list(written.get("tests")), strict=True)
    for number, (test, said) in enumerate(tests, 1):
        values = as_object(as_object(said).get("vars"))
        # Several answers are asserted where any of them passes, and one where all have to.
        wanted = [answer for each in as_list(as_object(said).get("assert")) if (answer := _answer(each))]
        if not values:
            rows.append(Bad(number, "has no vars"))
        elif not wanted:
            told = (
                ", ".join(str(as_object(each).get("type")) for each in as_list(as_object(test).get("assert")))
                or "nothing"
            )
            rows.append(Left(number, f"asserts no text ({told})"))
        else:
            rows.append(Pair(input=_input(prompt, names, values), output=wanted[0]))
    shared = len(names) == 1
    template = _VARIABLE.sub("{input}", prompt).strip() if shared else None
    notes = ("of several prompts the first is read",) if len(prompts) > 1 else ()
    field = names[0] if shared else "vars"
    return replace(Read(tuple(rows), template), form="promptfoo tests", fields=(field, "assert"), notes=notes)


def _answer(value: object) -> str | None:
    data = as_object(value)
    return trimmed(data.get("value")) or None if data.get("type") in ASSERTED else None


def _input(prompt: str, names: list[str], values: dict[str, Any]) -> str:
    if len(names) == 1:
        return trimmed(values.get(names[0])) or trimmed(next(iter(values.values())))
    if names:
        return _VARIABLE.sub(lambda match: trimmed(values.get(match[1])), prompt).strip()
    if len(values) == 1:
        return trimmed(next(iter(values.values())))
    return "\n".join(f"{name}: {trimmed(value)}" for name, value in values.items())
