"""Python code that scores an answer as the trial did, for files that run without this project."""

import inspect

from bot.text import json
from bot.trial.rungs.schema import ROOT, form_of
from bot.trial.scorers import normalise
from bot.trial.scorers.scorers import Contains, Language, Length, NotContains, Number, Regex
from bot.trial.task import Task

_BY_NAME = {
    "exact": "return wanted == got",
    "text": "return even(bare(wanted)) == even(bare(got))",
    "label": "return even(bare(wanted)) == even(bare(got))",
    "number": """want, have = number(wanted), number(got)
    return want is not None and have is not None and abs(want - have) <= TOLERANCE + 1e-9 * abs(want)""",
    "json": """want, have = json_value(wanted), json_value(got)
    return want is not BROKEN and have is not BROKEN and same(want, have)""",
    "contains": "return all(even(text) in even(got) for text in TEXTS or [wanted])",
    "not_contains": "return not any(even(text) in even(got) for text in TEXTS)",
    "regex": "return re.search(PATTERN or wanted, got) is not None",
    "length": """words, least, most = len(got.split()), LEAST, MOST
    if least is None and most is None:
        least, most = int(0.8 * len(wanted.split())), math.ceil(1.2 * len(wanted.split()))
    return (least or 0) <= words and (most is None or words <= most)""",
}


def rubric(task: Task, wanted: str | None) -> str | None:
    """Return what a judging model is to heed where no code can score; None where code can, or only a person."""
    scorer = task.scorer
    if scorer.name == "judge":
        return f"{scorer.rubric}\n\nA good answer, for comparison:\n{wanted}" if wanted else scorer.rubric
    if isinstance(scorer, Language):
        return f"The answer is written in {scorer.language or f'the language of this text: {wanted}'}."
    return None


def scored_by_code(task: Task) -> bool:
    """Tell whether code alone can score the answers."""
    return task.scorer.name in _BY_NAME


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
            *(f"{name} = {value!r}" for name, value in _constants(task).items()),
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
    # {task.scorer.said.splitlines()[0]}
    {_BY_NAME.get(task.scorer.name, "return None  # a model or a person must say")}
''',
        ]
    )


def _constants(task: Task) -> dict[str, object]:
    match task.scorer:
        case Number(tolerance=tolerance):
            return {"TOLERANCE": tolerance}
        case Contains(texts=texts) | NotContains(texts=texts):
            return {"TEXTS": list(texts)}
        case Regex(pattern=pattern):
            return {"PATTERN": pattern}
        case Length(least=least, most=most):
            return {"LEAST": least, "MOST": most}
        case _:
            return {}
