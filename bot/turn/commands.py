"""What commands and presses do to a case."""

import re

from bot.chat.commands import AGAIN, Command, parse
from bot.chat.events import Event
from bot.chat.reply import Text
from bot.consultation.base import Value
from bot.consultation.model import Consultation
from bot.consultation.view import view
from bot.turn.answers import answer, skip
from bot.turn.buttons import BY_COMMAND, PASTE_ROWS, at_terminal, forget, press, stop
from bot.turn.context import Advisor, Taking
from bot.turn.explain import answer_command
from bot.turn.messages import hear
from knowledge.load import Knowledge


def command_in(text: str, knowledge: Knowledge) -> Command | None:
    """Return the command in a message; "fix the tone of our replies" is none."""
    command = parse(text)
    if command and command.name == "fix" and not text.strip().startswith("/"):
        numbered = re.fullmatch(r"[0-9]{1,3} .+", command.rest)
        return command if numbered or _named(command.rest, knowledge) else None
    return command


async def obey(t: Taking, command: Command, event: Event, advisor: Advisor) -> None:
    """Do what a command says."""
    match command.name:
        case "check":
            t.quiet = False
            if command.rest:
                await hear(t, event, command.rest, advisor)
        case "skip":
            skip(t, event, advisor.knowledge)
        case "verdict" if command.rest == AGAIN and t.case.verdict is None:
            if event.only is None:
                t.quiet = False
                t.parts.append(Text(markdown=_no_verdict(t.case, advisor.knowledge), voice="notice"))
        case "verdict":
            t.quiet, t.now = False, True
        case "try":
            await press(t, event, "trial", (), advisor)
        case "again":
            await press(t, event, "again", (), advisor)
        case "stop":
            await stop(t, event, advisor)
        case "forget":
            await forget(t, event, advisor)
        case "leave" if not at_terminal(t.case):
            t.case = t.case.but(listens="never")
            t.parts.append(Text(markdown="I listen no further here until somebody mentions me.", voice="notice"))
        case "dataset":
            t.parts.append(BY_COMMAND if at_terminal(t.case) else PASTE_ROWS)
        case "cost":
            held = view(t.case, advisor.knowledge, advisor.derive).held
            t.parts += advisor.cost(command.rest, held.facts)
        case "fix" if fixed := _fix(command.rest, t.case, advisor):
            answer(t, event, *fixed, advisor)
            t.new += [fixed[0]] if fixed[0] not in t.new else []
        case _:
            seen = view(t.case, advisor.knowledge, advisor.derive)
            t.parts += answer_command(advisor.knowledge, command, t.case, seen)


def _no_verdict(case: Consultation, knowledge: Knowledge) -> str:
    """Say that there is none to read: none yet, or none any more."""
    told = knowledge.verdicts.get(case.told) if case.told else None
    none = f"It was *{told.headline}* and is open again." if told else "There is no verdict yet."
    return f"{none} `verdict` decides now, on assumptions that I name."


def _named(rest: str, knowledge: Knowledge) -> tuple[str, str] | None:
    """Return the fact that begins a text, by its name or its label, and what follows."""
    for fact, spec in knowledge.facts.items():
        for name in (fact, spec.label):
            if name and rest.lower().startswith(name) and rest[len(name) : len(name) + 1] in ("", " "):
                return fact, rest[len(name) :].strip()
    return None


def _fix(rest: str, case: Consultation, advisor: Advisor) -> tuple[str, Value | None] | None:
    """Return the fact and value of `fix examples 400`; None where the value is missing or the fact unknown.

    A fact may be given by its name, its label, or its number in the list of `status`.
    """
    number, _, raw = rest.partition(" ")
    shown = list(view(case, advisor.knowledge, advisor.derive).known)
    if re.fullmatch(r"[0-9]{1,3}", number) and 0 < int(number) <= len(shown):
        name = shown[int(number) - 1]
    elif named := _named(rest, advisor.knowledge):
        name, raw = named
    else:
        return None
    if not raw.strip():
        return None
    spec, text = advisor.knowledge.facts[name], raw.strip().lower()
    if spec.type == "count":
        return name, int(text.replace(",", "")) if re.fullmatch(r"[0-9][0-9,]{0,18}", text) else text
    if spec.type == "bool":
        return name, {"yes": True, "true": True, "no": False, "false": False}.get(text, text)
    if spec.type == "set":
        return name, tuple(text.replace(",", " ").split())
    return name, text
