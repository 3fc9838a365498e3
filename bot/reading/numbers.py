"""Numbers as people write them: `1,200`, `20k`, `~1.4k`, `a couple hundred`, `two hundred`, `none`."""

import re
from typing import NamedTuple

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_ROUND_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
UNITS = {word: number for number, word in enumerate(_SMALL.split())}
TENS = {word: 10 * number for number, word in enumerate(_ROUND_TENS.split(), 2)}
SCALES = {"hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000, "mio": 1_000_000, "m": 1_000_000}
LOOSE = {"a couple of": 2, "a couple": 2, "couple of": 2, "a few": 3, "few": 3, "several": 3, "half a": 0.5, "a": 1}
ROUND = {
    "a handful": 5,
    "half a dozen": 6,
    "a dozen": 12,
    "dozens": 24,
    "hundreds": 200,
    "thousands": 2_000,
    "millions": 2_000_000,
}
"""A bare plural stands for the least it can mean."""

_BEFORE = r"(?<![\w.,$€£#/])(?<![A-Za-z]-)(?<!\d:)"
_DIGITS = (
    rf"{_BEFORE}\d{{1,3}}(?:[,.']\d{{3}})+(?!\d)|{_BEFORE}\d+(?:\.\d+(?=\s?(?:hundred|thousand|million|mio|[km])\b))?"
)
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_TEN = "|".join(TENS)
_SCALE = "hundred|thousand|million|mio"
_LOOSE = "|".join(sorted(LOOSE, key=len, reverse=True))
_WORDS = rf"(?:(?:{_TEN})(?:[- ](?:{_UNIT}))?|{_UNIT})"
_NOT_A_COUNT = (
    r"(?!\s?(?:%|percent\b|[kmgt]b\b|gigabytes?\b|ms\b|seconds?\b|minutes?\b|hours?\b|x\b|°))(?![\w%]|[.,:]\d)"
)

NUMBER = (
    rf"(?:(?:{_DIGITS})(?:\s?(?:{_SCALE})s?\b|[km]\b)?{_NOT_A_COUNT}"
    rf"|\b(?:{'|'.join(ROUND)})\b(?! (?:thousand|million))"
    rf"|\b(?:{_LOOSE}|{_WORDS})[- ](?:{_SCALE})s?\b(?:[- ](?:thousand|million)s?\b)?(?: (?:and )?{_WORDS}\b)?"
    rf"|\b{_WORDS}\b)"
)
"""A number as a pattern fragment without groups; match it with re.IGNORECASE."""

_FIND = re.compile(NUMBER, re.IGNORECASE)
_NONE = re.compile(r"\b(?:none|zero|no|nil|nothing|not any|n't any|nope)\b|n't (?:have|got)", re.IGNORECASE)
_PER = {"month": 30, "week": 7, "year": 365}


class Number(NamedTuple):
    """A number and where it stands."""

    value: int
    start: int
    end: int


def find(text: str) -> list[Number]:
    """Return the numbers of a text in order; a range counts as its low end."""
    numbers: list[Number] = []
    for match in _FIND.finditer(text):
        between = text[numbers[-1].end : match.start()] if numbers else ""
        ranged = re.fullmatch(r"\s?(?:-|–|to|or)\s?", between) or (
            between == " and " and re.search(r"\bbetween $", text[: numbers[-1].start], re.IGNORECASE)
        )
        if numbers and ranged:
            numbers[-1] = numbers[-1]._replace(end=match.end())
            continue
        numbers.append(Number(value(match.group()), match.start(), match.end()))
    return numbers


def value(words: str) -> int:
    """Return what one match of NUMBER stands for."""
    text = " ".join(words.lower().replace("-", " ").split())
    if text in ROUND:
        return ROUND[text]
    total = 0.0
    if digits := re.match(r"\d{1,3}(?:[,.']\d{3})+(?!\d)", text) or re.match(r"\d+(?:\.\d+)?", text):
        grouped = re.search(r"[,.']\d{3}(?!\d)", digits.group())
        total = float(re.sub(r"[,.']", "", digits.group()) if grouped else digits.group())
        rest = text[digits.end() :].strip()
        return round(total * SCALES.get(rest.rstrip("s") or "", 1))
    for prefix in sorted(LOOSE, key=len, reverse=True):
        if text.startswith(prefix + " ") and text[len(prefix) :].split()[0].rstrip("s") in SCALES:
            total, text = LOOSE[prefix], text[len(prefix) :]
            break
    for word in text.split():
        if (scale := SCALES.get(word.rstrip("s"))) is not None:
            total = (total or 1) * scale
        else:
            total += UNITS.get(word, TENS.get(word, 0))
    return round(total)


def carries(quote: str, count: int) -> bool:
    """Tell whether the words hold this count, in digits or words, a day out of a week or month included."""
    lowered = quote.lower()
    if count == 0 and _NONE.search(lowered):
        return True
    stated = {number.value for number in find(lowered)} | {value(m.group()) for m in _FIND.finditer(lowered)}
    per = [days for word, days in _PER.items() if word in lowered]
    return count in stated or any(round(number / days) == count for number in stated for days in per)


def several(quote: str) -> bool:
    """Tell whether at least two figures stand in the words, percentages included."""
    return len(re.findall(r"\d+(?:[.,]\d+)?", quote)) + len(_FIND.findall(re.sub(r"\d", "", quote))) >= 2
