"""What a finetune costs and when it pays back: the worked example, the dates, and what more calls do."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.cost.arithmetic import (
    Call,
    Tuned,
    alternatives,
    call_cost,
    calls_a_day,
    calls_to_break_even,
    compare,
    default_effort,
    fixed_cost,
    least_a_month,
    pays_back,
    rounded,
    training_cost,
    tuned_options,
    warning,
)
from bot.cost.quote import Given, conclusion, with_facts, work_out
from knowledge.prices import (
    Inference,
    base_retires,
    base_stops,
    cache_minimum,
    ends_on,
    is_stale,
    load_prices,
    platform_closes,
    takes_jobs,
)
from knowledge.schema import KnowledgeError

PRICES = load_prices()
TODAY = date(2026, 11, 22)
CALL = Call(tokens_in=1500, tokens_fixed=1280, tokens_out=20)
TUNED = CALL.tuned(fixed_left=30)
PLATFORMS = st.sampled_from([*PRICES.platforms, "undecided", "elsewhere"])
TOKENS = st.integers(0, 200_000)


def price(name: str) -> Inference:
    found = PRICES.model(name)
    assert found is not None
    return found


# The worked example: a classifier of 1,500 prompt tokens, of which a finetune needs 250.


def test_a_call_costs_what_its_tokens_cost() -> None:
    assert Call(250, 30, 20) == TUNED
    per_thousand = {
        (name, cached): call_cost(price(name), CALL, cached=cached) * 1000
        for name in ("gpt-4.1", "gpt-4.1-mini", "gpt-6-luna")
        for cached in (False, True)
    }
    assert per_thousand == {
        ("gpt-4.1", False): Decimal("3.16"),
        ("gpt-4.1", True): Decimal("1.24"),
        ("gpt-4.1-mini", False): Decimal("0.632"),
        ("gpt-4.1-mini", True): Decimal("0.248"),
        ("gpt-6-luna", False): Decimal("0.16"),
        ("gpt-6-luna", True): Decimal("0.0448"),
    }
    assert call_cost(price("ft:gpt-4.1-mini"), TUNED, cached=False) * 1000 == Decimal("0.264")


def test_training_is_a_small_part_of_the_start() -> None:
    assert training_cost(500, 270, 3, Decimal(5)) == Decimal("2.025")
    assert fixed_cost(default_effort(0, PRICES), TUNED) == Decimal("1002.025")
    # Rows in hand need no label.
    assert fixed_cost(default_effort(500, PRICES), TUNED) == Decimal("502.025")


@pytest.mark.parametrize(
    ("now", "cached", "calls"),
    [
        ("gpt-4.1", False, 346_000),
        ("gpt-4.1", True, 1_030_000),
        ("gpt-4.1-mini", False, 2_720_000),
        ("gpt-4.1-mini", True, None),
        ("gpt-6-luna", True, None),
    ],
)
def test_calls_to_break_even_of_the_worked_example(now: str, cached: bool, calls: int | None) -> None:
    tuned = call_cost(price("ft:gpt-4.1-mini"), TUNED, cached=False)
    found = calls_to_break_even(Decimal("1002.025"), call_cost(price(now), CALL, cached=cached), tuned)
    assert (found if found is None else rounded(found)) == calls


@pytest.mark.parametrize(("cached", "calls"), [(False, 13_700), (True, 37_300)])
def test_calls_a_day_that_hosting_by_the_hour_needs(cached: bool, calls: int) -> None:
    base = price("azure/gpt-4.1-mini")
    hosted = Tuned(
        name="gpt-4.1-mini, deployed",
        platform="azure",
        per_call=call_cost(base, TUNED, cached=False),
        per_month=Decimal("1.70") * PRICES.assumptions.hours_per_month.value,
        fixed=Decimal(0),
        months=Decimal(12),
    )
    assert hosted.per_month == 1241
    found = calls_a_day(hosted, call_cost(price("gpt-4.1"), CALL, cached=cached), PRICES)
    assert found is not None
    assert rounded(found) == calls


def test_hosting_and_dates_come_from_the_table_unless_given() -> None:
    effort = default_effort(0, PRICES)
    finetune = price("ft:gpt-4.1-mini")
    hosted = compare(CALL, effort, price("gpt-4.1"), PRICES.small, price("azure/gpt-4.1-mini"), None, PRICES, TODAY)
    by_token = compare(CALL, effort, price("gpt-4.1"), PRICES.small, finetune, None, PRICES, TODAY)
    own = compare(CALL, effort, price("gpt-4.1"), PRICES.small, finetune, Decimal(2), PRICES, TODAY)
    assert (hosted.tuned.per_month, by_token.tuned.per_month, own.tuned.per_month) == (1241, 0, 1460)
    # Its base stops on 2027-01-14, 53 days later.
    assert by_token.tuned.months == Decimal(53) / 30
    start, call = by_token.tuned.fixed, by_token.tuned.per_call
    assert [calls_to_break_even(start, row.per_call, call) for row in by_token.rows] == [346_004, 1_026_665, None]
    assert by_token.pays_above is None


def test_three_ways_without_tuning_are_compared() -> None:
    ways = alternatives(CALL, price("gpt-4.1"), PRICES.small, PRICES)
    assert [usd * 1000 for _, usd in ways] == [Decimal("3.16"), Decimal("1.24"), Decimal("0.0448")]


@given(TOKENS, TOKENS, TOKENS, st.sampled_from(PRICES.inference), st.sampled_from(PRICES.inference))
def test_a_cached_way_is_listed_only_above_the_minimum_and_is_cheaper(
    tokens_in: int, fixed: int, out: int, present: Inference, small: Inference
) -> None:
    call = Call(tokens_in, fixed, out)
    ways = alternatives(call, present, small, PRICES)
    assert ways[0] == (f"{present.model} with the prompt as it is", call_cost(present, call, cached=False))
    assert len(set(ways)) == len(ways)
    for price in (present, small):
        least = cache_minimum(PRICES, price)
        enough = min(tokens_in, fixed) >= (least.min_tokens if least else 1)
        cached = (f"{price.model} with the prompt cached", call_cost(price, call, cached=True))
        assert (cached in ways) == (enough and price.cached_in is not None)
        assert not enough or cached[1] <= call_cost(price, call, cached=False)


# Whether it pays back


def test_a_finetune_that_a_cheaper_base_undercuts_never_pays_back() -> None:
    pays, why = pays_back(10**9, 1500, 1280, 20, "tinker", 0, PRICES, TODAY)
    assert not pays
    assert why.pays_above is None
    assert why.alternatives[0].pays_above is not None
    assert "never pays back against gpt-6-luna with the prompt cached" in why.text
    assert "has to be measured" in why.text


def test_a_prompt_too_short_for_a_cache_is_compared_without_one() -> None:
    _, why = pays_back(0, 1000, 1000, 20, "openai", 0, PRICES, TODAY)
    assert [row.name for row in why.alternatives] == [
        f"{PRICES.present.model} with the prompt as it is",
        f"{PRICES.small.model} with the prompt as it is",
    ]


def test_volume_decides_where_tokens_cost_nothing() -> None:
    _, why = pays_back(0, 6000, 5000, 20, "together", 0, PRICES, TODAY)
    above = why.pays_above
    assert above is not None
    assert not pays_back(above - 1, 6000, 5000, 20, "together", 0, PRICES, TODAY)[0]
    assert pays_back(above, 6000, 5000, 20, "together", 0, PRICES, TODAY)[0]
    assert f"{rounded(above):,} calls a day" in why.text


def test_the_team_s_platform_is_used_where_its_price_is_known_and_said_where_not() -> None:
    for platform, where in (("azure", "azure"), ("together", "together"), ("tinker", "tinker")):
        tuned = pays_back(10, 1500, 1280, 20, platform, 0, PRICES, TODAY)[1].tuned
        assert tuned is not None
        assert tuned.platform == where
    assert "fireworks" in pays_back(10, 1500, 1280, 20, "fireworks", 0, PRICES, TODAY)[1].text


def test_a_platform_that_takes_no_jobs_is_no_option() -> None:
    def places(day: date, platform: str = "undecided") -> set[str]:
        return {option.platform for option in tuned_options(CALL, 0, platform, PRICES, day)}

    early = date(2026, 4, 1)
    assert "openai" in places(early, "openai")
    assert "openai" not in places(date(2026, 6, 1)), "new organizations are not let in"
    assert "openai" not in places(date(2027, 1, 7), "openai")
    assert "azure" not in places(date(2027, 4, 15)), "its bases have stopped"


def test_what_ends_within_a_quarter_is_no_option_and_within_half_a_year_it_is_said_first() -> None:
    day = date(2026, 11, 26)
    assert not {o.platform for o in tuned_options(CALL, 0, "openai", PRICES, day)} & {"openai"}
    text = pays_back(10, 1500, 1280, 20, "openai", 0, PRICES, day)[1].text
    assert text.startswith("Mind the date: finetuning on openai ends on 2027-01-06, too soon to begin there")
    text = pays_back(10, 1500, 1280, 20, "azure", 0, PRICES, day)[1].text
    assert text.startswith("Mind the date: gpt-4.1-mini on azure ends on 2027-04-14. ")
    assert "azure" not in {o.platform for o in tuned_options(CALL, 0, "azure", PRICES, date(2027, 2, 1))}


@given(PLATFORMS, st.dates(date(2026, 1, 1), date(2029, 1, 1)))
def test_no_option_ends_within_a_quarter(platform: str, day: date) -> None:
    for option in tuned_options(CALL, 0, platform, PRICES, day):
        end = ends_on(PRICES, option.platform, option.base)
        assert end is None or (end - day).days > 90
        assert (end is not None and (end - day).days <= 180) == bool(warning(option.platform, option.base, PRICES, day))


def test_without_any_price_nothing_pays_back_and_it_says_why() -> None:
    bare = PRICES.model_copy(
        update={"hosting": (), "inference": tuple(row for row in PRICES.inference if not row.finetuned)}
    )
    pays, why = pays_back(10**6, 1500, 1280, 20, "openai", 0, bare, TODAY)
    assert not pays
    assert why.tuned is None
    assert "no" in why.text.lower()


@given(st.integers(0, 10**9), st.integers(0, 10**9), TOKENS, TOKENS, TOKENS, PLATFORMS, st.integers(0, 10**6))
def test_more_calls_never_turn_a_yes_into_a_no(
    calls: int, more: int, tokens_in: int, fixed: int, out: int, platform: str, examples: int
) -> None:
    few, why = pays_back(calls, tokens_in, fixed, out, platform, examples, PRICES, TODAY)
    many, same = pays_back(calls + more, tokens_in, fixed, out, platform, examples, PRICES, TODAY)
    assert many or not few
    assert why == same, "the threshold does not depend on the volume"
    assert few == (why.pays_above is not None and calls >= why.pays_above)


@given(TOKENS, TOKENS, TOKENS, st.integers(0, 2000))
def test_a_yes_is_cheaper_than_every_way_over_its_months(tokens_in: int, fixed: int, out: int, days: int) -> None:
    _, why = pays_back(1, tokens_in, fixed, out, "undecided", 0, PRICES, TODAY + timedelta(days=days))
    if why.tuned is None or why.pays_above is None:
        return
    calls = why.pays_above * why.tuned.months * PRICES.assumptions.days_per_month.value
    spent = why.tuned.fixed + why.tuned.per_month * why.tuned.months + calls * why.tuned.per_call
    assert all(spent <= calls * way.per_call for way in why.alternatives)


# The table


def test_dates_of_platforms_and_bases() -> None:
    assert platform_closes(PRICES, "openai", TODAY) is True, "it stops within half a year"
    assert platform_closes(PRICES, "openai", date(2026, 5, 1)) is False
    assert platform_closes(PRICES, "cohere", TODAY) is True
    assert platform_closes(PRICES, "self_hosted", TODAY) is False
    assert base_retires(PRICES, "openai", TODAY) == (True, date(2027, 1, 14))
    assert base_retires(PRICES, "vertex", TODAY) == (False, date(2027, 7, 21)), "one base outlasts the other"
    assert base_retires(PRICES, "together", TODAY) == (False, None)
    assert base_stops(PRICES, "openai", "gpt-4.1-mini") == date(2027, 1, 14)


@given(st.text(max_size=20) | PLATFORMS, st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_look_ups_answer_for_any_platform_and_day(platform: str, day: date) -> None:
    known = platform in PRICES.platforms
    assert (platform_closes(PRICES, platform, day) is None) == (not known)
    assert base_retires(PRICES, platform, day)[0] in (False, known)
    assert known or not takes_jobs(PRICES, platform, day, newcomer=False)


def test_a_price_is_stale_after_ninety_days() -> None:
    assert not is_stale(PRICES, TODAY, TODAY + timedelta(days=90))
    assert is_stale(PRICES, TODAY, TODAY + timedelta(days=91))


def test_every_platform_that_can_be_answered_and_every_source_is_in_the_tables() -> None:
    folder = Path(__file__).parents[2] / "knowledge"
    facts = yaml.safe_load((folder / "facts.yaml").read_text("utf-8"))
    sources = yaml.safe_load((folder / "sources.yaml").read_text("utf-8"))
    assert set(facts["platform"]["values"]) - {"undecided"} <= set(PRICES.platforms)
    tables = (PRICES.platforms.values(), PRICES.inference, PRICES.caching, PRICES.training, PRICES.hosting)
    named = {row.source for table in tables for row in table}
    assert named <= set(sources), named - set(sources)


def test_a_house_lays_its_own_prices_over_ours(tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text(
        """
assumptions:
  label_usd_per_row: {value: 4, why: our experts}
inference:
  - {model: gpt-4.1, provider: openai, in: 1, cached_in: 1, out: 1, source: ours, checked: 2026-11-01, finetuned: false}
caching:
  - {provider: openai, match: "gpt-4.1", min_tokens: 128, source: ours, checked: 2026-11-01}
hosting:
  - {platform: self_hosted, usd_per_hour: 0.1, what: our rack, source: ours, checked: 2026-11-01}
""",
        "utf-8",
    )
    house = load_prices(tmp_path)
    assert house.assumptions.label_usd_per_row.value == 4
    assert house.assumptions.rows == PRICES.assumptions.rows
    assert house.model("gpt-4.1") == house.inference[0]
    assert house.inference[0].in_ == 1
    assert [least.min_tokens for row in (house.inference[0], house.small) if (least := cache_minimum(house, row))] == [
        128,
        1024,
    ]
    assert len(house.inference) == len(PRICES.inference)
    assert len(house.hosting) == len(PRICES.hosting) + 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hosting: [{platform: x", "prices.yaml: this is not YAML at line"),
        ("- a", "prices.yaml: must be a table"),
        ("prices: {}", "prices.yaml: prices: "),
        (
            "inference: [{model: m, provider: p, in: -1, cached_in: 0, out: 1, finetuned: no, source: s, checked: 1}]",
            "prices.yaml: inference, entry 1 (m), in: ",
        ),
        (
            "training: [{platform: p, base: b, source: s, checked: 2026-01-01}]",
            "prices.yaml: training, entry 1 (b): needs either usd_per_million_tokens or usd_per_hour",
        ),
        ("platforms: {p: {text: t}}", "prices.yaml: platforms, p, source: "),
        (
            "assumptions: {small_model: {value: nope, why: w}}",
            "prices.yaml: assumptions, small_model: `inference` has no model 'nope'",
        ),
    ],
)
def test_a_mistake_in_a_table_is_named_with_file_and_entry(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "prices.yaml").write_text(text, "utf-8")
    with pytest.raises(KnowledgeError) as error:
        load_prices(tmp_path)
    assert any(fault.startswith(says) for fault in error.value.faults), error.value.faults


# The command


@given(st.integers(1, 10**7), TOKENS, TOKENS, st.integers(0, 4000), st.sampled_from([0, 120, 5000]), PLATFORMS)
def test_whoever_saves_by_a_finetune_pays_at_least_what_one_costs_before_its_calls(
    calls: int, tokens_in: int, fixed: int, out: int, rows: int, platform: str
) -> None:
    bill = calls * 30 * call_cost(PRICES.present, Call(tokens_in, min(fixed, tokens_in), out), cached=False)
    found = least_a_month(rows, platform, PRICES, TODAY)
    assert found is not None
    if pays_back(calls, tokens_in, fixed, out, platform, rows, PRICES, TODAY)[0]:
        assert found[1] <= bill


def test_the_sum_is_laid_beside_the_bill() -> None:
    given_ = with_facts(Given(), {"spend_month": 4000, "calls_per_day": 50_000})
    said = conclusion(work_out(given_, PRICES, TODAY), PRICES, TODAY, give_calls="calls", give_tuned="tuned")
    assert "You pay 4,000 USD a month today; this one would take about" in said and "all in at your calls" in said
    unsaid = conclusion(work_out(Given(), PRICES, TODAY), PRICES, TODAY, give_calls="calls", give_tuned="tuned")
    assert "You pay" not in unsaid
