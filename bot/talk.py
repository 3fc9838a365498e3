"""What is said to commands and to questions about the rules: passages with their citations, never model text."""

import re

from bot.advice import View
from bot.commands import Command, parse
from bot.consultation import Consultation
from bot.reply import words
from bot.reply.parts import Part, Text
from knowledge.load import Knowledge
from knowledge.lookup import look_up

WHY_PASSAGES = 2
HELP = """\
I help a team decide whether to finetune a model. Tell me in your own words what you want and what goes wrong; \
I ask only what can still change the verdict, and every reason names your words and a rule.

- `status`: what I hold, numbered
- `fix examples 400`: correct a fact, by name, label or number
- `why`: why I ask, or why the verdict
- `verdict`: the verdict in full, again or now; what is open I assume and name
- `try`: run your own samples on a base model; `stop` ends that, `again` repeats it on today's model and compares
- `skip`: leave out the samples, or the open question
- `rules`, `rule 2`, `rule 5 samples`: read the rules
- `dataset`: check a finetuning file; `cost 5000 calls a day`: what a finetune costs, and when it pays back
- `forget`: delete this consultation; `leave`: I listen no further here until I am mentioned

I am automated and can be wrong: check what matters."""


def instant(knowledge: Knowledge, text: str) -> list[Part] | None:
    """Answer `help`, `rules` and `rule 2` from the rules alone, with neither store nor model; None for all else."""
    command = parse(text)
    match command.name if command else None:
        case "help":
            return [Text(markdown=HELP)]
        case "rules" | "rule" if command and command.rest:
            return [_rule(knowledge, command.rest)]
        case "rules" | "rule":
            return [Text(markdown=rule_list(knowledge))]
        case _:
            return None


def answer_command(knowledge: Knowledge, command: Command, case: Consultation, seen: View) -> list[Part]:
    """Answer a command that changes nothing."""
    match command.name:
        case "help" | "rule" | "rules":
            return instant(knowledge, f"/{command.name} {command.rest}") or []
        case "status":
            return _status(knowledge, case, seen)
        case "why":
            return _why(knowledge, case, seen)
        case "fix":
            names = "; ".join(words.label(knowledge, f) for f in seen.known) or "nothing yet"
            return [Text(markdown=f"Say which fact and its new value, as in `fix example pairs 400`. I hold: {names}.")]
        case "leave":
            return [Text(markdown="`/quit` ends.")]
        case "restart":
            return [Text(markdown="`forget` deletes this consultation; what you say next begins a new one.")]
        case _:
            return []


def rule_list(knowledge: Knowledge) -> str:
    """List the five rules and what stands beside them."""
    lines = [f"- `{r.id}`: {r.title}" for r in knowledge.rules.values()]
    return "\n".join(["Read one with `rule 2` or `rule retrieval`.", "", *lines])


def _rule(knowledge: Knowledge, rest: str) -> Text:
    name, _, passage = rest.replace("#", " ").partition(" ")
    id = words.rule_id(knowledge, rest) or words.rule_id(knowledge, name)
    found = knowledge.passages.get(f"{id}#{passage.strip().lower().replace(' ', '-')}")
    if found is not None:
        return Text(markdown=words.passage(knowledge, found))
    if id is None:
        return Text(markdown=f"There is no rule {words.escaped(rest)}. {rule_list(knowledge)}", voice="error")
    return Text(markdown=words.rule_in_short(knowledge, id))


def _status(knowledge: Knowledge, case: Consultation, seen: View) -> list[Part]:
    table = words.facts(knowledge, seen, case.names)
    if table is None:
        return [Text(markdown="I hold no facts yet. Tell me what you want the model to do better.")]
    hint = Text(
        markdown='Correct one with `fix 1 …` or `fix example pairs 400`, or just say it: "no, we have 400 examples".'
    )
    if case.verdict:
        hint = Text(markdown=f"Verdict: *{words.verdict_name(knowledge, case.verdict)}*. {hint.markdown}")
    return [table, hint]


def _why(knowledge: Knowledge, case: Consultation, seen: View) -> list[Part]:
    if case.verdict:
        refs = dict.fromkeys(f"{r.rule}#{r.passage}" for r in case.verdict.because)
        refs |= dict.fromkeys(knowledge.verdicts[case.verdict.verdict].cites)
        meaning = Text(markdown=knowledge.verdicts[case.verdict.verdict].meaning)
        most = list(refs)[:WHY_PASSAGES]
        return [meaning, *(Text(markdown=words.passage(knowledge, knowledge.passages[r])) for r in most)]
    if case.asked:
        question = knowledge.question_of(case.asked.facts[0])
        asks = [f"- {knowledge.asks[f].ask} It matters because {knowledge.asks[f].why}." for f in case.asked.facts]
        return [Text(markdown="\n".join([*asks, "", question.help]))]
    return [Text(markdown="Nothing is open yet. Tell me what you want the model to do better.")]


def answer_question(knowledge: Knowledge, question: str) -> Part:
    """Answer a question from passages, with citations."""
    if named := re.search(r"\brule[ -]?([1-5])\b", question, re.IGNORECASE):
        return Text(markdown=words.rule_in_short(knowledge, f"rule-{named.group(1)}"))
    found = look_up(knowledge, question)
    if not found:
        return Text(markdown=f'The rules say nothing about "{words.escaped(question)}". `rules` lists what they cover.')
    also = "; ".join(f"{words.rule_name(knowledge, p.rule)}, {p.name.replace('-', ' ')}" for p in found[1:])
    return Text(markdown=words.passage(knowledge, found[0]) + (f"\n\nSee also {also}." if also else ""))
