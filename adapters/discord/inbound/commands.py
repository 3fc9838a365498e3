"""`/finetune` and the menu entry of a message: what Discord is told of them, and what their use says. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.inbound.localizations import localized
from bot.chat import rules, wording
from bot.chat.commands import Argument, Row, parse, rows
from knowledge.load import Knowledge

Json = dict[str, Any]
Payload = Mapping[str, Any]

NAME, MENU = "finetune", "Should we finetune?"
TEXT, CHANNEL, ROLE, FILE = 3, 7, 8, 11
"""Kinds of options."""
SUBCOMMAND, CHAT, MESSAGE = 1, 1, 3
SERVER, PERSON = 0, 1
"""Ways to install an app."""
IN_SERVER, IN_DM, ELSEWHERE = 0, 1, 2
"""Where a command is offered: in a server, in the DM with us, in any other conversation of a person."""
OFFERED = 25
"""Choices of an autocompletion."""
DESCRIPTION = 100
"""Characters of what a command does."""
CHOICE = 100
"""Characters of a choice's name, and of its value."""
LONGEST = 4_000
"""Characters that a command takes; Discord would let 6,000 through."""
PASTES = {"try": ("trial", "paste"), "trial": ("trial", "paste"), "dataset": ("dataset",)}
"""Subcommands that open a form to paste into where no file comes with them, as (action, values …)."""


def definitions(installs: Sequence[int] = (SERVER, PERSON)) -> list[Json]:
    """Return all commands, as Discord is told of them, for the ways in which the app can be installed."""
    everywhere: Json = {"contexts": [IN_SERVER, IN_DM, *([ELSEWHERE] if not installs or PERSON in installs else [])]}
    if installs:
        everywhere["integration_types"] = [*installs]
    told = "Should we finetune? An advisor that asks, tries your task and gives a verdict."
    commands: list[Json] = [
        {"type": CHAT, "name": NAME, "description": told, "options": _subcommands(), **everywhere},
        {"type": MESSAGE, "name": MENU, **everywhere},
    ]
    return [localized(each) for each in commands]


def installs(application: Payload) -> list[int]:
    """Return the ways in which an application can be installed, empty where Discord does not say."""
    config: Payload = application.get("integration_types_config") or {}
    return sorted(int(kind) for kind in config if str(kind).isdigit() and config[kind] is not None)


def fingerprint(application: str, told: Sequence[Json]) -> str:
    """Return what changes whenever the commands of an application have to be told anew."""
    return hashlib.sha256(f"{application} {json.dumps(told, sort_keys=True)}".encode()).hexdigest()[:32]


def _subcommands() -> list[Json]:
    return [_sub(name, row) for row in rows("discord") for name in (row.name, *row.also)]


def _sub(name: str, row: Row) -> Json:
    does = row.does if name == row.name else f"the same as {row.name}"
    told = f"For those who manage the server: {does}" if row.who == "manager" else f"{does[0].upper()}{does[1:]}"
    options = [_argument(each) for each in row.arguments]
    return {"type": SUBCOMMAND, "name": name, "description": told[:DESCRIPTION], "options": options}


def _argument(argument: Argument) -> Json:
    about = argument.about
    match argument.kind:
        case "words":
            return _option(argument.name, about, max_length=LONGEST)
        case "rule":
            return _option(argument.name, about, autocomplete=True)
        case "fact":
            return _option(argument.name, about, required=argument.required, autocomplete=True)
        case "place":
            return _option(
                argument.name, about, choices=[_choice("this channel", "here"), _choice("every channel", "everywhere")]
            )
        case "file" | "channel" | "role":
            kind = {"file": FILE, "channel": CHANNEL, "role": ROLE}[argument.kind]
            return {"type": kind, "name": argument.name, "description": about}


def _option(name: str, description: str, **more: Any) -> Json:
    return {"type": TEXT, "name": name, "description": description, **more}


def _choice(name: str, value: str) -> Json:
    return {"name": name, "value": value}


def used(data: Payload) -> tuple[str, dict[str, Any]]:
    """Return the subcommand that was used and its options by name."""
    options: Sequence[Payload] = data.get("options") or ()
    if not options:
        return "help", {}
    inner: Sequence[Payload] = options[0].get("options") or ()
    return str(options[0]["name"]), {str(each["name"]): each["value"] for each in inner}


def typing(data: Payload) -> tuple[str, str, str] | None:
    """Return (subcommand, option, text so far) of an autocompletion."""
    options: Sequence[Payload] = data.get("options") or ()
    for used in options:
        inner: Sequence[Payload] = used.get("options") or ()
        for each in inner:
            if each.get("focused"):
                return str(used["name"]), str(each["name"]), str(each["value"])
    return None


def line(name: str, given: Mapping[str, Any]) -> str:
    """Return a use in the words of a message, such as `/allow <#20>`."""
    match name:
        case "allow" | "deny":
            marks = [f"<#{given['in']}>" if "in" in given else "", str(given.get("where") or "")]
            what = f"role <@&{given['role']}>" if "role" in given else next(filter(None, marks), "here")
            return f"/{name} {what}"
        case "fix":
            rest = f"{given.get('fact', '')} {given.get('value', '')}"
        case _:
            rest = " ".join(str(value) for value in given.values())
    return f"/{name} {rest}".strip()


def attached(data: Payload, given: Mapping[str, Any]) -> Payload | None:
    """Return the file that came with a command, as Discord describes it."""
    resolved: Payload = data.get("resolved") or {}
    files: Mapping[str, Payload] = resolved.get("attachments") or {}
    return files.get(str(given.get("file")))


def target(data: Payload) -> Payload | None:
    """Return the message whose menu was used, as Discord describes it."""
    resolved: Payload = data.get("resolved") or {}
    messages: Mapping[str, Payload] = resolved.get("messages") or {}
    return messages.get(str(data.get("target_id")))


def offers(knowledge: Knowledge, subcommand: str, typed: str) -> list[Json]:
    """Return what an autocompletion offers: rules and their passages, or the facts that can be corrected."""
    if subcommand == "fix":
        named = {fact: wording.label(knowledge, fact) for fact in knowledge.asks}
    else:
        named = {id: rules.rule_name(knowledge, id) for id in knowledge.rules}
        parts = knowledge.passages.values()
        if typed.strip():
            named |= {
                f"{each.rule} {each.name}": f"{rules.rule_name(knowledge, each.rule)}: {each.name.replace('-', ' ')}"
                for each in parts
            }
    wanted = typed.lower().split()
    found = [
        (value, name)
        for value, name in named.items()
        if all(word in f"{value} {name}".lower() for word in wanted) and len(value) <= CHOICE
    ]
    # What begins with the words comes first: the name of a fact before the label in which it also stands.
    found.sort(key=lambda each: not each[1].lower().startswith(typed.strip().lower()))
    return [
        {"name": name if len(name) <= CHOICE else f"{name[: CHOICE - 1]}…", "value": v} for v, name in found[:OFFERED]
    ]


def fact_of(knowledge: Knowledge, typed: str) -> str | None:
    """Return the fact that is meant by its name or its label."""
    said = " ".join(typed.lower().split())
    return next((fact for fact in knowledge.asks if said in (fact, wording.label(knowledge, fact).lower())), None)


def is_command(text: str) -> bool:
    """Tell whether the words of a line are a command of the advisor."""
    return parse(text) is not None
