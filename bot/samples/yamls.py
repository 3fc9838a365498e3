"""YAML: plain values as they are written, and the tests of prompts that promptfoo keeps in it."""

import re
from typing import Any, cast

import yaml

from bot.samples.names import LISTS, plain
from bot.samples.promptfoo import are_tests, from_config, is_promptfoo
from bot.samples.records import Numeral, Read
from bot.samples.values import Fields, from_object, from_values
from bot.text.json import as_list, as_object, is_deep

_SAYS = ("content", "value", "parts", "text")
MOST_VALUES = 50_000
"""Values that references may unfold to."""
MOST_BYTES = 256 * 1024
"""YAML takes a hundred times as long to read as JSON."""


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
        refers = _refers(text)
        # One makes text only, the other is a SafeLoader.
        both = [[*cast(Any, yaml).load_all(text, loader)] for loader in (_Written, _Loader)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise Broken(f"is no valid YAML{where}: {getattr(error, 'problem', None) or 'unreadable'}") from None
    except (RecursionError, ValueError):
        raise Broken("is no YAML that can be read") from None
    documents = [(said, value) for said, value in zip(*both, strict=True) if value is not None]
    if any(is_deep(value) for _, value in documents):
        raise Broken("is nested too deep")
    if refers:
        documents = [(_merged(said), _merged(value)) for said, value in documents]
    if len(documents) == 1:
        return documents[0]
    # Each of several documents is a row, or a list of them.
    rows = [each for said, value in documents for each in _listed(said, value)]
    return ([said for said, _ in rows], [value for _, value in rows]) if rows else (None, None)


def _refers(text: str) -> bool:
    """Tell whether references (*name) stand in YAML; raises Broken where what they stand for is too much, or itself."""
    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    total, unfolded, refers = 0, 0, False
    for event in cast(Any, yaml).parse(text, _Written):
        if isinstance(event, yaml.DocumentStartEvent):
            sizes = {}
        elif isinstance(event, yaml.AliasEvent):
            refers = True
            name = str(event.anchor)
            if any(name == anchor for anchor, _ in opened):
                raise Broken(f"has a reference (*{name}) inside of what it stands for: write it out")
            total += sizes.get(name, 1)
            unfolded += sizes.get(name, 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            total += 1
            opened.append((event.anchor, total))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, since = opened.pop()
            if anchor:
                sizes[anchor] = total - since + 1
        elif isinstance(event, yaml.ScalarEvent):
            # A long text counts for what it takes.
            size = 1 + len(event.value) // 100
            total += size
            if event.anchor:
                sizes[event.anchor] = size
        if unfolded > MOST_VALUES:
            raise Broken(f"has references that stand for over {MOST_VALUES:,} values: write out what is needed")
    return refers


def _merged(value: object) -> Any:
    """Return YAML with the fields of what `<<` refers to beside those that are written, which stand over them."""
    if isinstance(value, list):
        return [_merged(each) for each in as_list(cast(object, value))]
    if not isinstance(value, dict):
        return value
    held = {name: _merged(each) for name, each in as_object(cast(object, value)).items()}
    base = held.pop("<<", None)
    # The first of several stands over those after it.
    for each in as_list(base) or [base]:
        held = {**as_object(each), **held}
    return held


def _listed(written: object, meant: object) -> list[tuple[object, object]]:
    if not isinstance(meant, list):
        return [(written, meant)]
    return [*zip(as_list(written), as_list(cast(object, meant)), strict=True)]


def as_yaml(text: str, fields: Fields = None) -> Read | None:
    """Read a list of records, records under a name, or the tests of a promptfoo file. Raises Broken."""
    written, meant = load(text)
    if are_tests(meant):
        return from_config({"tests": meant}, {"tests": written}).said("a promptfoo file")
    if isinstance(meant, list):
        return from_values(as_written(written, cast(object, meant)), fields=fields).said("a YAML list")
    data = as_object(meant)
    if is_promptfoo(data):
        return from_config(data, as_object(written)).said("a promptfoo file")
    for name, value in data.items():
        if isinstance(value, list):
            data = {**data, name: as_written(as_object(written).get(str(name)), cast(object, value))}
    read = from_object(data, fields) if data else None
    return read.said("YAML") if read else None


def records(text: str) -> list[Any] | None:
    """Return the records of a YAML list, or of one under a name; None for anything else. Raises Broken."""
    written, meant = load(text)
    if isinstance(meant, list):
        return None if are_tests(cast(object, meant)) else as_written(written, cast(object, meant))
    for name, value in as_object(meant).items():
        if plain(name) in LISTS and as_list(value):
            return as_written(as_object(written).get(str(name)), value)
    return None


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
    if isinstance(meant, float):
        return Numeral(meant, str(written))
    if not isinstance(meant, dict):
        return meant
    held, texts = as_object(cast(object, meant)), as_object(written)
    message = "role" in held or "from" in held
    return {
        k: _said(texts[str(k)], v) if message and k in _SAYS else _inner(texts.get(str(k)), v) for k, v in held.items()
    }


def _said(written: object, meant: object) -> Any:
    """Return what a message says: its text, or parts of which each has a text."""
    if isinstance(meant, list):
        parts = zip(as_list(written), as_list(cast(object, meant)), strict=True)
        return [
            {**_inner(said, part), **{k: v for k, v in as_object(said).items() if k == "text" and isinstance(v, str)}}
            if as_object(part)
            else _said(said, part)
            for said, part in parts
        ]
    return written if isinstance(meant, int | float) and not isinstance(meant, bool) else _inner(written, meant)


def _scalar(key: object, value: object) -> bool:
    return not isinstance(value, dict | list) and (key is None or isinstance(key, str))
