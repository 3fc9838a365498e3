"""Single faults in a file of 500 rows are found in their row, and nothing personal is shown."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dataset import check_text
from bot.dataset.texts import faults
from tests.dataset.makers import DOUBLES, FAULTS, Row, chat, clean, lines

CLEAN = [chat(*pair) for pair in clean(11)]


def codes(rows: list[Row | str]) -> dict[str, tuple[int, ...]]:
    return {finding.code: finding.rows for finding in check_text(lines(rows), "rows.jsonl").findings}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=20), st.integers(0, 400))
def test_planted_faults_are_found_in_their_rows_and_in_no_other(names: list[str], start: int) -> None:
    rows: list[Row | str] = list(CLEAN)
    planted: dict[str, set[int]] = {}
    for place, name in enumerate(names):
        code, make = FAULTS[name]
        rows[start + 3 * place] = make(CLEAN[start + 3 * place])
        planted.setdefault(code, set()).add(start + 3 * place + 1)
    found = codes(rows)
    for code, numbers in planted.items():
        # The same answer in a language that several rows have is told of them all.
        assert numbers <= set(found[code])
    every = set[int]().union(*planted.values())
    assert all(set(numbers) <= every for numbers in found.values()), found


@pytest.mark.parametrize("name", DOUBLES)
def test_a_row_beside_an_earlier_one_is_told_from_it(name: str) -> None:
    code, make = DOUBLES[name]
    found = codes([*CLEAN, make(CLEAN[100])])
    assert found[code] == (501,)
    assert {number for numbers in found.values() for number in numbers} == {501}


SHOWN = [
    ("mail", "Write to ana.lopez@example.com today", "ana.lopez"),
    ("phone", "My number is 0171 2345678, call", "2345678"),
    ("phone", "whatsapp 5550132 99", "5550132"),
    ("card", "card 4111-1111-1111-1111 exp 12/27", "4111-1111"),
    ("iban", "GB82WEST12345698765432 please", "WEST123"),
    ("secret", "password: hunter2hunter2", "hunter2"),
    ("secret", "token=ghp_0123456789abcdefghij0123", "0123456789"),
]


@pytest.mark.parametrize(("kind", "text", "private"), SHOWN)
def test_what_is_personal_or_secret_is_found_and_masked(kind: str, text: str, private: str) -> None:
    found = list(faults([("user", text), ("assistant", "Thank you, that is noted.")]))
    assert kind in [fault.kind for fault in found]
    assert private not in json.dumps([fault.where for fault in found])


WRITTEN = [
    *((kind, text) for kind, text, _ in SHOWN),
    ("phone", "call me at (415) 555-0132"),
    ("secret", "api_key:\n'abcd1234efgh'"),
    ("html", "<div class='a'>"),
    ("html", "one&nbsp;two"),
    ("placeholder", "Dear [Customer Name],"),
    ("placeholder", "{{first_name}}"),
    ("boilerplate", "As an AI language model, I"),
    ("boilerplate", "Als künstliche Intelligenz"),
    ("mojibake", "SchÃ¶ne GrÃ¼ÃŸe"),
]
AROUND = st.text(st.sampled_from([*"abc äß中文😀.,\n", "\x1c", "\ud83d"]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WRITTEN), AROUND, AROUND)
def test_what_is_wrong_is_found_whatever_stands_around_it(written: tuple[str, str], before: str, after: str) -> None:
    kind, text = written
    found = faults([("user", "What shall I write?"), ("assistant", f"{before} {text} {after}")])
    assert kind in [fault.kind for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        "Order 4829-2291-7733 of 2024-05-06 at 12:30:45 came to 1.299,00 EUR.",
        "The server 192.168.10.25 sent 1048576 bytes in 0.0053 seconds, version 3.11.9.",
        "Write to support@shop.example or info@shop.example.",
        "ISBN 978-3-16-148410-0 is out of print since 1999-2003.",
        "Die Größe „ÜBER“ ist für São Paulo, Ångström und CAFÉ gut – naïve Œuvre.",
        "If a < b and b > c then a <= c; see [the page](https://example.com/a?b=1&c=2).",
        "Use `<div>` or:\n```html\n<p>hello</p>\n```",
        "The token limit is 4096, and the key idea is simple. The secret is patience.",
        "We saw 12 345 678 visitors, 99.9 % of them new.",
        "The tag is <name>Bob</name>, in code `{first_name}`; ${user_name} is a variable.",
        "He was trained by Anna and works as an assistant.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert list(faults([("user", "What does it say?"), ("assistant", text)])) == []
