"""Which field of flat records is the input and which the wanted answer, by name and by what stands in them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.samples.names import ANSWERS, IDEALS, INPUTS, LABELS, LAST_INPUTS, LEADS, TEXTS, is_aside, plain
from bot.samples.records import trimmed

LOOKED_AT = 200
"""Rows that are looked at in order to choose."""
MOST_NAMES = 200
MOST_OTHERS = 8
MOST_SHOWN = 12
"""Names that are told of those that are there."""
_KNOWN = frozenset(
    {"yes", "no", "true", "false", "positive", "negative", "neutral", "high", "medium", "low", "spam", "ham", "pass"}
    | {"fail", "good", "bad", "urgent", "normal"}
)


@dataclass(frozen=True)
class Chosen:
    """The two fields as they are written in the records."""

    input: str
    wanted: str
    lead: str | None = None
    """A field with an instruction about the input."""
    others: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()


class Unknown(Exception):
    """Say that the fields could not be told apart; the possible readings are in `others`."""

    def __init__(self, names: Sequence[str], missing: str) -> None:
        self.names, self.missing = tuple(names), missing
        free = _free(names)
        self.others = tuple(islice(((a, b) for a in free for b in free if a != b), MOST_OTHERS))
        super().__init__(missing)


class NoField(Exception):
    """Say that a field which somebody named is none of those that are there."""

    def __init__(self, fields: Sequence[str], names: Sequence[str]) -> None:
        self.names = tuple(names)
        have = set(map(plain, names))
        missing = [field for field in fields if plain(field) not in have]
        told = f"There is no field {' and no field '.join(missing)}"
        if not missing:
            told = f"{fields[0]} cannot be the input and {fields[1]} the wanted answer"
        shown = ", ".join(" ".join(str(name).split())[:40] for name in names[:MOST_SHOWN])
        more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
        super().__init__(f"{told}; there {'is' if len(names) == 1 else 'are'} {shown}{more}")


def choose(rows: Sequence[Mapping[str, Any]], fields: tuple[str, str] | None = None) -> Chosen:
    """Return the fields of input and wanted answer, and which others could be meant.

    Raises Unknown where that cannot be told, and NoField where no row has what `fields` names.
    """
    if fields is not None:
        return _as_told(list(dict.fromkeys(name for row in rows for name in row)), fields)
    values: dict[str, list[str]] = {}
    for row in rows[:LOOKED_AT]:
        for name, value in row.items():
            values.setdefault(name, []).append(trimmed(value))
    names = list(values)[:MOST_NAMES]
    filled = [name for name in names if any(values[name])]
    try:
        return _chosen(filled, values)
    except Unknown:
        # A field that is empty in all rows is still the one that is meant, if no other is.
        return _chosen(names, values)


def _chosen(names: Sequence[str], values: Mapping[str, list[str]]) -> Chosen:
    free = _free(names)
    varied = {name for name in free if len(set(values[name])) > 1 or len(values[name]) == 1}
    asked = _ranked(free, (INPUTS, TEXTS, LAST_INPUTS), varied)
    wanted = _ranked(free, (IDEALS, ANSWERS, LABELS), varied)
    lead = next((n for key in LEADS for n in asked if plain(n) == key), None)
    texts = [n for n in asked if n != lead and plain(n) not in LAST_INPUTS and plain(n) not in LEADS]
    if lead and texts:
        asked = texts + [n for n in asked if n not in texts and n != lead]
    else:
        lead = None
    known = {*asked, *wanted, *([lead] if lead else [])}
    unknown = [n for n in free if n not in known and (n in varied or len(free) == 2)]
    asked, wanted, guessed = _completed(asked, wanted, unknown, values, names)
    into = asked[0]
    out = wanted[0]
    sure = plain(out) in IDEALS
    # What was answered is not what is wanted where both are there, so it is no other reading.
    inputs = [into] if plain(into) in INPUTS and plain(into) != "prompt" else asked
    inputs = [n for n in inputs if plain(n) not in LAST_INPUTS or n == into]
    outputs = [n for n in wanted if plain(n) in IDEALS] if sure else wanted
    outputs = [n for n in outputs if n in varied or n == out]
    others = [(a, b) for a in inputs for b in outputs if (a, b) != (into, out) and a != b]
    if guessed:
        others.append((out, into))
    unused = tuple(n for n in names if n not in (into, out, lead))
    return Chosen(into, out, lead, tuple(others[:MOST_OTHERS]), unused)


def labels(values: Sequence[str]) -> bool:
    """Tell whether answers look like labels: short, and known ones or some that come back."""
    clean = [text.strip().lower() for text in values]
    if not clean or not all(0 < len(text) <= 40 and len(text.split()) <= 3 for text in clean):
        return False
    return set(clean) <= _KNOWN or max(Counter(clean).values()) > 1


def _free(names: Sequence[str]) -> list[str]:
    """Return the names that may be what is asked or answered; of promptfoo's own columns none but what is expected."""
    own = [name for name in names if name.startswith("__") and not name.startswith("__expected")]
    return [name for name in names if not is_aside(plain(name)) and name not in own]


def _as_told(names: Sequence[str], fields: tuple[str, str]) -> Chosen:
    by = {plain(name): name for name in names}
    into, out = (by.get(plain(field)) for field in fields)
    if into is None or out is None or into == out:
        raise NoField(fields, names)
    leads = [] if plain(into) in LEADS else [by[key] for key in LEADS if key in by and by[key] != out]
    lead = leads[0] if leads else None
    return Chosen(into, out, lead, unused=tuple(n for n in names if n not in (into, out, lead)))


def _ranked(names: Sequence[str], tiers: Sequence[Sequence[str]], varied: set[str]) -> list[str]:
    """Return the names that are known, the surest first; beyond the first tier one that never changes comes last."""
    place = {known: (tier, n) for tier, group in enumerate(tiers) for n, known in enumerate(group)}
    found = [name for name in names if plain(name) in place]

    def rank(name: str) -> tuple[int, int]:
        tier, n = place[plain(name)]
        return (tier if tier == 0 or name in varied else tier + len(tiers)), n

    return sorted(found, key=rank)


def _completed(
    asked: list[str], wanted: list[str], unknown: list[str], values: Mapping[str, list[str]], names: Sequence[str]
) -> tuple[list[str], list[str], bool]:
    """Return both lists with something in each, and whether the ends were told by their contents alone."""
    if asked and wanted:
        # A name that says only where a row comes from gives way to a text that nothing else explains.
        if all(plain(n) in LAST_INPUTS for n in asked) and (texts := [n for n in unknown if not labels(values[n])]):
            asked = texts + asked
        return asked, wanted, False
    if asked and not wanted and len(asked) == 2 and not unknown and "content" in map(plain, asked):
        return asked[:1], asked[1:], True
    if asked and unknown:
        return asked, unknown, False
    if wanted and unknown:
        return unknown, wanted, False
    if len(unknown) == 2 and not asked and not wanted:
        first, second = unknown
        swapped = labels(values[first]) and not labels(values[second])
        return ([second], [first], True) if swapped else ([first], [second], True)
    raise Unknown(names, "output" if asked else "input" if wanted else "input and no output")
