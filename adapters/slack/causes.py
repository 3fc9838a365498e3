"""How an error is named in the log."""

from typing import Any


def cause(error: Exception) -> str:
    """Return Slack's word for an error, or its type; never its text, which may hold a token or a person's words."""
    response: Any = getattr(error, "response", None)
    word = response.get("error") if hasattr(response, "get") else None
    return str(word) if isinstance(word, str) else type(error).__name__
