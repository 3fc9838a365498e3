"""What a trial takes, said before it starts, and the cap that holds while it runs."""

from bot.model.prices import usd
from bot.trial.budget import Budget, Cap, Estimate, estimate, over_cap, said
from bot.trial.plan import plan
from bot.trial.rungs import BY_NAME
from bot.trial.scorers.judged import Judge
from bot.trial.task import Call, Task
from tests.trial.makers import task


def of(calls: int, cost: float | None) -> Estimate:
    return Estimate(calls=calls, tokens_in=4000, tokens_out=300, usd=cost)


def test_it_counts_the_full_grid_and_its_price() -> None:
    small = task()
    found = estimate(small, "gpt-4.1-mini")
    assert found.calls == len(plan(small))
    assert found.usd is not None
    assert found.usd == usd("gpt-4.1-mini", found.tokens_in, found.tokens_out)
    assert 0 < found.usd < 0.02
    assert estimate(small, "SmolLM2-135M").usd is None


def test_tokens_are_near_what_is_sent() -> None:
    small = task(repeats=1)
    found = estimate(small, "m")
    sent = [BY_NAME[rung].messages(small, item) for rung, item, _ in plan(small)]
    words = sum(len(message["content"].split()) for messages in sent for message in messages)
    assert words < found.tokens_in < 3 * words


def test_each_model_is_paid_at_its_own_price_and_one_without_leaves_it_open() -> None:
    def of_models(*models: str) -> Task:
        return task().model_copy(update={"models": models})

    alone, both = estimate(of_models(), "gpt-4.1-mini"), estimate(of_models("gpt-4.1"), "gpt-4.1-mini")
    assert both.calls > alone.calls
    assert alone.usd is not None
    assert both.usd is not None
    # The second model takes a fraction of the calls and is five times as dear.
    assert both.usd > 2 * alone.usd
    assert estimate(of_models("nobody-knows"), "gpt-4.1-mini").usd is None


def test_a_judge_is_counted_with_what_it_judges() -> None:
    plain = task()
    judged = plain.model_copy(update={"scorer": Judge(rubric="It is kind.")})
    assert estimate(judged, "m").calls == len(plan(judged)) * (1 + judged.scorer.calls)


def test_only_what_is_above_the_cap_is_asked_for_and_named() -> None:
    assert over_cap(of(200, 0.5), Cap()) is None
    assert over_cap(of(200, None), Cap()) is None
    unknown = of(200, None).model_copy(update={"least": 0.6})
    assert "at least 0.60 USD. That is above the cap of 0.50 USD" in (over_cap(unknown, Cap()) or "")
    assert over_cap(of(201, None), Cap()) == (
        "This trial takes up to 201 calls and about 4,300 tokens. That is above the cap of 200 calls."
    )
    dear = over_cap(of(300, 0.7), Cap())
    assert dear is not None
    assert "4,300 tokens, 0.70 USD" in dear
    assert "200 calls and 0.50 USD" in dear
    assert over_cap(of(300, 0.7), Cap(calls=300, usd=1)) is None


def test_a_small_cap_is_not_called_nothing() -> None:
    asked = over_cap(of(1, 0.5), Cap(usd=0.001))
    assert asked is not None
    assert asked.endswith("above the cap of 0.001 USD.")


def test_little_is_said_as_little() -> None:
    assert said(of(1, 0.0001)) == "up to 1 call and about 4,300 tokens, less than 0.01 USD"


async def test_the_cap_holds_while_it_runs() -> None:
    few = Budget(Cap(calls=3))
    assert [await few.spend() for _ in range(5)] == [True, True, True, False, False]
    dear = Budget(Cap(calls=100, usd=0.01))
    assert await dear.spend()
    dear.paid(Call(rung="bare", item=0, run=0, model="gpt-4.1", tokens_in=100, tokens_out=5000))
    assert not await dear.spend()
