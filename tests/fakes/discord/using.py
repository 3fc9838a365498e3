"""People who use the app: commands, menus, buttons, selects and forms."""

import secrets
from collections.abc import Collection
from typing import Any

from tests.fakes.discord import permissions as may
from tests.fakes.discord import wire
from tests.fakes.discord.answers import late
from tests.fakes.discord.components import find, menu_values, shown_as, submitted
from tests.fakes.discord.core import FIRST_RESPONSE
from tests.fakes.discord.limits import BUTTON, MENUS
from tests.fakes.discord.options import Resolved, chosen
from tests.fakes.discord.people import People
from tests.fakes.discord.world import Channel, Impossible, Interaction, Json, Message, Modal, Upload, User

ATTACHMENT_LIMIT = 10 * 2**20


class Using(People):
    """The interactions; each returns at once, and is filled in as the bot answers."""

    def command(self, user: User, channel: Channel, name: str, *subcommands: str, **options: Any) -> Interaction:
        """Use a slash command with its subcommands and options; a file is an `Upload`."""
        command, owners = self._registered(user, channel, name, 1)
        resolved = Resolved(self, channel)
        data = self._named(command) | {"options": chosen(command, subcommands, options, resolved)}
        return self._interact(2, user, channel, data | resolved.json(), owners)

    def autocomplete(
        self, user: User, channel: Channel, name: str, *subcommands: str, focused: str, **options: Any
    ) -> Interaction:
        """Type into the option named `focused`; the offers are `choices` of what this returns, once answered."""
        command, owners = self._registered(user, channel, name, 1)
        resolved = Resolved(self, channel)
        made = chosen(command, subcommands, options, resolved, focused=focused)
        return self._interact(4, user, channel, self._named(command) | {"options": made} | resolved.json(), owners)

    def context_menu(
        self, user: User, target: Message | User, name: str, channel: Channel | None = None
    ) -> Interaction:
        """Choose an app's entry in the menu of a message, or of a user in `channel`."""
        place = target.channel if isinstance(target, Message) else channel
        assert place is not None, "a user's menu is opened in a channel: give it"
        if isinstance(target, Message) and target not in self.seen(place, user):
            raise Impossible(f"{user.name} does not see this message")
        command, owners = self._registered(user, place, name, 3 if isinstance(target, Message) else 2)
        resolved = Resolved(self, place)
        resolved.add(target)
        data = self._named(command) | {"target_id": str(target.id)}
        return self._interact(2, user, place, data | resolved.json(), owners)

    def press(self, user: User, message: Message, button: str) -> Interaction:
        """Press the button with this custom_id or label."""
        found = self._usable(user, message, button, (BUTTON,))
        if not found.get("custom_id"):
            raise Impossible(f"{button!r} is a link")
        data: Json = {"component_type": BUTTON, "custom_id": found["custom_id"], "id": found["id"]}
        return self._interact(3, user, message.channel, data, self._owners_of(user, message), message)

    def select(self, user: User, message: Message, menu: str, *values: Any) -> Interaction:
        """Choose in the select with this custom_id or placeholder: option values or labels, users, roles, channels."""
        found = self._usable(user, message, menu, MENUS)
        resolved = Resolved(self, message.channel)
        data: Json = {
            "component_type": found["type"],
            "custom_id": found["custom_id"],
            "id": found["id"],
            "values": menu_values(found, values, resolved),
        }
        owners = self._owners_of(user, message)
        return self._interact(3, user, message.channel, data | resolved.json(), owners, message)

    def submit(
        self,
        user: User,
        modal: Modal,
        values: dict[str, Any] | None = None,
        files: dict[str, Collection[Upload]] | None = None,
    ) -> Interaction:
        """Send a form: values by label or custom_id; a field that is left out keeps what the form put there."""
        if user is not modal.user:
            raise Impossible(f"this form is open before {modal.user.name} only")
        if modal.submitted:
            raise Impossible("this form was sent already")
        opener = modal.interaction
        resolved = Resolved(self, opener.channel)
        components = submitted(modal.components, dict(values or {}), dict(files or {}), resolved)
        modal.submitted = True
        data: Json = {"custom_id": modal.custom_id, "components": components} | resolved.json()
        return self._interact(5, user, opener.channel, data, opener.owners, opener.message, opener)

    async def answered(self, interaction: Interaction, within: float = 10.0) -> Interaction:
        """Wait for the first response."""
        await self.until(lambda: interaction.callback is not None, within)
        return interaction

    def _named(self, command: Json) -> Json:
        return {"id": command["id"], "name": command["name"], "type": command["type"]}

    def _registered(self, user: User, channel: Channel, name: str, kind: int) -> tuple[Json, dict[str, str]]:
        """Return a command that this person is offered here, with its authorizing integration owners."""
        self.must_see(user, channel)
        guild = channel.guild
        places = [None, guild.id] if guild is not None else [None]
        found = [
            each
            for place in places
            for each in self.commands.get(place, [])
            if (each["name"], each["type"]) == (name, kind)
        ]
        if not found:
            known = [each["name"] for place in places for each in self.commands.get(place, [])]
            raise Impossible(f"no command {name!r} of type {kind} is registered, only {known}")
        command = found[-1]
        context = self._context(channel)
        if context not in (command.get("contexts") or (0, 1, 2)):
            raise Impossible(f"{name!r} is not offered in context {context}")
        owners = self._owners(user, channel, command.get("integration_types") or (0, 1))
        if not owners:
            raise Impossible(f"{user.name} is not offered {name!r} here: the app is installed for neither")
        if guild is not None:
            held = may.in_channel(user, channel)
            needed = int(command.get("default_member_permissions") or 0)
            if needed & ~held or not held & may.USE_APPLICATION_COMMANDS:
                raise Impossible(f"{user.name} lacks the permissions for {name!r}")
        return command, owners

    def _context(self, channel: Channel) -> int:
        """Return the interaction context: 0 a guild, 1 a direct conversation with the bot, 2 one without it."""
        return 0 if channel.guild else 1 if self.bot in channel.recipients else 2

    def _owners(self, user: User, channel: Channel, kinds: Collection[int] = (0, 1)) -> dict[str, str]:
        """Return who installed the app for this use (authorizing_integration_owners)."""
        made: dict[str, str] = {}
        if 0 in kinds and channel.guild and channel.guild.joined:
            made["0"] = str(channel.guild.id)
        elif 0 in kinds and self._context(channel) == 1 and any(each.joined for each in self.guilds.values()):
            made["0"] = "0"
        if 1 in kinds and user.installed:
            made["1"] = str(user.id)
        return made

    def _owners_of(self, user: User, message: Message) -> dict[str, str]:
        """Return the owners of a press: those of the interaction that the message answers, or who installed it."""
        return message.interaction.owners if message.interaction else self._owners(user, message.channel)

    def _usable(self, user: User, message: Message, name: str, kinds: Collection[int]) -> Json:
        if message.deleted or message not in self.seen(message.channel, user):
            raise Impossible(f"{user.name} does not see this message")
        if message.author is not self.bot:
            raise Impossible("only the app's own components reach it")
        found = find(message.components, name, kinds)
        if found is None:
            raise Impossible(f"no {name!r} here, only {shown_as(message.components)}")
        if found.get("disabled"):
            raise Impossible(f"{name!r} is disabled")
        return found

    def _interact(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        owners: dict[str, str],
        message: Message | None = None,
        opener: Interaction | None = None,
    ) -> Interaction:
        if channel.deleted:
            raise Impossible("the channel is gone")
        made = Interaction(self.new_id(), secrets.token_urlsafe(48), kind, user, channel, data, self.now(), message)
        made.owners, made.context, made.opened_by = owners, self._context(channel), opener
        made.user_installed_only = "0" not in owners
        if made.user_installed_only and channel.guild is not None:
            made.forced_private = not may.in_channel(user, channel) & may.USE_EXTERNAL_APPS
        self.interactions.append(made)
        guild = channel.guild.id if channel.guild else None
        made.delivered = self.emit("INTERACTION_CREATE", self._interaction_json(made), guild)
        if made.delivered:
            self.loop.call_later(FIRST_RESPONSE, self._overdue, made)
        return made

    def _overdue(self, made: Interaction) -> None:
        if self.running and made.callback is None:
            late(self, made, "none came")

    def _interaction_json(self, made: Interaction) -> Json:
        channel, guild, user = made.channel, made.channel.guild, made.user
        app_permissions = may.in_channel(self.bot, channel)
        if guild is None or not guild.joined:
            app_permissions = may.ATTACH_FILES | may.EMBED_LINKS | may.MENTION_EVERYONE
        payload: Json = {
            "id": str(made.id),
            "application_id": str(self.application_id),
            "type": made.kind,
            "data": made.data,
            "channel": wire.channel_json(channel, self.bot, may.in_channel(user, channel)),
            "channel_id": str(channel.id),
            "token": made.token,
            "version": 1,
            "app_permissions": str(app_permissions),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": made.owners,
            "context": made.context,
            "attachment_size_limit": ATTACHMENT_LIMIT,
        }
        if guild is not None:
            payload |= {
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
                "guild_locale": "en-US",
                "member": wire.member_json(guild.members[user.id], permissions=may.in_channel(user, channel)),
            }
        else:
            payload["user"] = wire.user_json(user)
        if made.message is not None:
            payload["message"] = self.wire(made.message)
        return payload
