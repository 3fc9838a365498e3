"""The words that are commands: one row each, by which they are understood, listed by `help` and told to platforms."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from bot.chat.cc import without_copies, without_names
from bot.chat.command_grammar import DATASET, IT, LAST, ME, POLITE, RECORDED, RULE, THESE, TUNED, WHERE, costs
from bot.chat.events import Event, Pressed, Said
from bot.chat.wording import house
from knowledge.load import Knowledge

Platform = Literal["console", "slack", "discord"]
Place = Literal["thread", "direct", "slash"]
"""Where a command is given: among people, in a conversation of two (a DM, a terminal), or by `/finetune`."""
Who = Literal["anybody", "asker", "manager"]

AGAIN = "again"
"""What follows `verdict` where somebody asks to read again what was said."""
LONGEST_NAMING = 1_000
"""Characters of a message in which a command is looked for behind names of people: anybody can send one full of them,
and each is looked at before it is stored."""
LONGEST_WISH = 80
_READ_AGAIN = re.compile(
    r"(?:please |(?:can|could|would) (?:you|i) (?:please )?)?(?:show|give|tell|say|repeat|print|post|read|see)"
    r"(?: (?:me|us))? (?:it again|(?:the|your) verdict(?: again| once more| in full)?)(?: please)?"
    r"|(?:what (?:is|was)|what's) (?:the|your) verdict(?: again)?|(?:the )?verdict again(?: please)?",
    re.IGNORECASE,
)
_IT_ALL = r"(?:it|that|this|all (?:of )?(?:that|this)|(?:a |the )?(?:fine-?\s?)?tun(?:e|ing)(?: it)?)"
_COSTS = re.compile(
    rf"(?:(?:and|so|ok|but) )?(?:what|how much) (?:would|will|might|could) {_IT_ALL}"
    r" cost(?: (?:us|me))?(?: (?:roughly|then|in total|about))?",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"(?:please |(?:can|could|may|would) (?:you|i|we) (?:please )?)?(?:show|give|send|have|get|see|export|post)?"
    r"(?: ?(?:me|us))?(?: ?(?:the|a|your|our))? ?decision record(?: please)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Argument:
    """What may follow a command, as a platform with options shows it."""

    name: str
    about: str
    kind: Literal["words", "file", "rule", "fact", "place", "channel", "role"] = "words"
    required: bool = False


@dataclass(frozen=True)
class Row:
    """One command."""

    name: str
    does: str
    """What it does, for `help` and the options of a platform."""
    example: str = ""
    """How it is said with an argument; the name alone where none is given."""
    arguments: tuple[Argument, ...] = ()
    grammar: Callable[[str], object] | None = None
    """What follows it where it is said without a slash; None where nothing may."""
    bare: bool = True
    """True where it is a command with nothing behind it; otherwise only what the grammar takes makes it one."""
    followed: Literal["not", "alone", "argument"] = "not"
    """Whether it counts also where nobody speaks to the advisor, in a conversation that it follows."""
    also: tuple[str, ...] = ()
    """Other names, which stand among the options of a platform as well."""
    heard: tuple[str, ...] = ()
    """Words that mean it and are listed nowhere."""
    platforms: frozenset[Platform] = frozenset({"console", "slack", "discord"})
    places: frozenset[Place] = frozenset({"thread", "direct", "slash"})
    """Where `help` lists it."""
    who: Who = "anybody"
    needs_model: bool = False

    @cached_property
    def words(self) -> frozenset[str]:
        """All words that mean it."""
        return frozenset((self.name, *self.also, *self.heard))

    @property
    def said(self) -> str:
        """How it is said."""
        return self.example or self.name

    def takes(self, rest: str, *, addressed: bool) -> bool:
        """Tell whether these words behind it make it a command where it has no slash."""
        if not rest:
            return self.bare and (addressed or self.followed == "alone")
        return (addressed or self.followed == "argument") and self.grammar is not None and bool(self.grammar(rest))


_PLACES = (Argument("where", "Where I answer, or do not", "place"), Argument("in", "One channel", "channel"))
_ROLE = Argument("role", "Those with this role; @everyone for all", "role")
_CHATS: frozenset[Platform] = frozenset({"slack", "discord"})

ROWS: tuple[Row, ...] = (
    Row("help", "what works here", grammar=POLITE, followed="alone"),
    Row(
        "check",
        "ask, or go on: say in your own words what should get better",
        arguments=(Argument("text", "Your words"),),
        bare=False,
        places=frozenset({"slash"}),
        platforms=_CHATS,
    ),
    Row("status", "what I hold, numbered, and the verdict", grammar=POLITE, followed="alone", heard=("facts",)),
    Row(
        "fix",
        "correct a fact, by name, label or number",
        example="fix examples 400",
        arguments=(
            Argument("fact", "Which fact", "fact", required=True),
            Argument("value", "What it should be; leave it out for a form"),
        ),
        grammar=re.compile(r"\w.{0,99}").fullmatch,
        followed="argument",
        heard=("correct",),
    ),
    Row(
        "undo",
        "take back what you answered last, and be asked again",
        grammar=LAST,
        heard=("back", "revert"),
    ),
    Row("why", "why I ask, or why the verdict", grammar=POLITE, followed="alone"),
    Row("sources", "what the last answer rests on", grammar=POLITE, followed="alone"),
    Row(
        "record",
        "the decision record, to keep and to pass on; `record off` ends links to it",
        arguments=(Argument("how", "`json` for programs; `off` ends links to it"),),
        grammar=RECORDED,
        followed="alone",
        heard=("export", "download"),
    ),
    Row("verdict", "the verdict in full, again or now, on assumptions that I name", grammar=POLITE, followed="alone"),
    Row(
        "try",
        "run your own samples on a base model, pasted or as a file",
        arguments=(Argument("file", "Samples: inputs with the answers you want", "file"),),
        grammar=THESE,
        followed="alone",
        also=("trial",),
        needs_model=True,
    ),
    Row("stop", "end the trial that runs", grammar=IT, followed="alone", who="asker", needs_model=True),
    Row(
        "again",
        "repeat the last trial on today's model, and compare",
        grammar=POLITE,
        followed="alone",
        needs_model=True,
    ),
    Row(
        "compare",
        "your finetune beside its base, on your samples and on ordinary prompts",
        example="compare my-model-v2",
        arguments=(Argument("model", "Your finetune, as the model server calls it"),),
        grammar=TUNED,
        needs_model=True,
    ),
    Row("skip", "leave out the samples, or the open question", grammar=IT, followed="alone"),
    Row(
        "rule",
        "read a rule, or one part of it; `rules` lists them",
        example="rule 5 samples",
        arguments=(Argument("which", "Which rule, or which part of it", "rule"),),
        grammar=RULE,
        followed="argument",
        heard=("rules",),
    ),
    Row(
        "dataset",
        "check a finetuning file",
        arguments=(Argument("file", "Rows of chat messages, as JSONL", "file"),),
        grammar=DATASET,
    ),
    Row(
        "cost",
        "what a finetune costs, and when it pays back",
        example="cost 5000 calls a day",
        arguments=(Argument("words", "For example: 5000 calls a day 800 in 200 out"),),
        grammar=costs,
    ),
    Row("forget", "delete this consultation", grammar=ME, followed="alone", who="asker"),
    Row(
        "leave",
        "I listen no further here until I am mentioned",
        grammar=POLITE,
        followed="alone",
        places=frozenset({"thread"}),
        platforms=_CHATS,
    ),
    Row("restart", "how to begin anew", followed="alone", places=frozenset()),
    Row(
        "allow",
        "answer here, or whom",
        example="allow here",
        arguments=(*_PLACES, _ROLE),
        grammar=WHERE,
        platforms=_CHATS,
        who="manager",
    ),
    Row(
        "deny",
        "answer no more here, or whom",
        example="deny here",
        arguments=(*_PLACES, _ROLE),
        grammar=WHERE,
        platforms=_CHATS,
        who="manager",
    ),
    Row(
        "budget",
        "what model calls have taken today, and how much is left",
        grammar=POLITE,
        platforms=_CHATS,
        who="manager",
    ),
    Row("off", "answer nobody here", platforms=_CHATS, who="manager"),
    Row("on", "answer again", platforms=_CHATS, who="manager"),
)


@dataclass(frozen=True)
class Here:
    """Where and by whom `help` is asked for."""

    platform: Platform
    place: Place
    manages: bool = False
    """True where the person manages the workspace."""
    decides: bool = True
    """True where the person may stop and forget here."""
    model: bool = True
    """True where a model is ready to run samples on."""


def works(row: Row, here: Here) -> bool:
    """Tell whether a command does something here for this person."""
    may = {"anybody": True, "asker": here.decides, "manager": here.manages}[row.who]
    return may and here.platform in row.platforms and here.place in row.places and (here.model or not row.needs_model)


def rows(platform: Platform, *, place: Place = "slash") -> list[Row]:
    """Return the commands of a platform, whoever may use them."""
    return [row for row in ROWS if platform in row.platforms and place in row.places]


def row_of(word: str) -> Row | None:
    """Return the command that a word means."""
    return next((row for row in ROWS if word in row.words), None)


class Command(NamedTuple):
    """A command and what follows it."""

    name: str
    rest: str = ""


@lru_cache(maxsize=256)  # who admits an event and who takes it each look for one
def parse(text: str, *, addressed: bool = False) -> Command | None:
    """Return the command in a message, or None where it is ordinary talk.

    With a leading slash any command word counts. Without it the word stands alone, or what follows is an argument of
    it: `rule 2`, `fix examples 400`. Where somebody speaks to the advisor (`addressed`) more words count alone than in
    a conversation that it follows, and whoever is named besides does not change what is meant: `help @ben`.
    """
    found = _parse(text, addressed=addressed)
    if found is not None or not addressed or text.lstrip().startswith("/") or len(text) > LONGEST_NAMING:
        return found
    found = _parse(without_copies(text), addressed=True)
    named = _parse(without_names(text), addressed=True)
    # "forget @ben" may mean his words alone.
    return found or (named if named is not None and named.name != "forget" else None)


def _parse(text: str, *, addressed: bool) -> Command | None:
    words = text.strip().split(maxsplit=1)
    if not words:
        return None
    slash = words[0].startswith("/")
    head = words[0].lstrip("/").lower().rstrip("?!.:,")
    rest = words[1].strip() if len(words) > 1 else ""
    wish = " ".join(re.sub(r"[,.?!]", " ", text).split()) if len(text) < LONGEST_WISH else ""
    if _READ_AGAIN.fullmatch(wish):
        return Command("verdict", AGAIN)
    if _RECORD.fullmatch(wish):
        return Command("record")
    if addressed and _COSTS.fullmatch(wish):
        return Command("cost")
    row = row_of(head)
    if row is None:
        return None
    if slash:
        return Command(row.name, rest)
    end = rest.rstrip("?!. ")
    if not row.takes(end, addressed=addressed) and not (head == "rules" and not end):
        return None
    adds = row.grammar not in (POLITE, IT, THESE, LAST, DATASET)
    return Command(row.name, (rest if row.name == "fix" else end) if adds else "")


def pointed_at(text: str) -> str:
    """Return the words of a message that somebody else may have written, as they are to be read: no command gives
    itself with the rights of who only pointed at it.
    """
    return text if parse(text, addressed=True) is None else f"/check {text}"


ENDING = ("stop", "forget", "leave")
"""Commands with which somebody ends or deletes something of theirs."""
_ENDING_WORDS = tuple(word for row in ROWS if row.name in ENDING for word in row.words)


def may_end(text: str) -> bool:
    """Tell whether a text has a word of those commands; where it has none it is none of them, and needs no parsing."""
    lowered = text.lower()
    return any(word in lowered for word in _ENDING_WORDS)


def forgets(event: Event) -> bool:
    """Tell whether somebody wants something deleted."""
    match event.body:
        case Pressed(action="forget"):
            return True
        case Said(text=text):
            command = parse(text, addressed=event.addressed == "us")
            return command is not None and command.name == "forget"
        case _:
            return False


def usage(platform: Platform) -> str:
    """Return all commands in a line, as a hint behind the name of a slash command."""
    return " | ".join(row.said for row in rows(platform))


HELP = (
    "I help a team decide whether to finetune a model. Tell me in your own words what you want and what goes wrong; "
    "I ask only what can still change the verdict, and every reason names your words and a rule."
)


def help_text(knowledge: Knowledge, here: Here) -> str:
    """List the five rules, and what works here and for this person."""
    numbered = [rule for rule in knowledge.rules.values() if rule.id.removeprefix("rule-").isdigit()]
    ours = [row for row in ROWS if works(row, here)]
    say = "Say" if here.platform == "console" else "Mention me with" if here.place == "thread" else "Say"
    how = f"{say} any of these words" if here.place != "slash" else "Behind `/finetune`"
    lines = [
        HELP,
        "",
        *(f"- `rule {rule.id.removeprefix('rule-')}`: {rule.title}" for rule in numbered),
        "",
        f"{how}:",
        *(f"- `{row.said}`: {row.does}" for row in ours if row.who != "manager"),
    ]
    managing = [row for row in ours if row.who == "manager"]
    if managing:
        lines += ["", managed(managing, here.platform)]
    return "\n".join([*lines, "", "I am automated and can be wrong: check what matters."])


def managed(listed: Iterable[Row], platform: str) -> str:
    """List what those who manage the workspace can do."""
    return "\n".join([f"As you manage this {house(platform)}:", *(f"- `{row.said}`: {row.does}" for row in listed)])
