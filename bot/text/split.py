"""A long text in parts that a platform takes, cut where a reader would pause.

Each part is a slice of the text. What is added: the first line of a code fence where a part begins inside of one, and
its last line where a part ends there. What is left out: white space at a cut, in a fence no more than the line ending.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex

from bot.text.borders import LINE_END, Border, Fence, Rank, borders, fences, may_fence, opens, spans

LEAST = 16
"""The smallest limit: a fence takes at most half of a part, and the shortest one takes 8."""
TRIES = 100
"""Places that are tried for one cut."""


@dataclass(frozen=True)
class Piece:
    """A part: a slice of the text, and what was added before and after it."""

    start: int
    end: int
    opened: str
    text: str
    closed: str


def utf16(text: str) -> int:
    """Return the length in UTF-16 units, as JavaScript counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(markdown: str, limit: int, *, length: Callable[[str], int] = len) -> list[str]:
    """Return the text in parts of at most `limit` by `length`; none of a text without words.

    `length` must add up over characters. `len` counts code points, as Discord does (discord-api-docs, issue 1315); for
    others there is `utf16`. A grapheme is cut only where it is longer than a part has room for.
    """
    return [f"{piece.opened}{piece.text}{piece.closed}" for piece in pieces(markdown, limit, length=length)]


def pieces(markdown: str, limit: int, *, length: Callable[[str], int] = len) -> list[Piece]:
    """Return the parts with their places in the text; ValueError below the smallest limit."""
    if limit < LEAST:
        raise ValueError(f"A limit of {limit} is too small to split a text for; it takes at least {LEAST}.")
    # Hardly a reply is cut, or has code in it: then nothing of where it could be is of use.
    if not may_fence(markdown) and length(markdown) <= limit:
        start, end = _begins(markdown), len(markdown.rstrip())
        return [Piece(start, end, "", markdown[start:end], "")] if start < end else []
    return list(_Splitter(markdown, limit, length).pieces())


def _begins(text: str) -> int:
    """Return where the first line with words begins; its indent counts: it may be code, or an item of a list."""
    blank = len(text) - len(text.lstrip())
    return max((match.end() for match in LINE_END.finditer(text, 0, blank)), default=0)


class _Splitter:
    def __init__(self, text: str, limit: int, length: Callable[[str], int]):
        self.text, self.limit, self.length = text, limit, length
        self.end = len(text.rstrip())
        upto = text[: self.end]
        self.before = list(accumulate(map(length, upto), initial=0))
        """The length of all that stands before a character."""
        # A fence with more around it than half a part has is text like any other.
        self.fences = [fence for fence in fences(upto) if fence.around(length) <= limit // 2]
        self.starts = [fence.start for fence in self.fences]
        self.borders = borders(upto, self.fences)
        self.ends = [border.end for border in self.borders]
        self.whole = [span for span in spans(upto, self.fences) if self.size(*span) <= limit]
        """What is better not cut, in order, as far as a part can hold it."""

    def size(self, start: int, end: int) -> int:
        return self.before[end] - self.before[start]

    def pieces(self) -> Iterator[Piece]:
        at = _begins(self.text)
        while at < self.end:
            inside = self.fence_at(at)
            opened = inside.opening if inside else ""
            room = self.limit - self.length(opened)
            if self.fits(at, self.end, room):
                yield self.piece(at, self.end, opened)
                return
            end, then = self.cut(at, room)
            if inside or self.text[at:end].strip():
                yield self.piece(at, end, opened)
            at = then

    def piece(self, start: int, end: int, opened: str) -> Piece:
        return Piece(start, end, opened, self.text[start:end], self.closing(start, end))

    def fence_at(self, at: int) -> Fence | None:
        """Return the fence with code on both sides of this place."""
        fence = self.fence_before(at)
        return fence if fence and fence.holds(at) else None

    def fence_before(self, at: int) -> Fence | None:
        index = bisect_right(self.starts, at) - 1
        return self.fences[index] if index >= 0 else None

    def closing(self, start: int, end: int) -> str:
        inside = self.fence_at(end)
        return inside.closing(reopened=inside.holds(start)) if inside else ""

    def fits(self, at: int, end: int, room: int) -> bool:
        return at < end and self.size(at, end) + self.length(self.closing(at, end)) <= room

    def cut(self, at: int, room: int) -> tuple[int, int]:
        """Return where the part ends, and where the next one begins."""
        far = bisect_right(self.before, self.before[at] + room) - 1
        window = self.borders[bisect_right(self.ends, at) : bisect_right(self.ends, far)]
        window = [border for border in window if self.fits(at, border.end, room)]
        # What is cut already may be cut again.
        kept = self.whole[bisect_left(self.whole, (at,)) : bisect_left(self.whole, (far,))]
        free = [border for border in window if border.good and not _within(border, kept)]
        half = [border for border in free if border.rank < Rank.CODE and self.size(at, border.end) >= room // 2]
        for choice in (half, free, window):
            # The best kind, and of that the last.
            for border in sorted(choice, key=lambda border: (border.rank, -border.end))[:TRIES]:
                if self.may_cut(at, border):
                    return border.end, border.then
        if not self.fence_at(at) and not self.text[at:far].strip():
            return at, len(self.text) - len(self.text[at:].lstrip())
        end = self.grapheme(at, far, room)
        return end, end

    def grapheme(self, at: int, far: int, room: int) -> int:
        """Return the last end of a grapheme where a cut does no harm, of a character where there is none."""
        # Read on a bit, so that the last grapheme is known to be whole.
        found = [at + match.end() for match in regex.finditer(r"\X", self.text[at : far + 64])]
        graphemes, characters = [edge for edge in found if edge <= far], range(at + 1, far + 1)
        for ends in (graphemes, characters):
            for end in ends[: -TRIES - 1 : -1]:
                if self.fits(at, end, room) and self.may_cut(at, Border(end, end, Rank.CODE)):
                    return end
        return max((end for end in characters if self.fits(at, end, room)), default=at + 1)

    def may_cut(self, at: int, border: Border) -> bool:
        """Tell whether no half of a cut line would be taken for the first or the last line of a fence."""
        if border.rank <= Rank.LINE:
            return True
        fence = self.fence_before(border.end)
        if fence and fence.start < border.end < fence.end and not fence.holds(border.end):
            return False
        line = max(at, self.text.rfind("\n", 0, border.end) + 1, self.text.rfind("\r", 0, border.end) + 1)
        ending = LINE_END.search(self.text, border.then)
        halves = (self.text[line : border.end], self.text[border.then : ending.start() if ending else self.end])
        taken = fence.ends if fence and fence.holds(border.end) else opens
        return not any(taken(half) for half in halves)


def _within(border: Border, kept: Sequence[tuple[int, int]]) -> bool:
    return any(start < border.end < end for start, end in kept)
