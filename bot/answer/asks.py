"""The single questions of what people asked. Pure."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from bot.text.hidden import readable

_SEVERAL = re.compile(
    r"(?<=[?？])\s*|,? and (?=(?:what|how|which|why|where|when|can|do|does|is|are|should)(?: \S+){3})", re.IGNORECASE
)
_LAST = re.compile(r"(?<=[.!。！])\s+(?=\w)|(?<=[。！])")
_FIRST = re.compile(r"(?<=[.!?])\s")
RHETORICAL = 3
"""Words of a question that its author may ask and answer."""
_QUESTION = re.compile(r"[?？]|^(?:what|how|which|why|where|when|can|do|does|is|are|should)\b", re.IGNORECASE)
_BACK = re.compile(
    r"(?i)(?:^|(?<=[.!:;] ))(?:(?:so|and|but|or|well|then),? )*(?:is|are|was|would|will|does|do|could|can|should) "
    r"(?:that|this|it|these|those|there)"
    r"(?: (?:really|even|actually|still|all|be|make|any|a|an|the|good|bad|right|better|smart|best)){0,4}"
    r"(?: (?:worth (?:it|the (?:effort|trouble|money|hassle)|doing|trying)|help|work|sense|idea|move|approach|way|thing"
    r"|plan|path|call|possible|realistic|feasible|reasonable|overkill|sensible|wise|right|necessary|justified|needed"
    r"|doable))"
    r"(?: (?:here|for us|at all|in (?:our|my|this) case|to do|to go))*\s*\?$"
)
"""A question that says nothing but what the sentence before it says."""
_TUNES = re.compile(r"(?i)\bfine-?\s?tun|\btun(?:e|ing)\b|\btrain")
_CASE = re.compile(
    r"(?i)\bshould (?:we|i|one) (?:just |really |now |even )?(?:fine-?\s?tune|tune|train)\b(?! (?:longer|more|less"
    r"|again|separate\w*|one|each)\b)"
    r"|\b(?:is|would|does|will|do) (?:it )?(?:(?:a )?fine-?\s?tun(?:e|ing)|tuning|training)\b(?: \w+){0,2}? (?:make"
    r" sense|worth|be worth|the (?:right|best) \w+|a good idea|overkill|the (?:answer|way to go)|justified)\b"
    r"|\b(?:is it|would it be) worth (?:\w+ )?(?:fine-?\s?)?(?:tuning|training)\b"
    r"|\bmakes? sense to (?:fine-?\s?tune|tune|train)\b"
    r"|\b(?:would|will|could|can|does|do|might) (?:an? |the |some )?(?:q?lora|peft|sft|dpo|fine-?\s?tun(?:e|ing)|tuning"
    r"|training(?: it)?)\b(?: \w+){0,2}? (?:fix|help(?! with)|solve|work|be enough|cure|do (?:it|the trick)|change)\b"
    r"|^\W*(?:so,? )?(?:can|could|may) (?:i|we) (?:just |simply |not )?(?:fine-?\s?tune|tune|train)\b(?:(?!\bwith\b"
    r"|\bon\b).){0,40}$"
    r"|^\W*(?:any |your |some )?(?:thoughts|ideas|advice|opinions?|suggestions?|tips|input|help|pointers|guidance)"
    r"(?: (?:please|on (?:this|that|it)|welcome|appreciated|here))*\W*$"
    r"|^\W*what (?:do you (?:think|suggest|recommend|advise)|would you (?:do|suggest|recommend|advise)|should (?:i"
    r"|we) do"
    r"|now)(?: (?:here|about (?:this|that|it)|instead|next|then))*\W*$"
    r"|^\W*(?:but |so |and )?(?:why|how come|(?:any idea|do you know|can you tell(?: me)?) why|why is (?:that|this)"
    r"|what (?:went|goes|is going) wrong|what (?:did|do|am|are) (?:we|i) (?:do(?:ing)?|get(?:ting)?) wrong"
    r"|is (?:that|this) normal)(?: (?:here|now|then))?\W*$"
)
LONGEST_LINE, MOST_ASKS = 1_500, 3


def questions(given: Sequence[str]) -> tuple[str, ...]:
    """Return the single questions of what was asked."""
    asks: list[str] = []
    for ask in given:
        said = " ".join(readable(ask).split())
        parts = [part.strip() for part in _SEVERAL.split(said) if part.strip()] if _QUESTION.search(said) else [said]
        # "The result? 42 %. Why? Because …": who answers at once has asked nobody.
        open_ = [part for part, then in zip_longest(parts, parts[1:], fillvalue="") if not _answered(part, then)]
        asked = [_whole(part) if part.endswith(("?", "？")) else part for part in open_]
        # What stands beside a question is the case, which is read elsewhere.
        kept = [part for part in asked if len(parts) == 1 or _QUESTION.search(part)]
        asks += kept or (asked[:1] if len(open_) == len(parts) else [])
    return tuple(part[:LONGEST_LINE] for part in dict.fromkeys(asks))[:MOST_ASKS]


def is_the_case(ask: str) -> bool:
    """Tell whether a question asks for the decision itself, which no passage answers: whether to finetune here."""
    back = _BACK.search(ask)
    return _CASE.search(ask) is not None or (back is not None and (not back.start() or _TUNES.search(ask) is not None))


def _whole(part: str) -> str:
    """Return the question at the end of a text, with the sentence that it points back to."""
    *before, last = _LAST.split(part)
    return f"{before[-1]} {last}" if before and _BACK.search(last) else last


def _answered(part: str, then: str) -> bool:
    """Tell whether the short question that a part ends with is answered by what its author says next."""
    short = part.endswith("?") and len(_LAST.split(part)[-1].split()) <= RHETORICAL
    return short and bool(then) and not _FIRST.split(then, maxsplit=1)[0].endswith("?")
