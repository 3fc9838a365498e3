"""Commands are told when they have changed, or when somebody says so, and not at every start."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.discord.doctor import checks
from adapters.discord.inbound import command_sync, commands
from adapters.discord.inbound.command_sync import sync_changed
from adapters.discord.platform import sync_commands
from adapters.discord.rest import open_rest
from bot.platform.port import StartupError
from bot.store.consultations import open_store
from tests.console.terminal import COMMAND, environment
from tests.discord.app import running, settings
from tests.fakes.discord import FakeDiscord, limits
from tests.support import forked


def told(discord_: FakeDiscord) -> int:
    return sum(each.method == "PUT" for each in discord_.calls)


async def test_they_are_told_once_and_again_when_they_change(
    discord_: FakeDiscord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(tmp_path / "home", discord_)
    async with open_store(chosen, patience=5) as store:
        for _ in range(3):
            async with running(discord_, tmp_path / "home", store=store):
                pass
        assert told(discord_) == 1
        with discord_.pointed():
            async with open_rest(chosen) as rest:
                assert not await sync_changed(rest, store.connection)
                monkeypatch.setattr(commands, "NAME", "advisor")
                assert await sync_changed(rest, store.connection)
    assert told(discord_) == 2 and {each["name"] for each in discord_.commands[None]} == {"advisor", commands.MENU}


async def test_somebody_can_say_so(discord_: FakeDiscord, tmp_path: Path) -> None:
    with discord_.pointed():
        said = [await sync_commands(settings(tmp_path / "home", discord_)) for _ in range(2)]
    assert all(str(discord_.application_id) in each for each in said) and told(discord_) == 2
    assert {each["name"] for each in discord_.commands[None]} == {commands.NAME, commands.MENU}
    for each in discord_.commands[None]:
        assert each["integration_types"] == [0, 1] and each["contexts"] == [0, 1, 2]


@pytest.mark.parametrize(("installs", "contexts"), [({0}, [0, 1]), ({1}, [0, 1, 2])])
async def test_they_are_told_for_the_ways_in_which_the_app_can_be_installed(
    discord_: FakeDiscord, tmp_path: Path, installs: set[int], contexts: list[int]
) -> None:
    discord_.installs = installs
    with discord_.pointed():
        await sync_commands(settings(tmp_path / "home", discord_))
        found = await checks(settings(tmp_path / "home", discord_))
    for each in discord_.commands[None]:
        assert (each["integration_types"], each["contexts"]) == ([*installs], contexts)
    assert any("commands are at Discord" in check.text for check in found if check.ok)


@pytest.mark.parametrize("right", [True, False])
async def test_the_command_line_says_so(discord_: FakeDiscord, tmp_path: Path, right: bool) -> None:
    token = discord_.token if right else "MTIz.abc.def"
    env = environment(tmp_path / "home", DISCORD_BOT_TOKEN=token, DISCORD_API_URL=discord_.api)
    done = await asyncio.to_thread(forked.run, [*COMMAND[1:], "discord", "sync"], env)
    assert done.returncode == (0 if right else 1) and told(discord_) == right
    assert ("/finetune" in done.stdout) if right else ("DISCORD_BOT_TOKEN" in done.stderr and token not in done.stderr)


async def test_a_wrong_token_is_said_in_a_sentence(discord_: FakeDiscord, tmp_path: Path) -> None:
    with discord_.pointed(), pytest.raises(StartupError, match="DISCORD_BOT_TOKEN"):
        await sync_commands(settings(tmp_path / "home", discord_, DISCORD_BOT_TOKEN="MTIz.abc.def"))


async def test_what_discord_does_not_take_now_is_said_in_a_sentence(discord_: FakeDiscord, tmp_path: Path) -> None:
    discord_.fail("PUT", "/applications/{application_id}/commands", status=403, times=9)
    with discord_.pointed(), pytest.raises(StartupError, match="did not take the commands: it answers 403"):
        await sync_commands(settings(tmp_path / "home", discord_))


async def test_a_refusal_names_the_same_way_out_wherever_it_is_met(
    discord_: FakeDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    discord_.installs = {0}
    changed_since: Callable[[object], list[int]] = lambda _: [0, 1]  # noqa: E731  as the portal was before
    monkeypatch.setattr(command_sync, "installs", changed_since)
    chosen = settings(tmp_path / "home", discord_)
    way_out = "page Installation of the application"
    with discord_.pointed(), discord_.expecting(50035):
        with pytest.raises(StartupError, match=way_out):
            await sync_commands(chosen)
        async with running(discord_, tmp_path / "home"):
            await discord_.until(lambda: way_out in caplog.text)


def test_the_commands_keep_to_discords_limits() -> None:
    [finetune, menu] = commands.definitions()
    assert len(finetune["options"]) <= 25 and "description" not in menu
    for each in finetune["options"]:
        assert 1 <= len(each["name"]) <= 32 and 1 <= len(each["description"]) <= 100
        for option in each["options"]:
            assert 1 <= len(option["name"]) <= 32 and 1 <= len(option["description"]) <= 100
    limits.check_commands([finetune, menu])  # 8000 characters in all, of each text in several languages the longest
