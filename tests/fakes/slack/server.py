"""The HTTP side: Web API, files, response urls, sockets, the consent page, and a host that is not Slack."""

import asyncio
import json
from functools import partial
from typing import Any

from aiohttp import web
from pydantic_core import PydanticSerializationError, to_json

from tests.fakes.slack import install, replies, sockets
from tests.fakes.slack.core import Core
from tests.fakes.slack.methods import METHODS, ApiError, Call
from tests.fakes.slack.state import ApiCall, Fault, Json, Token


def routes(core: Core) -> web.Application:
    """Return Slack's own host."""
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/api/{method}", partial(_api, core))
    app.router.add_post("/upload/v1/{name}", partial(_upload, core))
    app.router.add_get("/files-pri/{owner}/{tail:.*}", partial(_download, core))
    app.router.add_post("/actions/{team}/{name}", partial(replies.respond, core))
    app.router.add_get("/link", partial(sockets.accept, core))
    app.router.add_get("/oauth/v2/authorize", partial(_authorize, core))
    app.router.add_get("/login", _login)
    return app


def elsewhere(core: Core) -> web.Application:
    """Return a host that is not Slack and writes down what it is sent."""

    async def take(request: web.Request) -> web.Response:
        headers = dict(request.headers)
        core.elsewhere_calls.append({"path": request.path, "method": request.method, "headers": headers})
        if "Authorization" in headers:
            # docs/platforms.md#slack-files: a token sent to a host that is not Slack is a leaked token.
            core.offend("token_leaked", request.path, "a token was sent to a host that is not Slack")
        return web.Response(body=b"not from Slack", content_type="text/plain")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", take)
    return app


async def _login(_: web.Request) -> web.Response:
    return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")


async def arguments(request: web.Request) -> Json:
    """Merge query, form and JSON, as the Web API takes them (docs/platforms.md#slack-calls).

    docs.slack.dev/apis/web-api: invalid_json and json_not_object.
    """
    merged: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        if text:
            try:
                body: Any = json.loads(text)
            except ValueError:
                raise ApiError("invalid_json") from None
            if not isinstance(body, dict):
                raise ApiError("json_not_object")
            merged |= body
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        merged |= dict(await request.post())
    return merged


async def _api(core: Core, request: web.Request) -> web.StreamResponse:
    method = request.match_info["method"]
    bearer = request.headers.get("Authorization", "")
    at = asyncio.get_running_loop().time()
    fault = core.take_fault(method)
    args: Json = {}
    try:
        args = await arguments(request)
        token = bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else args.pop("token", None)
        args.pop("token", None)
    except ApiError as error:
        return _answer(core, ApiCall(method, args, None, at, 200, error.body()))
    early = _early(method, fault)
    if early:
        status, body, headers = early
        answer = _answer(core, ApiCall(method, args, token, at, status, body, headers))
        if status == 0 and request.transport:
            request.transport.abort()
        return answer
    status, body, headers = await _run(core, method, args, token, bearer)
    answer = _answer(core, ApiCall(method, args, token, at, status, body, headers))
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.value)
    if fault and fault.kind == "drop_after" and request.transport:
        # docs/platforms.md#slack-calls: the call took effect, and its caller cannot know.
        request.transport.abort()
    return answer


def _early(method: str, fault: Fault | None) -> tuple[int, Json, dict[str, str]] | None:
    """Return what a fault answers instead of the method; status 0 drops the connection."""
    if fault is None:
        return None
    if fault.kind == "limit":
        # docs/platforms.md#slack-rate-limits; docs.slack.dev/apis/web-api/rate-limits.
        return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(fault.value)}
    if fault.kind == "status":
        return fault.value, {"ok": False, "error": "internal_error"}, {}
    if fault.kind == "error":
        return 200, {"ok": False, "error": fault.value}, {}
    if fault.kind == "body":
        return 200, fault.value, {}
    if fault.kind == "drop":
        return 0, {}, {}
    return None


def _answer(core: Core, call: ApiCall) -> web.Response:
    core.calls.append(call)
    token = core.tokens.get(call.token or "")
    headers = {"X-OAuth-Scopes": ",".join(token.scopes)} if token else {}
    return web.json_response(call.answer, status=call.status or 500, headers=headers | call.headers, dumps=_dumped)


def _dumped(answer: Json) -> str:
    # A thread of a megabyte would hold up all others for as long as the service takes to read it.
    try:
        return to_json(answer).decode()
    except PydanticSerializationError:  # half of a pair of signs
        return json.dumps(answer)


async def _run(core: Core, method: str, args: Json, token: str | None, bearer: str) -> tuple[int, Json, dict[str, str]]:
    known = METHODS.get(method)
    if known is None:
        # docs/platforms.md#slack-calls; docs.slack.dev/reference/methods: a method that does not exist.
        core.offend("unknown_method", method, "there is no such method here")
        return 200, {"ok": False, "error": "unknown_method", "req_method": method}, {}
    call = Call(core, method, args, None, bearer)
    try:
        if known.auth:
            call.token = _checked(core, token, known.auth)
            _scope(call.token, known.scopes)
            # docs/platforms.md#slack-rate-limits: for each method and workspace, some for each channel.
            where = str(args.get("channel") or args.get("channel_id"))
            if wait := core.rates.wait(method, call.token.team, where, core.now()):
                raise ApiError("ratelimited", retry_after=wait)
        return 200, {"ok": True, **(await known.run(call))}, {}
    except ApiError as error:
        return error.status, error.body(), error.headers


def _checked(core: Core, value: str | None, kind: str) -> Token:
    """Return the token; raise not_authed, invalid_auth, token_revoked, account_inactive, token_expired.

    Sources: docs/platforms.md#slack-calls, docs/platforms.md#slack-tokens.
    """
    if not value:
        raise ApiError("not_authed")
    token = core.tokens.get(value)
    if token is None:
        raise ApiError("invalid_auth")
    if token.refused:
        raise ApiError(token.refused)
    if token.expires is not None and core.now() > token.expires:
        # docs/platforms.md#slack-tokens; docs.slack.dev/authentication/using-token-rotation.
        raise ApiError("token_expired")
    if kind != "any" and token.kind != kind:
        raise ApiError("not_allowed_token_type")
    return token


def _scope(token: Token, wanted: tuple[str, ...]) -> None:
    # docs/platforms.md#slack-events: missing_scope with needed and provided.
    if wanted and not set(wanted) & set(token.scopes):
        raise ApiError("missing_scope", needed=wanted[0], provided=",".join(token.scopes))


async def _upload(core: Core, request: web.Request) -> web.Response:
    """Take the bytes of an upload; the answer is plain text (docs/platforms.md#slack-calls)."""
    waiting = core.uploads.get(request.match_info["name"])
    if waiting is None or waiting["content"] is not None:
        return web.Response(status=404, text="no such upload")
    if request.content_type == "multipart/form-data":
        content = b""
        for part in (await request.post()).values():
            content = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
    else:
        content = await request.read()
    if len(content) != waiting["length"]:
        core.offend("upload_length", waiting["filename"], f"{len(content)} bytes, announced {waiting['length']}")
        return web.Response(status=400, text="length differs from what was announced")
    waiting["content"] = content
    return web.Response(text=f"OK - {len(content)}", content_type="text/plain")


async def _download(core: Core, request: web.Request) -> web.StreamResponse:
    """Serve a file to the bot's token of its own workspace; anyone else is sent to the sign-in page, as on Slack."""
    core.downloads.append(request.path)
    team, _, ident = request.match_info["owner"].partition("-")
    file = core.files.get(ident)
    if file is None or file.team != team:
        return web.Response(status=404, text="not found")
    token = core.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    good = token and not token.refused and token.team == file.team and "files:read" in token.scopes
    if not good or request.headers.get("Host") != core.base.removeprefix("http://"):
        # docs/platforms.md#slack-files: url_private needs the token with files:read.
        if token:
            core.offend("file_refused", file.name, "a token that may not read this file")
        return web.Response(status=302, headers={"Location": f"{core.base}/login"})
    if file.redirect:
        return web.Response(status=302, headers={"Location": file.redirect})
    return web.Response(body=file.content, content_type=file.mimetype)


async def _authorize(core: Core, request: web.Request) -> web.Response:
    """Let a person press Allow at once."""
    try:
        where = install.consented(core, dict(request.query))
    except ValueError as error:
        return web.Response(status=400, text=str(error))
    return web.Response(status=302, headers={"Location": where})
