"""Counts in running text: what each number counts is told by the words around it."""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.reading import sentences
from bot.reading.result import Found
from bot.reading.sentences import Clause, Mood
from bot.text import numbers, units
from bot.text.numbers import Number

_CALLS = re.compile(
    r"(?!\.\s)\W{0,3}(?:(?!ms\b|seconds?|hours?|people|users|words?|pages?|rows|sentences|tokens?|steps|frames|samples"
    r"|iterations|times cheaper|and\b|or\b|is\b|are\b)[a-z-]+(?: |(?=/))){0,3}?"
    r"(?:(?:per|an?|each|every|/) ?(?:day|month|week|hour|hr|min(?:ute)?|year|sec(?:ond)?)\b|(?:daily|monthly"
    r"|weekly|hourly|nightly)\b|am tag|pro tag|al d[ií]a|par jour)",
    re.IGNORECASE,
)
_NO_CALLS = re.compile(
    r"\b(?:new|hours?(?!\Z)|developers?|engineers?|updates?|changes?|revised|updated|release[sd]?|retrain\w*|customers?"
    r"|users?|errors?|mistakes?|failures?|bugs?|wrong|failed|failing|mis\w+ed|incorrect)\b",
    re.IGNORECASE,
)
_TOKENS = re.compile(
    r"\W{0,2}(?:-|\s)?(?:(?:input|output|prompt|completion|answer|response|system|fixed) )?(?:tokens?|toks?)\b",
    re.IGNORECASE,
)
_TOKENS_OUT = re.compile(
    r"\b(?:out|outputs?|answers?|repl(?:y|ies)|completions?|responses?|generated)\b", re.IGNORECASE
)
_TOKENS_FIXED = re.compile(
    r"\b(?:system prompts?|instructions?|fixed|never changes?|static|same every|few[- ]shot|preamble|constant)\b",
    re.IGNORECASE,
)
_TOKENS_IN = re.compile(
    r"\b(?:in|inputs?|prompts?|contexts?|sen[dt]|transcripts?|documents?|requests?|a call|per call)\b", re.IGNORECASE
)
_BARE_OUT = re.compile(r"\W{0,2}out\b", re.IGNORECASE)
_TESTS = re.compile(
    r"\W{0,2}(?:[a-z-]+ ){0,3}?(?:(?:test|eval\w*|validation|held[- ]out|gold(?:en)?|benchmark)\b(?: (?:cases?|set"
    r"|items?|questions?|examples?|inputs?|samples?|prompts?))?"
    r"|(?:[a-z-]+ )?with a known good answer)",
    re.IGNORECASE,
)
_CLASSES = re.compile(
    r"\W{0,2}(?:(?:different|distinct|possible|separate|product|topic|support|error|ticket|user) ){0,2}?"
    r"(?:class(?:es)?(?! (?:a|per)\b)|categor(?:y|ies)|intents?|sub-?categories|topics|departments"
    r"|(?<=different )(?:labels|types|tags)|(?<=possible )(?:labels|types|tags|answers))\b"
    r"(?! (?:are|is|were|fail|failed|go|went|get|got|do|does|don't|always|keep|that|which|wrong|only)\b)",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\b(?:into|one of|between|among|out of|have|with|has|got|of our|of the|total of)\W+(?:\w+\W+)?$", re.IGNORECASE
)
"""What stands before the number of all classes, and not before a few of them."""
NEAR_MONEY = 24
"""Characters behind an amount of money in which its time stands."""
LEAST_CLASSES = 10
"""Fewer classes change nothing that is advised."""
_SPENT = re.compile(
    r"\b(?:spend(?:s|ing)?|spent|pay(?:s|ing)?|paid|bills?|invoices?|burn(?:s|ed|ing)?|runs? (?:us|me)|costs?|costing"
    r"|sets? us back|eats?)\b|\bon (?:openai|gpt|claude|anthropic|gemini|azure|bedrock|api|tokens|inference|llm|calls)",
    re.IGNORECASE,
)
_NOT_SPENT = re.compile(
    r"\b(?:budget\w*|sav(?:e|es|ed|ing|ings)|revenue|salar\w+|sell|sells|charge[sd]?|customers? pay|seats?"
    r"|subscription"
    r"|plan|(?:per|a|each|every) (?:call|request|user|seat|token|item|document|hour|1k|1m|million|thousand)"
    r"|training (?:run|cost)s?"
    r"|label(?:l?ing|s)|annotat\w+|limit|cap|would|could|might|if|offer\w*|quote[sd]?|developers?|engineers?)\b",
    re.IGNORECASE,
)
_TESTS_BEFORE = re.compile(
    r"(?<!/)\b(?:test|eval\w*|validation|held[- ]out|gold(?:en)?|benchmark)[ -]?(?:data ?set|set|suite|data|split|cases"
    r"|items)?\b(?:(?![.!?;\n]).){0,14}$",
    re.IGNORECASE,
)
_ROWS = re.compile(
    r"\W{0,2}(?:(?!prompts?\b|tokens?\b|test\b|eval\w*|calls?\b|per\b|shot\b|of\b(?! (?:our|my|these|those"
    r"|them)))[a-z&/-]+ ){0,3}?"
    r"(?:pairs?|(?<!for )examples?|samples?|rows|records|data ?points?|dialogues|demonstrations|q ?& ?a(?:s| pairs?)?"
    r"|labell?ed(?: \w+)?|(?:annotated|post-?edited|corrected|proofread|hand-?\w+ed) [a-z]+s|training \w+"
    r"|(?:[a-z]+ )?tagged(?: \w+)?"
    r"|(?:\w+ ){0,2}?(?:written|done|labell?ed|tagged|annotated|made|corrected|curated|solved|answered|summari[sz]ed"
    r"|translated|transcribed|reviewed|approved|rated|graded|classified|coded) by"
    r"|(?:[a-z]+ ){0,2}?(?<!questions )(?:with|and|plus) (?:the|their|its|our|a|each) (?:\w+ )?"
    r"(?:answer|repl(?:y|ies)|label"
    r"|outcome|summar|json\b|output|result|field|record|extract|decision|verdict|grade|score|rating|code\b"
    r"|translation|value|categor|tag|solution|correction|response|version)\w*"
    r"|(?:tickets?|mails?|e-?mails?|chats?|conversations?|calls?|letters?|reports?|notes?|requests?|cases?)"
    r" (?:with|and|plus) (?:\w+ ){0,2}?(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|translations?|labels?"
    r"|solutions?)"
    r"|(?:[a-z]+ ){0,2}?(?:summaries|replies|answers|translations|letters|reports|notes|descriptions|abstracts"
    r"|reviews|texts)"
    r" (?:with|and|plus|together with|alongside) (?:the|their|its|all) (?:\w+ ){0,2}?(?:notes|inputs?|originals?"
    r"|sources?"
    r"|documents?|transcripts?|questions?|mails?|e-?mails?|tickets?|data|records|texts?|charts?)"
    r"(?= (?:they|it|behind|that|which|each|from|underneath)\b)(?: (?:they|that they|which they|it) (?:came|come"
    r"|were written"
    r"|were made|are|belong) (?:from|to))?"
    r"|questions? (?:and|&) (?:\w+ )?answers?|q ?& ?a pairs?"
    r"|(?:[a-z]+ )?(?:from|by|of) (?:(?:our|my|the) (?:\w+ )?|senior )(?:translators?|editors?|experts?|agents?"
    r"|doctors?|devs?|developers?|engineers?|reviewers?|copy ?writers?|handlers?|graders?|mods|moderators?|paralegals?"
    r"|attorneys?|analysts?|pharmacists?|clerks?|interns?"
    r"|lawyers?|staff"
    r"|team|seniors?|colleagues|writers?|annotators?|linguists?|nurses|teachers|support people)"
    r"|(?:hand-? ?(?:written|labell?ed|made)|marked|graded|scored) \w+|(?:[a-z]+ ){1,2}with hand-? ?(?:written"
    r"|made) \w+"
    r"|[a-z]+s (?:in (?:a|an|the|our) \w+ )?(?:that|which) (?:\w+ ){1,5}?(?:has |have )?(?:typed|wrote|written"
    r"|labell?ed|marked|corrected|edited|translated|transcribed|rated|graded|scored|curated"
    r"|filled|answered|tagged)(?: (?:out|in|up))?|of (?:her|his|their|our|my) (?:old |past )?(?:letters|notes|mails"
    r"|e-?mails|replies"
    r"|answers|reports)|sent (?:letters|mails|e-?mails|replies|reports|answers)"
    r"|(?:great|good|best|ideal|perfect|hand-?written) (?:ones|replies|answers|emails|comments|letters|summaries)"
    r"|ejemplos|exemples|beispiele|paare|paires|pares)\b",
    re.IGNORECASE,
)
_TRAINED_ON = re.compile(
    r"\b(?:fine[- ]?\s?tun\w*|tun(?:e|ed|ing)|train\w*)\b(?:(?![!?;\n]|\.(?!\d)).){0,40}\b(?:on|with|using)\W+"
    r"(?:(?:about|around|roughly|some|only|just|nearly|over|all|(?P<held>our|my|the|these|those|(?:last|this) \w+'?s)) "
    r"|~ ?){0,3}$",
    re.IGNORECASE,
)
_NO_ROWS = (
    r"(?:days|weeks|months|years|hours|minutes|seconds|times|gpus|models|servers|machines|cards|nodes|cores|epochs"
    r"|steps"
    r"|passes|tokens|words|characters|chars|pages|books|classes|languages|layers|parameters|people)"
)
_THEIRS = (
    rf"(?: (?!from\b|by\b|of\b|that\b|to\b|{_NO_ROWS}\b)[a-z&/-]+){{0,3}}? (?!{_NO_ROWS}\b)[a-z]+s\b"
    r"(?! (?:ago|later))"
)
_HELD = re.compile(
    rf"(?P<of> of (?:our|my|these|those|the)(?: own)?)?{_THEIRS}"
    r"(?P<held>\W+(?:(?:\w+ ){0,2}?(?:from|by|of) (?:our|my)\b(?:(?: \w+){0,2}? \w+s\b)?"
    r"|(?:that |which )?(?:we|i)(?:'ve)? (?:already )?(?:have|had|got|collected|saved|kept)\b))?",
    re.IGNORECASE,
)
"""Things that a finetune is to be made from; there are so many of them where it is said whose they are."""
_MADE_SO = re.compile(
    r"\W*(?:[a-z-]+ ){0,2}?(?:annotated|labell?ed|tagged|rated|graded|corrected|post-?edited|transcribed)\b",
    re.IGNORECASE,
)
"""Things that people have worked on, so that they exist."""
_TO_TRAIN = re.compile(
    rf"{_THEIRS} (?:(?:that|which) )?(?:to |(?:we|i)(?:'d|'ll)? (?:(?:would|could|can|might|want|like|plan|hope|to) )"
    r"{0,3})(?:fine[- ]?\s?tune|tune|train)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:labell?ed|tagged|annotated|answered|wrote|typed (?:up|out|in)|translated|summari[sz]ed|transcribed"
    r"|classified|graded|rated|corrected|curated|coded|marked(?: up)?|scored|edited"
    r"|redlined) (?:about |around |some |the |all |over |nearly |~ ?)?$",
    re.IGNORECASE,
)
"""What people did with as many things as follow."""
_THINGS = re.compile(
    r" (?:[a-z-]+ ){0,2}?(?:tickets|e-?mails|mails|chats|conversations|dialogues|orders|invoices|contracts|documents"
    r"|calls|questions|answers|replies|reviews|posts|messages|reports|notes|letters|comments|sentences|articles"
    r"|records|cases"
    r"|items|inputs|outputs|claims|transcripts|summaries|descriptions|queries|texts|snippets|paragraphs|translations)\b"
    r"(?! (?:ago|later))(?!\W+(?:a|per|each|every) \w+)(?! daily)",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\W{0,2}(?:of (?:my|our|the|us|them) ?)?(?:[a-z-]+ ){0,2}?(?:agents|people|persons|colleagues|experts|clerks"
    r"|lawyers|doctors|nurses|editors|writers|annotators|labell?ers|raters|graders|reviewers|interns|students|teachers"
    r"|engineers|developers|devs|analysts|employees|translators|linguists|users|customers|clients|members|guys|folks"
    r"|of us)\b(?!')",
    re.IGNORECASE,
)
"""A number of people is none of rows, whatever they made."""
_IN_PROMPT = re.compile(
    r"\bfew[- ]?shot\b|\b(?:in|into|inside) (?:the|my|our|every|each|a) (?:system )?prompts?\b|\bshots?\b|\bwords?\b"
    r"|\bprompts? (?:that |which )?(?:(?:with|has|had|have|having|contain\w*|includ\w*|carr\w+|plus|and|gives?|shows?) "
    r"(?:it |them |only |just |about |some |these )?){1,2}$",
    re.IGNORECASE,
)
_NEEDED = re.compile(r"\b(?:needed|required|minimum|more|each|per|a piece|short|enough)\b", re.IGNORECASE)
_WANTS = re.compile(
    r"\b(?:need|needs|want|require|requires|minimum|at least|collect|reach|up to|recommend\w*|should have|must have"
    r"|below|under|less than|fewer than)\W+(?:\w+\W+)?$",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?P<quote>(?:no |zero |without |haven'?t (?:got |collected |any )*|don'?t have |do not have "
    r"|have not (?:got |collected )*)(?:any |a |an |good |real |proper )*"
    r"(?:(?P<tests>(?:test|eval\w*|gold(?:en)?|benchmark|held[- ]out)[ -]?(?:set|suite|data ?set|data|cases|items"
    r"|questions)?)"
    r"|(?P<rows>(?:[^\W\d]\w* )?(?:examples?|training data|labell?ed data|pairs|samples|data ?set)(?! (?:in|inside"
    r"|within)\b))))\b(?! (?:set|suite) (?:is|was))",
    re.IGNORECASE,
)


DENIED = re.compile(
    r"(?:\b(?:never|not|neither|nor|nobody|no one|without|dont|havent)|n't|\bno longer|\bused to)"
    r"(?: (?:here|have|had|has|got|seen|collected|made|labell?ed|any|of|the|our|those|these|yet)){0,3} "
    r"(?:(?:about|around|all|like|exactly) )?$",
    re.IGNORECASE,
)
_MARKER = re.compile(r"[.)]\s")
"""What stands behind the number of an item in a list."""
_VERSION = re.compile(
    r"\b(?:gpt|llama|claude|gemini|gemma|phi|mistral|qwen|sonnet|opus|haiku|grok|deepseek|rule|step|option"
    r"|version)[ -]?$",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\W{1,2}(?:of (?:it|them|those|which|that) )?(?:(?:is|are|being) )?(?:always )?(?:the )?(?:same|fixed"
    r"|static|constant"
    r"|never changes?|instructions|system prompt)\b",
    re.IGNORECASE,
)
"""Which part of the prompt never changes, said of a number behind that of its tokens."""


COUNTED = {
    "tokens_fixed": r"fixed|same|never chang\w*|constant|static|instructions?|system",
    "tokens_out": r"out|output|answers?|repl(?:y|ies)|completions?|generated",
    "tokens_in": r"in|input|prompts?|sent|context",
    "calls_per_day": r"calls?|requests?|messages?|times|queries|a day|per day|daily",
    "eval_items": r"tests?|eval\w*|held[- ]out|benchmark",
    "examples": r"examples?|pairs?|samples?|rows|training",
    "classes": r"class(?:es)?|categor(?:y|ies)|intents?",
    "spend_month": r"dollars?|usd|bucks",
}
"""Words that tell which of several counts a number belongs to."""


UNITS = {
    "tokens_fixed": r"(?:fixed |constant )tokens?|tokens? (?:are |is )?(?:fixed|the same|always the same)",
    "tokens_out": r"tokens? (?:out|in the answer|an answer|a reply|per (?:answer|reply))|(?:output|answer) tokens?",
    "tokens_in": r"tokens?(?: in| a call| per call| per request)?|(?:input|prompt) tokens?",
    "calls_per_day": r"(?:calls?|requests?|messages?|queries|questions) (?:a day|per day|daily|each day|every day)",
    "eval_items": r"(?:test|eval\w*|held[- ]out)(?: (?:cases?|items?|questions?|examples?|inputs?))?|tests",
    "examples": r"(?:labell?ed |training |good |real )?(?:examples?|pairs?|samples?|rows)",
    "classes": r"(?:different )?(?:class(?:es)?|categories|intents|labels|topics|types|tags)",
    "spend_month": r"(?:us )?(?:dollars|usd|bucks)(?: (?:a|per) month)?",
}
"""What a number counts, as it stands behind it where nothing else does."""


def quantities(text: str, even: str, names: Collection[str], *, supposed: bool = False) -> list[Found]:
    """Return the counts that a message states of any of these facts; two of one fact are left to the question."""
    pieces = sentences.clauses(even)
    hits: dict[str, dict[int, str]] = {}
    for fact, value, start, end in _all(even, pieces):
        if fact in names:
            hits.setdefault(fact, {}).setdefault(value, text[start:end])
    return [
        Found(fact=fact, value=value, quote=quote)
        for fact, values in hits.items()
        if len(values) == 1
        for value, quote in values.items()
    ]


_STATED = (Mood.said, Mood.condition, Mood.asked)


def _all(even: str, pieces: Sequence[Clause]) -> Iterator[tuple[str, int, int, int]]:
    numbers_said = [n for n in numbers.find(even) if n.value <= numbers.MOST]
    found = [n for n in numbers_said if not n.money]
    meant = list(zip(found, _moods(even, pieces, found), strict=True))
    said = [number for number, mood in meant if mood in _STATED]
    for number in (number for number, mood in meant if mood is Mood.wished):
        if end := _to_train_on(even, number):
            yield "examples", int(number.value), number.start, end
    for at, number in enumerate(said):
        left = said[at - 1].end if at else 0
        before = even[max(left, number.start - 60) : number.start]
        before = before[max(before.rfind(mark) for mark in ".!?;\n") + 1 :]
        after = even[number.end : number.end + 50]
        if (not before.strip() and _MARKER.match(after)) or _VERSION.search(before) or DENIED.search(before):
            continue
        part = _OF_THEM.match(after) if at and "token" in even[said[at - 1].end : number.start] else None
        for fact, end, factor in [("tokens_fixed", part.end(), 1)] if part else _counted(before, after):
            value = int(number.value * factor + 0.5)
            whole = number.value == int(number.value) or factor != 1
            few = fact == "classes" and value < LEAST_CLASSES
            if whole and (value or not fact.startswith("tokens")) and not few:
                yield fact, value, number.start, number.end + end
            break
    for number in numbers_said:
        if number.money and (usd := _spent(even, number)) and _meant(even, pieces, number):
            yield "spend_month", usd[0], number.start, usd[1]
    for none in _NONE.finditer(even):
        if _mood(pieces, none.start()) == Mood.said:
            yield "eval_items" if none["tests"] else "examples", 0, *none.span("quote")


def _spent(even: str, number: Number) -> tuple[int, int] | None:
    """Return the dollars a month that an amount of running costs comes to, and where its words end."""
    start = max(even.rfind(mark, 0, number.start) for mark in ".!?;\n") + 1
    stop = re.search(r"[!?;\n]|\.(?!\d)|, (?:and|but|so)\b", even[number.end :])
    end = number.end + stop.start() if stop else len(even)
    sentence, before = even[start:end], even[start : number.start]
    if not _SPENT.search(sentence) or _NOT_SPENT.search(sentence) or numbers.other_money(sentence):
        return None
    factor, until, unit = units.rate(even[: min(end, number.end + NEAR_MONEY)], number.end)
    if not unit:
        factor, _, unit = units.rate(before, len(before), len(before))
    value = int(number.value * numbers.monthly(factor, unit) + 0.5)
    return (value, max(until, number.end)) if value and unit in ("day", "week", "month", "year") else None


def _counted(before: str, after: str) -> Iterator[tuple[str, int, float]]:
    """Return what a number counts, how far its words reach, and its factor."""
    if tokens := _TOKENS.match(after):
        # What stands behind the next number or comma tells of that.
        near = after[: tokens.end()] + re.split(r"[\d,;(]", after[tokens.end() : tokens.end() + 25])[0]
        kinds = (("tokens_fixed", _TOKENS_FIXED), ("tokens_out", _TOKENS_OUT), ("tokens_in", _TOKENS_IN))
        which = next((fact for words in (near, before) for fact, said in kinds if said.search(words)), None)
        if which:
            yield which, tokens.end(), 1
        return
    if (out := _BARE_OUT.match(after)) and not re.match(r"\W{0,2}out of\b", after):
        yield "tokens_out", out.end(), 1
    elif (calls := _CALLS.match(after)) and not _NO_CALLS.search(calls.group()):
        factor, _, _ = units.rate(after, 0)
        yield "calls_per_day", calls.end(), factor
    elif (classes := _CLASSES.match(after)) and _INTO.search(before):
        yield "classes", classes.end(), 1
    elif _IN_PROMPT.search(after[:30]) or _WANTS.search(before) or _PEOPLE.match(after):
        return
    elif _MADE.search(before) and (things := _THINGS.match(after)):
        yield "examples", things.end(), 1
    elif tests := _TESTS.match(after):
        yield "eval_items", tests.end(), 1
    elif rows := _ROWS.match(after):
        if not _NEEDED.match(after[rows.end() :].lstrip()) and not _IN_PROMPT.search(before):
            yield ("eval_items" if _TESTS_BEFORE.search(before) else "examples"), rows.end(), 1
    elif _TESTS_BEFORE.search(before):
        yield "eval_items", 0, 1
    elif (things := _TO_TRAIN.match(after)) or (_TRAINED_ON.search(before) and (things := _HELD.match(after))):
        yield "examples", things.end(), 1


def _to_train_on(even: str, number: Number) -> int | None:
    """Return where the words end that name somebody's own things to train on: the plan is a wish, and they are not."""
    if number.value != int(number.value):
        return None
    before, after = even[max(0, number.start - 60) : number.start], even[number.end : number.end + 60]
    if _WANTS.search(before) or _PEOPLE.match(after):
        return None
    if named := _TO_TRAIN.match(after):
        return number.end + named.end()
    on, things = _TRAINED_ON.search(before), _HELD.match(after)
    made = things is not None and _MADE_SO.match(things.group())
    theirs = on is not None and things is not None and (on["held"] or things["of"] or things["held"] or made)
    return number.end + things.end() if things is not None and theirs else None


def _moods(even: str, pieces: Sequence[Clause], said: Sequence[Number]) -> Iterator[Mood]:
    """Return how each of some numbers is meant, which come in their order, as the pieces do."""
    at = 0
    for number in said:
        while at < len(pieces) and pieces[at].end <= number.start:
            at += 1
        if at == len(pieces) or pieces[at].start > number.start:
            yield Mood.said
        elif pieces[at].mood < Mood.supposed and sentences.only_if(even, pieces[at], number.start):
            yield Mood.supposed
        else:
            yield pieces[at].mood


def _meant(even: str, pieces: Sequence[Clause], number: Number) -> bool:
    return _mood(pieces, number.start) in _STATED


def _mood(pieces: Sequence[Clause], at: int) -> Mood:
    return next((piece.mood for piece in pieces if piece.start <= at < piece.end), Mood.said)


def belongs_to(even: str, number: Number, names: Sequence[str]) -> str | None:
    """Return which of these facts a number counts by the words of its clause; None where they tell of none."""
    clause = around(even, number.start, number.end)
    for name, words in COUNTED.items():
        if name in names and re.search(rf"\b(?:{words})\b", clause, re.IGNORECASE):
            return name
    return next((name for name in names if name.replace("_", " ") in clause.lower()), None)


def counts_other(even: str, number: Number, name: str) -> bool:
    """Tell whether a number counts something that was not asked."""
    clause = around(even, number.start, number.end)
    if re.search(rf"\b(?:{COUNTED.get(name, name)})\b", clause, re.IGNORECASE):
        return False
    return any(re.search(rf"\b(?:{w})\b", clause, re.IGNORECASE) for other, w in COUNTED.items() if other != name)


def around(even: str, start: int, end: int) -> str:
    """Return the clause in which a number stands."""
    left = max(even.rfind(mark, 0, start) for mark in (", ", ";", "\n", " and ")) + 1
    rights = [place for mark in (", ", ";", "\n", " and ") if (place := even.find(mark, end)) >= 0]
    return even[left : min(rights, default=len(even))]
