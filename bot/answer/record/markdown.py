"""A decision record as Markdown, in the form of an architecture decision record: status, context, decision,
consequences."""

from collections.abc import Iterable, Iterator, Sequence

from bot.answer.record.model import Advice, Decision, Held, Record, Trial
from bot.text.markdown import literal
from bot.trial.report.card import share


def markdown(record: Record) -> str:
    """Return the record as one Markdown file."""
    parts = [f"# Decision record: {literal(record.title)}", _head(record), "## Context", *_context(record)]
    parts += ["## Decision", *_decided(record.decision)]
    if record.decision:
        parts += ["## Consequences", *_consequences(record.decision)]
    if record.advice:
        parts += ["## Advice", *_advised(record.advice)]
    return "\n\n".join([*parts, "---", _made(record)]) + "\n"


def _head(record: Record) -> str:
    people = [name for name in record.people if name != record.asker]
    lines = [f"- Status: {record.status}", f"- Date: {record.date}"]
    lines += [f"- Asked by: {literal(record.asker)}"] if record.asker else []
    lines += [f"- With: {', '.join(map(literal, people))}"] if people else []
    return "\n".join(lines)


def _context(record: Record) -> Iterator[str]:
    if record.question:
        yield "\n>\n".join(f"> {literal(each)}" for each in record.question)
    if record.situation:
        yield literal(record.situation)
    if record.facts:
        yield "### What is known"
        yield _table(("Fact", "Value", "How it is known"), map(_fact, record.facts))
    for trial in record.trials:
        yield from _tried(trial)


def _fact(held: Held) -> tuple[str, ...]:
    words = f'"{literal(held.words)}", ' if held.words else ""
    return held.label, literal(held.value), f"{words}{literal(held.known)}"


def _tried(trial: Trial) -> Iterator[str]:
    yield f"### Trial of {trial.at:%Y-%m-%d}"
    yield literal(trial.picture)
    priced = any(rung.usd is not None for rung in trial.rungs)
    heads = ("Way to ask", "Passed (95 %)", "Runs passed", "Agree", "Tokens", *(("USD",) if priced else ()))
    yield _table(
        heads,
        (
            (
                f"**{literal(rung.name)}**" if rung.best else literal(rung.name),
                rung.passed,
                rung.runs,
                "" if rung.agreement is None else share(rung.agreement),
                f"{rung.tokens:,}",
                *(("" if rung.usd is None else f"{rung.usd:.4f}",) if priced else ()),
            )
            for rung in trial.rungs
        ),
    )
    yield f"Scored: {literal(trial.scored)}. The bar is {share(trial.bar)}."
    if trial.stopped:
        yield "It was stopped early."
    if trial.demonstration:
        yield f"{literal(trial.model)} is a demonstration: a pass counts, a failure says nothing about a real model."
    if trial.counted:
        yield f"Counted as facts: {'; '.join(trial.counted)}."


def _decided(decision: Decision | None) -> Iterator[str]:
    if decision is None:
        yield "None yet: what is known leaves it open."
        return
    yield f"**{decision.headline}** ({decision.rule}). {decision.summary}"
    yield "### Because"
    yield _list(_because(decision))
    if decision.assumed:
        yield "### Assumed, as nobody has said otherwise"
        yield _list(decision.assumed)


def _because(decision: Decision) -> Iterator[str]:
    for reason in decision.because:
        ends = "; ".join(f"{_end(held)} ({literal(held.known)})" for held in reason.facts)
        yield f"{ends} → {reason.rule}: {reason.text}"
    if decision.arithmetic:
        yield f"The arithmetic: {decision.arithmetic}"


def _end(held: Held) -> str:
    return f'"{literal(held.words)}"' if held.words else literal(held.said)


def _consequences(decision: Decision) -> Iterator[str]:
    yield f"### Next steps{f' ({decision.takes})' if decision.takes else ''}"
    yield "\n".join(f"{number}. {step}" for number, step in enumerate(decision.next, 1))
    yield "### This would change if"
    yield _list(decision.would_change)
    if decision.notes:
        yield "### Mind"
        yield _list(decision.notes)


def _advised(advice: Advice) -> Iterator[str]:
    yield advice.text
    if advice.sources:
        yield "### Sources of the advice"
        lines: list[str] = []
        for source in advice.sources:
            read = "; ".join(
                f"{place.by}, {place.title}, checked {place.checked}{f' <{place.url}>' if place.url else ''}"
                for place in source.read
            )
            lines.append(f"{source.number}. **{source.title}**{f'. {read}' if read else ''}")
        yield "\n".join(lines)


def _made(record: Record) -> str:
    made = record.versions
    worded = f"Advice worded by {literal(made.model)}" if made.model else "Advice assembled without a model"
    return (
        f"Rules {made.rules}, checked {made.rules_checked}. Prices checked {made.prices_checked}. {worded}. "
        "The verdict is computed by the rules. Made by an automated advisor that can be wrong: check what matters."
    )


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    drawn = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in drawn)
