"""Numbers as people type them, in a field or in running text: `20k`, `1.200`, `10-20k`, `a couple hundred`, `2 pages`.

`field` reads what stands alone, `count` an answer in words, `find` every number of a text. Where a range is meant its
middle is taken and the note says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from bot.text.numerals import LOOSE, LOOSE_ALONE, NUMBER, SCALES, chinese, digits, is_year, scaled, small
from bot.text.units import MEASURES, ONE_MEASURE, RATES, rate

Kind = Literal["count", "per_day", "tokens", "usd_month"]
"""What is counted: things, calls (by the day), tokens (a page is 700, 100 words are 130), US dollars (by the month)."""
MOST = 10**12
"""A larger count is refused."""
LONGEST = 2_000
"""Characters of a text in which an answer's number is looked for."""


@dataclass(frozen=True)
class Number:
    """A number in a text, and where it stands; low and high differ where it is a range."""

    value: float
    start: int
    end: int
    low: float
    high: float
    scale: float = 1
    money: bool = False


class Count(NamedTuple):
    """A whole number that somebody gave, and where it stands; `note` says how it was reckoned."""

    value: int
    low: int
    high: int
    start: int
    end: int
    note: str = ""


class Refusal(NamedTuple):
    """Why something is no such number, and what to write instead."""

    sentence: str


_MONEY_BEFORE = re.compile(r"(?:[$€£¥]|\b(?:usd|eur|gbp|us\$))\s?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    r"\s?(?:[$€£]|(?:usd|eur|euros?|(?:us )?dollars?|bucks|grand|cents?|pounds|gbp|ct)\b)|\s?k\s?(?:[$€£]|usd|eur)"
    r"|\s?(?:(?:a|per) \w+ |monthly )?in (?:\w+ ){0,2}?(?:costs?|bills?|fees|spend|charges)\b|(?<=grand)\b",
    re.IGNORECASE,
)
_OTHER_MONEY = re.compile(r"[€£¥]|\b(?:eur|euros?|gbp|pounds|chf|yen|rupees|inr)\b", re.IGNORECASE)
_DOLLARS = re.compile(
    r"\$|\b(?:us\$|usd|(?:us )?dollars?|bucks|spend|spent|pay|paid|bill|costs?|us)(?=\W|$)", re.IGNORECASE
)
_MONEY_WORDS = re.compile(
    r"\b(?:bills?|costs?|costing|pay(?:ing)?|paid|spend(?:ing)?|spent|invoices?|price|priced|budgets?|money|charged?"
    r"|fees?|salary|burn(?:s|ed|ing)?|cash)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:\b(?:and|but|so|with)|,) (?:we|i|it|they|there|you)\b", re.IGNORECASE)
"""Where somebody goes on to tell of something else: "each call costs 4 cents and we do 30k a day"."""
_THING = re.compile(
    r"\s?(?:(?!times|per\b|an?\b|and\b|or\b|is\b|in\b)[a-z]+ ){0,2}?(?:calls?|requests?|messages?|quer(?:y|ies)"
    r"|tickets?"
    r"|chats?|emails?|pairs?|examples?|samples?|rows|items?|cases|tokens?|words?|pages?|docs?|documents?|users?"
    r"|times|[a-z]+ (?:daily|a day|per day|each day|every day))\b",
    re.IGNORECASE,
)
_NO_COUNT = re.compile(
    r"\s?(?:%|percent\b|per ?cent\b|[kmgt]b\b|gigabytes?\b|ms\b|secs?\b|seconds?\b|minutes?\b|mins?\b"
    r"|gpus?\b|epochs?\b|years? old\b|[bB]\b(?! calls)|°)|[:/]\d",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:-|–|—|~|to|or|bis|a|à|till|until)\s*", re.IGNORECASE)
_SPANISH = re.compile(
    r"\b(?:unos|unas|tenemos|al d[ií]a|por d[ií]a|ejemplos|aproximadamente|cerca|temos|exemplos|pares|llamadas)\b",
    re.IGNORECASE,
)


def find(text: str) -> list[Number]:
    """Return the numbers of a text in order, ranges joined; percentages, sizes, durations and years are none."""
    return [n for n in every(text) if not _NO_COUNT.match(text, n.end) and not is_year(text, n.start, n.end)]


@lru_cache(maxsize=64)  # the same message is looked at for each kind of count
def every(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order, ranges joined, whatever they measure."""
    spanish = _SPANISH.search(text) is not None
    found = [number for match in NUMBER.finditer(text) if (number := _number(text, match, spanish)) is not None]
    joined: list[Number] = []
    for number in found:
        if joined and _ranged(text, joined[-1], number):
            joined[-1] = _range(joined[-1], number)
        else:
            joined.append(number)
    return tuple(joined)


def _number(text: str, match: re.Match[str], spanish: bool) -> Number | None:
    start, end = match.span()
    scale = 1.0
    if match["digits"]:
        scale = scaled(match["scales"], spanish)
        value = digits(match["digits"], bool(match["scales"].strip()))
    elif match["words"]:
        scale = scaled(match["worded"], spanish)
        value = small(match["words"]) + (0.5 if match["half"] else 0)
        if match["more"]:
            value = value * scale + small(match["more"])
            return Number(value, start, end, value, value, 1, _money(text, start, end))
    elif match["loose"]:
        scale = scaled(match["loosened"], spanish)
        value = LOOSE[match["loose"].lower()]
        if match["plus"]:
            value = value * scale + small(match["plus"])
            return Number(value, start, end, value, value, 1, _money(text, start, end))
        if not match["loosened"] and match["loose"].lower() not in LOOSE_ALONE:
            return None
    elif match["plural"]:
        value = 2.0 * SCALES[match["plural"].lower().rstrip("s")]
        scale = scaled((match["pluraled"] or "").removeprefix(" of "), spanish)
    else:
        value = chinese(match["chinese"])
    value *= scale
    return Number(value, start, end, value, value, scale, _money(text, start, end))


def _money(text: str, start: int, end: int) -> bool:
    if _MONEY_BEFORE.search(text, max(0, start - 5), start) or _MONEY_AFTER.match(text, end):
        return True
    left = max(text.rfind(mark, max(0, start - 60), start) for mark in ".;\n!?") + 1
    left = max([left, *(begun.end() for begun in _BEGINS.finditer(text, left, start))])
    return _MONEY_WORDS.search(text, max(left, start - 60), start) is not None and not _THING.match(text, end)


def _ranged(text: str, left: Number, right: Number) -> bool:
    between = text[left.end : right.start]
    if between.strip().lower() == "and":
        return (
            re.search(r"\bbetween\W*(?:\w+\W+)?$", text[max(0, left.start - 30) : left.start], re.IGNORECASE)
            is not None
        )
    return _RANGE.fullmatch(between) is not None and left.low == left.high


def _range(left: Number, right: Number) -> Number:
    low, high = left.low, right.high
    if left.scale == 1 and right.scale > 1 and low * right.scale < high:
        low *= right.scale  # 10-20k
    low, high = min(low, high), max(low, high)
    return Number((low + high) / 2, left.start, right.end, low, high, right.scale, left.money or right.money)


_ZERO = re.compile(
    r"\W*(?:(?:we have|there are|i have|at the moment|um+|uh+|sadly|still|well|honestly|oh|so far|currently) ?,? ?)*"
    r"(?:none|zero|no|nope|nah|nil|nothing|nada|not (?:a single )?one|not a single|not any|never|no (?:pairs?"
    r"|examples?|tests?"
    r"|data|such|test \w+|labell?ed \w+|items)|not yet|haven'?t (?:got )?any"
    r"|keine?|ninguno|ninguna|aucun|nenhum|没有|ない)"
    r"(?![a-z])(?! (?:idea|clue|wait|sorry|more than|longer))",
    re.IGNORECASE,
)
_ZERO_WITHIN = re.compile(
    r"\b(?:don'?t|do not|haven'?t|have not|havent|didn'?t) (?:really |actually |yet )?(?:have|got|collect(?:ed)?"
    r"|any|made)"
    r"(?! (?:many|a lot|much|enough|the number|exact))|\bnot (?:a single|any)\b|\bnot (?:live|launched)\b|\bnone\b"
    r"|\bno (?:ideal|good|gold|correct|reference) answers?\b|without (?:ideal )?answers|\bunlabell?ed\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:so|only|just|meant|actually|make that|call it|usable)\W*(?:about |around |like |maybe |~ ?)?$", re.IGNORECASE
)
_DENIED = re.compile(r"\b(?:not|isn'?t|instead of|rather than)\W*(?:about |around |the )?$", re.IGNORECASE)
_PLANNED = re.compile(
    r"\b(?:should be|will be|by (?:summer|next|then)|going to|plan\w*|goal|target|expect\w*)\b[^,;.]*$"
)
_FEWER = re.compile(r"\b(?:fewer|less) than\W*$|\b(?:under|below)\W*$|<\s*$", re.IGNORECASE)


_ONCE = re.compile(r"\b(once|twice) (?:a|per|each|every) (?:day|night|morning|evening)\b", re.IGNORECASE)


def count(text: str, kind: Kind = "count") -> Count | Refusal | None:
    """Return the count that an answer in words gives, why it is none, or None where it speaks of no number."""
    text = text[:LONGEST]
    if re.search(r"(?:^|(?<![\d\s])[\s(])[-−](?=\d)", text):
        return Refusal(f"A count cannot be less than 0: {_short(text)}. Write a whole number, 0 or more.")
    if kind == "usd_month" and _OTHER_MONEY.search(text):
        return Refusal(f"{_short(text)} is not in US dollars: turn it into those, since all prices here are.")
    said = [number for number in find(text) if kind == "usd_month" or not number.money]
    zero = _ZERO.match(text)
    if not said or (zero and zero.end() >= said[0].start and not _DENIED.search(text, 0, said[0].start)):
        if kind == "tokens" and not said and (one := ONE_MEASURE.search(text)) and (one["one"] or one["half"]):
            return _one_measure(one)
        bare = zero or _ZERO_WITHIN.search(text)
        if bare and not (said and not zero):
            return Count(0, 0, 0, bare.start(), bare.end())
        if kind == "per_day" and (once := _ONCE.search(text)):
            value = 1 if once[1].lower() == "once" else 2
            return Count(value, value, value, *once.span())
        return None
    if kind == "count" and _ZERO_WITHIN.search(text) and re.search(r"answers?\b|unlabell?ed", text, re.IGNORECASE):
        bare = _ZERO_WITHIN.search(text)
        assert bare is not None  # noqa: S101 - found just above
        return Count(0, 0, 0, *bare.span())
    return _whole(text, _chosen(text, said, kind), kind)


def _chosen(text: str, said: list[Number], kind: Kind) -> Number:
    """Return the number that an answer means where it has several."""
    held = [n for n in said if not _DENIED.search(text[: n.start])] or said
    if any(text[n.start].isdigit() for n in held):  # "one batch of 40000", "the second one has 250"
        held = [n for n in held if text[n.start].isdigit() or n.value > 3]
    if kind == "tokens":
        return next((n for n in held if re.match(r"\W*(?:\w+ )?tok", text[n.end : n.end + 20])), held[0])
    if kind == "per_day":
        for number in held:
            if re.match(r"[^\d,;]{0,14}?(?:a|per|/) ?day\b", text[number.end : number.end + 24]):
                return number
        if product := _product(text, held):
            return product
    later = [n for n in held if _LATER.search(text[: n.start])]
    return later[-1] if later else next((n for n in held if not _PLANNED.search(text[: n.start])), held[0])


def _product(text: str, said: list[Number]) -> Number | None:
    """Return how often in all, where so many people do it so many times each."""
    for left, right in pairwise(said):
        between, after = text[left.end : right.start], text[right.end : right.end + 25]
        if re.search(r"\b(?:users?|people|agents?|customers?|stores?|shops?|teams?|clients?)\b", between) and re.search(
            r"\beach\b|\bper (?:user|person|agent|customer|store|shop)\b|\bevery\b|\bx\b|times", between + after
        ):
            value = left.value * right.value
            return replace(right, value=value, low=value, high=value, start=left.start)
        if re.fullmatch(r"\s*(?:x|×|\*|times)\s*", between):
            value = left.value * right.value
            return replace(right, value=value, low=value, high=value, start=left.start)
    return None


def _whole(text: str, number: Number, kind: Kind) -> Count | Refusal:
    factor, end, note = 1.0, number.end, ""
    if kind == "per_day":
        factor, end, unit = rate(text, number.end, number.start)
        note = f"per {unit}, so {{}} a day" if unit not in ("", "day") else ""
    elif kind == "usd_month":
        each, end, unit = rate(text, number.end, number.start)
        factor = monthly(each, unit)
        note = f"per {unit}, so {{}} a month" if unit not in ("", "month") else ""
    elif kind == "tokens":
        for pattern, each, name in MEASURES:
            if match := pattern.match(text, number.end):
                small = name == "word" and number.value <= 3
                factor, end = (1.0 if small else each), match.end()
                note = f"in {name}s, so about {{}} tokens" if name != "token" and not small else ""
                break
    fewer = _FEWER.search(text[: number.start])
    value, low, high = (x * factor for x in (number.value, number.low, number.high))
    if high > MOST:
        return _too_large(number, text)
    if factor == 1 and isinstance(read := whole(number, text), Refusal):
        return read
    reckoned = _rounded(value) - (1 if fewer and value >= 1 else 0)
    notes = [f"the middle of {_shown(_rounded(low))} to {_shown(_rounded(high))}"] if low != high else []
    notes += [note.format(_shown(reckoned))] if note else []
    start = fewer.start() if fewer else number.start
    return Count(max(0, reckoned), _rounded(low), _rounded(high), start, end, "; ".join(notes))


def whole(number: Number, text: str) -> int | Refusal:
    """Return a number that stands in a text as a whole one, the middle of a range, or why it is none."""
    if number.high > MOST:
        return _too_large(number, text)
    if number.low == number.high and number.value != int(number.value):
        shown = text[number.start : number.end].strip()
        return Refusal(f"{shown} is no whole number: write {int(number.value)} or {int(number.value) + 1}.")
    return _rounded(number.value)


def middle(number: Number) -> str:
    """Say of a range which number was taken."""
    low, high = _shown(_rounded(number.low)), _shown(_rounded(number.high))
    return f"{_shown(_rounded(number.value))}, the middle of {low} to {high}"


def _too_large(number: Number, text: str) -> Refusal:
    return Refusal(
        f"{_short(text[number.start : number.end])} is more than I can reckon with: write a smaller whole number."
    )


def _one_measure(match: re.Match[str]) -> Count:
    each = {"word": 1.0, "token": 1.0} | {name: factor for _, factor, name in MEASURES if name not in ("word", "token")}
    value = _rounded(each[match["what"].lower()] * (0.5 if match["half"] else 1))
    return Count(value, value, value, match.start(), match.end(), f"about {value} tokens")


_FILLER = re.compile(
    r"(?:about|around|approx(?:imately|\.)?|roughly|circa|ca\.?|like|maybe|some|say|nearly|almost|over|under|at least"
    r"|up to|more than|less than|or so|or|so|to|and|between|ish|plus|in total|total|we have|i have|there are|it'?s"
    r"|of them"
    r"|test|inputs?|outputs?|training|example|pairs?|examples?|samples?|rows?|items?|calls?|requests?|messages?|times"
    r"|tokens?|words?|pages?|sentences?|paragraphs?|characters?|chars|a|an|the|per|each|every|call|day|days|daily|week"
    r"|weekly|month|monthly|hour|hourly|minute|second|year|yearly|[~≈<>+./,;:()'\"-])*",
    re.IGNORECASE,
)


def field(text: str, kind: Kind = "count") -> Count | Refusal:
    """Return the count in what somebody typed into a field for one, or why it is none."""
    typed = re.sub(r"(?<=\d) (?=[kKmM]$)", "", " ".join(text.split()))
    if not typed:
        return Refusal("Write a number, such as 40, or say that you don't know.")
    if re.match(r"[-−]\s?\d", typed):
        return Refusal(f"A count cannot be less than 0: {_short(typed)}. Write a whole number, 0 or more.")
    said = find(typed)
    if len(typed) > LONGEST:
        return Refusal("That is too long for a number: write one, such as 40.")
    if len(said) > 1:
        return Refusal(f"Write one whole number: {_short(typed)} has several.")
    if said and said[0].money and kind != "usd_month":
        return Refusal(f"{_short(typed)} is an amount of money; a number of things is asked.")
    rest = typed[: said[0].start] + " " + typed[said[0].end :] if said else typed
    rest = _DOLLARS.sub(" ", rest) if kind == "usd_month" else rest
    if said and any(not _FILLER.fullmatch(word) for word in rest.split()):
        return Refusal(f"I read no single number in {_short(typed)}: write a whole number alone, such as 40.")
    read = count(typed, kind)
    after = re.findall(r"\w+", typed[read.end :]) if isinstance(read, Count) and not said and read.value == 0 else []
    idle = ("yet", "far", "at", "all", "really", "right", "now", "sorry", "us", "moment", "data", "labelled", "labeled")
    odd = [word for word in after if word.lower() not in idle and not _FILLER.fullmatch(word)]
    if read is None or odd or (not said and isinstance(read, Count) and len(typed.split()) > 5):
        return Refusal(f"{_short(typed)} is no number that I can read: write a whole number, such as 40.")
    return read


def monthly(a_day: float, unit: str) -> float:
    """Return by what an amount is multiplied to be a month's, from its factor to a day and its unit; 1 without one."""
    return 1 / 12 if unit == "year" else 30 * a_day if unit else 1.0


def other_money(text: str) -> bool:
    """Tell whether a text names money that is not US dollars."""
    return _OTHER_MONEY.search(text) is not None


def alone(text: str) -> bool:
    """Tell whether somebody typed a number and hardly a word beside it."""
    said = find(text[:LONGEST])
    rest = text
    for number in reversed(said):
        rest = f"{rest[: number.start]} {rest[number.end :]}"
    return any(c.isdigit() for c in text) and all(_FILLER.fullmatch(re.sub(r"[\d$€£¥%−]", "", w)) for w in rest.split())


def carries(quote: str, value: int) -> bool:
    """Tell whether words hold this count, in digits or words, a day out of a longer or shorter time included."""
    if value == 0 and (_ZERO.match(quote) or _ZERO_WITHIN.search(quote)):
        return True
    return value in set(_values(quote))


def _values(quote: str) -> Iterator[int]:
    if once := _ONCE.search(quote):
        yield 1 if once[1].lower() == "once" else 2
    for number in find(quote):
        yield from (_rounded(number.value), _rounded(number.low), _rounded(number.high))
        for pattern, factor, name in RATES:
            if pattern.search(quote):
                yield _rounded(number.value * factor)
                yield from [_rounded(number.value * monthly(factor, name))] if number.money else ()
        for pattern, factor, _ in MEASURES:
            if pattern.search(quote):
                yield _rounded(number.value * factor)


def several(quote: str) -> bool:
    """Tell whether at least two figures stand in the words, percentages included."""
    return sum(1 if number.low == number.high else 2 for number in every(quote)) >= 2


def _rounded(value: float) -> int:
    return int(min(value, 2.0 * MOST) + 0.5)


def _shown(value: int) -> str:
    return f"{value:,}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
