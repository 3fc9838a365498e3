"""Commands that are asked at the same moment go to the server in one write."""

import asyncio
from typing import Any

AT_MOST = 64
"""Commands in one write: their answers share one time limit."""


class Late(Exception):
    """The server did not answer within the limit; what was asked may have been done."""


class Together:
    """A client of one server. While one write is on its way, what else is asked gathers for the next.

    Whoever gives up waiting does not disturb the others. A write that nobody waits for any more is broken off: a server
    that was silent is not to do later what was refused meanwhile. `limit` is in seconds, for a write with its answers;
    None where the client's connections have limits of their own.
    """

    def __init__(self, client: Any, limit: float | None = None):
        self.client = client
        self.limit = limit
        self._asked: list[tuple[tuple[Any, ...], asyncio.Future[Any]]] = []
        self._sending: asyncio.Task[None] | None = None
        self._awaited: list[asyncio.Future[Any]] = []
        """The answers to the write that is on its way."""
        self._until: asyncio.Timeout | None = None
        """The time limit of that."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command and return its answer."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.append((args, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        try:
            return await answer
        except asyncio.CancelledError:
            if self._until is not None and not self._until.expired() and all(each.done() for each in self._awaited):
                self._until.reschedule(0.0)
            raise

    async def aclose(self) -> None:
        """Close all connections."""
        await self.client.aclose()

    async def _send(self) -> None:
        try:
            while self._asked:
                part, self._asked = self._asked[:AT_MOST], self._asked[AT_MOST:]
                part = [(args, answer) for args, answer in part if not answer.done()]
                self._awaited = [answer for _, answer in part]
                for (_, answer), result in zip(part, await self._answers([args for args, _ in part]), strict=True):
                    if answer.done():
                        continue
                    if isinstance(result, BaseException):
                        answer.set_exception(result)
                    else:
                        answer.set_result(result)
        finally:
            self._sending = None

    async def _answers(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        """Return an answer or an error for each command."""
        try:
            async with asyncio.timeout(self.limit) as self._until:
                if len(commands) == 1:
                    return [await self.client.execute_command(*commands[0])]
                pipeline = self.client.pipeline(transaction=False)
                for command in commands:
                    pipeline.execute_command(*command)
                return await pipeline.execute(raise_on_error=False)
        except TimeoutError:
            return [Late()] * len(commands)
        except Exception as error:
            return [error] * len(commands)
        finally:
            self._until = None
