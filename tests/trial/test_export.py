"""Files to take away: they hold everything, they are of the documented forms, and their code scores as the trial did.

The forms are those of promptfoo.dev/docs/configuration/reference and of inspect.aisi.org.uk/reference.
"""

import ast
import json
from collections.abc import Callable
from typing import Any, cast

import pytest
import yaml
from jinja2 import Environment

from bot.chat.reply import File
from bot.consultation.model import Pair
from bot.consultation.trial_results import TrialResult
from bot.model.client import Model
from bot.text.markdown import fenced
from bot.trial.report.export import files
from bot.trial.report.export_code import scoring
from bot.trial.results.compare import Kept
from bot.trial.results.summary import summarise
from bot.trial.scorers.base import Scorer
from bot.trial.scorers.equal import Exact, Text
from bot.trial.scorers.form import Language, Length
from bot.trial.scorers.found import Contains, NotContains, Regex
from bot.trial.scorers.judged import Human, Judge
from bot.trial.scorers.label import Label
from bot.trial.scorers.value import Json, Number
from bot.trial.task import Call, Task
from tests.trial.makers import calls, task

HERE = "http://model.internal:8000/v1"
MODEL = Model("gpt-6-luna", HERE)
RECORDS = (("Ana, 30", '{"name": "Ana", "age": 30}'), ("Ben, 41", '{"name": "Ben", "age": 41}'))


def made(given: Task, rungs: tuple[str, ...] = ("bare", "instructed", "few_shot")) -> dict[str, str]:
    taken, result, told = trial(given, rungs)
    return {file.name: file.content for file in exported(result, taken, told)}


def trial(given: Task, rungs: tuple[str, ...]) -> tuple[Task, TrialResult, list[Call]]:
    told = calls(given, rungs, lambda rung, item, run: item > 0)
    return given, summarise(given, told, MODEL), told


def exported(result: TrialResult, given: Task, told: list[Call]) -> list[File]:
    return files(result, given, told)


def test_every_call_is_a_line_with_what_was_wanted() -> None:
    lines = [json.loads(line) for line in made(task())["calls.jsonl"].splitlines()]
    assert len(lines) == 60
    first = lines[0]
    assert (first["rung"], first["item"], first["run"], first["input"], first["wanted"], first["passed"]) == (
        "bare", 1, 1, "I love it", "positive", False,
    )  # fmt: skip
    assert {"text", "tokens_in", "tokens_out", "seconds", "usd", "error", "model"} <= first.keys()


def test_the_trial_itself_can_be_read_again() -> None:
    kept = Kept.model_validate_json(made(task())["trial.json"])
    assert len(kept.keys) == len(set(kept.keys)) == 4
    assert kept.result.items["bare"] == (False, True, True, True)


def test_the_prompts_are_whole() -> None:
    long = "Tell whether this is kind. " * 200
    said = made(task(prompt=long))["prompts.md"]
    assert long in said
    assert "## few-shot (gpt-6-luna)" in said
    assert fenced("a ```` b").startswith("`````\n")


def test_no_file_says_where_the_model_is_served() -> None:
    for name, content in made(task()).items():
        assert "model.internal" not in content, name


def config(given: Task, rungs: tuple[str, ...] = ("bare", "instructed", "few_shot")) -> dict[str, Any]:
    return cast(dict[str, Any], yaml.safe_load(made(given, rungs)["promptfooconfig.yaml"]))


def test_promptfoo_gets_each_rung_on_each_item() -> None:
    read = config(task())
    assert set(read) == {"description", "prompts", "providers", "evaluateOptions", "defaultTest", "tests"}
    assert read["prompts"] == ["{{messages}}"]
    assert read["providers"] == [{"id": "openai:chat:gpt-6-luna", "config": {"max_tokens": 4096}}]
    assert read["evaluateOptions"] == {"repeat": 5, "cache": False}
    assert len(read["tests"]) == 3 * 4
    shown = json.loads(read["tests"][-1]["vars"]["messages"])
    assert shown[0]["role"] == "system"
    assert "Awful" in shown[-1]["content"]
    assert read["tests"][-1]["metadata"] == {"rung": "few_shot", "item": 4, "wanted": "negative"}
    assert read["defaultTest"]["assert"][0]["type"] == "python"


def test_promptfoo_asks_other_models_and_for_records() -> None:
    given = task(*RECORDS).model_copy(update={"models": ("large",)})
    providers = {t["metadata"]["rung"]: t.get("provider") for t in config(given, ("bare", "schema", "model"))["tests"]}
    assert providers["bare"] is None
    schema = providers["schema"]["config"]["response_format"]["json_schema"]
    assert (schema["strict"], set(schema["schema"]["properties"])) == (True, {"name", "age"})
    assert providers["model"]["id"] == "openai:chat:large"


def test_what_code_cannot_score_is_left_to_a_model_or_a_person() -> None:
    judged = config(task().model_copy(update={"scorer": Judge(rubric="It is {{kind}}.")}), ("bare",))
    assert "defaultTest" not in judged
    (assertion,) = judged["tests"][0]["assert"]
    assert assertion["type"] == "llm-rubric"
    # Braces in what people wrote are no template.
    assert assertion["value"].startswith("It is { {kind}}.")
    assert "assert" not in config(task().model_copy(update={"scorer": Human()}), ("bare",))["tests"][0]


SCORERS: tuple[Scorer, ...] = (
    Exact(), Text(), Label(labels=("positive", "negative")), Number(tolerance=0.5), Json(), Contains(),
    Contains(texts=("a",)), NotContains(texts=("sorry", "{{x}}")), Regex(pattern=r"^\s*\d"), Regex(), Length(),
    Length(least=1, most=2), Judge(), Language(), Human(),
)  # fmt: skip


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda scorer: scorer.name)
@pytest.mark.parametrize("pairs", [(), RECORDS], ids=["labels", "records"])
def test_the_inspect_file_is_python_with_a_task_for_each_rung(scorer: Scorer, pairs: tuple[Any, ...]) -> None:
    text = made(task(*pairs).model_copy(update={"scorer": scorer}))["inspect_task.py"]
    tree = ast.parse(text)
    compile(text, "inspect_task.py", "exec")
    tasks = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(mark) == "task" for mark in node.decorator_list)
    ]
    assert tasks == ["bare_rung", "instructed_rung", "few_shot_rung"]
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len(defined) == len(set(defined)), "one function would stand for two"


def loaded(given: Task) -> dict[str, Callable[..., Any]]:
    held: dict[str, Any] = {}
    exec(compile(scoring(given), "score", "exec"), held)  # noqa: S102 (our own code, as people will run it)
    return held


ANSWERS = (
    "positive", "Positive.", "negative", "**negative**", "7", "7.4", "-1,000", "$7", "seven", '{"a": 1}', "x {{x}} y",
    '```json\n{"a": 1, "b": null}\n```', "[1]", "", "a b c", "Sorry, no", " 42 things", "( unbalanced", "a" * 300,
)  # fmt: skip


@pytest.mark.parametrize("scorer", SCORERS[:-3], ids=lambda scorer: scorer.name)
def test_the_code_scores_as_the_trial_does(scorer: Scorer) -> None:
    passes = loaded(task().model_copy(update={"scorer": scorer}))["passes"]
    for wanted in ANSWERS:
        if scorer == Regex() and not wanted[:1].isalpha():
            continue  # a wanted output is a pattern here, and these are none
        for got in ANSWERS:
            assert passes(wanted, got) == scorer.score(wanted, got), (wanted, got)


def test_the_code_scores_the_final_answer_only() -> None:
    held = loaded(task(("2+2", "4"), ("3+3", "6")))
    assert held["final"]("steps", "two and two\n**Answer:** 4") == "4"
    assert held["final"]("bare", "Answer: 4") == "Answer: 4"
    wrapped = loaded(task(("a, b", '["a", "b"]'), ("c", '["c"]')))
    assert json.loads(wrapped["final"]("schema", '{"answer": ["a"]}')) == ["a"]
    assert wrapped["final"]("bare", '{"answer": ["a"]}') == '{"answer": ["a"]}'


def test_nothing_a_team_wrote_can_break_the_files() -> None:
    nasty = "'''\"\"\"\\ {{x}} {% y %} {# z #}\n---\n- a: &b *c\u2028\x00"
    given = task((nasty, "positive"), ("fine", "negative"), prompt=nasty + " {input}")
    made_of = made(given)
    compile(made_of["inspect_task.py"], "inspect_task.py", "exec")
    read = yaml.safe_load(made_of["promptfooconfig.yaml"])
    assert nasty in json.loads(read["tests"][0]["vars"]["messages"])[0]["content"]
    assert nasty in [json.loads(line)["input"] for line in made_of["calls.jsonl"].split("\n") if line]
    assert Pair(input=nasty, output="positive") in given.pairs


TEMPLATES = (
    "{{ 6 * 7 }}", "{% endraw %}{{ 6 * 7 }}{% raw %}", "{%- endraw -%}{{{ 6 * 7 }}}", "{# gone #}", "{{{{ 6 * 7 }}}}",
    "{% if 1 %}{{ 6 * 7 }}{% endif %}", "\\{{ 6 * 7 }}", "{",
)  # fmt: skip


@pytest.mark.parametrize("words", TEMPLATES)
def test_what_people_wrote_is_no_template_however_often_promptfoo_renders_it(words: str) -> None:
    """It renders a prompt with its variables, and the result once more; a template there is a program."""
    pairs = ((f"in {words}", words), ("fine", f"{words} out"))
    for scorer in (Contains(texts=(words,)), NotContains(texts=(words,)), Judge(rubric=words), Label(labels=(words,))):
        given = task(*pairs, prompt=f"{words} {{input}}").model_copy(update={"scorer": scorer})
        read = yaml.safe_load(made(given)["promptfooconfig.yaml"])
        rendered = [each["vars"]["messages"] for each in read["tests"]]
        for _ in range(3):
            rendered = [Environment(autoescape=False).from_string(each).render() for each in rendered]  # noqa: S701
        assert words in json.loads(rendered[0])[0]["content"]
        assert "42" not in "".join(rendered)
        checks = [*read.get("defaultTest", {}).get("assert", ()), *read["tests"][0].get("assert", ())]
        for check in checks:
            once = Environment(autoescape=False).from_string(check["value"]).render()  # noqa: S701
            assert ("42" not in once and "gone" in once) or "gone" not in words
            if check["type"] == "llm-rubric":
                assert Environment(autoescape=False).from_string(once).render() == once  # noqa: S701


@pytest.mark.parametrize("words", TEMPLATES)
def test_code_without_braces_scores_the_same(words: str) -> None:
    passes = loaded(task().model_copy(update={"scorer": Contains(texts=(words,))}))["passes"]
    assert passes("", f"so {words} it is") and not passes("", "so it is")
