"""Where it runs, who keeps it, what it must know, and what could do it instead: rows of the table."""

import re
from collections.abc import Mapping

from bot.reading.table.row import FELT, WANTED, fares, row

SETTING = [
    row("platform", "azure", r"\b(?:on|using|use|in|through|via) (?:\w+ )?azure\b(?: openai| foundry| ai)?"),
    row("platform", "vertex", r"\b(?:on|using|use|in|through|via) (?:google )?vertex(?: ai)?\b"),
    row("platform", "bedrock", r"\b(?:on|using|use|in|through|via) (?:aws |amazon )?bedrock\b"),
    row("platform", "together", r"\b(?:on|using|use|through|via|with) together(?:\.ai| ai)\b"),
    row("platform", "tinker", r"\b(?:on|using|use|through|via) (?-i:Tinker)\b(?!')"),
    row("platform", "fireworks", r"\b(?:on|using|use|through|via|with) fireworks(?:\.ai| ai)?\b"),
    row(
        "platform",
        "openai",
        r"\b(?:on|using|use|through|via|with|to)\b (?:the )?(?<!azure )openai(?:'s)?\b(?! or\b)(?: (?:api"
        r"|fine-?tuning(?: api)?|platform))?",
    ),
    row(
        "platform",
        "openai",
        r"\bft:\S*|\b<tuned> (?:an? |the )?(?:gpt-?[34]\S*|davinci|openai)|\bgpt-?[34]\S* <tune>\b",
    ),
    row(
        "owner",
        "nobody",
        r"\b(?:nobody|no one|no-one|there is nobody|there's nobody)\b<..15>\b(?:owns?|maintains?|to (?:own"
        r"|maintain|retrain)|retrains?|responsible|in charge|will (?:own|maintain|retrain)|would (?:own"
        r"|maintain|retrain))\b(?: (?:it|this|that))?",
        WANTED,
    ),
    row(
        "owner",
        "one",
        r"\b(?:i am|i'm|just me,? i'm) (?:the only|alone|a solo|a lone|a single)\b<..35>|\b(?:solo|lone"
        r"|single|one-person) (?:developer|dev|founder|engineer|maintainer|team)\b|\bone person\b<..15>\b"
        r"(?:maintains?|owns?|looks after|retrains?)\b",
        WANTED,
    ),
    row(
        "owner",
        "team",
        r"\b(?:we have a|our|an?) (?:\w+ ){0,3}team\b<..15>\b(?:(?:will|would|can|to) )?(?:maintains?|owns?"
        r"|retrains?|look(?:s)? after|keeps? it)\b(?: (?:it|this|that))?",
        WANTED,
    ),
    row(
        "knowledge",
        "changing",
        r"\b(?:prices?|docs?|documents?|data ?(?:set|base)?|catalog\w*|polic(?:y|ies)|content|inventory"
        r"|stock|products?|facts|it|they|answers?)\b<..25>\b(?:chang\w+|updat\w+|grow\w*|increas\w+)\b<..20>"
        r"\b(?:every|daily|weekly|monthly|often|constantly|all the time|each|regularly|frequently|(?:in)?to "
        r"(?:the )?(?:thousands|millions))\b(?: (?:day|week|month|hour|year))?",
        WANTED,
    ),
    row(
        "rule_exists",
        False,
        r"\b(?:regex(?:es)?|rules?|heuristics?|keywords?(?: lists?| matching)?)\b(?: \w+){0,3}? (?:miss"
        r"(?:es)?|fails?|breaks?|cannot|can ?not|can'?t|won'?t|couldn'?t|do not work|don'?t work|is not enough"
        r"|are not enough|isn't enough|aren't enough|(?:is|are) too brittle)\b<..20>",
        FELT,
    ),
    row(
        "small_model",
        fares,
        r"\b(?:(?:with|use|using|try|to|local|a|an|existing|by|the|like|pretrained|as) ){1,3}(?:\w+ )?"
        r"(?:spacy|gliner|fasttext|logistic regression|setfit|distilbert|bert|flair|en_core_web\w*"
        r"|sentence[- ]transformers?|embedding classifier|xgboost|svm|naive bayes)\b(?: \w+)?",
        WANTED,
    ),
]

NAMES: Mapping[str, tuple[str, ...]] = {
    "azure": ("azure", "microsoft"),
    "openai": ("openai", "gpt"),
    "vertex": ("vertex", "google", "gemini", "gcp"),
    "bedrock": ("bedrock", "aws", "amazon"),
    "together": ("together",),
    "fireworks": ("fireworks",),
    "tinker": ("tinker",),
}


_NO_PLATFORM = re.compile(
    r"\b(?:(?:google )?colab\w*|kaggle|(?:jupyter )?notebooks?|(?:(?:nvidia|tesla) )?(?:t4|p100|k80)s?|gpt-?4-?all"
    r"|lm ?studio|oobabooga|text-generation-webui|gpt-?(?:j|2|neo\w*))\b",
    re.IGNORECASE,
)
"""What is at hand to try something, and serves no product."""
_OWN = re.compile(
    r"\b(?:our|my|own|self|in-?house|host\w*|prem\w*|local\w*|offline|servers?|machines?|hardware|cluster|data ?cent\w+"
    r"|laptops?|workstations?|devices?|phones?|vllm|ollama|rtx|[ah]100s?|[345]0[789]0)\b",
    re.IGNORECASE,
)
"""Of what is at hand, words that make it the place where a product runs."""


def at_hand(said: str) -> bool:
    """Tell whether words name a notebook, a card or a desktop app, and no place where a product runs."""
    rest = _NO_PLATFORM.sub(" ", said)
    named = any(name in rest.lower() for names in NAMES.values() for name in names)
    return rest != said and not (named or _OWN.search(rest))
