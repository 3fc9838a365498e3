"""From a consultation to its decision record. Pure."""

from datetime import date

from bot.answer.record.model import Advice, Decision, Held, Read, Reason, Record, Rung, Source, Trial, Versions
from bot.chat import rules, wording
from bot.consultation.answer import Footnote
from bot.consultation.derived import Explain
from bot.consultation.model import Consultation, How, Verdict
from bot.consultation.trial_results import TrialResult
from bot.consultation.view import Known, View, undisputed, view
from bot.trial.report.card import called, percent
from bot.trial.report.picture import alt, title
from bot.trial.scorers.registry import kind_of
from knowledge.decision import Derive
from knowledge.load import Knowledge
from knowledge.prices import Prices
from knowledge.schema import CITED

OPEN = "Still open"
MOST_CHANGES = 99
MOST_READ = 4
"""Places where one source was read that are listed."""


def record(case: Consultation, knowledge: Knowledge, derive: Derive, explain: Explain, prices: Prices) -> Record:
    """Return the decision record of a consultation as it stands; one without a verdict is open."""
    seen = view(case, knowledge, derive)
    seen = undisputed(seen) if case.settled else seen
    decision = _decision(case, case.verdict, knowledge, seen, explain) if case.verdict else None
    asked = case.asks or tuple(line.text for line in case.transcript if line.by == case.asker)[:1]
    answer = case.answer
    advice = None
    if answer is not None and answer.text:
        advice = Advice(
            text=answer.text, by=answer.by, sources=tuple(_source(note, knowledge) for note in answer.sources)
        )
    return Record(
        title=decision.headline if decision else OPEN,
        status="decided" if decision else "open",
        started=case.started.date(),
        date=case.updated.date(),
        asker=case.names.get(case.asker or ""),
        people=tuple(dict.fromkeys(case.names.values())),
        question=tuple(" ".join(each.split()) for each in asked),
        situation=case.situation,
        facts=_facts(case, knowledge, seen),
        trials=tuple(_trial(result, knowledge) for result in reversed(case.trials)),
        advice=advice,
        language=case.language if answer and answer.by else None,
        decision=decision,
        versions=Versions(
            rules=knowledge.version,
            rules_checked=max(source.checked for source in knowledge.sources.values()),
            model=answer.by if answer else None,
            prices_checked=_prices_checked(prices),
        ),
    )


def _prices_checked(prices: Prices) -> date:
    return max(row.checked for row in prices.inference)


def _facts(case: Consultation, knowledge: Knowledge, seen: View) -> tuple[Held, ...]:
    held = [_held(case, knowledge, seen, fact) for fact in seen.known]
    for fact, claims in seen.disputed.items():
        values = [wording.value(knowledge, fact, claim.value) for claim in claims if claim.value is not None]
        who = dict.fromkeys(case.names[claim.by] for claim in claims if claim.by in case.names)
        said = " or ".join(dict.fromkeys(values))
        label = wording.label(knowledge, fact)
        by = " and ".join(who) or None
        held.append(Held(fact=fact, label=label, value=said, said=f"{label}: {said}", how="disputed", by=by))
    return (*held, *(_unknown(knowledge, fact) for fact in knowledge.facts if fact in seen.declined))


def _unknown(knowledge: Knowledge, fact: str) -> Held:
    label = wording.label(knowledge, fact)
    return Held(fact=fact, label=label, value=wording.UNKNOWN, said=f"{label}: nobody knows", how="unknown")


def _held(case: Consultation, knowledge: Knowledge, seen: View, fact: str) -> Held:
    """Return a fact with what it rests on; one that nobody spoke of is assumed, or unknown."""
    known, assumed = seen.known.get(fact), knowledge.facts[fact].assume
    if known is None and assumed is not None:
        known = Known(assumed, How.assumed, "")
    if known is None:
        return _unknown(knowledge, fact)
    told = known.how in (How.stated, How.chosen)
    return Held(
        fact=fact,
        label=wording.label(knowledge, fact),
        value=wording.value(knowledge, fact, known.value),
        said=wording.stated(knowledge, fact, known.value),
        how=known.how,
        words=known.quote if known.how is How.stated else None,
        by=case.names.get(known.by) if told else None,
    )


def _decision(case: Consultation, given: Verdict, knowledge: Knowledge, seen: View, explain: Explain) -> Decision:
    text, clause = knowledge.verdicts[given.verdict], wording.clause_of(knowledge, given)
    own = clause is not None and clause.headline != text.headline
    summary = f"{clause.headline}. {clause.why or text.sentence}" if clause and own else text.sentence
    held = {f: seen.known[f].value if f in seen.known else knowledge.facts[f].assume for f in given.assumed}
    return Decision(
        verdict=given.verdict,
        clause=given.clause,
        headline=text.headline,
        summary=f"{summary.rstrip('.')}.",
        rule=rules.rule_name(knowledge, text.rule),
        because=_reasons(case, given, knowledge, seen),
        arithmetic=explain(seen.held.facts) if "pays_back" in seen.known else None,
        assumed=tuple(wording.stated(knowledge, f, value) for f, value in held.items() if value is not None),
        would_change=tuple(wording.would_change(knowledge, given, seen, MOST_CHANGES)),
        next=given.next,
        takes=clause.takes if clause else text.takes,
        notes=tuple(wording.knowledge_note(knowledge, note) for note in given.notes),
    )


def _reasons(case: Consultation, given: Verdict, knowledge: Knowledge, seen: View) -> tuple[Reason, ...]:
    """Return a reason for each passage; what was measured or said comes before what is only assumed."""
    facts: dict[tuple[str, str, str], list[Held]] = {}
    for reason in given.because:
        held = _held(case, knowledge, seen, reason.fact)
        facts.setdefault((reason.rule, reason.passage, reason.text), []).append(held)
    return tuple(
        Reason(
            facts=tuple(sorted(held, key=_weight)),
            rule=rules.rule_name(knowledge, rule),
            passage=f"{rule}#{passage}",
            text=text,
        )
        for (rule, passage, text), held in sorted(facts.items(), key=lambda each: min(map(_weight, each[1])))
    )


def _weight(held: Held) -> int:
    return (How.measured, How.stated, How.chosen, How.computed, How.assumed).index(held.how) if held.how in How else 9


def _trial(result: TrialResult, knowledge: Knowledge) -> Trial:
    scorer = kind_of(result.scorer)
    return Trial(
        at=result.at,
        model=result.model,
        title=title(result),
        picture=alt(result),
        scored=(scorer.label if scorer else "") or result.scorer,
        bar=result.bar,
        demonstration=result.demonstration,
        stopped=result.stopped,
        rungs=tuple(
            Rung(
                name=called(rung, result),
                best=rung.name == result.best and rung.passes > 0,
                passed=percent(rung) if rung.items else "not judged",
                rate=rung.rate if rung.items else None,
                low=rung.low,
                high=rung.high,
                passes=rung.passes,
                judged=rung.judged_runs,
                agreement=rung.agreement,
                tokens=rung.tokens_in + rung.tokens_out,
                usd=rung.usd,
            )
            for rung in result.rungs
        ),
        counted=tuple(
            f"{wording.label(knowledge, fact)}: {wording.value(knowledge, fact, value)}"
            for fact, value in result.facts.items()
        ),
    )


def _source(note: Footnote, knowledge: Knowledge) -> Source:
    """Return what a number rests on; of several places the last checked first."""
    read = [knowledge.sources[id] for id in note.rests_on if id in knowledge.sources]
    read = sorted(read, key=lambda source: source.checked, reverse=True)[:MOST_READ]
    passage = knowledge.passages.get(note.source)
    return Source(
        number=note.number,
        title=note.title,
        text=CITED.sub("", passage.short) if passage else "",
        read=tuple(Read(by=s.by, title=s.title, url=s.url, checked=s.checked) for s in read),
    )
