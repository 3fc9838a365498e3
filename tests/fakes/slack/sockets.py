"""Socket Mode: hello, envelopes that wait for their ack, pings, and goodbyes.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import contextlib
import json
import random
import time
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.core import Core
from tests.fakes.slack.state import Envelope, Json

MOST = 10
"""docs/platforms.md#slack-sockets: sockets an app may hold at once."""


async def accept(core: Core, request: web.Request) -> web.StreamResponse:
    """Serve one socket until it closes. The ticket in its address opens one socket only."""
    ticket = request.query.get("ticket", "")
    if ticket not in core.tickets:
        return web.Response(status=401, text="The address of a socket is used once.")
    core.tickets.discard(ticket)
    # Answered by hand, so that a frozen link answers nothing.
    socket = web.WebSocketResponse(autoping=False)
    await socket.prepare(request)
    if len(core.sockets) >= MOST:
        await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug()})
        await socket.close()
        return socket
    core.sockets.append(socket)
    core.had_socket = True
    assert request.transport
    core.wires[socket] = request.transport
    await socket.send_json(
        {
            "type": "hello",
            "num_connections": len(core.sockets),
            "debug_info": {**_debug(), "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": core.app_id},
        }
    )
    pings = asyncio.create_task(_ping(core, socket))
    try:
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                _ack(core, str(message.data))
            elif message.type == WSMsgType.PING and not core.frozen:
                await socket.pong(message.data)
    finally:
        pings.cancel()
        if socket in core.sockets:
            core.sockets.remove(socket)
    return socket


def _debug() -> Json:
    return {"host": "applink-loopback"}


async def _ping(core: Core, socket: web.WebSocketResponse) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            await asyncio.sleep(core.ping_every)
            if not core.frozen:
                await socket.ping(f"Ping from applink-loopback {core.new_ts()}".encode())


def _ack(core: Core, text: str) -> None:
    try:
        answer: Any = json.loads(text)
        ident = str(answer["envelope_id"])
    except (ValueError, KeyError, TypeError):
        core.offend("bad_socket_message", "socket", text[:80])
        return
    envelope = core.envelopes.get(ident)
    if envelope is None:
        core.offend("unknown_envelope", "socket", ident)
        return
    if answer.get("payload") and not envelope.accepts:
        core.offend("unexpected_payload", envelope.what, "this envelope does not accept an answer")
    if envelope.answer.done():
        # Late or twice: Slack has moved on, nobody sees it.
        return
    envelope.answer.set_result(answer)


async def deliver(core: Core, kind: str, what: str, payload: Json, number: int, reason: str) -> tuple[int, Any]:
    """Send one envelope to one socket; return 200 and the answer, 0 for no ack in time, -1 where no socket is open."""
    if not core.sockets:
        return -1, None
    envelope = Envelope(core.new_id("Env"), kind != "events_api", time.monotonic(), asyncio.Future(), what, kind)
    core.envelopes[envelope.id] = envelope
    body: Json = {
        "envelope_id": envelope.id,
        "type": kind,
        "accepts_response_payload": envelope.accepts,
        "payload": payload,
    }
    if kind == "events_api":
        body |= {"retry_attempt": number, "retry_reason": reason}
    if not core.frozen:
        try:
            # docs/platforms.md#slack-sockets: with several sockets open, an envelope goes to one of them.
            await random.choice(core.sockets).send_json(body)
        except ConnectionError:
            return -1, None
    try:
        answer = await asyncio.wait_for(envelope.answer, core.patience)
    except TimeoutError:
        return 0, None
    return 200, answer.get("payload")


async def refresh(core: Core, reason: str = "refresh_requested") -> None:
    """Tell every socket to reconnect, and close those that are still there a moment later."""
    leaving, core.sockets = list(core.sockets), []
    for socket in leaving:
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _debug()})

    async def close() -> None:
        await asyncio.sleep(1)
        await asyncio.gather(*(socket.close() for socket in leaving))

    core.spawn(close(), chore=True)


async def cut(core: Core) -> None:
    """Drop every socket without a word."""
    leaving, core.sockets = list(core.sockets), []
    for socket in leaving:
        core.wires[socket].abort()
