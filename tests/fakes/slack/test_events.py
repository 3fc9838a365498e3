"""Events in: what is delivered to whom, signed how, and what happens when it is not acknowledged."""

import asyncio

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack import FakeSlack, text_of
from tests.fakes.slack.raw import actions, bare_app, button, client
from tests.fakes.slack.state import Json


def told(events: list[Json]) -> list[str]:
    return sorted(one["event"]["type"] for one in events)


async def test_a_mention_comes_twice_with_two_event_ids() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        message = await slack.say(slack.alice, slack.general, f"<@{slack.bot}> is 1 < 2 & so on? https://e.x/a <b>")
        assert told(app.got) == ["app_mention", "message"]
        assert len({one["event_id"] for one in app.got}) == 2
        assert {one["event"]["ts"] for one in app.got} == {message.ts}
        escaped = f"<@{slack.bot}> is 1 &lt; 2 &amp; so on? <https://e.x/a> &lt;b&gt;"
        assert app.got[0]["event"]["text"] == escaped
        assert text_of(message) == f"<@{slack.bot}> is 1 < 2 & so on? https://e.x/a <b>"


async def test_only_where_the_bot_is_and_what_is_subscribed_and_in_scope() -> None:
    async with FakeSlack(events=("app_mention", "message.channels")) as slack, bare_app(slack) as app:
        await slack.say(slack.alice, slack.outside, f"<@{slack.bot}> hello")
        await slack.say(slack.alice, slack.private, "quiet")
        await slack.say(slack.alice, slack.dm(slack.alice), "quiet")
        assert app.got == []
        await slack.say(slack.alice, slack.general, "loud")
        assert told(app.got) == ["message"]
    async with FakeSlack(scopes=("app_mentions:read",)) as slack, bare_app(slack) as app:
        await slack.say(slack.alice, slack.general, f"<@{slack.bot}> hello")
        assert told(app.got) == ["app_mention"]


async def test_a_dm_is_no_mention() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.say(slack.alice, slack.dm(slack.alice), f"<@{slack.bot}> hello")
        assert [one["event"]["channel_type"] for one in app.got] == ["im"]


async def test_edits_deletions_joins_files_and_our_own_words_are_told() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        room = slack.general
        message = await slack.say(slack.alice, room, "400 samples")
        await slack.edit(message, "4000 samples")
        await slack.delete(message)
        await slack.join(slack.add_user("eve"), room)
        await slack.say(slack.alice, room, "see", files=[slack.upload(slack.alice, "a.csv", b"a,b")])
        await slack.webhook(room, "build failed")
        await client(slack).chat_postMessage(channel=room, text="ours")
        await slack.settled()
        events = [one["event"] for one in app.got]
        kinds = [None, "message_changed", "message_deleted", "channel_join", "file_share", "bot_message", None]
        assert [one.get("subtype") for one in events] == kinds
        assert events[1]["previous_message"]["text"] == "400 samples"
        assert events[1]["message"]["text"] == "4000 samples"
        assert events[4]["files"][0]["name"] == "a.csv"
        assert events[6]["bot_id"] == slack.home_team.bot_id


async def test_a_bot_that_mentions_us_is_told_like_a_person() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.say(slack.robot, slack.general, f"<@{slack.bot}> hello")
        assert all(one["event"]["bot_id"] == "B0OTHER" for one in app.events("app_mention"))
        assert told(app.got) == ["app_mention", "message"]


async def test_requests_are_signed_and_the_bad_ones_are_not() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.say(slack.alice, slack.general, "t")
        await slack.command(slack.alice, slack.general, text="a payload")
        assert app.headers[1]["Content-Type"] == "application/x-www-form-urlencoded"
        assert app.got[1]["text"] == "a payload"
        await slack.send_forged(slack.alice, slack.general, "t")
        await slack.send_stale(slack.alice, slack.general, "t")
        await slack.send_unsigned(slack.alice, slack.general, "t")
        verifier = SignatureVerifier(slack.signing_secret)
        valid = [verifier.is_valid_request(raw, sent) for raw, sent in zip(app.raw, app.headers, strict=True)]
        assert valid == [True, True, False, False, False]
        assert (
            verifier.generate_signature(timestamp=app.headers[3]["X-Slack-Request-Timestamp"], body=app.raw[3])
            == app.headers[3]["X-Slack-Signature"]
        )


@pytest.mark.parametrize("status", [404, 500, 503])
async def test_an_event_that_is_refused_comes_again_with_the_same_id(status: int) -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        app.answers += [web.Response(status=status), web.Response(status=status)]
        await slack.say(slack.alice, slack.general, "t")
        await slack.settled()
        assert len({one["event_id"] for one in app.got}) == 1
        retries = [(one.get("X-Slack-Retry-Num"), one.get("X-Slack-Retry-Reason")) for one in app.headers]
        assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
        assert [ack.status for ack in slack.acks] == [status, status, 200]
        assert slack.lost == []


async def test_an_event_is_given_up_after_three_more() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        app.answers += [web.Response(status=503) for _ in range(9)]
        await slack.say(slack.alice, slack.general, "t")
        await slack.settled()
        assert len(app.got) == 4
        assert slack.lost == [app.got[0]["event_id"]]


async def test_an_app_can_decline_redelivery() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        app.answers.append(web.Response(status=500, headers={"X-Slack-No-Retry": "1"}))
        await slack.say(slack.alice, slack.general, "t")
        await slack.settled()
        assert len(app.got) == 1


async def late() -> web.Response:
    await asyncio.sleep(0.6)
    return web.Response()


async def test_a_late_ack_counts_as_none() -> None:
    async with FakeSlack(patience=0.2) as slack, bare_app(slack) as app:
        app.answers.append(late)
        await slack.say(slack.alice, slack.general, "t")
        slack.patience = 30.0
        await slack.settled()
        assert [ack.status for ack in slack.acks] == [0, 200]
        assert app.headers[1]["X-Slack-Retry-Reason"] == "http_timeout"
        app.answers.append(late)
        slack.patience = 0.2
        with slack.expect_offence("operation_timeout"):
            await slack.command(slack.alice, slack.general)
        slack.patience = 30.0
        app.answers.append(web.Response(status=500))
        with slack.expect_offence("operation_failed"):
            await slack.command(slack.alice, slack.general)


async def test_a_delivery_that_got_lost_comes_again() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        message = await slack.say(slack.alice, slack.general, "t")
        await slack.send_again(message)
        assert len({one["event_id"] for one in app.got}) == 1
        assert app.headers[1]["X-Slack-Retry-Num"] == "1"


async def test_tabs_and_context_are_told() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.open_home(slack.alice)
        await slack.open_messages_tab(slack.alice)
        await slack.look_at(slack.alice, {"type": "slack#/types/channel_id", "value": slack.general})
        assert [one["event"].get("tab") for one in app.got] == ["home", "messages", None]
        assert "user" not in app.got[2]["event"]


async def test_the_end_of_an_installation_is_told() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        other = slack.add_team("Other")
        await slack.uninstall(other)
        assert told(app.got) == ["app_uninstalled", "tokens_revoked"]
        assert {one["team_id"] for one in app.got} == {other}
        await slack.revoke_tokens()
        assert told(app.got[2:]) == ["tokens_revoked"]


async def test_across_an_organisation_an_event_is_authorised_for_no_team() -> None:
    async with FakeSlack(enterprise="E1", across=True) as slack, bare_app(slack) as app:
        await slack.say(slack.alice, slack.general, f"<@{slack.bot}> hi")
        await slack.take_out("T7", "T8")
        await slack.uninstall()
        said, *_, taken, revoked, gone = app.got
        told = [each["event"]["type"] for each in (taken, revoked, gone)]
        assert (said["team_id"], said["enterprise_id"]) == (slack.home_team.id, "E1")
        for each in (said, revoked, gone):
            [authorized] = each["authorizations"]
            assert (authorized["team_id"], authorized["is_enterprise_install"]) == (None, True)
        assert told == ["team_access_revoked", "tokens_revoked", "app_uninstalled"]
        assert taken["event"]["team_ids"] == ["T7", "T8"]
        assert taken["enterprise_id"] == "E1" and "team_id" not in taken and "authorizations" not in taken


async def test_a_gesture_that_nobody_could_make_fails() -> None:
    async with FakeSlack() as slack, bare_app(slack):
        stranger = slack.add_user("stranger")
        with pytest.raises(AssertionError, match="is not in general"):
            await slack.say(stranger, slack.general, "t")
        with pytest.raises(AssertionError, match="no stop button"):
            await slack.stop_session(slack.alice, slack.general, "1.0")
        await client(slack).chat_postMessage(channel=slack.general, text="t", blocks=[actions(button("go"))])
        message = slack.said(slack.general)[0]
        with pytest.raises(AssertionError, match="no stay"):
            await slack.press(slack.alice, message, "stay")
        with pytest.raises(AssertionError, match="does not see"):
            await slack.press(stranger, message, "go")


async def test_slack_itself_speaks_in_a_dm_like_a_person() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        await slack.notice(slack.dm(slack.alice), "ada archived the channel #old")
        [event] = [one["event"] for one in app.got]
        assert (event["user"], event["channel_type"]) == ("USLACK", "im")
        assert not {"bot_id", "subtype"} & {*event}


async def test_what_is_pasted_and_passed_on_stands_beside_the_text() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        mine = slack.dm(slack.alice)
        await slack.paste_table(slack.alice, mine, [["Ticket", "Reply"], ["Refund?", "Done today."]])
        first = await slack.say(slack.bob, slack.general, "it never keeps our tone")
        await slack.forward(slack.alice, first, mine, "see this")
        pasted, forwarded = (one["event"] for one in app.got if one["event"]["channel_type"] == "im")
        assert pasted["text"] == "" and "files" not in pasted
        [holder] = pasted["attachments"]
        assert holder["blocks"][0]["type"] == "table" and holder["fallback"] == "[no preview available]"
        assert forwarded["text"] == "see this"
        assert forwarded["attachments"][0]["text"] == "it never keeps our tone"


async def test_the_address_is_asked_without_an_event() -> None:
    async with FakeSlack() as slack, bare_app(slack) as app:
        assert await slack.check_ssl() == 200
        assert not any(name.startswith("X-Slack-Sig") for name in app.headers[0])
        assert await slack.hold_back(1518467820) == 200
        assert app.got[-1]["type"] == "app_rate_limited" and "event" not in app.got[-1]
