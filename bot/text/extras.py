"""What is installed beside the program where somebody wants it, as docs/install.md lists it."""


def command(extra: str) -> str:
    """Return what adds an extra, in words that end in the command."""
    return f'`pip install ".[{extra}]"` in the source of the advisor (or `uv tool install ".[{extra}]"`)'
