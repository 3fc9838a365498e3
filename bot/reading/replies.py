"""An answer to the open question, and a correction: numbers, names and scores, option words, then phrasings."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from bot.chat.answers import KINDS
from bot.consultation.base import Value
from bot.reading import answers, by_patterns, phrased, questions, sentences
from bot.reading.quantities import COUNTED, DENIED, around, quantities
from bot.reading.result import Found
from bot.reading.sentences import Mood
from bot.text import numbers
from knowledge.load import Knowledge
from knowledge.matcher import words

REPLY = 45
"""A longer message states a case, and is no answer to a question alone."""
_NO_PAIRS = re.compile(
    r"\bfew[- ]?shot\b|\b(?:in|inside|into) (?:the|my|our|every|each) prompts?\b|\bprompts?\b", re.IGNORECASE
)
_CORRECTS = re.compile(
    r"\W*(?:(?:oh|uh|ah|hm+|ok|sorry|well|and|hey|nein|moment)\W+)*(?:no,? wait|wait|correction|correct that|scratch"
    r" that|i meant|we meant"
    r"|my (?:bad|mistake)|take back|i take|forget what i said|actually|i was wrong|sorry|edit|update|typo|let me"
    r" correct"
    r"|that was wrong|not \d|no,? (?:it'?s|we|i|its|that)|nein,? (?:moment|doch)|strike that|change)",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"\W*(?:(?:oh|uh|ah|hm+|ok|sorry|well|and|hey|no)\W+)*(?:wait|correction|correct that|scratch that|i meant"
    r"|we meant|my (?:bad|mistake)"
    r"|take back|i take|forget what i said|actually|i was wrong|let me correct|that was wrong|strike that|change)",
    re.IGNORECASE,
)


_HAVE_NONE = re.compile(
    rf"{_TAKES_BACK.pattern}(?: that| so| what i said)?\W+(?:sorry\W+)?(?:we|i|there)(?:'ve| have| are| do)?"
    r" (?:got |actually |really )?(?P<none>none|zero|nothing|not (?:any|a single one)|no such thing)"
    r"(?: (?:yet|at all|so far|left|anymore|really|of (?:them|those|these)))*\W*",
    re.IGNORECASE,
)


class Counted(NamedTuple):
    """Counts of the open question that a message gives, and what is to be said of them."""

    found: list[Found]
    notes: tuple[str, ...]


_FORM = re.compile(r"(?:^|\n)[ \t]*+(?P<fact>[a-z]+(?:_[a-z]+)*)\s*[:=]", re.IGNORECASE)
_OTHER_COUNTS = re.compile(r"\b(?:test (?:items?|cases?|set|inputs?)|training|pairs|examples? pairs)\b", re.IGNORECASE)


def is_form(even: str, knowledge: Knowledge) -> bool:
    """Tell whether a line is one like `examples: 40`, with the name of a fact."""
    return any(line["fact"].lower() in knowledge.facts for line in _FORM.finditer(even))


class Answers(NamedTuple):
    """What a message answers of the open question."""

    found: list[Found]
    close: dict[str, tuple[Value, ...]]
    disputed: frozenset[str]
    """Facts of which a pattern and a phrasing say different things: neither is held."""
    notes: tuple[str, ...]
    doubted: tuple[str, ...]
    """Facts answered "I don't know" by the words that say so."""


def replied(text: str, even: str, asked: Sequence[str], knowledge: Knowledge) -> Answers:
    """Return what a reply to the open question answers: an option, a number, yes or no, or that it is not known."""
    counts = any(knowledge.facts[name].type == "count" for name in asked)
    if not asked or len(even.split()) > REPLY or (not counts and _HAVE_NONE.fullmatch(even)):
        return Answers([], {}, frozenset(), (), ())
    facts = {name: knowledge.facts[name] for name in asked}
    plain, doubted = answers.answers(text, facts, asked, knowledge.asks)
    by_words = {hit.fact: hit for hit in plain if facts[hit.fact].type != "count"}
    counted = _counts(text, even, asked, knowledge)
    bare = re.fullmatch(rf"\W*(?:{answers.YES}|{answers.NO}|{answers.NONE}|\d+|several|both)\W*", even, re.IGNORECASE)
    whole = answers.is_answer(text, plain, ()) and not phrased.EITHER.search(even)
    form = is_form(even, knowledge)
    if whole or form or (bare and len(asked) > 1):
        if counted.notes and not counted.found:
            plain = [hit for hit in plain if facts[hit.fact].type != "count"]
        by_number = {hit.fact: hit for hit in counted.found} if not form else {}
        return Answers([by_number.get(hit.fact, hit) for hit in plain], {}, frozenset(), counted.notes, doubted)
    if phrased.EITHER.search(even):
        by_words = {name: hit for name, hit in by_words.items() if facts[name].type != "choice"}
    near, close = phrased.answered(text, even, asked, knowledge)
    by_likeness = {hit.fact: hit for hit in near}
    found = {hit.fact: hit for hit in counted.found}
    disputed: set[str] = set()
    if "baseline_known" in asked and (scored := _scores(text, even)) is not None:
        by_words["baseline_known"] = by_likeness["baseline_known"] = scored[0]
        if scored[1]:
            found[scored[1].fact] = scored[1].model_copy(update={"closed": "eval_items" in asked})
    if "models_tried" in asked and (named := by_patterns.named_models(text, even, knowledge.models)):
        by_words["models_tried"] = by_likeness["models_tried"] = named
    if asked == ["prompts_tried"] and (many := _PROMPTS.match(even)) and not by_likeness:
        value = ("one",) if many["one"] else ("several",)
        by_words["prompts_tried"] = Found(
            fact="prompts_tried", value=value, quote=text[slice(*many.span("said"))], closed=True
        )
    if asked == ["owner"] and (named := _NAME.fullmatch(even)) and not by_words and not by_likeness:
        by_words["owner"] = Found(fact="owner", value="one", quote=text[slice(*named.span("name"))], closed=True)
    for name in {**by_words, **by_likeness}:
        word, like = by_words.get(name), by_likeness.get(name)
        if word is None or like is None or word.value == like.value:
            found[name] = cast(Found, word or like)
        elif isinstance(word.value, tuple) and isinstance(like.value, tuple):
            # A phrasing that is hardly longer than the words in it was likened for those words.
            apart = word.quote not in like.quote or len(like.quote.split()) > 4 + len(word.quote.split())
            members = {*word.value, *(like.value if apart else ())} - set(facts[name].alone)
            value = tuple(v for v in facts[name].values if v in members)
            found[name] = like.model_copy(update={"value": value}) if value else like
        elif answers.is_answer(text, [word], ()):
            found[name] = word
        elif wider := next(
            (h for h in (word, like) if {word.value, like.value} <= by_patterns.taken_in(name, h.value)), None
        ):
            found[name] = wider
        else:
            disputed.add(name)
            close[name] = tuple(dict.fromkeys((like.value, word.value, *close.get(name, ()))))[: phrased.MOST_OFFERED]
    return Answers(list(found.values()), close, frozenset(disputed), counted.notes, doubted)


_PROMPTS = re.compile(
    rf"\W*{answers.OPENING}(?:like |about |around |maybe |only |just )?(?P<said>(?P<one>one|1"
    rf"|a single)(?= prompts?\b|\W*$)"
    r"|(?:two|three|four|five|six|seven|eight|nine|ten|a few|a couple|several|dozens|loads|many|lots)\b"
    r"|(?:[2-9]|[1-9]\d)\+?(?= (?:\w+ )?(?:prompts?|versions?|wordings?|variants?|tries|attempts?)\b))"
    r"(?= (?:\w+ )?(?:prompts?|versions?|wordings?|variants?|tries|attempts?|iterations?)\b|\W|$)",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\W*(?P<name>@[\w.-]+|(?!(?:yes|no|ok|hi|hey|lol|nope|yep|maybe|none|why|what|who|stop|skip|help|brb|cool"
    r"|nice)\b)[A-Za-z]{2,12})"
    r"(?: (?:would|does|will|i guess|probably))?\W*"
)
_SCORE = re.compile(
    r"(?P<passed>\d+)\s?(?:/|of|out of)\s?(?:the |our )?(?P<items>\d+)|\d+(?:\.\d+)?\s?(?:%|percent\b|ish\b"
    r"|points?\b)|(?<![\w.])0?\.\d+\b"
    r"|(?:does|gets?|at|passes|scores?|needs?|wants?|target|goal|bar|reach(?:es)?|around|over|is"
    r"|require[sd]?)\W+(?:about |around |like |roughly |only |at least |no less than )?"
    r"\d++(?:\.\d++)?(?!\s?(?:(?:of|out of|/) ?(?:the |our )?\d|%|items"
    r"|test|cases|pairs|k\b|inputs))",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(?:needs?|needed|wants?|target|goal|bar|must|require\w*|should|aim\w*|expect\w*|threshold)\b", re.IGNORECASE
)


def _scores(text: str, even: str) -> tuple[Found, Found | None] | None:
    """Return whether score and target are both said, and how many items were scored; None where no score is said.

    One number without its partner is not known.
    """
    said = list(_SCORE.finditer(even))
    if not said or "50/50" in even:
        return None
    known = len(said) >= 2 and _AIM.search(even) is not None
    quote = text[said[0].start() : said[-1].end()]
    items = next((m for m in said if m["items"] and int(m["items"][:12]) >= int(m["passed"][:12])), None)
    found = Found(fact="baseline_known", value=known, quote=quote, closed=True)
    return found, Found(fact="eval_items", value=int(items["items"][:12]), quote=items.group()) if items else None


def _counts(text: str, even: str, asked: Sequence[str], knowledge: Knowledge) -> Counted:
    """Read the counts of the open question."""
    facts = {name: knowledge.facts[name] for name in asked}
    counts = [name for name in asked if facts[name].type == "count"]
    if not counts:
        return Counted([], ())
    said = [n for n in numbers.find(even) if not n.money]
    if len(counts) > 1 and len(said) > 1:
        plain, _ = answers.answers(text, {n: facts[n] for n in counts}, counts, knowledge.asks)
        return Counted([hit for hit in plain if hit.fact in counts], ())
    name = counts[0]
    if len(counts) > 1 or len(asked) > len(counts):
        near = around(even, said[0].start, said[0].end) if said else even
        belongs = [n for n in counts if re.search(rf"\b(?:{COUNTED.get(n, n)})\b", near, re.IGNORECASE)]
        if len(counts) > 1:
            if not said and re.fullmatch(answers.NONE, " ".join(words(even))):
                return Counted([], ())
            name = next((n for n in belongs if n in counts), name)
    kind = KINDS.get(name, "count")
    read = numbers.count(even, kind)
    if len(said) > 1 and (own := _own_clause(even, said, name)):
        inner = numbers.count(even[own[0] : own[1]], kind)
        if isinstance(inner, numbers.Count):
            read = inner._replace(start=inner.start + own[0], end=inner.end + own[0])
    if read is None:
        return Counted([], ())
    if isinstance(read, numbers.Refusal):
        return Counted([], (read.sentence,))
    covering = [c for c in sentences.clauses(even) if c.start <= read.start < c.end]
    moods = [c.mood for c in covering]
    if any(sentences.only_if(even, clause, read.start) for clause in covering):
        return Counted([], ())
    if any(m in (Mood.supposed, Mood.reported) for m in moods) or (
        questions.OPENS.match(even) and questions.is_asking(even)
    ):
        return Counted([], ())
    # "Not even 200" is fewer than that.
    denied = DENIED.search(even, 0, read.start) if even[read.start : read.start + 1].isdigit() else None
    if denied or _counts_another(even, read, name, knowledge):
        return Counted([], ())
    found = Found(fact=name, value=read.value, quote=text[read.start : read.end], closed=True)
    return Counted([found], (read.note,) if read.note else ())


def _own_clause(even: str, said: Sequence[numbers.Number], name: str) -> tuple[int, int] | None:
    """Return the clause of the one number that stands beside the words of its fact, where several numbers are said."""
    words_of = re.compile(rf"\b(?:{COUNTED.get(name, name)})\b", re.IGNORECASE)
    clauses_of = {(span.start, span.end) for span in phrased.spans(even)[1:]}
    with_number = [c for c in clauses_of if any(c[0] <= n.start < c[1] for n in said)]
    own = [c for c in with_number if words_of.search(even, *c) and sum(c[0] <= n.start < c[1] for n in said) == 1]
    return min(own, key=lambda c: c[1] - c[0]) if len(own) == 1 else None


def corrected(text: str, even: str, before: Mapping[str, Value], knowledge: Knowledge) -> list[Found]:
    """Read a message that corrects what was known; of a number, the fact is the one whose value it denies."""
    if not _CORRECTS.match(even) or len(even.split()) > REPLY:
        return []
    known = [name for name in before if name in knowledge.facts]
    counts = [name for name in known if knowledge.facts[name].type == "count"]
    said = {n.value for n in numbers.find(even)}
    if none := _HAVE_NONE.fullmatch(even):  # of several counts nothing tells which one is meant
        held = [name for name in counts if before[name]]
        quote = text[slice(*none.span("none"))]
        return [Found(fact=name, value=0, quote=quote, closed=True) for name in held if len(held) == 1]
    denied = [name for name in counts if before[name] in said]
    if not denied and said:
        named = [n for n in counts if re.search(rf"\b(?:{COUNTED.get(n, n)})\b", even, re.IGNORECASE)]
        denied = named or (counts if len(counts) == 1 else [])
    for name in denied[:1]:
        read = numbers.count(even, KINDS.get(name, "count"))
        if isinstance(read, numbers.Count) and read.value != before[name]:
            return [Found(fact=name, value=read.value, quote=text[read.start : read.end], closed=True)]
    if said or not (taken := _TAKES_BACK.match(even)):
        return []
    rest = " " * taken.end() + even[taken.end() :]
    if none := [hit for hit in quantities(text, rest, counts) if hit.value != before[hit.fact]]:
        return [hit.model_copy(update={"closed": True}) for hit in none]
    near, _ = phrased.answered(text, even, known, knowledge)
    if any(hit.quote in text[: taken.end()] for hit in near):  # "scratch that" is no model from scratch
        near, _ = phrased.answered(text, rest, known, knowledge)
    return [hit for hit in near if hit.value != before[hit.fact]]


def _counts_another(even: str, read: numbers.Count, name: str, knowledge: Knowledge) -> bool:
    """Tell whether a number counts something else than what was asked."""
    around = even[max(0, read.start - 40) : read.end + 40]
    if name == "examples" and read.value and _NO_PAIRS.search(around) and not re.search(r"\bpairs?\b|\brows\b", around):
        return True
    if (
        name not in ("examples", "eval_items")
        and re.search(_OTHER_COUNTS, even)
        and not re.search(rf"\b(?:{COUNTED.get(name, name)})\b", even, re.IGNORECASE)
    ):
        return True
    if name == "eval_items" and re.search(
        r"\b(?:for|as|of) (?:the )?(?:training|finetun|fine-tun)", even[read.end : read.end + 50]
    ):
        return True
    if read.value == 0 and not re.search(r"\d", even[read.start : read.end]):
        rest = re.findall(r"[a-z]+", even[read.end :].lower())
        return len(rest) > 12
    return False
