"""What people are told where the store takes nothing: what is wrong, what became of it, and what to do."""

from bot.chat.events import Addressed, Event, Said
from bot.chat.reply import Text
from bot.platform.refusal import FULL, NOT_DELETED, SLOW, SORRY, refusal, without_store
from bot.store.errors import Kind, StoreError
from knowledge.load import load
from tests.support.clock import NOON


def said(text: str, addressed: Addressed = "us") -> Event:
    told = Said(text=text)
    return Event(conversation="c", platform="slack", message="1", author="ana", at=NOON, addressed=addressed, body=told)


def answer(text: str, kind: Kind, addressed: Addressed = "us") -> str | None:
    parts = without_store(load(), said(text, addressed), StoreError(kind, "It is."), "slack")
    return "".join(part.markdown for part in parts or () if isinstance(part, Text)) or None


def test_a_store_that_is_full_is_said_and_one_that_deletes_nothing_does_not_say_forgotten() -> None:
    assert answer("our tone is off", "full") == FULL
    assert answer("forget", "full") == answer("/forget me", "full") == answer("forget me", "full") == NOT_DELETED
    assert "All is still there" in NOT_DELETED


def test_what_waits_for_a_store_that_is_gone_for_a_moment_is_not_refused() -> None:
    assert answer("our tone is off", "unreachable") is None
    assert answer("our tone is off", "full", addressed="people") is None
    assert "Try words before weights" in (answer("rule 2", "unreachable") or "")


def test_of_a_command_that_a_slow_store_may_have_it_is_not_said_that_it_was_not_taken() -> None:
    assert refusal(StoreError("slow", "It is."), said("status")) == SLOW
    assert refusal(StoreError("unreachable", "It is."), said("status")) == SORRY
    assert "may have this already" in SLOW
