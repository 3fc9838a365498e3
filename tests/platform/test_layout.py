"""How a question, a table and a row of pieces are laid out, whatever the platform."""

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import wording
from bot.chat.reply import Table
from bot.platform.layout import QUICK, as_csv, bold_question, packed, question
from knowledge.load import load

KNOWLEDGE = load(None)


@pytest.mark.parametrize("facts", [asked.facts for asked in KNOWLEDGE.questions.values()], ids=str)
@pytest.mark.parametrize("asked", [True, False])
def test_every_question_can_be_answered_with_what_is_shown(facts: tuple[str, ...], asked: bool):
    form = wording.form(KNOWLEDGE, facts)
    plan = question(form, asked=asked)
    assert plan.quick or plan.opens, "something to press"
    assert plan.opens or len(form.fields) == 1, "a form for all where several are asked"
    assert plan.unsure or plan.opens
    assert (plan.ask == "") is asked
    assert plan.quick != "buttons" or len(plan.first.options) <= QUICK
    assert all(option.label in " ".join(plan.words) for option in plan.first.options)


@given(st.lists(st.integers(1, 9)), st.integers(9, 30))
def test_pieces_keep_their_order_and_every_group_fits(pieces: list[int], room: int):
    groups = packed(pieces, lambda group: sum(group) <= room)
    assert [piece for group in groups for piece in group] == pieces
    assert all(sum(group) <= room for group in groups)
    assert all(sum(one) + other[0] > room for one, other in pairwise(groups))


@given(st.lists(st.lists(st.text(alphabet="=+-@＝a1 ;,\t\n\"'", max_size=8), min_size=2, max_size=2)))
def test_no_cell_of_a_file_is_a_formula_whatever_sign_a_spreadsheet_takes_for_the_end_of_one(rows: list[list[str]]):
    table = Table(headers=("a", "b"), rows=tuple(map(tuple, rows)))  # type: ignore[arg-type]
    written = as_csv(table).decode("utf-8-sig")
    for sign in ",;\t":
        for line in csv.reader(io.StringIO(written), delimiter=sign):
            assert all(not cell.strip().startswith(("=", "@", "＝")) for cell in line)
    as_meant = csv.reader(io.StringIO(written, newline=""))
    assert [[cell.replace("'", "") for cell in line] for line in as_meant][1:] == [
        [cell.replace("'", "") for cell in row] for row in rows
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("How many? It decides.", "**How many?** It decides."),
        ("No question.", "No question."),
        ("*Marked* already? Yes.", "*Marked* already? Yes."),
        (f"{'long ' * 50}? Yes.", f"{'long ' * 50}? Yes."),
    ],
)
def test_a_short_question_is_set_off_from_why_it_is_asked(said: str, shown: str):
    assert bold_question(said) == shown
