"""What is answered at once, from the rules alone, with neither store nor model: `help` and the rules. Pure."""

from bot.chat import rules
from bot.chat.commands import Here, help_text, parse
from bot.chat.reply import Part, Text
from bot.text import markdown
from knowledge.load import Knowledge

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
