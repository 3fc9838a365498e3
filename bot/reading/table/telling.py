"""How people tell their case in passing, in a first post: rows of the table that need few words."""

import re

from bot.reading.table.row import FELT, WANTED, Match, row, running_cost, unless_tests, untuned

_MAKERS = (
    r"(?:(?:\w+ )?(?:copy ?writers?|writers?|editors?|translators?|annotators?|handlers?|graders?|markers?|mods"
    r"|moderators?"
    r"|paralegals?|attorneys?|lawyers?|analysts?|pharmacists?|doctors?|nurses?|clerks?|agents?|experts?|engineers?"
    r"|developers?|devs?|teachers?|journalists?|clinicians?|linguists?|colleagues?|staff|team|seniors?|interns?"
    r"|trainees?"
    r"|students?|employees?|humans?|people|volunteers?|reps?|advisors?|technicians?|underwriters?|recruiters?))"
)
_DID = (
    r"(?:wrote|written|typed(?: (?:in|out|up))?|labell?ed|marked|graded|scored|drafted|annotated|tagged|answered|coded"
    r"|classified|corrected|translated|transcribed|reviewed|filled in|sorted|did|made)"
)


def _people(match: Match) -> str | None:
    """Return who made examples, unless somebody or something else did a part of them."""
    return None if _OTHERS.search(match.string[max(0, match.start() - 60) : match.end() + 80]) else _MADE(match)


def _of(match: Match) -> int:
    return int(match["n"].replace(",", ""))


def _wrong(match: Match) -> tuple[str, ...]:
    """Return what is wrong with wrong answers: of documents, what they say; else how the task is done."""
    return ("facts",) if _DOCUMENTS.search(match.string) else ("skill",)


_MADE = unless_tests("people")
_DOCUMENTS = re.compile(
    r"(?i)\brag\b|\bretriev|\bwiki|\bconfluence|\bknowledge base|\bhandbook|\bmanuals?\b|\bour docs\b"
)
_OTHERS = re.compile(r"(?i)\bhalf\b|\bthe (?:rest|others?)\b|\bgpt\b|\bllm\b|\bsynthetic\b|\bgenerated\b")

TELLING = [
    # what comes out
    row(
        "output",
        "text",
        r"\b(?:recipe|blurb|caption|slogan|story|copy|letter|e-?mail|report|description|newsletter|headline|lyrics?"
        r"|poem"
        r"|speech|bio|obituary|horoscope) (?:generator|writer|writing|generation)\b"
        r"|\b(?:claims?|cover|thank[- ]you|rejection|condolence|marketing|sales|reminder|welcome) (?:letters?"
        r"|notes?|e-?mails?"
        r"|copy)\b|\bproduct (?:copy|descriptions?)\b|\bdraft (?:[\w-]+ ){0,2}(?:notes?|repl(?:y|ies)|letters?"
        r"|e-?mails?)\b"
        r"|\btranslat(?:e|es|ing|ion)\b(?: of)?\b<..20>",
        WANTED,
    ),
    row(
        "output",
        "code",
        r"\b(?:generat|writ|produc|emit)(?:e|es|ing)\b<..15>\b(?:terraform|kotlin|rust|golang|bash|cobol|dax|vba|abap"
        r"|macros?|migrations?|dockerfiles?|yaml manifests?|selectors?)\b"
        r"|\b(?:sql|code|regex|terraform|query|script) generation\b",
        WANTED,
    ),
    row(
        "output",
        "yes_no",
        r"\b(?:toxic|spam|fraud(?:ulent)?|correct|right|safe|fit|relevant|duplicate|urgent|harmful|valid|eligible"
        r"|genuine"
        r"|compliant|offensive|real) or not\b",
        WANTED,
    ),
    row(
        "output",
        "label",
        r"\b(?:emotion|topic|intent|sentiment|language|toxicity|priority|department|category|genre) (?:tag(?:ging|s)?"
        r"|label(?:l?ing|s)?|detection|prediction)\b|\bwhich (?:\w+ ){0,2}(?:code|queue|department|category|class|team)"
        r" (?:an?|the|each|it|every)\b",
        WANTED,
    ),
    row("output", "record", r"\b(?:\w+ ){1,2}as <json>\b", WANTED),
    row(
        "output",
        "number",
        r"\b(?:scor|rat|grad|mark)(?:e|es|ing|s)\b<..25>(?<!\d)\d ?(?:-|–|to) ?\d{1,3}\b",
        WANTED,
    ),
    row(
        "output",
        "record",
        r"\b(?:turn|convert|pars|transform|put|structur)\w*\b<..20>\b(?:into|to|as) <json>\b(?:\W{1,3}\w+){0,4}",
        WANTED,
    ),
    # what should get better
    row(
        "need",
        ("consistency",),
        r"\b(?:flip|slip|drift|jump)\w*\b<..12>\binto (?:english|german|french|spanish)\b"
        r"|\b(?:drift|slip|fall|slid|drop|revert|relaps|laps)\w*\b<..8>\b(?:into|to|out of|from) (?:(?:the|its|his"
        r"|her|their"
        r"|a|an|generic|plain|usual|default|normal) )*(?:assistant|chatgpt|ai|character|role|persona|bot"
        r"|old)\b(?: \w+)?"
        r"|\bbreak(?:s|ing)? (?:the |its |his |her |their )?(?:character|role|persona)\b"
        r"|\b(?:forgets?|loses?) (?:the |its |his |her |their )(?:character|role|persona|instructions?)\b",
        FELT,
    ),
    row(
        "need",
        ("consistency",),
        r"\b(?:stay|keep|remain)(?:s|ing)? in (?:character|role|persona)\b"
        r"|\b(?:forgets?|loses?|drops?) (?:the |its |our |my |his |her |their )(?:accent|tone|style|voice|rules?"
        r"|format|dialect)"
        r"(?: (?:after|over|when|once|half ?way)\b(?: \w+){0,3})?|\bmore (?:reliable|consistent|predictable)\b",
        WANTED,
    ),
    row(
        "need",
        ("format",),
        r"\b(?:invalid|broken|malformed|unpars(?:e)?able|incomplete|truncated|not valid) (?:<json>|xml|yaml|csv"
        r"|markdown|html)",
        FELT,
    ),
    row(
        "need",
        ("style",),
        r"\b(?:must|should|has to|have to|needs? to|supposed to) (?:speak|talk|sound|write|answer"
        r"|reply) like (?:an? |the |our |my )"
        r"?\w+(?: \w+)?|\bteach(?:ing)?\b<..25>\b(?:tone(?: of voice)?|voice|style)\b",
        WANTED,
    ),
    row(
        "need",
        ("skill",),
        r"\b(?:picks?|chooses?|selects?|takes?|assigns?|uses?|gets?|predicts?|makes?) (?:\w+ )?the wrong (?!format"
        r"|language|tone)\w+"
        r"|\b(?:too many|lots of|many|some) false (?:positives|negatives|alarms|hits)\b|\bfalse (?:positives"
        r"|negatives|alarms) are\b"
        r"|\b(?:misclassif(?:y|ies)|mislabels?|misreads?|mixes up|confuses)\b(?: \w+){1,3}"
        r"|\bmiss(?:es)? (?:\w+ ){0,2}(?:cases|errors|entities|fields|clauses|bugs|spam)\b",
        FELT,
    ),
    row(
        "need",
        ("facts",),
        r"\b(?:chat ?bot|bot|model|assistant|llm|ai|one|<model>) (?:that|which|to|who) (?:really "
        r"|actually )?knows? (?:about )?"
        r"(?:all |everything about )?(?:our|my)\b(?: \w+){1,3}",
        WANTED,
    ),
    row(
        "need",
        ("latency",),
        r"\b(?:it|that|this|which|everything)(?:'s| is) slow\b",
        FELT,
    ),
    row(
        "need",
        running_cost,
        r"\b(?:it|that|this|which|everything)(?:'s| is) (?:\w+ ){0,3}?(?:pricey|costly|expensive)\b",
        FELT,
    ),
    row(
        "need",
        _wrong,
        r"(?:\b\d+(?:\.\d+)? ?(?:%|percent) of (?:\w+ ){1,6}?(?:(?:is|are|was|were|get|gets) (?:\w+ )?"
        r"|comes? (?:out |back )?"
        r"|came (?:out |back )?|goe?s? |went |ends? up )(?:wrong|incorrect|mistaken|misread|inaccurate)\b)"
        r"|(?:\b(?:answers|predictions|labels|outputs|results|values|numbers|amounts|dates|extractions"
        r"|classifications|tags)"
        r" (?:are|come (?:out|back)) (?:(?:too )?often|sometimes|frequently|mostly|usually|regularly|just|still"
        r"|simply|plain"
        r"|half the time)? ?(?:wrong|incorrect|inaccurate)\b)",
        FELT,
    ),
    row(
        "need",
        ("facts",),
        r"\b(?:it|(?:the|our|my) (?:chat)?bot|model|assistant|llm|ai|<model>)\b<..25>\b(?:makes?|made"
        r"|making) (?:things |stuff )?"
        r"up\b<..20>|\bhallucinated (?!\w*ly\b)\w+(?: \w+)?|\b(?:doesn't|does not) know (?:about )?(?:our|my)\b<..20>",
        FELT,
    ),
    row(
        "need",
        ("cost",),
        r"\bpay less\b|\b(?:hates?|dislikes?|complains? about|unhappy (?:with|about)) (?:the|our) (?:price|costs?"
        r"|bill|invoice)\b",
        WANTED,
    ),
    row("need", ("latency",), r"\b(?:reply|respond|answer|react)(?:s|ing)? (?:sooner|faster|quicker)\b", WANTED),
    # what is there
    row(
        "examples_from",
        _people,
        rf"\b(?:from|by) (?:our|the|my|real|actual|two|three|several) {_MAKERS}\b"
        rf"|\b(?<!your )(?!your ){_MAKERS} (?:\w+ ){{0,2}}?(?:have |has |had )?{_DID}\b",
    ),
    row("eval_items", _of, r"\b(?:right|correct|passed|got|solved)\b<..10>\b\d+ (?:out of|of) (?P<n>\d[\d,]*)\b"),
    row(
        "baseline_known",
        True,
        r"(?P<q>(?<!\d)\d+(?:\.\d+)? ?(?:%|percent|out of \d+)[^\n]{0,120}?\b(?:aim\w*|needs?|needed|target\w*|goal"
        r"|bar|requires?"
        r"|required|below|at least|want\w*)\b[^\n\d]{0,25}\d{2})(?!\d)",
    ),
    row(
        "feedback",
        "checker",
        r"\b(?:a|our|my|the same) (?:\w+ )?(?:script|unit tests?|checker|validator|compiler"
        r"|program)\b<..12>\b(?:verif(?:y|ies)"
        r"|checks?|validates?|confirms?)\b<..12>\b(?:results?|answers?|outputs?)\b(?! \w+)|\b(?:compared|checked"
        r"|verified|validated"
        r"|graded) automatically\b",
    ),
    row(
        "feedback", "thumbs", r"\b(?:accept|approve|like)s?(?: ?/ ?| and | or )(?:reject|decline|dislike)s?\b(?: \w+)?"
    ),
    # what was tried
    row(
        "prompts_tried",
        ("several",),
        r"\b(?:rewr\w+|reword\w+|rework\w+|rephras\w+|iterat\w+|chang\w+"
        r"|tweak\w+)\b<..25>\bprompts?\b<..12>\b(?:times|versions)\b"
        r"|\b(?:(?:we|i)(?:'ve| have)? )?(?:tried|tested|wrote|went through)\b<..8>\b(?:a bunch of|lots of|a few"
        r"|several|many|dozens of|various"
        r"|<#>)"
        r" (?:\w+ )?prompts\b|\bbest prompt (?:out )?of (?:<#>|many|several)\b",
    ),
    row(
        "prompts_tried",
        ("few_shot",),
        r"\bput\b<..15>\b(?:sample|example|solved) \w+ in\b|\bwith <#> of\b<..20>\bpasted in\b"
        r"|\b(?:instructions?|prompt)\b<..15>\b(?:solved|worked) (?:samples|examples|cases)\b",
    ),
    row(
        "prompts_tried",
        ("one",),
        r"\b(?:have|with|precisely|exactly|literally) (?:precisely |exactly )?(?:one|a single) prompt\b",
    ),
    row("prompts_tried", ("steps",), r"\bsplit(?:ting|s)?\b<..15>\binto\b<..25>(?:→|->|\bthen\b|\bsteps\b|\bcalls\b)"),
    row(
        "quality_ok",
        untuned,
        r"\bquality(?:'s| is) (?:great|good|fine|excellent|perfect)\b|\b(?:is|are) spot[- ]on\b|\bworks (?:really "
        r"|very |pretty )?"
        r"well\b|\bas good as (?:an? |our )?(?:human|people|experts?|agents?|staff)\b|\bgets? it right\b(?! (?:\d"
        r"|only|some))"
        r"|\bno complaints\b",
    ),
    row(
        "agreement",
        "none",
        r"\b(?:disagree|argue) (?:with|among) (?:one another|each other|themselves)\b"
        r"|\b(?:cannot|can't|don't|do not|never) agree among (?:them|our)selves\b",
    ),
    row("agreement", "write", r"\b(?:two|both) (?:\w+ ){1,2}(?:give|assign|write|produce)s?\b<..8>\bthe same\b"),
    # where it lives
    row(
        "rule_exists",
        True,
        r"\b(?:a|the|we've a|we have a) (?:lookup|look-up table|lookup table|sql query|regex|formula"
        r"|spec)\b<..25>\b(?:tells?|gives?"
        r"|determines?|decides?|answers|is (?:public and )?deterministic)\b",
    ),
    row(
        "knowledge",
        "changing",
        r"\b(?:schema|windows?|laws?|rules|regulations?|tariffs?|stock|menu|roster|opening hours"
        r"|prices?)\b<..20>\b(?:mov|chang|updat"
        r"|amend)(?:es?|s|ed)\b<..6>\b(?:every|each|with every|with each|per|weekly|daily|constantly"
        r"|all the time)\b(?: \w+)?",
        WANTED,
    ),
    row(
        "knowledge",
        "must_cite",
        r"\b(?:have to|has to|must|should|need to|needs to|want)\b<..15>\b(?:cite|reference|quote|name"
        r"|link to)\b<..15>\b(?:sources?"
        r"|section|paragraph|page|article|monograph|clause|chapter)\b|\bwithout a source\b"
        r"|\bwant\b<..6>\b(?:paragraph|section|source|clause) (?:quoted|cited|named)\b",
        WANTED,
    ),
    row(
        "data_limits",
        "personal",
        r"\b(?:health|medical|patient|student|employee|customer) (?:info(?:rmation)?|records?|data)\b(?! (?:science"
        r"|team|model))"
        r"|\bgdpr\b|\bpersonal (?:stuff|details|info(?:rmation)?)\b",
    ),
    row(
        "data_limits",
        "must_stay_inside",
        r"\b(?:can't|cannot|must not|may not|must never|can not) (?:get|go|leak) out(?:side)?\b"
        r"|\b(?:can't|cannot|must not|may not|must never|not allowed to|can never) leave (?:the |our )?(?:eu"
        r"|europe\w*|country|"
        r"germany|switzerland|france|uk|premises|building|house|company|hospital|network|data ?cent(?:er|re)|region"
        r"|campus)\b",
        WANTED,
    ),
    row("owner", "one", r"(?<!not )\bjust me\b(?! (?:and|plus|or))"),
    row(
        "owner",
        "team",
        r"\b(?:team|group|department|squad)\b<..8>(?:\b(?:would|will|can)|'d|'ll) (?:own|look after|maintain"
        r"|take care of)\b",
        WANTED,
    ),
    row(
        "variety",
        "creative",
        r"\b(?:i want|must|should|needs? to|has to)\b<..12>\b(?:feel fresh|be wild|wild|surprise)\b",
        WANTED,
    ),
]
