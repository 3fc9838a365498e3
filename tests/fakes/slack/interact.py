"""What people do with the app itself: commands, buttons, menus, shortcuts, forms."""

import time
from typing import Any

from tests.fakes.slack import delivery, modals, posting, replies
from tests.fakes.slack.core import Core
from tests.fakes.slack.parts import as_dict
from tests.fakes.slack.state import Ack, File, Json, Message, View


class Interactions(Core):
    """Gestures that need an answer in three seconds. Each returns that answer; a late one is an offence too."""

    async def command(self, user: str, channel: str, command: str = "/finetune", text: str = "") -> Ack:
        """Type a slash command in a channel (threads have none); an answer in the ack is shown as Slack shows it."""
        # docs/platforms.md#slack-commands: not in threads, form fields.
        room, team = self.channels[channel], self.team_of(channel)
        assert user in room.members, f"{user} is not in {room.name}."
        url = self.new_response_url(channel, user)
        fields = {
            "token": "unused",
            "team_id": team.id,
            "team_domain": team.slug,
            "channel_id": channel,
            "channel_name": {"dm": "directmessage", "private": "privategroup"}.get(room.kind, room.name),
            "user_id": user,
            "user_name": self.users[user].name,
            "command": command,
            "text": self._escaped(text),
            "api_app_id": self.app_id,
            "is_enterprise_install": "true" if self.across else "false",
            "response_url": url,
            "trigger_id": self.new_trigger(team.id, user),
        }
        if team.enterprise:
            fields |= {"enterprise_id": team.enterprise, "enterprise_name": "Grid"}
        ack = await delivery.interaction(self, "slash_commands", command, fields)
        if ack.ok and ack.body:
            body = as_dict(ack.body) or {"text": str(ack.body)}
            replies.show(self, self.response_urls[url.rpartition("/")[2]], body, f"the answer to {command}")
        return ack

    async def press(
        self, user: str, where: Message | View, action_id: str, value: str | None = None, *, stale: bool = False
    ) -> Ack:
        """Press a button; with `value`, the one of that value (a thumb of feedback buttons needs it).

        `stale` presses one that an earlier version of the message had, as on a screen that has not caught up.
        """
        element = self._find(user, where, action_id, stale=stale, value=value)
        kind = element["type"]
        action: Json = {"type": kind, "value": element.get("value")}
        if kind == "feedback_buttons":
            offered = [element["positive_button"]["value"], element["negative_button"]["value"]]
            assert value in offered, f"{action_id} offers {offered}, not {value}."
            action["value"] = value
        else:
            assert kind in ("button", "icon_button"), f"{action_id} is a {kind}: use select."
            action["text"] = element.get("text")
        return await self._act(user, where, element, {key: one for key, one in action.items() if one is not None})

    async def select(self, user: str, where: Message | View, action_id: str, *values: Any, stale: bool = False) -> Ack:
        """Pick from a menu, check boxes or type and press Enter; options go by value or by label."""
        element = self._find(user, where, action_id, stale=stale)
        key = modals.SELECTED.get(element["type"], "value")
        given: Any = list(values) if key.endswith("s") else values[0]
        ident = where.ts if isinstance(where, Message) else where.id
        self.typed.setdefault((ident, user), {})[element["action_id"]] = given
        return await self._act(user, where, element, {"type": element["type"], key: modals.chosen(element, given)})

    async def shortcut(self, user: str, callback_id: str) -> Ack:
        """Use a global shortcut; it comes without channel and response_url."""
        payload = self._payload("shortcut", user) | {"callback_id": callback_id, "action_ts": self.new_ts()}
        return await delivery.interaction(self, "interactive", "shortcut", payload)

    async def message_shortcut(self, user: str, message: Message, callback_id: str) -> Ack:
        """Use a shortcut on a message; it carries the message, with no history scope."""
        room = self.channels[message.channel]
        assert user in room.members and message.only_for in (None, user), f"{user} does not see that message."
        payload = self._payload("message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self.new_ts(),
            "message_ts": message.ts,
            "channel": {"id": room.id, "name": room.name},
            "message": posting.as_json(self, message),
            "response_url": self.new_response_url(room.id, user, message),
        }
        return await delivery.interaction(self, "interactive", "message_action", payload)

    async def submit(self, view: View | str, values: dict[str, Any] | None = None) -> Ack:
        """Fill in a modal, by block_id or action_id, and submit it; a file input takes a list of File.

        What the app answers happens: errors keep it open (they are in the answer), update, push, clear, or it closes.
        """
        shown = self.views[view] if isinstance(view, str) else view
        assert shown.open and shown.type == "modal", "That modal is not open."
        assert shown.body.get("submit"), "That modal has no submit button."
        wanted = {key: self._value(one) for key, one in (values or {}).items()}
        known = {name for one in posting.used(shown.blocks) for name in (one["block_id"], one["action_id"])}
        assert set(wanted) <= known, f"The form has no {set(wanted) - known}; it has {known}."
        state = modals.state_of(shown.blocks, wanted)
        assert not (lacking := modals.missing(shown, state)), f"Required and empty: {lacking}."
        body = modals.as_json(self, shown) | {"state": {"values": state}}
        payload: Json = {**self._payload("view_submission", shown.user, shown.id), "view": body, "response_urls": []}
        ack = await delivery.interaction(self, "interactive", "view_submission", payload)
        if ack.ok:
            replies.answer_view(self, shown, as_dict(ack.body) or {})
        return ack

    async def close_view(self, view: View) -> Ack | None:
        """Close a modal with its x; the app hears of it where it asked for that."""
        assert view.open, "That modal is not open."
        modals.close(self, view)
        if not view.body.get("notify_on_close"):
            return None
        # Nothing opens another form then: the SDK's examples of it, and of block_suggestion, have no trigger.
        payload = self._payload("view_closed", view.user) | {"view": modals.as_json(self, view), "is_cleared": False}
        del payload["trigger_id"]
        return await delivery.interaction(self, "interactive", "view_closed", payload)

    def _value(self, given: Any) -> Any:
        if isinstance(given, list):
            every: list[Any] = given  # pyright: ignore[reportUnknownVariableType]
            return [posting.as_file(self, one) if isinstance(one, File) else one for one in every]
        return given

    def _escaped(self, text: str) -> str:
        # docs.slack.dev/interactivity/implementing-slash-commands: should_escape turns mentions into <@U…|name>.
        for user in self.users.values():
            text = text.replace(f"<@{user.id}>", f"<@{user.id}|{user.name}>")
        return text

    def _find(self, user: str, where: Message | View, action_id: str, *, stale: bool, value: str | None = None) -> Json:
        """Return the element as this person sees it; fail where they do not see it."""
        if isinstance(where, Message):
            room = self.channels[where.channel]
            assert user in room.members and where.only_for in (None, user), f"{user} does not see that message."
            assert stale or where in room.messages, "That message is gone."
            versions = [blocks for _, blocks in reversed(where.versions)] if stale else [where.blocks]
        else:
            assert where.user == user and where.open, f"{user} does not see that view."
            versions = [where.blocks]
        for blocks in versions:
            for one in posting.used(blocks):
                only = one.get("visible_to_user_ids")
                fits = value is None or one["type"] == "feedback_buttons" or one.get("value") == value
                if one["action_id"] == action_id and fits and (not only or user in only):
                    return one
        seen = [(one["action_id"], one.get("value")) for one in posting.used(versions[0])]
        raise AssertionError(f"There is no {action_id} (value {value}) here; there is {seen}.")

    async def _act(self, user: str, where: Message | View, element: Json, action: Json) -> Ack:
        action |= {"action_id": element["action_id"], "block_id": element["block_id"], "action_ts": self.new_ts()}
        if isinstance(where, View):
            payload = self._payload("block_actions", user, where.id) | {
                "container": {"type": "view", "view_id": where.id},
                "view": modals.as_json(self, where),
            }
        else:
            payload = self._payload("block_actions", user) | self._message_parts(user, where)
        return await delivery.interaction(self, "interactive", "block_actions", payload | {"actions": [action]})

    def _message_parts(self, user: str, message: Message) -> Json:
        room = self.channels[message.channel]
        ephemeral = message.only_for is not None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": room.id,
            "is_ephemeral": ephemeral,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        parts: Json = {
            "container": container,
            "channel": {"id": room.id, "name": "directmessage" if room.kind == "dm" else room.name},
            "state": {"values": modals.state_of(message.blocks, self.typed.get((message.ts, user), {}))},
            "response_url": self.new_response_url(room.id, user, message),
        }
        if not ephemeral:
            # docs.slack.dev/reference/interaction-payloads/block_actions-payload: an ephemeral message is not enclosed.
            parts["message"] = posting.as_json(self, message)
        return parts

    def _payload(self, kind: str, user: str, view: str | None = None) -> Json:
        team = self.team_of(user)
        name = self.users[user].name
        return {
            "type": kind,
            "team": {"id": team.id, "domain": team.slug},
            "user": {"id": user, "username": name, "name": name, "team_id": team.id},
            "api_app_id": self.app_id,
            "token": "unused",
            "enterprise": {"id": team.enterprise, "name": "Grid"} if team.enterprise else None,
            "is_enterprise_install": self.across,
            "trigger_id": self.new_trigger(team.id, user, view),
        }

    # Requests that a good app refuses

    async def send_forged(self, user: str, channel: str, text: str) -> int:
        """Post an event signed with another secret; return the HTTP status it got."""
        body = self._event_body(user, channel, text)
        return await self._raw(body, delivery.signed("another secret", body))

    async def send_stale(self, user: str, channel: str, text: str, age: float = 301) -> int:
        """Post an event that was rightly signed `age` seconds ago, as a replay is; return the HTTP status it got."""
        # docs/platforms.md#slack-signatures; docs.slack.dev/authentication/verifying-requests-from-slack: five minutes.
        body = self._event_body(user, channel, text)
        return await self._raw(body, delivery.signed(self.signing_secret, body, time.time() - age))

    async def send_unsigned(self, user: str, channel: str, text: str) -> int:
        """Post an event without a signature; return the HTTP status it got."""
        return await self._raw(self._event_body(user, channel, text), {})

    async def verify_url(self) -> bool:
        """Ask the request URL for its challenge, as saving the app's settings does."""
        body = delivery.json.dumps({"token": "unused", "challenge": "3eZbrw1a", "type": "url_verification"})
        headers = {"Content-Type": "application/json", **delivery.signed(self.signing_secret, body)}
        status, answer, _ = await delivery.post(self, body, headers)
        return status == 200 and "3eZbrw1a" in str(answer)

    async def check_ssl(self) -> int:
        """Look at the certificate of the request URL, as Slack does now and then: unsigned; return the HTTP status."""
        # docs/platforms.md#slack-events
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, _ = await delivery.post(self, "ssl_check=1&token=unused", headers)
        return status

    async def hold_back(self, minute: int) -> int:
        """Say that events of this minute are held back, since there were too many; return the HTTP status."""
        # docs/platforms.md#slack-events
        body: Json = {
            "token": "unused",
            "type": "app_rate_limited",
            "team_id": self.home_team.id,
            "minute_rate_limited": minute,
            "api_app_id": self.app_id,
        }
        text = delivery.json.dumps(body)
        return await self._raw(text, delivery.signed(self.signing_secret, text))

    async def suggest(self, user: str, action_id: str, typed: str) -> Ack:
        """Type into a menu whose options the app is asked for."""
        payload = self._payload("block_suggestion", user) | {
            "action_id": action_id,
            "block_id": "b",
            "value": typed,
            "container": {"type": "message"},
        }
        del payload["trigger_id"]
        return await delivery.interaction(self, "interactive", "block_suggestion", payload)

    async def send_again(self, message: Message) -> Ack | None:
        """Deliver a message's event once more with the event_id it had, as after an ack that got lost."""
        body = self.sent[message.ts]
        return await delivery.attempt(self, "events_api", "message", body, body["event_id"], 1, "http_timeout")

    def _event_body(self, user: str, channel: str, text: str) -> str:
        message = Message(self.new_ts(), channel, user, text)
        body = posting.as_json(self, message) | {"type": "app_mention", "channel": channel, "event_ts": message.ts}
        return delivery.json.dumps(delivery.wrapped(self, self.team_of(channel), body))

    async def _raw(self, body: str, headers: dict[str, str]) -> int:
        status, _, _ = await delivery.post(self, body, {"Content-Type": "application/json", **headers})
        return status
