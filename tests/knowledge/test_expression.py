"""Mistakes in a condition are found at start, with the column; also those that CEL's types let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.expression import compile_condition, environment
from knowledge.load import load
from knowledge.schema import Value
from knowledge.syntax import ExpressionError

FACTS = load().facts
ENV = environment(FACTS)

MISTAKES = {
    "output == 'recrod'": ("'recrod' is no value of `output`; did you mean 'record'?", 11),
    "output in ['text', 'cod']": ("'cod' is no value of `output`; did you mean 'code'?", 20),
    "'tone' in need": ("'tone' is no value of `need`", 1),
    "need == 'cost'": ("`need` is a set: write `'facts' in need`", 6),
    "exampels < 50": ("`exampels` is no fact; did you mean `examples`?", 1),
    "output < 3": ("`<` cannot compare string with int", 8),
    "examples == 'many'": ("`==` cannot compare int with string", 10),
    "pass_rate >= 1": ("write the number with a decimal point, as in 1.0", 11),
    "examples": ("a condition must be true or false", 1),
    "examples < ": ("`the end` was not expected here", 11),
    "examples < 50 and quality_ok": ("`and` was not expected here", 15),
    "examples < 50 ; true": ("`;` is not part of the CEL that rules use", 15),
    "(examples < 50": ("expected `)`, found `the end`", 15),
    "examples < 0": ("nothing can make this true", 10),
    "quality_ok && !quality_ok": ("nothing can make this true", 12),
    "output == 'text' && output == 'code'": ("nothing can make this true", 18),
    "examples < 50 && examples > 60": ("nothing can make this true", 15),
    "rule_exists || !rule_exists": ("this is always true", 13),
    "examples >= 0": ("this is always true", 10),
    "examples < eval_items": ("compare a fact with a value, not with another fact", 10),
    "": ("`the end` was not expected here", 1),
}


@pytest.mark.parametrize("source", MISTAKES)
def test_a_mistake_is_named_with_its_column(source: str) -> None:
    message, column = MISTAKES[source]
    with pytest.raises(ExpressionError) as caught:
        compile_condition(source, FACTS, ENV)
    assert message in str(caught.value)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("source", "held", "truth"),
    [
        ("examples < 50 || agreement == 'none'", {"examples": 10}, True),
        ("examples < 50 || agreement == 'none'", {"examples": 50}, None),
        ("examples < 50 || agreement == 'none'", {"examples": 50, "agreement": "write"}, False),
        ("examples < 50 && pass_rate > 0.5", {"examples": 10}, False),
        ("size(prompts_tried) == 1 && 'one' in prompts_tried", {"prompts_tried": ("one",)}, True),
    ],
)
def test_three_values(source: str, held: dict[str, Value], truth: bool | None) -> None:
    condition = compile_condition(source, FACTS, ENV)
    assert condition.judge(held, frozenset(), frozenset({"pass_rate"})).truth is truth


@given(st.text(alphabet="ab'\"()[]<>=!&|. ,0123456789needoutputexamples", max_size=40))
def test_any_text_compiles_or_is_refused_in_words(source: str) -> None:
    try:
        compile_condition(source, FACTS, ENV)
    except ExpressionError as error:
        assert str(error)
        assert 1 <= error.column <= len(source) + 1
