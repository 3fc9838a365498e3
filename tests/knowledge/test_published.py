"""Our prices and dates beside a public table: what differs is named with both figures, what agrees is not."""

from datetime import date
from decimal import Decimal

import pytest

from knowledge.load import load
from knowledge.prices import load_prices
from knowledge.published import Published, Row, differences, live_differences, published, unlisted
from tests.published import table

KNOWLEDGE, PRICES = load(), load_prices()
SHIPPED = published()
TAKEN = SHIPPED.taken


def changed(provider: str, model: str, row: Row) -> tuple[str, ...]:
    """Return the differences to the shipped table with one row changed."""
    rows = {**SHIPPED.rows, provider: {**SHIPPED.rows[provider], model: row}}
    return differences(KNOWLEDGE, PRICES, SHIPPED.model_copy(update={"rows": rows}), TAKEN)


def test_what_ships_agrees_with_the_table_that_ships() -> None:
    assert differences(KNOWLEDGE, PRICES, SHIPPED, TAKEN) == ()
    alone = unlisted(PRICES, SHIPPED)
    assert "tinker/ft:qwen3-8b" in alone and len(alone) < len(PRICES.inference) / 4


@pytest.mark.parametrize(
    ("provider", "model", "row", "said"),
    [
        ("openai", "gpt-6-luna", {"in_": "0.2"}, "openai/gpt-6-luna: input is 0.1 USD here, checked on 2026-11-22"),
        ("openai", "ft:gpt-4o", {"out": "16"}, "openai/ft:gpt-4o: output is 15.0 USD here"),
        ("bedrock", "llama-3.1-8b-instruct", {"cached_in": "1"}, "bedrock/llama-3.1-8b: cached input is no price"),
        ("openai", "gpt-4.1", {"ends": "2027-03-01"}, "openai: gpt-4.1 ends on 2027-01-14 here, and on 2027-03-01"),
        ("openai", "gpt-6.1-sol", {"ends": "2027-09-01"}, None),
        ("together", "qwen3.5-9b", {"in_": "0.17", "cached_in": None, "out": "0.25"}, None),
    ],
)  # fmt: skip
def test_a_row_that_differs_is_named_with_both_figures(
    provider: str, model: str, row: dict[str, str], said: str | None
) -> None:
    lines = changed(provider, model, Row.model_validate(row))
    if said is None:
        assert not any(line.startswith(f"{provider}/{model}:") for line in lines)
    else:
        assert [line for line in lines if line.startswith(said)], lines


def test_a_model_whose_maker_ends_it_is_named() -> None:
    ends = Row(ends=date(2027, 2, 1))
    rows = {**SHIPPED.rows, "openai": {name: ends for name in SHIPPED.rows["openai"] if name.startswith("gpt-6")}}
    lines = differences(KNOWLEDGE, PRICES, SHIPPED.model_copy(update={"rows": rows}), TAKEN)
    assert any(line.startswith("models.yaml: gpt-6") and "2027-02-01" in line for line in lines)


def test_what_was_checked_long_ago_is_named_and_the_table_too() -> None:
    lines = differences(KNOWLEDGE, PRICES, SHIPPED, date(2027, 6, 1))
    assert f"{SHIPPED.source}: it was taken on {TAKEN}; take it again" in lines
    assert any("the price of openai/gpt-4.1 was checked on" in line for line in lines)
    assert any("platform openai was checked before new jobs ended on 2027-01-06" in line for line in lines)


@pytest.mark.parametrize(
    ("model", "day", "said"),
    [
        ("gpt-4.1-2025-04-14", date(2027, 1, 14), None),
        ("gpt-4.1", date(2027, 2, 1), "it ends on 2027-01-14 or 2027-04-14 here, and on 2027-02-01 as the server says"),
        ("gpt-6-luna", date(2027, 8, 1), "it ends on no day here, and on 2027-08-01 as the server says"),
        ("somebodys-own", date(2027, 8, 1), None),
    ],
)
def test_what_a_server_says_of_the_end_of_its_models_is_laid_beside_ours(
    model: str, day: date, said: str | None
) -> None:
    lines = live_differences(KNOWLEDGE, PRICES, {model: day}, "the server")
    assert lines == (() if said is None else (f"{model}: {said}",))


def test_only_figures_of_chat_models_are_taken_and_the_plainest_name_counts() -> None:
    listed = {
        "gpt-4.1": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2e-06, "source": "a text"},
        "gpt-4.1-2025-04-14": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 9e-06},
        "azure/eu/gpt-4.1": {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 2.2e-06},
        "whisper-1": {"litellm_provider": "openai", "mode": "audio_transcription", "input_cost_per_token": 1.0},
        "ft:gpt-4.1-2025-04-14": {"litellm_provider": "openai", "mode": "chat", "deprecation_date": "2027-01-14"},
    }
    made = Published.model_validate(table(listed, "1.0", date(2026, 11, 27)))
    assert made.rows == {"openai": {"gpt-4.1": Row(in_=Decimal(2)), "ft:gpt-4.1": Row(ends=date(2027, 1, 14))}}
