"""`advisor dataset FILE`: check a file of finetuning rows."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.say import say

if TYPE_CHECKING:
    from rich.table import Table

    from bot.dataset import Checked


def dataset(
    file: Annotated[
        Path, typer.Argument(help="Rows to check, of any form: JSON lines, JSON, a table, a sheet.", metavar="FILE")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
    near: Annotated[
        bool, typer.Option("--near/--no-near", help="Look for rows that are nearly the same, which takes more memory.")
    ] = True,
) -> None:
    """Count and check the rows of a finetuning file.

    Exit code: 0 without errors, 1 with errors in rows, 2 when the file cannot be read.
    """
    from bot.dataset import Unreadable, check

    try:
        checked = check(file, near=near)
    except Unreadable as error:
        say(str(error), err=True)
        raise typer.Exit(2) from None
    if as_json:
        say(json.dumps({**asdict(checked), "clean": checked.clean}, ensure_ascii=True))
    else:
        _print(checked)
    raise typer.Exit(0 if checked.clean else 1)


def _print(checked: "Checked") -> None:
    from rich.markup import escape

    from adapters.console.screen import screen
    from bot.dataset.report import headline

    console = screen()
    console.print(f"[bold]{escape(Path(checked.file).name)}[/bold] ({checked.form}): {headline(checked)}")
    if checked.findings:
        console.print(_findings(checked))
    if checked.messages:
        console.print(_spreads(checked))
    roles = ", ".join(f"{count:,} {_safe(role)}" for role, count in checked.roles.items())
    if roles:
        console.print(f"Messages by role: {roles}. Rows with tools: {checked.with_tools:,}.", highlight=False)


def _findings(checked: "Checked") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    from bot.dataset.report import where

    table = Table("What", "Rows", "Fix", show_lines=True, expand=False)
    for finding in checked.findings:
        mark = "[red]error[/red]" if finding.severity == "error" else "[yellow]warning[/yellow]"
        what = f"{mark} {finding.message}"
        if finding.examples:
            what += "".join(f"\n[dim]{_safe(example)}[/dim]" for example in finding.examples)
        table.add_row(what, where(finding), f"{escape(finding.fix)}\n[dim]says: {finding.source}[/dim]")
    return table


def _spreads(checked: "Checked") -> "Table":
    from rich.table import Table

    table = Table("A row has", "least", "p5", "median", "mean", "p95", "most", "all rows")
    for name, spread in (
        ("messages", checked.messages),
        ("tokens (estimate)", checked.tokens),
        ("answer tokens (estimate)", checked.answer_tokens),
    ):
        if spread:
            numbers = (spread.min, spread.p5, spread.median, spread.mean, spread.p95, spread.max, spread.total)
            table.add_row(name, *(f"{number:,}" for number in numbers))
    return table


def _safe(text: str) -> str:
    """Text of a file, for a terminal: no markup, no control characters, no half characters."""
    from rich.markup import escape

    from bot.dataset.report import printable

    return escape(printable(text))
