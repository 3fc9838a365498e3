"""How a number is written, in digits and in words of several languages, and what that is worth."""

import re

_UNITS = {
    word: at
    for at, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * at
    for at, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
SCALES = {
    "lakh": 10**5, "lac": 10**5, "crore": 10**7,
    "dozen": 12, "hundred": 100, "hundert": 100, "thousand": 1_000, "tausend": 1_000, "k": 1_000, "grand": 1_000,
    "w": 10_000, "万": 10_000, "million": 10**6, "mil": 10**6, "mio": 10**6, "mn": 10**6, "m": 10**6, "billion": 10**9,
    "bn": 10**9, "千": 1_000, "百": 100, "亿": 10**8, "億": 10**8,
}  # fmt: skip
LOOSE = {
    "half a": 0.5, "a quarter of a": 0.25, "a couple of": 2, "a couple": 2, "couple of": 2, "couple": 2, "a few": 3,
    "few": 3, "several": 5, "a handful of": 5, "a handful": 5, "a baker's dozen": 13, "an": 1, "a": 1,
}  # fmt: skip
LOOSE_ALONE = {
    "a couple of",
    "a couple",
    "couple of",
    "couple",
    "a few",
    "several",
    "a handful of",
    "a handful",
    "a baker's dozen",
}
_CHINESE = {mark: at for at, mark in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}

_GROUPED = r"\d{1,3}(?:[,.' \u00a0\u202f_]\d{3})+(?![\d])"
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_DIGITS = rf"(?:{_GROUPED}(?:[.,]\d{{1,2}}(?!\d))?|(?:2|10)\^\d{{1,2}}(?!\d)|\d*[½¼¾]|\d+(?:[.,]\d+)?)"
_SCALE_WORD = (
    r"(?:hundred|hundert|thousand|tausend|million|billion|dozen|grand|mil|mio|mn|bn|lakh|lac|crore)s?\.?(?![a-z])"
)
_SCALE = rf"(?:\s?{_SCALE_WORD}|\s?[万千百亿億]|\s?k(?![a-z0-9])|[mw](?![a-z0-9]))"
_LOOSE_WORDS = "|".join(sorted(LOOSE, key=len, reverse=True))
_UNIT_WORDS = "|".join(sorted(_UNITS, key=len, reverse=True))
_TEN_WORDS = "|".join(_TENS)
_SMALL = rf"(?:(?:{_TEN_WORDS})(?:[- ](?:{_UNIT_WORDS}))?|{_UNIT_WORDS})(?![a-z])"
NUMBER = re.compile(
    rf"(?<![\w.,/#])(?<![a-z]-)(?<!\d:)(?P<digits>{_DIGITS})(?P<scales>(?:{_SCALE}){{0,2}})(?P<ish>-?ish\b)?"
    rf"|(?<![\w-])(?P<words>{_SMALL})(?P<half> and a half(?= {_SCALE_WORD}))?(?P<worded>(?:[ -]{_SCALE_WORD}){{0,2}})"
    rf"(?:(?: and)? (?P<more>{_SMALL}))?"
    rf"|(?<![\w-])(?P<loose>{_LOOSE_WORDS})(?P<loosened>(?: (?:of )?{_SCALE_WORD}){{0,2}})(?![a-z])"
    rf"(?:(?<=hundred)(?: and)? (?P<plus>{_SMALL}))?"
    r"|(?<![\w-])(?P<plural>dozens|hundreds|thousands|millions)(?P<pluraled> of thousands| of millions)?(?![a-z])"
    r"|(?P<chinese>[零〇一二两三四五六七八九十百千万]{1,9})(?=[条個个份次页頁字,，。\s]|\Z)",
    re.IGNORECASE,
)


def digits(written: str, scaled: bool) -> float:
    """Return the value of digits with marks: three digits after every mark are groups, else it is a decimal."""
    if written[-1] in _PARTS:
        return float(written[:-1] or 0) + _PARTS[written[-1]]
    base, power, exponent = written.partition("^")
    if power:
        return float(int(base) ** int(exponent))
    groups = re.split(r"[,.' \u00a0\u202f_]", written)
    marks = re.findall(r"[,.' \u00a0\u202f_]", written)
    grouped = all(len(group) == 3 for group in groups[1:]) and groups[0] != "0"
    if marks and grouped and not (scaled and marks == ["."]):
        return float("".join(groups))
    if len(marks) > 1:  # the last mark is the decimal one
        return float(f"{''.join(groups[:-1])}.{groups[-1]}")
    return float(".".join(groups))


def scaled(words: str, spanish: bool) -> float:
    """Return what words such as "k" or "hundred thousand" multiply by."""
    product = 1.0
    for word in re.findall(r"[a-z]+|[万千百亿億]", words.lower()):
        if word == "of":
            continue
        bare = word if word in SCALES else word.rstrip("s")
        product *= 1_000 if spanish and bare == "mil" else SCALES.get(bare, 1)
    return product


def small(words: str) -> float:
    """Return the value of words up to ninety-nine."""
    return float(sum(_UNITS.get(word, _TENS.get(word, 0)) for word in re.split(r"[- ]", words.lower())))


def chinese(marks: str) -> float:
    """Return the value of Chinese numerals."""
    total, section, digit = 0, 0, 0
    for mark in marks:
        if mark in _CHINESE:
            digit = _CHINESE[mark]
            continue
        scale = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}[mark]
        if scale == 10_000:
            total, section, digit = (section + digit) * scale, 0, 0
        else:
            section, digit = section + (digit or 1) * scale, 0
    return float(total + section + digit)


_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_A = re.compile(r"\b(?:in|since|by|until|till|before|after|as of|en|em|seit|bis|depuis|desde|jahr) $", re.IGNORECASE)
_BEFORE_WHOM = re.compile(
    r",? (?:we|i|it|they|there|our|nous|on|tenemos|teníamos|temos|tínhamos|(?P<turned>(?:haben|hatten|sind) wir))\b",
    re.IGNORECASE,
)


def is_year(text: str, start: int, end: int) -> bool:
    """Tell whether a number there is a year: "since 2023 we have", "2030 haben wir"."""
    whom = _YEAR.fullmatch(text, start, end) and _BEFORE_WHOM.match(text, end)
    return bool(whom) and (whom["turned"] is not None or _IN_A.search(text, max(0, start - 12), start) is not None)
