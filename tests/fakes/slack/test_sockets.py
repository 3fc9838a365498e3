"""Socket Mode with a bare websocket: hello, acks, redelivery, goodbyes, and what is refused."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.raw import client, refused
from tests.fakes.slack.state import Json

SECONDS = 30.0
"""After which a test gives up; nothing here is meant to take that long."""


@asynccontextmanager
async def socket(slack: FakeSlack) -> AsyncGenerator[aiohttp.ClientWebSocketResponse, None]:
    """Open one socket and take its hello."""
    opened = await client(slack, slack.app_token).apps_connections_open(app_token=slack.app_token)
    url: str = opened["url"]
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as one:
        hello = await one.receive_json()
        assert hello["type"] == "hello"
        assert hello["connection_info"]["app_id"] == slack.app_id
        yield one


async def taken(one: aiohttp.ClientWebSocketResponse) -> Json:
    envelope: Json = await one.receive_json(timeout=SECONDS)
    return envelope


async def test_an_envelope_is_acknowledged_by_its_id() -> None:
    async with FakeSlack() as slack, socket(slack) as one:
        slack.spawn(slack.say(slack.alice, slack.general, "t"))
        envelope = await taken(one)
        assert (envelope["type"], envelope["retry_attempt"]) == ("events_api", 0)
        assert envelope["accepts_response_payload"] is False
        assert envelope["payload"]["event"]["text"] == "t"
        await one.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()
        assert [ack.status for ack in slack.acks] == [200]


async def test_without_an_ack_it_comes_again_with_the_same_event_id() -> None:
    async with FakeSlack(patience=0.1) as slack, socket(slack) as one:
        await slack.say(slack.alice, slack.general, "t")
        slack.patience = SECONDS
        first, second = await taken(one), await taken(one)
        assert first["envelope_id"] != second["envelope_id"]
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        await one.send_json({"envelope_id": second["envelope_id"]})
        await slack.settled()
        assert [ack.status for ack in slack.acks] == [0, 200]


async def test_a_command_takes_its_answer_in_the_ack() -> None:
    async with FakeSlack(patience=SECONDS) as slack, socket(slack) as one:
        slack.spawn(slack.command(slack.alice, slack.general, text="help"))
        envelope = await taken(one)
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        await one.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Ask me."}})
        await slack.settled()
        assert [m.text for m in slack.seen(slack.general, user=slack.alice)] == ["Ask me."]
        assert slack.seen(slack.general, user=slack.bob) == []
        slack.patience = 0.3
        with slack.expect_offence("operation_timeout"):
            await slack.command(slack.alice, slack.general)


async def test_acks_that_make_no_sense_are_written_down() -> None:
    async with FakeSlack() as slack, socket(slack) as one:
        with slack.expect_offence("unknown_envelope"):
            await one.send_json({"envelope_id": "made up"})
            await slack.until(lambda: slack.offences)
        with slack.expect_offence("bad_socket_message"):
            await one.send_str("hello?")
            await slack.until(lambda: slack.offences)
        with slack.expect_offence("unexpected_payload"):
            slack.spawn(slack.say(slack.alice, slack.general, "t"))
            envelope = await taken(one)
            await one.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "x"}})
            await slack.settled()


async def test_an_address_opens_one_socket() -> None:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        url: str = (await client(slack, slack.app_token).apps_connections_open(app_token=slack.app_token))["url"]
        async with http.ws_connect(url):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)
        opening = client(slack).apps_connections_open(app_token=slack.bot_token)
        assert await refused(opening) == "not_allowed_token_type"


async def test_an_eleventh_socket_is_sent_away() -> None:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        web = client(slack, slack.app_token)
        urls: list[str] = [(await web.apps_connections_open(app_token=slack.app_token))["url"] for _ in range(11)]
        opened = [await http.ws_connect(url) for url in urls]
        assert (await opened[9].receive_json())["num_connections"] == 10
        assert (await opened[10].receive_json())["reason"] == "too_many_websockets"


async def test_of_several_sockets_one_gets_the_envelope() -> None:
    async with FakeSlack(patience=0.2, gaps=()) as slack, socket(slack) as one, socket(slack) as two:
        await slack.say(slack.alice, slack.general, "t")
        waiting = [asyncio.create_task(each.receive_json()) for each in (one, two)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=SECONDS)
        got, left = await asyncio.wait(waiting, timeout=0.2)
        assert (len(got), len(left)) == (1, 1)
        for each in left:
            each.cancel()


async def test_slack_pings_and_asks_for_a_new_connection() -> None:
    async with FakeSlack(ping_every=0.05) as slack:
        opened = await client(slack, slack.app_token).apps_connections_open(app_token=slack.app_token)
        url: str = opened["url"]
        async with aiohttp.ClientSession() as http, http.ws_connect(url, autoping=False) as one:
            await one.receive_json()
            assert (await one.receive(timeout=SECONDS)).type == aiohttp.WSMsgType.PING
            await slack.refresh_sockets()
            while (message := await one.receive(timeout=SECONDS)).type == aiohttp.WSMsgType.PING:
                pass
            assert message.json()["type"] == "disconnect"
            assert message.json()["reason"] == "refresh_requested"


async def test_a_frozen_link_says_nothing_and_a_cut_one_is_gone() -> None:
    async with FakeSlack(ping_every=0.02, patience=0.1, gaps=()) as slack, socket(slack) as one:
        slack.frozen = True
        await one.ping()
        await slack.say(slack.alice, slack.general, "t")
        with pytest.raises(TimeoutError):
            await one.receive(timeout=0.2)
        assert slack.acks[-1].status == 0
        slack.frozen = False
        await slack.cut_sockets()
        await slack.say(slack.alice, slack.general, "t")
        assert slack.acks[-1].status == -1
        assert len(slack.lost) == 2
