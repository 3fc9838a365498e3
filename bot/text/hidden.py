"""Where a text says what its reader does not see, or sees otherwise: encoded, invisible, turned round, look-alike."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_ENCODED = re.compile(
    r"(?<![\w+/=-])(?=[\w+/-]{0,512}?[a-z])(?=[\w+/-]{0,512}?[A-Z])"
    r"(?:(?=[\w+/-]{0,512}?\d)[A-Za-z0-9+/_-]{24,}+={0,2}|[A-Za-z0-9+/]{6,}+={1,2})(?![\w=])"
    r"|(?<!\w)(?:[0-9a-fA-F]{2}[ :]?){12,}(?!\w)|(?<!\w)(?:[01]{8}[ ]?){4,}(?!\w)"
    r"|(?:%[0-9a-fA-F]{2}){4,}|(?:\\x[0-9a-fA-F]{2}|\\u\{?[0-9a-fA-F]{4,6}\}?){3,}|(?:&#x?[0-9a-fA-F]{2,6};){3,}"
    r"|(?<![\w.-])(?:[.\-]{1,6}[ /]+){7,}[.\-]{1,6}(?![\w.-])"
)
"""Base64, hexadecimal, bits, percent signs, escapes, entities, Morse."""
_NAME = re.compile(
    r"[A-Z]{0,8}[a-z]{0,20}(?:[A-Z]{1,4}[a-z]{2,20}){0,3}\d{0,3}[A-Za-z]{0,2}"
    r"|[A-Za-z]?\d{1,8}[A-Za-z]{0,3}"
)
"""A word, several grown together, or a number with its unit: what the names of models and files are made of."""
_INVISIBLE = re.compile(r"[\U000e0000-\U000e01ef\u115f\u1160\u3164\u2061-\u2064\u180b-\u180e]+")
"""Tags, supplementary variation selectors, and fillers: nobody sees them, a model reads them."""
_TURNED = re.compile(r"[\u202d\u202e][^\u202c\n]*\u202c?|[\u202a\u202b\u2066-\u2068][^\u202c\u2069\n]*[\u202c\u2069]?")
"""Words between direction marks; of those only an override has a use in a text that runs from left to right: none."""
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPLIT = re.compile(r"[A-Za-z0-9](?:[\u200b\u2060\ufeff\u00ad\u200c\u200d][A-Za-z0-9]+)+")
"""A word with something invisible inside."""
_FANCY = re.compile(r"[\U0001d400-\U0001d7ff\U0001f130-\U0001f149\u24b6-\u24e9\u249c-\u24b5]+")
"""Letters of mathematics and in circles, in which no one writes about a case."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_CYRILLIC, _GREEK = "аеорсухіјѕԁһӏАВЕКМНОРСТУХІЈЅ", "οανικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_ALIKE = frozenset(_CYRILLIC + _GREEK)
LONGEST_SENTENCE = 400
_SENTENCE_END = re.compile(r"[.!?\n]|\Z")


@lru_cache(maxsize=64)  # the same message is looked at more than once in a turn
def hidden(text: str) -> tuple[tuple[int, int], ...]:
    """Return where a text hides what it says, in order; a sentence with a word of look-alike letters is whole."""
    found = [match.span() for match in _ENCODED.finditer(text) if not _is_name(match.group())]
    if text.isascii():
        return tuple(found)
    found += [match.span() for kind in (_INVISIBLE, _SPLIT, _FANCY) for match in kind.finditer(text)]
    rtl = _RIGHT_TO_LEFT.search(text) is not None
    found += [m.span() for m in _TURNED.finditer(text) if not rtl or m.group()[0] in "\u202d\u202e"]
    found += _alike(text)
    return tuple(sorted(found))


def without(text: str, spans: Sequence[tuple[int, int]], instead: str) -> str:
    """Return a text with other words in the place of these stretches, which may overlap."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            kept += [text[at:start], instead]
        at = max(at, end)
    return "".join([*kept, text[at:]])


def plain(text: str) -> str:
    """Return text for a terminal: no control characters, which drive it or turn the order of what is read.

    Half characters, of names that are no text, become question marks.
    """
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()


def readable(text: str) -> str:
    """Return a text with a mark in the place of what it hides."""
    return without(text, hidden(text), "[…]")


def _is_name(run: str) -> bool:
    """Tell whether a run of letters and digits is a name such as `meta-llama/Meta-Llama-3-8B-Instruct`."""
    parts = re.split(r"[/_-]", run)
    return len(parts) > 1 and all(map(_NAME.fullmatch, parts))


def _alike(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    for word in _WORD.finditer(text):
        letters = word.group()
        if word.start() < end or letters.isascii() or not any(c.isascii() for c in letters):
            continue
        # "GPTшка" is a word of its own; "wе" is none.
        if all(c in _ALIKE for c in letters if not c.isascii()):
            least = max(end, word.start() - LONGEST_SENTENCE)
            start = max((text.rfind(mark, least, word.start()) for mark in ".!?\n"), default=-1) + 1
            ending = _SENTENCE_END.search(text, word.end())
            end = ending.start() if ending else len(text)
            yield max(start, least), end
