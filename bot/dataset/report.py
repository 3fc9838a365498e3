"""What a check found, in words that the command line and a conversation share."""

from bot.dataset.tally import Checked, Finding

ROWS_NAMED = 8
"""Row numbers said of one finding."""


def headline(checked: Checked) -> str:
    """Say in short how a file does."""
    rows = "1 row" if checked.rows == 1 else f"{checked.rows:,} rows"
    if checked.clean:
        return f"{rows}, no errors."
    if not checked.rows_with_errors:
        return f"{rows}, the file has to be rewritten."
    return f"{rows}, {checked.rows_with_errors:,} with errors."


def where(finding: Finding) -> str:
    """Name the first rows that have a finding, and how many do."""
    if not finding.rows:
        return "file"
    named = ", ".join(str(row) for row in finding.rows[:ROWS_NAMED])
    times = f"\n{finding.count:,} times" if finding.count > 1 else ""
    return f"{named}{', …' if len(finding.rows) > ROWS_NAMED else ''}{times}"


def sizes(checked: Checked) -> str | None:
    """Say how long rows are, None where none could be counted."""
    messages, tokens = checked.messages, checked.tokens
    if messages is None or tokens is None:
        return None
    many = f"{messages.max:,} message{'s' if messages.max > 1 else ''}"
    if messages.min < messages.max:
        many = f"{messages.min:,} to {many} (median {messages.median:,})"
    return (
        f"A row has {many} and about {tokens.median:,} tokens, the longest {tokens.max:,}; "
        f"all rows together about {tokens.total:,} (estimated by the kind of letters)."
    )


def printable(text: str) -> str:
    """Return text of a file without control characters and half characters."""
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown.encode("utf-8", "replace").decode("utf-8")
