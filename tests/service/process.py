"""A process of the service whose one platform is the test: what it is sent comes in, what is said goes back there.

    python -m tests.service.process '{"role": "all", "port": 1234}'

Its settings are those of the environment. It says where it serves, and `advisor serve` in all else.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from bot import app
from bot.chat.events import Event
from bot.chat.reply import Reply
from bot.cli.errors import log_to_file
from bot.platform.port import Accept, Delivered, Delivery, PlatformContext, Rejected, RetryLater
from bot.service.jobs.trial import Pace
from bot.service.serve import Beside, Role, Speed
from bot.service.supervisor import Supervisor
from bot.service.worker import Timing
from bot.settings import read_settings
from bot.store.errors import StoreError

SPEED = Speed(Timing(lock=2.0, idle=2.4, sweep=0.2), lease=3.0, pace=Pace(watch=0.1, tell=0.2, alive=2.0))


class Loopback:
    """The platform: lines of JSON to and from the test."""

    name = "test"

    def __init__(self, port: int) -> None:
        self.port = port
        self.connected = False

    async def run(self, accept: Accept, stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b'{"kind": "gateway"}\n')
        stopped = asyncio.create_task(stop.wait())
        self.connected = True
        while not stopped.done():
            reading = asyncio.create_task(reader.readline())
            await asyncio.wait([stopped, reading], return_when=asyncio.FIRST_COMPLETED)
            if not reading.done() or not (line := reading.result()):
                reading.cancel()
                break
            try:
                said = "stored" if await accept(Event.model_validate_json(line)) else "repeated"
            except StoreError:
                said = "refused"
            writer.write(json.dumps({"said": said}).encode() + b"\n")
        self.connected = False
        writer.close()

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def enrich(self, event: Event) -> Sequence[Event]:
        return [event]

    async def is_outsider(self, event: Event) -> bool:
        return event.author.endswith(":guest")

    async def is_admin(self, event: Event) -> bool:
        return False

    async def deliver(self, delivery: Delivery) -> Delivered | RetryLater | Rejected:
        assert isinstance(delivery.what, Reply)
        sent = {"kind": "reply", "conversation": delivery.conversation, "key": delivery.key}
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
        writer.write(json.dumps({**sent, "reply": delivery.what.model_dump(mode="json")}).encode() + b"\n")
        answer = await reader.readline()
        writer.close()
        return {b"heard\n": Delivered(), b"never\n": Rejected("The channel is gone.")}.get(answer, RetryLater(0.1))

    def age(self) -> float | None:
        return 0.0 if self.connected else None


async def main(role: Role, port: int, workers: int = 0, attached: bool = False) -> None:
    settings = read_settings()
    behind = {"role": "worker", "port": port, "attached": True}
    command = [sys.executable, "-m", "tests.service.process", json.dumps(behind)]
    beside = Beside(Supervisor(command, workers) if workers else None, attached)

    @asynccontextmanager
    async def loopback(_: PlatformContext) -> AsyncGenerator[Loopback]:
        yield Loopback(port)

    def say(line: str) -> None:
        print(line, flush=True)

    await app.serve(settings, [loopback], role=role, no_model=False, say=say, speed=SPEED, beside=beside)


if __name__ == "__main__":
    log_to_file()
    asyncio.run(main(**json.loads(sys.argv[1])))
