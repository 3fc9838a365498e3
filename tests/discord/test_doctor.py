"""What the doctor says of a bot that lacks something: what it costs, and how to mend it."""

import re
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.doctor import checks
from adapters.discord.inbound.command_sync import sync
from adapters.discord.permissions import NEEDED, PERMISSIONS, invite
from adapters.discord.rest import open_rest
from bot.platform.port import Check
from bot.settings import Settings
from tests.fakes.discord import FakeDiscord, permissions


def given(discord_: FakeDiscord, **more: Any) -> Settings:
    return Settings.model_validate({"DISCORD_BOT_TOKEN": discord_.token, "DISCORD_API_URL": discord_.api, **more})


def failing(found: list[Check]) -> list[str]:
    return [check.text for check in found if check.ok is False]


async def test_without_a_token_it_is_off() -> None:
    (only,) = await checks(Settings.model_validate({}))
    assert only.ok is None and "DISCORD_BOT_TOKEN" in only.text


async def test_a_wrong_token_is_the_one_thing_said(tmp_path: Path) -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            found = await checks(given(discord_, DISCORD_BOT_TOKEN="MTIz.abc.secret"))
    (fault,) = failing(found)
    assert "reset the token" in fault and "secret" not in fault


async def test_a_server_that_does_not_answer_is_said() -> None:
    async with FakeDiscord() as discord_:
        settings = given(discord_)
    with discord_.pointed():
        found = await checks(settings)
    assert "cannot be reached" in failing(found)[0]


async def test_all_is_well_with_the_permissions_of_the_link() -> None:
    async with FakeDiscord(permissions=PERMISSIONS) as discord_:
        acme = discord_.guild("Acme")
        discord_.set_permissions(acme, PERMISSIONS, everyone=0)
        channel = discord_.channel(acme, "general")
        with discord_.pointed():
            async with open_rest(given(discord_)) as rest:
                await sync(rest)
            found = await checks(given(discord_), str(channel.id))
    assert not failing(found)
    assert any("all 6 permissions" in check.text for check in found)
    assert any("commands are at Discord" in check.text for check in found if check.ok)


async def test_commands_that_were_never_told_or_are_old_are_said() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            found = await checks(given(discord_))
            assert any("advisor discord sync" in text for text in failing(found))
            async with open_rest(given(discord_)) as rest:
                await sync(rest)
            discord_.commands[None][0]["options"].pop()
            found = await checks(given(discord_))
    assert any("finetune" in text and "advisor discord sync" in text for text in failing(found))


@pytest.mark.parametrize("switched", [True, False])
async def test_the_portal_and_the_setting_must_agree(switched: bool) -> None:
    async with FakeDiscord(privileged=["message_content"] if switched else []) as discord_:
        with discord_.pointed():
            found = await checks(given(discord_, DISCORD_MESSAGE_CONTENT="1"))
            without = await checks(given(discord_))
    assert any("Message Content Intent" in text for text in failing(found)) != switched
    note = next(check.text for check in without if "Continue" in check.text)
    assert ("DISCORD_MESSAGE_CONTENT=1 uses it" in note) == switched


@pytest.mark.parametrize(
    ("bit", "name", "cost"),
    [
        (permissions.CREATE_PUBLIC_THREADS, "Create Public Threads", "in the channel itself"),
        (permissions.SEND_MESSAGES_IN_THREADS, "Send Messages in Threads", "cannot answer in threads"),
        (permissions.READ_MESSAGE_HISTORY, "Read Message History", "mark its answers as replies"),
        (permissions.ATTACH_FILES, "Attach Files", "in words what the picture shows"),
    ],
)
async def test_a_permission_that_a_channel_denies_is_named_with_its_cost(bit: int, name: str, cost: str) -> None:
    async with FakeDiscord() as discord_:
        acme = discord_.guild("Acme")
        channel = discord_.channel(acme, "general")
        discord_.overwrite(channel, acme.everyone, deny=permissions.CREATE_PRIVATE_THREADS)
        discord_.overwrite(channel, discord_.bot, deny=bit)
        with discord_.pointed():
            found = await checks(given(discord_), str(channel.id))
    (fault,) = [text for text in failing(found) if "#general in Acme" in text]
    assert name in fault and cost in fault and str(PERMISSIONS) in fault


async def test_a_channel_that_it_cannot_see_comes_with_the_link() -> None:
    async with FakeDiscord() as discord_:
        with discord_.pointed():
            found = await checks(given(discord_), "12345")
    assert any(invite(str(discord_.application_id)) in text for text in failing(found))


def test_the_page_asks_for_what_the_code_needs_and_nothing_else() -> None:
    page = (Path(__file__).parents[2] / "docs" / "discord.md").read_text("utf-8")
    numbers = re.findall(r"permissions=(\d+)", page)
    assert numbers and set(numbers) == {str(PERMISSIONS)}
    assert invite("APPLICATION_ID") in page
    for each in NEEDED:
        assert f"| {each.name} | {each.use} | {each.without} |" in page
