"""What is added up while the rows of a file go by, and what it comes to: findings, counts and distributions."""

import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from bot.dataset import repeats
from bot.dataset.forms import CHAT, MARKED, PREFERENCES, REWRITTEN, Looked, Reader
from bot.dataset.kinds import FEW, KINDS, TOKEN_LIMIT, Severity
from bot.dataset.read import TOO_DEEP
from bot.dataset.source import Row
from bot.dataset.texts import Fault, faults
from bot.text.language import identified, language_of, small_words
from bot.text.tokens import estimate

ROWS_KEPT, EXAMPLES = 1000, 3
"""Row numbers and examples kept of one kind of finding; its count goes on."""
OUTLIER, LEAST_OUTLIER = 10, 2000
"""How many times the median's tokens a row has, and how many at least, to be far too long."""
KNOWN, MOSTLY, SELDOM = 20, 0.8, 0.05
"""Answers whose language is told before others are odd, the share of the main one, and that of an odd one."""
LEAST_WORDS, LEAST_LETTERS, LOOKED_AT = 5, 20, 300
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{4}")
"""Letters of which a few say as much as many others."""
_HOLLOW = frozenset({"...", "…", "n/a", "null", "none", "nan", "undefined", "-", "--", "?", "??", "???"})
"""Answers that stand for one, where others say more."""
TALKATIVE = 8
"""Tokens of the median answer from which on a hollow one is no label."""
MOST = 2**32 - 1
_NO_WORDS: Sequence[str] = ()


_estimate = lru_cache(maxsize=16)(estimate)
"""The same instructions stand in every row."""


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
    """What a check of a file found; tokens are estimates by the kind of letters."""

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
    form: str = CHAT
    """What its rows are, as in "chat messages"."""

    @property
    def clean(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass
class _Found:
    count: int = 0
    rows: list[int] = field(default_factory=list[int])
    examples: list[str] = field(default_factory=list[str])


def _counters() -> tuple["array[int]", "array[int]", "array[int]"]:
    return array("I"), array("I"), array("I")


@dataclass
class Tally:
    """What is added up while the file goes by."""

    form: Reader
    near_too: bool
    rows: int = 0
    bad: int = 0
    system: int = 0
    tools: int = 0
    kinds: dict[str, _Found] = field(default_factory=dict[str, _Found])
    orders: Counter[tuple[str, ...]] = field(default_factory=Counter[tuple[str, ...]])
    """How often roles come in each order."""
    sizes: tuple["array[int]", "array[int]", "array[int]"] = field(default_factory=_counters)
    hashes: repeats.Hashes = field(default_factory=repeats.Hashes)
    with_system: list[int] = field(default_factory=list[int])
    without_system: list[int] = field(default_factory=list[int])
    hollow: list[int] = field(default_factory=list[int])
    marks: Counter[bool] = field(default_factory=Counter[bool])
    languages: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    spoken: Counter[str] = field(default_factory=Counter[str])
    main: str = ""
    """The language of most answers so far."""
    usual: frozenset[str] = frozenset()
    """Its small words."""

    def found(self, kind: str, row: int | None = None, where: str = "") -> None:
        entry = self.kinds.setdefault(kind, _Found())
        entry.count += 1
        # A row is named once, however often the same is wrong in it.
        if row is not None and len(entry.rows) < ROWS_KEPT and entry.rows[-1:] != [row]:
            entry.rows.append(row)
        if where and len(entry.examples) < EXAMPLES:
            entry.examples.append(f"row {row}: {where}" if row is not None else where)

    def row(self, row: Row) -> None:
        if row.kind == "comments":
            self.found(row.kind, row.number, row.fault or "")
            return
        self.rows += 1
        looked, fault = None, row.fault
        if fault is None:
            try:
                looked = self.form.look(row.value, row.number)
            except RecursionError:
                fault = TOO_DEEP
        if looked is None:
            self.found(row.kind, row.number, fault or "")
            self.bad += 1
            return
        wrong: list[Fault] = [*looked.faults, *faults(looked.turns)]
        if looked.form != self.form.form and looked.form and not looked.faults:
            wrong.append(Fault("mixed_form", f"{looked.form}, not {self.form.form}"))
        if wrong:
            for one in wrong:
                self.found(one.kind, row.number, one.where)
            self.bad += any(KINDS[one.kind].severity == "error" for one in wrong)
        if looked.turns:
            self.count(row.number, looked)

    def count(self, number: int, looked: Looked) -> None:
        turns = looked.turns
        spoken = [text.lower().split() if role != "system" else _NO_WORDS for role, text in turns]
        self.hashes.add(number, turns, looked.more, spoken, near=self.near_too)
        if looked.mark is not None:
            self.marks[looked.mark] += 1
        roles = tuple([role for role, _ in turns if role not in ("rejected", "reference")])
        self.orders[roles] += 1
        tokens = answers = 0
        answer, words = "", _NO_WORDS
        for (role, text), each in zip(turns, spoken, strict=True):
            size = _estimate(text) if role == "system" else estimate(text, len(each))
            tokens += size
            if role == "assistant":
                answers += size
                answer, words = text, each
        messages, all_tokens, answer_tokens = self.sizes
        messages.append(len(roles))
        all_tokens.append(tokens if tokens < MOST else MOST)
        answer_tokens.append(answers if answers < MOST else MOST)
        if tokens > TOKEN_LIMIT:
            self.found("long_row", number, f"about {tokens:,} tokens")
        if "system" in roles or "developer" in roles:
            self.system += 1
            self._keep(self.with_system, number)
        else:
            self._keep(self.without_system, number)
        self.tools += looked.tools
        self.language(number, answer, words[:LOOKED_AT])

    def language(self, number: int, answer: str, words: Sequence[str]) -> None:
        """Note the language of an answer by its first words, where it is text enough."""
        text = answer[:LOOKED_AT].strip()
        if len(text) < LEAST_LETTERS and not _SIGNS.search(text):
            if text.lower() in _HOLLOW:
                self._keep(self.hollow, number)
            return
        if text[0] in "{[<`":
            return
        if self.usual and not self.usual.isdisjoint(words):
            self.spoken[self.main] += 1
            return
        if len(words) < LEAST_WORDS and text.isascii():
            return
        # The commonest words are enough for most, and the library takes long to load.
        name = language_of([text]) or identified([text])
        if name is None:
            return
        self.spoken[name] += 1
        self._keep(self.languages.setdefault(name, []), number)
        if not self.usual and self.spoken[name] >= KNOWN and self.spoken[name] > MOSTLY * self.spoken.total():
            self.main, self.usual = name, small_words(name)

    def merge(self, later: "Tally") -> None:
        """Add what was added up of the rows that follow."""
        for kind, found in later.kinds.items():
            entry = self.kinds.setdefault(kind, _Found())
            entry.count += found.count
            entry.rows += found.rows[: ROWS_KEPT - len(entry.rows)]
            entry.examples += found.examples[: EXAMPLES - len(entry.examples)]
        self.rows, self.bad = self.rows + later.rows, self.bad + later.bad
        self.system, self.tools = self.system + later.system, self.tools + later.tools
        self.orders += later.orders
        self.marks += later.marks
        self.spoken += later.spoken
        for mine, other in zip(self.sizes, later.sizes, strict=True):
            mine.extend(other)
        self.hashes.extend(later.hashes)
        self.with_system += later.with_system[: ROWS_KEPT - len(self.with_system)]
        self.hollow += later.hollow[: ROWS_KEPT - len(self.hollow)]
        self.without_system += later.without_system[: ROWS_KEPT - len(self.without_system)]
        for name, numbers in later.languages.items():
            held = self.languages.setdefault(name, [])
            held += numbers[: ROWS_KEPT - len(held)]

    def near(self, found: Iterator[tuple[int, int]]) -> None:
        for number, other in sorted(found):
            self.found("near_duplicate", number, f"nearly row {other}")

    @staticmethod
    def _keep(numbers: list[int], number: int) -> None:
        if len(numbers) < ROWS_KEPT:
            numbers.append(number)

    def result(self, file: str) -> Checked:
        for number, first in sorted(repeats.equal(self.hashes)):
            self.found("duplicate", number, f"the same as row {first}")
        if self.form.form != PREFERENCES and self.form.form != MARKED:
            for number, first in sorted(repeats.contradicted(self.hashes)):
                self.found("contradiction", number, f"the question of row {first}")
        self._about_rows()
        findings = [
            Finding(code, kind.severity, kind.says, kind.fix, kind.source, found.count, *_kept(found))
            for code, kind in KINDS.items()
            if (found := self.kinds.get(code))
        ]
        roles: dict[str, int] = {}
        for order, count in self.orders.items():
            for role in filter(None, order):
                roles[role] = roles.get(role, 0) + count
        messages, tokens, answers = (_spread(sizes) for sizes in self.sizes)
        return Checked(
            file=file,
            rows=self.rows,
            rows_with_errors=self.bad,
            findings=tuple(sorted(findings, key=lambda finding: finding.severity)),
            roles=roles,
            with_system=self.system,
            with_tools=self.tools,
            messages=messages,
            tokens=tokens,
            answer_tokens=answers,
            form=self.form.form,
        )

    def _about_rows(self) -> None:
        """Find what only all rows together tell."""
        self._systems()
        self._lengths()
        if self.hollow and (answers := _spread(self.sizes[2])) and answers.median >= TALKATIVE:
            for number in self.hollow:
                self.found("placeholder", number, "answer: it says nothing")
        self._odd_languages()
        if len(self.marks) == 1 and self.rows > 1:
            self.found("one_mark", where=f"all are marked {'good' if True in self.marks else 'bad'}")
        if self.form.form in REWRITTEN:
            self.found("form", where=self.form.form)
        if (chosen := self.form.chosen) and chosen.others:
            others = "; or ".join(f"{a} and {b}" for a, b in chosen.others)
            self.found("fields", where=f"read {chosen.input} and {chosen.wanted}; it could also be {others}")
        if few := next((kind for bound, kind in FEW if self.rows < bound), None):
            self.found(few, where=f"{self.rows} rows" if self.rows != 1 else "1 row")

    def _systems(self) -> None:
        counted = len(self.hashes.number)
        if self.form.form != CHAT or not counted:
            return
        if not self.system:
            self.found("no_system")
        elif self.system * 2 >= counted:
            self._several("some_system", self.without_system, counted - self.system)
        else:
            self._several("odd_system", self.with_system, self.system)

    def _lengths(self) -> None:
        sizes = self.sizes[1]
        if len(sizes) < KNOWN:
            return
        limit = max(LEAST_OUTLIER, OUTLIER * _by_rank(sizes)(len(sizes) // 2))
        long = [n for n, size in enumerate(sizes) if limit < size <= TOKEN_LIMIT]
        for n in long:
            self.found("outlier", self.hashes.number[n], f"about {sizes[n]:,} tokens")

    def _odd_languages(self) -> None:
        every = self.spoken.total()
        name = max(self.spoken, key=lambda each: self.spoken[each], default="")
        if every < KNOWN or self.spoken[name] < MOSTLY * every:
            return
        for other, numbers in self.languages.items():
            if other != name and self.spoken[other] <= max(1, SELDOM * every):
                for number in numbers:
                    self.found("language", number, f"{other}, where most are {name}")

    def _several(self, kind: str, numbers: Sequence[int], count: int) -> None:
        for number in numbers:
            self.found(kind, number)
        if numbers:
            self.kinds[kind].count = count


def _kept(found: _Found) -> tuple[tuple[int, ...], tuple[str, ...]]:
    return tuple(found.rows), tuple(found.examples)


def _spread(values: "array[int]") -> Spread | None:
    if not values:
        return None
    at = _by_rank(values)
    low, middle, high = (at(max(0, -(-len(values) * percent // 100) - 1)) for percent in (5, 50, 95))
    total = sum(values)
    return Spread(at(0), low, middle, round(total / len(values), 1), high, at(len(values) - 1), total)


def _by_rank(values: "array[int]") -> Callable[[int], int]:
    """Return what gives the value at a place of their order: few are different, so none but these are held."""
    ordered = sorted(Counter(values).items())
    upto = list(accumulate(count for _, count in ordered))
    return lambda place: ordered[bisect_right(upto, place)][0]
