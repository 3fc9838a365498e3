"""What each command does to a consultation."""

import re

from bot.chat.commands import AGAIN, Command, parse
from bot.chat.events import Event
from bot.chat.reply import Text
from bot.consultation.base import Value
from bot.consultation.model import Consultation
from bot.consultation.view import view
from bot.turn.answers import answer, skip
from bot.turn.buttons import PASTE_ROWS, forget, press, show, stop
from bot.turn.context import TurnContext
from bot.turn.explain import answer_command
from bot.turn.messages import read
from bot.turn.step import Decide, Step
from knowledge.load import Knowledge

CHECK_BY_COMMAND = Text(markdown="`advisor dataset FILE` checks a finetuning file.")


def command_in(text: str, knowledge: Knowledge) -> Command | None:
    """Return the command in a message; "fix the tone of our replies" is none."""
    command = parse(text)
    if command and command.name == "fix" and not text.strip().startswith("/"):
        numbered = re.fullmatch(r"[0-9]{1,3} .+", command.rest)
        return command if numbered or _named(command.rest, knowledge) else None
    return command


async def obey(consultation: Consultation, command: Command, event: Event, context: TurnContext) -> Step:
    """Do what a command says."""
    step = Step(consultation)
    at_terminal = consultation.at_terminal
    match command.name:
        case "check":
            if command.rest:
                step = await read(consultation, event, command.rest, context)
            return step.then(Step(step.consultation, advances=True))
        case "skip":
            return skip(consultation, event, context.knowledge)
        case "verdict" if command.rest == AGAIN and consultation.verdict is None:
            none = Text(markdown=_no_verdict(consultation, context.knowledge), voice="notice")
            return Step(consultation, says=(none,), advances=True) if event.only is None else step
        case "verdict":
            return Step(consultation, effects=(Decide(),), advances=True)
        case "try":
            return await press(consultation, event, "trial", (), context)
        case "again":
            return await press(consultation, event, "again", (), context)
        case "stop":
            return await stop(consultation, event, context)
        case "forget":
            return await forget(consultation, event, context)
        case "leave" if not at_terminal:
            told = "I listen no further here until somebody mentions me."
            return Step(consultation.but(listens="never")).say(Text(markdown=told, voice="notice"))
        case "dataset":
            return step.say(CHECK_BY_COMMAND if at_terminal else PASTE_ROWS)
        case "cost":
            held = view(consultation, context.knowledge, context.derive).held
            return step.say(*context.cost(command.rest, held.facts))
        case "why" | "sources" as what:
            return step.say(*show(consultation, what, context))
        case "fix" if fixed := _fix(command.rest, consultation, context):
            done = answer(consultation, event, *fixed, context)
            return done.then(Step(done.consultation, learned=(fixed[0],)))
        case _:
            seen = view(consultation, context.knowledge, context.derive)
            return step.say(*answer_command(context.knowledge, command, consultation, seen))


def _no_verdict(consultation: Consultation, knowledge: Knowledge) -> str:
    """Say that there is none to read: none yet, or none any more."""
    told = knowledge.verdicts.get(consultation.told) if consultation.told else None
    none = f"It was *{told.headline}* and is open again." if told else "There is no verdict yet."
    return f"{none} `verdict` decides now, on assumptions that I name."


def _named(rest: str, knowledge: Knowledge) -> tuple[str, str] | None:
    """Return the fact that begins a text, by its name or its label, and what follows."""
    for fact, spec in knowledge.facts.items():
        for name in (fact, spec.label):
            if name and rest.lower().startswith(name) and rest[len(name) : len(name) + 1] in ("", " "):
                return fact, rest[len(name) :].strip()
    return None


def _fix(rest: str, consultation: Consultation, context: TurnContext) -> tuple[str, Value | None] | None:
    """Return the fact and value of `fix examples 400`; None where the value is missing or the fact unknown.

    A fact may be given by its name, its label, or its number in the list of `status`.
    """
    number, _, raw = rest.partition(" ")
    shown = list(view(consultation, context.knowledge, context.derive).known)
    if re.fullmatch(r"[0-9]{1,3}", number) and 0 < int(number) <= len(shown):
        name = shown[int(number) - 1]
    elif named := _named(rest, context.knowledge):
        name, raw = named
    else:
        return None
    if not raw.strip():
        return None
    spec, text = context.knowledge.facts[name], raw.strip().lower()
    if spec.type == "count":
        return name, int(text.replace(",", "")) if re.fullmatch(r"[0-9][0-9,]{0,18}", text) else text
    if spec.type == "bool":
        return name, {"yes": True, "true": True, "no": False, "false": False}.get(text, text)
    if spec.type == "set":
        return name, tuple(text.replace(",", " ").split())
    return name, text
