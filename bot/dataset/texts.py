"""What is wrong with the texts of a row: personal data, secrets, and traces of how they were made."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.dataset.signs import may_hold

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
_PHONE = re.compile(
    r"(?<![\w+./-])(?:\+\d{1,3}[ .()/-]{0,2}(?:\d[ .()/-]{0,2}){6,13}\d"
    r"|00[1-9]\d[ .()/-]?(?:\d[ .()/-]{0,2}){6,12}\d"
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|[2-9]\d{2}[.-]\d{3}[.-]\d{4}"
    r"|0[1-9]\d{1,4}[ /-]\d(?:[ -]?\d){4,8})(?![\w/-])"
)
_CALLED = re.compile(
    r"(?i)\b(?:phone|tel|telephone|telefon|mobile|cell|whatsapp|fax|call (?:me|us|her|him)|reach (?:me|us)|handy"
    r"|my (?:number|no\.))\b"
    r"\D{0,20}(\d(?:[ .()/-]?\d){5,14})(?!\d)"
)
_CARD = re.compile(r"(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_KEY = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:proj-|live_|test_|ant-|or-)?[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}"
    r"|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{16,}|\bxox[abeprs]-[A-Za-z0-9_-]{10,}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bAIza[A-Za-z0-9_-]{30,}|\bhf_[A-Za-z0-9]{20,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{6,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?i:\b(?:api[_ -]?key|secret|token|passwor[dt]|passwd)\b[\"']?\s*(?:[:=]|is)\s*[\"']?"
    r"(?=[^\s\"']*\d)[^\s\"',;]{8,})"
)
_MARKS = " \t\n\"'*_#>-–—“”„«»¿¡.,:;!?()[]"
_BOILERPLATE = re.compile(
    r"(?i)\bas an? (?:ai|artificial intelligence|(?:large )?language model|virtual assistant|chatbot)\b"
    r"|\bi(?:'|’)?a?m (?:just |only )?an? (?:ai|(?:large )?language model)\b"
    r"|\bmy (?:knowledge|training) (?:cut-?off|data)\b"
    r"|\b(?:trained|developed|created) by openai\b"
    r"|\bi(?:'|’)?a?m (?:very |so )?sorry,? (?:but )?i (?:can(?:no|'|’)?t|am (?:not able|unable) to) "
    r"(?:assist|help|fulfil|comply|provide)|\bi apologi[sz]e,? but i (?:can(?:no|'|’)?t|am (?:not able|unable) to)\b"
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
    r"\b(?:TODO|FIXME|TBD|XXX+|PLACEHOLDER|CHANGEME)\b|(?i:\blorem ipsum\b|\btodo:)"
    r"|\[(?i:insert|your|enter|add|name|customer|company|date|link|placeholder|redacted)\b[^\]\n]{0,40}\](?!\()"
    r"|\[[A-Z][A-Z_ ]{2,30}\](?!\()|<(?i:insert|your|enter|placeholder)\b[^>\n]{0,40}>|\{\{[^{}\n]{1,40}\}\}"
    r"|<(?i:(?:first|last|full|customer|user|company|product|agent)?[ _-]?name)>(?!.{0,80}</)"
    r"|(?<![\w$#{\"'])\{(?i:(?:first|last|full|customer|user|company|product|agent|your)[ _-]?name)\}"
)
_FENCED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_BROKEN = re.compile(r"[\u00c2-\u00f4](?:[\u0080-\u00bf\u0152-\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u2122]{1,3})")
_SIGNS = tuple(
    (may_hold([pattern for _, patterns in group for pattern in patterns]), [(s, may_hold(p)) for s, p in group])
    for group in (
        (
            (_Sign.MAIL, (re.compile("@"),)),
            (_Sign.TAG, (_TAG,)),
            (_Sign.PLACEHOLDER, (_PLACEHOLDER,)),
            (_Sign.BROKEN, (_BROKEN, re.compile("\ufffd"))),
            (_Sign.BOILERPLATE, (_BOILERPLATE,)),
        ),
        ((_Sign.KEY, (_KEY,)),),
        ((_Sign.NUMBER, (_PHONE, _CALLED, _CARD, _IBAN)),),
    )
)
"""What tells whether a text may hold some of a group, and which. Larger groups are slower by far: the engine keeps a
table of what it has seen, which they outgrow."""
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
    """Return what a text may hold."""
    found = 0
    for of_some, each in _SIGNS:
        if of_some(text):
            for sign, of_it in each:
                if of_it(text):
                    found |= sign
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
    rest = [turn for turn in turns if turn[0] == "user" or turn[0] == "assistant"]
    if len(rest) != 2 or rest[0][0] == rest[1][0]:
        yield from _doubled([(role, text.strip()) for role, text in rest])
    if len(rest) > 1 and rest[-1][0] == "assistant" and rest[-2][0] == "user":
        asked, said = rest[-2][1].strip(), rest[-1][1].strip()
        near = asked and -12 < len(asked) - len(said) < 12 and len(said) < _LONGEST_ECHO
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
    if signs & _Sign.NUMBER:
        yield from _numbers(text, where)
    if signs & _Sign.KEY and (key := _KEY.search(text)):
        yield Fault("secret", f"{where}{key[0][:4]}… ({len(key[0])} characters)")


def _numbers(text: str, where: str) -> Iterator[Fault]:
    iban = next((m for m in _IBAN.finditer(text) if _is_iban(m[0])), None)
    if iban:
        yield Fault("iban", f"{where}{iban[0][:4]}…{iban[0][-2:]}")
        text = text.replace(iban[0], " ")
    card = next((m for m in _CARD.finditer(text) if _is_card(m[0])), None)
    if card:
        yield Fault("card", f"{where}…{re.sub(r'[^0-9]', '', card[0])[-4:]}")
        text = text.replace(card[0], " ")
    phone = _PHONE.search(text)
    called = None if phone else _CALLED.search(text)
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
