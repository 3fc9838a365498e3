"""The advice without a model: for cases over all clauses it fits, holds the team's values, and repeats nothing done."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.answer import assembled
from bot.answer.checks import faults
from bot.answer.draft import MARK, draft_of
from bot.answer.steps import MOST
from knowledge.load import load
from knowledge.schema import KnowledgeError, Value
from knowledge.steps import PLACEHOLDER
from tests.answer.cases import DERIVE, KNOWLEDGE, answered, material
from tests.knowledge.clauses import CASES, GATES

STEPS = {each.step.id: each for each in KNOWLEDGE.steps}
MORE: dict[str, Mapping[str, Value]] = {
    "labels in hand": {**CASES["small"][0], "examples": 8000, "calls_per_day": 2_000_000},
    "few tickets": {**GATES, "examples": 12},
    "record by hand": {**GATES, "output": "record", "need": ("format",), "prompts_tried": ("one",)},
    "slow answers": {**GATES, "need": ("latency",), "quality_ok": True, "pays_back": False, "calls_per_day": 900},
    "checker": {**GATES, "agreement": "pick_only", "feedback": "checker"},
    "thumbs": {**GATES, "agreement": "pick_only", "feedback": "thumbs"},
    "cited facts": {"need": ("facts", "style"), "knowledge": "must_cite", "output": "text"},
    "says when it does not know": {"need": ("facts",), "knowledge": "stable", "answers_must": ("abstain",)},
    "photos": {**GATES, "modality": ("image",), "prompts_tried": ("one",)},
    "a known bill": {**GATES, "need": ("cost",), "quality_ok": True, "pays_back": False, "spend_month": 300},
    "all weights, and it forgot": {**CASES["forgets"][0], "technique": ("full",)},
    "closing platform": {**GATES, "platform": "openai"},
    "a thousand rows": {**GATES, "examples": 1000, "baseline_known": False},
    "nobody agrees": {**GATES, "agreement": "none"},
    "few rows, searched prompt": {**GATES, "examples": 12, "prompts_tried": ("optimizer",)},
    "small record": {**GATES, "output": "record", "need": ("cost",), "small_model": True},
    "strays, from logs": {
        **GATES,
        "need": ("consistency",),
        "output": "conversation",
        "examples": 40,
        "examples_from": "logs",
        "data_limits": "personal",
    },
    "facts and rows": {"need": ("facts",), "knowledge": "stable", "output": "text", "examples": 300},
    "code and tickets": {**GATES, "examples": 0, "material": ("code", "logs")},
    "a beginner": {"need": ("unsure",), "models_tried": "none", "prompts_tried": ("nothing",), "purpose": "learning"},
}
ALL = {**{id: facts for id, (facts, _) in CASES.items()}, **MORE}


@pytest.mark.parametrize("name", ALL)
def test_each_case_gets_two_to_four_steps_that_suit_it_and_are_not_done(name: str) -> None:
    found = material(ALL[name])
    answer = assembled(found)
    assert 2 <= len(answer.steps) <= MOST, answer.text
    for id in answer.steps:
        rated, known = STEPS[id], {**ALL[name], **DERIVE(ALL[name])}
        assert rated.fits(known), id
        assert rated.done_when is None or rated.done_when.holds(known) is not True, id
    first = next(step for step in found.steps if step.id == answer.steps[0])
    assert first.today, answer.text


@pytest.mark.parametrize("name", ALL)
def test_what_is_said_is_whole_and_each_footnote_was_offered(name: str) -> None:
    found = material(ALL[name])
    answer = assembled(found)
    assert answer.by is None and answer.rules == KNOWLEDGE.version
    assert not re.search(r"[{}]|\bNone\b", answer.text), answer.text
    assert {note.number for note in answer.sources} == {int(n) for n in MARK.findall(answer.text)}
    assert {note.source for note in answer.sources} <= set(found.ids)
    assert not any(fact in answer.text for fact in found.internal)
    for paragraph in answer.text.split("\n\n"):
        if not paragraph.startswith("1."):
            assert len(re.findall(r"[.!?](?=\s+[A-Z]|\s*$)", MARK.sub("", paragraph))) <= 3, paragraph


@pytest.mark.parametrize("name", ALL)
def test_the_assembled_advice_passes_the_checks_of_a_models_answer(name: str) -> None:
    found = material(ALL[name])
    answer = assembled(found)
    notes = [{"number": note.number, "source": note.source} for note in answer.sources]
    assert faults(draft_of(answered(answer.text, stance=found.stance, footnotes=notes)), found) == []


def test_every_clause_has_at_least_two_steps_of_its_own_case() -> None:
    reached = {id for id, (facts, _) in CASES.items() if len(material(facts).steps) >= 2}
    assert reached == set(CASES)


def test_every_step_is_offered_in_some_case_or_to_some_question() -> None:
    seen = {step.id for facts in ALL.values() for step in material(facts).steps}
    assert {each.step.id for each in KNOWLEDGE.steps if not each.step.asked} <= seen


@pytest.mark.parametrize("id", [each.step.id for each in KNOWLEDGE.steps if each.step.asked])
def test_a_step_that_answers_a_question_is_among_those_that_are_offered(id: str) -> None:
    rated = STEPS[id]
    known = ({**facts, **DERIVE(facts)} for facts in ALL.values())
    facts = next(
        f
        for f in known
        if rated.fits(f) and (rated.step.plain or {*PLACEHOLDER.findall(rated.step.do)} <= {*f, "reach"})
    )
    found = material(facts, f"what about {rated.step.asked[0]}?")
    assert id in [each.id for each in found.steps]


def test_the_persons_own_values_stand_in_the_steps() -> None:
    text = assembled(material(MORE["labels in hand"])).text
    assert "8,000 labels" in text or "8,000 labelled" in text
    assert "2,000,000 calls a day cost about" in text and "USD a month" in text


def test_what_was_asked_is_answered_first() -> None:
    answer = assembled(material({}, "what is LoRA and how many examples do I need?", now=False))
    first, second = answer.text.split("\n\n")[:2]
    assert first.startswith("LoRA trains a small add-on") and "200 samples" in second


def test_before_a_verdict_it_says_where_it_leans_and_claims_nothing_that_was_not_said() -> None:
    answer = assembled(material({"need": ("style",), "output": "text"}, "should we finetune?", now=False))
    assert answer.text.startswith("On what you say so far, it is too early to tune: prompt first.")
    assert "at most one prompt" not in answer.text


def test_where_nothing_is_known_it_leans_nowhere() -> None:
    answer = assembled(material({}, "should we finetune?", now=False))
    assert answer.text.startswith("Nothing is known of your case yet") and "On what you say" not in answer.text


def test_a_search_that_is_there_is_not_advised_again() -> None:
    facts: dict[str, Value] = {"need": ("facts",), "knowledge": "changing"}
    assert "first-search" in [step.id for step in material(facts, "our answers are out of date").steps]
    has = material(facts, "our RAG brings the wrong passage, what now?")
    assert "first-search" not in [step.id for step in has.steps]
    assert "search-or-answer" in assembled(has).steps


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("{do: Do it, takes: an hour, clauses: [nowhere]}", "no clause `nowhere`"),
        ("{do: Do it, takes: an hour, verdicts: [nothing]}", "no verdict `nothing`"),
        ("{do: Do it, takes: an hour}", "name the `verdicts` or `clauses`"),
        ("{do: Do it, takes: an hour, clauses: [own], cites: [rule-1#none]}", "no such passage"),
        ("{do: 'Do {it}', takes: an hour, clauses: [own]}", "`{it}` is neither a fact nor"),
        ("{do: 'With {examples}', plain: '{examples}', takes: an hour, clauses: [own]}", "has no placeholder"),
        ("{do: Do it, takes: an hour, clauses: [own], when: \"output == 'recrod'\"}", "did you mean 'record'"),
        ("{do: Do it, takes: an hour, clauses: [own], done_when: 'exampels > 3'}", "did you mean `examples`"),
        ("{do: Do it, takes: an hour, clauses: [own], experiment: maybe}", "experiment"),
    ],
)
def test_a_step_that_cannot_be_meant_is_a_fault_that_names_file_and_step(
    entry: str, fault: str, tmp_path: Path
) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "ours.yaml").write_text(f"mine: {entry}\n")
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path)
    assert "steps/ours.yaml: mine" in str(caught.value) and fault in str(caught.value)


def test_a_house_may_replace_a_step_and_take_away_a_clause_that_steps_name(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "ours.yaml").write_text("first-look: {do: Ask Ben., takes: an hour, clauses: [own]}\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "ours.md").write_text(
        "---\nid: ours\ntitle: Ours\nclauses:\n  - {remove: old-model}\n---\nOurs.\n"
    )
    changed = load(tmp_path)
    assert next(each.step.do for each in changed.steps if each.step.id == "first-look") == "Ask Ben."
    assert changed.version != KNOWLEDGE.version


def test_what_they_pay_is_what_the_sums_are_held_against() -> None:
    cost: dict[str, Value] = {**GATES, "need": ("cost",), "quality_ok": True}
    alone = assembled(material({**cost, "spend_month": 3000})).text
    assert "You pay 3,000 USD a month today, and no change can save more than that." in alone
    both = assembled(material({**cost, "spend_month": 3000, "calls_per_day": 10_000})).text
    assert "You pay 3,000 USD a month for 10,000 calls a day, about 10 USD per 1,000." in both
    small = material({**cost, "spend_month": 30})
    assert small.verdict == "prompt_first" and any("so it cannot pay back" in line for line in small.figures)


def test_a_bill_names_the_prices_that_it_was_made_from() -> None:
    said = assembled(
        material({"calls_per_day": 3000, "output": "text"}, "is gpt-4o-mini too dear for 3,000 calls a day?")
    )
    priced = {note.source for note in said.sources if note.source.startswith("price:")}
    assert "with gpt-4o-mini today" in said.text and priced == {"price:openai/gpt-4o-mini", "price:openai/gpt-6-luna"}
