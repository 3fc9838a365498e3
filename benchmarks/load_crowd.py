"""People of the load benchmark, in a process of their own: what they send, and how soon it is acknowledged.

    python -m benchmarks.load_crowd < PLAN

The plan is JSON, as `load` writes it. Honest people send each message at its time. Attackers send a cycle as fast as
Slack lets them post, wait until all of it is acknowledged, pause, and send the next. What is refused or too late is
brought again as Slack does, but sooner. The only line is JSON: for each message of an honest person the seconds of its
acknowledgement, or None, and what came of all of them.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import sys
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from benchmarks import wire

PATIENCE = 3.0
"""Seconds that Slack waits for an acknowledgement."""
GAPS = (0.02, 2.0, 10.0)
"""Seconds before each of the three times that a delivery is brought again; Slack's own are 0, 60 and 300."""
PAUSE = 0.5
"""Seconds between two cycles of an attacker."""
EVERY, BURST = 1.0, 30
"""Slack takes one message a second into a channel, and short bursts (docs.slack.dev/apis/web-api/rate-limits): the
seconds for one, and how many at once (somebody counted about 30: RamblingCookieMonster/PSSlack, issue 52)."""

Json = dict[str, Any]


@dataclass
class Way:
    """Kept connections to the service; each delivery is signed as it leaves."""

    url: str
    secret: str
    outcomes: Counter[str] = field(default_factory=Counter[str])
    _idle: "deque[wire.Caller]" = field(default_factory=lambda: deque[wire.Caller]())

    async def deliver(self, body: bytes) -> float | None:
        """Deliver, again where it has to be; return the seconds until it was acknowledged, None where it never was."""
        began = time.perf_counter()
        for number in range(len(GAPS) + 1):
            try:
                async with asyncio.timeout(PATIENCE):
                    status = await self._post(body, number)
            except TimeoutError:
                status = 0
            except OSError:
                status = -1
            if status == 200:
                self.outcomes["acknowledged" if number == 0 else "acknowledged later"] += 1
                return time.perf_counter() - began
            self.outcomes["late" if status == 0 else "refused"] += 1
            if number < len(GAPS):
                await asyncio.sleep(GAPS[number])
        self.outcomes["lost"] += 1
        return None

    async def _post(self, body: bytes, number: int) -> int:
        split = urlsplit(self.url)
        stamp = str(int(time.time()))
        digest = hmac.new(self.secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        again = f"X-Slack-Retry-Num: {number}\r\nX-Slack-Retry-Reason: http_error\r\n" if number else ""
        head = (
            f"POST {split.path} HTTP/1.1\r\nHost: {split.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n{again}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        loop = asyncio.get_running_loop()
        if self._idle:
            caller = self._idle.pop()
        else:
            _, caller = await loop.create_connection(wire.Caller, str(split.hostname), int(split.port or 0))
        try:
            caller.waiting = loop.create_future()
            caller.transport.write(head.encode() + body)
            status = await caller.waiting
        except BaseException:
            caller.transport.close()
            raise
        self._idle.append(caller)
        return status


@dataclass
class Pace:
    """How soon Slack takes the next message into each channel."""

    _free: dict[str, float] = field(default_factory=dict[str, float])

    async def turn(self, channel: str) -> None:
        """Wait until a message may be posted there."""
        now = time.monotonic()
        self._free[channel] = max(self._free.get(channel, 0.0), now - EVERY * BURST) + EVERY
        await asyncio.sleep(max(0.0, self._free[channel] - now))


async def honest(way: Way, begin: float, sent: list[Json]) -> list[float | None]:
    """Send each message at its time, whatever became of those before."""

    async def one(message: Json) -> float | None:
        await asyncio.sleep(max(0.0, begin + float(message["after"]) - time.time()))
        return await way.deliver(str(message["body"]).encode())

    return await asyncio.gather(*(one(each) for each in sent))


async def attacks(
    way: Way, cycles: list[list[tuple[int, str]]], bodies: list[Json], numbers: "itertools.count[int]"
) -> None:
    """Send cycle after cycle; Slack, and the service by its acknowledgements, decide how soon."""
    pace = Pace()
    for cycle in cycles:
        sending: list[asyncio.Task[float | None]] = []
        posted = ""
        for number, ts in cycle:
            kept = bodies[number]
            if ts != posted:  # a mention comes as two events
                await pace.turn(str(kept["event"]["channel"]))
                posted = ts
            inner = {**kept["event"], "ts": ts, "event_ts": ts, "client_msg_id": f"client-{ts}"}
            body = json.dumps({**kept, "event": inner, "event_id": f"EvA{next(numbers)}"}).encode()
            sending.append(asyncio.create_task(way.deliver(body)))
        await asyncio.gather(*sending)
        await asyncio.sleep(PAUSE)


async def main() -> None:
    """Do as the plan says."""
    plan: Json = json.loads(sys.stdin.read())
    with suppress(OSError):
        # So that what is waited for is the service; who sends little is behind nobody.
        os.nice(-10 if plan["honest"] else 0)
    way = Way(plan["url"], plan["secret"])
    numbers = itertools.count()
    late = time.time() - plan["begin"]
    await asyncio.sleep(max(0.0, -late))
    against = [asyncio.create_task(attacks(way, each, plan["bodies"], numbers)) for each in plan["attackers"]]
    acks = await honest(way, plan["begin"], plan["honest"])
    if against:
        await asyncio.wait(against, timeout=max(0.0, plan["begin"] + plan["seconds"] - time.time()))
        for task in against:
            task.cancel()
        await asyncio.gather(*against, return_exceptions=True)
    print(json.dumps({"acks": acks, "outcomes": way.outcomes, "used": sum(os.times()[:2]), "late": late}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
