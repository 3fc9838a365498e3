"""What is said to commands and to questions about the rules: passages with their citations, never model text."""

import re
from typing import Literal

from bot.chat import rules, wording
from bot.chat.commands import Command
from bot.chat.instant import instant
from bot.chat.reply import File, Part, Text
from bot.consultation.derived import Explain
from bot.consultation.model import Consultation
from bot.consultation.view import View, undisputed
from bot.turn.context import TurnContext
from bot.turn.step import LinkRecord, Step
from bot.turn.trials import picture_prefix
from knowledge.load import Knowledge


def answer_command(knowledge: Knowledge, command: Command, case: Consultation, seen: View) -> list[Part]:
    """Answer a command that changes nothing."""
    match command.name:
        case "rule":
            return instant(knowledge, f"/rule {command.rest}") or []
        case "status":
            return _status(knowledge, case, seen)
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


def why(knowledge: Knowledge, case: Consultation, seen: View, explain: Explain) -> list[Part]:
    """Say why the verdict, with all reasons and what to do next, or why the open question."""
    if case.verdict:
        seen = undisputed(seen) if case.settled else seen
        cost = explain(seen.held.facts) if "pays_back" in seen.known else None
        return [Text(markdown=wording.why(knowledge, case, case.verdict, seen, cost))]
    if case.asked:
        question = knowledge.question_of(case.asked.facts[0])
        asks = [f"- {knowledge.asks[f].ask} It matters because {knowledge.asks[f].why}." for f in case.asked.facts]
        return [Text(markdown="\n".join([*asks, "", question.help]))]
    return [Text(markdown="Nothing is open yet. Tell me what you want the model to do better.")]


def sources(knowledge: Knowledge, case: Consultation, number: str = "") -> list[Part]:
    """List what the last answer rests on, or the one of this number."""
    given = next((each for each in case.cited if str(each.number) == number), None) if number else case.answer
    if number and given is None:
        told = "I keep the sources of that answer no more. `sources` lists those of the last one."
        return [Text(markdown=told, voice="notice")]
    return [Text(markdown=wording.footnotes(knowledge, given))]


def record(consultation: Consultation, context: TurnContext, form: Literal["markdown", "json"] = "markdown") -> Step:
    """Give the decision record; there is none before there is a verdict."""
    step = Step(consultation)
    if consultation.verdict is None:
        return step.say(Text(markdown=no_verdict(consultation, context.knowledge), voice="notice"))
    return Step(consultation, says=tuple(decision_record(consultation, context, form)), effects=(LinkRecord(),))


def no_verdict(consultation: Consultation, knowledge: Knowledge) -> str:
    """Say that there is no verdict: none yet, or none any more."""
    told = knowledge.verdicts.get(consultation.told) if consultation.told else None
    none = f"It was *{told.headline}* and is open again." if told else "There is no verdict yet."
    return f"{none} `verdict` decides now, on assumptions that I name."


def decision_record(case: Consultation, context: TurnContext, form: Literal["markdown", "json"]) -> list[Part]:
    """Give the decision record as a file of this form."""
    from bot.answer.record.markdown import markdown
    from bot.answer.record.record import record

    made = record(case, context.knowledge, context.derive, context.explain, context.prices)
    before = f"{picture_prefix(case)}-" if case.at_terminal else ""
    ending, content = ("json", made.model_dump_json(indent=2)) if form == "json" else ("md", markdown(made))
    file = File(name=f"{before}decision-record-{made.date}.{ending}", content=content)
    return [Text(markdown=f"The decision record as of {made.date}: *{made.title}*."), file]


def named_rule(knowledge: Knowledge, question: str) -> Part | None:
    """Show the rule that a question names; None where it names none."""
    named = re.search(r"\brule[ -]?([1-5])\b", question, re.IGNORECASE)
    return Text(markdown=rules.rule_in_short(knowledge, f"rule-{named.group(1)}")) if named else None
