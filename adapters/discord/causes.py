"""How an error is named in the log."""


def cause(error: Exception) -> str:
    """Return Discord's code of an error, or its type; never its text, which may hold a token or a person's words."""
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if isinstance(code, int) and code else type(error).__name__
