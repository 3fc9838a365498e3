"""What each command does to a consultation."""

import re

from bot.chat import rules, wording
from bot.chat.answers import Answer, typed
from bot.chat.commands import AGAIN, Command, help_text, parse
from bot.chat.events import Event, Said
from bot.chat.files import asks_to_check
from bot.chat.reply import Text
from bot.consultation.model import Consultation
from bot.consultation.view import view
from bot.text import markdown
from bot.text.numbers import Refusal
from bot.turn import trials
from bot.turn.answers import answers, skip
from bot.turn.buttons import PASTE_ROWS, forget, forget_me, press, show, stop, unlink_record
from bot.turn.context import TurnContext, here
from bot.turn.explain import answer_command, no_verdict, record
from bot.turn.messages import read
from bot.turn.step import Decide, Step
from bot.turn.undo import undo
from knowledge.load import Knowledge

CHECK_BY_COMMAND = Text(markdown="`advisor dataset FILE` checks a finetuning file.")


def command_in(said: Said, knowledge: Knowledge, *, addressed: bool = False) -> Command | None:
    """Return the command in a message; "fix the tone of our replies" and "rule of thumb" are none."""
    text = said.text
    if said.files and addressed and asks_to_check(text):
        return Command("dataset")
    command = parse(text, addressed=addressed)
    if command is None or text.strip().startswith("/") or not command.rest:
        return command
    match command.name:
        case "fix":
            known = re.fullmatch(r"[0-9]{1,3}(?: .+)?", command.rest) or _named(command.rest, knowledge)
        case "rule":
            first = command.rest.replace("#", " ").partition(" ")[0]
            known = first.isdigit() or rules.rule_id(knowledge, first) or rules.rule_id(knowledge, command.rest)
        case _:
            known = True
    return command if known else None


async def obey(consultation: Consultation, command: Command, event: Event, context: TurnContext) -> Step:
    """Do what a command says."""
    step = Step(consultation)
    at_terminal = consultation.at_terminal
    files = event.body.files if isinstance(event.body, Said) else ()
    match command.name:
        case "help":
            return step.say(Text(markdown=help_text(context.knowledge, await here(consultation, event, context))))
        case "dataset" | "try" if files:
            return step  # the file that came with it says the rest
        case "check":
            if command.rest:
                step = await read(consultation, event, command.rest, context)
            return step.then(Step(step.consultation, advances=True))
        case "skip":
            return skip(consultation, event, context.knowledge)
        case "verdict" if command.rest == AGAIN and consultation.verdict is None:
            none = Text(markdown=no_verdict(consultation, context.knowledge), voice="notice")
            return Step(consultation, says=(none,), advances=True) if event.addressed == "us" else step
        case "verdict":
            return Step(consultation, effects=(Decide(),), advances=True)
        case "record" if command.rest.lower().startswith("off"):
            return await unlink_record(consultation, event, context)
        case "record":
            return record(consultation, context, "json" if "json" in command.rest.lower() else "markdown")
        case "undo":
            return undo(consultation, event, context)
        case "try":
            return await press(consultation, event, "trial", (), context)
        case "again":
            return await press(consultation, event, "again", (), context)
        case "compare":
            return await press(consultation, event, "compare", (command.rest.strip("`"),), context)
        case "stop":
            return await stop(consultation, event, context)
        case "forget" if command.rest.lower() == "me":
            return forget_me(consultation, event, context)
        case "forget":
            return await forget(consultation, event, context)
        case "leave" if not at_terminal:
            return trials.leave(consultation)
        case "dataset":
            return step.say(CHECK_BY_COMMAND if at_terminal else PASTE_ROWS)
        case "cost":
            held = view(consultation, context.knowledge, context.derive).held
            return step.say(*context.cost(command.rest, held.facts))
        case "why" | "sources" as what:
            return step.say(*show(consultation, what, context))
        case "fix" if fixed := _fix(command.rest, consultation, context):
            fact, given = fixed
            if isinstance(given, Refusal):
                told = f"{wording.label(context.knowledge, fact)}: {markdown.escaped(given.sentence)}"
                return step.say(Text(markdown=told, voice="error"))
            notes = {fact: given.note} if given.note else {}
            done = answers(consultation, event, {fact: given.value}, context, notes=notes)
            return done.then(Step(done.consultation, learned=(fact,)))
        case _:
            seen = view(consultation, context.knowledge, context.derive)
            return step.say(*answer_command(context.knowledge, command, consultation, seen))


def _named(rest: str, knowledge: Knowledge) -> tuple[str, str] | None:
    """Return the fact that begins a text, by its name or its label, and what follows."""
    for fact, spec in knowledge.facts.items():
        for name in (fact, spec.label):
            if name and rest.lower().startswith(name) and rest[len(name) : len(name) + 1] in ("", " "):
                return fact, rest[len(name) :].strip()
    return None


def _fix(rest: str, consultation: Consultation, context: TurnContext) -> tuple[str, Answer | Refusal] | None:
    """Return the fact and answer of `fix examples 400`; None where the value is missing or the fact unknown.

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
    spec = context.knowledge.facts[name]
    if spec.known_by != "asked":
        return name, Answer(raw.strip())
    kind = "text" if spec.type == "ratio" else spec.type
    read = typed(kind, raw, fact=name, options=wording.plain_options(context.knowledge, name))
    return (name, read) if read is not None else None
