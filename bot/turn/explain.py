"""What is said to commands and to questions about the rules: passages with their citations, never model text."""

import re

from bot.chat import wording
from bot.chat.commands import Command
from bot.chat.reply import Part, Text
from bot.chat.wording import instant
from bot.consultation.model import Consultation
from bot.consultation.view import View
from bot.text import markdown
from knowledge.load import Knowledge
from knowledge.lookup import look_up

WHY_PASSAGES = 2


def answer_command(knowledge: Knowledge, command: Command, case: Consultation, seen: View) -> list[Part]:
    """Answer a command that changes nothing."""
    match command.name:
        case "rule":
            return instant(knowledge, f"/rule {command.rest}") or []
        case "status":
            return _status(knowledge, case, seen)
        case "why":
            return _why(knowledge, case, seen)
        case "fix":
            names = "; ".join(wording.label(knowledge, f) for f in seen.known) or "nothing yet"
            return [Text(markdown=f"Say which fact and its new value, as in `fix example pairs 400`. I hold: {names}.")]
        case "leave":
            return [Text(markdown="`/quit` ends.")]
        case "restart":
            return [Text(markdown="`forget` deletes this consultation; what you say next begins a new one.")]
        case _:
            return []


def _status(knowledge: Knowledge, case: Consultation, seen: View) -> list[Part]:
    table = wording.facts(knowledge, seen, case.names)
    if table is None:
        return [Text(markdown="I hold no facts yet. Tell me what you want the model to do better.")]
    hint = Text(
        markdown='Correct one with `fix 1 …` or `fix example pairs 400`, or just say it: "no, we have 400 examples".'
    )
    if case.verdict:
        hint = Text(markdown=f"Verdict: *{wording.verdict_name(knowledge, case.verdict)}*. {hint.markdown}")
    return [table, hint]


def _why(knowledge: Knowledge, case: Consultation, seen: View) -> list[Part]:
    if case.verdict:
        refs = dict.fromkeys(f"{r.rule}#{r.passage}" for r in case.verdict.because)
        refs |= dict.fromkeys(knowledge.verdicts[case.verdict.verdict].cites)
        meaning = Text(markdown=knowledge.verdicts[case.verdict.verdict].meaning)
        most = list(refs)[:WHY_PASSAGES]
        return [meaning, *(Text(markdown=wording.passage(knowledge, knowledge.passages[r])) for r in most)]
    if case.asked:
        question = knowledge.question_of(case.asked.facts[0])
        asks = [f"- {knowledge.asks[f].ask} It matters because {knowledge.asks[f].why}." for f in case.asked.facts]
        return [Text(markdown="\n".join([*asks, "", question.help]))]
    return [Text(markdown="Nothing is open yet. Tell me what you want the model to do better.")]


def answer_question(knowledge: Knowledge, question: str) -> Part:
    """Answer a question from passages, with citations."""
    if named := re.search(r"\brule[ -]?([1-5])\b", question, re.IGNORECASE):
        return Text(markdown=wording.rule_in_short(knowledge, f"rule-{named.group(1)}"))
    found = look_up(knowledge, question)
    if not found:
        return Text(
            markdown=f'The rules say nothing about "{markdown.escaped(question)}". `rules` lists what they cover.'
        )
    also = "; ".join(f"{wording.rule_name(knowledge, p.rule)}, {p.name.replace('-', ' ')}" for p in found[1:])
    return Text(markdown=wording.passage(knowledge, found[0]) + (f"\n\nSee also {also}." if also else ""))
