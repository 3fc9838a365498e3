"""The words behind `cost`, as in `5000 calls a day 800 in 200 out`: in any order, a unit before or after its number."""

import re
from decimal import Decimal
from typing import Any

from bot.cost.quote import CostError, Given
from bot.text import numbers
from bot.text.markdown import escaped
from bot.text.numbers import Number
from knowledge.prices import Prices

EXAMPLE = "`cost 5000 calls a day 800 in 200 out`"
_CALLS = r"(?:calls?|requests?|queries|messages?|times)"
_PER = r"(?:\s*/\s*|\s*\b(?:per|an?|each|every)\s+|\s+)"
_UNITS = {
    "in_hand": r"(?:(?:rows?|examples?|pairs?)\s+)?in[\s-]hand",
    "hosting": rf"(?:{_PER}hours?\s+)?hosting",
    **{time: rf"{_CALLS}?{_PER}(?:{time}s?|{time}ly)" for time in ("second", "minute", "hour", "week", "month")},
    "calls_per_day": rf"{_CALLS}?(?:{_PER}(?:days?|daily))|{_CALLS}",
    "tokens_fixed": r"(?:tokens?\s+)?(?:fixed|cached)(?:\s+tokens?)?",
    "tokens_in": r"(?:tokens?\s+)?(?:in(?:puts?)?|prompt)(?:\s+tokens?)?",
    "tokens_out": r"(?:tokens?\s+)?(?:out(?:puts?)?|answers?|completions?)(?:\s+tokens?)?",
    "rows": r"(?:training\s+)?(?:rows?|examples?|pairs?)",
    "epochs": r"epochs?|passes",
    "label": rf"(?:{_PER})?labels?",
    "engineering": r"engineering|work",
    "training": r"training",
}
_UNIT = re.compile("|".join(rf"(?P<{name}>(?<![a-z])(?:{unit})(?![a-z]))" for name, unit in _UNITS.items()))
_A_DAY = {"second": 86_400, "minute": 1_440, "hour": 24, "calls_per_day": 1}
_OF_CALLS = frozenset({*_A_DAY, "week", "month"})
_AMOUNTS = frozenset({"label", "engineering", "training", "hosting"})
_ROLES = {
    "now": r"now|present|currently|using|use|model",
    "tuned": r"tuned|tune|fine-?tuned?",
    "small": r"small|smaller|against|versus|vs",
}
_NAMED = re.compile("|".join(rf"\b(?P<{role}>{words})" for role, words in _ROLES.items()) + r"\b[\s:=]*\Z")
_EACH_CALL = re.compile(
    rf"(?:\bper|\ban?|\beach|\bevery|/)\s*{_CALLS}(?![a-z])(?!{_PER}(?:day|week|month|hour|minute))"
)
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a about all an and approximately around are as at be call calls cost costs do does each every for "
        "have i if is it make makes my of on or our per roughly say so that the them then they this to token "
        "tokens us usd dollar dollars we what with would ",
    )
)


def given(words: str, prices: Prices) -> Given:
    """Return what the words say; CostError, in markdown, for what cannot be understood."""
    text, models = _models(words.lower(), prices)
    text = _EACH_CALL.sub(" ", re.sub(r"(?<![\w-])--?(?=[a-z])|(?<=[a-z])-(?=[a-z])", " ", text))
    said_numbers = numbers.every(text)
    edges = [0, *(edge for number in said_numbers for edge in (number.start, number.end)), len(text)]
    gaps = [_units(text[start:end]) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    said: dict[str, Any] = {**models}
    notes: list[str] = []
    left = gaps[0]
    for number, right in zip(said_numbers, gaps[1:], strict=True):
        unit = left.pop(0) if left else None
        if left:
            raise CostError(f"I miss a number there. {_like()}")
        if right and (unit is None or (unit in _OF_CALLS and right[0] in _OF_CALLS)):
            unit = right.pop(0)
        if unit is None:
            raise CostError(f"I cannot tell what {_shown(text, number)} is. {_like()}")
        said |= _value(unit, number, text, prices)
        if number.low != number.high:
            notes.append(f"{_shown(text, number)} is taken as {numbers.middle(number)}.")
        left = right
    if left:
        raise CostError(f"I miss a number there. {_like()}")
    return Given(**said, notes=tuple(notes))


def _like() -> str:
    return f"Say it like {EXAMPLE}."


def _models(text: str, prices: Prices) -> tuple[str, dict[str, str]]:
    """Return the text without names of models, and what they are: by the word before, else by their kind."""
    names = {name.lower(): name for row in prices.inference for name in (row.model, f"{row.provider}/{row.model}")}
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    unknown = r"(?<=[:=\s])[a-z][a-z0-9_./:-]*[0-9][a-z0-9_./:-]*"
    found: dict[str, str] = {}
    rest, at = "", 0
    for match in re.finditer(rf"(?<![\w./:-])(?P<known>{known})(?![\w/:-])|(?P<unknown>{unknown})", text):
        before = _NAMED.search(text, at, match.start())
        if match["known"] is None and before is None:
            continue
        if match["known"] is None:
            listed = ", ".join(dict.fromkeys(row.model for row in prices.inference))
            raise CostError(f"No price is known for {escaped(match.group())}. Known are: {listed}.")
        name = names[match.group()]
        price = prices.model(name)
        role = before.lastgroup if before else "tuned" if price and price.finetuned else "now"
        found[role or "now"] = name
        rest += text[at : before.start() if before else match.start()] + " "
        at = match.end()
    return rest + text[at:], found


def _units(gap: str) -> list[str]:
    """Return the units between two numbers; CostError for other words."""
    rest = _UNIT.sub(" ", gap)
    for word in re.findall(r"[^\s,;:=+&~≈?!.()*/$€£-]+", rest):
        if word not in _FILLERS:
            raise CostError(f'I do not understand "{escaped(word)}" there. {_like()}')
    return [str(match.lastgroup) for match in _UNIT.finditer(gap)]


def _shown(text: str, number: Number) -> str:
    return text[number.start : number.end].strip()[:40]


def _value(unit: str, number: Number, text: str, prices: Prices) -> dict[str, int | Decimal]:
    shown = _shown(text, number)
    if re.search(r"(?:^|(?<![\w\s])|\s)[-−]\s?[$€£]?$", text[: number.start]):
        raise CostError(f"{escaped(shown)} is less than nothing. {_like()}")
    if number.value > numbers.MOST:
        raise CostError(f"{shown} is more than I can reckon with.")
    value = Decimal(str(round(number.value, 6)))
    if unit in _AMOUNTS:
        return {unit: value}
    if unit == "calls_per_day" or unit not in _OF_CALLS:  # "1.5 a second" is whole by the day
        whole = numbers.whole(number, text)
        if isinstance(whole, numbers.Refusal):
            raise CostError(f"{whole.sentence} {_like()}")
        value = Decimal(whole)
    if unit in _OF_CALLS:
        days = {"week": 7, "month": prices.assumptions.days_per_month.value}
        a_day = value * _A_DAY.get(unit, 1) / days.get(unit, 1)
        value, unit = a_day.to_integral_value(rounding="ROUND_CEILING"), "calls_per_day"
    least = 1 if unit in ("calls_per_day", "rows", "epochs") else 0
    if value < least:
        raise CostError(f"{shown} must be at least {least} there. {_like()}")
    return {unit: int(value)}
