"""Numbers inside prose: what a text claims, and whether a source carries it."""

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

_SCALE = {
    "k": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3, "m": 1e6, "million": 1e6, "millionen": 1e6,
    "millions": 1e6, "millones": 1e6, "milhões": 1e6, "mio": 1e6, "b": 1e9, "billion": 1e9, "万": 1e4, "亿": 1e8,
}  # fmt: skip
_SPACE = "\u0020\u00a0\u202f\u2009"
# Digits in the name of a model, a machine or a rule claim nothing.
_NAMES = re.compile(
    r"(?i)\b(?:gpt|claude|gemini|llama|qwen|mistral|mixtral|phi|gemma|nova|haiku|sonnet|opus|deepseek|glm|kimi|smollm|"
    r"flash|ministral|granite|rule|regel|règle|regla|step|schritt|t5|bert)[\s-]?v?\d+(?:\.\d+)*[a-z]*\b"
    r"|\b\d+(?:\.\d+)?[bB]\b(?!\w)|\bf1\b|\b(?:top|pass|bf|fp|int|nf)[-@]?\d+\b|\[\d{1,2}\]"
)
_NUMBER = re.compile(
    rf"(?<![\w.,])(\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*)"
    rf"(?:[{_SPACE}]?(%|％|percent\b|prozent\b|pour cent\b|por ciento\b|k\b|m\b|b\b|thousand\b|tausend\b|mille\b|mil\b|"
    r"millionen\b|millions?\b|millones\b|milhões\b|mio\b|billion\b|万|亿))?",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?i)(?:[$€£]|\b(?:usd|eur|us\$)\s?)\s?(\d[\d.,]*+)(\s?[km]\b)?|(?<![\d.,])(\d[\d.,]*+)(\s?[km]\b)?\s?(?:[$€£]|usd\b|eur\b|dollars?\b|euros?\b)"
)
FREE = frozenset({1.0, 2.0, 3.0})
"""Numbers that a sentence may have without a source."""


class Number(NamedTuple):
    """A number as it was written, and what it may mean: "1.500" is 1.5 or 1,500."""

    written: str
    meanings: tuple[float, ...]


def numbers_in(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text, those inside names left out."""
    plain = _NAMES.sub(" ", text)
    plain = re.sub(r"(?<=\d)[-–—/](?=\d)", "  ", plain)
    found: list[Number] = []
    for match in _NUMBER.finditer(plain):
        if _inside_a_name(plain, match.start()):
            continue
        unit = (match.group(2) or "").lower()
        plain_values = _read(match.group(1))
        if unit in ("%", "％", "percent", "prozent", "pour cent", "por ciento"):
            values = (*plain_values, *(v / 100 for v in plain_values))
        else:
            values = tuple(v * _SCALE.get(unit, 1) for v in plain_values)
        found.append(Number(match.group(0).strip(), values))
    return tuple(found)


def _inside_a_name(text: str, at: int) -> bool:
    """Tell whether a number hangs on letters by a hyphen or an underscore, as in `lora-16`."""
    return bool(re.search(r"[^\W\d_][-_/#]$", text[max(0, at - 2) : at]))


def _read(written: str) -> tuple[float, ...]:
    digits = re.sub(rf"[{_SPACE}'’]", "", written)
    groups = re.split(r"[.,]", digits)
    readings: set[float] = set()
    if len(groups) == 1:
        readings.add(float(digits))
    elif len(groups) == 2:
        readings.add(float(f"{groups[0]}.{groups[1]}"))
        if len(groups[1]) == 3 and groups[0] != "0":
            readings.add(float("".join(groups)))
    else:
        readings.add(float("".join(groups)))
        readings.add(float(f"{''.join(groups[:-1])}.{groups[-1]}"))
    return tuple(sorted(readings))


def values_in(texts: Iterable[str]) -> frozenset[float]:
    """Return all that the numbers of these texts may mean."""
    return frozenset(v for text in texts for number in numbers_in(text) for v in number.meanings)


def carried(number: Number, by: Iterable[float]) -> bool:
    """Tell whether one of the values is this number, or rounds to it."""
    known = tuple(by)
    return any(m in FREE or any(rounds_to(value, m) for value in known) for m in number.meanings)


def rounds_to(value: float, shown: float) -> bool:
    """Tell whether a value, rounded to the digits that are shown, is what is shown; at least two digits count."""
    if math.isclose(value, shown, rel_tol=1e-9, abs_tol=1e-12):
        return True
    if not value or not shown or (value < 0) != (shown < 0):
        return False
    digits = f"{abs(shown):.12g}".replace(".", "").split("e")[0].strip("0")
    kept = max(2, len(digits))
    rounded = float(f"{abs(value):.{kept - 1}e}")
    return math.isclose(rounded, abs(shown), rel_tol=1e-9)


def money_in(text: str) -> tuple[Number, ...]:
    """Return the amounts of money of a text."""
    found: list[Number] = []
    for match in _MONEY.finditer(text):
        written = (match.group(1) or match.group(3)).rstrip(".,")
        scale = _SCALE.get((match.group(2) or match.group(4) or "").strip().lower(), 1)
        if re.fullmatch(r"\d+(?:[.,]\d+)*", written):
            found.append(Number(match.group(0).strip(), tuple(v * scale for v in _read(written))))
    return tuple(found)
