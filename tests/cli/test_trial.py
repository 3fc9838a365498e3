"""`advisor trial FILE`: what it prints, what it draws, and its exit code."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from adapters.console import render
from tests.fakes.model.server import Answer, Body, fails, says
from tests.support.command import run, serving

PAIRS = "input,output\nI love it,positive\nIt broke,negative\nGreat,positive\nAwful,negative\n"
KEYS = {
    "name", "model", "items", "runs", "passes", "rate", "low", "high", "agreement", "errors", "tokens_in", "tokens_out",
    "usd", "seconds",
}  # fmt: skip
Script = Callable[[Body], Answer]


def right(body: Body) -> Answer:
    text = body["messages"][-1]["content"]
    return says("negative" if "broke" in text or "Awful" in text else "positive")


def advisor(url: str, path: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    done = run(path.parent / "home", "trial", str(path), *arguments, OPENAI_BASE_URL=url, COLUMNS="100", **more)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.csv"
    path.write_text(PAIRS, encoding="utf-8")
    return path


def as_json(script: Script, path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    with serving(script) as server:
        code, out, _ = advisor(server.url, path, "--json", *more)
    assert out.count("\n") == 1
    return code, json.loads(out)


def test_json_is_one_object_with_its_keys(pairs: Path) -> None:
    code, data = as_json(right, pairs)
    assert code == 0
    assert set(data) == {"rungs", "best", "facts", "calls", "saved_calls", "skipped"}
    assert [set(rung) for rung in data["rungs"]] == [KEYS] * 3
    assert [rung["name"] for rung in data["rungs"]] == ["bare", "instructed", "few_shot"]
    assert (data["best"], data["calls"], data["saved_calls"]) == ("bare", 60, 0)
    assert {tuple(row) for row in data["skipped"]} == {("name", "why")}
    assert not {row["name"] for row in data["skipped"]} & {rung["name"] for rung in data["rungs"]}
    bare = data["rungs"][0]
    assert (bare["model"], bare["items"], bare["runs"], bare["passes"], bare["rate"], bare["errors"]) == (
        "m",
        4,
        20,
        20,
        1,
        0,
    )
    assert data["facts"]["eval_items"] == 4
    assert data["facts"]["prompts_tried"] == ["several", "few_shot"]
    assert not list(pairs.parent.glob("*.png"))


def test_below_the_threshold_it_exits_with_one(pairs: Path) -> None:
    code, data = as_json(lambda _: says("positive"), pairs)
    assert code == 1
    assert data["rungs"][0]["rate"] == 0.5


def test_rungs_that_do_not_run_are_skipped_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text("items: [[I love it, positive]]\nrungs: [few_shot]\nrepeats: 1\n", encoding="utf-8")
    code, data = as_json(right, path)
    assert code == 0
    assert [rung["name"] for rung in data["rungs"]] == ["bare"]
    assert {row["name"]: row["why"] for row in data["skipped"]}.items() >= {
        "instructed": "not asked for",
        "few_shot": "needs at least two pairs, so that one can be the example of the other",
    }.items()


def test_a_picture_is_written_where_it_is_asked_for(pairs: Path, tmp_path: Path) -> None:
    as_json(right, pairs, "--picture", str(tmp_path / "x.png"))
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_people_get_a_card_and_a_picture_beside_the_file(pairs: Path) -> None:
    with serving(right) as server:
        code, out, err = advisor(server.url, pairs)
    assert (code, err) == (0, "")
    assert "Model: the first one at 127.0.0.1" in out
    assert "Scored: label, one of negative, positive" in out
    assert "4 of 4 (51 to 100 %)" in out
    assert "promising, not proof" in out
    assert (pairs.parent / "pairs-trial.png").exists()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fails(401), "does not accept the key. Check OPENAI_API_KEY."),
        (fails(404, "The model m does not exist", "model_not_found"), "has no model named m"),
        (Answer("<html>nginx</html>", content_type="text/html"), "not as a model server"),
        (fails(400, "no"), "refuses the request: no. `advisor doctor` tries what a trial needs"),
    ],
)
def test_without_a_model_it_exits_with_three_and_a_sentence(pairs: Path, answer: Answer, said: str) -> None:
    with serving(lambda _: answer) as server:
        code, out, err = advisor(server.url, pairs, "--json", OPENAI_API_KEY="sk-secret")
    assert code == 3
    assert said in err
    assert out == ""
    assert "sk-secret" not in err
    assert "Traceback" not in err


def test_nobody_listening_exits_with_three(pairs: Path) -> None:
    code, _, err = advisor("http://127.0.0.1:9/v1", pairs, ADVISOR_MODEL="m")
    assert code == 3
    assert "cannot be reached" in err


BAD = {
    "cap": ("cap: {calls: 3}\nitems: [[a, yes], [b, no]]", "above the cap of 3 calls. Go ahead with --yes"),
    "human": ("items: [[a, Dear Ana thank you for your very long letter.]]", "set scorer to one of exact, text, label"),
    "unknown rung": ("rungs: [magic]\nitems: [[a, b]]", "there is no rung magic"),
    "dear": ("cap: {usd: 0}\nmodels: [gpt-4.1]\nitems: [[a, yes], [b, no]]", "above the cap of 0.00 USD"),
    "many": (f"items: {[[str(n), 'yes' if n % 2 else 'no'] for n in range(30)]}", "above the cap of 200 calls"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_before_anything_is_asked(tmp_path: Path, case: str) -> None:
    text, said = BAD[case]
    path = tmp_path / "task.yaml"
    path.write_text(text, encoding="utf-8")
    with serving(right) as server:
        code, out, err = advisor(server.url, path, "--json")
    assert code == 2
    assert said in err
    assert out == ""
    assert server.asked == []


def test_where_two_readings_are_possible_nothing_runs_until_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("id,body,topic,priority\n1,no heat,warmth,high\n2,no light,power,low\n", encoding="utf-8")
    with serving(lambda _: says("low")) as server:
        code, _, err = advisor(server.url, path, "--json")
        assert (code, server.asked) == (2, [])
        assert "it could also be body and priority" in err and '--input "body" --wanted "topic"' in err
        code, out, _ = advisor(server.url, path, "--json", "--input", "body", "--wanted", "priority")
    assert json.loads(out)["rungs"][0]["rate"] == 0.5


def test_the_file_can_name_the_model(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text("models: other\nrepeats: 1\nitems: [[I love it, positive], [Awful, negative]]", encoding="utf-8")
    with serving(right) as server:
        advisor(server.url, path, "--json")
    assert {body["model"] for body in server.asked} == {"other"}


def test_control_characters_of_a_model_reach_no_terminal(pairs: Path) -> None:
    with serving(lambda _: says("\x1b]0;owned\x07\x1b[2Jpositive")) as server:
        _, out, _ = advisor(server.url, pairs)
    assert "owned" in out
    assert "\x1b" not in out


def test_for_a_program_what_nobody_judged_has_no_rate(tmp_path: Path) -> None:
    path = tmp_path / "judged.yaml"
    path.write_text("scorer: judge\nrungs: [bare]\nrepeats: 1\nitems: [[a, b]]", encoding="utf-8")
    _, data = as_json(lambda _: says("neither"), path)
    rates = [(rung["items"], rung["rate"], rung["low"], rung["high"]) for rung in data["rungs"]]
    assert rates == [(0, None, None, None)]


MANY = f"repeats: 4\nrungs: [bare, instructed]\nitems: {[[str(n), 'yes' if n % 2 else 'no'] for n in range(26)]}"


def test_above_the_cap_it_goes_ahead_when_told_to(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text(MANY, encoding="utf-8")
    code, data = as_json(lambda _: says("yes"), path, "--yes")
    assert code == 1
    assert data["calls"] + data["saved_calls"] == 208


def test_a_place_to_keep_it_that_is_no_folder_ends_it_before_a_call(pairs: Path) -> None:
    with serving(right) as server:
        code, _, err = advisor(server.url, pairs, "--keep", str(pairs))
    assert code == 2
    assert "is no folder" in err
    assert not server.asked


def test_a_picture_that_could_not_be_written_is_not_announced(pairs: Path, tmp_path: Path) -> None:
    with serving(right) as server:
        _, out, err = advisor(server.url, pairs, "--picture", str(tmp_path))
    assert "could not be written" in err
    assert "Picture:" not in out


def test_without_a_person_nobody_is_asked_about_a_judgement(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text("scorer: judge\nrungs: [bare]\nrepeats: 1\nitems: [[a, b]]", encoding="utf-8")
    with serving(lambda _: says("pass")) as server:
        _, out, _ = advisor(server.url, path)
    assert "send it?" not in out


def test_a_trial_can_be_kept_and_compared_with_a_later_one(pairs: Path, tmp_path: Path) -> None:
    """The later one has one more item, in front, and another model."""
    folder = tmp_path / "kept"
    as_json(lambda _: says("positive"), pairs, "--keep", str(folder))
    assert {file.name for file in folder.iterdir()} == {
        "trial.json", "calls.jsonl", "prompts.md", "promptfooconfig.yaml", "inspect_task.py",
    }  # fmt: skip
    lines = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    assert {(line["item"], line["wanted"]) for line in lines} == {
        (1, "positive"), (2, "negative"), (3, "positive"), (4, "negative"),
    }  # fmt: skip
    later = tmp_path / "later.csv"
    later.write_text(PAIRS.replace("I love it", "It works,positive\nI love it"), encoding="utf-8")
    _, data = as_json(right, later, "--against", str(folder / "trial.json"))
    assert data["against"]["items"] == 4
    assert data["against"]["rungs"][0] == {
        "now": "bare", "then": "bare", "items": 4, "gained": 2, "lost": 0, "p": 1.0,
    }  # fmt: skip
    with serving(right) as server:
        _, out, _ = advisor(server.url, later, "--against", str(folder / "trial.json"))
    said = " ".join(out.split())
    assert "It is not decided whether the finetune is still needed" in said
    assert "2 of 4 items gained and 0 lost against m: too few to tell from chance" in said


def test_what_was_never_kept_cannot_be_compared(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with serving(right) as server:
        code, _, err = advisor(server.url, pairs, "--against", str(tmp_path / "x.json"))
    assert code == 2
    assert "x.json is no trial that was kept: keep one with --keep FOLDER" in err


def test_several_models_are_compared_on_the_same_server(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text("models: [small, large]\nrungs: [bare]\nitems: [[I love it, positive], [Awful, negative]]")
    code, data = as_json(lambda body: right(body) if body["model"] == "large" else says("positive"), path)
    assert code == 0
    assert [(rung["name"], rung["model"], rung["rate"]) for rung in data["rungs"]] == [
        ("bare", "small", 0.5),
        ("model", "large", 1.0),
    ]
    assert data["best"] == "model"


def test_a_finetune_is_tried_beside_its_base_and_on_ordinary_prompts(tmp_path: Path) -> None:
    items = [{"input": f"note {n}", "output": "yes" if n % 2 else "no"} for n in range(8)]
    ordinary = [{"input": f"What is {n} + 1?", "output": f"{n + 1}"} for n in range(8)]
    path = tmp_path / "tuned.json"
    path.write_text(json.dumps({"tuned": "ours", "repeats": 1, "items": items, "ordinary": ordinary}), encoding="utf-8")

    def script(body: Body) -> Answer:
        said = body["messages"][-1]["content"]
        number = int(re.findall(r"\d+", said)[0])
        if "What is" in said:
            return says("yes" if body["model"] == "ours" else str(number + 1))
        return says(("yes" if number % 2 else "no") if body["model"] == "ours" else "maybe")

    with serving(script) as server:
        code, out, err = advisor(server.url, path, "--json")
        assert {body["model"] for body in server.asked} == {"m", "ours"}
    assert code == 1, err  # a finetune that passes is no prompt that does
    data = json.loads(out)
    assert {rung["name"]: rung["passes"] for rung in data["rungs"]}["tuned"] == 8
    assert [(row["gained"], row["lost"]) for row in data["ordinary"]["compared"]] == [(0, 8)]


def test_a_summary_for_ci_is_red_exactly_where_the_trial_is(pairs: Path) -> None:
    with serving(lambda body: right(body) if "Awful" not in str(body["messages"][-1]) else says("\x00 good")) as server:
        code, _, _ = advisor(server.url, pairs, "--summary")
        lenient = pairs.with_name("lenient.yaml")
        lenient.write_text("items: pairs.csv\nthreshold: 0.5\n", encoding="utf-8")
        passed, _, _ = advisor(server.url, lenient, "--summary", "--json")
    assert (code, passed) == (1, 0)
    red, green = (ElementTree.parse(pairs.with_name(f"{name}-trial.xml")) for name in ("pairs", "lenient"))  # noqa: S314
    (suite,) = red.iter("testsuite")
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped")} == {
        "tests": "5",
        "failures": "2",
        "skipped": "0",
    }
    (missed,) = (case for case in suite if case.find("failure") is not None and "item" in str(case.get("name")))
    assert missed.get("name") == "item 4: Awful"
    assert "wanted: negative" in str(missed.findtext("failure"))
    assert not [*green.iter("failure")]
    assert len([*green.iter("skipped")]) == 1
    page = pairs.with_name("pairs-trial.md").read_text("utf-8")
    assert page.startswith("# Not reached: pairs-trial\n\n4 items × 5 runs, m\n")
    assert "| bare" in page
    assert pairs.with_name("lenient-trial.md").read_text("utf-8").startswith("# Reached: lenient-trial\n")


def test_a_summary_is_written_though_nobody_reads_the_result(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise BrokenPipeError  # as `| head` leaves it

    monkeypatch.setattr(render, "show", closed)
    with serving(right) as server, pytest.raises(BrokenPipeError):
        advisor(server.url, pairs, "--summary")
    assert pairs.with_name("pairs-trial.md").read_text("utf-8").startswith("# Reached")
