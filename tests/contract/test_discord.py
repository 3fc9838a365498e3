"""Discord keeps to the contract: in a server's thread and in a DM, against the fake Discord."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from hypothesis import given

from adapters.discord import ids
from adapters.discord.render.limits import SHOWN
from adapters.discord.render.messages import walk
from bot.chat.events import Body
from bot.chat.reply import Part, Text
from bot.text.split import split
from tests.contract.suite import RemoteContract, loses_nothing
from tests.discord.app import App, running
from tests.discord.test_ids import PLACES
from tests.fakes.discord import Channel, FakeDiscord, Interaction, Message, User, text_of


class Person:
    """Ana, in a thread that her mention opens, or in her direct messages."""

    longest = SHOWN

    def __init__(self, app: App, ana: User, channel: Channel):
        self.app, self.discord, self.ana, self.channel = app, app.discord, ana, channel
        self.spoken: Message | None = None
        self.buttons: dict[str, tuple[Message, str, str]] = {}
        """By label: the message, its custom_id, and the value to choose where it is a menu's."""

    async def say(self, text: str) -> None:
        mention = "" if self.channel.guild is None else f"{self.discord.bot.mention} "
        self.spoken = self.discord.say(self.ana, self.channel, mention + text)
        await self.app.took()

    async def again(self) -> None:
        assert self.spoken
        self.discord.emit_message("MESSAGE_CREATE", self.spoken)
        await self.discord.quiet()

    async def echo(self, text: str) -> None:
        await self.show(Text(markdown=text))  # Discord brings the bot its own messages as well
        self.discord.emit_message("MESSAGE_CREATE", self._messages()[-1])
        await self.discord.quiet()

    async def show(self, *parts: Part) -> None:
        await self.app.reply(self.app.taken[0], *parts)
        self._look()

    async def ask(self, *parts: Part, answered: str = "", again: bool = False) -> None:
        await self.discord.quiet()
        await self.app.reply(self.app.taken[0], *parts, live=True, answered=answered, again=again)
        self._look()

    def pressable(self) -> Sequence[Sequence[str]]:
        controls = [[each for each in walk(message.components) if "custom_id" in each] for message in self._messages()]
        return [[str(each.get("label") or each.get("placeholder")) for each in some] for some in controls]

    def _look(self) -> None:
        self.buttons = {}
        for message in self._messages():
            for each in walk(message.components):
                if each["type"] == 2:
                    self.buttons[each["label"]] = (message, each["custom_id"], "")
                for option in each.get("options") or ():
                    self.buttons[option["label"]] = (message, each["custom_id"], option["value"])

    async def choose(self, label: str) -> None:
        message, custom_id, value = self.buttons[label]
        before = message.components
        if not any(each.get("custom_id") == custom_id for each in walk(before)):
            # Somebody whose screen still showed it: the press was under way when the message changed.
            message.components = [
                {"type": 1, "components": [{"type": 2, "id": 1, "label": label, "custom_id": custom_id}]}
            ]
        used = self._use(message, custom_id, value)
        message.components = before
        await self.discord.answered(used)
        await self.discord.quiet()

    def _use(self, message: Message, custom_id: str, value: str) -> Interaction:
        if value:
            return self.discord.select(self.ana, message, custom_id, value)
        return self.discord.press(self.ana, message, custom_id)

    async def fill(self, text: str) -> None:
        message, custom_id, _ = self.buttons["Answer"]
        used = await self.discord.answered(self.discord.press(self.ana, message, custom_id))
        assert used.modal
        [field] = [each["component"]["custom_id"] for each in used.modal.components if each["type"] == 18]
        await self.discord.answered(self.discord.submit(self.ana, used.modal, {field: text}))
        await self.discord.quiet()

    def heard(self) -> Sequence[Body]:
        return self.app.bodies()

    def shown(self) -> Sequence[str]:
        files = [each.data.decode() for message in self._messages() for each in message.attachments]
        texts = [text_of(message) for message in self._messages()]
        return [*texts, *(piece for file in files for piece in split(file, SHOWN))]

    def _messages(self) -> list[Message]:
        rooms = [self.channel, *self.discord.threads(self.channel)] if self.channel.guild else [self.channel]
        return [each for room in rooms for each in self.discord.seen(room, self.ana) if each.author is self.discord.bot]


@given(PLACES, PLACES)
def test_a_conversation_id_loses_nothing(one: ids.Place, other: ids.Place) -> None:
    loses_nothing(ids.conversation, ids.place, one, other)


class TestDiscord(RemoteContract):
    """In a thread, and in a DM."""

    @pytest.fixture(params=["channel", "dm"])
    async def harness(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Person]:
        async with FakeDiscord() as discord_, running(discord_, tmp_path / "home") as app:
            acme = discord_.guild("Acme")
            ana = discord_.user("ana", acme)
            channel = discord_.channel(acme, "general") if request.param == "channel" else discord_.dm(ana)
            yield Person(app, ana, channel)
            discord_.assert_no_offences()
