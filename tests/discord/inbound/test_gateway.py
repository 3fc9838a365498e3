"""The connection: it goes on after a close, over several shards, and says in a sentence why it cannot begin."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from adapters.discord.inbound import missed, pulse
from adapters.discord.inbound.gateway import shards
from adapters.discord.platform import Discord, open_discord
from bot.chat.events import Event, Said
from bot.chat.reply import Text
from bot.platform.port import PlatformContext, StartupError
from bot.service.serve import accepting
from bot.store import keys
from bot.store.consultations import Store, open_store
from bot.vault import open_vault
from knowledge.load import load
from tests.discord.app import App, hurried, running, settings
from tests.fakes.discord import FakeDiscord


async def test_what_is_said_while_the_connection_is_lost_is_heard_once(app: App) -> None:
    discord_ = app.discord
    acme = discord_.guild("Acme")
    ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
    discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
    [event] = await app.took()
    discord_.close(4000)
    discord_.say(ana, discord_.dm(ana), "are you there?")
    await app.reply(event, Text(markdown="What have you tried?"))  # the turn goes on meanwhile
    await app.took(2)
    await discord_.quiet()
    assert [each.text for each in app.bodies() if isinstance(each, Said)] == ["our tone is off", "are you there?"]
    [session] = discord_.live()
    assert session.resumed == 1
    [thread] = discord_.threads(general)
    await app.shown(thread, "What have you tried?")


@pytest.mark.parametrize("how", ["reconnect", "resumable", "invalid"])
async def test_it_comes_back_when_it_is_told_to_connect_anew(app: App, how: str) -> None:
    discord_ = app.discord
    ana = discord_.user("ana", discord_.guild("Acme"))
    before = [each.id for each in discord_.live()]
    if how == "reconnect":
        discord_.reconnect()
    else:
        discord_.invalidate(how == "resumable")
    await discord_.until(
        lambda: any(each.ready and (each.resumed or each.id not in before) for each in discord_.live()), 20
    )
    discord_.say(ana, discord_.dm(ana), "hello")
    await app.took()


async def test_two_shards_are_one_advisor(tmp_path: Path) -> None:
    async with FakeDiscord(shards=2) as discord_, running(discord_, tmp_path / "home") as app:
        homes = [discord_.guild(f"Guild {number}", shard=number) for number in range(2)]
        people = [(discord_.user("ana", guild), discord_.channel(guild, "general")) for guild in homes]
        for ana, general in people:
            discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
            discord_.command(ana, general, "finetune", "status")
        await app.took(4)
        assert {each.workspace for each in app.taken} == {str(guild.id) for guild in homes}
        assert {each.shard for each in discord_.live()} == {0, 1}
        assert (app.platform.age() or 0) < 60
        discord_.close(4000, shard=1)
        discord_.say(*people[1], f"{discord_.bot.mention} and now?")
        await app.took(5)
        discord_.assert_no_offences()


async def test_two_processes_share_the_shards(tmp_path: Path) -> None:
    async with FakeDiscord(shards=2) as discord_:
        guilds = [discord_.guild(f"Guild {number}", shard=number) for number in range(2)]
        chosen = [settings(tmp_path / "home", discord_, DISCORD_SHARDS=f"{number}/2") for number in range(2)]
        stop = asyncio.Event()
        taken: list[list[str]] = [[], []]
        async with open_store(chosen[0], patience=5) as store:
            with discord_.pointed(), hurried():
                host = [PlatformContext(each, store, load(None), open_vault(each)) for each in chosen]
                async with open_discord(host[0]) as one, open_discord(host[1]) as other:
                    serving = [
                        _serve(each, heard, stop, store) for each, heard in zip((one, other), taken, strict=True)
                    ]
                    tasks = [asyncio.create_task(each) for each in serving]
                    await discord_.ready()
                    for guild in guilds:
                        ana, general = discord_.user("ana", guild), discord_.channel(guild, "general")
                        discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
                    await discord_.until(lambda: all(taken))
                    stop.set()
                    await asyncio.gather(*tasks)
        assert taken == [[str(guild.id)] for guild in guilds]
        discord_.assert_no_offences()


async def _serve(platform: Discord, taken: list[str], stop: asyncio.Event, store: Store) -> None:
    stores = accepting(store)

    async def take(event: Event, /, *, comes_once: bool = False) -> bool:
        taken.append(event.workspace)
        return await stores(event)

    await platform.run(take, stop)


async def test_an_intent_that_the_portal_has_not_switched_on_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_:
        with pytest.raises(StartupError, match="Message Content Intent"):
            async with running(discord_, tmp_path / "home", DISCORD_MESSAGE_CONTENT="1"):
                pass


async def test_a_token_that_discord_does_not_know_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_:
        with pytest.raises(StartupError, match="DISCORD_BOT_TOKEN"):
            async with running(discord_, tmp_path / "home", DISCORD_BOT_TOKEN="MTIz.abc.def"):
                pass


@pytest.mark.parametrize("token", ["", "  ", "nonsense", "a.b"])
async def test_what_is_no_token_is_said_before_discord_is_asked(tmp_path: Path, token: str) -> None:
    async with FakeDiscord() as discord_:
        chosen = settings(tmp_path / "home", discord_).model_copy(update={"discord_bot_token": None})
        if token.strip():
            chosen = settings(tmp_path / "home", discord_, DISCORD_BOT_TOKEN=token)
        async with open_store(chosen) as store:
            with pytest.raises(StartupError, match="DISCORD_BOT_TOKEN"):
                async with open_discord(PlatformContext(chosen, store, load(None), open_vault(chosen))):
                    pass
        assert discord_.calls == []


@pytest.mark.parametrize(
    ("said", "held"),
    [(None, None), ("", None), ("0-3/8", (range(4), 8)), ("7/8", (range(7, 8), 8)), ("0/1", (range(1), 1))],
)
def test_shards_are_read_as_a_range(said: str | None, held: object) -> None:
    assert shards(said) == held


@pytest.mark.parametrize("said", ["8/8", "3-1/8", "0-8/8", "1", "a/b", "0-3", "-1/2"])
def test_shards_that_cannot_be_are_said(said: str) -> None:
    with pytest.raises(StartupError, match="DISCORD_SHARDS"):
        shards(said)


async def test_a_discord_that_is_out_of_reach_is_tried_again(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_:
        discord_.fail("GET", "/gateway/bot", status=503)
        discord_.drop("GET", "/gateway/bot", times=1)
        async with running(discord_, tmp_path / "home") as app:
            ana = discord_.user("ana", discord_.guild("Acme"))
            discord_.say(ana, discord_.dm(ana), "hello")
            await app.took()


async def test_its_age_is_that_of_the_last_word_and_none_where_it_is_lost(tmp_path: Path) -> None:
    async with FakeDiscord(heartbeat=0.3) as discord_, running(discord_, tmp_path / "home") as app:
        await asyncio.sleep(0.7)
        await discord_.until(lambda: (age := app.platform.age()) is not None and age < 0.6)
        discord_.silence()
        await asyncio.sleep(0.9)
        assert (age := app.platform.age()) is None or age > 0.5
    assert app.platform.age() is None


async def test_a_shard_that_is_silent_is_asked_and_one_that_is_deaf_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "QUIET", 0.2)
    monkeypatch.setattr(pulse, "GONE", 6.0)
    async with FakeDiscord() as discord_, running(discord_, tmp_path / "home") as app:
        ana = discord_.user("ana", discord_.guild("Acme"))
        await discord_.until(lambda: discord_.heartbeats > 3)  # Discord wants one in 41 seconds
        discord_.deafen()
        discord_.say(ana, discord_.dm(ana), "are you there?")
        await discord_.until(lambda: (app.platform.age() or 0.0) > 1)
        assert not app.taken
        await app.only(Said)
        [session] = discord_.live()
        assert session.resumed == 1


@pytest.fixture
async def store(discord_: FakeDiscord, tmp_path: Path) -> AsyncGenerator[Store]:
    async with open_store(settings(tmp_path / "home", discord_), patience=5) as opened:
        yield opened


async def test_what_was_said_while_it_was_restarted_is_heard_once(
    discord_: FakeDiscord, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "EVERY", 0.05)
    monkeypatch.setattr(missed, "PAUSES", (0.05,))
    acme = discord_.guild("Acme")
    ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
    role = discord_.role(acme, "ml")
    discord_.join(acme, ana, role)
    mine, hello = discord_.dm(ana), f"{discord_.bot.mention} our tone is off"
    async with running(discord_, tmp_path / "home", store=store) as before:
        discord_.say(ana, general, hello)
        [event] = await before.took()
        await before.reply(event, Text(markdown="What have you tried?"))
        [thread] = discord_.threads(general)
        discord_.say(ana, mine, "hi")
        await before.took(2)
        noted = keys.key(
            keys.partition(f"discord:{discord_.application_id}"), "heard", f"discord:{discord_.application_id}"
        )
        while len(await store.connection.call("HGETALL", noted)) < 2:  # noqa: ASYNC110  a shard, and the direct messages
            await asyncio.sleep(0.05)
    discord_.say(ana, thread, f"{discord_.bot.mention} a few prompts")
    discord_.say(ana, general, "lunch?")
    discord_.say(ana, general, f"{discord_.bot.mention} and labels?")
    discord_.say(ana, mine, "are you there?")
    # For a moment Discord tells nothing of the thread: it is read once more.
    discord_.limit("GET", "/channels/{channel_id}/messages", times=5, retry_after=0.01)
    async with running(discord_, tmp_path / "home", store=store) as after:
        heard = await after.took(3)
        await discord_.quiet()
        said = {each.body.text: each for each in heard if isinstance(each.body, Said)}
        assert sorted(said) == ["a few prompts", "and labels?", "are you there?"] and len(after.taken) == 3
        assert said["a few prompts"].conversation == event.conversation
        assert said["a few prompts"].roles == (str(acme.id), str(role.id))


async def test_what_cannot_be_read_after_a_restart_is_counted_and_said(
    discord_: FakeDiscord,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(missed, "PLACES", 0)
    acme = discord_.guild("Acme")
    ana, general = discord_.user("ana", acme), discord_.channel(acme, "general")
    name = f"discord:{discord_.application_id}"
    await store.connection.call(
        "HSET", keys.key(keys.partition(name), "heard", name), "0/1", f"{discord_.now() - 60:.3f}"
    )
    discord_.say(ana, general, f"{discord_.bot.mention} our tone is off")
    async with running(discord_, tmp_path / "home", store=store) as app:
        await discord_.until(lambda: "1 places could not be read" in caplog.text)
        assert app.taken == []
