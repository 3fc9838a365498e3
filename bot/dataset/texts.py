"""What is wrong with the texts of a row: personal data, secrets, and traces of how they were made."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

Said = tuple[str, str]
"""A role, and what was said."""


class Fault(NamedTuple):
    """What is wrong in a row: a key of KINDS, and where."""

    kind: str
    where: str = ""


class _Sign:
    """What a text may hold, as bits: each row waits for them, and an enumeration takes its time."""

    MAIL = 1
    TAG = 2
    PLACEHOLDER = 4
    KEY = 8
    NUMBER = 16
    BOILERPLATE = 32
    BROKEN = 64


# Addresses of a desk and not of a person.
_DESKS = frozenset({
    "support", "info", "help", "contact", "sales", "noreply", "no-reply", "donotreply", "hello", "service",
    "billing", "admin", "office", "team", "press", "legal", "privacy", "jobs", "careers", "security", "feedback",
    "orders", "returns", "hi", "mail", "webmaster", "postmaster", "accounts", "hr", "it",
})  # fmt: skip
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])")
_DIGITS = re.compile(r"\d[\d \u00a0.()/-]{5,}\d")
_LONG_NUMBER = re.compile(r"[0-9][0-9 .()/-]{5,}[0-9]")
_PHONE = re.compile(
    r"(?<![\w+./-])(?:\+\d{1,3}[ .()/-]{0,2}(?:\d[ .()/-]{0,2}){6,13}\d"
    r"|00[1-9]\d[ .()/-]?(?:\d[ .()/-]{0,2}){6,12}\d"
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|[2-9]\d{2}[.-]\d{3}[.-]\d{4}"
    r"|0[1-9]\d{1,4}[ /-]\d(?:[ -]?\d){4,8})(?![\w/-])"
)
_CALLED = re.compile(
    r"(?i)\b(?:phone|tel|telephone|telefon|mobile|cell|whatsapp|fax|call (?:me|us|her|him)|reach (?:me|us)|handy)\b"
    r"\D{0,20}(\d(?:[ .()/-]?\d){5,14})(?!\d)"
)
_CARD = re.compile(r"(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_KEY = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:proj-|live_|test_|ant-|or-)?[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}"
    r"|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abeprs]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}"
    r"|\bhf_[A-Za-z0-9]{20,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{6,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?i:\b(?:api[_ -]?key|secret|token|passwor[dt]|passwd)\b[\"']?\s*(?:[:=]|is)\s*[\"']?"
    r"(?=[^\s\"']*\d)[^\s\"',;]{8,})"
)
_JOINED = ("sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "gh", "glpat", "xox", "hf_")
"""What a key has in it that has a `-` or a `_` as well."""
_CAPITALS = re.compile(rb"AKIA|AI|J|PRIVATEKEY|TODO|FIXME|TBD|XXX|PLACEHOLDER|CHANGEME")
"""What is left of others, and of notes to the writer, where only their capitals are looked at."""
_SIGNS = ("AKIA", "AIza", "eyJ", "PRIVATE KEY", "TODO", "FIXME", "TBD", "XXX", "PLACEHOLDER", "CHANGEME")
_NO_CAPITALS = bytes(set(range(256)) - set(range(ord("A"), ord("Z") + 1)))
_NO_DIGITS = bytes(set(range(256)) - set(range(ord("0"), ord("9") + 1)))
_LEAST_DIGITS, _LEAST_OF_IBAN, _LEAST_OF_CARD = 6, 10, 13
"""Digits of the shortest number that is personal, of an IBAN and of a card."""
_CALLS = ("phone", "tel", "mobile", "cell", "whatsapp", "fax", "call ", "reach ", "handy")
"""What an announced telephone number has before it."""
_HINTS = (
    "api", "secret", "token", "passw", "lorem", " an ", "language model", "training data", "knowledge cut", "openai",
    "sorry", "t have", "als k", "sprachmodell", "en tant qu", "como ", "chatbot", "virtual assistant",
)  # fmt: skip
_WORDS = (
    "api key", "api_key", "api-key", "apikey", "secret", "token", "passw", "lorem ipsum", "as an ", " an ai",
    "language model", "training data", "knowledge cut", "openai", "sorry but i", "sorry, but i", "not have",
    "n't have", "n’t have", "als ki", "als künst", "sprachmodell", "en tant qu", "como modelo", "como un", "chatbot",
    "virtual assistant",
)  # fmt: skip
"""What a password, a placeholder or the words of an assistant have in them, in small letters, and fewer words by one of
which each of them is noticed."""
_MARKS = " \t\n\"'*_#>-–—“”„«»¿¡.,:;!?()[]"
_BOILERPLATE = re.compile(
    r"(?i)\bas an? (?:ai|artificial intelligence|(?:large )?language model|virtual assistant|chatbot)\b"
    r"|\bi(?:'|’)?a?m (?:just |only )?an? (?:ai|(?:large )?language model)\b"
    r"|\bmy (?:knowledge|training) (?:cut-?off|data)\b"
    r"|\b(?:trained|developed|created) by openai\b"
    r"|\bi(?:'|’)?a?m sorry,? but i (?:can(?:no|'|’)?t|am (?:not able|unable) to) (?:assist|help|fulfil|comply|provide)"
    r"|\bi (?:do not|don(?:'|’)t) have (?:personal (?:opinions|feelings|experiences)|access to real-?time)"
    r"|\bals (?:ki|künstliche intelligenz|ki-?(?:sprachmodell|modell|assistent))\b|\bals (?:ein )?sprachmodell\b"
    r"|\ben tant qu(?:e modèle de langage|['’](?:ia|intelligence artificielle))\b"
    r"|\bcomo (?:modelo de lenguaje|una? (?:ia|inteligencia artificial)|modelo de linguagem)\b"
)
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|strong|em|ul|ol|li|table|tr|td|th|h[1-6]|img|script|style|html|body|head|font|hr|pre)"
    r"(?:\s[^<>]{0,300})?/?>|&(?:nbsp|amp|lt|gt|quot|apos|#\d{2,5}|#x[0-9a-f]{2,4});",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD|XXX+|PLACEHOLDER|CHANGEME)\b|(?i:\blorem ipsum\b)"
    r"|\[(?i:insert|your|enter|add|name|customer|company|date|link|placeholder|redacted)\b[^\]\n]{0,40}\](?!\()"
    r"|\[[A-Z][A-Z_ ]{2,30}\](?!\()|<(?i:insert|your|enter|placeholder)\b[^>\n]{0,40}>|\{\{[^{}\n]{1,40}\}\}"
)
_FENCED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_BROKEN = re.compile(r"[\u00c2-\u00f4](?:[\u0080-\u00bf\u0152-\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u2122]{1,3})")
_LONGEST_ECHO = 10_000


def faults(turns: Sequence[Said]) -> Iterator[Fault]:
    """Yield what is wrong with what was said in a row; what is personal or secret is shown masked."""
    # Most rows have no sign of any of it, which one look at all their text tells.
    if signs := _signs_in("\n".join([text for role, text in turns if role != "system"])):
        yield from _each(turns, signs, system=False)
    for number, (role, text) in enumerate(turns):
        if role == "system" and (signs := _signs_in_system(text)):
            yield from _each(turns[number : number + 1], signs, system=True)
    yield from _turns(turns)


def _signs_in(text: str) -> int:
    """Return what a text may hold, by signs without which it surely does not."""
    plain = text.isascii()
    found = 0 if plain else _Sign.BROKEN
    if "@" in text:
        found |= _Sign.MAIL
    if "<" in text or "&" in text:
        found |= _Sign.TAG | _Sign.PLACEHOLDER
    if "[" in text or "{{" in text:
        found |= _Sign.PLACEHOLDER
    # A list is made faster than a generator is asked, and this is what each row waits for.
    if ("_" in text or "-" in text) and any([sign in text for sign in _JOINED]):  # noqa: C419
        found |= _Sign.KEY
    raw = text.encode("utf-8", "replace")
    if _CAPITALS.search(raw.translate(None, _NO_CAPITALS)) and any([sign in text for sign in _SIGNS]):  # noqa: C419
        found |= _Sign.KEY | _Sign.PLACEHOLDER
    numbers = not plain or len(raw.translate(None, _NO_DIGITS)) >= _LEAST_DIGITS
    if numbers and (_LONG_NUMBER if plain else _DIGITS).search(text):
        found |= _Sign.NUMBER
    lower = text.lower()
    if any([hint in lower for hint in _HINTS]) and any([word in lower for word in _WORDS]):  # noqa: C419
        found |= _Sign.KEY | _Sign.PLACEHOLDER | _Sign.BOILERPLATE
    return found


# The same instructions stand in every row.
_signs_in_system = lru_cache(maxsize=16)(_signs_in)


def _each(turns: Sequence[Said], signs: int, *, system: bool) -> Iterator[Fault]:
    for number, (role, text) in enumerate(turns, 1):
        if not text or (role == "system") != system:
            continue
        where = f"message {number}: " if len(turns) > 2 else "answer: " if role == "assistant" else "input: "
        where = "system: " if system else where
        yield from _private(text, where, signs)
        if signs & _Sign.BROKEN and (broken := "\ufffd" if "\ufffd" in text else _mojibake(text)):
            yield Fault("mojibake", where + broken)
        if not signs & (_Sign.TAG | _Sign.PLACEHOLDER | _Sign.BOILERPLATE):
            continue
        plain = _FENCED.sub("", text) if "`" in text else text
        if signs & _Sign.TAG and (tag := _TAG.search(plain)):
            yield Fault("html", where + tag[0][:40])
        if signs & _Sign.BOILERPLATE and role == "assistant" and (boiler := _BOILERPLATE.search(text)):
            yield Fault("boilerplate", where + _short(boiler[0]))
        if signs & _Sign.PLACEHOLDER and not system and (mark := _PLACEHOLDER.search(plain)):
            yield Fault("placeholder", where + _short(mark[0]))


def _turns(turns: Sequence[Said]) -> Iterator[Fault]:
    rest = [(role, text.strip()) for role, text in turns if role in ("user", "assistant")]
    if len(rest) != 2 or rest[0][0] == rest[1][0]:
        yield from _doubled(rest)
    if len(rest) > 1 and rest[-1][0] == "assistant" and rest[-2][0] == "user":
        asked, said = rest[-2][1], rest[-1][1]
        near = asked and abs(len(asked) - len(said)) < 12 and len(said) < _LONGEST_ECHO
        if near and _opening(asked) == _opening(said) and _bare(asked) == _bare(said):
            yield Fault("echo", _short(_masked_text(said)))


def _doubled(rest: Sequence[Said]) -> Iterator[Fault]:
    for number, (one, other) in enumerate(pairwise(rest), 2):
        if one == other and one[1]:
            yield Fault("doubled_turn", f"message {number} of those without the system's says the same again")
            return
    for n in range(len(rest) - 3):
        if rest[n : n + 2] == rest[n + 2 : n + 4]:
            yield Fault("doubled_turn", "a question and its answer come twice")
            return


def _private(text: str, where: str, signs: int) -> Iterator[Fault]:
    if signs & _Sign.MAIL:
        for match in _MAIL.finditer(text):
            if match[1].lower() not in _DESKS:
                yield Fault("mail", where + f"{match[1][0]}…@{match[2][0]}….{match[2].rpartition('.')[2]}")
                break
    if signs & _Sign.NUMBER and _DIGITS.search(text):
        yield from _numbers(text, where)
    if signs & _Sign.KEY and (key := _KEY.search(text)):
        yield Fault("secret", f"{where}{key[0][:4]}… ({len(key[0])} characters)")


def _numbers(text: str, where: str) -> Iterator[Fault]:
    digits = len(text.encode("utf-8", "replace").translate(None, _NO_DIGITS))
    iban = next((m for m in _IBAN.finditer(text) if _is_iban(m[0])), None) if digits >= _LEAST_OF_IBAN else None
    if iban:
        yield Fault("iban", f"{where}{iban[0][:4]}…{iban[0][-2:]}")
        text = text.replace(iban[0], " ")
    card = next((m for m in _CARD.finditer(text) if _is_card(m[0])), None) if digits >= _LEAST_OF_CARD else None
    if card:
        yield Fault("card", f"{where}…{re.sub(r'[^0-9]', '', card[0])[-4:]}")
        text = text.replace(card[0], " ")
    phone = _PHONE.search(text)
    lower = text.lower()
    called = None if phone or not any(word in lower for word in _CALLS) else _CALLED.search(text)
    if found := phone[0] if phone else called[1] if called else "":
        digits = re.sub(r"\D", "", found)
        yield Fault("phone", f"{where}{found[:3]}…{digits[-2:]}")


def _is_card(text: str) -> bool:
    digits = [int(sign) for sign in text if sign.isdigit()]
    if digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) < 2:
        return False
    doubled = [d if n % 2 == 0 else d * 2 - 9 * (d > 4) for n, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _mojibake(text: str) -> str:
    """Return a piece of text that is UTF-8 read as if it were Windows-1252, "" where there is none."""
    for match in _BROKEN.finditer(text):
        for end in range(len(match[0]), 1, -1):
            piece = match[0][:end]
            try:
                raw = bytes(_byte(sign) for sign in piece)
                meant = raw.decode("utf-8")
            except (ValueError, UnicodeError):
                continue
            if len(meant) == 1 and (
                "\u00a0" <= meant <= "\u017f" or "\u0370" <= meant <= "\u04ff" or "\u2010" <= meant <= "\u2122"
            ):
                return piece
    return ""


def _byte(sign: str) -> int:
    if ord(sign) < 256:
        return ord(sign)
    return sign.encode("cp1252")[0]


def _opening(text: str) -> str:
    return text[:24].lstrip(_MARKS)[:3].casefold()


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _masked_text(text: str) -> str:
    """Return text in which nothing personal can be read: addresses and long numbers are cut."""
    return _DIGITS.sub("…", _MAIL.sub("…@…", text))


def _short(text: str, most: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
