"""Rate limits and trouble on demand, met by a raw client."""

import aiohttp
import pytest

from tests.fakes.discord import Channel, FakeDiscord, text_of
from tests.fakes.discord.raw import Raw

POST = "/channels/{channel.id}/messages"


def posts(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


async def test_a_bucket_is_told_in_the_headers_and_kept(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    discord_.bucket("POST", POST, 2, 5.0)
    first = await raw.whole("POST", posts(general), {"content": "a"})
    second = await raw.whole("POST", posts(general), {"content": "b"})
    left = [each.headers["X-RateLimit-Remaining"] for each in (first, second)]
    assert (left, first.headers["X-RateLimit-Limit"]) == (["1", "0"], "2")
    assert first.headers["X-RateLimit-Bucket"] == second.headers["X-RateLimit-Bucket"]
    with discord_.expecting(429):  # docs/platforms.md#discord-rate-limits
        refused = await raw.whole("POST", posts(general), {"content": "c"})
    assert (refused.status, refused.headers["Via"]) == (429, "1.1 google")
    assert 0 < (await refused.json())["retry_after"] <= 5
    other = discord_.channel(discord_.guild("Other"), "other")
    assert (await raw("POST", posts(other), {"content": "d"}))[0] == 200
    discord_.advance(5)
    assert (await raw("POST", posts(general), {"content": "c"}))[0] == 200
    assert [text_of(each) for each in discord_.seen(general)] == ["a", "b", "c"]


async def test_limits_on_demand(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    discord_.limit("POST", "/channels/{id}/messages", retry_after=0.2)
    discord_.limit("POST", "/channels/{id}/messages", everywhere=True)
    discord_.limit("POST", "/channels/{id}/messages", via=False)
    answers = [await raw.whole("POST", posts(general), {"content": "a"}) for _ in range(4)]
    assert [each.status for each in answers] == [429, 429, 429, 200]
    assert [(await each.json())["global"] for each in answers[:2]] == [False, True]
    assert answers[1].headers["X-RateLimit-Global"] == "true"
    assert ["Via" in each.headers for each in answers] == [True, True, False, True]
    discord_.assert_no_offences()


async def test_more_than_fifty_a_second_meet_the_global_limit(raw: Raw, general: Channel) -> None:
    statuses = [(await raw("GET", path))[0] for _ in range(30) for path in ("/users/@me", "/gateway/bot")]
    assert statuses[:50] == [200] * 50
    assert 429 in statuses[50:]  # docs/platforms.md#discord-rate-limits


async def test_failures_and_lost_answers(raw: Raw, discord_: FakeDiscord, general: Channel) -> None:
    discord_.fail("POST", POST, status=503)
    assert (await raw("POST", posts(general), {"content": "a"}))[0] == 503
    assert discord_.seen(general) == []
    discord_.drop("POST", POST)
    with pytest.raises(aiohttp.ClientError):
        await raw("POST", posts(general), {"content": "b"})
    assert [text_of(each) for each in discord_.seen(general)] == ["b"]
    assert [call.status for call in discord_.calls] == [503, 200]
