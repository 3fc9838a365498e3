"""The schema read off the pairs: everything that is wanted fits it, and what is not is seen."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trial.rungs.schema import form_of

SCALAR = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9, allow_nan=False) | st.text(max_size=4)
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)
RECORD = st.dictionaries(st.sampled_from("abcd"), VALUE, max_size=4)


def filled(value: Any, schema: dict[str, Any]) -> Any:
    """Return a value with null for every field that it lacks, as a strict server makes it."""
    if isinstance(value, dict):
        forms = [s for s in (schema, *schema.get("anyOf", ())) if "properties" in s]
        fields: dict[str, Any] = forms[0]["properties"] if forms else {}
        return {key: filled(value.get(key), form) for key, form in fields.items()}  # pyright: ignore[reportUnknownMemberType]
    if isinstance(value, list):
        forms = [s for s in (schema, *schema.get("anyOf", ())) if "items" in s]
        return [filled(item, forms[0]["items"]) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


@given(st.lists(RECORD, min_size=1, max_size=6) | st.lists(st.lists(VALUE, max_size=3), min_size=1, max_size=6))
def test_everything_that_is_wanted_fits_the_schema(values: list[Any]) -> None:
    form = form_of([json.dumps(value) for value in values])
    assert form is not None
    assert form.schema["type"] == "object"
    for value in values:
        inner = form.schema["properties"]["answer"] if form.wrapped else form.schema
        whole = filled(value, inner)
        assert form.fits(json.dumps(whole))
        sent = {"answer": whole} if form.wrapped else whole
        assert jsonschema_rs.is_valid(form.schema, sent)
        assert json.loads(form.unwrapped(json.dumps(sent))) == whole


def strict(schema: dict[str, Any]) -> bool:
    """Tell whether every object in it is closed and wants all its fields, as strict servers ask."""
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items", {})]
    closed = schema.get("type") != "object" or (
        schema["additionalProperties"] is False and schema["required"] == list(schema["properties"])
    )
    return closed and all(strict(part) for part in parts if part)


@given(st.lists(RECORD, min_size=1, max_size=6))
def test_it_is_in_the_subset_that_strict_servers_take(values: list[Any]) -> None:
    form = form_of([json.dumps(value) for value in values])
    assert form is not None
    assert strict(form.schema)


WANTED = ['{"name": "Ana", "age": 31, "kind": "new"}', '{"name": "Ben", "age": 4, "kind": "new", "vip": true}',
          '{"name": "Cem", "age": 5, "kind": "old"}', '{"name": "Dan", "age": 6, "kind": "old"}']  # fmt: skip


def test_fields_types_and_closed_lists_are_read() -> None:
    form = form_of(WANTED)
    assert form is not None
    assert form.schema["properties"] == {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "kind": {"type": "string", "enum": ["new", "old"]},
        "vip": {"type": ["null", "boolean"]},
    }


@pytest.mark.parametrize(
    "answer",
    [
        '{"name": "Eve", "age": "31", "kind": "new", "vip": null}',
        '{"name": "Eve", "age": 31, "kind": "other", "vip": null}',
        '{"name": "Eve", "age": 31, "kind": "new"}',
        '{"name": "Eve", "age": 31, "kind": "new", "vip": null, "more": 1}',
        "Here you are: {}",
        "[]",
    ],
)
def test_an_answer_that_a_server_did_not_hold_to_the_schema_is_seen(answer: str) -> None:
    form = form_of(WANTED)
    assert form is not None
    assert not form.fits(answer)
    assert form.fits('{"name": "Eve", "age": 31, "kind": "new", "vip": null}')


@pytest.mark.parametrize("outputs", [[], ["yes", "no"], ["1", "2"], ['{"a": 1}', "none"], ["null"]])
def test_what_is_no_record_has_none(outputs: list[str]) -> None:
    assert form_of(outputs) is None
