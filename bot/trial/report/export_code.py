"""Python code that scores an answer as the trial did, for files that run without this project."""

import inspect

from bot.text import json
from bot.trial.rungs.schema import ROOT, form_of
from bot.trial.scorers import normalise
from bot.trial.task import Task


def rubric(task: Task, wanted: str | None) -> str | None:
    """Return what a judging model is to heed where no code can score; None where code can, or only a person."""
    return task.scorer.instruction(wanted)


def scored_by_code(task: Task) -> bool:
    """Tell whether code alone can score the answers."""
    return task.scorer.code() is not None


def scoring(task: Task) -> str:
    """Return code that defines `final(rung, text)`, the part of an answer that counts, and `passes(wanted, got)`."""
    lines = [line for line in inspect.getsource(normalise).splitlines() if not line.startswith("from bot.")]
    form = form_of([pair.output for pair in task.pairs]) if task.pairs else None
    unwrapped = (
        f"""
    value = json_value(text)
    if rung == "schema" and isinstance(value, dict) and list(value) == [{ROOT!r}]:
        return json.dumps(value[{ROOT!r}], ensure_ascii=False)"""
        if form and form.wrapped
        else ""
    )
    whole = task.scorer.name == "json"
    return "\n".join(
        [
            *lines,
            "",
            "",
            *inspect.getsource(json.as_object).splitlines(),
            "",
            "",
            *inspect.getsource(json.as_list).splitlines(),
            "",
            "",
            *inspect.getsource(json.is_deep).splitlines(),
            "",
            "",
            # Without braces, which a template language might take for its own.
            *(f"{name} = {value!r}".replace("{", r"\x7b") for name, value in task.scorer.constants().items()),
            "",
            "",
            f'''def final(rung, text):
    """Return the part of an answer that counts."""{unwrapped}
    if rung != "steps":
        return text
    marks = list(re.finditer(r"^[\\s*_#>-]*answer[*_ ]*[:：][*_ ]*", text, re.IGNORECASE | re.MULTILINE))
    if marks:
        return text[marks[-1].end():].strip()
    return {"text" if whole else "(text.strip().splitlines() or [text])[-1].strip()"}


def passes(wanted, got):
    """Tell whether an answer passes."""
    # {task.scorer.said.splitlines()[0].replace("{", "(")}
    {task.scorer.code() or "return None  # a model or a person must say"}
''',
        ]
    )
