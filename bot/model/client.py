"""One model on one OpenAI-compatible server."""

import asyncio
import importlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.model import errors, learnt, meter, response, tracing
from bot.model.address import HERE, OPENAI, host, is_loopback, joined, trimmed
from bot.model.cache import Answers
from bot.model.dialect import Manners, Message, adapted, request
from bot.model.errors import ModelError
from bot.model.limiter import Flow
from bot.model.redaction import heed
from bot.model.response import Completion
from bot.model.retry import wait_before

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_LIMIT = 5.0
CONNECT_RETRIES = 1
CONNECT_WAIT = 0.3
LIST_LIMIT = 20.0
LEAST_REPAIR = 1.0
"""Seconds below which no answer is asked to be repaired."""
MOST_ADAPTIONS = 10
SLOTS = 32
ADAPTABLE = (400, 404, 405, 413, 415, 422, 500, 501)
"""Statuses of a request that may be put another way; some servers fail where they should refuse."""
TELLING = ("role", "template", "max_tokens", "response_format", "json_schema", "temperature")
TOO_MUCH = (429, 503, 529)
"""Statuses by which a server says that it gets more than it can take."""


class Model:
    """One model, where it runs, and what has been used of it."""

    def __init__(
        self,
        name: str,
        base_url: str,
        key: str = "",
        *,
        where: str | None = None,
        demonstration: bool = False,
        slots: int = SLOTS,
        on_close: Callable[[], Awaitable[None]] | None = None,
        folder: Path | None = None,
    ) -> None:
        """`slots` is how many calls the server gets at once, fewer while it says that it is too much for it; `on_close`
        ends what was started for this model; `folder` is where what is learnt about servers is kept.
        """
        self.name = name
        self.where = where or host(base_url)
        self._at = "The local model" if self.where == HERE else self.where
        self.demonstration = demonstration
        self.slots = slots
        self.flow = Flow(slots)
        self.calls = self.tokens_in = self.tokens_out = 0
        self._base_url, self._key, self._on_close, self._folder = trimmed(base_url), key, on_close, folder
        self._client: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()
        # OpenAI's own models take the newer name only, most other servers the older one only.
        official = urlsplit(base_url).hostname == OPENAI
        self._first = Manners(cap="max_completion_tokens" if official else "max_tokens", store=True)
        self._learnt: Manners | None = None

    @property
    def manners(self) -> Manners:
        """What is known of how the server likes to be asked."""
        if self._learnt is None:
            self._learnt = learnt.load(self._folder, self._base_url, self.name) or self._first
        return self._learnt

    def unlearn(self) -> None:
        """Begin anew with what the server takes, whatever was found before."""
        self._learnt = self._first

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 1024,
        temperature: float | None = None,
        schema: Mapping[str, Any] | None = None,
        retries: int = 5,
        limit: float = 180.0,
        queue: bool = True,
        answers: Answers | None = None,
    ) -> Completion:
        """Return the answer to these messages, as written by the model.

        `schema` asks for JSON of that form as far as the server can (OpenAI's strict subset is the safe one); the text
        is not checked here. The call waits for a free slot unless `queue` is False, which is for calls that a person
        waits for; `limit` is in seconds, begins then, with the library loaded, and covers the retries too. `answers`
        holds what was asked before and is used at temperature 0 only. Raises ModelError.
        """

        async def ask() -> Completion:
            effort = Effort(retries, time.monotonic() + limit)
            if queue:
                await self._take(effort)
            try:
                with tracing.span(f"chat {self.name}", self._traced(max_tokens, temperature), client=True) as tell:
                    done = await self._answer(effort, limit, messages, max_tokens, temperature, schema)
                    tell(
                        {
                            "gen_ai.usage.input_tokens": done.tokens_in,
                            "gen_ai.usage.output_tokens": done.tokens_out,
                            "gen_ai.response.finish_reasons": ["length" if done.cut else "stop"],
                        }
                    )
                    return done
            finally:
                self._give(effort)

        # A server that takes no temperature samples all the same.
        if answers is None or temperature != 0 or not self.manners.temperature:
            return await ask()
        asked = request(self.name, messages, max_tokens, temperature, schema, Manners())
        return await answers.get({"at": self._base_url, **asked}, ask, lambda: not self.manners.temperature)

    def _traced(self, max_tokens: int, temperature: float | None) -> dict[str, Any]:
        """Return what a trace says of a call beforehand."""
        at = urlsplit(self._base_url)
        said: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": self.name,
            "gen_ai.request.max_tokens": max_tokens,
            "server.address": at.hostname or "",
        }
        said |= {"gen_ai.request.temperature": temperature} if temperature is not None else {}
        return said | ({"server.port": at.port} if at.port else {})

    async def _answer(
        self,
        effort: "Effort",
        limit: float,
        messages: Sequence[Message],
        max_tokens: int,
        temperature: float | None,
        schema: Mapping[str, Any] | None,
    ) -> Completion:
        asked = "\n".join(str(message["content"]) for message in messages)
        if (counts := meter.running()) is not None:
            await counts.admit(len(asked), max_tokens)  # few texts have more tokens than signs
        heed(messages)
        await self._open()  # how long that takes says nothing of the server
        started = time.monotonic()
        effort.deadline = started + limit
        try:
            async with asyncio.timeout(limit):
                body = await self._ask(effort, messages, max_tokens, temperature, schema)
        except TimeoutError:
            # Waiting for a server that limits or fails is not the same as waiting for its answer.
            raise effort.fault or ModelError(
                "slow", f"{self._at} did not answer within {limit:.0f} seconds. Try again, or use a faster model."
            ) from None
        done = response.read(body, name=self.name, where=self._at, seconds=time.monotonic() - started, asked=asked)
        self.calls += 1
        self.tokens_in += done.tokens_in
        self.tokens_out += done.tokens_out
        if counts is not None:
            counts.note(done)
        return done

    async def structured(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        max_tokens: int = 1024,
        temperature: float | None = None,
        retries: int = 1,
        limit: float = 60.0,
        queue: bool = False,
    ) -> dict[str, Any]:
        """Return an object that fits the schema, after at most one request to repair it, all within `limit` seconds.

        Raises ModelError.
        """
        asked = list(messages)
        ends = time.monotonic() + limit
        wrong = ""
        for attempt in range(2):
            if attempt and ends - time.monotonic() < LEAST_REPAIR:
                break
            done = await self.complete(
                asked,
                max_tokens=max_tokens,
                temperature=temperature,
                schema=schema,
                retries=retries,
                limit=max(0.0, ends - time.monotonic()),
                queue=queue,
            )
            data, wrong = response.parse(done.text, schema)
            if data is not None:
                return data
            if done.cut:
                raise ModelError(
                    "truncated", f"The answer of {self.name} broke off before its end. Send less text at a time."
                )
            asked = [
                *messages,
                {"role": "assistant", "content": done.text},
                {
                    "role": "user",
                    "content": f"That does not fit: {wrong}. Send the corrected JSON object, nothing else.",
                },
            ]
        raise ModelError("not_json", f"{self.name} did not answer in the form that was asked for.")

    def beside(self, name: str) -> "Model":
        """Return another model of the same server, which is to be closed as well."""
        return Model(name, self._base_url, self._key, where=self.where, slots=self.slots, folder=self._folder)

    async def list_models(self) -> list[str]:
        """Return the names that the server offers, in its order. Raises ModelError."""
        return response.names(await self._offered(), where=self._at)

    async def end_dates(self) -> dict[str, date]:
        """Return the days on which models of the server end, as far as it says so. Raises ModelError."""
        return response.end_dates(await self._offered(), where=self._at)

    async def _offered(self) -> str:
        await self._open()
        effort = Effort(retries=1, deadline=time.monotonic() + LIST_LIMIT)
        try:
            async with asyncio.timeout(LIST_LIMIT):
                return await self._send(effort, None)
        except TimeoutError:
            raise effort.fault or ModelError(
                "slow", f"{self._at} did not say within {LIST_LIMIT:.0f} seconds what it has. Set ADVISOR_MODEL."
            ) from None

    async def aclose(self) -> None:
        """Close connections and what was started for this model."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()
        if self._on_close is not None:
            close, self._on_close = self._on_close, None
            await close()

    async def _open(self) -> "AsyncOpenAI":
        async with self._opening:
            if self._client is None:
                # Importing it takes most of a second, in which nothing else of the program may stand still.
                await asyncio.to_thread(importlib.import_module, "openai")
                self._client = _connect(self._base_url, self._key)
            return self._client

    async def _ask(
        self,
        effort: "Effort",
        messages: Sequence[Message],
        max_tokens: int,
        temperature: float | None,
        schema: Mapping[str, Any] | None,
    ) -> str:
        tried: list[tuple[Manners, Mapping[str, Any]]] = []
        manners = self.manners
        for left in reversed(range(MOST_ADAPTIONS + 1)):
            body = request(self.name, messages, max_tokens, temperature, schema, manners)
            try:
                text = await self._send(effort, body, adapt=(manners, tried) if left else None)
            except _RefusedError as refusal:
                tried.append((manners, body))
                manners = refusal.manners
                continue
            if tried:
                # Calls side by side may meet the same refusal, so each learns from what it sent itself.
                self._learnt = manners
                await asyncio.to_thread(learnt.keep, self._folder, self._base_url, self.name, manners)
            return text
        raise AssertionError("the last round adapts to nothing")

    async def _send(
        self,
        effort: "Effort",
        body: Mapping[str, Any] | None,
        *,
        adapt: tuple[Manners, Sequence[tuple[Manners, Mapping[str, Any]]]] | None = None,
    ) -> str:
        """Return the text of a good answer to a completion request, or to the list of models where there is no `body`.

        It waits and tries again where that can help. Raises _RefusedError where the server refuses something that can
        be left out or put another way, and `adapt` has the manners of this request and those that were refused before.
        """
        client = await self._open()
        from openai import APIConnectionError, APIStatusError

        attempt = 0
        while True:
            mark = self.flow.mark()
            try:
                text = await self._exchange(client, body)
                self.flow.answered()
                return text
            except APIStatusError as error:
                status, said = error.status_code, error.response.text
                if status in TOO_MUCH:
                    self.flow.limited(mark)
                put_another_way = status in ADAPTABLE and (status < 500 or any(word in said for word in TELLING))
                if adapt and put_another_way and (after := adapted(adapt[0], body or {}, said, adapt[1])):
                    raise _RefusedError(after) from None
                fault = errors.from_answer(status, said, name=self.name, where=self._at, key=self._key)
                wait = wait_before(status, error.response.headers, attempt, effort.retries)
                if fault.kind == "request" or (fault.kind in errors.SETUP and fault.kind != "unreachable"):
                    wait = None
            except APIConnectionError as error:
                fault = ModelError("unreachable", self._gone(), f"{self.where}: {error.__cause__!r}")
                wait = CONNECT_WAIT if attempt < min(effort.retries, CONNECT_RETRIES) else None
            if wait is None or time.monotonic() + wait > effort.deadline:
                raise fault
            effort.fault = fault
            attempt += 1
            queued = effort.holds
            self._give(effort)
            await asyncio.sleep(wait)
            if queued:
                await self._take(effort, again=True)

    async def _exchange(self, client: "AsyncOpenAI", body: Mapping[str, Any] | None) -> str:
        """Return what the server sends, as it is.

        Not by way of `chat.completions.create`: that walks through the body and the answer by their types, which takes
        as long as all the rest, and answers come in forms that those types do not know. Whole addresses, since the
        client takes apart and joins relative ones for each call.
        """
        import httpx2

        if body is None:
            return (await client.get(joined(self._base_url, "/models"), cast_to=httpx2.Response)).text
        address = joined(self._base_url, "/chat/completions")
        return (await client.post(address, cast_to=httpx2.Response, body=body)).text

    async def _take(self, effort: "Effort", *, again: bool = False) -> None:
        await self.flow.take(again=again)
        effort.holds = True

    def _give(self, effort: "Effort") -> None:
        if effort.holds:
            effort.holds = False
            self.flow.give()

    def _gone(self) -> str:
        if self._on_close is not None:
            return "The local model has stopped. Start the program again, or set OPENAI_API_KEY for another one."
        return f"{self._at} cannot be reached. Check the network and OPENAI_BASE_URL, then try again."


@dataclass
class Effort:
    """How hard one call may try, and what stood in its way last."""

    retries: int
    deadline: float
    fault: ModelError | None = None
    holds: bool = False
    """True while it has a slot of the server."""


class _RefusedError(Exception):
    """The server refuses a parameter that can be left out or put another way."""

    def __init__(self, manners: Manners) -> None:
        super().__init__("refused")
        self.manners = manners
        """Those in which to ask again."""


def _connect(base_url: str, key: str) -> "AsyncOpenAI":
    import httpx2
    from openai import AsyncOpenAI, DefaultAioHttpClient

    # The one clock is that of `complete`; a client's own would end a slow answer and start it again.
    timeout = httpx2.Timeout(None, connect=CONNECT_LIMIT)
    client = AsyncOpenAI(
        # The client insists on a key, servers without one ignore it.
        api_key=key or "none",
        base_url=base_url,
        timeout=timeout,
        max_retries=0,
        http_client=DefaultAioHttpClient(timeout=timeout, trust_env=not is_loopback(base_url)),
    )
    # Read from the environment otherwise, and sent to whatever server is named.
    client.organization = client.project = None
    return client
