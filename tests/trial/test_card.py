"""What follows a trial's figures: what it does to the verdict, what each rung asked, what can be taken away."""

from datetime import UTC, datetime

from bot.chat.reply import File, Text
from bot.consultation.model import Claim, Consultation, How
from bot.model import Model
from bot.trial.report.details import asked, details, downloads, effect, verdict_with
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
    first = effect(KNOWLEDGE, {"pass_rate": 0.95}, None, after)
    assert "95" in first
    assert f"is: *{name}*." in first and "stays" not in first and "before" not in first
    assert f"stays: *{name}*." in effect(KNOWLEDGE, {}, after, after)
    assert f"is now: *{name}* (before: *{before}*)." in effect(KNOWLEDGE, {}, other, after)
    assert f"is: *{name}*." in effect(KNOWLEDGE, {}, "gone", after)


def test_a_trial_before_any_verdict_says_none_that_stays() -> None:
    given = task(prompt="Tell whether this is kind. {input}")
    made = calls(given, ("bare",), lambda rung, item, run: item > 0)
    result = summarise(given, made, MODEL).model_copy(update={"facts": {"eval_items": 5}})
    shown = details(result, given, made, case(need=("style",)), KNOWLEDGE, ADVISOR.derive)
    assert isinstance(shown[0], Text)
    assert "The verdict on what is known so far is: *" in shown[0].markdown


def test_details_hold_effect_prompts_and_files() -> None:
    given = task(prompt="Tell whether `this` is kind. {input}")
    made = calls(given, ("bare", "instructed", "few_shot"), lambda rung, item, run: rung == "few_shot" or item > 0)
    result = summarise(given, made, MODEL).model_copy(update={"facts": {"pass_rate": 1.0}})
    parts = details(result, given, made, case(), KNOWLEDGE, ADVISOR.derive)
    texts = [part.markdown for part in parts if isinstance(part, Text)]
    assert "What this does to your case" in texts[0]
    assert "Tell whether `this` is kind." in texts[1]
    assert result.best == "few_shot"
    assert "few-shot:" not in asked(result, given, made)
    assert [part.name for part in parts if isinstance(part, File)] == [
        "trial.json", "calls.jsonl", "prompts.md", "promptfooconfig.yaml", "inspect_task.py",
    ]  # fmt: skip


def test_a_file_too_large_for_a_conversation_is_named() -> None:
    small, large = File(name="a.md", content="x"), File(name="b.jsonl", content="x" * 2_000_000)
    kept, notice = downloads([small, large])
    assert kept == small
    assert isinstance(notice, Text)
    assert "Too large to send here: b.jsonl." in notice.markdown
    assert downloads([small]) == [small]
