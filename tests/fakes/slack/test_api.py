"""What the Web API of the fake refuses: tokens, scopes, conversations, messages; and what goes wrong on demand."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import BOT_SCOPES, FakeSlack
from tests.fakes.slack.raw import SECTION, client, refusal, refused
from tests.fakes.slack.state import Json


async def test_tokens_that_are_none_are_refused() -> None:
    async with FakeSlack() as slack:
        assert await refused(client(slack, "xoxb-made-up").auth_test()) == "invalid_auth"
        nobody: Any = AsyncWebClient(base_url=slack.api_url)
        assert await refused(nobody.auth_test()) == "not_authed"
        post = client(slack, slack.app_token).chat_postMessage(channel=slack.general, text="t")
        assert await refused(post) == "not_allowed_token_type"
        token = slack.bot_token
        assert (await client(slack).auth_revoke())["revoked"]
        assert await refused(client(slack, token).auth_test()) == "token_revoked"


async def test_an_uninstalled_app_is_refused() -> None:
    async with FakeSlack() as slack:
        token = slack.bot_token
        await slack.uninstall()
        assert await refused(client(slack, token).auth_test()) == "account_inactive"


async def test_a_scope_that_was_not_granted_is_named() -> None:
    async with FakeSlack(scopes=("chat:write", "channels:history")) as slack:
        answer = await refusal(client(slack).users_info(user=slack.alice))
        assert answer == {
            "ok": False,
            "error": "missing_scope",
            "needed": "users:read",
            "provided": "chat:write,channels:history",
        }
        history = await refusal(client(slack).conversations_history(channel=slack.private))
        assert (history["error"], history["needed"]) == ("missing_scope", "groups:history")


async def test_a_method_that_does_not_exist_is_refused() -> None:
    async with FakeSlack() as slack:
        with slack.expect_offence("unknown_method"):
            assert await refused(client(slack).api_call("chat.shout")) == "unknown_method"


async def test_arguments_come_by_query_form_and_json() -> None:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        url = slack.api_url + "chat.postMessage"
        await http.post(url, params={"channel": slack.general}, data={"text": "form"}, headers=headers)
        await http.post(url, params={"channel": slack.general}, json={"text": "json"}, headers=headers)
        blocks = '[{"type":"divider"}]'
        await http.post(url, data={"channel": slack.general, "text": "b", "blocks": blocks, "token": slack.bot_token})
        assert [one.text for one in slack.seen(slack.general)] == ["form", "json", "b"]
        assert slack.seen(slack.general)[2].blocks[0]["type"] == "divider"
        answer = await http.post(url, data="{", headers=headers | {"Content-Type": "application/json"})
        assert (await answer.json())["error"] == "invalid_json"
        answer = await http.post(url, data="[]", headers=headers | {"Content-Type": "application/json"})
        assert (await answer.json())["error"] == "json_not_object"


async def test_conversations_the_bot_is_not_in_are_out_of_reach() -> None:
    async with FakeSlack() as slack:
        web = client(slack)
        hidden = slack.add_channel("hidden", slack.alice, private=True, bot=False)
        other = slack.add_channel("other", team=slack.add_team("Other"))
        assert await refused(web.chat_postMessage(channel=slack.outside, text="t")) == "not_in_channel"
        assert await refused(web.chat_postMessage(channel=hidden, text="t")) == "channel_not_found"
        assert await refused(web.chat_postMessage(channel=other, text="t")) == "channel_not_found"
        assert await refused(web.chat_postMessage(channel="C404", text="t")) == "channel_not_found"
        slack.channels[slack.general].archived = True
        assert await refused(web.chat_postMessage(channel=slack.general, text="t")) == "is_archived"
        with slack.expect_offence("joined"):
            assert await refused(web.conversations_join(channel=slack.outside)) == "missing_scope"
        assert await refused(web.conversations_open(users=slack.robot)) == "cannot_dm_bot"
        assert await refused(web.conversations_open(users="U404")) == "user_not_found"
        assert await refused(web.users_info(user="U404")) == "user_not_found"


async def test_a_message_needs_words_and_not_too_many() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.general
        assert await refused(web.chat_postMessage(channel=room, text="")) == "no_text"
        both = web.chat_postMessage(channel=room, text="t", markdown_text="m")
        assert await refused(both) == "markdown_text_conflict"
        with slack.expect_offence("msg_too_long"):
            assert await refused(web.chat_postMessage(channel=room, markdown_text="x" * 12_001)) == "msg_too_long"
        assert await refused(web.chat_postMessage(channel=room, text="t", blocks="{")) == "invalid_blocks_format"
        many = [{"text": "a"}] * 101
        assert await refused(web.chat_postMessage(channel=room, text="t", attachments=many)) == "too_many_attachments"
        with slack.expect_offence("long_text"):
            await web.chat_postMessage(channel=room, text="x" * 40_001)
        assert len(slack.seen(room)[-1].text) == 40_000
        with slack.expect_offence("long_text"):
            ts = slack.seen(room)[-1].ts
            assert await refused(web.chat_update(channel=room, ts=ts, text="x" * 4001)) == "msg_too_long"
        bad = web.chat_postMessage(channel=room, text="t", metadata={"event_type": "x"})
        assert await refused(bad) == "invalid_metadata_format"


async def test_only_own_messages_change() -> None:
    async with FakeSlack() as slack:
        web, room = client(slack), slack.general
        hers = await slack.say(slack.alice, room, "mine")
        assert await refused(web.chat_update(channel=room, ts=hers.ts, text="t")) == "cant_update_message"
        assert await refused(web.chat_delete(channel=room, ts=hers.ts)) == "cant_delete_message"
        assert await refused(web.chat_update(channel=room, ts="1.0", text="t")) == "message_not_found"
        assert await refused(web.chat_delete(channel=room, ts="1.0")) == "message_not_found"
        secret = await web.chat_postEphemeral(channel=room, user=slack.alice, text="psst")
        change = web.chat_update(channel=room, ts=secret["message_ts"], text="t")
        assert await refused(change) == "message_not_found"
        posted = await web.chat_postMessage(channel=room, text="one", blocks=[SECTION])
        await web.chat_update(channel=room, ts=posted["ts"], text="two")
        assert (slack.said(room)[-1].text, slack.said(room)[-1].blocks) == ("two", [])
        await web.chat_delete(channel=room, ts=posted["ts"])
        assert [one.text for one in slack.said(room)] == ["psst"]


async def test_an_ephemeral_message_is_for_one_person_who_is_there() -> None:
    async with FakeSlack() as slack:
        stranger = slack.add_user("stranger")
        web = client(slack)
        refusal_ = web.chat_postEphemeral(channel=slack.general, user=stranger, text="t")
        assert await refused(refusal_) == "user_not_in_channel"
        await web.chat_postEphemeral(channel=slack.general, user=slack.alice, text="psst")
        assert [one.text for one in slack.seen(slack.general, user=slack.alice)] == ["psst"]
        assert slack.seen(slack.general, user=slack.bob) == []


async def test_a_thread_is_named_by_its_root() -> None:
    async with FakeSlack() as slack:
        root = await slack.say(slack.alice, slack.general, "root")
        reply = await slack.say(slack.bob, slack.general, "reply", thread_ts=root.ts)
        with slack.expect_offence("thread_ts_of_a_reply"):
            await client(slack).chat_postMessage(channel=slack.general, text="t", thread_ts=reply.ts)
        with slack.expect_offence("unknown_thread"):
            await client(slack).chat_postMessage(channel=slack.general, text="t", thread_ts="1.0")


async def test_history_comes_in_pages() -> None:
    async with FakeSlack() as slack:
        web = client(slack)
        root = await slack.say(slack.alice, slack.general, "root")
        for number in range(5):
            await slack.say(slack.bob, slack.general, f"reply {number}", thread_ts=root.ts)
        first = await web.conversations_replies(channel=slack.general, ts=root.ts, limit=4)
        cursor = first["response_metadata"]["next_cursor"]
        second = await web.conversations_replies(channel=slack.general, ts=root.ts, limit=4, cursor=cursor)
        told = [one["text"] for page in (first, second) for one in page["messages"]]
        assert told == ["root", *(f"reply {number}" for number in range(5))]
        assert (first["has_more"], second["has_more"]) == (True, False)
        replies = web.conversations_replies
        assert await refused(replies(channel=slack.general, ts="1.0")) == "thread_not_found"
        assert await refused(replies(channel=slack.general, ts=root.ts, cursor="x")) == "invalid_cursor"
        assert await refused(replies(channel=slack.general, ts=root.ts, limit=1001)) == "invalid_limit"


async def test_an_unlisted_app_reads_15_messages_once_a_minute() -> None:
    async with FakeSlack(unlisted=True) as slack:
        root = await slack.say(slack.alice, slack.general, "root")
        for number in range(20):
            await slack.say(slack.bob, slack.general, str(number), thread_ts=root.ts)
        web = client(slack)
        page = await web.conversations_replies(channel=slack.general, ts=root.ts)
        assert len(page["messages"]) == 15
        with pytest.raises(SlackApiError) as caught:
            await web.conversations_replies(channel=slack.general, ts=root.ts)
        limited: Any = caught.value
        assert limited.response.status_code == 429
        slack.pass_time(61)
        await web.conversations_replies(channel=slack.general, ts=root.ts)


async def test_a_method_may_be_called_so_often_in_a_minute_and_workspace() -> None:
    async with FakeSlack(burst=0.02) as slack:  # one call of fifty a minute
        web = client(slack)
        await web.conversations_info(channel=slack.general)
        with pytest.raises(SlackApiError) as caught:
            await web.conversations_info(channel=slack.private)
        limited: Any = caught.value
        assert (limited.response.status_code, limited.response.headers["Retry-After"]) == (429, "2")
        await web.conversations_replies(channel=slack.general, ts=(await slack.say(slack.bob, slack.general, "a")).ts)
        slack.pass_time(2)
        await web.conversations_info(channel=slack.private)
        # Posts are counted by the channel.
        for channel in (slack.general, slack.private):
            await web.chat_postMessage(channel=channel, text="t")
        assert await refused(web.chat_postMessage(channel=slack.general, text="t")) == "ratelimited"


async def test_limits_outages_and_lost_answers_on_demand() -> None:
    async with FakeSlack() as slack:
        web = client(slack)
        slack.limit("chat.postMessage", retry_after=7)
        with pytest.raises(SlackApiError) as caught:
            await web.chat_postMessage(channel=slack.general, text="t")
        limited: Any = caught.value
        assert limited.response.status_code == 429
        assert limited.response.headers["Retry-After"] == "7"
        assert limited.response.data["error"] == "ratelimited"
        slack.fail("chat.postMessage", status=500)
        with pytest.raises(SlackApiError):
            await web.chat_postMessage(channel=slack.general, text="t")
        slack.refuse("chat.postMessage", "fatal_error")
        assert await refused(web.chat_postMessage(channel=slack.general, text="t")) == "fatal_error"
        slack.drop("chat.postMessage", stored=False)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await web.chat_postMessage(channel=slack.general, text="t")
        assert slack.said(slack.general) == []
        slack.drop("chat.postMessage")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await web.chat_postMessage(channel=slack.general, text="in doubt")
        assert [one.text for one in slack.said(slack.general)] == ["in doubt"]
        slack.check()


async def test_a_limited_call_comes_through_after_its_wait() -> None:
    async with FakeSlack() as slack:
        web: Any = AsyncWebClient(slack.bot_token, slack.api_url, retry_handlers=[AsyncRateLimitErrorRetryHandler()])
        slack.limit("*", retry_after=1)
        await web.chat_postMessage(channel=slack.general, text="t")
        assert [call.status for call in slack.called("chat.postMessage")] == [429, 200]


async def test_two_posts_are_two_messages() -> None:
    async with FakeSlack() as slack:
        for _ in range(2):
            await client(slack).chat_postMessage(channel=slack.general, text="same")
        assert [one.text for one in slack.said(slack.general)] == ["same", "same"]


async def test_a_fault_that_never_happened_fails_the_check() -> None:
    async with FakeSlack() as slack:
        slack.limit("chat.postMessage")
        with pytest.raises(AssertionError, match="never happened"):
            slack.check()


async def test_expecting_an_offence_that_does_not_come_fails() -> None:
    async with FakeSlack() as slack:
        with pytest.raises(AssertionError, match="No mass_mention"), slack.expect_offence("mass_mention"):
            pass


async def test_reactions_are_added_once() -> None:
    async with FakeSlack() as slack:
        web = client(slack)
        message = await slack.say(slack.alice, slack.general, "t")
        await web.reactions_add(channel=slack.general, timestamp=message.ts, name="eyes")
        again = web.reactions_add(channel=slack.general, timestamp=message.ts, name="eyes")
        assert await refused(again) == "already_reacted"
        await web.reactions_remove(channel=slack.general, timestamp=message.ts, name="eyes")
        gone = web.reactions_remove(channel=slack.general, timestamp=message.ts, name="eyes")
        assert await refused(gone) == "no_reaction"
        bad = web.reactions_add(channel=slack.general, timestamp=message.ts, name="Not A Name")
        assert await refused(bad) == "invalid_name"
        assert (
            await refused(web.reactions_add(channel=slack.general, timestamp="1.0", name="eyes")) == "message_not_found"
        )
        assert await refused(web.reactions_add(channel=slack.general, timestamp="", name="eyes")) == "no_item_specified"


async def test_who_and_where_is_told() -> None:
    async with FakeSlack() as slack:
        web = client(slack)
        who = await web.auth_test()
        assert (who["user_id"], who["bot_id"]) == (slack.bot, slack.home_team.bot_id)
        assert (await web.users_info(user=slack.admin))["user"]["is_admin"]
        assert (await web.bots_info(bot=who["bot_id"]))["bot"]["app_id"] == slack.app_id
        assert await refused(web.bots_info(bot="B404")) == "bot_not_found"
        assert (await web.team_info())["team"]["name"] == "Acme"
        opened = await web.conversations_open(users=slack.alice)
        assert opened["channel"]["id"] == slack.dm(slack.alice)
        rooms = await web.users_conversations(types="public_channel,private_channel")
        assert {one["id"] for one in rooms["channels"]} == {slack.general, slack.private}
        assert slack.bot in (await web.conversations_members(channel=slack.general))["members"]
        assert (await web.conversations_info(channel=slack.outside))["channel"]["is_member"] is False
        assert "chat:write" in BOT_SCOPES


async def test_metadata_is_for_who_has_its_scope() -> None:
    marked: Json = {"event_type": "reply", "event_payload": {"key": "k"}}
    for more in ((), ("metadata.message:read",)):
        async with FakeSlack(scopes=(*BOT_SCOPES, *more)) as slack:
            web = client(slack)
            ts = (await web.chat_postMessage(channel=slack.general, text="t", metadata=marked))["ts"]
            said = await web.conversations_replies(channel=slack.general, ts=ts, include_all_metadata=True)
            assert [one.get("metadata") for one in said["messages"]] == [marked if more else None]
