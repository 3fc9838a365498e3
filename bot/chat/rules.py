"""The rules in words: a whole one, one in short, one passage, each with its sources. Pure."""

from collections.abc import Iterable

from knowledge.load import Knowledge
from knowledge.schema import CITED, Passage


def rule_name(knowledge: Knowledge, rule: str) -> str:
    """Name a rule as it is cited: "Rule 2 · Try words before weights"."""
    title = knowledge.rules[rule].title
    number = rule.removeprefix("rule-")
    return f"Rule {number} · {title}" if number.isdigit() else title


def passage(knowledge: Knowledge, found: Passage) -> str:
    """Quote a passage with its rule and its numbered sources."""
    ids = list(dict.fromkeys(CITED.findall(found.text)))
    text = CITED.sub(lambda m: f" [{ids.index(m.group(1)) + 1}]", found.text)
    head = f"**{rule_name(knowledge, found.rule)} · {found.name.replace('-', ' ')}**"
    return f"{head}\n\n{text}\n\n{sources(knowledge, ids)}"


def sources(knowledge: Knowledge, ids: Iterable[str]) -> str:
    """List sources with who says it and the day it was checked."""
    return "\n\n".join(f"[{i}] {_source(knowledge, id)}" for i, id in enumerate(ids, 1))


def _source(knowledge: Knowledge, id: str) -> str:
    source = knowledge.sources[id]
    link = f" <{source.url}>" if source.url else ""
    note = f" ({source.note})" if source.note else ""
    return f"{source.by}, {source.title}{note}, checked {source.checked}{link}"


def rule(knowledge: Knowledge, id: str) -> str:
    """Say a whole rule: its passages, and its sources once."""
    found = knowledge.rules[id]
    text = "\n\n".join([found.intro, *(p.text for p in found.passages)])
    ids = list(dict.fromkeys(CITED.findall(text)))
    number = {id: i for i, id in enumerate(ids, 1)}
    body = "\n\n".join(f"### {p.name.replace('-', ' ')}\n\n{p.text}" for p in found.passages)
    body = CITED.sub(lambda m: f" [{number[m.group(1)]}]", f"{found.intro}\n\n{body}")
    return f"## {rule_name(knowledge, id)}\n\n{body}\n\n{sources(knowledge, ids)}"


def rule_in_short(knowledge: Knowledge, id: str) -> str:
    """Say a rule by the first sentence of each passage."""
    found = knowledge.rules[id]
    points = [f"- {p.name.replace('-', ' ')}: {p.short}" for p in found.passages]
    more = (
        f"Read one in full with `rule {id.removeprefix('rule-')} {found.passages[0].name}`." if found.passages else ""
    )
    return "\n".join([f"**{rule_name(knowledge, id)}**", "", CITED.sub("", found.intro), "", *points, "", more])


def rule_id(knowledge: Knowledge, words: str) -> str | None:
    """Return the rule that somebody means: "2", "rule 2", "rule-2", "retrieval"; None where there is none."""
    name = words.strip().lower().removeprefix("rule").strip(" -")
    return next((r for r in (f"rule-{name}", name) if r in knowledge.rules), None)


def rule_list(knowledge: Knowledge) -> str:
    """List the five rules and what stands beside them."""
    lines = [f"- `{r.id}`: {r.title}" for r in knowledge.rules.values()]
    return "\n".join(["Read one with `rule 2` or `rule retrieval`.", "", *lines])
