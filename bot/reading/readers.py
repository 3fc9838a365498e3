"""Which models may read messages."""

from fnmatch import fnmatch

THRESHOLD = 0.9
MEASURED: dict[str, float] = {}


def may_read(model_name: str, demonstration: bool) -> bool:
    """Tell whether a model may read messages."""
    name = model_name.lower()
    for pattern, precision in MEASURED.items():
        if fnmatch(name, pattern):
            return precision >= THRESHOLD
    return not demonstration
