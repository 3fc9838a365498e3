"""A trial as files to take away: every call, the prompts, and the same trial for promptfoo and for inspect-ai."""

import json
import re
from collections.abc import Sequence
from typing import Any, cast

import yaml

from bot.chat.reply import File
from bot.consultation.trial_results import TrialResult
from bot.text.markdown import fenced
from bot.trial.plan import plan, prepared
from bot.trial.report.card import SAID
from bot.trial.report.export_code import rubric, scored_by_code, scoring
from bot.trial.results.compare import kept
from bot.trial.rungs import BY_NAME
from bot.trial.rungs.base import sent
from bot.trial.task import PREPARED, Call, Task

MOST_TOKENS = 4096


def files(result: TrialResult, task: Task, calls: Sequence[Call]) -> list[File]:
    """Return the files of a trial; where its model is served stands in none of them."""
    task = prepared(task, calls)
    return [
        File(name="trial.json", content=kept(task, result).model_dump_json(indent=1)),
        File(name="calls.jsonl", content=calls_as_lines(task, calls)),
        File(name="prompts.md", content=prompts(result, task)),
        File(name="promptfooconfig.yaml", content=promptfoo(result, task)),
        File(name="inspect_task.py", content=inspect_task(result, task)),
    ]


def calls_as_lines(task: Task, calls: Sequence[Call]) -> str:
    """Return every call as a line of JSON, with its input and the wanted output; `item` counts from 1."""
    rows: list[dict[str, Any]] = []
    for call in calls:
        row = call.model_dump(exclude={"item", "run"})
        of = {} if call.item == PREPARED else task.item(call.item).model_dump()
        place = {"item": None if call.item == PREPARED else call.item + 1, "run": call.run + 1}
        rows.append({"rung": row.pop("rung"), "model": row.pop("model"), **place, **of, **row, "usd": call.usd})
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def prompts(result: TrialResult, task: Task) -> str:
    """Return what each rung asked, as Markdown."""
    said = [f"# Prompts of the trial on {result.model}, {result.at:%Y-%m-%d}"]
    for rung in result.rungs:
        climb = BY_NAME[rung.name]
        said.append(f"## {SAID[rung.name]} ({rung.model})\n\n{fenced(climb.shown(task))}")
        if schema := climb.schema(task):
            said.append(f"Sent as its response format:\n\n{fenced(json.dumps(schema, indent=1, ensure_ascii=False))}")
    return "\n\n".join(said) + "\n"


def promptfoo(result: TrialResult, task: Task) -> str:
    """Return a configuration for `promptfoo eval` (promptfoo.dev/docs/configuration/reference)."""
    first = _provider(result, task, "bare")
    tests: list[dict[str, Any]] = []
    for rung, item in _cases(result, task):
        wanted = task.item(item).wanted
        test: dict[str, Any] = {
            "description": f"{SAID[rung]}, item {item + 1}",
            "vars": {"messages": _no_template(json.dumps(sent(BY_NAME[rung], task, item), ensure_ascii=False))},
            "metadata": {"rung": rung, "item": item + 1, **({"wanted": wanted} if wanted is not None else {})},
        }
        if judged := rubric(task, wanted):
            test["assert"] = [{"type": "llm-rubric", "value": _OPENS.sub("{ ", judged)}]
        if (provider := _provider(result, task, rung)) != first:
            test["provider"] = provider
        tests.append(test)
    config: dict[str, Any] = {
        "description": f"Trial of {result.at:%Y-%m-%d}: {len(task.items)} items, scored by {task.scorer.name}",
        "prompts": ["{{messages}}"],
        "providers": [first],
        "evaluateOptions": {"repeat": task.repeats, "cache": False},
    }
    if scored_by_code(task):
        call = "return passes(of['wanted'], final(of['rung'], output))"
        code = f"{scoring(task)}\n\nof = context['test']['metadata']\n{call}"
        config["defaultTest"] = {"assert": [{"type": "python", "value": _raw(code)}]}
    return yaml.dump({**config, "tests": tests}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)


def inspect_task(result: TrialResult, task: Task) -> str:
    """Return a Python file for `inspect eval` (inspect.aisi.org.uk), one task for each rung."""
    samples = [
        {
            "rung": rung,
            "id": item + 1,
            "messages": sent(BY_NAME[rung], task, item),
            "target": rubric(task, task.item(item).wanted) or task.item(item).wanted or "",
        }
        for rung, item in _cases(result, task)
    ]
    scorer = "as_in_the_trial(rung)" if scored_by_code(task) else "model_graded_qa()" if rubric(task, "") else "None"
    tasks: list[str] = []
    for rung in result.rungs:
        schema = BY_NAME[rung.name].schema(task)
        # The trial used chat completions, which is all that most servers have.
        model = f"get_model({f'openai/{rung.model}'!r}, responses_api=False)"
        other = f", model={model}" if rung.model != result.model else ""
        form = f", schema={json.dumps(json.dumps(schema))}" if schema else ""
        tasks.append(f"@task\ndef {rung.name}_rung():\n    return _task({rung.name!r}{form}{other})\n")
    command = f"inspect eval inspect_task.py --model openai/{result.model} -M responses_api=false"
    return _INSPECT.format(
        about=json.dumps(
            f"The trial of {result.at:%Y-%m-%d} again. Run it with the OPENAI_BASE_URL of the trial: {command}",
            ensure_ascii=False,
        ),
        scoring=scoring(task),
        samples=repr(json.dumps(samples, ensure_ascii=False)),
        scorer=scorer,
        repeats=task.repeats,
        most=MOST_TOKENS,
        tasks="\n\n".join(tasks),
    )


def _cases(result: TrialResult, task: Task) -> list[tuple[str, int]]:
    """Return the rungs that ran with their items, in the order of the ladder."""
    ran = {rung.name for rung in result.rungs}
    return sorted(
        dict.fromkeys((rung, item) for rung, item, _ in plan(task) if rung in ran),
        key=lambda case: (list(BY_NAME).index(case[0]), case[1]),
    )


def _provider(result: TrialResult, task: Task, rung: str) -> dict[str, Any]:
    climb = BY_NAME[rung]
    config: dict[str, Any] = {"max_tokens": MOST_TOKENS}
    if schema := climb.schema(task):
        form = {"name": "answer", "strict": True, "schema": schema}
        config["response_format"] = {"type": "json_schema", "json_schema": form}
    return {"id": f"openai:chat:{climb.model(task) or result.model}", "config": config}


_OPENS = re.compile(r"\{(?=[{%#])")
"""Begins what promptfoo's template language runs, as a program: it renders what it has rendered once more."""


def _no_template(dumped: str) -> str:
    """Return JSON that says the same and opens no template, however often it is rendered."""
    return _OPENS.sub(r"\\u007b", dumped)


def _raw(code: str) -> str:
    """Return code of ours, in which what others wrote has no braces, as it is to be rendered."""
    return f"{{% raw %}}{code}{{% endraw %}}" if _OPENS.search(code) else code


class _Dumper(yaml.SafeDumper):
    """Several lines as a block, and no anchors: people read this."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return cast(Any, dumper).represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


_INSPECT = """{about}

{scoring}

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ResponseSchema,
    get_model,
)
from inspect_ai.scorer import CORRECT, INCORRECT, Score, accuracy, model_graded_qa, scorer, stderr
from inspect_ai.solver import generate
from inspect_ai.util import JSONSchema

SAMPLES = json.loads({samples})
ROLES = {{"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}}


@scorer(metrics=[accuracy(), stderr()])
def as_in_the_trial(rung):
    async def score(state, target):
        answer = final(rung, state.output.completion)
        return Score(value=CORRECT if passes(target.text, answer) else INCORRECT, answer=answer)

    return score


def _task(rung, schema=None, **options):
    form = ResponseSchema(name="answer", json_schema=JSONSchema(**json.loads(schema)), strict=True) if schema else None
    samples = [
        Sample(
            id=sample["id"],
            input=[ROLES[message["role"]](content=message["content"]) for message in sample["messages"]],
            target=sample["target"],
        )
        for sample in SAMPLES
        if sample["rung"] == rung
    ]
    return Task(
        name=rung,
        dataset=MemoryDataset(samples),
        solver=generate(),
        scorer={scorer},
        epochs={repeats},
        config=GenerateConfig(max_tokens={most}, response_schema=form),
        **options,
    )


{tasks}"""
