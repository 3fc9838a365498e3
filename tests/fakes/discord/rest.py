"""The REST side: routing, authorisation, rate limits, trouble on demand, validation, and what was called."""

import email.utils
import hashlib
import json
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import BodyPartReader, web

from tests.fakes.discord import schema
from tests.fakes.discord.core import Core, Trouble
from tests.fakes.discord.refusal import Refusal
from tests.fakes.discord.world import Call, Json, Upload

PER_SECOND = 50
"""Requests a second for the whole bot; interaction endpoints are exempt (docs/platforms.md#discord-rate-limits)."""


@dataclass
class Req:
    """One request, read."""

    method: str
    route: str
    path: str
    ids: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict[int, Upload])

    @property
    def json(self) -> Json:
        """The body as an object, empty where there is none."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise Refusal(50035, "must be an object")
        return cast(Json, self.body)  # pyright: ignore[reportUnknownMemberType]

    def id(self, name: str) -> int:
        if not self.ids[name].isdigit():
            raise Refusal(50035, f"Value {self.ids[name]!r} is not snowflake.", name, cite="OpenAPI specification")
        return int(self.ids[name])


@dataclass(frozen=True)
class Answer:
    """A status with a JSON body, or none."""

    body: Any = None
    status: int = 200


Handler = Callable[[Core, Req], Answer]
_routes: list[tuple[str, str, re.Pattern[str], Handler]] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register what answers this method and path, spelled as in the documentation."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        _routes.append((method, path, pattern, handler))
        return handler

    return register


def same_route(one: str, other: str) -> bool:
    """Say whether two templates are one, whatever their variables are called."""
    return re.sub(r"\{[^}]+\}", "{}", one) == re.sub(r"\{[^}]+\}", "{}", other)


def find(method: str, path: str) -> tuple[str, Handler, dict[str, str]] | None:
    # Literal parts before variables: @original before {message_id}.
    for its, template, pattern, handler in sorted(_routes, key=lambda each: each[1].count("{")):
        if its == method and (match := pattern.fullmatch(path)):
            return template, handler, match.groupdict()
    return None


async def serve(core: Core, request: web.Request) -> web.StreamResponse:
    """Answer one request and record it."""
    path = request.raw_path.split("?")[0].removeprefix("/api/v10")
    path = "/" + "/".join(urllib.parse.unquote(part) for part in path.strip("/").split("/"))
    found = find(request.method, path)
    req = Req(request.method, found[0] if found else path, path, found[2] if found else {}, dict(request.query))
    trouble: Trouble | None = None
    headers: dict[str, str] = {}
    try:
        if found is None:
            cite = "https://discord.com/developers/docs/reference"
            core.offend(0, f"{request.method} {path} is no route that this fake knows", cite, path)
            answer = Answer({"message": "404: Not Found", "code": 0}, 404)
        elif _needs_token(req.route) and request.headers.get("Authorization") != f"Bot {core.token}":
            answer = Answer({"message": "401: Unauthorized", "code": 0}, 401)
        else:
            await _read(req, request)
            trouble = _trouble(core, req)
            refused = _limited(core, req, trouble, headers)
            if refused is not None:
                answer = refused
            elif trouble is not None and trouble.status:
                answer = Answer({"message": "upstream connect error", "code": 0}, trouble.status)
            else:
                schema.check(req.method, req.route, req.body)
                answer = found[1](core, req)
    except Refusal as refusal:
        if refusal.offence:
            what = refusal.what or refusal.words
            core.offend(refusal.code, what, refusal.cite, f"{req.method} {req.path} {refusal.where}".strip())
        answer = Answer(refusal.body(), refusal.status)
    except Exception as error:
        core.offend(500, f"the fake itself failed: {error!r}", "this fake", f"{req.method} {req.path}")
        raise
    code = cast(Json, answer.body).get("code") if answer.status >= 400 else None
    names = tuple(file.name for file in req.files.values())
    core.calls.append(
        Call(req.method, req.route, req.path, req.body, names, answer.status, code, core.now(), req.query)
    )
    core.changed()
    if trouble is not None and trouble.dropped and request.transport is not None:
        request.transport.abort()
    return _response(answer, headers)


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    # Sent as Discord does: aiohttp's own would add a charset (docs/platforms.md#discord-library).
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    data = json.dumps(answer.body).encode()
    return web.Response(body=data, status=answer.status, headers=headers | {"Content-Type": "application/json"})


def _needs_token(template: str) -> bool:
    # A token in the address stands for itself (https://discord.com/developers/docs/resources/webhook).
    return "_token}" not in template and template != "/gateway"


async def _read(req: Req, request: web.Request) -> None:
    if request.content_type == "multipart/form-data":
        reader = await request.multipart()
        async for part in reader:
            assert isinstance(part, BodyPartReader)
            data = bytes(await part.read(decode=False))
            if part.name == "payload_json":
                req.body = _parsed(data)
            elif (match := re.fullmatch(r"files\[(\d+)\]", part.name or "")) and part.filename:
                req.files[int(match[1])] = Upload(part.filename, data)
            else:
                cite = "https://discord.com/developers/docs/reference#uploading-files"
                raise Refusal(50035, f"unknown part {part.name!r}: payload_json and files[n] are known", cite=cite)
        return
    data = await request.read()
    if not data:
        return
    if request.content_type != "application/json":
        cite = "https://discord.com/developers/docs/reference#http-api"
        raise Refusal(50035, f"Content-Type {request.content_type!r} is not supported", cite=cite)
    req.body = _parsed(data)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise Refusal(50109) from None


def _trouble(core: Core, req: Req) -> Trouble | None:
    for trouble in core.troubles:
        if trouble.times > 0 and trouble.method == req.method and same_route(trouble.route, req.route):
            trouble.times -= 1
            return trouble
    return None


def _limited(core: Core, req: Req, trouble: Trouble | None, headers: dict[str, str]) -> Answer | None:
    """Draw on the request's bucket, write its headers, and refuse what is too much.

    docs/platforms.md#discord-rate-limits
    """
    now = core.now()
    size, per = _bucket(core, req)
    major = next(
        (req.ids[name] for name in ("channel_id", "guild_id", "webhook_token", "interaction_token") if name in req.ids),
        "",
    )
    key = (req.method, req.route, major)
    drawn = [at for at in core.spent.get(key, []) if now - at < per]
    left = size - len(drawn)
    hashed = hashlib.sha256(f"{req.method} {req.route}".encode()).hexdigest()[:32]
    reset = per - (now - drawn[0]) if drawn else per
    headers |= {
        "X-RateLimit-Limit": str(size),
        "X-RateLimit-Remaining": str(max(left - 1, 0)),
        "X-RateLimit-Reset": f"{now + reset:.3f}",
        "X-RateLimit-Reset-After": f"{reset:.3f}",
        "X-RateLimit-Bucket": hashed,
        "Via": "1.1 google",
        "Date": email.utils.formatdate(now, usegmt=True),
    }
    if trouble is not None and trouble.status == 429:
        headers["X-RateLimit-Scope"] = "global" if trouble.everywhere else "user"
        if trouble.everywhere:
            headers["X-RateLimit-Global"] = "true"
        if not trouble.via:
            del headers["Via"]
        return _too_many(trouble.retry_after, headers, everywhere=trouble.everywhere)
    if left <= 0:
        what = f"{req.method} {req.route} although X-RateLimit-Remaining was 0"
        core.offend(429, what, "docs/platforms.md#discord-rate-limits", req.path)
        return _too_many(reset, headers)
    core.spent[key] = [*drawn, now]
    if not req.route.startswith(("/interactions", "/webhooks")):
        total = core.spent.setdefault(("", "", ""), [])
        total[:] = [at for at in total if now - at < 1.0]
        if len(total) >= PER_SECOND:  # what is refused draws on nothing, so that Retry-After holds
            headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            return _too_many(1.0 - (now - total[0]), headers, everywhere=True)
        total.append(now)
    return None


def _bucket(core: Core, req: Req) -> tuple[int, float]:
    for (method, template), bucket in core.buckets.items():
        if method == req.method and same_route(template, req.route):
            return bucket
    return PER_SECOND, 1.0


def _too_many(retry_after: float, headers: dict[str, str], *, everywhere: bool = False) -> Answer:
    retry_after = round(retry_after, 3)
    headers["Retry-After"] = str(max(1, round(retry_after)))
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
    return Answer(body, 429)
