"""What an answer says, whatever it is wrapped in: text without its quotes, a number, a JSON value."""

import json
import math
import re
import unicodedata
from typing import Any, cast

from bot.text.json import as_list, as_object, is_deep

_FENCE = re.compile(r"\A```[\w+-]*\s*\n(.*?)\n?```\Z", re.DOTALL)
_MONEY = (
    r"(?:[$€£¥₹₽₺₩₫]|(?i:usd|eur|gbp|jpy|cny|inr|chf|cad|aud|sek|nok|dkk|pln|czk|try|brl|rub|kr|zł|fr)\.?(?![^\W\d_]))"
)
_NUMBER = re.compile(
    rf"(?P<sign>[-+−]?)\s*+{_MONEY}?\s*+(?P<sign2>[-+−]?)\s*+(?P<digits>\d[\d.,'’ \u00a0\u2009\u202f]*|[.,]\d+)"
    rf"(?P<power>(?<=\d)[eE][-+]?\d{{1,3}})?\s*(?:%|{_MONEY})?"
)
_CURRENCIES = {
    "$": "usd cad aud",
    "€": "eur",
    "£": "gbp",
    "¥": "jpy cny",
    "₹": "inr",
    "₽": "rub",
    "₺": "try",
    "kr": "sek nok dkk",
    "zł": "pln",
    "fr": "chf",
}
"""Currencies that a sign may stand for."""
_QUOTES = "\"'`*_“”‘’«»"
_STOPS = ".,;:!?。"
BROKEN = object()
"""What is no JSON; None is a JSON value."""


def bare(text: str) -> str:
    """Return an answer without its code fence, quotes, emphasis and last full stop."""
    text = text.strip()
    if match := _FENCE.match(text):
        text = match[1].strip()
    return text.strip(_QUOTES).rstrip(_STOPS).strip(_QUOTES).strip()


def even(text: str) -> str:
    """Return text in one case with single spaces, for comparing."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def number(text: str, comma: bool = False, brackets: bool = False) -> float | None:
    """Return the number that a text consists of, with its currency or per cent sign if any; None for anything more.

    `comma` says that a comma parts whole numbers from decimals where that could be meant or not, as in 1,234; with
    `brackets` a number in round brackets is below zero, as in accounts.
    """
    plain = bare(text)
    inner = re.fullmatch(r"\(\s*([^()]+?)\s*\)|\[\s*([^\[\]]+?)\s*\]|\\boxed\{([^{}]+)\}", plain)
    below = inner is not None and inner[1] is not None and brackets
    match = _NUMBER.fullmatch(next(filter(None, inner.groups()), "") if inner else plain)
    if not match:
        return None
    digits = _point(re.sub(r"['’ \u00a0\u2009\u202f]", "", match["digits"]), comma)
    try:
        value = float(digits + (match["power"] or ""))
    except ValueError:
        return None
    minus = below or "-" in (match["sign"] + match["sign2"]) or "−" in (match["sign"] + match["sign2"])
    return -value if minus else value


def same_currency(one: str, other: str) -> bool:
    """Tell whether two numbers can be of one currency: a number without any, or with a sign of several, can be."""
    first, second = _currencies(one), _currencies(other)
    return not first or not second or bool(first & second)


def _currencies(text: str) -> set[str]:
    found = re.findall(_MONEY, bare(text))
    sign = found[0].casefold().rstrip(".") if found else ""
    return set(_CURRENCIES.get(sign, sign).split())


def _point(digits: str, comma: bool) -> str:
    """Return digits with a point alone before their decimals, whatever they were parted by; "" for no number."""
    marks = [sign for sign in digits if sign in ".,"]
    if not marks:
        return digits
    last = marks[-1]
    if len(set(marks)) == 2:
        decimal = last if marks.count(last) == 1 else ""
    elif len(marks) > 1:
        decimal = ""
    else:
        before, _, after = digits.partition(last)
        grouped = len(after) == 3 and 0 < len(before) <= 3 and not before.startswith("0")
        decimal = "" if grouped and (last == ",") != comma else last
    if not decimal and any(len(part) != 3 for part in re.split(r"[.,]", digits)[1:]):
        return ""
    whole, _, rest = digits.rpartition(decimal) if decimal else (digits, "", "")
    if decimal and any(len(part) != 3 for part in re.split(r"[.,]", whole)[1:]):
        return ""
    return re.sub(r"[.,]", "", whole) + (f".{rest}" if decimal and rest else "")


def json_value(text: str) -> object:
    """Return the JSON value that a text consists of, with its code fence if any; BROKEN for anything else."""
    match = _FENCE.match(text.strip())
    try:
        value: object = json.loads(match[1] if match else text)
    except (ValueError, RecursionError):
        return BROKEN
    return BROKEN if is_deep(value) else value


def same(wanted: object, got: object) -> bool:
    """Tell whether two JSON values say the same: case and spaces of texts aside, null being the same as absent."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        want, have = _filled(as_object(cast(object, wanted))), _filled(as_object(cast(object, got)))
        return want.keys() == have.keys() and all(same(value, have[key]) for key, value in want.items())
    if isinstance(wanted, list) and isinstance(got, list):
        want, have = as_list(cast(object, wanted)), as_list(cast(object, got))
        return len(want) == len(have) and all(same(a, b) for a, b in zip(want, have, strict=True))
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        return math.isclose(wanted, got, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(wanted, str) and isinstance(got, str):
        return even(wanted) == even(got)
    return wanted == got


def by_field(wanted: object, got: object) -> dict[str, bool]:
    """Tell for each field of a wanted record whether it came; a field too many is `(others)`. {} for no record."""
    if not isinstance(wanted, dict):
        return {}
    want, have = as_object(cast(object, wanted)), as_object(got)
    fields = {key: same(value, have.get(key)) for key, value in want.items()}
    return {**fields, "(others)": False} if _filled(have).keys() - want.keys() else fields


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    return {key: held for key, held in value.items() if held is not None}
