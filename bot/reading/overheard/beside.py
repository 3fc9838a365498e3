"""Of each fact what must stand beside it, and names of other things in which a word of the case stands."""

import re
from collections.abc import Mapping

_BUILT = (
    r"(?:models?|llms?|prompts?|prompting|few[- ]shot|fine-?\s?tun\w+|tuned|chat ?bots?|bots?|assistant|<model>"
    r"|claude|gemini|llama|mistral|qwen|gpt)"
)
_BUILT_HERE = (
    r"(?:models?|llms?|prompts?|prompting|fine-?\s?tun\w+|tuned|chat ?bots?|bots?|assistant"
    r"|<model> (?:on|for|at|with) (?:this|it|us|our \w+))"
)
_SAID = r"(?:answers?|repl(?:y|ies)|outputs?|responses?|completions?|summar(?:y|ies)|drafts?)"
_OURS = (
    r"(?:(?:our|its|the|each|every|all|these|this|those|generated|right|good|best|same|short|of) (?:\w+"
    rf" )?{_SAID})"
)
_SEVERAL = (
    r"(?:(?:our|its|each|every) (?:\w+ )?(?:answer|reply|output|response|summary|draft)|(?:our|its|the|all"
    r"|these) (?:\w+ )?"
    r"(?:answers|replies|outputs?|responses|summaries|drafts))"
)
_ABOUT = rf"{_BUILT}|{_OURS}"
_ROWS = (
    r"labell?ed|annotat\w+|training (?:data|set|pairs|examples|rows|samples)|data ?set|examples|pairs|samples"
    r"|(?:tickets|e-?mails|questions|inputs|calls|chats|messages|conversations|cases) with (?:the|an?"
    r"|their|our|its) (?:\w+ )?"
    rf"(?:label|{_SAID})|example {_SAID}|{_SAID} (?:that|which) (?:was|were) sent"
)
BESIDE: Mapping[str, str] = {
    "need": rf"{_BUILT_HERE}|{_SEVERAL}|hallucinat\w+|tickets|it should sound like us|our tone",
    "output": rf"{_BUILT_HERE}|{_OURS}|what comes out|each ticket|every ticket",
    "rule_exists": rf"(?:regex|rules?|query|lookup|keywords?)\b.*\b(?:{_SAID}|right|label|tickets?|model)",
    "small_model": r"classifiers?|encoders?|taggers?|\w*bert|spacy|embeddings?|small(?:er)? model",
    "models_tried": r"(?:models?|llms?|<model>)\b.*\b(?:tri|test|ran|run|compar|us|bench|evaluat)\w*"
    r"|(?:tri|test|ran|run|compar|us|bench|evaluat)\w*\b.*\b(?:models?|llms?|<model>)",
    "prompts_tried": r"prompts?|prompting|few[- ]shot|structured outputs?|json schema|json mode|dspy"
    r"|gepa|chain of thought",
    "eval_items": r"test (?:cases?|set|items?|questions?|inputs?|data)|eval\w* (?:set|cases?|items?|data)|(?:the|our)"
    r" eval\w*"
    rf"|held[- ]out|golden (?:set|answers|examples|labels)|known (?:good |right )?{_SAID}|expected {_SAID}",
    "baseline_known": rf"{_BUILT}|baseline|accuracy|how often it (?:is|gets \w+) (?:right|correct|wrong)"
    rf"|how (?:often|well) {_OURS} (?:is|are)",
    "knowledge": _ABOUT,
    "examples": _ROWS,
    "examples_from": _ROWS,
    "agreement": rf"{_OURS}|annotat\w+|labell?\w+",
    "feedback": rf"{_SAID}|outputs?",
    "variety": rf"{_BUILT}|{_SEVERAL}",
    "quality_ok": rf"{_BUILT_HERE}|(?:the|our|a|this) (?:\w+ )?(?:prompt|model)|<model> (?:with|and) our",
    "calls_per_day": rf"{_BUILT}|requests|on this|(?:we|it|this) (?:do|does|gets?|make|makes|send|sends|have|has"
    r"|handles?|see|sees)\b",
    "tokens_in": r"tokens?|toks?",
    "tokens_fixed": r"tokens?|toks?",
    "tokens_out": r"tokens?|toks?",
    "platform": rf"{_BUILT}|training|inference",
    "data_limits": r"(?:our|the|all|customer|training|ticket|chat|user) (?:\w+ )?data|tickets|examples|pairs|samples"
    r"|transcripts|prompts?",
    "owner": rf"{_BUILT}|owns? it|(?:maintains?|look(?:s)? after|retrains?|retrain) it",
    "already_tuned": r"fine-?\s?tune(?!d)|fine-?\s?tuning|tuned (?:models?|versions?|ones?|<model>)"
    r"|fine-?\s?tuned (?:it|on|an?|one|our|<model>)|lora",
}
"""By fact, of what one must stand in the same clause, or in the same sentence."""
SAME_CLAUSE = frozenset(
    {"need", "variety", "feedback", "platform", "data_limits", "owner", "examples", "examples_from"}
)
OTHER_THINGS = re.compile(
    r"\b(?:(?:pricing|price|data|business|tax|role|phone|car|3d|2d|toy|fashion|revenue|sales|threat|object"
    r"|domain|view|cost"
    r"|operating|scale|train|bike|fridge|laptop|chair) models?|models? (?:agency|agencies|railway|train"
    r"|trains|kit|kits|[TSXY3]\b|year)"
    r"|models? (?:of|for) (?:the|my|his|her|a|this) (?!tickets|task|case|replies|answers|labels|classification)\w+"
    r"|(?:password|terminal|shell|command|login|cookie|browser|update) prompts?|prompts? (?:reply|replies"
    r"|answer|answers|payment|delivery)"
    r"|(?:terminal|shell|console)'s prompt|data (?:plan|cent(?:er|re)|base|roaming|protection|model|import"
    r"|export|warehouse)"
    r"|examples? of (?!(?:it|them|how|what|our|the|each|every|good|right|correct|real|past|inputs?|questions?|answers?"
    r"|prompts?|tickets?|mails?|e-?mails?|chats?|calls?|repl(?:y|ies)|outputs?|texts?|labell?ed|customers?|users?"
    r"|clients?|support)\b)\w+"
    r"|(?:blood|colou?r|free|fabric|soil|water|lab|paint) samples?|pairs? (?:of (?!input|question|answer"
    r"|prompt|repl|output|text|an?\b|ticket)"
    r"\w+|programming)|label makers?|record labels?|reply[- ]?all|(?:quiz|exam|homework|crossword|survey"
    r"|faq) (?:answers?|questions?)"
    r"|(?:answer|reply|response|summary|draft|answers|replies|responses|summaries|drafts) (?:to|from|of"
    r"|for) (?:the|my|his|her|that|a|legal"
    r"|hr|finance) (?!model|bot|llm|customer|user|client|ticket|question|last|past|first|same|prompt"
    r"|e-?mail)\w+|answer sheets?"
    r"|(?:outputs?|results?) of (?:the|a|my|this|that) (?!model|bot|llm|prompt)\w+|baselines? for the"
    r" (?!model|prompt|task|case)\w+"
    r"|fine-?tuned (?:guitar|piano|car|engine|bike|machine|instrument|radio)"
    r"|(?:examples?|samples?) (?:of|from|in|for) (?:the|a|my|his|her|this|that) (?!prompt|system|folder"
    r"|sheet|data ?set|repo|drive|export"
    r"|csv|file|task|ticket|eval|training|case|model|bot|logs?|chat)\w+|style guides?|tone deaf)\b",
    re.IGNORECASE,
)
"""Names of other things in which a word of the case stands."""
