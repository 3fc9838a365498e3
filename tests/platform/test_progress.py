"""When progress is shown anew: often enough to follow it, and never so often that a platform minds."""

from hypothesis import given
from hypothesis import strategies as st

from bot.platform.port import Delivered, RetryLater
from bot.platform.progress import EVERY, PATIENCE, held_back, skipped

PASSED = st.floats(0, 100, allow_nan=False)
TOTALS = st.integers(1, 500)


@given(TOTALS, st.data(), PASSED, st.booleans())
def test_nothing_is_shown_twice_within_a_second(total: int, data: st.DataObject, passed: float, changes: bool):
    was, done = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    shown = held_back(done, total, (0.0, was), passed, changes=changes) is None
    assert not shown or passed == 0 or passed >= EVERY


@given(TOTALS, st.data(), PASSED, st.booleans())
def test_what_is_older_than_what_is_shown_is_passed_over(total: int, data: st.DataObject, passed: float, changes: bool):
    was = data.draw(st.integers(1, total))
    done = data.draw(st.integers(0, was - 1))
    assert held_back(done, total, (0.0, was), passed, changes=changes) == Delivered()


@given(st.integers(4, 500), st.floats(1.1, 100))
def test_a_message_that_cannot_be_changed_is_followed_by_one_more_where_the_wait_is_long(total: int, each: float):
    said, shown = list[int](), (0.0, 0)
    for done in range(1, total + 1):
        if held_back(done, total, shown, done * each, changes=False) is None:
            said, shown = [*said, done], (done * each, done)
    due = [done for done in range(1, total) if 2 * done >= total and done * each >= PATIENCE]
    assert said == due[:1]


def test_a_refusal_is_passed_over_only_once_there_is_a_message_that_the_result_can_take():
    busy = RetryLater(3.0, in_doubt=False)
    assert skipped(busy, 3)
    assert not skipped(busy, 0)
    assert not skipped(RetryLater(in_doubt=True), 3)
