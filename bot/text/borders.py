"""Where a Markdown text can be cut, and what is better kept whole: its code fences, lines, sentences and words."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import regex

LINE_END = re.compile(r"\r\n|\n|\r")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_BREAK = re.compile(r"(?:(?<![ \t])[ \t]++)?(?:\r\n|\n|\r)(?:[ \t]*+(?:\r\n|\n|\r))*")
_OPENS = re.compile(
    # Nothing that was taken is given back: a line of marks and blanks would be tried in every way.
    r"(?P<quote>[ \t]*+(?:>[ \t]?+)*+)(?P<item>(?:[ \t]*+(?:[-+*]|\d{1,9}+[.)])(?=[ \t]))*+)(?P<indent>[ \t]*+)"
    r"(?P<mark>`{3,}+(?=[^`\r\n]*(?:[\r\n]|\Z))|~{3,}+)[ \t]*(?P<language>[^\s`]*)"
)
# A space with a mark on it, or in front of one that joins, is no border but one grapheme with it.
_JOINED = r"(?![\p{Grapheme_Extend}\p{Mc}\u200d\U0001f3fb-\U0001f3ff])"
_WORD = regex.compile(rf"(?<![ \t])[ \t]+{_JOINED}(?=\S)|(?<=[。！？][」』）”’]*)(?=[^\s」』）”’。！？]){_JOINED}")
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]*_`」』）]*\Z")
_MARKER = re.compile(r"(?:#{1,6}|[-+*]|\d{1,9}[.)])(?:[ \t]|\Z)|[>|]")
_MARKER_ALONE = re.compile(r"[ \t]*(?:(?:#{1,6}|[-+*]|\d{1,9}[.)]|>)[ \t]*)+\Z")
_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_SPANS = (
    re.compile(r'!?\[[^\[\]\r\n]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \t]+"[^"\r\n]*")?\)'),
    re.compile(r"(?<!`)(`+)(?!`)[^\r\n]*?(?<!`)\1(?!`)"),
    re.compile(r"\*\*[^*\r\n]+\*\*"),
    re.compile(r"^[ \t]*\|[^\r\n]*(?:(?:\r\n|\n|\r)[ \t]*\|[^\r\n]*)+", re.MULTILINE),
)


class Rank(IntEnum):
    """What a border is between; the first is the best."""

    PARAGRAPH = 0
    ITEM = 1
    LINE = 2
    SENTENCE = 3
    WORD = 4
    CODE = 5
    """Words of a line of code."""


@dataclass(frozen=True)
class Border:
    """A place for a cut: what comes before ends at `end`, what comes after begins at `then`; between is white space."""

    end: int
    then: int
    rank: Rank
    good: bool = True
    """False where what comes after would be read as something else, or a heading would stand alone."""


@dataclass(frozen=True)
class Fence:
    """A block of code between two fence lines; without a second one it goes on to the end of the text."""

    start: int
    code: int
    """Where the code begins, behind the first line."""
    code_end: int
    """Where it ends, before the line ending of its last line; one more than the text where nothing closes it."""
    end: int
    indent: str
    """What stands before the fence, with spaces for the marker of a list."""
    quote: str
    mark: str
    language: str
    lines: tuple[str, str]
    """The first line with its ending, and the last one with the ending before it."""

    @property
    def opening(self) -> str:
        return f"{self.quote}{self.mark}{self.language}\n"

    def closing(self, *, reopened: bool) -> str:
        """Return what ends a part inside; a part that begins inside has no list around it, so no indent either."""
        return f"\n{self.quote if reopened else self.indent}{self.mark}"

    def holds(self, at: int) -> bool:
        """Tell whether code stands on both sides."""
        return self.code < at < self.code_end

    def around(self, length: Callable[[str], int]) -> int:
        """Return the most that can stand around the code in one part."""
        first, last = self.lines
        closing = max(length(self.closing(reopened=False)), length(self.closing(reopened=True)))
        return max(length(first), length(self.opening)) + max(length(last), closing)

    def ends(self, line: str) -> bool:
        """Tell whether this line would close the fence."""
        text = line.strip(" \t>\r\n")
        return len(text) >= len(self.mark) and not text.strip(self.mark[0])


def opens(line: str) -> bool:
    """Tell whether this line would open a fence."""
    return _OPENS.match(line) is not None


def may_fence(text: str) -> bool:
    """Tell whether a text may have a fence in it; False where it surely has none."""
    return "```" in text or "~~~" in text


def fences(text: str) -> list[Fence]:
    """Return the fences of a text in order; a shorter fence inside of one is code."""
    found: list[Fence] = []
    first: tuple[int, int, re.Match[str]] | None = None
    for line in _LINE.finditer(text):
        if first is None:
            if line.end() > line.start() and (match := _OPENS.match(text, line.start(), line.end())):
                first = (line.start(), line.end(), match)
            continue
        made = _fence(text, first, line)
        if made.ends(line.group()):
            found.append(made)
            first = None
    if first is not None and first[1] < len(text):
        found.append(_fence(text, first, None))
    return found


def _fence(text: str, first: tuple[int, int, re.Match[str]], last: re.Match[str] | None) -> Fence:
    start, code, match = first
    quote = match["quote"] if ">" in match["quote"] else ""
    end, code_end, tail = len(text) + 1, len(text) + 1, ""
    if last is not None:
        end = last.start() + len(last.group().rstrip("\r\n"))
        ending = "\r\n" if text.endswith("\r\n", 0, last.start()) else "\n"
        code_end = max(code, last.start() - len(ending))
        tail = text[code_end:end]
    marked = match["item"]
    indent = match["quote"] + (" " * len(marked + match["indent"]) if marked else match["indent"])
    return Fence(start, code, code_end, end, indent, quote, match["mark"], match["language"], (text[start:code], tail))


def borders(text: str, inside: Sequence[Fence]) -> list[Border]:
    """Return the borders of a text with these fences, in order, each once."""
    found: list[Border] = []
    at = 0
    for fence in inside:
        found += _borders(text, at, fence.start)
        found += _code_borders(text, fence)
        at = fence.end
    found += _borders(text, at, len(text))
    fenced = {fence.start for fence in inside} | {fence.end for fence in inside}
    by_end: dict[int, Border] = {}
    for border in found:
        if border.end in fenced or border.then in fenced:
            border = Border(border.end, border.then, Rank.PARAGRAPH, border.good)
        if border.end not in by_end or border.rank < by_end[border.end].rank:
            by_end[border.end] = border
    return [by_end[end] for end in sorted(by_end)]


def _borders(text: str, start: int, stop: int) -> Iterator[Border]:
    line = start
    for match in _BREAK.finditer(text, start, stop):
        end, then = match.span()
        yield from _words(text, line, end)
        several = len(LINE_END.findall(match.group())) > 1
        if several or _HEADING.match(text, then):
            rank = Rank.PARAGRAPH
        else:
            rank = Rank.ITEM if _ITEM.match(text, then) else Rank.LINE
        yield Border(end, then, rank, good=not _HEADING.match(text, line, end))
        line = then
    yield from _words(text, line, stop)


def _words(text: str, line: int, stop: int) -> Iterator[Border]:
    for match in _WORD.finditer(text, line, stop):
        end, then = match.span()
        sentence = _SENTENCE.search(text, max(line, end - 8), end) and not text[then].islower()
        good = not _MARKER.match(text, then, stop) and not (end - line < 20 and _MARKER_ALONE.match(text, line, end))
        yield Border(end, then, Rank.SENTENCE if sentence and good else Rank.WORD, good)


def _code_borders(text: str, fence: Fence) -> Iterator[Border]:
    stop = min(fence.code_end, len(text))
    for match in LINE_END.finditer(text, fence.code, stop):
        if fence.holds(match.start()) and fence.holds(match.end()):
            yield Border(match.start(), match.end(), Rank.LINE)
    for match in _WORD.finditer(text, fence.code, stop):
        if fence.holds(match.end()):
            yield Border(match.end(), match.end(), Rank.CODE)


def spans(text: str, inside: Sequence[Fence]) -> list[tuple[int, int]]:
    """Return what is better kept whole, in order: fences, tables, links, code, bold words."""
    found = [(fence.start, min(fence.end, len(text))) for fence in inside]
    at = 0
    for start, stop in [*((fence.start, fence.end) for fence in inside), (len(text), len(text))]:
        found += [match.span() for kind in _SPANS for match in kind.finditer(text, at, start)]
        at = stop
    return sorted(found)
