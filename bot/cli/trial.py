"""`advisor trial FILE`: run a team's task from a file."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli.say import say

if TYPE_CHECKING:
    from adapters.console.trial_report import AsJson, AtTerminal
    from bot.chat.reply import File
    from bot.consultation.trial_results import TrialResult
    from bot.model.client import Model
    from bot.model.select import Chosen
    from bot.samples.understood import Understood
    from bot.trial.file import TrialFile
    from bot.trial.results.compare import Kept
    from bot.trial.task import Call, Task

REACHED, BELOW, BAD_INPUT, NO_MODEL = 0, 1, 2, 3


@dataclass(frozen=True)
class Wish:
    """What the command line asks for beside the file."""

    yes: bool = False
    picture: Path | None = None
    summary: Path | None = None
    """Where its page and its JUnit file go, without their endings."""
    keep: Path | None = None
    against: "Kept | None" = None
    house: Path | None = None


def trial(
    file: Annotated[
        Path, typer.Argument(help="The task: YAML or JSON with items, or pairs as JSONL, CSV or text.", metavar="FILE")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go ahead above the cap (200 calls, 0.50 USD).")] = False,
    picture: Annotated[
        Path | None, typer.Option(help="Where the picture goes. Default: beside the file.", metavar="PATH")
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Write FILE-trial.md and FILE-trial.xml (JUnit) beside the file, for CI.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(
            help="Write the trial, every call, the prompts, and the same trial for promptfoo and inspect-ai.",
            metavar="FOLDER",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Compare with an earlier trial, item by item: its trial.json.", metavar="EARLIER"),
    ] = None,
    input_field: Annotated[
        str | None,
        typer.Option("--input", help="The field that is the input, where several could be.", metavar="FIELD"),
    ] = None,
    wanted_field: Annotated[
        str | None, typer.Option("--wanted", help="The field that is the wanted answer.", metavar="FIELD")
    ] = None,
) -> None:
    """Run a task on base models: bare, with an instruction, with examples, and more.

    Exit code: 0 when the best rung reaches the threshold, 1 below it, 2 for bad input, 3 without a model.
    """
    from adapters.console.trial_report import AsJson, AtTerminal
    from bot.model.errors import ModelError
    from bot.model.select import choose
    from bot.settings import read_settings
    from bot.trial.file import FileFault, load
    from bot.trial.results.compare import KeptFault, read_kept

    by_hand = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    if (input_field is None) != (wanted_field is None):
        _end("Name both fields, --input and --wanted, or neither.", BAD_INPUT)
    try:
        wanted = load(file, (input_field, wanted_field) if input_field and wanted_field else None)
        if not yes and wanted.understood and wanted.understood.others:
            wanted = load(file, _asked(wanted.understood, by_hand=by_hand))
        earlier = read_kept(against) if against else None
    except (FileFault, KeptFault) as error:
        _end(str(error), BAD_INPUT)
    if keep and not next(place for place in (keep, *keep.parents) if place.exists()).is_dir():
        _end(f"--keep {keep} is no folder: name a folder, there or new.", BAD_INPUT)
    settings = read_settings()
    if wanted.model:
        settings = settings.model_copy(update={"model": wanted.model})
    chosen = choose(settings, no_model=False, local=True)
    if why := _refusal(wanted, chosen, by_hand=by_hand):
        _end(why, BAD_INPUT)
    if chosen.kind == "none":
        _end(chosen.fault or chosen.announcement, NO_MODEL)
    for told in (wanted.understood.choice, wanted.understood.gaps) if wanted.understood else ():
        if told:
            say(told, err=True)
    if wanted.left_out:
        say(f"The first {len(wanted.task.pairs)} items run; {wanted.left_out} are left out.", err=True)
    beside = file.with_name(f"{file.stem}-trial")
    shown = AsJson() if as_json else AtTerminal(picture or beside.with_name(f"{beside.name}.png"), by_hand=by_hand)
    wish = Wish(yes, picture, beside if summary else None, keep, earlier, settings.knowledge)
    try:
        code = asyncio.run(_run(wanted, chosen, shown, wish))
    except ModelError as error:
        _end(error.sentence, NO_MODEL)
    raise typer.Exit(code)


def _asked(read: "Understood", *, by_hand: bool) -> tuple[str, str]:
    """Ask which of several readings of a file is meant; end where nobody is there to say it."""
    every = [(read.input, read.wanted), *((other.input, other.wanted) for other in read.others)]
    if not by_hand:
        how = f'say which is meant, as in --input "{read.input}" --wanted "{read.wanted}", or go ahead with --yes.'
        _end(f"{read.choice} Nothing was run: {how}", BAD_INPUT)
    for number, (into, out) in enumerate(every, 1):
        say(f"{number}. {into} is the input, {out} the wanted answer")
    number = 0
    while not 1 <= number <= len(every):
        number = int(typer.prompt("Which is meant", default=1, type=int))
    return every[number - 1]


def _refusal(wanted: "TrialFile", chosen: "Chosen", *, by_hand: bool) -> str | None:
    """Say why a trial cannot start, before anything is started or spent."""
    from bot.trial.scorers.registry import names

    if wanted.task.scorer.name == "human" and not by_hand:
        named = ", ".join(name for name in names() if name != "human")
        return f"Only a person can judge these outputs: run it at a terminal, or set scorer to one of {named}."
    others = [*_named(wanted.task), *([judge] if (judge := getattr(wanted.task.scorer, "model", None)) else [])]
    if chosen.kind != "named" and (named := [name for name in (wanted.model, *others) if name]):
        models = f"the model{'s' if len(named) > 1 else ''} {', '.join(named)}"
        return f"The file names {models}: set OPENAI_API_KEY or OPENAI_BASE_URL for that, or take it out."
    return None


def _named(task: "Task") -> list[str]:
    """Return the other models that a task is run on."""
    return [*task.models, *([task.tuned] if task.tuned else [])]


async def _run(wanted: "TrialFile", chosen: "Chosen", shown: "AsJson | AtTerminal", wish: Wish) -> int:
    from adapters.console.trial_report import Ended, interrupts
    from bot.model.select import open_model
    from bot.trial.budget import Budget, estimate, over_cap, said, together
    from bot.trial.judging import people
    from bot.trial.report import card as results
    from bot.trial.report import summary as summaries
    from bot.trial.results import compare, facts, summary
    from bot.trial.run import fitted, run
    from bot.trial.scorers.registry import named
    from knowledge.load import load as load_knowledge

    knowledge = load_knowledge(wish.house)
    shown.say(chosen.announcement)
    model = await open_model(chosen)
    async with _closed(model), _beside(model, wanted.task) as others:
        task = fitted(wanted.task, model, verbs=knowledge.verbs)
        beside = fitted(wanted.ordinary, model, verbs=()) if wanted.ordinary else None
        needed = estimate(task, model.name)
        if beside:
            needed = together(needed, estimate(beside, model.name))
        shown.say(f"It takes {said(needed)}.")
        asked = None if wish.yes else over_cap(needed, wanted.cap)
        if asked and not shown.agrees(asked):
            how = "Go ahead with --yes, set cap in the file, or have fewer items, repeats or rungs."
            say(f"{asked} {how}", err=True)
            return BAD_INPUT
        budget = Budget(wanted.cap)
        spend = None if wish.yes or asked else budget.spend

        async def run_on(task: "Task", done: "Sequence[Call]") -> "tuple[list[Call], bool]":
            stop, made = asyncio.Event(), list(done)

            async def on_call(call: "Call") -> None:
                made.append(call)
                budget.paid(call)
                shown.tell(task, made)

            with shown.running(), interrupts(stop):
                calls = await run(task, model, others=others, done=done, on_call=on_call, stop=stop, spend=spend)
            return calls, stop.is_set()

        calls, stopped = await run_on(task, ())
        if calls and all(call.error for call in calls) and not stopped:
            kinds = ", ".join(sorted({results.FAULTS[call.error] for call in calls if call.error}))
            say(f"No call was answered: {kinds}. Try again later.", err=True)
            return NO_MODEL
        calls = await _judged(shown, task, calls, model)
        ordinary = None
        if beside and not stopped:
            ordinary = summary.of_ordinary(beside, (await run_on(beside, ()))[0], model)
        while True:
            result = summary.summarise(task, calls, model).model_copy(update={"ordinary": ordinary})
            result = result.model_copy(update={"facts": facts.facts(result, {}, knowledge.models)})
            if wish.keep:
                _keep(wish.keep, result, task, calls)
            compared = compare.compare_kept(wish.against, compare.kept(task, result)) if wish.against else None
            ended = Ended(result, task, calls, wish.picture, knowledge, compared, budget.refused)
            if wish.summary:
                # Before the result is shown: a build may read no more of that than its first lines.
                made = summaries.summary(result, task, calls, ended.parts(), wish.summary.name)
                _write(wish.summary.parent, made, "The summary")
            shown.finish(ended)
            match await shown.choose(ended):
                case "scorer", name:
                    task, calls = people.rescored(task, calls, named(name, task.pairs))
                case "again", _:
                    calls, _ = await run_on(task, calls)
                case None:
                    break
                case _:
                    pass  # to judge what is open, which is done in any case
            calls = await _judged(shown, task, calls, model)
    return REACHED if summaries.reached(result, task) else BELOW


async def _judged(
    shown: "AsJson | AtTerminal", task: "Task", calls: "Sequence[Call]", model: "Model"
) -> "Sequence[Call]":
    """Return the calls with what a person says of those that nothing else can judge."""
    from bot.trial.judging.people import grade, to_grade

    return grade(calls, await shown.judge(to_grade(task, calls), demonstration=model.demonstration))


@asynccontextmanager
async def _closed(model: "Model") -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await model.aclose()


@asynccontextmanager
async def _beside(model: "Model", task: "Task") -> AsyncGenerator[Mapping[str, "Model"]]:
    """Open the task's other models, and the one that judges, on the same server."""
    judge = getattr(task.scorer, "model", None)
    names = {*_named(task), *([judge] if judge else [])} - {model.name}
    others = {name: model.beside(name) for name in sorted(names)}
    if model.name in _named(task):
        others[model.name] = model
    try:
        yield others
    finally:
        for name in names:
            await others[name].aclose()


def _keep(folder: Path, result: "TrialResult", task: "Task", calls: "Sequence[Call]") -> None:
    from bot.trial.report.export import files

    _write(folder, files(result, task, calls), "The trial")


def _write(folder: Path, files: Sequence["File"], what: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_text(file.content, encoding="utf-8")
    except OSError as error:
        say(f"{what} could not be kept in {folder}: {error.strerror}.", err=True)


def _end(sentence: str, code: int) -> NoReturn:
    say(sentence, err=True)
    raise typer.Exit(code)
