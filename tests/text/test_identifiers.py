"""Ids leave for a model as digests only."""

import pytest

from bot.answer.prompt import messages
from bot.reading import by_model
from bot.text.identifiers import hashed
from knowledge.load import load
from tests.answer.cases import material

IDS = ("<@U0123ABCD>", "<@!123456789012345678>", "<#C0123ABCD|general>", "U0123ABCD", "123456789012345678",
       "ana.ott@firm.example")  # fmt: skip


@pytest.mark.parametrize("id", IDS)
def test_an_id_is_told_apart_and_not_told(id: str) -> None:
    said = hashed(f"ask {id} or {id}, never <@U9999ZZZZ>")
    bare = id.strip("<@!#>").partition("|")[0]
    assert bare not in said
    words = said.replace(",", " ").split()
    assert words[1] == words[3] != words[5], "the same one stays the same one"


def test_no_request_of_a_consultation_has_an_id() -> None:
    text = f"We have 40 pairs, ask {' '.join(IDS)} about gpt-4o-2024-08-06 in 2026."
    facts = {name: fact for name, fact in load().facts.items() if fact.known_by == "asked"}
    asked = str(by_model.messages(text, facts, (), load().asks)) + str(messages(material({}, text)))
    assert "40 pairs" in asked and "gpt-4o-2024-08-06" in asked
    assert not [id for id in IDS if id.strip("<@!#>").partition("|")[0] in asked]
