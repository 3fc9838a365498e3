"""The words: complete against the seed text, short enough for a phone, and found by those who ask."""

import re

import pytest

from bot.chat import wording
from bot.consultation.advice import verdict_of
from bot.consultation.answer import Answer
from bot.consultation.model import Consultation, How
from bot.consultation.view import Known, View
from knowledge.decision import Held, decide, settle
from knowledge.load import Rated, load
from knowledge.lookup import look_up
from knowledge.schema import Value
from tests.knowledge.clauses import CASES
from tests.support.clock import NOON

KNOWLEDGE = load()
SEED = {
    "R1": (1, 2, 3, 4, 5, 6, 8, 9),
    "R2": (1, 2, 3, 4, 6, 7),
    "R3": range(1, 9),
    "R4": range(1, 9),
    "R5": (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14),
}
CLAIMS = {f"{rule}.{n}" for rule, numbers in SEED.items() for n in numbers} | {f"P{n}" for n in range(1, 10)}
"""Every claim of the seed text that is more than context."""


def test_every_claim_of_the_seed_is_covered_by_a_passage() -> None:
    covered = {claim for p in KNOWLEDGE.passages.values() for claim in p.covers}
    assert covered >= CLAIMS


def test_a_passage_is_short_and_begins_with_its_point() -> None:
    for passage in KNOWLEDGE.passages.values():
        prose = [line for line in passage.text.splitlines() if not line.startswith("|")]
        assert 30 <= len(" ".join(prose).split()) <= 170, passage.ref
        assert len(passage.short) <= 160, passage.ref
        assert not re.search(r"\[@|\bmust finetune\b", passage.short), passage.ref


def test_every_question_says_why_in_half_a_sentence() -> None:
    for fact, ask in KNOWLEDGE.asks.items():
        assert len(ask.ask) <= 90, fact
        assert len(ask.why) <= 110 and not ask.why.endswith("."), fact


@pytest.mark.parametrize("clause", CASES)
def test_a_verdict_fits_a_phone_names_a_rule_and_says_what_to_do(clause: str) -> None:
    facts, id = CASES[clause]
    held = Held(facts)
    decision = decide(KNOWLEDGE, held)
    decision = decision if decision.clause else settle(KNOWLEDGE, held)
    seen = View({f: Known(v, How.chosen, "ana") for f, v in facts.items()})
    verdict = verdict_of(KNOWLEDGE, seen, decision, lambda _: {})
    case = Consultation(id="c", started=NOON, updated=NOON)
    text = wording.verdict(KNOWLEDGE, case, verdict, seen)
    assert decision.clause is not None
    first, because, changes = [line for line in text.split("\n\n") if not line.startswith("⚠")]
    assert first.startswith(f"**{KNOWLEDGE.verdicts[id].headline}** (Rule ") and decision.clause.headline in first
    assert because.startswith("Because ") and re.search(r" → (?:Rule [1-5] · )?\w", because)
    assert changes.startswith("This would change if ")
    assert len(text) < 900
    whole = wording.why(KNOWLEDGE, case, verdict, seen)
    assert f"*{KNOWLEDGE.verdicts[id].headline}. {decision.clause.headline}.* {decision.clause.why}" in whole
    for part in ("**Because**", "**This would change if**", "**Next**"):
        assert part in whole
    for said in (text, whole):
        assert re.search(r"\bRule [1-5]\b", said)
        assert not re.search(r"\byou must\b", said, re.IGNORECASE)
    assert 3 <= len(verdict.next) <= 5
    assert len(whole) < 3_000


@pytest.mark.parametrize("clause", KNOWLEDGE.clauses, ids=lambda c: c.id)
def test_each_clause_has_its_own_headline_and_steps_that_fit_a_phone(clause: Rated) -> None:
    verdict = KNOWLEDGE.verdicts[clause.verdict]
    assert clause.headline != verdict.headline
    assert len(clause.headline) <= 48 and not clause.headline.endswith(".")
    assert [c.id for c in KNOWLEDGE.clauses if c.headline == clause.headline] == [clause.id]
    assert 0 < len(clause.until) <= 80 and clause.until[-1] not in ".;"
    assert 3 <= len(clause.next) <= 5
    assert all(len(step.do) <= 180 and step.takes for step in clause.next)
    assert len({step.do for step in clause.next}) == len(clause.next)


@pytest.mark.parametrize("clause", ["nobody", "passes", "good-enough", "creative", "stay"])
def test_who_has_tried_the_prompts_is_not_sent_back_to_write_one(clause: str) -> None:
    steps = KNOWLEDGE.clause(clause).next
    assert not {step.do for step in steps} & {step.do for step in KNOWLEDGE.verdicts["prompt_first"].next}
    assert "person" in steps[0].do or clause != "nobody"


def test_where_no_one_answer_leads_elsewhere_it_says_what_ends_the_verdict() -> None:
    facts: dict[str, Value] = {"need": ("facts",), "knowledge": "changing"}
    seen = View({f: Known(v, How.chosen, "ana") for f, v in facts.items()})
    verdict = verdict_of(KNOWLEDGE, seen, decide(KNOWLEDGE, Held(facts)), lambda _: {})
    assert not verdict.would_change
    until = "the facts stand in its context and answers are still wrong"
    assert wording.would_change(KNOWLEDGE, verdict, seen) == [until]
    said = f"This would change if {until}."
    case = Consultation(id="c", started=NOON, updated=NOON)
    assert said in wording.verdict(KNOWLEDGE, case, verdict, seen)
    assert f"- {until}\n" in wording.why(KNOWLEDGE, case, verdict, seen)


STATED: list[tuple[str, Value, str]] = [
    ("prompts_tried", ("nothing",), "nothing has been tried in the prompt yet"),
    (
        "prompts_tried",
        ("several", "few_shot"),
        "several wordings of the prompt have been tried and examples inside the prompt have been tried",
    ),
    ("small_model", True, "a small classifier could do it"),
    ("owner", "nobody", "nobody would train it again when something changes"),
    ("examples", 8000, "8,000 pairs of an input and its ideal answer exist"),
]


@pytest.mark.parametrize(("fact", "value", "said"), STATED)
def test_what_is_held_is_said_as_a_statement(fact: str, value: Value, said: str) -> None:
    assert wording.stated(KNOWLEDGE, fact, value) == said


def test_every_answer_to_our_questions_can_be_said_as_a_statement() -> None:
    for name, ask in KNOWLEDGE.asks.items():
        fact = KNOWLEDGE.facts[name]
        if fact.type == "count":
            assert isinstance(ask.means, str) and "{n}" in ask.means, name
        else:
            assert isinstance(ask.means, dict) and all(ask.means.values()), name
            assert not any(line.endswith((".", "?")) or line[0].isupper() for line in ask.means.values()), name


def test_the_reason_that_is_said_is_the_one_that_the_deciding_passage_speaks_of() -> None:
    facts: dict[str, Value] = {
        "need": ("style",),
        "already_tuned": False,
        "quality_ok": False,
        "prompts_tried": ("nothing",),
        "models_tried": "current",
    }
    seen = View({f: Known(v, How.chosen, "ana") for f, v in facts.items()})
    verdict = verdict_of(KNOWLEDGE, seen, settle(KNOWLEDGE, Held(facts)), lambda _: {})
    assert verdict.clause == "few-prompts"
    _, because, _ = wording.in_brief(KNOWLEDGE, Consultation(id="c", started=NOON, updated=NOON), verdict, seen)
    assert because.startswith("Because nothing has been tried in the prompt yet → Rule 2: ")


def test_a_verdict_below_an_answer_says_what_it_is_about_and_in_another_language_its_name_in_that() -> None:
    facts, _ = CASES["few-prompts"]
    seen = View({f: Known(v, How.chosen, "ana") for f, v in facts.items()})
    verdict = verdict_of(KNOWLEDGE, seen, settle(KNOWLEDGE, Held(facts)), lambda _: {})
    case = Consultation(id="c", started=NOON, updated=NOON)
    assert wording.verdict(KNOWLEDGE, case, verdict, seen, Answer(text="Yes.")).startswith(
        "Whether to finetune: **Prompt first** (Rule 2). "
    )
    lines = (
        "Erst der Prompt.",
        "Es ist zu früh.",
        "Denn nichts ist versucht → Rule 2: Worte zuerst.",
        "Bis das fehlt.",
    )
    said = wording.verdict(KNOWLEDGE, case, verdict, seen, Answer(text="Ja.", lines=lines))
    assert said == f"**Erst der Prompt** (Rule 2). {lines[1]}\n\n{lines[2]}\n\n{lines[3]}"


def test_what_a_clause_says_of_a_case_is_called_an_impression_where_it_rests_on_an_assumption() -> None:
    facts: dict[str, Value] = {"need": ("style",), "already_tuned": False, "quality_ok": False}
    seen = View({f: Known(v, How.chosen, "ana") for f, v in facts.items()})
    verdict = verdict_of(KNOWLEDGE, seen, settle(KNOWLEDGE, Held(facts)), lambda _: {})
    assert set(verdict.assumed) & {reason.fact for reason in verdict.because}
    text = wording.verdict(KNOWLEDGE, Consultation(id="c", started=NOON, updated=NOON), verdict, seen)
    name, clause = KNOWLEDGE.verdicts[verdict.verdict], KNOWLEDGE.clause(verdict.clause)
    assert f"{name.sentence}. As it looks so far: {clause.headline}." in text


def test_a_verdict_whose_clause_is_no_more_is_told_by_its_name() -> None:
    facts, _ = CASES["nobody"]
    seen = View({f: Known(v, How.chosen, "ana") for f, v in facts.items()})
    verdict = verdict_of(KNOWLEDGE, seen, decide(KNOWLEDGE, Held(facts)), lambda _: {})
    gone = verdict.model_copy(update={"clause": "gone"})
    text = wording.verdict(KNOWLEDGE, Consultation(id="c", started=NOON, updated=NOON), gone, seen)
    told = KNOWLEDGE.verdicts["prompt_first"]
    assert text.startswith(f"**{told.headline}** (Rule 2). ") and f"{told.sentence}." in text


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("how many examples do I need?", "rule-5#samples"),
        ("what is LoRA?", "lora#small-adapters"),
        ("is RAG better than finetuning for my documents?", "retrieval#facts-in-context"),
        ("does finetuning make the model less creative?", "rule-3#creativity"),
        ("what does it cost to finetune?", "running-cost#three-comparisons"),
        ("when is OpenAI closing finetuning?", "lifecycle#closing-platforms"),
        ("what is DPO?", "preference-tuning#which-method"),
        ("should I use a JSON schema?", "schemas#schema-first"),
        ("what is the PB&J test?", "rule-5#pbj-test"),
        ("how do I build a test set?", "test-sets#what-it-is"),
        ("is my data safe?", "safety#personal-data"),
        ("what temperature should I use against repetition?", "replies#sampling-settings"),
        ("how long does finetuning take?", "rule-5#effort"),
        ("what is finetuning good for?", "rule-4#what-it-is-good-at"),
    ],
)
def test_a_question_finds_its_passage(question: str, passage: str) -> None:
    assert look_up(KNOWLEDGE, question)[0].ref == passage


@pytest.mark.parametrize(
    "question", ["what's the weather in Paris?", "who won the world cup?", "how do I install python?", "", "???"]
)
def test_the_rules_say_nothing_about_that(question: str) -> None:
    assert look_up(KNOWLEDGE, question) == ()
