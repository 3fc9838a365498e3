"""The command line. Each command imports what it needs when it runs."""

import asyncio
import gc
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli.budget import budget
from bot.cli.cost import cost
from bot.cli.dataset import dataset
from bot.cli.discord import discord
from bot.cli.doctor import doctor
from bot.cli.errors import log_to_file, sentence
from bot.cli.prices import prices
from bot.cli.read import read
from bot.cli.record import record
from bot.cli.rules import rules
from bot.cli.say import say
from bot.cli.serve import serve
from bot.cli.slack import slack
from bot.cli.trial import trial

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

REINSTALL = "install finetune-advisor anew in an environment of its own, and leave PYTHONPATH unset."

NoModel = Annotated[bool, typer.Option("--no-model", help="Work from rules and choices alone.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        from knowledge.load import load

        checked = max(source.checked for source in load().sources.values())
        say(f"finetune-advisor {version('finetune-advisor')}, rules checked {checked}")
        raise typer.Exit


@app.callback()
def advisor(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Say the version, and the day its rules were checked."
        ),
    ] = False,
) -> None:
    """Should we finetune? An advisor that asks, tries your task and gives a verdict you can check."""


@app.command()
def chat(
    no_model: NoModel = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with your last consultation.")] = False,
) -> None:
    """Open a consultation in the terminal.

    Exit code: 0 when all was stored, 1 when not.
    """
    from bot import app as parts

    if not asyncio.run(parts.chat(settings(), no_model=no_model, resume=resume)):
        raise typer.Exit(1)


@app.command()
def consult(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines on standard input and output.")] = False,
    no_model: NoModel = False,
) -> None:
    """Hold a consultation for a program: JSON lines in, facts, questions and a verdict out."""
    from bot import app as parts

    if not jsonl:
        fail(
            'Say --jsonl: one JSON object a line, such as {"text": "should we finetune?"}. For people: advisor chat.', 2
        )
    asyncio.run(parts.consult(settings(), no_model=no_model))


# Behind `chat` and `consult`, since help lists commands in the order in which they are added.
for command in (read, trial, dataset, cost, prices, record, rules, budget, doctor, serve):
    app.command()(command)
app.add_typer(slack, name="slack")
app.add_typer(discord, name="discord")


def settings() -> "Settings":
    """Read the settings; a wrong one is one sentence, without its value."""
    from bot.settings import read_settings

    return read_settings()


def fail(sentence: str, code: int = 1) -> NoReturn:
    """End with one sentence."""
    say(sentence, err=True)
    raise typer.Exit(code)


def move_state() -> None:
    """Bring state of earlier versions into the folder of today, and say so."""
    from bot.cli.relocation import bring_over
    from bot.settings import SettingsError, read_settings

    try:
        home = read_settings().home.expanduser()
    except SettingsError:
        return  # the command says it
    for said in bring_over(home):
        say(said, err=True)


def misplaced() -> str | None:
    """Say it where the three packages come from different places, which mixes programs or versions."""
    places: dict[str, Path] = {}
    for name in ("adapters", "bot", "knowledge"):
        spec = find_spec(name)
        if spec is None or not spec.origin:
            return f"The package {name} is missing: {REINSTALL}"
        places[name] = Path(spec.origin).resolve().parent.parent
    if len(set(places.values())) == 1:
        return None
    found = ", ".join(f"{name} from {place}" for name, place in places.items())
    return f"The packages of finetune-advisor come from different places ({found}): {REINSTALL}"


def main() -> None:
    """Run the command; whatever is wrong is said in one clear sentence."""
    # What is loaded stays. Looked through again every 700 objects, as is usual, it takes a seventh longer to load.
    gc.set_threshold(10_000)
    if wrong := misplaced():
        say(wrong, err=True)
        sys.exit(1)
    from knowledge.schema import KnowledgeError

    move_state()
    log_to_file()
    try:
        app()
    except KnowledgeError as error:
        say("The rules cannot be used:\n" + "\n".join(f"  {fault}" for fault in error.faults), err=True)
        sys.exit(1)
    except Exception as error:  # the last line of defence: no trace reaches a user
        say(sentence(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
