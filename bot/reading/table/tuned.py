"""What exists already: a finetune and how it fails, retrieval, a classifier, a score and a target."""

import re
from collections.abc import Callable

from bot.reading.table.row import FELT, Match, row

_DONE = re.compile(
    r"\b(?:after|since|post)[- ](?:\w+ ){0,3}?(?:fine[- ]?\s?tun(?:e|ed|ing)|sft|q?lora|training|trained it)\b"
    r"|\b(?:i|we)(?:'ve| have|'d| had)? (?:\w+ ){0,2}?(?:fine[- ]?\s?tuned|trained)\b"
    r"|\b(?:my|our|the|this|a|an|of) (?:\w+ )?(?:fine[- ]?\s?tun(?:ed?|ing)|tuned|trained) (?:model|version|llm|one"
    r"|adapter|gpt|llama"
    r"|qwen|mistral)\b|\b(?:my|our|the|this) (?:\w+ )?(?:fine[- ]?\s?tune|adapter|lora)\b"
    r"|(?:^|\n)\W{0,9}fine[- ]?\s?tuned\b"
    r"|\b(?:i've|i have|we've|we have|have|got|has) (?:an? |our |my )(?:[\w.-]+ ){1,4}?fine[- ]?\s?tune\b"
    r"|\b(?:fine[- ]?\s?tuning|training) (?:hurt(?=\s*[:;,.])|(?:has )?(?:harmed|degraded|made it worse)\b)"
    r"|\b(?:i|we) (?:did|ran|made) (?:(?:an?|our|one|the|full|first) ){0,2}(?:fine[- ]?\s?tun(?:e|ing)|sft|q?lora)\b",
    re.IGNORECASE,
)
"""Words that say that something was trained, and not that it might be."""


def was_tuned(text: str) -> bool:
    """Tell whether a text speaks of a finetune that exists."""
    return _DONE.search(text) is not None


def _fails(kind: str) -> Callable[[Match], tuple[str, ...] | None]:
    return lambda match: (kind,) if was_tuned(match.string) else None


def _unless(pattern: str, value: bool) -> Callable[[Match], bool | None]:
    other = re.compile(pattern, re.IGNORECASE)
    return lambda match: None if other.search(_sentence(match)) else value


def _sentence(match: Match) -> str:
    start = max(match.string.rfind(mark, 0, match.start()) for mark in ".!?;\n")
    rest = re.search(r"[!?;\n]|\.(?!\d)", match.string[match.end() :])
    return match.string[start + 1 : match.end() + (rest.start() if rest else len(match.string))]


_WANTED = r"\b(?:need|target|goal|want|must|require[ds]?|requirement|at least|bar|aim|should|minimum|sla|would be)\b"
_NUMBER = r"\d+(?:\.\d+)?"
_METRIC = (
    r"(?:accuracy|f1|precision|recall|scores?|pass rate|error rate|success rate|bleu|rouge(?:-\w)?|wer|exact match)"
)

FAILS = [
    row(
        "tuned_fails",
        _fails("forgets"),
        r"\bforg(?:et|ets|ot|otten|etting)\b<..40>|\bcatastrophic forgetting\b|\b(?:lost|loses|losing|lose)"
        r" (?:\w+ ){0,3}?"
        r"(?:abilit\w+|skills?|capabilit\w+|knowledge)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        _fails("no_effect"),
        r"\b(?:exactly )?(?:identical|the same|same) (?:\w+ ){0,2}?(?:as|to|like) (?:the |my |our )?(?:base|original"
        r"|untuned|pre-?trained)(?: \w+)?|\bidentical (?:to|with) (?:the )?(?:base|original)\b|\b(?:no|zero)"
        r" (?:visible |real )?"
        r"(?:effect|difference|impact|change)\b(?: (?:at all|in \w+ \w+))?"
        r"|\b(?:does not|doesn't|did not|didn't) (?:seem to )?(?:change|affect|learn) (?:anything|the output|a thing)\b"
        r"|\bnothing (?:has )?changed\b",
        FELT,
    ),
    row(
        "tuned_fails",
        _fails("worse_than_base"),
        r"\b(?:worse|worst|lower|poorer|below)\b<..30>\b(?:than|compared (?:to|with)|before|the)\b<..20>\b(?:base"
        r"|original"
        r"|untuned|vanilla|zero[- ]shot|pre-?trained|before)(?: models?)?\b|\b(?:got|gets|getting|became|become)"
        r" (?:much |even )?"
        r"worse\b|\b(?:fine[- ]?\s?tuning|training) (?:hurt(?=\s*[:;,.])|(?:has )?(?:harmed|degraded|made it worse)\b)"
        r"|\b(?:performance|accuracy|quality|score)\b<..15>\b(?:drop(?:s|ped)?|decreas(?:es|ed)|degrad(?:es|ed)"
        r"|went down|fell|declined)\b|\b(?:base|original|untuned) (?:model )?(?:is|does|performs|was) (?:\w+"
        r" )?better\b",
        FELT,
    ),
    row(
        "tuned_fails",
        _fails("refuses"),
        r"\b(?:refus(?:es|ed|ing)|declin(?:es|ed|ing)|reject(?:s|ed|ing)?)\b(?: to)?<..12>\b(?:answers?"
        r"|questions?|everything"
        r"|anything|all|any|requests?|prompts?|respond|reply)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        _fails("wrong_language"),
        r"\b(?:answers?|repl(?:y|ies)|responds?|outputs?|speaks?|switch(?:es)?|drifts?) (?:\w+ ){0,2}?(?:back"
        r" )?(?:in|to|into)"
        r" (?:the wrong language|another language|english|chinese|german|french|spanish|japanese|korean)\b"
        r"<..12>(?:\binstead\b|\balthough\b|\beven\b|\bwhile\b|\bto\b|\bwhen\b|$)|\bmix(?:es|ing)? (?:\w+ )?languages\b"
        r"|\bwrong language\b|\blanguage (?:drift|mixing)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        _fails("never_stops"),
        r"\b(?:never|does not|doesn't|won't|will not|not|cannot|can't) (?:know when to )?(?:stop(?:s|ping)?|ends?"
        r"|terminate)"
        r"(?: generating| talking| itself| text| writing)*\b|\bkeeps? (?:on )?(?:generating|talking|going|writing"
        r"|rambling)\b"
        r"|\b(?:endless|infinite|non-?stop) (?:output|text|generation|answers?|responses?|loop)\b"
        r"|\b(?:until|to|hits?) (?:the )?max(?:imum)?[_ -]?(?:new[_ -]?)?(?:tokens?|length)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        _fails("overfits"),
        r"\bover-?fit(?:s|ted|ting)?\b|\b(?:only|just) works? on (?:the )?train\w* (?:data|set|rows|examples)\b"
        r"|\b(?:does not|doesn't|not|fails? to|poorly|cannot) generali[sz]\w+\b|\bmemori[sz](?:es|ed|ing)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        _fails("repeats"),
        r"\brepeat(?:s|ed|ing)?\b(?: (?:itself|the same|over|a|one|\w+ over))|\b(?:same|identical|one) (?:\w+"
        r" )?(?:answer"
        r"|output|class|label|response|sentence|prediction)\b<..8>\b(?:for|to|on) (?:all|every|each|any)\b<..12>"
        r"|\bstuck in (?:a )?loops?\b|\bcollaps(?:es|ed) (?:to|into)\b<..20>|\bloops? (?:forever|endlessly)\b",
        FELT,
    ),
    row(
        "finetune",
        "works",
        r"\b(?:fine[- ]?\s?tuned?|tuned|trained) (?:model|version|llm|one|adapter|<model>)(?!\w)<..70>\b(?:works?"
        r" (?:\w+ )?"
        r"(?:well|great|fine|perfectly)|performs? (?:\w+ )?(?:well|great)|does (?:its|the) job|meets? (?:our|the)"
        r" (?:bar|target)"
        r"|(?:happy|satisfied) with|in production (?:since|for)\b<..15>)"
        r"|\b(?:i|we)(?:'ve| have)? (?:fine[- ]?\s?tuned|tuned|trained) <..60>(?:, |\band )(?:it|which|that)(?:'s"
        r"| is| works| does)"
        r" (?:\w+ )?(?:great|good|well|fine|perfect|the job)\b",
    ),
]
SCORED = [
    row(
        "score_known",
        _unless(_WANTED, True),
        rf"\b{_METRIC}\b(?: \w+){{0,6}}?[ :=~(]+(?:about |around |roughly |only |just |currently"
        rf" )*{_NUMBER}\s?(?:%|percent\b)?"
        rf"|\b(?:it|model|classifier|prompt|bot|pipeline|system|baseline|<model>) (?:\w+ )?(?:gets|got|reaches"
        rf"|reached|scores"
        rf"|scored|hits|achieves|achieved|manages|is at|sits at|is right in) (?:to )?(?:about |around |only |just "
        rf"|~)*{_NUMBER}"
        rf"\s?(?:%|percent\b)"
        rf"|\b{_NUMBER}\s?(?:%|percent) (?:\w+ )?{_METRIC}\b|\b\d+ (?:of|out of|/) ?(?:the )?\d+ (?:\w+"
        rf" ){{0,2}}?(?:right|correct"
        r"|pass(?:ed|es)?|fail(?:ed|s)?|wrong|good)\b",
    ),
    row(
        "target_known",
        _unless(
            r"\b(?:cheaper|less|lower cost|savings?|faster|reduction|by (?:month|week|q\d)"
            r"|of (?:our|the) (?:users|data|traffic))\b",
            True,
        ),
        r"\b(?:need|target|goal|require[ds]?|requirement|bar|aim|must (?:be|reach|have|get))\b"
        rf"(?: \w+){{0,5}}?[ :=]+{_NUMBER}\s?(?:%|percent\b)(?: \w+)?|\b(?:need|target|goal|require[ds]?|bar)\b<..15>"
        rf"{_METRIC} (?:of|above|over|at|around|>=?) ?(?:at least )?{_NUMBER}",
    ),
]
PRESENT = [
    row(
        "in_place",
        ("retrieval",),
        r"\b(?:our|my|existing|current|an?|the) (?:\w+ )?(?:rag|retrieval)(?:[- ](?:system|pipeline|setup|app"
        r"|application|bot"
        r"|chatbot|solution|stack))(?: (?:works?|is|has|that|which|with|but|over|on|in))?"
        r"|\b(?:we|i)(?:'ve| have| already| currently)* (?:use|built|run|have|using|tried|implemented)\b<..12>"
        r"\b(?:rag|vector (?:db|database|store|search)|pinecone|chroma(?:db)?|faiss|weaviate|qdrant|pgvector)\b",
    ),
    row(
        "in_place",
        ("classifier",),
        r"\b(?:we|i)(?:'re|'ve| have| are| already| currently| now)* (?:use|run|using|running|have|trained"
        r"|built)\b<..12>"
        r"\b(?:bert|roberta|deberta|distilbert|modernbert|setfit|xgboost|svm|random forest|logistic regression"
        r"|classifier)\b"
        r"(?: (?:\w+ )?(?:classifier|model))?|\b(?:our|my|existing|current) (?:\w+ ){0,2}?(?:bert|roberta|deberta"
        r"|distilbert"
        r"|setfit|xgboost|svm|classifier)\b(?: (?:classifier|model))?",
    ),
    row(
        "retrieval_fails",
        "search",
        r"\b(?:retriev\w+|rag|search|vector \w+|embeddings?)\b<..30>\b(?:wrong|irrelevant|unrelated|bad"
        r"|incorrect) (?:\w+ )?"
        r"(?:chunks?|passages?|documents?|docs|results?|pages?|context)\b|\b(?:does not|doesn't|cannot|can't"
        r"|fails? to|not) "
        r"(?:find|retrieve|return|fetch) (?:the )?(?:right|relevant|correct|proper)\b<..12>(?:chunks?|passages?"
        r"|documents?|docs"
        r"|results?|pages?|context)?",
        FELT,
    ),
    row(
        "retrieval_fails",
        "reading",
        r"\b(?:retrieved|right|correct|relevant|found) (?:chunks?|passages?|documents?|docs|context"
        r"|pages?)\b<..40>\b(?:but|yet"
        r"|still|although|even)\b<..40>\b(?:wrong|hallucinat\w+|makes? (?:things |it |stuff )?up|ignor\w+"
        r"|incorrect\w*|misreads?)\b"
        r"|\bignor(?:es|ed|ing) (?:the |our |my )?(?:retrieved |provided |given )?(?:context|chunks?|passages?)\b",
        FELT,
    ),
    row(
        "purpose",
        "research",
        r"\b(?:my|our|a|the) (?:\w+(?:'s)? ){0,2}?(?:thesis|dissertation|research (?:project|paper|question)|paper)\b"
        r"|\bfor (?:academic |my |our )?research\b",
    ),
    row(
        "purpose",
        "learning",
        r"\b(?:just |only |mainly )?(?:for|as) (?:a )?(?:learning|practice|hobby)(?: (?:purposes?|project|exercise))?\b"
        r"|\b(?:want|like|trying) to learn (?:how )?(?:to |about )?(?:fine[- ]?\s?tun\w+)\b",
        FELT,
    ),
    row(
        "purpose",
        "smoke_test",
        r"\b(?:smoke test|toy (?:dataset|data set|example)|dummy (?:dataset|data)|dry run)\b"
        r"|\bonly\b<..25>\b(?:\d|1\d|two|three|five"
        r"|ten|a handful of|a few) (?:examples?|rows?|samples?|lines?)\b<..20>\b(?:to (?:see|test|check|try)|as a"
        r" test)\b<..20>",
    ),
    row(
        "material",
        ("pdfs",),
        r"\b(?:have|got|train(?:ing)? (?:it )?on|own|some|many|\d+|thousands of|hundreds of) (?:\w+ ){0,2}?pdfs?"
        r"(?: (?:files?|documents?|manuals?|books?|reports?|pages?))?\b",
        FELT,
    ),
    row(
        "material",
        ("code",),
        r"\b(?:our|my|own|private|internal|company's|large|existing) (?:\w+ )?(?:code ?base|repo(?:s|sitory"
        r"|sitories)?|source code)\b",
        FELT,
    ),
    row(
        "material",
        ("raw_text",),
        r"\b(?:raw|plain|unlabell?ed|unstructured) (?:\w+ )?(?:texts?|data|corpus|documents|articles)\b|\b(?:a|my"
        r"|our|own) (?:\w+ )?"
        r"(?:text )?corpus\b",
        FELT,
    ),
]  # fmt: skip
