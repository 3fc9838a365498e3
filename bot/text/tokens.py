"""How many tokens a text is: by the tokenizer of a model that is known, else by a rule for each kind of letter."""

import re
from functools import lru_cache
from string import ascii_letters, digits, whitespace
from typing import Any

_LETTERS, _DIGITS, _SPACES = (signs.encode() for signs in (ascii_letters, digits, whitespace))
# Tokens a sign, fitted to o200k_base on prose and code; what other tokenizers of today make differs by a tenth.
_WORD, _LETTER, _DIGIT, _SIGN, _LINE = 0.44, 0.155, 0.45, 0.62, 0.8
_ASCII = re.compile(r"[\x00-\x7f]+")
_OTHERS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(f"[{signs}]"), tokens)
    for signs, tokens in (
        ("\u00c0-\u024f\u1e00-\u1eff", 0.95),  # Latin letters with marks
        ("\u0370-\u058f", 0.25),  # Greek, Cyrillic, Armenian
        ("\u0590-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u08ff", 0.35),  # Hebrew, Arabic
        ("\u060c\u061b\u061f", 0.9),  # signs of Arabic
        ("\u0900-\u0fff", 0.4),  # scripts of India, Thai, Lao, Tibetan
        ("\u3040-\u30ff", 0.5),  # kana
        ("\u3000-\u303f\u3400-\u9fff\uff00-\uffef", 0.78),  # Chinese characters and their signs
        ("\uac00-\ud7af", 0.7),  # Hangul
        ("\u2000-\u2bff", 0.5),  # signs
        ("\U0001f000-\U0001ffff", 2.0),  # emoji
    )
)


def estimate(text: str, words: int | None = None) -> int:
    """Return about how many tokens a text is, by its letters, `words` (counted here by default) and signs."""
    if not text:
        return 0
    ascii_ = text.encode("ascii", "ignore")
    rest = ascii_.translate(None, _LETTERS)
    signs = rest.translate(None, _SPACES)
    numbers = len(signs) - len(signs.translate(None, _DIGITS))
    letters = len(ascii_) - len(rest)
    words = min(len(text.split()) if words is None else words, letters) if letters else 0
    found = _WORD * words + _LETTER * letters + _DIGIT * numbers + _SIGN * (len(signs) - numbers)
    found += _LINE * rest.count(b"\n")
    if len(ascii_) < len(text):
        # Words of other letters are counted by these.
        found -= _WORD * words * (1 - letters / max(1, len(text) - text.count(" ")))
        others = _ASCII.sub("", text)
        found += sum(tokens * len(pattern.findall(others)) for pattern, tokens in _OTHERS)
    return round(found) or 1


def count(text: str, model: str) -> int:
    """Return how many tokens a text is for a model: counted where its tokenizer is at hand, else estimated."""
    tokenizer = _tokenizer(model)
    return len(tokenizer.encode_ordinary(text)) if tokenizer is not None else estimate(text)


def counted(model: str) -> bool:
    """Tell whether the tokens of a model are counted and not estimated."""
    return _tokenizer(model) is not None


@lru_cache(maxsize=8)
def _tokenizer(model: str) -> Any:
    try:
        import bpe_openai  # pyright: ignore
    except ImportError:
        return None
    try:
        return bpe_openai.encoding_for_model(model.rpartition("/")[2])  # pyright: ignore
    except KeyError:
        return None
