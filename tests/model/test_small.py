"""Retries and prices, as pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.prices import usd
from bot.model.retry import LONGEST_WAIT, retry_after, wait_before


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 40),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_what_a_server_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now=60) == seconds


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_passing_faults_are_tried_again(status: int) -> None:
    assert wait_before(status, {}, 0, 5) is not None
    assert wait_before(status, {}, 5, 5) is None
    assert wait_before(status, {"x-should-retry": "false"}, 0, 5) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_lasting_faults_are_not(status: int) -> None:
    assert wait_before(status, {}, 0, 5) is None


@given(st.integers(0, 50))
def test_no_wait_of_our_own_is_long(attempt: int) -> None:
    wait = wait_before(500, {}, attempt, 100)
    assert wait is not None
    assert 0 < wait <= LONGEST_WAIT


@given(st.floats(0, 3600))
def test_what_a_server_asks_for_is_the_least_and_a_tenth_more_the_most(asked: float) -> None:
    wait = wait_before(429, {"retry-after-ms": f"{1000 * asked:.3f}"}, 0, 5)
    assert wait is not None
    assert asked - 0.001 <= wait <= 1.1 * asked + 0.001


def test_a_published_price_is_used() -> None:
    one, many = usd("gpt-4.1-mini", 1000, 100), usd("gpt-4.1-mini", 1_000_000, 100_000)
    assert one == pytest.approx(0.00056)
    assert many == pytest.approx(0.56)


@pytest.mark.parametrize(
    ("written", "listed"),
    [("Claude Sonnet 5.5", "claude-sonnet-5-5"), ("GPT 4o", "gpt-4o"), ("Gemini 3.8 flash", "gemini-3.8-flash")],
)
def test_a_price_is_found_however_the_name_is_written(written: str, listed: str) -> None:
    assert usd(written, 1000, 100) == usd(listed, 1000, 100) is not None


def test_the_tier_of_long_prompts_is_not_taken_for_many_short_ones() -> None:
    assert usd("gpt-6-luna", 1_000_000, 0) == pytest.approx(0.10)


@pytest.mark.parametrize("name", ["SmolLM2-135M", "", "no such model"])
def test_an_unknown_price_is_none(name: str) -> None:
    assert usd(name, 10, 10) is None
