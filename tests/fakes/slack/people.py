"""What people do in conversations: say, edit, delete, upload, open, stop, uninstall."""

from tests.fakes.slack import delivery, posting
from tests.fakes.slack.core import Core
from tests.fakes.slack.state import Ack, File, Json, Message


class People(Core):
    """Gestures that make events. Each returns when the app has answered the first delivery, or let it time out."""

    async def say(
        self,
        user: str,
        channel: str,
        text: str = "",
        thread_ts: str | None = None,
        files: list[File] | None = None,
        *,
        broadcast: bool = False,
    ) -> Message:
        """Write a message as a person does; `<@U…>` is a mention, everything else is escaped as Slack escapes it.

        `broadcast` is "also send to channel" of a thread reply. A user that is a bot writes as another app.
        """
        room, author = self.channels[channel], self.users[user]
        assert user in room.members, f"{author.name} is not in {room.name}."
        assert not thread_ts or self.message(channel, thread_ts), "There is no such thread."
        subtype = "file_share" if files else "thread_broadcast" if broadcast else None
        message = Message(self.new_ts(), channel, user, posting.typed(text), posting.rich_text(text), thread_ts)
        message.files, message.subtype, message.reply_broadcast = files or [], subtype, broadcast
        message.bot_id = "B0OTHER" if author.is_bot else None
        posting.store(self, message)
        await posting.announce(self, message)
        return message

    async def paste_table(self, user: str, channel: str, rows: list[list[str]], text: str = "") -> Message:
        """Paste cells of a spreadsheet, with words above or none: Slack's client makes a table of them."""
        return await self._enclose(user, channel, text, posting.table(rows))

    async def forward(self, user: str, message: Message, channel: str, text: str = "") -> Message:
        """Pass a message on to another conversation, with a word about it or none."""
        return await self._enclose(user, channel, text, posting.passed_on(self, message))

    async def _enclose(self, user: str, channel: str, text: str, attachment: Json) -> Message:
        assert user in self.channels[channel].members
        message = Message(self.new_ts(), channel, user, posting.typed(text), posting.rich_text(text))
        message.attachments = [attachment]
        posting.store(self, message)
        await posting.announce(self, message)
        return message

    async def notice(self, channel: str, text: str) -> Message:
        """Let Slack itself say something in a DM, as that a channel was archived: it comes like a person's words.

        docs/platforms.md#slack-events
        """
        message = Message(self.new_ts(), channel, "USLACK", text)
        posting.store(self, message)
        await posting.announce(self, message)
        return message

    async def webhook(self, channel: str, text: str) -> Message:
        """Post as an incoming webhook of someone else: subtype bot_message, a bot_id, no user that can be looked up."""
        user = self.add_user("webhook", bot=True, team=self.channels[channel].team)
        message = Message(self.new_ts(), channel, user, text, bot_id="B0HOOK", subtype="bot_message")
        posting.store(self, message)
        await posting.announce(self, message)
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Change the words of one's own message."""
        previous = posting.change(self, message, posting.typed(text), posting.rich_text(text), edited=True)
        await posting.announce_change(self, message, previous)

    async def delete(self, message: Message) -> None:
        room = self.channels[message.channel]
        room.messages.remove(message)
        await posting.announce_deletion(self, room, posting.as_json(self, message))

    def upload(
        self,
        user: str,
        name: str,
        content: bytes,
        mimetype: str = "text/plain",
        *,
        elsewhere: bool = False,
        redirect: str | None = None,
    ) -> File:
        """Make a file to hand to `say` or to a file input.

        `elsewhere` puts its download on a host that is not Slack, `redirect` sends a download on to another address;
        what arrives there is in `elsewhere_calls`, and a token that arrives there is an offence.
        """
        team = self.team_of(user)
        ident = self.new_id("F")
        root = self.elsewhere if elsewhere else self.base
        url = f"{root}/files-pri/{team.id}-{ident}/download/{name}"
        file = File(ident, name, name, mimetype, content, user, team.id, url, redirect)
        self.files[ident] = file
        return file

    async def join(self, user: str, channel: str) -> None:
        """Come into a channel; everyone who listens hears of it by a message of subtype channel_join."""
        self.channels[channel].members.add(user)
        message = Message(self.new_ts(), channel, user, f"<@{user}> has joined the channel", subtype="channel_join")
        posting.store(self, message)
        await posting.announce(self, message)

    async def open_home(self, user: str) -> Ack | None:
        """Open the Home tab of our app."""
        view = self.homes.get(user)
        inner: Json = {"type": "app_home_opened", "user": user, "channel": self.dm(user), "tab": "home"}
        if view:
            inner["view"] = {**view.body, "id": view.id, "hash": view.hash, "team_id": view.team}
        return await delivery.event(self, self.team_of(user), "app_home_opened", inner)

    async def open_messages_tab(self, user: str) -> Ack | None:
        """Open the DM with our app."""
        inner: Json = {"type": "app_home_opened", "user": user, "channel": self.dm(user), "tab": "messages"}
        return await delivery.event(self, self.team_of(user), "app_home_opened", inner)

    async def look_at(self, user: str, entity: Json | None = None) -> Ack | None:
        """Look at something else while our app is open at the side; the documented event names neither user nor DM."""
        # docs/platforms.md#slack-events; docs.slack.dev/reference/events/app_context_changed.
        inner: Json = {"type": "app_context_changed", "context": {"entities": [entity]} if entity else {}}
        return await delivery.event(self, self.team_of(user), "app_context_changed", inner)

    async def stop_session(self, user: str, channel: str, thread_ts: str) -> Ack | None:
        """Press the native stop button, which is there while the session is processing and the event is subscribed."""
        session = self.sessions.get((channel, thread_ts))
        assert session and session.status == "processing", "Nothing is processing here, so there is no stop button."
        assert "agent_session_stopped" in self.events, "The stop button is dead: the event is not subscribed."
        stopped: list[str] = []
        for (where, ts), stream in self.streams.items():
            if where == channel and stream.message.thread_ts == thread_ts and stream.state == "streaming":
                stream.state = "stopped"
                stopped.append(ts)
        inner: Json = {
            "type": "agent_session_stopped",
            "channel": channel,
            "thread_ts": thread_ts,
            "user": user,
            "streaming_message_ts": stopped,
        }
        return await delivery.event(self, self.team_of(channel), "agent_session_stopped", inner)

    async def uninstall(self, team: str | None = None) -> None:
        """Remove the app from a workspace: its tokens are dead, and both lifecycle events go out."""
        home = self.teams[team] if team else self.home_team
        await self._end_tokens(home.id, "account_inactive")
        await delivery.event(self, home, "tokens_revoked", _revoked(home.bot_user))
        await delivery.event(self, home, "app_uninstalled", {"type": "app_uninstalled"})

    async def take_out(self, *teams: str) -> None:
        """Take workspaces out of an installation across their organisation; its token lives on."""
        # docs/platforms.md#slack-events
        assert self.across, "The app is installed by workspaces."
        inner = {"type": "team_access_revoked", "team_ids": list(teams), "event_ts": self.new_ts()}
        body = delivery.wrapped(self, self.home_team, inner)
        for name in ("team_id", "authorizations", "is_ext_shared_channel", "event_context"):
            del body[name]
        await delivery.attempt(self, "events_api", "team_access_revoked", body, body["event_id"])

    async def revoke_tokens(self, team: str | None = None) -> None:
        """Revoke the tokens of a workspace and leave the app installed."""
        home = self.teams[team] if team else self.home_team
        await self._end_tokens(home.id, "token_revoked")
        await delivery.event(self, home, "tokens_revoked", _revoked(home.bot_user))

    async def _end_tokens(self, team: str, error: str) -> None:
        for token in self.tokens.values():
            if token.team == team:
                token.refused = error
        self.refresh_tokens = {value: owner for value, owner in self.refresh_tokens.items() if owner != team}
        self.teams[team].token = None


def _revoked(bot_user: str) -> Json:
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot_user]}}
