"""One model on one OpenAI-compatible server."""

import asyncio
import importlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from bot.model import answer, errors
from bot.model.answer import Completion
from bot.model.errors import ModelError
from bot.model.retry import wait_before

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPENAI = "api.openai.com"
HERE = "this machine"
CONNECT_LIMIT = 5.0
CONNECT_RETRIES = 1
CONNECT_WAIT = 0.3
LIST_LIMIT = 20.0
MOST_ADAPTIONS = 5
FORMATS = ("json_schema", "json_object", "plain")
Message = Mapping[str, str]


@dataclass
class Manners:
    """What a server was found to accept; learnt from its refusals and kept for its next calls."""

    format: int = 0
    """Index into FORMATS."""
    cap: str = "max_tokens"
    temperature: bool = True
    store: bool = False


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
        slots: int = 16,
        on_close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`slots` is how many calls are worth making at once; `on_close` ends what was started for this model."""
        self.name = name
        self.where = where or host(base_url)
        self._at = "The local model" if self.where == HERE else self.where
        self.demonstration = demonstration
        self.slots = slots
        self.calls = self.tokens_in = self.tokens_out = 0
        self._base_url, self._key, self._on_close = base_url, key, on_close
        self._client: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()
        # OpenAI's own models take the newer name only, most other servers the older one only.
        official = urlsplit(base_url).hostname == OPENAI
        self._manners = Manners(cap="max_completion_tokens" if official else "max_tokens", store=official)

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 1024,
        temperature: float | None = None,
        schema: Mapping[str, Any] | None = None,
        retries: int = 5,
        limit: float = 180.0,
    ) -> Completion:
        """Return the answer to these messages, as written by the model.

        `schema` asks for JSON of that form as far as the server can (OpenAI's strict subset is the safe one); the text
        is not checked here. `limit` is in seconds and covers the retries too. Raises ModelError.
        """
        effort = Effort(retries, time.monotonic() + limit)
        started = time.monotonic()
        try:
            async with asyncio.timeout(limit):
                body = await self._ask(effort, messages, max_tokens, temperature, schema)
        except TimeoutError:
            # Waiting for a server that limits or fails is not the same as waiting for its answer.
            raise effort.fault or ModelError(
                "slow", f"{self._at} did not answer within {limit:.0f} seconds. Try again, or use a faster model."
            ) from None
        done = answer.read(body, name=self.name, where=self._at, seconds=time.monotonic() - started)
        self.calls += 1
        self.tokens_in += done.tokens_in
        self.tokens_out += done.tokens_out
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
    ) -> dict[str, Any]:
        """Return an object that fits the schema, after at most one request to repair it. Raises ModelError."""
        asked = list(messages)
        wrong = ""
        for _ in range(2):
            done = await self.complete(
                asked, max_tokens=max_tokens, temperature=temperature, schema=schema, retries=retries, limit=limit
            )
            data, wrong = answer.parse(done.text, schema)
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
        raise ModelError("not_json", f"{self.name} did not answer in the form that was asked for, twice.", wrong)

    async def list_models(self) -> list[str]:
        """Return the names that the server offers, in its order. Raises ModelError."""
        client = await self._open()
        effort = Effort(retries=1, deadline=time.monotonic() + LIST_LIMIT)
        body = await self._send(effort, lambda: client.models.with_raw_response.list(timeout=LIST_LIMIT))
        return answer.names(body, where=self._at)

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
                await asyncio.to_thread(_import_client)
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
        client = await self._open()
        create: Callable[..., Awaitable[Any]] = client.chat.completions.with_raw_response.create
        for left in reversed(range(MOST_ADAPTIONS + 1)):
            body = request(self.name, messages, max_tokens, temperature, schema, self._manners)
            try:
                return await self._send(effort, partial(create, **body), body if left else {})
            except _RefusedError as refusal:
                # Calls side by side may meet the same refusal, so each learns from what it sent itself.
                self._manners = adapted(self._manners, body, refusal.said) or self._manners
        raise AssertionError("the last round adapts to nothing")

    async def _send(
        self, effort: "Effort", call: Callable[[], Awaitable[Any]], body: Mapping[str, Any] | None = None
    ) -> str:
        """Return the text of a good answer; wait and try again where that can help.

        Raises _RefusedError where the server refuses something in `body` that can be left out or put another way.
        """
        from openai import APIConnectionError, APIStatusError

        attempt = 0
        while True:
            try:
                return cast(str, (await call()).text)
            except APIStatusError as error:
                status, said = error.status_code, error.response.text
                if status not in (401, 403, 429) and adapted(self._manners, body or {}, said):
                    raise _RefusedError(said) from None
                fault = errors.from_answer(status, said, name=self.name, where=self._at, key=self._key)
                wait = wait_before(status, error.response.headers, attempt, effort.retries)
                if fault.kind in errors.SETUP and fault.kind != "unreachable":
                    wait = None
            except APIConnectionError as error:
                fault = ModelError("unreachable", self._gone(), f"{self.where}: {error.__cause__!r}")
                wait = CONNECT_WAIT if attempt < min(effort.retries, CONNECT_RETRIES) else None
            if wait is None or time.monotonic() + wait > effort.deadline:
                raise fault
            effort.fault = fault
            attempt += 1
            await asyncio.sleep(wait)

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


class _RefusedError(Exception):
    """The server refuses a parameter that can be left out or put another way."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def request(
    name: str,
    messages: Sequence[Message],
    max_tokens: int,
    temperature: float | None,
    schema: Mapping[str, Any] | None,
    manners: Manners,
) -> dict[str, Any]:
    """Return the body of a request, within what the server was found to accept."""
    body: dict[str, Any] = {"model": name, "messages": [dict(m) for m in messages], manners.cap: max_tokens}
    if temperature is not None and manners.temperature:
        body["temperature"] = temperature
    if manners.store:
        body["store"] = False
    if schema is None:
        return body
    if FORMATS[manners.format] == "json_schema":
        form = {"name": "answer", "schema": schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body
    if FORMATS[manners.format] == "json_object":
        body["response_format"] = {"type": "json_object"}
    asked = f"Answer with one JSON object and nothing else. It must fit this JSON schema:\n{json.dumps(schema)}"
    system = body["messages"][0] if body["messages"][0]["role"] == "system" else None
    if system:
        system["content"] += f"\n\n{asked}"
    else:
        body["messages"].insert(0, {"role": "system", "content": asked})
    return body


def adapted(manners: Manners, body: Mapping[str, Any], said: str) -> Manners | None:
    """Return the manners without what this request was refused for, None where the refusal is about something else."""
    low = said.lower()
    form = body.get("response_format", {}).get("type")
    if form and any(word in low for word in ("response_format", "response format", "json_schema", "json_object")):
        return replace(manners, format=max(manners.format, FORMATS.index(form) + 1))
    cap, other = "max_tokens", "max_completion_tokens"
    if cap not in body:
        cap, other = other, cap
    # "Too many tokens" is about the number and not about the name.
    if cap in body and cap in low and "context" not in low and "too large" not in low:
        return replace(manners, cap=other)
    if "temperature" in body and "temperature" in low:
        return replace(manners, temperature=False)
    if "store" in body and "store" in low:
        return replace(manners, store=False)
    return None


def host(base_url: str) -> str:
    """Return the host that people are shown: with the port where one is named, never with a user or password."""
    parts = urlsplit(base_url)
    return f"{parts.hostname or base_url}{f':{parts.port}' if parts.port else ''}"


def is_loopback(base_url: str) -> bool:
    """Tell whether an address is on this machine."""
    name = urlsplit(base_url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _import_client() -> None:
    importlib.import_module("openai.resources.chat")


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
