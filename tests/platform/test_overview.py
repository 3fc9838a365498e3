"""The list of a person's consultations: the newest first, each told from the others, and nothing of anybody else's."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.consultation.model import Asked, Claim, Consultation, How, Line, Verdict
from bot.consultation.trial_state import Phase, TrialState
from bot.platform.overview import MOST, TITLE, Overview, overview
from bot.store import keys
from bot.store.connection import opened
from bot.store.consultations import Store
from bot.store.errors import StoreError
from knowledge.load import load
from tests.store.conftest import settings
from tests.support.clock import NOON

KNOWLEDGE = load()
ANA, BEN = "slack:T1:U1", "slack:T1:U2"
GIVEN = next(iter(KNOWLEDGE.verdicts))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with opened(settings(tmp_path / "home")) as connection:
        yield Store(connection)


def case(number: int, *said: str, by: str = ANA, **more: Any) -> Consultation:
    """The consultation of this number, a minute later than the one before, with these lines in it."""
    at = NOON + timedelta(minutes=number)
    lines = tuple(Line(by=by, text=text, at=at) for text in said)
    made = Consultation(id=f"slack:T1:C1:{number}", started=NOON, updated=at, asker=by, transcript=lines)
    return made.but(**more)


async def put(store: Store, *cases: Consultation, people: tuple[str, ...] = ()) -> None:
    for each in cases:
        await store.commit(each.id, 0, each, people=people)


async def test_the_newest_come_first_and_no_more_than_fit(store: Store) -> None:
    await put(store, *(case(number, f"It is number {number}") for number in range(MOST + 17)))
    listed = await overview(store, KNOWLEDGE, ANA)
    found = listed.shown
    assert (len(found), listed.total) == (MOST, MOST + 17)
    assert [each.title for each in found] == [f"It is number {n}" for n in reversed(range(17, MOST + 17))]
    assert [each.updated for each in found] == sorted((each.updated for each in found), reverse=True)


async def test_what_stands_is_said_of_each(store: Store) -> None:
    given = Verdict(verdict=GIVEN, clause="c", because=(), notes=(), assumed=(), would_change=(), next=())
    facts = list(next(iter(KNOWLEDGE.questions.values())).facts)
    await put(
        store,
        case(1, "one", verdict=given, trial=TrialState(phase=Phase.finished)),
        case(2, "two", asked=Asked(facts=tuple(facts)), trial=TrialState(phase=Phase.running)),
        case(3, "three"),
    )
    nothing, asks, decided = (await overview(store, KNOWLEDGE, ANA)).shown
    assert (decided.verdict, decided.question, decided.running) == (KNOWLEDGE.verdicts[GIVEN].headline, None, False)
    assert (asks.verdict, asks.running) == (None, True)
    assert asks.question == " ".join(KNOWLEDGE.asks[fact].ask for fact in facts)
    assert (nothing.verdict, nothing.question, nothing.id) == (None, None, "slack:T1:C1:3")


async def test_verdicts_and_questions_that_are_no_more_are_left_out(store: Store) -> None:
    given = Verdict(verdict="gone", clause="c", because=(), notes=(), assumed=(), would_change=(), next=())
    await put(store, case(1, "one", verdict=given, asked=Asked(facts=("gone",))))
    (one,) = (await overview(store, KNOWLEDGE, ANA)).shown
    assert (one.verdict, one.question) == (None, None)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (["it never keeps our tone"], "it never keeps our tone"),
        (["<@U0ADVISOR>  it never\n keeps our tone "], "it never keeps our tone"),
        (["hi", "Should we finetune?", "it never keeps our tone"], "it never keeps our tone"),
        (["Should we finetune a model for our replies?"], "Should we finetune a model for our replies?"),
        (["should we fine-tune?"], "should we fine-tune?"),
        (["word " * 30], "word " * 11 + "word…"),
        (["x" * 300], "x" * (TITLE - 1) + "…"),
        (["<@U0ADVISOR>"], "A consultation without words yet"),
        ([], "A consultation without words yet"),
    ],
)
async def test_the_title_is_the_first_words_that_tell_something(store: Store, said: list[str], title: str) -> None:
    await put(store, case(1, *said))
    (one,) = (await overview(store, KNOWLEDGE, ANA)).shown
    assert one.title == title
    assert len(one.title) <= TITLE


async def test_without_words_the_first_answer_is_the_title(store: Store) -> None:
    none = Claim(value=None, how=How.chosen, by=ANA, at=NOON)
    chosen = Claim(value=400, how=How.chosen, by=ANA, at=NOON)
    await put(store, case(1, "should we finetune?", claims={"eval_items": (none,), "examples": (chosen,)}))
    (one,) = (await overview(store, KNOWLEDGE, ANA)).shown
    assert one.title.endswith(": 400") and one.title[0].isupper()


async def test_only_what_a_person_is_in_and_what_is_still_there(store: Store) -> None:
    await put(store, case(1, "one"), case(2, "two", by=BEN), case(3, "three"))
    await put(store, case(4, "four", by=BEN, names={BEN: "Ben", ANA: "Ana"}), people=(ANA, BEN))
    # It was forgotten, and others began another one in the same place.
    await store.forget("slack:T1:C1:3")
    await put(store, case(3, "three anew", by=BEN))
    assert [each.title for each in (await overview(store, KNOWLEDGE, ANA)).shown] == ["four", "one"]
    assert await overview(store, KNOWLEDGE, "slack:T1:U9") == Overview((), 0)


async def test_one_that_cannot_be_read_does_not_hide_the_others(store: Store) -> None:
    await put(store, case(1, "one"), case(2, "two"))
    await store.connection.call("HSET", keys.of_conversation("slack:T1:C1:2").case, "d", '{"schema": 1}')
    with pytest.raises(StoreError):
        await store.load("slack:T1:C1:2")
    assert [each.title for each in (await overview(store, KNOWLEDGE, ANA)).shown] == ["one"]
