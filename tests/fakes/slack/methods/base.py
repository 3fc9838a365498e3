"""What every method of the Web API has: its arguments, its token, its errors."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from tests.fakes.slack.core import Core
from tests.fakes.slack.state import Channel, Json, Team, Token


class ApiError(Exception):
    """An answer with ok false. `messages` go into response_metadata, the rest beside the error.

    With `retry_after` the answer is HTTP 429.
    """

    def __init__(self, error: str, messages: list[str] | None = None, retry_after: int | None = None, **more: Any):
        super().__init__(error)
        self.error, self.messages, self.more = error, messages, more
        self.status = 429 if retry_after else 200
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}

    def body(self) -> Json:
        metadata = {"response_metadata": {"messages": self.messages}} if self.messages else {}
        return {"ok": False, "error": self.error, **self.more, **metadata}


@dataclass
class Call:
    """One call. `token` is set before the method runs, unless it takes none."""

    core: Core
    method: str
    args: Json
    token: Token | None
    authorization: str = ""

    @property
    def team(self) -> Team:
        assert self.token
        return self.core.teams[self.token.team]

    def need(self, name: str) -> str:
        value = self.args.get(name)
        if value in (None, ""):
            raise ApiError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return str(value)

    def text(self, name: str) -> str | None:
        value = self.args.get(name)
        return None if value is None else str(value)

    def flag(self, name: str) -> bool | None:
        value = self.args.get(name)
        return None if value is None else str(value).lower() in ("true", "1")

    def number(self, name: str, otherwise: int) -> int:
        value = self.args.get(name)
        if value in (None, ""):
            return otherwise
        try:
            return int(str(value))
        except ValueError:
            raise ApiError("invalid_arguments", [f"[ERROR] must be an integer: {name}"]) from None

    def decoded(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return a JSON argument, which may come as text (in a form or a query) or as it is."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    def items(self, name: str, error: str = "invalid_arguments") -> list[Any]:
        """Return a JSON list, empty where it is not given."""
        value = self.decoded(name, error)
        if value is None:
            return []
        if not isinstance(value, list):
            raise ApiError(error)
        return cast(list[Any], value)

    def scope(self, wanted: str) -> None:
        """Refuse where the token lacks a scope that depends on the arguments."""
        assert self.token
        if wanted not in self.token.scopes:
            raise ApiError("missing_scope", needed=wanted, provided=",".join(self.token.scopes))

    def channel(self, name: str = "channel", *, post: bool = False, member: bool = True) -> Channel:
        """Return the conversation an argument names, as far as the bot may know of it.

        Sources: docs/platforms.md#slack-events; docs.slack.dev/reference/methods/chat.postMessage (channel_not_found,
        not_in_channel, is_archived). A person's id stands for their DM, in posting only.
        """
        core, ident = self.core, self.need(name)
        if post and ident in core.users and core.users[ident].team == self.team.id:
            ident = core.dm(ident)
        room = core.channels.get(ident)
        if room is None or room.team != self.team.id:
            raise ApiError("channel_not_found")
        inside = self.team.bot_user in room.members
        if not inside and room.kind != "public":
            raise ApiError("channel_not_found")
        if member and not inside:
            raise ApiError("not_in_channel")
        if post and room.archived:
            raise ApiError("is_archived")
        return room


@dataclass(frozen=True)
class Method:
    run: Callable[[Call], Awaitable[Json]]
    auth: str
    """The kind of token it takes: bot, app, any; "" for none."""
    scopes: tuple[str, ...]
    """One of these is needed."""


METHODS: dict[str, Method] = {}
Runs = Callable[[Call], Awaitable[Json]]


def method(name: str, *scopes: str, auth: str = "bot") -> Callable[[Runs], Runs]:
    """Put a function into the table under its name on the wire."""

    def register(run: Runs) -> Runs:
        METHODS[name] = Method(run, auth, scopes)
        return run

    return register
