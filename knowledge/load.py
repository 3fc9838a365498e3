"""Read folders of rules, questions and verdicts into one checked `Knowledge`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from knowledge.causes import Cause, RatedCause
from knowledge.expression import Condition, compile_condition, environment
from knowledge.read import TABLES, Reader
from knowledge.schema import (
    CITED,
    FIVE,
    Ask,
    Clause,
    Fact,
    Intents,
    KnowledgeError,
    ModelAge,
    Note,
    Ordinary,
    Passage,
    Question,
    Rule,
    Source,
    Step,
    Thresholds,
    Value,
    Verb,
    VerdictText,
)
from knowledge.steps import PLACEHOLDER, WORKED_OUT, NextStep, RatedStep
from knowledge.syntax import ExpressionError
from knowledge.values import value_fits

HERE = Path(__file__).parent
PLACES = ("rules/", "questions/", "verdicts/", "steps/", *(f"{table}.yaml" for table in TABLES))


@dataclass(frozen=True)
class Rated:
    """A clause with its compiled condition and its place."""

    id: str
    verdict: str
    condition: Condition
    why: str
    cites: tuple[str, ...]
    rule: str
    headline: str
    """The verdict's, where the clause has none of its own."""
    until: str
    next: tuple[Step, ...]
    takes: str
    """How long its steps take; empty where only each of them says so."""

    @property
    def when(self) -> str:
        return self.condition.source


@dataclass(frozen=True)
class RatedNote:
    """A note with its compiled condition."""

    note: Note
    condition: Condition


@dataclass(frozen=True)
class Following:
    """A value that a fact has where a condition on finer ones holds."""

    fact: str
    value: Value
    condition: Condition


@dataclass(frozen=True)
class Knowledge:
    """All that the advisor knows, checked."""

    facts: Mapping[str, Fact]
    questions: Mapping[str, Question]
    rules: Mapping[str, Rule]
    verdicts: Mapping[str, VerdictText]
    notes: tuple[RatedNote, ...]
    sources: Mapping[str, Source]
    verbs: tuple[Verb, ...]
    ordinary: tuple[Ordinary, ...]
    """Prompts on which a finetune must not have lost what its base can do."""
    models: ModelAge
    clauses: tuple[Rated, ...]
    follows: tuple[Following, ...]
    steps: tuple[RatedStep, ...]
    causes: tuple[RatedCause, ...]
    intents: Intents
    thresholds: Thresholds
    alike: Mapping[str, tuple[str, ...]]
    """What people call one thing, by the name under which passages are found."""
    house: Path | None = None

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as the folder that it was read from: compiled conditions cannot."""
        return again, (self.house,)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Addresses of sources, which may be links in what is said."""
        return frozenset(source.url for source in self.sources.values() if source.url)

    @cached_property
    def passages(self) -> Mapping[str, Passage]:
        return {p.ref: p for rule in self.rules.values() for p in rule.passages}

    @cached_property
    def version(self) -> str:
        """A short name of exactly these rules, passages, verdicts, steps and causes."""
        said = (
            [(c.id, c.verdict, c.when, c.why, c.cites) for c in self.clauses],
            [(ref, p.text) for ref, p in self.passages.items()],
            [repr(v) for v in self.verdicts.values()],
            [repr(s.step) for s in self.steps],
            [repr(c.cause) for c in self.causes],
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:12]

    @cached_property
    def asks(self) -> Mapping[str, Ask]:
        return {fact: ask for q in self.questions.values() for fact, ask in q.facts.items()}

    @cached_property
    def _question_of(self) -> Mapping[str, Question]:
        return {fact: q for q in self.questions.values() for fact in q.facts}

    def question_of(self, fact: str) -> Question:
        """Return the form in which a fact is asked."""
        return self._question_of[fact]

    def clause(self, id: str) -> Rated:
        """Return a clause by id; KeyError where there is none."""
        for clause in self.clauses:
            if clause.id == id:
                return clause
        raise KeyError(id)


def load(house: Path | None = None) -> Knowledge:
    """Load our knowledge and lay a house's folder over it.

    Raises KnowledgeError with every fault found, each with its file and clause.
    """
    if house is None:
        return _ours()
    reader = Reader()
    reader.folder(HERE, house=False)
    if not house.is_dir():
        raise KnowledgeError([f"{house}: there is no such folder of house rules"])
    if not any((house / name).exists() for name in PLACES):
        raise KnowledgeError([f"{house}: it has none of {', '.join(PLACES)}; name the folder that holds these"])
    reader.folder(house, house=True)
    return _checked(reader, house)


@cache
def again(house: Path | None) -> Knowledge:
    """Load the same as another process, once."""
    return load(house)


@cache
def _ours() -> Knowledge:
    """Load our knowledge alone, once: its files come with the program and stay as they are."""
    reader = Reader()
    reader.folder(HERE, house=False)
    return _checked(reader, None)


def _checked(read: Reader, house: Path | None) -> Knowledge:
    """Check what was read as a whole; KnowledgeError with every fault found."""
    rules = {id: rule for id, (_, rule) in read.rules.items()}
    verdicts = {id: v for id, (_, v) in read.verdicts.items()}
    passages = {p.ref for rule in rules.values() for p in rule.passages}
    asked = {f for _, q in read.questions.values() for f in q.facts}
    _check_facts(read, asked)
    _check_words(read, passages)
    usable = {n: f for n, f in read.facts.items() if f.known_by != "asked" or n in asked}
    env = environment(read.facts)
    follows = _rate_follows(read, env)
    clauses = [c for clause in read.clauses if (c := _rate(read, clause, usable, env, passages))]
    notes = [n for file, note in read.notes.values() if (n := _rate_note(read, file, note, env, passages))]
    steps = [s for file, step in read.steps.values() if (s := _rate_step(read, file, step, env, passages))]
    causes = [c for file, cause in read.causes.values() if (c := _rate_cause(read, file, cause, env, passages))]
    if not read.faults and (not clauses or clauses[-1].condition.facts):
        last = read.clauses[-1]
        read.fault(last.file, f'clause {last.id}: the last clause must be `when: "true"`, so that every case ends')
    if read.models is None:
        read.fault("models.yaml", "this file is missing: which base models count as old or current")
    if read.thresholds is None:
        read.fault("thresholds.yaml", "this file is missing: how near words must stand to a phrasing")
    if read.faults:
        raise KnowledgeError(read.faults)
    questions = sorted((q for _, q in read.questions.values()), key=lambda q: q.order)
    assert read.models is not None and read.thresholds is not None  # noqa: S101 - a fault above otherwise
    return Knowledge(
        facts=read.facts,
        questions={q.id: q for q in questions},
        rules=rules,
        verdicts=verdicts,
        notes=tuple(notes),
        sources=read.sources,
        verbs=read.verbs,
        ordinary=read.ordinary,
        models=read.models,
        clauses=tuple(clauses),
        follows=follows,
        steps=tuple(steps),
        causes=tuple(causes),
        intents=read.intents,
        thresholds=read.thresholds,
        alike=read.alike,
        house=house,
    )


def _rate(read: Reader, clause: Clause, facts: Mapping[str, Fact], env: Any, passages: set[str]) -> Rated | None:
    what = f"clause {clause.id}"
    if clause.verdict not in read.verdicts:
        read.fault(clause.file, f"{what}: there is no verdict `{clause.verdict}`")
    cites = tuple(c if "#" in c else f"{clause.rule}#{c}" for c in clause.cites)
    for cite in cites:
        if cite not in passages:
            read.fault(clause.file, f"{what}: it cites `{cite}`, and there is no such passage")
    condition = _compile(read, clause.when, facts, env, clause.file, what)
    if condition is None or clause.verdict not in read.verdicts:
        return None
    _, verdict = read.verdicts[clause.verdict]
    if not clause.house and verdict.id in read.rewritten:  # a house's own words go before ours
        clause = clause.model_copy(update={"headline": "", "until": "", "first": None, "then": ()})
    first, then = clause.first or verdict.next[0], clause.then or verdict.next[1:]
    return Rated(
        id=clause.id,
        verdict=verdict.id,
        condition=condition,
        why=clause.why,
        cites=cites,
        rule=clause.rule,
        headline=clause.headline or verdict.headline,
        until=clause.until,
        next=(first, *then),
        takes="" if clause.then else verdict.takes,
    )


def _rate_follows(read: Reader, env: Any) -> tuple[Following, ...]:
    """Return what follows from what was told; a fact that nobody has spoken of gives no other a value."""
    told = {name: fact.model_copy(update={"unsaid": None}) for name, fact in read.facts.items()}
    found: list[Following] = []
    for name, fact in read.facts.items():
        for each in fact.follows:
            if (value := value_fits(fact, each.value)) is None:
                read.fault("facts.yaml", f"{name}: `follows` has {each.value}, which is no value of it")
            elif condition := _compile(read, each.when, told, env, "facts.yaml", f"{name}: follows"):
                found.append(Following(name, value, condition))
    return tuple(found)


def _rate_note(read: Reader, file: str, note: Note, env: Any, passages: set[str]) -> RatedNote | None:
    for verdict in set(note.verdicts) - set(read.verdicts):
        read.fault(file, f"{note.id}: there is no verdict `{verdict}`")
    for cite in set(note.cites) - passages:
        read.fault(file, f"{note.id}: it cites `{cite}`, and there is no such passage")
    condition = _compile(read, note.when, read.facts, env, file, note.id)
    return condition and RatedNote(note, condition)


def _rate_step(read: Reader, file: str, step: NextStep, env: Any, passages: set[str]) -> RatedStep | None:
    _check_fitting(read, file, step, passages)
    if not (step.verdicts or step.clauses or step.asked):
        read.fault(file, f"{step.id}: name the `verdicts` or `clauses` that it suits, or what is `asked`")
    if step.instead_of is not None and step.instead_of not in read.steps:
        read.fault(file, f"{step.id}: there is no step `{step.instead_of}`")
    if step.plain and PLACEHOLDER.search(step.plain):
        read.fault(file, f"{step.id}: `plain` is what is said without values, so it has no placeholder")
    when = _compile(read, step.when, read.facts, env, file, f"{step.id}: when") if step.when else None
    done = _compile(read, step.done_when, read.facts, env, file, f"{step.id}: done_when") if step.done_when else None
    return RatedStep(step, when, done)


def _rate_cause(read: Reader, file: str, cause: Cause, env: Any, passages: set[str]) -> RatedCause | None:
    _check_fitting(read, file, cause, passages)
    if not (cause.when or cause.about or cause.clauses or cause.verdicts):
        read.fault(
            file, f"{cause.id}: say `when` it fits, what it is `about`, or which `clauses` or `verdicts` it is for"
        )
    when = _compile(read, cause.when, read.facts, env, file, f"{cause.id}: when") if cause.when else None
    return RatedCause(cause, when)


def _check_fitting(read: Reader, file: str, said: NextStep | Cause, passages: set[str]) -> None:
    """Check what a step or a cause names: verdicts, clauses, passages and placeholders."""
    for verdict in set(said.verdicts) - set(read.verdicts):
        read.fault(file, f"{said.id}: there is no verdict `{verdict}`")
    for clause in set(said.clauses) - read.clause_ids:
        read.fault(file, f"{said.id}: there is no clause `{clause}`")
    for cite in set(said.cites) - passages:
        read.fault(file, f"{said.id}: it cites `{cite}`, and there is no such passage")
    words = said.do if isinstance(said, NextStep) else said.says
    for name in set(PLACEHOLDER.findall(words)) - set(read.facts) - set(WORKED_OUT):
        read.fault(file, f"{said.id}: `{{{name}}}` is neither a fact nor one of {', '.join(WORKED_OUT)}")


def _compile(read: Reader, when: str, facts: Mapping[str, Fact], env: Any, file: str, what: str) -> Condition | None:
    try:
        return compile_condition(when, facts, env)
    except ExpressionError as error:
        message = str(error)
        for name, fact in read.facts.items():
            if f"`{name}` is no fact" in message and fact.known_by == "asked":
                message = f"no question asks `{name}` and nothing measures it"
        read.fault(file, f"{what}, column {error.column}: {message}")
        return None


def _check_facts(read: Reader, asked: set[str]) -> None:
    for file, question in read.questions.values():
        for name, ask in question.facts.items():
            if name not in read.facts:
                read.fault(file, f"it asks `{name}`, which facts.yaml does not have")
            elif read.facts[name].known_by != "asked":
                read.fault(file, f"`{name}` is {read.facts[name].known_by}; it cannot be asked")
            elif (values := read.facts[name].values) and tuple(ask.options) != values:
                read.fault(file, f"`{name}`: give an option label for each of {', '.join(values)}, in this order")
            else:
                _check_options(read, file, name, ask)
    owners: dict[str, str] = {}
    for file, question in read.questions.values():
        for name in question.facts:
            if name in owners:
                read.fault(file, f"`{name}` is asked in {owners[name]} already")
            owners[name] = file
    for name, fact in read.facts.items():
        if fact.type in ("choice", "set") and not fact.values:
            read.fault("facts.yaml", f"{name}: a {fact.type} needs its `values`")
        elif fact.assume is not None and value_fits(fact, fact.assume) is None:
            read.fault("facts.yaml", f"{name}: `assume` is {fact.assume}, which is no value of it")
        elif fact.unsaid is not None and value_fits(fact, fact.unsaid) is None:
            read.fault("facts.yaml", f"{name}: `unsaid` is {fact.unsaid}, which is no value of it")
        known: set[bool | str] = {*fact.values, True, False} if fact.type == "bool" else {*fact.values}
        for field, named in (("may_become", fact.may_become), ("may_lose", fact.may_lose), ("unlikely", fact.unlikely)):
            for value in named or ():
                if value not in known:
                    read.fault("facts.yaml", f"{name}: `{field}` has {value}, which is no value of it")
        for other in set(fact.inputs) - set(read.facts):
            read.fault("facts.yaml", f"{name}: there is no fact `{other}` to compute it from")


def _check_options(read: Reader, file: str, name: str, ask: Ask) -> None:
    fact = read.facts[name]
    options = {"true", "false"} if fact.type == "bool" else set(fact.values)
    if unknown := set(ask.says) - options:
        read.fault(file, f"`{name}`: `says` has {', '.join(sorted(unknown))}, which is no value of it")
    if isinstance(ask.means, str):
        if ask.means and (options or ask.means.count("{n}") != 1 or "{" in ask.means.replace("{n}", "")):
            read.fault(
                file, f"`{name}`: `means` of a number is a line with one {{n}}; else give a line for each option"
            )
    elif set(ask.means) != options:
        read.fault(file, f"`{name}`: `means` needs a line for each of {', '.join(sorted(options)) or 'no options'}")


def _check_words(read: Reader, passages: set[str]) -> None:
    for file, rule in read.rules.values():
        cited = set(CITED.findall(rule.intro + "".join(p.text for p in rule.passages)))
        for id in sorted(cited | set(rule.sources)):
            if id not in read.sources:
                read.fault(file, f"there is no source `{id}` in sources.yaml")
            elif id not in rule.sources:
                read.fault(file, f"it cites `{id}`, which its `sources` line does not name")
        for passage in rule.passages:
            for name in set(passage.about) - set(read.facts):
                read.fault(file, f"passage `{passage.name}` is about `{name}`, which is no fact")
    for file, verdict in read.verdicts.values():
        for cite in set(verdict.cites) - passages:
            read.fault(file, f"it cites `{cite}`, and there is no such passage")
        if not any(c.startswith(f"{verdict.rule}#") for c in verdict.cites):
            read.fault(file, f"`cites` must name a passage of {verdict.rule}, the rule that the verdict stands on")
    if missing := set(FIVE) - set(read.rules):
        read.fault("rules/", f"the five rules must be there; missing: {', '.join(sorted(missing))}")
