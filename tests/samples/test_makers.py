"""Records as makers of models and of tools write them, and containers as programs save them."""

import json

import pytest

from bot.consultation.model import Samples
from bot.samples.parse import SampleError, from_message, parse

Pairs = list[tuple[str, str]]


def pairs(given: Samples) -> Pairs:
    return [(pair.input, pair.output) for pair in given.pairs]


def lines(*rows: object) -> str:
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def turn(role: str, content: object, **more: object) -> dict[str, object]:
    return {"role": role, "content": content, **more}


def called(city: str) -> dict[str, object]:
    return {"id": "c1", "type": "function", "function": {"name": "w", "arguments": json.dumps({"c": city})}}


TWO: Pairs = [("Wie spät ist es?", "Mittag"), ("Wo bist du?", "Hier")]
OWN: dict[str, tuple[str | bytes, str | None]] = {
    "chat": (lines(*({"messages": [turn("user", a), turn("assistant", b)]} for a, b in TWO)), None),
    "chat, parts": (
        lines(
            *(
                {"messages": [turn("user", [{"type": "text", "text": a}]), turn("assistant", [{"text": b}])]}
                for a, b in TWO
            )
        ),
        None,
    ),
    "chat, weights": (
        lines(
            *(
                {
                    "messages": [
                        turn("user", a),
                        turn("assistant", b),
                        turn("user", "?"),
                        turn("assistant", "x", weight=0),
                    ]
                }
                for a, b in TWO
            )
        ),
        None,
    ),
    "chat, thoughts in parts": (
        lines(
            *(
                {
                    "messages": [
                        turn("user", a),
                        turn("assistant", [{"type": "thinking", "thinking": "hm"}, {"text": b}]),
                    ]
                }
                for a, b in TWO
            )
        ),
        None,
    ),
    "bare lists of messages": (lines(*([turn("user", a), turn("assistant", b)] for a, b in TWO)), None),
    "prompt and completion": (
        lines(*({"prompt": a, "completion": b, "source": str(n)} for n, (a, b) in enumerate(TWO))),
        None,
    ),
    "TRL lists": (lines(*({"prompt": [turn("user", a)], "completion": [turn("assistant", b)]} for a, b in TWO)), None),
    "Alpaca": (lines(*({"instruction": a, "input": "", "output": b} for a, b in TWO)), None),
    "Alpaca in a table": ("instruction,input,output\n" + "".join(f"{a},,{b}\n" for a, b in TWO), "a.csv"),
    "ShareGPT": (
        lines(*({"conversations": [{"from": "human", "value": a}, {"from": "gpt", "value": b}]} for a, b in TWO)),
        None,
    ),
    "OpenOrca": (
        lines(*({"id": str(n), "system_prompt": "", "question": a, "response": b} for n, (a, b) in enumerate(TWO))),
        None,
    ),
    "Dolly": (
        lines(*({"instruction": a, "context": "", "response": b, "category": f"c{b}"} for a, b in TWO)),
        None,
    ),
    "DPO, TRL lists": (
        lines(
            *(
                {
                    "chosen": [turn("user", a), turn("assistant", b)],
                    "rejected": [turn("user", a), turn("assistant", "no")],
                }
                for a, b in TWO
            )
        ),
        None,
    ),
    "DPO, lists with a prompt": (
        lines(
            *(
                {"prompt": [turn("user", a)], "chosen": [turn("assistant", b)], "rejected": [turn("assistant", "no")]}
                for a, b in TWO
            )
        ),
        None,
    ),
    "DPO, HH": (
        lines(
            *(
                {"chosen": f"\n\nHuman: {a}\n\nAssistant: {b}", "rejected": f"\n\nHuman: {a}\n\nAssistant: no"}
                for a, b in TWO
            )
        ),
        None,
    ),
    "DPO, ShareGPT": (
        lines(
            *(
                {
                    "conversations": [{"from": "human", "value": a}],
                    "chosen": {"from": "gpt", "value": b},
                    "rejected": {"from": "gpt", "value": "no"},
                }
                for a, b in TWO
            )
        ),
        None,
    ),
    "KTO, Alpaca": (
        lines(*({"instruction": a, "output": c, "kto_tag": c == b} for a, b in TWO for c in (b, "no"))),
        None,
    ),
    "DPO in a table": ("prompt,chosen,rejected\n" + "".join(f"{a},{b},no\n" for a, b in TWO), "a.csv"),
    "DPO, OpenAI": (
        lines(
            *(
                {
                    "input": {"messages": [turn("user", a)]},
                    "preferred_output": [turn("assistant", b)],
                    "non_preferred_output": [turn("assistant", "no")],
                }
                for a, b in TWO
            )
        ),
        None,
    ),
    "KTO in a table": ("prompt,completion,label\n" + "".join(f"{a},{b},True\n{a},no,False\n" for a, b in TWO), "a.csv"),
    "KTO, lists": (
        lines(
            *(
                {"prompt": [turn("user", a)], "completion": [turn("assistant", c)], "label": c == b}
                for a, b in TWO
                for c in (b, "no")
            )
        ),
        None,
    ),
    "RFT": (lines(*({"messages": [turn("user", a)], "reference_answer": b} for a, b in TWO)), None),
    "evals": (lines(*({"input": [turn("user", a)], "ideal": [b, "?"]} for a, b in TWO)), None),
    "LangSmith": (lines(*({"inputs": {"question": a}, "outputs": {"answer": b}} for a, b in TWO)), None),
    "LangSmith, messages": (
        lines(
            *({"inputs": {"messages": [turn("user", a)]}, "outputs": {"output": turn("assistant", b)}} for a, b in TWO)
        ),
        None,
    ),
    "Langfuse": (lines(*({"input": {"q": a}, "expectedOutput": b, "metadata": {"x": 1}} for a, b in TWO)), None),
    "ragas": (
        lines(*({"user_input": a, "response": "x", "reference": b, "retrieved_contexts": ["c"]} for a, b in TWO)),
        None,
    ),
    "Argilla": (
        lines(
            *({"fields": {"text": a}, "responses": {"label": [{"value": b, "status": "submitted"}]}} for a, b in TWO)
        ),
        None,
    ),
    "Argilla, first version": (lines(*({"text": a, "annotation": b, "prediction": None} for a, b in TWO)), None),
    "Gemini": (
        lines(
            *(
                {"contents": [{"role": "user", "parts": [{"text": a}]}, {"role": "model", "parts": [{"text": b}]}]}
                for a, b in TWO
            )
        ),
        None,
    ),
    "Bedrock, Anthropic": (
        lines(*({"system": "", "messages": [turn("user", a), turn("assistant", b)]} for a, b in TWO)),
        None,
    ),
    "Bedrock, Nova": (
        lines(
            *(
                {"schemaVersion": "x", "messages": [turn("user", [{"text": a}]), turn("assistant", [{"text": b}])]}
                for a, b in TWO
            )
        ),
        None,
    ),
    "SQuAD, flat": (
        lines(*({"question": a, "context": "", "answers": {"text": [b], "answer_start": [0]}} for a, b in TWO)),
        None,
    ),
    "SQuAD": (
        json.dumps(
            {
                "version": "2",
                "data": [
                    {
                        "title": "t",
                        "paragraphs": [
                            {"context": "", "qas": [{"question": a, "answers": [{"text": b}]} for a, b in TWO]}
                        ],
                    }
                ],
            }
        ),
        None,
    ),
    "several answers": (lines(*({"question": a, "ground_truths": [b, "?"]} for a, b in TWO)), None),
    "promptfoo in JSON's YAML": (
        json.dumps(
            {
                "prompts": ["{{q}}"],
                "tests": [{"vars": {"q": a}, "assert": [{"type": "icontains", "value": b}]} for a, b in TWO],
            }
        ),
        "a.yaml",
    ),
    "YAML": ("".join(f"- question: {a}\n  answer: {b}\n" for a, b in TWO), "a.yml"),
    "YAML, a document a row": ("".join(f"---\nquestion: {a}\nanswer: {b}\n" for a, b in TWO), "a.yaml"),
    "objects printed over lines": ("\n".join(json.dumps({"q": a, "a": b}, indent=2) for a, b in TWO), "a.jsonl"),
    "objects on one line": ("".join(json.dumps({"q": a, "a": b}) for a, b in TWO), None),
    "a comma after the last": (
        "[" + "".join(json.dumps({"q": a, "a": b})[:-1] + ",},\n" for a, b in TWO) + "]",
        "a.json",
    ),
    "sep=": ("sep=;\nq;a\n" + "".join(f"{a};{b}\n" for a, b in TWO), "a.csv"),
    "tabs under another ending": ("q\ta\n" + "".join(f"{a}\t{b}\n" for a, b in TWO), "a.csv"),
    "empty columns": ("q,,a,,\n" + "".join(f"{a},,{b},,\n" for a, b in TWO), "a.csv"),
    "UTF-16 without a mark": (("q;a\n" + "".join(f"{a};{b}\n" for a, b in TWO)).encode("utf-16-le"), "a.csv"),
    "UTF-16, big end first": (
        ("\ufeff" + "q;a\n" + "".join(f"{a};{b}\n" for a, b in TWO)).encode("utf-16-be"),
        "a.csv",
    ),
    "Latin-1": (
        lines(*({"q": a, "a": b} for a, b in TWO)).encode("utf-8").decode("unicode_escape").encode("latin-1"),
        "a.jsonl",
    ),
    "Markdown": ("| question | answer |\n|---|---|\n" + "".join(f"| {a} | {b} |\n" for a, b in TWO), "a.md"),
    "JSON with comments": (
        "// ours\n/*\n[]\n*/\n[\n" + ", // one\n".join(json.dumps({"q": a, "a": b}) for a, b in TWO) + "\n]",
        "a.json",
    ),
    "JSON lines with comments": ("// {\n" + "".join(json.dumps({"q": a, "a": b}) + " /* x */\n" for a, b in TWO), None),
    "YAML with references": (
        f"- &one\n  q: {TWO[0][0]}\n  a: &said {TWO[0][1]}\n- <<: *one\n  q: {TWO[1][0]}\n  a: {TWO[1][1]}\n",
        "a.yaml",
    ),
    "a report": ("Tickets, March\nTeam,x\n\nquestion,answer\n" + "".join(f"{a},{b}\n" for a, b in TWO), "a.csv"),
    "a report with unknown names": ("Tickets of March\n\nk1,k2\n" + "".join(f"{a},{b}\n" for a, b in TWO), "a.csv"),
    "messages in a table": (
        "messages\n"
        + "".join(
            '"{}"\n'.format(json.dumps([turn("user", a), turn("assistant", b)]).replace('"', '""')) for a, b in TWO
        ),
        "a.csv",
    ),
    "several assertions in a table": (
        "msg,__expected1,__expected2,__description\n" + "".join(f"{a},{b},llm-rubric:x,{b} d\n" for a, b in TWO),
        "a.csv",
    ),
    "lists under names": (json.dumps([["question", "answer"], *TWO]), None),
    "a list under another name": (json.dumps({"faqs": [{"question": a, "answer": b} for a, b in TWO]}), None),
    "a Markdown table with unknown names": (
        "| k1 | k2 |\n|---|---|\n" + "".join(f"| {a} | {b} |\n" for a, b in TWO),
        None,
    ),
    "tabs under a name that is known": ("question\tk2\n" + "".join(f"{a}\t{b}\n" for a, b in TWO), None),
    "Customer and Us": ("".join(f"Customer: {a}\nUs: {b}\n\n" for a, b in TWO), None),
    "a numbered list": ("".join(f"{n}. {a} = {b}\n" for n, (a, b) in enumerate(TWO, 1)), None),
}


@pytest.mark.parametrize("kind", OWN)
def test_each_form_of_a_maker_is_read_as_it_is_meant(kind: str) -> None:
    data, name = OWN[kind]
    given = parse(data, name)
    assert pairs(given) == TWO
    assert given.understood is not None
    assert given.understood.read == 2
    assert (given.understood.first or given.pairs[1]) == given.pairs[0]
    assert given.understood.format


def test_a_rejected_answer_is_never_the_wanted_one() -> None:
    for kind in (k for k in OWN if k.startswith(("DPO", "KTO"))):
        assert "no" not in [pair.output for pair in parse(*OWN[kind]).pairs]
    given = parse(OWN["KTO in a table"][0], "a.csv")
    assert given.understood is not None
    assert [(each.row, each.why) for each in given.understood.left_out] == [
        (3, "is marked as a bad answer"), (5, "is marked as a bad answer"),
    ]  # fmt: skip
    with pytest.raises(SampleError, match="no wanted answer in any of the 2 rows: row 1 is marked as a bad answer"):
        parse(lines(*({"prompt": a, "completion": b, "label": False} for a, b in TWO)))


def test_any_of_several_answers_is_kept() -> None:
    assert [pair.also for pair in parse(OWN["evals"][0]).pairs] == [("?",), ("?",)]
    assert [pair.also for pair in parse(OWN["several answers"][0]).pairs] == [("?",), ("?",)]


def test_conversation_between_a_customer_and_us_is_no_sample_by_itself() -> None:
    assert from_message("Customer: it broke\nUs: sorry") is None
    assert isinstance(from_message(str(OWN["Customer and Us"][0])), Samples)
