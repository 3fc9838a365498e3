"""Slack keeps to the contract: in a channel's thread and in a DM, against the fake Slack."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from adapters.slack import ids
from adapters.slack.render.limits import MESSAGE
from bot.chat.events import Body
from bot.chat.reply import Part, Text
from tests.contract.suite import RemoteContract, loses_nothing
from tests.fakes.slack import FakeSlack, Message, posting, text_of
from tests.slack.app import App, running
from tests.slack.inbound.test_components import elements
from tests.slack.test_ids import own, threads


class Person:
    """Alice, in a thread of a channel or in her direct messages."""

    longest = MESSAGE

    def __init__(self, app: App, channel: str):
        self.app, self.slack, self.channel = app, app.slack, channel
        self.spoken: Message | None = None

    async def say(self, text: str) -> None:
        mention = "" if self.channel.startswith("D") else f"<@{self.slack.bot}> "
        self.spoken = await self.slack.say(self.slack.alice, self.channel, mention + text)

    async def again(self) -> None:
        assert self.spoken
        ack = await self.slack.send_again(self.spoken)
        assert ack and ack.ok

    async def echo(self, text: str) -> None:
        before = len(self.slack.acks)
        await self.show(Text(markdown=text))
        # Slack brings an app its own messages as well.
        posted = self._messages()[-1]
        await posting.announce(self.slack, posted)
        assert len(self.slack.acks) > before and all(ack.ok for ack in self.slack.acks)

    async def show(self, *parts: Part) -> None:
        await self.app.reply((await self.app.took())[0], *parts)

    async def ask(self, *parts: Part, answered: str = "", again: bool = False) -> None:
        await self.slack.settled()
        await self.app.reply((await self.app.took())[0], *parts, live=True, answered=answered, again=again)

    def pressable(self) -> Sequence[Sequence[str]]:
        return [[_label(each) for each in elements(message) if "action_id" in each] for message in self._messages()]

    async def choose(self, label: str) -> None:
        message = self._messages()[-1]
        for each in self._elements(message):
            options = {one["text"]["text"]: one["value"] for one in each.get("options", [])}
            if each["type"] == "button" and each["text"]["text"] == label:
                await self.slack.press(self.slack.alice, message, each["action_id"], each["value"], stale=True)
                return
            if label in options:
                await self.slack.select(self.slack.alice, message, each["action_id"], options[label], stale=True)
                if each["type"].startswith("multi"):
                    await self.choose("Done")
                return
        raise AssertionError(f"There is no {label} in {text_of(message)}")

    def _elements(self, message: Message) -> list[dict[str, Any]]:
        _, first = message.versions[0]
        return elements(Message(message.ts, message.channel, message.user, blocks=first))

    async def fill(self, text: str) -> None:
        await self.choose("Answer")
        view = await self.slack.until(lambda: self.slack.modal(self.slack.alice))
        assert view
        [field] = [block["block_id"] for block in view.blocks if block["type"] == "input"]
        await self.slack.submit(view, {field: text})

    def heard(self) -> Sequence[Body]:
        return self.app.bodies()

    def shown(self) -> Sequence[str]:
        return [text_of(each) for each in self._messages()]

    def _messages(self) -> list[Message]:
        assert self.spoken
        return self.slack.said(self.channel, self.spoken.ts)


def _label(element: dict[str, Any]) -> str:
    holds: dict[str, Any] = element.get("text") or element.get("placeholder") or {}
    return str(holds.get("text") or element["type"])


@given(threads | own, threads | own)
def test_a_conversation_id_loses_nothing(one: ids.Place, other: ids.Place) -> None:
    loses_nothing(ids.conversation, ids.place, one, other)


class TestSlack(RemoteContract):
    """In a thread, and in a DM."""

    @pytest.fixture(params=["channel", "dm"])
    async def harness(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Person]:
        async with FakeSlack() as slack, running(slack, tmp_path / "home", http=request.param == "dm") as app:
            yield Person(app, slack.general if request.param == "channel" else slack.dm(slack.alice))
            await slack.settled()
            slack.check()
