"""What a button carries: it means the same after a restart, only in its place, and only as we made it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.chat.actions import STAYS
from bot.chat.controls import DOUBLE, LIMIT, Control, edition, filled, meant, sealed, unsealed
from bot.chat.events import Answered, Pasted, Pressed, Said
from bot.consultation.base import Value
from bot.vault import Vault
from knowledge.load import load

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
KNOWLEDGE = load()
VAULT = Vault([b"k" * 32])
HERE = "discord:1:2:3"
TEXT = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(["", ".", "~", "%", "%2E", "%257E"])
NONCE = st.from_regex(r"[0-9a-f]{1,18}\.[0-9]{1,2}", fullmatch=True)
CONTROLS = st.builds(Control, TEXT, st.lists(TEXT, max_size=3).map(tuple), NONCE)


def carried(control: Control, place: str = HERE, vault: Vault = VAULT) -> str:
    """What it carries; a control that is too long is none of this test's."""
    try:
        return sealed(vault, place, control)
    except ValueError:
        assume(False)
        raise


@given(CONTROLS, TEXT)
def test_a_press_means_what_was_sealed(control: Control, place: str):
    assert unsealed(VAULT, place, carried(control, place)) == control
    assert len(carried(control, place)) <= LIMIT


@given(CONTROLS, st.text(), st.text())
def test_it_means_nothing_in_another_place(control: Control, place: str, other: str):
    found = unsealed(VAULT, other, carried(control, place))
    assert found == (control if place == other else None)


@pytest.mark.parametrize(
    "other",
    [HERE, f"{HERE} discord:1:8", f"{HERE} discord:1:99", f"{HERE} ", f"discord:1:2:31 {HERE}", f"{HERE}\n"],
)
def test_a_private_control_means_nothing_to_another_person(other: str):
    control = Control("answer", ("need", "style"), "5f0c2a7e91b3d4c60.2")
    mine = f"{HERE} discord:1:9"
    assert unsealed(VAULT, mine, sealed(VAULT, mine, control)) == control
    assert unsealed(VAULT, other, sealed(VAULT, mine, control)) is None


@given(CONTROLS, st.data())
def test_any_changed_character_makes_it_void(control: Control, data: st.DataObject):
    made = carried(control)
    at = data.draw(st.integers(0, len(made) - 1))
    put = data.draw(st.characters(exclude_categories=()) | st.just(""))
    changed = made[:at] + put + made[at + 1 :]
    assume(changed != made)
    assert unsealed(VAULT, HERE, changed) is None


@given(st.text(st.characters(exclude_categories=())))
def test_what_we_never_made_means_nothing(text: str):
    assert unsealed(VAULT, HERE, text) is None


@given(CONTROLS)
def test_old_buttons_work_while_the_earlier_key_is_kept(control: Control):
    made = carried(control)
    assert unsealed(Vault([b"n" * 32, b"k" * 32]), HERE, made) == control
    assert unsealed(Vault([b"n" * 32]), HERE, made) is None


@given(st.integers(0, 2 * LIMIT))
def test_what_no_platform_could_carry_is_refused_when_it_is_made(size: int):
    control = Control("answer", ("x" * size,), "5f0c2a7e91b3d4c60.2")
    with suppress(ValueError):
        assert len(sealed(VAULT, HERE, control)) <= LIMIT
        return
    assert size > LIMIT - 50


def test_a_nonce_with_a_tilde_is_refused_when_it_is_made():
    with pytest.raises(ValueError, match="tilde"):
        sealed(VAULT, HERE, Control("answer", (), "5~2"))


def test_two_controls_never_look_alike():
    one, two = Control("a.b", (), "1.0"), Control("a", ("b",), "1.0")
    assert sealed(VAULT, HERE, one) != sealed(VAULT, HERE, two)


@pytest.mark.parametrize(
    ("values", "chosen", "answer"),
    [
        (("need", "style"), (), {"need": ("style",)}),
        (("need",), ("style", "format"), {"need": ("style", "format")}),
        (("output", "text"), (), {"output": "text"}),
        (("output",), ("text",), {"output": "text"}),
        (("rule_exists", "true"), (), {"rule_exists": True}),
        (("rule_exists", "false"), (), {"rule_exists": False}),
        (("need", "?"), (), {"need": None}),
        (("need",), ("style", "?"), {"need": None}),
        (("output",), (), {"output": None}),
    ],
)
def test_a_press_of_an_answer_is_its_fact_and_value(
    values: tuple[str, ...], chosen: tuple[str, ...], answer: dict[str, Value | None]
) -> None:
    assert meant(Control("answer", values, "n"), chosen, KNOWLEDGE) == Answered(facts=answer)


def test_any_other_press_is_what_its_control_carries() -> None:
    assert meant(Control("trial", ("skip",), "n"), (), KNOWLEDGE) == Pressed(action="trial", values=("skip",))


@pytest.mark.parametrize(
    ("action", "values", "chosen", "other", "counts"),
    [
        ("answer", ("need", "style"), (), "bo", False),
        ("feedback", ("up", "a"), (), "bo", True),
        ("stop", ("stop",), (), "bo", True),
        ("fix", ("need",), (), "bo", False),
    ],
)
def test_what_others_press_counts_where_each_has_a_say(
    action: str, values: tuple[str, ...], chosen: tuple[str, ...], other: str, counts: bool
) -> None:
    control = Control(action, values, "n.0")
    mine, theirs = (edition(control, chosen, person, NOON) for person in ("al", other))
    assert (mine != theirs) is counts


def test_each_fact_of_a_list_is_a_press_of_its_own_however_it_is_chosen() -> None:
    by_button = [edition(Control("fix", (fact,), "n.0"), (), "al", NOON) for fact in ("need", "examples")]
    by_menu = [edition(Control("fix", (), "n.0"), (fact,), "al", NOON) for fact in ("need", "examples")]
    assert by_button == by_menu == ["need", "examples"]
    assert "fix" in STAYS


def test_a_list_can_be_asked_for_again_but_not_by_a_double_press() -> None:
    wish = Control("correct", (), "n.0")
    at = NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=DOUBLE)
    first, double, later = (edition(wish, (), "al", each) for each in at)
    assert first == double != later


ANSWERS = Answered(facts={"examples": 400, "output": "label", "made up": "x"}, notes={"examples": "n", "output": "m"})


@pytest.mark.parametrize("action", ["form", "fix"])
def test_a_form_answers_what_it_was_opened_for_and_no_more(action: str):
    sent = filled(Control(action, ("examples", "need"), "n"), ANSWERS)
    assert sent == Answered(facts={"examples": 400}, notes={"examples": "n"}, corrects=action == "fix")
    assert filled(Control(action, ("need",), "n"), ANSWERS) is None


@pytest.mark.parametrize(
    ("action", "purpose"), [("trial", "samples"), ("dataset", "dataset"), ("stop", None), ("continue", None)]
)
def test_what_is_pasted_is_for_what_its_form_was_opened_for(action: str, purpose: str | None):
    for told in ("samples", "dataset"):
        sent = filled(Control(action, (), "n"), Pasted(text="x", purpose=told))  # type: ignore[arg-type]
        assert sent == (Pasted(text="x", purpose=purpose) if purpose else None)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["stop", "answer", "feedback", "forget", "run"])
def test_a_control_that_opens_no_form_comes_with_none(action: str):
    for sent in (ANSWERS, Pasted(text="x"), Said(text="x")):
        assert filled(Control(action, ("examples",), "n"), sent) is None
    assert filled(Control("continue", (), "n"), Said(text="x")) == Said(text="x")
