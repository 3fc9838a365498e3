"""What a number counts by: calls by a time, and tokens by pieces of text."""

import re

# No letter of Europe stands before: "2,000 pizzas a day" has no "a s", while Chinese has no gaps between its words.
RATES: tuple[tuple[re.Pattern[str], float, str], ...] = tuple(
    (re.compile(rf"(?<![a-zÀ-ɏ])(?:{pattern})", re.IGNORECASE), factor, name)
    for pattern, factor, name in (
        (r"every (?:other|second|2nd) (?:second|sec)\b", 43_200, "other second"),
        (r"every (?:other|second|2nd) min(?:ute)?\b", 720, "other minute"),
        (r"(?:per|an?|each|every|/) ?(?:seconds?|secs?|s)\b|\bqps\b|\brps\b", 86_400, "second"),
        (r"(?:per|an?|each|every|/) ?min(?:ute)?s?\b", 1_440, "minute"),
        (r"(?:per|an?|each|every|/) ?(?:hours?|hrs?|h)\b|\bhourly\b|pro stunde", 24, "hour"),
        (r"(?:per|an?|each|every|/|the) ?days?\b|\bdaily\b|\bnightly\b|every night|am tag|pro tag|al d[ií]a|por d[ií]a"
         r"|par jour|每天|一天|por dia|/ ?d\b|weekdays", 1, "day"),
        (r"(?:per|an?|each|every|/) ?(?:weeks?|wk)\b|\bweekly\b|pro woche|por semana|par semaine|每周", 1 / 7, "week"),
        (r"(?:per|an?|each|every|/|last|this) ?months?\b|\bmonthly\b|(?:im|pro) monat|al mes|por mes|par mois|/ ?mo\b"
         r"|每月|por m[eê]s", 1 / 30, "month"),
        (r"(?:per|an?|each|every|/) ?(?:years?|yr)\b|\byearly\b|\bannually\b|im jahr|al año|par an\b", 1 / 365, "year"),
    )
)  # fmt: skip
MEASURES: tuple[tuple[re.Pattern[str], float, str], ...] = tuple(
    (re.compile(rf"\W{{0,2}}(?:\w+ )?(?:{pattern})\b", re.IGNORECASE), factor, name)
    for pattern, factor, name in (
        (r"tokens?|toks?|tk", 1, "token"),
        (r"(?:a4 )?(?:pages?|seiten?|páginas?)", 700, "page"),
        (r"words?|wörter|palabras|mots", 1.3, "word"),
        (r"sentences?|lines?|sätze", 25, "sentence"),
        (r"paragraphs?", 100, "paragraph"),
        (r"tweets?", 50, "tweet"),
        (r"char(?:acter)?s?|letters", 0.25, "character"),
    )
)
ONE_MEASURE = re.compile(
    r"\b(?P<half>half (?:an? )?)?(?P<one>(?:one|an?|single) )?(?:full |short |single |a4 )?"
    r"(?P<what>word|page|sentence|paragraph|tweet|token)\b",
    re.IGNORECASE,
)


def rate(text: str, end: int, start: int = 0) -> tuple[float, int, str]:
    """Return by what a number from `start` to `end` is multiplied to be a day's, where its words end, and the unit."""
    near = [(m.start(), m.end(), factor, unit) for p, factor, unit in RATES if (m := p.search(text, end, end + 60))]
    if near:
        _, until, factor, unit = min(near)
        return factor, until, unit
    before = [(m.start(), factor, unit) for p, factor, unit in RATES if (m := p.search(text, 0, start))]
    if before:
        _, factor, unit = min(before)
        return factor, end, unit
    return 1.0, end, ""
