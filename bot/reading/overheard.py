"""What is unmistakable in words that people say to each other, read without a model."""

import re
from collections.abc import Sequence

from bot.reading import answers, sentences
from bot.reading.result import Found
from bot.reading.sentences import Clause
from bot.reading.understanding import understand
from knowledge.load import Knowledge

_CASE = re.compile(
    r"\b(?:models?|llms?|gpt\S*|claude\S*|llama\S*|gemini\S*|mistral\S*|qwen\S*|prompts?|prompting|few.?shot|finetun\w*|fine-tun\w*"
    r"|train(?:ed|ing) (?:it|one|on|data|set|examples?|pairs)|examples?|pairs|samples|dataset|training|labell?ed"
    r"|tickets?|repl(?:y|ies)|answers?|outputs?|tone|style|json|schema|tokens?|calls? (?:a|per) \w+"
    r"|requests? (?:a|per) \w+|test cases?|eval\w*|baseline|hallucinat\w*|latency|owns? it|data"
    r"|categor(?:y|ies)|labels|how (?:often|good|well))\b",
    re.IGNORECASE,
)
"""Words of which one must stand in the sentence: without any, it may be about anything."""
_OF_ANYTHING = frozenset({"quality_ok", "need", "variety", "feedback"})
"""Facts whose words are said of anything: lunch costs too much, a picture is good enough."""
_TAKEN_BACK = re.compile(
    r"\b(?:never ?mind|forget (?:it|that|what)|scratch that|just kidding|jk|lol|haha|imagine|what if)\b", re.I
)
_YOU = re.compile(r"\byou(?:'re|r|rs)?\b", re.IGNORECASE)
"""Said to a colleague of the colleague, it is no statement about the case."""
_BARE = re.compile(rf"\W*(?:{answers.YES}|{answers.NO}|{answers.NONE}|[\d.,]+\W?k?)\W*", re.IGNORECASE)


def unmistakable(text: str, asked: Sequence[str], knowledge: Knowledge) -> tuple[Found, ...]:
    """Return the facts that a line can only be about: a statement about the case, an option of the open question in
    full, or a number with the unit that was asked for. Never a bare yes, no, none or number, and nothing of a question.
    """
    even = sentences.plain(text)
    if (
        not even.strip()
        or even.rstrip(" .!)\"'").endswith("?")
        or _BARE.fullmatch(even)
        or _TAKEN_BACK.search(even)
        or _YOU.search(even)
    ):
        return ()
    askable = {name: fact for name, fact in knowledge.facts.items() if fact.known_by == "asked"}
    pieces = sentences.clauses(even)
    # As if nothing were asked: what is short answers whoever spoke last, who is a person.
    stated = understand(text, (), knowledge, overheard=True).found
    found = {hit.fact: hit for hit in stated if _about_the_case(even, pieces, hit)}
    for hit in answers.in_full(text, askable, asked, knowledge.asks):
        found.setdefault(hit.fact, hit)
    return tuple(found[name] for name in askable if name in found)


def _about_the_case(even: str, pieces: Sequence[Clause], hit: Found) -> bool:
    """Tell whether a word of the case stands beside what was found, in its very clause where anything can be so."""
    start = even.find(sentences.plain(hit.quote))
    if start < 0:
        return False
    end = start + len(hit.quote)
    around = [piece for piece in pieces if piece.start < end and start < piece.end]
    if hit.fact in _OF_ANYTHING and around:
        return _CASE.search(even, min(each.start for each in around), max(each.end for each in around)) is not None
    left = max(even.rfind(mark, 0, start) for mark in ".!?\n") + 1
    right = min((at for mark in ".!?\n" if (at := even.find(mark, end)) >= 0), default=len(even))
    return _CASE.search(even, left, right) is not None
