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


def _findings(findings: tuple[Finding, ...]) -> Table:
    rows = [(each.severity, _what(each), " · ".join(where(each).splitlines()), each.fix) for each in findings]
    return Table(headers=("", "What", "Rows", "Fix"), rows=tuple(rows))


def _what(finding: Finding) -> str:
    example = f" ({printable(finding.examples[0])[:100]})" if finding.examples else ""
    return f"{finding.message}{example}"


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
