"""What is done behind an acknowledgement: forms, sentences to one person, the Home tab, a message that was answered."""

import asyncio
import hashlib
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientTimeout
from slack_sdk.errors import SlackApiError

from adapters.slack import ids
from adapters.slack.auth.clients import Clients, NotInstalled
from adapters.slack.auth.rotation import error_word
from adapters.slack.inbound import start_form
from adapters.slack.inbound.components import Opens, nonce_of
from adapters.slack.inbound.home import home_view
from adapters.slack.inbound.users import People
from adapters.slack.manifest import PROMPTS
from adapters.slack.outbound.deliver import face
from adapters.slack.outbound.errors import BLOCKS, cause, refused_with
from adapters.slack.outbound.live import change
from adapters.slack.outbound.send import send, way_of
from adapters.slack.outbound.status import Sessions
from adapters.slack.outbound.stream import note_stopped
from adapters.slack.render.action_ids import pressed
from adapters.slack.render.ended import ended, settled
from adapters.slack.render.limits import short
from adapters.slack.render.markup import escaped
from adapters.slack.render.messages import Message, messages
from adapters.slack.render.modals import modal, plainer
from adapters.slack.reply_address import NOT_SLACKS, is_slacks
from bot.chat.controls import Control, sealed
from bot.chat.events import Event
from bot.chat.form_openers import given
from bot.chat.reply import Part
from bot.platform.background import Tasks
from bot.platform.live import Memory, Shown
from bot.platform.overview import overview
from bot.platform.port import PlatformContext
from bot.store.errors import StoreError

log = logging.getLogger("advisor.slack")

Body = Mapping[str, Any]

FORM = frozenset({"invalid_arguments", "invalid_blocks", "view_too_large", "invalid_view"})
"""What Slack answers to a view that it does not take."""
AT_ONCE = "at-once"
"""Stands for the key of a reply that is in no outbox."""
ASKED = 500
"""Messages with an open form that are remembered, to show there that it was answered; and answers without a store."""
LIMIT = ClientTimeout(total=10.0)
PAUSE = 2.0
"""Seconds between two tries to delete tokens."""
SAYING = 2.0
"""Seconds that an answer without the store may take, before the event that it answers is acknowledged."""
SAID = 500
"""Characters of an answer that are shown where it was asked for."""
FORGETTING = 10.0
"""Seconds in which a consultation that is to be forgotten should be."""
NO_STORE = "I cannot look up your consultations right now: my store does not answer. Come back in a moment."
NO_FORM = "Slack did not open the form. Please press it again, or answer in words."


class Refused(Exception):
    """Say with Slack's word why it did not take an answer at a response address."""


@dataclass(frozen=True)
class Question:
    """A message whose form is open: where it is, and how it looked."""

    workspace: str
    body: Body


@dataclass
class Behind:
    """Work that nobody waits for. What fails here is best effort, and one line in the log."""

    host: PlatformContext
    clients: Clients
    tasks: Tasks
    sessions: Sessions
    people: People
    _asked: "OrderedDict[str, Question]" = field(default_factory=OrderedDict[str, Question])
    _said: "OrderedDict[tuple[str, str], asyncio.Task[bool]]" = field(
        default_factory=OrderedDict[tuple[str, str], "asyncio.Task[bool]"]
    )

    def tell(self, url: str | None, sentence: str) -> None:
        """Say a sentence to whoever pressed or typed, and to nobody else."""
        if url:
            said = {"response_type": "ephemeral", "replace_original": False, "text": escaped(sentence)}
            self.tasks.start(self._post(url, said), "Saying something at a response address")

    def respond(self, url: str, answers: Sequence[Body]) -> None:
        """Say the rest of what an acknowledgement had no room for."""
        if answers:
            self.tasks.start(self._post(url, *answers), "Saying something at a response address")

    def respond_to_manager(self, event: Event, url: str, answers: Sequence[Body]) -> None:
        """Say this to somebody only where they manage the workspace."""
        self.tasks.start(self._to_manager(event, url, answers), "Saying something at a response address")

    def open(
        self, workspace: str, trigger: str, form: Opens | Body, url: str | None, asked_in: Body | None = None
    ) -> None:
        """Open a form; `asked_in` is the press that asked for it, to be shown as answered when the form is sent."""
        view = modal(form.form, form.carried) if isinstance(form, Opens) else dict(form)
        if isinstance(form, Opens) and asked_in is not None and (seal := nonce_of({"private_metadata": form.carried})):
            self._asked[seal] = Question(workspace, asked_in)
            while len(self._asked) > ASKED:
                self._asked.popitem(last=False)
        self.tasks.start(self._open(workspace, trigger, view, url), "Opening a form")

    def settle(self, workspace: str, body: Body, line: str) -> None:
        """Show in a message who chose what, in the place of what was pressed; `line` is Slack's markup."""
        id = str(body["actions"][0]["action_id"])
        self.tasks.start(self._settle(workspace, body, id, line), "Showing what was chosen")

    def settle_form(self, event: Event, view: Body) -> None:
        """Show in the message that asked who has answered, where this process opened the form."""
        question = self._asked.pop(nonce_of(view) or "", None)
        if question is not None:
            said = escaped(short(given(self.host.knowledge, event.body), SAID))
            self.settle(question.workspace, question.body, f"<@{ids.user_of(event.author)}>: {said}")

    async def say(self, event: Event, parts: Sequence[Part]) -> bool:
        """Answer an event that needs neither store nor model, where the store is down; False where it may not be there.

        A mention comes as two events, and nothing else tells then that they are one.
        """
        name = (event.conversation, event.message)
        if (saying := self._said.get(name)) is None or (saying.done() and not saying.result()):
            saying = self._said[name] = asyncio.create_task(self._tried(event, parts))
            while len(self._said) > ASKED:
                self._said.popitem(last=False)
        return await asyncio.shield(saying)

    async def _tried(self, event: Event, parts: Sequence[Part]) -> bool:
        try:
            async with asyncio.timeout(SAYING):
                await self._say(event, parts)
        except Exception as error:
            log.warning("Answering without the store failed (%s). (Reference %s.)", cause(error), secrets.token_hex(3))
            return False
        return True

    def opened(self, workspace: str, user: str, channel: str, tab: object) -> None:
        """Fill the tab that a person has opened."""
        if tab == "home":
            self.publish(workspace, user)
        elif tab == "messages":
            self.tasks.start(self._suggest(workspace, channel), "Suggesting prompts")

    def publish(self, workspace: str, user: str, *, after: str | None = None) -> None:
        """Bring a person's Home tab up to date, `after` a consultation is forgotten."""
        self.tasks.start(self._publish(workspace, user, after), "Publishing a Home tab")

    def show_where(self, workspace: str, trigger: str, conversation: str) -> None:
        """Show where a consultation is held."""
        self.tasks.start(self._show_where(workspace, trigger, ids.place(conversation)), "Showing a consultation")

    def removed(self, workspace: str, at: float) -> None:
        """Delete the tokens of a workspace that took the app out at this time."""
        self.tasks.start(self._removed(workspace, at), "Deleting the tokens of a workspace")

    def stopped(self, event: Event, streams: Sequence[str]) -> None:
        """Remember which streams a person has stopped, so that none is shown whole after all."""
        if streams:
            noting = note_stopped(self.host, event.conversation, streams)
            self.tasks.start(noting, "Noting that a stream was stopped")

    def take_back(self, workspace: str, channel: str, ts: str) -> None:
        """Delete a message of ours that nothing follows."""
        self.tasks.start(self._take_back(workspace, channel, ts), "Deleting a message")

    async def begun(self, workspace: str, user: str, text: str) -> tuple[str, str]:
        """Post the message that opens a thread in a person's DM; returns (channel, ts)."""
        client: Any = await self.clients.client(workspace)
        said = await client.chat_postMessage(channel=user, text=text, unfurl_links=False, unfurl_media=False)
        return str(said["channel"]), str(said["ts"])

    async def bot(self, workspace: str, seconds: float) -> str | None:
        """Return who the bot is in a workspace; None where that is not known in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self.clients.bot_user(workspace)
        except (TimeoutError, ClientError, NotInstalled, StoreError):
            return None

    async def _post(self, url: str, *answers: Body) -> None:
        for answer in answers:
            why = await self._told(url, answer)
            if why in BLOCKS and answer.get("blocks"):
                log.warning("Slack refused the blocks of an answer (%s); it is sent as plain text.", why)
                why = await self._told(url, {name: held for name, held in answer.items() if name != "blocks"})
            if why:
                raise Refused(why)

    async def _told(self, url: str, answer: Body) -> str:
        if not is_slacks(url, self.host.settings.slack_api_url):
            return NOT_SLACKS
        async with self.clients.session().post(url, json=answer, timeout=LIMIT, allow_redirects=False) as got:
            return refused_with(got.status, (await got.text())[:2000])

    async def _to_manager(self, event: Event, url: str, answers: Sequence[Body]) -> None:
        if (await self.people.find(event.workspace, ids.user_of(event.author))).manages:
            await self._post(url, *answers)

    async def _say(self, event: Event, parts: Sequence[Part]) -> None:
        place = ids.place(event.conversation)
        client = await self.clients.client(place.workspace)
        way = way_of(client, self.clients.session(), self.host, event.conversation, AT_ONCE)
        for number, message in enumerate(messages(parts, face(self.host, event.conversation, AT_ONCE, None))):
            if isinstance(message, Message):
                await send(way, message, number)

    async def _open(self, workspace: str, trigger: str, view: Body, url: str | None) -> None:
        try:
            client: Any = await self.clients.client(workspace)
            try:
                await client.views_open(trigger_id=trigger, view=dict(view))
            except SlackApiError as error:
                if error_word(error) not in FORM:
                    raise
                log.warning("Slack refused a form (%s); a plainer one is opened.", error_word(error))
                await client.views_open(trigger_id=trigger, view=plainer(view))
        except Exception:
            self.tell(url, NO_FORM)
            raise

    async def _settle(self, workspace: str, body: Body, action_id: str, line: str) -> None:
        message: Body | None = body.get("message")
        if message is None:  # an ephemeral one does not come with its press, and can only be replaced as a whole
            told = {"type": "context", "elements": [{"type": "mrkdwn", "text": line, "verbatim": True}]}
            await self._post(str(body["response_url"]), {"replace_original": True, "text": line, "blocks": [told]})
            return
        client: Any = await self.clients.client(workspace)
        found, channel, ts = pressed(body), str(body["channel"]["id"]), str(message["ts"])
        memory = Memory(self.host.store, found.conversation if found else "")
        ours = await memory.shown(ts)
        text = ours.words if ours else str(message.get("text") or line)
        left = settled(ours.body if ours else message.get("blocks") or (), action_id, line)

        async def show(shown: Shown) -> None:
            await change(client, channel, ts, text, shown.body)

        await memory.leave(Shown(channel, ts, left, text), Shown(channel, ts, ended(left), text), show)

    async def _suggest(self, workspace: str, channel: str) -> None:
        client: Any = await self.clients.client(workspace)
        prompts = [{"title": title, "message": message} for title, message in PROMPTS]
        # Without thread_ts: for an agent the call would fail with it, and say nothing.
        await client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts)

    async def _publish(self, workspace: str, user: str, after: str | None) -> None:
        client: Any = await self.clients.client(workspace)
        author, settings = ids.author(workspace, user), self.host.settings
        until = time.monotonic() + FORGETTING
        try:
            while after and time.monotonic() < until and await self._is_there(after):  # noqa: ASYNC110  a worker ends it
                await asyncio.sleep(0.2)
            found = await overview(self.host.store, self.host.knowledge, author)
        except StoreError:
            told = {"type": "section", "text": {"type": "plain_text", "text": NO_STORE}}
            await client.views_publish(user_id=user, view={"type": "home", "blocks": [told]})
            return
        nonce = secrets.token_hex(8)

        def seal(conversation: str, what: str) -> str:
            # A nonce of its own for each: what is spent is one button, not the page.
            own = hashlib.sha256(f"{nonce}{conversation}{what}".encode()).hexdigest()[:16]
            return sealed(self.host.vault, f"{conversation} {author}", Control(what, (), own))

        view = home_view(found, seal, days=settings.retention_days)
        await client.views_publish(user_id=user, view=view)

    async def _is_there(self, conversation: str) -> bool:
        return (await self.host.store.load(conversation))[0] is not None

    async def _show_where(self, workspace: str, trigger: str, place: ids.Place) -> None:
        client: Any = await self.clients.client(workspace)
        if not place.thread:
            told = f"It is in <#{place.channel}>, where only you see it: go on there with `/finetune` and your words."
            await client.views_open(trigger_id=trigger, view=start_form.notice(told))
            return
        # First, since Slack lets it be opened for three seconds, and to ask for the link may take as long.
        name = secrets.token_hex(8)
        before = {**start_form.notice("It is in a thread."), "external_id": name}
        await client.views_open(trigger_id=trigger, view=before)
        link = (await client.chat_getPermalink(channel=place.channel, message_ts=place.thread))["permalink"]
        told = f"It is <{link}|in this thread>: go on there."
        await client.views_update(external_id=name, view=start_form.notice(told))

    async def _removed(self, workspace: str, at: float) -> None:
        while True:
            try:
                await self.clients.removed(workspace, at)
                return
            except StoreError:
                await asyncio.sleep(PAUSE)

    async def _take_back(self, workspace: str, channel: str, ts: str) -> None:
        client: Any = await self.clients.client(workspace)
        await client.chat_delete(channel=channel, ts=ts)
