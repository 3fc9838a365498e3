"""A prompt's instruction, composed from the team's prompt and the form of the wanted outputs. Pure code, no model."""

import json
import math
import re
from collections.abc import Sequence

from bot.text.json import as_object
from bot.text.language import NAMES, language_of
from bot.trial.scorers.equal import Text
from bot.trial.scorers.label import Label
from bot.trial.scorers.normalise import bare
from bot.trial.scorers.registry import SHORT_WORDS
from bot.trial.scorers.value import Json, Number
from bot.trial.task import PLACE, Task

_ALONE = "Send the text itself, ready to use: no introduction, no explanation, no notes."


def plain_question(task: Task) -> str:
    """Return what somebody would ask who gives no thought to the prompt; used where the team gave none."""
    match task.scorer:
        case Label(labels=labels) if len(labels) > 1:
            return f"Which of these fits the text: {_list(labels, 'or')}?"
        case Number():
            return "What number is the answer to this?"
        case Json() if keys := _keys(task):
            return f"Get the {_list(list(keys), 'and')} from this text."
        case _:
            return "Answer this."


def instruction(task: Task) -> str:
    """Return a clear and concise instruction: what to do, with a precise verb, and the exact form of the answer."""
    own = task.prompt.strip() if task.prompt and PLACE not in task.prompt else ""
    goal = own or ("" if task.prompt else _goal(task))
    return "\n\n".join(part for part in (goal, " ".join(_form(task))) if part)


def marked(task: Task, text: str) -> str:
    """Return an input as it stands in a prompt: in the team's own, or between marks that say what it is.

    Without marks a small model takes a review for something said to it, and answers it.
    """
    if task.prompt and PLACE in task.prompt:
        return task.prompt.replace(PLACE, text)
    into, out = {"label": ("Text", "Label"), "number": ("Text", "Number"), "json": ("Text", "JSON")}.get(
        task.scorer.name, ("Input", "Output")
    )
    return f"{into}: {text}\n{out}:"


def _goal(task: Task) -> str:
    match task.scorer:
        case Label():
            return "Classify the text."
        case Number():
            return "Work out the number that the text asks for."
        case Json():
            return "Extract the fields from the text."
        case Text():
            return "Give the one right answer to the text."
        case _:
            return "Write the output that belongs to the input."


def _form(task: Task) -> list[str]:
    outputs = [pair.output for pair in task.pairs]
    match task.scorer:
        case Label(labels=labels):
            # A list of one would be the answer itself.
            listed = f"exactly one of these labels: {', '.join(labels)}" if len(labels) > 1 else "one label"
            return [f"Answer with {listed}.", "Send the label alone, spelled as here: no other word, no punctuation."]
        case Number():
            return ["Answer with one number in digits.", "Send the number alone: no unit, no other word."]
        case Json():
            keys = _keys(task)
            named = f" with exactly these keys: {', '.join(f'{k} ({t})' for k, t in keys.items())}" if keys else ""
            return [f"Answer with one JSON value{named}.", "Send the JSON alone: no code fence, no other word."]
        case Text():
            most = max((len(text.split()) for text in outputs), default=1)
            return [
                f"Answer in at most {most} word{'s' if most > 1 else ''}.",
                "Send the answer alone, no sentence around it.",
            ]
        case _:
            return [*_shape(outputs), _ALONE]


def _shape(outputs: Sequence[str]) -> list[str]:
    """Describe texts: language, length, opening, layout."""
    said: list[str] = []
    if (language := language_of(outputs)) in NAMES:
        said.append(f"Write in {language}.")
    lengths = sorted(len(text.split()) for text in outputs) or [0]
    if outputs:
        said.append(f"Write {max(1, int(0.8 * lengths[0]))} to {max(2, math.ceil(1.2 * lengths[-1]))} words.")
    if len(outputs) > 2 and (opening := _shared([text.split() for text in outputs])):
        said.append(f'Begin with "{opening}".')
    if outputs and all(re.search(r"^\s*(?:[-*•]|\d+[.)])\s", text, re.MULTILINE) for text in outputs):
        said.append("Write a list, one point a line.")
    elif lengths[-1] > SHORT_WORDS and not any("\n" in text.strip() for text in outputs):
        said.append("Write one paragraph.")
    return said


def _shared(texts: Sequence[Sequence[str]]) -> str:
    """Return the words with which all texts begin, up to four."""
    shared: list[str] = []
    for column in zip(*texts, strict=False):
        if len(set(column)) > 1 or len(shared) == 4:
            break
        shared.append(column[0])
    return " ".join(shared)


def _keys(task: Task) -> dict[str, str]:
    """Return the keys of wanted JSON objects with the kind of their values, in the order of the first."""
    kinds: dict[str, str] = {}
    for pair in task.pairs:
        try:
            data = as_object(json.loads(bare(pair.output)))
        except (ValueError, RecursionError):
            continue
        for key, value in data.items():
            kinds.setdefault(key, _kind(value))
    return kinds


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    return {"str": "text", "list": "list", "dict": "object"}.get(type(value).__name__, "text or null")


def _list(words: Sequence[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
