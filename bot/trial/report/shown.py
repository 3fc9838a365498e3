"""An output as people are shown it: what runs on without end is cut, what is foul is starred, and either is marked."""

import re

MOST_READ = 4_000
"""Characters of an output that are looked at."""
_LOOP = re.compile(r"(.{2,160}?)\1{3,}", re.DOTALL)
_LOOP_LENGTH = 40
"""A shorter stretch may repeat itself for a reason: a rule, a row of digits."""
_FOUL = re.compile(
    r"\b(?:motherfuck|fuck|shit|bullshit|bitch|cunt|asshole|arsehole|dickhead|cocksuck|whore|slut|wank|twat|pussy"
    r"|nigger|nigga|faggot)\w*",
    re.IGNORECASE,
)


def shown(text: str, most: int, *, demonstration: bool = False) -> str:
    """Return an output for people to read; foul words are starred in those of a demonstration model."""
    text = text.strip()
    out, loops = _LOOP.subn(_once, text[:MOST_READ])
    marks = ["it repeats itself"] if loops and out != text[:MOST_READ] else []
    if demonstration:
        out, foul = _FOUL.subn(lambda match: match[0][0] + "*" * (len(match[0]) - 1), out)
        marks += ["foul words starred"] if foul else []
    if len(out) > most or len(text) > MOST_READ:
        out = out[:most].rstrip()
        marks.insert(0, f"cut, {len(text):,} characters in all")
    return f"{out} … [{'; '.join(marks)}]" if marks else out


def _once(match: re.Match[str]) -> str:
    unit = match[1]
    told = len(match[0]) >= _LOOP_LENGTH and any(letter.isalnum() for letter in unit)
    return f"{unit} … " if told else match[0]
