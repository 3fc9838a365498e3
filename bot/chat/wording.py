"""Facts, questions and verdicts in words: markdown that fits a phone. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from bot.chat.reply import Form, FormField, Option, Table
from bot.chat.rules import rule_name
from bot.consultation.advice import UNCLEAR, Ask, is_tuning
from bot.consultation.answer import Answer, Cited
from bot.consultation.base import Value
from bot.consultation.model import Change, Claim, Consultation, How, Reason, Verdict
from bot.consultation.view import Known, View
from bot.text.markdown import escaped, short
from knowledge.load import Knowledge, Rated
from knowledge.schema import CITED

UNKNOWN = "I don't know"
DATED = ("platform_unavailable", "base_deprecating")
"""Notes of what ends on a day: they stand above the verdict."""
ABOUT = "Whether to finetune: "
ASSUMED = " (assumed)"
GENERAL = "What carries no number is general practice."
MOST_SOURCES = 3


def label(knowledge: Knowledge, fact: str) -> str:
    """Name a fact in plain words."""
    return knowledge.facts[fact].label or fact.replace("_", " ")


def value(knowledge: Knowledge, fact: str, held: Value) -> str:
    """Say a value in the words of its question."""
    ask = knowledge.asks.get(fact)
    options = ask.options if ask else {}
    if isinstance(held, bool):
        return options.get(str(held).lower(), "yes" if held else "no")
    if isinstance(held, tuple):
        return ", ".join(options.get(v, v) for v in held) or "none of these"
    if isinstance(held, float):
        return f"{held:.0%}"
    if isinstance(held, int):
        return f"{held:,}"
    return options.get(held, held)


def told(knowledge: Knowledge, fact: str, known: Known) -> str:
    """Say one fact with the words that support it."""
    how = {
        How.stated: f' ("{escaped(known.quote)}")' if known.quote else "",
        How.measured: " (measured)",
        How.computed: " (computed)",
        How.assumed: " (assumed)",
    }.get(known.how, "")
    return f"{label(knowledge, fact)}: {value(knowledge, fact, known.value)}{how}"


def noted(knowledge: Knowledge, fact: str, known: Known) -> str:
    """Say what was read: the words, or what was given in their place."""
    if known.quote and known.how is How.stated:
        return f'"{escaped(known.quote)}"'
    return _paired(knowledge, fact, known.value) if _counted(known.value) else stated(knowledge, fact, known.value)


@lru_cache(maxsize=512)
def plain_options(knowledge: Knowledge, fact: str) -> tuple[Option, ...]:
    """Return the choices of a fact; none for a number."""
    spec, ask = knowledge.facts[fact], knowledge.asks[fact]
    if spec.type == "bool":
        yes, no = ask.options.get("true", "Yes"), ask.options.get("false", "No")
        return (Option(value="true", label=yes), Option(value="false", label=no))
    return tuple(Option(value=v, label=ask.options[v]) for v in spec.values)


def form(knowledge: Knowledge, facts: Iterable[str], asked: str | None = None) -> Form:
    """Return the question for these facts, which belong to one form; a single one may be asked in words of its own."""
    names = tuple(facts)
    question = knowledge.question_of(names[0])
    fields: list[FormField] = []
    for fact in names:
        spec, ask = knowledge.facts[fact], knowledge.asks[fact]
        hint = f"{ask.unit or 'a number'}, for example {ask.example}" if spec.type == "count" and ask.example else None
        kind = "text" if spec.type == "ratio" else spec.type
        words = asked if asked and len(names) == 1 else ask.ask
        fields.append(
            FormField(fact=fact, ask=words, why=ask.why, type=kind, options=plain_options(knowledge, fact), hint=hint)
        )
    return Form(id=question.id, title=question.title, fields=tuple(fields), help=question.help)


def form_of(knowledge: Knowledge, fact: str, near: Sequence[Value]) -> Form:
    """Return the question for one fact with these answers alone."""
    whole = form(knowledge, (fact,))
    field = whole.fields[0]
    values = [str(one).lower() if isinstance(one, bool) else str(one) for one in near]
    labels = {option.value: option.label for option in field.options}
    if field.type == "count":
        options = tuple(Option(value=v, label=value(knowledge, fact, one)) for v, one in zip(values, near, strict=True))
        return whole.model_copy(update={"fields": (field.model_copy(update={"type": "choice", "options": options}),)})
    options = tuple(Option(value=v, label=labels[v]) for v in values if v in labels)
    return whole.model_copy(update={"fields": (field.model_copy(update={"options": options}),)})


MOST_SIDES = 3
"""Of those who disagree, how many are named."""


def question(knowledge: Knowledge, ask: Ask, names: Mapping[str, str]) -> str:
    """Say what is asked and why it matters now."""
    if ask.dispute:
        shown = [_said(knowledge, ask.facts[0], c, names) for c in ask.dispute[:MOST_SIDES]]
        more = len(ask.dispute) - len(shown)
        said = f"{', '.join(shown)} and {more} more" if more > 0 else " and ".join(shown)
        return f"I have two answers for {label(knowledge, ask.facts[0])}: {said}. Which one holds?"
    asks = [knowledge.asks[f] for f in ask.facts]
    return f"{' '.join(a.ask for a in asks)} This matters now because {asks[0].why}."


def _said(knowledge: Knowledge, fact: str, claim: Claim, names: Mapping[str, str]) -> str:
    who = escaped(names.get(claim.by, "somebody"))
    words = f' ("{escaped(claim.quote)}")' if claim.quote else ""
    held = value(knowledge, fact, claim.value) if claim.value is not None else UNKNOWN
    return f"{who} says {held}{words}"


def _rule_in_brief(knowledge: Knowledge, rule: str) -> str:
    return rule_name(knowledge, rule).partition(" · ")[0]


def verdict(knowledge: Knowledge, case: Consultation, given: Verdict, seen: View, below: Answer | None = None) -> str:
    """Say a verdict in three lines: what it is and by which rule, one reason, and what would change it.

    Below an answer it says what it is about. Where a model wrote the answer, the lines are one block, for small print:
    whoever has read it to its end does not expect three more.
    """
    name = knowledge.verdicts[given.verdict]
    own = in_brief(knowledge, case, given, seen)
    said = below.lines if below and below.lines else own
    # In another language its name stands in front of the lines.
    called, (comes_to, *others) = said[: len(said) - len(own)], said[len(said) - len(own) :]
    head = f"**{called[0].rstrip('.。') if called else name.headline}** ("
    about = ABOUT if below and not called else ""
    first = f"{about}{head}{_rule_in_brief(knowledge, name.rule)}). {comes_to}"
    lines = filter(None, [dated(knowledge, given), first, *others])
    return ("\n" if below and below.by else "\n\n").join(lines)


def dated(knowledge: Knowledge, given: Verdict) -> str:
    """Say what ends on a day for this case; empty where nothing does."""
    return "\n".join(f"⚠ {knowledge_note(knowledge, note)}" for note in given.notes if note in DATED)


def verdict_label(knowledge: Knowledge, given: Verdict) -> str:
    """Name a verdict on a button, with its rule: "Prompt first · Rule 2"."""
    name = knowledge.verdicts[given.verdict]
    return f"{name.headline} · {_rule_in_brief(knowledge, name.rule)}"


def in_brief(knowledge: Knowledge, case: Consultation, given: Verdict, seen: View) -> tuple[str, ...]:
    """Say what a verdict comes to, one reason with both ends, and what would change it, a sentence each."""
    name, clause = knowledge.verdicts[given.verdict], clause_of(knowledge, given)
    spoken = knowledge.passages[clause.cites[0]].about if clause else ()
    place = {fact: i for i, fact in enumerate(spoken)}
    # A measurement weighs more than words, and what the deciding passage speaks of first more than what led there.
    reasons = sorted(
        given.because, key=lambda r: (not _measured(seen, r.fact), place.get(r.fact, len(place)), r.quote is None)
    )
    # What a clause says of a case stands where people said it or a trial measured it; else what holds of all.
    grounded = not any(_guessed(seen, reason.fact) for reason in given.because)
    own = clause.headline if clause and clause.headline != name.headline else name.sentence
    lines = [f"{own}." if grounded or own == name.sentence else f"{name.sentence}. As it looks so far: {own}."]
    if reasons:
        first = reasons[0]
        end = _end(knowledge, first, seen, _names(case))
        guessed = next((r for r in reasons if r.passage == first.passage and _guessed(seen, r.fact)), None)
        if guessed and guessed is not first:
            # What nobody said is not to read like something that somebody did.
            end += f", and on the assumption that {_end(knowledge, guessed, seen, {}).removesuffix(ASSUMED)}"
        lines.append(f"Because {end} → {_rule_in_brief(knowledge, first.rule)}: {_point(first.text)}")
    lines.append(f"This would change if {would_change(knowledge, given, seen)[0]}.")
    return tuple(lines)


def _point(short: str) -> str:
    """Return the first half of a sentence that goes on after a colon or a semicolon."""
    return f"{re.split('[:;]', short, maxsplit=1)[0].rstrip('.')}."


def why(knowledge: Knowledge, case: Consultation, given: Verdict, seen: View, cost: str | None = None) -> str:
    """Say all of a verdict: each reason, what was assumed, what would change it, and what to do next."""
    text, clause = knowledge.verdicts[given.verdict], clause_of(knowledge, given)
    said = clause.why if clause and clause.why and clause.headline != text.headline else f"{text.sentence}."
    lines = [f"*{verdict_name(knowledge, given)}.* {said}", ""]
    lines += ["**Because**", *_because(knowledge, case, given, seen)]
    lines += [f"- The arithmetic: {cost}", ""] if cost else [""]
    if given.assumed:
        held = {f: seen.known[f].value if f in seen.known else knowledge.facts[f].assume for f in given.assumed}
        assumed = [stated(knowledge, f, v) for f, v in held.items() if v is not None]
        lines += ["**Assumed**, as nobody has said otherwise", *(f"- {each}" for each in assumed), ""]
    lines += ["**This would change if**", *(f"- {each}" for each in would_change(knowledge, given, seen)), ""]
    takes = clause.takes if clause else text.takes
    lines += [f"**Next** ({takes})" if takes else "**Next**", *(f"{i}. {step}" for i, step in enumerate(given.next, 1))]
    if given.notes:
        lines += ["", "**Mind**", *(f"- {knowledge_note(knowledge, n)}" for n in given.notes)]
    return "\n".join(lines)


def verdict_name(knowledge: Knowledge, given: Verdict) -> str:
    """Name a verdict with what it comes to in this case: "Prompt first. Find somebody to look after it"."""
    name, clause = knowledge.verdicts[given.verdict].headline, clause_of(knowledge, given)
    return name if clause is None or clause.headline == name else f"{name}. {clause.headline}"


def clause_of(knowledge: Knowledge, given: Verdict) -> Rated | None:
    """Return the clause of a verdict; None where it is no more, or leads elsewhere now."""
    return next((c for c in knowledge.clauses if (c.id, c.verdict) == (given.clause, given.verdict)), None)


def knowledge_note(knowledge: Knowledge, id: str) -> str:
    """Return the text of a note."""
    return next(_bare(n.note.text) for n in knowledge.notes if n.note.id == id)


def _names(case: Consultation) -> Mapping[str, str]:
    """Return the names of those who told facts, where there are several."""
    several = len({c.by for claims in case.claims.values() for c in claims if c.how is not How.measured}) > 1
    return case.names if several else {}


def _because(knowledge: Knowledge, case: Consultation, given: Verdict, seen: View) -> list[str]:
    """Return a line for each passage, with the facts that it speaks to."""
    names = _names(case)
    lines: dict[tuple[str, str], list[str]] = {}
    for reason in given.because:
        lines.setdefault((reason.rule, reason.text), []).append(_end(knowledge, reason, seen, names))
    return [f"- {'; '.join(ends)} → {rule_name(knowledge, rule)}: {text}" for (rule, text), ends in lines.items()]


def _guessed(seen: View, fact: str) -> bool:
    return fact not in seen.known or seen.known[fact].how is How.assumed


def _measured(seen: View, fact: str) -> bool:
    return fact in seen.known and seen.known[fact].how is How.measured


def _end(knowledge: Knowledge, reason: Reason, seen: View, names: Mapping[str, str]) -> str:
    """Say the end of a reason that is the team's: its words, a measurement, or what is held."""
    known = seen.known.get(reason.fact)
    who = f" ({escaped(names[known.by])})" if known and known.by in names else ""
    if reason.quote:
        return f'"{escaped(reason.quote)}"{who}'
    held = known.value if known else knowledge.facts[reason.fact].assume
    how = known.how if known else How.assumed
    if held is None:
        return f"{label(knowledge, reason.fact)} (nobody knows)"
    if how is How.measured:
        return f"measured: {label(knowledge, reason.fact)} ({value(knowledge, reason.fact, held)})"
    return stated(knowledge, reason.fact, held) + (ASSUMED if how is How.assumed else who)


def stated(knowledge: Knowledge, fact: str, held: Value) -> str:
    """Say what is held of a fact as a statement, which can follow "because" or "if"."""
    ask = knowledge.asks.get(fact)
    means = ask.means if ask else ""
    if isinstance(means, str):
        return means.format(n=value(knowledge, fact, held)) if means else _paired(knowledge, fact, held)
    told = [means.get(str(one).lower() if isinstance(one, bool) else str(one)) for one in _each(held)]
    return " and ".join(each for each in told if each) if told and all(told) else _paired(knowledge, fact, held)


def _each(held: Value) -> tuple[Value, ...]:
    return held if isinstance(held, tuple) else (held,)


def _paired(knowledge: Knowledge, fact: str, held: Value) -> str:
    """Say a fact that has no words of its own: a number with its name, or its name with the value."""
    said = value(knowledge, fact, held)
    return f"{said} {label(knowledge, fact)}" if _counted(held) else f"{label(knowledge, fact)}: {said}"


def _counted(held: Value) -> bool:
    return isinstance(held, int | float) and not isinstance(held, bool)


def would_change(knowledge: Knowledge, given: Verdict, seen: View, most: int = 3) -> list[str]:
    """Say what would lead elsewhere, to follow "if": one a verdict, the facts that decided first.

    Where no single answer does, or only to a further question, what ends the verdict.
    """
    lines: dict[str, str] = {}
    for change in given.would_change:
        then = f"{_other(knowledge, change, seen)} → {knowledge.verdicts[change.verdict].headline}"
        lines.setdefault(change.verdict, then)
    clause = clause_of(knowledge, given)
    if not lines or (set(lines) == {UNCLEAR} and clause and clause.until):
        return [clause.until if clause and clause.until else "more than one answer changed"]
    # What only leads to a further question tells the least.
    shown = sorted(lines, key=lambda v: (not is_tuning(v), v == UNCLEAR))[:most] if len(lines) > most else list(lines)
    return [lines[v] for v in sorted(lines, key=lambda v: v == UNCLEAR) if v in shown]


def _held(knowledge: Knowledge, fact: str, seen: View) -> Value | None:
    return seen.known[fact].value if fact in seen.known else knowledge.facts[fact].assume


def _other(knowledge: Knowledge, change: Change, seen: View) -> str:
    fact, held, told = change.fact, _held(knowledge, change.fact, seen), change.value
    if isinstance(told, tuple) and isinstance(held, tuple):
        more = tuple(v for v in told if v not in held)
        less = tuple(v for v in held if v not in told)
        if more and set(held) <= set(told):
            return f"{stated(knowledge, fact, more)} as well"
        if not more:
            return f"it were no longer so that {stated(knowledge, fact, less)}"
    return stated(knowledge, fact, told)


def facts(knowledge: Knowledge, seen: View, names: Mapping[str, str]) -> Table | None:
    """Return the facts that are held as a table of plain text, numbered so that one can be corrected."""
    rows = [
        (
            str(i),
            label(knowledge, fact),
            value(knowledge, fact, known.value) + (" …" if known.growing else ""),
            f'"{short(known.quote)}"' if known.quote else known.how.value,
            short(names.get(known.by, "")),
        )
        for i, (fact, known) in enumerate(seen.known.items(), 1)
    ]
    for fact, claims in seen.disputed.items():
        said = " or ".join(value(knowledge, fact, c.value) for c in claims if c.value is not None)
        who = ", ".join(dict.fromkeys(short(names.get(c.by, "")) for c in claims))
        rows.append(("", label(knowledge, fact), said, "disputed", who))
    headers = ("", "Fact", "Value", "How I know", "Who")
    named = len(headers) if any(row[-1] for row in rows) else len(headers) - 1  # at the terminal nobody has a name
    return Table(headers=headers[:named], rows=tuple(row[:named] for row in rows)) if rows else None


def _bare(text: str) -> str:
    return CITED.sub("", text)


def footnotes(knowledge: Knowledge, given: Answer | Cited | None) -> str:
    """List what the numbers in an answer rest on."""
    if given is None:
        return "Nothing was answered yet, so there are no sources to list."
    lines: list[str] = []
    for note in given.sources:
        known = [knowledge.sources[id] for id in note.rests_on if id in knowledge.sources]
        read = "; ".join(f"{s.by}, {s.title}{f' <{s.url}>' if s.url else ''}" for s in known[:MOST_SOURCES])
        more = f"; and {len(known) - MOST_SOURCES} more" if len(known) > MOST_SOURCES else ""
        day = f" (checked {max(s.checked for s in known)})" if known else ""
        named = note.title
        if "#" in note.source:
            rule, _, passage = note.source.partition("#")
            # Its name is also the command that shows all of it.
            named = f"{rule_name(knowledge, rule).partition(' · ')[0]}, `rule {rule.removeprefix('rule-')} {passage}`"
        lines.append(f"[{note.number}] {named}{f': {read}{more}{day}' if read else ''}.")
    worded = f" Worded by {escaped(given.by)}." if given.by else ""
    return "\n\n".join([*lines, f"{GENERAL}{worded}"])


def house(platform: str) -> str:
    """Return what people of a platform call the place that their group has there."""
    return "server" if platform == "discord" else "workspace"
