"""What the tests of prompts assert, where that is a text."""

import re

ASSERTED = ("equals", "contains", "icontains", "starts-with")
"""Kinds that hold the text of the answer."""
_OTHER = (
    "is-json", "contains-json", "contains-any", "contains-all", "icontains-any", "icontains-all", "regex", "llm-rubric",
    "model-graded-closedqa", "factuality", "javascript", "python", "fn", "eval", "file", "similar", "grade",
    "levenshtein", "rouge-n", "webhook", "cost", "latency",
)  # fmt: skip


def asserted(cell: str) -> str | None:
    """Return the answer that a cell asserts, None where it asserts something else than a text."""
    match = re.match(r"([a-z][a-z-]*)(?:\([^)\n]*\))?:[ \t]*", cell)
    kind = match[1] if match else ""
    if match and kind in ASSERTED:
        return cell[match.end() :].strip()
    return None if kind in _OTHER or kind.startswith("not-") else cell.strip()
