"""Labels that people name in a list and that no sample has."""

import pytest

from bot.consultation.labels import named_beside

OUTPUTS = ("billing", "order", "repair", "order")


@pytest.mark.parametrize(
    ("said", "beside"),
    [
        ("We sort tickets into four queues with gpt-4.1-mini: billing, repair, order, other. The prompt", ("other",)),
        ("our queues are billing, repair, order and other", ("other",)),
        ("Labels:\n- billing: money\n- repair (bikes)\n- order\n- other – the rest", ("other",)),
        ("`billing` | `repair` | `order` | `other`", ("other",)),
        ("四个队列：billing、repair、order、other。", ("other",)),
        ("Billing, Spam, Repair, Order oder Other", ("spam", "other")),
        ("We do billing, repair, order, etc.", ()),
        ("billing, order and repair", ()),
        ("billing, order, and whatever else comes in", ()),
        ("billing is mixed up with order, and a repair took long", ()),
    ],
)
def test_what_stands_in_one_list_with_all_wanted_labels_is_one_too(said: str, beside: tuple[str, ...]) -> None:
    assert tuple(each.casefold() for each in named_beside([said], OUTPUTS)) == beside


def test_outputs_that_are_no_labels_have_none_beside_them() -> None:
    assert named_beside(["yes, no, maybe"], ["yes", "yes"]) == ()
    assert named_beside(["a long one, another, third"], ["a long one that goes on and on", "another"]) == ()
