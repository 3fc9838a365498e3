"""Answers to the open question: numbers, option words, option numbers, yes and no, "I don't know"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.consultation.base import Value
from bot.reading import sentences
from bot.reading.quantities import UNITS, belongs_to, counts_other
from bot.reading.result import Found
from bot.reading.sentences import Mood
from bot.text import numbers
from knowledge.schema import Ask, Fact

LONGEST = 300
"""A longer message states a case; it is not read as an answer by choice."""

YES = (
    r"yes|yep|yeah|yup|ya|y|sure|true|correct|right|indeed|absolutely|of course|(?:we do|i do|it does"
    r"|they do|we have|i have)(?=\W*(?:[,.;!\n]|$))|(?:i )?(?:think|guess|hope|believe) so|definitely|for sure"
    r"|pretty much|yessir|totally|exactly|ja|si|sí|oui"
)
NO = (
    r"no|nope|nah|n|false|not yet|not really|not at all|never|we don't|i don't|it doesn't"
    r"|not that i know(?: of)?|sadly not|(?:i )?(?:don't|dont|do not) think so|i doubt (?:it|that)|doubt it|no way"
    r"|hell no"
    r"|negative|definitely not|absolutely not|not a chance|hardly|nein|non|noch nicht"
)
NONE = (
    r"none|zero|nothing|nil|not any|none yet|not a single one|nothing yet|not yet|not so far|haven't yet"
    r"|no"
)
DONT_KNOW = (
    r"(?:i |we )?(?:really |honestly |just )?(?:do not|don't|dont|cannot|can't) (?:really |yet )?(?:know"
    r"|say|tell)(?: that)?(?: yet)?"
    r"|(?:i have |we have )?no (?:idea|clue)|(?:i'm |i am |we're |we are )?(?:not (?:really "
    r"|quite )?sure|unsure)(?: yet)?"
    r"|idk|dunno|unknown|hard to say|no one knows|nobody knows|who knows"
)
_REST = (
    r"(?: about (?:it|that|this|the rest|the others?)| for (?:the rest|now)|,? (?:sorry|though|really"
    r"|honestly))?"
)
OPENING = (
    r"(?:(?:well|hm+|honestly|sorry|uh|oh|ok|okay|actually|to be honest|tbh|i think|i guess|thanks|probably"
    r"|technically|erm"
    r"|i'd say|kinda|i mean|so|lol)\W+)*"
)
_DONT_KNOW = re.compile(rf"\W*{OPENING}(?:{DONT_KNOW}){_REST}\W*", re.IGNORECASE)
_THE_REST = re.compile(rf"(?:{DONT_KNOW})\W+(?:about |for |on )?(?:the )?(?:rest|others?|remaining)\b", re.IGNORECASE)
_YES_NO = re.compile(rf"\W*{OPENING}(?:(?P<no>(?!no,? wait\b)(?:{NO}))|(?P<yes>{YES}))(?![\w'])", re.IGNORECASE)
_BARE = re.compile(rf"(?P<no>{NO})|(?P<yes>{YES})", re.IGNORECASE)
_ALL = re.compile(
    (
        r"\W*(?:(?P<yes>both|all|(?:yes|yep|yeah)\W+(?:to |on |for )?(?:both|all))|(?:neither|none of (?:them|these)"
        r"|(?:hard |big |clear )?(?:no|nope|nein|non)\W+(?:to |on |for )?(?:both|all|neither|either|weder noch)))"
        r"(?: (?:of them|of those|really|sadly))?\W*"
    ),
    re.IGNORECASE,
)
_NONE = re.compile(
    rf"\W*{OPENING}(?:we have |i have |there are |at the moment )?(?:{NONE})(?: yet| so far| at all| really)?\W*",
    re.IGNORECASE,
)
# "+1" agrees with somebody, and "-1" does not; neither names the first option.
_PICKS = re.compile(
    r"(?!\W*[+-]1)\W*(?:(?:options?|numbers?|choices?|no\.?|nr\.?|#)\s*)?\d{1,2}\)?(?:(?:\s*(?:,|;|and|&|\+|/)"
    r"\s*|\s+)#?\d{1,2}\)?)*\W*",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(?:[^,;\n+&/]|(?<=\d),(?=\d{3})|(?<=\w)/(?=\w))+")
_FEWER = re.compile(
    r"\b(?:fewer|less) than (?:\w+ )?$|\b(?:under|below) (?:\w+ )?$|\bnot even (?:\w+ )?$", re.IGNORECASE
)

_AFTER_UNIT = r"(?: (?:by now|so far|now|in total|altogether|of them|or so|at the moment|i think|already))?"
_FILLING = re.compile(
    r"\W*(?:(?:well|so|ok|hm+|we|i|have|had|got|there|are|is|it's|about|around|roughly|approximately|nearly|some|maybe"
    r"|think|guess|say|only|just|exactly|at|least|most|up|to|the|our|number|in|total)\W+)*[~\W]*",
    re.IGNORECASE,
)


class Option(NamedTuple):
    """One choice of the open question, as people may write it."""

    fact: str
    value: str
    names: tuple[str, ...]


def answers(
    text: str, facts: Mapping[str, Fact], asked: Sequence[str], questions: Mapping[str, Ask]
) -> tuple[list[Found], tuple[str, ...]]:
    """Return what a message answers of the open question, and which of its facts were answered "I don't know"."""
    even = sentences.plain(text)
    open_facts = [facts[name] for name in asked if name in facts]
    if not open_facts or not even.strip() or len(even.strip()) > LONGEST:
        return [], ()
    options = list(_options(open_facts, questions))
    if _DONT_KNOW.fullmatch(even) and not any(_whole(even, open_facts, options)):
        return [], tuple(fact.name for fact in open_facts)
    found: dict[str, Found] = {}
    for reader in (_picked, _whole, _named, _counted, _yes_no, _nothing, _pieces):
        for hit in reader(even, open_facts, options):
            found.setdefault(hit.fact, hit.model_copy(update={"quote": _exact(text, even, hit.quote), "closed": True}))
        if reader in (_picked, _whole) and found:
            break
    rest = tuple(fact.name for fact in open_facts if fact.name not in found) if _THE_REST.search(even) else ()
    return list(found.values()), rest


def in_full(
    text: str, facts: Mapping[str, Fact], asked: Sequence[str], questions: Mapping[str, Ask]
) -> Iterator[Found]:
    """Yield what can only answer the open question: an option as it is shown, or a number with what it counts."""
    even = sentences.plain(text)
    open_facts = [facts[name] for name in asked if name in facts]
    if not open_facts or len(even.strip()) > LONGEST:
        return
    shown = [option._replace(names=option.names[:1]) for option in _options(open_facts, questions)]
    for hit in _whole(even, open_facts, shown):
        if not _PICKS.fullmatch(even) and not _DONT_KNOW.fullmatch(even):
            yield hit.model_copy(update={"quote": _exact(text, even, hit.quote), "closed": True})
    said = [number for number in numbers.find(even) if _is_said(even, number)]
    if len(said) != 1 or not even[said[0].start].isdigit() or not _FILLING.fullmatch(even[: said[0].start]):
        return
    after = even[said[0].end :].strip(" .!~").lower()
    for fact in open_facts:
        counted = UNITS.get(fact.name)  # none of a fact whose number names nothing, such as one that a house adds
        if fact.type == "count" and counted and re.fullmatch(rf"(?:{counted}){_AFTER_UNIT}", after):
            hit = _numbered(even, fact, said[0])
            yield hit.model_copy(update={"quote": _exact(text, even, hit.quote), "closed": True})
            return


def is_answer(text: str, found: Sequence[Found], unsure: Sequence[str]) -> bool:
    """Tell whether the answer is the whole message, so that no statement is looked for beside it."""
    whole = _plain_words(sentences.plain(text))
    return bool(unsure and not found) or any(_plain_words(hit.quote) == whole for hit in found)


def is_yes_no(quote: str) -> bool:
    """Tell whether a quote is a bare yes or no."""
    return re.fullmatch(rf"{YES}|{NO}", _plain_words(quote)) is not None


def is_correction(text: str, stated: Sequence[str], asked: Sequence[str]) -> bool:
    """Tell whether a message that begins with no goes on to correct something that was not asked."""
    even = sentences.plain(text)
    match = _YES_NO.match(even)
    return bool(match and match["no"] and set(stated) - set(asked) and not re.search(r"\bbut\b", even, re.IGNORECASE))


def _options(open_facts: Sequence[Fact], questions: Mapping[str, Ask]) -> Iterator[Option]:
    for fact in open_facts:
        labels = dict(questions[fact.name].options) if fact.name in questions else {}
        values = labels or dict.fromkeys(fact.values, "")
        for value, label in values.items():
            names = (_plain_words(label), "" if fact.type == "bool" else _plain_words(value))
            yield Option(fact.name, value, tuple(name for name in names if name))


def _picked(even: str, open_facts: Sequence[Fact], options: Sequence[Option]) -> Iterator[Found]:
    with_options = {option.fact for option in options}
    if len(with_options) != 1 or any(fact.type == "count" for fact in open_facts) or not _PICKS.fullmatch(even):
        return
    fact = next(fact for fact in open_facts if fact.name in with_options)
    picks = [int(number) for number in re.findall(r"\d+", even)]
    if not all(1 <= pick <= len(options) for pick in picks) or (fact.type != "set" and len(set(picks)) != 1):
        return
    yield from _hit(fact, [options[pick - 1].value for pick in picks], even.strip())


def _whole(even: str, open_facts: Sequence[Fact], options: Sequence[Option]) -> Iterator[Found]:
    words = _plain_words(even)
    exact = [option for option in options if words in option.names]
    if len({option.fact for option in exact}) == 1 and not re.fullmatch(rf"{YES}|{NO}|{NONE}", words):
        yield from _hit(_fact(open_facts, exact[0].fact), [exact[0].value], even.strip())


def _named(even: str, open_facts: Sequence[Fact], options: Sequence[Option]) -> Iterator[Found]:
    """Read `name: value` and `name = value`."""
    for fact in open_facts:
        name = fact.name.replace("_", "[_ -]")
        match = re.search(rf"(?:^|[\s,;(]){name}\s*[:=]\s*(?P<said>[^\n,;]*(?:,\d{{3}}[^\n,;]*)?)", even, re.IGNORECASE)
        if match is None:
            continue
        said, words = match["said"], _plain_words(match["said"])
        if fact.type == "count" and (numbered := _wholes(said)):
            yield Found(fact=fact.name, value=round(numbered[0].value), quote=match.group().strip(" ,;(\n"))
        elif fact.type == "bool" and (yes_no := _YES_NO.match(said)):
            yield Found(fact=fact.name, value=yes_no["yes"] is not None, quote=match.group().strip(" ,;(\n"))
        elif picked := [o.value for o in options if o.fact == fact.name and words in o.names]:
            yield from _hit(fact, picked[:1], match.group().strip(" ,;(\n"))


def _counted(even: str, open_facts: Sequence[Fact], options: Sequence[Option]) -> Iterator[Found]:
    counts = [fact for fact in open_facts if fact.type == "count"]
    said = [number for number in _wholes(even) if _is_said(even, number)]
    if not counts or not said:
        return
    if (
        len(counts) == 1
        and len(said) == 1
        and (len(open_facts) == 1 or not counts_other(even, said[0], counts[0].name))
    ):
        yield _numbered(even, counts[0], said[0])
        return
    belongs = [belongs_to(even, number, [fact.name for fact in counts]) for number in said]
    if not any(belongs) and len(said) == len(counts):
        belongs = [fact.name for fact in counts]
    for number, name in zip(said, belongs, strict=True):
        if name is not None and belongs.count(name) == 1:
            yield _numbered(even, _fact(counts, name), number)


def _yes_no(even: str, open_facts: Sequence[Fact], options: Sequence[Option]) -> Iterator[Found]:
    if all(fact.type == "bool" for fact in open_facts) and (every := _ALL.fullmatch(even)):
        for fact in open_facts:
            yield from _hit(fact, [every["yes"] is not None], _trim(even))
        return
    match = _YES_NO.match(even) or next(
        (found for piece in _PIECE.finditer(even) if (found := _BARE.fullmatch(even, *_sides(even, piece)))), None
    )
    if match is None or "?" in even or (match.end() < len(even.rstrip(" .!\n")) and len(even.split()) > 12):
        return
    if match.start() == 0 and numbers.find(even[match.end() :]):
        # "No, we have 400 examples" corrects something; it does not answer with no.
        return
    word = "yes" if match["yes"] else "no"
    takers: list[tuple[Fact, Value]] = []
    for fact in open_facts:
        if fact.type == "bool":
            takers.append((fact, word == "yes"))
            continue
        starting = [
            o.value
            for o in options
            if o.fact == fact.name and any(n.split()[0] == word and n != "yes or no" for n in o.names)
        ]
        takers += [(fact, value) for value in starting if len(starting) == 1]
    bools = [taker for taker in takers if taker[0].type == "bool"]
    only = bools if len(bools) == 1 else takers
    if len(only) == 1:
        yield from _hit(only[0][0], [only[0][1]], _trim(match.group()))


def _nothing(even: str, open_facts: Sequence[Fact], options: Sequence[Option]) -> Iterator[Found]:
    if not _NONE.fullmatch(even) or any(fact.type == "bool" for fact in open_facts):
        return
    takers: list[tuple[Fact, Value]] = []
    for fact in open_facts:
        if fact.type == "count":
            takers.append((fact, 0))
        elif fact.type == "choice" and "none" in fact.values:
            takers.append((fact, "none"))
        elif fact.type == "set" and fact.alone:
            takers.append((fact, fact.alone[0]))
    if len(takers) == 1:
        yield from _hit(takers[0][0], [takers[0][1]], _trim(even))


def _pieces(even: str, open_facts: Sequence[Fact], options: Sequence[Option]) -> Iterator[Found]:
    """Read option words piece by piece: exact, by a unique beginning, or as words within a short piece."""
    if even.rstrip().endswith("?"):
        return
    hits: dict[str, list[tuple[Value, int, int]]] = {}
    for piece in _PIECE.finditer(even):
        for part in re.finditer(r"(?:(?!\band\b).)+", piece.group(), re.DOTALL | re.IGNORECASE):
            start, end = piece.start() + part.start(), piece.start() + part.end()
            words = _plain_words(part.group())
            option = _option(words, part.group(), words == _plain_words(even), options) if words else None
            if option is not None:
                hits.setdefault(option.fact, []).append((option.value, start, end))
    for name, values in hits.items():
        fact = _fact(open_facts, name)
        if fact.type != "set" and len({value for value, _, _ in values}) > 1:
            continue
        quote = even[values[0][1] : values[-1][2]]
        yield from _hit(fact, [value for value, _, _ in values], _trim(quote))


def _option(words: str, raw: str, alone: bool, options: Sequence[Option]) -> Option | None:
    exact = [option for option in options if words in option.names]
    if re.fullmatch(rf"{YES}|{NO}|\d+", words) or (re.fullmatch(NONE, words) and (alone or len(exact) != 1)):
        return None
    prefix = [option for option in options if len(words) >= 3 and any(n.startswith(words) for n in option.names)]
    within: list[Option] = []
    if len(words.split()) <= 6:
        within = [
            o for o in options if any(n != "one" and re.search(rf"(?<!\w){re.escape(n)}(?!\w)", words) for n in o.names)
        ]
        if re.search(r"\b(?:not|no|never|without)\b|n't\b", raw):
            within = []
        longest = max((len(n) for o in within for n in o.names if n in words), default=0)
        within = [o for o in within if any(len(n) == longest and n in words for n in o.names)]
    for matches in (exact, prefix, within):
        # "several models" is about models, though prompts can be several too.
        named = [o for o in matches if re.search(rf"\b{o.fact.split('_')[0].removesuffix('s')}s?\b", words)]
        for choices in (matches, named):
            if len({(option.fact, option.value) for option in choices}) == 1:
                return choices[0]
    return None


def _hit(fact: Fact, values: Sequence[Value], quote: str) -> Iterator[Found]:
    """Make a found fact out of option values, in the fact's own type."""
    if fact.type == "bool":
        value: Value = values[0] if isinstance(values[0], bool) else str(values[0]).lower() in ("true", "yes")
    elif fact.type == "set":
        members = set(values) - (set(fact.alone) if len(set(values)) > 1 else set())
        value = tuple(name for name in fact.values if name in members)
    else:
        value = values[0]
    if quote:
        yield Found(fact=fact.name, value=value, quote=quote)


def _numbered(even: str, fact: Fact, number: numbers.Number) -> Found:
    fewer = _FEWER.search(even[: number.start])
    start = fewer.start() if fewer else number.start
    value = max(0, round(number.value) - 1) if fewer else round(number.value)
    return Found(fact=fact.name, value=value, quote=even[start : number.end].strip())


def _wholes(even: str) -> list[numbers.Number]:
    """Return the whole numbers of a text; where one is none, its reader says so elsewhere."""
    return [number for number in numbers.find(even) if isinstance(numbers.whole(number, even), int)]


def _is_said(even: str, number: numbers.Number) -> bool:
    covering = [c for c in sentences.clauses(even) if c.start <= number.start < c.end]
    return all(c.mood in (Mood.said, Mood.condition, Mood.wished) for c in covering)


def _fact(open_facts: Sequence[Fact], name: str) -> Fact:
    return next(fact for fact in open_facts if fact.name == name)


def _plain_words(words: str) -> str:
    return " ".join(re.findall(r"[\w']+", words.lower().replace("_", " ").replace("’", "'")))


def _sides(even: str, piece: re.Match[str]) -> tuple[int, int]:
    """Return where the words of a piece begin and end."""
    start, end = piece.span()
    while start < end and not even[start].isalnum():
        start += 1
    while end > start and not even[end - 1].isalnum():
        end -= 1
    return start, end


def _trim(words: str) -> str:
    return words.strip(" \t\n.,;:!()\"'")


def _exact(text: str, even: str, quote: str) -> str:
    """Return the original words behind a quote of the evened-out text."""
    start = even.find(quote)
    return text[start : start + len(quote)]
