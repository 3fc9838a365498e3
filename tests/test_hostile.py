"""Text that is made to be slow to read, or too deep: it takes its share of time, and an answer comes back."""

import contextlib
import json
import time
from collections.abc import Callable

import pytest

from adapters.discord.inbound import text as discord_text
from adapters.discord.render import markup as discord_markup
from adapters.slack.inbound import text as slack_text
from adapters.slack.render import markup as slack_markup
from bot.answer.checks import faults
from bot.answer.draft import draft_of
from bot.chat import commands
from bot.chat.cc import without_names
from bot.chat.files import asks_to_check, asks_to_run
from bot.consultation.labels import named_beside
from bot.consultation.model import Pair, Samples
from bot.model import response
from bot.model.errors import ModelError
from bot.platform.overview import summary
from bot.reading import sentences, understand
from bot.reading.answers import answers
from bot.reading.by_patterns import settled
from bot.reading.questions import question
from bot.samples.formats import fenced
from bot.samples.parse import SampleError, from_message, parse
from bot.text import numbers
from bot.text.split import split
from bot.trial.judging.model import verdict
from bot.trial.scorers.normalise import BROKEN, json_value
from knowledge.load import load
from tests.answer.cases import answered, material
from tests.platform.test_overview import case

KNOWLEDGE = load()
MATERIAL = material({"need": ("style",)}, "should we finetune?")
SIZE, TIMES = 3_000, 4
MOST_GROWTH = 8
"""Four times the text takes at most so many times as long; what is quadratic takes 16."""
NOISE = 0.5
"""Seconds of processor time below which growth says nothing."""


def readings(text: str) -> None:
    """Read a text as a fact, as an answer and as a question."""
    settled(text, sentences.plain(text), KNOWLEDGE.facts, KNOWLEDGE.models, asked=list(KNOWLEDGE.facts))
    answers(text, KNOWLEDGE.facts, list(KNOWLEDGE.asks), KNOWLEDGE.asks)
    question(text)


def understood(text: str) -> None:
    """Read a text as a reply, as talk between people, and its numbers."""
    understand(text, ["need", "examples"], KNOWLEDGE, before={"examples": 40})
    understand(text, (), KNOWLEDGE, overheard=True)
    numbers.field(text)
    numbers.find(text)


def samples_file(text: str, name: str) -> None:
    """Read a file of samples, which may be refused."""
    with contextlib.suppress(SampleError):
        parse(text, name)


READERS: dict[str, Callable[[str], object]] = {
    "reading": readings,
    "understanding": understood,
    "samples": from_message,
    "a table of samples": lambda text: samples_file(text, "a.csv"),
    "lines of samples": lambda text: samples_file(text, "a.jsonl"),
    "samples in YAML": lambda text: samples_file(text, "a.yaml"),
    "words to run or check": lambda text: (asks_to_run(text), asks_to_check(text)),
    "whom it names": without_names,
    "labels that it lists": lambda text: named_beside([text], ("a", "b")),
    "an answer": lambda text: faults(draft_of(answered(text)), MATERIAL),
    "an answer to judge": lambda text: verdict(text),
    "a command": commands.parse,
    "a title": lambda text: summary(case(1, text), KNOWLEDGE),
    "a Slack message": lambda text: slack_text.plain(text, "U1"),
    "Slack markdown": slack_markup.markdown,
    "Slack mrkdwn": slack_markup.mrkdwn,
    "Slack plain": slack_markup.plain,
    "a Discord message": lambda text: discord_text.plain(text, ("<@1>",)),
    "Discord markdown": discord_markup.markdown,
    "Discord literal": discord_markup.literal,
    "a text in parts": lambda text: split(text, 2_000),
}
SHAPES: dict[str, tuple[str, str, str]] = {
    "newlines": ("", "\n", ""),
    "newlines between words": ("Input: a", "\n", "b\nOutput: c"),
    "indented newlines": ("", "\n ", "x"),
    "fences": ("", "```\n", ""),
    "fences never closed": ("", "~~~a\n", "b"),
    "backticks": ("", "`", ""),
    "quotations": ("", "> ", ""),
    "quoted lines": ("", "> \n", ""),
    "single quotes": ("", " 'a b c", ""),
    "single quotes that end": ("'", "a' b' c' ", ""),
    "indented lines": ("x\n", "    a\n", ""),
    "indented lines between others": ("", "x\n\n    a\n\n", ""),
    "people who say": ("", "our own people of the team say ", ""),
    "strangers": ("", "competitor X ", "uses 40"),
    "spaces": ("x", " ", "x"),
    "items without words": ("", "-  ", ""),
    "numbered items without words": ("", "1. ", "```"),
    "blanks before a line ends": ("a", " ", "\nb"),
    "a heading": ("# a", " ", "b"),
    "options": ("1", " ", "x"),
    "lines": ("", "---\n", ""),
    "full stops": ("", ".", "x"),
    "underscores": ("a", "_", ""),
    "digits": ("", "1", ""),
    "nested JSON": ("", '{"a":', ""),
    "brackets": ("", "[", ""),
    "parentheses": ("", "[a](", ""),
    "mentions": ("", "<@", ""),
    "comments": ("", "<!--", ""),
    "rows of two": ("", "a,b\n", ""),
    "commas too many": ("[", '{"a":1,}', "]"),
    "a long blank line of a quotation": ("say > we have 40\nnext week\n", "\n", "from Bob: we have 40"),
    "a chain of names": ("x", ".a", ""),
    "a number with points": ("", "1.", "x"),
    "tabs in an item": ("- a", "\t", "b"),
    "words of an item": ("- ", "a ", "b"),
    "names that are called": ("x ", "@a, ", "y"),
    "quotes that are escaped": ('[{"a":1,},', '"\\', ""),
}


def made(shape: str, size: int) -> str:
    before, again, after = SHAPES[shape]
    return before + again * (size // len(again)) + after


def seconds(read: Callable[[str], object], text: str) -> float:
    """Processor time, which other programs on the machine do not lengthen."""
    start = time.process_time()
    read(text)
    return time.process_time() - start


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_text_takes_about_four_times_as_long(reader: str, shape: str) -> None:
    read = READERS[reader]
    read("We have 3 examples.")  # what is made once at the first reading
    long = seconds(read, made(shape, TIMES * SIZE))
    if long > NOISE:
        short = min(seconds(read, made(shape, SIZE)) for _ in range(2))
        assert min(long, seconds(read, made(shape, TIMES * SIZE))) <= MOST_GROWTH * short + NOISE


@pytest.mark.parametrize("depth", [150, 500, 900, 1_000, 100_000])
@pytest.mark.parametrize(("opens", "closes"), [('{"a":', "}"), ("[", "]")])
@pytest.mark.parametrize("closed", [True, False])
def test_json_that_is_too_deep_is_no_fault_of_ours(depth: int, opens: str, closes: str, closed: bool) -> None:
    deep = opens * depth + ("1" + closes * depth if closed else "")
    row = f'{{"input": {deep}, "output": "b"}}'
    for text in (deep, f"[{deep}", f"{deep}\n{deep}", f"```json\n{deep}\n```", row, f"[{row}]"):
        assert not isinstance(from_message(text), Samples)
    assert json_value(deep) is BROKEN
    assert verdict(f'{{"verdict": {deep}}}') is None
    assert response.parse(f'{{"a": {deep}}}', {"type": "object"})[0] is None


def test_a_row_that_is_too_deep_is_told_and_the_others_are_kept() -> None:
    good = json.dumps({"input": "a", "output": "b"})
    deep = '{"a":' * 1_000 + "1" + "}" * 1_000
    given = parse(f"{good}\n{deep}\n{good}")
    assert given.understood is not None
    assert "row 2 is no valid JSON (nested too deep)" in given.understood.gaps
    assert given.pairs == (Pair(input="a", output="b"),) * 2


def test_a_server_that_answers_too_deep_is_told_as_such() -> None:
    with pytest.raises(ModelError):
        response.read('{"a":' * 1_000 + "1" + "}" * 1_000, name="m", where="there", seconds=0.1)


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("```json\n1\n```", "1"),
        ("a\n  ~~~\n1\n\n2\n  ~~~ \nb", "1\n\n2"),
        ("````\n```\n1\n```\n````", "```\n1\n```"),
        ("```\n```", ""),
        ("```\n1\n~~~", None),
        ("```\n1\n```\n```\n2\n```", None),
        ("~~~\n```\n1\n```", "1"),
        ("1", None),
    ],
)
def test_a_fence_is_read_to_the_mark_that_closes_it(text: str, inner: str | None) -> None:
    assert fenced(text) == inner


@pytest.mark.parametrize(
    ("text", "shown"), [("# a #", "a"), ("## a b  ##", "a b"), ("# a # b", "a # b"), ("# ##", "#"), ("#a", "#a")]
)
def test_a_heading_is_shown_without_its_signs(text: str, shown: str) -> None:
    assert slack_markup.plain(text) == shown


@pytest.mark.parametrize(
    "digits", ["1" * 400, "1" + ",000" * 1_000, "\u0663" * 4_500, "1" * 1_000_000, "9" * 400 + ".5"]
)
def test_a_number_beyond_all_counts_is_none(digits: str) -> None:
    numbers.find(digits[:20_000])
    text = f"we have {digits[:11_000]} examples"
    for asked in ((), ("examples",)):
        assert "examples" not in {hit.fact for hit in understand(text, asked, KNOWLEDGE).found}
