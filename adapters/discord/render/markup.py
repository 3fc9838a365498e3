"""Markdown as Discord may show it: nothing in it calls anybody, and no link hides where it leads. Pure.

Of addresses only those stay links that the caller names as our own, by their exact text: our sources. Every other one
is shown as code, which Discord does not make a link of.
"""

import re
from functools import lru_cache

from adapters.discord.render.limits import short

NONE = frozenset[str]()
SAID = 512
"""Texts of which it is kept how they are shown: questions, hints and advice come again and again."""
_KEPT = re.compile(
    r"""
    (?P<fence>^[ ]{0,3}(?P<mark>`{3,})[^\n`]*\n(?:.*?\n)?[ ]{0,3}(?P=mark)`*[ ]*$ | ^[ ]{0,3}`{3,}[^\n`]*\n.*\Z)
    | (?P<code>(?<!`)(?P<tick>`+)(?!`)(?P<inner>[^\n]+?)(?<!`)(?P=tick)(?!`))
    | (?P<escape>\\[!-/:-@\[-`{-~])
    | <(?P<auto>https?://[^<>\s]+)>
    | !?\[(?P<label>(?:\\.|[^\[\]\\])*)\]\(\s*<?(?P<target>[^()\s<>]+)>?(?:\s[^()]*)?\)
    | (?P<url>\b[a-z][a-z0-9+.-]{0,30}://[^\s<>`"|]*[^\s<>`"|.,;:!?)\]'*_])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CALL = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_DEEP_QUOTE = re.compile(r"^( {0,3})>{2,}(?= |$)", re.MULTILINE)
_APART = "\u200b"
"""Between a sign and what it would do."""
_TICK = "ˋ"
"""Looks like the sign of code, and is none."""
_STYLES = re.compile(r"([\\*_`~|<>\[\]])")
_BLOCK = re.compile(r"^([^\S\n]*)(#{1,3} |-# |[-+] |\d+(?=[.)] ))", re.MULTILINE)


def clean(text: str) -> str:
    """Leave out characters that nobody sees and that could turn the order of what is read."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(maxsize=SAID)
def markdown(text: str, own: frozenset[str] = NONE) -> str:
    """Return markdown for a text display or a message; links to `own` addresses stay links."""
    text, out, at = clean(text), "", 0
    for found in _KEPT.finditer(text):
        out += _words(text[at : found.start()]) + _kept(found, own)
        at = found.end()
    return out + _words(text[at:])


def literal(text: str) -> str:
    """Return a text that is shown as it stands, with no sign taken for markup."""
    text = _STYLES.sub(r"\\\1", clean(text)).replace("://", f":{_APART}//")
    return _CALL.sub(f"@{_APART}", _BLOCK.sub(lambda found: f"{found[1]}\\{found[2]}", text))


def label(text: str, most: int) -> str:
    """Return a text for a button, an option or a field, where no markup is read."""
    return short(" ".join(clean(text).split()) or "–", most)


def code(lines: str) -> str:
    """Return lines as a block of code that nothing in them ends."""
    return f"```\n{clean(lines).replace('`', _TICK)}\n```"


def small(text: str) -> str:
    """Return short markdown in small grey letters."""
    return "\n".join(f"-# {line.strip()}" for line in text.splitlines() if line.strip())


def _words(text: str) -> str:
    text = _DEEP_QUOTE.sub(r"\1>", text)
    # A sign of code that nothing closes would pair with one of ours, and let the address behind it out.
    text = text.replace("<", "\\<").replace("||", "\\|\\|").replace("`", "\\`")
    return _CALL.sub(f"@{_APART}", text)


def _kept(found: re.Match[str], own: frozenset[str]) -> str:
    if found["escape"]:
        return found["escape"]
    if found["auto"] or found["url"]:
        address = found["auto"] or found["url"]
        return f"<{address}>" if address in own else _address(address)
    if found["target"]:
        shown = markdown(found["label"], own)
        if found["target"] in own and not found[0].startswith("!"):
            return f"[{shown}](<{found['target']}>)"
        return f"{shown} ({_address(found['target'])})"
    if found["code"]:
        return f"`{found['inner'].strip('`').replace('`', _TICK)}`"
    return _fence(found["fence"])


def _fence(block: str) -> str:
    """Return a block of code as Discord ends one: with three marks, of which no more stand inside."""
    opening, _, inner = block.strip(" ").partition("\n")
    inner = re.sub(r"(?:\A|\n) {0,3}`{3,} *\Z", "", inner)
    return f"```{opening.lstrip('`')}\n{inner.replace('```', _TICK * 3)}\n```"


def _address(address: str) -> str:
    return f"`{address.replace('`', '%60')}`"
