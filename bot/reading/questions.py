"""Questions to the advisor, and the wish to skip, as against the statement of a case."""

import re
from functools import cache

from bot.reading import sentences
from bot.text.literals import Search, small

_SKIP = re.compile(
    r"\b(?:skip|just (?:tell|answer|give) me|no samples|(?:don't|do not) (?:want to|have any|have) "
    r"(?:paste |give |share )?(?:any )?samples"
    r"|without (?:a |the )?(?:samples|trial)|rather not|no trial|move on|go on without)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\w)[^.!?\n]*)*[.!?]*")
_RULE = re.compile(r"\brules? ?#?[1-5]\b|\b(?:the|your|these|those|five) rules\b", re.IGNORECASE)
_BARE = re.compile(
    r"\W*(?:why(?: not| is that| do you ask(?: that)?| does (?:it|that) matter)?|how so|how come|meaning"
    r"|says who"
    r"|what(?:'s| is| does| do you)? (?:that|this|it)?\s?(?:mean|for)(?: by [\w' -]+)?|based on what"
    r"|what (?:next|now)|what do you mean(?: by [\w' -]+)?|can you explain(?: that| this)?|explain"
    r"(?: that| this)?)\W*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|okay|so|and|but|also|please|one question|quick question|by the way|wait)"
    r"\b\W*)*"
    r"(?:what|how|why|when|which|who|where|does|do|is|are|can|could|should|will|would|explain|define"
    r"|describe"
    r"|tell me (?:about|more|what|how|why)|what's|remind me|show me (?:the )?rules?)\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\b(?:fine[- ]?tun\w*|q?lora|peft|rag|retrieval|few[- ]?shot|zero[- ]?shot|prompt\w*|examples?"
    r"|samples?|pairs|rows|baselines?"
    r"|test sets?|evals?|evaluation|dpo|kto|rlhf|rft|grpo|sft|preference|reinforcement|schemas?"
    r"|json mode|structured outputs?"
    r"|cach(?:e|ing)|distill?ation|overfit\w*|epochs?|learning rates?|batch sizes?"
    r"|tokens?|catastrophic forgetting|hallucinat\w*"
    r"|premise|temperature|safety"
    r"|creativity|verdict|wilson|interval|pb&?j|consistency|embedding\w*|classifiers?|platforms?"
    r"|retrain\w*|dataset|how (?:many|much)|enough|too (?:few|many|little))\b",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"\b(?:should|shall|must) (?:we|i|one|you|it)\b(?! (?:ask|tell|say|answer|look|check|send|paste|write|count)\b)"
    r"|\bdo(?:es)? (?:we|i|it) (?:really )?(?:need|have) "
    r"(?:to |a |any )?(?:fine|tun)"
    r"|\bwould (?:\w+ ){0,2}?(?:fine[- ]?tun\w*|it|that|lora)\b.{0,15}\b(?:help|work|be|make|fit|suit"
    r"|fix|solve)"
    r"|\bis (?:a |an )?fine[- ]?tun\w* (?:the right|right|worth|a good|sensible|needed|necessary"
    r"|overkill|the way|for us|an option|what we)"
    r"|\b(?:fine[- ]?tun\w*|rag|prompt\w*|training) or (?:\w+ )?(?:fine[- ]?tun\w*|rag|prompt\w*|not)\b"
    r"|\b(?:can|could|may) (?:we|i) (?:fine[- ]?tune|train)\b|\b(?:does|would) it make sense\b|\bhow "
    r"(?:do|can|could|should|would) (?:i|we) (?:get|make|stop|teach|train|fine)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\W*(?:(?:and|so|ok|okay|then|but|also|well)\b\W*){0,2}(?:which|what|how (?:many|much|high|low|large|big"
    r"|long|often))\b.{3,60}\b(?:should|shall|must|can|do) (?:we|i) (?:use|set|choose|pick|take|start with"
    r"|train (?:for|with))\b",
    re.IGNORECASE,
)
"""Asks for one setting of a training that is decided: "which learning rate should we use"."""
_LOST = re.compile(
    r"\W*(?:(?:sorry|but|hm+|uh|well|ok|okay|honestly|and|so)\W+)*(?:(?:i|we) )?(?:really |honestly |just |still )?"
    r"(?:(?:don't|dont|do not|didn't|did not|can't|cannot) (?:really |quite )?"
    r"(?:(?:understand|get|follow)(?: (?:it|that|this|you|any of (?:it|this|that)|(?:the|your|these|those)"
    r" (?:questions?|options|words?|terms?)|what (?:you|that|this|it|the (?:question|options?))\b[\w' -]{0,40}))?"
    r"|know what (?:(?:that|this|it|these|those|the (?:question|options?|words?)|any of (?:that|this|it))(?: \w+)?"
    r" (?:means?|is|are)|you (?:mean|want|are asking)|an? [\w-]+(?: [\w-]+)? is|[\w-]+ means?))"
    r"|no (?:idea|clue) what (?:that|this|it|the question|you) (?:means?|is|are asking))"
    r"(?:\W+(?:sorry|at all|here))*\W*",
    re.IGNORECASE,
)
"""Says that the question was not understood; "I don't know what our volume is" answers it."""
MOST_WORDS = 40
"""A longer message states a case, whatever it asks at its end."""


SHORT = 18
"""Words of a message that asks without a question mark."""
_LAST = re.compile(r"[.!;,] +")
OPENS = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|okay|so|and|but|also|please|wait|hm+|ballpark|roughly|curious|quick (?:one|question)"
    r"|serious question"
    r"|honest question|newbie question|dumb question|any(?:body|one) knows?|any idea|no but"
    r"|seriously)\b\W*)*(?:what|how|why|when|which|who|where"
    r"|does|do|is|are"
    r"|can|could|should|will|would|explain|define|describe|whats|hows|wheres|wont|isnt|cant|am"
    r"|(?:rag|retrieval|fine-?\s?tun\w*|q?lora|prompting|few[- ]shot|dpo|sft|kto|training) (?:or|vs\.?|versus)"
    r"|wondering|wonder|curious|question"
    r"|may (?!be\b)(?:we|i|our|the|it|\w+ \w+)|any (?!of\b|one\b)\w+|anything (?:i|we|to|that|else))\b",
    re.IGNORECASE,
)


def is_asking(even: str) -> bool:
    """Tell whether a message asks, by its mark or the first word of all or of what it says last."""
    stripped = even.rstrip(" \t\n)\"'")
    if stripped.endswith("?"):
        return True
    last = _LAST.split(stripped)[-1]
    opens = OPENS.match(even) or (len(last.split()) >= 2 and OPENS.match(last))
    return bool(opens) and len(even.split()) <= SHORT


def is_lost(even: str) -> bool:
    """Tell whether a message says that it does not understand what was asked: "I don't know what that means"."""
    return len(even.split()) <= SHORT and _LOST.fullmatch(even) is not None


def skips(text: str) -> bool:
    """Tell whether a message asks to go on without samples."""
    return len(text.split()) <= 12 and _SKIP.search(sentences.plain(text)) is not None


def is_case(text: str) -> bool:
    """Tell whether a message asks about its own case, as in "should we finetune?"."""
    return _case().search(text, small(text)) is not None and _WHICH.match(text) is None


@cache
def _case() -> Search:
    return Search(_CASE)


def question(text: str) -> str | None:
    """Return the question to the advisor in a message, None where it states or asks about a case."""
    even = sentences.plain(text)
    if len(even.split()) > MOST_WORDS:
        return None
    for sentence in _SENTENCE.finditer(even):
        words = sentence.group()
        bare = _BARE.fullmatch(words) and (words.rstrip().endswith("?") or len(even.split()) <= 6)
        asks = words.rstrip().endswith("?") or _ASKS.match(words)
        only_rule = _RULE.search(words) and len(words.split()) <= 4
        if bare or only_rule or (asks and not is_case(words) and (_RULE.search(words) or _TOPIC.search(words))):
            return text[sentence.start() : sentence.end()].strip()
    return None
