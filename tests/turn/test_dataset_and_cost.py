"""Checks in a conversation: a pasted finetuning file, and what a finetune costs, from words in any order."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from bot.chat.reply import Part, Table, Text
from bot.cost.parse import given
from bot.cost.quote import CostError
from bot.dataset import Unreadable, check, check_text
from bot.turn.dataset_and_cost import cost_parts, dataset_parts
from knowledge.prices import load_prices
from knowledge.schema import Value
from tests.support.clock import TODAY

PRICES = load_prices()
ROW = {"messages": [{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "On its way."}]}
GOOD = [{"messages": [{"role": "system", "content": f"Be kind, {n}."}, *ROW["messages"]]} for n in range(200)]


def rows(*values: Any) -> str:
    return "\n".join(value if isinstance(value, str) else json.dumps(value) for value in values)


def text(parts: tuple[Part, ...]) -> str:
    return "\n".join(part.markdown for part in parts if isinstance(part, Text))


def table(parts: tuple[Part, ...]) -> Table:
    (found,) = (part for part in parts if isinstance(part, Table))
    return found


# A finetuning file


def test_a_good_file_is_one_line() -> None:
    (said,) = dataset_parts(rows(*GOOD), "rows.jsonl")
    assert isinstance(said, Text) and said.voice == "say"
    assert said.markdown.startswith("**rows.jsonl**: 200 rows, no errors. A row has 3 messages and about ")


def test_what_is_wrong_comes_with_its_rows_and_what_to_do_errors_first() -> None:
    parts = dataset_parts(rows(ROW, {"x": 1}, "nope", ROW), "rows.jsonl")
    assert "4 rows, 2 with errors" in text(parts)
    assert not any(isinstance(part, Table) for part in parts), "it is read on a phone"
    lines = text(parts).splitlines()[1:]
    assert [line.split("**")[1] for line in lines] == sorted(line.split("**")[1] for line in lines)
    assert any(line.startswith("- **Error**: the line is not JSON (row 3, ") for line in lines)
    assert any(
        line.startswith("- **Warning**: the row repeats an earlier row (row 4, the same as row 1). ") for line in lines
    )
    assert all(line.endswith(".") for line in lines)


def test_rows_of_different_lengths_are_summed_up() -> None:
    parts = dataset_parts(rows(ROW, GOOD[0]), "rows.jsonl")
    assert "A row has 2 to 3 messages (median 2)" in text(parts)


@pytest.mark.parametrize(("content", "says"), [("", "is empty"), (" \n\n", "is empty"), ("[]", "no rows")])
def test_what_cannot_be_read_is_one_sentence(content: str, says: str) -> None:
    (said,) = dataset_parts(content, "what you pasted")
    assert isinstance(said, Text) and said.voice == "error"
    assert said.markdown.startswith("What you pasted ") and says in said.markdown


def test_half_a_character_is_named_with_its_place() -> None:
    parts = dataset_parts('{"a": "\ud800"}', "what you pasted")
    assert any("not UTF-8" in line and "byte 7" in line for line in text(parts).splitlines())


def test_names_and_rows_of_people_cannot_act_as_markup() -> None:
    parts = dataset_parts(
        rows({"messages": [{"role": "[x](http://e.vil)\u202e\n", "content": "a"}]}), "*a*_b_<@U1>.jsonl"
    )
    assert "\\*a\\*\\_b\\_\\<@U1\\>.jsonl" in text(parts)
    assert "\\[x\\](http://e.vil)" in text(parts) and all(line.isprintable() for line in text(parts).splitlines())


@over(st.text(st.characters(exclude_categories=())))
def test_any_text_is_judged_without_a_crash(content: str) -> None:
    assert dataset_parts(content, content)


@pytest.mark.parametrize(
    "content", [rows(*GOOD), "\ufeff" + rows(ROW, "", {}), json.dumps(GOOD[:3]), json.dumps(ROW, indent=1)]
)
def test_a_text_is_checked_as_the_file_with_it_would_be(tmp_path: Path, content: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content.encode())
    assert check_text(content, str(path)) == check(path)


def test_a_text_that_cannot_be_checked_is_refused_by_its_name() -> None:
    with pytest.raises(Unreadable, match=r"^mine\.jsonl holds no rows"):
        check_text("[]", "mine.jsonl")


# What a finetune costs

D = Decimal


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("", {}),
        ("5000 calls a day 800 in 200 out", {"calls_per_day": 5000, "tokens_in": 800, "tokens_out": 200}),
        ("800 in, 200 out, 5k calls per day", {"calls_per_day": 5000, "tokens_in": 800, "tokens_out": 200}),
        ("5000 calls a day in 800 out 200", {"calls_per_day": 5000, "tokens_in": 800, "tokens_out": 200}),
        ("in: 800; out = 200; calls 5,000 a day", {"calls_per_day": 5000, "tokens_in": 800, "tokens_out": 200}),
        ("--calls-per-day 5000 --tokens-in 800", {"calls_per_day": 5000, "tokens_in": 800}),
        ("We make about 5000 requests daily, each with 1.5k tokens in and 20 out per call.",
         {"calls_per_day": 5000, "tokens_in": 1500, "tokens_out": 20}),
        ("5000/day", {"calls_per_day": 5000}),
        ("0.5 million calls a month", {"calls_per_day": 16_667}),
        ("20 calls a week", {"calls_per_day": 3}),
        ("calls 50 an hour", {"calls_per_day": 1200}),
        ("2 requests per second", {"calls_per_day": 172_800}),
        ("800 prompt tokens, 600 of them fixed, 20 answer tokens",
         {"tokens_in": 800, "tokens_fixed": 600, "tokens_out": 20}),
        ("900 rows 300 in hand 3 epochs", {"rows": 900, "in_hand": 300, "epochs": 3}),
        ("300 examples in hand", {"in_hand": 300}),
        ("$2 an hour hosting $0.50 a label $1,500 work",
         {"hosting": D(2), "label": D("0.5"), "engineering": D(1500)}),
        ("5000 calls now gpt-4.1-mini, tuned ft:gpt-4.1, against gpt-6-luna",
         {"calls_per_day": 5000, "now": "gpt-4.1-mini", "tuned": "ft:gpt-4.1", "small": "gpt-6-luna"}),
        ("GPT-4.1 5000 calls", {"calls_per_day": 5000, "now": "gpt-4.1"}),
        ("ft:gpt-4.1-mini", {"tuned": "ft:gpt-4.1-mini"}),
        ("0 fixed", {"tokens_fixed": 0}),
    ],
)  # fmt: skip
def test_words_are_numbers_in_any_plain_form(words: str, means: dict[str, Any]) -> None:
    found = given(words, PRICES)
    assert {name: value for name, value in vars(found).items() if name in means or value} == means


@over(
    st.permutations(["5000 calls a day", "800 in", "200 out", "600 fixed", "400 rows", "4 epochs"]),
    st.sampled_from([" ", ", ", " and "]),
)
def test_the_order_does_not_matter(phrases: list[str], between: str) -> None:
    found = given(between.join(phrases), PRICES)
    expected = (5000, 800, 200, 600, 400, 4)
    assert (
        found.calls_per_day,
        found.tokens_in,
        found.tokens_out,
        found.tokens_fixed,
        found.rows,
        found.epochs,
    ) == expected


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("banana", 'I do not understand "banana"'),
        ("5000 *calls* <@U1>", "\\<@u1\\>"),
        ("800 tokens", "I cannot tell what 800 is"),
        ("800", "I cannot tell what 800 is"),
        ("9 9 in", "I cannot tell what 9 is"),
        ("in", "I miss a number"),
        ("in out 5", "I miss a number"),
        ("5000 calls in", "I miss a number"),
        ("-5 calls", "less than nothing"),
        ("1.5 rows", "1.5 is no whole number: write 1 or 2."),
        ("0 calls", "at least 1"),
        ("9999999999999 in", "more than I can reckon with"),
        ("100 in 200 fixed", "cannot be larger than the whole prompt"),
        ("5000 calls now gpt-99", "No price is known for gpt-99. Known are: gpt-4.1, "),
    ],
)
def test_other_words_are_answered_in_one_sentence_with_an_example(words: str, says: str) -> None:
    (said,) = cost_parts(PRICES, words, {}, TODAY)
    assert isinstance(said, Text) and said.voice == "error"
    assert says in said.markdown
    with_example = says.startswith(("I do not", "I cannot", "I miss", "1.5", "at least"))
    assert not with_example or "`cost 5000 calls a day 800 in 200 out`" in said.markdown


def test_the_example_in_these_sentences_can_be_said() -> None:
    (said,) = cost_parts(PRICES, "banana", {}, TODAY)
    assert isinstance(said, Text)
    example = said.markdown.split("`")[1].removeprefix("cost ")
    assert len(cost_parts(PRICES, example, {}, TODAY)) > 1


def test_nothing_given_is_the_worked_example_with_what_is_assumed() -> None:
    parts = cost_parts(PRICES, "", {}, TODAY)
    said = text(parts)
    assert "**ft:qwen3-8b**: $1,000 before the first call, then $0.061 per 1,000 calls." in said
    assert (
        "never pays back against gpt-6-luna with the prompt cached" in said
        and "is assumed" in said
        and "Prices read 2026-11-22" in said
    )
    parts = cost_parts(PRICES, "now gpt-4.1 tuned ft:gpt-4.1-mini", {}, TODAY)
    assert text(parts).startswith("Mind the date: ")
    assert "**ft:gpt-4.1-mini**: $1,002 before the first call, then $0.264 per 1,000 calls." in text(parts)
    first, *_ = table(parts).rows
    assert first[0] == "gpt-4.1 with the prompt as it is" and "346,000" in first


def test_the_volume_is_weighed() -> None:
    prompt = "9000 in 8900 fixed now gpt-4.1 tuned llama-3.1-8b"
    assert "give the calls a day" in text(cost_parts(PRICES, prompt, {}, TODAY))
    few, many = (cost_parts(PRICES, f"{prompt} {calls} calls a day", {}, TODAY) for calls in ("10", "1 million"))
    assert "against every way without tuning above" in text(few) and "and you have 10: not yet" in text(few)
    assert "does the task as well as gpt-4.1 has to be measured" in text(many)
    assert "and you have 1,000,000: worth a try" in text(many)
    assert "$ a month" in table(many).headers
    assert all(len(row) == len(table(many).headers) for row in table(many).rows)


def test_the_finetune_s_own_month_is_in_the_table_with_its_hosting() -> None:
    parts = cost_parts(PRICES, "10,000 calls a day tuned azure/gpt-4.1-mini", {}, TODAY)
    *_, last = table(parts).rows
    # 300,000 calls of $0.132 per 1,000, and 730 hours of $1.70.
    assert last[:3] == ("gpt-4.1-mini tuned (azure)", "0.132", "1,281")


def test_hosting_is_counted_in_the_calls_until_the_start_is_paid_or_is_said_to_be_left_out() -> None:
    def after(words: str) -> tuple[str, list[str]]:
        shown = table(cost_parts(PRICES, words, {}, TODAY))
        column = next(i for i, header in enumerate(shown.headers) if header.startswith("after calls"))
        return shown.headers[column], [row[column] for row in shown.rows]

    # $1,002.025 before the first call; a call saves $0.003028, of which hosting takes $1,241 / 300,000 and / 3,000,000.
    header, rows = after("now gpt-4.1 tuned azure/gpt-4.1-mini")
    assert (header, rows[0]) == ("after calls, hosting left out", "331,000")
    header, rows = after("10,000 calls a day now gpt-4.1 tuned azure/gpt-4.1-mini")
    assert (header, rows[0]) == ("after calls, hosting included", "never")
    header, rows = after("100,000 calls a day now gpt-4.1 tuned azure/gpt-4.1-mini")
    assert (header, rows[0]) == ("after calls, hosting included", "383,000")
    assert after("tuned ft:gpt-4.1-mini")[0] == "after calls"


def test_never_says_against_what_and_that_its_quality_was_not_measured() -> None:
    said = text(cost_parts(PRICES, "now gpt-4.1 tuned ft:gpt-4.1-mini", {}, TODAY))
    assert "never pays back against gpt-6-luna with the prompt cached: a call there costs no more." in said
    assert "Against gpt-4.1 with the prompt as it is and gpt-4.1 with the prompt cached it does above" in said
    assert "whether gpt-6-luna or the finetune does the task as well as gpt-4.1 has to be measured" in said


@pytest.mark.parametrize(
    ("words", "names", "says"),
    [
        (
            "1500 in 1024 fixed now gpt-4.1",
            ["gpt-4.1 with the prompt as it is", "gpt-4.1 with the prompt cached"],
            None,
        ),
        (
            "1500 in 1023 fixed now gpt-4.1",
            ["gpt-4.1 with the prompt as it is", "gpt-6-luna with the prompt as it is"],
            "No cache is counted for gpt-4.1 and gpt-6-luna: it begins at 1,024 fixed tokens, and yours are 1,023",
        ),
        (
            "5000 in 4095 fixed now gemini-3.5-flash small claude-haiku-4-5",
            ["gemini-3.5-flash with the prompt as it is", "claude-haiku-4-5 with the prompt as it is"],
            "No cache is counted for claude-haiku-4-5: it begins at 4,096 fixed tokens",
        ),
        (
            "500 in 300 fixed now mistral-small-2603",
            ["mistral-small-2603 with the prompt as it is", "mistral-small-2603 with the prompt cached"],
            "From how many fixed tokens on the cache of mistral-small-2603 begins is not known here: check it.",
        ),
        ("5000 in 4500 fixed now llama-3.1-8b", ["llama-3.1-8b with the prompt as it is"], None),
        (
            "1500 in 0 fixed now gpt-4.1",
            ["gpt-4.1 with the prompt as it is", "gpt-6-luna with the prompt as it is"],
            None,
        ),
    ],
)
def test_a_cache_counts_only_where_the_fixed_part_is_long_enough(
    words: str, names: list[str], says: str | None
) -> None:
    parts = cost_parts(PRICES, words, {}, TODAY)
    rows = [row[0] for row in table(parts).rows]
    assert rows[: len(names)] == names
    assert len(set(rows)) == len(rows)
    assert (says or "") in text(parts)
    assert (says is not None) == ("No cache is counted" in text(parts) or "is not known here" in text(parts))


def test_what_the_case_holds_is_not_assumed_and_its_pairs_are_no_labels() -> None:
    facts: dict[str, Value] = {
        "examples": 400, "calls_per_day": 5000, "tokens_in": 800, "tokens_fixed": 900, "tokens_out": 7
    }  # fmt: skip
    said = text(cost_parts(PRICES, "", facts, TODAY))
    assert "training on 500 rows (400 of them in hand)" in said and "100 labels" in said
    assert "A call has 800 prompt tokens, 800 of them fixed, and 7 answer tokens" in said
    # Words go first.
    said = text(cost_parts(PRICES, "100 in hand 300 in 9 out", facts, TODAY))
    assert "400 labels" in said and "300 prompt tokens, 300 of them fixed, and 9 answer tokens" in said
    assert "0 labels" in text(cost_parts(PRICES, "", {"examples": 2000}, TODAY))
    assert "500 labels" in text(cost_parts(PRICES, "", {}, TODAY))


def test_a_finetune_whose_base_is_gone_is_said() -> None:
    said = text(cost_parts(PRICES, "tuned ft:gpt-4.1-mini", {}, date(2029, 1, 1)))
    assert "has been retired: choose another with `tuned` and its name." in said
    assert "check it" in said, "and the prices are old by then"


SOME = [
    "5000",
    "1.5k",
    "-3",
    "$2",
    "calls",
    "a day",
    "month",
    "in",
    "out",
    "fixed",
    "rows",
    "hosting",
    "/",
    ",",
    "banana",
]
MODELS = ["now", "tuned", "gpt-4.1", "gpt-99"]


@over(st.text() | st.lists(st.sampled_from([*SOME, *MODELS])).map(" ".join))
def test_any_words_are_answered(words: str) -> None:
    assert cost_parts(PRICES, words, {}, TODAY)
    try:
        given(words, PRICES)
    except CostError as error:
        assert str(error).endswith(".")
