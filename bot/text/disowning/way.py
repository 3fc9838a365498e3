"""A way of words by which something is disowned, and what many of them have in common."""

from typing import NamedTuple


class Way(NamedTuple):
    """A way to disown words: what tells it from afar, and its pattern."""

    signs: tuple[str, ...]
    pattern: str


def way(signs: str, pattern: str) -> Way:
    """Make a way of its signs, with `_` for a blank, and its pattern."""
    return Way(tuple(sign.replace("_", " ") for sign in signs.split()), pattern)


SELF = (
    r"(?:,|:)? ?(?:(?:that|dass|que|qu') ?)?[\"']?"
    r"(?=(?:we|i)(?:'\w+)? (?!can\b|could|should|would|might|may\b|must|will\b|need|want)"
    r"|(?:wir|ich|nous|j'|on (?:a|n'a|est|avait|utilise)|tenemos|tengo|usamos|estamos|hay)\b"
    r"|(?:haben|hätten|hatten|nutzen|sind|avons|a-t)[ -](?:wir|nous|on)\b)"
)
"""Words of the author's own follow, about what is so."""
MANY = (
    r"(?:about |around |some |all |like |those |these |at least |more than |over |any ){0,3}"
    r"(?:\d(?:[\d.,]{0,14}\d)?k?\b|(?:an? |one |two |three |four |five |few )?(?:hundred|thousand|dozen)s?)(?!\s?%)"
    r"(?: (?:of |the |our )?(?!\d)[\w-]{1,20}){0,2}? (?:examples?|pairs?|samples?|rows|labels|tickets|test\w*|items"
    r"|records|beispiele|paare|exemples|paires|ejemplos|exemplos|pares)"
    r"(?: (?:cases|items|questions|examples|samples|prompts))?\b"
)
"""A number of rows."""
BEGINS = r"(?:^|[.!?;]\s*+|\n[^\S\n]*+)"
"""Of a run of empty lines only the last is looked at: what states nothing leaves thousands of them."""
AFTER = r"(?:^|[.!?;,]\s*+|\n[^\S\n]*+)"
"""The same behind a comma."""
