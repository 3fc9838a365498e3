"""Samples in every form people paste them in, and what is said about a broken row."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.model import Pair, Samples
from bot.samples.parse import MOST_BYTES, SampleError, from_message, parse

Pairs = list[tuple[str, str]]
WANT: Pairs = [("I love it", "positive"), ("It broke, twice", "negative"), ("Great", "positive")]


def got(text: str | bytes, name: str | None = None) -> Pairs:
    return [(pair.input, pair.output) for pair in parse(text, name).pairs]


def table(pairs: Pairs, delimiter: str = ",", header: tuple[str, str] | None = ("input", "output")) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([*([header] if header else []), *pairs])
    return out.getvalue()


def labelled(pairs: Pairs, into: str = "input", out: str = "output", gap: str = "\n\n") -> str:
    return gap.join(f"{into}: {a}\n{out}: {b}" for a, b in pairs)


def chat(pair: tuple[str, str], system: str | None = None) -> dict[str, object]:
    said = [{"role": "user", "content": pair[0]}, {"role": "assistant", "content": pair[1]}]
    return {"messages": [{"role": "system", "content": system}, *said] if system else said}


FORMS: dict[str, str] = {
    "labels": labelled(WANT),
    "labels without gaps": labelled(WANT, gap="\n"),
    "labels in bold, in a list": "\n".join(f"- **Input:** {a}\n  **Output:** {b}" for a, b in WANT),
    "labels with numbers": "\n".join(f"Input {n}: {a}\nOutput {n}: {b}" for n, (a, b) in enumerate(WANT)),
    "labels and rules": labelled(WANT, gap="\n---\n"),
    "labels, output first": "\n\n".join(f"output: {b}\ninput: {a}" for a, b in WANT),
    "Q and A": labelled(WANT, "Q", "A"),
    "in and out": labelled(WANT, "in", "out"),
    "user and assistant": labelled(WANT, "User", "Assistant"),
    "prompt and completion": labelled(WANT, "prompt", "completion"),
    "ticket and reply": labelled(WANT, "Ticket", "Reply"),
    "arrows": "\n".join(f"{a} -> {b}" for a, b in WANT),
    "fat arrows in a list": "\n".join(f"{n}. {a} => {b}" for n, (a, b) in enumerate(WANT, 1)),
    "arrows after a line": "some samples:\n" + "\n".join(f"{a} → {b}" for a, b in WANT),
    "tabs": "\n".join(f"{a}\t{b}" for a, b in WANT),
    "blank lines": "\n\n".join(f"{a}\n{b}" for a, b in WANT),
    "JSON objects": json.dumps([{"input": a, "output": b} for a, b in WANT]),
    "JSON objects over several lines": json.dumps([{"text": a, "label": b} for a, b in WANT], indent=2),
    "JSON lists": json.dumps([list(p) for p in WANT]),
    "JSON mapping": json.dumps(dict(WANT)),
    "JSON under a name": json.dumps({"pairs": [{"question": a, "answer": b} for a, b in WANT]}),
    "JSON with unknown names": json.dumps([{"zeile": a, "stimmung": b} for a, b in WANT]),
    "JSON in a fence": "Here:\n```json\n" + json.dumps([{"input": a, "output": b} for a, b in WANT]) + "\n```\nthanks",
    "JSONL": "\n".join(json.dumps({"prompt": a, "completion": b}) for a, b in WANT),
    "JSONL of lists": "\n".join(json.dumps(p) for p in WANT),
    "chat JSONL": "\n".join(json.dumps(chat(p)) for p in WANT),
    "CSV with names": table(WANT),
    "CSV with other names and columns": "id,Text,Label\n"
    + "\n".join(f'{n},"{a}",{b}' for n, (a, b) in enumerate(WANT)),
    "CSV without names": table(WANT, header=None),
    "semicolons": table(WANT, ";"),
    "a table in markdown": "| input | output |\n|---|:--|\n" + "\n".join(f"| {a} | {b} |" for a, b in WANT),
    "with a byte order mark": "\ufeff" + labelled(WANT),
    "from Windows": labelled(WANT).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_same_pairs(form: str) -> None:
    assert got(FORMS[form]) == WANT


@pytest.mark.parametrize("form", [f for f in FORMS if f != "JSON mapping"])
def test_each_form_is_told_from_conversation(form: str) -> None:
    assert isinstance(from_message(FORMS[form]), Samples)


TYPED: dict[str, tuple[str, Pairs]] = {
    "commas after a sign": ("1. soup = a, b;\n2. soup = a, b;", [("soup", "a, b;")] * 2),
    "semicolons before it": ("a; b -> c\nd; b -> c", [("a; b", "c"), ("d; b", "c")]),
    "bars": ("- a | b => c\n- d | b => c", [("a | b", "c"), ("d | b", "c")]),
    "tabs in a list": ("1. a = b\tc\n2. d = b\tc", [("a", "b\tc"), ("d", "b\tc")]),
    "tabs in labels": ("Q: a\tb\nA: c\tx\nQ: d\tb\nA: c\tx", [("a\tb", "c\tx"), ("d\tb", "c\tx")]),
    "names of columns in a sentence": ("in, out, a -> b\nin, out, c -> d", [("in, out, a", "b"), ("in, out, c", "d")]),
    "brackets": ("[1] a -> b\n[2] c -> d", [("[1] a", "b"), ("[2] c", "d")]),
    "objects": ('{"n": 1} -> a\n{"n": 2} -> b', [('{"n": 1}', "a"), ('{"n": 2}', "b")]),
    "numbers that are no list's": ("2. a -> b\n1. c -> d", [("2. a", "b"), ("1. c", "d")]),
    "commas in blocks": ("a, b\nsoup, x\n\nc, d\nsoup, x", [("a, b", "soup, x"), ("c, d", "soup, x")]),
    "a sign in a sheet": ("a -> b\tbug\nc -> d\tbug", [("a -> b", "bug"), ("c -> d", "bug")]),
    "a sign in a cell": ('"a -> b, c",bug\n"d -> e",bug', [("a -> b, c", "bug"), ("d -> e", "bug")]),
    "a sign in JSON": ('[["a -> b", "c"],\n["d -> e", "f"]]', [("a -> b", "c"), ("d -> e", "f")]),
    "commas beside semicolons": ("a, b; x\nc, d; x\ne, f; x", [("a, b", "x"), ("c, d", "x"), ("e, f", "x")]),
}


@pytest.mark.parametrize("case", TYPED)
def test_what_parts_every_line_counts_and_other_signs_are_text(case: str) -> None:
    text, pairs = TYPED[case]
    assert got(text) == pairs


CONVERSATION = [
    "",
    "we have about 40 examples",
    "yes",
    "should we finetune a model for our support replies? it never keeps our tone",
    "Problem: the model forgets our tone.\nResult: customers complain.",
    "A: we have tried few-shot",
    "Question: do you have a test set?\nAnswer: no, not yet",
    "prompts: several",
    "prompt: we have tried four of them, with and without examples, on two models",
    "We moved from gpt-3 -> gpt-4 last year",
    "Thanks, yes\nand we also have logs, about 4000 of them",
    "It should give {\"category\": \"billing\", \"urgency\": \"high\"} for each ticket",
    "First we did this.\nThen that.\n\nNow it fails.\nAlways.",
    "| option | price |\n|---|---|\n| a | 3 |",
    "we need: facts, format\n\nand: style",
    "Hi, thanks\nOk, thanks",
    "emails, messages, chats\nwe have all, of them, ok",
]  # fmt: skip


@pytest.mark.parametrize("text", CONVERSATION)
def test_conversation_is_not_taken_for_samples(text: str) -> None:
    assert from_message(text) is None


def test_answers_of_several_lines_stay_whole() -> None:
    reply = "Dear Ana,\n\nSorry about that.\n\n- we refund\n- today\n\nYours"
    text = f"Ticket: It broke.\nOrder: 12\nReply: {reply}\n\nTicket: late\nReply: Sorry"
    assert got(text) == [("It broke.\nOrder: 12", reply), ("late", "Sorry")]


def test_only_the_first_labels_split() -> None:
    text = "input: Message: hello\nText: more\noutput: Answer: 3\n\ninput: b\noutput: c"
    assert got(text) == [("Message: hello\nText: more", "Answer: 3"), ("b", "c")]


def test_words_before_the_samples_are_no_part_of_them() -> None:
    assert got("it never keeps our tone, see:\n\n" + labelled(WANT)) == WANT
    assert got("see these:\n" + FORMS["JSONL"]) == WANT


def test_values_of_any_kind_become_text() -> None:
    rows = [{"input": "a", "output": {"n": 1}}, {"input": "b", "output": True}, {"input": "c", "output": 3.5}]
    assert got(json.dumps(rows)) == [("a", '{"n": 1}'), ("b", "true"), ("c", "3.5")]


@pytest.mark.parametrize(
    "text",
    [
        "prompt: Say whether a review is positive.\n\n" + labelled(WANT),
        json.dumps({"prompt": "Say whether a review is positive.", "items": [list(p) for p in WANT]}),
        "\n".join(json.dumps(chat(p, "Say whether a review is positive.")) for p in WANT),
        json.dumps([{"instruction": "Say whether a review is positive.", "input": a, "output": b} for a, b in WANT]),
    ],
)  # fmt: skip
def test_a_prompt_can_come_with_pairs(text: str) -> None:
    assert parse(text).prompt == "Say whether a review is positive."
    assert got(text) == WANT


def test_a_premise_can_come_with_pairs() -> None:
    read = parse("premise: The shop closes at 5.\n\ninput: When?\noutput: At 5.")
    assert read.premise == "The shop closes at 5."
    assert len(read.pairs) == 1


def test_an_instruction_with_an_empty_input_is_the_input() -> None:
    assert got(json.dumps([{"instruction": "Who are you?", "input": "", "output": "Ada"}])) == [("Who are you?", "Ada")]


def test_a_chat_of_several_turns_is_read_up_to_its_last_answer() -> None:
    turns = [("user", "hi"), ("assistant", "hello"), ("user", "price?"), ("assistant", "5")]
    text = json.dumps({"messages": [{"role": r, "content": c} for r, c in turns]})
    (pair,) = parse(text).pairs
    assert (pair.input, pair.output) == ("price?", "5")
    assert [(turn.role, turn.content) for turn in pair.before] == [("user", "hi"), ("assistant", "hello")]


@pytest.mark.parametrize(
    "text",
    ["Summarize this in one line: {input}", "Write a haiku about rain.\n\nNo rhymes.", '{"prompt": "Write a haiku."}'],
)
def test_text_that_is_no_list_of_pairs_is_one_prompt(text: str) -> None:
    read = parse(text)
    assert read.pairs == ()
    assert read.prompt
    assert read.prompt in text


@pytest.mark.parametrize(
    "text",
    [
        "My prompt:\n```\nYou sort tickets.\nBe brief.\n```",
        "Our prompt: You sort tickets. Be brief, kind and exact in all.",
        "Classify {input} as spam or ham",
    ],
)
def test_a_prompt_that_is_marked_as_one_is_told_from_conversation(text: str) -> None:
    read = from_message(text)
    assert not isinstance(read, SampleError)
    assert read is not None
    assert read.prompt


def test_at_most_fifty_are_kept_and_the_rest_is_counted() -> None:
    read = parse(json.dumps([[f"in {n}", f"out {n}"] for n in range(60)]))
    assert (len(read.pairs), read.left_out) == (50, 10)
    assert read.pairs[-1] == Pair(input="in 49", output="out 49")


BROKEN: dict[str, tuple[str | bytes, str | None, int | None, str, int]] = {
    "a label is missing": ("input: a\noutput: b\n\ninput: c\n\ninput: d\noutput: e", None, 2, "has no output", 2),
    "a JSON row has no output": ('[{"input": "a", "output": "b"}, {"input": "c"}]', None, 2, "has no output", 1),
    "a JSONL line is cut": ('["a", "b"]\n{"input": "c", "out\n["d", "e"]', None, 2, "no valid JSON", 2),
    "a JSON list breaks off": ('[["a", "b"], ["c", "d"], ["e"', None, 3, "no valid JSON", 2),
    "a JSON list is not closed": ('[["a", "b"]', None, 2, "not closed", 1),
    "an empty answer": ('[["a", "b"], ["c", ""]]', None, 2, "empty output", 1),
    "null": ('[{"input": "a", "output": null}, ["c", "d"]]', None, 1, "empty output", 1),
    "a chat row without answer": ('[{"role": "user", "content": "a"}]\n["c", "d"]', None, 1, "assistant", 1),
    "a CSV row is short": ("input,output\na,b\nc\nd,e\n", "x.csv", 3, "has only 1 column", 2),
    "a CSV of three columns without names": ("1,a,b\n2,c,d\n", "x.csv", 1, "more than two columns", 0),
    "one arrow is missing": ("\n".join(["a -> b"] * 5 + ["c", "d -> e"]), None, 6, "has no ->", 6),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", None, None, "not a text file", 0),
    "a picture without zero bytes": (b"\x89\x01\x02\xff", None, None, "not a text file", 0),
    "zero bytes": (b"a\x00b", None, None, "not a text file", 0),
    "too large": (b"x" * (MOST_BYTES + 1), None, None, "1 MiB", 0),
    "nothing": ("  \n", None, None, "nothing in it", 0),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_row_is_named_with_its_reason_and_the_rest_is_kept(case: str) -> None:
    data, name, row, reason, kept = BROKEN[case]
    try:
        given = parse(data, name)
    except SampleError as error:
        assert not kept
        assert error.row == row
        said = str(error)
    else:
        assert len(given.pairs) == kept
        assert given.understood is not None
        assert [each.row for each in given.understood.left_out] == [row]
        said = given.understood.gaps
    assert reason in said
    assert said.endswith(".")
    assert "\n" not in said


def test_a_broken_row_in_a_message_is_left_out_and_named() -> None:
    read = from_message("input: a\noutput: b\n\ninput: c")
    assert not isinstance(read, SampleError) and read is not None and read.understood is not None
    assert read.understood.gaps == "1 of 2 rows are read: row 2 has no output."
    assert isinstance(from_message("input: a\noutput:\n\ninput: c\noutput:"), SampleError)


# Letters of several scripts, without what separates pairs in one form or another.
WORD = st.text(st.characters(categories=("L", "N"), codec="utf-8"), min_size=1, max_size=8)
LINE = st.lists(WORD, min_size=2, max_size=6).map(" ".join)
LABEL = st.sampled_from(["positive", "negative", "mixed feelings"])
LINES = st.lists(st.tuples(LINE, LABEL), min_size=3, max_size=8)
ANYTHING = st.text(min_size=1, max_size=40).map(str.strip).filter(bool)
FREE = st.lists(st.tuples(ANYTHING, ANYTHING), min_size=1, max_size=8)


OF_LINES: dict[str, Callable[[Pairs], str]] = {
    "labels": labelled,
    "Q and A": lambda p: labelled(p, "Q", "A", "\n"),
    "arrows": lambda p: "\n".join(f"{a} -> {b}" for a, b in p),
    "tabs": lambda p: "\n".join(f"{a}\t{b}" for a, b in p),
    "commas": lambda p: table(p, ","),
    "semicolons": lambda p: table(p, ";"),
}
OF_ANYTHING: dict[str, Callable[[Pairs], str]] = {
    "JSON": lambda p: json.dumps([{"input": a, "output": b} for a, b in p]),
    "JSON indented": lambda p: json.dumps([{"input": a, "output": b} for a, b in p], indent=1, ensure_ascii=False),
    "JSONL": lambda p: "\n".join(json.dumps({"input": a, "output": b}) for a, b in p),
    "chat JSONL": lambda p: "\n".join(json.dumps(chat(pair)) for pair in p),
}


@pytest.mark.parametrize("form", OF_LINES)
@given(pairs=LINES)
def test_pairs_of_one_line_survive_every_form(form: str, pairs: Pairs) -> None:
    assert got(OF_LINES[form](pairs)) == pairs


@pytest.mark.parametrize("form", OF_ANYTHING)
@given(pairs=FREE)
def test_pairs_of_any_text_survive_json(form: str, pairs: Pairs) -> None:
    assert got(OF_ANYTHING[form](pairs)) == pairs


BREAKS = frozenset("\r\n\0")
"""What ends a line, or a text; all else that some programs break lines at is text."""


@given(FREE.filter(lambda pairs: not any(BREAKS & set(a + b) for a, b in pairs)))
def test_pairs_of_any_line_survive_csv(pairs: Pairs) -> None:
    assert got(table(pairs), "samples.csv") == pairs


@given(st.text() | st.binary())
def test_any_text_is_read_or_refused_in_one_sentence(data: str | bytes) -> None:
    try:
        read = parse(data)
    except SampleError as error:
        assert "\n" not in str(error)
    else:
        assert read.pairs or read.prompt


@given(st.text())
def test_what_looks_like_samples_can_be_read(text: str) -> None:
    if isinstance(from_message(text), Samples):
        assert parse(text) is not None
