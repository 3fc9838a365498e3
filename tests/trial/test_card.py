"""What follows a trial's figures: what it does to the verdict, what each rung asked, what can be taken away."""

from datetime import UTC, datetime

from bot.consultation import Claim, Consultation, How
from bot.model import Model
from bot.reply.parts import File, Text
from bot.trial.card import asked, details, downloads, effect, verdicts
from bot.trial.result import summarise
from tests.consulting import ADVISOR
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


def test_a_verdict_that_changes_is_named_with_the_one_before() -> None:
    derive = ADVISOR.derive
    before, after = verdicts(case(), {"quality_ok": True, "pass_rate": 1.0, "pass_rate_low": 0.84}, KNOWLEDGE, derive)
    assert before is not None
    assert after is not None
    said = effect(KNOWLEDGE, {"pass_rate": 0.95}, before, after)
    assert "95" in said
    assert KNOWLEDGE.verdicts[after].headline in said
    assert "stays" in effect(KNOWLEDGE, {}, after, after)
    other = next(name for name in KNOWLEDGE.verdicts if name != after)
    changed = effect(KNOWLEDGE, {}, other, after)
    assert f"(before: *{KNOWLEDGE.verdicts[other].headline}*)" in changed


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
