"""What may follow a command where it is said without a slash, so that ordinary talk is none. Pure."""

import re

_NUMBER = re.compile(r"[~$€]?\d[\d.,_']*(?:k|m)?", re.IGNORECASE)
_MODEL = re.compile(r"[a-z][\w.:/-]*\d[\w.:/-]*", re.IGNORECASE)
_ROLES = frozenset(re.findall(r"\w+", "now tuned tune small smaller against versus vs"))
_COUNTED = _ROLES | frozenset(
    re.findall(
        r"\w+",
        "call calls request requests query queries message messages times a an per each every day daily days "
        "week weekly month monthly hour hours hourly minute second token tokens in out input inputs output "
        "outputs fixed cached prompt answer answers completion completions row rows example examples pair "
        "pairs epoch epochs passes label labels engineering work training hosting hand thousand million k m "
        "with and of at usd dollar dollars euro euros",
    )
)


def costs(rest: str) -> bool:
    """Tell whether words are numbers with their units and names of models; "cost too much" is a complaint."""
    found = re.findall(r"[^\s,;=+]+", rest.lower())
    words = [word for each in found for word in ([each] if _MODEL.fullmatch(each) else each.split("/")) if word]
    counted = [_NUMBER.fullmatch(word) or _MODEL.fullmatch(word) for word in words]
    if not words or not any(counted) or not (counted[0] or words[0] in _ROLES):
        return False
    return all(known or word.strip("-:") in _COUNTED for word, known in zip(words, counted, strict=True))


RULE = re.compile(r"(?:rule-)?(?:\d|\w[\w#-]*)(?: [\w-]+){0,4}").fullmatch
POLITE = re.compile(r",? ?please", re.IGNORECASE).fullmatch
ME = re.compile(r"me", re.IGNORECASE).fullmatch
IT = re.compile(r"(?:it|that|this|the (?:trial|run|test))(?: now)?(?:,? please)?", re.IGNORECASE).fullmatch
THESE = re.compile(
    r"(?:it|this|these|those|them|my samples|the samples|our samples|these samples)(?:,? please)?", re.I
).fullmatch
LAST = re.compile(
    r"(?:it|that|this|one|(?:my |the )?last(?: one| answer)?|my answer)(?: now)?(?:,? (?:please|pls))?|please|pls", re.I
).fullmatch
DATASET = re.compile(
    r"(?:check )?(?:this|that|it|the file|this file|attached)?(?:,? ?please)?", re.IGNORECASE
).fullmatch
TUNED = re.compile(r"`?(?=[^`\s]*[\d:/._-])\w[^`\s]{0,199}`?").fullmatch
_CHANNEL = r"(?:<#[^>]+>|#[\w-]+|[CG][A-Z0-9]{7,}|\d{15,20})"
RECORDED = re.compile(
    r"(?:off|(?:(?:it|this|that|the (?:verdict|result|record)) ?)?(?:(?:as |in |to )(?:an? )?)?"
    r"(?:json|markdown|file|document)?)(?:,? (?:please|pls))?|please|pls",
    re.IGNORECASE,
).fullmatch
WHERE = re.compile(
    rf"here|this|(?:in )?this channel|everywhere|anywhere|all|all channels|every channel|{_CHANNEL}(?:[ ,]+{_CHANNEL})*"
    r"|guests|outsiders|earlier(?: messages)?"
    r"|roles? (?:<@&\d+>|\d{15,20}|everybody|everyone|anybody|anyone|all|@everyone)(?:[ ,]+(?:<@&\d+>|\d{15,20}))*",
    re.IGNORECASE,
).fullmatch
