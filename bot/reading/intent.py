"""What a message is after where it states nothing of a case: a stand-in for a reader of intents. Pure."""

import re
from typing import Literal

from knowledge.schema import Intent

Tone = Literal["thanks", "greeting", "sign"]

_THANKS = (
    r"(?:(?:ok|okay|great|cool|nice|perfect|alright) )?(?:(?:many |big )?thanks(?: a lot| so much| a bunch| a million"
    r"| again| everyone| all| guys| mate)*|thank you(?: (?:so|very) much| all| again)*|thx|ty|tysm|ta|cheers(?: mate)?)"
    r"(?: for (?:the|your|all)(?: (?:very|quick|great|all|your))* (?:help|answers?|advice|reply|info|time|support))?|"
    r"much appreciated|appreciate it|you(?:'re| are) (?:great|the best|awesome|amazing|a star)|"
    r"nice one|great(?: (?:job|work|stuff))?|awesome|perfect|brilliant|lovely|nice|cool|good (?:bot|job|"
    r"work)|well done|got it|(?:that(?:'s| is) )?(?:very |so |really )?helpful|that helps(?: a lot)?|"
    r"danke(?: schön)?|merci|gracias"
)
_GREETING = (
    r"hi|hiya|hello|hey|heya|howdy|yo|good (?:morning|afternoon|evening|day)|morning|evening|greetings|"
    r"how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what's up|sup|nice to meet you|bye|goodbye|good night|"
    r"see you(?: later| soon| tomorrow)?|have a (?:nice|good|great) (?:day|one|weekend|evening)|welcome(?: back)?|"
    r"happy (?:monday|tuesday|wednesday|thursday|friday|new year|birthday|holidays)|merry christmas|"
    r"(?:is )?any(?:body|one) (?:there|here|home)|are you (?:there|here|awake|online)|you there|ping|"
    r"(?:hallo|hola|bonjour|moin|servus|salut)"
)
_WHOM = r"(?: (?:there|all|everyone|everybody|team|folks|guys|bot|advisor|again|you))*"
_HELP = re.compile(
    r"\W*(?:(?:hi|hello|hey|so|ok|okay)\b\W*)?(?:what (?:can|do|could) you (?:do|help(?: (?:me|"
    r"us))? with)(?: for (?:me|us))?(?: here)?|what are you(?: for)?|who are you|how (?:do|does|"
    r"can) (?:you|i|we|this)(?: bot)? (?:work|use (?:you|this|it)|help(?: (?:me|us))?)|"
    r"what is this(?: bot)?|what(?:'s| is) (?:your|the) (?:job|purpose)(?: of (?:this|the) bot)?|"
    r"how do i (?:start|begin)|can you help(?: (?:me|us))?)\W*",
    re.IGNORECASE,
)
_SIGN = (
    r"lol|lmao|rofl|(?:ha){2,}|(?:he){2,}|wow|ouch|oops|brb|np|no worries|sorry|my bad|congrats|congratulations|"
    r"(?:ok|okay) (?:cool|great|nice|then)|cool cool|noted|will do|"
    r"(?:bad|silly) bot|you(?:'re| are) (?:stupid|useless|annoying|funny|weird)"
)
_SMALL = {
    "sign": re.compile(_SIGN, re.IGNORECASE),
    "thanks": re.compile(_THANKS, re.IGNORECASE),
    "greeting": re.compile(rf"(?:{_GREETING}){_WHOM}", re.IGNORECASE),
}
_OFF = re.compile(
    r"\b(?:tell (?:me|us) a (?:joke|story)|(?:write|compose) (?:me |us )?(?:a|an) (?:poem|song|haiku|limerick|story)|"
    r"what(?:'s| is) the (?:weather|time|date|news|capital)|weather (?:like|today|tomorrow)|who (?:won|wins)|"
    r"what day is|are you (?:a |an )?(?:human|robot|real|ai|alive|bot)|order (?:a |us |me )?(?:pizza|lunch|coffee)|"
    r"lunch|recipe|horoscope|i love you|marry me|meaning of life|sing (?:me |us )?a|what time is it|"
    r"what(?:'s| is) your name|how old are you|who (?:made|built|created) you|where are you from|"
    r"are you (?:chat ?gpt|gpt|claude|gemini|siri|alexa)|tell (?:me|us) about yourself|"
    r"do you (?:dream|sleep|have (?:feelings|a name)|(?:like|love) (?:me|us|pizza|music|cats|dogs|football))|"
    r"recommend (?:me |us )?an? (?:film|movie|book|song|restaurant)|"
    r"(?:(?:what|which) (?:model|llm|ai) are you|what(?:'s| is) \d+ ?[-+*/x] ?\d+)(?=\W*$))(?!\w)",
    re.IGNORECASE,
)
MOST_WORDS = 14
"""A longer message has something to say, however it begins."""


def intent_of(text: str) -> Intent | None:
    """Return what a message is after that states nothing of a case; None where it may state something."""
    if len(text.split()) > MOST_WORDS or "\n\n" in text.strip():
        return None
    if tone_of(text):
        return "smalltalk"
    if _HELP.fullmatch(text):
        return "help"
    return "other" if _OFF.search(text) else None


def tone_of(text: str) -> Tone | None:
    """Return what kind of small talk a message is and nothing else; None where it is more."""
    plain = re.sub(r":[a-z0-9_+-]+:", " ", text.lower().replace("’", "'"))
    words = re.sub(r"[^\w\s',.!?;-]", " ", plain)
    parts = [part for each in re.split(r"[.!?,;\s-]*(?:[.!?,;]|\s-\s|$)", words) if (part := " ".join(each.split()))]
    if not parts:
        return "sign" if text.strip() else None
    kinds = [next((kind for kind, known in _SMALL.items() if known.fullmatch(part)), None) for part in parts]
    if not all(kinds):
        return None
    return next(kind for kind in ("thanks", "greeting", "sign") if kind in kinds)
