"""Tests of prompts, as files assert them, are scored by what they assert."""

import json

import pytest

from bot.samples.parse import parse
from tests.samples.test_files import SOUP
from tests.samples.test_makers import pairs

PROMPTFOO = {
    "prompts": ["Mood of {{text}}?"],
    "tests": [
        {"vars": {"text": "soup good"}, "assert": [{"type": "icontains", "value": "positive"}]},
        {"vars": {"text": "soup cold"}, "assert": [{"type": "contains-any", "value": ["negative", "bad"]}]},
        {"vars": {"text": "soup"}, "assert": [{"type": "equals", "value": "neutral"}]},
        {"vars": {"text": "salad"}, "assert": [{"type": "llm-rubric", "value": "is kind"}]},
    ],
}


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_tests_of_prompts_are_scored_by_what_they_assert(name: str) -> None:
    given = parse(json.dumps(PROMPTFOO), name)
    assert pairs(given) == SOUP
    assert (given.prompt, given.scorer, given.pairs[1].also) == ("Mood of {input}?", "contains", ("bad",))
    assert given.understood is not None
    assert [(each.row, each.why) for each in given.understood.left_out] == [
        (3, "asserts equals, where most rows assert contains"),
        (4, "asserts no text (llm-rubric)"),
    ]


def test_cells_that_assert_are_read_as_what_they_assert() -> None:
    given = parse("text,__expected\nsoup good,contains: positive\nsoup cold,icontains: negative\nx,is-json:\n", "a.csv")
    assert (pairs(given), given.scorer) == (SOUP, "contains")
    assert given.understood is not None
    assert [each.row for each in given.understood.left_out] == [4]
