"""Lines on standard output and standard error."""

import typer

from bot.text.hidden import plain


def say(text: str, *, err: bool = False) -> None:
    """Print a line as text alone, whatever a file, a store or somebody's words put into it."""
    typer.echo(plain(text), err=err)
