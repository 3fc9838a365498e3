"""Make knowledge/published.json from the price table of litellm.

    pip download litellm --no-deps && python -m tests.published litellm-*.whl

Only figures are taken: prices of text, and end dates, of chat models at the providers that prices.yaml speaks of.
"""

import argparse
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.published import TABLE, named

INSIDE = "litellm/model_prices_and_context_window_backup.json"
PROVIDERS = {
    "openai": "openai",
    "azure": "azure",
    "anthropic": "anthropic",
    "vertex_ai-language-models": "vertex",
    "vertex_ai": "vertex",
    "bedrock": "bedrock",
    "bedrock_converse": "bedrock",
    "mistral": "mistral",
    "fireworks_ai": "fireworks",
    "together_ai": "together",
}
"""Providers of the table, as ours are named."""
REGIONAL = re.compile(
    r"^(?:azure/(?:eu|us|global|global-standard)/|(?:us|eu|apac|au|jp|ca|us-gov|global)\.|bedrock/[a-z-]+-\d/)"
)


def table(listed: Mapping[str, Mapping[str, Any]], version: str, taken: date) -> dict[str, Any]:
    """Return our table: by provider and plain name, the row without a date in its name before those with one."""
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for name in sorted(listed, key=lambda n: (len(n), n)):
        entry = listed[name]
        provider = PROVIDERS.get(str(entry.get("litellm_provider")))
        if provider is None or entry.get("mode") != "chat" or REGIONAL.match(name):
            continue
        found = {
            "in_": _per_million(entry.get("input_cost_per_token")),
            "cached_in": _per_million(entry.get("cache_read_input_token_cost")),
            "out": _per_million(entry.get("output_cost_per_token")),
            "ends": entry.get("deprecation_date"),
        }
        kept = {key: value for key, value in found.items() if value is not None}
        if kept:
            model = named(name if name.startswith("ft:") else name.rpartition("/")[2])
            rows.setdefault(provider, {}).setdefault(model, kept)
    ordered = {provider: dict(sorted(models.items())) for provider, models in sorted(rows.items())}
    return {"source": f"litellm {version}", "taken": taken.isoformat(), "rows": ordered}


def _per_million(cost: float | None) -> str | None:
    return None if cost is None else f"{(Decimal(repr(cost)) * 10**6).normalize():f}"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path, help="a wheel of litellm")
    wheel: Path = parser.parse_args().wheel
    listed = json.loads(zipfile.ZipFile(wheel).read(INSIDE))
    made = table(listed, wheel.name.split("-")[1], datetime.now(UTC).date())
    TABLE.write_text(written(made), encoding="utf-8")


def written(made: dict[str, Any]) -> str:
    """Return the table as JSON, a model a line, so that a change shows as one."""
    rows = made.pop("rows")
    blocks = [
        f"  {json.dumps(provider)}: {{\n"
        + ",\n".join(f"   {json.dumps(model)}: {json.dumps(row)}" for model, row in models.items())
        + "\n  }"
        for provider, models in rows.items()
    ]
    head = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in made.items())
    return f'{{\n{head} "rows": {{\n' + ",\n".join(blocks) + "\n }\n}\n"


if __name__ == "__main__":
    main()
