"""The JSON schema that wanted outputs have in common, in the subset that strict servers take."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.text.json import as_list, as_object
from bot.trial.scorers.normalise import BROKEN, json_value

Schema = dict[str, Any]
ROOT = "answer"
"""The key under which a value stands that is no object, since servers want an object."""
MOST_CHOICES = 20


@dataclass(frozen=True)
class Form:
    """A schema; `wrapped` where the value stands under ROOT."""

    schema: Schema
    wrapped: bool

    def unwrapped(self, text: str) -> str:
        """Return an answer as it would stand without the object around it."""
        value = json_value(text)
        if not self.wrapped or value is BROKEN or as_object(value).keys() != {ROOT}:
            return text
        return json.dumps(as_object(value)[ROOT], ensure_ascii=False)

    def fits(self, text: str) -> bool:
        """Tell whether an answer is JSON of this form: a server may take a schema and not heed it."""
        import jsonschema_rs

        value = json_value(text)
        schema = self.schema["properties"][ROOT] if self.wrapped else self.schema
        return value is not BROKEN and jsonschema_rs.is_valid(schema, value)


def form_of(outputs: Sequence[str]) -> Form | None:
    """Return the form of wanted outputs, None where they are not all JSON objects or lists.

    A field that some of them lack may be null, since strict servers want every field. A text field whose few values
    come back becomes a choice.
    """
    values = [json_value(text) for text in outputs]
    if not values or not all(isinstance(value, dict | list) for value in values):
        return None
    schema = _merged(values)
    if schema.get("type") == "object":
        return Form(schema, wrapped=False)
    return Form(_object({ROOT: schema}), wrapped=True)


def _merged(values: Sequence[object]) -> Schema:
    """Return the schema of values that stand in the same place."""
    kinds: dict[str, list[object]] = {}
    for value in values:
        kinds.setdefault(_kind(value), []).append(value)
    if "integer" in kinds and "number" in kinds:
        kinds["number"] += kinds.pop("integer")
    parts = [_of_kind(kind, of_it) for kind, of_it in kinds.items()]
    if len(parts) == 1:
        return parts[0]
    plain = all(part.keys() == {"type"} for part in parts)
    return {"type": [part["type"] for part in parts]} if plain else {"anyOf": parts}


def _of_kind(kind: str, values: Sequence[object]) -> Schema:
    match kind:
        case "object":
            rows = [as_object(value) for value in values]
            keys = dict.fromkeys(key for row in rows for key in row)
            return _object({key: _merged([row.get(key) for row in rows]) for key in keys})
        case "array":
            inner = [item for value in values for item in as_list(value)]
            # A list that is always empty says nothing about what it would hold.
            return {"type": "array", "items": _merged(inner) if inner else {"type": "string"}}
        case "string":
            choices = _choices([cast(str, value) for value in values])
            return {"type": "string", "enum": choices} if choices else {"type": "string"}
        case _:
            return {"type": kind}


def _choices(texts: Sequence[str]) -> list[str]:
    """Return the values of a closed list: few, and every one of them comes back."""
    distinct = sorted(set(texts))
    closed = len(distinct) <= MOST_CHOICES and all(texts.count(text) > 1 for text in distinct)
    return distinct if closed and len(distinct) > 1 else []


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return {"str": "string", "list": "array"}.get(type(value).__name__, "object")
