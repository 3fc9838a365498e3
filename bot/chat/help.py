"""What is answered from the rules alone, with neither store nor model: help and the rules. Pure."""

from collections.abc import Iterable

from bot.chat import rules
from bot.chat.commands import ROWS, Here, Row, parse, works
from bot.chat.reply import Part, Text
from bot.chat.wording import house
from bot.text import markdown
from knowledge.load import Knowledge

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


AT_TERMINAL = Here("console", "direct")


def instant(knowledge: Knowledge, text: str, here: Here = AT_TERMINAL, *, addressed: bool = True) -> list[Part] | None:
    """Answer `help`, `rules` and `rule 2` from the rules alone, with neither store nor model; None for all else."""
    command = parse(text, addressed=addressed)
    match command.name if command else None:
        case "help":
            return [Text(markdown=help_text(knowledge, here))]
        case "rule" if command and command.rest:
            return [_rule(knowledge, command.rest)]
        case "rule":
            return [Text(markdown=rules.rule_list(knowledge))]
        case _:
            return None


def _rule(knowledge: Knowledge, rest: str) -> Text:
    name, _, passage = rest.replace("#", " ").partition(" ")
    id = rules.rule_id(knowledge, rest) or rules.rule_id(knowledge, name)
    found = knowledge.passages.get(f"{id}#{passage.strip().lower().replace(' ', '-')}")
    if found is not None:
        return Text(markdown=rules.passage(knowledge, found))
    if id is None:
        return Text(markdown=f"There is no rule {markdown.escaped(rest)}. {rules.rule_list(knowledge)}", voice="error")
    return Text(markdown=rules.rule_in_short(knowledge, id))
