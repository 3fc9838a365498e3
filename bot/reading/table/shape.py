"""The shape of a task, which of several needs leads, and how a finetune was made: rows of the table."""

import re
from collections.abc import Callable

from bot.reading.sentences import Mood
from bot.reading.table.row import FELT, WANTED, Match, row
from bot.reading.table.tuned import was_tuned

_NEEDS = {
    "own_model": r"\b(?:model of our own|our (?:very )?own (?:model|llm))\b",
    "facts": r"\b(?:facts?|factual\w*|hallucinat\w+|mak(?:es?|ing) (?:things|stuff) up|made[- ]up|invent\w*"
    r"|knowledge)\b",
    "format": r"\b(?:format\w*|json|schema|structure)\b",
    "style": r"\b(?:tone|style|voice|wording)\b",
    "consistency": r"\b(?:consisten\w+|reliab\w+|the same every time)\b",
    "reasoning": r"\b(?:reasoning|logic|conclusions?)\b",
    "cost": r"\b(?:costs?|price|bill|spend(?:ing)?|expens\w+|cheaper|money)\b",
    "latency": r"\b(?:latency|speed|slow\w*|faster|response times?)\b",
    "skill": r"\b(?:accura\w+|wrong (?:labels?|classes|categories|predictions?)|error rate|recall|precision)\b",
}
_NAMED = re.compile("|".join(f"(?P<{need}>{words})" for need, words in _NEEDS.items()), re.IGNORECASE)


def _leading(match: Match) -> str | None:
    """Return the one need that the words name; nothing where they name two."""
    named = {found.lastgroup for found in _NAMED.finditer(match.group())}
    return named.pop() if len(named) == 1 else None


def _trained(kind: str) -> Callable[[Match], tuple[str, ...] | None]:
    return lambda match: (kind,) if was_tuned(match.string) else None


_ANY = "|".join(_NEEDS.values())
_RARE = (
    r"(?:swahili|yoruba|igbo|hausa|amharic|tigrinya|somali|oromo|wolof|zulu|xhosa|shona|kinyarwanda|luganda|lingala|twi"
    r"|malagasy|quechua|guaran[ií]|aymara|nahuatl|mayan|mi'?kmaq|cree|navajo|cherokee|ojibwe|inuktitut|m[āa]ori"
    r"|samoan|tongan|hawaiian|welsh|irish gaelic|scottish gaelic|breton|basque|frisian|luxembourgish|romansh"
    r"|swiss german|sorbian|s[áa]mi|faroese|icelandic|maltese|yiddish|khmer|lao|burmese|tibetan|uyghur|dzongkha"
    r"|sinhala|pashto|kurdish|sindhi|assamese|odia|santali|bhojpuri|maithili|konkani|sundanese|cebuano|ilocano|hmong"
    r"|kyrgyz|tajik|turkmen|tatar|bashkir|chuvash)"
)
_OTHER = (
    r"(?:german|french|spanish|italian|portuguese|dutch|polish|czech|slovak|hungarian|romanian|bulgarian|greek|turkish"
    r"|russian|ukrainian|arabic|hebrew|persian|farsi|hindi|bengali|urdu|tamil|telugu|thai|vietnamese|indonesian|malay"
    r"|chinese|mandarin|japanese|korean|swedish|norwegian|danish|finnish|croatian|serbian|slovenian|catalan)"
)
_TEXTS = (
    r"(?:texts?|documents?|docs|e?mails?|tickets?|reviews?|contracts?|calls|posts?|chats?|messages|inputs?|customers"
    r"|users|answers|replies|questions|articles|records|reports|notes|letters|language|corpus|speakers?)"
)

SHAPE = [
    row(
        "leads",
        _leading,
        r"\b(?:(?:main|biggest|primary|number one|top|most important|most urgent|worst|key) (?:\w+ )?(?:problem|issue"
        r"|thing|goal|need|concern|priority|pain|pain point|complaint|worry) (?:is|was|remains|are|for us is)"
        r"|(?:above all|first and foremost|most of all|mostly|mainly|primarily)[,:]? (?:\w+ ){0,3}?)<..40>"
        rf"(?:{_ANY})",
        FELT,
    ),
    row(
        "leads",
        _leading,
        rf"(?:{_ANY})(?: \w+){{0,3}}? (?:matters? (?:the )?most|comes? first|is (?:by far )?(?:the|our) (?:main|biggest"
        r"|primary|top|most important|most urgent|number one|worst) (?:problem|issue|thing|goal|need|concern|priority"
        r"|pain|one)|is what matters|is the priority|hurts? (?:us )?(?:the )?most|bothers? (?:us|me) (?:the )?most)\b",
        FELT,
    ),
    row(
        "calls_tools",
        True,
        r"\b(?:function|tool)[- ](?:call(?:s|ing)?|use)\b"
        r"|\b(?:calls?|calling|picks?|picking|chooses?|choosing|selects?|uses|using|invokes?)\b"
        r"<..15>\b(?:tools?|functions)\b(?! (?:like|such as|for (?:the )?(?:training|labell?ing)))"
        r"|\b(?:agent|assistant|bot|model)\b<..15>\bcalls?\b<..15>\bapis?\b",
        FELT,
    ),
    row(
        "modality",
        ("image",),
        r"\b(?:classif\w+|caption\w*|describ\w+|recogni[sz]\w+|detect\w*|reads?|reading|look(?:s|ing)? at|analy[sz]\w+"
        r"|generat\w+|understand\w*|takes?|input is|inputs are|send) (?:(?:an?|the|our|from|of|in|on|these|product"
        r"|medical|satellite|\w+ray) ){0,3}(?:images?|photos?|pictures?|screenshots?|x-?rays?|photographs?)\b"
        r"|\b(?:vision[- ]language|multi-?modal|image[- ]to[- ]text|image (?:classification|captioning|generation))\b"
        r"(?: models?)?",
        WANTED,
    ),
    row(
        "modality",
        ("audio",),
        r"\b(?:speech[- ](?:recognition|to[- ]text)|text[- ]to[- ]speech|voice cloning|whisper (?:on|for|model|large"
        r"|small|medium|base)|transcri(?:be|bes|bing) (?:\w+ ){0,2}?(?:audio|recordings?|calls|podcasts?|speech))\b"
        r"|\b(?:audio|sound) (?:files?|clips?|recordings?|inputs?)\b",
        WANTED,
    ),
    row(
        "modality",
        ("video",),
        r"\b(?:caption\w*|describ\w+|summari[sz]\w+|analy[sz]\w+|classif\w+|understand\w*) (?:\w+ ){0,2}?videos?\b"
        r"|\bvideo (?:captioning|understanding|classification|clips?)\b",
        WANTED,
    ),
    row(
        "language",
        "rare",
        rf"\b(?:in|into|to|from|for|speak\w*|is) {_RARE}\b(?: {_TEXTS})?|\b{_RARE} {_TEXTS}\b"
        r"|\b(?:low[- ]resource|endangered|indigenous|minority|under-?represented) (?:\w+ )?languages?\b",
        WANTED,
    ),
    row(
        "language",
        "other",
        rf"\b(?:all|entirely|only|written|writes?|write|asks?|answers?|everything is|are|is|it'?s) in {_OTHER}\b"
        rf"|\b(?:our|my|the|of|in) {_OTHER} {_TEXTS}\b"
        rf"|\b(?:(?:our|my) language is|for|translat\w+ (?:in)?to) {_OTHER}\b(?! (?:cars?|food|law))",
        FELT,
    ),
    row(
        "answers_must",
        ("abstain",),
        r"\b(?:(?:has|have|needs?|must|should|ought|want it|wants it|supposed) (?:to )?)(?:\w+ ){0,2}?"
        r"(?:say|admit|tell|reply|answer) (?:\w+ ){0,3}?\W?(?:(?:it |they |i )?(?:does not|doesn't|do not|don't)"
        r" (?:really )?know|(?:it is )?not (?:in the|found)|(?:there is )?no answer)\b"
        r"|\b(?:never|doesn't|does not|won't|refuses to|fails to|rarely)"
        r" (?:ever )?(?:admits?|says? (?:that )?(?:it )?(?:does ?n(?:o|')t|don't) know|abstains?)\b<..30>"
        r"|\b(?:rather than|instead of) (?:guess(?:ing)?|inventing|making (?:it|things|something) up)\b"
        r"|\bmust never guess\b"
        r"|\bno answer (?:is|at all is) better than a wrong\b(?: one)?",
        Mood.reported,  # "must say that …" is its words, and no report
    ),
    row(
        "answers_must",
        ("verbatim",),
        r"\b(?:verbatim|word[- ]for[- ]word|literal quotes?)\b"
        r"|\b(?:quot\w+|reproduc\w+|recit\w+|repeat\w*|give|gives|given) (?:\w+ ){0,4}?"
        r"(?:to the letter|letter by letter)\b"
        r"|\b(?:exact(?:ly the)?|same|unchanged|approved) (?:wording|text|sentences?)\b<..25>\b(?:every time|unchanged"
        r"|as (?:written|approved)|must|has to|have to|not be changed)\b",
        WANTED,
    ),
    row(
        "technique",
        _trained("lora"),
        r"\b(?:q-?lora|lora|dora|peft)\b(?: adapters?)?",
    ),
    row(
        "technique",
        _trained("full"),
        r"\b(?:full(?:[- ]parameter)?|all[- ]weights?|all[- ]parameters?) (?:fine[- ]?\s?tun\w+|sft|training)\b"
        r"|\b(?:trained|tuned|updated) (?:all|every|the whole|the full) (?:weights?|parameters?|model|layers)\b",
    ),
    row(
        "technique",
        _trained("preference"),
        r"\b(?:did|ran|run|used|tried|trained (?:it )?(?:with|by|using)|with|after|by) (?:\w+ )?(?:dpo|kto|orpo|simpo"
        r"|rlhf|preference (?:tuning|optimi[sz]ation))\b",
    ),
    row(
        "technique",
        _trained("reinforcement"),
        r"\b(?:did|ran|run|used|tried|trained (?:it )?(?:with|by|using)|with|after|by) (?:\w+ )?(?:grpo|ppo|rft|rl"
        r"|reinforcement (?:learning|fine[- ]?tuning))\b",
    ),
    row(
        "technique",
        _trained("raw_text"),
        r"\b(?:continued|continual|domain[- ]adaptive) pre-?training\b|\b(?:trained|tuned)\b<..25>\bon (?:\w+ ){0,3}?"
        r"(?:raw|plain|unstructured|unlabell?ed) (?:texts?|documents?|articles)\b"
        r"|\b(?:fed|feeding|put) (?:it )?(?:the |our |my )?(?:raw|plain) (?:texts?|documents?)\b",
    ),
]
