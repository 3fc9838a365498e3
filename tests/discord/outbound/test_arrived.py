"""Which messages of a reply are in a channel already, by what a channel's history tells."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.discord.outbound.arrived import arrived
from adapters.discord.render.controls import Face
from adapters.discord.render.ended import ended, settled
from adapters.discord.render.messages import Message, messages
from bot.chat.controls import Control, sealed
from bot.chat.reply import Choices, File, Option, Part, Progress, Text
from bot.vault import Vault

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
VAULT = Vault([b"k" * 32])
HELLO, LATER = Text(markdown="Hello."), Text(markdown="What have you tried?")
GO = Choices(action="again", options=(Option(value="yes", label="Yes"), Option(value="no", label="No")))
ALL = File(name="all.csv", content="a,b")


def made(parts: Sequence[Part], key: str = "k1") -> list[Message]:
    def seal(part: int, action: str, values: Sequence[str]) -> str:
        return sealed(VAULT, "discord:1:2:2", Control(action, tuple(values), f"{key}.{part}"))

    return [each if isinstance(each, Message) else each.message for each in messages(parts, Face(seal))]


def held(id: int, message: Message, *, seconds: float = 1, by: str = "7", **more: Any) -> dict[str, Any]:
    shown = {"content": "", "components": [*message.components], **more}
    return {"id": str(id), "author": {"id": by}, "timestamp": (NOON + timedelta(seconds=seconds)).isoformat(), **shown}


Listed = Callable[[list[Message]], list[dict[str, Any]]]
CASES: list[tuple[list[Part], Listed, dict[int, str]]] = [
    ([HELLO], lambda m: [held(1, m[0])], {0: "1"}),
    ([HELLO], lambda m: [], {}),
    ([HELLO], lambda m: [held(1, made([LATER])[0])], {}),
    ([HELLO], lambda m: [held(1, m[0], by="8")], {}),
    # The same words, said before this reply was made.
    ([HELLO], lambda m: [held(1, m[0], seconds=-60)], {}),
    ([HELLO, GO], lambda m: [held(1, m[0], seconds=-60)], {}),
    # The controls tell, whatever the words.
    ([HELLO, GO], lambda m: [held(1, made([HELLO, GO], "k0")[0])], {}),
    ([HELLO, GO], lambda m: [held(1, made([LATER, GO])[0])], {0: "1"}),
    # A press has taken them away since, and said what was chosen.
    ([HELLO, GO], lambda m: [held(1, changed(m[0]))], {0: "1"}),
    ([ALL], lambda m: [held(1, m[0])], {0: "1"}),
    # Components were refused, so that it came as plain words.
    ([HELLO], lambda m: [held(1, Message((), ""), content="Hello.")], {0: "1"}),
    ([Progress(id="t", done=1, total=9, text="Runs")], lambda m: [held(1, m[0])], {0: "1"}),
    # Two messages with the same words are two.
    (
        [Text(markdown="a " * 1500), Text(markdown="a " * 1500)],
        lambda m: [held(2, m[1], seconds=2), held(1, m[0])],
        {0: "1", 1: "2"},
    ),
    ([Text(markdown="a " * 1500), Text(markdown="a " * 1500)], lambda m: [held(1, m[0])], {0: "1"}),
]


@pytest.mark.parametrize(("parts", "listed", "there"), CASES)
def test_a_message_is_known_by_its_controls_or_by_time_and_words(
    parts: list[Part], listed: Listed, there: dict[int, str]
) -> None:
    out = made(parts)
    assert arrived(out, listed(out), "7", NOON) == there


def changed(message: Message) -> Message:
    shown = settled(message.components, "k1.1", "-# Ana: Yes")
    return Message(tuple(ended(shown)), "")
