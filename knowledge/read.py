"""Read folders of rules, questions and verdicts: what their files say, and every fault in one by itself."""

import re
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.causes import Cause
from knowledge.schema import (
    Alike,
    Clause,
    Fact,
    Intents,
    ModelAge,
    Note,
    Ordinary,
    Question,
    Rule,
    Source,
    Thresholds,
    Verb,
    VerdictText,
)
from knowledge.steps import NextStep
from knowledge.yaml_loader import Loader

TABLES = (
    "facts",
    "sources",
    "notes",
    "verbs",
    "models",
    "prices",
    "intents",
    "thresholds",
    "causes",
    "alike",
    "ordinary",
)
_META = re.compile(r"(covers|about|answers): *(\[.*\])$")
T = TypeVar("T", bound=BaseModel)


class Reader:
    """Collects files of one or more folders, and every fault with its file."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.facts: dict[str, Fact] = {}
        self.questions: dict[str, tuple[str, Question]] = {}
        self.rules: dict[str, tuple[str, Rule]] = {}
        self.clauses: list[Clause] = []
        self.clause_ids: set[str] = set()
        """Those that a house took out among them."""
        self.steps: dict[str, tuple[str, NextStep]] = {}
        self.causes: dict[str, tuple[str, Cause]] = {}
        self.verdicts: dict[str, tuple[str, VerdictText]] = {}
        self.notes: dict[str, tuple[str, Note]] = {}
        self.sources: dict[str, Source] = {}
        self.verbs: tuple[Verb, ...] = ()
        self.ordinary: tuple[Ordinary, ...] = ()
        self.models: ModelAge | None = None
        self.house = False
        self.rewritten: set[str] = set()
        """Verdicts of ours that a house has put into its own words."""
        self.intents = Intents()
        self.thresholds: Thresholds | None = None
        self.alike: dict[str, tuple[str, ...]] = {}

    def fault(self, file: str, message: str) -> None:
        self.faults.append(f"{file}: {message}")

    def yaml(self, text: str, file: str) -> Any:
        try:
            return yaml.load(text, Loader)  # noqa: S506 - a safe one
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
            self.fault(file, f"this is no valid YAML{where}: {getattr(error, 'problem', error)}")
            return None

    def build(self, model: type[T], data: Any, file: str, what: str = "") -> T | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for e in error.errors(include_url=False, include_input=False):
                field = ".".join(str(x) for x in e["loc"])
                self.fault(file, f"{what}{': ' if what else ''}`{field}`: {e['msg'][0].lower()}{e['msg'][1:]}")
            return None

    def folder(self, root: Path, *, house: bool) -> None:
        self.house = house
        label = f"{root.name}/" if house else ""
        for path in sorted(root.glob("*.y*ml")):
            self.table(path, f"{label}{path.name}")
        for path in sorted((root / "steps").glob("*.y*ml")):
            self.step_file(path, f"{label}steps/{path.name}")
        for kind in ("questions", "rules", "verdicts"):
            for path in sorted((root / kind).glob("*.md")):
                file = f"{label}{kind}/{path.name}"
                try:
                    front, body = _split(path.read_text(encoding="utf-8"))
                except (ValueError, UnicodeDecodeError) as error:
                    self.fault(file, str(error))
                    continue
                data = self.yaml(front, file)
                if isinstance(data, dict):
                    getattr(self, kind[:-1])(data, body, file)
                elif data is not None:
                    self.fault(file, "the part between the two `---` lines must be `key: value` lines")

    def table(self, path: Path, file: str) -> None:
        name = path.stem
        if name not in TABLES:
            self.fault(file, "nothing reads a file of this name; see README.md for the names")
            return
        if name == "prices":  # knowledge/prices.py reads it
            return
        try:
            data = self.yaml(path.read_text(encoding="utf-8"), file)
        except UnicodeDecodeError as error:
            self.fault(file, f"this is not UTF-8 (byte {error.start + 1})")
            return
        if name == "verbs":
            self.verbs = self.rows(Verb, data, file)
        elif name == "ordinary":
            self.ordinary = self.rows(Ordinary, data, file)
        elif name == "models":
            self.models = self.build(ModelAge, data, file)
        elif name == "intents":
            if read := self.build(Intents, data, file):
                said = {
                    intent: (*getattr(self.intents, intent), *getattr(read, intent)) for intent in read.model_fields_set
                }
                self.intents = self.intents.model_copy(update=said)
        elif name == "thresholds":
            self.thresholds = self.build(Thresholds, data, file)
        elif name == "alike":
            if read := self.build(Alike, {"words": data}, file):
                merged = {name: (*self.alike.get(name, ()), *others) for name, others in read.words.items()}
                self.alike = {**self.alike, **merged}
        elif not isinstance(data, dict):
            self.fault(file, "must be a table of `id: {…}` entries")
        else:
            for key, entry in cast("dict[object, object]", data).items():
                self.entry(name, str(key), entry, file)

    def rows(self, model: type[T], data: object, file: str) -> tuple[T, ...]:
        if not isinstance(data, list):
            self.fault(file, "must be a list of rows")
            return ()
        rows = [self.build(model, row, file, f"row {i}") for i, row in enumerate(cast("list[object]", data), 1)]
        return tuple(row for row in rows if row)

    def step_file(self, path: Path, file: str) -> None:
        try:
            data = self.yaml(path.read_text(encoding="utf-8"), file)
        except UnicodeDecodeError as error:
            self.fault(file, f"this is not UTF-8 (byte {error.start + 1})")
            return
        if not isinstance(data, dict):
            self.fault(file, "must be a table of `id: {…}` entries")
            return
        for key, entry in cast("dict[object, object]", data).items():
            if not isinstance(entry, dict):
                self.fault(file, f"{key}: must be `{{…}}`")
            elif step := self.build(NextStep, {"id": str(key), **cast("dict[str, Any]", entry)}, file, str(key)):
                self.steps[step.id] = (file, step)

    def entry(self, table: str, key: str, given: object, file: str) -> None:
        if not isinstance(given, dict):
            self.fault(file, f"{key}: must be `{{…}}`")
            return
        entry = cast("dict[str, Any]", given)
        if table == "facts" and (fact := self.build(Fact, {"name": key, **entry}, file, key)):
            if key in self.facts and (fact.type, fact.known_by) != (self.facts[key].type, self.facts[key].known_by):
                self.fault(file, f"{key}: its type is {self.facts[key].type}; a house may add values, not change types")
            self.facts[key] = fact
        elif table == "notes" and (note := self.build(Note, {"id": key, **entry}, file, key)):
            self.notes[key] = (file, note)
        elif table == "causes" and (cause := self.build(Cause, {"id": key, **entry}, file, key)):
            self.causes[key] = (file, cause)
        elif table == "sources":
            if "checked" not in entry:
                self.fault(file, f"{key}: a source needs the day it was checked (`checked: {date.today()}`)")
            elif source := self.build(Source, {"id": key, **entry}, file, key):
                self.sources[key] = source

    def question(self, data: dict[str, Any], body: str, file: str) -> None:
        if question := self.build(Question, {**data, "help": body.strip()}, file):
            self.questions[question.id] = (file, question)

    def verdict(self, data: dict[str, Any], body: str, file: str) -> None:
        if verdict := self.build(VerdictText, {**data, "meaning": body.strip()}, file):
            if self.house and verdict.id in self.verdicts:
                self.rewritten.add(verdict.id)
            self.verdicts[verdict.id] = (file, verdict)

    def rule(self, data: dict[str, Any], body: str, file: str) -> None:
        clauses: object = data.pop("clauses", None) or []
        if not isinstance(clauses, list):
            self.fault(file, "`clauses` must be a list")
            return
        id = str(data.get("id", ""))
        intro, passages = self.passages(id, body, file)
        if rule := self.build(Rule, {**data, "intro": intro, "passages": passages}, file):
            if id in self.rules:
                old = self.rules[id][1]
                kept = [p for p in old.passages if p.name not in {q.name for q in rule.passages}]
                sources = tuple(dict.fromkeys((*old.sources, *rule.sources)))
                rule = rule.model_copy(update={"passages": (*kept, *rule.passages), "sources": sources})
            self.rules[id] = (file, rule)
        for entry in cast("list[object]", clauses):
            self.add_clause(entry, id, file)

    def passages(self, rule: str, body: str, file: str) -> tuple[str, list[dict[str, Any]]]:
        intro, *sections = re.split(r"^## +", body, flags=re.MULTILINE)
        passages: list[dict[str, Any]] = []
        for section in sections:
            name, _, text = section.partition("\n")
            meta: dict[str, Any] = {}
            lines = text.lstrip("\n").splitlines()
            while lines and (m := _META.match(lines[0].strip())):
                meta[m.group(1)] = self.yaml(m.group(2), file)
                lines.pop(0)
            text = "\n".join(lines).strip()
            if not text:
                self.fault(file, f"passage `{name.strip()}` has no text")
            if name.strip() in {p["name"] for p in passages}:
                self.fault(file, f"there are two passages `{name.strip()}`")
            passages.append({"rule": rule, "name": name.strip(), "text": text, **meta})
        return intro.strip(), passages

    def add_clause(self, given: object, rule: str, file: str) -> None:
        if not isinstance(given, dict):
            self.fault(file, f"a clause must be `{{id: …, verdict: …, when: …}}`, not {given!r}")
            return
        entry = cast("dict[str, Any]", given)
        if set(entry) == {"remove"}:
            if not any(c.id == entry["remove"] for c in self.clauses):
                self.fault(file, f"there is no clause `{entry['remove']}` to remove")
            self.clauses = [c for c in self.clauses if c.id != entry["remove"]]
            return
        what = f"clause {entry.get('id', '?')}"
        clause = self.build(Clause, {**entry, "rule": rule, "file": file, "house": self.house}, file, what)
        if not clause:
            return
        if clause.then and (clause.first is None or len(clause.then) < 2):
            self.fault(file, f"{what}: `then` takes two to four steps and follows a `first` one")
        places = [k for k in ("order", "before", "after", "replace") if getattr(clause, k) is not None]
        if len(places) != 1:
            self.fault(file, f"{what}: give its place once, as `order`, `before`, `after` or `replace`")
            return
        self.clause_ids.add(clause.id)
        if clause.id in {c.id for c in self.clauses} and clause.replace != clause.id:
            self.fault(file, f"{what}: another clause has this id; to take its place write `replace: {clause.id}`")
            return
        if clause.order is not None:
            same = [c for c in self.clauses if c.order == clause.order]
            if same:
                self.fault(file, f"{what}: order {clause.order:g} is taken by `{same[0].id}` in {same[0].file}")
            self.clauses = sorted([*self.clauses, clause], key=lambda c: c.order if c.order is not None else 0.0)
            return
        self.place(clause, what)

    def place(self, clause: Clause, what: str) -> None:
        target = clause.before or clause.after or clause.replace
        ids = [c.id for c in self.clauses]
        if target not in ids:
            self.fault(clause.file, f"{what}: there is no clause `{target}`")
            return
        at = ids.index(target)
        near = self.clauses[at]
        put = clause.model_copy(update={"order": near.order})
        if clause.replace:
            self.clauses[at] = put
        else:
            self.clauses.insert(at if clause.before else at + 1, put)


def _split(text: str) -> tuple[str, str]:
    m = re.match(r"---\n(.*?)\n---\n?(.*)\Z", text.replace("\r\n", "\n"), re.DOTALL)
    if not m:
        raise ValueError("it must begin with a part between two `---` lines")
    return m.group(1), m.group(2)
