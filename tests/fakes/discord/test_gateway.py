"""The fake's gateway refuses what Discord's refuses: asked over a raw websocket."""

from typing import Any

import pytest

from tests.fakes.discord import Channel, FakeDiscord, Guild, Upload, User
from tests.fakes.discord.raw import INTENTS, Gate, Raw, gate

CONTENT = 1 << 15


async def test_hello_heartbeat_ready_and_guilds(discord_: FakeDiscord, general: Channel) -> None:
    async with gate(discord_) as made:
        assert (await made.op(10))["heartbeat_interval"] == 41250
        await made.send(1, None)
        await made.op(11)
        await made.identify()
        ready = await made.event("READY")
        assert ready["resume_gateway_url"] != discord_.gateway_url
        assert [each["unavailable"] for each in ready["guilds"]] == [True]
        guild = await made.event("GUILD_CREATE")
        assert [each["name"] for each in guild["channels"]] == ["general"]
        assert [each["user"]["id"] for each in guild["members"]] == [str(discord_.bot.id)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": INTENTS | CONTENT}, 4014),  # docs/platforms.md#discord-intents: not switched on in the portal
        ({"intents": INTENTS | 1 << 1}, 4014),
        ({"intents": 1 << 30}, 4013),
        ({"intents": None}, 4013),
        ({"shard": [2, 2]}, 4010),
        ({"shard": [0]}, 4010),
        ({"properties": None}, 4002),
    ],
)
async def test_a_wrong_identify_is_refused(discord_: FakeDiscord, given: dict[str, Any], code: int) -> None:
    async with gate(discord_) as made:
        await made.identify(**given)
        assert await made.closed() == code
    assert discord_.sessions == {}


async def test_frames_that_are_out_of_place_are_refused(discord_: FakeDiscord) -> None:
    for op, data, code in ((3, "x", 4003), (99, "x", 4001), (2, None, 4002)):
        async with gate(discord_) as made:
            await made.send(op, data)
            assert await made.closed() == code
    async with gate(discord_) as made:
        await made.socket.send_str("no json")
        assert await made.closed() == 4002
    async with gate(discord_, "?v=6&encoding=json") as made:
        assert await made.closed() == 4012
    async with gate(discord_) as made:
        await made.identify()
        await made.identify()
        assert await made.closed() == 4005


async def test_large_and_too_many_frames_are_refused(discord_: FakeDiscord) -> None:
    async with gate(discord_) as made:
        with discord_.expecting(4002):  # docs/platforms.md#discord-rate-limits
            await made.send(1, "x" * 4096)
            assert await made.closed() == 4002
    async with gate(discord_) as made:
        with discord_.expecting(4008):  # docs/platforms.md#discord-rate-limits
            for _ in range(121):
                await made.send(1, None)
            assert await made.closed() == 4008


async def test_shards_beyond_max_concurrency_wait(discord_: FakeDiscord) -> None:
    discord_.max_concurrency = 1
    async with gate(discord_) as first, gate(discord_) as second:
        await first.identify(shard=[0, 2])
        await first.event("READY")
        with discord_.expecting(9):  # docs/platforms.md#discord-rate-limits
            await second.identify(shard=[1, 2])
            assert await second.op(9) is False
        discord_.advance(5)
        await second.identify(shard=[1, 2])
        await second.event("READY")


async def resumed(discord_: FakeDiscord, made: Gate, session: str, seq: int) -> list[str]:
    await made.send(6, {"token": discord_.token, "session_id": session, "seq": seq})
    names: list[str] = []
    while "RESUMED" not in names:
        frame = await made.frame()
        if frame["op"] == 0:
            names.append(frame["t"])
    return names


async def test_resume_replays_what_was_missed(discord_: FakeDiscord, ana: User, general: Channel) -> None:
    async with gate(discord_) as made:
        await made.identify()
        session = (await made.event("READY"))["session_id"]
        await made.event("GUILD_CREATE")
        discord_.close(4000)
        assert await made.closed() == 4000
    discord_.say(ana, general, f"{discord_.bot.mention} one")
    async with gate(discord_) as made:
        assert await resumed(discord_, made, session, 2) == ["MESSAGE_CREATE", "RESUMED"]


async def test_what_cannot_be_resumed(discord_: FakeDiscord, acme: Guild) -> None:
    async with gate(discord_) as made:
        await made.send(6, {"token": discord_.token, "session_id": "none", "seq": 1})
        assert await made.op(9) is False
        await made.identify()
        session = (await made.event("READY"))["session_id"]
    discord_.forget_sessions()
    async with gate(discord_) as made:
        await made.send(6, {"token": discord_.token, "session_id": session, "seq": 1})
        assert await made.op(9) is False
        await made.identify()
        session = (await made.event("READY"))["session_id"]
        discord_.close(4000)
        await made.closed()
    async with gate(discord_) as made:
        await made.send(6, {"token": discord_.token, "session_id": session, "seq": 99})
        assert await made.closed() == 4007


async def test_a_client_that_says_goodbye_gives_its_session_up(discord_: FakeDiscord) -> None:
    async with gate(discord_) as made:
        await made.identify()
        await made.event("READY")
        await made.socket.close(code=1000)
    await discord_.until(lambda: not discord_.sessions)


async def test_trouble_on_demand(discord_: FakeDiscord) -> None:
    async with gate(discord_) as made:
        await made.identify()
        await made.event("READY")
        discord_.silence()
        await made.send(1, 1)
        discord_.reconnect()
        assert (await made.frame())["op"] == 7
        discord_.silence(False)
        await made.send(1, 1)
        assert (await made.frame())["op"] == 11
        discord_.invalidate(resumable=True)
        assert await made.op(9) is True
        discord_.invalidate()
        assert await made.op(9) is False
        assert discord_.sessions == {}


async def test_events_go_to_their_shard_and_direct_ones_to_the_first(raw: Raw) -> None:
    discord_ = raw.discord
    discord_.shards = 2
    guilds = [discord_.guild(f"shard {number}", shard=number) for number in (0, 1)]
    ana = discord_.user("ana", *guilds)
    async with gate(discord_) as first, gate(discord_) as second:
        for number, made in enumerate((first, second)):
            await made.identify(shard=[number, 2])
            assert (await made.event("GUILD_CREATE"))["name"] == f"shard {number}"
        discord_.say(ana, discord_.channel(guilds[1], "one"), f"{discord_.bot.mention} one")
        discord_.say(ana, discord_.dm(ana), "direct")
        assert (await first.event("MESSAGE_CREATE"))["content"] == "direct"  # docs/platforms.md#discord-shards
        assert (await second.event("MESSAGE_CREATE"))["content"].endswith("one")


async def heard(made: Gate, count: int) -> list[str]:
    return [(await made.event("MESSAGE_CREATE"))["content"] for _ in range(count)]


async def test_content_is_hidden_without_its_intent(raw: Raw, ana: User, general: Channel) -> None:
    discord_ = raw.discord
    async with gate(discord_) as made:
        await made.identify()
        await made.event("GUILD_CREATE")
        _, own = await raw("POST", f"/channels/{general.id}/messages", {"content": "own"})
        mine = discord_.messages[int(own["id"])]
        discord_.say(ana, general, "plain", files=[Upload("a.txt", b"a")])
        discord_.say(ana, general, f"{discord_.bot.mention} mention")
        discord_.say(ana, general, "reply", reply_to=mine)
        discord_.say(ana, general, "reply without a ping", reply_to=mine, ping=False)
        discord_.say(ana, discord_.dm(ana), "direct")
        expected = ["own", "", f"{discord_.bot.mention} mention", "reply", "", "direct"]
        assert await heard(made, 6) == expected  # docs/platforms.md#discord-intents


async def test_a_reply_to_an_answer_to_a_command_is_hidden(raw: Raw, ana: User, general: Channel) -> None:
    discord_ = raw.discord
    await raw("PUT", f"/applications/{discord_.application_id}/commands", [{"name": "rule", "description": "One"}])
    async with gate(discord_) as made:
        await made.identify()
        await made.event("GUILD_CREATE")
        asked = discord_.command(ana, general, "rule")
        await raw("POST", f"/interactions/{asked.id}/{asked.token}/callback", {"type": 4, "data": {"content": "own"}})
        assert asked.response is not None
        discord_.say(ana, general, "reply", reply_to=asked.response)
        assert await heard(made, 2) == ["own", ""]  # docs/platforms.md#discord-intents


async def test_content_is_shown_with_its_intent() -> None:
    async with FakeDiscord(privileged=["message_content"]) as discord_, gate(discord_) as made:
        acme = discord_.guild("Acme")
        await made.identify(intents=INTENTS | CONTENT)
        await made.event("GUILD_CREATE")
        message = discord_.say(discord_.user("ana", acme), discord_.channel(acme, "general"), "plain")
        assert await heard(made, 1) == ["plain"]
        discord_.edit(message, "changed")
        assert (await made.event("MESSAGE_UPDATE"))["content"] == "changed"
        discord_.delete(message)
        assert (await made.event("MESSAGE_DELETE"))["id"] == str(message.id)


async def test_a_channel_that_the_bot_cannot_see_is_silent(raw: Raw, ana: User, general: Channel, acme: Guild) -> None:
    discord_ = raw.discord
    hidden = discord_.channel(acme, "hidden")
    discord_.overwrite(hidden, discord_.bot, deny=1 << 10)
    async with gate(discord_) as made:
        await made.identify()
        await made.event("GUILD_CREATE")
        discord_.say(ana, hidden, f"{discord_.bot.mention} hidden")
        discord_.say(ana, general, f"{discord_.bot.mention} seen")
        assert await heard(made, 1) == [f"{discord_.bot.mention} seen"]


async def test_without_the_intent_no_message_comes(discord_: FakeDiscord, ana: User, general: Channel) -> None:
    async with gate(discord_) as made:
        await made.identify(intents=1 | 1 << 12)
        await made.event("GUILD_CREATE")
        discord_.say(ana, general, f"{discord_.bot.mention} in the guild")
        discord_.say(ana, discord_.dm(ana), "direct")
        assert await heard(made, 1) == ["direct"]


async def test_the_last_message_of_a_channel_is_told(raw: Raw, ana: User, general: Channel) -> None:
    discord_ = raw.discord
    last = discord_.say(ana, general, "lunch?")
    async with gate(discord_) as made:
        await made.identify()
        told = await made.event("GUILD_CREATE")
    assert {each["id"]: each["last_message_id"] for each in told["channels"]}[str(general.id)] == str(last.id)
