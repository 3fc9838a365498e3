"""What a message is after where it states nothing of a case: a stand-in for a reader of intents. Pure."""

import re
from typing import Literal

from knowledge.schema import Intent

Tone = Literal["thanks", "greeting", "sign"]

_THANKS = (
    r"(?:many |big )?thanks(?: a lot| so much| a bunch| a million| again| everyone| all| guys| mate)*|"
    r"thank you(?: (?:so|very) much| all| again)?|thx|ty|tysm|cheers|much appreciated|appreciate it|"
    r"nice one|great(?: (?:job|work|stuff))?|awesome|perfect|brilliant|lovely|nice|cool|good (?:bot|job|"
    r"work)|well done|got it|(?:that(?:'s| is) )?(?:very |so |really )?helpful|that helps(?: a lot)?|"
    r"danke(?: schön)?|merci|gracias"
)
_GREETING = (
    r"hi|hiya|hello|hey|heya|howdy|yo|good (?:morning|afternoon|evening|day)|morning|evening|greetings|"
    r"how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what's up|sup|nice to meet you|bye|goodbye|good night|"
    r"see you(?: later| soon| tomorrow)?|have a (?:nice|good|great) (?:day|one|weekend|evening)|welcome|"
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
_SMALL = {
    "thanks": re.compile(_THANKS, re.IGNORECASE),
    "greeting": re.compile(rf"(?:{_GREETING}){_WHOM}", re.IGNORECASE),
}
_OFF = re.compile(
    r"\b(?:tell (?:me|us) a (?:joke|story)|(?:write|compose) (?:me |us )?(?:a|an) (?:poem|song|haiku|limerick|story)|"
    r"what(?:'s| is) the (?:weather|time|date|news|capital)|weather (?:like|today|tomorrow)|who (?:won|wins)|"
    r"what day is|are you (?:a |an )?(?:human|robot|real|ai|alive|bot)|order (?:a |us |me )?(?:pizza|lunch|coffee)|"
    r"lunch|recipe|horoscope|i love you|marry me|meaning of life|sing (?:me |us )?a)\b",
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
    return "thanks" if "thanks" in kinds else "greeting"
