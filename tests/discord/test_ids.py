"""Ids of conversations and people lose nothing, and what goes out on the wire comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import ids
from adapters.discord.render import custom_ids
from adapters.discord.reply_address import FRESH, Via, fresh, packed, unpacked
from bot.chat.controls import Control, sealed, unsealed
from bot.vault import Vault

SNOWFLAKES = st.integers(1, 2**63 - 1).map(str)
GUILDS = SNOWFLAKES | st.just(ids.DIRECT)
PLACES = st.builds(ids.Place, GUILDS, SNOWFLAKES, SNOWFLAKES | st.none())
VIAS = st.builds(
    Via,
    user=SNOWFLAKES,
    at=st.floats(0, 4e9),
    application=st.none() | SNOWFLAKES,
    token=st.none() | st.text(min_size=1),
    waiting=st.booleans(),
    private=st.booleans(),
    user_only=st.booleans(),
    parent=st.none() | SNOWFLAKES,
    title=st.none() | st.text(min_size=1),
)
VAULT = Vault([b"k" * 32])


@given(PLACES)
def test_a_conversation_leads_back_to_its_place(place: ids.Place) -> None:
    assert ids.place(ids.conversation(place)) == place


@given(PLACES, PLACES)
def test_two_places_are_two_conversations(one: ids.Place, other: ids.Place) -> None:
    assert (ids.conversation(one) == ids.conversation(other)) == (one == other)


@given(GUILDS, SNOWFLAKES)
def test_an_author_leads_back_to_the_person(guild: str, user: str) -> None:
    assert ids.user_of(ids.author(guild, user)) == user


@pytest.mark.parametrize(
    "id",
    [
        "slack:T1:C1:1.2",
        "discord:1:2",
        "discord:1:2:3",
        "discord::2:2",
        "discord:x:2:2",
        "discord:1:2:@",
        ids.removed("1"),
    ],
)
def test_what_is_no_place_on_discord_is_said(id: str) -> None:
    with pytest.raises(ValueError, match="no conversation on Discord"):
        ids.place(id)


@given(VIAS)
def test_the_way_back_loses_nothing(via: Via) -> None:
    assert unpacked(packed(via)) == via


@pytest.mark.parametrize("text", [None, "", "nonsense", "[]", '{"other": 1}'])
def test_a_way_back_that_is_none_of_ours_is_none(text: str | None) -> None:
    assert unpacked(text) is None


def test_a_token_is_fresh_for_less_than_fifteen_minutes() -> None:
    via = Via(user="1", at=1000.0, application="2", token="t")
    assert fresh(via, 1000.0) and fresh(via, 1000.0 + FRESH - 1)
    assert not fresh(via, 1000.0 + FRESH) and FRESH < 15 * 60
    assert not fresh(Via(user="1", at=1000.0), 1000.0) and not fresh(None, 0)


@given(PLACES, st.integers(0, 3))
def test_a_control_that_carries_its_conversation_gives_it_back(place: ids.Place, number: int) -> None:
    seal = sealed(VAULT, "x", Control("stop", ("stop",), "5f0c2a7e91b3d4c60.2"))
    conversation = ids.conversation(place)
    carried = custom_ids.custom_id(seal, conversation, number)
    assert custom_ids.read(carried, place.person or "9") == (seal, conversation)
    assert custom_ids.nonce_of(carried) == "5f0c2a7e91b3d4c60.2"


@given(st.text(max_size=100))
def test_whatever_stands_in_a_custom_id_is_read_without_an_error(text: str) -> None:
    seal, _ = custom_ids.read(text, "9")
    assert unsealed(VAULT, "discord:1:2:2", seal) is None
    custom_ids.nonce_of(text)
