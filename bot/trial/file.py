"""The trial file: YAML or JSON with the task and how to run it, or bare pairs in any form that samples may have."""

import difflib
import json
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.consultation.base import Plain
from bot.consultation.model import Pair
from bot.samples import yamls
from bot.samples.columns import NoField
from bot.samples.parse import MOST_BYTES, MOST_PAIRS, Given, SampleError, given_of, parse
from bot.samples.promptfoo import is_promptfoo
from bot.samples.understood import Understood
from bot.samples.values import Fields, from_values
from bot.text.json import as_object
from bot.trial.budget import Cap
from bot.trial.rungs import OTHER_MODELS
from bot.trial.scorers.base import Scorer, name_of
from bot.trial.scorers.label import Label
from bot.trial.scorers.registry import kind_of, named, names
from bot.trial.task import BAR, ON_REQUEST, REPEATS, RUNG_NAMES, Task, TaskError, task_of

RUNGS = (*RUNG_NAMES, *ON_REQUEST)
KEYS = ("items", "prompt", "premise", "scorer", "rungs", "models", "tuned", "ordinary", "repeats", "threshold", "cap")
SHOWN = 60
"""Characters of a wanted output that a fault shows."""


class FileFault(Exception):
    """Say in one sentence what is wrong with a trial file."""


class TrialFile(Plain):
    """What a trial file asks for."""

    task: Task
    model: str | None = None
    """The first of the models; the others are the task's."""
    ordinary: Task | None = None
    """Prompts beside the task, on which a finetune must not have lost what its base can do."""
    cap: Cap = Cap()
    left_out: int = 0
    understood: Understood | None = None
    """What bare pairs were read as."""


class _Cap(BaseModel):
    model_config = ConfigDict(extra="forbid")

    calls: int = Field(default=Cap().calls, gt=0)
    usd: float = Field(default=Cap().usd, ge=0)


class _Keys(BaseModel):
    """The keys as they are written."""

    model_config = ConfigDict(extra="forbid")

    items: list[Any] | str | None = None
    prompt: str | None = None
    premise: str | None = None
    scorer: Any = None
    rungs: list[str] = list(RUNG_NAMES)
    models: list[str] = []
    tuned: str | None = None
    ordinary: list[Any] | str | None = None
    repeats: int = Field(default=REPEATS, ge=1, le=100)
    threshold: float = Field(default=BAR, gt=0, le=1)
    cap: _Cap = _Cap()


def load(path: Path, fields: Fields = None) -> TrialFile:
    """Read a trial file; `fields` are those of input and wanted answer, where somebody named them. Raises FileFault."""
    data = _bytes(path)
    ending = path.suffix.lower().removeprefix(".")
    try:
        if ending in ("yaml", "yml") and not is_promptfoo(keys := _yaml(data, path)):
            return _from_keys(keys, path, fields)
        if ending == "json" and (keys := _json_keys(data)):
            return _from_keys(keys, path, fields)
        samples = parse(data, path.name, fields)
        return TrialFile(task=task_of(samples), left_out=samples.left_out, understood=samples.understood)
    except SampleError as error:
        raise FileFault(f"{path.name}: {error}") from None
    except NoField as error:
        raise FileFault(f"{path.name}: {error}.") from None
    except TaskError as error:
        raise FileFault(f"{path.name}: {error}") from None


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileFault(f"{path.name} is over 1 MiB: give fewer samples, {MOST_PAIRS} are enough.")
        return path.read_bytes()
    except FileNotFoundError:
        raise FileFault(f"There is no file {path}.") from None
    except OSError as error:
        raise FileFault(f"{path} cannot be read: {error.strerror}.") from None


def _json_keys(data: bytes) -> dict[str, Any]:
    """Return the keys of a JSON trial file, {} where the file is something else, such as a list of pairs."""
    try:
        keys = as_object(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return {}
    return keys if "items" in keys or len(keys.keys() & set(KEYS)) > 1 else {}


def _yaml(data: bytes, path: Path) -> dict[str, Any]:
    try:
        # Read twice: an answer is what is written, 1.50 and 007 and yes; a field of a record is what it means.
        written, meant = yamls.load(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FileFault(f"{path.name} is not UTF-8: save it as UTF-8.") from None
    except yamls.Broken as error:
        raise FileFault(f"{path.name} {error}.") from None
    if isinstance(meant, list):
        return {"items": yamls.as_written(written, cast(object, meant))}
    keys = as_object(meant)
    if not keys:
        raise FileFault(f"{path.name} has no keys: it needs items, or a prompt.")
    if isinstance(keys.get("items"), list):
        keys["items"] = yamls.as_written(as_object(written)["items"], keys["items"])
    return keys


def _from_keys(keys: dict[str, Any], path: Path, fields: Fields = None) -> TrialFile:
    for key in keys:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; the keys are {', '.join(KEYS)}."
            raise FileFault(f"{path.name}: there is no key {key}{hint}")
    if isinstance(keys.get("models"), str):
        keys = {**keys, "models": [keys["models"]]}
    try:
        read = _Keys.model_validate(keys)
    except ValidationError as error:
        raise FileFault(f"{path.name}: {_wrong(error)}.") from None
    if len(read.models) > OTHER_MODELS + 1:
        raise FileFault(f"{path.name}: {OTHER_MODELS + 1} models are the most that one trial compares.")
    if read.ordinary and not read.tuned:
        raise FileFault(
            f"{path.name}: ordinary prompts show what a finetune has lost, so name the finetune under tuned."
        )
    rungs = _rungs(read, path)
    samples = _samples(read.items, path, fields)
    samples = samples.model_copy(
        update={"prompt": read.prompt or samples.prompt, "premise": read.premise or samples.premise}
    )
    scorer = _scorer(read.scorer, samples.pairs, path)
    if misfit := _misfit(scorer, samples.pairs):
        raise FileFault(f"{path.name}: {misfit}.")
    task = task_of(samples, bar=read.threshold, repeats=read.repeats, scorer=scorer)
    return TrialFile(
        task=task.model_copy(
            # Beside each other means on the same items: nothing ends early.
            update={
                "rungs": rungs,
                "models": tuple(read.models[1:]),
                "tuned": read.tuned,
                "early_stop": read.tuned is None,
            }
        ),
        ordinary=_ordinary(read, path, fields) if read.ordinary else None,
        model=read.models[0] if read.models else None,
        cap=Cap(calls=read.cap.calls, usd=read.cap.usd),
        left_out=samples.left_out,
        understood=samples.understood,
    )


def _samples(items: list[Any] | str | None, path: Path, fields: Fields, of: str = "item") -> Given:
    if isinstance(items, str):
        other = path.parent / items
        return parse(_bytes(other), other.name, fields)
    found = from_values(items or [], fields=fields)
    if wrong := next(iter(found.bad), None):
        raise FileFault(f"{path.name}: {of} {wrong.row} {wrong.why}.")
    return given_of(found)


def _ordinary(read: _Keys, path: Path, fields: Fields) -> Task:
    """Return the task of the ordinary prompts, which base and finetune are asked plainly."""
    task = task_of(_samples(read.ordinary, path, fields, "ordinary item"), bar=read.threshold, repeats=read.repeats)
    if task.scorer.name == "human":
        raise FileFault(f"{path.name}: each of the ordinary prompts needs an output, by which its answer is scored.")
    return task.model_copy(update={"rungs": ("bare", "tuned"), "tuned": read.tuned, "early_stop": False})


def _rungs(read: _Keys, path: Path) -> tuple[str, ...]:
    asked = {name.strip().lower().replace("-", "_").replace(" ", "_"): name for name in read.rungs}
    for name, written in asked.items():
        if name not in RUNGS:
            raise FileFault(f"{path.name}: there is no rung {written}; {', '.join(RUNGS)} are available.")
    if len(read.models) > 1:
        # Several models are named in order to be compared, whatever else is climbed.
        asked["model"] = "model"
    return tuple(name for name in RUNGS if name in asked)


def _scorer(value: Any, pairs: tuple[Pair, ...], path: Path) -> Scorer | None:
    """Read `label`, or `{number: {tolerance: 0.5}}`, or `{name: number, tolerance: 0.5}`, or `{regex: "^a"}`."""
    if value is None:
        return None
    options = as_object(value)
    if isinstance(value, str):
        options = {"name": value}
    elif "name" not in options and len(options) == 1:
        name, inner = next(iter(options.items()))
        kind = kind_of(_even(name))
        options = {"name": name, **(kind.options(inner) if kind else {})}
    kind = kind_of(_even(options.get("name")))
    if kind is None:
        raise FileFault(f"{path.name}: there is no scorer {options.get('name')}; there are {', '.join(names())}.")
    name = options["name"] = name_of(kind)
    try:
        made = kind.model_validate(options)
    except ValidationError as error:
        raise FileFault(f"{path.name}: scorer {name}: {_wrong(error)}.") from None
    # What is not said about it, the pairs say.
    if len(options) == 1:
        return named(name, pairs)
    return made if not isinstance(made, Label) or made.labels else named(name, pairs)


def _misfit(scorer: Scorer | None, pairs: tuple[Pair, ...]) -> str | None:
    """Say which wanted output the named scorer could never let pass, None where there is none."""
    for place, pair in enumerate(pairs, 1):
        wanted = pair.output
        what = scorer.misfit(wanted) if scorer else None
        if what is None:
            continue
        shown = " ".join(wanted.split())
        shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
        return f"item {place}'s output '{shown}' is {what}"
    return None


def _even(name: object) -> str:
    return str(name).lower().replace("-", "_").removeprefix("must_")


def _wrong(error: ValidationError) -> str:
    """Say which key is wrong first, and how."""
    fault = error.errors()[0]
    return f"{'.'.join(str(step) for step in fault['loc'])} is wrong: {_plain(fault['msg'])}"


def _plain(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[0].lower() + message[1:].rstrip(".")
