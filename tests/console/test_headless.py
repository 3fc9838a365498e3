"""`advisor consult --jsonl`: the contract that programs rely on."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.console.terminal import COMMAND, environment
from tests.fakes.model.advice import ADVICE, advises, form, reads, reads_nothing
from tests.fakes.model.server import Answer, Body, fails, model_server
from tests.knowledge.clauses import CASES, GATES
from tests.support import forked
from tests.support.command import run
from tests.trial import test_comparison as comparison

Out = list[dict[str, Any]]


def consult(home: Path, *lines: object, **more: str) -> Out:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
    done = run(home, "consult", "--jsonl", typed=text, **more)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def answer(fact: str, value: object) -> dict[str, Any]:
    return {"answer": {"fact": fact, "value": value}}  # a tuple is written as a list


def test_a_missing_local_model_is_said_beside_the_one_in_use(tmp_path: Path) -> None:
    more = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "ADVISOR_MODEL": "m", "ADVISOR_LOCAL_MODEL": "gone.gguf"}
    done = run(tmp_path, "consult", "--jsonl", **more)
    assert done.exit_code == 0
    assert done.stderr.splitlines() == ["ADVISOR_LOCAL_MODEL names gone.gguf, and there is no such file."]


def moves(out: Out) -> Out:
    return [o for o in out if o["type"] in ("question", "verdict")]


def test_each_line_yields_facts_and_last_one_question_or_verdict(tmp_path: Path) -> None:
    out = consult(tmp_path, {"text": "it never keeps our tone", "author": "ana"}, answer("output", "text"))
    assert [o["type"] for o in out if o["type"] != "text"] == ["facts", "answer", "question"] * 2
    assert out[-1]["type"] == "question"
    facts = next(o for o in out if o["type"] == "facts")["facts"]
    assert facts == {"need": {"value": ["style"], "how": "stated", "quote": "never keeps our tone"}}
    question = moves(out)[0]
    assert set(question) == {"type", "fact", "facts", "text", "options"}
    assert question["fact"] == question["facts"][0]


def test_a_verdict_has_exactly_its_keys_and_its_reasons_are_held(tmp_path: Path) -> None:
    out = consult(tmp_path, *(answer(f, v) for f, v in GATES.items()))
    verdict = out[-1]
    assert list(verdict) == [
        "type", "verdict", "clause", "because", "notes", "assumed", "would_change", "next",
    ]  # fmt: skip
    assert verdict["verdict"] == "finetune_consistency"
    assert verdict["because"] and 3 <= len(verdict["next"]) <= 5
    held = [o for o in out if o["type"] == "facts"][-1]["facts"]
    for reason in verdict["because"]:
        assert list(reason) == ["fact", "quote", "rule", "passage", "text"]
        assert reason["fact"] in held
    assert {r["rule"] for r in verdict["because"]} & {f"rule-{n}" for n in range(1, 6)}
    assert {"creativity_warning", "safety_warning"} <= set(verdict["notes"])
    for change in verdict["would_change"]:
        assert list(change) == ["fact", "value", "verdict"] and change["verdict"] != verdict["verdict"]


@pytest.mark.parametrize("clause", ["own", "rule", "few-prompts", "rank-only", "nobody"])
def test_answers_reach_the_verdict_of_a_clause(tmp_path: Path, clause: str) -> None:
    facts, verdict = CASES[clause]
    assert consult(tmp_path, *(answer(f, v) for f, v in facts.items()))[-1]["verdict"] == verdict


@pytest.mark.parametrize(
    ("lines", "held"),
    [
        ([answer("examples", 300), answer("examples", 400), {"text": "undo"}], 300),
        ([answer("examples", 300), {"text": "no, we have 400 examples"}, {"text": "go back"}], 300),
        ([answer("examples", 300), {"text": "undo"}], None),
    ],
)
def test_undo_puts_back_what_stood_before_the_last_answer(tmp_path: Path, lines: Out, held: int | None) -> None:
    out = consult(tmp_path, {"text": "it never keeps our tone"}, *lines)
    facts = [o for o in out if o["type"] == "facts"][-1]["facts"]
    assert facts.get("examples", {}).get("value") == held
    assert out[-1]["type"] == "question"


def test_null_is_i_do_not_know_and_becomes_an_assumption(tmp_path: Path) -> None:
    out = consult(tmp_path, *(answer(f, v if f != "owner" else None) for f, v in GATES.items()))
    assert out[-1]["assumed"] == ["owner"]
    assert [o for o in out if o["type"] == "facts"][-1]["facts"]["owner"] == {
        "value": "one", "how": "assumed", "quote": None,
    }  # fmt: skip


def test_a_wrong_line_is_said_and_the_question_stays(tmp_path: Path) -> None:
    out = consult(
        tmp_path, {"text": "hello"}, "{not json", {"answer": {"fact": "examples"}}, answer("examples", -1), "[]"
    )
    assert len(moves(out)) == 5
    assert len({m["fact"] for m in moves(out)}) == 1
    said = " ".join(o["text"] for o in out if o["type"] == "text")
    assert "Line 2 was left out: this is no JSON" in said
    assert "a line has" in said and "must be one JSON object" in said and "whole number" in said


def test_more_input_after_a_verdict_may_change_it(tmp_path: Path) -> None:
    out = consult(tmp_path, *(answer(f, v) for f, v in GATES.items()), answer("examples", 10))
    assert [m["verdict"] for m in moves(out)[-2:]] == ["finetune_consistency", "dataset_not_ready"]


def test_two_authors_disagree_and_the_question_shows_both(tmp_path: Path) -> None:
    first = [answer(f, v) | {"author": "ana"} for f, v in GATES.items()]
    out = consult(tmp_path, *first, answer("examples", 10) | {"author": "ben"})
    assert out[-1]["fact"] == "examples" and "ana says 300" in out[-1]["text"] and "ben says 10" in out[-1]["text"]


def test_an_empty_input_says_nothing(tmp_path: Path) -> None:
    assert consult(tmp_path, "") == []


async def test_a_model_reads_and_a_quote_that_is_not_there_is_dropped(tmp_path: Path) -> None:
    def reader(body: Body) -> Answer:
        if (given := advises(body)) is not None:
            return given
        names = body["response_format"]["json_schema"]["schema"]["properties"]["facts"]["properties"]
        said = {
            "variety": {"quotes": ["as wild as it gets"], "value": "creative"},
            "owner": {"quotes": ["our platform team"], "value": "team"},
        }
        return reads(body, dict.fromkeys(names) | said)

    async with model_server(reader) as server:
        out = await asyncio.to_thread(
            consult,
            tmp_path,
            {"text": "The slogans should be as wild as it gets."},
            OPENAI_BASE_URL=server.url,
            OPENAI_API_KEY="k",
            ADVISOR_MODEL="m",
        )
    told = next(o for o in out if o["type"] == "answer")
    assert list(told) == ["type", "text", "sources", "by"] and (told["text"], told["by"]) == (ADVICE, "m")
    assert [list(note) for note in told["sources"]] == [["number", "source", "title"]]
    assert out[-1]["type"] == "question"
    facts = out[0]["facts"]
    assert facts["variety"] == {"value": "creative", "how": "stated", "quote": "as wild as it gets"}
    assert "owner" not in facts


async def test_with_answers_off_no_model_words_them(tmp_path: Path) -> None:
    async with model_server(lambda body: reads_nothing(body) or advises(body) or fails(400)) as server:
        more = {"OPENAI_BASE_URL": server.url, "ADVISOR_MODEL": "m", "ADVISOR_ANSWERS": "0"}
        out = await asyncio.to_thread(consult, tmp_path, {"text": "it never keeps our tone"}, **more)
    (told,) = [o for o in out if o["type"] == "answer"]
    assert told["by"] is None and told["text"] and not any("calculations" in form(body) for body in server.asked)


def test_without_jsonl_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, "consult")
    assert done.exit_code == 2 and "--jsonl" in done.stderr


def test_house_rules_that_are_wrong_stop_the_start_with_file_and_clause(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    clause = "clauses: [{id: x, before: cost, verdict: no_llm, when: examples < 0, cites: [a]}]"
    text = f"---\nid: h\ntitle: H\nsources: []\n{clause}\n---\n## a\n\nText.\n"
    (tmp_path / "rules" / "h.md").write_text(text, encoding="utf-8")
    env = environment(tmp_path, ADVISOR_KNOWLEDGE=str(tmp_path))
    done = forked.run([*COMMAND[1:], "consult", "--jsonl"], env)
    assert done.returncode == 1
    assert "rules/h.md: clause x, column 10: nothing can make this true" in done.stderr


async def test_a_finetune_is_tried_beside_its_base_and_a_dear_one_waits_to_be_allowed(tmp_path: Path) -> None:
    def script(body: Body) -> Answer:
        return reads_nothing(body) or advises(body) or comparison.script(body)

    async with model_server(script, models=("m", "ours-v2", "o1-pro")) as server:
        more = {"OPENAI_BASE_URL": server.url, "ADVISOR_MODEL": "m"}
        pairs = {"text": comparison.PAIRS}
        out = await asyncio.to_thread(consult, tmp_path, {"text": "compare ours-v2"}, pairs, **more)
        said = " ".join(o["text"] for o in out if o["type"] == "text")
        assert "gains 6 items and loses 0" in said and "it has forgotten, and not by chance" in said
        assert [o for o in out if o["type"] == "facts"][-1]["facts"]["tuned_fails"]["value"] == ["forgets"]
        compare, run = {"text": "compare o1-pro"}, {"press": {"action": "run", "value": "run"}}
        out = await asyncio.to_thread(consult, tmp_path, run, compare, pairs, **more)
        at = next(n for n, o in enumerate(out) if o["type"] == "choices")
        assert "at least" in out[at - 1]["text"]
        assert "above the cap of 0.50 USD. Shall I run it?" in out[at - 1]["text"]
        options = [{"value": "run", "label": "Run it"}, {"value": "skip", "label": "Leave it"}]
        assert out[at] == {"type": "choices", "action": "run", "options": options}
        assert "Line 1 was left out" in out[1]["text"], "it was not shown yet"
        assert moves(out)[-1] == out[-1], "a question or verdict is the last line still"
        no, leave = ({"press": {"action": "run", "value": value}} for value in ("no", "skip"))
        await asyncio.to_thread(consult, tmp_path, compare, pairs, no, leave, **more)
        assert not any(body["model"] == "o1-pro" for body in server.asked)
        out = await asyncio.to_thread(consult, tmp_path, compare, pairs, run, **more)
        assert any("**The finetune** passes 6 of 12" in o["text"] for o in out if o["type"] == "text")
        assert sum(body["model"] == "o1-pro" for body in server.asked) == 12 * 3 + 20
        assert len(moves(out)) == 3
