"""The fake keeps threads and posts of forums as Discord does."""

from tests.fakes.discord import Channel, FakeDiscord, Guild, User
from tests.fakes.discord import permissions as may
from tests.fakes.discord.raw import Raw
from tests.fakes.discord.test_messages import posts


async def test_threads(raw: Raw, discord_: FakeDiscord, general: Channel, ana: User) -> None:
    first = discord_.say(ana, general, "hi")
    path = f"{posts(general)}/{first.id}/threads"
    status, thread = await raw("POST", path, {"name": "advice", "auto_archive_duration": 1440})
    # docs/platforms.md#discord-threads: a public thread has its message's id
    assert (status, thread["id"]) == (201, str(first.id))
    assert await raw.code("POST", path, {"name": "again"}) == (400, 160004)
    with discord_.expecting(50024):
        inner = discord_.say(ana, discord_.threads(general)[0], "in the thread")
        assert await raw.code("POST", f"/channels/{first.id}/messages/{inner.id}/threads", {"name": "x"}) == (
            400,
            50024,
        )
    with discord_.expecting(50035):
        second = discord_.say(ana, general, "again")
        body = {"name": "x", "auto_archive_duration": 5}
        assert await raw.code("POST", f"{posts(general)}/{second.id}/threads", body) == (400, 50035)
    with discord_.expecting(50035):
        assert await raw.code("POST", f"{posts(general)}/{second.id}/threads", {"name": "x" * 101}) == (400, 50035)


async def test_threads_need_their_permissions(raw: Raw, discord_: FakeDiscord, general: Channel, ana: User) -> None:
    first = discord_.say(ana, general, "hi")
    thread = discord_.thread(general, "mine", ana)
    discord_.overwrite(general, discord_.bot, deny=may.CREATE_PUBLIC_THREADS | may.SEND_MESSAGES_IN_THREADS)
    assert await raw.code("POST", f"{posts(general)}/{first.id}/threads", {"name": "x"}) == (403, 50013)
    assert await raw.code("POST", posts(thread), {"content": "x"}) == (403, 50013)
    assert (await raw("POST", posts(general), {"content": "x"}))[0] == 200
    secret = discord_.thread(general, "secret", ana, private=True)
    assert await raw.code("POST", posts(secret), {"content": "x"}) == (403, 50001)


async def test_archived_and_locked_threads(raw: Raw, discord_: FakeDiscord, general: Channel, ana: User) -> None:
    thread = discord_.thread(general, "t", ana)
    _, made = await raw("POST", posts(thread), {"content": "x"})
    discord_.archive(thread)
    assert await raw.code("PATCH", f"{posts(thread)}/{made['id']}", {"content": "y"}) == (400, 50083)
    assert (await raw("POST", posts(thread), {"content": "z"}))[0] == 200
    assert not thread.archived  # docs/platforms.md#discord-threads: sending opens it again
    discord_.lock(thread)
    assert await raw.code("POST", posts(thread), {"content": "x"}) == (403, 160005)
    discord_.archive(thread)
    assert await raw.code("POST", posts(thread), {"content": "x"}) == (400, 50083)


async def test_a_quiet_thread_is_archived(discord_: FakeDiscord, general: Channel, ana: User) -> None:
    thread = discord_.thread(general, "t", ana)
    discord_.advance(23 * 3600)
    discord_.say(ana, thread, "still here")
    discord_.advance(23 * 3600)
    assert not thread.archived
    discord_.advance(2 * 3600)
    assert thread.archived


async def test_forums_take_posts_only(raw: Raw, discord_: FakeDiscord, acme: Guild, ana: User) -> None:
    forum = discord_.channel(acme, "help", "forum")
    with discord_.expecting(50008):
        assert await raw.code("POST", posts(forum), {"content": "x"}) == (400, 50008)
    status, made = await raw("POST", f"/channels/{forum.id}/threads", {"name": "p", "message": {"content": "first"}})
    assert (status, made["message"]["content"]) == (201, "first")
    theirs = discord_.post(ana, forum, "mine", "should we?")
    assert theirs.id == theirs.channel.id
    assert (await raw("POST", posts(theirs.channel), {"content": "x"}))[0] == 200
