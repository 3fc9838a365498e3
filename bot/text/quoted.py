"""Where a message holds what its author did not say of the case: a quotation, code, a pasted mail, words struck out."""

import re
from collections.abc import Iterator
from itertools import pairwise

_MASK = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*~~~.*?(?:^[ \t]*~~~|\Z)|^[ \t]*>>>[ \t].*|^[ \t]*(?:>|&gt;|[»│┃▌▎▏¦])[^\n]*"
    r"|^[ \t]*(?:[-*+\u2022]|\d{1,3}[.)])[ \t]+(?:>|&gt;)[ \t]*(?=[^\W\d]|[\"'])[^\n]*|https?://[^\s)>\]]+"
    r"|(?<![\w/@#])[@#][^\W\d_][\w.'\u2019]{0,40}(?:-[\w.'\u2019]{1,40}){1,40}"
    r"|(?<![\w.])[a-z_]+(?:\.[a-z_]+){1,4}[ \t]*=(?!=)[^;\n]*"
    r"|<!--.*?(?:-->|\Z)|~~[^~\n]+~~|(?<![\w~])~(?=[^\s~])[^~\n]{2,}(?<=[^\s~])~(?![\w~])",
    re.DOTALL | re.MULTILINE,
)
"""Code, quoted lines, addresses, names of several words that are mentioned, comments, and what is struck out."""
_CODE = re.compile(r"(?<!`)`{1,2}([^`\n]+)`{1,2}(?!`)|\|\|([^|\n]+)\|\|")
_SPEECH = re.compile(
    r"(?<![^\W_])(?<!\")\"(?=\S)([^\"\n]{12,400})(?<=\S)\"(?![^\W_])|[«»]\s?([^«»\n]{12,400})[«»]"
    r"|[「『〈《]([^「」『』〈〉《》\n]{8,400})[」』〉》]|(?:``|'')(?=[^\s'`])([^'`\n]{12,400})''"
)
_OPENS = re.compile(r"(?<![\w'])'(?=\w)(?!(?:em|cause|cos|til|till|tis|twas|n|bout|round|\d\ds?)\b)", re.IGNORECASE)
_CLOSES = re.compile(r"(?<=[^\s'])'(?=[\s.,;:!?)\]]|\Z)")
"""An apostrophe where a quotation in single marks may begin or end; one that a word has inside is neither."""
MOST_SPEECH = 400
_INDENTED = re.compile(r"(?:^(?: {4}|[ ]{0,3}\t)[^\n]*(?:\n|\Z)|(?<=\n)[ \t]*\n(?= {4}| {0,3}\t))+", re.MULTILINE)
_AT_THE_MARGIN = re.compile(r"^ {0,3}[^\s]", re.MULTILINE)
_LISTED = re.compile(r"[ \t]*(?:[-*\u2022\u25e6\u2013+]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]", re.IGNORECASE)
LONG, LONG_DENSE = 5, 8
"""Words from which on a quotation is a statement of somebody, and characters in a script without spaces."""
_MAIL = re.compile(
    r"^[ \t]*(?:fwd?|wg)[ \t]*:.*"
    r"|^[ \t]*(?:[-_=*]{2,}[ \t]*)?(?:begin forwarded message|(?:original|forwarded)[ -]message|forwarded by"
    r"|(?:urspr\u00fcngliche|weitergeleitete) nachricht|message (?:d'origine|transf\u00e9r\u00e9)"
    r"|mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|mensagem (?:original|encaminhada))\b.*"
    r"|^[ \t]*(?:on|am|le|el|il|em)\b[^\n]{4,90}\b(?:wrote|schrieb|a \u00e9crit|escribi\u00f3|ha scritto|escreveu)\b"
    r"[^\n]{0,60}:[ \t]*$.*"
    r"|^[ \t>*]*(?:from|von|de|da)\*?:[^\n]*\n(?:[^\n]{0,120}\n){0,2}?"
    r"[ \t>*]*(?:to|sent|date|subject|cc|an|gesendet|datum|betreff|\u00e0|envoy\u00e9|objet|para|asunto|fecha|assunto"
    r"|oggetto)\*?:.*",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
"""What a mail program puts above the mail that is answered: all below is of somebody else."""
_TOLD = re.compile(
    r"^[^\n:]{0,60}?(?<!\bi )(?<!\bwe )(?<!\bi've )\b(?:wrote|writes|said|says|replied|answered|posted|commented|claims"
    r"|claimed|told (?:us|me)|forwarded|passed on|copied|pasted|quote[sd]?"
    r"|quoting|according to|schrieb|schreibt|sagte|sagt)"
    r"(?: (?:this|that|so|us|me|back|(?:from|by|of) [^\n:]{1,40}))?[ \t]*:(?P<rest>[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
"""Somebody is named, and what they said follows: on this line, or in the paragraph below."""
_CLOCK = r"\[?\d{1,2}:\d{2}(?::\d{2})?[ \t]?(?:[ap]\.?m\.?)?\]?"
_CHAT = re.compile(
    rf"^[ \t]*(?:[^\W\d][\w .'-]{{0,30}}[ \t]{{1,3}}(?:APP[ \t]+)?{_CLOCK}[ \t]*$"
    rf"|{_CLOCK}[ \t]*[-,]?[ \t]*[^\W\d][\w .'-]{{0,30}}:|(?:{_CLOCK}[ \t]*)?<[^\W\d][\w.'-]{{0,30}}>[ \t])",
    re.IGNORECASE | re.MULTILINE,
)
"""A name and a time above a message that was copied out of a chat."""
_TAG = re.compile(r"([<\[])(blockquote|quote|pre|code|del|strike|s|q|cite)(?:[ =][^>\]\n]{0,80})?[>\]]", re.IGNORECASE)
_OBJECT = re.compile(r"[{\[]\s*(?:\{\s*)?[\"'][^\"'\n]{1,60}[\"']\s*:")
_WORD = re.compile(r"\S")
MOST_OBJECT = 4_000


def quoted(text: str) -> list[tuple[int, int]]:
    """Return where the words of a message are not its author's statement of the case, in order."""
    found = [match.span() for match in _MASK.finditer(text)]
    for code in _CODE.finditer(text):
        words = code[1] or code[2]
        if len(words.split()) > 2 or any(c in "{}=<>[]" for c in words):
            found.append(code.span())
    found += [match.span() for match in _SPEECH.finditer(text) if _long(next(filter(None, match.groups())))]
    found += _single(text)
    found += _indented(text)
    if mail := _MAIL.search(text):
        found.append((mail.start(), len(text)))
    found += _told(text)
    found += _tagged(text)
    found += _objects(text)
    return sorted(found)


def _long(words: str) -> bool:
    return len(words.split()) >= LONG or (not words.isascii() and len(words) >= LONG_DENSE and " " not in words.strip())


def _single(text: str) -> Iterator[tuple[int, int]]:
    """Yield quotations in single marks; the first mark behind enough words ends one, since a plural has a mark, too."""
    openings = [opens.start() for opens in _OPENS.finditer(text)]
    at = 0
    for start, following in pairwise([*openings, len(text)]):
        line = text.find("\n", start)
        far = min(following, start + MOST_SPEECH, line if line >= 0 else len(text))
        for closes in _CLOSES.finditer(text, max(at, start + 1), far):
            if _long(text[start + 1 : closes.start()]):
                at = closes.end()
                yield start, at
                break


def _indented(text: str) -> Iterator[tuple[int, int]]:
    """Yield lines that stand further right than the rest, as a pasted mail or log does; an item of a list is none."""
    if not _AT_THE_MARGIN.search(text):
        return
    for block in _INDENTED.finditer(text):
        before = text[max(0, block.start() - MOST_SPEECH) : block.start()].rstrip()
        above = before[before.rfind("\n") + 1 :]
        if block.group().strip() and not _LISTED.match(block.group()) and not _LISTED.match(above):
            yield block.span()


def _told(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in _TOLD.finditer(text):
        if match["rest"].strip():
            yield match.span("rest")
        elif match.start() >= at:
            at = _paragraph_end(text, match.end())
            yield match.end(), at
    at = 0
    for match in _CHAT.finditer(text):
        if match.start() >= at:
            at = _paragraph_end(text, match.end())
            yield match.start(), at


def _tagged(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands between two tags of HTML or of a forum that say that it is a quotation, code or struck out."""
    at, unclosed = 0, set[str]()
    for match in _TAG.finditer(text):
        closing = f"{match[1]}/{match[2]}{'>' if match[1] == '<' else ']'}"
        if match.start() < at or closing.lower() in unclosed:
            continue
        closed = re.compile(re.escape(closing), re.IGNORECASE).search(text, match.end())
        if closed is None:
            unclosed.add(closing.lower())
            continue
        at = closed.end()
        yield match.start(), at


def _paragraph_end(text: str, start: int) -> int:
    word = _WORD.search(text, start)
    end = text.find("\n\n", word.start()) if word else -1
    return end if end >= 0 else len(text)


def _objects(text: str) -> Iterator[tuple[int, int]]:
    """Yield where JSON stands, to its last bracket, or to the end where that is missing."""
    at = 0
    while match := _OBJECT.search(text, at):
        depth, end = 0, min(len(text), match.start() + MOST_OBJECT)
        for place in range(match.start(), end):
            depth += (text[place] in "{[") - (text[place] in "}]")
            if not depth:
                end = place + 1
                break
        yield match.start(), end
        at = end
