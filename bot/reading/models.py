"""Which models may read messages: measured with `benchmarks/reading.py`, not guessed."""

from fnmatch import fnmatch

THRESHOLD = 0.9
"""Precision that a model's own claims must reach on the reference threads, patterns not counted."""

MEASURED: dict[str, float] = {
    "smollm2-135m*": 0.0,
    "qwen2.5-coder-1.5b*": 0.0,
}
"""Lower-case name pattern to precision; nothing found counts as 0.

Measured on 2026-11-22 over every second reference thread (21, with 60 stated facts): SmolLM2-135M broke off in 21 of 21
answers, Qwen2.5-Coder-1.5B-Instruct Q4_K_M found nothing in any of them. Asked for a list instead of one key a fact,
the latter claimed up to eight facts a message on seven of them, and almost none was right. The
patterns alone reach 0.97 on all 41.
"""


def may_read(model_name: str, demonstration: bool) -> bool:
    """Tell whether a model may read messages.

    A measured model may where its precision is at least THRESHOLD. Of the others the bundled demonstration may not, and
    one that somebody chose by name may: its claims are checked against the words either way.
    """
    name = model_name.lower()
    for pattern, precision in MEASURED.items():
        if fnmatch(name, pattern):
            return precision >= THRESHOLD
    return not demonstration
