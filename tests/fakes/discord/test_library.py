"""The real discord.py client lives on the fake: it connects, resumes, shards, answers, and is turned away."""

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import discord
import pytest
from discord import app_commands, ui

from tests.fakes.discord import FakeDiscord, Upload, controls_of, text_of


def settings() -> dict[str, object]:
    return {
        "intents": discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_messages": None,
        "chunk_guilds_at_startup": False,
        "member_cache_flags": discord.MemberCacheFlags.none(),
    }


class Form(ui.Modal):
    def __init__(self) -> None:
        super().__init__(title="Tell me more", custom_id="form:1")
        self.why = ui.TextInput["Form"](custom_id="why")
        self.samples = ui.FileUpload["Form"](custom_id="samples", required=False)
        self.add_item(ui.Label(text="Why", component=self.why))
        self.add_item(ui.Label(text="Samples", component=self.samples))

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        [file] = self.samples.values
        await interaction.response.send_message(f"{self.why.value}: {(await file.read()).decode()}")


class Verdict(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        picture = discord.MediaGalleryItem("attachment://p.png", description="two bars")
        button = ui.Button["Verdict"](label="Continue", custom_id="continue")
        parts = (ui.TextDisplay["Verdict"]("**No.**"), ui.MediaGallery["Verdict"](picture), ui.ActionRow(button))
        self.add_item(ui.Container["Verdict"](*parts))

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        await interaction.response.send_modal(Form())
        return False


class Bot(discord.Client):
    def __init__(self) -> None:
        super().__init__(**settings())  # pyright: ignore[reportArgumentType]
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []
        self.resumes = 0

        @self.tree.command(name="finetune", description="Ask")
        async def finetune(interaction: discord.Interaction, question: str) -> None:  # pyright: ignore[reportUnusedFunction]
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.edit_original_response(content=f"about {question}")
            await interaction.followup.send("and more", ephemeral=True)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_resumed(self) -> None:
        self.resumes += 1

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(message.content)
        await message.reply(f"heard {message.content}")


@asynccontextmanager
async def running(discord_: FakeDiscord, client: discord.Client) -> AsyncGenerator[None]:
    with discord_.pointed():
        task = asyncio.create_task(client.start(discord_.token))
        try:
            await discord_.ready()
            yield
        finally:
            await client.close()
            await task


async def test_it_connects_hears_and_answers() -> None:
    async with FakeDiscord() as discord_:
        ana = discord_.user("ana", discord_.guild("Acme"))
        client = Bot()
        async with running(discord_, client):
            discord_.say(ana, discord_.dm(ana), "hello")
            answer = await discord_.until(lambda: discord_.last(discord_.dm(ana), by=discord_.bot))
        assert (text_of(answer), answer.pinged) == ("heard hello", [])
        assert not discord_.live()
        discord_.assert_no_offences()


async def test_it_resumes_after_a_close_and_misses_nothing() -> None:
    async with FakeDiscord() as discord_:
        ana = discord_.user("ana", discord_.guild("Acme"))
        client = Bot()
        async with running(discord_, client):
            discord_.close(4000)
            discord_.say(ana, discord_.dm(ana), "while you were away")
            await discord_.until(lambda: client.heard and client.resumes)
            discord_.reconnect()
            await discord_.until(lambda: client.resumes == 2)
            discord_.say(ana, discord_.dm(ana), "again")
            await discord_.until(lambda: len(discord_.seen(discord_.dm(ana))) == 4)
        assert client.heard == ["while you were away", "again"]
        assert len(discord_.identified[0]) == 1
        discord_.assert_no_offences()


async def test_it_runs_with_two_shards() -> None:
    class Sharded(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """Wait for nobody: the fake lets both shards identify at once."""

        async def on_message(self, message: discord.Message) -> None:
            if not message.author.bot and message.guild:
                await message.reply(f"on shard {message.guild.shard_id}")

    async with FakeDiscord(shards=2) as discord_:
        guilds = [discord_.guild(f"on {number}", shard=number) for number in (0, 1)]
        ana = discord_.user("ana", *guilds)
        channels = [discord_.channel(guild, "general") for guild in guilds]
        client = Sharded(**settings())  # pyright: ignore[reportArgumentType]
        async with running(discord_, client):
            for channel in channels:
                discord_.say(ana, channel, f"{discord_.bot.mention} where?")
            said = [await discord_.until(lambda c=channel: discord_.last(c, by=discord_.bot)) for channel in channels]
        assert [text_of(each) for each in said] == ["on shard 0", "on shard 1"]
        discord_.assert_no_offences()


async def test_it_answers_a_command() -> None:
    async with FakeDiscord() as discord_:
        acme = discord_.guild("Acme")
        ana, ben = discord_.user("ana", acme), discord_.user("ben", acme)
        general = discord_.channel(acme, "general")
        async with running(discord_, Bot()):
            asked = discord_.command(ana, general, "finetune", question="style")
            await discord_.until(lambda: asked.followups)
        assert [text_of(each) for each in discord_.seen(general, ana)] == ["about style", "and more"]
        assert discord_.seen(general, ben) == []
        assert [ack.callback for ack in discord_.acks] == [5]
        discord_.assert_no_offences()


async def test_it_sends_components_and_takes_a_press_and_a_form() -> None:
    async with FakeDiscord() as discord_:
        acme = discord_.guild("Acme")
        ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
        client = Bot()
        async with running(discord_, client):
            place = client.get_partial_messageable(general.id, guild_id=acme.id)
            await place.send(view=Verdict(), file=discord.File(io.BytesIO(b"png"), "p.png", description="two bars"))
            [verdict] = discord_.seen(general)
            assert (text_of(verdict), controls_of(verdict), verdict.v2) == ("**No.**", ["Continue"], True)
            await discord_.answered(discord_.press(ana, verdict, "Continue"))
            [modal] = discord_.modals
            sample = Upload("s.csv", b"a,b")
            sent = discord_.submit(ana, modal, {"Why": "because"}, {"Samples": [sample]})
            await discord_.answered(sent)
        assert sent.response is not None
        assert text_of(sent.response) == "because: a,b"
        discord_.assert_no_offences()


async def test_it_is_turned_away_with_an_intent_that_is_not_switched_on() -> None:
    async with FakeDiscord() as discord_:
        intents = discord.Intents.default()
        intents.message_content = True
        with discord_.pointed(), pytest.raises(discord.PrivilegedIntentsRequired):
            async with discord.Client(intents=intents) as client:
                await client.start(discord_.token)


async def test_it_is_turned_away_with_a_wrong_token() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed(), pytest.raises(discord.LoginFailure):
            async with Bot() as client:
                await client.start("wrong.token.here")


async def test_it_waits_where_it_is_limited_and_gives_up_where_it_is_banned() -> None:
    async with FakeDiscord() as discord_:
        acme = discord_.guild("Acme")
        general = discord_.channel(acme, "general")
        client = Bot()
        async with running(discord_, client):
            place = client.get_partial_messageable(general.id, guild_id=acme.id)
            discord_.limit("POST", "/channels/{id}/messages", retry_after=0.05)
            await place.send("after a while")
            discord_.limit("POST", "/channels/{id}/messages", via=False)
            with pytest.raises(discord.HTTPException) as banned:
                await place.send("never")
        assert banned.value.status == 429
        assert [text_of(each) for each in discord_.seen(general)] == ["after a while"]
        discord_.assert_no_offences()
