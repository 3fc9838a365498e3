"""A worker process for the fault tests. It may end or halt itself, once, at a named point of a turn; a message that is
"poison" ends it each time.

    python -m tests.store.victim '{"url": …, "platform": port, "at": "after take", "how": "SIGKILL", "flag": path, …}'

Points: after push, after take, after model, after commit, after send.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.chat.events import Event
from bot.chat.reply import Reply, Text
from bot.consultation.model import Consultation
from bot.platform.port import Delivered, Delivery, RetryLater
from bot.service import conversation as handling
from bot.service.conversation import Outcome
from bot.service.intake import accept
from bot.service.worker import Timing, Worker
from bot.store.connection import connect
from bot.store.consultations import Store
from bot.store.errors import StoreError
from tests.store.talking import answer, event, said

GIVEN: dict[str, Any] = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}


def reached(point: str) -> None:
    """End or halt here, if this is the point and nobody did before."""
    if GIVEN.get("at") == point:
        with suppress(FileExistsError):
            Path(GIVEN["flag"]).touch(exist_ok=False)
            os.kill(os.getpid(), signal.Signals[GIVEN["how"]])


async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
    reached("after take")
    if any(one.message == GIVEN.get("poison") for one in events):
        os.kill(os.getpid(), signal.SIGKILL)
    print("turn", flush=True)
    await asyncio.sleep(GIVEN.get("seconds", 0.0))
    done = await answer(case, events)
    reached("after model")
    return done


async def deliver(delivery: Delivery) -> Delivered | RetryLater:
    reached("after commit")
    sent = {"conversation": delivery.conversation, "key": delivery.key, "in_doubt": delivery.in_doubt}
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", GIVEN["platform"])
        writer.write(json.dumps({**sent, "text": said(delivery.what)}).encode() + b"\n")
        heard = await reader.readline()
        writer.close()
    except OSError:
        return RetryLater(0.1)
    reached("after send")
    return Delivered() if heard else RetryLater(0.1)


async def main() -> None:
    connection = connect(GIVEN["url"])
    store = Store(connection, patience=GIVEN.get("patience", 0.0))
    if GIVEN.get("push"):
        for conversation, number in GIVEN["push"]:
            await accept(connection, event(conversation, number), keep=store.keep)
        reached("after push")
        return
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("ready", flush=True)
    handling.DEATHS = GIVEN.get("deaths", handling.DEATHS)
    apology = Reply(parts=(Text(markdown="sorry"),))
    timing = Timing(**GIVEN.get("timing", {}))
    await Worker(store, turn, deliver, timing=timing, apology=lambda _case, _events: apology).run(stop)
    with suppress(StoreError):
        await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
