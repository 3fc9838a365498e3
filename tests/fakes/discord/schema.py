"""Request bodies against Discord's own OpenAPI document, where it lies beside the project."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.fakes.discord.refusal import Refusal

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "discord-openapi.json"


def unavailable() -> str | None:
    """Return None where bodies can be validated, else the reason why not."""
    return (
        None if SPEC.is_file() else "../shared/specs/discord-openapi.json is absent: request bodies are not validated"
    )


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SPEC.read_text())
    # https://discord.com/developers/docs/reference#snowflakes: an id is taken as a string and as a whole number, and
    # permissions (https://discord.com/developers/docs/topics/permissions) as either too.
    schemas = document["components"]["schemas"]
    schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
    return document


@cache
def _validator(method: str, route: str) -> jsonschema_rs.Validator | None:
    operation = _document()["paths"].get(route, {}).get(method.lower())
    if operation is None:
        raise LookupError(f"{method} {route} is not in the OpenAPI document")
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return jsonschema_rs.validator_for(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": _document()["components"],
            **content["application/json"]["schema"],
        }
    )


def check(method: str, route: str, body: Any) -> None:
    """Refuse a body that the document does not allow; the route is spelled as there."""
    if unavailable() or body is None:
        return
    validator = _validator(method, route)
    if validator is None:
        return
    for error in validator.iter_errors(body):
        where = ".".join(str(part) for part in error.instance_path)
        raise Refusal(50035, error.message[:400], where, cite=f"OpenAPI specification: {method} {route}")
