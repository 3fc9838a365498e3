"""What follows a trial's figures: what it does to the verdict, what each rung asked, what can be taken away."""

from datetime import UTC, datetime

import pytest

from bot.chat.reply import Choices, File, Picture, Table, Text
from bot.consultation.model import Claim, Consultation, How
from bot.consultation.trial_results import TrialResult
from bot.model.client import Model
from bot.trial.report.details import asked, downloads, effect, verdict_with
from bot.trial.report.result import report
from bot.trial.results.summary import summarise
from tests.support.consulting import ADVISOR
from tests.trial.makers import calls, task

KNOWLEDGE = ADVISOR.knowledge
AT = datetime(2026, 11, 22, tzinfo=UTC)
MODEL = Model("gpt-6-luna", "https://api.openai.com/v1")


def case(**facts: object) -> Consultation:
    claims = {
        name: (Claim.model_validate({"value": value, "how": How.chosen, "by": "ana", "at": AT}),)
        for name, value in facts.items()
    }
    return Consultation(id="c", started=AT, updated=AT).but(claims=claims)


def test_a_verdict_stays_or_changes_only_where_one_was_told() -> None:
    after = verdict_with(
        case(), {"quality_ok": True, "pass_rate": 1.0, "pass_rate_low": 0.84}, KNOWLEDGE, ADVISOR.derive
    )
    assert after is not None
    other = next(name for name in KNOWLEDGE.verdicts if name != after)
    name, before = KNOWLEDGE.verdicts[after].headline, KNOWLEDGE.verdicts[other].headline
    nothing = summarise(task(), [], MODEL)
    measured = nothing.model_copy(update={"facts": {"pass_rate": 0.95, "models_tried": "old"}})
    first = effect(KNOWLEDGE, measured, None, after)
    assert "95" in first and f"({MODEL.name})" in first, "an older model is named"
    assert f"is: *{name}*." in first and "stays" not in first and "before" not in first
    assert f"stays: *{name}*." in effect(KNOWLEDGE, nothing, after, after)
    assert f"is now: *{name}* (before: *{before}*)." in effect(KNOWLEDGE, nothing, other, after)
    assert f"is: *{name}*." in effect(KNOWLEDGE, nothing, "gone", after)


def test_what_was_measured_is_said_with_its_figures_and_without_what_it_left_as_it_was() -> None:
    given = task()
    made = calls(given, ("bare",), lambda _rung, item, _run: item < 2)
    facts = {"pass_rate": 0.5, "baseline_known": True, "eval_items": 60}
    told = effect(KNOWLEDGE, summarise(given, made, MODEL).model_copy(update={"facts": facts}), None, None)
    assert "50 % against the usual 80 %" in told and "60" not in told
    measured = summarise(given, made, MODEL).model_copy(update={"facts": {"eval_items": 4}})
    assert "test items: 4" in effect(KNOWLEDGE, measured, None, None)


def test_a_trial_before_any_verdict_says_none_that_stays() -> None:
    given = task(prompt="Tell whether this is kind. {input}")
    made = calls(given, ("bare",), lambda rung, item, run: item > 0)
    result = summarise(given, made, MODEL).model_copy(update={"facts": {"eval_items": 5}})
    shown = report(case(need=("style",)), result, given, made, KNOWLEDGE, ADVISOR.derive).effect[0]
    assert isinstance(shown, Text)
    assert "the verdict on what is known so far is: *" in shown.markdown


def test_a_report_has_its_effect_beside_the_card_and_prompts_and_files_behind_buttons() -> None:
    given = task(prompt="Tell whether `this` is kind. {input}")
    made = calls(given, ("bare", "instructed", "few_shot"), lambda rung, item, run: rung == "few_shot" or item > 0)
    result = summarise(given, made, MODEL).model_copy(update={"facts": {"pass_rate": 1.0}})
    made_of = report(case(), result, given, made, KNOWLEDGE, ADVISOR.derive)
    text, shown = made_of.card
    assert isinstance(text, Text) and isinstance(shown, Picture)
    (effects,) = made_of.effect
    assert isinstance(effects, Text) and "**For your case:** the verdict" in effects.markdown
    assert "Tell whether" not in text.markdown
    told = "\n".join(part.markdown for part in made_of.details if isinstance(part, Text))
    assert "Tell whether `this` is kind." in told and "**Counted in your case:** pass rate" in told
    assert any(isinstance(part, Table) for part in made_of.details)
    assert result.best == "few_shot"
    assert "few-shot:" not in asked(result, given, made)
    names = ("trial.json", "calls.jsonl", "prompts.md", "promptfooconfig.yaml", "inspect_task.py")
    assert [part.name for part in made_of.files if isinstance(part, File)] == [f"{result.id}-{name}" for name in names]


@pytest.mark.parametrize("passing", [(), (1, 2), (0, 1, 2, 3, 4)])
def test_what_is_said_at_once_fits_a_phone(passing: tuple[int, ...]) -> None:
    given = task(prompt="Tell whether this is kind. {input}")
    made = calls(given, ("bare", "instructed", "few_shot"), lambda rung, item, run: item in passing)
    result = summarise(given, made, MODEL)
    full = TrialResult.model_validate(
        result.model_dump() | {"stopped": True, "facts": {"eval_items": 5, "quality_ok": False, "pass_rate": 0.4}}
    )
    made_of = report(case(), full, given, made, KNOWLEDGE, ADVISOR.derive)
    lines = [line for part in made_of.card if isinstance(part, Text) for line in part.markdown.splitlines() if line]
    # What it does to the case takes three more.
    assert len(lines) <= 3
    (offer,) = (part for part in made_of.offered("trial-1") if isinstance(part, Choices))
    assert [(each.value, each.label) for each in offer.options] == [
        ("trial-1/details", "Details"),
        ("trial-1/files", "Files"),
    ]
    assert made_of.section("details") and made_of.section("files") and made_of.section("gone") == ()


def test_a_file_too_large_for_a_conversation_is_named() -> None:
    small, large = File(name="a.md", content="x"), File(name="b.jsonl", content="x" * 2_000_000)
    kept, notice = downloads([small, large])
    assert kept == small
    assert isinstance(notice, Text)
    assert "Too large to send here: b.jsonl." in notice.markdown
    assert downloads([small]) == [small]
