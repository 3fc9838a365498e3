"""What a server says of a request, without the words of people that it repeats: logs and operators see the rest."""

import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

LEAST = 4
"""Letters from which on a word may be somebody's own."""
LEFT_OUT = "[…]"
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TRADE = """
    able accept accepted access account after again against allow allowed already also answer answers api apply
    argument array assistant been before being body cannot card chat check choices code complete completion
    completions contact content contents context could credit credits data deployment does during each either empty
    enough error errors exceed exceeded exceeds exist exists expected failed field fields filter filtered first
    float following form format found free from function given greater have help image input instead instructions
    integer internal invalid json key large larger least length less limit limits list long longer lower make many
    maximum message messages method minimum minute minutes missing model models more most must name need needs none
    null number object only option options organization other output overloaded parameter parameters parse part
    please policy prompt property provide provided quota rate read reason reasoning reduce refused request requested
    requests require required requires resource response response_format result retry role roles same schema second
    seconds send sent sequence server service shorter should size sorry start status stop store strict string
    support supported supports system take temperature temporarily text than that their them then there these they
    this time timeout token tokens tool tools total type unavailable unknown unsupported until upgrade usage used
    user using valid value values verify version violation wait want were what when which will with within without
    words would wrong your
"""
_OF_THE_TRADE = frozenset(_TRADE.split())
"""Words with which servers speak of requests; that people use them as well gives nothing away."""
_words: ContextVar[frozenset[str]] = ContextVar("words of the request", default=frozenset())


def heed(messages: Sequence[Mapping[str, str]]) -> None:
    """Leave the words of these messages out of what is said of their request from now on, in this task."""
    said = "\n".join(str(message["content"]) for message in messages if message["role"] != "system")
    _words.set(frozenset(_own(said)) - _OF_THE_TRADE)


def discreet(text: str) -> str:
    """Return a text without the words of the request that is under way; what stands side by side becomes one mark."""
    words = _words.get()
    if not words:
        return text
    marked = _WORD.sub(lambda word: LEFT_OUT if _is_own(word.group(), words) else word.group(), text)
    return re.sub(rf"(?:{re.escape(LEFT_OUT)}[\W_]*)+{re.escape(LEFT_OUT)}", LEFT_OUT, marked)


def _is_own(word: str, words: frozenset[str]) -> bool:
    return any(each in words for each in _own(word))


def _own(text: str) -> set[str]:
    """Return the words of a text by which somebody could be recognised, and the parts of those that are compound."""
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        found |= {part for part in (word, *re.split(r"['’-]", word)) if len(part) >= LEAST}
    return found
