"""Markdown of texts that others wrote: escaped, fenced, shortened."""

import re


def escaped(text: str) -> str:
    """Make somebody's words safe inside markdown, on one line and not too long."""
    return literal(short(text))


def literal(text: str) -> str:
    """Make somebody's words safe inside markdown, on one line and whole."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|~#" else c for c in " ".join(text.split()))


def short(text: str) -> str:
    """Return text on one line, cut at 160 characters."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 160 else f"{one_line[:159]}…"


def fenced(text: str) -> str:
    """Return text in a code block that nothing in it can close."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
