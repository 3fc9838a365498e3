"""`/finetune` and the menu entry of a message: what Discord is told of them, and what their use says. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import wording
from bot.chat.commands import parse
from knowledge.load import Knowledge

Json = dict[str, Any]
Payload = Mapping[str, Any]

NAME, MENU = "finetune", "Should we finetune?"
TEXT, BOOLEAN, CHANNEL, ROLE, FILE = 3, 5, 7, 8, 11
"""Kinds of options."""
SUBCOMMAND, CHAT, MESSAGE = 1, 1, 3
OFFERED = 25
"""Choices of an autocompletion."""
CHOICE = 100
"""Characters of a choice's name, and of its value."""
LONGEST = 4_000
"""Characters that a command takes; Discord would let 6,000 through."""
PASTES = {"try": ("trial", "paste"), "trial": ("trial", "paste"), "dataset": ("dataset",)}
"""Subcommands that open a form to paste into where no file comes with them, as (action, values …)."""
AT_ONCE = frozenset({"help", "rule", "rules"})
"""Subcommands that need neither store nor model."""


def definitions() -> list[Json]:
    """Return all commands, as Discord is told of them."""
    # 0: installed in a server, 1: for a person; contexts: a server, the DM with us, any other conversation.
    everywhere: Json = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
    told = "Should we finetune? An advisor that asks, tries your task and gives a verdict."
    return [
        {"type": CHAT, "name": NAME, "description": told, "options": _subcommands(), **everywhere},
        {"type": MESSAGE, "name": MENU, **everywhere},
    ]


def fingerprint(application: str) -> str:
    """Return what changes whenever the commands of an application have to be told anew."""
    return hashlib.sha256(f"{application} {json.dumps(definitions(), sort_keys=True)}".encode()).hexdigest()[:32]


def _subcommands() -> list[Json]:
    said = {"max_length": LONGEST}
    where = [_choice("this channel", "here"), _choice("every channel", "everywhere")]
    return [
        _sub(
            "check",
            "Ask, or go on: say in your own words what should get better",
            _option("text", "Your words", **said),
        ),
        _sub("try", "Run your own samples on a base model", _file("file", "Samples: inputs with the answers you want")),
        _sub("trial", "The same as try", _file("file", "Samples: inputs with the answers you want")),
        _sub("dataset", "Check a finetuning file", _file("file", "Rows of chat messages, as JSONL")),
        _sub(
            "cost",
            "What a finetune costs, and when it pays back",
            _option("words", "For example: 5000 calls a day 800 in 200 out", **said),
        ),
        _sub("rule", "Read a rule", _option("which", "Which rule, or which part of it", autocomplete=True)),
        _sub("status", "What I hold, and the verdict"),
        _sub("why", "Why I ask, or why the verdict"),
        _sub("verdict", "Decide now, on assumptions that I name"),
        _sub(
            "fix",
            "Correct a fact",
            _option("fact", "Which fact", required=True, autocomplete=True),
            _option("value", "What it should be; leave it out for a form", **said),
        ),
        _sub("skip", "Leave out the samples, or the open question"),
        _sub("stop", "Stop the trial that runs"),
        _sub("again", "Repeat the last trial on today's model, and compare"),
        _sub("forget", "Delete this consultation"),
        _sub("help", "What I can do"),
        _sub(
            "allow",
            "For those who manage the server: answer here, or whom",
            _option("where", "Where I answer", choices=where),
            {"type": CHANNEL, "name": "in", "description": "A channel in which I answer"},
            {"type": ROLE, "name": "role", "description": "Answer only those with this role; @everyone for all"},
        ),
        _sub(
            "deny",
            "For those who manage the server: answer no more",
            _option("where", "Where I do not answer", choices=where),
            {"type": CHANNEL, "name": "in", "description": "A channel in which I do not answer"},
            {"type": ROLE, "name": "role", "description": "A role that I no longer answer"},
        ),
        _sub("off", "For those who manage the server: answer nobody here"),
        _sub("on", "For those who manage the server: answer again"),
    ]


def _sub(name: str, description: str, *options: Json) -> Json:
    return {"type": SUBCOMMAND, "name": name, "description": description, "options": list(options)}


def _option(name: str, description: str, **more: Any) -> Json:
    return {"type": TEXT, "name": name, "description": description, **more}


def _file(name: str, description: str) -> Json:
    return {"type": FILE, "name": name, "description": description}


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
        named = {id: wording.rule_name(knowledge, id) for id in knowledge.rules}
        parts = knowledge.passages.values()
        if typed.strip():
            named |= {
                f"{each.rule} {each.name}": f"{wording.rule_name(knowledge, each.rule)}: {each.name.replace('-', ' ')}"
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
