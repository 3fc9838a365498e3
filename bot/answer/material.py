"""What an answer is made from: what was said and asked, the decision, figures, and all that it may cite. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bot.answer import worked
from bot.answer.asks import LONGEST_LINE, is_the_case, questions
from bot.answer.cause import Likely, likely
from bot.answer.items import COST_WORDS, Item, dated_rows, members, named, passage_items
from bot.answer.objection import admissible
from bot.answer.steps import Offered, offered
from bot.chat import rules, wording
from bot.chat.languages import NAMED
from bot.consultation.advice import UNCLEAR, Ask, is_tuning
from bot.consultation.derived import deriver, explainer
from bot.consultation.model import Consultation, How, Verdict
from bot.consultation.people import called
from bot.consultation.view import Known, View, undisputed, view
from bot.text.hidden import readable
from bot.text.language import language_of
from knowledge.decision import assume_open, decisive, settle
from knowledge.load import Knowledge, Rated
from knowledge.lookup import look_up, ranked
from knowledge.prices import Prices
from knowledge.schema import VerdictText

_LATIN = re.compile(r"\b[a-zA-Z]{3,}\b")
LEAST_WORDS = 3
MOST_SPOKEN, MOST_NEAR = 4, 6
"""Passages that surely speak of a post, and those that may: a model picks among them."""
MOST_PASSAGES, MOST_STEPS = 12, 10
LONGEST_TALK = 6_000


@dataclass(frozen=True)
class Material:
    """All that an answer may be made from, and what its checks need."""

    day: date
    asks: tuple[str, ...]
    """What was put to the advisor, in the words of who asked."""
    heard: tuple[str, ...]
    facts: tuple[str, ...]
    verdict: str | None
    """The verdict that was given; None while a question is open."""
    leaning: str
    """The verdict, or the one that follows from what is known so far."""
    told: bool
    """False while nothing at all is known of the case."""
    stance: str
    headline: str
    clause: str
    """Id of the clause that decides, or would; "" where nothing leans yet."""
    comes_to: str
    """What the verdict comes to in this case; "" where that rests on assumptions, or is no more than the headline."""
    decision: tuple[str, ...]
    lines: tuple[str, ...]
    """The verdict in brief, to be said for this case and in the language of who asked."""
    cause: Likely
    """What most likely lies behind the case, else why the deciding clause speaks; empty while that rests on
    assumptions."""
    costs: str
    """What the calls cost, in a sentence; "" where nothing is known of them."""
    trial: tuple[str, ...]
    figures: tuple[str, ...]
    items: tuple[Item, ...]
    answering: tuple[tuple[str, tuple[str, ...]], ...]
    """For each ask the passages that answer it."""
    steps: tuple[Offered, ...]
    open: tuple[str, ...]
    """Facts of the open question."""
    question: str
    """The open question in its own words, "" for none."""
    objectable: tuple[str, ...]
    headlines: tuple[str, ...]
    """Headlines of the other verdicts."""
    internal: tuple[str, ...]
    """Names of our own that nobody outside should read."""
    language: str | None
    rules: str

    @property
    def tuning(self) -> bool:
        """True where the verdict's gates are passed, so that tuning may be advised."""
        return self.verdict is not None and is_tuning(self.verdict)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    @property
    def case(self) -> tuple[str, ...]:
        """What is known of this case, in texts: their numbers need no footnote."""
        return (*self.asks, *self.heard, *self.facts, *self.decision, *self.trial, *self.figures)


def collect(
    case: Consultation,
    knowledge: Knowledge,
    move: Ask | Verdict,
    *,
    asks: Sequence[str],
    prices: Prices,
    today: date,
    objected: Collection[str] = (),
    widely: bool = True,
) -> Material:
    """Return what an answer is made from; `objected` are the facts that were objected to before.

    `widely` finds what may speak of the case as well, from which a model picks; nobody else does, and to find it takes
    longer than all the rest.
    """
    derive = deriver(prices, today)
    seen = view(case, knowledge, derive)
    known = undisputed(seen)
    held = {fact: each.value for fact, each in known.known.items()}
    asks = questions(asks)
    heard = conversation(case)
    clause, grounded = _clause(knowledge, known, move)
    leaning = clause.verdict if clause else UNCLEAR
    text = knowledge.verdicts[leaning]
    found = tuple((ask, () if is_the_case(ask) else tuple(p.ref for p in look_up(knowledge, ask, 3))) for ask in asks)
    talk = "\n".join((*asks, *heard))
    present = named(prices.inference, talk) or prices.present
    spoken: list[str] = []
    near: list[str] = []
    if widely:
        # A post that asks nothing in particular is answered by what speaks of it.
        spoken = [p.ref for p in look_up(knowledge, heard[-1], MOST_SPOKEN)] if heard and not asks else []
        near = [ref for said in (*asks, case.situation or heard[-1] if heard else "") for ref in _near(knowledge, said)]
    worded = {fact: wording.value(knowledge, fact, value) for fact, value in held.items()}
    values = worked.values(held, worded, prices, present)
    decides = clause.id if clause else ""
    cause = likely(knowledge.causes, held, values, verdict=leaning, clause=decides, talk=talk)
    surely = [
        *(ref for _, refs in found for ref in refs),
        *([cause.cite] if cause and cause.cite else []),
        *spoken,
    ]
    passages = _passages(knowledge, clause, text, surely, near)
    steps = offered(
        knowledge,
        held,
        values,
        verdict=leaning,
        clause=decides,
        asks=asks,
        talk=talk,
        found=passages[:6],
    )
    steps = _with_first(steps, knowledge, clause)
    cited = tuple(dict.fromkeys([*passages, *(ref for step in steps[:MOST_STEPS] for ref in step.cites)]))
    items = (*passage_items(knowledge, cited[: MOST_PASSAGES + 4]), *dated_rows(prices, knowledge, talk, held, present))
    costs = worked.cost_lines(held, prices, present, today, explainer(prices, today))
    about_cost = bool({"cost", "latency"} & set(members(held.get("need")))) or any(map(COST_WORDS.search, asks))
    about_cost = about_cost or not {"calls_per_day", "spend_month"}.isdisjoint(held)
    given = move if isinstance(move, Verdict) else None
    language = _language(case, asks)
    return Material(
        day=today,
        asks=asks,
        heard=heard,
        facts=tuple(_fact(knowledge, fact, each) for fact, each in seen.known.items()),
        verdict=given.verdict if given else None,
        leaning=leaning,
        told=bool(held),
        stance=text.stance,
        headline=text.headline,
        clause=decides,
        comes_to=clause.headline if clause and grounded and clause.headline != text.headline else "",
        decision=_decision(knowledge, given, seen),
        lines=_lines(knowledge, case, given, known, language) if given else (),
        cause=cause or (Likely(clause.why, clause.cites[0]) if clause and grounded else Likely()),
        costs=worked.cost_sentence(held, prices, present) if about_cost else "",
        trial=worked.trial_lines(case.trials),
        figures=(*(costs if about_cost else ()), *worked.test_lines(held, case.trials)),
        items=items,
        answering=found,
        steps=steps[:MOST_STEPS],
        open=() if given else move.facts if isinstance(move, Ask) else (),
        question=wording.question(knowledge, move, called(case)) if isinstance(move, Ask) and move.facts else "",
        objectable=tuple(f for f in seen.known if admissible(f, seen, objected)),
        headlines=tuple(v.headline for v in knowledge.verdicts.values() if v.id != leaning),
        internal=tuple(n for n in (*knowledge.facts, *knowledge.verdicts) if "_" in n),
        language=language,
        rules=knowledge.version,
    )


def _lines(
    knowledge: Knowledge, case: Consultation, given: Verdict, known: View, language: str | None
) -> tuple[str, ...]:
    """Return the verdict in brief; in front its name, where that is to be said in another language."""
    name = (f"{knowledge.verdicts[given.verdict].headline}.",) if language not in (None, "English") else ()
    return (*name, *wording.in_brief(knowledge, case, given, known))


def conversation(case: Consultation) -> tuple[str, ...]:
    """Return what was said by those who are heard, the newest last, as far as there is room."""
    lines: list[str] = []
    room = LONGEST_TALK
    names = called(case)
    for line in reversed(case.transcript):
        said = f"{names[line.by]}: {' '.join(readable(line.text[: 4 * LONGEST_LINE]).split())[:LONGEST_LINE]}"
        room -= len(said)
        if room < 0 and lines:
            break
        lines.append(said)
    pairs = [
        f"sample input: {readable(p.input)[:400]} / wanted: {readable(p.output)[:400]}" for p in case.samples.pairs[:3]
    ]
    return (*reversed(lines), *pairs)


def _clause(knowledge: Knowledge, known: View, move: Ask | Verdict) -> tuple[Rated | None, bool]:
    """Return the clause that decides or would, and whether it rests on what was told; None where nothing leans yet."""
    if isinstance(move, Verdict):
        return knowledge.clause(move.clause), True
    clause = settle(knowledge, known.held).clause
    if clause is None:
        return None, False
    told = set(known.known)
    reasons = set(decisive(knowledge, assume_open(knowledge, known.held), clause))
    if not ({"need"} | reasons) & told:
        return None, False
    return clause, reasons <= told


def _with_first(steps: tuple[Offered, ...], knowledge: Knowledge, clause: Rated | None) -> tuple[Offered, ...]:
    """Put the first step of a clause in front, where none of the steps was written for it."""
    written = {each.step.id for each in knowledge.steps if clause and clause.id in each.step.clauses}
    if clause is None or any(step.id in written for step in steps):
        return steps
    first = clause.next[0]
    own = Offered(f"{clause.id}/first", first.do, first.takes, True, clause.cites[:1], False, -1)
    return (own, *steps)


def _passages(
    knowledge: Knowledge, clause: Rated | None, text: VerdictText, found: Sequence[str], near: Sequence[str]
) -> tuple[str, ...]:
    """Choose passages: those that answer what was asked, those of the decision, those that may speak of the case."""
    return tuple(dict.fromkeys([*found, *(clause.cites if clause else ()), *text.cites, *near]))[:MOST_PASSAGES]


def _near(knowledge: Knowledge, said: str) -> list[str]:
    # Passages are in English: what shares no words with that language is found by what it was understood as.
    return [ref for _, ref in ranked(knowledge, said)[:MOST_NEAR]] if len(_LATIN.findall(said)) >= LEAST_WORDS else []


def _fact(knowledge: Knowledge, fact: str, known: Known) -> str:
    """State a fact with its name, for an objection, and how it is known."""
    how = f'"{known.quote}"' if known.quote and known.how is How.stated else known.how.value
    return f"{fact}: {wording.stated(knowledge, fact, known.value)} ({how})"


def _decision(knowledge: Knowledge, given: Verdict | None, seen: View) -> tuple[str, ...]:
    if given is None:
        return ()
    reasons: dict[tuple[str, str], list[str]] = {}
    for why in given.because:
        end = _words_or_value(knowledge, why.fact, why.quote, seen)
        reasons.setdefault((rules.rule_name(knowledge, why.rule), why.text), []).append(end)
    because = [f"because {' and '.join(ends)} → {rule}: {text}" for (rule, text), ends in reasons.items()]
    assumed = [f"assumed, since nobody said: {_assumption(knowledge, fact)}" for fact in given.assumed]
    changes = [f"would change if {line}" for line in wording.would_change(knowledge, given, seen)]
    notes = [f"mind: {wording.knowledge_note(knowledge, n)}" for n in given.notes]
    return (*because, *assumed, *changes, *notes)


def _assumption(knowledge: Knowledge, fact: str) -> str:
    held = knowledge.facts[fact].assume
    return wording.label(knowledge, fact) if held is None else wording.stated(knowledge, fact, held)


def _words_or_value(knowledge: Knowledge, fact: str, quote: str | None, seen: View) -> str:
    if quote:
        return f'"{quote}"'
    known = seen.known.get(fact)
    return wording.stated(knowledge, fact, known.value) if known else _assumption(knowledge, fact)


def _language(case: Consultation, asks: Sequence[str]) -> str | None:
    """Return the language of who asked, as far as their words tell."""
    own = [line.text for line in case.transcript if line.by == case.asker] or [line.text for line in case.transcript]
    return language_of(asks) or language_of(own[-3:]) or language_of(own) or NAMED.get(case.language or "")
