"""A message cut into clauses, each with how it is meant: said, asked, supposed, or somebody else's word.

All positions are those of the message, so that a quote is always a slice of it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.reading.disowned import disowned, lines_of_others
from bot.text.hidden import hidden, without
from bot.text.literals import Prefilter, Search, small
from bot.text.orders import orders
from bot.text.quoted import quoted


class Mood(IntEnum):
    """How a clause is meant, the plainest first."""

    said = 0
    condition = 1
    """A present `if` or `when`: "if I ask it in German, it answers in English" is a complaint and not a thought."""
    asked = 2
    wished = 3
    """Would, could, might, will, and plans."""
    supposed = 4
    reported = 5
    """Told of somebody else, as in a quotation or a reply above: no statement about this case."""


class Clause(NamedTuple):
    """A piece of the plain text between start and end."""

    start: int
    end: int
    mood: Mood


LEFT_OUT = "[…]"
_SAME_LENGTH = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "＂": '"',
        "‹": "«",
        "›": "»",
        "–": "-",
        "—": ";",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
_SENTENCE = re.compile(r"(?:[^.!?\n;]|\.(?=\w)|(?<=\be\.g)\.|(?<=\bi\.e)\.|(?<=\bvs)\.)+[.!?;\"')*\]]*", re.IGNORECASE)
_CUT = re.compile(
    r", |: | - |\bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bbecause\b"
    r"|\b(?:and|so)\b(?= (?:it|we|i|they|this|that) (?:would|could|might|will|plan)\b)"
    r"|\b(?:and|so|or)\b(?= (?:should|shall|can|could|do|does|is|are|will|would|how|what|which|where"
    r"|who)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[\W_]*(?:(?:and|so|or|but|then|also|hi|hello|hey|question|please|anyone knows?|i wonder|wondering"
    r"|not sure)\b[\W_]*)*"
    r"(?:how|what|which|why|who|whom|whose|where|when|whether|if|is|are|was|were|do|does|did|can|could"
    r"|should|shall|will"
    r"|would|has|have|had|may|might|am)\b",
    re.IGNORECASE,
)
_ASKS_BARE = re.compile(
    r"[\W_]*(?:how (?:do|does|can|could|should|would|to|many|much)|what (?:is|are|does|if|about)|which"
    r"|why (?:do|does|is|are)"
    r"|should (?:i|we)|shall (?:i|we)|can (?:i|we|you|it|this)|could (?:i|we|you)|is (?:it|there|this)"
    r"|do (?:i|we|you)"
    r"|does (?:it|this|that|anyone)|(?:has|have) (?:anyone|anybody|you))\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"[\W_]*+(?:[^\W_]\w*+[\W_]++){0,2}?(?:if|when|whenever|unless|as long as)\b", re.IGNORECASE)
_WISHED = re.compile(
    r"\b(?:would|could|might|(?<!since )(?<!in )(?<!last )(?<!from )(?<!until )may"
    r"|(?:perhaps|maybe)(?!\W+(?:like |about |around |some )?\d)"
    r"|plan(?:s|ning)? (?:to|on|for)|going to|gonna|will|'ll"
    r"|hope to|hoping|intend to|once (?:we|i|you|it)"
    r"|as soon as|until (?:we|i)|expect(?:ing)? to|aim(?:ing)? (?:to|for)|let's say"
    r"|(?:need|needs|want|wants|like) to|(?:on|in) (?:our|the|my) (?:to-?do )?(?:list|roadmap|backlog)"
    r"|not (?:done|there) yet)\b"
    r"|'d\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"[\W\d_]*(?:propose|collect|gather|consider|try|explore|investigate|add|implement|create|prepare"
    r"|survey|evaluate|build)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:suppose|supposing|imagine|pretend(?:ing)?|if only|assume|assuming|hypothetically|what if|as if|were to"
    r"|i wish|in theory"
    r"|for (?:the sake of (?:the )?argument|argument's sake)|(?:had|were|should) we (?:have |to have )?(?=about |\d)"
    r"|(?:it|that)(?: is|'s| isn't| is not| was) (?:not true|false|untrue|wrong|(?:not )?the case) that"
    r"|i (?:doubt|deny|(?:don't|do not) (?:think|believe)) (?:that )?(?=we\b)|\bnot that we"
    r"|if (?:we|i|you|they|it|he|she|there|someone|nobody) (?:had|were|was|\w+ed))\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?<!let's )(?<!let us )(?:say|says|said|(?<!\d )(?<!insurance )claims?(?= (?:that|to|it|they|we|you|he|she"
    r"|this|their|its|the"
    r"|our|fine|\d|no|more|up)\b)|claimed(?! (?:items|amounts?))|recommends?|recommended|suggests?"
    r"|advises?|advised|told|informed"
    r"|according to|in the words of|as [\w .]{1,30} puts? it"
    r"|(?:i|we)(?:'ve| have)? (?:read|heard)|apparently|supposedly|reportedly|rumou?r"
    r"(?:ed)?"
    r"|(?:they|he|she|others?|other (?:teams?|people|companies)|another (?:team|company|person|group)"
    r"|some(?:one|body)"
    r"|(?:a|one) (?:friend|colleague|competitor|customer|vendor)(?: of (?:mine|ours))?"
    r"|(?:my|our) (?:friend|competitor)s?) (?:has|have|had|got|uses?"
    r"|used|is|are|gets?)"
    r"|(?:competitors?|competition|rivals?|(?:another|a different|some other) (?:vendor|provider|supplier|startup)"
    r"|(?:company|firm|vendor|provider) [A-Z])(?-i:(?: [A-Z0-9]\w{0,30})?)(?: (?:already|now|also|just|has|have))?"
    r" (?:has|have|had|got|gets?|uses?|used|is|are|was|were|runs?|ran|trains?|trained|fine-?tun(?:es?|ed)|built|builds?"
    r"|collect(?:s|ed)|spen(?:ds?|t)|pays?|paid|needs?|needed|does|did|makes?|made|wants?|wanted|cannot|can't|can"
    r"|must|tried|tries|switched|saves?|saved|serves?|served|handles?|handled|answers?|answered)"
    r"|(?:the|our|my|this|that|a|one|their) (?:vendor|supplier|reseller|provider|consultant|consultancy|sales\w*"
    r"(?: (?:rep|guy|person|people|team))?|account manager)s? "
    r"(?:thinks?|thought|promises?|promised|assures?|assured|insists?|insisted|wrote|writes?|tells?|argues?|believes?))"
    r"\b",
    re.IGNORECASE,
)
_THINKS = re.compile(
    r"\b(?<!let's )(?<!let us )(?:he|she|they|(?-i:[A-Z][\w.-]{1,30})) (?:thinks?|thought|believes?|believed|wrote"
    r"|writes?|insists?|insisted|argues?|argued|reckons?|(?:is|was|are|were) (?:sure|certain|convinced))"
    r"(?= (?:that )?(?:we|our)\b)",
    re.IGNORECASE,
)
"""Told of somebody else, too, but with any name before it."""
_STRANGERS = (
    r"vendors?|suppliers?|resellers?|providers?|competitors?|rivals?|consultants?|consultancy|contractors?|sales\w*"
    r"|account managers?|friends?|neighbou?rs?|partners?|landlords?|docs?|documentation|blogs?|posts?|articles?|papers?"
    r"|books?|slides?|decks?|mails?|emails?|letters?|pages?|videos?|talks?|tutorials?|guides?|courses?|studies|study"
    r"|surveys?|reports?|research|brochures?|leaflets?|readme|manuals?|news\w*|magazines?|podcasts?|quotes?|invoices?"
    r"|contracts? with"
)
"""Who and what speaks of a case from outside, also where it is somebody's own: `our vendor`, `my friend`."""
_OWN_WORD = re.compile(
    r"(?:"
    r"\b(?:i|we|let me|i'd)(?:'d|'ve| have| had)? (?:say|said|suggest|claim)\b"
    rf"|\b(?:our|my)(?! (?:[\w-]{{1,30}} ){{0,3}}?(?:{_STRANGERS})\b)(?: (?:own )?[\w-]{{1,30}}){{1,4}}?"
    r" (?:all |also |still |often |always |now |just |have |has |keep |kept )?"
    r"(?:say|says|said|saying|tells? (?:us|me)|told (?:us|me)|claims?|claimed)\b"
    rf"|\b(?:told by|according to) (?:our|my)(?! (?:[\w-]{{1,30}} ){{0,3}}?(?:{_STRANGERS})\b)\b"
    r"|\b(?:legal|compliance|security|infosec|privacy|management|(?:our|my|the) (?:lawyers?|dpo|cto|ceo|ciso|boss"
    r"|manager|works council|policy|customers?|clients?|users|people|agents|testers|contract)"
    r"|customers|clients|users|testers)"
    r"(?: (?:team|department|folks|people))? (?:also )?(?:say|says|said|told us)\b"
    r")(?: (?:that )?(?:they|he|she)\b)?",
    re.IGNORECASE,
)
"""What somebody says who speaks for the team, or of what they meet there: it is their case."""
_RESUMES = re.compile(
    r"[\W_]*(?:but|however|although|though|yet)\b[\W_]*(?:(?:right now|today|in fact|actually|so far|here|for us"
    r"|at the moment|currently|still)\b[\W_]*)*(?:we|our|ours|i|my)\b",
    re.IGNORECASE,
)
"""Somebody else's word is over: against it stands what is so here."""
_TOLD_ALL = re.compile(
    r"\b(?:says?|said|claims?|claimed|recommends?|recommended|suggests?|advises?|advised|told (?:us|me))(?: that)?"
    r" (?:you|one|people|everybody|everyone|teams?|companies)\b|\b(?:has|have|had|uses?|used) (?:\w+ ){0,2}?\d",
    re.IGNORECASE,
)
_OWN_NEXT = re.compile(r"[\W_]*(?:and |so |while |whereas )?(?:we|i|our|my)\b", re.IGNORECASE)
"""Where somebody's word of others, or of what they have, is complete, words of the author's own may follow it."""
_NOT = re.compile(
    r"(?:\b(?:not|nobody|no ?one|none of us|no(?!,| (?:we|i|it|they|there)\b)|never|without|neither|nor|cannot"
    r"|hardly|rarely|instead of|rather than|isnt|dont"
    r"|doesnt|avoid)\b"
    r"|n't\b)(?:\W+\w+){0,3}\W*$",
    re.IGNORECASE,
)

_ONLY_IF = re.compile(r"[\W_]*+(?:[^\W_]\w*+[\W_]++){0,2}?(?:if|unless|provided(?: that)?) (?:we|i)\b", re.IGNORECASE)
"""A count behind this is a thought, unlike a complaint such as "if I ask it in German, it answers in English"."""


def plain(text: str) -> str:
    """Return the text, same length, typography evened out, with nothing in the place of what is `not_said`."""
    even = text.translate(_SAME_LENGTH)
    kept: list[str] = []
    at = 0
    for start, end in sorted((*not_said(even), *disowned(even))):
        if end > at:
            start = max(start, at)
            kept += [even[at:start], "\n" * (end - start)]
            at = end
    return "".join([*kept, even[at:]])


@lru_cache(maxsize=64)
def not_said(text: str) -> tuple[tuple[int, int], ...]:
    """Return where a message states nothing of the case: quoted, coded, hidden, or an order to its reader."""
    even = text.translate(_SAME_LENGTH)
    return tuple(sorted((*quoted(even), *hidden(even), *orders(even), *lines_of_others(even))))


def own_words(text: str) -> str:
    """Return what a message says itself, with a mark in the place of everything that is `not_said`."""
    return without(text, not_said(text), LEFT_OUT)


@lru_cache(maxsize=256)  # the same message, and the same parts of it, are looked at for each kind of fact
def clauses(even: str) -> tuple[Clause, ...]:
    """Return the clauses of a `plain` text in order."""
    spoken = _spoken(small(even))
    found: list[Clause] = []
    for sentence in _SENTENCE.finditer(even):
        found += _sentence(even, sentence.start(), sentence.end(), spoken)
    return tuple(found)


class _Spoken(NamedTuple):
    """Which moods a text may have words of: it has hardly any, and to look for each in every clause takes long."""

    wished: bool
    supposed: bool
    thinks: bool
    told_at: Sequence[int]
    """Where it may be told of somebody else."""

    def told(self, start: int, end: int) -> bool:
        """Tell whether a clause may be told of somebody else."""
        return self.thinks or bisect_left(self.told_at, start) < bisect_left(self.told_at, end)


def _spoken(lower: str) -> _Spoken:
    able, reported = _moods()
    found = able.may_match(lower)
    return _Spoken(0 in found, 1 in found, 2 in found, reported.places(lower))


@cache
def _moods() -> tuple[Prefilter, Search]:
    return Prefilter((_WISHED, _SUPPOSED, _THINKS)), Search(_REPORTED)


def _is_reported(words: str, *, told: bool) -> bool:
    # Without somebody's own word there is less of what is reported, but for "we read" and "we heard".
    if not (told and _reports(words)) and "read" not in words and "heard" not in words:
        return False
    return _reports(_OWN_WORD.sub("we", words))


def _reports(words: str) -> bool:
    return _REPORTED.search(words) is not None or _THINKS.search(words) is not None


def negated(even: str, clause: Clause, start: int) -> bool:
    """Tell whether a negation stands shortly before `start` in its clause."""
    return _NOT.search(even[clause.start : start]) is not None


def only_if(even: str, clause: Clause, start: int) -> bool:
    """Tell whether a count at `start` is behind an "if we" of its clause."""
    return _ONLY_IF.match(even, clause.start, start) is not None


def _sentence(even: str, start: int, end: int, spoken: _Spoken) -> list[Clause]:
    question = "?" in even[max(start, end - 4) : end]
    borders = [start, *(cut.start() for cut in _CUT.finditer(even, start, end) if cut.start() > start), end]
    pieces: list[Clause] = []
    mood = Mood.wished if _PLANNED.match(even[start:end]) else Mood.said
    words = ""
    for left, right in pairwise(borders):
        told_all = mood == Mood.reported and _TOLD_ALL.search(words) is not None
        words = even[left:right]
        last = right == end
        if mood == Mood.reported and (_RESUMES.match(words) or (told_all and _OWN_NEXT.match(words))):
            mood = Mood.said
        wished = spoken.wished and _WISHED.search(words) is not None
        if _is_reported(words, told=spoken.told(left, right)):
            mood = Mood.reported
        elif mood < Mood.asked and (_ASKS.match(words.lstrip(",:- ")) if question else _ASKS_BARE.match(words)):
            mood = Mood.wished if wished else Mood.asked
        elif question and last and mood < Mood.asked:
            mood = Mood.asked
        if spoken.supposed and mood < Mood.supposed and _SUPPOSED.search(words):
            mood = Mood.supposed
        if wished and mood < Mood.wished:
            pieces.append(Clause(left, right, Mood.wished))
            continue
        if mood == Mood.said and _CONDITION.match(words):
            mood = Mood.condition
        pieces.append(Clause(left, right, mood))
    return pieces
