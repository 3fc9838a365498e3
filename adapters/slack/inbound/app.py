"""Slack's deliveries, whichever way they come: each is stored, then acknowledged; all else is done behind that.

Bolt finds out what a delivery is. It runs a listener to its end before it acknowledges, so an event whose listener
could not store it is refused, and Slack brings it again.
"""

import asyncio
import html
import logging
import os
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from adapters.slack import ids
from adapters.slack.auth.clients import NotInstalled, web_client
from adapters.slack.inbound import commands, home, messages, start_form
from adapters.slack.inbound.components import NotYours, Opens, Pressed, at_home, paste_form, press, sent
from adapters.slack.inbound.follow_up import AT_ONCE, Behind
from adapters.slack.inbound.whose import sender, workspace_of
from adapters.slack.manifest import GLOBAL_SHORTCUT
from adapters.slack.outbound.deliver import face
from adapters.slack.render.markup import escaped
from bot.chat.commands import Here, managed, may_end, rows
from bot.chat.controls import Control
from bot.chat.events import Answered, Event
from bot.chat.form_openers import given
from bot.chat.instant import instant
from bot.chat.reply import Text
from bot.platform.port import Accept, PlatformContext
from bot.platform.refusal import SORRY, refusal, without_store
from bot.store.errors import StoreError
from bot.text.apart import Fair

log = logging.getLogger("advisor.slack")
# Bolt's own lines may hold what people said; what matters of them is in ours.
_bolt_log = logging.getLogger("advisor.slack.bolt")
_bolt_log.setLevel(logging.ERROR)

Body = Mapping[str, Any]
Ack = Callable[..., Awaitable[BoltResponse]]
"""Bolt's, which says what is acknowledged and returns it."""

ANY = re.compile("")
WHO = 0.3
"""Seconds in which an event that does not say who the bot is waits to learn it."""
RETRIES = 3
"""How often Slack brings an event again that was refused."""
A_ROUND = 4
"""Deliveries that are begun in one round of the event loop: those of a burst wait behind those of everybody else."""
POSTING = 1.5
"""Seconds that Slack has to open a thread, while somebody looks at the form that waits for it."""
NOT_YOURS = "That is not for you to press, or it is from a consultation that was forgotten."
ANSWERED = "That was answered already. Say it in the conversation to change it."
NO_WORDS = "That message has no words and no files that I could read."
NO_THREAD = "Slack did not let me open our direct messages. Please try again in a moment."


@dataclass(frozen=True)
class Inbox:
    """Where Slack's deliveries come in."""

    host: PlatformContext
    accept: Accept
    behind: Behind
    begun: Fair = field(default_factory=lambda: Fair(A_ROUND))

    def app(self) -> AsyncApp:
        """Return the Bolt app; whoever serves it has verified the signature."""
        with _no_environment():
            app: Any = self._app()
        app.event(ANY)(self.on_event)
        app.command(ANY)(self.on_command)
        app.global_shortcut(ANY)(self.on_shortcut)
        app.message_shortcut(ANY)(self.on_message_shortcut)
        app.action(ANY)(self.on_action)
        app.view_submission(ANY)(self.on_form)
        app.view_closed(ANY)(_nothing)
        app.options(ANY)(_no_options)
        app.error(_untaken)
        return app

    def _app(self) -> AsyncApp:
        return AsyncApp(
            logger=_bolt_log,
            name=_bolt_log.name,  # Bolt gives the logger of this name the level of the one above
            process_before_response=True,
            raise_error_for_unhandled_request=False,
            signing_secret="verified before",  # noqa: S106
            client=web_client(self.host.settings, None),
            authorize=_authorized,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )

    async def take(self, app: AsyncApp, delivery: AsyncBoltRequest) -> BoltResponse:
        """Take a delivery that came over HTTP: an event past Bolt's search for who listens, most of what it does."""
        await self.begun.passed(sender(delivery.body))
        event: Body | None = delivery.body.get("event")
        if delivery.body.get("type") != "event_callback" or not isinstance(event, Mapping):
            return await app.async_dispatch(delivery)
        if self._floods(delivery, event):
            return BoltResponse(status=200)
        try:
            done = await self.on_event(delivery, delivery.body, event, delivery.context)
        except Exception as error:
            return await _untaken(error)
        return done or BoltResponse(status=200)

    def _floods(self, delivery: AsyncBoltRequest, event: Body) -> bool:
        """Tell whether an event is one message too many of its author, which is all that is looked at."""
        kind, text, channel = event.get("type"), str(event.get("text") or ""), str(event.get("channel") or "")
        to_us = kind == "app_mention" or messages.is_direct(channel)
        if kind not in ("app_mention", "message") or event.get("subtype") not in messages.SPOKEN:
            return False
        if may_end(text) or (not to_us and "<@" in text):
            return False
        author = ids.author(workspace_of(delivery.context, delivery.body), str(event.get("user")))
        return self.host.floods(author, str(event.get("ts")), to_us=to_us)

    async def on_event(
        self, request: AsyncBoltRequest, body: Body, event: Body, context: AsyncBoltContext
    ) -> BoltResponse | None:
        """Take an event; what is none of ours is acknowledged as well, or Slack would bring it again."""
        workspace = workspace_of(context, body)
        kind = event.get("type")
        if kind == "team_access_revoked":
            return await self._revoked(body, event)
        if not self.behind.clients.serves(workspace):
            log.warning(
                "An event of %s was left alone: the token in SLACK_BOT_TOKEN is another workspace's.", workspace[:40]
            )
            return None
        if kind in ("app_uninstalled", "tokens_revoked"):
            # Slack tells whole seconds: an app that was installed and taken out within one is out.
            out = float(body.get("event_time") or time.time()) + 1
            inbound = messages.removed(
                event, workspace, str(body.get("event_id") or kind), datetime.fromtimestamp(out, UTC)
            )
        else:
            inbound = messages.read(event, workspace, await self._bot(body, workspace))
        if inbound is None:
            if kind == "app_home_opened":
                self.behind.opened(workspace, str(event["user"]), str(event["channel"]), event.get("tab"))
            return None
        try:
            await self.accept(inbound)
        except StoreError as error:
            # One that was only slow may have stored it, and then it is answered from there: only no answer were worse.
            tried = int(next(iter(request.headers.get("x-slack-retry-num") or ("0",))))
            last = tried >= RETRIES
            certain = last or error.kind != "slow"
            parts = without_store(self.host.knowledge, inbound, error, "slack", last=last) if certain else None
            if parts and await self.behind.say(inbound, parts):
                return None
            log.warning("An event was refused, and Slack will bring it again: %s", error)
            return BoltResponse(status=503, body="")
        if kind == "agent_session_stopped":
            self.behind.sessions.stopped(inbound)
            self.behind.stopped(inbound, event.get("streaming_message_ts") or ())
        if kind in ("app_uninstalled", "tokens_revoked"):
            self.behind.removed(workspace, inbound.at.timestamp())
        return None

    async def _revoked(self, body: Body, event: Body) -> BoltResponse | None:
        """Take that an organisation's installation serves some teams no more; its token stays."""
        at = datetime.fromtimestamp(float(body.get("event_time") or time.time()) + 1, UTC)
        gone = messages.revoked(event, str(body.get("enterprise_id") or ""), str(body.get("event_id") or "revoked"), at)
        try:
            for each in gone:
                await self.accept(each)
        except StoreError as error:
            log.warning("An event was refused, and Slack will bring it again: %s", error)
            return BoltResponse(status=503, body="")
        return None

    async def on_command(self, body: Body, ack: Ack, context: AsyncBoltContext) -> BoltResponse:
        """Take a slash command; help and the rules are answered at once."""
        inbound = commands.command(body, workspace_of(context, body))
        typed = commands.words(body)
        parts = instant(self.host.knowledge, f"/{typed}", Here("slack", "slash"))
        if parts is not None:
            looks, url = face(self.host, inbound.conversation, AT_ONCE, str(body["user_id"])), str(body["response_url"])
            # Not in the acknowledgement: whether Slack takes that is never said.
            self.behind.respond(url, commands.answers(parts, looks))
            if commands.is_help(typed):  # who manages the workspace is asked for behind the acknowledgement
                managing = [row for row in rows("slack") if row.who == "manager"]
                self.behind.respond_to_manager(
                    inbound, url, commands.answers([Text(markdown=managed(managing, "slack"))], looks)
                )
            return await ack()
        opening = commands.OPENING.get(typed.lower())
        if opening:
            action, *values = opening
            form = paste_form(
                self.host.knowledge, self.host.vault, inbound, Control(action, tuple(values), _nonce(body))
            )
            if form is not None:
                self.behind.open(inbound.workspace, str(body["trigger_id"]), form, str(body["response_url"]))
                return await ack()
        try:
            await self.accept(inbound, comes_once=True)
        except StoreError as error:
            return await ack(refusal(error, inbound))
        return await ack(commands.heard(typed))

    async def on_shortcut(self, body: Body, ack: Ack, context: AsyncBoltContext) -> BoltResponse:
        """Open the form that begins a private consultation."""
        if body.get("callback_id") == GLOBAL_SHORTCUT:
            self.behind.open(workspace_of(context, body), str(body["trigger_id"]), start_form.view(), None)
        return await ack()

    async def on_message_shortcut(self, body: Body, ack: Ack, context: AsyncBoltContext) -> BoltResponse:
        """Take a message that somebody asks about, and answer where only they see it."""
        inbound = commands.message_shortcut(body, workspace_of(context, body))
        url = str(body["response_url"])
        if inbound is None:
            self.behind.tell(url, NO_WORDS)
            return await ack()
        try:
            await self.accept(inbound, comes_once=True)
        except StoreError as error:
            self.behind.tell(url, refusal(error, inbound))
        return await ack()

    async def on_action(self, body: Body, ack: Ack, context: AsyncBoltContext) -> BoltResponse:
        """Take a press: it opens a form, or it is an event."""
        workspace, user = workspace_of(context, body), str(body["user"]["id"])
        if body.get("view", {}).get("type") == "home":
            return await self._on_home(body, ack, workspace, user)
        url = body.get("response_url")
        match press(body, self.host.knowledge, self.host.vault):
            case Opens() as form:
                self.behind.open(form.workspace, str(body["trigger_id"]), form, url, None if form.stays else body)
            case Pressed(inbound, label, stays):
                try:
                    if await self.accept(inbound, comes_once=True) and not stays:
                        # What only one person sees is replaced with its question, so that has to be named.
                        alone = isinstance(inbound.body, Answered) and body.get("message") is None
                        said = given(self.host.knowledge, inbound.body) if alone else html.unescape(label)
                        self.behind.settle(inbound.workspace, body, f"<@{user}>: {escaped(said)}")
                except StoreError as error:
                    self.behind.tell(url, refusal(error, inbound))
            case NotYours():
                self.behind.tell(url, NOT_YOURS)
            case None:
                pass
        return await ack()

    async def _on_home(self, body: Body, ack: Ack, workspace: str, user: str) -> BoltResponse:
        """Take a press on the Home tab: begin, show where a consultation is, forget it."""
        trigger = str(body["trigger_id"])
        if body["actions"][0].get("action_id") == home.START:
            self.behind.open(workspace, trigger, start_form.view(), None)
            return await ack()
        match at_home(body, self.host.vault):
            case home.OPEN, inbound:
                self.behind.show_where(workspace, trigger, inbound.conversation)
            case home.FORGET, inbound:
                try:
                    await self.accept(inbound, comes_once=True)
                    self.behind.publish(workspace, user, after=inbound.conversation)
                except StoreError as error:
                    self.behind.open(workspace, trigger, start_form.notice(refusal(error, inbound)), None)
            case _:
                self.behind.open(workspace, trigger, start_form.notice(NOT_YOURS), None)
        return await ack()

    async def on_form(self, body: Body, view: Body, ack: Ack, context: AsyncBoltContext) -> BoltResponse:
        """Take a form that was sent; what is wrong with it is said in the form."""
        workspace = workspace_of(context, body)
        if view.get("callback_id") == start_form.CALLBACK:
            return await self._begin(body, view, ack, workspace)
        inbound = sent(view, body, self.host.vault)
        if isinstance(inbound, NotYours):
            return await _wrong(ack, view, NOT_YOURS)
        if not isinstance(inbound, Event):
            return await ack(response_action="errors", errors=inbound)
        try:
            stored = await self.accept(inbound, comes_once=True)
        except StoreError as error:
            return await _wrong(ack, view, refusal(error))
        if not stored:
            return await _wrong(ack, view, ANSWERED)
        self.behind.settle_form(inbound, view)
        return await ack()

    async def _begin(self, body: Body, view: Body, ack: Ack, workspace: str) -> BoltResponse:
        """Open a thread in the person's direct messages and begin there.

        The one place where Slack is asked before an acknowledgement: a thread is named by its first message, and what
        is acknowledged must be stored under that name. The form stays open until then, with all that was typed.
        """
        text, user = start_form.goal(view), str(body["user"]["id"])
        if not text:
            return await _wrong(ack, view, start_form.MISSING)
        try:
            async with asyncio.timeout(POSTING):
                channel, root = await self.behind.begun(workspace, user, start_form.quoted(text))
        except (SlackApiError, ClientError, TimeoutError, NotInstalled, StoreError):
            return await _wrong(ack, view, NO_THREAD)
        name = body["user"].get("name")
        try:
            await self.accept(start_form.event(workspace, channel, root, user, name, text))
        except StoreError as error:
            self.behind.take_back(workspace, channel, root)
            return await _wrong(ack, view, SORRY if error.kind == "slow" else refusal(error))
        return await ack(response_action="update", view=start_form.begun(ids.team_of(workspace)[1], channel))

    async def _bot(self, body: Body, workspace: str) -> str | None:
        """Return who the bot is: Slack says so beside each event, and is asked only where it does not."""
        for each in body.get("authorizations") or ():
            if each.get("is_bot") and each.get("user_id"):
                return str(each["user_id"])
        return await self.behind.bot(workspace, WHO)


async def _authorized(context: AsyncBoltContext) -> AuthorizeResult:
    """Let everything through: a token is looked up where one is needed, and never before an acknowledgement."""
    return AuthorizeResult(enterprise_id=context.enterprise_id, team_id=context.team_id)


@contextmanager
def _no_environment() -> Generator[None]:
    """Hide our own settings from Bolt while it starts: with a client id there it would begin an installation flow."""
    hidden = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)


async def _untaken(error: Exception) -> BoltResponse:
    """Refuse what could not be taken: it has not the form that Slack's deliveries have, or a fault is ours.

    Bolt would write the text of the error, which may be somebody's words.
    """
    log.error(
        "A delivery could not be taken (%s). (Reference %s.)",
        type(error).__name__,
        secrets.token_hex(3),
        exc_info=error,
    )
    return BoltResponse(status=400, body="not understood\n")


async def _nothing(ack: Ack) -> BoltResponse:
    return await ack()


async def _no_options(ack: Ack) -> BoltResponse:
    """Offer nothing: no menu of ours asks, but one of an earlier version may."""
    return await ack(options=[])


async def _wrong(ack: Ack, view: Body, sentence: str) -> BoltResponse:
    """Say in the form itself what is wrong, below its first field."""
    first = next((str(block["block_id"]) for block in view["blocks"] if block.get("type") == "input"), "")
    return await ack(response_action="errors", errors={first: sentence})


def _nonce(body: Body) -> str:
    """Return the name of a form that a command opens: every command opens another one."""
    return re.sub(r"[^0-9a-f]", "", str(body["trigger_id"]))[-20:]
