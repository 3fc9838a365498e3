"""Records as tools export them for tracing, evaluation and annotation, and what is refused by what it is."""

import gzip
import json
from typing import Any

import pytest

from bot.samples.parse import SampleError, parse
from tests.samples.test_makers import TWO, lines, pairs, turn

Row = dict[str, Any]


def thing(kind: str, text: str) -> dict[str, object]:
    return {"type": kind, "content": text}


TABLE = "| input | output |\n|---|---|\n"
EXPORTS: dict[str, tuple[str, str]] = {
    "Langfuse's table": (
        "a.csv",
        "id,input,expectedOutput,status\n"
        + "".join(f'"{n}","{{""q"": ""{a}""}}","{{""a"": ""{b}""}}",ACTIVE\n' for n, (a, b) in enumerate(TWO)),
    ),
    "observations": ("a.jsonl", lines(*({"input": [turn("user", a)], "output": turn("assistant", b)} for a, b in TWO))),
    "stored completions": (
        "a.jsonl",
        lines(
            *(
                {
                    "request": {"messages": [turn("user", a)]},
                    "response": {"choices": [{"message": turn("assistant", b)}]},
                }
                for a, b in TWO
            )
        ),
    ),
    "LangChain": (
        "a.jsonl",
        lines(
            *({"inputs": {"messages": [thing("human", a)]}, "outputs": {"generations": [{"text": b}]}} for a, b in TWO)
        ),
    ),
    "LangChain, wrapped": (
        "a.jsonl",
        lines(
            *(
                {
                    "inputs": {"messages": [{"type": "human", "data": {"content": a}}]},
                    "outputs": {"output": {"type": "ai", "data": {"content": b}}},
                }
                for a, b in TWO
            )
        ),
    ),
    "ragas, turns": ("a.jsonl", lines(*({"user_input": [thing("human", a)], "reference": b} for a, b in TWO))),
    "Argilla, responses as a list": (
        "a.jsonl",
        lines(*({"fields": {"text": a}, "responses": [{"values": {"x": {"value": b}}}]} for a, b in TWO)),
    ),
    "Argilla, flat": (
        "a.jsonl",
        lines(*({"text": a, "x": [{"value": b, "status": "submitted"}], "x-suggestion": "?"} for a, b in TWO)),
    ),
    "Label Studio": (
        "a.json",
        json.dumps([{"data": {"text": a}, "annotations": [{"result": [{"value": {"choices": [b]}}]}]} for a, b in TWO]),
    ),
    "labels in lists": ("a.jsonl", lines(*({"id": 1, "text": a, "label": [b]} for a, b in TWO))),
    "Prodigy": ("a.jsonl", lines(*({"text": a, "label": b, "answer": "accept"} for a, b in TWO))),
    "a page of rows": (
        "a.json",
        json.dumps({"rows": [{"row_idx": 0, "row": {"text": a, "label": b}} for a, b in TWO]}),
    ),
    "items": ("a.jsonl", lines(*({"item": {"question": a, "answer": b}} for a, b in TWO))),
    "columns": ("a.json", json.dumps(dict(zip(("input", "output"), zip(*TWO, strict=True), strict=True)))),
    "columns by index": (
        "a.json",
        json.dumps({"text": {n: a for n, (a, _) in enumerate(TWO)}, "label": {n: b for n, (_, b) in enumerate(TWO)}}),
    ),
    "columns and data": (
        "a.json",
        json.dumps({"columns": ["id", "text", "label"], "data": [[1, *two] for two in TWO]}),
    ),
    "tests alone": (
        "a.yaml",
        json.dumps([{"vars": {"q": a}, "assert": [{"type": "equals", "value": b}]} for a, b in TWO]),
    ),
    "two Markdown tables": ("a.md", "\n\nAnd:\n\n".join(f"{TABLE}| {a} | {b} |\n" for a, b in TWO)),
    "numbered without colons": ("a.txt", "".join(f"Q{n}. {a}\nA{n}. {b}\n" for n, (a, b) in enumerate(TWO, 1))),
    "German names": ("a.csv", "sep=;\r\nFrage;Antwort\r\n" + "".join(f"{a};{b}\r\n" for a, b in TWO)),
    "fastText": ("a.txt", "".join(f"__label__{b} {a}\n" for a, b in TWO)),
    "preferences that say the prompt again": (
        "a.jsonl",
        lines(
            *(
                {
                    "prompt": a,
                    "chosen": [turn("user", a), turn("assistant", b)],
                    "rejected": [turn("user", a), turn("assistant", "no")],
                }
                for a, b in TWO
            )
        ),
    ),
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_exports_of_tools_have_their_right_reading(kind: str) -> None:
    name, data = EXPORTS[kind]
    given = parse(data, name)
    assert given.understood is not None
    assert (pairs(given), [pair.before for pair in given.pairs], given.understood.read) == (TWO, [(), ()], 2)


GOOD: Row = {"prompt": "a", "completion": "b", "label": 1}
PARTLY: dict[str, tuple[Row, Row, str]] = {
    "marked by a number": (GOOD, {**GOOD, "label": 0}, "row 2 is marked as a bad answer"),
    "marked by a word": (
        {**GOOD, "label": "desirable"},
        {**GOOD, "label": "undesirable"},
        "row 2 is marked as a bad answer",
    ),
    "without a value, as NaN": (
        {"input": "a", "output": "b"},
        {"input": "c", "output": float("nan")},
        "row 2 has an empty output",
    ),
    "archived": (
        {"input": {"q": "a"}, "expectedOutput": {"a": "b"}, "status": "ACTIVE"},
        {"input": {"q": "c"}, "expectedOutput": {"a": "d"}, "status": "ARCHIVED"},
        "row 2 is archived",
    ),
    "rejected": (
        {"text": "a", "label": "b", "answer": "accept"},
        {"text": "c", "label": "b", "answer": "reject"},
        "row 2 was rejected by who annotated it",
    ),
}


@pytest.mark.parametrize("kind", PARTLY)
def test_what_is_not_wanted_is_left_out_by_row_and_why(kind: str) -> None:
    good, bad, why = PARTLY[kind]
    given = parse(lines(good, bad), "a.jsonl")
    assert given.understood is not None
    assert (pairs(given), given.understood.gaps) == ([("a", "b")], f"1 of 2 rows are read: {why}.")


def test_options_are_part_of_what_is_asked_and_the_right_one_is_wanted_by_text_or_letter() -> None:
    by_place = {"question": "Wet?", "choices": ["fire", "water"], "answer": 1}
    by_letter = {"question": "Wet?", "options": ["fire", "water"], "answer": "B"}
    by_label = {"question": "Wet?", "choices": {"text": ["fire", "water"], "label": ["A", "B"]}, "answerKey": "B"}
    for row in (by_place, by_letter, by_label):
        (made,) = parse(lines(row), "a.jsonl").pairs
        assert (made.input, made.output, made.also) == ("Wet?\n\nA. fire\nB. water", "water", ("B",))
    with pytest.raises(SampleError, match="none of its options"):
        parse(lines({**by_letter, "answer": "F"}), "a.jsonl")


REFUSED: dict[str, tuple[str, str | bytes, str]] = {
    "packed": ("a.jsonl.gz", gzip.compress(b"{}"), "It is compressed: unpack it"),
    "a chat that was copied": (
        "a.txt",
        "Anna Meier  10:32 AM\nIs it open?\n\nBen Ito  10:35 AM\nNo, closed.\n\nAnna Meier  10:36 AM\nThanks!\n",
        "reads like a chat that was copied",
    ),
    "a Slack export": (
        "a.json",
        json.dumps([{"type": "message", "user": "U1", "text": "Hi", "ts": "1.1"}]),
        "Slack export",
    ),
    "half a batch": (
        "a.jsonl",
        lines({"custom_id": "1", "body": {"messages": [turn("user", "Hi")]}}),
        "without its answer",
    ),
    "Python's values": (
        "a.txt",
        "{'input': 'a', 'output': 'b'}\n{'input': 'c', 'output': \"d's\"}\n",
        "with json.dumps",
    ),
    "markup": ("a.xml", "<rows><row><input>a</input></row></rows>", "No pairs were found in this XML file"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_holds_no_pairs_is_refused_by_what_it_is(kind: str) -> None:
    name, data, why = REFUSED[kind]
    with pytest.raises(SampleError, match=why):
        parse(data, name)
