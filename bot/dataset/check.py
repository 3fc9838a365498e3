"""A whole file: findings, counts and distributions, in one pass that holds no rows."""

import hashlib
import json
from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.dataset.kinds import FEW, KINDS, TOKEN_LIMIT, Severity
from bot.dataset.read import TOO_DEEP, Source, Unreadable, open_source, rows, text_source
from bot.dataset.rows import Shape, faults, shape

ROWS_KEPT = 1000
"""Row numbers kept of one kind of finding; its count goes on."""


@dataclass(frozen=True)
class Finding:
    """One kind of finding and the rows that have it; `rows` empty where it is about the file."""

    code: str
    severity: Severity
    message: str
    fix: str
    source: str
    count: int
    rows: tuple[int, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """A distribution over rows; percentiles are nearest-rank."""

    min: int
    p5: int
    median: int
    mean: float
    p95: int
    max: int
    total: int


@dataclass(frozen=True)
class Checked:
    """What a check of a file found; tokens are estimates, characters / 4."""

    file: str
    rows: int
    rows_with_errors: int
    findings: tuple[Finding, ...]
    roles: dict[str, int]
    with_system: int
    with_tools: int
    messages: Spread | None
    tokens: Spread | None
    answer_tokens: Spread | None

    @property
    def clean(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


def check(path: Path) -> Checked:
    """Check a file of chat rows; raise Unreadable where it cannot be read at all."""
    return _check(open_source(path))


def check_text(content: str, name: str) -> Checked:
    """Check what such a file holds, already decoded; `name` is what it is called in findings and errors."""
    return _check(text_source(content, name))


def _check(source: Source) -> Checked:
    tally = _Tally()
    _about_file(source, tally)
    last = 0
    for row in rows(source):
        for number in range(last + 1, row.number):
            tally.found("blank_line", number)
        last = row.number
        tally.row(row.number, row.value, row.fault)
    if not tally.rows:
        raise Unreadable(f"{source.name} holds no rows: it needs one JSON object a line.")
    return tally.result(source.name)


def _about_file(source: Source, tally: "_Tally") -> None:
    if source.bom:
        tally.found("byte_order_mark")
    if source.shape != "jsonl":
        tally.found("json_array" if source.shape == "array" else "json_object")


@dataclass
class _Found:
    count: int = 0
    rows: list[int] = field(default_factory=list[int])
    examples: list[str] = field(default_factory=list[str])


def _counters() -> tuple["array[int]", "array[int]", "array[int]"]:
    return array("Q"), array("Q"), array("Q")


@dataclass
class _Tally:
    """What is added up while the file goes by."""

    rows: int = 0
    bad: int = 0
    system: int = 0
    tools: int = 0
    kinds: dict[str, _Found] = field(default_factory=dict[str, _Found])
    roles: Counter[str] = field(default_factory=Counter[str])
    sizes: tuple["array[int]", "array[int]", "array[int]"] = field(default_factory=_counters)
    without_system: list[int] = field(default_factory=list[int])
    seen: dict[bytes, int] = field(default_factory=dict[bytes, int])

    def found(self, kind: str, row: int | None = None, where: str = "") -> None:
        entry = self.kinds.setdefault(kind, _Found())
        entry.count += 1
        # A row is named once, however often the same is wrong in it.
        if row is not None and len(entry.rows) < ROWS_KEPT and entry.rows[-1:] != [row]:
            entry.rows.append(row)
        if where and len(entry.examples) < 3:
            entry.examples.append(f"row {row}: {where}" if row is not None else where)

    def row(self, number: int, value: Any, fault: str | None) -> None:
        self.rows += 1
        try:
            looked = None if fault else (list(faults(value)), shape(value), _digest(value))
        except RecursionError:
            looked, fault = None, TOO_DEEP
        if looked is None:
            self.found("not_json", number, fault or "")
            self.bad += 1
            return
        wrong, counted, digest = looked
        for one in wrong:
            self.found(one.kind, number, one.where)
        self.bad += any(KINDS[one.kind].severity == "error" for one in wrong)
        first = self.seen.setdefault(digest, number)
        if first != number:
            self.found("duplicate", number, f"the same as row {first}")
        if counted.roles:
            self.count(number, counted)

    def count(self, number: int, counted: Shape) -> None:
        self.roles.update(counted.roles)
        for sizes, size in zip(self.sizes, (len(counted.roles), counted.tokens, counted.answer_tokens), strict=True):
            sizes.append(size)
        if counted.tokens > TOKEN_LIMIT:
            self.found("long_row", number, f"about {counted.tokens:,} tokens")
        if "system" in counted.roles or "developer" in counted.roles:
            self.system += 1
        else:
            self.without_system.append(number)
        self.tools += counted.tools

    def result(self, file: str) -> Checked:
        for number in self.without_system:
            self.found("some_system" if self.system else "no_system", number)
        if few := next((kind for bound, kind in FEW if self.rows < bound), None):
            self.found(few, where=f"{self.rows} rows" if self.rows != 1 else "1 row")
        findings = [
            Finding(code, kind.severity, kind.says, kind.fix, kind.source, found.count, *_kept(found))
            for code, kind in KINDS.items()
            if (found := self.kinds.get(code))
        ]
        messages, tokens, answers = (_spread(sizes) for sizes in self.sizes)
        return Checked(
            file=file,
            rows=self.rows,
            rows_with_errors=self.bad,
            findings=tuple(sorted(findings, key=lambda finding: finding.severity)),
            roles=dict(self.roles),
            with_system=self.system,
            with_tools=self.tools,
            messages=messages,
            tokens=tokens,
            answer_tokens=answers,
        )


def _digest(value: Any) -> bytes:
    """Return a hash that is the same for rows with the same content, whatever the order of their keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode("ascii"), digest_size=12).digest()


def _kept(found: _Found) -> tuple[tuple[int, ...], tuple[str, ...]]:
    return tuple(found.rows), tuple(found.examples)


def _spread(values: "array[int]") -> Spread | None:
    if not values:
        return None
    ordered = sorted(values)

    def at(percent: int) -> int:
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    total = sum(ordered)
    return Spread(ordered[0], at(5), at(50), round(total / len(ordered), 1), at(95), ordered[-1], total)
