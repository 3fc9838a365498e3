"""The options that a person gives a command, and what they point at."""

from collections.abc import Sequence
from typing import Any

from tests.fakes.discord import permissions as may
from tests.fakes.discord import wire
from tests.fakes.discord.people import People
from tests.fakes.discord.world import Attachment, Channel, Impossible, Json, Message, Role, Upload, User, items

SUBCOMMANDS = (1, 2)
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
_TAKES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (User,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (User, Role),
    NUMBER: (int, float),
    ATTACHMENT: (Upload,),
}


class Resolved:
    """What the ids in an interaction's data stand for."""

    def __init__(self, people: People, channel: Channel) -> None:
        self.people, self.channel = people, channel
        self.found: Json = {}

    def add(self, thing: User | Role | Channel | Message | Upload) -> str:
        """Keep what a value points at and return its id."""
        people, guild = self.people, self.channel.guild
        if isinstance(thing, Upload):
            kept = people.uploaded([thing], self.channel)[0]
            people.kept_files[kept.id] = kept
            return self._put("attachments", kept.id, _attachment(people, kept))
        if isinstance(thing, User):
            if guild is not None and thing.id in guild.members:
                member = guild.members[thing.id]
                held = may.in_channel(thing, self.channel)
                self._put("members", thing.id, wire.member_json(member, with_user=False, permissions=held))
            return self._put("users", thing.id, wire.user_json(thing))
        if isinstance(thing, Role):
            return self._put("roles", thing.id, wire.role_json(thing))
        if isinstance(thing, Channel):
            return self._put("channels", thing.id, wire.channel_json(thing, permissions=0))
        return self._put("messages", thing.id, people.wire(thing))

    def _put(self, kind: str, id: int, made: Json) -> str:
        self.found.setdefault(kind, {})[str(id)] = made
        return str(id)

    def json(self) -> Json:
        return {"resolved": self.found} if self.found else {}


def _attachment(people: People, kept: Attachment) -> Json:
    return wire.attachment_json(kept, people.cdn, people.secret, people.now()) | {"ephemeral": True}


def chosen(
    command: Json, subcommands: Sequence[str], given: dict[str, Any], resolved: Resolved, focused: str | None = None
) -> list[Json]:
    """Return the options as Discord sends them; what its client would not send raises Impossible."""
    declared: list[Json] = items(command, "options")
    if subcommands:
        inner = next((each for each in declared if each["name"] == subcommands[0]), None)
        if inner is None or inner["type"] not in SUBCOMMANDS:
            raise Impossible(f"no subcommand {subcommands[0]!r}, only {[each['name'] for each in declared]}")
        nested = chosen(inner, subcommands[1:], given, resolved, focused)
        return [{"name": inner["name"], "type": inner["type"], "options": nested}]
    if any(each["type"] in SUBCOMMANDS for each in declared):
        raise Impossible(f"name a subcommand of {[each['name'] for each in declared]}")
    if unknown := set(given) - {each["name"] for each in declared}:
        raise Impossible(f"no options {sorted(unknown)}, only {[each['name'] for each in declared]}")
    made: list[Json] = []
    for option in declared:
        name = option["name"]
        if name in given:
            value = _value(option, given[name], resolved, typing=name == focused)
            made.append({"name": name, "type": option["type"], "value": value})
            if name == focused:
                if not option.get("autocomplete"):
                    raise Impossible(f"{name!r} offers no autocompletion")
                made[-1]["focused"] = True
        elif option.get("required") and focused is None:
            raise Impossible(f"{name!r} is required")
    return made


def _value(option: Json, value: Any, resolved: Resolved, *, typing: bool) -> Any:
    name, kind = option["name"], option["type"]
    if not isinstance(value, _TAKES[kind]) or (isinstance(value, bool) and kind != BOOLEAN):
        raise Impossible(f"{name!r} takes no {type(value).__name__}")
    if isinstance(value, User | Role | Channel | Upload):
        return resolved.add(value)
    if choices := option.get("choices"):
        for choice in choices:
            if value in (choice["value"], choice["name"]):
                return choice["value"]
        raise Impossible(f"{name!r} offers {[choice['name'] for choice in choices]}")
    if typing:
        return value
    size = len(value) if isinstance(value, str) else value
    least = option.get("min_length" if kind == STRING else "min_value")
    most = option.get("max_length" if kind == STRING else "max_value")
    if kind == STRING:
        most = 6000 if most is None else most
    if (least is not None and size < least) or (most is not None and size > most):
        raise Impossible(f"{name!r} must be between {least} and {most}, is {size}")
    return value
