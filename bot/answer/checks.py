"""What must hold of an answer before it is said. Pure; each fault in words that a repair can use."""

import re
from collections.abc import Iterable
from datetime import date

from bot.answer.arithmetic import ArithmeticFault, evaluate
from bot.answer.draft import CODE, MARK, Draft, sentences
from bot.answer.echoes import echoes, repeated
from bot.answer.figures import carried, money_in, numbers_in, rounds_to, values_in
from bot.answer.material import Material
from bot.answer.prompt import ADVISED, HARD_LIMIT, MOST_WORDS
from bot.answer.stance import advises_tuning
from bot.text.language import NAMES, language_of

MOST_STEPS, LONGEST_QUESTION, LONGEST_LINE, LONGEST_CODE = 4, 50, 80, 250
MOST_SMALL = 10.0
SAID_WORDS, QUOTED_WORDS = 4, 8
"""From how many words on a quotation must stand in the data: where it is said of somebody, and in any case."""
_UNITS = frozenset((*map(float, range(11)), 12, 24, 30, 52, 60, 100, 365, 730, 1000, 3600, 86400, 1e6, 0.95, 0.5))
_LINK = re.compile(
    r"(?i)\b(?:https?|ftp)\s*:\s*/{0,2}[^\s)\]>]+|\b(?:slack|discord|file)\s*:\s*//[^\s)\]>]+"
    r"|\b(?:mailto|tel)\s*:\s*[^\s)\]>]*[@\d][^\s)\]>]*|\bwww\.[^\s)\]>]+"
    r"|(?<![\w+])\+\d{1,3}[ (./-]{1,2}\d[\d ()./-]{4,16}\d"
)
_DOMAIN = re.compile(
    # A chain of names is looked at from its first one only: a long one would be looked at from each.
    r"(?i)(?<![a-z0-9-])(?<![a-z0-9-]\.)(?:(?:[a-z0-9-]+\.)+(?:com|org|net|io|ai|dev|co|app|gg|me|info|de|fr|es|cn|ru|jp|uk|eu|ly|xyz|"
    r"example|onion|top|tk|link|click|site|online|biz)\b(?:/\S*)?"
    r"|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S+|[a-z0-9-]+[。．｡](?:com|org|net|io|example|xyz|onion|top|site)\b)"
    r"|\bhxxps?\b\S*|\w\s?[\[({](?:\.|dot)[\])}]\s?\w+"
)
_MENTION = re.compile(
    r"<[@#!:a](?=[\w!&:])[^>\n]{0,80}>?|<(?:t|id|subteam\^)[:^][^>\n]{0,80}>?|@\s?(?:here|everyone|channel)\b|(?<![\w.@/-])@[\w.-]{2,}",
    re.IGNORECASE,
)
# A pattern that looks behind itself has "(?<!" before what it must not find there.
_ALWAYS = re.compile(
    r"<[@#][\w!&^][^>\n]{0,80}>?|@\s?(?:here|everyone|channel)\b|<@&|<!(?:here|channel|everyone|subteam|date)\b"
    r"|(?<!\(\?)<!",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)|<[^>\s|]+\|[^>\n]*>|</?[a-zA-Z][^>\n]{0,80}>|\|\|[^|\n]+\|\|")
_HEADING = re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+\S|^[ \t]*+-#\s")
_TABLE = re.compile(r"(?m)^[ \t]*+\|.*\|[ \t]*$")
# Short ones are found too, so that the end of one and the begin of the next make none.
_QUOTED = re.compile(r"[\"“„«‚‘]([^\"“”„«»\n]{1,400})[\"”“»]|「([^「」\n]{6,400})」|『([^『』\n]{6,400})』")
_LEAST_QUOTED = 8
_SAYS = re.compile(
    r"(?i)\b(?:said|says?|wrote|writes?|told|tells?|asked|mention(?:s|ed)|reported|described|"
    r"your words|according|schr[ei]+b\w*|"
    r"sag\w*|erwähn\w*|dit(?:es)?|écri\w*|dij\w*|dice[ns]?|escrib\w*|disse\w*|escrev\w*|scritto|detto)\b|说|說|写|寫|言"
)
_EFFORT = re.compile(
    r"(?i)\(\s*(?:about |ca\. |~)?\d[\d\s–-]*(?:min\w*|hours?|h|days?|weeks?|stunden?|tage?|wochen?|heures?|"
    r"jours?|horas?|d[ií]as?|ore|giorni|uur|dagen|часа?|分钟|小时|天|分|時間)\s*\)"
)
"""How long a step takes is an estimate of whoever says it."""
_ABOUT_ITSELF = re.compile(
    r"(?i)\b(?:(?:the|this|your|my) (?:computed |given |provided |above )?(?:verdict|stance|material|"
    r"json object|schema above|candidate steps?|provided sources?|offered sources?)|as an ai|as a language model|"
    r"i was told to|(?:these|my|the (?:given|provided)) instructions|"
    r"(?:die|das|meine[nr]?|den) (?:vorgegebene\w* |berechnete\w* )?(?:verdikt|materialien|anweisungen))\b|</?data>"
)
_ASSUMED = re.compile(
    r"(?i)\b(?:assum\w*|suppos\w*|say,|for example|e\.g\.|angenommen\w*|annahme\w*|beispiel\w*|z\. ?b\.|"
    r"supong\w*|asum\w*|por ejemplo|hypoth[eè]s\w*|par exemple|assumi\w*|supon\w*|ipotizz\w*|aangenomen|предпо\w*)|"
    r"假设|假設|假定|比如|例如|仮定|例えば"
)
"""What marks a figure as an assumption of whoever answers."""
CHANGES = "would change if"
"""By these words people find what a verdict hangs on."""
_RULE = re.compile(r"Rule \d")
_AFTER = re.compile(r"(?<=\])(?:\s?[,;:、，；]|\s(?:and|but|und|aber|et|mais|y|pero|e|ma|mas|en|maar)\s)[^\[]*$")
"""What follows the last footnote of a sentence behind a comma or an "and": it does not rest on it."""
_DATE = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_RULE_ID = re.compile(r"\b[a-z][a-z-]*(?:-\d)?#[a-z][a-z-]+\b")


def faults(draft: Draft, material: Material) -> list[str]:
    """Return what keeps a draft from being said; nothing where it may be."""
    sums, wrong = _calculated(draft, material)
    found = [
        *_footnotes(draft, material),
        *wrong,
        *_numbers(draft, material, sums),
        *_foreign("\n".join((draft.whole, *_aside(draft))), material),
        *echoes(draft, material),
        *_form(draft, material),
        *_stance(draft, material),
        *_question(draft, material),
    ]
    if draft.objection and draft.objection[0] not in material.objectable:
        found.append(f"`objection` names {draft.objection[0]}, which may not be objected to: use null")
    return list(dict.fromkeys(found))


def _footnotes(draft: Draft, material: Material) -> list[str]:
    found: list[str] = []
    for number, source in draft.footnotes.items():
        if source not in material.ids:
            found.append(f"footnote [{number}] names a source that was not offered: use an offered id or drop it")
        if number not in draft.used:
            found.append(f"footnote [{number}] is not used in the text: use it or drop it")
    missing = sorted(draft.used - set(draft.footnotes))
    found += [f"[{number}] stands in the text and `footnotes` has no such number" for number in missing]
    return found


def _calculated(draft: Draft, material: Material) -> tuple[frozenset[float], list[str]]:
    """Return the results that rest on known numbers, and what is wrong with the calculations."""
    known = values_in((*material.case, *(i.text for i in material.items), *(s.text for s in material.steps)))
    known |= _assumed(draft) | _until(material)
    results: set[float] = set()
    wrong: list[str] = []
    for expression, claimed in draft.calculations:
        shown = expression[:80]
        if re.fullmatch(r"[\d.]+", expression.strip()):
            continue  # a number alone is harmless, and proves nothing
        try:
            value, numbers = evaluate(expression)
        except ArithmeticFault as fault:
            wrong.append(f"the calculation `{shown}` cannot be repeated: {fault}")
            continue
        if not _near(value, claimed):
            wrong.append(f"the calculation `{shown}` gives {value:.6g}, not {claimed:.6g}")
        elif all(n in _UNITS or _known(n, known) or any(_near(r, n) for r in results) for n in numbers) and any(
            _known(n, known) or any(_near(r, n) for r in results) for n in numbers
        ):
            results |= {value, value * 100, *numbers}  # the days of a month that it reckons with, for one
    return frozenset(results), wrong


def _near(value: float, shown: float) -> bool:
    return abs(value - shown) <= max(0.01 * abs(value), 1e-9) or rounds_to(value, shown)


def _known(number: float, known: Iterable[float]) -> bool:
    return any(abs(number - k) <= 1e-9 * max(1.0, abs(k)) for k in known)


def _numbers(draft: Draft, material: Material, sums: frozenset[float]) -> list[str]:
    """Hold each number of a footnoted claim to its sources, and each sum of money to anything that is known."""
    text_of = {item.id: item.text for item in material.items}
    case = values_in((*material.case, *(s.text for s in material.steps), str(material.day))) | sums | {95.0, 0.95}
    case |= _assumed(draft) | _until(material) | ADVISED
    every = case | values_in(text_of.values())
    worked = {v for expression, _ in draft.calculations for v in _values(expression)}
    found: list[str] = []
    for sentence in sentences(draft.whole):
        cited = [text_of.get(draft.footnotes.get(int(n), ""), "") for n in MARK.findall(sentence)]
        bare = _EFFORT.sub(" ", re.sub(r"^\d+\.\s", "", sentence))
        if cited:
            allowed = case | values_in(cited)
            for number in numbers_in(_AFTER.sub("", bare)):
                # "three to five examples" is advice of many sources: which of them is cited matters little.
                small = max(number.meanings) <= MOST_SMALL
                if not carried(number, every if small else allowed):
                    found.append(
                        f'the number {number.written} in "{_short(sentence)}" stands neither in the cited source nor '
                        "in the case: correct it, add the calculation, or take the footnote away"
                    )
        for amount in money_in(bare):
            if not carried(amount, every | worked):
                found.append(f"the amount {amount.written} stands nowhere in the data and no calculation gives it")
    return found


def _assumed(draft: Draft) -> frozenset[float]:
    """Return the numbers that the answer itself marks as assumed; a sum of money is none."""
    said = [each for each in sentences(draft.whole) if _ASSUMED.search(each)]
    money = {value for each in said for amount in money_in(each) for value in amount.meanings}
    return frozenset(values_in(said)) - money


def _until(material: Material) -> frozenset[float]:
    """Return how far the dates that are offered lie from the day of the answer, in days, weeks and months."""
    found: set[float] = set()
    for year, month, day in _DATE.findall("\n".join((*material.case, *(i.text for i in material.items)))):
        try:
            days = abs((date(int(year), int(month), int(day)) - material.day).days)
        except ValueError:
            continue
        found |= {float(days), float(days // 7), float(round(days / 7)), float(round(days / 30.4))}
    return frozenset(found)


def _values(expression: str) -> tuple[float, ...]:
    try:
        value, numbers = evaluate(expression)
    except ArithmeticFault:
        return ()
    return (value, *numbers)


def _foreign(said: str, material: Material) -> list[str]:
    """Find links, mentions, markup and quotations that are not in the sources or the case."""
    bare = CODE.sub(" ", said)
    given = "\n".join((*material.asks, *material.heard, *(i.text for i in material.items)))
    written = "\n".join(i.text for i in material.items)
    found: list[str] = []
    for link in [*_LINK.findall(said), *(d.group() for d in _DOMAIN.finditer(bare))]:
        if link.rstrip(".,;") not in written:
            found.append(f"the link or address {link[:60]} was not in the sources: leave it out")
    for mention in [*_ALWAYS.finditer(said), *_MENTION.finditer(bare)]:
        found.append(f"the mention {mention.group()[:40]} must not stand in an answer")
    found += [f"the markup {m.group()[:40]} must not stand in an answer" for m in _MARKUP.finditer(bare)]
    plain = _flat(given + "\n" + "\n".join((*material.facts, *material.decision, *(s.text for s in material.steps))))
    for match in _QUOTED.finditer(bare):
        quoted = next(group for group in match.groups() if group)
        if match.group(1) and len(quoted) < _LEAST_QUOTED:
            continue
        least = SAID_WORDS if _SAYS.search(bare[max(0, match.start() - 60) : match.end() + 30]) else QUOTED_WORDS
        if _length(quoted) >= least and _flat(quoted).rstrip(".,!?…") not in plain:
            found.append(
                f'nobody here wrote "{_short(quoted)}": quote only what stands in the data, and put wordings to try in '
                "backticks"
            )
    return found


def _aside(draft: Draft) -> tuple[str, ...]:
    """Return what is said beside the answer."""
    return (draft.question or "", draft.objection[1] if draft.objection else "")


def _form(draft: Draft, material: Material) -> list[str]:
    found: list[str] = []
    words, code = _length(CODE.sub(" ", draft.whole)), _length(" ".join(CODE.findall(draft.whole)))
    if not draft.text:
        found.append("`text` is empty: answer what was asked")
    if words > HARD_LIMIT:
        found.append(f"it has {words} words: at most {MOST_WORDS} beside code blocks")
    if code > LONGEST_CODE:
        found.append(f"its code blocks have {code} words: at most {LONGEST_CODE}")
    if len(draft.steps) > MOST_STEPS:
        found.append(f"it has {len(draft.steps)} steps: at most {MOST_STEPS}")
    if _HEADING.search(CODE.sub(" ", draft.whole)) or _TABLE.search(CODE.sub(" ", draft.whole)):
        found.append("it has headings or a table: write short paragraphs")
    if draft.whole.count("```") % 2:
        found.append("a code block is not closed")
    prose = _QUOTED.sub(" ", CODE.sub(" ", draft.whole))
    spoken = language_of([prose])
    if material.language and spoken and spoken != material.language:
        found.append(f"it is in {spoken}: write {material.language}, the language of who asked")
    elif not material.language and "".join(material.asks).isascii() and spoken not in (None, *NAMES):
        found.append(f"it is in {spoken}: write the language of who asked")
    if match := _ABOUT_ITSELF.search(prose):
        found.append(f'"{match.group()}" is a remark about how this answer is made: speak of the case alone')
    inside = [name for name in material.internal if re.search(rf"\b{re.escape(name)}\b", prose)]
    inside += _RULE_ID.findall(prose)
    found += [f"`{name}` is a name of ours that the reader does not know: say it in plain words" for name in inside]
    return found


def _stance(draft: Draft, material: Material) -> list[str]:
    found: list[str] = []
    if draft.stance != material.stance:
        found.append(f"its stance is `{draft.stance}`: keep to `{material.stance}`")
    prose = CODE.sub(" ", draft.whole)
    for headline in material.headlines:
        named = re.escape(headline)
        if re.search(rf"(?:[*_\"“„«]|(?i:verdict|advice|urteil|verdikt)\W{{1,3}}(?:is |ist )?){named}", prose):
            found.append(f'it names another verdict, "{headline}": leave it out')
    if not material.tuning and (sentence := advises_tuning("\n\n".join((prose, *_aside(draft))))):
        found.append(
            f'"{_short(sentence)}" advises to tune, and here that is not yet right: say what comes first; a recipe may '
            "follow a sentence that begins with if you train anyway"
        )
    return found


def _question(draft: Draft, material: Material) -> list[str]:
    if draft.objection and _length(draft.objection[1]) > LONGEST_QUESTION:
        return ["`objection` must say why in one short sentence"]
    if draft.question is None:
        return []
    if not draft.question.rstrip().endswith(("?", "？", "؟")) or _length(draft.question) > LONGEST_QUESTION:
        return ["`question` must be one short sentence that asks, with a question mark"]
    return []


def brief_holds(draft: Draft, material: Material) -> bool:
    """Tell whether the verdict in brief may be said in the words of a draft: else the rules' words stand there."""
    if len(draft.lines) != len(material.lines):
        return False
    said, pairs = "\n".join(draft.lines), list(zip(draft.lines, material.lines, strict=True))
    spoken = language_of([_QUOTED.sub(" ", line) for line in draft.lines])
    return (
        all(map(_keeps, draft.lines, material.lines))
        and (material.language not in (None, "English") or all(CHANGES in s for s, g in pairs if CHANGES in g))
        and (spoken is None or spoken == (material.language or "English"))
        and not _foreign(said, material)
        and not repeated(said, material)
        and not any(name in said and name not in "\n".join(material.lines) for name in material.headlines)
        and (material.tuning or not advises_tuning("\n\n".join(draft.lines)))
    )


def _keeps(said: str, given: str) -> bool:
    """Tell whether a line says no number and no rule but those of the line that it puts in other words."""
    rule, allowed = _RULE.search(given), values_in((given,))
    return (
        0 < _length(said) <= LONGEST_LINE
        and (rule is None or rule.group() in said)
        and all(carried(number, allowed) for number in numbers_in(said))
    )


def _length(text: str) -> int:
    """Count words; two characters of a script without spaces count as one."""
    dense = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]", text))
    return dense // 2 + len(
        re.findall(r"[^\W_]+(?:['’.,-][^\W_]+)*", re.sub(r"[\u3040-\u30ff\u3400-\u9fff]", " ", text))
    )


def _flat(text: str) -> str:
    return re.sub(r"[\s\W_]+", " ", text.lower()).strip()


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 90 else f"{flat[:89]}…"
