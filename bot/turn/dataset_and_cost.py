"""Checks that are asked for in a conversation: a finetuning file, and what a finetune costs. Pure."""

from collections.abc import Mapping
from datetime import date

from bot.chat.reply import Part, Table, Text
from bot.cost import quote
from bot.cost.parse import given
from bot.dataset import Finding, Unreadable, check_text
from bot.dataset.report import headline, printable, sizes, where
from bot.text.markdown import escaped
from knowledge.prices import Prices
from knowledge.schema import Value

NAME = 60
"""Characters of a file's name that are said."""


def dataset_parts(content: str, name: str) -> tuple[Part, ...]:
    """Say what is wrong with a finetuning file, as it was pasted or fetched; `name` as people call it."""
    shown = printable(name)[:NAME]
    try:
        checked = check_text(content, shown)
    except Unreadable as error:
        said = str(error)
        return (Text(markdown=escaped(said[:1].upper() + said[1:]), voice="error"),)
    long = sizes(checked)
    said = Text(markdown=f"**{escaped(shown)}**: {headline(checked)}" + (f" {long}" if long else ""))
    return (said, _findings(checked.findings)) if checked.findings else (said,)


def _findings(findings: tuple[Finding, ...]) -> Text:
    """List what was found: a table of four columns cannot be read on a phone."""
    return Text(markdown="\n".join(f"- **{each.severity.capitalize()}**: {_line(each)}" for each in findings))


def _line(finding: Finding) -> str:
    example = printable(finding.examples[0])[:100] if finding.examples else ""
    rows, _, times = where(finding).partition("\n")
    if len(finding.rows) == 1 and example.startswith(f"row {rows}:"):
        rows, example = "", example.replace(": ", ", ", 1)  # it names the row
    example = f" ({escaped(example)})" if example else ""
    named = f", row{'s' if len(finding.rows) > 1 else ''} {rows}" if finding.rows and rows else ""
    counted = f" ({times})" if times and len(finding.rows) != finding.count else ""
    return f"{finding.message}{example}{named}{counted}. {finding.fix}"


def cost_parts(prices: Prices, words: str, facts: Mapping[str, Value], today: date) -> tuple[Part, ...]:
    """Say what a finetune costs against the ways without one, from words such as `5000 calls a day 800 in 200 out`.

    What they leave out comes from the facts of the case, and what these leave out is assumed.
    """
    try:
        said = quote.with_facts(given(words, prices), facts)
        worked = quote.work_out(said, prices, today)
    except quote.CostError as error:
        return (Text(markdown=str(error), voice="error"),)
    headers, rows = quote.table(worked, prices)
    conclusion = quote.conclusion(
        worked, prices, today, give_calls="the calls a day", give_tuned="`tuned` and its name"
    )
    first = f"{escaped(warned)} " if (warned := quote.warned(worked, prices, today)) else ""
    notes = (*map(escaped, said.notes), *quote.cache_notes(worked, prices), *quote.dates(worked, prices, today))
    basis = " ".join([*quote.made_of(worked), *notes])
    return (
        Text(markdown=f"{first}**{escaped(worked.compared.tuned.name)}**: {quote.price_of(worked)} {conclusion}"),
        Table(headers=headers, rows=rows),
        Text(markdown=basis, voice="notice"),
    )
