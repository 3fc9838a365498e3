"""Names of models, found in sentences and looked up in the dated list."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import knowledge.models
from knowledge.load import load
from knowledge.models import age_of, ends_on, names, plain, same

AGES = load().models
LISTED = yaml.safe_load((Path(knowledge.models.__file__).parent / "models.yaml").read_text("utf-8"))
PHRASES = [(age, phrase) for age in ("old", "current") for entry in LISTED[age] for phrase in entry["phrases"]]
SENTENCES = ["We tried {} on our task.", "So far it runs on {}, and it fails.", "{} was not good enough", "is {}?"]


def found(text: str) -> list[str]:
    return [text[name.start : name.end] for name in names(text, AGES)]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(("age", "phrase"), PHRASES)
def test_every_name_of_the_list_is_found_in_a_sentence_with_its_age(sentence: str, age: str, phrase: str) -> None:
    written = phrase.title() if phrase.startswith("command ") else phrase
    text = sentence.format(written)
    assert found(text) == [written]
    assert [age_of(name.name, AGES) for name in names(text, AGES)] == [age]


@pytest.mark.parametrize("entry", [e for age in ("old", "current") for e in LISTED[age]], ids=lambda e: e["match"])
def test_every_entry_is_written_somehow_and_has_its_source(entry: dict[str, object]) -> None:
    assert entry["phrases"]
    assert entry["why"]
    assert entry["source"] in load().sources


NAMES = {
    "Claude Sonnet 5.5": ("claude-sonnet-5.5", "current"),
    "Gemini 3.8": ("gemini-3.8", "current"),
    "Qwen3-32B": ("qwen-3-32b", "current"),
    "GPT-5.2": ("gpt-5.2", "current"),
    "Grok 4.7": ("grok-4.7", "current"),
    "phi-4": ("phi-4", "current"),
    "gpt 4 o": ("gpt-4o", "old"),
    "4o": ("gpt-4o", "old"),
    "gpt-4o-2024-08-06": ("gpt-4o", "old"),
    "GPT\u20114o": ("gpt-4o", "old"),
    "gpt-35-turbo": ("gpt-3.5-turbo", "old"),
    "sonnet 4": ("claude-sonnet-4", "old"),
    "Claude 4 Sonnet": ("claude-sonnet-4", "old"),
    "Claude Haiku 4.5": ("claude-haiku-4.5", "current"),
    "claude-3-5-sonnet-20241022": ("claude-sonnet-3.5", "old"),
    "llama3.1-8b-instruct": ("llama-3.1-8b-instruct", "old"),
    "qwen3:32b": ("qwen-3-32b", "current"),
    "Gemma 3 27B": ("gemma-3-27b", "current"),
    "DeepSeek-V3.2": ("deepseek-v3.2", "current"),
    "gpt-5.4-nano": ("gpt-5.4-nano", "old"),
    "gemini-3.6-flash": ("gemini-3.6-flash", "old"),
    "Ministral-3-8B": ("ministral-3-8b", "current"),
    "ministral-8b": ("ministral-8b", "old"),
}
NEWER = ["GPT-7", "Claude Opus 6", "grok-5", "deepseek-v5", "Mistral Large 5", "Gemini 5", "phi-5", "GLM-6", "llama 5"]
CONFIGURED = {
    "meta-llama/Llama-3.1-8B-Instruct": "old",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0": "old",
    "ft:gpt-4.1-mini:house::id": "old",
    "azure/gpt-4.1": "old",
    "openai/gpt-oss-20b": "current",
    "amazon.nova-lite-v1:0": "current",
    "smollm2-135m": None,
    "house-7b": None,
    "": None,
}
ORDINARY = [
    "Gemma from legal said phi is fine",
    "We asked Gemma 4 times",
    "he needs an O1 visa",
    "we command a team of ten",
    "the golden ratio phi 1.618",
    "sonnet 18 by Shakespeare",
    "opus 27 no 2",
    "Nova from sales talked to Luna and Kimi",
    "version 4.1 is out, and 3 to 4 of us use it",
    "the o ring and the minimax search",
]


@pytest.mark.parametrize(("written", "is_"), NAMES.items())
def test_names_are_read_however_they_are_written(written: str, is_: tuple[str, str]) -> None:
    text = f"Last week we tried {written}, without luck."
    assert [(name.name, age_of(name.name, AGES)) for name in names(text, AGES)] == [is_]


@pytest.mark.parametrize("name", NEWER)
def test_what_is_newer_than_all_that_is_listed_is_current(name: str) -> None:
    assert found(f"We use {name}.") == [name]
    assert age_of(name, AGES) == "current"


def test_what_lies_between_old_and_current_is_left_open() -> None:
    assert age_of("mistral medium 3.1", AGES) is None
    assert age_of("o5", AGES) is None, "nobody has shown that this line goes on"


@pytest.mark.parametrize(("name", "age"), CONFIGURED.items())
def test_names_of_interfaces_are_looked_up(name: str, age: str | None) -> None:
    assert age_of(name, AGES) == age


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_no_names(text: str) -> None:
    assert found(text) == []


def test_a_vendor_before_its_model_is_no_second_name() -> None:
    assert found("We ran meta-llama/Llama-3.1-8B-Instruct") == ["Llama-3.1-8B-Instruct"]
    assert found("We compared gpt-4/claude") == ["gpt-4", "claude"]


def test_the_end_of_a_model_is_that_of_its_entry() -> None:
    assert ends_on("GPT 4o mini", AGES) == date(2027, 1, 14)
    assert ends_on("gpt-5.4-nano", AGES) == date(2027, 4, 1)
    assert ends_on("grok-4.7", AGES) is None


def test_a_finetune_is_another_model_than_its_base() -> None:
    assert same("GPT 4.1", "gpt-4.1")
    assert not same("ft:gpt-4.1", "gpt-4.1")


@given(st.text(max_size=200))
def test_any_text_has_its_names_in_order_and_apart(text: str) -> None:
    spans = [(name.start, name.end) for name in names(text, AGES)]
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(st.sampled_from([phrase for _, phrase in PHRASES]) | st.text(max_size=40))
def test_the_plain_form_of_a_plain_form_is_itself(name: str) -> None:
    assert plain(plain(plain(name))) == plain(plain(name))


@given(st.sampled_from([phrase for _, phrase in PHRASES]))
def test_the_plain_form_keeps_the_age(phrase: str) -> None:
    assert plain(plain(phrase)) == plain(phrase)
    assert age_of(plain(phrase), AGES) == age_of(phrase, AGES)
