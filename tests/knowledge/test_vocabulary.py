"""The vocabulary grows, and what was there keeps its meaning: facts that are told, and those that follow from them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from bot.consultation.advice import next_move
from bot.consultation.claims import claim
from bot.consultation.model import Claim, Consultation, How, Verdict
from bot.consultation.view import view
from knowledge.decision import Held, decide
from knowledge.expression import compile_condition, environment
from knowledge.flips import would_change
from knowledge.load import Knowledge, Rated
from knowledge.schema import Value
from tests.knowledge.clauses import CASES, GATES
from tests.knowledge.test_decision import ASKED, DERIVE, KNOWLEDGE, MEASURED, TOLD, cases, final

# fmt: off
EARLIER = (
    ("own", "learn_base_first", "'own_model' in need"),
    ("facts", "retrieval", "'facts' in need && knowledge != 'none'"),
    ("premise", "retrieval", "premise_fixes"),
    ("rule", "no_llm", "output in ['yes_no','label','number','fields','record'] && rule_exists"),
    ("small", "no_llm",
     "output in ['yes_no','label','number','fields','record']"
     " && ('cost' in need || 'latency' in need) && small_model"),
    # Of one clause two were made, with one verdict: an unknown number of rows is not called too few.
    ("tuned-on-little", "dataset_not_ready", "already_tuned && examples > 0 && examples < 50"),
    ("tuned-on-unknown", "dataset_not_ready", "already_tuned && examples == 0"),
    ("lost", "learn_base_first", "'unsure' in need && models_tried == 'none' && 'nothing' in prompts_tried"),
    ("compare-small", "measure_first",
     "output in ['yes_no','label','number','fields'] && 'skill' in need && small_model"
     " && !baseline_known"),
    ("passes", "prompt_first", "pass_rate_low >= 0.8 && !('cost' in need || 'latency' in need)"),
    ("good-enough", "prompt_first", "quality_ok && !('cost' in need || 'latency' in need)"),
    ("few-prompts", "prompt_first",
     "!already_tuned && !quality_ok && !('several' in prompts_tried"
     " && 'few_shot' in prompts_tried || 'optimizer' in prompts_tried)"),
    ("no-schema", "prompt_first",
     "!already_tuned && !quality_ok && 'format' in need && output in ['fields','record']"
     " && !('schema' in prompts_tried)"),
    ("no-prompt", "prompt_first",
     "!already_tuned && ('nothing' in prompts_tried || size(prompts_tried) == 1"
     " && 'one' in prompts_tried)"),
    ("old-model", "prompt_first", "models_tried in ['none','old']"),
    ("tuned-unmeasured", "measure_first", "already_tuned && !baseline_known"),
    ("no-goal", "ask_more", "'unsure' in need"),
    ("unmeasured", "measure_first", "eval_items < 20 || !baseline_known"),
    ("few-rows", "dataset_not_ready", "examples < 50 || agreement == 'none'"),
    ("circular", "dataset_not_ready", "examples_from == 'model' && !('cost' in need || 'latency' in need)"),
    ("nobody", "prompt_first", "owner == 'nobody'"),
    ("pref-after-tune", "preference_tuning",
     "already_tuned && feedback in ['pairs','thumbs','checker']"
     " && agreement == 'pick_only'"),
    ("rank-only", "preference_tuning", "agreement == 'pick_only' && feedback != 'none'"),
    ("rank-none", "dataset_not_ready", "agreement == 'pick_only'"),
    ("cost", "finetune_cost", "('cost' in need || 'latency' in need) && quality_ok && pays_back"),
    ("creative", "prompt_first", "variety == 'creative'"),
    ("behaviour", "finetune_consistency",
     "!quality_ok"
     " && ('format' in need || 'style' in need || 'consistency' in need || 'reasoning' in need || 'skill' in need)"),
    ("stay", "prompt_first", "true"),
)
# fmt: on
"""The table as it was before facts were told and not asked: clause, verdict and condition, in order."""
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def earlier() -> Knowledge:
    """Return our knowledge with the earlier table."""
    env = environment(KNOWLEDGE.facts)
    clauses: list[Rated] = []
    for id, verdict, when in EARLIER:
        condition = compile_condition(when, KNOWLEDGE.facts, env)
        clauses.append(replace(KNOWLEDGE.clause(id), verdict=verdict, condition=condition))
    return replace(KNOWLEDGE, clauses=tuple(clauses))


BEFORE = earlier()


@given(cases(ASKED | MEASURED))
@settings(max_examples=400)
def test_where_nothing_new_is_told_all_is_decided_and_asked_as_before(facts: dict[str, Value]) -> None:
    now, before = decide(KNOWLEDGE, Held(facts)), decide(BEFORE, Held(facts))
    assert (now.clause and now.clause.id, now.verdict) == (before.clause and before.clause.id, before.verdict)
    assert (now.ask, now.reachable, now.open) == (before.ask, before.reachable, before.open)


@given(cases(ASKED | TOLD | MEASURED))
@settings(max_examples=200)
def test_what_is_only_told_is_never_asked(facts: dict[str, Value]) -> None:
    decision = decide(KNOWLEDGE, Held(facts))
    assert not TOLD.keys() & {*decision.ask, *decision.open}
    assert not TOLD.keys() & {*final(Held(facts)).assumed}


def told(*said: tuple[str, Value | None], words: str = "") -> Consultation:
    """Return a case in which one person has told these facts, each in words of its own."""
    case = Consultation(id="c", started=NOON, updated=NOON)
    for fact, value in said:
        how, quote = (How.stated, words or f"words on {fact}") if value is not None else (How.chosen, None)
        case = claim(case, KNOWLEDGE, fact, Claim(value=value, how=how, by="ana", at=NOON, quote=quote))
    return case


@pytest.mark.parametrize(
    ("said", "fact", "value", "quote"),
    [
        ([("score_known", True), ("target_known", True)], "baseline_known", True, "words on score_known"),
        ([("score_known", True), ("target_known", False)], "baseline_known", False, "words on score_known"),
        ([("target_known", False)], "baseline_known", False, "words on target_known"),
        ([("score_known", True)], "baseline_known", None, None),
        ([("finetune", "works")], "already_tuned", False, "words on finetune"),
        ([("finetune", "none")], "already_tuned", False, "words on finetune"),
        ([("finetune", "falls_short")], "already_tuned", True, "words on finetune"),
        ([("tuned_fails", ("forgets",))], "already_tuned", True, "words on tuned_fails"),
        ([("tuned_fails", ("forgets",)), ("already_tuned", False)], "already_tuned", False, "words on already_tuned"),
        ([("already_tuned", None), ("finetune", "falls_short")], "already_tuned", True, "words on finetune"),
        ([("in_place", ("retrieval",))], "already_tuned", None, None),
    ],
)  # fmt: skip
def test_a_fact_follows_from_finer_ones_with_their_words(
    said: list[tuple[str, Value | None]], fact: str, value: Value | None, quote: str | None
) -> None:
    seen = view(told(*said), KNOWLEDGE, DERIVE).known.get(fact)
    assert (seen and seen.value, seen and seen.quote) == (value, quote)


def test_two_who_differ_on_a_fact_are_not_overruled_by_a_finer_one() -> None:
    case = told(("tuned_fails", ("forgets",)), ("already_tuned", True))
    other = Claim(value=False, how=How.stated, by="bo", at=NOON, quote="there is none")
    seen = view(claim(case, KNOWLEDGE, "already_tuned", other), KNOWLEDGE, DERIVE)
    assert "already_tuned" in seen.disputed and "already_tuned" not in seen.known


def test_what_changes_a_finer_fact_changes_what_follows_from_it() -> None:
    facts = GATES | {"score_known": True, "target_known": False, "baseline_known": False}
    held = Held(facts, followed=frozenset({"baseline_known"}))
    found = {flip.fact: flip for flip in would_change(KNOWLEDGE, held, "measure_first", DERIVE)}
    assert (found["target_known"].value, found["target_known"].verdict) == (True, "finetune_consistency")
    told_so = {flip.fact for flip in would_change(KNOWLEDGE, Held(facts), "measure_first", DERIVE)}
    assert "target_known" not in told_so


FACTS: list[tuple[str, Value | None]] = [("need", ("facts",)), ("knowledge", "stable")]


SHORT: list[tuple[str, Value | None]] = [
    ("need", ("skill",)), ("output", "text"), ("quality_ok", False), ("already_tuned", False),
]  # fmt: skip
READY: list[tuple[str, Value | None]] = [*GATES.items()]


@pytest.mark.parametrize(
    ("before", "said", "verdict", "clause"),
    [
        # Each is wrong for the person without the fact that is told.
        (FACTS, ("tuned_fails", ("forgets",)), "dataset_not_ready", "forgets"),
        ([("need", ("skill",)), ("examples", 8)], ("purpose", "smoke_test"), "dataset_not_ready", "smoke-test"),
        ([], ("tuned_fails", ("never_stops",)), "dataset_not_ready", "never-stops"),
        ([("need", ("style",)), ("platform", "together")], ("finetune", "works"), "keep_finetune", "works"),
        ([("need", ("style",)), ("platform", "openai")], ("finetune", "works"), "keep_finetune", "works-and-ends"),
        (FACTS, ("finetune", "works"), "retrieval", "facts"),
        (FACTS, ("retrieval_fails", "search"), "retrieval", "mend-search"),
        (FACTS, ("retrieval_fails", "reading"), "prompt_first", "misread"),
        ([*SHORT, ("prompts_tried", ("several", "few_shot"))], ("calls_tools", True), "prompt_first", "tools-first"),
        ([*READY, ("models_tried", "current")], ("language", "rare"), "prompt_first", "rare-language"),
        ([("need", ("consistency",)), ("output", "text"), ("knowledge", "stable")], ("answers_must", ("verbatim",)),
         "retrieval", "word-for-word"),
        ([*READY, ("output", "label")], ("classes", 77), "dataset_not_ready", "thin-classes"),
        ([*READY, ("already_tuned", True)], ("technique", ("raw_text",)), "dataset_not_ready", "trained-on-raw-text"),
        ([*READY, ("already_tuned", True), ("agreement", "pick_only"), ("feedback", "pairs")],
         ("technique", ("preference",)), "dataset_not_ready", "pref-again"),
        ([("need", ("facts", "style")), *SHORT[1:], ("knowledge", "stable"), ("prompts_tried", ("one",))],
         ("leads", "style"), "prompt_first", "few-prompts"),
        ([("need", ("facts", "style")), ("knowledge", "stable")], ("leads", "facts"), "retrieval", "facts"),
        ([("need", ("own_model", "facts")), ("knowledge", "stable")], ("leads", "facts"), "retrieval", "facts"),
    ],
)  # fmt: skip
def test_what_is_told_decides_without_a_question(
    before: list[tuple[str, Value | None]], said: tuple[str, Value], verdict: str, clause: str
) -> None:
    move = next_move(told(*before, said), KNOWLEDGE, DERIVE)
    assert isinstance(move, Verdict)
    assert (move.verdict, move.clause) == (verdict, clause)
    assert clause in ("facts", "few-prompts") or any(reason.quote == f"words on {said[0]}" for reason in move.because)


def test_a_classifier_that_runs_is_not_advised_again() -> None:
    facts = {**CASES["small"][0], "baseline_known": True, "in_place": ("classifier",)}
    assert decide(KNOWLEDGE, Held(CASES["small"][0])).verdict == "no_llm"
    assert final(Held(facts)).verdict != "no_llm"


@pytest.mark.parametrize(
    ("fact", "value", "verdict"),
    [
        ("calls_tools", False, "finetune_consistency"),
        ("classes", 12, "finetune_consistency"),
        ("language", "other", "finetune_consistency"),
        ("answers_must", ("abstain",), "finetune_consistency"),
        ("technique", ("lora",), "finetune_consistency"),
        ("modality", ("image",), "finetune_consistency"),
        ("spend_month", 5000, "finetune_consistency"),
    ],
)
def test_what_changes_nothing_here_lets_the_gates_stand_as_they_are(fact: str, value: Value, verdict: str) -> None:
    assert decide(KNOWLEDGE, Held({**GATES, fact: value})).verdict == verdict


def test_a_need_that_leads_is_one_that_they_have() -> None:
    seen = view(told(("leads", "style")), KNOWLEDGE, DERIVE).known
    assert (seen["need"].value, seen["need"].quote) == (("style",), "words on leads")
    both = view(told(("need", ("facts",)), ("leads", "style")), KNOWLEDGE, DERIVE).known
    assert both["need"].value == ("facts",)


def test_a_bill_that_no_saving_could_repay_ends_the_questions_about_volume() -> None:
    cost: dict[str, Value] = {**GATES, "need": ("cost",), "quality_ok": True}
    open_ = decide(KNOWLEDGE, Held(cost))
    assert "calls_per_day" in open_.ask
    for spent, verdict in ((30, "prompt_first"), (5000, None)):
        facts = {**cost, "spend_month": spent}
        assert decide(KNOWLEDGE, Held({**facts, **DERIVE(facts)})).verdict == verdict
