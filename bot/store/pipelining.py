"""Commands that are asked at the same moment go to the server in one write."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol

AT_MOST = 64
"""Commands in one write: their answers share one time limit."""


class Late(Exception):
    """The server did not answer within the limit; what was asked may have been done."""


class Asked(Protocol):
    """What is asked several commands in one write, one write at a time."""

    async def ask(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]: ...

    async def aclose(self) -> None: ...


class Together:
    """A client of one server. While one write is on its way, what else is asked gathers for the next.

    Whoever gives up waiting does not disturb the others. A write that nobody waits for any more is broken off: a server
    that was silent is not to do later what was refused meanwhile. `limit` is in seconds, for a write with its answers;
    None where the client's connections have limits of their own.
    """

    def __init__(self, client: Asked, limit: float | None = None):
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
                return await self.client.ask(commands)
        except TimeoutError:
            return [Late()] * len(commands)
        except Exception as error:
            return [error] * len(commands)
        finally:
            self._until = None


class Line:
    """A client of one server that keeps to one of its connections.

    redis-py takes a connection out of its pool for each write, looks whether it is well and puts it back, which takes
    longer than what is asked of the store. How a connection is made, and what its errors are, stays redis-py's.
    """

    def __init__(self, client: Any):
        self.client = client
        self.connection_pool = client.connection_pool
        self._connection: Any = None
        self._busy = False

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command and return its answer; any number of tasks may wait for theirs."""
        if self._busy:
            return await self.client.execute_command(*args, **options)
        (answer,) = await self.ask([args])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Send commands in one write; return an answer, or what the server has against it, for each. One at a time."""
        self._busy = True
        try:
            if self._connection is None:
                self._connection = await self.connection_pool.get_connection()
            held = self._connection
            if held.is_connected and await held.can_read():  # closed from there, or a late answer
                await held.disconnect(nowait=True)
            closed: Callable[[Exception], Awaitable[None]] = lambda _: held.disconnect(nowait=True)  # noqa: E731
            return await held.retry.call_with_retry(partial(self._ask, held, commands), closed)
        finally:
            self._busy = False

    async def aclose(self) -> None:
        """Close all connections."""
        await self.client.aclose()

    async def _ask(self, held: Any, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        from redis.exceptions import ResponseError

        await held.send_packed_command(b"".join(part for command in commands for part in held.pack_command(*command)))
        answers: list[Any] = []
        for name, *_ in commands:
            try:
                answer = await held.read_response()
                read = self.client.response_callbacks.get(name)
                answers.append(answer if read is None else read(answer))
            except ResponseError as error:
                answers.append(error)
        return answers
