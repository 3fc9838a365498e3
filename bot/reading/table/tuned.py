"""What exists already: a finetune and how it fails, retrieval, a classifier, a score and a target."""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from bot.reading.table.row import FELT, Match, Row, row
from bot.text.literals import Prefilter, Search, small

_TUNE = r"fine[- ]?\s?tun(?:e|ed|ing)"
_DONE = re.compile(
    rf"\b(?:after|since|post)[- ](?:\w+ ){{0,3}}?(?:{_TUNE}|sft|q?lora|dpo|grpo|training|trained|tuned)\b"
    r"|\b(?:i|we)(?:'ve| have|'d| had)? (?:\w+ ){0,2}?(?:fine[- ]?\s?tuned|tuned|trained)\b"
    r"|\b(?:my|our|the|this|a|an|of) (?:\w+ )?(?:fine[- ]?\s?tun(?:ed?|ing)|tuned|trained)(?: [\w.-]+)? (?:model"
    r"|version"
    r"|llm|one|adapter|gpt|llama|assistant|classifier|bot"
    r"|qwen|mistral)\b|\b(?:my|our|the|this) (?:\w+ )?(?:fine[- ]?\s?tune|adapter|lora)\b"
    r"|\b(?:my|our|the) (?:fine[- ]?\s?)?tuned [\w.-]*\d"
    r"|\b(?:i've|i have|we've|we have|have|got|has) (?:an? |our |my )(?:[\w.-]+ ){1,4}?fine[- ]?\s?tune\b"
    rf"|\b(?:{_TUNE}|training) (?:hurt(?=\s*[:;,.])|(?:has )?(?:harmed|degraded|lowered|finished|made (?:it|our|the"
    rf"|my))\b)"
    rf"|\b(?:i|we) (?:did|ran|made) (?:(?:an?|our|one|the|full|first) ){{0,2}}(?:{_TUNE}|sft|q?lora)\b",
    re.IGNORECASE,
)
_DONE_FIRST = re.compile(
    r"(?:^|[\n.!?])\W{0,9}(?:fine[- ]?\s?tuned|trained (?:an?|it|on|our|my|with|for|model))\b", re.IGNORECASE
)
"""Words that say that something was trained, and not that it might be; the second kind only begins a sentence."""


@cache
def _done() -> tuple[tuple[Search, ...], Prefilter]:
    patterns = (_DONE, _DONE_FIRST)
    return tuple(map(Search, patterns)), Prefilter(patterns)


@lru_cache(maxsize=64)  # the same message is looked at for each kind of fact
def was_tuned(text: str) -> bool:
    """Tell whether a text speaks of a finetune that exists."""
    lower = small(text)
    searches, index = _done()
    return any(searches[at].search(text, lower) is not None for at in index.may_match(lower))


def of_a_finetune(row: Row) -> bool:
    """Tell whether a row states something only where a finetune is spoken of: the same words fit any model."""
    return row.fact == "tuned_fails" or row.value == "falls_short"


def _fell(match: Match) -> tuple[str, ...] | None:
    """Tell whether a score was higher before: with the prompt, or from the first number to the second."""
    words = match.string[match.start() : match.end() + 30].lower()
    before, after = float(match["before"]), float(match["after"])
    told = _THEN_NOW.search(words) is not None and not re.search(_WANTED, words)
    return ("worse_than_base",) if told and before > after else None


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

_BASE = r"(?:base|original|untuned|un-tuned|vanilla|stock|plain|raw|zero[- ]shot|pre-?trained)"
_WORSE = r"(?:drop(?:s|ped)?|decreas(?:es|ed)|degrad(?:es|ed)|went down|goes down|fell|falls|declined|lower|worse)"
_GENERAL = (
    r"(?:mmlu|hellaswag|gsm8k|humaneval|ifeval|mt-?bench|truthfulqa|general (?:benchmarks?|knowledge|tasks?|questions?"
    r"|abilit\w+|capabilit\w+|skills?|chat))"
)
_SKILL = r"(?:abilit\w+|skills?|capabilit\w+|knowledge|instruction[- ]following|chat abilit\w+|manners)"
_EVERY = r"(?:all|every(?:thing|body|one)?|each|any(?:thing)?|most|nearly|almost|half|normal|harmless|ordinary|simple)"

_THEN_NOW = re.compile(r"\b(?:before|after|now|from|was|since)\b", re.IGNORECASE)

FAILS = [
    row(
        "tuned_fails",
        ("forgets",),
        r"\bforg(?:et|ets|ot|otten|etting)\b<..40>|\bcatastrophic forgetting\b"
        rf"|\b(?:lost|loses|losing|lose|destroy(?:s|ed|ing)?|broke|breaks|breaking|ruin(?:s|ed|ing)?|damag(?:es|ed"
        rf"|ing))"
        rf" (?:\w+ ){{0,3}}?{_SKILL}\b"
        r"|\b(?:can|could|does|do|did)(?: ?not|n?'t)\b[^.!?\n]{1,70}?\b(?:any ?more|any longer)\b"
        r"|\b(?:can|is|does|will) no longer\b<..40>"
        r"|\bno longer (?:able|can|knows?|follows?|answers?|understands?)\b<..40>"
        r"|\bused to (?:be able|do|know|answer|handle|follow)\b<..20>"
        r"|\bonly (?:talks?|speaks?|knows?) (?:\w+ ){0,2}?(?:about|our|the task)\b<..20>"
        rf"|\b{_GENERAL}\b<..25>\b{_WORSE}\b|\b(?:fails|useless|bad|worse) (?:at|for|in|on) (?:everything else"
        rf"|all (?:else|others?))\b"
        r"|\beven (?:to )?(?:a )?(?:hello|hi|greetings?|small ?talk|chit-?chat)\b"
        r"|\b(?:tool|function)[- ]call(?:s|ing)\b<..15>\b(?:broken|broke|stopped|gone|lost|fails?)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        ("no_effect",),
        rf"\b(?:exactly )?(?:identical|the same|same) (?:\w+ ){{0,4}}?(?:as|to|like|with|than) (?:the |my "
        rf"|our )?{_BASE}(?: \w+)?"
        r"|\b(?:no|zero)"
        r" (?:visible |real |noticeable )?"
        r"(?:effect|difference|impact|change|improvement)\b(?: (?:at all|in \w+ \w+))?|\bindistinguishable\b"
        r"|\b(?:cannot|can't|don't|do not) (?:see|notice|find|measure) (?:any|a) (?:change|difference|effect"
        r"|improvement)\b"
        r"|\b(?:has|have) ?(?:not|n't) picked up\b|\bstill (?:writes?|sounds?|talks?) like (?:chatgpt|gpt|an?|any)\b"
        r"|\b(?:does not|doesn't|did not|didn't) (?:seem to )?(?:change|affect|learn) (?:anything|the output|a thing)\b"
        r"|\bnothing (?:has )?changed\b|\b(?:the same|same|exactly|unchanged|just) (?:as|like) (?:it (?:did"
        r"|was) )?before\b"
        rf"|\b(?:answers?|outputs?|responses?|behaves?|acts?|sounds?|writes?)<..12>\b(?:like|as) (?:the |my "
        rf"|our )?{_BASE}\b(?: \w+)?"
        r"|\b(?:identical|the same|no difference)\b<..30>\bwith(?:out)?\b<..12>\bwith(?:out)?\b"
        r"|\bas (?:if|though) (?:it|nothing|the model|i|we)\b[^.!?\n]{0,12}?(?:n't|\bnot|\bnever"
        r"|\bnothing)\b[^.!?\n]{0,30}"
        r"|\b(?:lora|adapter|fine[- ]?\s?tun\w+|training|sft)\b<..15>\b(?:does|did|do) (?:\w+ )?nothing\b"
        r"|\blearn(?:ed|t|s)? (?:\w+ )?nothing\b|\bwhat it always did\b"
        r"|\b(?:does|did)(?: not|n't) (?:behave|answer|act) (?:any )?different(?:ly)?\b"
        r"|\bno different (?:from|than|to)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        ("worse_than_base",),
        rf"\b(?:worse|worst|lower|poorer|below)\b<..30>\b(?:than|compared (?:to|with)|before|the)\b<..20>\b(?:{_BASE}"
        r"|before)(?: models?)?\b|\b(?:got|gets|getting|became|become)"
        r" (?:much |even )?"
        r"worse\b|\b(?:fine[- ]?\s?tuning|training) (?:hurt(?=\s*[:;,.])|(?:has )?(?:harmed|degraded|made it worse)\b)"
        rf"|\b(?:performance|accuracy|quality|score|f1|precision|recall)\b<..15>\b{_WORSE}\b(?! than (?:we|i|our|my"
        rf"|the (?:bar|target)))"
        rf"|\b{_BASE} (?:model |one )?(?:is|does|performs|was) (?:\w+"
        r" )?better\b"
        rf"|\b{_BASE} (?:model |one )?(?:with \S+(?: \w+)? )?(?:wins|beats|outperforms)\b"
        r"|\b(?:lower(?:s|ed)|hurts?|reduce[sd]) (?:our |the |my )?(?:\w+ )?(?:accuracy|quality|scores?|f1|precision"
        r"|recall)\b"
        r"|\bquality (?:is|went) down\b|\b(?:prompt(?:s|ing)?|few-?shot)\b<..25>\b(?:still )?(?:beats?|outperforms?"
        r"|wins)\b"
        r"|\b(?:less|not as) (?:accurate|precise|reliable|correct)\b"
        r"|\b(?:wrong|errors?|mistakes?|hallucinat\w+)(?: \w+)? than (?:before|it did|the untuned|the base"
        r"|the original)\b"
        r"|\bhallucinat\w+ more\b<..30>|\bmore (?:hallucinations|errors|mistakes)\b<..30>\b(?:than|now)\b"
        r"|\b(?:results?|outputs?|answers?|quality|it) (?:is|are|got|became|turned) (?:\w+ )?(?:terrible|awful|garbage"
        r"|horrible|worse)\b<..12>",
        FELT,
    ),
    row(
        "tuned_fails",
        _fell,
        rf"\b(?:accuracy|f1|precision|recall|scores?|evals?|pass rate|success rate|exact match|bleu|rouge)\b<..20>"
        rf"\b(?P<before>{_NUMBER})\s?%?[^.!?\n\d]{{1,50}}?\b(?P<after>{_NUMBER})\s?%?",
        FELT,
    ),
    row(
        "tuned_fails",
        ("refuses",),
        r"\b(?:refus(?:es|ed|ing)|declin(?:es|ed|ing)|reject(?:s|ed|ing)?|block(?:s|ed|ing)?|turn(?:s|ed"
        r"|ing) down)\b(?: to)?"
        rf"<..12>\b(?:answers?|questions?|{_EVERY}|requests?|prompts?|respond|reply|give|help)\b"
        r"|\bi(?:'m| am)? (?:cannot|can't|can not|am unable to|unable to|not able to) (?:help|assist|answer|provide"
        r"|comply|discuss)\b"
        r"|\bas an ai\b(?: (?:language )?model)?|\b(?:i'm|i am|says?|answers?) sorry\b"
        rf"|\b(?:says?|answers?|claims?)(?: that)?(?: it| i)? (?:do(?:es)?n't|do(?:es)? not"
        rf"|dont) know\b<..15>\b{_EVERY}\b"
        r"|\bapologi[sz](?:es|ing)\b<..20>|\b(?:won't|will not) answer\b|\b(?:overly|too|way too|over-?) ?cautious\b"
        r"|\bsays? no to\b|\b(?:won't|will not) (?:talk|say|give)\b|\bgives no answers?\b",
        FELT,
    ),
    row(
        "tuned_fails",
        ("wrong_language",),
        r"\b(?:answers?|repl(?:y|ies)|responds?|outputs?|speaks?|switch(?:es)?|drifts?) (?:\w+ ){0,2}?(?:back"
        r" )?(?:in|to|into)"
        r" (?:the wrong language|another language|english|chinese|german|french|spanish|japanese|korean)\b"
        r"<..12>(?:\binstead\b|\balthough\b|\beven\b|\bwhile\b|\bto\b|\bwhen\b|$)|\bmix(?:es|ing)? (?:\w+ )?languages\b"
        r"|\bwrong language\b|\blanguage (?:drift|mixing)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        ("never_stops",),
        r"\b(?:never|does not|doesn't|won't|will not|not|cannot|can't) (?:know when to )?(?:stop(?:s|ping)?|ends?"
        r"|terminate|shut up)"
        r"(?: generating| talking| itself| text| writing)*\b|\bkeeps? (?:on )?(?:generating|talking|going|writing"
        r"|rambling)\b|\brambl(?:es|ing)\b<..12>|\bgoes on (?:and on|forever|past|with)\b<..20>"
        r"|\b(?:endless|infinite|non-?stop) (?:output|text|generation|answers?|responses?|loop)\b"
        r"|\b(?:until|to|hits?) (?:the )?(?:max(?:imum)?[_ -]?(?:new[_ -]?)?(?:tokens?|length)\b|token limit\b)"
        r"|\b(?:eos|end|stop|end[- ]of[- ](?:text|turn|sequence))(?: |_)?tokens?\b[^.!?\n]{0,20}?(?:n't|\bnot"
        r"|\bnever|\bmissing)\b"
        r"|\beos\b[^.!?\n]{0,20}?(?:n't|\bnot|\bnever|\bmissing)\b"
        r"|\bnever (?:emits?|generates?|produces?|outputs?) (?:an? |the )?(?:eos|end|stop)\b"
        r"|\b(?:made[- ]up|fake|another made-up|invented) (?:user )?(?:messages?|turns?|questions?|instructions?)\b"
        r"|\b(?:followed by|then|starts|writes|adds) (?:another|a second|the next|a new) (?:question|instruction"
        r"|message|turn|one|answer)\b"
        r"|\b(?:answers?|responses?|outputs?) (?:are|is|have no|has no) end(?:less)?\b"
        r"|\bplay(?:s|ing) (?:both )?(?:the )?user\b"
        r"|\b(?:not|never) (?:emit|generate|produce|output|predict)s? (?:an? |the )?(?:eos|end|stop)\b"
        r"|(?<=n't) (?:emit|generate|produce|output|predict) (?:an? |the )?(?:eos|end|stop)\b|\blength limit\b"
        r"|\bfills? (?:up )?the (?:whole |entire )?(?:context|window)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        ("overfits",),
        r"\bover-?fit(?:s|ted|ting)?\b|\b(?:only|just) works? on (?:the )?train\w* (?:data|set|rows|examples)\b"
        r"|\b(?:does not|doesn't|not|fails? to|poorly|cannot) generali[sz]\w+\b|\bmemori[sz](?:es|ed|ing)\b",
        FELT,
    ),
    row(
        "tuned_fails",
        ("repeats",),
        r"\brepeat(?:s|ed|ing)?\b(?: (?:itself|the same|over|a|one|\w+ over))|\brepetiti(?:on|ons|ve)\b"
        r"|\b(?:same|identical|one) (?:\w+"
        r" )?(?:answer|reply|category|word|phrase|thing|text|paragraph|line|summary"
        r"|output|class|label|response|sentence|prediction)\b<..8>\b(?:for|to|on) (?:all|every|each|any)\b<..12>"
        r"|\b(?:stuck in (?:a )?loops?|gets? stuck)\b|\bcollaps(?:es|ed) (?:to|into)\b<..20>"
        r"|\bloops? (?:forever|endlessly|over|one|the same|a)\b"
        r"|\bregardless of (?:the |what )?(?:input|question|prompt|text)\b|\brepeated (?:phrases?|words?|sentences?)\b"
        r"|\bputs everything (?:in|into)\b|\bparrots\b<..12>"
        r"|\bsame (?:line|word|phrase|sentence) (?:until|again|over)\b"
        r"|\b(?:no matter|whatever) (?:the|what|which) (?:input|question|customer|user|prompt|i|you|we)\b<..40>"
        r"|\b(?:always|only) (?:says?|answers?|returns?|predicts?|outputs?|gives?|replies) (?:with )?(?:the same|one"
        r"|class|label)\b"
        r"|\bechoes\b<..20>",
        FELT,
    ),
    row(
        "finetune",
        "falls_short",
        r"\b(?:results?|outputs?|answers?|quality|performance|it|model|version|fine[- ]?\s?tune"
        r"|adapter|lora)\b<..15>\b(?:disappoint(?:s|ing|ed)|unusable|mediocre|poor|bad|useless|garbage|underwhelming"
        r"|falls? short"
        r"|not (?:good|great|what we|there yet)"
        r"(?: enough| hoped(?: for)?| wanted| expected)*)\b|\b(?:does|did)(?: not|n't) work (?:well|as|at all"
        r"|properly)\b"
        r"|\b(?:disappointed (?:with|by)|unhappy with|not (?:happy|satisfied) with)\b<..20>",
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
