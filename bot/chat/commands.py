"""The words that are commands in a thread, a DM, a slash command and the terminal alike."""

import re
from typing import Literal, NamedTuple, get_args

Name = Literal[
    "help",
    "rule",
    "rules",
    "status",
    "why",
    "sources",
    "check",
    "try",
    "again",
    "stop",
    "skip",
    "fix",
    "verdict",
    "dataset",
    "cost",
    "restart",
    "forget",
    "leave",
    "allow",
    "deny",
    "on",
    "off",
]

_WORDS: dict[str, Name] = {
    **{name: name for name in get_args(Name)},
    "facts": "status",
    "trial": "try",
    "correct": "fix",
}
_BARE = frozenset(
    {
        "help",
        "rules",
        "status",
        "facts",
        "why",
        "sources",
        "skip",
        "forget",
        "leave",
        "restart",
        "verdict",
        "try",
        "again",
        "stop",
    }
)


AGAIN = "again"
"""What follows `verdict` where somebody asks to read again what was said."""
LONGEST_WISH = 80
_READ_AGAIN = re.compile(
    r"(?:please |(?:can|could|would) (?:you|i) (?:please )?)?(?:show|give|tell|say|repeat|print|post|read|see)"
    r"(?: (?:me|us))? (?:it again|(?:the|your) verdict(?: again| once more| in full)?)(?: please)?"
    r"|(?:what (?:is|was)|what's) (?:the|your) verdict(?: again)?|(?:the )?verdict again(?: please)?",
    re.IGNORECASE,
)


class Command(NamedTuple):
    """A command and what follows it."""

    name: Name
    rest: str = ""


def parse(text: str) -> Command | None:
    """Return the command in a message, or None where it is ordinary talk.

    With a leading slash any command word counts; without it only a message that is nothing but the command, or
    `rule 2`, `fix examples 400`.
    """
    words = text.strip().split(maxsplit=1)
    if not words:
        return None
    slash = words[0].startswith("/")
    head = words[0].lstrip("/").lower().rstrip("?!.")
    rest = words[1].strip() if len(words) > 1 else ""
    if len(text) < LONGEST_WISH and _READ_AGAIN.fullmatch(" ".join(re.sub(r"[,.?!]", " ", text).split())):
        return Command("verdict", AGAIN)
    if head not in _WORDS:
        return None
    name = _WORDS[head]
    if slash or (not rest and head in _BARE):
        return Command(name, rest)
    if head == "rule" and re.fullmatch(r"(rule-)?\w[\w#-]*( [\w-]+){0,4}", rest):
        return Command("rule", rest)
    if head in ("fix", "correct") and re.fullmatch(r"\w.{0,99}", rest):
        return Command("fix", rest)
    return None
