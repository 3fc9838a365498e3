"""Markdown as Slack may show it: nothing in it calls anybody, and no link hides where it leads. Pure.

Slack reads its own tokens (`<!channel>`, `<@U1>`, `<https://x|bank>`) inside markdown too, and does not read again what
an entity stands for; so escaped brackets are enough (measured: posthog pull request 95054). Of addresses only those
stay links that the caller names as our own, by their exact text: our sources. Every other one is shown as code, which
Slack does not make a link of.
"""

import re
from collections.abc import Callable
from functools import lru_cache

NONE = frozenset[str]()
SAID = 512
"""Texts of which it is kept how they are shown: questions, hints and advice come again and again."""
_TOKENS = re.compile(
    r"""
    (?P<fence>^[ ]{0,3}(?P<mark>`{3,}(?![^\n]*`)|~{3,})[^\n]*(?:\n(?:.*?\n)?[ ]{0,3}(?P=mark)[`~]*[ ]*$|.*\Z))
    | (?P<code>(?<!`)(?P<tick>`+)(?!`)(?P<inner>[^\n]{1,1000}?)(?<!`)(?P=tick)(?!`))
    | (?P<escape>\\[!-/:-@\[-`{-~])
    | <(?P<auto>https?://[^<>\s|]+)>
    | (?P<link>!?\[(?P<label>(?:\\.|[^\[\]\\]){0,500})\]\(\s*<?(?P<target>[^()\s<>]+)>?(?:\s[^()]*)?\))
    | (?P<url>(?:\b[a-z][a-z0-9+.-]{0,20}://|\bwww\.)[^\s<>`"|]*[^\s<>`"|.,;:!?)\]'*_])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\ue1ff]")
_QUOTE = re.compile(r"^( {0,3}(?:> ?)+)", re.MULTILINE)
_HELD = "\ue000"
"""Stands for the mark of a quotation while other brackets are escaped."""
_CALL = re.compile(r"@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
_SHIFT = 0xE100
_ASIDE = re.compile("[\ue100-\ue1ff]")
"""Signs that stand for themselves, out of the way of what looks for styles."""
_OPENING = re.compile(r"<(?=[!@#])")
_TOKEN = re.compile(r"<(?=[!@#]|[a-z][a-z0-9+.-]{0,20}:)", re.IGNORECASE)
_STYLE = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3}|~~)(?=\S)([^\n]{1,500}?)(?<=\S)\1(?![\w*])")
_HEADING = re.compile(r"^ {0,3}#{1,6} +([^ \n][^\n]*)$", re.MULTILINE)
_APART = "\u200b"
"""Between a sign and what it would do."""
_TICK = "ˋ"
"""Looks like the sign of code, and is none."""


def clean(text: str) -> str:
    """Leave out characters that nobody sees and that could turn the order of what is read."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> str:
    """Make a text safe in any of Slack's fields that read markup."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CALL.sub(f"@{_APART}", text)


def inert(text: str) -> str:
    """Return a text for fields that read no markup; its tokens are broken all the same, in case one ever does."""
    return _CALL.sub(f"@{_APART}", _OPENING.sub(f"<{_APART}", clean(text)))


@lru_cache(maxsize=SAID)
def markdown(text: str, own: frozenset[str] = NONE) -> str:
    """Return markdown for a markdown block or a stream; links to `own` addresses stay links."""
    text = _QUOTE.sub(lambda mark: mark.group().replace(">", _HELD), clean(text))
    return _each(text, _words, lambda found: _safe(found, own)).replace(_HELD, ">")


@lru_cache(maxsize=SAID)
def mrkdwn(text: str, own: frozenset[str] = NONE) -> str:
    """Return short markdown as Slack's mrkdwn, for contexts and sections."""
    return _each(_listed(clean(text)), _short_words, lambda found: _short_safe(found, own))


@lru_cache(maxsize=SAID)
def plain(text: str) -> str:
    """Return markdown as plain words, for notifications and screen readers; not escaped."""
    text = _HEADING.sub(_heading, _QUOTE.sub("", clean(text)))
    return _ASIDE.sub(lambda sign: chr(ord(sign.group()) - _SHIFT), _STYLE.sub(r"\2", _each(text, str, _bare)))


def _words(text: str) -> str:
    # A sign of code that nothing closes would pair with one of ours, and let the address behind it out.
    return escaped(text).replace("`", "\\`")


def _short_words(text: str) -> str:
    return _styled(escaped(text).replace("`", _TICK))  # mrkdwn has no way to escape a sign of code


def _each(text: str, words: Callable[[str], str], token: Callable[[re.Match[str]], str]) -> str:
    """Rewrite a text: what lies between tokens, and the tokens."""
    out, at = "", 0
    for found in _TOKENS.finditer(text):
        out += words(text[at : found.start()]) + token(found)
        at = found.end()
    return out + words(text[at:])


def _safe(found: re.Match[str], own: frozenset[str]) -> str:
    if found["escape"]:
        sign = found["escape"][1]
        return escaped(sign) if sign in "&<>" else found["escape"]
    if found["auto"]:
        return f"<{found['auto']}>" if found["auto"] in own else _code(found["auto"])
    if found["url"]:
        return found["url"] if found["url"] in own else _code(found["url"])
    if found["link"]:
        label = markdown(found["label"], own)
        if found["target"] in own and not found["link"].startswith("!"):
            return f"[{label}]({found['target']})"
        return f"{label} ({_code(found['target'])})"
    return _literal(found.group())


def _short_safe(found: re.Match[str], own: frozenset[str]) -> str:
    if found["escape"]:
        # mrkdwn has no way to escape its own signs.
        sign = found["escape"][1]
        return f"{_APART}{sign}{_APART}" if sign in "*_~`" else escaped(sign)
    address = found["auto"] or found["url"]
    if address:
        return f"<{address}>" if address in own else _code(address)
    if found["link"]:
        label = mrkdwn(found["label"], own)
        return f"{label} (<{found['target']}>)" if found["target"] in own else f"{label} ({_code(found['target'])})"
    if found["code"]:
        return f"`{escaped(found['inner'].strip('`').replace('`', _TICK))}`"
    opening, _, inner = found["fence"].strip(" ").partition("\n")
    inner = re.sub(r"(?:\A|\n) {0,3}[`~]{3,} *\Z", "", inner)
    return f"```{escaped(opening.lstrip('`~'))}\n{escaped(inner.replace('```', _TICK * 3))}\n```"


def _bare(found: re.Match[str]) -> str:
    if found["escape"]:
        return chr(ord(found["escape"][1]) + _SHIFT)
    if found["link"]:
        return f"{plain(found['label'])} ({found['target']})"
    if found["fence"]:
        return re.sub(r"\A[^\n]*\n?|\n?[ ]{0,3}(?:`{3,}|~{3,})[ ]*\Z", "", found["fence"])
    return found["auto"] or found["url"] or found["inner"].strip()


def _literal(code: str) -> str:
    """Return code of markdown as it is, where entities would show as such; what Slack might take for a token is broken.

    The text of a markdown block is CommonMark, in which code is literal.
    """
    return _CALL.sub(f"@{_APART}", _TOKEN.sub(f"<{_APART}", code))


def _code(address: str) -> str:
    return f"`{escaped(address.replace('`', '%60'))}`"


def _listed(text: str) -> str:
    text = re.sub(r"^( *)[-*] +", r"\1• ", text, flags=re.MULTILINE)
    return _HEADING.sub(lambda found: f"**{_heading(found)}**", text)


def _heading(found: re.Match[str]) -> str:
    """Return the words of a heading, without the signs that may close it."""
    return found[1].rstrip("#").rstrip(" ") or "#"


def _styled(text: str) -> str:
    return _STYLE.sub(lambda found: f"{_SIGN[found[1]]}{found[2]}{_SIGN[found[1]]}", text)


_SIGN = {"*": "_", "_": "_", "**": "*", "__": "*", "***": "*", "___": "*", "~~": "~"}
