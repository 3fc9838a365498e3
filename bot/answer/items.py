"""What a footnote may rest on: passages, and prices, end dates and models with the day they were read. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.chat import rules
from bot.consultation.base import Value
from knowledge import models
from knowledge.load import Knowledge
from knowledge.prices import Inference, Prices
from knowledge.schema import CITED

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“(])")
SEED = "five-rules"
"""The text from which the rules come: what it says is where a passage begins, and no advice by itself."""
MOST_ROWS = 14
COST_WORDS = re.compile(
    r"(?i)\b(?:cost|price|cheap|expens|budget|usd|dollar|money|kosten|preis|teuer|coût|prix|costo|precio|custo|preço)"
)


@dataclass(frozen=True)
class Item:
    """A passage or a dated row that a footnote may rest on."""

    id: str
    title: str
    text: str
    rests_on: tuple[str, ...] = ()
    """Ids of the sources in which it was read."""
    origin: tuple[str, ...] = ()
    """Sentences that report what the text behind the rules says; the passage goes on from it."""

    def tells_origin(self, sentence: str) -> bool:
        return sentence in self.origin


def passage_items(knowledge: Knowledge, refs: Sequence[str]) -> tuple[Item, ...]:
    """Return passages as items."""
    return tuple(_passage_item(knowledge, ref) for ref in refs)


@lru_cache(maxsize=1024)
def _passage_item(knowledge: Knowledge, ref: str) -> Item:
    passage = knowledge.passages[ref]
    return Item(
        ref,
        f"{rules.rule_name(knowledge, passage.rule)}: {passage.name.replace('-', ' ')}",
        CITED.sub("", passage.text),
        tuple(dict.fromkeys(CITED.findall(passage.text))),
        tuple(
            CITED.sub("", told)
            for told in SENTENCE.split(" ".join(passage.text.split()))
            if f"[@{SEED}]" in told or told.startswith("He ")
        ),
    )


def dated_rows(
    prices: Prices, knowledge: Knowledge, talk: str, held: Mapping[str, Value], present: Inference
) -> tuple[Item, ...]:
    """Return the prices, end dates and models that matter here, each with the day it was read."""
    costs = not {"calls_per_day", "spend_month"}.isdisjoint(held) or bool(
        COST_WORDS.search(talk) or {"cost", "latency"} & set(members(held.get("need")))
    )
    rows: list[Item] = []
    priced = [
        row for row in prices.inference if _speaks_of(talk, row.model) or (costs and row in (present, prices.small))
    ]
    for row in priced[:6]:
        cached = f", cached {row.cached_in:.4g}" if row.cached_in is not None else ""
        text = f"{row.model} ({row.provider}): {row.in_:.4g} USD per million input tokens{cached}, {row.out:.4g} output"
        rows.append(
            Item(f"price:{row.provider}/{row.model}", f"Price of {row.model}, {row.checked}", text, (row.source,))
        )
    chosen = held.get("platform")
    places = [name for name in prices.platforms if name == chosen or _speaks_of(talk, name)]
    for name in places[:4]:
        place = prices.platforms[name]
        title = f"Dates of {name}, checked {place.checked}"
        rows.append(Item(f"dates:{name}", title, place.text, (place.source,)))
        for host in prices.hosting:
            if host.platform == name and len(rows) < MOST_ROWS:
                text = f"{host.what}: {host.usd_per_hour:.4g} USD an hour"
                title = f"Hosting at {name}, {host.checked}"
                rows.append(Item(f"hosting:{name}/{host.what}", title, text, (host.source,)))
        for job in prices.training:
            if job.platform == name and len(rows) < MOST_ROWS:
                token, hour = job.usd_per_million_tokens, job.usd_per_hour
                paid = f"{token:.4g} USD per million tokens" if token is not None else f"{hour:.4g} USD an hour"
                title = f"Training at {name}, {job.checked}"
                rows.append(Item(f"training:{name}/{job.base}", title, f"training {job.base}: {paid}", (job.source,)))
    for name in dict.fromkeys(each.name for each in models.names(talk, knowledge.models)):
        entry, age = models.listed(name, knowledge.models), models.age_of(name, knowledge.models)
        if entry is None or age is None or len(rows) >= MOST_ROWS:
            continue
        title, ends = f"Models, checked {knowledge.models.checked}", f" It ends on {entry.ends}." if entry.ends else ""
        said, by = f"{name}: {age} model; {entry.why}{ends}", (entry.source,) if entry.source else ()
        rows.append(Item(f"model:{name}", title, said, by))
    return tuple({row.id: row for row in rows}.values())[:MOST_ROWS]


def named(rows: Sequence[Inference], talk: str) -> Inference | None:
    """Return the price of the model that is named, the longest name first."""
    found = [row for row in rows if not row.finetuned and _speaks_of(talk, row.model)]
    return max(found, key=lambda row: len(row.model), default=None)


def _speaks_of(talk: str, name: str) -> bool:
    # Hardly a name is in a text, which is seen sooner by its longest part.
    return _part(name) in _lower(talk) and _named_so(name).search(talk) is not None


@lru_cache(maxsize=8)
def _lower(talk: str) -> str:
    return talk.lower()


@lru_cache(maxsize=1024)
def _part(name: str) -> str:
    return max(re.split("[ _-]", name.lower()), key=len)


@lru_cache(maxsize=1024)
def _named_so(name: str) -> re.Pattern[str]:
    pattern = re.escape(name.replace("_", " ")).replace(r"\-", "[ -]?").replace(r"\ ", "[ -]?")
    return re.compile(rf"(?i)(?<![\w.])(?:chat)?{pattern}(?![\w]|[.-]\d)")


def members(value: Value | None) -> tuple[str, ...]:
    """Return the members of a set, none of anything else."""
    return value if isinstance(value, tuple) else ()
