"""Conditions that no rule needs: they are refused with words."""

import pytest

from knowledge.syntax import ExpressionError, parse


@pytest.mark.parametrize(
    "condition",
    [
        " || ".join(f"examples < {count}" for count in range(10_000)),
        "(" * 900 + "examples < 3" + ")" * 900,
        "examples < " + "9" * 5_000,
    ],
)
def test_a_condition_without_measure_is_refused_with_words(condition: str) -> None:
    with pytest.raises(ExpressionError, match=r"several clauses|too deep"):
        parse(condition)
