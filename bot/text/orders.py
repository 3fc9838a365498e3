"""Where a text tries to instruct whoever reads it, instead of telling of a case."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from bot.text.literals import Prefilter, small

_START = r"(?:^|[.!?:;,\"'(*_\[\]>`-]\s*|\b(?:please|now|and|then|so|but|also|just)\s+)"
_ORDERS = (
    rf"{_START}(?:ignore|disregard|forget|override|overrule|bypass|discard|drop|skip|neglect) "
    r"(?:(?:all|any|your|the|my|previous|prior|above|earlier|preceding|these|those|this|that|of|other|everything|every"
    r"|system|safety|initial|original)(?: |\b)){0,6}"
    r"(?:above|before|instructions?|rules|prompts?|directions|directives|guidelines|polic(?:y|ies)|guardrails"
    r"|restrictions|checks|constraints|context)\b",
    r"^[ \t]*(?:\W{0,3}(?:system|assistant|developer|operator|root|human|user)"
    r"(?: (?:prompt|message|override|note|notice|update|instruction|role))?"
    r"|(?:note|notice|instructions?|message|memo|reminder|order|task) (?:for|to) (?:the |any |all )?"
    r"(?:ai|ais|llms?|assistants?|advisor|bots?|models?|judges?|graders?|evaluators?|parsers?|readers?|extractors?))"
    r"\W{0,3}:",
    rf"{_START}(?:set|record|mark|register|store|log|note|treat|count|report|classify|extract|fill|save|assume|take"
    r"|enter|output|return|tag) (?:down )?(?:that )?(?:the )?(?:facts? |fields? |values? |keys? )?"
    r"[`\"']?[a-z]+(?:_[a-z]+)+[`\"']?\b",
    rf"{_START}(?:set|record|mark|register|store|log) (?:the )?(?:facts? |fields? )?[\w `\"']{{1,40}} (?:to|as|=) ",
    rf"{_START}(?:record|register|report|note|put down|write down|treat it as (?:stated|given|a fact)"
    r"|take it as (?:stated|given|a fact)) (?:as (?:a )?facts? )?that ",
    r"\b(?:ignorier\w*|vergiss|vergesst|missachte\w*|ignora\w*|olvida\w*|ignorez|oublie[zr]?|dimentica\w*|ignorar|esque[çc]a)\b"
    r"[^.\n]{0,40}\b(?:anweisung\w*|regeln|vorgaben|instruc\w*|reglas|consignes|r[èe]gles|istruzioni|regole"
    r"|instruç\w*|regras)",
    r"(?:忽略|无视|無視)[^。\n]{0,12}(?:指令|指示|规则|規則|说明)",
    r"\b(?:ignore|disregard|forget) (?:everything|anything|all|what(?:ever)?)(?: that)? "
    r"(?:you (?:were|have been|are)|was told|above|before)\b",
    r"\byou (?:must|should|have to|will|shall|are to|need to|may) (?:now |only |always )?(?:record|report|return"
    r"|output|note|set|conclude|claim|mark|reply|respond|say|ignore|obey|pretend)\b",
    r"\byou are (?:now|no longer|from now on)\b",
    rf"{_START}(?:kindly )?(?:amend|update|edit|adjust|overwrite|change|correct|modify) (?:our|your|the|my|this)"
    r" (?:records?|files?|entry|entries|facts?|case|notes?|dossier|profile)\b[^.\n]{0,40}\b(?:so that"
    r"|to (?:say|read|show|have)|with|and set)\b",
    r"\b(?:extraction|extractor|parser|reader|labell?ing) (?:hint|note|rule|instruction|result|output)s?\W{0,3}:",
    r"\b(?:prior|previous|earlier|above) (?:context|messages?|conversations?|facts?|instructions?) (?:is|are) (?:now )?"
    r"(?:void|invalid|cancell?ed|expired|obsolete|superseded)\b",
    r"\[(?:begin|end|start|stop) [^\]\n]{1,30}\]",
    r"\byour (?:configuration|settings?|memory|records?|state|profile|role) (?:has|have|is|are|was|were)"
    r"(?: now)?(?: been)? (?:changed|updated|replaced|reset|set|overridden)\b",
    r"\bfrom (?:now|here|this point) on,? (?:you|act|reply|respond|treat|answer"
    r"|record|every|all|any)\b",
    rf"{_START}(?:act|behave|respond|reply|answer|speak) as (?:if you|though you|an? |the |my |dan\b)",
    r"\b(?:act|behave|respond|reply) as (?:if|though) you\b|\bpretend (?:to be|you|that you)\b",
    r"\b(?:new|updated|revised|real|actual|hidden|secret|additional|following|your) (?:system )?"
    r"(?:instructions?|orders|directives?)\b[^.\n]{0,30}:",
    r"\b(?:jailbr(?:eak|oken)|(?:developer|debug|god|admin|maintenance|sudo|dan) mode)\b",
    r"\b(?:reveal|print|show|repeat|output|quote|leak|dump|paste|echo|tell me|give me|write out|translate) "
    r"(?:me |us )?"
    r"(?:verbatim |exactly |all of |out )?(?:the |your )?"
    r"(?:full |entire |exact |whole |hidden |initial |original |own )*"
    r"(?:(?:system |secret )?(?:prompt|instructions?)|(?:words|text|everything) (?:above|before))\b",
    rf"{_START}(?:reply|respond|answer|end|begin|start|finish|close)(?: \w+){{0,3}} (?:only |exactly |solely )?"
    r"(?:with|by|using)(?: \w+){0,3}(?: exactly)?(?: the)?(?: words?| text| sentence| phrase| line| link| url)?\W{0,3}"
    r"(?:[\"'`:!<@\[]|exactly\b|this\b|the words?\b|the (?:text|sentence|phrase|line|link|url)\b"
    r"|an? (?:link|mention|image))",
    rf"{_START}(?:say|print|output|append|include|insert|add|mention|ping|embed|render|post)(?: \w+){{0,3}}\W{{0,3}}"
    r"(?:!?\[|<[@!#]|@(?:here|everyone|channel)|https?:|exactly\b|verbatim\b|the following\b)",
    r"</?(?:message|system|instructions?|data|user|assistant|human|tool\w*|function\w*|prompt|context|case|input|output"
    r"|developer|admin)>|<\|[\w ]{2,24}\|?>|\[/?(?:inst|system|user|assistant|sys)\]|<</?sys>>",
    r"^[ \t]*(?:-{3,}|={3,}|#{2,}|\*{3,})[ \t]*(?:begin|end|new|start|system|instructions?|user|conversation|context"
    r"|prompt|input|message|admin|stop)\b",
    r"\bend of (?:the )?(?:user )?(?:message|input|data|conversation|prompt|transcript)\b",
)
"""Words to the reader instead of words about a case, each in a way of its own."""
_FLAGS = re.IGNORECASE | re.MULTILINE


class _Patterns(NamedTuple):
    """All ways together, each by itself, and what tells which of them a text cannot match."""

    every: re.Pattern[str]
    each: tuple[re.Pattern[str], ...]
    able: Prefilter


@cache
def _patterns() -> _Patterns:
    each = tuple(re.compile(order, _FLAGS) for order in _ORDERS)
    return _Patterns(re.compile("|".join(_ORDERS), _FLAGS), each, Prefilter(each))


@lru_cache(maxsize=64)  # the same message is looked at more than once in a turn
def orders(text: str) -> tuple[tuple[int, int], ...]:
    """Return where a message tries to instruct its reader: from there to the end of the paragraph nothing is a fact."""
    every, each, able = _patterns()
    if not any(each[at].search(text) for at in able.may_match(small(text))):
        return ()
    spans: list[tuple[int, int]] = []
    for match in every.finditer(text):
        if spans and match.start() < spans[-1][1]:
            continue
        end = text.find("\n\n", match.end())
        spans.append((match.start(), end if end >= 0 else len(text)))
    return tuple(spans)
