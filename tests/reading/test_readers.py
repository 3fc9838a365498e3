"""Which models may read."""

import pytest

from bot.reading import may_read


@pytest.mark.parametrize(
    ("name", "demonstration", "wanted"),
    [
        ("SmolLM2-135M", True, False),
        ("SmolLM2-135M", False, False),
        ("Qwen2.5-Coder-1.5B-Instruct-Q4_K_M", False, False),
        ("some-bundled-model", True, False),
        ("gpt-6-luna", False, True),
    ],
)
def test_the_demonstration_and_what_measured_badly_do_not_read(name: str, demonstration: bool, wanted: bool) -> None:
    assert may_read(name, demonstration) is wanted
